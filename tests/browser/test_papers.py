"""Every paper that the dashboard hands out arrives as a file, opens, and is of the month that was asked for."""

import re
from datetime import timedelta
from uuid import uuid4

import docx
import openpyxl
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE, expect_no_sideways_scroll

BUTTONS = {
    "sheet_docx": "考勤表", "sheet_xlsx": "考勤表", "notice": "公示", "register_blank": "考勤簿", "register_filled": "考勤簿",
    "allowance": "补助发放表",
}


@pytest.fixture
def village(site) -> str:
    """A village of township A with nobody else in it."""
    with site.making() as county:
        return county.new_village("A")


def text_of(path) -> str:
    """All that a paper says, without its spaces."""
    if path.suffix == ".docx":
        nodes = docx.Document(path).element.body.iter()
        said = "".join(node.text or "" for node in nodes if node.tag.endswith("}t"))
    else:
        said = "".join(str(cell.value) for sheet in openpyxl.load_workbook(path) for row in sheet.iter_rows()
                       for cell in row if cell.value is not None)
    return re.sub(r"\s", "", said)


def take(page, testid, folder):
    """Press a button and keep the file that it gives."""
    with page.expect_download() as download:
        page.get_by_test_id(testid).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def settle(site, village) -> str:
    """Confirm, from paper, and close the month before last of a village; answers the month."""
    last = site.today.replace(day=1) - timedelta(days=1)
    month = f"{last.replace(day=1) - timedelta(days=1):%Y-%m}"
    officer, code = site.user("supervisor", "A"), site.county.villages[village].code
    for path, more in (("/month-steps", {"step": "confirmed", "on_paper": True, "note": "村支书签字"}),
                       ("/month-closings", {})):
        sheet = site.ask(officer, f"/month-sheets?month={month}&village={code}")
        site.ask(officer, path, {"id": str(uuid4()), "month": month, "village_code": code,
                                 "seen_hash": sheet["sheet_hash"], **more})
    return month


def test_every_paper_of_a_closed_month_arrives_and_opens(site, open_desk, village, tmp_path):
    site.cadre(village, name="古丽·买买提")
    month = settle(site, village)
    page = open_desk(site.user("supervisor", "A"),
                     f"?view=months&division={site.county.villages[village].code}&month={month}")
    page.get_by_test_id("prints").locator("summary").click()
    year, number = month.split("-")
    for name, kind in BUTTONS.items():
        path = take(page, f"print-{name}", tmp_path)
        assert kind in path.name and month in path.name
        said = text_of(path)
        assert "古丽·买买提" in said and f"{year}年{int(number)}月" in said, name
        expect(page.get_by_test_id(f"print-{name}")).to_be_enabled()
    expect_no_sideways_scroll(page)


def test_a_paper_in_the_making_says_so_and_a_failure_is_told_and_can_be_tried_again(site, open_desk, village, tmp_path):
    site.cadre(village)
    page = open_desk(site.user("supervisor", "A"), f"?view=months&division={site.county.villages[village].code}")
    page.get_by_test_id("prints").locator("summary").click()
    # Nothing is paid for a month that runs.
    expect(page.get_by_test_id("print-sheet_docx")).to_be_visible()
    expect(page.get_by_test_id("print-allowance")).to_have_count(0)
    held = []
    page.route("**/api/v1/exports", lambda route: held.append(route))
    page.get_by_test_id("print-sheet_docx").click()
    expect(page.get_by_test_id("print-sheet_docx")).to_contain_text("正在")
    expect(page.get_by_test_id("print-notice")).to_be_disabled()
    held[0].abort()
    expect(page.get_by_test_id("prints").get_by_role("alert")).to_be_visible()
    page.unroute("**/api/v1/exports")
    assert "未定稿" in text_of(take(page, "print-sheet_docx", tmp_path))
    expect(page.get_by_test_id("prints").get_by_role("alert")).to_have_count(0)


def test_a_township_takes_all_its_villages_in_one_paper_and_reads_which_are_open(site, open_desk, village, tmp_path):
    cadre = site.cadre(village, name="全镇的人")
    page = open_desk(site.user("supervisor", "A"), f"?view=months&month={site.closed_month}")
    page.get_by_test_id("prints").locator("summary").click()
    assert cadre.user.name in text_of(take(page, "print-register_blank", tmp_path))
    page.get_by_test_id("print-allowance").click()
    expect(page.get_by_test_id("prints").get_by_role("alert")).to_contain_text("个村的这个月没有定稿")


