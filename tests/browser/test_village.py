"""The village committee's page: days that wait, the attendance book, the month, figures and places."""

from datetime import timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE, expect_no_sideways_scroll
from tests.browser.first_load import Line

SIZES = pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
FIRST_LOAD_BYTES = 80 * 1024


@pytest.fixture
def open_village(open_context):
    """Open the village's page as a user: `open_village(user, "#register")`; options as for `open_context`."""
    def open_page(person, address="", size=PHONE, **options):
        page = open_context(person, size, **options).new_page()
        page.goto(f"/village/{address}")
        return page
    return open_page


def day_of(page, person, day):
    return page.locator(f'[data-testid="waiting-day"][data-cadre="{person.cadre.id}"][data-day="{day}"]')


def test_the_first_load_is_small_and_a_committee_lands_here(site, open_context):
    person = site.user("village", "A1")
    password = site.give_password(person)
    page = open_context().new_page()
    page.goto("/")
    page.get_by_label("用户名").fill(person.user.username)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()
    expect(page).to_have_url(f"{site.origin}/village/")
    again = open_context(person).new_page()
    line = Line(again)
    again.goto("/village/")
    expect(again.locator('[data-view="waiting"]')).to_be_visible()
    expect(again.get_by_test_id("loading")).to_have_count(0)
    assert 0 < line.total < FIRST_LOAD_BYTES, line.bytes_of


@SIZES
def test_one_tap_confirms_all_and_leaves_out_what_is_ones_own(site, open_village, size):
    cadre, own = site.cadre("B2", name="冉光福"), site.cadre("B2", name="村支书兼驻村")
    with site.making() as county:
        county.grant(own, "village", county.villages["B2"])
    first, second = site.closed_monday, site.closed_monday + timedelta(days=1)
    site.check_in(cadre, first, metres_north=2300)
    site.check_in(cadre, second, fix=False)
    site.check_in(own, first, fix=False)
    page = open_village(own, "", size)
    expect(day_of(page, cadre, first)).to_contain_text("离村委会 2.3 公里")
    expect(day_of(page, cadre, second).get_by_test_id("record")).to_contain_text("没有信号或取不到位置")
    expect(day_of(page, own, first).get_by_test_id("own-day")).to_be_visible()
    expect_no_sideways_scroll(page)
    expect(page.get_by_test_id("confirm-all")).to_contain_text("全部属实")
    page.get_by_test_id("confirm-all").click()
    expect(page.get_by_test_id("progress")).to_contain_text("已确认")
    expect(day_of(page, cadre, first)).to_have_attribute("data-waits", "false")
    assert {one.status for one in site.evidence_of(cadre)} == {"counts"}
    assert {one.status for one in site.evidence_of(own)} == {"waiting"}
    # A slip is mended where it was made.
    day_of(page, cadre, second).get_by_test_id("decide-again").click()
    day_of(page, cadre, second).get_by_test_id("day-wrong").click()
    page.get_by_test_id("usual-not_seen").click()
    page.get_by_test_id("reason-send").click()
    expect(day_of(page, cadre, second).get_by_test_id("record")).to_have_attribute("data-status", "rejected")
    assert [one.status for one in site.evidence_of(cadre)] == ["counts", "rejected"]


def test_the_one_day_that_is_not_right_is_chosen_and_given_a_reason(site, open_village, open_phone):
    cadre, day = site.cadre("A2", name="杨昌荣"), site.closed_monday
    site.check_in(cadre, day, fix=False)
    page = open_village(site.user("village", "A2", name="村主任"))
    expect(page.get_by_test_id("choose-day")).to_have_count(0)
    expect(page.get_by_test_id("one-wrong")).to_have_text("有一天不对")
    page.get_by_test_id("one-wrong").click()
    day_of(page, cadre, day).get_by_test_id("choose-day").click()
    day_of(page, cadre, day).get_by_test_id("day-wrong").click()
    page.get_by_test_id("reason-send").click()
    expect(page.get_by_text("请写一句，本人会看到。")).to_be_visible()
    page.get_by_test_id("reason-text").fill("这天在县里培训")
    page.get_by_test_id("reason-send").click()
    expect(day_of(page, cadre, day).get_by_test_id("decision")).to_contain_text("村主任")
    phone = open_phone(cadre, f"/phone/#day/{day}")
    expect(phone.get_by_test_id("evidence")).to_contain_text("这天在县里培训")


