"""Checks and findings through the API: drawn or chosen, entered once, secret until the checkers were there."""

from datetime import timedelta
from io import BytesIO
from uuid import UUID, uuid4

import openpyxl
import pytest
from sqlalchemy import func, select

from api.audit import AuditEntry
from api.contracts.check_models import CheckedVillage, Finding, SpotCheck
from api.contracts.checks_rules import draw
from tests.checkin.test_figures import statements_of
from tests.contracts.check_data import check_body, finding_body, promised
from tests.parallel import in_parallel
from tests.photos.pictures import from_a_camera, sha256

CHECKS, FINDINGS = "/api/v1/spot-checks", "/api/v1/findings"
TODAY = "2026-11-20"


@pytest.fixture
def people(county):
    """Everybody that a check of village A1 by the county may have to do with."""
    return {
        "checker": county.person("supervisor", name="钱主任"), "discipline": county.person("discipline"),
        "township": county.person("supervisor", county.townships["A"]),
        "township_discipline": county.person("discipline", county.townships["A"]),
        "committee": county.person("village", county.villages["A1"]), "cadre": county.cadre("A1"),
        "covering_cadre": county.cadre("A2", further=("A1",)),
        "neighbour": county.person("village", county.villages["A2"]),
        "other_township": county.person("supervisor", county.townships["B"]),
        "other_cadre": county.cadre("B1")}


@pytest.fixture
def entered(as_user, people, county):
    """Enter a check as the county and answer it; `visited` are the villages whose visit is noted."""
    def enter(*villages, visited=(), **changes):
        client = as_user(people["checker"])
        check = client.post(CHECKS, json=check_body(county, *villages, **changes)).json
        for name in visited:
            check = visit(client, check, county.villages[name].code).json
        return check
    return enter


def visit(client, check, code, day=TODAY):
    return client.post(f"{CHECKS}/{check['id']}/villages/{code}", json={"visited_on": day})


def export(client, check, **more):
    return client.post("/api/v1/exports", json={"kind": "spot_check", "check_id": check["id"], **more}, buffered=True)


def names(check):
    return [row["village"]["name"] for row in check["villages"]]


def test_a_check_of_chosen_villages_is_entered_as_it_was_said(as_user, county, people):
    body = check_body(county, "B1", "A1", "B1")
    answer = as_user(people["checker"]).post(CHECKS, json=body)

    def row(name, position):
        village, township = county.villages[name], county.townships[name[0]]
        return {"village": {"code": village.code, "name": village.name, "level": "village"},
                "township": {"code": township.code, "name": township.name, "level": "township"}, "position": position,
                "visited_on": None, "visited_by": None, "findings": 0, "problems": 0, "is_enterable": True}

    assert (answer.status_code, answer.json) == (201, {
        "id": body["id"], "division": {"code": county.CODE, "name": "余庆县", "level": "county"},
        "kind": "unannounced", "title": "年末暗访", "focus": "公开栏和台账", "first_on": "2026-11-18",
        "last_on": "2026-11-25", "state": "open", "is_whole": True, "villages": [row("B1", 1), row("A1", 2)],
        "draw": None, "entered_by": {"id": people["checker"].user.id, "name": "钱主任"},
        "entered_at": "2026-11-20T02:00:00Z", "closed_at": None, "version": 1})


@pytest.mark.parametrize(("lots", "count"), [
    ({"count": 3}, 3), ({"count": 1, "per_township": True}, 2), ({"count": 9, "per_township": True}, 4),
    ({"count": 2, "seed": "2026-county"}, 2)])
