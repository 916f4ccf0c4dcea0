"""The notice board in a browser: written at the desk and in the village, read on an old phone, printed as a poster."""

import io
from pathlib import Path

from playwright.sync_api import expect
from pypdf import PdfReader

from api.contracts.board_models import Disclosure
from tests.browser.conftest import DESK, PHONE, expect_no_sideways_scroll
from tests.contracts.board_county import Board
from tests.contracts.files_to_disclose import WORKBOOKS, workbook

# A3 in points, give or take one.
A3 = (841.9, 1190.6)


def a_board(site, village="A1"):
    with site.making() as county:
        Board(county, village).public_things()
        return county.villages[village].code


def test_an_old_phone_without_script_shows_it_all_without_sideways_scroll(site, browser, watch):
    code = a_board(site)
    context = browser.new_context(base_url=site.origin, viewport={"width": 360, "height": 640}, locale="zh-CN",
                                  java_script_enabled=False)
    watch.follow(context)
    page = context.new_page()
    page.goto(f"/notice-board/{code}")
    expect(page.get_by_role("heading", name="A1村公开栏").first).to_be_visible()
    expect(page.get_by_test_id("hotline")).to_contain_text("0852-2462138")
    expect(page.get_by_test_id("promise").first).to_be_visible()
    expect(page.get_by_text("✔ 验收：已完成")).to_be_visible()
    expect(page.get_by_test_id("poster")).to_be_hidden()
    with page.expect_download() as download:
        page.get_by_role("link", name="收支明细公之于众.xlsx").click()
    assert Path(download.value.path()).read_bytes()[:2] == b"PK"
    context.close()
    # The same with scripts, to measure: no sideways scroll, letters that old eyes read, links wide enough to tap.
    context = browser.new_context(base_url=site.origin, viewport={"width": 360, "height": 640})
    page = context.new_page()
    page.goto(f"/notice-board/{code}")
    expect_no_sideways_scroll(page)
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 20
    smallest = page.evaluate("""Math.min(...[...document.querySelectorAll('.screen p, .screen li, .screen td')].map(
        (one) => parseFloat(getComputedStyle(one).fontSize)))""")
    assert smallest >= 16
    context.close()


def test_on_paper_it_is_one_a3_poster_with_every_promise_of_the_term(site, open_context):
    code = a_board(site, "A2")
    page = open_context(None, DESK).new_page()
    page.goto(f"/notice-board/{code}")
    reader = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    assert len(reader.pages) == 1
    box = reader.pages[0].mediabox
    assert (abs(float(box.width) - A3[0]) < 2, abs(float(box.height) - A3[1]) < 2) == (True, True)
    page.emulate_media(media="print")
    poster = page.get_by_test_id("poster")
    expect(poster).to_be_visible()
    for words in ("A2村公开栏", "2024—2028年任期目标承诺", "党的建设", "经济发展", "精神文明", "社会治安综合治理", "0852-2462138",
                  *(f"任期承诺{number}公之于众" for number in range(1, 5))):
        expect(poster).to_contain_text(words)
    # One leads to the page, the other to the suggestion box.
    expect(poster.locator("svg.code")).to_have_count(2)
    expect(poster).to_contain_text(f"/suggestions/{code}")
    expect(page.locator(".screen")).to_be_hidden()


def test_many_promises_still_fit_on_one_poster(site, open_context):
    with site.making() as county:
        board = Board(county, "B2")
        revision = board.revision(board.contract())
        for number in range(1, 41):
            board.item(revision, f"第{number}件：新修组路三公里并安装太阳能路灯六十盏", number=number,
                       dimension=("party_building", "economy", "civic_culture", "public_order")[number % 4])
        code = county.villages["B2"].code
    page = open_context(None, DESK).new_page()
    page.goto(f"/notice-board/{code}")
    assert len(PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages) == 1
    page.emulate_media(media="print")
    # Nothing runs over the frame of its field.
    assert page.evaluate("""[...document.querySelectorAll('.poster .field')].every(
        (one) => one.scrollHeight <= one.clientHeight + 1)""")


