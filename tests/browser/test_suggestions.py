"""The suggestion box: written without a log-in, handled at the desk and in the village, followed by a receipt."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, expect_no_sideways_scroll
from tests.browser.first_load import Line

SMALL = (360, 740)


def write(page, text, *, kind="suggestion", about="village", whom=None):
    page.get_by_test_id(f"kind-{kind}").check()
    page.get_by_test_id(f"about-{about}").check()
    if whom:
        page.get_by_label("说的是谁").fill(whom)
    page.get_by_label("写在这里").fill(text)


def receipt_of(page) -> str:
    expect(page.get_by_test_id("receipt")).to_be_visible()
    return " ".join(page.get_by_test_id("groups").locator("span").all_inner_texts())


@pytest.fixture
def box(site, open_context):
    """Open the box of a village, or the county's, on a phone of nobody."""
    def open_page(village="A1", **options):
        page = open_context(None, PHONE, **options).new_page()
        page.goto(f"/suggestions/{site.county.villages[village].code if village else ''}")
        expect(page.get_by_test_id("write")).to_be_visible()
        return page
    return open_page


def test_written_answered_and_appealed_without_a_log_in(site, box, open_desk):
    page = box()
    expect(page.get_by_role("heading", level=1)).to_contain_text("A1村")
    write(page, "村口的路灯坏了一个月")
    expect_no_sideways_scroll(page)
    page.get_by_test_id("send").click()
    receipt = receipt_of(page)
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4} ){3}[0-9A-HJKMNP-TV-Z]{4}", receipt)
    expect_no_sideways_scroll(page)
    # Nothing of it stays on the phone.
    assert page.evaluate("document.cookie + JSON.stringify(localStorage) + JSON.stringify(sessionStorage)") == "{}{}"

    desk = open_desk(site.user("supervisor", "A"), "?view=suggestions")
    desk.get_by_role("link", name="村口的路灯坏了一个月").click()
    desk.get_by_test_id("step-accept").click()
    expect(desk.get_by_test_id("suggestion-open")).to_have_attribute("data-state", "accepted")
    desk.get_by_test_id("step-answer").click()
    desk.get_by_test_id("step-form").get_by_role("textbox").fill("已修好")
    desk.get_by_test_id("step-send").click()
    expect(desk.get_by_test_id("suggestion-open")).to_have_attribute("data-state", "answered")

    other = box(None)
    other.get_by_test_id("view-follow").click()
    other.get_by_label("回执号").fill(receipt.lower().replace(" ", "-"))
    other.get_by_test_id("look").click()
    expect(other.get_by_test_id("found")).to_have_attribute("data-state", "answered")
    expect(other.get_by_test_id("step").last).to_contain_text("已修好")
    other.get_by_test_id("appeal").get_by_role("textbox").fill("还是不亮，再看看")
    other.get_by_test_id("appeal-send").click()
    expect(other.get_by_test_id("found")).to_have_attribute("data-state", "appealed")
    expect_no_sideways_scroll(other)
    other.get_by_label("回执号").fill("ABCD EFGH JKMN PQRS")
    other.get_by_test_id("look").click()
    expect(other.get_by_test_id("problem")).to_contain_text("没有这个回执号")


def test_a_cut_network_and_a_lost_answer_lose_nothing(site, box, open_desk):
    page = box("A2")
    write(page, "断网也不能丢的话", kind="complaint")
    context = page.context
    context.set_offline(True)
    page.get_by_test_id("send").click()
    expect(page.get_by_test_id("problem")).to_contain_text("没有送到")
    expect(page.get_by_label("写在这里")).to_have_value("断网也不能丢的话")
    # Looking at the other view and coming back leaves it as it was.
    page.get_by_test_id("view-follow").click()
    page.get_by_test_id("view-write").click()
    expect(page.get_by_label("写在这里")).to_have_value("断网也不能丢的话")
    context.set_offline(False)

    # The server takes it, and the answer is lost on the way.
    def lose(route):
        route.fetch()
        route.abort()
    page.route("**/api/v1/suggestions", lose, times=1)
    page.get_by_test_id("send").click()
    expect(page.get_by_test_id("problem")).to_be_visible()
    page.get_by_test_id("send").click()
    receipt = receipt_of(page)
    page.get_by_test_id("to-follow").click()
    expect(page.get_by_label("回执号")).to_have_value(receipt)
    page.get_by_test_id("look").click()
    expect(page.get_by_test_id("found")).to_contain_text("断网也不能丢的话")
    desk = open_desk(site.user("supervisor", "A"), f"?view=suggestions&division={site.county.villages['A2'].code}")
    expect(desk.get_by_test_id("suggestion")).to_have_count(1)


