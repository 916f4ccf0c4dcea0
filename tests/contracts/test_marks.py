"""Half-yearly marks through the API: by a scheme, published once, appealed against in time, corrected by a sheet."""

from datetime import date, datetime
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from api.audit import AuditEntry
from api.contracts.acceptance_models import Acceptance
from api.contracts.check_models import MarkScheme, MarkSheet
from api.contracts.models import CommitmentItem
from api.contracts.published_marks_service import published_marks
from api.dates import SHANGHAI
from tests.checkin.test_figures import statements_of
from tests.contracts.check_data import promised
from tests.parallel import in_parallel

SCHEMES, SHEETS = "/api/v1/mark-schemes", "/api/v1/mark-sheets"
HALF = "2026-07-01"
CRITERIA = [{"key": "branch", "dimension": "party_building", "text": "党建", "full_marks": 60},
            {"key": "income", "dimension": "economy", "text": "增收", "full_marks": 40}]
FULL = [{"key": "branch", "marks": 55.25}, {"key": "income", "marks": 30, "note": "项目迟了一个月"}]


def scheme_body(county, division=None, **changes) -> dict:
    return {"division_code": (division or county.county).code, "title": "量化考核方案", "effective_from": HALF,
            "full_marks": 100, "criteria": CRITERIA, "source": "县委办发〔2026〕8号", **changes}


@pytest.fixture
def people(county):
    return {"marker": county.person("supervisor", county.townships["A"], name="赵镇长"),
            "county": county.person("supervisor", name="钱主任"),
            "committee": county.person("village", county.villages["A1"], name="李支书"), "cadre": county.cadre("A1"),
            "neighbour": county.person("village", county.villages["A2"]),
            "other_township": county.person("supervisor", county.townships["B"])}


@pytest.fixture
def sheet(as_user, county, people):
    """Begin a sheet of village A1 as the township, by a county's scheme; `published` publishes it."""
    def make(marks=FULL, published=False, village="A1"):
        as_user(people["county"]).post(SCHEMES, json=scheme_body(county))
        client = as_user(people["marker"])
        made = client.post(SHEETS, json={"id": str(uuid4()), "village_code": county.villages[village].code,
                                         "half_on": HALF, "marks": marks})
        assert made.status_code == 201, made.json
        return publish(client, made.json).json if published else made.json
    return make


def publish(client, sheet):
    return client.post(f"{SHEETS}/{sheet['id']}/publications", headers={"If-Match": f'"{sheet["version"]}"'})


def appeal(client, sheet, **changes):
    return client.post(f"{SHEETS}/{sheet['id']}/appeals", json={"id": str(uuid4()), "text": "请复核", **changes})


def answer(client, sheet, **changes):
    return client.post(f"{SHEETS}/{sheet['id']}/answers", json={"outcome": "upheld", "answer": "核实无误", **changes})


def accepted(county, verdict, *, dimension, number, day=date(2026, 9, 1)):
    line = promised(county, "A1", dimension=dimension, number=number)
    item = county.session.scalar(select(CommitmentItem.id).where(CommitmentItem.line_id == line))
    county.session.add(Acceptance(
        id=uuid4(), line_id=line, item_id=item, village_id=county.villages["A1"].id, inspected_on=day, place="村口",
        verdict="met", findings="看过", state="confirmed" if verdict else "inspected", final_verdict=verdict,
        entered_by_id=county.person().user.id, entered_at=county.now, changed_at=county.now, version=1,
        content_hash=b"test"))
    county.session.flush()


def test_the_proposed_scheme_is_adopted_by_sending_it_back(as_user, county, people):
    client = as_user(people["county"])
    proposed = client.get(SCHEMES).json["proposed"]
    assert (proposed["effective_from"], proposed["full_marks"]) == (HALF, 100)
    body = {"division_code": county.CODE, **proposed}
    first, again = (client.post(SCHEMES, json=body) for _ in range(2))
    assert (first.status_code, again.status_code, again.json) == (201, 200, first.json)
    assert client.post(SCHEMES, json={**body, "title": "别的"}).json["reason"] == "scheme_exists"
    [held] = as_user(people["committee"]).get(SCHEMES).json["schemes"]
    assert (held["criteria"], held["is_used"]) == (proposed["criteria"], False)
    assert county.session.scalars(select(AuditEntry.action).where(AuditEntry.action.startswith("mark_"))).all() == [
        "mark_scheme.entered"]


