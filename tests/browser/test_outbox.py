"""The outbox: a record lives on the phone until the server has it, is sent exactly once, and only as its owner."""

import json

import pytest
from playwright.sync_api import expect

from tests.browser.site import PASSWORD

CHECK_INS = "**/api/v1/check-ins"
BUSY = {"code": 503, "status": "Service Unavailable", "reason": "database_unavailable", "message": "稍后再试。",
        "errors": {}}
# Until the service worker has every file, and the words that the page told it of.
KEPT = """async () => {
  await navigator.serviceWorker.ready;
  for (let turn = 0; turn < 200; turn += 1) {
    const kept = await Promise.all(['/phone/whole', '/words/phone.zh.json'].map((path) => caches.match(path)));
    if (kept.every(Boolean)) return true;
    await new Promise((resolve) => { setTimeout(resolve, 50); });
  }
  return false;
}"""


def tap_here(page):
    page.get_by_test_id("here").click()


def expect_state(page, state):
    expect(page.get_by_test_id("outcome")).to_have_attribute("data-state", state)


def log_in(page, person):
    page.get_by_label("用户名").fill(person.user.username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_test_id("here")).to_be_visible()


def test_a_cut_network_keeps_the_record_and_a_restored_one_sends_it(site, open_phone):
    cadre = site.cadre()
    page = open_phone(cadre)
    expect(page.get_by_test_id("week-line")).to_be_visible()
    page.context.set_offline(True)
    tap_here(page)
    expect(page.get_by_test_id("outcome")).to_contain_text("存在手机里")
    expect(page.get_by_label("1 条还没送到")).to_be_visible()
    today = page.locator(f'[data-testid="day"][data-day="{site.today}"]')
    expect(today).to_have_attribute("data-mark", "unsent")
    assert site.evidence_of(cadre) == []
    page.context.set_offline(False)
    expect_state(page, "sent")
    expect(today).to_have_attribute("data-mark", "stationed")
    expect(page.get_by_label("1 条还没送到")).to_have_count(0)
    assert len(site.evidence_of(cadre)) == 1


def test_a_lost_answer_does_not_make_a_second_record(site, open_phone):
    cadre = site.cadre()
    page = open_phone(cadre)
    answers = []

    def lose_the_first_answer(route):
        answer = route.fetch()
        answers.append(answer.status)
        if len(answers) == 1:
            route.abort("connectionreset")
        else:
            route.fulfill(response=answer)

    page.route(CHECK_INS, lose_the_first_answer)
    tap_here(page)
    page.get_by_test_id("to-records").click()
    expect(page.get_by_test_id("record")).to_contain_text("现在没有网络，有网就自动送。")
    page.get_by_test_id("send-now").click()
    expect(page.get_by_test_id("record")).to_have_attribute("data-state", "sent")
    assert answers == [201, 200]
    assert len(site.evidence_of(cadre)) == 1


def test_a_busy_server_is_asked_again_by_itself(site, open_context):
    cadre = site.cadre()
    page = open_context(cadre).new_page()
    page.clock.install()
    asked = []

    def busy_at_first(route):
        asked.append(route.request.post_data_json)
        if len(asked) == 1:
            route.fulfill(status=503, headers={"Retry-After": "9"}, json=BUSY)
        else:
            route.continue_()

    page.route(CHECK_INS, busy_at_first)
    page.goto("/phone/")
    tap_here(page)
    expect(page.get_by_test_id("outcome")).to_contain_text("存在手机里")
    page.get_by_test_id("to-records").click()
    expect(page.get_by_test_id("record")).to_contain_text("服务器忙，过一会儿自动再送。")
    page.clock.fast_forward(5_000)
    # Retry-After is longer than the phone's own wait, and holds.
    assert len(asked) == 1
    page.clock.fast_forward(6_000)
    expect(page.get_by_test_id("record")).to_have_attribute("data-state", "sent")
    first, second = [{key: value for key, value in body.items() if key != "elapsed_ms"} for body in asked]
    assert first == second
    assert len(site.evidence_of(cadre)) == 1


def test_a_refused_record_is_shown_and_never_thrown_away_unasked(site, open_phone):
    cadre = site.cadre()
    page = open_phone(cadre)
    page.route(CHECK_INS, lambda route: route.fulfill(
        status=409, json={**BUSY, "code": 409, "reason": "id_reused", "message": "这条请看一下。"}))
    tap_here(page)
    expect_state(page, "attention")
    page.get_by_role("link", name="去看看").click()
    record = page.get_by_test_id("record")
    expect(record).to_contain_text("这条请看一下。")
    record.get_by_role("button", name="删除").click()
    page.get_by_test_id("question").get_by_role("button", name="不用了").click()
    expect(record).to_have_attribute("data-state", "attention")
    page.unroute(CHECK_INS)
    record.get_by_role("button", name="再送一次").click()
    expect(record).to_have_attribute("data-state", "sent")
    assert len(site.evidence_of(cadre)) == 1