def test_a_draw_can_be_made_again_from_what_is_shown(as_user, county, people, lots, count):
    answer = as_user(people["checker"]).post(CHECKS, json=check_body(county, draw=lots))
    drawn, codes = answer.json["draw"], [row["village"]["code"] for row in answer.json["villages"]]
    assert (answer.status_code, len(codes), len(set(codes))) == (201, count, count)
    assert drawn["seed"] == lots.get("seed", drawn["seed"]) and len(drawn["seed"]) >= 11
    assert (drawn["per_township"], drawn["is_repeatable"]) == (lots.get("per_township", False), True)
    assert sorted(code for urn in drawn["pool"] for code in urn) == sorted(
        village.code for village in county.villages.values())
    assert codes == draw(drawn["pool"], seed=drawn["seed"], count=lots["count"])


def test_an_altered_draw_is_told(as_user, county, people, entered):
    check = entered(draw={"count": 1, "seed": "1"})
    drawn = check["villages"][0]["village"]["code"]
    other = next(name for name, village in county.villages.items() if village.code != drawn)
    row = county.session.scalar(select(CheckedVillage))
    county.session.delete(row)
    county.session.flush()
    county.session.add(CheckedVillage(check_id=row.check_id, village_id=county.villages[other].id, position=1))
    county.session.commit()
    assert as_user(people["checker"]).get(f"{CHECKS}/{check['id']}").json["draw"]["is_repeatable"] is False


def test_the_same_again_draws_nothing_new_and_other_content_is_refused(as_user, county, people):
    body, client = check_body(county, draw={"count": 2}), as_user(people["checker"])
    first, again = (client.post(CHECKS, json=body) for _ in range(2))
    assert (first.status_code, again.status_code, again.json) == (201, 200, first.json)
    for who, changed in ((people["checker"], {"title": "别的"}), (people["discipline"], {})):
        refused = as_user(who).post(CHECKS, json={**body, **changed})
        assert (refused.status_code, refused.json["reason"]) == (409, "id_reused")
    assert county.session.scalar(select(func.count()).select_from(CheckedVillage)) == 2


@pytest.mark.parametrize(("changes", "status", "reason"), [
    ({"draw": None, "village_codes": []}, 422, "check_villages_missing"),
    ({"draw": {"count": 1}, "village_codes": ["520329001201"]}, 422, "check_villages_missing"),
    ({"draw": {"count": 5}}, 422, "check_pool_small"), ({"draw": {"count": 0}}, 422, "invalid"),
    ({"draw": {"count": 1, "seed": "a b"}}, 422, "invalid"),
    ({"village_codes": ["520329001000"]}, 422, "not_a_village"),
    ({"village_codes": ["999999999999"]}, 404, "division_not_found"),
    ({"village_codes": ["520329001201"], "last_on": "2026-11-17"}, 422, "period_reversed"),
    ({"village_codes": ["520329001201"], "division_code": "520329001201"}, 422, "check_of_village"),
    ({"village_codes": ["520329102201"], "division_code": "520329001000"}, 404, "division_not_found")])
def test_what_is_no_check(as_user, county, people, changes, status, reason):
    answer = as_user(people["checker"]).post(CHECKS, json=check_body(county, **changes))
    assert (answer.status_code, answer.json["reason"]) == (status, reason)


@pytest.mark.parametrize(("who", "division", "status"), [
    ("checker", "county", 201), ("discipline", "county", 201), ("checker", "A", 201), ("township", "A", 201),
    ("township_discipline", "A", 201), ("township", "county", 404), ("other_township", "A", 404),
    ("committee", "A", 403), ("cadre", "A", 403)])
def test_who_checks(as_user, county, people, who, division, status):
    above = county.county if division == "county" else county.townships[division]
    assert as_user(people[who]).post(CHECKS, json=check_body(county, "A1", division=above)).status_code == status


# Who knows of a check of A1 and B1 by the county before the visit of A1, after it, and once all is closed; and what is
# known of it then. An announced check is known from the first, by those concerned.
SECRET = [
    ("checker", ["A1村", "B1村"], ["A1村", "B1村"], ["A1村", "B1村"]),
    ("discipline", ["A1村", "B1村"], ["A1村", "B1村"], ["A1村", "B1村"]),
    ("township", [], ["A1村"], ["A1村"]), ("township_discipline", [], ["A1村"], ["A1村"]),
    ("committee", [], ["A1村"], ["A1村"]), ("cadre", [], ["A1村"], ["A1村"]),
    ("covering_cadre", [], ["A1村"], ["A1村"]), ("neighbour", [], [], []),
    ("other_township", [], [], ["B1村"]), ("other_cadre", [], [], ["B1村"])]


