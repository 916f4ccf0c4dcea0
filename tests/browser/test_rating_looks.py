"""Who reads the villager's page: old eyes, a dark room, a phone without script; and who types a card's code."""

import random

import pytest
from playwright.sync_api import expect

from api.ratings.codes_rules import ALPHABET, code_from, code_of, groups
from tests.browser.conftest import expect_no_sideways_scroll
from tests.browser.rating_phone import (
    CODE, HOTLINE, PAPERS, REFUSED, Urn, answer, choose, lost, rating_phone, scan, settle,
)
from tests.browser.site import Site

# Contrast as WCAG measures it: of letters with what is painted behind them. 7 is its stricter line.
LEAST_CONTRAST = 7
CONTRASTS = """() => {
  const channel = (value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => { const [r, g, b] = numbers(colour).map((one) => channel(one / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const behind = (node) => { const colour = getComputedStyle(node).backgroundColor;
    return numbers(colour)[3] === 0 && node.parentElement ? behind(node.parentElement) : colour; };
  return [...document.querySelectorAll('#page *')].filter((one) => one.innerText && one.children.length === 0)
    .map((one) => { const both = [light(getComputedStyle(one).color), light(behind(one))].sort((a, b) => a - b);
      return [one.innerText, (both[1] + 0.05) / (both[0] + 0.05)]; });
}"""
CODES_OF = """async (typed) => {
  const { codeOf } = await import('/static/rating/code.js');
  return typed.map(codeOf);
}"""
SLIPS_OF = """async (typed) => {
  const { slip } = await import('/static/rating/code.js');
  return typed.map(slip);
}"""


@pytest.fixture
def site(rating_site) -> Site:
    return rating_site


@pytest.fixture
def phone(browser, site, watch):
    with rating_phone(browser, site, watch) as page:
        yield page


def walk(page):
    """Every screen of the page, one after the other."""
    Urn(page, first_papers=[lost], first_ballots=[answer(503, {}, Retry_After="2")])
    scan(page)
    expect(page.get_by_test_id("waiting")).to_be_visible()
    yield "no network"
    page.get_by_test_id("try-now").tap()
    expect(page.get_by_test_id("progress")).to_be_visible()
    yield "first question"
    choose(page, "基本满意", then="第2题")
    yield "second question"
    choose(page, "没来过", then="第3题")
    choose(page, "没有修好", then="答完了")
    page.get_by_test_id("text").fill("组路的路灯坏了半年" * 20)
    yield "last"
    settle(page)
    page.get_by_test_id("submit").tap()
    expect(page.get_by_test_id("waiting")).to_be_visible()
    yield "queue"
    expect(page.get_by_test_id("done")).to_be_visible()
    yield "done"
    page.goto("/r/nowhere")
    page.get_by_test_id("go").tap()
    expect(page.get_by_test_id("slip")).to_be_visible()
    yield "typing"
    page.route(PAPERS, REFUSED)
    scan(page)
    expect(page.get_by_test_id("refused")).to_be_visible()
    yield "refused"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_screen_has_large_letters_of_strong_contrast(browser, site, watch, scheme):
    with rating_phone(browser, site, watch, color_scheme=scheme) as page:
        for name in walk(page):
            weak = [one for one in page.evaluate(CONTRASTS) if one[1] < LEAST_CONTRAST]
            assert weak == [], name
            expect_no_sideways_scroll(page)
            assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 22
            heights = page.evaluate("[...document.querySelectorAll('main button')].map((one) => one.clientHeight)")
            assert all(height >= 44 for height in heights), name
            # The first question with all its answers needs no scrolling.
            if name == "first question":
                assert page.evaluate("document.documentElement.scrollHeight - innerHeight") <= 0


def test_with_letters_twice_as_large_nothing_leaves_the_screen(phone):
    session = phone.context.new_cdp_session(phone)
    session.send("Page.enable")
    session.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    for name in walk(phone):
        expect_no_sideways_scroll(phone)
        assert phone.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 44
        wide = phone.evaluate("""[...document.querySelectorAll('#page *')].filter((one) =>
            one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== 'inline')
            .map((one) => one.outerHTML.slice(0, 60))""")
        assert wide == [], name


def test_english_fits_the_small_screen_too(phone):
    Urn(phone)
    scan(phone)
    phone.get_by_test_id("language").tap()
    choose(phone, "Mostly satisfied", then="Question 2")
    expect_no_sideways_scroll(phone)
    phone.goto("/r/")
    phone.get_by_test_id("language").tap()
    expect(phone.get_by_role("heading")).to_have_text("Please scan the code on the card")
    expect_no_sideways_scroll(phone)


def test_where_no_script_runs_a_sentence_names_the_telephone(browser, site, watch):
    with rating_phone(browser, site, watch, java_script_enabled=False) as page:
        scan(page)
        telephone = page.locator("noscript a")
        expect(telephone).to_be_visible()
        expect(telephone).to_have_attribute("href", f"tel:{HOTLINE}")
        expect_no_sideways_scroll(page)


