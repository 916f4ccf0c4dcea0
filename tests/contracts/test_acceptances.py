"""Acceptances through the API: due, inspected, surveyed, confirmed together, archived."""

from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import select

from api.audit import AuditEntry
from api.contracts.acceptance_models import Acceptance, AcceptanceStep
from api.contracts.models import Contract, ContractRevision
from api.contracts.notice_models import SupervisionNotice
from tests.checkin.test_figures import statements_of
from tests.contracts.promised import publish, revise, roster, say
from tests.contracts.test_deeds import completion, parallel_clients
from tests.parallel import in_parallel
from tests.photos.pictures import from_a_camera, sha256

LATE = date(2026, 11, 10)
GROUP = {"satisfied": 6, "basically": 2, "dissatisfied": 1, "unknown": 1}
SURVEY = {"party_members": GROUP, "representatives": {**GROUP, "satisfied": 16}}


def found(line, assessors, **changes) -> dict:
    return {"id": str(uuid4()), "line_id": str(line), "inspected_on": "2026-11-19", "place": "三组组路",
            "verdict": "met", "measured": 4.05, "findings": "全线贯通，宽3.5米", "assessor_ids": assessors[:2], **changes}


def step(name: str, **changes) -> dict:
    return {"id": str(uuid4()), "step": name, **changes}


def confirmation(assessors, **changes) -> dict:
    return step("confirmed", details={"held_on": "2026-11-20", "present": assessors[:3], "verdict": "met", **changes})


@pytest.fixture
def people(county):
    return {
        "cadre": county.cadre("A1", name="张三"),
        "committee": county.person("village", county.villages["A1"], name="李支书"),
        "township": county.person("supervisor", county.townships["A"], name="赵镇长"),
        "county": county.person("supervisor", name="钱主任"),
        "neighbour": county.cadre("A2"), "other_committee": county.person("village", county.villages["A2"]),
        "other_township": county.person("supervisor", county.townships["B"]),
        "discipline": county.person("discipline"), "admin": county.person("admin"),
    }


@pytest.fixture
def assessors(county):
    return roster(county)


@pytest.fixture
def line(county):
    [line] = publish(county, "A1", {"due_on": LATE})
    return line


@pytest.fixture
def accept(as_user, people, line, assessors):
    """Enter an acceptance of the line that is due, and answer its id."""
    def send(**changes):
        answer = as_user(people["township"]).post("/api/v1/acceptances", json=found(line, assessors, **changes))
        assert answer.status_code == 201, answer.json
        return answer.json["id"]
    return send


@pytest.fixture
def take(as_user, people):
    def send(id, body, who="township"):
        answer = as_user(people[who]).post(f"/api/v1/acceptances/{id}/steps", json=body)
        return answer.status_code, answer.json.get("state") or answer.json["reason"]
    return send


def test_what_waits_is_what_was_completed_or_is_past_its_deadline(as_user, county, people, clock):
    lines = publish(county, "A1", {"due_on": LATE}, {}, {"due_on": None}, {"due_on": date(2026, 11, 20)})
    [elsewhere] = publish(county, "A2", {})
    publish(county, "B1", {"due_on": LATE}, state="signed")
    for village, one in (("committee", lines[1]), ("other_committee", elsewhere)):
        as_user(people[village]).post("/api/v1/completions", json=completion(one))

    def due(who="township", query=""):
        return as_user(people[who]).get(f"/api/v1/acceptances/due{query}").json["due"]

    assert [(one["village"]["name"], one["line_id"], one["reason"], one["since_on"], one["accept_by"],
             one["is_overdue"]) for one in due()] == [
        ("A1村", str(lines[0]), "deadline", "2026-11-10", "2026-11-17", True),
        ("A1村", str(lines[1]), "completed", "2026-11-18", "2026-11-25", False),
        ("A2村", str(elsewhere), "completed", "2026-11-18", "2026-11-25", False)]
    assert due()[0]["completion"] is None and due()[1]["completion"]["by"]["name"] == "李支书"
    assert [len(due(who)) for who in ("cadre", "committee", "county", "neighbour", "other_township")] == [2, 2, 3, 1, 0]
    assert len(due(query=f"?division={county.villages['A2'].code}")) == 1
    assert [one["is_overdue"] for one in due(query="?overdue=true")] == [True]
    told = as_user(people["township"]).get("/api/v1/acceptances/due?overdue=true").json
    assert (told["count"], told["overdue_count"]) == (3, 1)
    outside = as_user(people["other_township"]).get(f"/api/v1/acceptances/due?division={county.villages['A1'].code}")
    assert outside.status_code == 404
    late = [as_user(people[who]).get("/api/v1/notice-figures").json["acceptances_overdue"]
            for who in ("township", "committee", "county", "other_committee", "other_township")]
    assert late == [1, 1, 1, 0, 0]
    # A line without a deadline is due when its contract has ended.
    clock.now = county.now = clock.now.replace(year=2027, month=1, day=1)
    assert [(one["line_id"], one["since_on"]) for one in due(query=f"?division={county.villages['A1'].code}")][2:] == [
        (str(lines[2]), "2026-12-31"), (str(lines[3]), "2026-11-20")]


