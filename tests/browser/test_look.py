"""One look: from the county's number down to a cadre's day and back, each number as the API has it."""

import re
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from playwright.sync_api import expect

from api.dates import month_of
from tests.browser.conftest import DESK, PHONE, expect_no_sideways_scroll

SIZES = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
TOPICS = ("presence", "coverage", "concerns", "contracts", "notices", "ratings", "staffing")
OF_VILLAGES = ("presence", "coverage", "contracts", "notices", "staffing")
# Measures that are shown as a count, since their share says less.
COUNTED = ("stationed_days", "concerns_overdue", "items_overdue", "notices_overdue")


def number(measure, figure):
    """How a figure is shown."""
    if measure in COUNTED:
        return f"{figure['numerator']:,}" if figure["numerator"] or figure["denominator"] else "—"
    if figure["rate"] is None:
        return "—"
    if figure["rate"] == 1:
        return "100%"
    return f"{Decimal(min(99.9, figure['rate'] * 100)).quantize(Decimal('0.1'), ROUND_HALF_UP)}%"


def asked(site, person, division, topic, month=None):
    return site.ask(person, f"/month-figures?division={division}&topic={topic}&month={month or site.closed_month}")


def card_of(page, topic):
    return page.locator(f'[data-testid="look-card"][data-topic="{topic}"]')


def expect_as_answered(page, site, person, division, topics=TOPICS):
    """Every card shows what the API answers for the division, and the rows of the first topic too."""
    expect(page.get_by_test_id("look-card")).to_have_count(len(topics))
    for topic in topics:
        answer, card = asked(site, person, division, topic), card_of(page, topic)
        expect(card.get_by_test_id("loading")).to_have_count(0)
        if card.get_by_test_id("empty").count():
            assert not any(figure["denominator"] for figure in answer["figures"])
            continue
        for figure in answer["figures"]:
            shown = card.locator(f'[data-measure="{figure["measure"]}"]').first
            expect(shown.get_by_test_id("number")).to_have_text(number(figure["measure"], figure))
            if figure["denominator"]:
                expect(shown.get_by_test_id("denominator")).to_contain_text(f"{figure['denominator']:,}")
        for part in answer["parts"]:
            if part["value"]:
                expect(card.locator(f'[data-key="{part["key"]}"] b')).to_have_text(f"{part['value']:,}")
    rows = asked(site, person, division, "presence")["rows"]
    shown = page.get_by_test_id("look-rows").get_by_test_id("row")
    expect(shown).to_have_count(len(rows))
    # In the order of the roster, whatever the figures are.
    assert [one.get_attribute("data-code") for one in shown.all()] == sorted(row["division"]["code"] for row in rows)
    for row, line in zip(rows, shown.all(), strict=True):
        for measure, figure in row["figures"].items():
            expect(line.locator(f'[data-measure="{measure}"]').get_by_test_id("number")).to_have_text(
                number(measure, figure))
    expect_no_sideways_scroll(page)


@pytest.fixture
def busy(site):
    """A cadre in A1 with two days in the last closed week, households, and a concern."""
    cadre = site.cadre(name="王开芬")
    for days in (0, 1):
        site.check_in(cadre, site.closed_monday + timedelta(days=days))
    with site.making() as county:
        county.household("A1")
        county.concern(cadre, "A1")
    return cadre


@SIZES
def test_from_the_countys_number_down_to_a_day_and_back(site, open_desk, size):
    # A village of its own: others have so many cadres in A1 that a table of them has pages.
    with site.making() as county:
        village = county.new_village("A")
    busy = site.cadre(village, name="王开芬")
    site.check_in(busy, site.closed_monday)
    person, month, code = site.user("supervisor"), site.closed_month, county.villages[village].code
    page = open_desk(person, f"?view=look&month={month}", size)
    expect_as_answered(page, site, person, county.CODE)
    page.get_by_test_id("look-rows").get_by_role("link", name="子营街道", exact=True).click()
    expect_as_answered(page, site, person, county.townships["A"].code)
    page.get_by_test_id("look-rows").get_by_role("link", name=f"{village}村", exact=True).click()
    expect(page.get_by_test_id("to-cadres")).to_be_visible()
    expect_as_answered(page, site, person, code)

    # The number itself opens into the cadres, they into their days, those into the records.
    card_of(page, "presence").locator('[data-measure="on_post_rate"]').get_by_test_id("number").first.click()
    expect(page.get_by_test_id("view-table")).to_have_attribute("aria-current", "page")
    rates = site.ask(person, f"/on-post-rates?month={month}&division={code}&level=cadre")
    [figure] = asked(site, person, code, "presence")["figures"][:1]
    assert (figure["numerator"], figure["denominator"]) == (rates["total"]["numerator"], rates["total"]["denominator"])
    expect(page.get_by_test_id("total").locator(".rate-number")).to_have_text(number("on_post_rate", figure))
    page.locator(f'[data-testid="row"][data-cadre="{busy.cadre.id}"]').get_by_role("link", name="王开芬").click()
    day = page.locator(f'[data-testid="day"][data-day="{site.closed_monday}"]')
    expect(day).to_have_attribute("data-state", "stationed")
    day.click()
    expect(page.get_by_test_id("day-panel")).to_have_attribute("data-day", site.closed_monday.isoformat())
    expect_no_sideways_scroll(page)

    # Back by the browser to the look, then up by the trail.
    for _step in ("from the cadre", "from the cadres"):
        page.go_back()
    expect(page.get_by_test_id("view-look")).to_have_attribute("aria-current", "page")
    expect_as_answered(page, site, person, code)
    page.get_by_test_id("trail").get_by_role("link", name="子营街道").click()
    expect_as_answered(page, site, person, county.townships["A"].code)
    page.get_by_test_id("trail").get_by_role("link", name="余庆县").click()
    expect_as_answered(page, site, person, county.CODE)