def test_a_confirmation_whose_answer_is_lost_is_sent_again_and_stored_once(site, open_village):
    cadre = site.cadre("A2", name="安国强")
    day = site.closed_monday
    for later in range(2):
        site.check_in(cadre, day + timedelta(days=later), fix=False)
    person = site.user("village", "A2")
    page = open_village(person)
    expect(day_of(page, cadre, day)).to_be_visible()
    ids = []

    def swallow(route):
        # The server has it, the village does not hear of it.
        ids.append(route.request.post_data_json["id"])
        route.fetch()
        route.abort()

    page.route("**/api/v1/decisions", swallow)
    page.get_by_test_id("confirm-all").click()
    expect(page.get_by_test_id("confirm-rest")).to_be_visible()
    page.unroute("**/api/v1/decisions")
    with page.expect_request("**/api/v1/decisions") as sent:
        page.get_by_test_id("confirm-rest").click()
    assert sent.value.post_data_json["id"] == ids[0]
    last = day + timedelta(days=1)
    for one in (day, last):
        expect(day_of(page, cadre, one)).to_have_attribute("data-waits", "false")
    expect(page.get_by_test_id("confirm-rest")).to_have_count(0)
    days = site.ask(person, f"/stationed-days?cadre_id={cadre.cadre.id}&from={day}&to={last}")["days"]
    assert [len(evidence["decisions"]) for one in days for evidence in one["evidence"]] == [1, 1]


def test_figures_open_into_days_and_a_day_decided_long_ago_can_be_decided_again(site, open_village):
    cadre, day = site.cadre("B1", name="石维忠"), site.closed_monday
    evidence = site.check_in(cadre, day, metres_north=2300)
    person = site.user("village", "B1")
    site.ask(person, "/decisions", {"id": str(uuid4()), "evidence_id": str(evidence.id), "outcome": "confirmed"})
    page = open_village(person, f"#figures/{day:%Y-%m}")
    rates = site.ask(person, f"/on-post-rates?month={day:%Y-%m}&division={site.county.villages['B1'].code}&level=cadre")
    total = rates["total"]
    if total["denominator"]:
        expect(page.get_by_test_id("figures")).to_contain_text(
            f"计入 {total['numerator']} 天 / 应驻 {total['denominator']} 天")
    expect(page.get_by_test_id("figures")).to_contain_text("统计周期")
    page.locator(f'[data-testid="figure-row"][data-cadre="{cadre.cadre.id}"] a').click()
    one = day_of(page, cadre, day)
    expect(one.get_by_test_id("decision")).to_contain_text("说属实")
    one.get_by_test_id("decide-again").click()
    one.get_by_test_id("day-wrong").click()
    page.get_by_test_id("reason-text").fill("记错了")
    page.get_by_test_id("reason-send").click()
    expect(one.get_by_test_id("record")).to_have_attribute("data-status", "rejected")


def test_who_speaks_for_no_village_is_shown_the_own_page(site, open_village):
    page = open_village(site.user("supervisor", "A"))
    expect(page.get_by_test_id("no-village")).to_be_visible()
    expect(page.get_by_role("link", name="打开我的页面")).to_have_attribute("href", "/dashboard/")


@pytest.fixture
def village(site):
    """A village of township A with nobody else in it."""
    with site.making() as county:
        return county.new_village("A")


def cell(page, person, day):
    return page.locator(f'[data-testid="book-cell"][data-cadre="{person.cadre.id}"][data-day="{day}"]')


def register_of(site, person, village, day):
    lines = site.ask(person, f"/register-lines?village={site.county.villages[village].code}&month={day:%Y-%m}")["lines"]
    return {(line["cadre_id"], line["day"]): line["is_present"] for line in lines}


