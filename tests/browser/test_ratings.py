"""Ratings by QR code at the desk and on the phone: asked, printed, closed, shown; each step for good is asked about."""

import json
import re
from datetime import timedelta
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import expect_no_sideways_scroll

SMALL = (360, 740)
HOTLINE = "0851-24620000"
MM = 96 / 25.4
ANSWERS = {"q1": "satisfied", "q2": "came", "q3": "asked_nothing"}


@pytest.fixture
def village(site):
    """A village of township A with nobody posted to it and twelve households, and its name."""
    with site.making() as county:
        name = county.new_village("A")
        for _number in range(12):
            county.household(name)
    return name


def drafted(site, asker, village: str, **changes) -> dict:
    """A campaign of one village that runs today."""
    return site.ask(asker, "/rating-campaigns", {
        "id": str(uuid4()), "division_code": site.county.villages[village].code, "title": f"{village}评议",
        "first_on": site.today.isoformat(), "last_on": (site.today + timedelta(days=7)).isoformat(), "subject": "team",
        "hotline": HOTLINE, "text_prompt": "还有什么想说的？", **changes})


def test_a_campaign_is_drafted_changed_and_opened_once_it_is_sure(site, open_desk, village):
    asker, code = site.user("supervisor", "A"), site.county.villages[village].code
    page = open_desk(asker, f"?view=ratings&division={code}")
    expect(page.get_by_test_id("empty")).to_have_text("现在没有进行中的评议活动。")
    page.get_by_test_id("campaign-new").click()
    form = page.get_by_test_id("campaign-form")
    form.get_by_label("名称").fill("年底评议")
    form.get_by_test_id("questions-own").check()
    expect(form.get_by_test_id("question")).to_have_count(3)
    form.get_by_test_id("question-drop").nth(2).click()
    form.get_by_test_id("question").nth(0).get_by_label("问题").fill("路修得怎么样？")
    form.get_by_test_id("question").nth(0).get_by_label("怎么答").select_option("own")
    for number, words in enumerate(("好", "不好"), start=1):
        form.get_by_label(f"第{number}个答案").first.fill(words)
    form.get_by_label("算好评").first.check()
    expect_no_sideways_scroll(page)
    form.get_by_test_id("campaign-save").click()
    view = page.get_by_test_id("campaign-view")
    expect(view).to_contain_text("路修得怎么样？")
    expect(view).to_have_attribute("data-state", "drafted")

    # Without a hotline it cannot be opened, and the page says what is missing.
    page.get_by_test_id("campaign-open").click()
    page.get_by_test_id("open-sure").click()
    expect(page.get_by_test_id("ask-open").get_by_role("alert")).to_contain_text("监督电话")
    page.get_by_test_id("ask-open").get_by_role("button", name="不了").click()
    page.get_by_test_id("campaign-edit").click()
    page.get_by_test_id("campaign-form").get_by_label("监督电话").fill(HOTLINE)
    page.get_by_test_id("campaign-save").click()
    expect(view).to_contain_text(HOTLINE)
    expect(view).to_contain_text("路修得怎么样？")
    page.get_by_test_id("campaign-open").click()
    expect(page.get_by_test_id("ask-open")).to_contain_text("都不能再改")
    page.get_by_test_id("open-sure").click()
    expect(view).to_have_attribute("data-state", "open")
    expect(page.get_by_test_id("campaign-edit")).to_have_count(0)

    small = open_desk(asker, f"?view=ratings&division={code}", size=SMALL)
    small.get_by_role("link", name="年底评议").click()
    expect(small.get_by_test_id("campaign-view")).to_contain_text("路修得怎么样？")
    expect_no_sideways_scroll(small)


def test_what_is_withdrawn_has_a_reason_and_is_listed_apart(site, open_desk, village):
    asker, code = site.user("supervisor", "A"), site.county.villages[village].code
    campaign = drafted(site, asker, village)
    page = open_desk(asker, f"?view=ratings&division={code}&campaign={campaign['id']}")
    page.get_by_test_id("campaign-withdraw").click()
    page.get_by_test_id("withdraw-sure").click()
    expect(page.get_by_test_id("campaign-view")).to_have_attribute("data-state", "drafted")
    page.get_by_label("为什么").fill("日期定错了")
    page.get_by_test_id("withdraw-sure").click()
    expect(page.get_by_test_id("campaign-view")).to_have_attribute("data-state", "withdrawn")
    page.goto(f"/dashboard/?view=ratings&division={code}&state=withdrawn")
    expect(page.get_by_test_id("campaign")).to_have_count(1)


