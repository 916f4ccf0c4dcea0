"""What a supervisor does on the dashboard: decide, approve, invite, export."""

import csv
import io
from datetime import timedelta
from uuid import uuid4

import openpyxl
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, expect_no_sideways_scroll


@pytest.fixture
def waiting(site):
    """A cadre of village A2 with one day that waits, far outside."""
    cadre = site.cadre("A2", name="杨昌荣")
    site.check_in(cadre, site.closed_monday, metres_north=2300)
    return cadre


def open_day(open_desk, person, cadre, village, day, **options):
    page = open_desk(person, f"?division={village.code}&cadre={cadre.cadre.id}&day={day}&month={day:%Y-%m}", **options)
    expect(page.get_by_test_id("day-panel")).to_have_attribute("data-day", day.isoformat())
    return page


def test_a_day_is_confirmed_in_place(site, open_desk, waiting):
    page = open_day(open_desk, site.user("supervisor", "A"), waiting, site.county.villages["A2"], site.closed_monday)
    evidence = page.get_by_test_id("evidence")
    expect(evidence).to_have_attribute("data-status", "waiting")
    page.get_by_test_id("confirm").click()
    expect(evidence).to_have_attribute("data-status", "counts")
    expect(page.get_by_test_id("day-why")).to_contain_text("已确认，算。")
    expect(page.get_by_test_id("decision")).to_contain_text("乡镇 · ")
    cell = page.locator(f'[data-testid="day"][data-day="{site.closed_monday}"]')
    expect(cell).to_have_attribute("data-state", "stationed")
    assert [one.status for one in site.evidence_of(waiting)] == ["counts"]


def test_a_rejection_needs_a_reason_that_its_owner_reads(site, open_desk, open_phone, waiting):
    page = open_day(open_desk, site.user("village", "A2", name="村支书"), waiting, site.county.villages["A2"],
                    site.closed_monday)
    page.get_by_test_id("reject").click()
    page.get_by_test_id("reject-send").click()
    expect(page.get_by_text("请写一句理由，本人会看到。")).to_be_visible()
    page.get_by_test_id("reject-reason").fill("这天没见到人")
    page.get_by_test_id("reject-send").click()
    expect(page.get_by_test_id("evidence")).to_have_attribute("data-status", "rejected")
    expect(page.get_by_test_id("decision")).to_contain_text("村 · 村支书")
    phone = open_phone(waiting, f"/phone/#day/{site.closed_monday}")
    expect(phone.get_by_test_id("evidence")).to_contain_text("这天没见到人")
    expect(phone.get_by_test_id("day-panel")).to_have_attribute("data-counts", "false")


def test_a_decision_that_does_not_arrive_is_taken_back_and_sent_again(site, open_desk, waiting):
    page = open_day(open_desk, site.user("supervisor", "A"), waiting, site.county.villages["A2"], site.closed_monday)
    page.route("**/api/v1/decisions", lambda route: route.abort())
    page.get_by_test_id("confirm").click()
    failed = page.get_by_test_id("decision-failed")
    expect(failed).to_be_visible()
    expect(page.get_by_test_id("evidence")).to_have_attribute("data-status", "waiting")
    page.unroute("**/api/v1/decisions")
    failed.get_by_role("button").click()
    expect(page.get_by_test_id("evidence")).to_have_attribute("data-status", "counts")


def test_nobody_decides_on_own_records(site, open_desk, waiting):
    with site.making() as county:
        county.grant(waiting, "village", county.villages["A2"])
    page = open_day(open_desk, waiting, waiting, site.county.villages["A2"], site.closed_monday)
    expect(page.get_by_test_id("own-record")).to_be_visible()
    expect(page.get_by_test_id("confirm")).to_have_count(0)


@pytest.mark.parametrize("size", [(1280, 800), PHONE], ids=["desk", "phone"])
def test_all_that_waits_is_confirmed_at_once_after_an_ask(site, open_desk, size):
    village = site.county.villages["B2"]
    cadre = site.cadre("B2", name="冉光福")
    for days in range(2):
        site.check_in(cadre, site.closed_monday + timedelta(days=days), fix=False)
    person = site.user("village", "B2")
    page = open_desk(person, "?view=waiting", size)
    days = page.get_by_test_id("waiting-day")
    expect(days.filter(has_text="冉光福")).not_to_have_count(0)
    expect_no_sideways_scroll(page)
    count = days.count()
    page.get_by_role("button", name="全部属实").click()
    page.get_by_test_id("confirm-all-yes").click()
    expect(page.get_by_test_id("confirm-all-progress")).to_contain_text(f"已确认 {count} 条，共 {count} 条")
    assert {one.status for one in site.evidence_of(cadre)} == {"counts"}
    waiting = site.ask(person, f"/stationed-days?division={village.code}&state=waiting"
                               f"&from={site.closed_monday}&to={site.today}")
    assert waiting["days"] == []