def test_an_acceptance_is_entered_once_and_seen_with_its_item(as_user, county, people, line, assessors):
    client, body = as_user(people["township"]), found(line, assessors, assessor_ids=assessors[1::-1])
    first, again = (client.post("/api/v1/acceptances", json=body) for _ in range(2))
    assert (first.status_code, again.status_code, again.json) == (201, 200, first.json)
    shown = dict(first.json)
    item = shown.pop("item")
    assert (item["text"], item["target"], item["number"]) == ("修通组路", 4, 1)
    assert shown == {
        "id": body["id"], "line_id": str(line), "contract_id": str(county.session.scalar(select(Contract.id))),
        "village": {"code": county.villages["A1"].code, "name": "A1村", "level": "village"},
        "inspected_on": "2026-11-19", "place": "三组组路", "verdict": "met", "measured": 4.05,
        "findings": "全线贯通，宽3.5米", "completion": None, "survey": None, "needs_survey": False,
        "assessors": [{"id": assessors[0], "name": "周主任", "post": "director"},
                      {"id": assessors[1], "name": "吴一", "post": "member"}],
        "state": "inspected", "final_verdict": None, "steps": [], "photos": [], "is_incomplete": False,
        "entered_by": {"id": people["township"].user.id, "name": "赵镇长"}, "is_editable": True,
        "next_steps": [{"step": "surveyed", "needs": ["party_members", "representatives"]},
                       {"step": "confirmed", "needs": ["held_on", "present", "verdict"]}],
        "notice": None, "changed_at": "2026-11-20T02:00:00Z", "version": 1}
    assert client.post("/api/v1/acceptances", json={**body, "place": "别处"}).json["reason"] == "id_reused"
    assert as_user(people["county"]).post("/api/v1/acceptances", json=body).json["reason"] == "id_reused"
    second = as_user(people["county"]).post("/api/v1/acceptances", json=found(line, assessors))
    assert (second.status_code, second.json["reason"]) == (409, "already_accepted")
    assert as_user(people["township"]).get("/api/v1/acceptances/due").json["due"] == []
    told = as_user(people["committee"]).post("/api/v1/completions", json=completion(line))
    assert (told.status_code, told.json["reason"]) == (409, "already_accepted")


@pytest.mark.parametrize(("changes", "status", "reason"), [
    ({"inspected_on": "2026-11-21"}, 422, "inspected_in_future"),
    ({"inspected_on": "2026-11-09"}, 422, "inspected_before_due"),
    ({"line_id": str(uuid4())}, 404, "not_found"),
    ({"verdict": "good"}, 422, "invalid"),
    ({"measured": 4.055}, 422, "invalid"),
    ({"survey": {"party_members": GROUP}}, 422, "invalid"),
    ({"survey": {**SURVEY, "party_members": {**GROUP, "asked": 9}}}, 422, "invalid"),
    ({"survey": {**SURVEY, "party_members": dict.fromkeys(GROUP, 0)}}, 422, "invalid"),
    ({"survey": {**SURVEY, "party_members": {**GROUP, "asked": 10}}}, 201, None),
])
def test_what_does_not_add_up_is_refused(as_user, people, line, assessors, changes, status, reason):
    answer = as_user(people["township"]).post("/api/v1/acceptances", json=found(line, assessors, **changes))
    assert (answer.status_code, answer.json.get("reason")) == (status, reason)


