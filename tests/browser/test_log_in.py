"""The door: name and password, a one-time invitation, and where each leads."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE, expect_no_sideways_scroll


def enter(page, person, password):
    page.get_by_label("用户名").fill(person.user.username)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()


def test_a_cadre_logs_in_and_stands_before_the_button(site, open_context):
    cadre = site.cadre()
    page = open_context().new_page()
    page.goto("/")
    enter(page, cadre, site.give_password(cadre))
    expect(page).to_have_url(f"{site.origin}/phone/")
    expect(page.get_by_test_id("here")).to_have_text("我在村里按一下，马上记下")


def test_a_supervisor_logs_in_and_sees_the_county(site, open_context):
    person = site.user("supervisor")
    page = open_context().new_page()
    page.goto("/")
    enter(page, person, site.give_password(person))
    expect(page).to_have_url(f"{site.origin}/dashboard/")
    expect(page.get_by_test_id("user")).to_have_text(person.user.name)
    page.get_by_test_id("log-out").click()
    expect(page.get_by_test_id("password-form")).to_be_visible()
    assert page.evaluate("localStorage.getItem('zhucun.user')") is None
    page.goto("/dashboard/")
    expect(page.get_by_test_id("password-form")).to_be_visible()


@pytest.mark.parametrize(("role", "division", "opened"), [("supervisor", "A", None), ("village", "A1", "who")])
def test_a_log_out_without_an_answer_leaves_everything_as_it_was(site, open_context, role, division, opened):
    person = site.user(role, division)
    page = open_context().new_page()
    page.goto("/")
    enter(page, person, site.give_password(person))
    page.wait_for_url(lambda url: url.rstrip("/") != site.origin)
    page.route("**/api/v1/sessions/current", lambda route: route.abort() if route.request.method == "DELETE"
               else route.continue_())
    if opened:
        page.get_by_test_id(opened).click()
    page.get_by_test_id("log-out").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert page.evaluate("localStorage.getItem('zhucun.user')") == str(person.user.id)
    page.unroute("**/api/v1/sessions/current")
    page.get_by_test_id("log-out").click()
    expect(page.get_by_test_id("password-form")).to_be_visible()
    assert page.evaluate("localStorage.getItem('zhucun.user')") is None


@pytest.mark.parametrize("known", [True, False])
def test_a_wrong_password_and_an_unknown_name_get_the_same_words(site, open_context, known):
    cadre = site.cadre()
    site.give_password(cadre)
    page = open_context().new_page()
    page.goto("/")
    page.get_by_label("用户名").fill(cadre.user.username if known else "nobody")
    page.get_by_label("密码").fill("not the password")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_test_id("problem")).to_have_text("用户名或密码不对。")


def test_an_invitation_lets_in_once(site, open_context):
    cadre = site.cadre()
    link = site.invitation(cadre)
    page = open_context().new_page()
    page.goto(link)
    page.get_by_role("button", name="用这张邀请登录").click()
    expect(page.get_by_test_id("new-password-form")).to_contain_text(f"{cadre.user.name}，您好")
    # The used token is out of the address, and out of what "back" leads to.
    assert "invite" not in page.url
    page.get_by_label("新密码").fill("a new long one")
    page.get_by_role("button", name="保存，进入").click()
    expect(page.get_by_test_id("here")).to_be_visible()

    second = open_context().new_page()
    second.goto(link)
    second.get_by_role("button", name="用这张邀请登录").click()
    expect(second.get_by_test_id("problem")).to_have_text("这个邀请已经用过、过期或作废，请找乡镇要一个新的。")
    second.get_by_role("button", name="改用用户名和密码").click()
    enter(second, cadre, "a new long one")
    expect(second.get_by_test_id("here")).to_be_visible()


def test_who_has_forgotten_the_password_comes_by_an_invitation_and_sets_a_new_one(site, open_context):
    officer = site.user("supervisor", "A")
    site.give_password(officer)
    page = open_context(size=(1280, 800)).new_page()
    page.goto(site.invitation(officer))
    page.get_by_role("button", name="用这张邀请登录").click()
    expect(page.get_by_test_id("new-password-form")).to_contain_text("忘了原来的密码")
    page.get_by_label("新密码").fill("a new long one")
    page.get_by_role("button", name="保存，进入").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    second = open_context().new_page()
    second.goto("/")
    enter(second, officer, "a new long one")
    second.wait_for_url("**/dashboard/**")


def test_the_password_may_wait(site, open_context):
    cadre = site.cadre()
    page = open_context().new_page()
    page.goto(site.invitation(cadre))
    page.get_by_role("button", name="用这张邀请登录").click()
    page.get_by_role("button", name="以后再说").click()
    expect(page.get_by_test_id("here")).to_be_visible()


def test_an_invitation_is_not_used_up_by_looking_at_it(site, open_context):
    cadre = site.cadre()
    link = site.invitation(cadre)
    for _visit in range(2):
        page = open_context().new_page()
        page.goto(link)
        expect(page.get_by_test_id("invitation")).to_be_visible()
    page.get_by_role("button", name="用这张邀请登录").click()
    expect(page.get_by_test_id("new-password-form")).to_be_visible()


def test_who_is_inside_already_does_not_stop_at_the_door(site, open_context):
    page = open_context(site.cadre()).new_page()
    page.goto("/")
    expect(page.get_by_test_id("here")).to_be_visible()


def test_a_link_cannot_lead_a_log_in_elsewhere(site, open_context):
    cadre = site.cadre()
    page = open_context().new_page()
    page.goto("/?next=//elsewhere.example/")
    expect(page.get_by_test_id("password-form")).to_be_visible()
    led = page.evaluate("""async (links) => {
      const { safeNext } = await import('/static/shared/session.js');
      return links.map((link) => safeNext(link, 'home'));
    }""", ["//elsewhere.example/", "https://elsewhere.example/", "/\\elsewhere.example", "/\t/elsewhere.example",
           "javascript:alert(1)", None, "/phone/"])
    assert led == ["home"] * 6 + ["/phone/"]
    enter(page, cadre, site.give_password(cadre))
    expect(page).to_have_url(f"{site.origin}/phone/")


def test_the_door_speaks_english_and_the_page_behind_it_too(site, open_context):
    cadre = site.cadre()
    page = open_context().new_page()
    page.goto("/")
    page.get_by_role("button", name="English").click()
    page.get_by_label("User name").fill(cadre.user.username)
    page.get_by_label("Password").fill(site.give_password(cadre))
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_test_id("here")).to_contain_text("I'm here")
    assert site.ask(cadre, "/me")["language"] == "en"


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_door_fits_its_window(site, open_context, language, size):
    page = open_context(size=size, language=language).new_page()
    for path in ("/", site.invitation(site.cadre())):
        page.goto(path)
        expect(page.locator("main button").first).to_be_visible()
        expect_no_sideways_scroll(page)
