"""The supervisor's page: from the county down to a day, and every figure as the API has it."""

import re
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE, expect_no_sideways_scroll

SIZES = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])


def percent(rate):
    if rate is None:
        return "—"
    if rate == 1:
        return "100%"
    # As people round: a browser turns 1.25 into 1.3.
    return f"{Decimal(min(99.9, rate * 100)).quantize(Decimal('0.1'), ROUND_HALF_UP)}%"


def rates(site, person, division, level):
    return site.ask(person, f"/on-post-rates?month={site.closed_month}&division={division}&level={level}")


def row_of(page, kind, value):
    return page.locator(f'[data-testid="row"][data-{kind}="{value}"]')


def expect_figures(row, figures):
    expect(row.locator(".rate-number")).to_have_text(percent(figures["rate"]))
    if figures["rate"] is not None:
        expect(row.locator(".rate-parts")).to_have_text(f"{figures['numerator']:,} / {figures['denominator']:,} 天")
    for name, label in (("days_of_month", "本月在村"), ("days_of_year", "本年在村")):
        expect(row.locator(f'td[data-label="{label}"]')).to_have_text(f"{figures[name]:,}")


@pytest.fixture
def busy(site):
    """A cadre in village A1 with two days that count and one that waits in the last closed week."""
    cadre = site.cadre(name="王开芬")
    for days, north in ((0, 0), (1, 0), (2, 2300)):
        site.check_in(cadre, site.closed_monday + timedelta(days=days), metres_north=north)
    return cadre


@SIZES
def test_from_the_county_down_to_a_day_and_back(site, open_desk, busy, size):
    person, month = site.user("supervisor"), site.closed_month
    county, township, village = site.county.CODE, site.county.townships["A"].code, site.county.villages["A1"].code
    page = open_desk(person, f"?month={month}", size)

    for row in rates(site, person, county, "township")["rows"]:
        expect_figures(row_of(page, "code", row["division"]["code"]), row)
    expect_figures(page.get_by_test_id("total"), rates(site, person, county, "township")["total"])
    expect_no_sideways_scroll(page)

    page.get_by_role("link", name="子营街道").click()
    for row in rates(site, person, township, "village")["rows"]:
        expect_figures(row_of(page, "code", row["division"]["code"]), row)
    expect_no_sideways_scroll(page)

    page.get_by_role("table").get_by_role("link", name="A1村").click()
    for row in rates(site, person, village, "cadre")["rows"]:
        expect_figures(row_of(page, "cadre", row["cadre"]["id"]), row)
    expect_no_sideways_scroll(page)

    row_of(page, "cadre", busy.cadre.id).get_by_role("link", name="王开芬").click()
    [figures] = [row for row in rates(site, person, village, "cadre")["rows"] if row["cadre"]["id"] == busy.cadre.id]
    expect(page.get_by_test_id("figures").locator(".figure-rate .figure-number")).to_have_text(percent(figures["rate"]))
    cells = page.locator('[data-testid="day"]')
    first, waiting = site.closed_monday, site.closed_monday + timedelta(days=2)
    expect(cells.and_(page.locator(f'[data-day="{first}"]'))).to_have_attribute("data-state", "stationed")
    expect(cells.and_(page.locator(f'[data-day="{waiting}"]'))).to_have_attribute("data-state", "waiting")
    cells.and_(page.locator(f'[data-day="{first}"]')).click()
    expect(page.get_by_test_id("day-panel")).to_have_attribute("data-day", first.isoformat())
    expect(page.get_by_test_id("day-why")).to_contain_text("定位在村里，算。")
    expect_no_sideways_scroll(page)

    page.go_back()
    expect(row_of(page, "cadre", busy.cadre.id)).to_be_visible()
    page.go_back()
    expect(row_of(page, "code", village)).to_be_visible()
    page.go_back()
    expect(row_of(page, "code", township)).to_be_visible()
    page.go_forward()
    expect(row_of(page, "code", village)).to_be_visible()


def test_the_table_can_be_broken_into_every_level_below(site, open_desk, busy):
    person = site.user("supervisor")
    page = open_desk(person, f"?month={site.closed_month}")
    for level, kind in (("village", "code"), ("cadre", "cadre")):
        page.get_by_test_id(f"level-{level}").click()
        answer = rates(site, person, site.county.CODE, level)
        expect(page.get_by_test_id("row")).to_have_count(len(answer["rows"]))
        shown = [row.get_attribute(f"data-{kind}") for row in page.get_by_test_id("row").all()]
        # The order is the roster's, which is the API's; never that of the rates.
        assert shown == [str(row["division"]["code"] if level == "village" else row["cadre"]["id"])
                         for row in answer["rows"]]


