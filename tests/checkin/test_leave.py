"""Leave and errands over HTTP, and what they do to the week."""

from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import select

from api.checkin.leave_rules import is_for_others, step_problem
from api.checkin.models import PostingWeek
from tests.county import County

MONDAY = date(2026, 11, 23)


def leave(**changes):
    return {"id": str(uuid4()), "kind": "private", "from_on": "2026-11-24", "to_on": "2026-11-25", **changes}


def step(client, leave_id, name, **more):
    return client.post(f"/api/v1/leaves/{leave_id}/steps", json={"id": str(uuid4()), "step": name, **more})


def week(county: County, cadre) -> tuple[int, int, int]:
    """(duty mask, stationed mask, required days) of the week of 23 November."""
    return tuple(county.session.execute(select(
        PostingWeek.duty_mask, PostingWeek.stationed_mask, PostingWeek.required_days).where(
        PostingWeek.posting_id == cadre.posting.id, PostingWeek.monday == MONDAY)).one())


def test_leave_is_asked_approved_by_the_township_and_taken_off_duty(as_user, county):
    cadre = county.cadre("A1", name="张三")
    asked = as_user(cadre).post("/api/v1/leaves", json=leave(reason="家里有事"))
    assert (asked.status_code, asked.json["state"], asked.json["days"], asked.json["approval_level"]) == (
        201, "asked", 2, "township")
    assert week(county, cadre) == (0b11111, 0, 4)
    answer = step(as_user(county.person("supervisor", county.townships["A"])), asked.json["id"], "approved")
    assert (answer.status_code, answer.json["state"], [one["step"] for one in answer.json["steps"]]) == (
        201, "approved", ["asked", "approved"])
    assert week(county, cadre) == (0b11001, 0, 3)


def test_the_same_request_again_changes_nothing(as_user, county):
    client, body = as_user(county.cadre("A1")), leave()
    first, again = (client.post("/api/v1/leaves", json=body) for _ in range(2))
    assert (first.status_code, again.status_code, again.json) == (201, 200, first.json)
    other = client.post("/api/v1/leaves", json={**body, "kind": "sick"})
    assert (other.status_code, other.json["reason"]) == (409, "id_reused")


def test_more_than_three_days_are_for_the_county(as_user, county):
    asked = as_user(county.cadre("A1")).post("/api/v1/leaves", json=leave(to_on="2026-11-27")).json
    assert asked["approval_level"] == "county"
    refused = step(as_user(county.person("supervisor", county.townships["A"])), asked["id"], "approved")
    assert (refused.status_code, refused.json["reason"]) == (403, "not_your_level")
    assert step(as_user(county.person("supervisor")), asked["id"], "approved").json["state"] == "approved"


def test_what_the_township_enters_within_its_power_is_approved_with_it(as_user, county):
    cadre, township = county.cadre("A1"), as_user(county.person("supervisor", county.townships["A"]))
    body = leave(cadre_id=cadre.cadre.id)
    entered = township.post("/api/v1/leaves", json=body)
    assert (entered.status_code, entered.json["state"]) == (201, "approved")
    assert township.post("/api/v1/leaves", json=body).status_code == 200
    longer = township.post("/api/v1/leaves", json=leave(cadre_id=cadre.cadre.id, to_on="2026-12-30"))
    assert longer.json["state"] == "asked"


def test_an_errand_counts_as_stationed(as_user, county):
    cadre = county.cadre("A1")
    as_user(county.person("supervisor")).post("/api/v1/leaves", json=leave(cadre_id=cadre.cadre.id, kind="errand"))
    assert week(county, cadre) == (0b11111, 0b00110, 4)


def test_coming_back_early_gives_the_duty_days_back(as_user, county):
    cadre = county.cadre("A1")
    client = as_user(county.person("supervisor"))
    entered = client.post("/api/v1/leaves", json=leave(cadre_id=cadre.cadre.id)).json
    outside = step(client, entered["id"], "returned", returned_on="2026-11-29")
    assert (outside.status_code, outside.json["reason"]) == (422, "returned_outside")
    back = step(as_user(cadre), entered["id"], "returned", returned_on="2026-11-25")
    assert (back.json["days"], back.json["returned_on"]) == (1, "2026-11-25")
    assert week(county, cadre) == (0b11101, 0, 4)


@pytest.fixture
def returned(as_user, county):
    """(the cadre, the id of a leave of 24 to 26 November whose return on the 25th the township noted)."""
    cadre, township = county.cadre("A1"), as_user(county.person("supervisor", county.townships["A"]))
    entered = township.post("/api/v1/leaves", json=leave(cadre_id=cadre.cadre.id, to_on="2026-11-26")).json
    assert step(township, entered["id"], "returned", returned_on="2026-11-25").status_code == 201
    return cadre, entered["id"]


@pytest.mark.parametrize("role, place, later, earlier", [
    ("cadre", None, (403, "own_record"), 201),
    ("cadre and supervisor", None, (403, "own_record"), 201),
    ("supervisor", "A", (201, None), 201),      # whoever noted it may have been mistaken
    ("supervisor", None, (201, None), 201),
    ("supervisor", "B", (404, "not_found"), 404),
    ("village", "A1", (403, "forbidden"), 403),
    ("admin", None, (403, "forbidden"), 403),
])
def test_a_return_that_was_noted_is_made_later_by_others_only(as_user, county, returned, role, place, later, earlier):
    cadre, leave_id = returned
    if role == "cadre and supervisor":
        county.grant(cadre, "supervisor", county.county)
    division = county.villages.get(place) or county.townships.get(place)
    client = as_user(cadre if role.startswith("cadre") else county.person(role, division))
    answer = step(client, leave_id, "returned", returned_on="2026-11-26")
    assert (answer.status_code, answer.json.get("reason") if answer.status_code != 201 else None) == later
    # The 25th is a duty day for as long as nobody else has said otherwise.
    assert week(county, cadre)[0] == (0b11001 if later[0] == 201 else 0b11101)
    assert step(client, leave_id, "returned", returned_on="2026-11-24").status_code == earlier