def test_the_assessors_are_of_the_published_roster_and_none_is_of_the_village(as_user, county, people, line):
    client = as_user(people["township"])

    def refused(ids, **changes):
        answer = client.post("/api/v1/acceptances", json=found(line, ids, **changes))
        return answer.status_code, answer.json["reason"]

    assert refused([1, 2]) == (409, "roster_unpublished")
    ids = roster(county, users=(people["committee"], people["cadre"]))
    elsewhere = roster(county, "B", published_on=None)
    assert refused([ids[2], elsewhere[0]]) == refused([ids[2], 2**31 - 1]) == (422, "assessor_unknown")
    assert refused([ids[2], ids[2]]) == (422, "too_few_assessors")
    assert refused([ids[2]]) == (422, "invalid")
    assert refused([ids[0], ids[2]]) == refused([ids[1], ids[2]]) == (422, "assessor_of_village")
    assert client.post("/api/v1/acceptances", json=found(line, ids[2:])).status_code == 201


def test_nothing_is_accepted_before_it_is_due_or_once_it_is_not_published(as_user, county, people, assessors):
    [early, hidden] = [*publish(county, "A1", {}), *publish(county, "A2", {"due_on": LATE}, state="approved")]
    client = as_user(people["township"])
    answers = [client.post("/api/v1/acceptances", json=found(one, assessors)) for one in (early, hidden)]
    assert [(one.status_code, one.json["reason"]) for one in answers] == [
        (409, "acceptance_not_due"), (409, "line_not_published")]


def test_it_is_checked_against_what_the_contract_said_then(as_user, county, people, line, accept):
    id = accept()
    contract = county.session.scalar(select(Contract))
    county.session.scalars(select(ContractRevision)).one().state = "replaced"
    say(county, revise(county, contract, number=2), line, text="改过的")
    county.session.commit()
    assert as_user(people["cadre"]).get(f"/api/v1/acceptances/{id}").json["item"]["text"] == "修通组路"


@pytest.mark.parametrize(("who", "reads", "enters"), [
    ("cadre", 200, 403), ("committee", 200, 403), ("township", 200, 201), ("county", 200, 201),
    ("neighbour", 404, 403), ("other_committee", 404, 403), ("other_township", 404, 404), ("discipline", 403, 403),
    ("admin", 403, 403)])
def test_who_reads_and_who_accepts(as_user, county, people, line, assessors, accept, who, reads, enters):
    [other] = publish(county, "A1", {"due_on": LATE}, year=2025)
    id, client = accept(), as_user(people[who])
    assert client.get(f"/api/v1/acceptances/{id}").status_code == reads
    listed = client.get("/api/v1/acceptances")
    assert len(listed.json.get("acceptances", [])) == (1 if reads == 200 else 0)
    decides = 200 if enters == 201 else enters
    assert client.patch(f"/api/v1/acceptances/{id}", json={"place": "二组"},
                        headers={"If-Match": '"1"'}).status_code == decides
    assert client.post(f"/api/v1/acceptances/{id}/steps", json=step("surveyed", details=SURVEY)).status_code == enters
    assert client.post("/api/v1/acceptances", json=found(other, assessors)).status_code == enters
    if reads == 200:
        assert bool(client.get(f"/api/v1/acceptances/{id}").json["next_steps"]) == (enters == 201)


@pytest.mark.parametrize("role", ["village", "cadre"])
def test_nobody_accepts_what_is_the_own_record_whatever_other_grants(as_user, county, line, assessors, accept, role):
    person = county.cadre("A1") if role == "cadre" else county.person("village", county.villages["A1"])
    county.grant(person, "supervisor", county.townships["A"])
    [other] = publish(county, "A1", {"due_on": LATE}, year=2025)
    id, client = accept(), as_user(person)
    refused = [client.post("/api/v1/acceptances", json=found(other, assessors)),
               client.patch(f"/api/v1/acceptances/{id}", json={"place": "二组"}, headers={"If-Match": '"1"'}),
               client.post(f"/api/v1/acceptances/{id}/steps", json=confirmation(assessors))]
    assert [(one.status_code, one.json["reason"]) for one in refused] == [(403, "own_record")] * 3
    seen = client.get(f"/api/v1/acceptances/{id}").json
    assert (seen["next_steps"], seen["is_editable"]) == ([], False)


