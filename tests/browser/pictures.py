"""Makes the README's pictures from the demo county.

    python -m tests.browser.pictures [FOLDER]

FOLDER (default: docs) gets phone.png, dashboard.png and login.png.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from api.demo_service import COUNTY, PASSWORD
from tests.browser.conftest import ARGUMENTS, DESK, PHONE, WAIT_MS, chromium_path, position
from tests.browser.site import ROOT, Server

# Twice the pixels where the README shows a picture small.
SHARP = 2


def _demo(folder: str) -> str:
    """Fill an empty database with the demo; answers its URL."""
    url = f"sqlite:///{folder}/zhucun.sqlite3"
    subprocess.run([sys.executable, "-m", "api.cli", "demo"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL,
                   env={"PATH": os.environ["PATH"], "ZHUCUN_COUNTY": COUNTY, "DATABASE_URL": url,
                        "ZHUCUN_VAR": folder})
    return url


def _page(browser: Browser, origin: str, size: tuple[int, int], scale: int = 1) -> Page:
    context = browser.new_context(
        base_url=origin, viewport={"width": size[0], "height": size[1]}, device_scale_factor=scale, locale="zh-CN",
        timezone_id="Asia/Shanghai", reduced_motion="reduce", geolocation=position(), permissions=["geolocation"])
    context.set_default_timeout(WAIT_MS)
    page = context.new_page()
    page.goto("/")
    page.get_by_label("用户名").wait_for()
    return page


def _enter(page: Page, username: str) -> None:
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()


def _picture(page: Page, folder: Path, name: str) -> None:
    page.evaluate("document.fonts.ready")
    page.screenshot(path=folder / f"{name}.png", animations="disabled", caret="hide")


def take(browser: Browser, origin: str, folder: Path) -> None:
    """The three pictures of a server with the demo county."""
    door = _page(browser, origin, PHONE, SHARP)
    _picture(door, folder, "login")

    phone = _page(browser, origin, PHONE, SHARP)
    _enter(phone, "cadre1")
    phone.get_by_test_id("week-line").wait_for()
    phone.get_by_test_id("day-panel").wait_for()
    _picture(phone, folder, "phone")

    desk = _page(browser, origin, DESK)
    _enter(desk, "county")
    desk.get_by_test_id("month-table").wait_for()
    desk.get_by_test_id("exception").first.wait_for()
    _picture(desk, folder, "dashboard")


def main(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as var, sync_playwright() as playwright:
        server = Server(_demo(var), Path(var))
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(ARGUMENTS))
        try:
            take(browser, server.origin, folder)
        finally:
            browser.close()
            server.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs")
