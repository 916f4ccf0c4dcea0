"""Debian's Chromium against a real server. Every page is watched: no other host, no broken policy, no lost error."""

import re
import shutil
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from api.auth import COOKIE
from tests.browser.rating_phone import HOTLINE
from tests.browser.site import Site
from tests.county import OFFICE, Person

ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
    # A microphone that hums, for pages that record: without a screen there is neither one nor anybody to allow it.
    "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
)
PHONE, DESK = (360, 740), (1280, 800)
# What takes a second on its own may take ten where two workers, two servers and two browsers share two cores.
WAIT_MS = 25_000
# An answer that a test asked for (a refusal, a cut network) is an error to the console, but not to us.
EXPECTED = re.compile(r"^Failed to load resource|Service Worker registration blocked by Playwright")


def chromium_path() -> str | None:
    return shutil.which("chromium-headless-shell") or shutil.which("chromium") or shutil.which("chromium-browser")


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/browser/" in item.nodeid:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser():
    """One Chromium for all tests; each gets contexts of its own."""
    path = chromium_path()
    if path is None:
        pytest.skip("Chromium is not installed")
    expect.set_options(timeout=WAIT_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def sites(tmp_path_factory, request):
    """A server for each database, started when it is first wanted."""
    running = {}

    def site_on(kind: str) -> Site:
        if kind not in running:
            folder = tmp_path_factory.mktemp(f"site-{kind}")
            if kind == "postgresql":
                url = request.getfixturevalue("postgres_server").create("zhucun_browser", "zhucun_template")
            else:
                shutil.copy(request.getfixturevalue("sqlite_template"), folder / "zhucun.sqlite3")
                url = f"sqlite:///{folder / 'zhucun.sqlite3'}"
            running[kind] = Site(url, folder)
        return running[kind]

    yield site_on
    for site in running.values():
        site.stop()


@pytest.fixture
def site(sites, request) -> Site:
    """The server on SQLite, or on the database that the test names as its parameter."""
    return sites(getattr(request, "param", "sqlite"))


@pytest.fixture(scope="session")
def rating_site(tmp_path_factory, sqlite_template):
    """A server of a county with a telephone for complaints (tests/browser/rating_phone.py)."""
    folder = tmp_path_factory.mktemp("rating")
    shutil.copy(sqlite_template, folder / "zhucun.sqlite3")
    site = Site(f"sqlite:///{folder / 'zhucun.sqlite3'}", folder, ZHUCUN_HOTLINE=HOTLINE)
    yield site
    site.stop()


class Watch:
    """Collects what no page may do."""

    def __init__(self, origin: str):
        self.origin, self.faults, self.requests = origin, [], []

    def follow(self, context: BrowserContext) -> None:
        context.on("request", self._request)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.faults.append(f"uncaught: {error.error}"))

    def _request(self, request) -> None:
        parts = urlsplit(request.url)
        self.requests.append(request.url)
        if parts.scheme not in ("data", "blob") and f"{parts.scheme}://{parts.netloc}" != self.origin:
            self.faults.append(f"another host: {request.url}")

    def _console(self, message) -> None:
        if message.type in ("error", "warning") and not EXPECTED.search(message.text):
            self.faults.append(f"{message.type}: {message.text}")


@pytest.fixture
def watch(site) -> Watch:
    watch = Watch(site.origin)
    yield watch
    assert watch.faults == []


def position(metres_north: float = 0) -> dict:
    """A position so many metres north of every village's office."""
    return {"latitude": OFFICE.latitude + metres_north / 110_800, "longitude": OFFICE.longitude, "accuracy": 20}


@pytest.fixture
def open_context(browser: Browser, site: Site, watch: Watch):
    """Make a browser of somebody's own: `open_context(person, size, metres_north=…, offline_copy=…)`.

    `person` None is nobody yet, `metres_north` None is a phone that gives no position.
    """
    contexts = []

    def make(person: Person | None = None, size: tuple[int, int] = PHONE, *, metres_north: float | None = 0,
             offline_copy: bool = False, language: str | None = None) -> BrowserContext:
        context = browser.new_context(
            base_url=site.origin, viewport={"width": size[0], "height": size[1]}, locale="zh-CN",
            timezone_id="Asia/Shanghai", service_workers="allow" if offline_copy else "block", accept_downloads=True,
            geolocation=None if metres_north is None else position(metres_north),
            permissions=[] if metres_north is None else ["geolocation"])
        context.set_default_timeout(WAIT_MS)
        watch.follow(context)
        if person is not None:
            context.add_cookies([{"name": COOKIE, "value": site.token(person), "url": site.origin, "httpOnly": True,
                                  "sameSite": "Lax"}])
        if language is not None:
            # The empty page that a tab begins with has no storage.
            context.add_init_script(f"if (isSecureContext) localStorage.setItem('zhucun.language', '{language}')")
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def open_phone(open_context):
    """Open the phone page as a cadre: `open_phone(cadre)`; options as for `open_context`."""
    def open_page(person: Person, path: str = "/phone/", **options) -> Page:
        page = open_context(person, **options).new_page()
        page.goto(path)
        return page
    return open_page


@pytest.fixture
def open_desk(open_context):
    """Open the dashboard as a user: `open_desk(user, "?view=waiting")`; options as for `open_context`."""
    def open_page(person: Person, query: str = "", size: tuple[int, int] = DESK, **options) -> Page:
        page = open_context(person, size, **options).new_page()
        page.goto(f"/dashboard/{query}")
        return page
    return open_page


@pytest.fixture
def open_admin(open_context):
    """Open the administration: `open_admin(user, "?view=places")`; options as for `open_context`."""
    def open_page(person: Person, query: str = "", size: tuple[int, int] = DESK, **options) -> Page:
        page = open_context(person, size, **options).new_page()
        page.goto(f"/admin/{query}")
        return page
    return open_page


def expect_no_sideways_scroll(page: Page) -> None:
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{wide} px too wide at {page.url}"
