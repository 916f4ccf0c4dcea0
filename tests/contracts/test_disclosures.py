"""Disclosures over HTTP: who may, drafts, lines, attachments, stages; held until masked, published, withdrawn."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from api.app import create_app
from api.audit import AuditEntry
from api.contracts.board_models import Disclosure
from tests.checkin.test_figures import statements_of
from tests.conftest import _settings
from tests.contracts.files_to_disclose import ID, WORKBOOKS, pdf, workbook
from tests.parallel import in_parallel

BASE = "/api/v1/disclosures"
FINANCE = {"disclosure_class": "finance", "title": "第三季度收支", "first_on": "2026-07-01", "last_on": "2026-09-30",
           "lines": [{"direction": "income", "text": "上级补助", "amount": 10000},
                     {"direction": "expense", "text": "修路", "amount": 601},
                     {"direction": "expense", "text": "其他", "amount": 399}]}


@pytest.fixture
def committee(county, as_user):
    return as_user(county.person("village", county.villages["A1"]))


def draft(client, county, *, village="A1", id=None, **changes):
    body = {"id": str(id or uuid4()), "village_code": county.villages[village].code, **FINANCE, **changes}
    answer = client.post(BASE, json=body)
    assert answer.status_code in (200, 201), answer.json
    return answer.json


def edit(client, method, view, path="", **options):
    version = {"If-Match": f'"{view["version"]}"'}
    return getattr(client, method)(f"{BASE}/{view['id']}{path}", headers=version, **options)


def step(client, view, step="published", **body):
    return edit(client, "post", view, "/steps", json={"step": step, **body})


def attach(client, view, data, name="收支.xlsx", id=None):
    return client.put(f"{BASE}/{view['id']}/files/{id or uuid4()}?name={name}", data=data,
                      content_type="application/octet-stream")


def test_a_draft_is_kept_once_and_comes_back_as_it_was_sent(committee, county):
    id = uuid4()
    first = draft(committee, county, id=id)
    assert draft(committee, county, id=id) == first
    assert first["lines"] == [
        {"direction": "income", "text": "上级补助", "amount": 10000, "is_other": False},
        {"direction": "expense", "text": "修路", "amount": 601, "is_other": False},
        {"direction": "expense", "text": "其他", "amount": 399, "is_other": True}]
    assert first["totals"] == [{"direction": "income", "total": 10000, "other": 0},
                               {"direction": "expense", "total": 1000, "other": 399}]
    assert first["hints"] == [{"reason": "other_too_large", "direction": "expense", "percent": 39.9,
                               "most_percent": 10, "stage": None}]
    assert (first["state"], first["next_steps"], first["may_edit"], first["version"]) == (
        "drafted", ["published"], True, 1)
    again = committee.post(BASE, json={"id": str(id), "village_code": county.villages["A1"].code, **FINANCE,
                                       "title": "别的"})
    assert (again.status_code, again.json["reason"]) == (409, "id_reused")


def test_who_may_see_write_and_publish(county, as_user):
    people = {
        "committee": county.person("village", county.villages["A1"]),
        "township": county.person("supervisor", county.townships["A"]), "county": county.person("supervisor"),
        "posted": county.cadre("A1"),
        "next village": county.person("village", county.villages["A2"]),
        "next township": county.person("supervisor", county.townships["B"]), "elsewhere": county.cadre("B1"),
        "admin": county.person("admin"), "discipline": county.person("discipline"),
    }
    view = draft(as_user(people["committee"]), county)
    expected = {  # reads, drafts, publishes
        "committee": (200, 201, 200), "township": (200, 201, 200), "county": (200, 201, 200), "posted": (200, 403, 403),
        "next village": (404, 404, 404), "next township": (404, 404, 404), "elsewhere": (404, 403, 403),
        "admin": (403, 403, 403), "discipline": (403, 403, 403),
    }
    for who, statuses in expected.items():
        client = as_user(people[who])
        body = {"id": str(uuid4()), "village_code": county.villages["A1"].code, **FINANCE}
        tried = (client.get(f"{BASE}/{view['id']}").status_code, client.post(BASE, json=body).status_code,
                 step(client, draft(as_user(people["committee"]), county)).status_code)
        assert (who, tried) == (who, statuses)
        listed = client.get(BASE)
        assert view["id"] in str(listed.json) if statuses[0] == 200 else view["id"] not in str(listed.json)


def test_nobody_without_a_log_in_gets_near(client, committee, county):
    view = draft(committee, county)
    tried = (client.get(BASE), client.get(f"{BASE}/{view['id']}"), step(client, view),
             attach(client, view, workbook()))
    assert [answer.status_code for answer in tried] == [401] * 4


def test_an_edit_names_its_version(committee, county):
    view = draft(committee, county)
    changed = edit(committee, "patch", view, json={"title": "第三季度财务", "lines": []})
    assert (changed.status_code, changed.json["title"], changed.json["lines"], changed.headers["ETag"]) == (
        200, "第三季度财务", [], '"2"')
    assert edit(committee, "patch", view, json={"title": "x"}).status_code == 412
    [entry] = county.session.scalars(select(AuditEntry).where(AuditEntry.action == "disclosure.changed"))
    assert (entry.subject, entry.details["changed"]) == (f"disclosure:{view['id']}", ["lines", "title"])
    assert committee.patch(f"{BASE}/{view['id']}", json={"title": "x"}).status_code == 428


@pytest.mark.parametrize(("changes", "reason"), [
    ({"last_on": "2026-06-30"}, "disclosure_period"), ({"disclosure_class": "benefit"}, "disclosure_lines"),
    ({"title": ""}, "invalid"), ({"lines": [{"direction": "income", "text": "a", "amount": 1.234}]}, "invalid"),
    ({"surprise": 1}, "invalid"),
])
def test_what_does_not_fit_is_refused_with_its_reason(committee, county, changes, reason):
    answer = committee.post(BASE, json={"id": str(uuid4()), "village_code": county.villages["A1"].code, **FINANCE,
                                        **changes})
    assert (answer.status_code, answer.json["reason"]) == (422, reason)


def test_a_disclosure_is_published_withdrawn_with_a_reason_and_mended(committee, county, db_session):
    view = draft(committee, county)
    published = step(committee, view).json
    assert (published["state"], published["next_steps"], published["may_edit"]) == ("published", ["withdrawn"], False)
    # Sent again after a lost answer, with the old version: nothing changes.
    assert step(committee, view).json == published
    for refused in (edit(committee, "patch", published, json={"title": "x"}), edit(committee, "delete", published),
                    attach(committee, published, workbook()), edit(committee, "post", published, "/maskings")):
        assert refused.status_code == 409
    assert step(committee, published, "withdrawn").json["reason"] == "disclosure_reason_missing"
    withdrawn = step(committee, published, "withdrawn", reason="数字有误").json
    assert (withdrawn["state"], withdrawn["withdrawn_reason"]) == ("withdrawn", "数字有误")
    refused = step(committee, withdrawn, "withdrawn", reason="再来")
    assert (refused.status_code, refused.json["reason"], refused.json["errors"]) == (
        409, "disclosure_step", {"allowed": ["published"]})
    mended = edit(committee, "patch", withdrawn, json={"title": "更正"}).json
    assert mended["state"] == "drafted"
    assert edit(committee, "delete", mended).json["reason"] == "disclosure_was_published"
    assert step(committee, mended).json["state"] == "published"
    noted = select(AuditEntry.action).where(AuditEntry.subject == f"disclosure:{view['id']}")
    assert db_session.scalars(noted.order_by(AuditEntry.number)).all() == [
        "disclosure.published", "disclosure.withdrawn", "disclosure.changed", "disclosure.published"]


def test_a_draft_is_thrown_away_with_all_that_belongs_to_it(committee, county):
    view = attach(committee, draft(committee, county), workbook()).json
    assert edit(committee, "delete", view).status_code == 204
    assert committee.get(f"{BASE}/{view['id']}").status_code == 404


def test_nothing_is_no_disclosure(committee, county):
    answer = step(committee, draft(committee, county, lines=[], text=" "))
    assert (answer.status_code, answer.json["reason"]) == (422, "disclosure_empty")


def test_numbers_of_persons_hold_it_until_they_are_masked(committee, county):
    view = draft(committee, county, title="补助名单 13808123456", text=f"张三\n{ID}", lines=[
        {"direction": "expense", "text": "付李四 6222021234567890128", "amount": 5}])
    held = step(committee, view).json
    assert held["state"] == "held"
    assert [(one["kind"], one["part"], one["at"]) for one in held["held_for"]] == [
        ("mobile", "title", None), ("id_card", "text", None), ("bank_card", "lines", "1")]
    assert ID not in str(held["held_for"]) and "13808123456" not in str(held["held_for"])
    assert step(committee, held).json["state"] == "held"
    masked = edit(committee, "post", committee.get(f"{BASE}/{view['id']}").json, "/maskings").json
    assert (masked["state"], masked["title"], masked["text"], masked["lines"][0]["text"], masked["held_for"]) == (
        "drafted", "补助名单 138******56", "张三\n5203************18", "付李四 6222***********0128", [])
    assert step(committee, masked).json["state"] == "published"


def test_an_attachment_with_a_number_holds_it_until_it_is_replaced(committee, county):
    view = attach(committee, draft(committee, county), workbook(WORKBOOKS["hidden sheet"][0])).json
    file, = view["files"]
    assert (file["reading"], file["found"][0]["at"]) == ("found", "B3")
    held = step(committee, view).json
    assert (held["state"], held["held_for"][0]["file_id"], held["held_for"][0]["name"]) == ("held", file["id"], "名单")
    cleared = edit(committee, "delete", held, f"/files/{file['id']}").json
    assert (cleared["state"], cleared["files"]) == ("drafted", [])
    assert step(committee, attach(committee, cleared, workbook()).json).json["state"] == "published"


def test_a_scan_needs_somebodys_word(committee, county):
    view = attach(committee, draft(committee, county), pdf(""), name="scan.pdf").json
    file, = view["files"]
    held = step(committee, view).json
    assert (held["state"], held["held_for"][0]["kind"]) == ("held", "unreadable")
    checked = edit(committee, "patch", held, f"/files/{file['id']}", json={"is_checked": True}).json
    assert checked["files"][0]["is_checked"]
    assert step(committee, checked).json["state"] == "published"


def test_attachments_are_kept_once_and_refused_kindly(committee, county):
    view, id = draft(committee, county), uuid4()
    assert attach(committee, view, workbook(), name="a.docx").json["message"].startswith("文件名的后缀和内容不符")
    assert attach(committee, view, b"hello").json["reason"] == "attachment_kind"
    assert attach(committee, view, b"0" * (5 * 2**20 + 1)).status_code == 413
    data = workbook()
    assert [attach(committee, view, data, id=id).status_code for _again in range(2)] == [201, 200]
    assert attach(committee, view, pdf(), name="b.pdf", id=id).json["reason"] == "id_reused"
    for _more in range(9):
        attach(committee, view, data)
    assert attach(committee, view, data).json["reason"] == "attachments_too_many"
    published = step(committee, committee.get(f"{BASE}/{view['id']}").json)
    assert published.json["state"] == "published"
    assert (attach(committee, view, data, id=id).status_code, attach(committee, view, data).json["reason"]) == (
        200, "disclosure_published")
    loaded = committee.get(f"{BASE}/{view['id']}/files/{id}")
    assert (loaded.data, loaded.headers["Content-Disposition"].startswith("attachment"),
            loaded.headers["X-Content-Type-Options"]) == (data, True, "nosniff")


def test_a_file_with_numbers_of_persons_is_for_those_who_have_to_mend_it(committee, county, as_user):
    view = draft(committee, county)
    clean, found = uuid4(), uuid4()
    attach(committee, view, workbook(), id=clean)
    attach(committee, view, workbook(WORKBOOKS["comment"][0]), id=found)
    cadre = as_user(county.cadre("A1"))
    assert [[client.get(f"{BASE}/{view['id']}/files/{id}").status_code for id in (clean, found)]
            for client in (committee, cadre)] == [[200, 200], [200, 404]]


def stage(client, view, name, **body):
    return edit(client, "put", view, f"/deliberations/{name}", json=body)


def test_a_decision_shows_its_stages_and_what_is_missing(committee, county):
    view = draft(committee, county, disclosure_class="decision", title="修路", lines=[], text="修三公里")
    view = stage(committee, view, "branch_proposal", held_on="2026-03-02").json
    view = stage(committee, view, "villagers_resolution", held_on="2026-03-01", entitled=40, present=30,
                 in_favour=28).json
    assert [(one["reason"], one["stage"]) for one in view["hints"]] == [
        ("stage_missing", "committees_consultation"), ("stage_missing", "party_review"),
        ("stage_out_of_order", "villagers_resolution")]
    assert stage(committee, view, "party_review", held_on="2026-03-03", entitled=9, present=10).json["reason"] == (
        "deliberation_counts")
    assert stage(committee, view, "branch_proposal", held_on="2026-03-03", present=10).json["reason"] == (
        "deliberation_no_vote")
    published = step(committee, view).json
    # What follows upon the publication is added on the board, but no number of a person.
    assert stage(committee, published, "resolution_disclosed", held_on="2026-03-05", note=f"问 {ID}").json["reason"] == (
        "private_numbers")
    shown = stage(committee, published, "resolution_disclosed", held_on="2026-03-05", note="上栏").json
    assert (shown["state"], [one["stage"] for one in shown["deliberations"]]) == (
        "published", ["branch_proposal", "villagers_resolution", "resolution_disclosed"])
    assert edit(committee, "delete", shown, "/deliberations/branch_proposal").status_code == 409


def test_only_decisions_have_stages(committee, county):
    assert stage(committee, draft(committee, county), "branch_proposal", held_on="2026-03-02").json["reason"] == (
        "not_a_decision")


def test_a_note_of_a_stage_holds_and_is_masked_too(committee, county):
    view = draft(committee, county, disclosure_class="decision", lines=[], text="修路")
    view = stage(committee, view, "party_review", held_on="2026-03-02", note="联系 13808123456").json
    held = step(committee, view).json
    assert (held["held_for"][0]["part"], held["held_for"][0]["name"]) == ("note", "party_review")
    assert edit(committee, "post", held, "/maskings").json["deliberations"][0]["note"] == "联系 138******56"


def test_a_list_asks_the_same_number_of_questions_whatever_its_length(county, as_user, connection):
    client = as_user(county.person("supervisor"))
    counts = []
    for _round in range(2):
        for village in ("A1", "A2", "B1"):
            attach(client, draft(client, county, village=village), workbook())
        counts.append(statements_of(connection, lambda: client.get(BASE)))
    assert counts[0] == counts[1]
    filtered = client.get(f"{BASE}?class=finance&state=drafted&division={county.townships['A'].code}&page_size=3")
    assert len(filtered.json["disclosures"]) == 3
    assert '"total": 4' in filtered.headers["X-Pagination"]


def test_of_two_who_publish_at_once_one_does(own_county, own_database, tmp_path, clock):
    county = own_county
    people = [county.person("village", county.villages["A1"]), county.person("supervisor", county.townships["A"])]
    tokens = [county.token(person) for person in people]
    county.session.commit()
    app = create_app({**_settings(tmp_path, clock), "DATABASE_URL": own_database})
    clients = []
    for token in tokens:
        clients.append(app.test_client())
        clients[-1].environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    view = draft(clients[0], county)
    answers = in_parallel([lambda client=client: step(client, view) for client in clients])
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    loser = next(answer for answer in answers if answer.status_code == 409)
    assert (loser.json["reason"], loser.json["errors"]) == ("disclosure_step", {"allowed": ["withdrawn"]})
    county.session.rollback()
    assert county.session.scalars(select(Disclosure.version)).all() == [2]
    app.extensions["zhucun_database"].engine.dispose()
