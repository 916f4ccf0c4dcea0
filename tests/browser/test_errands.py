"""Meetings entered for many at once, and the end of a posting, on the dashboard."""

import random
from datetime import timedelta
from uuid import uuid4

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE, expect_no_sideways_scroll

SIZES = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])


@pytest.fixture
def village(site):
    """A village of township B with nobody else in it."""
    with site.making() as county:
        return county.new_village("B")


def attendee(page, person):
    return page.locator(f'[data-testid="attendee"][data-cadre="{person.cadre.id}"]')


@SIZES
def test_a_meeting_is_entered_once_for_all_who_came(site, open_desk, open_phone, village, size):
    one, other, absent = (site.cadre(village, name=name) for name in ("赵会来", "钱会来", "孙没来"))
    officer = site.user("supervisor", "B", name="镇里的人")
    page = open_desk(officer, f"?view=leave&state=errands&division={site.county.townships['B'].code}", size)
    page.get_by_test_id("errand-enter").click()
    page.get_by_test_id("errand-send").click()
    expect(page.get_by_test_id("errand-form").get_by_role("alert")).to_contain_text("什么会")
    page.get_by_test_id("errand-title").fill("镇里防汛工作会")
    page.get_by_test_id("errand-send").click()
    expect(page.get_by_test_id("errand-form").get_by_role("alert")).to_contain_text("请勾选到会的人")
    page.get_by_test_id("attendees-find").fill("会来")
    page.get_by_test_id("attendees-all").check()
    page.get_by_test_id("attendees-find").fill("")
    expect(attendee(page, one)).to_be_checked()
    expect(attendee(page, absent)).not_to_be_checked()
    expect_no_sideways_scroll(page)
    page.get_by_test_id("errand-send").click()
    errand = page.get_by_test_id("errand").filter(has_text="赵会来").first
    expect(errand).to_contain_text("镇里防汛工作会")
    expect(errand).to_contain_text("钱会来")
    for person in (one, other):
        [leave] = site.ask(person, "/leaves")["leaves"]
        assert (leave["kind"], leave["state"], leave["from_on"]) == ("errand", "approved", site.today.isoformat())
    assert site.ask(absent, "/leaves")["leaves"] == []
    phone = open_phone(other, "/phone/#leave")
    expect(phone.get_by_test_id("leave")).to_have_attribute("data-state", "approved")


@SIZES
def test_who_stands_on_a_meeting_by_mistake_is_taken_off_with_a_reason(site, open_desk, open_phone, village, size):
    one, other = site.cadre(village, name="赵真去"), site.cadre(village, name="钱没去")
    officer, today = site.user("supervisor", "B"), site.today.isoformat()
    site.ask(officer, "/errands", {"id": str(uuid4()), "kind": "errand", "title": "镇里例会", "from_on": today,
                                   "to_on": today, "cadre_ids": sorted([one.cadre.id, other.cadre.id])})
    page = open_desk(officer, f"?view=leave&state=errands&division={site.county.villages[village].code}", size)
    page.get_by_test_id("errand-mistake").click()
    row = page.locator(f'[data-testid="errand-cadre"][data-cadre="{other.cadre.id}"]')
    row.get_by_test_id("leave-void").click()
    row.get_by_test_id("leave-undo-send").click()
    expect(row.get_by_role("alert")).to_contain_text("写明原因")
    expect_no_sideways_scroll(page)
    row.get_by_test_id("leave-undo-note").fill("那天在村里")
    row.get_by_test_id("leave-undo-send").click()
    expect(page.get_by_test_id("errand")).to_contain_text("钱没去（已作废）")
    expect(row).to_have_count(0)
    assert [leave["state"] for leave in site.ask(one, "/leaves")["leaves"]] == ["approved"]
    assert [leave["state"] for leave in site.ask(other, "/leaves")["leaves"]] == ["refused"]
    expect(open_phone(other, "/phone/#leave").get_by_test_id("leave")).to_contain_text("那天在村里")


def enter_leave(site, officer, cadre, *, first, last):
    return site.ask(officer, "/leaves", {"id": str(uuid4()), "cadre_id": cadre.cadre.id, "kind": "sick",
                                         "from_on": first.isoformat(), "to_on": last.isoformat()})


