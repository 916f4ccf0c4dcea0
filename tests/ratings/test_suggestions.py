"""The suggestion box over HTTP: who writes, follows, sees, answers; on both databases."""

import json
from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from api import audit
from api.audit import COUNTY_CHAIN, AuditEntry
from api.diary.models import Concern
from api.postings.account_models import LogInCount
from api.ratings import suggestion_contacts_service, suggestion_entry_service, suggestion_steps_service
from api.ratings.codes_service import new_code
from api.ratings.codes_rules import RECEIPT
from api.ratings.suggestion_models import Suggestion, SuggestionStep
from api.sealing import Keyring

MARK, WHOM, NAME, PHONE = "暗号九七", "王伟", "赵小满", "13800001111"
TODAY = date(2026, 11, 20)


def body(county, village="A1", **changes):
    code = county.villages[village].code if village in county.villages else village
    return {"id": str(uuid4()), "receipt": new_code(RECEIPT), "division_code": code, "kind": "suggestion",
            "about": "village", "about_whom": None, "text": f"路灯坏了{MARK}", "name": None, "phone": None, **changes}


def put(client, county, **changes):
    """Write something into the box; answers (id, receipt)."""
    sent = body(county, **changes)
    answer = client.post("/api/v1/suggestions", json=sent)
    assert answer.status_code == 201, answer.json
    return sent["id"], sent["receipt"]


def step(client, id, name, **details):
    return client.post(f"/api/v1/suggestions/{id}/steps", json={"id": str(uuid4()), "step": name, **details})


def follow(client, receipt):
    return client.post("/api/v1/suggestion-receipts", json={"receipt": receipt})


def appeal(client, receipt, text="没有解决问题", **details):
    return client.post("/api/v1/suggestion-receipts/appeals",
                       json={"id": str(uuid4()), "receipt": receipt, "text": text, **details})


@pytest.fixture
def county_user(as_user, county):
    return as_user(county.person("supervisor", name="县里人"))


@pytest.fixture
def township_user(as_user, county):
    return as_user(county.person("supervisor", county.townships["A"], name="镇里人"))


def test_what_is_written_is_kept_with_the_day_only_and_the_receipt_leads_back(client, county):
    sent = body(county)
    answer = client.post("/api/v1/suggestions", json=sent)
    assert (answer.status_code, answer.json["received_on"]) == (201, "2026-11-20")
    assert "".join(answer.json["receipt_groups"]) == sent["receipt"]
    assert "X-Request-Id" not in answer.headers and "Set-Cookie" not in answer.headers
    typed = "  ".join(group.lower() for group in answer.json["receipt_groups"])
    assert follow(client, typed).json == {
        "division": {"code": county.villages["A1"].code, "name": "A1村", "level": "village"}, "kind": "suggestion",
        "about": "village", "about_whom": None, "text": sent["text"], "received_on": "2026-11-20", "state": "received",
        "due_on": "2026-11-27", "has_contact": False, "steps": [], "may_appeal": False, "appeal_until": None}
    kept = county.session.scalars(select(Suggestion)).one()
    assert sent["receipt"].encode() not in kept.receipt_hash + kept.content_hash
    times = [column.name for table in (Suggestion, SuggestionStep) for column in table.__table__.columns
             if column.name.endswith("_at")]
    assert times == []


def test_a_lost_answer_loses_nothing_and_an_id_is_used_once(client, county):
    sent = body(county, name=NAME)
    assert client.post("/api/v1/suggestions", json=sent).status_code == 201
    again = client.post("/api/v1/suggestions", json=sent)
    assert again.status_code == 200 and "".join(again.json["receipt_groups"]) == sent["receipt"]
    for change in ({"text": "别的内容也行"}, {"name": "别人"}, {"receipt": new_code(RECEIPT)}):
        refused = client.post("/api/v1/suggestions", json={**sent, **change})
        assert (refused.status_code, refused.json["reason"]) == (409, "id_reused")
    # A receipt belongs to one suggestion.
    other = client.post("/api/v1/suggestions", json={**sent, "id": str(uuid4())})
    assert (other.status_code, other.json["reason"]) == (409, "id_reused")
    assert county.session.scalar(select(func.count()).select_from(Suggestion)) == 1


