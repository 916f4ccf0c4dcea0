"""What to talk about: the cadre says a word about an oddity on the phone, the township reads it and closes it."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from api.dashboards.oddity_models import Oddity
from tests.browser.conftest import PHONE, expect_no_sideways_scroll
from tests.browser.test_outbox import KEPT


@pytest.fixture
def odd(site):
    """A cadre whose phone gave the same position on three days, as `zhucun roll` finds it."""
    def make(village, **options):
        cadre, id = site.cadre(village, **options), uuid4()
        days = [site.today - timedelta(days=back) for back in (9, 8, 5)]
        with site.making() as county:
            county.session.add(Oddity(
                id=id, kind="same_position", mark=id.hex, cadre_id=cadre.cadre.id,
                village_id=county.villages[village].id, first_on=days[0], last_on=days[-1], found_at=county.now,
                shown_on=site.today + timedelta(days=3), state="found", version=1,
                facts={"days": [day.isoformat() for day in days], "records": [], "rule": None}))
        return cadre, str(id)
    return make


def test_the_cadre_explains_on_the_phone_and_the_township_closes(site, odd, open_context, open_desk):
    with site.making() as county:
        village = county.new_village("B")
    cadre, id = odd(village, name="田小荷")
    township = site.user("supervisor", "B", name="龙镇长")
    desk = open_desk(township, f"?view=matters&kind=oddity&division={site.county.villages[village].code}")
    expect(desk.get_by_test_id("matters-oddity")).to_contain_text("没有要谈的")

    page = open_context(cadre, PHONE).new_page()
    page.goto("/phone/")
    page.get_by_role("link", name="有 1 条记录请您说明一下").click()
    oddity = page.get_by_test_id("oddity")
    expect(oddity).to_contain_text("小数点后六位完全相同。 可能是手机缓存了旧位置。")
    expect_no_sideways_scroll(page)
    page.get_by_label("怎么回事").fill("手机旧了，定位没有更新")
    page.get_by_test_id("oddity-send").click()
    expect(oddity).to_have_attribute("data-state", "explained")
    expect(oddity).to_contain_text("手机旧了，定位没有更新")

    desk.reload()
    shown = desk.locator(f'[data-id="{id}"]')
    expect(shown).to_contain_text("手机旧了，定位没有更新")
    expect(shown.get_by_role("link", name="田小荷")).to_be_visible()
    shown.get_by_test_id("oddity-close").click()
    dialog = desk.get_by_test_id("oddity-dialog")
    expect(dialog).to_contain_text("了结以后不能撤回")
    dialog.get_by_label("了结的理由").fill("问过本人")
    dialog.get_by_test_id("oddity-send").click()
    expect(desk.get_by_test_id("matters-oddity")).to_contain_text("没有要谈的")
    desk.get_by_test_id("oddities-closed").click()
    expect(desk.locator(f'[data-id="{id}"]')).to_contain_text("问过本人")

    page.reload()
    expect(page.get_by_test_id("oddity")).to_contain_text("问过本人")
    page.goto("/phone/")
    expect(page.get_by_test_id("week-line")).to_be_visible()
    expect(page.get_by_role("link", name="请您说明一下")).to_have_count(0)


def test_an_explanation_without_a_network_survives_a_closed_page_and_arrives_once(site, odd, open_context):
    with site.making() as county:
        village = county.new_village("B")
    cadre, id = odd(village)
    context = open_context(cadre, PHONE, offline_copy=True)
    page = context.new_page()
    page.goto("/phone/")
    expect(page.get_by_role("link", name="有 1 条记录请您说明一下")).to_be_visible()
    assert page.evaluate(KEPT)
    context.set_offline(True)
    page.get_by_role("link", name="有 1 条记录请您说明一下").click()
    page.get_by_label("怎么回事").fill("山里没有信号，定位没有更新")
    page.get_by_test_id("oddity-send").evaluate("button => { button.click(); button.click(); }")
    said = page.get_by_test_id("said")
    expect(said).to_have_attribute("data-state", "saved")
    page.close()

    page = context.new_page()
    page.goto("/phone/#oddities")
    said = page.get_by_test_id("said")
    expect(said).to_contain_text("山里没有信号，定位没有更新")
    page.goto("/phone/#today")
    expect(page.get_by_test_id("todo-line").first).to_be_visible()
    expect(page.get_by_role("link", name="请您说明一下")).to_have_count(0)
    page.goto("/phone/#oddities")
    context.set_offline(False)
    oddity = page.get_by_test_id("oddity")
    expect(oddity).to_have_attribute("data-state", "explained")
    expect(said).not_to_have_attribute("data-state", "saved")
    expect(oddity).to_contain_text("山里没有信号，定位没有更新")
    assert [one["note"] for one in site.ask(cadre, f"/oddities/{id}")["steps"]] == ["山里没有信号，定位没有更新"]


def test_a_line_that_hangs_keeps_nothing_from_the_list_of_what_is_to_do(site, odd, open_context):
    with site.making() as county:
        village = county.new_village("B")
    cadre, _id = odd(village)
    page, held = open_context(cadre, PHONE).new_page(), []
    page.route("**/api/v1/oddities*", lambda route: held.append(route))
    page.goto("/phone/")
    expect(page.get_by_test_id("todo-line").filter(has_text="例会")).to_be_visible()
    asked = page.get_by_test_id("todo-line").filter(has_text="请您说明一下")
    expect(asked).to_have_count(0)
    # It comes when it comes, and is kept.
    held.pop().continue_()
    expect(asked).to_be_visible()
    page.reload()
    expect(asked).to_be_visible()
    assert held == []


@pytest.mark.parametrize("width", [360, 1280])
def test_every_kind_stands_on_the_page_with_what_the_server_says(site, open_desk, width):
    with site.making() as county:
        village = county.new_village("B")
    cadre = site.cadre(village)
    with site.making() as county:
        concern = county.concern(cadre, village, day=site.today - timedelta(days=60), kind="dispute", text="地界")
    township = site.user("supervisor", "B")
    code = site.county.villages[village].code
    page = open_desk(township, f"?view=matters&division={code}")
    page.set_viewport_size({"width": width, "height": 900})
    expect(page.get_by_test_id("loading")).to_have_count(0)
    for kind in ("week_at_risk", "week_missed", "households_unvisited", "village_unvisited", "concern_overdue",
                 "notice_overdue", "post_vacant", "photo_repeat"):
        answer = site.ask(township, f"/matters?kind={kind}&division={code}")
        section = page.get_by_test_id(f"matters-{kind}")
        expect(section.get_by_test_id("count")).to_have_text(str(answer["count"]))
        expect(section.get_by_test_id("matter")).to_have_count(min(10, len(answer["items"])))
    expect_no_sideways_scroll(page)
    assert page.get_by_test_id("matters-post_vacant").inner_text().count("还少 2 人") == 1
    page.get_by_test_id("choose-concern_overdue").click()
    expect(page).to_have_url(re.compile("kind=concern_overdue"))
    expect(page.get_by_test_id("matters-post_vacant")).to_have_count(0)
    page.get_by_test_id("matters-concern_overdue").get_by_role("link").first.click()
    expect(page.locator(f'[data-id="{concern.id}"]')).to_contain_text("地界")


def test_a_committee_is_told_of_its_own_village_only(site, open_desk):
    page = open_desk(site.user("village", "A2"), "?view=matters")
    expect(page.get_by_test_id("matters-post_vacant")).to_be_visible()
    for kind in ("concern_overdue", "oddity", "photo_repeat"):
        expect(page.get_by_test_id(f"matters-{kind}")).to_have_count(0)
    expect(page.get_by_test_id("failure")).to_have_count(0)


def test_who_supervises_elsewhere_is_told_of_a_committees_village_no_more_than_the_committee(site, open_desk):
    with site.making() as county:
        village = county.new_village("B")
        both = county.person("supervisor", county.townships["A"])
        county.grant(both, "village", county.villages[village])
    page = open_desk(both, f"?view=matters&division={site.county.villages[village].code}&kind=concern_overdue")
    expect(page.get_by_test_id("matters-post_vacant")).to_be_visible()
    expect(page.get_by_test_id("loading")).to_have_count(0)
    for kind in ("concern_overdue", "oddity", "photo_repeat"):
        expect(page.get_by_test_id(f"matters-{kind}")).to_have_count(0)
    expect(page.get_by_test_id("failure")).to_have_count(0)
    page.goto(f"/dashboard/?view=matters&division={site.county.townships['A'].code}")
    expect(page.get_by_test_id("matters-concern_overdue")).to_be_visible()