def test_about_a_person_only_discipline_and_the_county_read(site, box, open_desk):
    page = box("B1")
    write(page, "收钱不给收据的那件事", kind="complaint", about="person", whom="王会计")
    page.get_by_test_id("contact").click()
    page.get_by_label("姓名（可不填）").fill("赵小满")
    page.get_by_label("电话（可不填）").fill("13800001111")
    page.get_by_test_id("send").click()
    receipt_of(page)

    township = open_desk(site.user("supervisor", "B"), "?view=suggestions")
    expect(township.get_by_test_id("empty")).to_be_visible()
    desk = open_desk(site.user("discipline"), "?view=suggestions")
    desk.get_by_role("link", name="收钱不给收据的那件事").click()
    expect(desk.get_by_test_id("suggestion-open")).to_contain_text("王会计")
    expect(desk.get_by_test_id("raise-open")).to_have_count(0)
    desk.get_by_test_id("contact-open").click()
    desk.get_by_test_id("contact-reason").fill("打电话核实")
    desk.get_by_test_id("contact-send").click()
    expect(desk.get_by_test_id("contact")).to_have_text("赵小满 · 13800001111")
    expect_no_sideways_scroll(desk)


def test_the_village_answers_and_the_township_makes_a_concern_or_moves_it_away(site, box, open_context, open_desk):
    page = box("B2")
    for text, kind in (("书屋周末也开门", "suggestion"), ("账目没有贴出来", "complaint")):
        write(page, text, kind=kind)
        page.get_by_test_id("send").click()
        receipt_of(page)
        page.get_by_role("button", name="再写一条").click()
    village = open_context(site.user("village", "B2"), SMALL).new_page()
    village.goto("/village/#suggestions")
    expect(village.get_by_test_id("suggestion")).to_have_count(1)
    expect(village.get_by_test_id("suggestion")).to_contain_text("书屋周末也开门")
    village.get_by_test_id("step-accept").click()
    expect(village.get_by_test_id("suggestion")).to_have_attribute("data-state", "accepted")
    expect_no_sideways_scroll(village)

    code = site.county.villages["B2"].code
    desk = open_desk(site.user("supervisor", "B"), f"?view=suggestions&division={code}", SMALL)
    expect(desk.get_by_test_id("suggestion")).to_have_count(2)
    expect_no_sideways_scroll(desk)
    desk.get_by_role("link", name="书屋周末也开门").click()
    desk.get_by_test_id("raise-open").click()
    desk.get_by_test_id("raise-kind").select_option("facility")
    desk.get_by_test_id("raise-send").click()
    expect(desk.get_by_test_id("to-concern")).to_be_visible()
    expect_no_sideways_scroll(desk)
    desk.goto(f"/dashboard/?view=suggestions&division={code}")
    desk.get_by_test_id("filter-kind").select_option("complaint")
    desk.get_by_role("link", name="账目没有贴出来").click()
    desk.get_by_test_id("step-reclassify").click()
    form = desk.get_by_test_id("step-form")
    form.get_by_label("关于").select_option("person")
    form.get_by_label("所指的人").fill("村会计")
    desk.get_by_test_id("step-send").click()
    expect(desk.get_by_test_id("empty")).to_be_visible()
    with desk.expect_download() as download:
        desk.get_by_test_id("export-xlsx").click()
    assert download.value.suggested_filename.endswith(".xlsx")


def test_the_box_is_light_speaks_english_and_is_found_from_every_page(site, open_context, open_desk):
    page = open_context(None, PHONE).new_page()
    line = Line(page)
    page.goto(f"/suggestions/{site.county.villages['A1'].code}")
    expect(page.get_by_test_id("write")).to_be_visible()
    assert 0 < line.total < 40_000, line.bytes_of
    page.get_by_test_id("language").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Suggestion box")
    expect_no_sideways_scroll(page)
    page.goto("/suggestions/999999999999")
    expect(page).to_have_url(re.compile("/suggestions/$"))
    page.goto("/")
    expect(page.get_by_test_id("box")).to_have_attribute("href", "/suggestions/")
    page.goto(f"/notice-board/{site.county.villages['A1'].code}")
    expect(page.get_by_test_id("box")).to_have_attribute("href", re.compile("/suggestions/[0-9]{12}$"))
    expect_no_sideways_scroll(page)
    desk = open_desk(site.user("supervisor"))
    expect(desk.get_by_test_id("box")).to_have_attribute("href", "/suggestions/")
    phone = open_context(site.cadre()).new_page()
    phone.goto("/phone/#me")
    expect(phone.get_by_test_id("box")).to_have_attribute("href", "/suggestions/")