@pytest.mark.parametrize(("who", "before", "visited", "closed"), SECRET)
def test_who_knows_of_an_unannounced_check(as_user, county, people, entered, who, before, visited, closed):
    check, client, checker = entered("A1", "B1"), as_user(people[who]), as_user(people["checker"])

    def known(findings):
        answer = client.get(f"{CHECKS}/{check['id']}")
        listed = client.get(CHECKS)
        shown = names(answer.json) if answer.status_code == 200 else []
        assert listed.json["spot_checks"] == ([answer.json] if shown else [])
        assert ('"total": 1' in listed.headers["X-Pagination"]) == bool(shown)
        assert export(client, check).status_code == (200 if shown else 404)
        for id in findings:
            one = client.get(f"{FINDINGS}/{id}").status_code
            seen = [row["id"] for row in client.get(FINDINGS).json["findings"]]
            assert (one, seen) == ((200, [id]) if "A1村" in shown else (404, []))
        if shown and not answer.json["is_whole"]:
            goes_on = answer.json["state"] == "open"
            assert (answer.json["focus"] is None, answer.json["last_on"] is None) == (goes_on, goes_on)
            assert [answer.json[key] for key in ("draw", "version", "entered_by", "entered_at")] == [None] * 4
            assert "ETag" not in answer.headers
        return shown

    assert known([]) == before
    visit(checker, check, county.villages["A1"].code)
    found = checker.post(FINDINGS, json=finding_body(check["id"], county.villages["A1"].code)).json["id"]
    assert known([found]) == visited
    assert checker.post(f"{CHECKS}/{check['id']}/closings").status_code == 200
    assert known([found]) == closed


@pytest.mark.parametrize(("who", "before", "_visited", "closed"), SECRET)
def test_a_check_of_a_township_is_no_secret_to_the_township(as_user, county, people, who, before, _visited, closed):
    township = county.townships["A"]
    check = as_user(people["township"]).post(CHECKS, json=check_body(county, "A1", division=township)).json
    knows = who in ("checker", "discipline", "township", "township_discipline")
    assert as_user(people[who]).get(f"{CHECKS}/{check['id']}").status_code == (200 if knows else 404)


@pytest.mark.parametrize("kind", ["quarterly", "patrol"])
@pytest.mark.parametrize(("who", "_before", "_visited", "closed"), SECRET)
def test_an_announced_check_is_known_to_those_concerned(as_user, people, entered, kind, who, _before, _visited, closed):
    check = entered("A1", "B1", kind=kind)
    answer = as_user(people[who]).get(f"{CHECKS}/{check['id']}")
    assert (names(answer.json) if answer.status_code == 200 else []) == closed
    if closed:
        assert (answer.json["focus"], answer.json["last_on"]) == ("公开栏和台账", "2026-11-25")


@pytest.mark.parametrize("who", ["township", "township_discipline", "other_township", "committee", "cadre"])
def test_nobody_below_changes_a_check_or_learns_by_trying_that_it_is_there(as_user, county, people, entered, who):
    client, code = as_user(people[who]), county.villages["A1"].code
    below = who in ("township", "township_discipline", "other_township")
    hidden, shown, nowhere = entered("A1"), entered("A1", visited=["A1"]), {"id": str(uuid4())}

    def tried(check):
        edit = {key: check_body(county)[key] for key in ("title", "focus", "first_on", "last_on")}
        answers = [visit(client, check, code), client.post(f"{CHECKS}/{check['id']}/closings"),
                   client.patch(f"{CHECKS}/{check['id']}", json=edit, headers={"If-Match": "*"}),
                   client.post(FINDINGS, json=finding_body(check["id"], code)), export(client, check)]
        return [(answer.status_code, answer.json["message"] if answer.is_json else None) for answer in answers]

    assert tried(hidden) == tried(nowhere)
    concerned = who != "other_township"
    assert [status for status, _text in tried(shown)] == (
        [403] * 4 if concerned or not below else [404] * 4) + [200 if concerned else 404]