@SIZES
def test_a_tap_in_the_attendance_book_is_saved_at_once(site, open_village, village, size):
    cadre, other = site.cadre(village, name="罗大海"), site.cadre(village, name="石小兰")
    first, second = site.closed_monday, site.closed_monday + timedelta(days=1)
    site.check_in(other, first)
    person = site.user("village", village)
    page = open_village(person, f"#register/{first:%Y-%m}", size)
    # What is known from the phone is shown and needs no entry.
    expect(cell(page, other, first)).to_have_attribute("data-sign", "stationed")
    expect(cell(page, cadre, first)).to_have_attribute("aria-pressed", "false")
    cell(page, cadre, first).click()
    expect(page.get_by_test_id("book-saving")).to_contain_text("都已保存")
    expect(cell(page, cadre, first)).to_have_attribute("data-state", "present")
    assert register_of(site, person, village, first)[(cadre.cadre.id, first.isoformat())] is True
    expect_no_sideways_scroll(page)
    # By keyboard, too: one stop for the tab key, arrows inside.
    cell(page, cadre, first).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect(page.get_by_test_id("book-saving")).to_contain_text("都已保存")
    if second.month == first.month:
        expect(cell(page, cadre, second)).to_have_attribute("data-state", "present")
    # Taking a tick away wants a reason, once, which the cadre reads.
    cell(page, cadre, first).click()
    expect(page.get_by_test_id("book-saving")).to_contain_text("1 格等写理由")
    expect_no_sideways_scroll(page)
    page.get_by_test_id("book-reason-send").click()
    expect(page.get_by_test_id("book-reason")).to_contain_text("请写明理由，比如")
    page.get_by_test_id("book-reason-text").fill("那天登记错了人")
    page.get_by_test_id("book-reason-send").click()
    expect(page.get_by_test_id("book-saving")).to_contain_text("都已保存")
    expect(page.get_by_test_id("book-reason-said")).to_contain_text("那天登记错了人")
    expect(cell(page, cadre, first)).to_have_attribute("data-state", "")
    [piece] = site.ask(cadre, f"/stationed-days?from={first}&to={first}")["days"][0]["evidence"]
    assert [one["reason"] for one in piece["decisions"]] == [None, "那天登记错了人"]
    assert register_of(site, person, village, first)[(cadre.cadre.id, first.isoformat())] is False


def test_taps_that_want_a_reason_wait_for_it_and_can_be_left_as_they_were(site, open_village, village):
    cadre, other = site.cadre(village, name="等理由"), site.cadre(village, name="不用等")
    day, person = site.closed_monday, site.user("village", village)
    site.ask(person, "/register-lines", {"lines": [
        {"cadre_id": cadre.cadre.id, "day": day.isoformat(), "is_present": True}]})
    page = open_village(person, f"#register/{day:%Y-%m}")
    # A tap that is taken back before it was stored asks nothing.
    page.route("**/api/v1/register-lines", lambda route: route.abort())
    cell(page, cadre, day).click()
    expect(page.get_by_test_id("book-reason")).to_be_visible()
    cell(page, cadre, day).click()
    expect(page.get_by_test_id("book-reason")).to_have_count(0)
    page.unroute("**/api/v1/register-lines")
    cell(page, cadre, day).click()
    cell(page, other, day).click()
    expect(cell(page, other, day)).to_have_attribute("data-state", "present")
    # It outlives the page, unsent.
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.get_by_test_id("book-saving")).to_contain_text("1 格等写理由")
    assert register_of(site, person, village, day)[(cadre.cadre.id, day.isoformat())] is True
    page.get_by_test_id("book-reason-drop").click()
    expect(page.get_by_test_id("book-reason")).to_have_count(0)
    expect(cell(page, cadre, day)).to_have_attribute("data-state", "present")


def test_every_change_of_a_closed_month_wants_a_reason(site, open_village, village):
    cadre, officer = site.cadre(village, name="定稿之后"), site.user("supervisor", "A")
    last = site.today.replace(day=1) - timedelta(days=1)
    day = (last.replace(day=1) - timedelta(days=1)).replace(day=1)
    code, month = site.county.villages[village].code, f"{day:%Y-%m}"
    for path, more in (("/month-steps", {"step": "confirmed", "on_paper": True, "note": "签字"}),
                       ("/month-closings", {})):
        sheet = site.ask(officer, f"/month-sheets?month={month}&village={code}")
        site.ask(officer, path, {"id": str(uuid4()), "month": month, "village_code": code,
                                 "seen_hash": sheet["sheet_hash"], **more})
    page = open_village(site.user("village", village), f"#register/{month}")
    cell(page, cadre, day).click()
    page.get_by_test_id("book-reason-text").fill("补上漏记的一天")
    page.get_by_test_id("book-reason-send").click()
    expect(cell(page, cadre, day)).to_have_attribute("data-state", "present")
    [piece] = site.ask(cadre, f"/stationed-days?from={day}&to={day}")["days"][0]["evidence"]
    assert [one["reason"] for one in piece["decisions"]] == ["补上漏记的一天"]


