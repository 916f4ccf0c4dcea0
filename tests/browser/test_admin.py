"""The administration's page: users, postings, cards, places, rules, calendar, audit log, and a desk left alone."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from api.postings.account_models import Grant
from tests.browser.conftest import DESK, PHONE, expect_no_sideways_scroll

SIZES = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
VIEWS = ("users", "postings", "cards", "places", "policies", "calendar", "import")


@SIZES
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_fits_and_says_what_it_is(site, open_admin, view, size):
    site.cadre("A1")
    page = open_admin(site.user("admin"), f"?view={view}", size)
    expect(page.locator(f"[data-testid=view-{view}]")).to_have_attribute("aria-current", "page")
    expect(page.locator("h1")).to_be_visible()
    expect(page.get_by_test_id("loading")).to_have_count(0)
    expect_no_sideways_scroll(page)


def test_the_page_speaks_english_too(site, open_admin):
    page = open_admin(site.user("admin"), language="en")
    expect(page.locator("h1")).to_have_text("Users")
    page.get_by_test_id("language").click()
    expect(page.locator("h1")).to_have_text("用户")


@SIZES
def test_a_user_is_added_given_a_role_invited_and_switched_off(site, open_admin, size):
    admin = site.user("admin")
    name = f"new.user{size[0]}"
    page = open_admin(admin, "", size)
    page.get_by_text("添加用户").click()
    form = page.get_by_test_id("user-form")
    form.get_by_label("姓名或名称").fill("新来的")
    form.get_by_label("用户名").fill(name)
    form.get_by_role("button", name="添加").click()
    panel = page.get_by_test_id("user-panel")
    expect(panel).to_contain_text("还没有角色")
    panel.get_by_label("角色").select_option("supervisor")
    panel.get_by_test_id("grant-township").select_option(label="子营街道")
    panel.get_by_role("button", name="给这个角色").click()
    expect(panel.get_by_test_id("grant")).to_contain_text("督查 · 子营街道")
    panel.get_by_test_id("invite-user").click()
    expect(panel.get_by_test_id("card")).to_contain_text(name)
    expect_no_sideways_scroll(page)
    panel.get_by_test_id("disable").click()
    expect(panel.get_by_test_id("disable")).to_have_text("重新启用")
    [user] = site.ask(admin, f"/users?query={name}")["users"]
    assert user["disabled_at"] and [grant["role"] for grant in user["grants"]] == ["supervisor"]


def test_a_lost_phone_is_logged_out(site, open_admin):
    cadre, admin = site.cadre("A1", name="丢手机的"), site.user("admin")
    agent = "Mozilla/5.0 (Linux; Android 12; HUAWEI) AppleWebKit/537.36 Chrome/99.0 Mobile MicroMessenger/8.0"
    site.token(cadre, user_agent=agent)
    page = open_admin(admin, "?query=丢手机的")
    page.get_by_test_id("open-user").first.click()
    expect(page.get_by_test_id("session")).to_have_count(1)
    expect(page.get_by_test_id("session")).to_contain_text("微信，安卓手机")
    expect(page.get_by_test_id("session")).not_to_contain_text("Mozilla")
    page.get_by_test_id("revoke").click()
    expect(page.get_by_text("现在没有登录着的设备。")).to_be_visible()


def test_what_somebody_else_changed_meanwhile_is_told_and_what_was_typed_stays(site, open_admin):
    person, admin = site.user("village", "A1", name="改名前"), site.user("admin")
    page = open_admin(admin, f"?query={person.user.username}")
    page.locator(f"[data-user={person.user.username}]").get_by_test_id("open-user").click()
    with site.making():
        person.user.version += 1
        person.user.name = "别人改的"
    form = page.get_by_test_id("rename-form")
    form.get_by_label("姓名").fill("我改的")
    form.get_by_role("button").click()
    expect(page.get_by_test_id("failed")).to_contain_text("刚被别人改过，您填的还在")
    expect(page.get_by_test_id("changes")).to_contain_text("原来是「改名前」，现在是「别人改的」")
    expect(form.get_by_label("姓名")).to_have_value("我改的")
    form.get_by_role("button").click()
    expect(page.locator(f"[data-user={person.user.username}]")).to_contain_text("我改的")
    expect(page.get_by_test_id("failed")).to_have_count(0)


@SIZES
def test_roles_to_come_are_seen_and_taken_back_and_past_ones_are_folded_away(site, open_admin, size):
    person, admin = site.user("village", "A1"), site.user("admin")
    day = timedelta(days=1)
    give = {"user_id": person.user.id, "division_code": site.county.CODE}
    site.ask(admin, "/grants", {**give, "role": "auditor", "from_on": "2025-01-01", "to_on": "2025-12-31"})
    site.ask(admin, "/grants", {**give, "role": "supervisor", "from_on": (site.today + 9 * day).isoformat()})
    page = open_admin(admin, f"?query={person.user.username}", size)
    page.locator(f"[data-user={person.user.username}]").get_by_test_id("open-user").click()
    past, current, coming = (page.locator(f"[data-testid=grant][data-time={time}]")
                             for time in ("past", "current", "coming"))
    expect(coming).to_contain_text("督查 · 余庆县 还没到")
    expect(past).to_be_hidden()
    page.get_by_test_id("past-grants").click()
    expect(past).to_contain_text("审计")
    expect_no_sideways_scroll(page)
    coming.get_by_test_id("withdraw-grant").click()
    expect(coming).to_have_count(0)
    # Set meanwhile by somebody else: the page ends the grant as it was shown, so it is told.
    [held] = [one for one in site.ask(admin, f"/grants?user_id={person.user.id}")["grants"] if one["role"] == "village"]
    with site.making() as county:
        grant = county.session.get(Grant, held["id"])
        grant.version, grant.to_on = grant.version + 1, site.today + 30 * day
    current.get_by_test_id("end-grant").click()
    expect(current.get_by_test_id("changes")).to_contain_text("到哪天止：原来是「（空）」")
    current.get_by_test_id("end-grant").click()
    expect(current.get_by_test_id("changes")).to_have_count(0)
    expect(current).to_contain_text("到 ")
    assert site.ask(admin, f"/grants?user_id={person.user.id}")["grants"][0]["to_on"] == site.today.isoformat()


@SIZES
def test_a_user_becomes_a_cadre_and_is_moved_on(site, open_admin, size):
    admin, person = site.user("admin"), site.user()
    page = open_admin(admin, "?view=postings", size)
    page.get_by_test_id("add-cadre").click()
    form = page.get_by_test_id("cadre-form")
    form.get_by_label("用户名").fill(person.user.username)
    form.get_by_label("派出单位").fill("县水务局")
    form.get_by_label("职务").select_option("first_secretary")
    form.get_by_test_id("cadre-township").select_option(label="龙溪镇")
    form.get_by_test_id("cadre-village").select_option(label="B1村")
    form.get_by_role("button", name="派驻").click()
    row = page.locator(f"[data-username={person.user.username}]")
    expect(row).to_contain_text("B1村")
    row.get_by_test_id("open-cadre").click()
    facts = page.get_by_test_id("facts-form")
    expect(facts.get_by_label("级别")).to_have_value("staff")
    expect(facts.get_by_label("职务")).to_have_value("first_secretary")
    facts.get_by_label("派出单位").fill("县林业局")
    facts.get_by_role("button").click()
    expect(row).to_contain_text("县林业局")
    expect_no_sideways_scroll(page)
    row.get_by_test_id("open-cadre").click()
    end = page.get_by_test_id("end-form")
    end.get_by_label("最后一天").fill(site.today.isoformat())
    end.get_by_role("button").click()
    expect(page.get_by_test_id("end-form")).to_have_count(0)
    [cadre] = [one for one in site.ask(admin, f"/cadres?division={site.county.villages['B1'].code}")["cadres"]
               if one["username"] == person.user.username]
    assert cadre["posting"]["to_on"] == site.today.isoformat()


@SIZES
def test_cards_are_made_for_whoever_never_came_in(site, open_admin, size):
    with site.making() as county:
        new = [county.cadre("B2", name=f"没来过{size[0]}之{number}") for number in (1, 2)]
        for person in new:
            person.user.first_log_in_at = None
    page = open_admin(site.user("admin", "B"), "?view=cards", size)
    page.get_by_test_id("make-cards").click()
    for person in new:
        expect(page.get_by_test_id("card").filter(has_text=person.user.name)).to_contain_text("B2村")
    expect_no_sideways_scroll(page)
    page.emulate_media(media="print")
    expect(page.get_by_test_id("card").first).to_be_visible()
    expect(page.get_by_test_id("make-cards")).to_be_hidden()


@SIZES
def test_a_place_is_added_resized_and_removed(site, open_admin, size):
    village = site.county.villages["A2"]
    page = open_admin(site.user("admin"), f"?view=places&division={village.code}", size)
    count = page.get_by_test_id("place").count()
    page.get_by_test_id("add-place").click()
    form = page.get_by_test_id("place-form")
    form.get_by_label("名称").fill(f"学校{size[0]}")
    form.get_by_label("村民小组").fill("三组")
    form.get_by_label("坐标（").fill("北纬27 东经")
    form.get_by_role("button", name="添加").click()
    expect(page.get_by_test_id("failed")).to_contain_text("先纬度后经度")
    form.get_by_label("坐标（").fill("107.9, 27.3")
    form.get_by_role("button", name="添加").click()
    place = page.get_by_test_id("place").last
    expect(page.get_by_test_id("place")).to_have_count(count + 1 if count else 2)
    place.get_by_label("半径").fill("600")
    place.get_by_role("button", name="保存").click()
    expect(place).to_contain_text("现在 600")
    expect_no_sideways_scroll(page)
    place.get_by_test_id("remove-place").click()
    page.get_by_test_id("remove-yes").click()
    expect(page.locator(f"input[value=学校{size[0]}]")).to_have_count(0)


def test_a_rule_is_set_from_the_first_monday_on_with_its_source(site, open_admin):
    admin = site.user("admin")
    page = open_admin(admin, f"?view=policies&division={site.county.townships['A'].code}")
    page.get_by_test_id("add-policy").click()
    form = page.get_by_test_id("policy-form")
    form.get_by_label("规则").select_option("days_per_week")
    form.get_by_label("值", exact=True).fill("5")
    form.get_by_label("依据的文件").fill("子营街道〔2026〕9号")
    form.get_by_role("button").click()
    row = page.get_by_test_id("policy").filter(has_text="子营街道〔2026〕9号")
    expect(row).to_contain_text("5 天")
    expect(row).to_contain_text("还没到")
    expect(row.get_by_test_id("set-by")).to_contain_text(admin.user.name)


def test_another_rule_leaves_the_source_and_a_chosen_day_as_they_were(site, open_admin):
    page = open_admin(site.user("admin"), f"?view=policies&division={site.county.townships['A'].code}")
    page.get_by_test_id("add-policy").click()
    form = page.get_by_test_id("policy-form")
    source, day = form.get_by_label("依据的文件"), form.get_by_label("从哪天起")
    source.fill("余组发〔2026〕12号 第三条")
    form.get_by_label("规则").select_option("radius_m")
    expect(day).to_have_value(site.today.isoformat())
    form.get_by_label("值", exact=True).fill("500")
    day.fill("2027-03-01")
    form.get_by_label("规则").select_option("days_per_week")
    expect(source).to_have_value("余组发〔2026〕12号 第三条")
    expect(day).to_have_value("2027-03-01")
    # Metres are no days a week.
    expect(form.get_by_label("值", exact=True)).to_have_value("")


def test_a_day_is_set_by_hand_and_a_year_without_notice_says_so(site, open_admin):
    page = open_admin(site.user("admin"), "?view=calendar&year=2033")
    expect(page.get_by_test_id("official")).to_contain_text("还没有录入")
    page.get_by_test_id("set-day").click()
    form = page.get_by_test_id("day-form")
    form.get_by_label("日期").fill("2033-06-01")
    form.get_by_label("种类").select_option("rest")
    form.get_by_label("依据的文件").fill("县里通知")
    form.get_by_role("button").click()
    expect(page.locator('[data-day="2033-06-01"]')).to_contain_text("休息日")


@SIZES
def test_the_auditor_reads_what_happened_and_nothing_else(site, open_admin, size):
    person = site.user("admin", name="做事的人")
    site.ask(person, "/users", {"username": f"audited{size[0]}", "name": "某某"})
    page = open_admin(site.user("auditor"), "", size)
    expect(page.get_by_test_id("view-audit")).to_have_attribute("aria-current", "page")
    expect(page.get_by_test_id("view-users")).to_have_count(0)
    expect(page.get_by_test_id("chains")).to_contain_text("都完整")
    page.get_by_test_id("audit-action").select_option("user")
    entry = page.get_by_test_id("entry").first
    expect(entry).to_contain_text("新增用户")
    expect(entry).to_contain_text("做事的人")
    entry.locator("summary").first.click()
    expect(entry.get_by_test_id("details")).to_have_text(f"用户名audited{size[0]}")
    expect(entry.locator("pre")).to_be_hidden()
    entry.get_by_test_id("only-person").click()
    page.get_by_test_id("audit-action").select_option("")
    expect(page.get_by_test_id("every-person")).to_be_visible()
    expect(page.get_by_test_id("entry")).to_have_count(1)
    expect_no_sideways_scroll(page)


def open_told(page, path):
    """Open a page under the test's clock once the server has been told that somebody is there."""
    # The page that is open already tells it first, so that what is told then comes from the new one; a clock put under
    # a page that is still opening can hold it up for good.
    told = page.wait_for_function("() => localStorage.getItem('zhucun.told')").json_value()
    page.clock.install()
    page.goto(path)
    page.wait_for_function("told => localStorage.getItem('zhucun.told') !== told", arg=told)
    expect(page.locator("h1")).to_be_visible()
    page.clock.run_for(1000)


