"""Contracts at the desk: the figures with their chart, one contract's course, and every step that the town takes."""

import json
from datetime import date

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE, expect_no_sideways_scroll


def answering(page, path, body):
    """Let the page's request for a path be answered with this."""
    page.route(f"**/api/v1{path}*", lambda route: route.fulfill(
        status=200, content_type="application/json", body=json.dumps(body)))


def figures_row(division, **numbers):
    plain = {"villages": 2, "without": 0, "states": {}, "items": 0, "due": 0, "overdue": 0, "met": 0, "partly": 0,
             "not_met": 0}
    return {"division": {"code": division.code, "name": division.name, "level": division.level}, **plain, **numbers}


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_chart_comes_after_the_table_and_says_itself_to_those_who_do_not_see_it(site, open_context, size):
    page = open_context(site.user("supervisor"), size).new_page()
    county = site.county
    rows = [figures_row(county.townships["A"], without=1, states={"published": 1, "returned": 2}, due=1, items=6),
            figures_row(county.townships["B"], states={"measures": 2}, items=4)]
    answering(page, "/contract-figures", {
        "year": date.today().year, "rows": rows,
        "total": figures_row(county.county, without=1, states={"published": 1, "returned": 2, "measures": 2})})
    page.goto("/dashboard/?view=contracts")
    row = page.locator(f'[data-testid="row"][data-code="{county.townships["A"].code}"]')
    expect(row.locator('td[data-label="村里办理"]')).to_have_text("2")
    expect(row.locator('td[data-label="待验收"]')).to_have_text("1")
    chart = page.get_by_test_id("contract-chart")
    expect(chart).to_have_attribute("data-state", "shown")
    expect(chart.locator("canvas")).to_be_visible()
    expect(page.get_by_role("img", name="各村承诺书的进度")).to_be_visible()
    chart.hover(position={"x": 150, "y": 70})
    expect_no_sideways_scroll(page)


@pytest.fixture
def village(site):
    """A village with nothing promised yet, whatever other tests did; answers its name."""
    with site.making() as county:
        return county.new_village("A")


def contract_of(site, village, **options):
    """A contract of this year in a state; answers its id."""
    with site.making() as county:
        return county.contract(village, year=site.today.year, **options).id


def open_one(open_desk, person, id, size=DESK):
    return open_desk(person, f"?view=contracts&contract={id}", size)


def shows(page, state):
    expect(page.get_by_test_id("contract-facts")).to_contain_text(state)


def test_contracts_are_opened_for_a_township_with_last_years_lines(site, open_desk, village):
    year = site.today.year
    with site.making() as county:
        county.contract(village, year=year - 1)
    code = site.county.villages[village].code
    page = open_desk(site.user("supervisor", "A"), f"?view=contracts&division={code}")
    page.get_by_test_id("open-contracts").click()
    expect(page.get_by_test_id("open-for")).to_contain_text(f"要建的 1 个村：{village}村")
    page.get_by_test_id("open-send").click()
    expect(page.get_by_test_id("open-for")).to_contain_text("各村都已经建了")
    row = page.get_by_test_id("contract")
    expect(row).to_have_attribute("data-state", "framework")
    row.get_by_role("link").click()
    items = page.get_by_test_id("item")
    expect(items).to_have_count(2)
    road = page.get_by_test_id("dimension-economy").get_by_test_id("item")
    expect(road).to_contain_text("硬化通组路")
    expect(road).to_contain_text(f"{year}年12月20日")
    expect(road.get_by_test_id("hints")).to_contain_text("没有责任人")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_town_writes_the_items_of_the_framework(site, open_desk, village, size):
    id = contract_of(site, village, state="framework", items=[{}])
    page = open_one(open_desk, site.user("supervisor", "A"), id, size)
    page.get_by_test_id("add-public_order").click()
    form = page.get_by_test_id("item-form")
    form.get_by_label("承诺事项").fill("安装路灯")
    form.get_by_label("目标数").fill("40")
    form.get_by_label("单位").fill("盏")
    form.get_by_label("1季度", exact=True).fill("10.5")
    expect(page.get_by_test_id("quarter-sum")).to_contain_text("与目标 40 盏 不一致")
    form.get_by_label("2季度", exact=True).fill("29.5")
    expect(page.get_by_test_id("quarter-sum")).to_have_text("四个季度合计 40 盏")
    page.get_by_test_id("is-imposed").check()
    page.get_by_test_id("item-save").click()
    # What is imposed from above names its basis; the browser keeps the form.
    form.get_by_label("依据", exact=True).fill("《村民委员会组织法》第三十六条")
    page.get_by_test_id("item-save").click()
    item = page.get_by_test_id("dimension-public_order").get_by_test_id("item")
    expect(item).to_contain_text("上级要求")
    expect(item).to_contain_text("29.5 盏")
    item.get_by_test_id("item-edit").click()
    form.get_by_label("责任人").fill("李支书")
    page.get_by_test_id("item-save").click()
    expect(item).to_contain_text("李支书")
    expect_no_sideways_scroll(page)
    item.get_by_test_id("item-remove").click()
    item.get_by_test_id("item-remove-sure").click()
    expect(page.get_by_test_id("item")).to_have_count(1)