@pytest.mark.parametrize(("changes", "status", "reason"), [
    ({"full_marks": 99}, 422, "scheme_sum"), ({"effective_from": "2026-08-01"}, 422, "scheme_not_a_half"),
    ({"effective_from": "2025-07-01"}, 422, "scheme_in_the_past"), ({"criteria": []}, 422, "invalid"),
    ({"criteria": [CRITERIA[0], CRITERIA[0]], "full_marks": 120}, 422, "scheme_keys"),
    ({"division_code": "520329001201"}, 422, "scheme_of_village")])
def test_what_is_no_scheme(as_user, county, people, changes, status, reason):
    refused = as_user(people["county"]).post(SCHEMES, json=scheme_body(county, **changes))
    assert (refused.status_code, refused.json["reason"]) == (status, reason)


def test_a_scheme_is_changed_by_its_version_until_somebody_is_marked_by_it(as_user, county, people, sheet):
    client = as_user(people["county"])
    scheme = client.post(SCHEMES, json=scheme_body(county)).json
    path, edit = f"{SCHEMES}/{scheme['id']}", {key: scheme_body(county)[key] for key in
                                               ("full_marks", "criteria", "source")} | {"title": "新名"}
    assert client.patch(path, json=edit).status_code == 428
    assert client.patch(path, json=edit, headers={"If-Match": '"2"'}).status_code == 412
    assert as_user(people["marker"]).patch(path, json=edit, headers={"If-Match": '"1"'}).status_code == 404
    assert client.patch(path, json=edit, headers={"If-Match": '"1"'}).json["title"] == "新名"
    sheet_of = {"id": str(uuid4()), "village_code": county.villages["A1"].code, "half_on": HALF}
    assert as_user(people["marker"]).post(SHEETS, json=sheet_of).status_code == 201
    assert client.patch(path, json=edit, headers={"If-Match": '"2"'}).json["reason"] == "scheme_used"


def test_the_nearest_scheme_that_held_when_the_half_began_is_the_one(as_user, county, people):
    client = as_user(people["county"])
    body = {"id": str(uuid4()), "village_code": county.villages["A1"].code, "half_on": HALF}
    assert as_user(people["marker"]).post(SHEETS, json=body).json["reason"] == "scheme_missing"
    for division, start, title in ((county.county, "2026-01-01", "县旧"), (county.county, HALF, "县新"),
                                   (county.townships["A"], "2027-01-01", "镇明年"),
                                   (county.townships["B"], "2026-01-01", "镇")):
        client.post(SCHEMES, json=scheme_body(county, division, effective_from=start, title=title))
    found = {}
    for village in ("A1", "B1"):
        for half in ("2026-01-01", HALF):
            made = client.post(SHEETS, json={"id": str(uuid4()), "village_code": county.villages[village].code,
                                             "half_on": half})
            found[village, half] = made.json["scheme"]["title"]
    assert found == {("A1", "2026-01-01"): "县旧", ("A1", HALF): "县新", ("B1", "2026-01-01"): "镇", ("B1", HALF): "镇"}


def test_a_sheet_is_drafted_with_what_the_verdicts_suggest_beside_it(as_user, county, people, sheet):
    accepted(county, "met", dimension="economy", number=1)
    accepted(county, "partly", dimension="economy", number=2)
    accepted(county, None, dimension="economy", number=3)                                # not confirmed
    accepted(county, "met", dimension="party_building", number=4, day=date(2026, 6, 30))  # the half before
    made = sheet(marks=[FULL[0]])
    assert [made[key] for key in ("state", "total", "full_marks", "version", "appeal", "appeal_until")] == [
        "drafted", None, 100, 1, None, None]
    assert made["marks"] == [
        {**CRITERIA[0], "marks": 55.25, "note": None,
         "suggestion": {"marks": None, "met": 0, "partly": 0, "not_met": 0}},
        {**CRITERIA[1], "marks": None, "note": None, "suggestion": {"marks": 30, "met": 1, "partly": 1, "not_met": 0}}]
    assert made["next_steps"] == [{"step": "changed", "needs": ["marks"]}, {"step": "published", "needs": []}]