def test_leave_is_approved_and_the_cadre_sees_it(site, open_desk, open_phone):
    cadre, day = site.cadre("B1", name="何永刚"), site.today + timedelta(days=3)
    site.ask(cadre, "/leaves", {"id": str(uuid4()), "kind": "sick", "from_on": day.isoformat(),
                                "to_on": day.isoformat(), "reason": "看病"})
    page = open_desk(site.user("supervisor", "B", name="镇里的人"), "?view=leave")
    leave = page.get_by_test_id("leave").filter(has_text="何永刚")
    expect(leave).to_contain_text("看病")
    leave.get_by_test_id("leave-note").fill("早日康复")
    leave.get_by_test_id("leave-approve").click()
    expect(leave).to_have_attribute("data-state", "approved")
    phone = open_phone(cadre, "/phone/#leave")
    expect(phone.get_by_test_id("leave")).to_have_attribute("data-state", "approved")
    expect(phone.get_by_test_id("leave")).to_contain_text("早日康复")


def test_leave_is_entered_for_a_cadre(site, open_desk):
    cadre = site.cadre("B1", name="犹登高")
    page = open_desk(site.user("supervisor", "B"), "?view=leave&state=all")
    page.get_by_test_id("leave-enter").click()
    page.get_by_test_id("leave-person").fill("犹登高")
    page.get_by_test_id("leave-kind").select_option("errand")
    page.get_by_test_id("leave-send").click()
    expect(page.get_by_test_id("leave").filter(has_text="犹登高")).to_have_attribute("data-state", "approved")
    assert [leave["kind"] for leave in site.ask(cadre, "/leaves")["leaves"]] == ["errand"]


def test_an_invitation_from_the_dashboard_lets_a_cadre_in(site, open_desk, open_context):
    cadre = site.cadre("A1", name="覃小梅")
    page = open_desk(site.user("supervisor", "A"), "?view=people")
    page.get_by_test_id("find-person").fill("覃小梅")
    expect(page.get_by_test_id("person")).to_have_count(1)
    page.get_by_test_id("invite").click()
    page.get_by_test_id("make-invitation").click()
    expect(page.get_by_test_id("invitation").get_by_role("img")).to_be_visible()
    link = page.get_by_test_id("invitation-link").input_value()
    assert link.startswith(site.origin)
    phone = open_context().new_page()
    phone.goto(link)
    phone.get_by_role("button", name="用这张邀请登录").click()
    phone.get_by_role("button", name="以后再说").click()
    expect(phone.locator("header.top")).to_contain_text(cadre.user.name)


@pytest.fixture
def table_page(site, open_desk):
    site.cadre("A1", name="=危险")
    return open_desk(site.user("supervisor"), f"?month={site.closed_month}&level=cadre")


def workbook(download, folder):
    path = folder / "download.xlsx"
    download.value.save_as(path)
    return openpyxl.load_workbook(path)


def test_the_workbook_opens_and_holds_the_rows_of_the_table(table_page, tmp_path):
    expect(table_page.get_by_test_id("row").first).to_be_visible()
    names = [row.get_by_role("link").first.inner_text() for row in table_page.get_by_test_id("row").all()]
    with table_page.expect_download() as download:
        table_page.get_by_test_id("export-xlsx").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    sheet = workbook(download, tmp_path).active
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    texts = [cell.value for cell in cells]
    assert [name for name in names if name not in texts] == []
    assert {cell.data_type for cell in cells if cell.value == "=危险"} == {"s"}


def test_the_csv_opens_in_a_spreadsheet(table_page):
    expect(table_page.get_by_test_id("row").first).to_be_visible()
    with table_page.expect_download() as download:
        table_page.get_by_test_id("export-csv").click()
    content = download.value.path().read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert any("王开芬" in cell or "危险" in cell for row in rows for cell in row)
    assert not any(cell.startswith("=") for row in rows for cell in row)