def opened(site, asker, village: str, **changes) -> dict:
    campaign = drafted(site, asker, village, **changes)
    return site.ask(asker, f"/rating-campaigns/{campaign['id']}/openings", {})


def row_of(page, site, village: str):
    return page.locator(f'[data-testid="village"][data-code="{site.county.villages[village].code}"]')


def holds_back(page) -> bool:
    """Whether the page asks before it is left."""
    return page.evaluate("""() => { const leaving = new Event('beforeunload', {cancelable: true});
        dispatchEvent(leaving); return leaving.defaultPrevented; }""")


def in_millimetres(locator, *names: str) -> list[float]:
    box = locator.bounding_box()
    return [round(box[name] / MM, 1) for name in names]


def pages_of(page) -> list[tuple[float, float]]:
    """The sheets that come out of the printer, in millimetres."""
    printed = page.pdf(prefer_css_page_size=True, print_background=True)
    points = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", printed)
    return [(round(float(wide) / 72 * 25.4), round(float(high) / 72 * 25.4)) for wide, high in points]


def print_cards(page, handed_to: str = "周明") -> None:
    form = page.get_by_test_id("cards-form")
    form.get_by_label("交给谁去发").fill(handed_to)
    form.get_by_test_id("cards-make").click()
    expect(page.get_by_test_id("printing")).to_be_visible()


def test_cards_are_shown_once_printed_in_millimetres_and_not_lost_unasked(site, open_desk, village):
    asker, code = site.user("supervisor", "A"), site.county.villages[village].code
    campaign = opened(site, asker, village)
    page = open_desk(asker, f"?view=ratings&division={code}&campaign={campaign['id']}")
    row = row_of(page, site, village)
    row.get_by_test_id("cards").click()
    expect(page.get_by_test_id("once")).to_contain_text("只出现这一次")
    assert not holds_back(page)
    print_cards(page)
    assert holds_back(page)
    # Twelve cards are two sheets, with covers four sides; nothing else of the page is printed.
    assert pages_of(page) == [(210, 297)] * 4
    first = page.get_by_test_id("rating-card").first
    expect(first.locator(".rating-qr")).to_be_hidden()
    expect(first.locator(".rating-groups")).to_be_hidden()
    groups = first.locator(".rating-groups").text_content()
    assert re.fullmatch(r"([0-9A-Z]{4} ){3}[0-9A-Z]{4}([0-9A-Z]{4} ){2}[0-9A-Z]{4}", groups)

    page.emulate_media(media="print")
    sheets, covers = page.get_by_test_id("sheet-inside"), page.get_by_test_id("sheet-covers")
    expect(first.locator(".rating-qr")).to_be_visible()
    expect(page.get_by_test_id("cards-printed")).to_be_hidden()
    assert in_millimetres(first, "width", "height") == [95, 56]
    assert in_millimetres(first.locator(".rating-code"), "width") == [47.5]
    assert in_millimetres(first, "x") == [10]
    for words in ("不要交给被评议的干部", HOTLINE, "扫左边的码", "提交（不记名）", f"{village}村"):
        expect(first).to_contain_text(words)
    # The last sheet has two cards, its covers are turned over: the same line, left for right.
    expect(sheets.nth(1).get_by_test_id("rating-card")).to_have_count(2)
    expect(covers.nth(1).get_by_test_id("rating-cover")).to_have_count(2)
    expect(covers.nth(0).get_by_test_id("rating-cover").first).to_contain_text("请拆开")
    assert groups not in covers.all_text_contents()
    page.emulate_media(media="null")
    page.get_by_test_id("covers").uncheck()
    assert pages_of(page) == [(210, 297)] * 2

    # Going elsewhere on the page and back loses nothing; the row says that they are not on paper yet.
    page.get_by_test_id("view-ratings").click()
    page.go_back()
    assert holds_back(page)
    row.get_by_test_id("again").click()
    assert page.get_by_test_id("rating-card").first.locator(".rating-groups").text_content() == groups
    page.get_by_test_id("cards-printed").click()
    expect(page.get_by_test_id("printing")).to_have_count(0)
    expect(row).to_contain_text("印了 12 张")
    expect(row).to_contain_text("交给周明（村监委会）")
    assert not holds_back(page)
    expect(row.get_by_test_id("again")).to_have_count(0)