@pytest.mark.parametrize(("changes", "reason"), [
    ({"marks": [{"key": "branch", "marks": 60.01}]}, "marks_out_of_range"),
    ({"marks": [{"key": "branch", "marks": -1}]}, "marks_out_of_range"),
    ({"marks": [{"key": "other", "marks": 1}]}, "marks_unknown_key"), ({"marks": FULL + FULL[:1]}, "marks_twice"),
    ({"marks": [{"key": "branch", "marks": 1.005}]}, "invalid"), ({"half_on": "2027-01-01"}, "half_not_begun"),
    ({"half_on": "2026-07-02"}, "scheme_not_a_half"), ({"village_code": "520329001000"}, "not_a_village")])
def test_what_is_no_sheet(as_user, county, people, changes, reason):
    as_user(people["county"]).post(SCHEMES, json=scheme_body(county))
    body = {"id": str(uuid4()), "village_code": county.villages["A1"].code, "half_on": HALF, **changes}
    refused = as_user(people["marker"]).post(SHEETS, json=body)
    assert (refused.status_code, refused.json["reason"]) == (422, reason)


def test_the_same_again_is_the_same_and_a_second_sheet_is_refused(as_user, county, people):
    as_user(people["county"]).post(SCHEMES, json=scheme_body(county))
    body, client = {"id": str(uuid4()), "village_code": county.villages["A1"].code, "half_on": HALF}, as_user(
        people["marker"])
    first, again = (client.post(SHEETS, json=body) for _ in range(2))
    assert (first.status_code, again.status_code, again.json) == (201, 200, first.json)
    assert client.post(SHEETS, json={**body, "half_on": "2026-01-01"}).json["reason"] == "id_reused"
    assert client.post(SHEETS, json={**body, "id": str(uuid4())}).json["reason"] == "sheet_exists"


def test_a_draft_is_changed_and_published_by_its_version_and_then_stays(as_user, county, people, sheet):
    made, client = sheet(marks=[]), as_user(people["marker"])
    path, edit = f"{SHEETS}/{made['id']}", {"marks": FULL}
    assert [client.patch(path, json=edit).status_code,
            client.patch(path, json=edit, headers={"If-Match": '"2"'}).status_code] == [428, 412]
    assert publish(client, made).json["reason"] == "marks_missing"
    changed = client.patch(path, json=edit, headers={"If-Match": '"1"'}).json
    assert (changed["total"], changed["version"]) == (85.25, 2)
    assert publish(client, made).status_code == 412
    published = publish(client, changed).json
    assert [published[key] for key in ("state", "published_at", "appeal_until", "next_steps")] == [
        "published", "2026-11-20T02:00:00Z", "2026-11-30", []]
    assert publish(client, published).json == published
    refused = client.patch(path, json={"marks": []}, headers={"If-Match": '"3"'})
    assert (refused.status_code, refused.json["reason"]) == (409, "sheet_published")
    told = county.session.scalars(select(AuditEntry).where(AuditEntry.subject == f"mark_sheet:{made['id']}")
                                  .order_by(AuditEntry.id)).all()
    assert [entry.action for entry in told] == ["mark_sheet.changed", "mark_sheet.published"]
    assert told[0].details["to"] == {"branch": 55.25, "income": 30}


MOBILE = "13985012345"


