"""Checking, confirming and closing a month over HTTP: who, in which order, and once."""

from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from api import audit
from api.audit import AuditEntry
from api.checkin.month_models import MonthClose, MonthStep
from api.checkin.sheet_rules import sheet_hash
from tests.checkin.month import MONTH, close, closing, look, row_of, say, stay
from tests.checkin.test_register import enter, line


@pytest.fixture
def pair(county):
    """Two cadres of A1; one was there in October."""
    one, other = county.cadre("A1", name="张三"), county.cadre("A1", name="李四")
    stay(county, one)
    return one, other


@pytest.fixture
def village(as_user, county):
    return as_user(county.person("village", county.villages["A1"], name="王支书"))


@pytest.fixture
def township(as_user, county):
    return as_user(county.person("supervisor", county.townships["A"], name="赵主任"))


@pytest.fixture
def confirmed(as_user, pair, village):
    """The month of A1, checked by both cadres and confirmed; answers the sheet as the village sees it."""
    for person in pair:
        client = as_user(person)
        assert say(client, "checked", look(client), person=person).status_code == 201
    assert say(village, "confirmed", look(village)).status_code == 201
    return look(village)


def outcome(answer):
    return answer.status_code, answer.json["reason"]


def test_the_cadre_checks_the_village_confirms_the_township_closes(as_user, county, pair, village, township):
    sheets = {}
    for person in pair:
        client = as_user(person)
        sheets[person.cadre.id] = look(client)
        answer = say(client, "checked", sheets[person.cadre.id], person=person)
        assert (answer.status_code, answer.json["step"], answer.json["by"]["id"], answer.json["village"]["name"],
                answer.json["month"]) == (201, "checked", person.user.id, "A1村", MONTH)
    seen = look(village)
    assert [(row["check"]["step"], row["check"]["holds"]) for row in seen["rows"]] == [("checked", True)] * 2
    assert seen["may"] == {"check": False, "confirm": True, "reopen": False, "close": False, "on_paper": False}
    assert say(village, "confirmed", seen).status_code == 201
    seen = look(township, county.villages["A1"])
    assert (seen["state"], seen["confirmation"]["by"]["name"], seen["may"]["close"]) == ("confirmed", "王支书", True)
    answer = close(township, seen, note="与纸质表一致")
    assert (answer.status_code, answer.json["hash"], answer.json["by"]["name"]) == (
        201, seen["sheet_hash"], "赵主任")
    closed = look(township, county.villages["A1"])
    assert (closed["state"], closed["close"], closed["rows"]) == ("closed", answer.json, seen["rows"])
    assert (closed["corrections"], any(closed["may"].values())) == ([], False)
    kept = county.session.scalars(select(MonthClose)).one()
    assert (kept.hash, kept.hash.hex()) == (sheet_hash(kept.sheet), seen["sheet_hash"])


def test_every_step_is_in_the_townships_chain_with_what_was_seen(county, confirmed, township):
    close(township, confirmed)
    entries = county.session.scalars(select(AuditEntry).where(AuditEntry.action.startswith("month."))
                                     .order_by(AuditEntry.number)).all()
    assert [(entry.action, entry.chain, entry.subject) for entry in entries] == [
        (f"month.{step}", county.townships["A"].id, f"month:{county.villages['A1'].code}:2026-10")
        for step in ("checked", "checked", "confirmed", "closed")]
    assert entries[2].details["seen_hash"] == entries[3].details["hash"] == confirmed["sheet_hash"]
    assert list(audit.verify(county.session)) == []


def test_the_same_step_again_answers_the_same(as_user, county, pair, village):
    sheet = look(village)
    body = {"id": str(uuid4()), "month": MONTH, "step": "confirmed", "village_code": sheet["village"]["code"],
            "seen_hash": sheet["sheet_hash"], "note": "都看过"}
    first, again = (village.post("/api/v1/month-steps", json=body) for _ in range(2))
    assert (first.status_code, again.status_code, again.json) == (201, 200, first.json)
    other = village.post("/api/v1/month-steps", json={**body, "note": "另一句"})
    assert outcome(other) == (409, "id_reused")
    colleague = as_user(county.person("village", county.villages["A1"]))
    assert outcome(colleague.post("/api/v1/month-steps", json=body)) == (409, "id_reused")
    assert county.session.scalar(select(func.count()).select_from(MonthStep)) == 1