def test_the_log_that_those_below_read_tells_nothing_of_it(as_user, county, people, entered):
    entered("A1", "B1", visited=["A1"])
    export(as_user(people["checker"]), {"id": str(county.session.scalar(select(SpotCheck.id)))})

    def told(place, **query):
        answer = as_user(county.person("auditor", place)).get("/api/v1/audit-entries", query_string=query)
        return [entry["action"] for entry in answer.json.get("entries", ())
                if entry["subject"].startswith("check:")]

    assert told(county.county) == ["export.made", "check.visited", "check.entered"]
    assert told(county.townships["A"]) == told(county.townships["B"]) == []
    for village in ("A1", "B1"):
        assert told(county.villages[village]) == told(
            county.villages[village], division=county.villages[village].code) == []


def test_a_village_auditor_does_not_read_the_townships_chain(as_user, county, people):
    as_user(people["township"]).post(CHECKS, json=check_body(county, "A1", division=county.townships["A"]))
    code = county.villages["A1"].code
    for division, status in ((county.villages["A1"], 404), (county.townships["A"], 200)):
        answer = as_user(county.person("auditor", division)).get(f"/api/v1/audit-entries?division={code}")
        assert answer.status_code == status


def test_a_visit_is_noted_once_and_its_day_stays(as_user, county, people, entered):
    check, client, code = entered("A1"), as_user(people["discipline"]), county.villages["A1"].code
    assert [visit(client, check, code, day).json.get("reason") for day in ("2026-11-21", "2026-11-17")] == [
        "visit_to_come", "visit_outside_check"]
    assert [visit(client, check, code).status_code for _ in range(2)] == [201, 200]
    assert visit(client, check, code, "2026-11-19").json["reason"] == "village_already_visited"
    assert [visit(client, check, other).status_code for other in (county.villages["A2"].code, "x" * 12)] == [404, 404]
    found = client.get(f"{CHECKS}/{check['id']}").json["villages"][0]
    assert (found["visited_on"], found["visited_by"]["id"]) == (TODAY, people["discipline"].user.id)
    assert county.session.scalars(select(AuditEntry.action).where(AuditEntry.action == "check.visited")).all() == [
        "check.visited"]


def test_an_edit_goes_by_the_version_that_it_is_based_on(as_user, county, people, entered):
    check, client = entered("A1"), as_user(people["checker"])
    path, body = f"{CHECKS}/{check['id']}", {"title": "改名", "first_on": "2026-11-18", "last_on": "2026-12-01"}
    assert client.patch(path, json=body).status_code == 428
    assert client.patch(path, json=body, headers={"If-Match": '"7"'}).status_code == 412
    changed = client.patch(path, json=body, headers={"If-Match": client.get(path).headers["ETag"]})
    assert (changed.status_code, changed.json["title"], changed.json["version"]) == (200, "改名", 2)
    assert client.patch(path, json=body, headers={"If-Match": '"1"'}).status_code == 412
    visit(client, check, county.villages["A1"].code)
    late = client.patch(path, json={**body, "first_on": "2026-11-21"}, headers={"If-Match": '"3"'})
    assert late.json["reason"] == "visit_outside_check"
    client.post(f"{path}/closings")
    assert client.patch(path, json=body, headers={"If-Match": '"4"'}).json["reason"] == "check_closed"


