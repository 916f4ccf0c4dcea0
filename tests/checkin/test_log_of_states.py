"""The audit log tells of every state that something was put into: what it was, and who did it."""

from datetime import date
from io import BytesIO
from uuid import uuid4

import pytest
from sqlalchemy import select

from api.audit import COUNTY_CHAIN, AuditEntry
from api.postings.divisions_import_service import import_divisions
from tests.checkin.month import MONTH, look, say
from tests.checkin.test_leave import leave, step
from tests.conftest import NOW
from tests.county import County
from tests.postings.test_proposals import ADDRESS, decide, proposal


@pytest.fixture
def people(county):
    """Who is at work in township A, by what they are called in the tables below."""
    return {"cadre": county.cadre("A1", name="张三"), "village": county.person("village", county.villages["A1"]),
            "township": county.person("supervisor", county.townships["A"]), "admin": county.person("admin")}


def told(county, beginning: str) -> list[tuple]:
    """(action, chain, subject, user, details) of the entries whose action begins so, the earliest first."""
    found = county.session.scalars(select(AuditEntry).where(AuditEntry.action.startswith(beginning))
                                   .order_by(AuditEntry.number))
    return [(one.action, one.chain, one.subject, one.user_id, one.details) for one in found]


# Who takes which step on a leave that the cadre asked for, and what goes with it.
@pytest.mark.parametrize("steps", [
    [("township", "approved", {})],
    [("township", "refused", {"note": "人手不够"})],
    [("cadre", "withdrawn", {})],
    [("township", "approved", {}), ("cadre", "returned", {"returned_on": "2026-11-25", "note": "事办完了"})],
], ids=lambda steps: steps[-1][1])
def test_every_step_of_a_leave_is_told(as_user, county, people, steps):
    asked = as_user(people["cadre"]).post("/api/v1/leaves", json=leave()).json
    for who, name, more in steps:
        assert step(as_user(people[who]), asked["id"], name, **more).status_code == 201
    assert told(county, "leave.") == [
        (f"leave.{name}", county.townships["A"].id, f"leave:{asked['id']}", people[who].user.id,
         {"cadre": people["cadre"].cadre.id, "note": more.get("note")}) for who, name, more in steps]


def test_a_leave_that_the_township_enters_is_told_as_entered_and_as_approved(as_user, county, people):
    cadre_id = people["cadre"].cadre.id
    entered = as_user(people["township"]).post("/api/v1/leaves", json=leave(cadre_id=cadre_id, reason="来电话请的"))
    assert told(county, "leave.") == [
        (action, county.townships["A"].id, f"leave:{entered.json['id']}", people["township"].user.id,
         {"cadre": cadre_id, "note": note})
        for action, note in (("leave.entered", "来电话请的"), ("leave.approved", None))]


@pytest.mark.parametrize("who", ["village", "township"])
@pytest.mark.parametrize("outcome", ["confirmed", "rejected"])
def test_a_decision_on_a_record_is_told(as_user, county, people, outcome, who):
    record = county.check_in(people["cadre"], date(2026, 11, 18), metres_north=9000)
    county.session.commit()
    answer = as_user(people[who]).post("/api/v1/decisions", json={
        "id": str(uuid4()), "evidence_id": str(record.id), "outcome": outcome, "reason": "当面问过"})
    assert answer.status_code == 201
    assert told(county, "evidence.") == [
        (f"evidence.{outcome}", county.townships["A"].id, f"evidence:{record.id}", people[who].user.id,
         {"level": who, "reason": "当面问过", "day": "2026-11-18", "cadre": people["cadre"].cadre.id})]


def test_a_month_that_is_disputed_and_one_that_is_opened_again_are_told(as_user, county, people):
    cadre, taken = people["cadre"], []
    for who, name, person, note in (("cadre", "disputed", cadre, "12日我在村里"), ("village", "confirmed", None, "查过登记簿"),
                                    ("village", "reopened", None, "再核对")):
        client = as_user(people[who])
        sheet = look(client)
        assert say(client, name, sheet, person=person, note=note).status_code == 201
        seen = sheet["rows"][0]["row_hash"] if person else sheet["sheet_hash"]
        taken.append((f"month.{name}", county.townships["A"].id, f"month:{county.villages['A1'].code}:{MONTH}",
                      people[who].user.id, {"posting": person and person.posting.id, "note": note, "on_paper": False,
                                            "seen_hash": seen}))
    assert told(county, "month.") == taken


@pytest.mark.parametrize(("state", "reason"), [("approved", None), ("declined", "在邻村地界")])
def test_a_decision_on_a_proposed_place_is_told(as_user, county, people, state, reason):
    made = as_user(people["village"]).post(ADDRESS, json=proposal(county)).json
    decided = decide(as_user(people["township"]), made, state, **({"reason": reason} if reason else {}))
    assert decided.status_code == 200
    assert told(county, "proposal.") == [
        (f"proposal.{state}", county.townships["A"].id, f"place_proposal:{made['id']}", people["township"].user.id,
         {"village": county.villages["A1"].code, "name": made["name"], "reason": reason,
          "place": decided.json["place_id"]})]


def test_a_new_cadre_is_told(as_user, county, people):
    user = county.person().user
    made = as_user(people["admin"]).post("/api/v1/cadres", json={
        "user_id": user.id, "sending_unit": "县水务局", "rank": "staff", "cadre_role": "team_member"})
    assert told(county, "cadre.") == [
        ("cadre.created", COUNTY_CHAIN, f"cadre:{made.json['id']}", people["admin"].user.id,
         {"rank": "staff", "cadre_role": "team_member"})]


def test_a_password_that_is_set_is_told_and_not_shown(as_user, county, people, hashes):
    user = people["village"].user
    assert as_user(people["village"]).put("/api/v1/me/password", json={"new": "long enough"}).status_code == 204
    assert told(county, "password.") == [("password.set", COUNTY_CHAIN, f"user:{user.id}", user.id, {})]


def test_a_village_that_moves_is_told_in_the_chain_of_its_new_township(county, people):
    village, before, after = county.villages["A1"], county.townships["A"], county.townships["B"]
    file = f"code,name,parent_code,level\n{after.code},{after.name},{County.CODE},township\n" \
           f"{village.code},{village.name},{after.code},village\n"
    report = import_divisions(county.session, file=BytesIO(file.encode()), county_code=County.CODE,
                              by_id=people["admin"].user.id, now=NOW)
    assert report.problems == []
    assert told(county, "division.") == [
        ("division.moved", after.id, f"division:{village.id}", people["admin"].user.id,
         {"code": village.code, "from": before.code, "to": after.code})]
