"""The main job from the tap to the table, on each database."""

import pytest
from playwright.sync_api import expect

from tests.browser.site import PASSWORD


@pytest.mark.parametrize("site", ["sqlite", "postgresql"], indirect=True)
def test_from_the_tap_in_the_village_to_the_countys_table(site, open_context, open_desk):
    cadre, village = site.cadre("B1", name="石维忠"), site.user("village", "B1")
    site.give_password(cadre)

    phone = open_context(metres_north=2300).new_page()
    phone.goto("/")
    phone.get_by_label("用户名").fill(cadre.user.username)
    phone.get_by_label("密码").fill(PASSWORD)
    phone.get_by_role("button", name="登录").click()
    phone.get_by_test_id("here").click()
    expect(phone.get_by_test_id("outcome")).to_contain_text("已请村里确认，不影响工作")
    expect(phone.get_by_test_id("week-line")).to_contain_text("已在村 0 天")

    desk = open_desk(village, "?view=waiting")
    day = desk.get_by_test_id("waiting-day").filter(has_text="石维忠")
    day.get_by_test_id("confirm").click()
    # The level comes from the server, which has decided then; the page shows the outcome a moment earlier.
    expect(day.get_by_test_id("decision")).to_contain_text("村 · ")
    expect(day.get_by_test_id("evidence")).to_have_attribute("data-status", "counts")

    phone.reload()
    expect(phone.get_by_test_id("week-line")).to_contain_text("已在村 1 天")
    expect(phone.get_by_test_id("day-panel")).to_have_attribute("data-why", "confirmed")
    assert [one.status for one in site.evidence_of(cadre)] == ["counts"]

    # The running week belongs to the month of its Thursday, the day to its own.
    table = open_desk(site.user("supervisor"), f"?division={site.county.villages['B1'].code}&month={site.today:%Y-%m}")
    row = table.locator(f'[data-testid="row"][data-cadre="{cadre.cadre.id}"]')
    expect(row.locator('td[data-label="本月在村"]')).to_have_text("1")
    with table.expect_download() as download:
        table.get_by_test_id("export-csv").click()
    assert "石维忠" in download.value.path().read_text(encoding="utf-8-sig")