def test_a_typed_code_moves_on_from_group_to_group_and_opens_by_itself(phone):
    urn = Urn(phone)
    phone.goto("/r/")
    expect(phone.get_by_role("heading")).to_have_text("请扫卡上的码")
    phone.get_by_test_id("group").first.tap()
    phone.keyboard.type(CODE.lower().replace("0", "o"), delay=5)
    expect(phone.get_by_test_id("progress")).to_be_visible()
    assert urn.papers == [{"code": CODE}]


@pytest.mark.parametrize("pasted", ["-".join(groups(CODE)), " ".join(groups(CODE)).lower(),
                                    f"https://zhucun.example/r/#{CODE}"])
def test_a_whole_code_may_be_pasted_into_any_group(phone, pasted):
    urn = Urn(phone)
    phone.goto("/r/")
    phone.get_by_test_id("group").nth(3).fill(pasted)
    expect(phone.get_by_test_id("progress")).to_be_visible()
    assert urn.papers == [{"code": CODE}]


def test_backspace_in_an_empty_group_goes_back(phone):
    phone.goto("/r/")
    fields = phone.get_by_test_id("group")
    fields.first.tap()
    phone.keyboard.type("ABCD")
    expect(fields.nth(1)).to_be_focused()
    phone.keyboard.press("Backspace")
    expect(fields.first).to_be_focused()
    expect(fields.first).to_have_value("ABCD")


def test_a_slip_is_found_before_anybody_is_asked_and_its_group_is_named(phone):
    urn = Urn(phone)
    phone.goto("/r/")
    fields, slip = phone.get_by_test_id("group"), phone.get_by_test_id("slip")
    phone.get_by_test_id("go").tap()
    expect(slip).to_have_text("第1组还没打满 4 个字。")
    expect(fields.first).to_be_focused()
    for field, group in zip(fields.all(), groups(CODE), strict=True):
        field.fill(group)
    expect(phone.get_by_test_id("progress")).to_be_visible()
    phone.goto("/r/")
    typed = groups(CODE)
    typed[4] = "00U0"
    for field, group in zip(fields.all(), typed, strict=True):
        field.fill(group)
    expect(slip).to_have_text("第5组有卡上没有的字，请对着卡改。")
    fields.nth(4).fill("0001")
    expect(slip).to_contain_text("5")
    expect(slip).to_contain_text("有一处打错了")
    assert len(urn.papers) == 1


@pytest.mark.parametrize("path", ["/r/nowhere", f"/r/{CODE}", "/r/a/b", f"/r/?code={CODE}#nothing"])
def test_an_address_that_is_not_right_asks_to_scan_again_and_is_never_used(phone, watch, path):
    urn = Urn(phone)
    phone.goto(path)
    expect(phone.get_by_test_id("astray")).to_have_text("这个网址不对。请再扫一次，或者打字。")
    assert phone.url == f"{watch.origin}/r/"
    assert urn.papers == []


def test_the_page_reads_codes_as_the_server_does(phone):
    dice = random.Random(6)
    typed = ["", "0", "U" * 28, "\u3000", "０" * 28, "é" * 28, CODE + "0", CODE[:-1]]
    for _ in range(1500):
        code = code_from(dice.getrandbits(128))
        other = list(code)
        other[dice.randrange(28)] = dice.choice(ALPHABET + "UOILuoil*é")
        here = dice.randrange(27)
        swapped = code[:here] + code[here + 1] + code[here] + code[here + 2:]
        typed += [code, code.lower(), dice.choice(" -\u2014\u00b7\t").join(groups(code)), "".join(other), swapped,
                  code.replace("0", "o").replace("1", "l"), code.translate({n: n + 0xFEE0 for n in range(48, 91)})]
    phone.goto("/r/")
    expected = [code_of(one) for one in typed]
    assert phone.evaluate(CODES_OF, typed) == expected
    assert 2000 < sum(one is None for one in expected) < len(expected) - 4000


def test_the_group_with_one_wrong_letter_is_among_those_that_are_named(phone):
    dice, typed, wrong = random.Random(7), [], []
    for _ in range(200):
        code = code_from(dice.getrandbits(128))
        place = dice.randrange(28)
        letter = dice.choice([one for one in ALPHABET if one != code[place]])
        typed.append(groups(code[:place] + letter + code[place + 1:]))
        wrong.append(place // 4 + 1)
    phone.goto("/r/")
    found = phone.evaluate(SLIPS_OF, typed)
    assert {one["problem"] for one in found} == {"check"}
    assert [one["groups"] for one, group in zip(found, wrong, strict=True)
            if one["groups"] and group not in one["groups"]] == []
    # Mostly it is a help.
    assert sum(bool(one["groups"]) for one in found) > 100