def test_a_note_with_a_number_of_a_person_keeps_marks_from_publication_and_says_where(as_user, people, sheet):
    made = sheet(marks=[FULL[0], {**FULL[1], "note": f"问会计 {MOBILE}"}])
    held = publish(as_user(people["marker"]), made)
    assert (held.status_code, held.json["reason"]) == (422, "marks_private_numbers")
    assert "增收" in held.json["message"] and "139" in held.json["message"] and MOBILE not in held.text
    client = as_user(people["marker"])
    assert client.get(f"{SHEETS}/{made['id']}").json["state"] == "drafted"
    mended = client.patch(f"{SHEETS}/{made['id']}", json={"marks": FULL}, headers={"If-Match": '"1"'}).json
    published = publish(client, mended).json
    assert published["state"] == "published"
    appeal(as_user(people["committee"]), published)
    corrected = [{**FULL[0], "marks": 56, "note": MOBILE}, FULL[1]]
    refused = answer(as_user(people["county"]), published, outcome="corrected", marks=corrected)
    assert (refused.status_code, refused.json["reason"]) == (422, "marks_private_numbers")
    assert client.get(f"{SHEETS}/{made['id']}").json["appeal"]["outcome"] is None


@pytest.mark.parametrize("changes", [
    {"title": f"方案 {MOBILE}"}, {"source": f"县委办，联系 {MOBILE}"},
    {"criteria": [{**CRITERIA[0], "text": f"党建，{MOBILE}"}, CRITERIA[1]]}])
def test_a_scheme_with_a_number_of_a_person_is_refused(as_user, county, people, changes):
    client = as_user(people["county"])
    refused = client.post(SCHEMES, json=scheme_body(county, **changes))
    assert (refused.status_code, refused.json["reason"]) == (422, "private_numbers")
    scheme = client.post(SCHEMES, json=scheme_body(county)).json
    edit = {key: scheme_body(county, **changes)[key] for key in ("title", "full_marks", "criteria", "source")}
    refused = client.patch(f"{SCHEMES}/{scheme['id']}", json=edit, headers={"If-Match": '"1"'})
    assert (refused.status_code, refused.json["reason"]) == (422, "private_numbers")


@pytest.mark.parametrize(("who", "drafted", "published"), [
    ("marker", 200, 200), ("county", 200, 200), ("committee", 404, 200), ("cadre", 404, 200), ("neighbour", 404, 404),
    ("other_township", 404, 404)])
def test_who_sees_marks(as_user, people, sheet, who, drafted, published):
    made, client = sheet(), as_user(people[who])

    def seen():
        one = client.get(f"{SHEETS}/{made['id']}").status_code
        assert [row["id"] for row in client.get(SHEETS).json["sheets"]] == ([made["id"]] if one == 200 else [])
        return one

    assert seen() == drafted
    assert publish(as_user(people["marker"]), made).status_code == 200
    assert seen() == published


@pytest.mark.parametrize("also", ["committee", "cadre"])
def test_nobody_marks_the_own_village_whatever_the_grants(as_user, county, people, sheet, also):
    both = county.cadre("A1") if also == "cadre" else county.person("village", county.villages["A1"])
    county.grant(both, "supervisor", county.county)
    client, made = as_user(both), sheet()
    body = {"id": str(uuid4()), "village_code": county.villages["A1"].code, "half_on": "2026-01-01"}
    refused = [client.post(SHEETS, json=body), publish(client, made),
               client.patch(f"{SHEETS}/{made['id']}", json={"marks": []}, headers={"If-Match": '"1"'})]
    published = publish(as_user(people["marker"]), made).json
    appeal(as_user(people["committee"]), published)
    refused.append(answer(client, published))
    assert [(one.status_code, one.json["reason"]) for one in refused] == [(403, "own_record")] * 4


def test_a_township_marks_no_other_townships_villages(as_user, county, people, sheet):
    made, client = sheet(), as_user(people["other_township"])
    assert publish(client, made).status_code == 404
    assert client.post(SHEETS, json={"id": str(uuid4()), "village_code": county.villages["A1"].code,
                                     "half_on": HALF}).status_code == 404
    assert client.get(f"{SHEETS}?division={county.townships['A'].code}").status_code == 404


