"""What waited on the phone goes in one message; an edit that came too late is settled by its owner, side by side."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from playwright.sync_api import expect

# The page's own modules, as a form of the page would use them.
ADD = """async (records) => {
  const [{ openStore }, { Outbox }, { userOnDevice }] = await Promise.all(
    ['store', 'outbox', 'session'].map((name) => import(`/static/shared/${name}.js`)));
  const outbox = new Outbox({ store: await openStore(), userId: userOnDevice(), locate: null });
  for (const [kind, content] of records) await outbox.add(kind, content);
}"""
SYNC = "**/api/v1/sync"


def add(page, *records: tuple[str, dict]) -> None:
    page.evaluate(ADD, [list(record) for record in records])


def report(**more) -> tuple[str, dict]:
    return "special_report", {"kind": "good_practice", "title": "一个做法", "text": "院坝会每月开一次",
                              "captured_at": datetime.now(UTC).isoformat(), **more}


@pytest.fixture
def whole_page(open_context):
    """Open the phone page and wait until all of it has come."""
    def open_whole(person):
        page = open_context(person).new_page()
        with page.expect_response("**/static/phone/offline.js"):
            page.goto("/phone/")
        return page
    return open_whole


def send(page) -> None:
    page.evaluate("dispatchEvent(new Event('focus'))")


def test_what_waited_goes_in_one_message_and_a_lost_answer_doubles_nothing(site, whole_page):
    cadre = site.cadre()
    page = whole_page(cadre)
    asked, answers = [], []

    def lose_the_first_answer(route):
        if route.request.method == "GET":
            route.continue_()
            return
        asked.append([item["kind"] for item in route.request.post_data_json["items"]])
        answer = route.fetch()
        answers.append([result["status"] for result in answer.json()["results"]])
        if len(answers) == 1:
            route.abort("connectionreset")
        else:
            route.fulfill(response=answer)

    page.route(SYNC, lose_the_first_answer)
    page.context.set_offline(True)
    day = site.closed_monday.isoformat()
    add(page, ("declaration", {"day": day, "captured_at": datetime.now(UTC).isoformat()}), report(),
        ("special_report_submission", {"report_id": str(uuid4())}))
    page.get_by_test_id("to-records").click()
    expect(page.get_by_test_id("record")).to_have_count(3)
    page.context.set_offline(False)
    expect(page.get_by_text("现在没有网络，有网就自动送。")).to_have_count(3)
    page.get_by_test_id("send-now").click()
    # One that is refused holds none of the others back.
    expect(page.locator('[data-testid="record"][data-state="attention"]')).to_have_count(1)
    expect(page.locator('[data-testid="record"][data-state="sent"]')).to_have_count(2)
    assert asked == [["declaration", "special_report", "special_report_submission"]] * 2
    assert answers == [[201, 201, 404], [200, 200, 404]]
    assert len(site.evidence_of(cadre)) == 1


@pytest.mark.parametrize("choice", ["用这台手机上写的", "用现在的"])
def test_an_edit_that_came_too_late_is_settled_side_by_side(site, whole_page, choice):
    cadre = site.cadre()
    page = whole_page(cadre)
    id = str(uuid4())
    site.ask(cadre, "/special-reports", {"id": id, **report()[1]})
    edits = [("special_report_edit", {"report_id": id, "base_version": 1, "title": "一个做法", "text": text})
             for text in ("别处先改的", "手机上写的")]
    add(page, edits[0])
    send(page)
    page.get_by_test_id("to-records").click()
    record = page.get_by_test_id("record")
    expect(record).to_have_attribute("data-state", "sent")
    add(page, edits[1])
    send(page)
    page.get_by_role("link", name="去选").click()
    conflict = page.get_by_test_id("conflict")
    expect(conflict.get_by_test_id("version-mine")).to_contain_text("手机上写的")
    expect(conflict.get_by_test_id("version-theirs")).to_contain_text("别处先改的")
    conflict.get_by_role("button", name=choice).click()
    expect(conflict).to_have_count(0)
    expected = "手机上写的" if "手机" in choice else "别处先改的"
    assert site.ask(cadre, f"/special-reports/{id}")["text"] == expected
