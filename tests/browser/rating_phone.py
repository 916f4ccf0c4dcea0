"""A villager's phone: small, with a touch screen and nobody's; and an urn that a test answers for."""

import json
from collections.abc import Callable
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from api.ratings.codes_rules import code_from

SMALL = {"width": 360, "height": 640}
CODE = code_from(2**127 + 12345)
HOTLINE = "0851-24620000"
PAPERS, BALLOTS = "**/api/v1/ballot-papers", "**/api/v1/ballots"
PAPER = {
    "way": "household", "village": {"code": "520329100200", "name": "红光村", "level": "village"},
    "campaign": {"title": "第四季度驻村工作评议", "division": {"code": "520329000000", "name": "余庆县"}},
    "subject": "team", "cadre_name": None, "text_prompt": "还有什么想说的？", "hotline": "0852-1111111",
    "last_on": "2026-12-31",
    "questions": [
        {"key": "q1", "text": "您对驻村工作队的工作满意吗？", "recording_id": None, "answers": [
            {"key": "satisfied", "text": "满意"}, {"key": "basically_satisfied", "text": "基本满意"},
            {"key": "dissatisfied", "text": "不满意"}, {"key": "do_not_know", "text": "不了解"}]},
        {"key": "q2", "text": "驻村干部来过您家吗？", "recording_id": None, "answers": [
            {"key": "came", "text": "来过"}, {"key": "did_not_come", "text": "没来过"},
            {"key": "cannot_remember", "text": "记不清"}]},
        {"key": "q3", "text": "村里的路灯修得怎么样？", "recording_id": None, "answers": [
            {"key": "a1", "text": "修好了"}, {"key": "a2", "text": "没有修好"}]},
    ],
}


def answer(status: int, body: dict, **headers: str) -> Callable[[Route], None]:
    """What a route may be given for an answer; Retry_After="1" is a header."""
    def give(route: Route) -> None:
        route.fulfill(status=status, body=json.dumps(body), content_type="application/json",
                      headers={name.replace("_", "-"): value for name, value in headers.items()})
    return give


def lost(route: Route) -> None:
    """The request came, its answer did not arrive."""
    route.abort("connectionreset")


RECEIVED = answer(201, {"received": True})
REFUSED = answer(403, {"code": 403, "status": "Forbidden", "reason": "card_unusable", "message": "", "errors": {}})


class Urn:
    """Answers in the place of the server and keeps what it was sent; `first` answers come before the usual ones."""

    def __init__(self, page: Page, *, first_papers=(), first_ballots=(), **changes):
        self.papers, self.ballots = [], []
        papers, ballots = iter(first_papers), iter(first_ballots)
        given = answer(200, {**PAPER, **changes})
        page.route(PAPERS, lambda route: self._take(route, self.papers, next(papers, given)))
        page.route(BALLOTS, lambda route: self._take(route, self.ballots, next(ballots, RECEIVED)))

    def _take(self, route: Route, kept: list, give: Callable) -> None:
        kept.append(route.request.post_data_json)
        give(route)


@contextmanager
def rating_phone(browser: Browser, site, watch, **options):
    """A page on a phone of 360 by 640."""
    context: BrowserContext = browser.new_context(
        base_url=site.origin, viewport=SMALL, has_touch=True, is_mobile=True, locale="zh-CN",
        timezone_id="Asia/Shanghai", service_workers="block", **options)
    context.set_default_timeout(25_000)
    watch.follow(context)
    try:
        yield context.new_page()
    finally:
        context.close()


def scan(page: Page, code: str = CODE) -> None:
    """What scanning a card does."""
    page.goto(f"/r/#{code}")


def choose(page: Page, text: str, *, then: str | None = None) -> None:
    """Tap an answer once the page takes taps again, and wait for what comes `then`."""
    button = page.get_by_role("button", name=text, exact=True)
    expect(button).to_be_visible()
    settle(page)
    button.tap()
    if then is not None:
        expect(page.get_by_role("main")).to_contain_text(then)


def settle(page: Page) -> None:
    """Until the page takes taps again: the second tap of a double one is meant for nothing."""
    expect(page.get_by_role("main")).not_to_have_attribute("aria-busy", "true")


def answer_all(page: Page) -> None:
    """Three taps, up to the screen with the fourth."""
    for text, then in (("满意", "第2题"), ("来过", "第3题"), ("修好了", "答完了")):
        choose(page, text, then=then)
    settle(page)
