"""What a phone is told has changed: everything that is its own, page by page, some of it twice, none of it never."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from api.auth import Identity
from api.sync import feed_service
from api.sync.cursor_rules import Cursor, open_cursor, seal_cursor
from api.visits.models import Linkage

SECRET = b"test"
AT = datetime(2026, 11, 20, 2, tzinfo=UTC)


@pytest.fixture
def cadre(county):
    return county.cadre("A1")


@pytest.fixture
def phone(as_user, cadre):
    return as_user(cadre)


def ask(phone, cursor=None):
    answer = phone.get("/api/v1/sync", query_string={} if cursor is None else {"cursor": cursor})
    assert answer.status_code == 200, answer.json
    return answer.json


def walk(phone, cursor=None):
    """All changes of a walk by (kind, id), and its last page."""
    found = {}
    while True:
        page = ask(phone, cursor)
        found.update(((one["kind"], one["id"]), one["record"]) for one in page["changes"])
        if page["is_complete"]:
            return found, page
        assert {page[name] for name in ("conflicts", "companionships", "reports", "emergency_duties")} == {None}
        cursor = page["cursor"]


@pytest.mark.parametrize("cursor", [
    Cursor(7, "ab", None, AT), Cursor(7, "ab", AT, None), Cursor(7, "ab", AT, AT, 1, (AT, "9")),
])
def test_a_cursor_comes_back_as_it_was_and_no_other_text_is_one(cursor):
    text = seal_cursor(SECRET, cursor)
    assert open_cursor(SECRET, text) == cursor
    others = (seal_cursor(b"other", cursor), text[:-2], "A" + text[1:], text + "A", "", "A", "é", "null", "A" * 600)
    assert [open_cursor(SECRET, other) for other in others if other != text] == [None] * len(others)


def test_a_phone_gets_the_households_of_its_villages_and_those_linked_to_its_cadre(county, phone, cadre):
    own, other = county.household("A1", "黎明", labels=("needy",), initials="lm"), county.household("B1")
    county.household("A2")
    county.household("A1", alive_to=date(2026, 11, 1))
    county.session.add(Linkage(cadre_id=cadre.cadre.id, household_id=other.id, kind="link", from_on=date(2026, 1, 1)))
    county.session.commit()
    found, page = walk(phone)
    assert found[("household", str(own.id))] == {
        "id": own.id, "village_code": county.villages["A1"].code, "number": own.number, "villagers_group": "一组",
        "householder": "黎明", "initials": "lm", "members": 3, "labels": ["needy"], "absences": [],
        "phone_last4": None, "last_visited_on": None, "links": []}
    assert found[("household", str(other.id))]["links"] == ["link"]
    assert len(found) == 2
    assert (page["villages"], page["starts_anew"], page["conflicts"]) == ([county.villages["A1"].code], True, [])
    assert {(one["kind"], one["state"]) for one in page["reports"]} >= {("meeting", "draft"), ("month", "draft")}


def test_only_what_changed_comes_again_and_what_is_gone_is_said_to_be(county, phone, clock):
    kept, ending = county.household("A1"), county.household("A1")
    concern = county.concern(county.cadre("A1"))
    county.session.commit()
    clock.now += timedelta(hours=1)
    _found, page = walk(phone)
    clock.now += timedelta(hours=1)
    found, page = walk(phone, page["cursor"])
    assert (found, page["starts_anew"]) == ({}, False)
    ending.alive_to, ending.ended_as, ending.changed_at = date(2026, 11, 1), "moved", clock.now
    concern.changed_at = clock.now
    county.session.commit()
    clock.now += timedelta(hours=1)
    found, page = walk(phone, page["cursor"])
    assert (found[("household", str(ending.id))], found[("concern", str(concern.id))]["text"]) == (None, "井水浑")
    assert ("household", str(kept.id)) not in found


def test_a_row_whose_transaction_was_in_flight_during_a_walk_comes_with_the_next(county, phone, clock):
    county.session.commit()
    _found, page = walk(phone)
    late = county.household("A1")
    # It began before the walk, and was committed after it.
    late.changed_at = clock.now - timedelta(minutes=8)
    county.session.commit()
    clock.now += timedelta(hours=1)
    found, page = walk(phone, page["cursor"])
    assert list(found) == [("household", str(late.id))]
    clock.now += timedelta(hours=1)
    assert walk(phone, page["cursor"])[0] == {}


def test_pages_leave_nothing_out_though_rows_changed_at_the_same_moment(county, cadre, monkeypatch):
    rows = [county.household("A1") for _ in range(7)]
    concerns = [county.concern(cadre) for _ in range(3)]
    identity, cursor, found = _identity(cadre), None, []
    for number in range(20):
        page = feed_service.read_changes(county.session, identity=identity, cursor=cursor, now=county.now, page_size=2)
        assert page.starts_anew == (number == 0)
        found += [(change.kind, change.id) for change in page.changes]
        cursor = page.cursor
        if page.is_complete:
            break
    assert sorted(map(str, found)) == sorted(map(str, [("household", row.id) for row in rows]
                                                 + [("concern", one.id) for one in concerns]))


def test_a_walk_starts_anew_when_the_posting_is_another(county, cadre):
    county.household("A1")
    identity = _identity(cadre)
    page = feed_service.read_changes(county.session, identity=identity, cursor=None, now=county.now)
    moved = replace(page.cursor, scope="another")
    again = feed_service.read_changes(county.session, identity=identity, cursor=moved, now=county.now)
    assert (again.starts_anew, len(again.changes)) == (True, 1)


def test_a_cursor_of_another_user_or_rubbish_is_refused_in_words(county, phone, as_user):
    theirs = ask(as_user(county.cadre("A1")))["cursor"]
    for cursor in (theirs, "x", theirs[:-1], "=HYPERLINK()", "../../x"):
        answer = phone.get("/api/v1/sync", query_string={"cursor": cursor})
        assert (answer.status_code, answer.json["reason"]) == (422, "cursor_invalid")
        assert "不带书签" in answer.json["message"]


def _identity(person):
    return Identity(person.user.id, "zh", person.cadre.id, 0, person.user.first_log_in_at, ())


def test_own_rounds_come_with_what_became_of_them_and_others_ask_for_ones_word(county, phone, cadre, as_user, clock):
    household, friend = county.household("A1"), county.cadre("A1")
    clock.now += timedelta(hours=1)
    body = {"id": "00000000-0000-4000-8000-000000000001", "captured_at": clock.now.isoformat(),
            "companion_ids": [friend.cadre.id],
            "visits": [{"id": "00000000-0000-4000-8000-000000000002", "household_id": household.id,
                        "manner": "in_person"}]}
    theirs = as_user(friend)
    county.session.commit()
    made = phone.post("/api/v1/rounds", json=body)
    assert made.status_code == 201, made.json
    found, page = walk(phone)
    assert (found["round", body["id"]], page["companionships"]) == (made.json, [])
    assert found["household", str(household.id)]["last_visited_on"] == "2026-11-20"
    asked = walk(theirs)[1]["companionships"]
    assert [one["round_id"] for one in asked] == [body["id"]]
    clock.now += timedelta(hours=1)
    answer = {"id": "00000000-0000-4000-8000-000000000003", "round_id": body["id"], "state": "joined",
              "captured_at": clock.now.isoformat()}
    assert theirs.post("/api/v1/companion-answers", json=answer).status_code == 201
    found, page = walk(phone, page["cursor"])
    assert found["round", body["id"]]["companions"][0]["state"] == "joined"
    joined, page = walk(theirs)
    assert (("round", body["id"]) in joined, page["companionships"]) == (True, [])


def test_emergency_duties_of_the_own_villages_come_until_they_are_over(county, as_user, clock):
    leader, both = county.person("supervisor"), county.cadre("A1", further=("B2",))
    body = {"kind": "flood", "reason": "防汛", "from_at": "2026-11-20T08:00:00+08:00",
            "until_at": "2026-11-20T12:00:00+08:00"}
    for number, name in enumerate(("A1", "A2", "B2"), 1):
        answer = as_user(leader).post("/api/v1/emergency-duties", json={
            "id": f"00000000-0000-4000-8000-00000000000{number}", "division_codes": [county.villages[name].code],
            **body})
        assert answer.status_code == 201, answer.json
    phone = as_user(both)
    assert walk(phone)[1]["emergency_duties"] == [
        {"id": f"00000000-0000-4000-8000-00000000000{number}", "kind": "flood", "reason": "防汛",
         "from_at": "2026-11-20T00:00:00Z", "until_at": "2026-11-20T04:00:00Z"} for number in (1, 3)]
    clock.now += timedelta(hours=2)
    assert walk(phone)[1]["emergency_duties"] == []
