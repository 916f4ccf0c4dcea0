"""What the law asks of the pages: the notice first, positions only by consent, one's own data, and who looked at it."""

import zipfile

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE, expect_no_sideways_scroll


@pytest.fixture
def newcomer(site):
    """A cadre who has just been invited: nothing was read, and nobody has asked about positions."""
    return site.cadre(location=None, has_read=False)


def tap_here(page):
    page.get_by_test_id("here").click()
    expect(page.get_by_test_id("outcome")).to_be_visible()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("choice", ["given", "declined"])
def test_a_newcomer_reads_chooses_and_stands_before_the_button(site, open_phone, newcomer, choice, size):
    page = open_phone(newcomer, size=size)
    notice = page.get_by_test_id("first-notice")
    expect(notice).to_contain_text("位置存 90 天就删")
    for part in ("记什么", "为什么", "存多久", "谁能看"):
        expect(notice.locator("dt").filter(has_text=part)).to_have_count(1)
    # Nothing can be recorded, and no position asked for, before the word.
    expect(page.get_by_test_id("here")).to_have_count(0)
    # Two roads of equal standing: two buttons that look alike.
    looks = [page.get_by_test_id(f"location-{one}").evaluate(
        "button => { const look = getComputedStyle(button), box = button.getBoundingClientRect();"
        " return [look.backgroundColor, look.color, look.fontSize, look.fontWeight, box.width, box.height]; }")
        for one in ("declined", "given")]
    assert looks[0] == looks[1] and looks[0][-1] >= 44
    expect_no_sideways_scroll(page)
    expect(page.get_by_test_id("location-declined")).to_have_text("不用定位")
    page.get_by_test_id(f"location-{choice}").click()
    tap_here(page)
    expect(page.get_by_test_id("outcome")).to_contain_text("已送到")
    [record] = site.evidence_of(newcomer)
    assert (record.verdict, record.latitude is None) == (
        ("inside", False) if choice == "given" else ("no_location", True))
    me = site.ask(newcomer, "/me")
    assert (me["location"]["choice"], me["notice"]["version"]) == (choice, me["notice"]["current"])
    # Asked once, not at every opening.
    page.reload()
    expect(page.get_by_test_id("week-line")).to_be_visible()
    expect(page.get_by_test_id("first-notice")).to_have_count(0)


def test_the_notice_speaks_english_too(open_phone, newcomer):
    page = open_phone(newcomer, language="en")
    expect(page.get_by_test_id("first-notice")).to_contain_text("90 days")
    expect_no_sideways_scroll(page)
    page.get_by_test_id("location-declined").click()
    expect(page.get_by_test_id("here")).to_be_visible()


def test_a_word_given_without_a_network_holds_at_once_and_is_told_later(site, open_phone, newcomer):
    page = open_phone(newcomer)
    expect(page.get_by_test_id("first-notice")).to_be_visible()
    page.context.set_offline(True)
    page.get_by_test_id("location-declined").click()
    tap_here(page)
    assert site.ask(newcomer, "/me")["location"]["choice"] is None
    with page.expect_response(lambda answer: answer.url.endswith("/check-ins")):
        page.context.set_offline(False)
    assert site.ask(newcomer, "/me")["location"]["choice"] == "declined"
    [record] = site.evidence_of(newcomer)
    assert (record.verdict, record.location_error) == ("no_location", "denied")


def test_a_consent_is_withdrawn_with_one_tap_and_old_positions_are_gone(site, open_phone):
    cadre = site.cadre()
    site.check_in(cadre, site.closed_monday)
    page = open_phone(cadre, "/phone/#me")
    with page.expect_response("**/api/v1/me/location"):
        page.get_by_test_id("without-location").check()
    assert [record.latitude for record in site.evidence_of(cadre)] == [None]
    page.goto("/phone/#today")
    tap_here(page)
    with page.expect_response(lambda answer: answer.url.endswith("/me/location")):
        page.goto("/phone/#me")
        page.get_by_test_id("without-location").uncheck()
    assert [record.verdict for record in site.evidence_of(cadre)] == ["inside", "no_location"]
    assert site.ask(cadre, "/me")["location"]["choice"] == "given"