def test_what_somebody_else_changed_meanwhile_is_not_written_over(site, open_desk, village):
    id = contract_of(site, village, state="framework", items=[{}])
    first, second = (open_one(open_desk, site.user("supervisor", "A"), id) for _ in range(2))
    for page, name in ((first, "王一"), (second, "王二")):
        page.get_by_test_id("item-edit").click()
        page.get_by_test_id("item-form").get_by_label("责任人").fill(name)
    first.get_by_test_id("item-save").click()
    expect(first.get_by_test_id("item")).to_contain_text("王一")
    second.get_by_test_id("item-save").click()
    expect(second.get_by_test_id("item-form")).to_contain_text("别人刚刚改过")
    second.get_by_role("button", name="刷新").click()
    expect(second.get_by_test_id("item-form")).to_have_count(0)
    expect(second.get_by_test_id("item")).to_contain_text("王一")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_town_approves_signs_publishes_and_revises(site, open_desk, village, size):
    id = contract_of(site, village, state="submitted")
    page = open_one(open_desk, site.user("supervisor", "A"), id, size)
    course = page.get_by_test_id("course")
    expect(course.locator('[data-step="deliberated"]')).to_contain_text("赞成23")
    expect(course.locator('[data-body="branch"]')).to_contain_text("同意")
    page.get_by_test_id("step-review").click()
    form = page.get_by_test_id("step-form")
    approve, turn_back = page.get_by_test_id("do-approved"), page.get_by_test_id("do-returned")
    expect(approve).to_be_disabled()
    form.get_by_role("group", name="民主决策程序").get_by_label("是").check()
    form.get_by_role("group", name="切合实际").get_by_label("否").check()
    form.get_by_label("说明").fill("目标偏低")
    expect(approve).to_be_disabled()
    expect(turn_back).to_be_enabled()
    form.get_by_role("group", name="切合实际").get_by_label("是").check()
    approve.click()
    shows(page, "镇里已批准")
    page.get_by_test_id("step-signed").click()
    form.get_by_label("地点").fill("镇政府会议室")
    form.get_by_label("签约人").fill("赵镇长、李支书")
    page.get_by_test_id("step-send").click()
    expect(course).to_contain_text("签约人：赵镇长、李支书")
    page.get_by_test_id("step-published").click()
    page.get_by_test_id("step-send").click()
    shows(page, "已公开")
    expect_no_sideways_scroll(page)
    page.get_by_test_id("revise").click()
    page.get_by_label("为什么修订").fill("第一项目标偏低")
    page.get_by_test_id("revise-send").click()
    shows(page, "镇里定框架")
    road = page.get_by_test_id("dimension-economy").get_by_test_id("item")
    road.get_by_test_id("item-edit").click()
    page.get_by_test_id("item-form").get_by_label("目标数").fill("14")
    page.get_by_test_id("item-save").click()
    expect(road).to_contain_text("14 公里")
    difference = page.get_by_test_id("difference")
    expect(difference.locator("del")).to_have_text("12")
    expect(difference.locator("ins")).to_have_text("14")
    page.get_by_test_id("revision-1").click()
    shows(page, "已公开")
    expect(road).to_contain_text("12 公里")
    expect(page.get_by_test_id("item-edit")).to_have_count(0)
    expect_no_sideways_scroll(page)


