"""Errands of several cadres at once: entered by the officer, the days follow; exactly once, never one's own."""

from datetime import date
from uuid import UUID, uuid4, uuid5

import pytest
from sqlalchemy import func, select

from api.audit import AuditEntry
from api.auth import Grant, Identity
from api.checkin import errands_service, kept_service
from api.checkin.models import Leave, LeaveStep, PostingWeek
from api.db import Database
from api.errors import IdReused
from tests.conftest import NOW
from tests.county import County
from tests.parallel import in_parallel

MONDAY = date(2026, 11, 23)


def errand(*people, **changes) -> dict:
    return {"id": str(uuid4()), "kind": "errand", "title": "镇里开会", "from_on": "2026-11-24", "to_on": "2026-11-25",
            "cadre_ids": [person.cadre.id for person in people], **changes}


def stationed(county: County, person) -> int:
    return county.session.scalar(select(PostingWeek.stationed_mask).where(
        PostingWeek.posting_id == person.posting.id, PostingWeek.monday == MONDAY))


def whole(county: County) -> bool:
    return not list(kept_service.differences(county.session, cadre_ids=kept_service.all_cadre_ids(county.session)))


@pytest.fixture
def people(county):
    """Two cadres of township A and one of B."""
    return county.cadre("A1", name="张三"), county.cadre("A2", name="李四"), county.cadre("B1", name="王五")


@pytest.fixture
def officer(county):
    return county.person("supervisor", county.townships["A"], name="赵六")


def test_attendance_entered_by_the_officer_makes_everybodys_errand(as_user, county, people, officer):
    zhang, li, _wang = people
    body = errand(li, zhang, li)
    answer = as_user(officer).post("/api/v1/errands", json=body)
    made = {str(person.cadre.id): str(uuid5(UUID(body["id"]), str(person.cadre.id))) for person in (zhang, li)}
    assert (answer.status_code, answer.json) == (201, {
        "id": body["id"], "kind": "errand", "title": "镇里开会", "from_on": "2026-11-24", "to_on": "2026-11-25",
        "division": {"code": county.townships["A"].code, "name": "子营街道", "level": "township"},
        "notice_sha256": None, "entered_by": {"id": officer.user.id, "name": "赵六"},
        "entered_at": "2026-11-20T02:00:00Z",
        "cadres": [{"id": person.cadre.id, "name": name, "leave_id": made[str(person.cadre.id)], "state": "approved"}
                   for person, name in ((zhang, "张三"), (li, "李四"))]})
    assert [stationed(county, person) for person in people] == [0b00110, 0b00110, 0]
    own = as_user(zhang).get("/api/v1/leaves").json["leaves"]
    assert [(row["id"], row["kind"], row["reason"], row["state"], [step["step"] for step in row["steps"]])
            for row in own] == [(made[str(zhang.cadre.id)], "errand", "镇里开会", "approved", ["asked", "approved"])]
    assert whole(county)


def test_the_same_errand_again_changes_nothing_and_another_under_its_id_is_refused(as_user, county, people, officer):
    client, body = as_user(officer), errand(*people[:2])
    first = client.post("/api/v1/errands", json=body)
    again = client.post("/api/v1/errands", json={**body, "cadre_ids": body["cadre_ids"][::-1]})
    assert (first.status_code, again.status_code, again.json) == (201, 200, first.json)
    for changed in ({"title": "培训"}, {"cadre_ids": body["cadre_ids"][:1]}, {"kind": "travel"}):
        refused = client.post("/api/v1/errands", json={**body, **changed})
        assert (refused.status_code, refused.json["reason"]) == (409, "id_reused")
    other = as_user(county.person("supervisor")).post("/api/v1/errands", json=body)
    assert (other.status_code, other.json["reason"]) == (409, "id_reused")
    assert county.session.scalar(select(func.count()).select_from(Leave)) == 2
    assert county.session.scalar(select(func.count()).select_from(LeaveStep)) == 4