@SIZES
def test_an_approved_leave_is_undone_or_ended_early(site, open_desk, village, size):
    wrong, early = site.cadre(village, name="记错了的"), site.cadre(village, name="早回来的")
    officer, first = site.user("supervisor", "B"), site.today - timedelta(days=2)
    for cadre in (wrong, early):
        enter_leave(site, officer, cadre, first=first, last=site.today)
    page = open_desk(officer, f"?view=leave&state=all&division={site.county.villages[village].code}"
                              f"&month={site.today:%Y-%m}", size)
    leave = page.get_by_test_id("leave").filter(has_text="记错了的")
    leave.get_by_test_id("leave-void").click()
    leave.get_by_test_id("leave-undo-note").fill("那天没有请假")
    leave.get_by_test_id("leave-undo-send").click()
    expect(leave).to_have_attribute("data-state", "refused")
    expect(leave).to_contain_text("已作废")
    expect(leave).to_contain_text("那天没有请假")
    expect(leave.get_by_test_id("leave-void")).to_have_count(0)
    leave = page.get_by_test_id("leave").filter(has_text="早回来的")
    leave.get_by_test_id("leave-return").click()
    leave.get_by_test_id("leave-return-day").fill((first - timedelta(days=1)).isoformat())
    leave.get_by_test_id("leave-undo-send").click()
    expect(leave.get_by_role("alert")).to_contain_text("请假的日子里")
    leave.get_by_test_id("leave-return-day").fill((first + timedelta(days=1)).isoformat())
    leave.get_by_test_id("leave-undo-send").click()
    expect(leave).to_contain_text("1 天")
    expect(leave).to_contain_text("销假")
    expect_no_sideways_scroll(page)
    assert [one["days"] for one in site.ask(early, "/leaves")["leaves"]] == [1]


def test_a_leave_that_was_settled_meanwhile_says_so(site, open_desk, village):
    cadre, officer = site.cadre(village, name="两人同时"), site.user("supervisor", "B")
    leave = enter_leave(site, officer, cadre, first=site.today, last=site.today)
    page = open_desk(officer, f"?view=leave&state=all&division={site.county.villages[village].code}")
    item = page.get_by_test_id("leave")
    item.get_by_test_id("leave-void").click()
    site.ask(site.user("supervisor", "B"), f"/leaves/{leave['id']}/steps", {
        "id": str(uuid4()), "step": "refused", "note": "先作废了"})
    item.get_by_test_id("leave-undo-note").fill("记错了")
    item.get_by_test_id("leave-undo-send").click()
    expect(item.get_by_role("alert")).to_contain_text("请刷新看看它的进展")


def test_nobody_undoes_own_leave(site, open_desk, village):
    own, officer = site.cadre(village, name="兼着干部"), site.user("supervisor", "B")
    with site.making() as county:
        county.grant(own, "supervisor", county.townships["B"])
    enter_leave(site, officer, own, first=site.today, last=site.today)
    page = open_desk(own, f"?view=leave&state=all&division={site.county.villages[village].code}")
    expect(page.get_by_test_id("leave")).to_have_attribute("data-state", "approved")
    expect(page.get_by_test_id("leave-void")).to_have_count(0)
    expect(page.get_by_test_id("leave-return")).to_have_count(0)


def test_a_meeting_whose_answer_is_lost_is_stored_once(site, open_desk, village):
    cadre = site.cadre(village, name="周重来")
    code = site.county.villages[village].code
    page = open_desk(site.user("supervisor", "B"), f"?view=leave&state=errands&division={code}")
    page.get_by_test_id("errand-enter").click()
    page.get_by_test_id("errand-title").fill("培训")
    page.get_by_test_id("errand-kind-travel").check()
    page.get_by_test_id("attendees-all").check()

    def swallow(route):
        # The server has it, the page does not hear of it.
        route.fetch()
        route.abort()

    page.route("**/api/v1/errands", swallow)
    page.get_by_test_id("errand-send").click()
    expect(page.get_by_test_id("errand-form").get_by_role("alert")).to_be_visible()
    page.unroute("**/api/v1/errands")
    page.get_by_test_id("errand-send").click()
    expect(page.get_by_test_id("errand")).to_have_count(1)
    assert [leave["kind"] for leave in site.ask(cadre, "/leaves")["leaves"]] == ["travel"]


def test_a_meeting_of_past_days_offers_who_was_posted_then(site, open_desk, village):
    then = site.today - timedelta(days=20)
    gone = site.cadre(village, name="那时还在", to_on=then)
    here = site.cadre(village, name="后来才到", from_on=then + timedelta(days=1))
    code = site.county.villages[village].code
    page = open_desk(site.user("supervisor", "B"), f"?view=leave&state=errands&division={code}&month={then:%Y-%m}")
    page.get_by_test_id("errand-enter").click()
    page.get_by_test_id("errand-title").fill("补登的会")
    attendee(page, here).check()
    page.get_by_test_id("errand-from").fill(then.isoformat())
    page.get_by_test_id("errand-to").fill(then.isoformat())
    attendee(page, gone).check()
    expect(attendee(page, here)).to_have_count(0)
    expect(page.get_by_test_id("attendees-count")).to_contain_text("1")
    page.get_by_test_id("errand-send").click()
    expect(page.get_by_test_id("errand")).to_contain_text("那时还在")
    assert site.ask(here, "/leaves")["leaves"] == []
    page.get_by_test_id("leaves-all").click()
    page.get_by_test_id("leave-enter").click()
    page.get_by_test_id("leave-from").fill((then - timedelta(days=1)).isoformat())
    page.get_by_test_id("leave-to").fill((then - timedelta(days=1)).isoformat())
    page.get_by_test_id("leave-person").fill("那时还在")
    page.get_by_test_id("leave-send").click()
    expect(page.get_by_test_id("leave-form")).to_have_count(0)
    assert len(site.ask(gone, "/leaves")["leaves"]) == 2