def test_the_same_closing_again_answers_the_same_and_another_id_learns_who_closed(as_user, county, confirmed,
                                                                                  township):
    body = closing(confirmed)
    first, again = (township.post("/api/v1/month-closings", json=body) for _ in range(2))
    assert (first.status_code, again.status_code, again.json) == (201, 200, first.json)
    assert outcome(township.post("/api/v1/month-closings", json={**body, "note": "x"})) == (409, "id_reused")
    late = close(as_user(county.person("supervisor")), confirmed)
    assert outcome(late) == (409, "month_closed")
    assert (late.json["errors"]["close"]["id"], late.json["errors"]["close"]["by"]) == (body["id"], "赵主任")
    assert outcome(say(as_user(county.person("village", county.villages["A1"])), "confirmed", confirmed)) == (
        409, "month_closed")


def test_a_word_holds_only_while_the_row_is_what_was_seen(as_user, county, pair, village, township, confirmed):
    county.check_in(pair[1], date(2026, 10, 12))
    county.session.commit()
    sheet = look(township, county.villages["A1"])
    assert (sheet["state"], sheet["confirmation"]["holds"]) == ("open", False)
    assert [row["check"]["holds"] for row in sheet["rows"]] == [True, False]
    assert outcome(close(township, confirmed)) == (409, "sheet_changed")
    assert outcome(close(township, sheet)) == (409, "not_confirmed")
    assert outcome(say(village, "confirmed", confirmed)) == (409, "sheet_changed")
    assert outcome(say(village, "confirmed", sheet)) == (409, "not_all_checked")
    assert say(village, "confirmed", sheet, note="李四手机坏了，当面核对过").status_code == 201
    assert close(township, sheet).status_code == 201


def test_what_was_confirmed_can_be_taken_back_until_it_is_closed(village, township, confirmed):
    assert say(village, "reopened", confirmed).status_code == 201
    sheet = look(village)
    assert (sheet["state"], sheet["confirmation"]) == ("open", None)
    assert outcome(close(township, sheet)) == (409, "not_confirmed")
    assert outcome(say(village, "reopened", sheet)) == (409, "not_confirmed")


def test_a_dispute_needs_its_reason_and_is_not_overlooked(as_user, county, pair, village, township, confirmed):
    client = as_user(pair[1])
    assert outcome(say(client, "disputed", look(client), person=pair[1])) == (422, "reason_missing")
    assert say(client, "disputed", look(client), person=pair[1], note="12日我在村里").status_code == 201
    sheet = look(township, county.villages["A1"])
    assert (sheet["state"], row_of(sheet, pair[1])["check"]["note"]) == ("confirmed", "12日我在村里")
    assert outcome(close(township, sheet)) == (409, "disputed_since")
    assert close(township, sheet, note="已与本人、村里核实，12日无记录").status_code == 201


def test_what_was_signed_on_paper_is_entered_by_the_township_and_is_of_equal_standing(county, pair, village,
                                                                                      township):
    sheet = look(township, county.villages["A1"])
    assert sheet["may"]["on_paper"] is True
    assert outcome(say(township, "checked", sheet, person=pair[0])) == (403, "not_your_step")
    assert outcome(say(village, "confirmed", sheet, on_paper=True, note="x")) == (403, "not_your_step")
    assert outcome(say(township, "checked", sheet, person=pair[0], on_paper=True)) == (422, "reason_missing")
    for person in pair:
        assert say(township, "checked", sheet, person=person, on_paper=True, note="11月3日签字").status_code == 201
    assert say(township, "confirmed", sheet, on_paper=True, note="王支书11月4日签字").status_code == 201
    assert close(township, sheet).status_code == 201
    closed = look(village)
    assert closed["confirmation"]["on_paper"] and all(row["check"]["on_paper"] for row in closed["rows"])


def test_nobody_confirms_or_closes_an_own_month_whatever_the_grants(as_user, county, pair, confirmed):
    person = pair[0]
    county.grant(person, "village", county.villages["A1"])
    county.grant(person, "supervisor", county.county)
    client = as_user(person)
    sheet = look(client, county.villages["A1"])
    assert sheet["may"] == {"check": True, "confirm": False, "reopen": False, "close": False, "on_paper": False}
    refused = [
        say(client, "confirmed", sheet), say(client, "confirmed", sheet, on_paper=True, note="x"),
        say(client, "reopened", sheet), close(client, sheet),
        say(client, "checked", sheet, person=pair[0], on_paper=True, note="x"),
        say(client, "checked", sheet, person=pair[1]),
        say(client, "checked", sheet, person=pair[1], on_paper=True, note="x")]
    assert [outcome(answer) for answer in refused] == [(403, "own_record")] * len(refused)
    assert say(client, "checked", sheet, person=person).status_code == 201


