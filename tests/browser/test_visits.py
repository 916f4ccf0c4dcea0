"""A round of visits on the phone: 3 + n taps, nothing typed, without a network too; companions; taking back."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from api.visits import terms_service, village_quarters_service
from api.visits.models import Companion, Visit
from tests.browser.conftest import expect_no_sideways_scroll


@pytest.fixture
def homes(site):
    """Three households of one group and one of another, in a village of the test's own; answers (village, names)."""
    with site.making() as county:
        village, start = county.new_village(), site.today - timedelta(days=400)
        for name, group, initials, labels in (("周大", "一组", "zd", ()), ("吴二", "一组", "we", ("needy",)),
                                              ("郑三", "一组", "zs", ()), ("王四", "二组", "ws", ())):
            county.household(village, name, group=group, initials=initials, labels=labels, alive_from=start)
        terms_service.seed_terms(county.session)
        village_quarters_service.roll(county.session, now=county.now)
    return village


def visits_of(site, person) -> list[tuple]:
    with site.making() as county:
        return [(one.manner, one.annulled_because) for one in county.session.scalars(
            select(Visit).where(Visit.cadre_id == person.cadre.id).order_by(Visit.household_id)
            .execution_options(populate_existing=True))]


def opened(page):
    """The visits view, with the households on the phone."""
    page.get_by_role("link", name="走访").click()
    expect(page.get_by_test_id("next").first).to_be_visible()
    return page


def test_a_round_takes_three_taps_and_one_for_each_household_also_without_a_network(site, homes, open_phone):
    cadre = site.cadre(homes)
    page = opened(open_phone(cadre))
    # Among those never visited the needy comes first.
    expect(page.get_by_test_id("next").first).to_contain_text("吴二")
    page.context.set_offline(True)
    page.get_by_test_id("new-round").click()
    page.get_by_test_id("group").get_by_text("一组").click()
    for name in ("周大", "郑三"):
        page.get_by_test_id("door").get_by_text(name, exact=True).click()
    page.get_by_test_id("save-round").click()
    visits = page.get_by_test_id("visit")
    expect(visits).to_have_count(2)
    expect(visits.first).to_have_attribute("data-state", "saved")
    expect(page.get_by_test_id("quarter")).to_contain_text("本季度走访 2 户，共 4 户")
    expect_no_sideways_scroll(page)
    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator('[data-testid="visit"][data-state="sent"]')).to_have_count(2)
    assert visits_of(site, cadre) == [("in_person", None), ("in_person", None)]


def test_who_was_not_at_home_takes_one_tap_more_and_initials_find_anybody(site, homes, open_phone):
    cadre = site.cadre(homes)
    page = opened(open_phone(cadre))
    page.get_by_test_id("new-round").click()
    page.get_by_test_id("search").fill("ws")
    door = page.get_by_test_id("door")
    expect(door).to_have_count(1)
    door.get_by_role("checkbox").check()
    door.get_by_test_id("not_home").click()
    page.get_by_test_id("save-round").click()
    expect(page.locator('[data-testid="visit"][data-state="sent"]')).to_contain_text("没人在家")
    # Nobody was reached: the household still waits.
    expect(page.get_by_test_id("quarter")).to_contain_text("本季度走访 0 户")
    page.get_by_test_id("take-back").click()
    page.get_by_test_id("mistaken").click()
    expect(page.get_by_test_id("visit")).to_contain_text("已撤销：点错了")
    page.wait_for_function(
        "() => fetch('/api/v1/visits').then((one) => one.json()).then((one) => one.visits[0]?.annulled)")
    assert visits_of(site, cadre) == [("not_home", "点错了")]


def test_a_companion_answers_on_the_first_view_with_one_tap(site, homes, open_phone):
    author, friend = site.cadre(homes, name="张三"), site.cadre(homes, name="李四")
    page = opened(open_phone(author))
    page.get_by_test_id("new-round").click()
    page.get_by_test_id("group").get_by_text("二组").click()
    page.get_by_test_id("door").get_by_text("王四").click()
    page.get_by_test_id("more").locator("summary").click()
    page.get_by_role("button", name="李四").click()
    page.get_by_test_id("save-round").click()
    expect(page.locator('[data-testid="visit"][data-state="sent"]')).to_have_count(1)
    other = open_phone(friend)
    expect(other.get_by_test_id("todo")).to_contain_text("张三 记了")
    other.get_by_test_id("todo-joined").click()
    expect(other.get_by_test_id("todo-joined")).to_have_count(0)
    other.get_by_role("link", name="走访").click()
    expect(other.get_by_test_id("visit")).to_contain_text("王四")
    with site.making() as county:
        assert county.session.scalars(select(Companion.state)).all() == ["joined"]


def test_coverage_leads_from_the_county_to_the_households_that_wait(site, homes, open_desk, open_phone):
    cadre = site.cadre(homes)
    page = opened(open_phone(cadre))
    page.get_by_test_id("new-round").click()
    page.get_by_test_id("group").get_by_text("二组").click()
    page.get_by_test_id("door").get_by_text("王四").click()
    page.get_by_test_id("save-round").click()
    expect(page.locator('[data-testid="visit"][data-state="sent"]')).to_have_count(1)
    desk = open_desk(site.user("supervisor"), "?view=visits")
    expect(desk.get_by_test_id("coverage-table")).to_be_visible()
    desk.get_by_role("link", name="子营街道").click()
    row = desk.get_by_test_id("row").filter(has_text=f"{homes}村")
    expect(row).to_contain_text("1 / 4 户")
    row.get_by_role("link").click()
    waiting = desk.get_by_test_id("unvisited").get_by_test_id("household")
    expect(waiting).to_have_count(3)
    expect(waiting.first).to_contain_text("吴二")
    expect(waiting.first).to_contain_text("困难户")
    with desk.expect_download() as taken:
        desk.get_by_test_id("export-xlsx").click()
    assert taken.value.suggested_filename.endswith("走访率.xlsx")
    expect_no_sideways_scroll(desk)
    committee = open_phone(site.user("village", homes), "/village/#figures")
    expect(committee.get_by_test_id("coverage")).to_contain_text("4 户中走访了 1 户")


def test_what_is_to_be_talked_about_leads_to_the_households_of_long_ago(site, homes, open_desk):
    with site.making() as county:
        county.household(homes, "一年前的").last_visited_on = date(2020, 1, 1)
    desk = open_desk(site.user("supervisor"), f"?view=visits&division={site.county.villages[homes].code}&state=days")
    waiting = desk.get_by_test_id("unvisited")
    expect(desk.get_by_test_id("unvisited-days")).to_have_attribute("aria-pressed", "true")
    expect(waiting).to_contain_text("超过 365 天没有当面走访到")
    expect(waiting.get_by_test_id("household").filter(has_text="一年前的")).to_have_count(1)
    expect_no_sideways_scroll(desk)
    desk.get_by_test_id("unvisited-year").click()
    expect(desk.get_by_test_id("unvisited-year")).to_have_attribute("aria-pressed", "true")
    expect(waiting).not_to_contain_text("超过 365 天没有当面走访到")