@pytest.mark.parametrize(("change", "status", "reason"), [
    ({"receipt": "ABCD"}, 422, "receipt_malformed"),
    ({"receipt": "0000000000000001"}, 422, "receipt_malformed"),
    ({"about": "person"}, 422, "suggestion_whom_missing"),
    ({"about": "person", "about_whom": "  "}, 422, "suggestion_whom_missing"),
    ({"text": "        "}, 422, "suggestion_text_missing"),
    ({"division_code": "999999999999"}, 404, "division_not_found"),
    ({"division_code": "520300000000"}, 404, "division_not_found"),      # above the county
    ({"text": "短"}, 422, "invalid"), ({"text": "长" * 2001}, 422, "invalid"), ({"kind": "praise"}, 422, "invalid"),
    ({"about": "county"}, 422, "invalid"), ({"id": "1"}, 422, "invalid"), ({"text": "a\x00bcdef"}, 422, "invalid"),
    ({"name": "\ud800"}, 422, "invalid"), ({"more": 1}, 422, "invalid"), ({"phone": "1" * 31}, 422, "invalid")])
def test_rubbish_is_refused_and_nothing_is_kept(client, county, change, status, reason):
    answer = client.post("/api/v1/suggestions", data=json.dumps(body(county, **change)),
                         content_type="application/json")
    assert (answer.status_code, answer.json["reason"]) == (status, reason)
    assert county.session.scalar(select(func.count()).select_from(Suggestion)) == 0


@pytest.mark.parametrize("receipt", ["", "x", "ABCD EFGH JKMN PQRS", "一" * 16, "0" * 16, "\x00" * 16])
def test_a_receipt_that_is_none(client, county, receipt):
    put(client, county)
    assert follow(client, receipt).status_code in (404, 422)


def test_without_a_place_it_is_the_countys(client, county, county_user):
    id, _receipt = put(client, county, division_code=None, about="app", kind="complaint")
    seen = county_user.get(f"/api/v1/suggestions/{id}").json
    assert (seen["division"]["code"], seen["about"]) == (county.CODE, "app")


CLASSES = [(kind, about) for about in ("person", "app", "village") for kind in ("suggestion", "complaint")]
# Which of CLASSES, all of them about village A1, each user sees.
SEES = {
    "county": "111111", "township": "000011", "other_township": "000000", "committee": "000010",
    "other_committee": "000000", "discipline": "110000", "township_discipline": "110000",
    "other_discipline": "000000", "posted_leader": "001100", "leader_of_committee": "001110", "named_leader": "001111",
    "named_discipline": "000000"}


def reader(county, who):
    a, b, county_ = county.townships["A"], county.townships["B"], county.county
    if who == "posted_leader":
        person = county.cadre("A1")
        county.grant(person, "supervisor", county_)
        return person
    if who == "leader_of_committee":
        person = county.person("supervisor")
        county.grant(person, "village", county.villages["A1"])
        return person
    role, division, name = {
        "county": ("supervisor", county_, None), "township": ("supervisor", a, None),
        "other_township": ("supervisor", b, None), "committee": ("village", county.villages["A1"], None),
        "other_committee": ("village", county.villages["A2"], None), "discipline": ("discipline", county_, None),
        "township_discipline": ("discipline", a, None), "other_discipline": ("discipline", b, None),
        "named_leader": ("supervisor", county_, WHOM), "named_discipline": ("discipline", county_, WHOM)}[who]
    return county.person(role, division, name=name)