@pytest.mark.parametrize(("day", "status", "reason"), [
    (datetime(2026, 11, 20, 10, tzinfo=SHANGHAI), 201, None),
    (datetime(2026, 11, 30, 23, 59, 59, tzinfo=SHANGHAI), 201, None),          # the last second of the term
    (datetime(2026, 12, 1, 0, 0, tzinfo=SHANGHAI), 409, "appeal_too_late")])   # the first one after it
def test_an_appeal_at_the_edge_of_its_term(as_user, county, people, sheet, clock, day, status, reason):
    made = sheet(published=True)
    clock.now = county.now = day
    client = as_user(people["committee"])
    sent = appeal(client, made)
    assert (sent.status_code, sent.json.get("reason")) == (status, reason)


def test_a_shorter_term_holds_for_what_is_published_from_its_day_on(as_user, county, people, sheet):
    as_user(county.person("admin")).post("/api/v1/policies", json={
        "division_code": county.townships["A"].code, "key": "mark_appeal_days", "value": 3,
        "effective_from": "2026-11-20", "source": "镇里规定"})
    assert sheet(published=True)["appeal_until"] == "2026-11-23"


def test_an_appeal_is_the_villages_once_and_only_against_what_is_published(as_user, people, sheet):
    made, committee = sheet(), as_user(people["committee"])
    assert appeal(committee, made).status_code == 404
    made = publish(as_user(people["marker"]), made).json
    assert appeal(as_user(people["cadre"]), made).status_code == 403
    assert appeal(as_user(people["marker"]), made).status_code == 403
    assert appeal(as_user(people["neighbour"]), made).status_code == 404
    id = str(uuid4())
    assert [appeal(committee, made, id=id).status_code for _ in range(2)] == [201, 200]
    assert appeal(committee, made, id=id, text="别的").json["reason"] == "id_reused"
    assert appeal(committee, made).json["reason"] == "appeal_exists"


def test_marks_are_upheld_by_somebody_who_did_not_give_them(as_user, people, sheet):
    made = sheet(published=True)
    assert answer(as_user(people["county"]), made).status_code == 404          # nobody has appealed
    appeal(as_user(people["committee"]), made)
    assert answer(as_user(people["marker"]), made).json["reason"] == "own_record"
    told = answer(as_user(people["county"]), made).json
    assert (told["state"], told["replaced_by_id"]) == ("published", None)
    assert (told["appeal"]["outcome"], told["appeal"]["answered_by"]["name"]) == ("upheld", "钱主任")
    again = answer(as_user(people["county"]), made)
    assert (again.status_code, again.json) == (200, told)
    assert answer(as_user(people["county"]), made, answer="另说").json["reason"] == "appeal_answered"


def test_a_correction_is_a_sheet_of_its_own_that_replaces_the_first(as_user, county, people, sheet):
    made, client = sheet(published=True), as_user(people["county"])
    appeal(as_user(people["committee"]), made)
    better = [{"key": "branch", "marks": 58}, FULL[1]]
    for changes, reason in (({"outcome": "corrected"}, "correction_missing"),
                            ({"marks": better}, "correction_not_wanted"),
                            ({"outcome": "corrected", "marks": FULL}, "correction_same"),
                            ({"outcome": "corrected", "marks": better[:1]}, "marks_missing")):
        refused = answer(client, made, **changes)
        assert (refused.status_code, refused.json["reason"]) == (422, reason)
    old = answer(client, made, outcome="corrected", marks=better).json
    assert (old["state"], old["total"], old["appeal"]["outcome"]) == ("replaced", 85.25, "corrected")
    new = as_user(people["committee"]).get(f"{SHEETS}/{old['replaced_by_id']}").json
    assert [new[key] for key in ("state", "total", "replaces_id", "appeal", "appeal_until")] == [
        "published", 88, made["id"], None, "2026-11-30"]
    shown = published_marks(county.session, village_id=county.villages["A1"].id)
    assert [(one.hundredths, one.full_marks, one.is_corrected, one.last_on) for one in shown] == [
        (8800, 100, True, date(2026, 12, 31))]
    # What was replaced is no reason for another one, and neither is the half.
    body = {"id": str(uuid4()), "village_code": county.villages["A1"].code, "half_on": HALF}
    assert as_user(people["marker"]).post(SHEETS, json=body).json["reason"] == "sheet_exists"
    assert appeal(as_user(people["committee"]), new).status_code == 201


