"""How long the phone page and the villager's page take on a thin line, from an empty cache to a button that answers.

    python -m tests.browser.first_load
"""

import shutil
import statistics
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

from api.auth import COOKIE
from tests.browser.conftest import ARGUMENTS, PHONE, chromium_path, position
from tests.browser.site import Site
from tests.databases import migrated
from tests.ratings.rating_county import open_campaign
from tests.test_page_modules import preloads

# A thin line in the hills: 400 kbit/s, 400 ms.
BYTES_PER_SECOND, LATENCY_MS = 400_000 / 8, 400
ROUNDS = 5
# In the page itself, since the way from here to the browser takes a quarter of a second: when the button stands it is
# tapped, and answered when the outcome stands.
STOPWATCH = """new MutationObserver((changes, observer) => {
  const shown = (name) => document.querySelector(`[data-testid="${name}"]`);
  if (window.shownMs === undefined && shown('here')) {
    window.shownMs = performance.now();
    requestAnimationFrame(() => shown('here').click());
  }
  if (shown('outcome')) {
    window.answeredMs = performance.now();
    observer.disconnect();
  }
}).observe(document, { subtree: true, childList: true });"""

# All that the villager's page is made of, and what it asks the server.
RATING_PARTS = {"/r/", "/styles/rating.css", "/static/rating/rating.js", *preloads("rating"), "/api/v1/ballot-papers"}
ANSWERING = """new MutationObserver((changes, observer) => {
  const button = document.querySelector('[data-testid="answer"]');
  if (window.shownMs === undefined && button) {
    window.shownMs = performance.now();
    requestAnimationFrame(() => button.click());
  }
  if (document.querySelector('[aria-pressed="true"]')) {
    window.answeredMs = performance.now();
    observer.disconnect();
  }
}).observe(document, { subtree: true, childList: true, attributes: true });"""


class Line:
    """Counts what a page loads, as it travels; with `thin` at the speed of a thin line."""

    def __init__(self, page: Page, *, thin: bool = False):
        self.bytes_of, self._urls = {}, {}
        session = page.context.new_cdp_session(page)
        session.on("Network.requestWillBeSent", self._asked)
        session.on("Network.loadingFinished", self._finished)
        session.send("Network.enable")
        if thin:
            session.send("Network.emulateNetworkConditions", {
                "offline": False, "latency": LATENCY_MS, "downloadThroughput": BYTES_PER_SECOND,
                "uploadThroughput": BYTES_PER_SECOND})

    def _asked(self, event) -> None:
        self._urls[event["requestId"]] = event["request"]["url"]

    def _finished(self, event) -> None:
        self.bytes_of[self._urls.get(event["requestId"], "?")] = event["encodedDataLength"]

    @property
    def total(self) -> int:
        """Bytes on the line, headers included."""
        return round(sum(self.bytes_of.values()))

    def total_without(self, paths: set[str]) -> int:
        """The same, without what was loaded from these paths."""
        return round(sum(size for url, size in self.bytes_of.items() if urlsplit(url).path not in paths))


def first_load(browser: Browser, site: Site) -> tuple[float, float, int]:
    """(seconds until the button stands, until a tap on it is answered, bytes so far) on a cold, thin line."""
    context = browser.new_context(base_url=site.origin, viewport={"width": PHONE[0], "height": PHONE[1]},
                                  geolocation=position(), permissions=["geolocation"])
    context.add_cookies([{"name": COOKIE, "value": site.token(site.cadre()), "url": site.origin}])
    context.add_init_script(STOPWATCH)
    page = context.new_page()
    line = Line(page, thin=True)
    page.goto("/phone/", wait_until="commit")
    page.get_by_test_id("here").wait_for()
    total = line.total
    page.get_by_test_id("outcome").wait_for()
    shown, answered = page.evaluate("[window.shownMs, window.answeredMs]")
    context.close()
    return shown / 1000, answered / 1000, total


def rating_load(browser: Browser, site: Site, code: str) -> tuple[float, float, int]:
    """(seconds until the first question stands, until a tap on an answer shows, bytes) on a cold, thin line."""
    context = browser.new_context(base_url=site.origin, viewport={"width": PHONE[0], "height": PHONE[1]})
    context.add_init_script(ANSWERING)
    page = context.new_page()
    line = Line(page, thin=True)
    page.goto(f"/r/#{code}", wait_until="commit")
    page.get_by_text("第2题").wait_for()
    shown, answered = page.evaluate("[window.shownMs, window.answeredMs]")
    context.close()
    return shown / 1000, answered / 1000, line.total


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        template = Path(folder) / "template.sqlite3"
        migrated(f"sqlite:///{template}")
        shutil.copy(template, Path(folder) / "zhucun.sqlite3")
        site = Site(f"sqlite:///{folder}/zhucun.sqlite3", Path(folder))
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(ARGUMENTS))
        try:
            with site.making() as county:
                campaign = open_campaign(county, first_on=site.today, last_on=site.today)
            loads = {"phone": [first_load(browser, site) for _round in range(ROUNDS)],
                     "rating": [rating_load(browser, site, campaign.open_codes["A1"]) for _round in range(ROUNDS)]}
        finally:
            browser.close()
            site.stop()
    for page, rounds in loads.items():
        print(page)
        for name, values in zip(("button stands, s", "tap answered, s", "bytes until then"), zip(*rounds, strict=True),
                                strict=True):
            print(f"  {name:18} median {statistics.median(values):.2f}  worst {max(values):.2f}")


if __name__ == "__main__":
    main()
