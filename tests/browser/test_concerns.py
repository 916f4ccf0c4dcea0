"""Concerns on the pages: raised on the phone in a few taps, handled by the village, opened from figures at the desk."""

from datetime import timedelta
from uuid import uuid4

from playwright.sync_api import expect

from tests.browser.conftest import PHONE, expect_no_sideways_scroll


def put_to_the_village(site, cadre, village, text="井水浑了"):
    """A concern that a cadre gave to the village to handle; answers its id."""
    with site.making() as county:
        id = county.concern(cadre, village, text=text).id
    site.ask(cadre, f"/concerns/{id}/steps", {"id": str(uuid4()), "step": "in_village",
                                              "captured_at": f"{site.today}T00:00:01+08:00"})
    return str(id)


def test_the_village_handles_what_it_was_given_and_records_a_reception(site, open_context):
    cadre, committee = site.cadre("B1", name="田小荷"), site.user("village", "B1")
    put_to_the_village(site, cadre, "B1")
    page = open_context(committee, PHONE).new_page()
    page.goto("/village/#concerns")
    concern = page.get_by_test_id("concern")
    expect(concern).to_contain_text("井水浑了")
    concern.get_by_test_id("open-concern").click()
    concern.get_by_test_id("step-resolved").click()
    concern.get_by_label("怎么办的").fill("换了水泵")
    concern.get_by_role("button", name="确定").click()
    expect(concern).to_have_attribute("data-state", "resolved")
    expect(concern.get_by_test_id("course")).to_contain_text("换了水泵")
    expect_no_sideways_scroll(page)
    page.get_by_test_id("receive").click()
    page.get_by_label("来问什么").fill("医保怎么报")
    page.get_by_label("田小荷").check()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_test_id("reception-form")).to_have_count(0)
    [evidence] = site.evidence_of(cadre)
    assert (evidence.kind, evidence.status, evidence.day) == ("reception", "counts", site.today)


def test_a_number_at_the_desk_opens_into_the_concern_and_its_next_step(site, open_desk):
    # A village of its own: what others left in one would be counted along.
    with site.making() as county:
        village = county.new_village("B")
    cadre, township = site.cadre(village), site.user("supervisor", "B", name="龙镇长")
    with site.making() as county:
        late = county.concern(cadre, village, day=site.today - timedelta(days=40), kind="dispute", text="地界争了半年")
        again = county.concern(cadre, village, kind="dispute", text="还是地界的事")
    page = open_desk(township, "?view=concerns")
    row = page.locator(f'[data-testid="row"][data-code="{site.county.villages[village].code}"]')
    row.get_by_role("link", name="1", exact=True).last.click()
    concern = page.locator(f'[data-id="{late.id}"]')
    expect(concern).to_contain_text("已超期 33 天")
    expect(page.get_by_test_id("concern")).to_have_count(1)
    concern.get_by_test_id("concern-open").click()
    concern.get_by_test_id("step-explained").click()
    concern.get_by_label("怎么答复的").fill("依据土地证划界")
    concern.get_by_role("button", name="确定").click()
    expect(concern).to_have_attribute("data-state", "explained")
    expect(page.get_by_test_id("state-explained")).to_contain_text("1")
    page.get_by_test_id("concerns-undone").click()
    repeated = page.locator(f'[data-id="{again.id}"]')
    repeated.get_by_test_id("concern-open").click()
    repeated.get_by_test_id("step-merged").click()
    repeated.get_by_role("button", name="不了").click()
    expect_no_sideways_scroll(page)
    with page.expect_download() as download:
        page.get_by_test_id("export-xlsx").click()
    assert download.value.suggested_filename.endswith("群众诉求.xlsx")


def test_a_report_is_read_and_a_good_practice_shared(site, open_desk):
    cadre, township = site.cadre("A2", name="安小路"), site.user("supervisor", "A")
    site.ask(cadre, "/special-reports", {
        "id": str(uuid4()), "kind": "good_practice", "title": "夜间院坝会", "text": "白天人不在家，就晚上开。",
        "is_submitted": True, "captured_at": f"{site.today}T00:00:01+08:00"})
    page = open_desk(township, "?view=special")
    report = page.get_by_test_id("special").filter(has_text="夜间院坝会")
    report.get_by_test_id("special-open").click()
    report.get_by_label("给作者写一句（可不填）").fill("可以推广")
    report.get_by_test_id("share").click()
    expect(report).to_have_attribute("data-read", "true")
    expect(report).to_contain_text("已推送：子营街道")
    shared = site.ask(site.cadre("A1"), "/special-reports")["reports"]
    assert "夜间院坝会" in [one["title"] for one in shared]


def test_a_concern_is_raised_in_a_few_taps_without_a_network_and_handled(site, open_phone):
    cadre = site.cadre("A2", name="邓大山")
    page = open_phone(cadre, "/phone/#concerns")
    expect(page.get_by_text("没有要办的群众反映的事。")).to_be_visible()
    page.get_by_test_id("raise").click()
    expect(page.get_by_test_id("concern-form")).to_be_visible()
    page.context.set_offline(True)
    page.get_by_role("radio", name="水电路网").check()
    page.get_by_label("群众反映了什么").fill("三组没有路灯")
    page.get_by_role("button", name="保存").click()
    concern = page.get_by_test_id("concern")
    expect(concern).to_have_attribute("data-state", "saved")
    page.context.set_offline(False)
    expect(concern).to_have_attribute("data-state", "raised")
    concern.get_by_role("link").click()
    concern.get_by_test_id("step-explained").click()
    concern.get_by_label("怎么答复的").fill("下月装")
    concern.get_by_role("button", name="确定").click()
    expect(concern).to_have_attribute("data-state", "explained")
    expect(concern.get_by_test_id("course")).to_contain_text("下月装")
    page.goto("/phone/#today")
    expect(page.get_by_test_id("todo")).to_contain_text("有 1 件办完了，等回访")
    [held] = site.ask(cadre, "/concerns")["concerns"]
    assert [step["step"] for step in held["steps"]] == ["raised", "accepted", "in_village", "explained"]