def write(page, *, title, text=""):
    page.get_by_test_id("new-disclosure").click()
    form = page.get_by_test_id("disclosure-form")
    form.get_by_label("标题").fill(title)
    form.get_by_label("从哪天").fill("2026-07-01")
    form.get_by_label("到哪天").fill("2026-09-30")
    form.get_by_label("内容").fill(text)
    return form


def test_the_village_writes_is_held_masks_and_publishes(site, open_context):
    committee = site.user("village", "B1")
    page = open_context(committee, PHONE).new_page()
    page.goto("/village/#board")
    expect(page.get_by_test_id("empty")).to_be_visible()
    form = write(page, title="第三季度收支", text="联系人 13808123456")
    form.get_by_test_id("add-line").click()
    form.get_by_label("事项").fill("其他")
    form.get_by_label("金额").fill("399.5")
    expect_no_sideways_scroll(page)
    form.get_by_test_id("save").click()
    one = page.get_by_test_id("disclosure")
    expect(one.get_by_test_id("hints")).to_contain_text("其他")
    one.get_by_test_id("publish").click()
    expect(one.get_by_test_id("held")).to_contain_text("手机号 138******56")
    one.get_by_test_id("mask").click()
    expect(one).to_contain_text("联系人 138******56")
    one.get_by_test_id("publish").click()
    expect(one).to_have_attribute("data-state", "published")
    expect_no_sideways_scroll(page)
    with page.expect_popup() as popup:
        page.get_by_test_id("to-board").click()
    expect(popup.value.get_by_text("联系人 138******56")).to_be_visible()
    one.get_by_test_id("withdraw").click()
    one.get_by_label("为什么撤下").fill("数字有误")
    one.get_by_test_id("withdraw-form").get_by_role("button", name="撤下").click()
    expect(one).to_have_attribute("data-state", "withdrawn")
    popup.value.reload()
    expect(popup.value.get_by_text("138******56")).to_have_count(0)


def test_the_town_attaches_a_file_and_writes_the_stages_of_a_decision(site, open_desk, tmp_path):
    with site.making() as county:
        village = county.villages[county.new_village("A")]
    path = tmp_path / "名单.xlsx"
    path.write_bytes(workbook(WORKBOOKS["hidden sheet"][0]))
    page = open_desk(site.user("supervisor", "A"), f"?view=board&division={village.code}")
    page.get_by_test_id("new-disclosure").click()
    page.get_by_test_id("class").select_option("decision")
    form = page.get_by_test_id("disclosure-form")
    form.get_by_label("标题").fill("修路")
    form.get_by_label("从哪天").fill("2026-07-01")
    form.get_by_label("到哪天").fill("2026-09-30")
    form.get_by_test_id("save").click()
    one = page.get_by_test_id("disclosure")
    one.get_by_test_id("add-file").set_input_files(path)
    expect(one.get_by_test_id("file")).to_have_attribute("data-reading", "found")
    one.get_by_test_id("publish").click()
    expect(one.get_by_test_id("held")).to_contain_text("附件表格 名单 B3")
    one.get_by_test_id("remove-file").click()
    expect(one.get_by_test_id("file")).to_have_count(0)
    path.write_bytes(workbook())
    one.get_by_test_id("add-file").set_input_files(path)
    expect(one.get_by_test_id("file")).to_have_attribute("data-reading", "clean")
    stage = one.get_by_test_id("stage-villagers_resolution")
    stage.get_by_role("button", name="填写").click()
    stage.get_by_label("日期").fill("2026-07-05")
    stage.get_by_label("应到").fill("40")
    stage.get_by_label("实到").fill("41")
    stage.get_by_role("button", name="保存").click()
    expect(one.get_by_test_id("problem")).to_contain_text("人数对不上")
    stage.get_by_label("实到").fill("36")
    stage.get_by_role("button", name="保存").click()
    expect(one.get_by_test_id("hints")).to_contain_text("缺一步：党支部提议")
    one.get_by_test_id("publish").click()
    expect(one).to_have_attribute("data-state", "published")
    page.set_viewport_size({"width": 360, "height": 740})
    expect_no_sideways_scroll(page)
    with site.making() as county:
        assert county.session.query(Disclosure).filter_by(village_id=village.id).one().state == "published"
