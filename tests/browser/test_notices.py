"""Supervision notices at the desk: drafted by hand, reviewed and issued, answered, struck off; the QR code's way."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE, expect_no_sideways_scroll
from tests.contracts.promised import publish


def take(page, step: str, **fields) -> None:
    page.get_by_test_id(f"step-{step}").click()
    form = page.get_by_test_id("step-form")
    for name, value in fields.items():
        form.locator(f'[name="{name}"]').fill(value)
    form.get_by_test_id("step-send").click()


def test_a_notice_is_drafted_reviewed_by_a_colleague_and_issued_with_its_number(site, open_desk):
    drafter, colleague = (site.user("supervisor", "B", name=name) for name in ("龙镇长", "石镇长"))
    page = open_desk(drafter, "?view=notices")
    expect(page.get_by_test_id("empty")).to_be_visible()
    page.get_by_test_id("new-notice").click()
    form = page.get_by_test_id("notice-form")
    for label, value in (("督办事项", "整治河道垃圾"), ("存在问题", "桥下垃圾成堆"), ("督办依据", "责任书第3项"), ("整改要求", "清理干净"),
                         ("牵头单位", "B1村两委"), ("协助单位", "镇环保站、镇水利站"), ("联系人", "龙镇长")):
        form.get_by_label(label).fill(value)
    form.get_by_test_id("send-notice").click()
    expect(page.get_by_test_id("notice-card")).to_have_attribute("data-state", "drafted")
    expect(page.get_by_test_id("notice-says")).to_contain_text("镇环保站、镇水利站")
    # Who drafted it does not review it.
    expect(page.get_by_test_id("step-reviewed")).to_have_count(0)
    page.get_by_test_id("edit-notice").click()
    page.get_by_test_id("notice-form").get_by_label("整改要求").fill("三日内清理干净")
    page.get_by_test_id("save-notice").click()
    expect(page.get_by_test_id("notice-says")).to_contain_text("三日内清理干净")
    other = open_desk(colleague, page.url.split("/dashboard/")[1])
    take(other, "reviewed")
    expect(other.get_by_test_id("notice-card")).to_have_attribute("data-state", "reviewed")
    take(other, "issued")
    expect(other.get_by_role("heading", level=1)).to_contain_text("余庆县龙溪镇督字〔")
    take(other, "served", signer="李支书")
    expect(other.get_by_test_id("waits")).to_be_visible()
    expect(other.get_by_test_id("course-step")).to_have_count(4)
    with other.expect_download() as download:
        other.get_by_test_id("notice-docx").click()
    assert download.value.suggested_filename.endswith(".docx")


def test_an_overdue_notice_stands_out_and_is_taken_to_its_end(site, open_desk):
    township = site.user("supervisor", "A", name="赵镇长")
    with site.making() as county:
        late = county.notice("A2", "served", due_on=site.today - timedelta(days=3), title="补记会议记录")
        failing = county.notice("A1", "reported", title="修水沟")
    page = open_desk(township, "?view=notices")
    expect(page.get_by_test_id("overdue-notices")).to_be_visible()
    expect(page.get_by_test_id("notice-chart")).to_have_attribute("data-state", "shown")
    row = page.locator(f'[data-testid="row"][data-code="{site.county.villages["A2"].code}"]')
    row.get_by_role("link", name="1", exact=True).nth(1).click()
    listed = page.locator(f'[data-id="{late.id}"]')
    expect(listed).to_contain_text("已逾期 3 天")
    listed.get_by_role("link").click()
    expect(page.get_by_test_id("is-overdue")).to_be_visible()
    take(page, "reminded")
    expect(page.get_by_test_id("course")).to_contain_text("催办")
    take(page, "reissued", new_due_on=(site.today + timedelta(days=5)).isoformat())
    expect(page.get_by_test_id("notice-card")).to_have_attribute("data-state", "issued")
    expect(page.get_by_test_id("is-overdue")).to_have_count(0)
    page.goto(f"/dashboard/?view=notices&notice={failing.id}")
    page.get_by_test_id("step-reinspected").click()
    form = page.get_by_test_id("step-form")
    form.get_by_text("合格", exact=True).click()
    form.locator('[name="note"]').fill("水沟通了")
    form.get_by_test_id("step-send").click()
    take(page, "struck_off")
    expect(page.get_by_test_id("notice-card")).to_have_attribute("data-state", "struck_off")
    expect_no_sideways_scroll(page)


def test_an_overdue_concern_fills_a_notice_in_and_a_second_one_is_led_to_the_first(site, open_desk):
    cadre, township = site.cadre("B2"), site.user("supervisor", "B")
    with site.making() as county:
        concern = county.concern(cadre, "B2", day=site.today - timedelta(days=60), text="井水浑了")
        concern.is_given_to_village = True
    page = open_desk(township, f"?view=concerns&concern={concern.id}")
    page.get_by_test_id("draft-notice").click()
    form = page.get_by_test_id("notice-form")
    expect(form.get_by_label("存在问题")).to_have_value(re.compile("井水浑了"))
    form.get_by_test_id("send-notice").click()
    expect(page.get_by_test_id("notice-card")).to_have_attribute("data-state", "drafted")
    page.goto(f"/dashboard/?view=notices&source_kind=overdue_concern&source_id={concern.id}")
    page.get_by_test_id("open-notice").click()
    expect(page.get_by_test_id("notice-card")).to_contain_text("逾期未办")
    # From the notice to the concern, and back.
    page.get_by_test_id("to-source").click()
    expect(page.get_by_test_id("concern")).to_contain_text("井水浑了")
    expect(page.get_by_test_id("draft-notice")).to_have_count(0)
    page.get_by_test_id("has-notice").click()
    expect(page.get_by_test_id("notice-card")).to_have_attribute("data-state", "drafted")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_what_is_overdue_shows_wherever_it_concerns(site, open_desk, size):
    with site.making() as county:
        village = county.new_village("A")
        place, late_since = county.villages[village], site.today - timedelta(days=20)
        county.notice(village, "served", due_on=site.today - timedelta(days=3), title="补记会议记录")
        publish(county, village, {"due_on": late_since}, {"due_on": site.today}, year=site.today.year)
    cadre, township = site.cadre(village), site.user("supervisor", "A")
    page = open_desk(township, f"?division={place.code}", size)
    expect(page.get_by_test_id("overdue-notices")).to_have_text("督办单逾期 1 张")
    expect(page.get_by_test_id("overdue-acceptances")).to_have_text("承诺事项逾期未验收 1 项")
    expect_no_sideways_scroll(page)
    counted = int(page.get_by_test_id("group-promises").locator(".overdue-count").inner_text())
    page.goto(f"/dashboard/?division={place.code}&cadre={cadre.cadre.id}")
    expect(page.get_by_test_id("overdue-line")).to_contain_text("补记会议记录")
    expect_no_sideways_scroll(page)
    page.get_by_test_id("overdue-line").get_by_role("link").click()
    expect(page.get_by_test_id("notice-card")).to_have_attribute("data-state", "served")
    expect(page.get_by_test_id("view-notices")).to_contain_text("逾期")
    take(page, "reissued", new_due_on=(site.today + timedelta(days=5)).isoformat())
    expect(page.get_by_test_id("group-promises").locator(".overdue-count")).to_have_text(str(counted - 1))
    page.goto(f"/dashboard/?division={place.code}")
    expect(page.get_by_test_id("overdue-acceptances")).to_be_visible()
    expect(page.get_by_test_id("overdue-notices")).to_have_count(0)


@pytest.mark.parametrize(("who", "path"), [
    ("township", "/dashboard/?view=notices&notice="), ("committee", "/village/#notices/"),
    ("cadre", "/phone/#notices/")])
def test_the_code_on_paper_leads_everybody_to_the_own_page(site, open_context, who, path):
    people = {"township": lambda: site.user("supervisor", "A"), "committee": lambda: site.user("village", "A1"),
              "cadre": lambda: site.cadre("A1")}
    with site.making() as county:
        id = county.notice("A1", "served").id
    page = open_context(people[who](), PHONE).new_page()
    page.goto(f"/notices/{id}")
    page.wait_for_url(f"**{path}{id}")


def test_the_code_tells_a_stranger_nothing(site, open_context):
    with site.making() as county:
        id = county.notice("A1", "served", title="秘密事项").id
    page = open_context(site.user("supervisor", "B"), PHONE).new_page()
    page.goto(f"/notices/{id}")
    expect(page.get_by_text("没有这张督办通知单，或者不归您办。")).to_be_visible()
    expect(page.get_by_text("秘密事项")).to_have_count(0)


@pytest.mark.parametrize("view", ["", "&source_kind=by_hand", "&notice={id}"])
def test_on_a_narrow_screen_nothing_scrolls_sideways(site, open_desk, view):
    with site.making() as county:
        id = county.notice("B1", "reported", due_on=site.today - timedelta(days=2), title="一" * 60).id
    page = open_desk(site.user("supervisor", "B"), "?view=notices" + view.format(id=id), size=PHONE)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect_no_sideways_scroll(page)
