"""Reports and meetings on the pages: written by themselves, looked through, submitted; the officer's work with them."""

import re
from datetime import date
from uuid import uuid4

from playwright.sync_api import expect

from api.diary.meetings_rules import next_regular, previous_regular
from api.diary.reports_rules import report_id
from tests.browser.conftest import DESK, PHONE, expect_no_sideways_scroll
from tests.diary.report_data import make_meeting


def twice(_day: date) -> tuple[int, int]:
    return 3, 18


def test_a_report_is_there_before_anybody_wrote_it_and_is_edited_and_submitted(site, open_phone):
    cadre = site.cadre("A1", name="田小荷", location="declined")
    with site.making() as county:
        county.concern(cadre, text="三组的井水浑了")
    page = open_phone(cadre)
    line = page.get_by_test_id("todo-line").filter(has_text="例会")
    expect(line).to_contain_text("汇报已写好")
    line.click()
    report, form = page.get_by_test_id("one-report"), page.get_by_test_id("report-form")
    expect(form.get_by_label("存在问题")).to_have_value(re.compile("三组的井水浑了"))
    form.get_by_label("建议").fill("请水务局来看一次")
    page.get_by_test_id("save-report").click()
    # The server has it: the part no longer follows the records, and can be given back to them.
    expect(page.get_by_test_id("fresh-suggestions")).to_be_visible()
    form.get_by_label("下一步打算").fill("走完三组")
    page.get_by_test_id("submit-report").click()
    page.get_by_test_id("question").get_by_role("button", name="提交").click()
    expect(report).to_have_attribute("data-state", "submitted")
    expect(report).to_contain_text("走完三组")
    expect(form).to_have_count(0)
    expect_no_sideways_scroll(page)
    page.goto("/phone/#reports")
    # A month that has just begun has a report of its own, before this one.
    expect(page.get_by_test_id("report").filter(has_text="例会").first).to_contain_text("已交")
    page.get_by_test_id("write-pledge").click()
    page.get_by_label("为村里做什么").fill("每月走遍困难户")
    page.get_by_test_id("pledge-form").get_by_role("button", name="保存").click()
    expect(page.get_by_test_id("pledge")).to_contain_text("每月走遍困难户")


def test_the_officer_prepares_a_meeting_enters_who_was_there_and_takes_the_papers(site, open_context):
    one, other = site.cadre("B2", name="钱小满"), site.cadre("B2", name="孙大雪")
    first = previous_regular(next_regular(site.today, twice), twice)
    id = report_id(one.cadre.id, "meeting", first)
    site.ask(one, f"/reports/{id}/submissions", {"id": "0d3f7a52-5a0f-4a1e-9c3e-4d6f9a1b2c3e"})
    context = open_context(site.user("supervisor", "B"), DESK)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"/dashboard/?view=meetings&month={next_regular(site.today, twice):%Y-%m}")
    page.get_by_test_id("meeting").filter(has_text="按规定召开").first.get_by_test_id("open-meeting").click()
    meeting = page.get_by_test_id("one-meeting")
    expect(meeting.get_by_test_id("missing")).to_contain_text("孙大雪")
    meeting.get_by_label("地点").fill("三楼会议室")
    meeting.get_by_test_id("save-meeting").click()
    meeting.get_by_test_id("notice").click()
    expect(meeting.get_by_test_id("notice-text")).to_contain_text("三楼会议室")
    meeting.get_by_test_id("copy-notice").click()
    expect(meeting).to_contain_text("已复制")
    assert "例会通知" in page.evaluate("navigator.clipboard.readText()")
    with page.expect_download() as download:
        meeting.get_by_test_id("pack").click()
    assert download.value.suggested_filename.endswith("例会材料.docx")
    # A meeting that was held today: everybody was there, but one.
    page.goto("/dashboard/?view=meetings")
    page.get_by_test_id("call-meeting").click()
    page.get_by_role("button", name="登记", exact=True).click()
    expect(meeting.get_by_test_id("all-present")).to_be_visible()
    meeting.get_by_test_id("all-present").click()
    absent = meeting.locator(f'[data-cadre="{other.cadre.id}"]')
    absent.get_by_test_id("state").select_option("absent")
    meeting.get_by_test_id("save-attendance").click()
    expect(meeting.locator(f'[data-cadre="{one.cadre.id}"]')).to_contain_text("已记公出")
    expect(absent).not_to_contain_text("已记公出")
    expect_no_sideways_scroll(page)
    # The report lies below, with its words.
    page.goto(f"/dashboard/?view=meetings&month={next_regular(site.today, twice):%Y-%m}")
    submitted = page.locator(f'[data-testid="report"][data-id="{id}"]')
    submitted.locator("summary").click()
    expect(submitted).to_contain_text("在村")


def test_a_cadre_reads_what_was_said_and_a_pledge_stands_with_the_cadres_days(site, open_context):
    cadre = site.cadre("A2", name="吴小雨")
    with site.making() as county:
        make_meeting(county, "A", previous_regular(site.today, twice), decisions="下月走遍困难户")
    site.ask(cadre, "/pledges", {"id": str(uuid4()), "text": "每月走遍困难户", "from_on": "2026-01-01"})
    page = open_context(cadre, PHONE).new_page()
    page.goto("/phone/#reports")
    page.get_by_test_id("said").first.locator("summary").click()
    expect(page.get_by_test_id("said").first).to_contain_text("下月走遍困难户")
    desk = open_context(site.user("village", "A2"), DESK).new_page()
    desk.goto(f"/dashboard/?cadre={cadre.cadre.id}")
    desk.get_by_test_id("pledges").locator("summary").click()
    expect(desk.get_by_test_id("pledge")).to_contain_text("每月走遍困难户")


def test_the_pages_of_reports_fit_a_narrow_phone_in_english(site, open_context):
    page = open_context(site.cadre("A2"), PHONE, language="en").new_page()
    page.goto("/phone/#reports")
    expect(page.get_by_test_id("report").first).to_be_visible()
    expect_no_sideways_scroll(page)
