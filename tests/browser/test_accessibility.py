"""Every view of the dashboard and the administration under axe: light and dark, at a desk and on a phone."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE, expect_no_sideways_scroll

ROOT = Path(__file__).resolve().parents[2]
AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
BAD = ("serious", "critical")
# What a screen of dark colours may not have behind anything: a light box.
LIGHT_BOXES = """() => {
  const light = (colour) => {
    const [red, green, blue, alpha = 1] = (colour.match(/[\\d.]+/g) ?? []).map(Number);
    return alpha > 0.5 && Math.min(red, green, blue) > 200;
  };
  const large = (box) => box.width * box.height > 2500;
  return [...document.querySelectorAll('body, body *')]
    .filter((one) => one.checkVisibility() && large(one.getBoundingClientRect()))
    .filter((one) => light(getComputedStyle(one).backgroundColor))
    .map((one) => `${one.tagName}.${one.className}`);
}"""


def views_of(page: str) -> list[str]:
    """The views that a page's app.js names."""
    source = (ROOT / f"static/{page}/app.js").read_text(encoding="utf-8")
    [listed] = re.findall(r"^const VIEWS = \{\n(.*?)^\};", source, re.MULTILINE | re.DOTALL)
    return re.findall(r"(\w+): (?:later\(|[A-Z]\w*View)", listed)


def faults(page) -> list[tuple]:
    result = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return [(one["id"], node["target"], node["html"][:160]) for one in result["violations"] if one["impact"] in BAD
            for node in one["nodes"]]


def expect_no_fault(page):
    """No serious fault and nothing wider than the window, in either scheme and at either size; dark means dark."""
    expect(page.locator("main, #content").first).to_be_visible()
    expect(page.get_by_test_id("loading")).to_have_count(0)
    page.evaluate(AXE)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width, height in (DESK, PHONE):
            page.set_viewport_size({"width": width, "height": height})
            assert faults(page) == [], (scheme, width)
            expect_no_sideways_scroll(page)
    assert page.evaluate(LIGHT_BOXES) == []


@pytest.fixture(scope="module")
def busy(sites):
    """(cadre, code) of a village where somebody was, somebody waits, a household lives and something was asked for.

    One for all views, in a village of its own: nobody else's tables grow by it.
    """
    site = sites("sqlite")
    with site.making() as county:
        village = county.new_village("A")
    cadre = site.cadre(village, name="王开芬")
    for days, north in ((0, 0), (1, 0), (2, 2300)):
        site.check_in(cadre, site.closed_monday + timedelta(days=days), metres_north=north)
    with site.making() as county:
        county.household(village)
        county.concern(cadre, village)
    return cadre, site.county.villages[village].code


def everything(site):
    """Somebody who may open every view."""
    person = site.user("supervisor")
    with site.making() as county:
        for role in ("discipline", "admin", "auditor"):
            county.grant(person, role, county.county)
    return person


@pytest.mark.slow
@pytest.mark.parametrize("view", views_of("dashboard"))
def test_a_view_of_the_dashboard_has_no_serious_fault(site, open_desk, busy, view):
    page = open_desk(everything(site), f"?view={view}")
    expect(page.get_by_test_id(f"view-{view}")).to_have_attribute("aria-current", "page")
    expect_no_fault(page)


@pytest.mark.slow
@pytest.mark.parametrize("view", ["look", "calendar", "table", "visits", "households", "people&state=posts",
                                  "contracts", "concerns"])
def test_a_view_of_one_village_has_no_serious_fault(site, open_desk, busy, view):
    expect_no_fault(open_desk(everything(site), f"?view={view}&division={busy[1]}"))


@pytest.mark.slow
def test_a_cadres_days_have_no_serious_fault(site, open_desk, busy):
    page = open_desk(everything(site), f"?view=table&cadre={busy[0].cadre.id}&month={site.closed_month}")
    expect(page.get_by_test_id("day-panel")).to_be_visible()
    expect_no_fault(page)


@pytest.mark.slow
@pytest.mark.parametrize("view", views_of("admin"))
def test_a_view_of_the_administration_has_no_serious_fault(site, open_admin, view):
    expect_no_fault(open_admin(everything(site), f"?view={view}"))
