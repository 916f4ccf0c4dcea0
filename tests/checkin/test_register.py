"""The attendance book over HTTP: lines count at once, repeating is harmless, nobody enters own ones."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from api.audit import AuditEntry
from api.checkin import kept_service, register_service
from api.checkin.models import Decision, Evidence
from tests.checkin.test_figures import statements_of

DAY = date(2026, 11, 18)
PATH = "/api/v1/register-lines"


def line(person, day=DAY, is_present=True) -> dict:
    return {"cadre_id": person.cadre.id, "day": day.isoformat(), "is_present": is_present}


def enter(client, *lines, reason=None):
    return client.post(PATH, json={"lines": list(lines), "reason": reason})


def standing(client, village, month="2026-11"):
    lines = client.get(f"{PATH}?village={village.code}&month={month}").json["lines"]
    return [(one["cadre_id"], one["day"], one["is_present"]) for one in lines]


def day_of(client, day=DAY):
    return client.get(f"/api/v1/stationed-days?from={day}&to={day}").json["days"][0]


@pytest.fixture
def village(as_user, county):
    return as_user(county.person("village", county.villages["A1"], name="王支书"))


def test_a_line_counts_at_once_and_says_who_entered_it(as_user, county, village):
    cadre = county.cadre("A1")
    answer = enter(village, line(cadre))
    assert (answer.status_code, [(one["is_present"], one["status"]) for one in answer.json["lines"]]) == (
        200, [(True, "counts")])
    day = day_of(as_user(cadre))
    assert (day["state"], day["why"], day["evidence"][0]["kind"]) == ("stationed", "confirmed", "register")
    assert [(one["level"], one["decided_by"]["name"]) for one in day["evidence"][0]["decisions"]] == [
        ("village", "王支书")]
    assert standing(village, county.villages["A1"]) == [(cadre.cadre.id, DAY.isoformat(), True)]
    entry = county.session.scalars(select(AuditEntry).where(AuditEntry.action == "register.entered")).one()
    assert entry.details == {"lines": [[cadre.cadre.id, DAY.isoformat(), True]], "reason": None}
    assert list(kept_service.differences(county.session, cadre_ids=[cadre.cadre.id])) == []


def test_the_same_lines_again_change_nothing(county, village):
    cadre = county.cadre("A1")
    lines = [line(cadre, DAY - timedelta(days=n)) for n in range(3)]
    first, again = enter(village, *lines), enter(village, *lines)
    assert first.json == again.json
    counts = [county.session.scalar(select(func.count()).select_from(table)) for table in (Evidence, Decision)]
    entries = county.session.scalars(select(AuditEntry).where(AuditEntry.action == "register.entered")).all()
    assert (counts, len(entries)) == ([3, 3], 1)


def test_a_line_is_taken_away_with_a_reason_and_put_back(as_user, county, village):
    cadre = county.cadre("A1")
    never = enter(village, line(cadre, is_present=False)).json["lines"][0]
    assert (never["evidence_id"], never["status"], never["is_present"]) == (None, None, False)
    enter(village, line(cadre))
    refused = enter(village, line(cadre, is_present=False), reason=" ")
    assert (refused.status_code, refused.json["reason"]) == (422, "reason_missing")
    taken = enter(village, line(cadre, is_present=False), reason="记错了")
    assert (taken.json["lines"][0]["status"], day_of(as_user(cadre))["state"]) == ("rejected", "rejected")
    assert standing(village, county.villages["A1"]) == [(cadre.cadre.id, DAY.isoformat(), False)]
    assert enter(village, line(cadre)).json["lines"][0]["status"] == "counts"
    assert day_of(as_user(cadre))["state"] == "stationed"


def test_a_line_taken_away_leaves_the_other_records_of_the_day(as_user, county, village):
    cadre = county.cadre("A1")
    county.check_in(cadre, DAY)
    enter(village, line(cadre))
    enter(village, line(cadre, is_present=False), reason="记错了")
    assert day_of(as_user(cadre))["why"] == "inside"


def test_a_higher_level_has_the_last_word_and_the_village_does_not_repeat_itself(as_user, county, village):
    cadre, township = county.cadre("A1"), as_user(county.person("supervisor", county.townships["A"]))
    enter(village, line(cadre))
    enter(township, line(cadre, is_present=False), reason="当天在县里开会")
    for _ in range(2):
        assert enter(village, line(cadre)).json["lines"][0]["status"] == "rejected"
    assert county.session.scalar(select(func.count()).select_from(Decision)) == 2
    assert enter(township, line(cadre)).json["lines"][0]["status"] == "counts"


@pytest.mark.parametrize("role, place, village_of_cadre, status", [
    ("village", "A1", "A1", 200), ("village", "A1", "A2", 404), ("supervisor", "A", "A2", 200),
    ("supervisor", "B", "A1", 404), ("supervisor", None, "B2", 200), ("admin", None, "A1", 403),
    ("cadre", "A1", "A1", 403), ("auditor", None, "A1", 403)])
def test_who_enters_lines_and_sees_them(as_user, county, role, place, village_of_cadre, status):
    divisions = {**county.villages, **county.townships, None: county.county}
    client = as_user(county.person(role, divisions[place]))
    assert enter(client, line(county.cadre(village_of_cadre))).status_code == status
    seen = client.get(f"{PATH}?month=2026-11&village={county.villages[village_of_cadre].code}")
    assert seen.status_code == status


def test_nobody_in_no_log_in(client, county):
    assert client.post(PATH, json={"lines": []}).status_code == 401
    assert client.get(f"{PATH}?month=2026-11&village={county.villages['A1'].code}").status_code == 401


def test_a_wider_division_is_no_village(as_user, county):
    answer = as_user(county.person("supervisor")).get(f"{PATH}?month=2026-11&village={county.townships['A'].code}")
    assert (answer.status_code, answer.json["reason"]) == (422, "not_a_village")


def test_a_neighbouring_village_that_the_posting_covers_enters_lines_too(as_user, county):
    cadre = county.cadre("A1", further=("A2",))
    neighbour = as_user(county.person("village", county.villages["A2"]))
    assert enter(neighbour, line(cadre)).json["lines"][0]["status"] == "counts"
    assert standing(neighbour, county.villages["A2"]) == [(cadre.cadre.id, DAY.isoformat(), True)]


def test_the_book_lists_who_covers_the_village_from_next_door_and_no_figure_of_theirs(as_user, county):
    cadre = county.cadre("B1", name="联片的人", further=("A1",), from_on=date(2026, 11, 2), to_on=date(2026, 11, 20))
    county.check_in(cadre, DAY)
    county.cadre("B1", further=("A1",), to_on=date(2026, 10, 20))
    clerk = as_user(county.person("village", county.villages["A1"]))
    [row] = clerk.get(f"{PATH}?village={county.villages['A1'].code}&month=2026-11").json["further_rows"]
    sheet = clerk.get(f"/api/v1/month-sheets?village={county.villages['A1'].code}&month=2026-11").json
    signs = dict(zip([day["day"] for day in sheet["days"]], row["signs"], strict=True))
    assert (row["cadre"], row["home"]) == ({"id": cadre.cadre.id, "name": "联片的人"}, "B1村")
    assert (signs[DAY.isoformat()], signs["2026-11-01"], signs["2026-11-21"]) == ("stationed", "", "")
    assert sheet["rows"] == []
    home = as_user(county.person("village", county.villages["B1"]))
    assert home.get(f"{PATH}?village={county.villages['B1'].code}&month=2026-11").json["further_rows"] == []


def test_nobody_enters_own_lines_whatever_the_grants(as_user, county):
    cadre, other = county.cadre("A1"), county.cadre("A1")
    for role, division in (("village", county.villages["A1"]), ("supervisor", county.county)):
        county.grant(cadre, role, division)
    answer = enter(as_user(cadre), line(other), line(cadre))
    assert (answer.status_code, answer.json["reason"]) == (403, "own_record")
    assert county.session.scalar(select(func.count()).select_from(Evidence)) == 0


@pytest.mark.parametrize("lines, reason", [
    ([(1, True)], "future_day"), ([(0, True), (0, False)], "line_twice"), ([(-400, True)], "day_outside_posting")])
def test_lines_that_cannot_be_are_refused_whole(county, village, lines, reason):
    cadre, today = county.cadre("A1"), county.now.date()
    answer = enter(village, line(cadre, today - timedelta(days=1)),
                   *(line(cadre, today + timedelta(days=n), is_present) for n, is_present in lines), reason="补记")
    assert (answer.status_code, answer.json["reason"]) == (422, reason)
    assert county.session.scalar(select(func.count()).select_from(Evidence)) == 0


def test_lines_are_few_enough_to_read(county, village):
    cadre = county.cadre("A1")
    answer = enter(village, *[line(cadre)] * 1001)
    assert (answer.status_code, answer.json["reason"]) == (422, "invalid")


def test_a_phone_that_took_the_lines_id_beforehand_does_not_keep_it_out(as_user, county, village):
    cadre = county.cadre("A1")
    taken = register_service.source_of(cadre.cadre.id, DAY)
    as_user(cadre).post("/api/v1/declarations", json={"id": str(taken), "day": "2026-11-10",
                                                      "captured_at": "2026-11-20T09:59:00+08:00"})
    entered = enter(village, line(cadre)).json["lines"][0]
    assert (entered["status"], UUID(entered["evidence_id"]) == taken) == ("counts", False)
    assert enter(village, line(cadre)).json["lines"][0] == entered


def test_a_line_may_be_decided_on_like_any_evidence(as_user, county, village):
    cadre = county.cadre("A1")
    entered = enter(village, line(cadre)).json["lines"][0]
    answer = as_user(county.person("supervisor", county.townships["A"])).post("/api/v1/decisions", json={
        "id": str(uuid4()), "evidence_id": entered["evidence_id"], "outcome": "rejected", "reason": "当天在县里"})
    assert (answer.status_code, day_of(as_user(cadre))["state"]) == (201, "rejected")


def test_a_thousand_lines_ask_hardly_more_than_ten(as_user, county, connection, village):
    few, many = [county.cadre("A1") for _ in range(2)], [county.cadre("A1") for _ in range(10)]
    county.session.commit()
    short = statements_of(connection, lambda: enter(village, *(line(one) for one in few)))
    days = [DAY - timedelta(days=n) for n in range(20)]
    long = statements_of(connection, lambda: enter(village, *(line(one, day) for one in many for day in days)))
    # A list of rows goes to the database at once; only the kept weeks of more days are more.
    assert long <= short + 4