def test_a_running_month_takes_no_step(as_user, county, pair, village, township):
    sheet = look(village, month="2026-11")
    assert (sheet["over"], any(sheet["may"].values())) == (False, False)
    own = as_user(pair[0])
    for answer in (say(own, "checked", look(own, month="2026-11"), person=pair[0]), say(village, "confirmed", sheet),
                   close(township, sheet)):
        assert outcome(answer) == (409, "month_not_over")


def test_a_village_without_cadres_has_no_month_to_close(as_user, county):
    client = as_user(county.person("supervisor"))
    sheet = look(client, county.villages["B2"])
    assert (sheet["rows"], sheet["total"]["rate"]) == ([], None)
    assert outcome(close(client, sheet)) == (409, "month_empty")


@pytest.mark.parametrize("role, place, statuses", [
    ("village", "A1", (403, 201, 403)), ("village", "A2", (404, 404, 403)), ("supervisor", "A", (403, 403, 201)),
    ("supervisor", "B", (404, 404, 404)), ("supervisor", None, (403, 403, 201)), ("cadre", "A1", (404, 404, 403)),
    ("admin", None, (403, 403, 403)), ("auditor", None, (403, 403, 403))])
def test_each_role_takes_its_own_steps_only(as_user, county, pair, confirmed, role, place, statuses):
    divisions = {**county.villages, **county.townships, None: county.county}
    client = as_user(county.person(role, divisions[place]))
    answers = (say(client, "checked", confirmed, person=pair[0]), say(client, "confirmed", confirmed),
               close(client, confirmed))
    assert tuple(answer.status_code for answer in answers) == statuses


def test_without_a_log_in_nothing_is_said_and_nothing_seen(client, confirmed):
    answers = (say(client, "confirmed", confirmed), close(client, confirmed),
               client.get(f"/api/v1/month-sheets?month={MONTH}"), client.get(f"/api/v1/month-closings?month={MONTH}"))
    assert [answer.status_code for answer in answers] == [401] * 4


def test_a_cadre_reaches_the_own_row_only(as_user, county, pair):
    stranger, colleague = county.cadre("B1"), as_user(pair[1])
    sheet = look(as_user(county.person("supervisor")), county.villages["A1"])
    assert say(as_user(stranger), "checked", sheet, person=pair[0]).status_code == 404
    assert say(colleague, "checked", sheet, person=pair[0]).status_code == 404
    assert outcome(say(colleague, "confirmed", sheet)) == (403, "own_record")


@pytest.mark.parametrize("changes, field", [
    ({"step": "checked"}, "posting_id"), ({"step": "confirmed", "village_code": None}, "village_code"),
    ({"step": "signed"}, "step"), ({"seen_hash": "0" * 63}, "seen_hash"), ({"seen_hash": "X" * 64}, "seen_hash")])
def test_a_step_that_names_nothing_is_refused_in_words(village, county, changes, field):
    answer = village.post("/api/v1/month-steps", json={
        "id": str(uuid4()), "month": MONTH, "step": "confirmed", "village_code": county.villages["A1"].code,
        "seen_hash": "0" * 64, **changes})
    assert (answer.status_code, answer.json["reason"], list(answer.json["errors"]["json"])) == (
        422, "invalid", [field])


def test_after_closing_everything_else_goes_on(as_user, county, pair, village, township, confirmed):
    waiting = county.check_in(pair[1], date(2026, 10, 20), metres_north=9000)
    county.session.commit()
    sheet = look(village)
    say(village, "confirmed", sheet, note="李四一天待定")
    assert close(township, sheet).status_code == 201
    decided = village.post("/api/v1/decisions", json={
        "id": str(uuid4()), "evidence_id": str(waiting.id), "outcome": "confirmed", "reason": "在外组"})
    asked = as_user(pair[0]).post("/api/v1/leaves", json={
        "id": str(uuid4()), "kind": "sick", "from_on": "2026-10-30", "to_on": "2026-10-30"})
    approved = township.post(f"/api/v1/leaves/{asked.json['id']}/steps", json={
        "id": str(uuid4()), "step": "approved"})
    entered = enter(village, line(pair[1], date(2026, 10, 21)))
    assert [one.status_code for one in (decided, asked, approved, entered)] == [201, 201, 201, 200]
    closed = look(village)
    assert (closed["close"]["hash"], len(closed["corrections"])) == (sheet["sheet_hash"], 5)
    live = look(village, more="&live=true")
    assert (live["rows"] != closed["rows"], live["corrections"]) == (True, closed["corrections"])