def test_every_number_opens_into_what_made_it(site, open_desk, busy):
    page = open_desk(site.user("supervisor"))
    # In its first days a month has no week behind it and so no stationed days.
    for month, measure, view in ((f"&month={site.closed_month}", "stationed_days", "table"),
                                 ("", "concerns_overdue", "concerns"), ("", "posts_filled", "people"),
                                 (f"&division={site.county.villages['A1'].code}", "posts_filled", "people")):
        page.goto(f"/dashboard/?view=look{month}")
        page.locator(f'[data-testid="figure"][data-measure="{measure}"]').get_by_test_id("number").click()
        expect(page.get_by_test_id(f"view-{view}")).to_have_attribute("aria-current", "page")
        page.go_back()
        expect(page.get_by_test_id("view-look")).to_have_attribute("aria-current", "page")


def test_the_line_of_a_year_has_its_numbers_and_their_days(site, open_desk, busy):
    person = site.user("supervisor")
    page = open_desk(person, f"?view=look&month={site.closed_month}")
    card, answer = card_of(page, "presence"), asked(site, person, site.county.CODE, "presence")
    expect(card.get_by_test_id("look-line").first).to_have_attribute("data-state", "shown")
    card.get_by_text("看每个月的数").click()
    for figure in answer["figures"]:
        cells = card.get_by_test_id("look-months").locator(f'tr[data-measure="{figure["measure"]}"] td')
        expect(cells).to_have_text([number(figure["measure"], one) for one in figure["line"]])
    days = [date.fromisoformat(one["counted_on"]) for one in answer["figures"][0]["line"]]
    expect(card.get_by_test_id("look-months").locator("tr").last.locator("td span[aria-hidden]")).to_have_text(
        [f"{day.month}/{day.day}" for day in days])
    card.get_by_text("这些数是怎么算的").click()
    for rule in answer["rules"]:
        expect(card.get_by_test_id("rules")).to_contain_text(rule["source"])


def test_a_month_without_anything_says_so_in_words(site, open_desk):
    page = open_desk(site.user("supervisor"), "?view=look&month=2023-05")
    for topic, words in (("presence", "还没有派驻干部"), ("concerns", "没有群众提过诉求"),
                         ("notices", "没有发过督办单"), ("ratings", "没有办过群众评议")):
        expect(card_of(page, topic).get_by_test_id("empty")).to_contain_text(words)
    expect(page.get_by_test_id("failure")).to_have_count(0)
    page.goto(f"/dashboard/?view=look&month={site.today.year + 1}-12")
    expect(page.get_by_test_id("empty")).to_contain_text("还没有开始")
    expect(page.get_by_test_id("look-card")).to_have_count(0)


def test_a_card_that_failed_leaves_the_others_and_may_be_asked_again(site, open_desk, busy):
    page = open_desk(site.user("supervisor"))
    expect(card_of(page, "presence").get_by_test_id("figure").first).to_be_visible()
    failing = re.compile(r"/api/v1/month-figures\?.*topic=coverage")
    page.route(failing, lambda route: route.abort())
    page.get_by_test_id("month-before").click()
    card = card_of(page, "coverage")
    expect(card.get_by_test_id("failure")).to_be_visible()
    expect(card_of(page, "staffing").get_by_test_id("figure").first).to_be_visible()
    page.unroute(failing)
    card.get_by_role("button", name="再试一次").click()
    expect(card.get_by_test_id("figure").first).to_be_visible()


def test_a_view_that_could_not_be_fetched_says_so_and_comes_when_it_is_asked_for_again(site, open_desk):
    page = open_desk(site.user("supervisor"))
    page.route("**/dashboard/matters.js", lambda route: route.abort())
    page.goto("/dashboard/?view=matters")
    expect(page.get_by_test_id("failure")).to_contain_text("现在连不上服务器，请稍后再试。")
    page.unroute("**/dashboard/matters.js")
    page.get_by_test_id("failure").get_by_role("button", name="再试一次").click()
    expect(page.get_by_test_id("failure")).to_have_count(0)
    expect(page.get_by_test_id("choose-week_at_risk")).to_be_visible()