def test_who_reported_it_completed_does_not_accept_it_after_the_posting(as_user, county, assessors, clock):
    [line] = publish(county, "A1", {})
    cadre = county.cadre("A1", to_on=date(2026, 11, 19))
    assert as_user(cadre).post("/api/v1/completions", json=completion(
        line, captured_at="2026-11-18T10:00:00+08:00")).status_code == 201
    county.grant(cadre, "supervisor", county.townships["A"])
    answer = as_user(cadre).post("/api/v1/acceptances", json=found(line, assessors))
    assert (answer.status_code, answer.json["reason"]) == (403, "own_record")


def test_who_reported_it_completed_does_not_decide_on_what_a_colleague_entered(
        as_user, county, people, assessors, take):
    [line] = publish(county, "A1", {})
    people["former"] = county.cadre("A1", to_on=date(2026, 11, 19))
    assert as_user(people["former"]).post("/api/v1/completions", json=completion(
        line, captured_at="2026-11-18T10:00:00+08:00")).status_code == 201
    id = as_user(people["township"]).post("/api/v1/acceptances", json=found(line, assessors)).json["id"]
    county.grant(people["former"], "supervisor", county.townships["A"])
    assert take(id, confirmation(assessors), "former") == (403, "own_record")
    client = as_user(people["former"])
    changed = client.patch(f"/api/v1/acceptances/{id}", json={"verdict": "met"}, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.json["reason"]) == (403, "own_record")
    seen = client.get(f"/api/v1/acceptances/{id}").json
    assert (seen["next_steps"], seen["is_editable"]) == ([], False)
    assert take(id, confirmation(assessors)) == (201, "confirmed")


def test_the_whole_course_and_every_step_that_it_refuses(as_user, county, people, assessors, accept, take):
    id = accept()
    assert take(id, step("archived")) == (409, "acceptance_step")
    assert take(id, step("surveyed", details=SURVEY)) == (201, "inspected")
    assert take(id, step("surveyed", details={**SURVEY, "party_members": {**GROUP, "asked": 3}})) == (422, "invalid")
    body = confirmation(assessors, verdict="partly")
    assert [take(id, body) for _ in range(2)] == [(201, "confirmed"), (200, "confirmed")]
    assert take(id, {**body, "note": "别的"}) == take(id, body, "county") == (409, "id_reused")
    refused = as_user(people["township"]).post(f"/api/v1/acceptances/{id}/steps", json=confirmation(assessors))
    assert (refused.status_code, refused.json["reason"], refused.json["errors"]) == (
        409, "acceptance_step", {"allowed": ["archived"]})
    assert take(id, step("surveyed", details=SURVEY)) == (409, "acceptance_step")
    changed = as_user(people["township"]).patch(f"/api/v1/acceptances/{id}", json={"place": "二组"},
                                                headers={"If-Match": '"3"'})
    assert (changed.status_code, changed.json["reason"]) == (409, "acceptance_step")
    assert take(id, step("archived", note="卷宗3号"), "county") == (201, "archived")
    assert take(id, step("archived")) == (409, "acceptance_step")
    seen = as_user(people["committee"]).get(f"/api/v1/acceptances/{id}").json
    assert [(one["step"], one["by"]["name"], one["note"]) for one in seen["steps"]] == [
        ("surveyed", "赵镇长", None), ("confirmed", "赵镇长", None), ("archived", "钱主任", "卷宗3号")]
    assert seen["steps"][1]["details"] == {"held_on": "2026-11-20", "present": ["周主任", "吴一", "郑二"],
                                           "verdict": "partly"}
    assert (seen["verdict"], seen["final_verdict"], seen["survey"]["representatives"]) == (
        "met", "partly", {"asked": 20, "satisfied": 16, "basically": 2, "dissatisfied": 1, "unknown": 1})
    told = county.session.scalars(select(AuditEntry.action).where(AuditEntry.action.startswith("acceptance."))
                                  .order_by(AuditEntry.id)).all()
    assert told == ["acceptance.entered", "acceptance.surveyed", "acceptance.confirmed", "acceptance.archived"]


def test_a_major_item_is_asked_about_before_it_is_confirmed(as_user, county, people, assessors, take):
    [line] = publish(county, "A1", {"due_on": LATE, "is_major": True})
    answer = as_user(people["township"]).post("/api/v1/acceptances", json=found(line, assessors)).json
    assert (answer["needs_survey"], [one["step"] for one in answer["next_steps"]]) == (True, ["surveyed"])
    assert take(answer["id"], confirmation(assessors)) == (422, "survey_missing")
    assert take(answer["id"], step("surveyed", details=SURVEY)) == (201, "inspected")
    assert take(answer["id"], confirmation(assessors)) == (201, "confirmed")