@pytest.mark.parametrize(("fate", "words"), [
    ("rejected", "上级已判为不属实，请与镇里联系"), ("erased", "这一条已按本人要求删除")])
def test_a_tick_that_is_not_taken_says_why(site, open_village, village, fate, words):
    cadre, day, person = site.cadre(village, name="不算的一天"), site.closed_monday, site.user("village", village)
    site.ask(person, "/register-lines", {"lines": [
        {"cadre_id": cadre.cadre.id, "day": day.isoformat(), "is_present": True}]})
    [piece] = site.evidence_of(cadre)
    if fate == "rejected":
        site.ask(site.user("supervisor", "A"), "/decisions", {
            "id": str(uuid4()), "evidence_id": str(piece.id), "outcome": "rejected", "reason": "那天在县里"})
    else:
        with site.making():
            piece.status = "erased"
    page = open_village(person, f"#register/{day:%Y-%m}")
    if fate == "rejected":
        expect(cell(page, cadre, day)).to_have_text("✕")
    cell(page, cadre, day).click()
    expect(page.get_by_test_id("book-saving")).to_contain_text(words)
    expect(page.get_by_test_id("book-saving")).not_to_contain_text("都已保存")
    expect(cell(page, cadre, day)).to_have_attribute("data-state", "refused")
    assert register_of(site, person, village, day).get((cadre.cadre.id, day.isoformat()), False) is False


def test_taps_without_a_network_outlive_the_page_and_travel_later(site, open_village, village):
    cadre, day = site.cadre(village, name="安国强"), site.closed_monday
    person = site.user("village", village)
    page = open_village(person, f"#register/{day:%Y-%m}")
    expect(cell(page, cadre, day)).to_be_visible()
    page.route("**/api/v1/register-lines", lambda route: route.abort())
    cell(page, cadre, day).click()
    expect(page.get_by_test_id("book-saving")).to_contain_text("1 格还没送到")
    expect(cell(page, cadre, day)).to_have_attribute("data-state", "pending")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(cell(page, cadre, day)).to_have_attribute("data-state", "pending")
    page.unroute("**/api/v1/register-lines")
    page.get_by_test_id("book-retry").click()
    expect(cell(page, cadre, day)).to_have_attribute("data-state", "present")
    assert register_of(site, person, village, day)[(cadre.cadre.id, day.isoformat())] is True


def test_a_cadre_who_covers_the_village_from_next_door_is_in_its_book(site, open_village, village):
    neighbour, day = site.cadre("A2", name="联片的人", further=(village,)), site.closed_monday
    person = site.user("village", village)
    page = open_village(person, f"#register/{day:%Y-%m}")
    expect(page.get_by_test_id("book-further")).to_contain_text("联片，派驻A2村")
    cell(page, neighbour, day).click()
    expect(page.get_by_test_id("book-saving")).to_contain_text("都已保存")
    assert register_of(site, person, village, day)[(neighbour.cadre.id, day.isoformat())] is True
    page.reload()
    expect(cell(page, neighbour, day)).to_have_attribute("data-state", "present")
    page.goto(f"/village/#month/{day:%Y-%m}")
    expect(page.get_by_text("联片的人")).to_have_count(0)
    expect_no_sideways_scroll(page)


def test_two_postings_of_one_cadre_each_sum_the_days_of_their_own(site, open_village, village):
    first = site.today.replace(day=1) - timedelta(days=1)
    first, change = first.replace(day=1), first.replace(day=11)
    cadre = site.cadre(village, name="先后两段", to_on=change - timedelta(days=1))
    with site.making() as county:
        county.post(cadre, village, from_on=change)
    person = site.user("village", village)
    site.ask(person, "/register-lines", {"lines": [
        {"cadre_id": cadre.cadre.id, "day": day.isoformat(), "is_present": True}
        for day in (first, first + timedelta(days=1), change)]})
    page = open_village(person, f"#register/{first:%Y-%m}")
    expect(page.get_by_test_id("book-sum")).to_have_text(["2", "1"])


