"""The numbers of a month that has ended open into lists of as many rows, whatever has become of them since."""

from datetime import date, datetime, time, timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from api.contracts.models import Contract
from api.dates import SHANGHAI, month_of
from tests.browser.conftest import DESK, PHONE, expect_no_sideways_scroll
from tests.contracts.promised import publish, revise
from tests.dashboards.figures_county import campaign, concern, inspect, notice

# Measure or part of a topic, and the rows of the list that it opens into.
NUMBERS = (
    ("concerns_overdue", "concern"), ("concerns_in_time", "concern"), ("items_overdue", "due"),
    ("items_inspected", "acceptance"), ("notices_overdue", "notice"),
    ("participation", "campaign"), ("posts_filled", "village-posts"))
PARTS = (
    ("state.raised", "concern"), ("age.to_15", "concern"), ("open", "notice"), ("due_soon", "notice"),
    ("campaigns", "campaign"), ("cadres", "person"), ("state.published", "contract"))

TOPICS = ("concerns", "contracts", "notices", "staffing")


@pytest.fixture
def last_day(site) -> date:
    return month_of(site.today) - timedelta(days=1)


@pytest.fixture
def past(site, last_day):
    """The code of a village of its own with facts of the month before, most of which are over by now."""
    def ago(days: int) -> date:
        return last_day - timedelta(days=days)

    with site.making() as county:
        village = county.new_village("A")
        now, county.now = county.now, datetime.combine(ago(40), time(9), SHANGHAI)
        stays = county.cadre(village, from_on=ago(300))
        county.cadre(village, from_on=ago(300), to_on=last_day)
        county.cadre(village, from_on=last_day + timedelta(days=1))
        concern(county, stays, village, ago(20), due_on=ago(6))
        concern(county, stays, village, ago(12), due_on=ago(2), done_on=site.today)
        concern(county, stays, village, ago(12), due_on=site.today, done_on=ago(3))
        # Not waiting then: raised since.
        concern(county, stays, village, last_day + timedelta(days=1), due_on=last_day + timedelta(days=1))
        lines = publish(county, village, {"due_on": date(last_day.year, 1, 2)}, {"due_on": ago(1)}, {"due_on": ago(10)},
                        {"due_on": ago(20)}, year=last_day.year)
        inspect(county, lines[0], village, last_day + timedelta(days=1))
        inspect(county, lines[2], village, ago(5))
        campaign(county, ago(8), {village: 12})
        campaign(county, ago(9), {village: None})
        campaign(county, ago(7), {village: 9}, state="withdrawn")
        county.now = now
        # Another version since; on that day there was the published one.
        of_village = select(Contract).where(Contract.village_id == county.villages[village].id)
        revise(county, county.session.scalars(of_village).one(), state="measures", number=2)
        steps = {"reviewed": ago(15), "issued": ago(15), "served": ago(14)}
        notice(county, village, {**steps, "reported": last_day + timedelta(days=1)}, ago(5))
        notice(county, village, steps, last_day + timedelta(days=2))
    return site.county.villages[village].code


def test_a_number_of_a_past_month_is_as_large_as_its_list_is_long(site, open_desk, past, last_day):
    person, village = site.user("supervisor"), past
    month, said = f"{last_day:%Y-%m}", f"{last_day.year}年{last_day.month}月"
    told = {one["measure"]: one["numerator"] for topic in TOPICS for one in site.ask(
        person, f"/month-figures?division={village}&month={month}&topic={topic}")["figures"]}
    # A rate of households, whose list is that of the campaigns that it is made of.
    told["participation"] = 2
    # Posts, whose list is that of the villages that have them.
    told["posts_filled"] = 1
    for size in (DESK, PHONE):
        page = open_desk(person, f"?view=look&month={month}&division={village}", size)
        for measure, rows in NUMBERS:
            number = page.locator(f'[data-testid="figure"][data-measure="{measure}"]').get_by_test_id("number")
            expect(number).to_be_visible()
            opens_as_many(page, number, told[measure], rows, said)
        for key, rows in PARTS:
            part = page.locator(f'[data-testid="part"][data-key="{key}"]')
            opens_as_many(page, part, int(part.locator("b").inner_text()), rows, said)


