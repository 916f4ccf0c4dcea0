"""The villager's page on a small phone, with an urn that the test answers for."""

import json
import struct

import pytest
from playwright.sync_api import expect

from api.auth import COOKIE
from api.ratings.codes_rules import code_from
from tests.browser.rating_phone import (
    BALLOTS, CODE, HOTLINE, PAPER, REFUSED, Urn, answer, answer_all, choose, lost, rating_phone, scan, settle,
)
from tests.browser.site import Site

QUEUED = answer(429, {"code": 429, "status": "Too Many Requests", "reason": "too_many", "message": "", "errors": {}},
                Retry_After="1")

# A thousandth of a second of nothing, at 8,000 samples a second.
SILENCE = (b"RIFF" + struct.pack("<I", 44) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 8000, 1, 8) + b"data"
           + struct.pack("<I", 8) + b"\x80" * 8)


@pytest.fixture
def site(rating_site) -> Site:
    return rating_site


@pytest.fixture
def phone(browser, site, watch):
    with rating_phone(browser, site, watch) as page:
        yield page


def test_three_questions_take_four_taps_and_the_page_says_thank_you(phone):
    urn = Urn(phone)
    scan(phone)
    expect(phone.get_by_test_id("progress")).to_have_text("第1题，共3题")
    expect(phone.get_by_test_id("about")).to_have_text("红光村 · 评驻村工作队")
    phone.evaluate("window.taps = 0; addEventListener('click', () => { window.taps += 1; }, true)")
    answer_all(phone)
    phone.get_by_role("button", name="提交（不记名）").tap()
    expect(phone.get_by_role("heading")).to_have_text("收到了，没有记您的名字和电话")
    assert phone.evaluate("window.taps") == 4
    assert urn.papers == [{"code": CODE}]
    [ballot] = urn.ballots
    assert ballot == {"id": ballot["id"], "code": CODE, "text": None,
                      "answers": {"q1": "satisfied", "q2": "came", "q3": "a1"}}
    phone.go_back()
    expect(phone.get_by_test_id("done")).to_be_visible()


def test_the_code_is_in_bodies_only_and_nothing_is_kept_or_told(phone, watch):
    phone.context.add_cookies([{"name": COOKIE, "value": "of a cadre", "url": watch.origin}])
    asked = []
    phone.on("request", lambda request: asked.append(request) if "/api/" in request.url else None)
    Urn(phone)
    scan(phone)
    expect(phone.get_by_test_id("progress")).to_be_visible()
    assert phone.url == f"{watch.origin}/r/"
    answer_all(phone)
    phone.get_by_test_id("submit").tap()
    expect(phone.get_by_test_id("done")).to_be_visible()
    assert len(asked) == 2
    for request in asked:
        assert not {"cookie", "referer", "authorization"} & request.all_headers().keys()
    assert [url for url in watch.requests if CODE in url.split("#")[0]] == []
    kept = phone.evaluate("""async () => [localStorage.length, sessionStorage.length,
        (await navigator.serviceWorker.getRegistrations()).length, (await caches.keys()).length,
        (await indexedDB.databases()).length, JSON.stringify(history.state), document.body.innerText]""")
    assert kept[:5] == [0, 0, 0, 0, 0]
    assert json.loads(kept[5]) == {"step": 3}
    assert CODE not in kept[6]
    assert [cookie["name"] for cookie in phone.context.cookies()] == [COOKIE]


def test_the_second_tap_of_a_double_one_answers_nothing(phone):
    urn = Urn(phone)
    scan(phone)
    phone.get_by_role("button", name="满意", exact=True).dblclick(delay=60)
    expect(phone.get_by_test_id("progress")).to_have_text("第2题，共3题")
    # And of a slow one, which falls on the next question.
    phone.get_by_role("button", name="没来过").dispatch_event("click")
    settle(phone)
    expect(phone.locator('[aria-pressed="true"]')).to_have_count(0)
    expect(phone.get_by_test_id("progress")).to_have_text("第2题，共3题")
    choose(phone, "来过", then="第3题")
    choose(phone, "修好了", then="答完了")
    settle(phone)
    phone.get_by_test_id("submit").dblclick()
    expect(phone.get_by_test_id("done")).to_be_visible()
    assert [ballot["answers"]["q2"] for ballot in urn.ballots] == ["came"]