def test_the_photo_of_a_notice_is_made_small_and_arrives(site, open_desk, village, tmp_path):
    site.cadre(village, name="吴有图")
    noise = random.Random(3).randbytes(1800 * 1400 * 3)
    Image.frombytes("RGB", (1800, 1400), noise).save(tmp_path / "notice.jpg", quality=95)
    assert (tmp_path / "notice.jpg").stat().st_size > 1_000_000
    officer = site.user("supervisor", "B")
    page = open_desk(officer, f"?view=leave&state=errands&division={site.county.villages[village].code}")
    page.get_by_test_id("errand-enter").click()
    page.get_by_test_id("errand-title").fill("有通知的会")
    page.get_by_test_id("attendees-all").check()
    page.get_by_test_id("errand-photo").set_input_files(tmp_path / "notice.jpg")
    expect(page.get_by_test_id("photo-state")).to_contain_text("已备好")
    with page.expect_response("**/api/v1/photos/*") as sent:
        page.get_by_test_id("errand-send").click()
    stored = sent.value.json()
    assert (sent.value.status, stored["mimetype"]) == (201, "image/jpeg")
    assert stored["bytes"] <= 300 * 1024
    expect(page.get_by_test_id("errand").locator("img")).to_have_js_property("complete", True)
    assert page.get_by_test_id("errand").locator("img").evaluate("picture => picture.naturalWidth") > 0


def test_a_meeting_whose_photo_is_lost_is_listed_all_the_same(site, open_desk, village, tmp_path):
    cadre = site.cadre(village, name="郑无图")
    Image.new("RGB", (40, 30)).save(tmp_path / "notice.jpg")
    code = site.county.villages[village].code
    page = open_desk(site.user("supervisor", "B"), f"?view=leave&state=errands&division={code}")
    expect(page.locator("main")).to_contain_text("还没有登记过")
    page.get_by_test_id("errand-enter").click()
    page.get_by_test_id("errand-title").fill("丢了照片的会")
    page.get_by_test_id("attendees-all").check()
    page.get_by_test_id("errand-photo").set_input_files(tmp_path / "notice.jpg")
    expect(page.get_by_test_id("photo-state")).to_contain_text("已备好")
    page.route("**/api/v1/photos/*", lambda route: route.abort())
    page.get_by_test_id("errand-send").click()
    expect(page.get_by_test_id("errand-form").get_by_role("alert")).to_contain_text("照片没有送到")
    # Whoever gives the photo up sees that the meeting stands, and does not enter it again.
    expect(page.get_by_test_id("errand")).to_contain_text("丢了照片的会")
    page.get_by_test_id("errand-form").get_by_role("button", name="不了").click()
    expect(page.get_by_test_id("errand-form")).to_have_count(0)
    expect(page.get_by_test_id("errand")).to_have_count(1)
    assert len(site.ask(cadre, "/leaves")["leaves"]) == 1


def test_a_meeting_given_up_after_a_lost_answer_is_listed_all_the_same(site, open_desk, village):
    site.cadre(village, name="王没信")
    code = site.county.villages[village].code
    page = open_desk(site.user("supervisor", "B"), f"?view=leave&state=errands&division={code}")
    page.get_by_test_id("errand-enter").click()
    page.get_by_test_id("errand-title").fill("没了回音的会")
    page.get_by_test_id("attendees-all").check()

    def swallow(route):
        route.fetch()
        route.abort()

    page.route("**/api/v1/errands", swallow)
    page.get_by_test_id("errand-send").click()
    expect(page.get_by_test_id("errand-form").get_by_role("alert")).to_be_visible()
    page.unroute("**/api/v1/errands")
    page.get_by_test_id("errand-form").get_by_role("button", name="不了").click()
    expect(page.get_by_test_id("errand")).to_contain_text("没了回音的会")


def test_a_file_that_is_no_picture_is_said_to_be_none(site, open_desk, village, tmp_path):
    site.cadre(village)
    (tmp_path / "notice.jpg").write_bytes(b"no picture at all")
    code = site.county.villages[village].code
    page = open_desk(site.user("supervisor", "B"), f"?view=leave&state=errands&division={code}")
    page.get_by_test_id("errand-enter").click()
    page.get_by_test_id("errand-photo").set_input_files(tmp_path / "notice.jpg")
    expect(page.get_by_test_id("photo-state")).to_contain_text("不是能读的图片")