def test_a_closed_check_stays_as_it_is(as_user, county, people, entered):
    check, client, code = entered("A1", "A2", visited=["A1"]), as_user(people["checker"]), county.villages["A1"].code
    body = finding_body(check["id"], code)
    found = client.post(FINDINGS, json=body).json
    for _ in range(2):
        closed = client.post(f"{CHECKS}/{check['id']}/closings")
        assert (closed.status_code, closed.json["state"], closed.json["closed_at"]) == (
            200, "closed", "2026-11-20T02:00:00Z")
    assert client.post(FINDINGS, json=body).status_code == 200
    refused = [client.post(FINDINGS, json=finding_body(check["id"], code)),
               visit(client, check, county.villages["A2"].code),
               client.patch(f"{FINDINGS}/{found['id']}", json={"text": "改", "is_problem": True},
                            headers={"If-Match": '"1"'})]
    assert [(one.status_code, one.json["reason"]) for one in refused] == [(409, "check_closed")] * 3


def test_what_was_found_names_the_promise_and_goes_with_its_photos(as_user, county, people, entered):
    sent = from_a_camera()
    line, elsewhere = promised(county, "A1"), promised(county, "A2", number=2)
    check, client, code = entered("A1"), as_user(people["checker"]), county.villages["A1"].code
    body = finding_body(check["id"], code, line_id=str(line), photos=[sha256(sent)])
    assert client.post(FINDINGS, json=body).json["reason"] == "village_not_visited"
    visit(client, check, code)
    assert client.post(FINDINGS, json={**body, "line_id": str(elsewhere)}).json["reason"] == "line_elsewhere"
    answer = client.post(FINDINGS, json=body)
    found = answer.json
    assert found["line"].pop("contract_id")
    village = {"code": code, "name": "A1村", "level": "village"}
    assert (answer.status_code, found) == (201, {
        "id": body["id"], "village": village, "is_problem": True, "text": "公开栏三个月没换",
        "check": {"id": check["id"], "kind": "unannounced", "title": "年末暗访", "division": check["division"]},
        "line": {"id": str(line), "number": 1, "text": "修通组路两公里", "dimension": "economy"},
        "photos": [{"sha256": sha256(sent), "has_come": False, "seen_before": False}], "is_incomplete": True,
        "entered_by": {"id": people["checker"].user.id, "name": "钱主任"}, "entered_at": "2026-11-20T02:00:00Z",
        "notice": None, "may_change": True, "may_draft_notice": True, "version": 1})
    client.put(f"/api/v1/photos/{sha256(sent)}", data=sent, content_type="image/jpeg")
    seen = {who: as_user(person).get(f"/api/v1/photos/{sha256(sent)}/thumb").status_code
            for who, person in people.items()}
    assert {who for who, status in seen.items() if status == 404} == {"neighbour", "other_township", "other_cadre"}
    read = as_user(people["committee"]).get(f"{FINDINGS}/{body['id']}").json
    assert (read["may_change"], read["may_draft_notice"]) == (False, False)
    assert [row["problems"] for row in client.get(f"{CHECKS}/{check['id']}").json["villages"]] == [1]


def test_a_finding_is_kept_once_and_changed_by_its_version(as_user, county, people, entered):
    check, client, code = entered("A1", visited=["A1"]), as_user(people["checker"]), county.villages["A1"].code
    body = finding_body(check["id"], code)
    first, again = (client.post(FINDINGS, json=body) for _ in range(2))
    assert (first.status_code, again.status_code, again.json) == (201, 200, first.json)
    for who, changed in ((people["checker"], {"text": "别的"}), (people["discipline"], {})):
        assert as_user(who).post(FINDINGS, json={**body, **changed}).json["reason"] == "id_reused"
    path, edit = f"{FINDINGS}/{body['id']}", {"text": "公开栏已换", "is_problem": False}
    assert client.patch(path, json=edit).status_code == 428
    assert client.patch(path, json=edit, headers={"If-Match": '"2"'}).status_code == 412
    changed = client.patch(path, json=edit, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.headers["ETag"], changed.json["is_problem"]) == (200, '"2"', False)
    [entry] = county.session.scalars(select(AuditEntry).where(AuditEntry.action == "finding.changed"))
    assert (entry.details["before"], entry.details["text"]) == ("公开栏三个月没换", "公开栏已换")
    assert client.get(f"{FINDINGS}?problems=true").json["findings"] == []


