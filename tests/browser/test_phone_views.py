"""The views behind the first one: declaring a day, leave, the month with its reasons, languages, a small screen."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from api.i18n import text
from tests.browser.conftest import DESK, PHONE, expect_no_sideways_scroll

VIEWS = ("today", "visits", "diary", "concerns", "concerns/new", "receptions", "receptions/new", "reports", "special",
         "special/new", "month", "leave", "leave/new", "declare", "records", "me")


def day_cell(page, day):
    return page.locator(f'[data-testid="day"][data-day="{day}"]')


def test_a_day_told_afterwards_waits_for_the_village(site, open_phone):
    cadre = site.cadre()
    day = site.closed_monday
    page = open_phone(cadre, f"/phone/#day/{day}")
    panel = page.get_by_test_id("day-panel")
    expect(panel).to_have_attribute("data-why", "no_record")
    panel.get_by_role("link", name="补记这一天").click()
    page.get_by_label("说明（可不填）").fill("在三组走访，没有信号")
    page.get_by_role("button", name="报给村里确认").click()
    expect(page.get_by_test_id("record")).to_have_attribute("data-state", "sent")
    page.goto(f"/phone/#day/{day}")
    expect(panel).to_have_attribute("data-why", "waiting_declared")
    expect(panel).to_contain_text("在三组走访，没有信号")
    [evidence] = site.evidence_of(cadre)
    assert (evidence.kind, evidence.day, evidence.status) == ("declaration", day, "waiting")


def test_a_day_ahead_cannot_be_told(site, open_phone):
    page = open_phone(site.cadre(), "/phone/#declare")
    tomorrow = site.today + timedelta(days=1)
    page.get_by_label("哪一天").fill(tomorrow.isoformat())
    page.get_by_role("button", name="报给村里确认").click()
    # The browser's own check of the field stops it, before ours would.
    assert page.get_by_label("哪一天").evaluate("field => field.validity.rangeOverflow")
    expect(page.get_by_test_id("declare-form")).to_be_visible()


def test_leave_is_asked_for_and_withdrawn(site, open_phone):
    cadre = site.cadre()
    page = open_phone(cadre, "/phone/#leave/new")
    day = site.today + timedelta(days=7)
    page.get_by_role("radio", name="事假").check()
    page.get_by_label("从哪天").fill(day.isoformat())
    page.get_by_label("到哪天").fill((day + timedelta(days=1)).isoformat())
    page.get_by_label("事由（可不填）").fill("家里有事")
    page.get_by_role("button", name="提交").click()
    leave = page.get_by_test_id("leave")
    expect(leave).to_have_attribute("data-state", "asked")
    expect(leave).to_contain_text("等镇里批。")
    expect(leave).to_contain_text("家里有事")
    leave.get_by_role("button", name="撤回").click()
    page.get_by_test_id("question").get_by_role("button", name="撤回").click()
    expect(leave).to_have_attribute("data-state", "withdrawn")
    [held] = site.ask(cadre, "/leaves")["leaves"]
    assert [step["step"] for step in held["steps"]] == ["asked", "withdrawn"]


def test_leave_asked_for_without_a_network_goes_out_later(site, open_phone):
    cadre = site.cadre()
    page = open_phone(cadre, "/phone/#leave")
    expect(page.get_by_text("还没有请假或公出。")).to_be_visible()
    page.get_by_role("link", name="请假 / 报公出").click()
    expect(page.get_by_test_id("leave-form")).to_be_visible()
    page.context.set_offline(True)
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_test_id("leave")).to_have_attribute("data-state", "saved")
    page.context.set_offline(False)
    expect(page.get_by_test_id("leave")).to_have_attribute("data-state", "asked")
    assert len(site.ask(cadre, "/leaves")["leaves"]) == 1


@pytest.fixture
def cadre_with_a_week(site):
    """A cadre whose last closed week has a day of every sort, Monday to Sunday."""
    cadre, township = site.cadre(), site.user("supervisor", "A")
    monday, tuesday, wednesday, thursday = [site.closed_monday + timedelta(days=n) for n in range(4)]
    site.check_in(cadre, monday)
    site.check_in(cadre, tuesday, metres_north=2300)
    site.ask(township, "/decisions", {
        "id": str(uuid4()), "evidence_id": str(site.check_in(cadre, wednesday, fix=False).id),
        "outcome": "rejected", "reason": "这天在县里"})
    site.ask(township, "/leaves", {
        "id": str(uuid4()), "cadre_id": cadre.cadre.id, "kind": "private", "from_on": thursday.isoformat(),
        "to_on": thursday.isoformat()})
    return cadre


def test_the_month_says_of_each_day_why_it_counts_or_not(site, open_phone, cadre_with_a_week):
    cadre, monday = cadre_with_a_week, site.closed_monday
    page = open_phone(cadre, f"/phone/#month/{site.closed_month}")
    days = site.ask(cadre, f"/stationed-days?from={monday}&to={monday + timedelta(days=6)}")["days"]
    assert [day["why"] for day in days[:4]] == ["inside", "waiting_outside", "rejected", "leave"]
    marks = [day_cell(page, day["day"]).get_attribute("data-mark") for day in days[:4]]
    assert marks == ["stationed", "waiting", "rejected", "leave"]
    for day in days:
        day_cell(page, day["day"]).click()
        panel = page.get_by_test_id("day-panel")
        expect(panel).to_have_attribute("data-why", day["why"])
        expect(panel).to_contain_text(text("zh", f"why.{day['why']}"))
        page.go_back()
    day_cell(page, days[2]["day"]).click()
    expect(page.get_by_test_id("day-panel")).to_contain_text("这天在县里")


def test_the_months_figures_are_those_of_the_api(site, open_phone, cadre_with_a_week):
    cadre = cadre_with_a_week
    page = open_phone(cadre, f"/phone/#month/{site.closed_month}")
    answer = site.ask(cadre, f"/on-post-rates?month={site.closed_month}&division={site.county.CODE}"
                             f"&level=cadre&cadre_id={cadre.cadre.id}")
    total, [row] = answer["total"], answer["rows"]
    figures = page.get_by_test_id("figures")
    expect(page.get_by_test_id("rate")).to_have_text(f"{int(total['rate'] * 1000 + 0.5) / 10:g}%")
    expect(figures).to_contain_text(f"算数 {total['numerator']} 天 / 应在村 {total['denominator']} 天")
    expect(figures).to_contain_text(f"{row['days_of_month']} 天")
    expect(figures.locator("ul.weeks li")).to_have_count(len(row["weeks"]))
    figures.get_by_text("按什么规定算的").click()
    expect(figures).to_contain_text("每周在村 4 天")


def test_months_are_turned_by_links_that_back_undoes(site, open_phone):
    page = open_phone(site.cadre(), "/phone/#month")
    heading = page.locator("nav.months h2")
    this_month = f"{site.today.year}年{site.today.month}月"
    expect(heading).to_have_text(this_month)
    before = site.today.replace(day=1) - timedelta(days=1)
    page.get_by_test_id("month-before").click()
    expect(heading).to_have_text(f"{before.year}年{before.month}月")
    page.go_back()
    expect(heading).to_have_text(this_month)


def test_the_language_is_switched_and_stays(site, open_phone):
    cadre = site.cadre()
    page = open_phone(cadre, "/phone/#me")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_test_id("tab-today")).to_contain_text("Today")
    expect(page.locator("html")).to_have_attribute("lang", "en-GB")
    page.get_by_test_id("tab-today").click()
    expect(page.get_by_test_id("here")).to_contain_text("I'm here")
    page.reload()
    expect(page.get_by_test_id("here")).to_contain_text("I'm here")
    expect(page.get_by_test_id("week-line")).not_to_have_text(re.compile("[一-鿿]"))
    assert site.ask(cadre, "/me")["language"] == "en"


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_is_wider_than_its_window(site, open_phone, language, size):
    cadre = site.cadre(name="欧阳夏禾才让卓玛")
    site.check_in(cadre, site.today, metres_north=2300)
    page = open_phone(cadre, size=size, language=language)
    for view in (*VIEWS, f"day/{site.today}"):
        page.goto(f"/phone/#{view}")
        expect(page.locator("main")).to_have_attribute("data-view", view.split("/")[0])
        expect(page.locator("main .weui-primary-loading")).to_have_count(0)
        expect_no_sideways_scroll(page)


def test_what_can_be_tapped_is_large_enough(site, open_phone):
    page = open_phone(site.cadre())
    for view in VIEWS:
        page.goto(f"/phone/#{view}")
        expect(page.locator("main")).to_have_attribute("data-view", view.split("/")[0])
        expect(page.locator("main .weui-primary-loading")).to_have_count(0)
        small = page.evaluate("""() =>
          [...document.querySelectorAll('button, nav a, .weui-btn, input, select, textarea')]
          .filter((one) => one.offsetParent && one.type !== 'radio')
          .map((one) => [one.outerHTML.slice(0, 60), Math.round(one.getBoundingClientRect().height)])
          .filter(([, height]) => height < 32)""")
        assert small == []


WEEK = {"state": "on_track", "required": 4, "stationed": 2, "need": 2, "days_left": 5, "duty_days_left": 3}
WORDED = (
    ({}, "本周已在村 2 天，还差 2 天，还有 3 个工作日", None),
    ({"state": "at_risk", "duty_days_left": 2}, "本周已在村 2 天，还差 2 天，还有 2 个工作日", "剩下的工作日都在村才够"),
    # On a weekend there is still something one can do.
    ({"state": "at_risk", "duty_days_left": 0, "days_left": 2}, "还差 2 天，还有 0 个工作日", "休息日在村也算。"),
    ({"duty_days_left": 1}, "还差 2 天，还有 1 个工作日", "休息日在村也算。"),
    ({"state": "missed", "days_left": 1, "duty_days_left": 0}, "还差 2 天，还有 0 个工作日", "本周补不齐了"),
    ({"state": "met", "stationed": 5, "need": -1}, "本周已在村 5 天，够了，辛苦了", None),
    ({"required": 0, "stationed": 0, "need": 0, "state": "met"}, "本周没有要求在村的天数", None),
)


def test_the_week_is_worded_for_each_of_its_states(site, open_phone):
    page = open_phone(site.cadre())
    expect(page.get_by_test_id("here")).to_be_visible()
    said = page.evaluate("""async (weeks) => {
      const { weekWords } = await import('/static/phone/words.js');
      return weeks.map((week) => weekWords({ running_week: week }, { dutyDaysLeftInMonth: 0 }));
    }""", [{**WEEK, **change} for change, _line, _after in WORDED])
    for words, (_change, line, after) in zip(said, WORDED, strict=True):
        assert line in words["line"]
        assert after is None and words["after"] is None or after in words["after"]