def test_the_counting_period_and_the_rules_stand_beside_the_figures(site, open_desk):
    person = site.user("supervisor")
    page = open_desk(person, f"?month={site.closed_month}")
    answer = rates(site, person, site.county.CODE, "township")
    closed = sum(week["closed"] for week in answer["months_weeks"])
    period = page.get_by_test_id("counting-period")
    expect(period).to_contain_text("统计周期")
    expect(period).to_contain_text(f"已计 {closed} 周，共 {len(answer['months_weeks'])} 周")
    rules = page.get_by_test_id("rules")
    rules.locator("summary").click()
    expect(rules.get_by_role("row", name="每周应驻天数")).to_contain_text("4 天")


def test_bars_say_their_length_to_those_who_do_not_see_them(site, open_desk, busy):
    person = site.user("supervisor")
    page = open_desk(person, f"?month={site.closed_month}")
    rows = rates(site, person, site.county.CODE, "township")["rows"]
    [row] = [row for row in rows if row["division"]["name"] == "子营街道"]
    bar = row_of(page, "code", row["division"]["code"]).get_by_role("meter")
    assert float(bar.get_attribute("aria-valuenow")) == pytest.approx(row["rate"] * 100, abs=0.06)
    expect(bar).to_have_attribute("aria-valuetext", f"{percent(row['rate'])}，计入 {row['numerator']} / "
                                                    f"{row['denominator']} 天，目标 100%")


def test_what_the_running_week_asks_to_talk_about(site, open_desk):
    cadre = site.cadre("B2", name="田秀英")
    site.check_in(cadre, site.today, metres_north=2300)
    page = open_desk(site.user("supervisor"), f"?division={site.county.villages['B2'].code}")
    item = page.locator(f'[data-testid="exception"][data-cadre="{cadre.cadre.id}"]')
    expect(item).to_contain_text("1 天待确认")
    page.get_by_test_id("exceptions-waiting").click()
    expect(item).to_be_visible()
    item.get_by_role("link", name="田秀英").click()
    expect(page.get_by_test_id("day-panel")).to_have_attribute("data-day", site.today.isoformat())
    expect(page.get_by_test_id("evidence")).to_contain_text("2.3 公里")


def test_a_village_sees_its_own_and_nothing_else(site, open_desk, busy):
    person = site.user("village", "A1")
    other = site.cadre("B1", name="别村的人")
    page = open_desk(person, "?view=table")
    expect(row_of(page, "cadre", busy.cadre.id)).to_be_visible()
    expect(page.get_by_test_id("trail")).to_have_text("A1村")
    for group, name in (("roster", "people"), ("posting", "leave"), ("posting", "waiting"), ("promises", "contracts")):
        page.get_by_test_id(f"group-{group}").click()
        page.get_by_test_id(f"view-{name}").click()
        expect(page.get_by_test_id("loading")).to_have_count(0)
        expect(page.get_by_text("别村的人")).to_have_count(0)
    expect(page.get_by_test_id("view-import")).to_have_count(0)
    for address in (f"?division={site.county.villages['B1'].code}", f"?cadre={other.cadre.id}",
                    f"?division={site.county.CODE}"):
        page.goto(f"/dashboard/{address}")
        expect(page.get_by_test_id("loading")).to_have_count(0)
        expect(page.locator("main")).not_to_contain_text("别村的人")
        expect(page.locator("main")).not_to_contain_text("B1村")
    assert site.status(person, f"/stationed-days?cadre_id={other.cadre.id}"
                               f"&from={site.today}&to={site.today}") == 404
    assert site.status(person, f"/on-post-rates?month={site.closed_month}&division={site.county.CODE}"
                               "&level=village") == 404


def beginnings(*words: str) -> list[re.Pattern]:
    return [re.compile(rf"^\s*{word}\s*(\d[\s\S]*)?$") for word in words]