def test_an_odd_card_has_its_cover_on_the_other_side(site, open_desk, village):
    asker, code = site.user("supervisor", "A"), site.county.villages[village].code
    campaign = opened(site, asker, village)
    page = open_desk(asker, f"?view=ratings&division={code}&campaign={campaign['id']}")
    row_of(page, site, village).get_by_test_id("cards").click()
    page.get_by_label("印几张").fill("1")
    print_cards(page)
    page.emulate_media(media="print")
    [inside, cover] = (page.get_by_test_id(name) for name in ("rating-card", "rating-cover"))
    assert (in_millimetres(inside, "x"), in_millimetres(cover, "x")) == ([10], [105])
    # The pattern lies behind the code: on the right half, as seen from the back.
    assert in_millimetres(cover.locator(".rating-back"), "x") == [152.5]


def test_cards_that_failed_are_cancelled_with_a_reason_and_printed_anew(site, open_desk, village):
    asker, code = site.user("supervisor", "A"), site.county.villages[village].code
    campaign = opened(site, asker, village)
    page = open_desk(asker, f"?view=ratings&division={code}&campaign={campaign['id']}", size=SMALL)
    row = row_of(page, site, village)
    row.get_by_test_id("cards").click()
    expect_no_sideways_scroll(page)
    print_cards(page)
    expect_no_sideways_scroll(page)
    before = page.get_by_test_id("rating-card").first.locator(".rating-groups").text_content()
    page.get_by_test_id("cards-failed").click()
    form = page.get_by_test_id("cancel-form")
    expect(form).to_contain_text("全部清空")
    form.get_by_test_id("cancel-sure").click()
    expect(form).to_be_visible()
    form.get_by_label("为什么").fill("卡纸了")
    form.get_by_test_id("cancel-sure").click()
    expect(page.get_by_test_id("cards-form")).to_be_visible()
    assert not holds_back(page)
    print_cards(page)
    assert page.get_by_test_id("rating-card").first.locator(".rating-groups").text_content() != before


def test_the_poster_says_that_what_comes_by_it_is_unverified(site, open_desk, village):
    asker, code = site.user("supervisor", "A"), site.county.villages[village].code
    campaign = opened(site, asker, village)
    page = open_desk(asker, f"?view=ratings&division={code}&campaign={campaign['id']}")
    row_of(page, site, village).get_by_test_id("poster").click()
    sheet = page.get_by_test_id("poster-sheet")
    for words in ("未核实", "请用卡来投", HOTLINE, f"{village}村", campaign["title"]):
        expect(sheet).to_contain_text(words)
    assert pages_of(page) == [(210, 297)]
    page.emulate_media(media="print")
    assert in_millimetres(sheet.locator(".poster-qr"), "width", "height") == [124, 124]


def test_who_is_rated_prints_nothing_and_closes_nothing(site, open_desk, village):
    asker = site.user("supervisor", "A")
    rated = site.cadre(village)
    with site.making() as county:
        county.grant(rated, "supervisor", county.townships["A"])
    campaign = opened(site, asker, village)
    page = open_desk(rated, f"?view=ratings&campaign={campaign['id']}")
    expect(page.get_by_test_id("not-yours-to-run")).to_be_visible()
    expect(row_of(page, site, village)).to_be_visible()
    for name in ("campaign-close", "campaign-withdraw", "cards"):
        expect(page.get_by_test_id(name)).to_have_count(0)


def vote(site, code: str, text: str | None = None, **answers: str) -> None:
    body = {"id": str(uuid4()), "code": code, "answers": ANSWERS | answers, "text": text}
    request = Request(f"{site.origin}/api/v1/ballots", data=json.dumps(body).encode(),
                      headers={"Content-Type": "application/json"})
    with urlopen(request, timeout=20) as answer:
        assert answer.status == 201