@pytest.mark.parametrize("broken", ["#%E0%A4%A", "#register/%E0%A4%A", "#constructor"])
def test_a_link_that_was_cut_off_still_opens_the_page(site, open_village, village, broken):
    page = open_village(site.user("village", village), broken)
    expect(page.get_by_role("navigation").last).to_be_visible()
    expect(page.locator("main")).not_to_be_empty()


def test_days_to_come_and_ones_own_row_are_closed(site, open_village, village):
    own, cadre = site.cadre(village, name="村支书兼驻村"), site.cadre(village)
    with site.making() as county:
        county.grant(own, "village", county.villages[village])
    page = open_village(own, "#register")
    expect(cell(page, own, site.today)).to_be_disabled()
    expect(cell(page, cadre, site.today)).to_be_enabled()
    tomorrow = site.today + timedelta(days=1)
    if tomorrow.month == site.today.month:
        expect(cell(page, cadre, tomorrow)).to_be_disabled()


def test_the_township_enters_the_book_of_the_own_row(site, open_desk, village):
    own, day = site.cadre(village, name="村支书兼驻村"), site.closed_monday
    person = site.user("supervisor", "A")
    page = open_desk(person, f"?view=months&division={site.county.villages[village].code}&month={day:%Y-%m}")
    page.get_by_test_id("part-register").click()
    cell(page, own, day).click()
    expect(cell(page, own, day)).to_have_attribute("data-state", "present")
    expect(page.get_by_test_id("book-saving")).to_contain_text("都已保存")
    assert register_of(site, person, village, day)[(own.cadre.id, day.isoformat())] is True
    expect_no_sideways_scroll(page)


def places_of(site, person, village):
    return site.ask(person, f"/places?village={site.county.villages[village].code}")["places"]


@SIZES
@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_view_is_wider_than_its_window(site, open_village, village, language, size):
    site.check_in(site.cadre(village, name="欧阳夏禾才让卓玛"), site.closed_monday, metres_north=2300)
    page = open_village(site.user("village", village), size=size, language=language)
    for view in ("waiting", "register", "month", "figures", "places"):
        page.goto(f"/village/#{view}")
        expect(page.locator(f'[data-view="{view}"]')).to_be_visible()
        expect(page.get_by_test_id("loading")).to_have_count(0)
        expect_no_sideways_scroll(page)


@SIZES
def test_a_place_is_proposed_by_standing_there_and_agreed_to_with_one_tap(site, open_village, open_desk, village, size):
    cadre = site.cadre(village, name="冉光福")
    evidence = site.check_in(cadre, site.closed_monday, metres_north=2300)
    person, officer = site.user("village", village, name="村会计"), site.user("supervisor", "A")
    page = open_village(person, "#places", size, metres_north=2300)
    page.get_by_test_id("place-add").click()
    page.get_by_test_id("place-send").click()
    expect(page.get_by_test_id("problem")).to_contain_text("这个点叫什么")
    page.get_by_test_id("place-name").fill("李家坳文化室")
    page.get_by_test_id("place-group").fill("李家坳组")
    page.get_by_test_id("take-fix").click()
    expect(page.get_by_test_id("fix")).to_contain_text("误差约 20 米")
    page.get_by_test_id("place-send").click()
    expect(page.get_by_test_id("proposal")).to_have_attribute("data-state", "proposed")
    expect_no_sideways_scroll(page)

    desk = open_desk(officer, f"?view=places&division={site.county.villages[village].code}", size)
    proposal = desk.get_by_test_id("proposal")
    expect(proposal).to_contain_text("李家坳文化室")
    expect(proposal).to_contain_text("村会计")
    proposal.get_by_test_id("radius-help").click()
    expect(proposal.get_by_test_id("radius").first).to_contain_text("在内")
    expect_no_sideways_scroll(desk)
    proposal.get_by_test_id("proposal-approve").click()
    expect(proposal).to_have_attribute("data-state", "approved")
    assert "李家坳文化室" in [place["name"] for place in places_of(site, officer, village)]
    # The record that was outside is inside now.
    [judged] = site.evidence_of(cadre)
    assert (judged.id, judged.verdict, judged.status) == (evidence.id, "inside", "counts")
    page.reload()
    expect(page.get_by_test_id("place").filter(has_text="李家坳文化室")).to_be_visible()