@SIZES
def test_the_views_stand_in_groups_that_keys_and_ears_can_use(site, open_desk, size):
    page = open_desk(site.user("supervisor"), "?view=table", size)
    groups = page.get_by_role("navigation", name="各组")
    # Behind some stands a count of what is overdue in the county that the tests share.
    expect(groups.get_by_role("link")).to_have_text(beginnings("总览", "驻村", "走访", "民情", "承诺", "评议", "名册"))
    expect(page.get_by_role("navigation", name="驻村各页").get_by_role("link")).to_have_text(
        ["到岗", "待确认", "请假公出", "月结"])
    groups.get_by_role("link", name="承诺").focus()
    page.keyboard.press("Enter")
    views = page.get_by_role("navigation", name="承诺各页")
    expect(views.get_by_role("link")).to_have_text(
        beginnings("承诺书", "实事台账", "验收", "督办", "抽查", "量化考核", "公开栏"))
    expect(page.get_by_test_id("group-promises")).to_have_attribute("aria-current", "true")
    expect(page.get_by_test_id("view-contracts")).to_have_attribute("aria-current", "page")
    page.get_by_test_id("view-board").click()
    expect(page.get_by_test_id("view-board")).to_have_attribute("aria-current", "page")
    expect(page.get_by_test_id("view-board")).to_be_in_viewport(ratio=1)
    expect_no_sideways_scroll(page)
    page.go_back()
    expect(page.get_by_test_id("view-contracts")).to_have_attribute("aria-current", "page")


def test_who_comes_without_an_address_begins_with_the_overview_and_stays_there(site, open_desk):
    page = open_desk(site.user("supervisor"))
    expect(page.get_by_test_id("group-overview")).to_have_attribute("aria-current", "true")
    expect(page.get_by_test_id("view-look")).to_have_attribute("aria-current", "page")
    # An address that says anything is one of the month table, as links have been written.
    page.goto(f"/dashboard/?month={site.closed_month}")
    expect(page.get_by_test_id("view-table")).to_have_attribute("aria-current", "page")
    expect(page.get_by_test_id("month-table")).to_be_visible()
    page.get_by_test_id("group-overview").click()
    expect(page.get_by_test_id("view-look")).to_have_attribute("aria-current", "page")


def test_a_village_sees_only_its_part_of_the_promises(site, open_desk):
    page = open_desk(site.user("village", "A1"), "?view=contracts")
    expect(page.get_by_role("navigation", name="承诺各页").get_by_role("link")).to_have_text(
        beginnings("承诺书", "实事台账", "督办", "抽查", "量化考核", "公开栏"))
    page = open_desk(site.user("discipline"))
    expect(page.get_by_role("navigation", name="承诺各页").get_by_role("link")).to_have_text(["抽查"])


def test_who_may_see_nothing_is_told_so(site, open_desk):
    page = open_desk(site.cadre())
    expect(page.get_by_test_id("no-grants")).to_contain_text("请找乡镇或县里的管理员")


def test_a_log_in_that_has_ended_comes_back_to_the_same_place(site, open_desk):
    person = site.user("supervisor")
    password = site.give_password(person)
    page = open_desk(person, f"?month={site.closed_month}")
    expect(page.get_by_test_id("month-table")).to_be_visible()
    site.end_sessions(person)
    page.get_by_role("link", name="子营街道").click()
    page.get_by_label("用户名").fill(person.user.username)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()
    expect(page).to_have_url(f"{site.origin}/dashboard/?division={site.county.townships['A'].code}"
                             f"&month={site.closed_month}")
    rows = page.get_by_test_id("row")
    expect(rows.filter(has_text="A1村")).to_be_visible()
    expect(rows.filter(has_text="B1村")).to_have_count(0)


def test_the_language_switch_is_kept_with_the_user(site, open_desk):
    person = site.user("supervisor")
    page = open_desk(person, "?view=table")
    page.get_by_test_id("language").click()
    expect(page.get_by_test_id("group-posting")).to_have_text("Posting")
    expect(page.get_by_test_id("view-table")).to_have_text("On post")
    expect(page.locator("html")).to_have_attribute("lang", "en-GB")
    expect(page.get_by_test_id("month-table")).to_be_visible()
    assert site.ask(person, "/me")["language"] == "en"


@pytest.mark.parametrize(("size", "language"), [(PHONE, "zh"), (PHONE, "en"), (DESK, "en")],
                         ids=["phone", "phone in English", "desk in English"])
def test_no_view_is_wider_than_its_window(site, open_desk, busy, size, language):
    person = site.user("admin")
    with site.making() as county:
        county.grant(person, "supervisor", county.county)
    page = open_desk(person, size=size, language=language)
    village, township = site.county.villages["A1"].code, site.county.townships["A"].code
    for query in ("?view=table", "?level=cadre", f"?division={village}", f"?division={village}&cadre={busy.cadre.id}",
                  "?view=waiting", "?view=leave", "?view=people", "?view=contracts", "?view=ledger",
                  "?view=acceptances", f"?view=acceptances&state=roster&division={township}"):
        page.goto(f"/dashboard/{query}")
        expect(page.locator("main .card").first).to_be_visible()
        expect(page.get_by_test_id("loading")).to_have_count(0)
        expect_no_sideways_scroll(page)
