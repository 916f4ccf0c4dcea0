"""The month ledger and acceptance at the desk: filled, reported, checked on the spot, confirmed, put on file."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from api.contracts.acceptance_models import AssessorRoster
from tests.browser.conftest import DESK, PHONE, expect_no_sideways_scroll
from tests.contracts import promised
from tests.photos.pictures import from_a_camera


@pytest.fixture
def village(site):
    """A village with nothing promised yet, whatever other tests did; answers its name."""
    with site.making() as county:
        return county.new_village("A")


@pytest.fixture
def rostered(site):
    """Township A's published roster, the same for all tests."""
    with site.making() as county:
        if county.session.get(AssessorRoster, county.townships["A"].id) is None:
            promised.roster(county, published_on=date(site.today.year, 1, 1))


def publish(site, village, *items):
    with site.making() as county:
        return promised.publish(county, village, *items, year=site.today.year)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_ledger_is_filled_from_the_quarters_and_a_deed_reported_done(site, open_desk, village, size):
    last = date(site.today.year, 12, 31)
    publish(site, village, {"text": "硬化串户路", "quarters": promised.quarters(1, 1, 1, 1), "due_on": last})
    page = open_desk(site.user("supervisor", "A"), f"?view=ledger&division={site.county.villages[village].code}", size)
    expect(page.get_by_test_id("unfilled")).to_contain_text("这个月还有 1 件")
    page.get_by_test_id("fill").click()
    deed = page.get_by_test_id("deed")
    expect(deed).to_contain_text("硬化串户路")
    expect(page.get_by_test_id("unfilled")).to_have_count(0)
    expect(page.get_by_test_id("deed-chart")).to_have_attribute("data-state", "shown")
    page.get_by_test_id("deed-edit").click()
    page.get_by_test_id("deed-form").get_by_label("责任人").fill("王开芬")
    page.get_by_test_id("deed-save").click()
    expect(deed).to_contain_text("王开芬")
    page.get_by_test_id("deed-done").click()
    page.get_by_test_id("done-form").get_by_label("说明（可不填）").fill("路面已干")
    page.get_by_test_id("done-form").get_by_role("button", name="办完了").click()
    expect(deed).to_have_attribute("data-state", "done")
    expect(deed).to_contain_text("路面已干")
    expect_no_sideways_scroll(page)


def test_a_deed_is_added_by_hand_dropped_and_taken_up_again(site, open_desk, village):
    page = open_desk(site.user("supervisor", "A"), f"?view=ledger&division={site.county.townships['A'].code}")
    page.get_by_test_id("deed-add").click()
    form = page.get_by_test_id("deed-form")
    form.get_by_label("实事").fill("清理水渠 2 公里")
    form.locator("[name=village]").select_option(label=f"{village}村")
    page.get_by_test_id("deed-save").click()
    deed = page.get_by_test_id("deed").filter(has_text="清理水渠")
    deed.get_by_test_id("deed-drop").click()
    expect(deed).to_have_attribute("data-state", "dropped")
    deed.get_by_test_id("deed-again").click()
    expect(deed).to_have_attribute("data-state", "planned")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_major_item_is_checked_surveyed_confirmed_and_put_on_file(site, open_desk, village, rostered, size, tmp_path):
    [line] = publish(site, village, {"text": "安装路灯", "is_major": True, "unit": "盏", "target_hundredths": 4000,
                                     "due_on": site.today - timedelta(days=20)})
    page = open_desk(site.user("supervisor", "A"), f"?view=acceptances&division={site.county.villages[village].code}",
                     size)
    due = page.locator(f'[data-testid="due"][data-line="{line}"]')
    expect(due).to_contain_text("已超期")
    due.get_by_test_id("accept").click()
    form = page.get_by_test_id("acceptance-form")
    form.get_by_label("验收地点").fill("三组")
    form.get_by_label("实测（盏）").fill("38.5")
    form.get_by_label("部分达到").check()
    form.get_by_label("现场情况").fill("少装一盏半")
    form.get_by_label("吴一").check()
    page.get_by_test_id("acceptance-save").click()
    expect(form).to_contain_text("至少要两人")
    form.get_by_label("郑二").check()
    (tmp_path / "lamp.jpg").write_bytes(from_a_camera())
    page.get_by_test_id("photos").set_input_files(tmp_path / "lamp.jpg")
    expect(page.get_by_test_id("photos-state")).to_have_text("已备好 1 张")
    page.get_by_test_id("acceptance-save").click()
    one = page.get_by_test_id("one-acceptance")
    expect(one).to_contain_text("38.5 盏")
    expect(one.get_by_role("img", name="照片 1")).to_be_visible()
    expect(page.get_by_test_id("step-confirmed")).to_have_count(0)
    page.get_by_test_id("step-surveyed").click()
    for group in page.locator(".survey").all():
        for label, number in (("满意", 8), ("基本满意", 2), ("不满意", 1), ("不了解", 0)):
            group.get_by_label(label, exact=True).fill(str(number))
    page.get_by_test_id("step-send").click()
    expect(page.get_by_test_id("survey")).to_contain_text("11")
    page.get_by_test_id("step-confirmed").click()
    step = page.get_by_test_id("step-form")
    for name in ("周主任", "吴一", "郑二", "王三"):
        step.get_by_label(name).check()
    page.get_by_test_id("step-send").click()
    expect(one).to_have_attribute("data-state", "confirmed")
    expect(page.get_by_test_id("draft-notice")).to_have_attribute(
        "href", re.compile(r"view=notices&.*source_kind=failed_item&source_id=[0-9a-f-]{36}$"))
    page.get_by_test_id("step-archived").click()
    page.get_by_test_id("step-send").click()
    expect(one).to_have_attribute("data-state", "archived")
    expect_no_sideways_scroll(page)


def test_a_published_roster_changes_with_its_approval_only(site, open_desk):
    page = open_desk(site.user("supervisor", "B"), "?view=acceptances&state=roster")
    for name, post in (("冉主任", "主任"), ("田会计", "成员"), ("王站长", "成员")):
        page.get_by_test_id("assessor-add").click()
        form = page.get_by_test_id("assessor-form")
        form.get_by_label("姓名").fill(name)
        form.get_by_label("职务").select_option(label=post)
        page.get_by_test_id("assessor-save").click()
        expect(page.get_by_test_id("assessor-row").filter(has_text=name)).to_be_visible()
    page.get_by_test_id("hotline-edit").click()
    page.get_by_label("监督电话").fill("0851-24621234")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_test_id("hotline")).to_have_text("0851-24621234")
    page.get_by_test_id("publish-roster").click()
    expect(page.get_by_test_id("publish-roster")).to_have_count(0)
    row = page.get_by_test_id("assessor-row").filter(has_text="王站长")
    row.get_by_test_id("assessor-edit").click()
    form = page.get_by_test_id("assessor-form")
    expect(form.get_by_label("姓名")).to_have_count(0)
    form.get_by_label("批准依据").fill("镇党委会议纪要〔2026〕8号")
    page.get_by_test_id("assessor-save").click()
    expect(row).to_contain_text("会议纪要〔2026〕8号")
    expect_no_sideways_scroll(page)
