"""A vote on cadres in the browser: prepared at the desk, counted by two on their phones, read out, signed."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK
from tests.ratings.votes.vote_data import vote_body

VOTES = "/assessed-votes"
HEADINGS = ("virtue", "ability", "diligence", "results", "integrity")
GRADES = ("excellent", "competent", "basic", "incompetent")


@pytest.fixture
def meeting(site):
    """A village of the test's own with a cadre who is voted on today, a township's supervisor and its committee."""
    with site.making() as county:
        village = county.new_village()
    people = {"voted": site.cadre(village, name="王伟"), "township": site.user("supervisor", "A"),
              "committee": site.user("village", village)}
    return {**people, "village": site.county.villages[village], "name": village}


@pytest.fixture
def opened(site, meeting):
    """A vote whose counting is open, and the codes of its tellers; without headings where the test says so."""
    def open_(**changes):
        body = vote_body(site.county, meeting["voted"], village=meeting["name"], held_on=str(site.today), **changes)
        site.ask(meeting["committee"], VOTES, body)
        tellers = site.ask(meeting["committee"], f"{VOTES}/{body['id']}/countings", {})["tellers"]
        return body["id"], [one["url"].split("#")[1] for one in tellers]
    return open_


def tally(open_context, code):
    page = open_context().new_page()
    page.goto(f"/tally/#{code}")
    expect(page.get_by_test_id("count")).to_be_visible()
    return page


def fill(page, cadre, overall=(6, 3, 1, 0), *, abstained=1, headings=(6, 3, 1, 0)):
    """Twelve ballots issued, twelve back, one void; eleven valid ones for one cadre."""
    id = cadre.cadre.id
    for name, number in {"issued": 12, "returned": 12, "void": 1, f"{id} overall abstained": abstained,
                         **{f"{id} overall {grade}": n for grade, n in zip(GRADES, overall, strict=True)},
                         **{f"{id} {heading} {grade}": n for heading in HEADINGS
                            for grade, n in zip(GRADES, headings, strict=True)}}.items():
        page.get_by_test_id(name).fill(str(number))


def test_two_tellers_count_and_see_nothing_of_each_other(site, open_context, meeting, opened):
    id, codes = opened()
    voted, addresses = meeting["voted"], []
    first, second = (tally(open_context, code) for code in codes)
    for page in (first, second):
        page.on("request", lambda request: addresses.append((request.url, request.headers.get("cookie"))))
    expect(first.get_by_test_id("teller")).to_have_text("计票人 1：张三")
    fill(first, voted)
    first.get_by_test_id("send").click()
    expect(first.get_by_test_id("waiting")).to_have_text("等另一位计票人")
    assert not re.search(r"[0-9]{2}", first.get_by_test_id("waiting").inner_text())
    first.reload()
    expect(first.get_by_test_id("waiting")).to_be_visible()
    fill(second, voted, (5, 4, 1, 0))
    second.get_by_test_id("send").click()
    # They differ: both begin anew with empty boxes, the first one without touching anything.
    for page in (second, first):
        expect(page.get_by_test_id("differs")).to_be_visible()
        expect(page.get_by_test_id("issued")).to_have_value("")
        fill(page, voted)
    first.get_by_test_id("send").click()
    expect(first.get_by_test_id("waiting")).to_be_visible()
    second.get_by_test_id("send").click()
    for page in (second, first):
        expect(page.get_by_test_id("agreed")).to_be_visible()
    assert {url.split("/api/v1")[1] for url, _cookie in addresses if "/api/v1" in url} == {
        "/teller-papers", "/teller-counts"}
    assert not any(code in url.split("#")[0] for url, _cookie in addresses for code in codes)
    assert {cookie for _url, cookie in addresses} == {None}
    assert first.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
    assert site.ask(meeting["committee"], f"{VOTES}/{id}")["state"] == "counted"


def test_the_line_that_does_not_add_up_is_said_while_it_is_typed(open_context, meeting, opened):
    _id, codes = opened()
    voted, page = meeting["voted"], tally(open_context, codes[0])
    id = voted.cadre.id
    page.get_by_test_id("issued").fill("13")
    expect(page.get_by_test_id("wrong issued")).to_contain_text("实到只有 12 人")
    fill(page, voted, (6, 3, 1, 1))
    expect(page.get_by_test_id("wrong issued")).to_have_count(0)
    expect(page.get_by_test_id(f"wrong {id} overall")).to_have_text("对不上：这一行合计 12，有效票是 11")
    expect(page.get_by_test_id(f"sum {id} virtue")).to_have_text("合计 10，最多 11")
    page.get_by_test_id("send").click()
    expect(page.get_by_test_id("failure")).to_have_text("有的行对不上，请看标红的地方。")
    page.get_by_test_id(f"{id} overall incompetent").fill("0")
    expect(page.get_by_test_id(f"sum {id} overall")).to_have_text("合计 11，有效票 11")
    page.get_by_test_id(f"{id} integrity excellent").fill("")
    page.get_by_test_id("send").click()
    expect(page.get_by_test_id("failure")).to_have_text("还有 1 个格子没填；没有的请填 0。")


def test_a_count_whose_answer_was_lost_is_sent_again_as_the_same(open_context, meeting, opened, watch):
    _id, codes = opened()
    page, bodies = tally(open_context, codes[0]), []
    fill(page, meeting["voted"])

    def lose(route):
        bodies.append(route.request.post_data_json)
        route.fetch()
        route.abort()

    page.route("**/api/v1/teller-counts", lose, times=1)
    page.get_by_test_id("send").click()
    expect(page.get_by_test_id("failure")).to_be_visible()
    with page.expect_response("**/api/v1/teller-counts") as answer:
        page.get_by_test_id("send").click()
    assert (answer.value.status, answer.value.request.post_data_json) == (200, bodies[0])
    expect(page.get_by_test_id("waiting")).to_be_visible()


def test_a_code_can_be_typed_and_a_wrong_one_is_refused_plainly(open_context, opened):
    _id, codes = opened()
    page = open_context().new_page()
    page.goto("/tally/")
    page.get_by_test_id("code").fill("0000 0000")
    page.get_by_test_id("open").click()
    expect(page.get_by_test_id("refused")).to_have_text("这个计票码不能用，请找主持人重新要一个。")
    page.get_by_test_id("code").fill(" ".join(codes[0][at:at + 4] for at in range(0, 28, 4)).lower())
    page.get_by_test_id("open").click()
    expect(page.get_by_test_id("count")).to_be_visible()


def test_the_page_fits_a_narrow_phone_with_large_type(open_context, meeting, opened):
    _id, codes = opened()
    page = open_context(size=(320, 640)).new_page()
    page.goto(f"/tally/#{codes[0]}")
    expect(page.get_by_test_id("count")).to_be_visible()
    page.evaluate("document.documentElement.style.fontSize = '150%'")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    sizes = page.evaluate("[...document.querySelectorAll('input, button')].map((one) => one.offsetHeight)")
    assert min(sizes) >= 44


def test_a_vote_goes_its_way_at_the_desk(site, open_context, meeting):
    page = open_context(meeting["township"], DESK).new_page()
    page.goto(f"/dashboard/?view=votes&division={meeting['village'].code}")
    page.get_by_test_id("vote-new").click()
    form = page.get_by_test_id("vote-prepare")
    for name, value in {"place": "村委会大院", "presided_by": "周监委"}.items():
        form.locator(f"[name={name}]").fill(value)
    for place, name in enumerate(("张三", "李四")):
        form.locator("[name=teller]").nth(place).fill(name)
    form.get_by_text("王伟").click()
    form.get_by_test_id("party_members expected").fill("15")
    form.get_by_test_id("party_members present").fill("9")
    page.get_by_test_id("vote-save").click()
    expect(page.get_by_test_id("quorum")).to_have_attribute("data-met", "false")
    page.get_by_test_id("open-counting").click()
    expect(page.get_by_test_id("step-failure")).to_contain_text("至少要到 10 人")
    page.get_by_test_id("vote-change").click()
    page.get_by_test_id("party_members present").fill("12")
    page.get_by_test_id("vote-save").click()
    expect(page.get_by_test_id("quorum")).to_have_attribute("data-met", "true")
    with page.expect_download() as ballot:
        page.get_by_test_id("vote_form").click()
    assert ballot.value.suggested_filename.endswith("民主测评表.docx")
    page.get_by_test_id("open-counting").click()
    codes = [page.get_by_test_id(f"code {number}").inner_text() for number in (1, 2)]
    page.get_by_test_id("codes-close").click()
    expect(page.get_by_test_id("teller 1")).to_contain_text("还没报数")
    expect(page.get_by_test_id("vote-result")).to_have_count(0)
    for code in codes:
        phone = tally(open_context, code.replace(" ", ""))
        fill(phone, meeting["voted"])
        phone.get_by_test_id("send").click()
        expect(phone.get_by_test_id("waiting").or_(phone.get_by_test_id("agreed"))).to_be_visible()
    page.get_by_test_id("look").click()
    expect(page.get_by_test_id("vote-result")).to_contain_text("54.5%")
    page.get_by_test_id("read-out").click()
    page.get_by_test_id("sign").click()
    page.get_by_test_id("sign-form").locator("[name=minutes]").fill("当场计票，当场宣读。")
    page.get_by_test_id("sign-save").click()
    expect(page.get_by_test_id("vote-open")).to_have_attribute("data-state", "signed")
    expect(page.get_by_text("当场计票，当场宣读。")).to_be_visible()
    with page.expect_download() as minutes:
        page.get_by_test_id("vote_minutes").click()
    assert minutes.value.suggested_filename.endswith("计票结果和会议记录.docx")


def test_the_committee_holds_a_vote_on_its_phone(open_context, meeting, opened):
    id, _codes = opened()
    page = open_context(meeting["committee"]).new_page()
    page.goto("/village/#more")
    page.get_by_test_id("to-votes").click()
    expect(page.get_by_test_id("vote")).to_have_attribute("data-state", "counting")
    page.get_by_role("link", name="王伟").click()
    page.get_by_test_id("new-codes").click()
    expect(page.get_by_test_id("teller-codes").locator("img")).to_have_count(2)
    page.get_by_test_id("codes-close").click()
    page.get_by_test_id("annul").click()
    page.get_by_test_id("annul-form").locator("[name=reason]").fill("人数报错了")
    page.get_by_test_id("annul-save").click()
    expect(page.get_by_test_id("vote-open")).to_have_attribute("data-state", "annulled")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.url.endswith(id)


def test_a_cadre_writes_the_duty_report_on_the_phone_and_reads_the_result_later(site, open_context, meeting):
    body = vote_body(site.county, meeting["voted"], village=meeting["name"], held_on=str(site.today))
    site.ask(meeting["committee"], VOTES, body)
    page = open_context(meeting["voted"]).new_page()
    page.goto("/phone/#duty")
    page.get_by_test_id("duty-form").locator("textarea").fill("一年来走访 60 户")
    page.get_by_test_id("duty-form").locator("button").click()
    expect(page.get_by_test_id("duty-saved")).to_be_visible()
    seen = site.ask(meeting["committee"], f"{VOTES}/{body['id']}")
    assert seen["subjects"][0]["duty_report"] == "一年来走访 60 户"
    site.ask(meeting["committee"], f"{VOTES}/{body['id']}/countings", {})
    page.reload()
    expect(page.get_by_test_id("duty")).to_have_attribute("data-state", "counting")
    expect(page.get_by_test_id("duty-form")).to_have_count(0)
    expect(page.get_by_test_id("duty-share")).to_have_count(0)