def leave_alone(page):
    """A last sign, and then so many minutes without any that the desk is logged out."""
    told = page.evaluate("localStorage.getItem('zhucun.told')")
    page.keyboard.press("Shift")
    # The sign is told four minutes after the word before it. The answer takes real time and is waited for: half an hour
    # of the clock's is over in less, and whichever word got through by then would decide when the desk's time is up.
    page.clock.run_for(4 * 60_000 + 2000)
    page.wait_for_function("told => localStorage.getItem('zhucun.told') !== told", arg=told)
    page.clock.run_for(31 * 60_000)
    page.wait_for_url("**/?next=*")


def test_a_desk_left_alone_warns_and_logs_out(site, open_admin):
    page = open_admin(site.user("admin"))
    expect(page.locator("h1")).to_be_visible()
    open_told(page, "/admin/")
    page.clock.run_for(29 * 60_000 + 10_000)
    expect(page.get_by_test_id("idle")).to_contain_text("秒后自动退出")
    page.get_by_test_id("idle-stay").click()
    expect(page.get_by_test_id("idle")).to_have_count(0)
    leave_alone(page)


def test_who_was_logged_out_reads_why_and_comes_back_to_the_page_and_what_was_typed(site, open_admin):
    admin = site.user("admin")
    password = site.give_password(admin)
    page = open_admin(admin)
    expect(page.locator("h1")).to_be_visible()
    open_told(page, "/admin/?view=policies")
    page.get_by_test_id("add-policy").click()
    page.get_by_label("依据的文件").fill("打了一半的文号")
    leave_alone(page)
    expect(page.get_by_test_id("why")).to_contain_text("好一阵子没人操作")
    page.get_by_label("用户名").fill(admin.user.username)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_test_id("view-policies")).to_have_attribute("aria-current", "page")
    expect(page.get_by_test_id("typed")).to_contain_text("打了一半的文号")
    page.get_by_test_id("typed-away").click()
    page.reload()
    expect(page.get_by_test_id("view-policies")).to_be_visible()
    expect(page.get_by_test_id("typed")).to_have_count(0)


def test_what_is_done_just_after_the_server_was_told_is_told_it_later(site, open_admin):
    page = open_admin(site.user("admin"))
    open_told(page, "/admin/")
    told = []
    page.on("request", lambda request: told.append(request.url) if request.method == "PUT" else None)
    page.clock.run_for(3 * 60_000)
    page.keyboard.press("Shift")
    assert told == []
    # From then on the server counts too, so that the word comes before the log-out.
    with page.expect_request(lambda request: request.method == "PUT"):
        page.clock.run_for(70_000)


def test_a_phones_log_in_is_not_ended_by_a_desks_page(site, open_desk):
    person = site.cadre("A1")
    with site.making() as county:
        county.grant(person, "supervisor", county.townships["A"])
    page = open_desk(person)
    expect(page.locator("h1")).to_be_visible()
    open_told(page, "/dashboard/")
    page.clock.run_for(40 * 60_000)
    expect(page.get_by_test_id("idle")).to_have_count(0)
    page.reload()
    expect(page.get_by_test_id("user")).to_have_text(person.user.name)