@pytest.mark.parametrize("who", SEES)
def test_who_sees_what_in_lists_by_itself_in_files_and_in_steps(client, county, as_user, who):
    ids = [put(client, county, kind=kind, about=about, about_whom=f"驻村的{WHOM[0]} {WHOM[1]}" if about == "person"
               else None, name=NAME, phone=PHONE, text=f"{about}-{kind}-{MARK}")[0] for kind, about in CLASSES]
    user = as_user(reader(county, who))
    expected = {id for id, sees in zip(ids, SEES[who], strict=True) if sees == "1"}
    listed = user.get("/api/v1/suggestions").json["suggestions"]
    assert {one["id"] for one in listed} == expected
    assert json.loads(user.get("/api/v1/suggestions?page_size=1").headers["X-Pagination"])["total"] == len(expected)
    for id, (kind, about) in zip(ids, CLASSES, strict=True):
        seen = id in expected
        assert user.get(f"/api/v1/suggestions/{id}").status_code == (200 if seen else 404)
        filtered = user.get("/api/v1/suggestions", query_string={"about": about, "kind": kind}).json["suggestions"]
        assert [one["id"] for one in filtered] == ([id] if seen else [])
        if not seen:
            assert step(user, id, "accept").status_code == 404
            assert user.post(f"/api/v1/suggestions/{id}/concerns", json={"id": str(uuid4()), "kind": "other"}
                             ).status_code in (403, 404)
        if not seen or who in ("committee", "leader_of_committee") and about == "village":
            reveal = user.post(f"/api/v1/suggestions/{id}/contacts", json={"reason": "要回访核实"})
            assert reveal.status_code in (403, 404)
    # No list holds a name or a number.
    assert NAME not in json.dumps(listed, ensure_ascii=False) and PHONE not in json.dumps(listed)
    assert {one["has_contact"] for one in listed} <= {who not in ("committee", "leader_of_committee"), True}


@pytest.mark.parametrize("who", ["cadre", "admin", "auditor"])
def test_others_do_not_come_in(client, county, as_user, who):
    id, _receipt = put(client, county)
    user = as_user(county.cadre("A1") if who == "cadre" else county.person(who))
    assert user.get("/api/v1/suggestions").status_code == 403
    assert user.get(f"/api/v1/suggestions/{id}").status_code == 403
    assert step(user, id, "accept").status_code == 403
    assert client.get("/api/v1/suggestions").status_code == 401


def test_nobody_else_reads_of_a_division_out_of_reach(client, county, township_user):
    put(client, county)
    assert township_user.get("/api/v1/suggestions", query_string={"division": county.townships["B"].code}
                             ).status_code == 404


def test_the_whole_course_with_its_days_and_an_appeal(client, clock, county, as_user):
    people = [county.person("supervisor"), county.person("supervisor", county.townships["A"], name="镇里人")]
    county_user, township_user = map(as_user, people)
    id, receipt = put(client, county, kind="complaint")
    assert step(county_user, id, "answer", text="早").json["reason"] == "suggestion_step"
    accepted = step(township_user, id, "accept").json
    assert (accepted["state"], accepted["due_on"]) == ("accepted", "2026-12-20")
    noted = step(township_user, id, "note", text="只给自己看的话", is_told=False).json
    assert (noted["state"], noted["due_on"]) == ("handling", "2026-12-20")
    step(township_user, id, "note", text="电工下周来", is_told=True)
    assert step(township_user, id, "answer").json["reason"] == "suggestion_text_missing"
    answered = step(township_user, id, "answer", text="灯已修好").json
    assert (answered["state"], answered["due_on"], answered["appeal_until"]) == ("answered", None, "2026-12-20")
    assert step(township_user, id, "close").json["reason"] == "suggestion_appeal_open"
    told = follow(client, receipt).json
    assert [(one["step"], one["text"]) for one in told["steps"]] == [
        ("accept", None), ("note", "电工下周来"), ("answer", "灯已修好")]
    assert told["may_appeal"] and "镇里人" not in json.dumps(told, ensure_ascii=False)
    clock.now += timedelta(days=30)
    assert appeal(client, receipt).status_code == 201
    assert follow(client, receipt).json["due_on"] == "2027-01-19"
    assert appeal(client, receipt).json["reason"] == "suggestion_appealed_already"
    clock.now = county.now = clock.now + timedelta(days=31)
    # They log in anew.
    county_user, township_user = map(as_user, people)
    assert [one["id"] for one in township_user.get("/api/v1/suggestions?overdue=true").json["suggestions"]] == [id]
    final = step(county_user, id, "answer", text="又看了一遍").json
    assert (final["state"], final["appeal_until"]) == ("answered", None)
    assert township_user.get("/api/v1/suggestions?overdue=true").json["suggestions"] == []
    assert appeal(client, receipt).json["reason"] == "suggestion_appealed_already"
    closed = step(county_user, id, "close").json
    assert (closed["state"], closed["closed_on"], closed["next_steps"]) == ("closed", "2027-01-20", [])


