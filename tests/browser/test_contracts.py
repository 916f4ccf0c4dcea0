"""Contracts at the desk: the figures with their chart, one contract's course, and every step that the town takes."""

import json
from datetime import date

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE, expect_no_sideways_scroll


def answering(page, path, body):
    """Let the page's request for a path be answered with this."""
    page.route(f"**/api/v1{path}*", lambda route: route.fulfill(
        status=200, content_type="application/json", body=json.dumps(body)))


def figures_row(division, **numbers):
    plain = {"villages": 2, "without": 0, "states": {}, "items": 0, "due": 0, "overdue": 0, "met": 0, "partly": 0,
             "not_met": 0}
    return {"division": {"code": division.code, "name": division.name, "level": division.level}, **plain, **numbers}


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_chart_comes_after_the_table_and_says_itself_to_those_who_do_not_see_it(site, open_context, size):
    page = open_context(site.user("supervisor"), size).new_page()
    county = site.county
    rows = [figures_row(county.townships["A"], without=1, states={"published": 1, "returned": 2}, due=1, items=6),
            figures_row(county.townships["B"], states={"measures": 2}, items=4)]
    answering(page, "/contract-figures", {
        "year": date.today().year, "rows": rows,
        "total": figures_row(county.county, without=1, states={"published": 1, "returned": 2, "measures": 2})})
    page.goto("/dashboard/?view=contracts")
    row = page.locator(f'[data-testid="row"][data-code="{county.townships["A"].code}"]')
    expect(row.locator('td[data-label="村里办理"]')).to_have_text("2")
    expect(row.locator('td[data-label="待验收"]')).to_have_text("1")
    chart = page.get_by_test_id("contract-chart")
    expect(chart).to_have_attribute("data-state", "shown")
    expect(chart.locator("canvas")).to_be_visible()
    expect(page.get_by_role("img", name="各村承诺书的进度")).to_be_visible()
    chart.hover(position={"x": 150, "y": 70})
    expect_no_sideways_scroll(page)