def test_the_villages_committee_sees_its_village_and_not_what_is_not_its_own(site, open_desk, busy):
    person, village = site.user("village", "A1"), site.county.villages["A1"].code
    page = open_desk(person)
    expect(page.get_by_test_id("trail")).to_have_text("A1村")
    page.goto(f"/dashboard/?view=look&month={site.closed_month}")
    expect_as_answered(page, site, person, village, OF_VILLAGES)
    assert site.status(person, f"/month-figures?division={village}&topic=concerns") in (403, 404)


def test_a_topic_is_chosen_for_the_divisions_and_kept_on_the_way_down(site, open_desk, busy):
    person = site.user("supervisor")
    page = open_desk(person, f"?view=look&month={site.closed_month}")
    page.get_by_test_id("topic-staffing").click()
    rows = page.get_by_test_id("look-rows")
    expect(rows.get_by_role("columnheader", name="驻村人员到位")).to_be_visible()
    rows.get_by_role("link", name="子营街道", exact=True).click()
    expect(page.get_by_test_id("topic-staffing")).to_have_attribute("aria-pressed", "true")
    expect(rows.get_by_role("link", name="A1村", exact=True)).to_be_visible()


def test_it_speaks_english_and_is_worked_by_keys(site, open_desk, busy):
    page = open_desk(site.user("supervisor"), f"?view=look&month={site.closed_month}", language="en")
    expect(card_of(page, "presence").get_by_role("heading", level=2)).to_have_text("Presence")
    assert not re.search("[\u4e00-\u9fff]", card_of(page, "presence").inner_text())
    opened = card_of(page, "presence").get_by_test_id("number").first
    opened.focus()
    assert opened.evaluate("one => getComputedStyle(one).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("view-table")).to_have_attribute("aria-current", "page")


def test_lines_are_drawn_anew_when_the_screen_turns_dark(site, open_desk, busy):
    page = open_desk(site.user("supervisor"), "?view=look")
    line = page.get_by_test_id("look-line").first
    expect(line).to_have_attribute("data-state", "shown")
    picture = "() => document.querySelector('[data-testid=look-line] canvas')?.toDataURL()"
    light = page.evaluate(picture)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"light => {{ const now = ({picture})(); return now && now !== light; }}", arg=light)
    expect(line).to_have_attribute("data-state", "shown")


def test_on_paper_it_is_white_without_buttons_and_two_pages_at_most(site, open_desk, busy, tmp_path):
    pypdf = pytest.importorskip("pypdf")
    page = open_desk(site.user("supervisor"), "?view=look")
    expect(page.get_by_test_id("loading")).to_have_count(0)
    page.emulate_media(color_scheme="dark")
    expect(page.get_by_test_id("look-line").first).to_have_attribute("data-state", "shown")
    page.pdf(path=tmp_path / "look.pdf", prefer_css_page_size=True)
    assert len(pypdf.PdfReader(tmp_path / "look.pdf").pages) <= 2
    page.emulate_media(media="print", color_scheme="dark")
    for name in ("print", "month-picker", "topic-coverage"):
        expect(page.get_by_test_id(name)).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.querySelector('.card')).backgroundColor") == "rgb(255, 255, 255)"
    expect(page.get_by_test_id("look-months").first.locator("table")).to_be_visible()


def test_a_number_of_a_past_day_opens_the_list_of_that_day(site, open_desk):
    """A concern that is settled by now still stands in the list of the day on which it waited."""
    with site.making() as county:
        cadre = county.cadre("B1", from_on=site.today - timedelta(days=200))
        raised = month_of(site.today) - timedelta(days=40)
        concern = county.concern(cadre, "B1", day=raised, text="井口没有盖")
        concern.due_on, concern.done_on, concern.state = raised + timedelta(days=5), site.today, "resolved"
    month = month_of(site.today) - timedelta(days=1)
    village = site.county.villages["B1"].code
    page = open_desk(site.user("supervisor"), f"?view=look&month={month:%Y-%m}&division={village}")
    page.locator('[data-testid="figure"][data-measure="concerns_overdue"]').get_by_test_id("number").click()
    expect(page.get_by_test_id("as-of")).to_contain_text(f"{month.month}月{month.day}日")
    expect(page.get_by_role("main")).to_contain_text("井口没有盖")
    page.get_by_role("link", name="看今天的").click()
    expect(page.get_by_test_id("as-of")).to_have_count(0)
    expect(page.get_by_test_id("loading")).to_have_count(0)
    expect(page.locator(".concerns", has_text="井口没有盖")).to_have_count(0)