@pytest.mark.parametrize("back", ["of the page", "of the phone"])
def test_the_back_button_shows_what_was_chosen_and_lets_it_be_changed(phone, back):
    urn = Urn(phone)
    scan(phone)
    expect(phone.get_by_test_id("progress")).to_be_visible()
    expect(phone.get_by_test_id("back")).to_have_count(0)
    answer_all(phone)
    for heading in ("第3题", "第2题"):
        phone.get_by_test_id("back").tap() if back == "of the page" else phone.go_back()
        expect(phone.get_by_role("main")).to_contain_text(heading)
    expect(phone.locator('[aria-pressed="true"]')).to_have_text("来过")
    choose(phone, "没来过", then="第3题")
    choose(phone, "没有修好", then="答完了")
    settle(phone)
    phone.get_by_test_id("submit").tap()
    expect(phone.get_by_test_id("done")).to_be_visible()
    assert urn.ballots[0]["answers"] == {"q1": "satisfied", "q2": "did_not_come", "q3": "a2"}


def test_the_free_text_may_stay_empty_and_asks_for_no_names(phone):
    urn = Urn(phone, way="open")
    scan(phone)
    answer_all(phone)
    expect(phone.get_by_role("main")).to_contain_text("请不要写名字和电话")
    expect(phone.get_by_test_id("open-way")).to_contain_text("另外统计")
    box = phone.get_by_label("还有什么想说的？")
    box.fill("路灯" * 95)
    expect(phone.get_by_test_id("left")).to_have_text("还能写 10 个字")
    # Back to a question and here again, the text is still there.
    phone.get_by_test_id("back").tap()
    choose(phone, "修好了", then="答完了")
    expect(box).to_have_value("路灯" * 95)
    settle(phone)
    phone.get_by_test_id("submit").tap()
    expect(phone.get_by_test_id("done")).to_be_visible()
    assert [ballot["text"] for ballot in urn.ballots] == ["路灯" * 95]


def test_without_a_text_prompt_nothing_is_asked_but_to_submit(phone):
    Urn(phone, text_prompt=None, subject="cadre", cadre_name="张三")
    scan(phone)
    expect(phone.get_by_test_id("about")).to_have_text("红光村 · 评张三")
    answer_all(phone)
    expect(phone.get_by_test_id("text")).to_have_count(0)
    expect(phone.get_by_test_id("submit")).to_be_visible()


def test_answers_wait_on_the_page_for_the_network_and_go_by_themselves(phone):
    urn = Urn(phone)
    scan(phone)
    answer_all(phone)
    phone.unroute(BALLOTS)
    phone.context.set_offline(True)
    phone.get_by_test_id("submit").tap()
    expect(phone.get_by_role("heading")).to_have_text("现在没有网络")
    expect(phone.get_by_test_id("waiting")).to_contain_text("会自己送出")
    phone.go_back()
    expect(phone.get_by_role("heading")).to_have_text("现在没有网络")
    again = Urn(phone)
    phone.context.set_offline(False)
    expect(phone.get_by_test_id("done")).to_be_visible()
    assert (len(urn.ballots), len(again.ballots)) == (0, 1)


def test_a_lost_answer_is_asked_for_again_with_the_same_ballot(phone):
    urn = Urn(phone, first_ballots=[lost, answer(502, {}), answer(200, {"received": True})])
    scan(phone)
    answer_all(phone)
    phone.get_by_test_id("submit").tap()
    expect(phone.get_by_role("heading")).to_have_text("收到了，没有记您的名字和电话")
    assert len(urn.ballots) == 3
    assert urn.ballots[0] == urn.ballots[1] == urn.ballots[2]


