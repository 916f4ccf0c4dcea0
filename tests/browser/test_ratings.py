"""Ratings by QR code at the desk and on the phone: asked, printed, closed, shown; each step for good is asked about."""

from datetime import timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import expect_no_sideways_scroll

SMALL = (360, 740)
HOTLINE = "0851-24620000"


@pytest.fixture
def village(site):
    """A village of township A with nobody posted to it and twelve households, and its name."""
    with site.making() as county:
        name = county.new_village("A")
        for _number in range(12):
            county.household(name)
    return name


def drafted(site, asker, village: str, **changes) -> dict:
    """A campaign of one village that runs today."""
    return site.ask(asker, "/rating-campaigns", {
        "id": str(uuid4()), "division_code": site.county.villages[village].code, "title": f"{village}评议",
        "first_on": site.today.isoformat(), "last_on": (site.today + timedelta(days=7)).isoformat(), "subject": "team",
        "hotline": HOTLINE, "text_prompt": "还有什么想说的？", **changes})


def test_a_campaign_is_drafted_changed_and_opened_once_it_is_sure(site, open_desk, village):
    asker, code = site.user("supervisor", "A"), site.county.villages[village].code
    page = open_desk(asker, f"?view=ratings&division={code}")
    expect(page.get_by_test_id("empty")).to_have_text("现在没有进行中的评议活动。")
    page.get_by_test_id("campaign-new").click()
    form = page.get_by_test_id("campaign-form")
    form.get_by_label("名称").fill("年底评议")
    form.get_by_test_id("questions-own").check()
    expect(form.get_by_test_id("question")).to_have_count(3)
    form.get_by_test_id("question-drop").nth(2).click()
    form.get_by_test_id("question").nth(0).get_by_label("问题").fill("路修得怎么样？")
    form.get_by_test_id("question").nth(0).get_by_label("怎么答").select_option("own")
    for number, words in enumerate(("好", "不好"), start=1):
        form.get_by_label(f"第{number}个答案").first.fill(words)
    form.get_by_label("算好评").first.check()
    expect_no_sideways_scroll(page)
    form.get_by_test_id("campaign-save").click()
    view = page.get_by_test_id("campaign-view")
    expect(view).to_contain_text("路修得怎么样？")
    expect(view).to_have_attribute("data-state", "drafted")

    # Without a hotline it cannot be opened, and the page says what is missing.
    page.get_by_test_id("campaign-open").click()
    page.get_by_test_id("open-sure").click()
    expect(page.get_by_test_id("ask-open").get_by_role("alert")).to_contain_text("监督电话")
    page.get_by_test_id("ask-open").get_by_role("button", name="不了").click()
    page.get_by_test_id("campaign-edit").click()
    page.get_by_test_id("campaign-form").get_by_label("监督电话").fill(HOTLINE)
    page.get_by_test_id("campaign-save").click()
    expect(view).to_contain_text(HOTLINE)
    expect(view).to_contain_text("路修得怎么样？")
    page.get_by_test_id("campaign-open").click()
    expect(page.get_by_test_id("ask-open")).to_contain_text("都不能再改")
    page.get_by_test_id("open-sure").click()
    expect(view).to_have_attribute("data-state", "open")
    expect(page.get_by_test_id("campaign-edit")).to_have_count(0)

    small = open_desk(asker, f"?view=ratings&division={code}", size=SMALL)
    small.get_by_role("link", name="年底评议").click()
    expect(small.get_by_test_id("campaign-view")).to_contain_text("路修得怎么样？")
    expect_no_sideways_scroll(small)


def test_what_is_withdrawn_has_a_reason_and_is_listed_apart(site, open_desk, village):
    asker, code = site.user("supervisor", "A"), site.county.villages[village].code
    campaign = drafted(site, asker, village)
    page = open_desk(asker, f"?view=ratings&division={code}&campaign={campaign['id']}")
    page.get_by_test_id("campaign-withdraw").click()
    page.get_by_test_id("withdraw-sure").click()
    expect(page.get_by_test_id("campaign-view")).to_have_attribute("data-state", "drafted")
    page.get_by_label("为什么").fill("日期定错了")
    page.get_by_test_id("withdraw-sure").click()
    expect(page.get_by_test_id("campaign-view")).to_have_attribute("data-state", "withdrawn")
    page.goto(f"/dashboard/?view=ratings&division={code}&state=withdrawn")
    expect(page.get_by_test_id("campaign")).to_have_count(1)