def test_a_mistake_is_undone_by_refusing_that_cadres_leave_with_a_reason(as_user, county, people, officer):
    client = as_user(officer)
    rows = client.post("/api/v1/errands", json=errand(*people[:2])).json["cadres"]
    path = f"/api/v1/leaves/{rows[1]['leave_id']}/steps"
    unexplained = client.post(path, json={"id": str(uuid4()), "step": "refused"})
    assert (unexplained.status_code, unexplained.json["reason"]) == (422, "reason_missing")
    assert client.post(path, json={"id": str(uuid4()), "step": "refused", "note": "当天没来"}).status_code == 201
    assert [stationed(county, person) for person in people[:2]] == [0b00110, 0]
    [listed] = client.get("/api/v1/errands?month=2026-11").json["errands"]
    assert [row["state"] for row in listed["cadres"]] == ["approved", "refused"]
    assert whole(county)


def test_longer_than_the_township_may_approve_stays_asked_and_the_county_approves(as_user, county, people, officer):
    client = as_user(officer)
    rows = client.post("/api/v1/errands", json=errand(people[0], kind="travel", to_on="2026-11-27")).json["cadres"]
    assert (rows[0]["state"], stationed(county, people[0])) == ("asked", 0)
    step = as_user(county.person("supervisor")).post(
        f"/api/v1/leaves/{rows[0]['leave_id']}/steps", json={"id": str(uuid4()), "step": "approved"})
    assert (step.status_code, step.json["kind"], stationed(county, people[0])) == (201, "travel", 0b11110)


def test_a_county_training_names_cadres_of_several_townships(as_user, county, people):
    body = errand(*people, to_on="2026-12-31")
    answer = as_user(county.person("supervisor")).post("/api/v1/errands", json=body).json
    assert (answer["division"]["level"], {row["state"] for row in answer["cadres"]}) == ("county", {"approved"})
    # Each township sees its own people at it, and has it in its own audit chain.
    for name, expected in (("A", ["张三", "李四"]), ("B", ["王五"])):
        township = as_user(county.person("supervisor", county.townships[name]))
        [row] = township.get("/api/v1/errands").json["errands"]
        assert [one["name"] for one in row["cadres"]] == expected
    entries = {entry.chain: entry.details for entry in county.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "errand.entered"))}
    assert {chain: details["approved"] for chain, details in entries.items()} == {
        county.townships["A"].id: [people[0].cadre.id, people[1].cadre.id], county.townships["B"].id: [
            people[2].cadre.id]}
    assert whole(county)


def test_an_officer_with_two_townships_names_cadres_of_both(as_user, county, people, officer):
    county.grant(officer, "supervisor", county.townships["B"])
    answer = as_user(officer).post("/api/v1/errands", json=errand(*people))
    assert (answer.status_code, answer.json["division"]["code"]) == (201, county.CODE)


def test_nobody_enters_an_own_errand(as_user, county, people):
    county.grant(people[0], "supervisor", county.county)
    refused = as_user(people[0]).post("/api/v1/errands", json=errand(*people))
    assert (refused.status_code, refused.json["reason"]) == (403, "own_record")
    assert county.session.scalar(select(func.count()).select_from(Leave)) == 0


@pytest.mark.parametrize(("role", "place", "status"), [
    ("supervisor", "B", 404), ("village", "A1", 403), ("admin", None, 403), ("auditor", None, 403),
    ("cadre", "A1", 403)])
def test_who_is_not_the_supervisor_of_everybody_named_enters_nothing(as_user, county, people, role, place, status):
    person = county.person(role, county.villages.get(place) or county.townships.get(place))
    assert as_user(person).post("/api/v1/errands", json=errand(*people)).status_code == status
    assert county.session.scalar(select(func.count()).select_from(Leave)) == 0


def test_a_stranger_neither_enters_nor_reads(client):
    assert client.post("/api/v1/errands", json={}).status_code == 401
    assert client.get("/api/v1/errands").status_code == 401


