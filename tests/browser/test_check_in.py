"""「我在村里」 on the phone page: whatever the position does, the record is kept, sent once, and told in plain words."""

import re

import pytest
from playwright.sync_api import expect

INSIDE = "在村里，这天算数"
OUTSIDE = "定位离村委会 2.3 公里，可能在外组。已请村里确认，不影响工作"
NO_FIX = "没取到定位，照样记下，等村里确认"
# Like a phone under a roof: the question is taken and never answered.
SILENT = "navigator.geolocation.watchPosition = () => 1; navigator.geolocation.clearWatch = () => {};"
COUNT_TAPS = "window.taps = 0; addEventListener('click', () => { window.taps += 1; }, true);"


def tap_here(page):
    page.get_by_test_id("here").click()


def expect_outcome(page, state, text):
    outcome = page.get_by_test_id("outcome")
    expect(outcome).to_have_attribute("data-state", state)
    expect(outcome).to_contain_text(text)


def test_one_tap_from_opening_to_a_stored_check_in(site, open_context):
    cadre = site.cadre()
    context = open_context(cadre)
    context.add_init_script(COUNT_TAPS)
    page = context.new_page()
    page.goto("/phone/")
    tap_here(page)
    expect_outcome(page, "sent", INSIDE)
    expect(page.get_by_test_id("outcome")).to_contain_text(re.compile(r"\d{1,2}:\d\d 已送到"))
    assert page.evaluate("window.taps") == 1
    [evidence] = site.evidence_of(cadre)
    assert (evidence.kind, evidence.verdict, evidence.status, evidence.day) == (
        "check_in", "inside", "counts", site.today)


def test_moved_outside_is_told_kindly_and_waits_for_the_village(site, open_phone):
    cadre = site.cadre()
    page = open_phone(cadre, metres_north=2300)
    tap_here(page)
    expect_outcome(page, "sent", OUTSIDE)
    expect(page.get_by_test_id("day-panel")).to_have_attribute("data-why", "waiting_outside")
    assert [(one.verdict, one.status) for one in site.evidence_of(cadre)] == [("outside", "waiting")]


def test_a_refused_position_is_kept_all_the_same(site, open_phone):
    cadre = site.cadre()
    page = open_phone(cadre, metres_north=None)
    tap_here(page)
    expect_outcome(page, "sent", NO_FIX)
    assert [(one.verdict, one.location_error) for one in site.evidence_of(cadre)] == [("no_location", "denied")]


def test_a_position_that_never_comes_holds_nothing_up(site, open_context):
    cadre = site.cadre()
    context = open_context(cadre)
    context.add_init_script(SILENT)
    page = context.new_page()
    page.clock.install()
    page.goto("/phone/")
    tap_here(page)
    expect_outcome(page, "saved", "定位稍后补")
    expect(page.get_by_test_id("outcome")).to_contain_text(re.compile(r"已记下 \d{1,2}:\d\d，定位稍后补"))
    assert site.evidence_of(cadre) == []
    page.clock.fast_forward(19_000)
    expect_outcome(page, "saved", "定位稍后补")
    page.clock.fast_forward(1_000)
    expect_outcome(page, "sent", NO_FIX)
    assert [one.location_error for one in site.evidence_of(cadre)] == ["timeout"]


def test_who_wants_no_position_is_never_asked_for_one(site, open_phone):
    cadre = site.cadre()
    page = open_phone(cadre, "/phone/#me")
    page.get_by_test_id("without-location").check()
    page.get_by_test_id("tab-today").click()
    page.evaluate("() => { navigator.geolocation.watchPosition = () => { throw new Error('asked'); }; }")
    tap_here(page)
    expect_outcome(page, "sent", NO_FIX)
    assert [one.verdict for one in site.evidence_of(cadre)] == ["no_location"]


@pytest.mark.parametrize("twice", [
    "button => { button.click(); button.click(); }",
    "button => { button.click(); setTimeout(() => button.click(), 150); }",
], ids=["at once", "a moment later"])
def test_a_cold_finger_that_taps_twice_makes_one_record(site, open_phone, twice):
    cadre = site.cadre()
    page = open_phone(cadre)
    page.get_by_test_id("here").evaluate(twice)
    expect_outcome(page, "sent", INSIDE)
    page.get_by_test_id("to-records").click()
    expect(page.get_by_test_id("record")).to_have_count(1)
    assert len(site.evidence_of(cadre)) == 1


def test_a_second_check_in_later_is_a_second_record(site, open_context):
    cadre = site.cadre()
    page = open_context(cadre).new_page()
    page.clock.install()
    page.goto("/phone/")
    tap_here(page)
    expect_outcome(page, "sent", INSIDE)
    page.clock.fast_forward(6_000)
    expect(page.get_by_test_id("here")).to_have_attribute("aria-disabled", "false")
    page.context.set_geolocation({"latitude": 27.2454, "longitude": 107.8879, "accuracy": 30})
    tap_here(page)
    expect_outcome(page, "sent", "定位离村委会")
    assert [one.verdict for one in site.evidence_of(cadre)] == ["inside", "outside"]


def test_a_cadre_without_a_posting_is_heard_too(site, open_phone):
    cadre = site.cadre(None)
    page = open_phone(cadre)
    expect(page.get_by_test_id("freshness")).to_contain_text("还没有派驻记录，请找管理员登记。")
    tap_here(page)
    expect_outcome(page, "sent", "这天没有派驻记录")
    assert [one.status for one in site.evidence_of(cadre)] == ["no_posting"]


def test_the_week_is_told_in_one_line_that_the_tap_moves_on(site, open_phone):
    cadre = site.cadre()
    page = open_phone(cadre)
    line = page.get_by_test_id("week-line")
    expect(line).to_contain_text("已在村 0 天")
    tap_here(page)
    expect(line).to_contain_text("已在村 1 天")
    expect(page.locator(f'[data-testid="day"][data-day="{site.today}"]')).to_have_attribute("data-mark", "stationed")