def test_an_appeal_comes_once_and_in_time(client, clock, county, township_user):
    id, receipt = put(client, county)
    assert appeal(client, receipt).json["reason"] == "suggestion_not_answered"
    assert step(township_user, id, "decline").json["reason"] == "suggestion_text_missing"
    step(township_user, id, "decline", text="不归镇里管")
    sent = {"id": str(uuid4())}
    assert appeal(client, receipt, **sent).status_code == 201
    assert appeal(client, receipt, **sent).status_code == 200
    assert appeal(client, receipt, text="换了内容的话", **sent).json["reason"] == "id_reused"
    other, late = put(client, county)
    step(township_user, other, "decline", text="不归镇里管")
    assert appeal(client, late, **sent).json["reason"] == "id_reused"
    clock.now += timedelta(days=31)
    assert appeal(client, late).json["reason"] == "suggestion_appeal_late"
    assert appeal(client, new_code(RECEIPT)).json["reason"] == "receipt_unknown"


def test_a_step_that_is_sent_again_is_taken_once(client, county, township_user, county_user):
    id, _receipt = put(client, county)
    sent = {"id": str(uuid4()), "step": "accept"}
    path = f"/api/v1/suggestions/{id}/steps"
    assert [township_user.post(path, json=sent).status_code for _ in range(2)] == [201, 200]
    assert township_user.post(path, json={**sent, "text": "又"}).json["reason"] == "id_reused"
    assert county_user.post(path, json=sent).json["reason"] == "id_reused"
    assert county.session.scalar(select(func.count()).select_from(SuggestionStep)) == 1


def test_a_village_answers_suggestions_about_itself_and_an_appeal_goes_above(client, county, as_user, township_user):
    village = as_user(county.person("village", county.villages["A1"]))
    id, receipt = put(client, county)
    assert village.get(f"/api/v1/suggestions/{id}").json["next_steps"] == ["accept"]
    assert step(village, id, "decline", text="不办").json["reason"] == "suggestion_of_others"
    assert step(village, id, "reclassify", kind="complaint").status_code == 403
    step(village, id, "accept")
    assert step(village, id, "answer", text="本周就修").json["state"] == "answered"
    appeal(client, receipt)
    assert village.get(f"/api/v1/suggestions/{id}").json["next_steps"] == []
    assert step(village, id, "answer", text="还是那句").json["reason"] == "suggestion_of_others"
    assert step(township_user, id, "answer", text="已督促").json["state"] == "answered"


def test_reclassified_about_a_person_it_leaves_the_township_at_once(client, county, as_user, township_user,
                                                                    county_user):
    id, _receipt = put(client, county, kind="complaint")
    assert step(township_user, id, "reclassify").json["reason"] == "suggestion_same_class"
    assert step(township_user, id, "reclassify", about="person").json["reason"] == "suggestion_whom_missing"
    sent = {"id": str(uuid4()), "step": "reclassify", "about": "person", "about_whom": WHOM, "text": "涉及干部"}
    path = f"/api/v1/suggestions/{id}/steps"
    answers = [township_user.post(path, json=sent) for _ in range(2)]
    assert [(one.status_code, one.json) for one in answers] == [
        (201, {"id": id, "is_out_of_sight": True}), (200, {"id": id, "is_out_of_sight": True})]
    assert township_user.get(f"/api/v1/suggestions/{id}").status_code == 404
    discipline = as_user(county.person("discipline"))
    assert discipline.get(f"/api/v1/suggestions/{id}").json["about_whom"] == WHOM
    back = step(county_user, id, "reclassify", about="village", kind="suggestion").json
    assert (back["about"], back["kind"], back["is_out_of_sight"]) == ("village", "suggestion", False)