@pytest.mark.parametrize(("changes", "reason"), [
    ({"held_on": "2026-11-21"}, "confirmed_in_future"), ({"held_on": "2026-11-18"}, "confirmed_before_inspection"),
    ({"present": [0, 1]}, "too_few_present"), ({"present": [0, 1, 1]}, "too_few_present"),
    ({"present": [0, 1, 9]}, "assessor_unknown")])
def test_the_office_confirms_together(assessors, accept, take, changes, reason):
    if "present" in changes:
        changes = {"present": [assessors[n] if n < 4 else 999_999 for n in changes["present"]]}
    assert take(accept(), confirmation(assessors, **changes)) == (422, reason)


def test_who_entered_it_does_not_confirm_it_alone(as_user, county, people, line, take):
    ids = roster(county, users=(people["township"],))
    as_user(people["admin"]).post("/api/v1/policies", json={
        "division_code": county.townships["A"].code, "key": "confirmation_present", "value": 1,
        "effective_from": "2026-11-20", "source": "镇里规定"})
    id = as_user(people["township"]).post("/api/v1/acceptances", json=found(line, ids)).json["id"]
    assert take(id, confirmation(ids, present=ids[:1])) == (422, "confirmed_alone")
    assert take(id, confirmation(ids, present=ids[1:2])) == (201, "confirmed")


def test_what_was_found_is_changed_by_the_version_that_one_saw(as_user, county, people, assessors, accept):
    hashed = sha256(from_a_camera())
    id, client = accept(photos=[hashed]), as_user(people["township"])

    def patch(body, match='"1"'):
        return client.patch(f"/api/v1/acceptances/{id}", json=body, headers={"If-Match": match} if match else {})

    assert patch({"verdict": "partly"}, None).status_code == 428
    changed = patch({"verdict": "partly", "measured": None, "assessor_ids": assessors[2:], "survey": SURVEY})
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    assert (changed.json["verdict"], changed.json["measured"], [one["name"] for one in changed.json["assessors"]],
            changed.json["survey"]["party_members"]["asked"], changed.json["photos"][0]["sha256"]) == (
        "partly", None, ["郑二", "王三"], 10, hashed)
    assert patch({"verdict": "met"}).status_code == 412
    assert patch({"inspected_on": "2026-11-09"}, '"2"').json["reason"] == "inspected_before_due"
    assert patch({"assessor_ids": [assessors[0], 999_999]}, '"2"').json["reason"] == "assessor_unknown"
    assert patch({"photos": []}, '"2"').json["photos"] == []
    [details, _later] = county.session.scalars(select(AuditEntry.details).where(
        AuditEntry.action == "acceptance.changed").order_by(AuditEntry.id)).all()
    assert details == {"village": county.villages["A1"].code, "from": {
        "assessor_ids": assessors[:2], "verdict": "met", "measured": 405, "survey": None}, "to": {
        "assessor_ids": assessors[2:], "verdict": "partly", "measured": None, "survey": SURVEY}}


def test_lists_by_state_and_what_failed(as_user, county, people, assessors, accept, take):
    id = accept()
    client = as_user(people["township"])

    def ids(query):
        answer = client.get(f"/api/v1/acceptances{query}")
        assert '"total":' in answer.headers["X-Pagination"]
        return [one["id"] for one in answer.json["acceptances"]]

    assert (ids("?state=inspected"), ids("?state=failed"), ids("")) == ([id], [], [id])
    take(id, confirmation(assessors, verdict="not_met"))
    assert (ids("?state=inspected"), ids("?state=failed"), ids("?state=confirmed")) == ([], [id], [id])
    assert ids(f"?division={county.villages['A2'].code}") == ids("?page=2") == []
    assert client.get(f"/api/v1/acceptances?division={county.townships['B'].code}").status_code == 404