def test_a_handover_gives_its_list_and_a_certificate(site, open_desk, village, tmp_path):
    cadre = site.cadre(village, name="要走的人")
    site.cadre(village, name="来接的人")
    page = open_desk(site.user("supervisor", "A"), f"?view=people&division={site.county.villages[village].code}")
    page.locator(f'[data-testid="person"][data-cadre="{cadre.cadre.id}"]').get_by_test_id("hand-over").click()
    page.get_by_test_id("successor").fill("来接的人")
    page.get_by_test_id("matter-what").fill("三组水池")
    page.get_by_test_id("handover-send").click()
    said = text_of(take(page, "print-handover", tmp_path))
    assert "要走的人" in said and "来接的人" in said and "三组水池" in said
    said = text_of(take(page, "print-certificate", tmp_path))
    # On New Year's Day the last day that is counted is one of the old year.
    assert "驻村经历证明" in said and f"{village}村" in said and f"{site.today - timedelta(days=1):%Y}年" in said


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_matter_that_does_not_say_what_is_not_dropped(site, open_desk, village, tmp_path, size):
    cadre = site.cadre(village, name="没写全的")
    page = open_desk(site.user("supervisor", "A"), f"?view=people&division={site.county.villages[village].code}", size)
    page.locator(f'[data-testid="person"][data-cadre="{cadre.cadre.id}"]').get_by_test_id("hand-over").click()
    page.get_by_test_id("matter-what").fill("三组水池")
    page.get_by_test_id("matter-add").click()
    second = page.get_by_test_id("matter").nth(1)
    second.get_by_test_id("matter-note").fill("找老支书拿图纸")
    # A line with nothing in it is none.
    page.get_by_test_id("matter-add").click()
    page.get_by_test_id("handover-send").click()
    expect(second.get_by_role("alert")).to_contain_text("什么事")
    expect(second.get_by_test_id("matter-what")).to_be_focused()
    expect(second.get_by_test_id("matter-note")).to_have_value("找老支书拿图纸")
    expect(page.get_by_test_id("handover-form").get_by_role("alert")).to_have_count(1)
    expect(page.get_by_test_id("handover")).to_have_count(0)
    expect_no_sideways_scroll(page)
    second.get_by_test_id("matter-what").fill("灌溉渠")
    expect(second.get_by_role("alert")).to_have_count(0)
    page.get_by_test_id("handover-send").click()
    said = text_of(take(page, "print-handover", tmp_path))
    assert "三组水池" in said and "灌溉渠" in said and "找老支书拿图纸" in said


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_papers_of_a_posting_that_is_over_are_still_to_be_had(site, open_desk, village, tmp_path, size):
    gone = site.cadre(village, name="已经走的", to_on=site.today - timedelta(days=10))
    site.cadre(village, name="下月才来", from_on=site.today + timedelta(days=20))
    site.cadre(village, name="走得太久", from_on=site.today - timedelta(days=900),
               to_on=site.today - timedelta(days=500))
    page = open_desk(site.user("supervisor", "A"), f"?view=people&division={site.county.villages[village].code}", size)
    others = page.get_by_test_id("people-others")
    expect(others.get_by_test_id("person")).to_have_count(2)
    expect(others).not_to_contain_text("走得太久")
    person = others.locator(f'[data-cadre="{gone.cadre.id}"]')
    # Nobody is invited whose posting is over.
    expect(person.get_by_test_id("invite")).to_have_count(0)
    expect_no_sideways_scroll(page)
    person.get_by_test_id("hand-over").click()
    # The one who comes later may succeed.
    page.get_by_test_id("successor").fill("下月才来")
    page.get_by_test_id("handover-send").click()
    assert "下月才来" in text_of(take(page, "print-handover", tmp_path))
    assert "已经走的" in text_of(take(page, "print-certificate", tmp_path))
    expect_no_sideways_scroll(page)


def test_a_list_is_made_for_the_posting_before_the_present_one(site, open_desk, village, tmp_path):
    cadre = site.cadre(village, name="换过村的", to_on=site.today - timedelta(days=31))
    with site.making() as county:
        present = county.new_village("A")
        county.post(cadre, present, from_on=site.today - timedelta(days=30))
    page = open_desk(site.user("supervisor", "A"), f"?view=people&division={site.county.villages[present].code}")
    page.get_by_test_id("hand-over").click()
    page.get_by_test_id("handover-posting").select_option(str(cadre.posting.id))
    page.get_by_test_id("handover-send").click()
    assert f"{village}村" in text_of(take(page, "print-handover", tmp_path))


def test_a_cadre_takes_the_own_certificate_on_the_phone(site, open_phone, village, tmp_path):
    cadre = site.cadre(village, name="自己来取", to_on=site.today - timedelta(days=3))
    page = open_phone(cadre, "/phone/#me")
    path = take(page, "certificate", tmp_path)
    assert path.name == "驻村经历证明.docx"
    assert "自己来取" in text_of(path)
    expect_no_sideways_scroll(page)


def test_where_nobody_left_or_comes_nothing_is_said_of_it(site, open_desk, village):
    site.cadre(village)
    page = open_desk(site.user("supervisor", "A"), f"?view=people&division={site.county.villages[village].code}")
    expect(page.get_by_test_id("person")).to_have_count(1)
    expect(page.get_by_test_id("loading")).to_have_count(0)
    expect(page.get_by_test_id("people-others")).to_have_count(0)