def test_in_a_queue_it_says_so_and_comes_back_no_sooner_than_it_was_told(phone):
    urn = Urn(phone, first_papers=[QUEUED], first_ballots=[QUEUED, QUEUED])
    scan(phone)
    expect(phone.get_by_role("heading")).to_have_text("请稍等，正在排队")
    expect(phone.get_by_test_id("progress")).to_be_visible()
    answer_all(phone)
    phone.get_by_test_id("submit").tap()
    expect(phone.get_by_role("heading")).to_have_text("请稍等，正在排队")
    expect(phone.get_by_test_id("try-now")).to_have_count(0)
    expect(phone.get_by_test_id("done")).to_be_visible()
    assert len({ballot["id"] for ballot in urn.ballots}) == 1
    starts = phone.evaluate("""performance.getEntriesByType('resource').filter((one) => one.name.endsWith('/ballots'))
        .map((one) => one.startTime)""")
    assert len(starts) == len(urn.ballots) == 3
    assert all(later - sooner >= 1000 for sooner, later in zip(starts, starts[1:], strict=False))


def test_a_card_that_cannot_be_used_leads_to_the_telephone(phone):
    Urn(phone, first_papers=[REFUSED])
    scan(phone)
    expect(phone.get_by_role("heading")).to_have_text("这张卡不能用，请打监督电话：")
    expect(phone.get_by_test_id("hotline")).to_have_attribute("href", f"tel:{HOTLINE}")
    phone.get_by_role("button", name="打字输入卡上的码").tap()
    expect(phone.get_by_test_id("group")).to_have_count(7)


def test_a_card_that_was_used_meanwhile_is_refused_in_the_same_words(phone):
    Urn(phone, first_ballots=[REFUSED])
    scan(phone)
    answer_all(phone)
    phone.get_by_test_id("submit").tap()
    expect(phone.get_by_role("heading")).to_have_text("这张卡不能用，请打监督电话：")
    expect(phone.get_by_test_id("hotline")).to_have_text(PAPER["hotline"])


def test_the_page_speaks_english_until_it_is_opened_anew(phone):
    Urn(phone)
    scan(phone)
    phone.get_by_role("button", name="English").tap()
    expect(phone.get_by_test_id("progress")).to_have_text("Question 1 of 3")
    expect(phone.get_by_role("heading")).to_have_text("Are you satisfied with the work of the village's posted team?")
    choose(phone, "Satisfied", then="Question 2")
    choose(phone, "Yes", then="Question 3")
    # What the county asks in its own words is asked in its own words.
    choose(phone, "修好了", then="All answered")
    settle(phone)
    expect(phone.get_by_role("button", name="Submit (no names)")).to_be_visible()
    assert phone.evaluate("localStorage.length") == 0
    phone.reload()
    expect(phone.get_by_role("heading")).to_have_text("请扫卡上的码")


def test_a_question_is_read_aloud_on_a_tap_and_not_loaded_before(phone):
    asked = []

    def give(route):
        asked.append(route.request)
        route.fulfill(body=SILENCE, content_type="audio/wav")

    phone.route("**/api/v1/recordings/*", give)
    first, *others = PAPER["questions"]
    Urn(phone, questions=[{**first, "recording_id": "0d2c7a1e-1111-4222-8333-444455556666"}, *others])
    scan(phone)
    expect(phone.get_by_test_id("listen")).to_have_text("▶ 听题目")
    assert asked == []
    for _time in range(2):
        phone.get_by_test_id("listen").tap()
        # It is over at once and may be heard again.
        expect(phone.get_by_test_id("listen")).to_have_text("▶ 听题目")
    choose(phone, "满意", then="第2题")
    expect(phone.get_by_test_id("listen")).to_have_count(0)
    assert len(asked) == 1
    assert "cookie" not in asked[0].all_headers()


def test_another_card_in_the_same_window_begins_anew(phone, watch):
    urn = Urn(phone)
    scan(phone)
    choose(phone, "满意", then="第2题")
    other = code_from(7)
    scan(phone, other.lower())
    expect(phone.get_by_test_id("progress")).to_have_text("第1题，共3题")
    expect(phone.locator('[aria-pressed="true"]')).to_have_count(0)
    assert phone.url == f"{watch.origin}/r/"
    assert [paper["code"] for paper in urn.papers] == [CODE, other]
