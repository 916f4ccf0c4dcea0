"""Emergency duty from end to end: the county declares it, phones ask, somebody tells, the county sees; it is over."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from api.dates import SHANGHAI, start_of_day
from tests.browser.conftest import DESK, PHONE, expect_no_sideways_scroll
from tests.browser.test_outbox import BUSY, CHECK_INS, KEPT

SIZES = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])


@pytest.fixture
def village(site):
    """A village of township B with nobody else in it."""
    with site.making() as county:
        return county.new_village("B")


def declare(site, leader, *codes: str, seconds: float = 3600, reason: str = "连日大雨，防汛二级响应",
            begins_in: float = -60) -> dict:
    """A duty that begins in so many seconds (a minute ago) and ends in so many.

    Only for villages of one's own, since every phone and committee of the county that it concerns shows it.
    """
    now = datetime.now(UTC)
    return site.ask(leader, "/emergency-duties", {
        "id": str(uuid4()), "kind": "flood", "reason": reason, "division_codes": list(codes),
        "from_at": (now + timedelta(seconds=begins_in)).isoformat(),
        "until_at": (now + timedelta(seconds=seconds)).isoformat()})


@SIZES
def test_the_county_declares_phones_ask_and_the_county_sees_who_is_there(site, open_desk, open_phone, village, size):
    here, away = site.cadre(village, name="赵在村"), site.cadre(village, name="钱没讯")
    leader, place = site.user("supervisor", name="县里的人"), site.county.villages[village]
    page = open_desk(leader, "?view=emergency", size)
    page.get_by_test_id("declare").click()
    form = page.get_by_test_id("declare-form")
    page.get_by_test_id("declare-look").click()
    expect(form.get_by_role("alert")).to_contain_text("请写明理由")
    page.get_by_test_id("duty-reason").fill("连日大雨，防汛二级响应")
    page.get_by_test_id("declare-look").click()
    expect(form.get_by_role("alert")).to_contain_text("请选择范围")
    page.locator(f'[data-testid="duty-some"][data-code="{site.county.townships["B"].code}"]').click()
    page.locator(f'[data-testid="duty-village"][data-code="{place.code}"]').check()
    until = page.get_by_test_id("duty-until").input_value()
    page.get_by_test_id("duty-until").fill("2090-01-01T08:00")
    page.get_by_test_id("declare-look").click()
    expect(form.get_by_role("alert")).to_contain_text("一次最多 15 天")
    page.get_by_test_id("duty-until").fill(until)
    expect_no_sideways_scroll(page)
    page.get_by_test_id("declare-look").click()
    # Before anything is asked of anybody: what it means, and what the law allows.
    asked = page.get_by_test_id("confirm-duty")
    expect(asked).to_contain_text(f"防汛应急值守：{place.name}")
    expect(asked).to_contain_text("国办函〔2026〕12号")
    page.get_by_test_id("declare-send").click()
    expect(page.get_by_test_id("duty-card")).to_have_attribute("data-state", "running")
    expect(page.get_by_test_id("told-count")).to_contain_text("驻村干部 2 人，已有 0 人报告在村")
    [duty] = site.ask(here, "/emergency-duties?state=running")["duties"]
    assert (duty["until_at"], duty["divisions"][0]["code"]) == (
        datetime.fromisoformat(f"{until}:00+08:00").astimezone(UTC).isoformat().replace("+00:00", "Z"), place.code)

    phone = open_phone(here)
    notice = phone.get_by_test_id("emergency")
    expect(notice).to_contain_text("应急值守（防汛）：请点一下「我在村里」，让县里知道您在不在村")
    expect(notice).to_contain_text("连日大雨，防汛二级响应")
    expect_no_sideways_scroll(phone)
    phone.get_by_test_id("here").click()
    expect(notice).to_contain_text("今天已报告在村")

    page.get_by_test_id("only-missing").check()
    row = page.locator(f'[data-testid="presence"][data-cadre="{away.cadre.id}"]')
    expect(row).to_contain_text("还没消息")
    expect(page.get_by_test_id("presence")).to_have_count(1)
    page.get_by_test_id("only-missing").uncheck()
    told = page.locator(f'[data-testid="presence"][data-cadre="{here.cadre.id}"]')
    expect(told).to_have_attribute("data-told", "true")
    expect(told).to_contain_text("「我在村里」")
    answer = site.ask(leader, f"/emergency-duties/{duty['id']}/presence")
    expect(page.get_by_test_id("told-count")).to_contain_text(
        f"驻村干部 {answer['posted']} 人，已有 {answer['reported']} 人")
    assert (answer["posted"], answer["reported"]) == (2, 1)
    expect_no_sideways_scroll(page)

    # Ended early with a reason, it is gone from the phone at its next look.
    page.get_by_test_id("end-duty").click()
    page.get_by_test_id("end-send").click()
    expect(page.get_by_test_id("end-form").get_by_role("alert")).to_contain_text("为什么提前结束")
    page.get_by_test_id("because").fill("雨停了，响应解除")
    page.get_by_test_id("end-send").click()
    expect(page.get_by_test_id("duty-card")).to_have_attribute("data-state", "over")
    expect(page.get_by_test_id("duty-card")).to_contain_text("雨停了，响应解除")
    with phone.expect_response("**/api/v1/sync*"):
        phone.reload()
    expect(notice).to_have_count(0)
    page.get_by_test_id("all-duties").click()
    expect(page.locator(f'[data-testid="duty"][data-id="{duty["id"]}"]')).to_have_attribute("data-state", "over")
    entries = site.ask(site.user("auditor"), "/audit-entries?action=emergency")["entries"]
    about = [(entry["action"], entry["user"]["name"]) for entry in entries
             if entry["subject"] == f"emergency_duty:{duty['id']}"]
    assert about == [("emergency.ended", "县里的人"), ("emergency.declared", "县里的人")]


def test_a_phone_without_position_or_network_goes_on_asking_and_keeps_the_word(site, open_phone, village):
    cadre, leader = site.cadre(village), site.user("supervisor")
    duty = declare(site, leader, site.county.villages[village].code)
    phone = open_phone(cadre, metres_north=None)
    notice = phone.get_by_test_id("emergency")
    expect(notice).to_have_attribute("data-word", "")
    phone.context.set_offline(True)
    phone.get_by_test_id("here").click()
    expect(notice).to_have_attribute("data-word", "saved")
    expect(notice).to_contain_text("已记在手机里，有网就送到县里")
    assert site.ask(leader, f"/emergency-duties/{duty['id']}/presence")["reported"] == 0
    phone.context.set_offline(False)
    expect(notice).to_have_attribute("data-word", "told")
    [told] = site.ask(leader, f"/emergency-duties/{duty['id']}/presence")["villages"][0]["cadres"]
    assert (told["kind"], told["verdict"]) == ("check_in", "no_location")


def test_a_word_that_the_server_refused_is_asked_for_again(site, open_phone, village):
    cadre = site.cadre(village)
    declare(site, site.user("supervisor"), site.county.villages[village].code)
    phone = open_phone(cadre)
    notice = phone.get_by_test_id("emergency")
    phone.route(CHECK_INS, lambda route: route.fulfill(
        status=409, json={**BUSY, "code": 409, "reason": "id_reused", "message": "这条请看一下。"}))
    phone.get_by_test_id("here").click()
    expect(phone.get_by_test_id("outcome")).to_have_attribute("data-state", "attention")
    # No network will carry it to the county.
    expect(notice).to_have_attribute("data-word", "")


@pytest.mark.parametrize(("flags", "status", "word"), [
    ("clock_skew", "counts", "told"), ("", "counts", ""), ("clock_skew", "rejected", ""),
    ("clock_skew", "future_day", "")])
def test_the_phone_takes_for_a_word_what_the_county_does(site, open_phone, village, flags, status, word):
    cadre, leader, now = site.cadre(village), site.user("supervisor"), datetime.now(UTC)
    duty = declare(site, leader, site.county.villages[village].code)
    with site.making() as county:
        # The phone's clock was an hour slow.
        told = county.check_in(cadre, site.today)
        told.captured_at, told.received_at = now - timedelta(hours=1), now
        told.flags, told.status = flags, status
    phone = open_phone(cadre)
    expect(phone.get_by_test_id("week-line")).to_be_visible()
    expect(phone.get_by_test_id("emergency")).to_have_attribute("data-word", word)
    assert site.ask(leader, f"/emergency-duties/{duty['id']}/presence")["reported"] == int(word == "told")


def test_what_the_phone_once_heard_it_shows_without_a_network(site, open_phone, village):
    cadre = site.cadre(village)
    declare(site, site.user("supervisor"), site.county.villages[village].code, reason="夜里防汛")
    phone = open_phone(cadre, offline_copy=True)
    expect(phone.get_by_test_id("emergency").filter(has_text="夜里防汛")).to_be_visible()
    assert phone.evaluate(KEPT)
    phone.context.set_offline(True)
    phone.reload()
    expect(phone.get_by_test_id("emergency").filter(has_text="夜里防汛")).to_be_visible()


def test_it_is_over_by_itself_when_its_time_has_passed(site, open_desk, open_phone, village):
    cadre, leader, code = site.cadre(village), site.user("supervisor"), site.county.villages[village].code
    duty = declare(site, leader, code, seconds=8, reason="很快结束")
    phone = open_phone(cadre)
    notice = phone.get_by_test_id("emergency").filter(has_text="很快结束")
    expect(notice).to_be_visible()
    # Nobody does anything: no job, no reload.
    expect(notice).to_have_count(0)
    assert site.ask(cadre, f"/emergency-duties/{duty['id']}")["state"] == "over"
    page = open_desk(leader, f"?view=emergency&division={code}&duty={duty['id']}")
    expect(page.get_by_test_id("duty-card")).to_have_attribute("data-state", "over")
    expect(page.get_by_test_id("end-duty")).to_have_count(0)


@pytest.mark.parametrize(("begins_in", "state"), [(-60, "running"), (1800, "coming")])
def test_a_duty_ended_elsewhere_is_shown_as_over_by_itself(site, open_context, open_desk, village, begins_in, state):
    site.cadre(village)
    leader, code = site.user("supervisor"), site.county.villages[village].code
    duty = declare(site, leader, code, begins_in=begins_in)
    watching = open_context(site.user("supervisor", "B"), DESK).new_page()
    watching.clock.install()
    watching.goto(f"/dashboard/?view=emergency&division={code}&duty={duty['id']}")
    card = watching.get_by_test_id("duty-card")
    expect(card).to_have_attribute("data-state", state)
    expect(watching.get_by_test_id("presence")).to_have_count(1)
    page = open_desk(leader, f"?view=emergency&division={code}&duty={duty['id']}")
    page.get_by_test_id("end-duty").click()
    page.get_by_test_id("because").fill("响应解除")
    page.get_by_test_id("end-send").click()
    expect(page.get_by_test_id("duty-card")).to_have_attribute("data-state", "over")
    watching.clock.fast_forward(61_000)
    expect(card).to_have_attribute("data-state", "over")
    expect(card).to_contain_text("响应解除")


def test_whoever_watches_through_a_night_is_offered_the_new_day(site, open_context, village):
    site.cadre(village)
    leader, code = site.user("supervisor"), site.county.villages[village].code
    duty = declare(site, leader, code, seconds=3 * 24 * 3600)
    tomorrow = site.today + timedelta(days=1)
    page = open_context(leader, DESK).new_page()
    page.clock.install(time=start_of_day(tomorrow) - timedelta(seconds=30))
    page.goto(f"/dashboard/?view=emergency&division={code}&duty={duty['id']}")
    expect(page.get_by_test_id("presence")).to_have_count(1)
    before = page.get_by_test_id("duty-day").count()
    page.clock.fast_forward(61_000)
    expect(page.get_by_test_id("duty-day").last).to_contain_text(f"{tomorrow.month}月{tomorrow.day}日")
    assert page.get_by_test_id("duty-day").count() > before


@SIZES
def test_a_township_looks_and_declares_none(site, open_desk, village, size):
    site.cadre(village, name="在镇里")
    code = site.county.villages[village].code
    duty = declare(site, site.user("supervisor"), code, reason="只这个村")
    page = open_desk(site.user("supervisor", "B"), f"?view=emergency&division={code}", size)
    row = page.locator(f'[data-testid="duty"][data-id="{duty["id"]}"]')
    expect(row).to_contain_text("只这个村")
    expect(page.get_by_test_id("declare")).to_have_count(0)
    expect(page.get_by_test_id("duties")).to_contain_text("只能由县级或以上宣布")
    row.get_by_role("link").click()
    expect(page.get_by_test_id("presence")).to_contain_text("在镇里")
    expect(page.get_by_test_id("end-duty")).to_have_count(0)
    expect_no_sideways_scroll(page)


def test_where_there_is_none_the_page_says_so(site, open_desk):
    with site.making() as county:
        quiet = county.new_village("A")
    page = open_desk(site.user("supervisor", quiet), "?view=emergency")
    expect(page.get_by_test_id("empty")).to_contain_text("没有应急值守")


def test_the_committee_sees_whom_to_ring_and_enters_who_said_so(site, open_context, village):
    cadre = site.cadre(village, name="孙电话")
    declare(site, site.user("supervisor"), site.county.villages[village].code, reason="给村里看")
    page = open_context(site.user("village", village)).new_page()
    page.goto("/village/")
    notice = page.get_by_test_id("emergency").filter(has_text="给村里看")
    expect(notice).to_contain_text("驻村干部 1 人，今天已有 0 人报告在村")
    expect(notice).to_contain_text("还没有消息：孙电话")
    expect_no_sideways_scroll(page)
    notice.get_by_test_id("emergency-register").click()
    expect(page).to_have_url(f"{site.origin}/village/#register")
    today = datetime.now(SHANGHAI).date().isoformat()
    site.ask(site.user("village", village), "/register-lines", {
        "lines": [{"cadre_id": cadre.cadre.id, "day": today, "is_present": True}]})
    page.reload()
    expect(notice).to_contain_text("今天已有 1 人报告在村")
    expect(notice.get_by_test_id("emergency-register")).to_have_count(0)


def by_ones(route):
    """A page of the list holds one village."""
    route.continue_(url=re.sub("page_size=[0-9]+", "page_size=1", route.request.url))


def test_a_list_of_the_missing_that_grew_shorter_says_of_nobody_that_they_told(site, open_desk):
    with site.making() as county:
        places = [county.new_village("B") for _ in range(2)]
        codes = [county.villages[place].code for place in places]
    here, away, leader = site.cadre(places[0], name="先报告"), site.cadre(places[1], name="没消息"), site.user("supervisor")
    duty = declare(site, leader, *codes)
    page = open_desk(leader)
    page.route("**/presence?*", by_ones)
    page.goto(f"/dashboard/?view=emergency&duty={duty['id']}&state=missing&page=2")
    expect(page.get_by_test_id("presence")).to_contain_text("没消息")
    site.ask(here, "/check-ins", {"id": str(uuid4()), "captured_at": datetime.now(UTC).isoformat(),
                                  "location_error": "denied"})
    page.reload()
    # There is one page left; whoever looked at the second is led there.
    expect(page.get_by_test_id("presence")).to_contain_text("没消息")
    expect(page.get_by_test_id("empty")).to_have_count(0)
    expect(page).to_have_url(re.compile("page=1$|page=1&"))
    site.ask(away, "/check-ins", {"id": str(uuid4()), "captured_at": datetime.now(UTC).isoformat(),
                                  "location_error": "denied"})
    page.reload()
    expect(page.get_by_test_id("empty")).to_contain_text("都有消息了")
