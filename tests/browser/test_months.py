"""A month from the cadre's check over the village's word to the township's close, and what comes afterwards."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE, expect_no_sideways_scroll
from tests.browser.test_outbox import KEPT

DATABASES = pytest.mark.parametrize("site", ["sqlite", "postgresql"], indirect=True)
SIZES = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])


@pytest.fixture
def month(site) -> str:
    """The month before last: over, whatever day it is, with the weeks that reach into the next."""
    last = site.today.replace(day=1) - timedelta(days=1)
    return f"{last.replace(day=1) - timedelta(days=1):%Y-%m}"


@pytest.fixture
def first(month) -> date:
    """The first Monday of that month."""
    day = date.fromisoformat(f"{month}-01")
    return day + timedelta(days=-day.weekday() % 7)


@pytest.fixture
def township(site) -> str:
    """A township without villages."""
    with site.making() as county:
        return county.new_township()


@pytest.fixture
def village(site) -> str:
    """A village of township A with nobody else in it."""
    with site.making() as county:
        return county.new_village("A")


def sheet_of(site, person, month, village=None):
    code = f"&village={site.county.villages[village].code}" if village else ""
    return site.ask(person, f"/month-sheets?month={month}{code}")


def say(site, person, month, step, **about):
    return site.ask(person, "/month-steps", {"id": str(uuid4()), "month": month, "step": step, **about})


def check(site, cadre, month):
    """The cadre says that the own row is right."""
    [row] = [row for row in sheet_of(site, cadre, month)["rows"] if row["is_own"]]
    say(site, cadre, month, "checked", posting_id=row["posting_id"], seen_hash=row["row_hash"])


def confirm(site, person, month, village, **more):
    """The village confirms the sheet as it stands."""
    seen = sheet_of(site, person, month, village)["sheet_hash"]
    say(site, person, month, "confirmed", village_code=site.county.villages[village].code, seen_hash=seen, **more)


def ends_of_months(today):
    """Of the months that follow, the last day and the last Sunday of the weeks that belong to it."""
    last = today
    while True:
        last = (last.replace(day=1) + timedelta(days=62)).replace(day=1) - timedelta(days=1)
        # A week belongs to the month of its Thursday.
        yield last, last - timedelta(days=(last.weekday() - 3) % 7) + timedelta(days=3)


def row_of(page, person):
    return page.locator(f'[data-testid="sheet-row"][data-cadre="{person.cadre.id}"]')


def open_month(open_desk, site, person, month, village, size=DESK, **query):
    more = "".join(f"&{name}={value}" for name, value in query.items())
    division = site.county.villages[village].code if village in site.county.villages else village
    return open_desk(person, f"?view=months&division={division}&month={month}{more}", size)


@DATABASES
def test_from_the_cadres_check_to_the_close_and_a_late_correction(
        site, open_phone, open_context, open_desk, month, first, township):
    with site.making() as county:
        village = county.new_village(township)
    cadre = site.cadre(village, name="周小兰")
    for later in range(3):
        site.check_in(cadre, first + timedelta(days=later))
    committee, officer = site.user("village", village, name="村支书"), site.user("supervisor", township, name="镇里的人")

    phone = open_phone(cadre, f"/phone/#month/{month}")
    phone.get_by_test_id("check-right").click()
    expect(phone.get_by_test_id("own-check")).to_have_attribute("data-check", "checked")

    page = open_context(committee).new_page()
    page.goto(f"/village/#month/{month}")
    expect(row_of(page, cadre)).to_contain_text("本人已核对")
    expect(page.get_by_test_id("course")).to_contain_text("1 / 1 人已核对")
    page.get_by_test_id("month-confirm").click()
    expect(page.get_by_test_id("course")).to_have_attribute("data-state", "confirmed")
    expect(page.get_by_test_id("course")).to_contain_text("村支书")

    desk = open_month(open_desk, site, officer, month, site.county.townships[township].code)
    row = desk.locator(f'[data-testid="closing"][data-code="{site.county.villages[village].code}"]')
    expect(row.get_by_test_id("missing")).to_contain_text("等镇里定稿")
    row.get_by_role("link").click()
    expect(row_of(desk, cadre).locator(f'[data-day="{first}"]')).to_have_attribute("data-sign", "stationed")
    desk.get_by_test_id("close-month").click()
    expect(desk.get_by_test_id("course")).to_have_attribute("data-state", "closed")
    closed = sheet_of(site, officer, month, village)
    expect(desk.get_by_test_id("sheet-hash")).to_contain_text(closed["close"]["hash"][:16])

    # A phone that was without a network for weeks brings one more day; the village says that it is true.
    late = first + timedelta(days=3)
    declared = site.ask(cadre, "/declarations", {
        "id": str(uuid4()), "day": late.isoformat(), "captured_at": f"{late}T10:00:00+08:00", "note": "手机坏了"})
    site.ask(committee, "/decisions", {"id": str(uuid4()), "evidence_id": declared["id"], "outcome": "confirmed"})
    desk.reload()
    line = desk.locator(f'[data-testid="correction"][data-day="{late}"]')
    expect(line).to_contain_text("周小兰")
    expect(line).to_contain_text("无记录 → 在村")
    expect(line).to_contain_text("手机坏了")
    expect(line.get_by_test_id("cause").filter(has_text="判为属实")).to_contain_text("村支书")
    expect(row_of(desk, cadre).locator(f'[data-day="{late}"]')).to_have_attribute("data-sign", "none")
    desk.get_by_test_id("sheet-live").click()
    expect(row_of(desk, cadre).locator(f'[data-day="{late}"]')).to_have_attribute("data-sign", "stationed")

    page.reload()
    expect(page.get_by_test_id("closed-hash")).to_contain_text(closed["close"]["hash"][:16])
    expect(page.locator(f'[data-testid="correction"][data-day="{late}"]')).to_be_visible()
    phone.reload()
    expect(phone.get_by_test_id("own-check")).to_contain_text("镇里已定稿")
    expect(phone.get_by_test_id("own-check")).to_contain_text("处更正")


def test_a_check_made_without_a_network_is_kept_and_sent_later(site, open_phone, month, first, village):
    cadre = site.cadre(village, name="吴明礼")
    site.check_in(cadre, first)
    phone = open_phone(cadre, f"/phone/#month/{month}", offline_copy=True)
    expect(phone.get_by_test_id("check-right")).to_be_visible()
    # The views that are looked at later come last.
    assert phone.evaluate(KEPT)
    phone.context.set_offline(True)
    phone.get_by_test_id("check-right").click()
    expect(phone.get_by_test_id("check-standing")).to_contain_text("已记下，有网自动送")
    assert sheet_of(site, cadre, month)["rows"][0]["check"] is None
    phone.context.set_offline(False)
    expect(phone.get_by_test_id("own-check")).to_have_attribute("data-check", "checked")
    phone.goto("/phone/#records")
    expect(phone.locator('[data-testid="record"][data-kind="month_step"]')).to_contain_text("没问题")


def test_a_cadre_says_which_day_is_wrong_and_the_village_reads_it(
        site, open_phone, open_context, month, first, village):
    cadre = site.cadre(village, name="何永刚")
    site.check_in(cadre, first)
    phone = open_phone(cadre, f"/phone/#month/{month}")
    phone.get_by_test_id("check-wrong").click()
    phone.get_by_test_id("check-send").click()
    expect(phone.get_by_test_id("problem")).to_be_visible()
    phone.get_by_test_id("check-note").fill("八号我也在村里")
    phone.get_by_test_id("check-send").click()
    expect(phone.get_by_test_id("own-check")).to_have_attribute("data-check", "disputed")
    page = open_context(site.user("village", village)).new_page()
    page.goto(f"/village/#month/{month}")
    expect(row_of(page, cadre)).to_contain_text("八号我也在村里")
    # Confirming over an open question needs a word.
    page.get_by_test_id("month-confirm").click()
    expect(page.get_by_test_id("problem")).to_contain_text("请写一句为什么")
    page.get_by_test_id("confirm-note").fill("八号的本子上没有，已当面说清")
    page.get_by_test_id("month-confirm").click()
    expect(page.get_by_test_id("course")).to_have_attribute("data-state", "confirmed")
    page.get_by_test_id("month-reopen").click()
    expect(page.get_by_test_id("course")).to_have_attribute("data-state", "open")


def test_a_month_that_runs_is_not_to_be_checked_yet(site, open_phone, open_context, village):
    cadre = site.cadre(village)
    phone = open_phone(cadre, f"/phone/#month/{site.today:%Y-%m}")
    expect(phone.get_by_test_id("calendar")).to_be_visible()
    page = open_context(site.user("village", village)).new_page()
    page.goto(f"/village/#month/{site.today:%Y-%m}")
    expect(page.get_by_test_id("not-over")).to_be_visible()
    expect(page.get_by_test_id("month-confirm")).to_have_count(0)


def test_a_change_between_looking_and_confirming_is_seen_first(site, open_context, month, first, village):
    cadre = site.cadre(village, name="田秀英")
    site.check_in(cadre, first)
    check(site, cadre, month)
    page = open_context(site.user("village", village)).new_page()
    page.goto(f"/village/#month/{month}")
    expect(page.get_by_test_id("month-confirm")).to_be_visible()
    site.check_in(cadre, first + timedelta(days=1))
    page.get_by_test_id("month-confirm").click()
    expect(page.get_by_test_id("problem")).to_be_visible()
    expect(row_of(page, cadre)).to_contain_text("核对后有变化")
    assert sheet_of(site, cadre, month)["state"] == "open"


def test_a_check_that_came_too_late_is_made_again_on_what_stands_now(site, open_phone, month, first, village):
    cadre = site.cadre(village, name="卢又看")
    site.check_in(cadre, first)
    phone = open_phone(cadre, f"/phone/#month/{month}")
    expect(phone.get_by_test_id("check-right")).to_be_visible()
    facts = phone.get_by_test_id("own-check").locator(".facts")
    expect(facts).to_contain_text("1 天")
    # A day comes from elsewhere between looking and tapping.
    site.check_in(cadre, first + timedelta(days=1))
    phone.get_by_test_id("check-right").click()
    expect(phone.get_by_test_id("check-standing")).to_contain_text("请重新看一遍再办")
    # The page fetches what to look at again; nobody has to open it anew.
    expect(facts).to_contain_text("2 天")
    phone.get_by_test_id("check-right").click()
    expect(phone.get_by_test_id("own-check")).to_have_attribute("data-check", "checked")
    expect(phone.get_by_test_id("check-standing")).not_to_contain_text("请重新看一遍再办")
    phone.reload()
    expect(phone.get_by_test_id("own-check")).to_have_attribute("data-check", "checked")
    expect(phone.get_by_test_id("check-standing")).not_to_contain_text("请重新看一遍再办")


@SIZES
def test_all_that_is_confirmed_is_closed_after_one_ask(site, open_desk, month, first, township, size):
    with site.making() as county:
        names = [county.new_village(township) for _ in range(3)]
    for name in names[:2]:
        cadre = site.cadre(name)
        site.check_in(cadre, first)
        check(site, cadre, month)
        confirm(site, site.user("village", name), month, name)
    silent = site.cadre(names[2])
    officer = site.user("supervisor", township)
    page = open_month(open_desk, site, officer, month, site.county.townships[township].code, size)
    code = {name: site.county.villages[name].code for name in names}
    row = {name: page.locator(f'[data-testid="closing"][data-code="{code[name]}"]') for name in names}
    expect(row[names[2]].get_by_test_id("missing")).to_contain_text("1 人还没核对；村里还没确认")
    expect_no_sideways_scroll(page)
    page.get_by_test_id("close-all").click()
    page.get_by_test_id("close-all-yes").click()
    expect(page.get_by_test_id("close-progress")).to_contain_text("已定稿 2 个村，共 2 个")
    expect(row[names[0]]).to_have_attribute("data-state", "closed")
    expect(row[names[2]]).to_have_attribute("data-state", "open")
    assert sheet_of(site, silent, month)["state"] == "open"


@SIZES
def test_what_was_signed_on_paper_is_entered_with_who_and_when(site, open_desk, month, first, village, size):
    cadre = site.cadre(village, name="犹登高")
    site.check_in(cadre, first)
    page = open_month(open_desk, site, site.user("supervisor", "A", name="办公室的人"), month, village, size)
    figures = page.locator(f'[data-testid="figures-row"][data-cadre="{cadre.cadre.id}"]')
    figures.get_by_test_id("paper-check").click()
    page.get_by_test_id("paper-send").click()
    expect(page.get_by_test_id("paper-dialog").get_by_role("alert")).to_contain_text("谁签的")
    page.get_by_test_id("paper-note").fill("犹登高 3 号签字")
    page.get_by_test_id("paper-send").click()
    expect(figures).to_contain_text("办公室的人按签字代录")
    expect_no_sideways_scroll(page)
    page.get_by_test_id("paper-village").click()
    page.get_by_test_id("paper-note").fill("村支书 4 号签字盖章")
    page.get_by_test_id("paper-send").click()
    expect(page.get_by_test_id("course")).to_have_attribute("data-state", "confirmed")
    page.get_by_test_id("close-note").fill("收到盖章的表")
    page.get_by_test_id("close-month").click()
    expect(page.get_by_test_id("course")).to_have_attribute("data-state", "closed")
    expect(page.locator("main")).to_contain_text("收到盖章的表")


@pytest.mark.parametrize("button", ["paper-check", "paper-village"])
def test_a_signed_paper_that_met_a_changed_sheet_is_sent_again_as_typed(
        site, open_desk, month, first, village, button):
    cadre = site.cadre(village, name="安再录")
    site.check_in(cadre, first)
    page = open_month(open_desk, site, site.user("supervisor", "A"), month, village)
    page.get_by_test_id(button).click()
    page.get_by_test_id("paper-note").fill("3 号签字")
    site.check_in(cadre, first + timedelta(days=1))
    page.get_by_test_id("paper-send").click()
    dialog = page.get_by_test_id("paper-dialog")
    expect(dialog.get_by_role("alert")).to_contain_text("请重新看一遍再办")
    expect(row_of(page, cadre).locator(f'[data-day="{first + timedelta(days=1)}"]')).to_have_attribute(
        "data-sign", "stationed")
    expect(page.get_by_test_id("paper-note")).to_have_value("3 号签字")
    page.get_by_test_id("paper-send").click()
    expect(dialog).to_have_count(0)
    expect(page.locator("main")).to_contain_text("3 号签字")


@pytest.mark.parametrize("weeks_reach_further", [True, False])
def test_the_day_before_which_no_month_ends_is_that_of_its_days_and_weeks(
        site, open_desk, village, weeks_reach_further):
    site.cadre(village)
    day, week_end = next(
        (last, sunday) for last, sunday in ends_of_months(site.today) if (sunday > last) is weeks_reach_further)
    said, month = max(day, week_end), f"{day:%Y-%m}"
    officer = site.user("supervisor", "A")
    for division in (village, site.county.townships["A"].code):
        page = open_month(open_desk, site, officer, month, division)
        expect(page.get_by_test_id("not-over")).to_contain_text(f"{said.year}年{said.month}月{said.day}日之后")


def test_who_has_an_own_row_neither_confirms_nor_closes(site, open_context, open_desk, month, first, village):
    cadre = site.cadre(village, name="驻村的村主任")
    with site.making() as county:
        county.grant(cadre, "village", county.villages[village])
        county.grant(cadre, "supervisor", county.townships["A"])
    site.check_in(cadre, first)
    check(site, cadre, month)
    page = open_context(cadre).new_page()
    page.goto(f"/village/#month/{month}")
    # Refused before it is tried, with what to do instead.
    expect(page.get_by_test_id("may-not")).to_contain_text("请另一位村干部登录确认")
    expect(page.get_by_test_id("month-confirm")).to_have_count(0)
    expect_no_sideways_scroll(page)
    confirm(site, site.user("village", village), month, village)
    page.reload()
    expect(page.get_by_test_id("course")).to_have_attribute("data-state", "confirmed")
    expect(page.get_by_test_id("month-reopen")).to_have_count(0)
    desk = open_month(open_desk, site, cadre, month, village)
    expect(desk.get_by_test_id("course")).to_have_attribute("data-state", "confirmed")
    expect(desk.get_by_test_id("close-month")).to_have_count(0)
    expect(desk.get_by_test_id("may-not")).to_contain_text("镇里另一位同志或县里")


def test_a_village_without_anybody_posted_has_nothing_to_close(site, open_desk, month, township):
    with site.making() as county:
        village = county.new_village(township)
    desk = open_month(open_desk, site, site.user("supervisor", township), month, site.county.townships[township].code)
    row = desk.locator(f'[data-testid="closing"][data-code="{site.county.villages[village].code}"]')
    expect(row.get_by_test_id("missing")).to_contain_text("不用定稿")
    expect(row).to_contain_text("无人")


def test_a_village_takes_its_papers_from_its_own_page(site, open_context, village):
    site.cadre(village, name="全福")
    page = open_context(site.user("village", village)).new_page()
    page.goto("/village/#register")
    page.get_by_test_id("papers").click()
    page.get_by_test_id("prints").locator("summary").click()
    with page.expect_download() as download:
        page.get_by_test_id("print-register_blank").click()
    assert "考勤簿" in download.value.suggested_filename
    expect_no_sideways_scroll(page)


@SIZES
def test_the_county_sees_its_townships_and_closes_what_is_confirmed_in_them(
        site, open_desk, month, first, township, size):
    with site.making() as county:
        name = county.new_village(township)
    cadre = site.cadre(name)
    site.check_in(cadre, first)
    check(site, cadre, month)
    confirm(site, site.user("village", name), month, name)
    page = open_month(open_desk, site, site.user("supervisor"), month, site.county.county.code, size)
    place = site.county.townships[township]
    row = page.locator(f'[data-testid="township-closing"][data-code="{place.code}"]')
    expect(row).to_contain_text(place.name)
    expect(page.get_by_test_id("closing")).to_have_count(0)
    expect_no_sideways_scroll(page)
    page.get_by_test_id("close-all").click()
    page.get_by_test_id("close-all-yes").click()
    expect(page.get_by_test_id("close-progress")).to_contain_text("个村，共")
    expect(page.get_by_test_id("close-all")).to_have_count(0)
    row.get_by_role("link").click()
    closed = page.locator(f'[data-testid="closing"][data-code="{site.county.villages[name].code}"]')
    expect(closed).to_have_attribute("data-state", "closed")
    expect_no_sideways_scroll(page)
