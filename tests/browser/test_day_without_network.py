"""A day in a valley: everything is kept, through a closed page too, and arrives once when the network is back."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.test_outbox import KEPT
from tests.photos.pictures import from_a_camera


@pytest.fixture
def village(site):
    """Two households in a village of the test's own; answers its name."""
    with site.making() as county:
        village = county.new_village()
        for name in ("周大", "吴二"):
            county.household(village, name, alive_from=site.today - timedelta(days=400))
    return village


def households_come(page) -> None:
    page.get_by_test_id("tab-visits").click()
    expect(page.get_by_test_id("next")).to_have_count(2)


def round_with_photo(page, names: tuple[str, ...], photo: bytes) -> None:
    page.get_by_test_id("new-round").click()
    for name in names:
        page.get_by_test_id("door").get_by_text(name, exact=True).click()
    door = page.get_by_test_id("door").filter(has_text=names[0])
    door.locator(".said summary").click()
    door.get_by_test_id("photo-choose").set_input_files(
        {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": photo})
    expect(door.get_by_test_id("photo")).to_have_count(1)
    # A cold finger taps twice.
    page.get_by_test_id("save-round").evaluate("button => { button.click(); button.click(); }")
    expect(page.locator("main")).to_have_attribute("data-view", "visits")


def raise_concern(page, text: str) -> None:
    page.get_by_test_id("tab-visits").click()
    page.get_by_test_id("to-concerns").click()
    page.get_by_test_id("raise").click()
    form = page.get_by_test_id("concern-form")
    form.locator("input[name=kind]").first.check(force=True)
    form.get_by_role("textbox").fill(text)
    form.get_by_role("button", name="保存").evaluate("button => { button.click(); button.click(); }")
    expect(page.get_by_test_id("concern").filter(has_text=text)).to_have_attribute("data-state", "saved")


def states(page) -> dict[str, str]:
    page.get_by_test_id("to-records").click()
    expect(page.get_by_test_id("record").first).to_be_visible()
    return {one.get_attribute("data-kind"): one.get_attribute("data-state")
            for one in page.get_by_test_id("record").all()}


def test_a_day_without_a_network_survives_a_closed_page_and_arrives_once(site, village, open_context):
    cadre = site.cadre(village)
    context = open_context(cadre, offline_copy=True)
    page = context.new_page()
    page.goto("/phone/")
    expect(page.get_by_test_id("week-line")).to_be_visible()
    assert page.evaluate(KEPT)
    households_come(page)
    context.set_offline(True)
    page.get_by_test_id("tab-today").click()
    page.get_by_test_id("here").evaluate("button => { button.click(); button.click(); }")
    expect(page.get_by_test_id("outcome")).to_contain_text("存在手机里")
    page.get_by_test_id("tab-visits").click()
    round_with_photo(page, ("周大", "吴二"), from_a_camera(11, (2400, 1800), orientation=6))
    raise_concern(page, "水池漏水，要修")
    assert states(page) == {"check_in": "saved", "round": "saved", "concern": "saved"}
    page.close()

    # The phone was put away and taken out again, still in the valley.
    page = context.new_page()
    page.goto("/phone/#records")
    expect(page.get_by_test_id("record")).to_have_count(3)
    expect(page.get_by_test_id("record-photos")).to_have_text("照片 1 张，还有 1 张没送到")
    expect(page.get_by_label("3 条还没送到")).to_be_visible()

    context.set_offline(False)
    expect(page.locator('[data-testid="record"][data-state="sent"]')).to_have_count(3)
    expect(page.get_by_label("条还没送到")).to_have_count(0)
    kinds = sorted(one.kind for one in site.evidence_of(cadre))
    [kept] = site.ask(cadre, f"/rounds?from={site.today}&to={site.today}")["rounds"]
    photos = [photo for visit in kept["visits"] for photo in visit["photos"]]
    concerns = site.ask(cadre, "/concerns")["concerns"]
    assert (kinds, len(kept["visits"]), [photo["has_come"] for photo in photos]) == (["check_in", "visit"], 2, [True])
    assert [one["text"] for one in concerns] == ["水池漏水，要修"]


def test_two_tabs_send_each_record_once_and_the_next_user_sees_none_of_it(site, village, open_context):
    cadre, other = site.cadre(village, name="先用的"), site.cadre(village, name="后用的")
    context = open_context(cadre)
    pages = [context.new_page() for _tab in range(2)]
    for page in pages:
        with page.expect_response("**/static/phone/offline.js"):
            page.goto("/phone/")
        households_come(page)
    context.set_offline(True)
    for page, text in zip(pages, ("路灯不亮", "渠道堵了"), strict=True):
        raise_concern(page, text)
    # Each tab knows of the other's record.
    expect(pages[0].get_by_label("2 条还没送到")).to_be_visible()
    context.set_offline(False)
    for page in pages:
        expect(page.get_by_label("条还没送到")).to_have_count(0)
    assert sorted(one["text"] for one in site.ask(cadre, "/concerns")["concerns"]) == ["渠道堵了", "路灯不亮"]
    pages[1].close()
    page = pages[0]
    context.set_offline(True)
    page.get_by_test_id("tab-visits").click()
    round_with_photo(page, ("周大",), from_a_camera(12))
    context.clear_cookies()
    context.set_offline(False)
    site.give_password(other)
    page.goto("/")
    page.get_by_label("用户名").fill(other.user.username)
    page.get_by_label("密码").fill("long enough 8")
    page.get_by_role("button", name="登录").click()
    expect(page.locator("header.top")).to_contain_text("后用的")
    page.get_by_test_id("to-records").click()
    expect(page.get_by_text("还没有记录。")).to_be_visible()
    assert site.ask(other, f"/rounds?from={site.today}&to={site.today}")["rounds"] == []