def test_a_changed_notice_is_shown_again_without_asking_twice_about_positions(site, open_phone):
    cadre = site.cadre()
    with site.making():
        cadre.user.notice_version = "2020-01"
    page = open_phone(cadre)
    page.get_by_test_id("notice-read").click()
    expect(page.get_by_test_id("here")).to_be_visible()
    assert site.ask(cadre, "/me")["location"]["choice"] == "given"


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_ones_own_data_is_looked_at_and_taken_away(site, open_phone, size, tmp_path):
    cadre = site.cadre()
    site.check_in(cadre, site.closed_monday)
    page = open_phone(cadre, "/phone/#me", size=size)
    page.get_by_role("link", name="查看、导出、要求更正或删除").click()
    kinds = page.get_by_test_id("category")
    expect(kinds.filter(has_text="在村记录")).to_contain_text("1 条")
    expect(kinds.filter(has_text="经纬度")).to_contain_text("90 天后自动删除")
    expect(page.get_by_test_id("reveals")).to_contain_text("没有人看过")
    expect_no_sideways_scroll(page)
    with page.expect_download() as download:
        page.get_by_test_id("export").click()
    expect(page.get_by_text("已导出")).to_be_visible()
    download.value.save_as(tmp_path / "mine.zip")
    with zipfile.ZipFile(tmp_path / "mine.zip") as archive:
        assert archive.testzip() is None and {"README.txt", "presence/evidence.csv"} <= set(archive.namelist())


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_record_is_erased_on_request_and_everybody_reads_the_answer(site, open_phone, open_admin, size):
    cadre = site.cadre()
    record = site.check_in(cadre, site.closed_monday)
    phone = open_phone(cadre, f"/phone/#day/{site.closed_monday}", size=size)
    phone.get_by_role("link", name="要求更正或删除这条").click()
    form = phone.get_by_test_id("request-form")
    form.get_by_label("删除", exact=True).check()
    form.locator("textarea").fill("那天我在县里开会，按错了。")
    form.get_by_role("button", name="提交").dblclick()
    expect(phone.get_by_test_id("request")).to_have_attribute("data-state", "asked")
    desk = open_admin(site.user("admin"), "?view=requests", size)
    asked = desk.get_by_test_id("request").filter(has_text=cadre.user.name)
    expect(asked).to_have_count(1)
    expect_no_sideways_scroll(desk)
    asked.get_by_label("答复（本人看得到）").fill("已删除，请补报那天的公出。")
    asked.get_by_test_id("request-done").click()
    # What cannot be brought back is asked about once more.
    desk.get_by_test_id("erase-yes").click()
    expect(asked).to_have_attribute("data-state", "done")
    phone.reload()
    expect(phone.get_by_test_id("request")).to_contain_text("请补报那天的公出")
    [erased] = site.evidence_of(cadre)
    assert (erased.id, erased.status, erased.latitude) == (record.id, "erased", None)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_position_is_looked_at_for_a_reason_that_the_cadre_reads(site, open_desk, open_phone, size):
    cadre = site.cadre("A2")
    record = site.check_in(cadre, site.closed_monday, metres_north=2300)
    officer = site.user("supervisor", "A", name="查看的人")
    desk = open_desk(officer, f"?division={site.county.villages['A2'].code}&cadre={cadre.cadre.id}"
                              f"&month={site.closed_month}&day={site.closed_monday}", size)
    desk.get_by_test_id("reveal").click()
    desk.get_by_test_id("reveal-reason").fill("看看")
    desk.get_by_test_id("reveal-send").click()
    expect(desk.get_by_test_id("coordinates")).to_have_count(0)
    desk.get_by_test_id("reveal-reason").fill("村里说那天在外组，核对一下")
    desk.get_by_test_id("reveal-send").click()
    expect(desk.get_by_test_id("coordinates")).to_contain_text(f"{record.latitude:.5f}")
    expect_no_sideways_scroll(desk)
    phone = open_phone(cadre, "/phone/#data")
    expect(phone.get_by_test_id("reveals")).to_contain_text("查看的人")
    expect(phone.get_by_test_id("reveals")).to_contain_text("村里说那天在外组，核对一下")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize(("role", "home", "place"), [
    ("village", "/village/", "A1"), ("supervisor", "/dashboard/", "A"), ("admin", "/admin/", "county"),
    ("auditor", "/admin/", "county")])