def test_a_contract_is_returned_with_what_to_change(site, open_desk, village):
    id = contract_of(site, village, state="submitted")
    page = open_one(open_desk, site.user("supervisor", "A"), id)
    page.get_by_test_id("step-review").click()
    form = page.get_by_test_id("step-form")
    form.get_by_role("group", name="民主决策程序").get_by_label("是").check()
    form.get_by_role("group", name="切合实际").get_by_label("否").check()
    form.get_by_label("说明").fill("第一项目标偏低")
    page.get_by_test_id("do-returned").click()
    shows(page, "退回修改")
    expect(page.get_by_test_id("course").locator('[data-step="returned"]')).to_contain_text("第一项目标偏低")
    expect(page.get_by_test_id("waits")).to_have_text("已退回，等村里修改。")


def test_who_came_second_is_told_what_may_be_done_now(site, open_desk, village):
    id = contract_of(site, village, state="approved")
    first, second = (open_one(open_desk, site.user("supervisor", "A"), id) for _ in range(2))
    for page in (first, second):
        page.get_by_test_id("step-signed").click()
        page.get_by_label("地点").fill("镇政府")
        page.get_by_label("签约人").fill("赵镇长")
    first.get_by_test_id("step-send").click()
    shows(first, "已签约")
    second.get_by_test_id("step-send").click()
    expect(second.get_by_test_id("step-problem")).to_contain_text("不能走这一步")


def test_the_village_works_out_measures_and_enters_the_vote(site, open_desk, village):
    id = contract_of(site, village, state="framework", items=[{"standard": None}])
    page = open_one(open_desk, site.user("village", village), id)
    expect(page.get_by_test_id("problems")).to_contain_text("第 1 项 还没写标准要求")
    page.get_by_test_id("item-edit").click()
    form = page.get_by_test_id("item-form")
    expect(form.get_by_label("承诺事项")).to_be_disabled()
    form.get_by_label("标准要求").fill("路面宽 3.5 米")
    page.get_by_test_id("item-save").click()
    page.get_by_test_id("step-measures").click()
    page.get_by_test_id("step-send").click()
    page.get_by_test_id("step-deliberated").click()
    step = page.get_by_test_id("step-form")
    for label, number in (("应到", 30), ("实到", 20), ("赞成", 9), ("反对", 10), ("弃权", 1)):
        step.get_by_label(label).fill(str(number))
    step.get_by_label("会议记录").fill("逐条审议")
    page.get_by_test_id("step-send").click()
    shows(page, "已开会表决")
    expect(page.get_by_test_id("problems")).to_contain_text("赞成的不够规定的票数")
    page.get_by_test_id("enter-review").click()
    review = page.get_by_test_id("review-form")
    review.get_by_label("审核人").fill("李支书")
    review.get_by_label("同意", exact=True).check()
    review.get_by_role("button", name="保存").click()
    expect(page.get_by_test_id("course").locator('[data-body="branch"]')).to_contain_text("李支书")


def test_the_village_size_of_the_year_is_set_and_changed(site, open_desk, village):
    id = contract_of(site, village, state="framework")
    page = open_one(open_desk, site.user("supervisor", "A"), id)
    size = page.get_by_test_id("village-size")
    for households in (412, 418):
        page.get_by_test_id("size-edit").click()
        page.get_by_label("农户数").fill(str(households))
        page.get_by_test_id("size-form").get_by_role("button", name="保存").click()
        expect(size).to_contain_text(f"{households} 户，规模第")


def test_a_number_opens_into_its_contracts(site, open_desk, village):
    contract_of(site, village, state="submitted")
    township = site.county.townships["A"].code
    page = open_desk(site.user("supervisor"), f"?view=contracts&division={township}")
    row = page.locator(f'[data-testid="row"][data-code="{site.county.villages[village].code}"]')
    row.locator('td[data-label="待审批"]').get_by_role("link").click()
    expect(page.get_by_test_id("contract")).to_have_count(1)
    page.get_by_test_id("contract").get_by_role("link").click()
    shows(page, "待镇里审批")
