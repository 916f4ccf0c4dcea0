"""The calendar of a village: each cadre's days by kind of evidence, as the API has them, in signs and in words."""

from datetime import timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from api.dates import first_monday, month_of
from tests.browser.conftest import DESK, PHONE, expect_no_sideways_scroll

SIZES = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
SHAPES = {"stationed": "shape-stationed", "errand": "shape-errand", "waiting": "shape-waiting"}


def monday_of(site):
    """The first Monday of a month that is over: the days after it are in the same month."""
    return first_monday(month_of(site.today - timedelta(days=40)))


def month_shown(site):
    return f"{monday_of(site):%Y-%m}"


@pytest.fixture
def busy(site):
    """A cadre with two days that count, one that waits, and one of leave."""
    cadre = site.cadre(name="王开芬")
    for days, north in ((0, 0), (1, 0), (2, 2300)):
        site.check_in(cadre, monday_of(site) + timedelta(days=days), metres_north=north)
    day = (monday_of(site) + timedelta(days=3)).isoformat()
    site.ask(site.user("supervisor"), "/leaves", {
        "id": str(uuid4()), "cadre_id": cadre.cadre.id, "kind": "private", "from_on": day, "to_on": day,
        "reason": "家里有事"})
    return cadre


def expect_as_answered(page, site, person, busy):
    answer = site.ask(person, f"/day-calendars?month={month_shown(site)}&village={site.county.villages['A1'].code}")
    rows = page.get_by_test_id("row")
    expect(rows).to_have_count(len(answer["cadres"]))
    # In the order of the roster.
    assert [one.get_attribute("data-cadre") for one in rows.all()] == [
        str(row["cadre"]["id"]) for row in answer["cadres"]]
    [told] = [row for row in answer["cadres"] if row["cadre"]["id"] == busy.cadre.id]
    row = page.locator(f'[data-testid="row"][data-cadre="{busy.cadre.id}"]')
    for day in told["days"]:
        cell = row.locator(f'[data-day="{day["day"]}"]')
        expect(cell).to_have_attribute("data-state", day["state"] or "")
        if day["state"]:
            # A shape beside the colour.
            expect(cell.locator(f".{SHAPES[day['state']]}")).to_be_visible()
        expect(cell.locator(".kind-sign")).to_have_count(len({one["kind"] for one in day["kinds"]}))


@SIZES
def test_a_villages_month_is_shown_cadre_by_cadre_and_opens_into_a_day(site, open_desk, busy, size):
    person, first = site.user("supervisor"), monday_of(site)
    page = open_desk(person, f"?view=calendar&month={month_shown(site)}", size)
    page.get_by_test_id("village-filter").fill("A1村")
    expect(page.get_by_test_id("village")).to_have_text(["A1村"])
    expect_no_sideways_scroll(page)
    page.get_by_test_id("village").click()
    expect(page.get_by_test_id("sign-legend")).to_contain_text("定位在村点范围外")
    expect_as_answered(page, site, person, busy)
    expect_no_sideways_scroll(page)

    cell = page.locator(f'[data-testid="row"][data-cadre="{busy.cadre.id}"] [data-day="{first + timedelta(days=2)}"]')
    for words in ("待确认", "「我在村里」", "定位在村点范围外"):
        expect(cell.locator(".sr-only")).to_contain_text(words)
    leave = page.locator(f'[data-testid="row"][data-cadre="{busy.cadre.id}"] [data-day="{first + timedelta(days=3)}"]')
    expect(leave.locator(".day-away")).to_have_text("事假")
    cell.get_by_role("link").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("day-panel")).to_have_attribute("data-day", (first + timedelta(days=2)).isoformat())
    # The cadre's own calendar has the same signs.
    day = page.locator(f'[data-testid="day"][data-day="{first + timedelta(days=2)}"]')
    expect(day.locator(".kind-sign")).to_have_text("在外")
    expect(page.get_by_test_id("sign-legend")).to_contain_text("走访农户")
    expect_no_sideways_scroll(page)
    page.go_back()
    expect_as_answered(page, site, person, busy)


def test_a_name_that_no_village_has_is_told(site, open_desk):
    page = open_desk(site.user("supervisor"), "?view=calendar")
    expect(page.get_by_test_id("village").first).to_be_visible()
    page.get_by_test_id("village-filter").fill("没有这个村")
    expect(page.get_by_test_id("empty")).to_have_text("没有这个名字的村。")


def test_a_villages_committee_begins_with_its_own_calendar(site, open_desk, busy):
    page = open_desk(site.user("village", "A1"), f"?view=calendar&month={month_shown(site)}")
    expect(page.get_by_test_id("village-calendar")).to_be_visible()
    expect(page.get_by_test_id("village-filter")).to_have_count(0)
    expect(page.get_by_role("columnheader")).to_have_count(
        1 + len(site.ask(busy, f"/day-calendars?month={month_shown(site)}")["days"]))


def test_the_calendar_speaks_english(site, open_desk, busy):
    village = site.county.villages["A1"].code
    page = open_desk(site.user("supervisor"), f"?view=calendar&month={month_shown(site)}&division={village}",
                     language="en")
    expect(page.get_by_test_id("sign-legend")).to_contain_text("Visits to households")
    cell = page.locator(f'[data-testid="row"][data-cadre="{busy.cadre.id}"] [data-day="{monday_of(site)}"]')
    expect(cell.locator(".sr-only")).to_contain_text("“I am in the village”")


@pytest.mark.parametrize("role", ["supervisor", "village"])
def test_who_covers_a_village_from_next_door_opens_for_those_who_reach_that_village_only(site, open_desk, role):
    with site.making() as county:
        home, covered = county.new_village("A"), county.new_village("B")
    cadre = site.cadre(home, further=(covered,), name="周联片")
    day = monday_of(site)
    site.check_in(cadre, day)
    code = site.county.villages[covered].code
    page = open_desk(site.user(role, covered), f"?view=calendar&month={month_shown(site)}&division={code}")
    row = page.locator(f'[data-testid="row"][data-cadre="{cadre.cadre.id}"]')
    expect(row.get_by_role("rowheader")).to_contain_text(f"{home}村")
    row.locator(f'[data-day="{day}"]').get_by_role("link").click()
    expect(page.get_by_test_id("day-panel")).to_have_attribute("data-day", day.isoformat())
    expect(page.get_by_test_id("day-panel")).to_contain_text("「我在村里」")
    page.go_back()
    row.get_by_role("link", name="周联片").click()
    expect(page.get_by_test_id("day").and_(page.locator(f'[data-day="{day}"]'))).to_have_attribute(
        "data-state", "stationed")
    expect(page.get_by_test_id("failure")).to_have_count(0)
    with page.expect_download() as file:
        page.get_by_test_id("export-cadre_days-xlsx").click()
    assert file.value.path().stat().st_size > 0
