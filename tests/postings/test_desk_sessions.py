"""Desks that nobody uses are logged out; administrators see and end the log-ins of others."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from api.audit import AuditEntry
from api.postings.account_models import UserSession


def test_a_desk_left_alone_is_logged_out_after_its_minutes(as_user, county, clock):
    client = as_user(county.person("supervisor"))
    clock.now += timedelta(minutes=29)
    assert client.get("/api/v1/me").status_code == 200
    # Reading leaves no trace: the minutes count from the log-in.
    clock.now += timedelta(minutes=2)
    assert client.get("/api/v1/me").status_code == 401


def test_whoever_says_that_somebody_is_here_stays_in(as_user, county, clock):
    client = as_user(county.person("supervisor"))
    for _ in range(5):
        clock.now += timedelta(minutes=20)
        kept = client.put("/api/v1/sessions/current")
        assert (kept.status_code, kept.json["idle_minutes"]) == (200, 30)
    assert client.get("/api/v1/me").status_code == 200
    # Twelve hours are the end in any case.
    clock.now += timedelta(hours=11)
    assert client.put("/api/v1/sessions/current").status_code == 401


def test_work_keeps_a_desk_open_too(as_user, county, clock):
    client = as_user(county.person("admin"))
    for number in range(3):
        clock.now += timedelta(minutes=20)
        assert client.post("/api/v1/users", json={"username": f"new{number}", "name": "新人"}).status_code == 201
    assert client.get("/api/v1/me").status_code == 200


@pytest.mark.parametrize("who", ["cadre", "village"])
def test_a_phone_is_no_desk(as_user, county, clock, who):
    person = county.cadre("A1") if who == "cadre" else county.person("village", county.villages["A1"])
    client = as_user(person)
    clock.now += timedelta(hours=11)
    assert client.get("/api/v1/me").status_code == 200
    # A desk's page that is opened in the phone's browser must know that there is nothing to end.
    kept = client.put("/api/v1/sessions/current")
    assert (kept.status_code, kept.json["idle_minutes"]) == (200, None)


def test_a_cadre_who_supervises_too_keeps_the_phone(as_user, county, clock):
    person = county.cadre("A1")
    county.grant(person, "supervisor", county.townships["A"])
    client = as_user(person)
    clock.now += timedelta(days=80)
    assert client.put("/api/v1/sessions/current").json["idle_minutes"] is None
    clock.now += timedelta(days=80)
    assert client.get("/api/v1/me").status_code == 200


def test_who_was_a_cadre_once_and_sits_at_a_desk_now_is_logged_out_like_others(as_user, county):
    person = county.cadre("A1", to_on=county.now.date() - timedelta(days=1))
    assert as_user(person).put("/api/v1/sessions/current").json["idle_minutes"] is None
    county.grant(person, "supervisor", county.townships["A"])
    assert as_user(person).put("/api/v1/sessions/current").json["idle_minutes"] == 30


def test_who_is_given_a_desk_while_logged_in_is_logged_out_when_it_is_left_alone(as_user, county, clock):
    person, cadre = county.person("village", county.villages["A1"]), county.cadre("A1")
    clients = [as_user(one) for one in (person, cadre)]
    for one in (person, cadre):
        county.grant(one, "supervisor", county.townships["A"])
    county.session.commit()
    # The phone of somebody who is posted stays a phone.
    assert [client.put("/api/v1/sessions/current").json["idle_minutes"] for client in clients] == [30, None]
    clock.now += timedelta(minutes=31)
    assert [client.get("/api/v1/me").status_code for client in clients] == [401, 200]


def test_an_administrator_sees_and_ends_the_log_ins_of_a_user(as_user, county):
    person, admin = county.cadre("A1"), as_user(county.person("admin"))
    phone = as_user(person)
    held = admin.get(f"/api/v1/users/{person.user.id}/sessions").json["sessions"]
    assert [(one["client"], one["user_agent"], one["current"]) for one in held] == [("native", "test", False)]
    path = f"/api/v1/users/{person.user.id}/sessions/{held[0]['id']}"
    assert admin.delete(path).status_code == 204
    assert phone.get("/api/v1/me").status_code == 401
    assert admin.delete(path).status_code == 404
    entry = county.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (entry.action, entry.subject) == ("session.revoked", f"user:{person.user.id}")


def test_a_log_in_is_ended_only_under_its_own_user(as_user, county):
    one, other, admin = county.cadre("A1"), county.cadre("A1"), as_user(county.person("admin"))
    as_user(one)
    session_id = county.session.scalar(select(UserSession.id).where(UserSession.user_id == one.user.id))
    assert admin.delete(f"/api/v1/users/{other.user.id}/sessions/{session_id}").status_code == 404


@pytest.mark.parametrize("role, place, status", [
    ("supervisor", None, 403), ("village", "A1", 403), ("admin", "B", 404), ("auditor", None, 403)])
def test_log_ins_are_nobody_elses_business(as_user, county, role, place, status):
    person = county.cadre("A1")
    division = county.villages.get(place) or county.townships.get(place)
    client = as_user(county.person(role, division))
    assert client.get(f"/api/v1/users/{person.user.id}/sessions").status_code == status
    assert client.delete(f"/api/v1/users/{person.user.id}/sessions/1").status_code == status


def test_users_are_found_by_a_part_of_their_name_taken_literally(as_user, county):
    admin = as_user(county.person("admin", name="管理员"))
    for name in ("张三丰", "张%丰", "李四"):
        county.person("village", county.villages["A1"], name=name)
    county.session.commit()

    def found(query, **more):
        answer = admin.get("/api/v1/users", query_string={"query": query, **more})
        return [user["name"] for user in answer.json["users"]]

    assert (found("张"), found("%"), found("_"), found("USER1")) == (["张三丰", "张%丰"], ["张%丰"], [], ["管理员"])
    assert found("张", page=2, page_size=1) == ["张%丰"]
    assert admin.get("/api/v1/users?page_size=1").headers["X-Pagination"] == '{"total": 4, "total_pages": 4, "page": 1}'