def voted(site, asker, village: str) -> dict:
    """An open campaign of a village with six ballots by card, two of them with words, and three by the poster."""
    campaign = opened(site, asker, village)
    cards = site.ask(asker, "/code-batches", {
        "id": str(uuid4()), "campaign_id": campaign["id"], "village_code": site.county.villages[village].code,
        "handed_to": "周明", "handed_office": "teller"})["cards"]
    [row] = site.ask(asker, f"/rating-campaigns/{campaign['id']}/villages")["villages"]
    for card, changes in zip(cards, ({}, {}, {"text": "水泵修好了"}, {"q1": "basically_satisfied"},
                                     {"q1": "dissatisfied", "text": "二组没人来过"}, {"q1": "do_not_know"})):
        vote(site, "".join(card["code_groups"]), **changes)
    for _number in range(3):
        vote(site, "".join(row["open_code_groups"]))
    return campaign


def test_results_come_after_closing_with_what_was_counted_and_the_poster_apart(site, open_desk, open_phone, village):
    asker, code = site.user("supervisor", "A"), site.county.villages[village].code
    campaign = voted(site, asker, village)
    page = open_desk(asker, f"?view=ratings&division={code}&campaign={campaign['id']}")
    expect(row_of(page, site, village)).to_contain_text("结束后才看得到")
    expect(page.get_by_test_id("rating-results")).to_have_count(0)
    page.get_by_test_id("campaign-close").click()
    expect(page.get_by_test_id("ask-close")).to_contain_text("不能再投")
    page.get_by_test_id("close-sure").click()
    expect(page.get_by_test_id("campaign-view")).to_have_attribute("data-state", "closed")

    results = page.get_by_test_id("rating-results")
    expect(results).to_contain_text("只作参考，不作为考核依据")
    line = page.get_by_test_id("results-household").get_by_test_id("result")
    expect(line).to_contain_text("6 / 12 户（50.0%）")
    expect(line).to_contain_text("5 张里 4 张答「满意、基本满意」（80.0%）")
    expect(page.get_by_test_id("chart-household")).to_have_attribute("data-state", "shown")
    expect(page.get_by_test_id("way-open")).to_contain_text("未核实")
    expect(page.get_by_test_id("results-open").get_by_test_id("result")).to_contain_text("不足5张，不显示")
    expect(page.get_by_test_id("chart-open")).to_have_count(0)
    page.get_by_test_id("question-q3").click()
    expect(line).to_contain_text("没有计入的票")
    expect_no_sideways_scroll(page)

    # What was written by card; what came by the poster is gone with its ballots.
    texts = page.get_by_test_id("rating-text")
    expect(texts).to_have_count(2)
    one = texts.filter(has_text="二组没人来过")
    one.get_by_test_id("hold-back").click()
    page.get_by_test_id("hold-back-form").get_by_label("为什么").fill("指名道姓")
    page.get_by_test_id("hold-back-sure").click()
    expect(one).to_have_attribute("data-held", "true")
    expect(one).to_contain_text("指名道姓")
    with page.expect_download() as download:
        page.get_by_test_id("export-xlsx").click()
    assert download.value.suggested_filename == f"{village}评议-评议结果.xlsx"

    rated = site.cadre(village)
    for held, words in ((True, "没有公开，理由：指名道姓"), (False, "二组没人来过")):
        if not held:
            one.get_by_test_id("release").click()
            expect(one).to_have_attribute("data-held", "false")
        phone = open_phone(rated, "/phone/#ratings")
        phone.get_by_test_id("rating").get_by_role("link").click()
        own = phone.locator('[data-testid="rated"][data-way="household"]')
        expect(own).to_contain_text("12 户里 6 户投了（50%）")
        expect(own).to_contain_text("5 张里 4 张答「满意、基本满意」（80%）")
        expect(phone.locator('[data-testid="rated"][data-way="open"]')).to_contain_text("不足5张")
        expect(phone.get_by_test_id("rated-texts")).to_contain_text(words)
        expect_no_sideways_scroll(phone)


def test_the_phone_says_that_a_campaign_runs_and_shows_nothing_of_it(site, open_phone, village):
    asker = site.user("supervisor", "A")
    cadre = site.cadre(village)
    phone = open_phone(cadre, "/phone/#ratings")
    expect(phone.get_by_text("还没有和您有关的扫码评议。")).to_be_visible()
    opened(site, asker, village)
    phone.reload()
    expect(phone.get_by_test_id("rating")).to_contain_text("结束后才看得到结果")
    expect(phone.get_by_test_id("rating").get_by_role("link")).to_have_count(0)
