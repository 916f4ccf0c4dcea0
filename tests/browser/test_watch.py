"""The watch over all browser tests sees what it is there for; and the page that shows the API keeps to it too."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, Watch


@pytest.mark.parametrize(("deed", "fault"), [
    ("() => { fetch('https://elsewhere.example/').catch(() => null); }", "Content Security Policy"),
    ("() => { document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">'); }", "Content Security Policy"),
    ("() => { setTimeout(() => { throw new Error('lost'); }); }", "uncaught: lost"),
    ("() => { console.error('said aloud'); }", "error: said aloud"),
    ("() => { location.assign('http://localhost:1/'); }", "another host: http://localhost:1/"),
], ids=["another host", "style", "error", "console", "navigation"])
def test_the_watch_sees_what_no_page_may_do(site, open_context, deed, fault):
    mine = Watch(site.origin)
    # Not through `open_context`, whose watch would rightly fail this test.
    context = open_context().browser.new_context()
    mine.follow(context)
    page = context.new_page()
    page.goto(site.origin)
    expect(page.get_by_test_id("password-form")).to_be_visible()
    with context.expect_event("request" if "host" in fault else "weberror" if "uncaught" in fault else "console"):
        page.evaluate(deed)
    context.close()
    assert any(fault in seen for seen in mine.faults), mine.faults


def test_the_api_can_be_browsed_without_another_host(open_context):
    page = open_context(size=DESK).new_page()
    page.goto("/docs")
    expect(page.get_by_role("heading", name="Zhucun")).to_be_visible()
    page.get_by_placeholder("Filter by tag").fill("check-ins")
    page.get_by_role("link", name="check-ins", exact=True).click()
    expect(page.get_by_role("link", name="/api/v1/check-ins", exact=True)).to_be_visible()