def test_a_village_without_a_contract_and_the_running_month_open_into_their_lists(site, open_desk, last_day):
    with site.making() as county:
        without, promised = county.new_village("A"), county.new_village("A")
        publish(county, promised, year=site.today.year)
    person, now = site.user("supervisor"), f"{site.today.year}年{site.today.month}月{site.today.day}日"
    for name, key, rows, month, said in (
            (without, "without", "village-without", last_day, f"{last_day.month}月{last_day.day}日"),
            (without, "without", "village-without", site.today, now),
            (promised, "state.published", "contract", site.today, now)):
        code = site.county.villages[name].code
        page = open_desk(person, f"?view=look&month={month:%Y-%m}&division={code}")
        part = page.locator(f'[data-testid="part"][data-key="{key}"]')
        expect(part.locator("b")).to_have_text("1")
        opens_as_many(page, part, 1, rows, said)


def test_posts_open_into_the_villages_with_too_few_or_nobody_and_on_into_their_people(site, open_desk, last_day):
    with site.making() as county:
        town = county.new_township()
        held, vacant = county.new_village(town), county.new_village(town)
        county.cadre(held, from_on=date(2026, 1, 1), name="在岗的")
        names = {name: (county.villages[name].code, county.villages[name].name) for name in (held, vacant)}
        code = county.townships[town].code
    person = site.user("supervisor")
    for size, month in ((DESK, site.today), (PHONE, last_day)):
        page = open_desk(person, f"?view=look&month={month:%Y-%m}&division={code}", size)
        page.locator('[data-testid="part"][data-key="vacant"]').click()
        expect(page.get_by_test_id("village-posts")).to_have_count(1)
        expect(page.get_by_test_id("village-posts")).to_have_attribute("data-code", names[vacant][0])
        page.get_by_test_id("posts-posts").click()
        expect(page.get_by_test_id("village-posts")).to_have_count(2)
        on = min(site.today, last_day if size == PHONE else site.today).isoformat()
        total = site.ask(person, f"/village-posts?division={code}&on={on}")["total"]
        expect(page.get_by_test_id("posts-total")).to_contain_text(
            f"2 个村：派驻 1 人，应派驻不少于 {total['needed']} 人，缺 {total['missing']} 人；1 个村没有派驻")
        expect(page.get_by_test_id("as-of")).to_have_count(int(size == PHONE))
        if size == PHONE:
            page.get_by_test_id("as-of").get_by_role("link").click()
            expect(page.get_by_test_id("posts-posts")).to_have_attribute("aria-pressed", "true")
            page.go_back()
        expect_no_sideways_scroll(page)
        page.get_by_role("main").get_by_role("link", name=names[held][1]).last.click()
        expect(page.get_by_test_id("person")).to_have_count(1)
        expect(page.get_by_test_id("person")).to_contain_text("在岗的")
        page.get_by_test_id("people-posts").click()
        expect(page.get_by_test_id("village-posts")).to_have_count(1)
        page.get_by_test_id("posts-vacant").click()
        expect(page.get_by_test_id("empty")).to_contain_text("每个村都有人派驻")


def opens_as_many(page, number, shown: int, rows: str, said: str) -> None:
    """The list has so many rows, says of which day or month it is, and leads to today's and back."""
    assert shown > 0
    number.click()
    expect(page.get_by_test_id("as-of")).to_contain_text(said)
    expect(page.get_by_test_id("loading")).to_have_count(0)
    expect(page.get_by_role("main").get_by_test_id(rows)).to_have_count(shown)
    expect_no_sideways_scroll(page)
    page.get_by_test_id("as-of").get_by_role("link").click()
    expect(page.get_by_test_id("as-of")).to_have_count(0)
    page.go_back()
    page.go_back()
    expect(page.get_by_test_id("view-look")).to_have_attribute("aria-current", "page")