@pytest.mark.parametrize("written", ["王\u3000伟", "王\u00a0伟", "王  伟（村主任）"])
def test_whoever_is_named_when_it_is_reclassified_never_finds_it_in_a_list(client, county, as_user, written):
    id, _receipt = put(client, county, kind="complaint")
    named, other = (as_user(county.person("supervisor", name=name)) for name in (WHOM, "县里人"))
    assert step(other, id, "reclassify", about="person", about_whom=written).status_code == 201
    assert named.get(f"/api/v1/suggestions/{id}").status_code == 404
    assert named.get("/api/v1/suggestions").json["suggestions"] == []
    assert len(other.get("/api/v1/suggestions").json["suggestions"]) == 1
    # A name of nothing but spaces names nobody.
    third, _receipt = put(client, county, kind="complaint")
    refused = step(other, third, "reclassify", about="person", about_whom=" \u3000 ")
    assert (refused.status_code, refused.json["reason"]) == (422, "suggestion_whom_missing")


def test_a_township_auditor_reads_nothing_of_it(client, county, as_user, county_user, township_user):
    id, _receipt = put(client, county, about="person", about_whom=WHOM, name=NAME, phone=PHONE)
    other, _receipt = put(client, county)
    step(county_user, id, "accept")
    step(county_user, id, "note", text=MARK)
    step(township_user, other, "accept")
    county_user.post(f"/api/v1/suggestions/{id}/contacts", json={"reason": "打电话核实"})
    county_user.post("/api/v1/exports", buffered=True, json={
        "kind": "suggestions", "division_code": county.townships["A"].code})
    entries = county.session.scalars(select(AuditEntry).where(AuditEntry.action.startswith("suggestion."))).all()
    assert {entry.chain for entry in entries} == {COUNTY_CHAIN} and len(entries) == 4
    said = json.dumps([[entry.subject, entry.details] for entry in entries], ensure_ascii=False)
    assert MARK not in said and WHOM not in said and NAME not in said and PHONE not in said
    auditor = as_user(county.person("auditor", county.townships["A"]))
    read = auditor.get("/api/v1/audit-entries", query_string={"from": "2026-11-01"}).json["entries"]
    assert [one for one in read if "suggestion" in json.dumps(one)] == []
    assert list(audit.verify(county.session)) == []


def test_a_contact_is_sealed_shown_for_a_reason_and_logged(app, client, county, county_user, township_user):
    id, receipt = put(client, county, kind="complaint", name=NAME, phone=PHONE)
    nameless, _receipt = put(client, county, name=" ", phone="")
    kept = county.session.scalars(select(Suggestion).where(Suggestion.sealed_contact.is_not(None))).one()
    assert NAME.encode() not in kept.sealed_contact and PHONE.encode() not in kept.sealed_contact
    assert follow(client, receipt).json["has_contact"] is True
    path = f"/api/v1/suggestions/{id}/contacts"
    assert township_user.post(path, json={"reason": "看"}).json["reason"] == "reason_too_short"
    assert township_user.post(path, json={"reason": "打电话核实"}).json == {"name": NAME, "phone": PHONE}
    assert township_user.post(f"/api/v1/suggestions/{nameless}/contacts", json={"reason": "打电话核实"}
                              ).json["reason"] == "no_contact"
    entry = county.session.scalars(select(AuditEntry).where(
        AuditEntry.action == "suggestion.contact_revealed")).one()
    assert (entry.chain, entry.details) == (COUNTY_CHAIN, {"reason": "打电话核实"})
    app.config["SEALING"] = Keyring([("other", bytes(range(1, 33)))])
    assert township_user.post(path, json={"reason": "打电话核实"}).json["reason"] == "contact_unreadable"


