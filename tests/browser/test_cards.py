"""Invitation cards on the dashboard: the township officer prints them for her own cadres, and nobody else's."""

from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE, expect_no_sideways_scroll


def newcomers(site, village, *names):
    with site.making() as county:
        people = [county.cadre(village, name=name) for name in names]
        for person in people:
            person.user.first_log_in_at = None
    return people


def test_a_township_prints_cards_for_its_own_cadres_in_two_clicks(site, open_desk):
    newcomers(site, "A1", "新来甲", "新来乙")
    newcomers(site, "B1", "别镇的")
    page = open_desk(site.user("supervisor", "A"), "?view=people", DESK)
    expect(page.get_by_test_id("person").first).to_be_visible()
    page.get_by_test_id("make-cards").click()
    for name in ("新来甲", "新来乙"):
        expect(page.get_by_test_id("card").filter(has_text=name)).to_contain_text("A1村")
    expect(page.get_by_test_id("card").filter(has_text="别镇的")).to_have_count(0)
    page.evaluate("window.print = () => { window.printed = true; }")
    page.get_by_test_id("print-cards").click()
    assert page.evaluate("window.printed")
    page.emulate_media(media="print")
    expect(page.get_by_test_id("card").first).to_be_visible()
    for hidden in ("person", "make-cards", "print-cards", "trail"):
        expect(page.get_by_test_id(hidden).first).to_be_hidden()
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    expect_no_sideways_scroll(page)


def test_where_everybody_came_in_the_page_says_so(site, open_desk):
    village = site.county.new_village("A")
    with site.making() as county:
        county.cadre(village)
    page = open_desk(site.user("supervisor", village), "?view=people")
    page.get_by_test_id("make-cards").click()
    expect(page.get_by_test_id("failed")).to_contain_text("没有")


def test_a_committee_prints_none(site, open_desk):
    site.cadre("A2")
    page = open_desk(site.user("village", "A2"), "?view=people")
    expect(page.get_by_test_id("person").first).to_be_visible()
    expect(page.get_by_test_id("make-cards")).to_have_count(0)