def test_a_township_does_not_learn_of_what_the_county_drafts(as_user, county, people, entered):
    check, client = entered("A1", visited=["A1"]), as_user(people["checker"])
    id = client.post(FINDINGS, json=finding_body(check["id"], county.villages["A1"].code)).json["id"]
    county.notice(state="drafted", by_county=True, source_kind="spot_check", source_id=UUID(id))
    county.session.commit()
    seen = {who: as_user(people[who]).get(f"{FINDINGS}/{id}").json["notice"] for who in ("checker", "township")}
    assert (seen["checker"]["state"], seen["township"]) == ("drafted", None)


@pytest.mark.parametrize("also", ["committee", "cadre"])
def test_nobody_checks_the_own_village_whatever_the_grants(as_user, county, people, entered, also):
    both, code = county.cadre("A1") if also == "cadre" else county.person("village", county.villages["A1"]), \
        county.villages["A1"].code
    county.grant(both, "supervisor", county.county)
    client, checker = as_user(both), as_user(people["checker"])
    check = entered("A1")
    assert (visit(client, check, code).status_code, visit(client, check, code).json["reason"]) == (403, "own_record")
    visit(checker, check, code)
    body = finding_body(check["id"], code)
    assert client.post(FINDINGS, json=body).json["reason"] == "own_record"
    id = checker.post(FINDINGS, json=body).json["id"]
    edit = client.patch(f"{FINDINGS}/{id}", json={"text": "没事", "is_problem": False}, headers={"If-Match": '"1"'})
    assert (edit.status_code, edit.json["reason"]) == (403, "own_record")
    assert client.get(f"{CHECKS}/{check['id']}").json["villages"][0]["is_enterable"] is False
    assert client.get(f"{FINDINGS}/{id}").json["may_draft_notice"] is False


def test_lists_are_narrowed_and_reach_no_further(as_user, county, people, entered):
    old = entered("A1", kind="quarterly", first_on="2026-07-01", last_on="2026-07-05")
    new = entered("B1")
    client = as_user(people["checker"])

    def ids(query="", who=client):
        return [one["id"] for one in who.get(f"{CHECKS}{query}").json["spot_checks"]]

    assert ids() == [new["id"], old["id"]]
    assert ids("?kind=quarterly") == ids(f"?division={county.townships['A'].code}") == [old["id"]]
    assert ids("?page=2&page_size=1") == [old["id"]] and ids("?state=closed") == []
    township = as_user(people["township"])
    assert ids(who=township) == [old["id"]]
    assert township.get(f"{CHECKS}?division={county.townships['B'].code}").status_code == 404
    assert township.get(f"{FINDINGS}?division={county.townships['B'].code}").status_code == 404


def test_a_check_elsewhere_does_not_show_that_it_hides_something(as_user, county, people, entered):
    # Of a check of two villages, one visited, the list of the other's township is as empty as without it.
    check = entered("A1", "B1", visited=["A1"])
    client = as_user(people["other_township"])
    for query in ("", f"?division={county.villages['B1'].code}"):
        answer = client.get(f"{CHECKS}{query}")
        assert (answer.json["spot_checks"], '"total": 0' in answer.headers["X-Pagination"]) == ([], True)
    assert client.get(f"{FINDINGS}?check_id={check['id']}").json == {"findings": []}


def test_strangers_see_nothing(client, as_user, county):
    for who, status in ((client, 401), *((as_user(county.person(role)), 403) for role in ("admin", "auditor"))):
        assert [who.get(CHECKS).status_code, who.get(FINDINGS).status_code] == [status] * 2
        assert who.post(CHECKS, json=check_body(county, "A1")).status_code == status
        assert who.post(f"{CHECKS}/{uuid4()}/closings").status_code == status