@pytest.mark.parametrize("answer", [
    {"content_type": "text/html", "body": "<p>Please pay</p>"}, {"json": {"id": "another"}}, {"json": []},
], ids=["a page", "another record", "nothing"])
def test_what_somebody_on_the_way_answers_is_no_success(site, open_phone, answer):
    cadre = site.cadre()
    page = open_phone(cadre)
    page.route(CHECK_INS, lambda route: route.fulfill(status=200, **answer))
    tap_here(page)
    page.get_by_test_id("to-records").click()
    record = page.get_by_test_id("record")
    expect(record).to_contain_text("现在没有网络，有网就自动送。")
    page.unroute(CHECK_INS)
    page.get_by_test_id("send-now").click()
    expect(record).to_have_attribute("data-state", "sent")
    assert len(site.evidence_of(cadre)) == 1


def test_a_log_in_that_ended_midway_keeps_the_record_until_the_next(site, open_phone):
    cadre = site.cadre()
    site.give_password(cadre)
    page = open_phone(cadre)
    expect(page.get_by_test_id("week-line")).to_be_visible()
    site.end_sessions(cadre)
    tap_here(page)
    expect(page.get_by_test_id("signed-out")).to_contain_text("记录都在手机里，登录后接着送。")
    expect(page.get_by_test_id("outcome")).to_contain_text("存在手机里")
    page.get_by_test_id("signed-out").get_by_role("link").click()
    log_in(page, cadre)
    expect_state(page, "sent")
    assert len(site.evidence_of(cadre)) == 1


def test_records_are_sent_only_as_their_owner(site, open_phone):
    first, second = site.cadre(name="先来"), site.cadre("B1", name="后到")
    for person in (first, second):
        site.give_password(person)
    page = open_phone(first)
    page.route(CHECK_INS, lambda route: route.fulfill(status=503, json=BUSY))
    tap_here(page)
    expect(page.get_by_test_id("outcome")).to_contain_text("存在手机里")
    page.get_by_test_id("tab-me").click()
    page.get_by_test_id("log-out").click()
    expect(page.get_by_test_id("question")).to_contain_text("还有 1 条记录在这台手机里")
    page.get_by_test_id("question").get_by_role("button", name="退出登录").click()
    expect(page.get_by_test_id("password-form")).to_be_visible()
    page.unroute(CHECK_INS)
    sent = []
    page.on("request", lambda request: request.url.endswith("/check-ins") and sent.append(request.post_data))
    log_in(page, second)
    page.get_by_test_id("to-records").click()
    expect(page.get_by_text("还没有记录。")).to_be_visible()
    page.get_by_test_id("tab-today").click()
    tap_here(page)
    expect_state(page, "sent")
    # The second one's sender has run, and the first one's record was not in its hands.
    assert len(sent) == 1
    assert (len(site.evidence_of(first)), len(site.evidence_of(second))) == (0, 1)
    page.get_by_test_id("tab-me").click()
    page.get_by_test_id("log-out").click()
    page.get_by_test_id("question").get_by_role("button", name="退出登录").click()
    log_in(page, first)
    expect_state(page, "sent")
    assert json.loads(sent[0])["id"] != json.loads(sent[1])["id"]
    [[of_first], [of_second]] = site.evidence_of(first), site.evidence_of(second)
    # Both came from one phone, which is for a person to look at.
    assert of_first.device_id == of_second.device_id is not None


def test_another_user_in_another_tab_stops_this_one(site, open_context):
    first, second = site.cadre(), site.cadre()
    site.give_password(second)
    context = open_context(first)
    page = context.new_page()
    page.goto("/phone/")
    expect(page.get_by_test_id("here")).to_be_visible()
    context.clear_cookies()
    other = context.new_page()
    other.goto("/")
    log_in(other, second)
    expect(page.locator("header.top")).to_contain_text(second.user.name)


def test_without_a_network_the_page_opens_and_the_record_is_there(site, open_phone):
    cadre = site.cadre()
    page = open_phone(cadre, offline_copy=True)
    expect(page.get_by_test_id("week-line")).to_be_visible()
    assert page.evaluate(KEPT)
    page.context.set_offline(True)
    tap_here(page)
    expect_state(page, "saved")
    page.reload()
    expect(page.get_by_test_id("outcome")).to_contain_text("存在手机里")
    expect(page.get_by_test_id("week-line")).to_be_visible()
    expect(page.get_by_test_id("freshness")).to_contain_text("没有网络")
    for view in ("to-records", "tab-visits", "to-concerns", "tab-diary", "to-reports", "tab-month", "to-leave",
                 "tab-me"):
        page.get_by_test_id(view).click()
        expect(page.locator("main")).to_have_attribute("data-view", view.partition("-")[2])
    expect(page.get_by_test_id("who")).to_contain_text(cadre.user.name)
    page.context.set_offline(False)
    page.get_by_test_id("tab-today").click()
    expect_state(page, "sent")
    assert len(site.evidence_of(cadre)) == 1


@pytest.mark.parametrize("fault", ["quota", "no store"])
def test_a_browser_that_keeps_nothing_says_so_and_sends_at_once(site, open_context, fault):
    cadre = site.cadre()
    context = open_context(cadre)
    context.add_init_script({
        "quota": "IDBObjectStore.prototype.add = () => { throw new DOMException('full', 'QuotaExceededError'); };",
        "no store": "Object.defineProperty(window, 'indexedDB', { get() { throw new Error('private'); } });",
    }[fault])
    page = context.new_page()
    page.goto("/phone/")
    tap_here(page)
    expect_state(page, "sent")
    if fault == "no store":
        expect(page.get_by_test_id("no-store")).to_be_visible()
    assert len(site.evidence_of(cadre)) == 1