@SIZES
def test_who_does_without_positions_is_asked_for_none_for_a_place_either(site, open_village, village, size):
    person = site.cadre(village)
    with site.making() as county:
        county.grant(person, "village", county.villages[village])
    page = open_village(person, "#places", size)
    page.route("**/api/v1/place-proposals", lambda route: route.abort() if route.request.method == "POST"
               else route.continue_())
    page.get_by_test_id("place-add").click()
    page.get_by_test_id("place-name").fill("三组晒坝")
    page.get_by_test_id("take-fix").click()
    expect(page.get_by_test_id("fix")).to_be_visible()
    page.get_by_test_id("place-send").click()
    expect(page.get_by_test_id("problem")).to_be_visible()
    unsent = f"Object.keys(localStorage).filter(key => key.startsWith('zhucun.place.{person.user.id}.')).length"
    assert page.evaluate(unsent) == 1
    with site.making():
        person.user.location_choice = "declined"
    page.reload()
    expect(page.get_by_test_id("declined")).to_contain_text("不用定位")
    expect(page.get_by_test_id("place-add")).to_have_count(0)
    # A position that was taken before is not kept here either.
    page.wait_for_function(f"{unsent} === 0")
    expect_no_sideways_scroll(page)


def test_a_place_is_proposed_from_a_record_that_was_confirmed(site, open_village, open_desk, village):
    cadre = site.cadre(village, name="杨昌荣")
    site.check_in(cadre, site.closed_monday, metres_north=3100)
    person = site.user("village", village)
    page = open_village(person, metres_north=None)
    page.get_by_test_id("confirm-all").click()
    expect(page.get_by_test_id("place-from")).to_have_text("把这里加为本村的点")
    page.get_by_test_id("place-from").click()
    expect(page.get_by_test_id("take-fix")).to_have_count(0)
    page.get_by_test_id("place-name").fill("大坪组")
    page.get_by_test_id("place-send").click()
    expect(page.get_by_test_id("proposal")).to_contain_text("按一条已确认的记录报的")
    desk = open_desk(site.user("supervisor", "A"), f"?view=places&division={site.county.villages[village].code}")
    proposal = desk.get_by_test_id("proposal")
    proposal.get_by_test_id("proposal-decline").click()
    proposal.get_by_test_id("decline-send").click()
    expect(proposal.get_by_role("alert")).to_contain_text("请写一句为什么")
    proposal.get_by_test_id("decline-reason").fill("离村界太远")
    proposal.get_by_test_id("decline-send").click()
    expect(proposal).to_have_attribute("data-state", "declined")
    page.reload()
    expect(page.get_by_test_id("proposal")).to_contain_text("离村界太远")


def test_a_proposal_that_did_not_arrive_is_kept_on_the_phone(site, open_village, village):
    site.cadre(village)
    page = open_village(site.user("village", village), "#places")
    page.route("**/api/v1/place-proposals", lambda route: route.abort())
    page.get_by_test_id("place-add").click()
    page.get_by_test_id("place-name").fill("后山组")
    page.get_by_test_id("take-fix").click()
    expect(page.get_by_test_id("fix")).to_be_visible()
    page.get_by_test_id("place-send").click()
    expect(page.get_by_test_id("problem")).to_be_visible()
    page.unroute("**/api/v1/place-proposals")
    page.reload()
    expect(page.get_by_test_id("problem")).to_contain_text("还没送到")
    expect(page.get_by_test_id("place-name")).to_have_value("后山组")
    page.get_by_test_id("place-send").click()
    expect(page.get_by_test_id("proposal")).to_contain_text("后山组")


@pytest.mark.parametrize(("tab", "views"), [
    ("waiting", ["waiting"]), ("register", ["register", "month"]), ("concerns", ["concerns"]),
    ("contracts", ["contracts", "deeds", "notices"]), ("more", ["more", "figures", "places", "board"])])
def test_every_view_is_two_taps_away_and_its_tab_says_where_one_is(site, open_village, village, tab, views):
    page = open_village(site.user("village", village), "#nowhere")
    expect(page.locator("nav.tabs a")).to_have_count(5)
    for view in views:
        page.get_by_test_id(f"tab-{tab}").click()
        if view != views[0]:
            page.get_by_test_id(f"to-{view}").click()
        expect(page.locator(f'main[data-view="{view}"]')).to_be_visible()
        expect(page.get_by_test_id(f"tab-{tab}")).to_have_attribute("aria-current", "page")
        expect(page.get_by_test_id("loading")).to_have_count(0)
        expect_no_sideways_scroll(page)