def test_contacts_are_sealed_again_under_a_new_key(client, county):
    put(client, county, name=NAME, phone=PHONE)
    ring = Keyring([("new", bytes(range(1, 33))), ("test", bytes(range(32)))])
    assert suggestion_contacts_service.seal_again(county.session, ring, most=5) == 1
    assert suggestion_contacts_service.seal_again(county.session, ring, most=5) == 0
    one = county.session.scalars(select(Suggestion)).one()
    assert one.contact_key_id == "new"
    assert PHONE in ring.open(one.sealed_contact, "new", table="suggestions", column="contact", row=one.id)


def test_what_nobody_can_appeal_against_is_closed_and_contacts_go_in_time(client, clock, county, township_user):
    id, receipt = put(client, county, name=NAME, phone=PHONE)
    step(township_user, id, "decline", text="不归镇里管")

    def night(day):
        closed = suggestion_steps_service.close_settled(county.session, today=day, now=clock.now)
        return closed, suggestion_contacts_service.forget_contacts(county.session, today=day, now=clock.now)

    last = TODAY + timedelta(days=30)
    assert night(last) == (0, 0)
    assert night(last + timedelta(days=1)) == (1, 0)
    assert night(last + timedelta(days=180)) == (0, 0)
    assert night(last + timedelta(days=181)) == (0, 1)
    one = county.session.scalars(select(Suggestion)).one()
    assert (one.state, one.sealed_contact, one.contact_key_id, one.content_hash) == ("closed", None, None, b"")
    assert follow(client, receipt).json["steps"][-1]["step"] == "close"


def test_a_suggestion_becomes_a_concern_once_and_a_complaint_never(client, county, as_user, township_user):
    id, _receipt = put(client, county)
    complaint, _receipt = put(client, county, kind="complaint")
    sent = {"id": str(uuid4()), "kind": "facility"}
    path = f"/api/v1/suggestions/{id}/concerns"
    answers = [township_user.post(path, json=sent) for _ in range(2)]
    assert [(one.status_code, one.json["concern_id"]) for one in answers] == [(201, sent["id"]), (200, sent["id"])]
    assert township_user.post(path, json={"id": str(uuid4()), "kind": "facility"}
                              ).json["reason"] == "suggestion_has_concern"
    assert township_user.post(f"/api/v1/suggestions/{complaint}/concerns", json={"id": str(uuid4()), "kind": "other"}
                              ).json["reason"] == "suggestion_not_open"
    concern = county.session.scalars(select(Concern)).one()
    assert (concern.source_kind, str(concern.source_id), MARK in concern.text) == ("suggestion", id, True)
    village = as_user(county.person("village", county.villages["A1"]))
    assert village.post(path, json=sent).status_code == 403
    # What another suggestion says must not be taken for kept because its concern came with a used id.
    other, _receipt = put(client, county, text="水管也坏了")
    refused = township_user.post(f"/api/v1/suggestions/{other}/concerns", json=sent)
    assert (refused.status_code, refused.json["reason"]) == (409, "id_reused")
    assert township_user.get(f"/api/v1/suggestions/{other}").json["concern_id"] is None


def test_a_hall_behind_one_address_is_served_and_a_flood_is_not(client, clock, county, monkeypatch):
    monkeypatch.setattr(suggestion_entry_service, "MOST_OF_AN_ADDRESS", 3)
    for _number in range(3):
        put(client, county)
    refused = client.post("/api/v1/suggestions", json=body(county))
    assert (refused.status_code, refused.json["reason"]) == (429, "suggestions_too_many")
    assert int(refused.headers["Retry-After"]) > 0
    # The counter knows no address and no time but when its window began.
    kept = county.session.scalars(select(LogInCount)).one()
    assert b"127.0.0.1" not in kept.key and (kept.window_at.minute % 15, kept.window_at.second) == (0, 0)
    clock.now += timedelta(minutes=16)
    put(client, county)
