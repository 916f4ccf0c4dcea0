"""Checks and half-yearly marks at the desk: drawn, visited, written down; marked, published, appealed against."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import expect_no_sideways_scroll

SMALL = (360, 740)


def test_a_check_is_drawn_visited_and_what_was_found_leads_to_a_notice(site, open_desk):
    checker, township = site.user("supervisor"), site.user("supervisor", "A")
    village = site.county.villages["A1"]
    page = open_desk(checker, "?view=checks")
    page.get_by_test_id("check-new").click()
    form = page.get_by_test_id("check-form")
    form.get_by_label("名称").fill("岁末暗访")
    form.get_by_label("抽几个村").fill("3")
    form.get_by_label("检查重点").fill("公开栏")
    form.get_by_test_id("check-save").click()
    expect(page.get_by_test_id("checked")).to_have_count(3)
    expect(page.get_by_test_id("secret")).to_be_visible()
    page.get_by_test_id("draw").locator("summary").click()
    expect(page.get_by_test_id("draw")).to_contain_text("结果相同")
    expect(page.get_by_test_id("seed")).not_to_be_empty()
    expect_no_sideways_scroll(page)

    # Another one, of villages that are chosen: the township learns of the village that was visited, and of no other.
    page.goto("/dashboard/?view=checks")
    page.get_by_test_id("check-new").click()
    form = page.get_by_test_id("check-form")
    form.get_by_label("名称").fill("点名抽查")
    form.get_by_test_id("check-choose").click()
    form.get_by_label("A1村").check()
    form.get_by_label("A2村").check()
    form.get_by_test_id("check-save").click()
    expect(page.get_by_test_id("checked")).to_have_count(2)
    there = page.locator(f'[data-testid="checked"][data-code="{village.code}"]')
    there.get_by_test_id("visit").click()
    there.get_by_test_id("finding-new").click()
    found = page.get_by_test_id("finding-form")
    found.get_by_label("问题").check()
    found.get_by_label("发现了什么").fill("公开栏三个月没换")
    found.get_by_test_id("finding-save").click()
    expect(there.get_by_test_id("finding")).to_contain_text("公开栏三个月没换")
    expect(there.get_by_test_id("finding-notice")).to_have_attribute(
        "href", re.compile("view=notices.*source_kind=spot_check&source_id="))
    with page.expect_download() as download:
        page.get_by_test_id("export-xlsx").click()
    assert download.value.suggested_filename.endswith("检查发现.xlsx")
    there.get_by_test_id("finding-notice").click()
    page.get_by_test_id("send-notice").click()
    page.get_by_test_id("to-source").click()
    expect(page.get_by_test_id("check-open")).to_contain_text("点名抽查")

    below = open_desk(township, "?view=checks", size=SMALL)
    expect(below.get_by_test_id("check")).to_have_count(1)
    expect(below.get_by_test_id("check")).to_contain_text("点名抽查")
    below.get_by_role("link", name="点名抽查").click()
    expect(below.get_by_test_id("checked")).to_have_count(1)
    expect(below.get_by_test_id("finding")).to_contain_text("公开栏三个月没换")
    expect(below.get_by_test_id("draw")).to_have_count(0)
    expect_no_sideways_scroll(below)

    page.get_by_test_id("check-close").click()
    page.get_by_test_id("check-close-sure").click()
    expect(page.get_by_test_id("check-open")).to_contain_text("已结束")


def test_discipline_enters_checks_and_nothing_else(site, open_desk):
    page = open_desk(site.user("discipline"), "")
    expect(page.get_by_test_id("check-new")).to_be_visible()


def test_marks_are_given_published_appealed_against_and_corrected(site, open_desk):
    marker, other, committee = site.user("supervisor", "B"), site.user("supervisor"), site.user("village", "B1")
    code = site.county.villages["B1"].code
    page = open_desk(marker, "?view=marks")
    page.get_by_test_id("scheme-adopt").click()
    expect(page.get_by_test_id("scheme")).to_be_visible()
    page.locator(f'[data-testid="sheet-begin"][data-code="{code}"]').click()
    form = page.get_by_test_id("sheet-form")
    fields = form.locator('input[type="number"]')
    expect(fields).to_have_count(10)
    fields.nth(0).fill("10.5")
    form.get_by_test_id("sheet-publish").click()
    expect(form.get_by_role("alert")).to_contain_text("全部打完")
    page.reload()
    for number in range(10):
        page.get_by_test_id("sheet-form").locator('input[type="number"]').nth(number).fill("7.5")
    page.get_by_test_id("sheet-publish").click()
    expect(page.get_by_test_id("sheet-open")).to_have_attribute("data-state", "published")
    expect(page.get_by_test_id("total")).to_have_text("75 / 100")
    expect_no_sideways_scroll(page)
    sheet = page.url.split("sheet=")[1]

    village = open_desk(committee, f"?view=marks&sheet={sheet}", size=SMALL)
    village.get_by_test_id("appeal-form").get_by_role("textbox").fill("环境一项有照片为证")
    village.get_by_test_id("appeal-save").click()
    expect(village.get_by_test_id("appeal")).to_contain_text("环境一项有照片为证")
    expect_no_sideways_scroll(village)

    # Who marked does not answer.
    page.reload()
    expect(page.get_by_test_id("appeal")).to_be_visible()
    expect(page.get_by_test_id("answer-form")).to_have_count(0)
    desk = open_desk(other, f"?view=marks&sheet={sheet}")
    answer = desk.get_by_test_id("answer-form")
    answer.get_by_label("更正").check()
    answer.locator('input[type="number"]').nth(7).fill("9")
    answer.get_by_label("答复的话").fill("核实无误，予以更正")
    answer.get_by_test_id("answer-save").click()
    expect(desk.get_by_test_id("sheet-open")).to_have_attribute("data-state", "replaced")
    desk.get_by_role("link", name="这张表已被更正").click()
    expect(desk.get_by_test_id("total")).to_have_text("76.5 / 100")
