"""What the application says of itself to anybody, and that every page says when it closes."""

import shutil
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from api.dates import SHANGHAI
from tests.browser.conftest import DESK, PHONE, expect_no_sideways_scroll
from tests.browser.site import Site

CLOSES_ON = (datetime.now(SHANGHAI) + timedelta(days=40)).date()


@pytest.fixture(scope="module")
def closing_site(tmp_path_factory, sqlite_template):
    """A server of a county that is going to close the application."""
    folder = tmp_path_factory.mktemp("closing")
    shutil.copy(sqlite_template, folder / "zhucun.sqlite3")
    site = Site(f"sqlite:///{folder / 'zhucun.sqlite3'}", folder, ZHUCUN_CLOSES_ON=CLOSES_ON.isoformat(),
                ZHUCUN_HOST_UNIT="余庆县委组织部", ZHUCUN_HOTLINE="0851-24620000")
    yield site
    site.stop()


@pytest.fixture
def site(closing_site) -> Site:
    return closing_site


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_a_reviewer_reads_the_lists_without_logging_in(site, open_context, size):
    page = open_context(size=size).new_page()
    page.goto("/")
    page.get_by_role("link", name="功能清单").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("驻村：功能清单和数据清单")
    expect(page.get_by_role("main")).to_contain_text("余庆县委组织部")
    expect(page.get_by_role("main")).to_contain_text("90 天后自动删除")
    expect_no_sideways_scroll(page)
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("functions")
    page.get_by_role("link", name=CLOSES_ON.isoformat()).click()
    expect(page.get_by_role("main")).to_contain_text("CSV")
    expect_no_sideways_scroll(page)


def test_every_page_says_when_the_application_closes(site, open_context, open_phone, open_desk, open_admin):
    door = open_context().new_page()
    door.goto("/")
    village = open_context(site.user("village", "A1")).new_page()
    village.goto("/village/")
    pages = (door, village, open_phone(site.cadre()), open_desk(site.user("supervisor")),
             open_admin(site.user("admin"), size=PHONE))
    for page in pages:
        expect(page.get_by_test_id("closing")).to_contain_text(CLOSES_ON.isoformat())
        expect_no_sideways_scroll(page)
    expect(door.get_by_text("0851-24620000")).to_be_visible()
    door.get_by_test_id("closing").get_by_role("link").click()
    expect(door.get_by_role("heading", level=1)).to_have_text("停用公告")