def test_a_cadre_notes_the_own_return_as_early_as_it_was_and_no_later(as_user, county):
    cadre = county.cadre("A1")
    entered = as_user(county.person("supervisor")).post(
        "/api/v1/leaves", json=leave(cadre_id=cadre.cadre.id, to_on="2026-11-26")).json
    client = as_user(cadre)
    body = {"id": str(uuid4()), "step": "returned", "returned_on": "2026-11-26"}
    path = f"/api/v1/leaves/{entered['id']}/steps"
    assert client.post(path, json=body).status_code == 201
    assert step(client, entered["id"], "returned", returned_on="2026-11-25").json["returned_on"] == "2026-11-25"
    # A phone that did not hear the answer asks again, and is told how the leave stands by now.
    again = client.post(path, json=body)
    assert (again.status_code, again.json["returned_on"]) == (200, "2026-11-25")
    refused = step(client, entered["id"], "returned", returned_on="2026-11-26")
    assert (refused.status_code, refused.json["reason"]) == (403, "own_record")


def test_nobody_approves_own_leave_and_everybody_may_withdraw_it(as_user, county):
    cadre = county.cadre("A1")
    county.grant(cadre, "supervisor", county.county)
    client = as_user(cadre)
    asked = client.post("/api/v1/leaves", json=leave()).json
    refused = step(client, asked["id"], "approved")
    assert (refused.status_code, refused.json["reason"], asked["state"]) == (403, "own_record", "asked")
    assert step(client, asked["id"], "withdrawn").json["state"] == "withdrawn"
    over = step(as_user(county.person("supervisor")), asked["id"], "approved")
    assert (over.status_code, over.json["reason"]) == (409, "leave_step")


@pytest.mark.parametrize("role, place, status", [
    ("village", "A1", 403), ("supervisor", "B", 404), ("admin", None, 403)])
def test_strangers_do_not_decide_on_leave(as_user, county, role, place, status):
    asked = as_user(county.cadre("A1")).post("/api/v1/leaves", json=leave()).json
    division = county.villages.get(place) or county.townships.get(place)
    assert step(as_user(county.person(role, division)), asked["id"], "approved").status_code == status


@pytest.mark.parametrize("changes, reason", [
    ({"to_on": "2026-11-23"}, "period_reversed"), ({"to_on": "2027-11-25"}, "leave_too_long"),
    ({"kind": "strike"}, "invalid"), ({"from_on": "2026-13-01"}, "invalid"), ({"from_on": "1999-01-01"}, "invalid")])
def test_a_request_that_makes_no_sense_is_refused_in_words(as_user, county, changes, reason):
    answer = as_user(county.cadre("A1")).post("/api/v1/leaves", json=leave(**changes))
    assert (answer.status_code, answer.json["reason"]) == (422, reason)


def test_lists_show_own_leave_to_the_cadre_and_all_below_to_the_township(as_user, county):
    one, other = county.cadre("A1"), county.cadre("B1")
    for cadre in (one, other):
        as_user(cadre).post("/api/v1/leaves", json=leave())
    own = as_user(one).get("/api/v1/leaves").json["leaves"]
    township = as_user(county.person("supervisor", county.townships["B"]))
    below = township.get(f"/api/v1/leaves?division={county.townships['B'].code}&state=asked").json["leaves"]
    assert [[row["cadre"]["id"] for row in rows] for rows in (own, below)] == [[one.cadre.id], [other.cadre.id]]
    assert township.get(f"/api/v1/leaves?cadre_id={one.cadre.id}").status_code == 404


TODAY, FROM, TO = date(2026, 11, 20), date(2026, 11, 24), date(2026, 11, 25)


@pytest.mark.parametrize("state, name, today, returned_on, note, expected", [
    ("asked", "approved", TODAY, None, None, None),
    ("asked", "refused", TODAY, None, None, "reason_missing"),
    ("asked", "refused", TODAY, None, "人手不够", None),
    ("asked", "returned", TODAY, FROM, None, "leave_step"),  # nobody comes back from what was not approved
    ("approved", "withdrawn", TODAY, None, None, None),
    ("approved", "withdrawn", TO, None, None, "leave_step"),  # begun: come back early instead
    ("approved", "refused", TODAY, None, "批错了", None),  # an approval made by mistake
    ("approved", "returned", TO, FROM, None, None),
    ("approved", "returned", TO, None, None, "returned_outside"),
    ("refused", "approved", TODAY, None, None, "leave_step"),  # over; ask anew
    ("withdrawn", "approved", TODAY, None, None, "leave_step"),
])
def test_a_leave_takes_only_the_steps_that_its_state_allows(state, name, today, returned_on, note, expected):
    assert step_problem(state=state, step=name, from_on=FROM, to_on=TO, returned_on=returned_on, today=today,
                        note=note) == expected


@pytest.mark.parametrize("name, held, returned_on, expected", [
    ("approved", None, None, True),
    ("refused", None, None, True),
    ("withdrawn", None, None, False),
    ("withdrawn", FROM, None, False),
    ("returned", None, TO, False),
    ("returned", FROM, TO, True),       # it would make days of leave out of days on duty
    ("returned", FROM, FROM, False),
    ("returned", TO, FROM, False),
    ("returned", FROM, None, False),    # no day at all is another mistake
])
def test_what_makes_more_of_an_own_leave_is_for_others(name, held, returned_on, expected):
    assert is_for_others(step=name, returned_on=returned_on, held=held) == expected