def test_lists_ask_the_same_few_questions_whatever_their_length(as_user, county, people, entered, connection):
    client, counts = as_user(people["checker"]), []
    for _ in range(2):
        for _ in range(3):
            check = entered("A1", "A2", "B1", visited=["A1"])
            client.post(FINDINGS, json=finding_body(check["id"], county.villages["A1"].code,
                                                    line_id=str(promised(county, "A1", number=len(counts) * 9 + _))))
        county.session.commit()
        counts.append([statements_of(connection, lambda: client.get(path)) for path in (CHECKS, FINDINGS)])
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 16


def test_the_workbook_lists_what_was_found_village_by_village(as_user, county, people, entered):
    check, client = entered("B1", "A1", "A2", visited=["B1", "A1"]), as_user(people["checker"])
    for text in ("=1+1", "台账缺页"):
        client.post(FINDINGS, json=finding_body(check["id"], county.villages["A1"].code, text=text))
    answer = export(client, check)
    sheet = openpyxl.load_workbook(BytesIO(answer.data)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][:5] == ["镇", "村", "到村日期", "是否问题", "发现的情况"]
    assert [row[:5] for row in rows[1:]] == [
        ["子营街道", "A1村", TODAY, "是", rows[1][4]], ["子营街道", "A1村", TODAY, "是", rows[2][4]],
        ["子营街道", "A2村", None, None, "没有去"], ["龙溪镇", "B1村", TODAY, None, "没有发现问题，也没有其他记录"]]
    assert {rows[1][4], rows[2][4]} == {"=1+1", "台账缺页"}
    assert {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row if cell.value == "=1+1"} == {"s"}
    part = openpyxl.load_workbook(BytesIO(export(as_user(people["committee"]), check).data)).active
    assert {row[1].value for row in part.iter_rows(min_row=2)} == {"A1村"}


def test_two_at_once_are_one(own_county, make_app, own_database):
    checkers = [own_county.person("supervisor") for _ in range(2)]
    tokens = [{"Authorization": f"Bearer {own_county.token(one)}"} for one in checkers]
    own_county.session.commit()
    app, body = make_app(own_database), check_body(own_county, draw={"count": 2})

    def send(path, json, headers=tokens[0]):
        return app.test_client().post(path, json=json, headers=headers)

    answers = in_parallel([lambda: send(CHECKS, body)] * 3)
    assert sorted(one.status_code for one in answers) == [200, 200, 201]
    assert len({tuple(names(one.json)) for one in answers}) == 1
    code = answers[0].json["villages"][0]["village"]["code"]
    days = [{"visited_on": str(own_county.now.date() - timedelta(days=days))} for days in (0, 1)]
    visits = in_parallel([lambda: send(f"{CHECKS}/{body['id']}/villages/{code}", days[0]),
                          lambda: send(f"{CHECKS}/{body['id']}/villages/{code}", days[1], tokens[1])])
    assert sorted(one.status_code for one in visits) == [201, 409]
    found = finding_body(body["id"], code)
    assert sorted(one.status_code for one in in_parallel([lambda: send(FINDINGS, found)] * 3)) == [200, 200, 201]
    closings = in_parallel([lambda: send(f"{CHECKS}/{body['id']}/closings", None, token) for token in tokens])
    assert {one.status_code for one in closings} == {200}
    own_county.session.rollback()
    counts = [own_county.session.scalar(select(func.count()).select_from(model))
              for model in (SpotCheck, CheckedVillage, Finding)]
    told = own_county.session.scalars(select(AuditEntry.action).where(AuditEntry.action.startswith("check."))).all()
    assert (counts, sorted(told)) == ([1, 2, 1], ["check.closed", "check.entered", "check.visited"])