def test_a_village_hears_of_the_notice_once_it_is_issued(as_user, county, people, accept):
    id = accept(verdict="not_met")
    notice = SupervisionNotice(
        id=uuid4(), issuer_id=county.townships["A"].id, owner_id=county.townships["A"].id, source_id=id,
        village_id=county.villages["A1"].id, source_kind="failed_item", title="组路", facts="未通", basis="第二十条",
        demand="修通", due_on=date(2026, 11, 27), lead_unit="村委会", assisting_units=[], copies_to=[], contact="赵镇长",
        state="drafted", drafted_by_id=people["township"].user.id, drafted_at=county.now, changed_at=county.now,
        content_hash=b"test")
    notice.source_id = county.session.scalar(select(Acceptance.id))
    county.session.add(notice)
    county.session.commit()

    def seen(who):
        return as_user(people[who]).get(f"/api/v1/acceptances/{id}").json["notice"]

    assert seen("township") == {"id": str(notice.id), "label": None, "state": "drafted"}
    assert seen("committee") is None
    notice.issuer_id = county.county.id
    county.session.commit()
    assert (seen("township"), seen("county")) == (None, {"id": str(notice.id), "label": None, "state": "drafted"})
    notice.issuer_id = county.townships["A"].id
    notice.state, notice.year, notice.number, notice.issued_at = "issued", 2026, 3, county.now
    county.session.commit()
    assert seen("committee") == seen("county") == {
        "id": str(notice.id), "label": "余庆县子营街道督字〔2026〕3号", "state": "issued"}


@pytest.mark.parametrize("path", ["", "/due"])
def test_lists_ask_the_same_few_questions_whatever_their_length(as_user, county, people, assessors, connection, path):
    client, counts = as_user(people["township"]), []
    for year in (2025, 2026):
        for one in publish(county, "A1", {"due_on": date(year, 11, 10)}, {"due_on": date(year, 11, 10)}, year=year):
            as_user(people["committee"]).post("/api/v1/completions", json=completion(one))
            if not path:
                client.post("/api/v1/acceptances", json=found(one, assessors))
        publish(county, "A2", {"due_on": date(year, 11, 10)}, year=year)
        county.session.commit()
        counts.append(statements_of(connection, lambda: client.get(f"/api/v1/acceptances{path}")))
    assert counts[0] == counts[1] <= 20


def test_who_sees_an_acceptance_sees_its_photos(as_user, people, accept):
    sent = from_a_camera()
    hashed = sha256(sent)
    id = accept(photos=[hashed])
    client = as_user(people["township"])
    assert client.get(f"/api/v1/acceptances/{id}").json["is_incomplete"] is True
    client.put(f"/api/v1/photos/{hashed}", data=sent, content_type="image/jpeg")
    seen = {who for who in people
            if as_user(people[who]).get(f"/api/v1/photos/{hashed}/thumb").status_code == 200}
    assert seen == {"cadre", "committee", "township", "county"}


def test_two_acceptances_of_one_line_at_once_leave_one(own_county, make_app, own_database):
    [line] = publish(own_county, "A1", {"due_on": LATE})
    ids = roster(own_county)
    send = parallel_clients(own_county, make_app, own_database, own_county.person(
        "supervisor", own_county.townships["A"]), own_county.person("supervisor"))
    bodies = [found(line, ids), found(line, ids)]
    results = in_parallel([lambda number=number: send(number, "acceptances", bodies[number]) for number in (0, 1)])
    assert sorted(status for status, _answer in results) == [201, 409]
    assert {answer["reason"] for status, answer in results if status == 409} == {"already_accepted"}
    own_county.session.rollback()
    assert own_county.session.query(Acceptance).count() == 1


def test_two_confirmations_at_once_leave_one_and_the_same_is_taken_once(own_county, make_app, own_database):
    [line] = publish(own_county, "A1", {"due_on": LATE})
    ids = roster(own_county)
    send = parallel_clients(own_county, make_app, own_database, own_county.person(
        "supervisor", own_county.townships["A"]), own_county.person("supervisor"))
    id = send(0, "acceptances", found(line, ids))[1]["id"]
    bodies = [confirmation(ids), confirmation(ids, verdict="not_met")]
    results = in_parallel([lambda number=number: send(number, f"acceptances/{id}/steps", bodies[number])
                           for number in (0, 1)])
    assert sorted(status for status, _answer in results) == [201, 409]
    archive = step("archived")
    results = in_parallel([lambda: send(0, f"acceptances/{id}/steps", archive)] * 3)
    assert sorted(status for status, _answer in results) == [200, 200, 201]
    own_county.session.rollback()
    assert own_county.session.scalars(select(AcceptanceStep.number).order_by(AcceptanceStep.number)).all() == [1, 2]