def test_who_is_no_cadre_finds_the_own_data_asks_for_something_and_comes_back(
        site, open_context, open_admin, role, home, place, size):
    person = site.user(role, place)
    page = open_context(person, size).new_page()
    page.goto(home)
    if role == "village":
        page.get_by_test_id("who").click()
        expect(page.get_by_role("link", name="功能清单")).to_be_visible()
    page.get_by_test_id("my-data").click()
    form = page.get_by_test_id("request-form")
    form.get_by_role("textbox").fill("名字写错了。")
    # Suggestions go into the box.
    expect(form.locator('a[href="/suggestions/"]')).to_be_visible()
    form.get_by_role("button", name="提交").click()
    expect(page.get_by_test_id("request")).to_contain_text("名字写错了")
    # Nothing to record here, and nothing that would lead to it.
    expect(page.get_by_test_id("tab-today")).to_have_count(0)
    expect_no_sideways_scroll(page)
    page.get_by_test_id("to-notice").click()
    expect(page.get_by_test_id("notice")).to_contain_text("备份里的最多再留 30 天")
    expect(page.get_by_test_id("location-given")).to_have_count(0)
    expect_no_sideways_scroll(page)
    for _step in ("from the notice", "from one's data"):
        page.locator("a.back").click()
    page.wait_for_url(f"**{home}*")
    expect(page.get_by_test_id("my-data")).to_be_attached()
    expect_no_sideways_scroll(page)
    desk = open_admin(site.user("admin"), "?view=requests", size)
    asked = desk.get_by_test_id("request").filter(has_text=person.user.name).filter(has_text="名字写错了")
    expect(asked).to_have_count(1)
    expect_no_sideways_scroll(desk)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize(("role", "place", "home"), [
    ("village", "A1", "/village/"), ("supervisor", "A", "/dashboard/"), ("admin", "county", "/admin/"),
    ("auditor", "county", "/admin/")])
def test_who_is_new_at_a_desk_is_told_first_what_is_kept(site, open_context, role, place, home, size):
    person = site.user(role, place, has_read=False)
    page = open_context(person, size).new_page()
    page.goto(home)
    notice = page.get_by_test_id("desk-notice")
    # What, why, how long, and who sees it.
    for words in ("登录的时间和设备", "用来算清驻村天数", "日志至少存 6 个月", "管理员、审计和上级看得到"):
        expect(notice).to_contain_text(words)
    expect_no_sideways_scroll(page)
    page.route("**/api/v1/me/notice", lambda route: route.abort())
    page.get_by_test_id("desk-notice-read").click()
    expect(notice.get_by_role("alert")).to_be_visible()
    page.unroute("**/api/v1/me/notice")
    with page.expect_response("**/api/v1/me/notice"):
        page.get_by_test_id("desk-notice-read").click()
    expect(notice).to_have_count(0)
    # Told once, not at every opening.
    page.reload()
    expect(page.locator("main, nav").first).to_be_visible()
    expect(notice).to_have_count(0)
    told = site.ask(person, "/me")["notice"]
    assert told["version"] == told["current"]


def test_a_cadre_at_a_desk_reads_the_whole_notice_and_is_asked_about_positions(site, open_context, newcomer):
    with site.making() as county:
        county.grant(newcomer, "supervisor", county.townships["A"])
    page = open_context(newcomer, DESK).new_page()
    page.goto("/dashboard/")
    notice = page.get_by_test_id("desk-notice")
    expect(notice).to_be_visible()
    # What is said here does not speak of a cadre's positions, so that it cannot be noted as read.
    expect(page.get_by_test_id("desk-notice-read")).to_have_count(0)
    notice.get_by_role("link").click()
    expect(page.get_by_test_id("first-notice")).to_contain_text("位置存 90 天就删")
    with page.expect_response("**/api/v1/me/notice"):
        page.get_by_test_id("location-declined").click()
    page.goto("/dashboard/")
    expect(page.locator("nav").first).to_be_visible()
    expect(notice).to_have_count(0)
