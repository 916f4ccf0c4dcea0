"""Concerns on the pages: raised on the phone in a few taps, handled by the village, opened from figures at the desk."""

from uuid import uuid4

from playwright.sync_api import expect

from tests.browser.conftest import PHONE, expect_no_sideways_scroll


def put_to_the_village(site, cadre, village, text="井水浑了"):
    """A concern that a cadre gave to the village to handle; answers its id."""
    with site.making() as county:
        id = county.concern(cadre, village, text=text).id
    site.ask(cadre, f"/concerns/{id}/steps", {"id": str(uuid4()), "step": "in_village",
                                              "captured_at": f"{site.today}T00:00:01+08:00"})
    return str(id)


def test_the_village_handles_what_it_was_given_and_records_a_reception(site, open_context):
    cadre, committee = site.cadre("B1", name="田小荷"), site.user("village", "B1")
    put_to_the_village(site, cadre, "B1")
    page = open_context(committee, PHONE).new_page()
    page.goto("/village/#concerns")
    concern = page.get_by_test_id("concern")
    expect(concern).to_contain_text("井水浑了")
    concern.get_by_test_id("open-concern").click()
    concern.get_by_test_id("step-resolved").click()
    concern.get_by_label("怎么办的").fill("换了水泵")
    concern.get_by_role("button", name="确定").click()
    expect(concern).to_have_attribute("data-state", "resolved")
    expect(concern.get_by_test_id("course")).to_contain_text("换了水泵")
    expect_no_sideways_scroll(page)
    page.get_by_test_id("receive").click()
    page.get_by_label("来问什么").fill("医保怎么报")
    page.get_by_label("田小荷").check()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_test_id("reception-form")).to_have_count(0)
    [evidence] = site.evidence_of(cadre)
    assert (evidence.kind, evidence.status, evidence.day) == ("reception", "counts", site.today)