def test_a_board_shows_no_draft(county, sheet):
    sheet()
    assert published_marks(county.session, village_id=county.villages["A1"].id) == []


def test_a_half_names_the_villages_without_a_sheet_in_the_order_of_the_roster(as_user, county, people, sheet):
    sheet(village="A2")
    listed = as_user(people["county"]).get(f"{SHEETS}?half_on={HALF}").json
    assert [one["name"] for one in listed["unmarked"]] == ["A1村", "B1村", "B2村"]
    assert [one["village"]["name"] for one in listed["sheets"]] == ["A2村"]
    assert as_user(people["committee"]).get(f"{SHEETS}?half_on={HALF}").json == {"sheets": [], "unmarked": []}
    assert as_user(people["county"]).get(f"{SHEETS}?state=published").json["sheets"] == []


def test_a_list_asks_the_same_few_questions_whatever_its_length(as_user, county, people, sheet, connection):
    client, counts = as_user(people["county"]), []
    for village in ("A1", "A2"):
        sheet(published=True, village=village)
        county.session.commit()
        counts.append(statements_of(connection, lambda: client.get(SHEETS)))
    assert counts[0] == counts[1] <= 16


def test_strangers_see_nothing(client, as_user, county):
    for who, status in ((client, 401), (as_user(county.person("discipline")), 403)):
        assert [who.get(SCHEMES).status_code, who.get(SHEETS).status_code] == [status] * 2
        assert who.post(SHEETS, json={}).status_code == status


def test_two_at_once_are_one(own_county, make_app, own_database):
    markers = [own_county.person("supervisor") for _ in range(3)]
    committee = own_county.person("village", own_county.villages["A1"])
    tokens = [{"Authorization": f"Bearer {own_county.token(one)}"} for one in (*markers, committee)]
    own_county.session.commit()
    app, code = make_app(own_database), own_county.villages["A1"].code

    def send(path, json, token, **headers):
        return app.test_client().post(path, json=json, headers={**tokens[token], **headers})

    schemes = in_parallel([lambda token=token: send(SCHEMES, scheme_body(own_county), token) for token in (0, 1)])
    assert sorted(one.status_code for one in schemes) == [200, 201]
    bodies = [{"id": str(uuid4()), "village_code": code, "half_on": HALF, "marks": FULL} for _ in range(2)]
    begun = in_parallel([lambda: send(SHEETS, bodies[0], 0), lambda: send(SHEETS, bodies[1], 1)])
    assert sorted(one.status_code for one in begun) == [201, 409]
    [path] = [f"{SHEETS}/{one.json['id']}" for one in begun if one.status_code == 201]
    marker = [one.status_code for one in begun].index(201)
    published = in_parallel([lambda: send(f"{path}/publications", None, 0, **{"If-Match": '"1"'})] * 2)
    assert sorted(one.status_code for one in published) == [200, 412]
    body = {"id": str(uuid4()), "text": "请复核"}
    assert sorted(one.status_code for one in in_parallel([lambda: send(f"{path}/appeals", body, 3)] * 2)) == [200, 201]
    others = [token for token in range(3) if token not in (0, marker)]
    better = {"outcome": "corrected", "answer": "更正", "marks": [{"key": "branch", "marks": 58}, FULL[1]]}
    upheld = {"outcome": "upheld", "answer": "维持"}
    answered = in_parallel([lambda: send(f"{path}/answers", better, others[0]),
                            lambda: send(f"{path}/answers", upheld, others[-1])])
    assert sorted(one.status_code for one in answered) == [200, 409]
    own_county.session.rollback()
    assert own_county.session.scalar(select(func.count()).select_from(MarkScheme)) == 1
    assert own_county.session.scalar(select(func.count()).select_from(MarkSheet)) in (1, 2)
    assert own_county.session.scalar(select(func.count()).select_from(AuditEntry).where(
        AuditEntry.action == "mark_sheet.published")) == 1
