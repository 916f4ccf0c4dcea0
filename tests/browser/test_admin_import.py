"""Rosters, divisions and the calendar brought in from files on the administration's page."""

import openpyxl
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, expect_no_sideways_scroll
from tests.browser.site import ROOT
from tests.browser.test_dashboard_work import workbook
from tests.postings.ugly import SOURCE, calendar_text, calendar_workbook, roster_text, roster_workbook


def people_sheet(path, **changes):
    """The ugly roster of the other tests, with some of its cells spoilt."""
    book = openpyxl.load_workbook(ROOT / "tests" / "data" / "people_ugly.xlsx")
    for cell, value in changes.items():
        book["名册（汇总）"][cell] = value
    book.save(path)
    return path


def test_a_trial_import_names_every_bad_row_and_changes_nothing(site, open_admin, tmp_path):
    person = site.user("admin")
    before = site.ask(person, "/users")
    page = open_admin(person, "?view=import")
    page.get_by_test_id("import-file").set_input_files(people_sheet(
        tmp_path / "bad.xlsx", C5="没有的村", F6="大领导", H7="去年冬天"))
    page.get_by_test_id("import-trial").click()
    rows = page.get_by_test_id("import-problems").locator("tbody tr")
    expect(rows).to_have_count(3)
    for row, words in zip(rows.all(), ("没有的村", "大领导", "去年冬天"), strict=True):
        expect(row).to_contain_text(words)
        expect(row).to_contain_text("名册（汇总）")
    expect(page.get_by_test_id("import-result")).to_contain_text("有 3 处要改，什么都没有导入。")
    expect(page.get_by_test_id("import-real")).to_be_disabled()
    assert site.ask(person, "/users") == before
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    expect_no_sideways_scroll(page)


def test_a_good_trial_opens_the_way_to_the_import(site, open_admin, tmp_path):
    page = open_admin(site.user("admin"), "?view=import")
    page.get_by_test_id("import-file").set_input_files(people_sheet(tmp_path / "good.xlsx"))
    page.get_by_test_id("import-trial").click()
    expect(page.get_by_test_id("import-result")).to_contain_text("6 行都没有问题，可以导入。")
    expect(page.get_by_test_id("import-real")).to_be_enabled()


def test_a_file_mended_after_it_was_chosen_is_asked_for_again_and_what_was_tried_is_what_is_brought_in(
        site, open_admin, tmp_path):
    page, file = open_admin(site.user("admin"), "?view=import"), tmp_path / "people.csv"
    file.write_bytes(b"\x89PNG\r\n\x1a\n\xff\xfe\x80")
    page.get_by_test_id("import-file").set_input_files(file)
    page.get_by_test_id("import-trial").click()
    expect(page.get_by_test_id("import-problems")).to_contain_text("这不是 Excel 表格")
    file.write_bytes(roster_text().getvalue())
    page.get_by_test_id("import-trial").click()
    expect(page.get_by_role("alert")).to_contain_text("请重新选一次")
    with page.expect_file_chooser() as chooser:
        page.get_by_test_id("import-file").click()
    chooser.value.set_files(file)
    page.get_by_test_id("import-trial").click()
    expect(page.get_by_test_id("import-result")).to_contain_text("5 行都没有问题，可以导入。")
    file.write_bytes(b"something else")
    page.get_by_test_id("import-real").click()
    expect(page.get_by_test_id("import-result")).to_contain_text("导入好了，共 5 行。")


def test_a_roster_as_text_is_tried_like_a_workbook(site, open_admin, tmp_path):
    page = open_admin(site.user("admin"), "?view=import")
    (tmp_path / "people.csv").write_bytes(roster_text().getvalue())
    page.get_by_test_id("import-file").set_input_files(tmp_path / "people.csv")
    page.get_by_test_id("import-trial").click()
    expect(page.get_by_test_id("import-result")).to_contain_text("5 行都没有问题，可以导入。")


def test_a_column_of_id_numbers_is_sent_back_with_advice(site, open_admin, tmp_path):
    page = open_admin(site.user("admin"), "?view=import", PHONE)
    (tmp_path / "people.xlsx").write_bytes(roster_workbook(id_numbers=("11010519491231002X",)).getvalue())
    page.get_by_test_id("import-file").set_input_files(tmp_path / "people.xlsx")
    page.get_by_test_id("import-trial").click()
    row = page.get_by_test_id("import-problems").locator("tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("请删掉“身份证号”这一列再上传：系统不需要，也不保存。")
    expect(page.get_by_test_id("import-real")).to_be_disabled()
    expect_no_sideways_scroll(page)


# Far enough away to leave the figures of other tests alone.
QUIET_YEAR = (("1月1日至3日", "放假", "元旦"), ("5月1日", "放假", "劳动节"), ("10月1日至7日", "放假", "国庆节"))


def test_a_year_of_holidays_is_tried_and_brought_in(site, open_admin, tmp_path):
    person = site.user("admin")
    page = open_admin(person, "?view=import")
    page.get_by_test_id("import-calendar").check()
    (tmp_path / "calendar.csv").write_bytes(calendar_text(QUIET_YEAR, title="2031年").getvalue())
    page.get_by_test_id("import-file").set_input_files(tmp_path / "calendar.csv")
    page.get_by_test_id("import-trial").click()
    expect(page.get_by_test_id("import-problems")).to_contain_text("没有写依据的文号。")
    page.get_by_test_id("import-source").fill(SOURCE)
    expect(page.get_by_test_id("import-problems")).to_have_count(0)
    page.get_by_test_id("import-trial").click()
    expect(page.get_by_test_id("import-result")).to_contain_text("3 行都没有问题，可以导入。")
    expect(page.get_by_test_id("import-result")).to_contain_text("新增 11")
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    expect_no_sideways_scroll(page)
    page.get_by_test_id("import-real").click()
    expect(page.get_by_test_id("import-result")).to_contain_text("导入好了，共 3 行。")
    assert site.ask(person, "/calendar-days?year=2031")["official"] is True


def test_a_townships_administrator_is_told_who_imports_the_calendar(site, open_admin, tmp_path):
    page = open_admin(site.user("admin", "A"), "?view=import")
    page.get_by_test_id("import-calendar").check()
    (tmp_path / "calendar.xlsx").write_bytes(calendar_workbook().getvalue())
    page.get_by_test_id("import-file").set_input_files(tmp_path / "calendar.xlsx")
    page.get_by_test_id("import-trial").click()
    expect(page.get_by_role("alert")).to_contain_text("放假安排管的是全县，请县级管理员来导入。")


def test_the_empty_calendar_can_be_taken_away(site, open_admin, tmp_path):
    page = open_admin(site.user("admin"), "?view=import")
    page.get_by_test_id("import-calendar").check()
    with page.expect_download() as download:
        page.get_by_test_id("template").click()
    assert download.value.suggested_filename == "calendar.xlsx"
    assert workbook(download, tmp_path).sheetnames == ["放假安排"]


def test_the_empty_sheet_can_be_taken_away(site, open_admin, tmp_path):
    page = open_admin(site.user("admin"), "?view=import")
    with page.expect_download() as download:
        page.get_by_test_id("template").click()
    assert "驻村干部" in workbook(download, tmp_path).sheetnames
