"""Tables as files: a button beside each, what it says while the file is made and when it fails, and the file itself."""

import openpyxl
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, expect_no_sideways_scroll

# The view, what the address says beside it, and which kind its button takes.
TABLES = (
    ("look", "", "month_workbook"), ("look", "", "figures_presence-xlsx"),
    ("table", "", "month_workbook"), ("leave", "", "leaves-xlsx"), ("leave", "&state=errands", "errands-xlsx"),
    ("waiting", "", "waiting_days-xlsx"), ("months", "", "month_closings-xlsx"), ("people", "", "cadres-xlsx"),
    ("places", "", "place_proposals-xlsx"), ("visits", "", "visits-csv"), ("households", "", "linkage_figures-xlsx"),
    ("concerns", "", "concern_figures-xlsx"), ("meetings", "", "meetings-xlsx"),
    ("special", "", "special_reports-xlsx"), ("pictures", "", "photo_repeats-xlsx"),
    ("contracts", "", "contract_figures-xlsx"), ("notices", "", "notice_figures-xlsx"),
    ("checks", "", "spot_checks-xlsx"), ("marks", "", "mark_sheets-xlsx"), ("board", "", "disclosures-xlsx"),
    ("ratings", "", "rating_campaigns-xlsx"), ("votes", "", "assessed_votes-xlsx"))


@pytest.fixture
def desk(site, open_desk):
    """The dashboard of a supervisor of township A at the view that is asked for."""
    def at(view: str, more: str = "", **options):
        code = site.county.townships["A"].code
        return open_desk(site.user("supervisor", "A"), f"?view={view}&division={code}{more}", **options)
    return at


def test_a_table_is_taken_away_as_a_workbook(site, desk, tmp_path):
    site.cadre("A1", name="=王开")
    page = desk("people")
    button = page.get_by_test_id("export-cadres-xlsx")
    with page.expect_download() as download:
        button.click()
    assert download.value.suggested_filename.endswith("驻村干部名册.xlsx")
    download.value.save_as(tmp_path / "a.xlsx")
    cells = [cell for row in openpyxl.load_workbook(tmp_path / "a.xlsx").active.rows for cell in row]
    assert {cell.data_type for cell in cells if cell.value == "=王开"} == {"s"}
    expect(button).to_be_enabled()


def test_the_button_says_that_it_is_at_work_and_what_went_wrong(desk):
    page = desk("people")
    button, held = page.get_by_test_id("export-cadres-xlsx"), []
    page.route("**/api/v1/exports", lambda route: held.append(route))
    button.click()
    expect(button).to_be_disabled()
    expect(button).to_have_text("正在生成……")
    held[0].abort()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(button).to_be_enabled()


@pytest.mark.parametrize(("view", "more", "kind"), TABLES)
def test_each_table_has_its_button_on_a_narrow_screen_too(desk, view, more, kind):
    page = desk(view, more, size=PHONE)
    button = page.get_by_test_id(f"export-{kind}").first
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= PHONE[0] and box["height"] >= 32
    expect_no_sideways_scroll(page)