def test_a_cadre_that_is_not_there_or_never_posted_is_not_found_and_nothing_is_kept(as_user, county, people, officer):
    for ids in ([people[0].cadre.id, 2**31 - 1], [county.cadre(None).cadre.id]):
        answer = as_user(officer).post("/api/v1/errands", json=errand(cadre_ids=ids))
        assert (answer.status_code, answer.json["reason"]) == (404, "not_found")
    assert as_user(officer).get("/api/v1/errands").json == {"errands": []}


@pytest.mark.parametrize(("changes", "reason"), [
    ({"to_on": "2026-11-23"}, "period_reversed"), ({"to_on": "2027-11-25"}, "leave_too_long"),
    ({"kind": "private"}, "invalid"), ({"cadre_ids": []}, "invalid"), ({"title": ""}, "invalid"),
    ({"notice_sha256": "A" * 64}, "invalid"), ({"notice_sha256": "a" * 64 + "\n"}, "invalid")])
def test_an_errand_that_makes_no_sense_is_refused_in_words(as_user, people, officer, changes, reason):
    answer = as_user(officer).post("/api/v1/errands", json=errand(people[0], **changes))
    assert (answer.status_code, answer.json["reason"]) == (422, reason)


def test_lists_keep_to_the_month_and_to_ones_own(as_user, county, people, officer):
    client = as_user(officer)
    november = client.post("/api/v1/errands", json=errand(people[0], people[1], notice_sha256="a" * 64)).json
    december = client.post("/api/v1/errands", json=errand(people[1], from_on="2026-12-01", to_on="2026-12-01")).json

    def ids(who, query=""):
        return [row["id"] for row in as_user(who).get(f"/api/v1/errands{query}").json["errands"]]

    assert ids(officer) == [december["id"], november["id"]]
    assert (ids(officer, "?month=2026-11"), ids(officer, "?month=2026-10")) == ([november["id"]], [])
    assert ids(county.person("supervisor"), f"?division={county.villages['A1'].code}") == [november["id"]]
    assert (ids(people[0]), ids(people[2])) == ([november["id"]], [])
    [own] = as_user(people[0]).get("/api/v1/errands").json["errands"]
    assert ([row["name"] for row in own["cadres"]], own["notice_sha256"]) == (["张三"], "a" * 64)
    other = as_user(county.person("supervisor", county.townships["B"]))
    assert other.get(f"/api/v1/errands?division={county.townships['A'].code}").status_code == 404


def test_the_same_errand_twice_in_flight_is_kept_once(own_county, make_app, own_database):
    people = [own_county.cadre("A1") for _ in range(3)]
    headers = {"Authorization": f"Bearer {own_county.token(own_county.person('supervisor'))}"}
    own_county.session.commit()
    app, body = make_app(own_database), errand(*people)

    def send():
        answer = app.test_client().post("/api/v1/errands", json=body, headers=headers)
        return answer.status_code, answer.json

    results = in_parallel([send] * 4)
    assert sorted(status for status, _json in results) == [200, 200, 200, 201]
    assert all(json == results[0][1] for _status, json in results)
    own_county.session.rollback()
    assert own_county.session.scalar(select(func.count()).select_from(Leave)) == 3
    assert whole(own_county)


def test_one_id_for_different_people_at_once_belongs_to_one_of_them(own_county, own_database):
    one, other = own_county.cadre("A1"), own_county.cadre("B1")
    officer = own_county.person("supervisor")
    own_county.session.commit()
    county, database, id = own_county.county, Database(own_database), uuid4()
    sender = Identity(officer.user.id, "zh", None, 0, None,
                      (Grant("supervisor", county.id, county.path, "county"),))

    def send(person):
        with database.session() as session:
            _view, created = errands_service.enter_errand(
                session, identity=sender, id=id, kind="errand", title="开会", from_on=MONDAY, to_on=MONDAY,
                cadre_ids=[person.cadre.id], notice_sha256=None, content_hash=bytes([person.cadre.id]) * 32, now=NOW)
            session.commit()
            return created

    results = in_parallel([lambda: send(one), lambda: send(other)])
    assert [result for result in results if result is True] == [True]
    assert [type(result) for result in results if result is not True] == [IdReused]
    database.engine.dispose()
