"""A contract on the village's page until it is handed in; items told completed; the team's review on the phone."""

from uuid import uuid4

import pytest
from playwright.sync_api import expect

from api.contracts.models import CommitmentItem, ContractStep
from tests.browser.conftest import PHONE, expect_no_sideways_scroll
from tests.browser.test_promises import PHOTO, code_of, promise
from tests.contracts.promised import publish


@pytest.fixture
def village(site):
    """A village of township A with nobody else in it."""
    with site.making() as county:
        return county.new_village("A")


@pytest.fixture
def open_village(open_context):
    def open_page(person, address="", **options):
        page = open_context(person, PHONE, **options).new_page()
        page.goto(f"/village/{address}")
        return page
    return open_page


def contract_of(site, village: str, *items: dict) -> str:
    """A contract that the town has opened for this year, with the matter of its items; answers its id."""
    town, year = site.user("supervisor", "A", name="龙镇长"), site.today.year
    contract = site.ask(town, "/contracts", {
        "id": str(uuid4()), "village_code": code_of(site, village), "kind": "yearly", "first_on": f"{year}-01-01",
        "last_on": f"{year}-12-31"})
    for item in items:
        site.ask(town, f"/contracts/{contract['id']}/items", {
            "id": str(uuid4()), "revision_id": contract["revision"]["id"], "dimension": "economy", **item})
    return contract["id"]


def take(site, person, contract_id: str, step: str, note: str | None = None, **details) -> dict:
    revision = site.ask(person, f"/contracts/{contract_id}")["revision"]
    return site.ask(person, f"/contracts/{contract_id}/steps", {
        "id": str(uuid4()), "revision_id": revision["id"], "step": step, "note": note, "details": details})


def fill_in(form, **labels: str) -> None:
    for label, text in labels.items():
        form.get_by_label(label, exact=True).fill(text)


def test_the_village_writes_its_measures_votes_seals_and_hands_in(site, open_village, village):
    cadre, person, last = site.cadre(village), site.user("village", village), site.today.replace(month=12, day=20)
    id = contract_of(site, village, {"text": "硬化通组路", "target": 10, "unit": "公里"}, {"text": "加强产业发展"})
    page = open_village(person)
    page.get_by_test_id("due-contracts").click()
    expect(page.get_by_test_id("contract-page")).to_have_attribute("data-state", "framework")
    road, vague = (page.locator(f'[data-testid="item"][data-number="{number}"]') for number in (1, 2))
    expect(road.get_by_test_id("hints")).to_contain_text("没有期限：哪天前办完？")
    expect(vague.get_by_test_id("hints")).to_contain_text("说法太笼统")
    expect(page.get_by_test_id("contract-problems")).to_contain_text("还没定责任人")
    expect_no_sideways_scroll(page)
    road.get_by_test_id("item-edit").click()
    # What the town has laid down is not the village's to change.
    expect(road.get_by_test_id("item-target")).to_have_count(0)
    fill_in(road, 标准要求="宽3.5米，厚18厘米", 完成期限=last.isoformat(), 责任人="李支书")
    road.get_by_test_id("evenly").click()
    assert [road.get_by_test_id(f"quarter-{number}").input_value() for number in (1, 2, 3, 4)] == ["3", "3", "2", "2"]
    road.get_by_test_id("quarter-4").fill("3.5")
    expect(road.get_by_test_id("quarter-sum")).to_have_text("四个季度加起来 11.5公里，比目标 10公里 多 1.5公里")
    road.get_by_test_id("quarter-4").fill("2")
    expect(road.get_by_test_id("quarter-sum")).to_have_attribute("data-fits", "true")
    expect_no_sideways_scroll(page)
    road.get_by_test_id("item-save").click()
    expect(road.get_by_test_id("hints")).to_have_count(0)
    expect(road).to_contain_text("四季度 2公里")
    vague.get_by_test_id("item-edit").click()
    fill_in(vague, 标准要求="辣椒验收合格", 完成期限=last.isoformat(), 责任人="王主任", 第2季度做什么="种辣椒200亩")
    vague.get_by_test_id("item-save").click()
    expect(page.get_by_test_id("contract-problems")).to_have_count(0)
    page.get_by_test_id("item-add").click()
    form = page.get_by_test_id("item-form")
    form.get_by_label("方面").select_option("civic_culture")
    fill_in(form, 承诺事项="办一场村晚")
    form.get_by_test_id("item-save").click()
    own = page.locator('[data-testid="item"][data-number="3"]')
    own.get_by_test_id("item-edit").click()
    own.get_by_test_id("item-remove").click()
    own.get_by_test_id("item-remove").click()
    expect(own).to_have_count(0)
    step(page, "measures")
    expect(page.get_by_test_id("contract-page")).to_have_attribute("data-state", "measures")
    page.get_by_test_id("review").click()
    review = page.get_by_test_id("review-form")
    fill_in(review, **{"谁审的（写名字）": "李支书"})
    review.get_by_label("同意", exact=True).check()
    review.get_by_test_id("review-send").click()
    expect(page.locator('[data-testid="reviews"] [data-body="branch"]')).to_have_attribute("data-current", "true")
    revision = site.ask(cadre, f"/contracts/{id}")["revision"]
    site.ask(cadre, f"/contracts/{id}/reviews", {
        "id": str(uuid4()), "revision_id": revision["id"], "body": "team", "reviewer": "安队长", "is_agreed": True})
    page.get_by_test_id("step-deliberated").click()
    vote(page, entitled=30, present=25, in_favour=12, against=8, abstained=4)
    expect(page.get_by_test_id("vote-wrong")).to_have_text("赞成、反对、弃权加起来要等于到会人数。")
    vote(page, abstained=5)
    expect(page.get_by_test_id("vote")).to_contain_text("赞成的没有过到会的一半，没有通过。 可以先存下来，但不能盖章。")
    vote(page, present=19, in_favour=6)
    expect(page.get_by_test_id("vote")).to_contain_text("到会的不到应到的三分之二")
    vote(page, present=25, in_favour=20, against=3, abstained=2)
    expect(page.get_by_test_id("vote")).to_have_attribute("data-passes", "true")
    fill_in(page.get_by_test_id("vote-form"), 会议记录="李支书主持，逐项表决")
    expect_no_sideways_scroll(page)
    page.get_by_test_id("step-send").click()
    expect(page.get_by_test_id("contract-page")).to_have_attribute("data-state", "deliberated")
    expect(page.get_by_test_id("course")).to_contain_text("应到30人，到会25人，赞成20")
    page.get_by_test_id("step-sealed").click()
    page.get_by_test_id("photo-choose").set_input_files(PHOTO)
    expect(page.get_by_test_id("photo")).to_have_count(1)
    page.get_by_test_id("step-send").click()
    expect(page.locator('[data-step="sealed"] img')).to_be_visible()
    step(page, "submitted")
    expect(page.get_by_test_id("contract-page")).to_have_attribute("data-state", "submitted")
    town = site.user("supervisor", "A", name="罗镇长")
    take(site, town, id, "returned", "第2项目标偏低", followed_procedure=True, is_realistic_and_lawful=False)
    page.reload()
    expect(page.get_by_test_id("returned")).to_contain_text("罗镇长退回的意见：第2项目标偏低")
    expect(page.get_by_test_id("course")).to_contain_text("有不切实际或违规内容")
    expect(page.get_by_test_id("step-measures")).to_be_visible()


def step(page, name: str) -> None:
    page.get_by_test_id(f"step-{name}").click()
    page.get_by_test_id("step-send").click()


def vote(page, **figures: int) -> None:
    for name, figure in figures.items():
        page.get_by_test_id(f"vote-{name}").fill(str(figure))


MEASURED = {"text": "硬化通组路", "target": 4, "unit": "公里", "standard": "宽3.5米", "responsible": "李支书",
            "quarters": [{"amount": 1}] * 4}


def test_a_step_that_somebody_else_took_says_so_and_shows_what_stands_now(site, open_village, village):
    person = site.user("village", village)
    id = contract_of(site, village, {**MEASURED, "due_on": f"{site.today.year}-12-20"})
    page = open_village(person, f"#contracts/{id}")
    page.get_by_test_id("step-measures").click()
    take(site, person, id, "measures")
    page.get_by_test_id("step-send").click()
    expect(page.get_by_test_id("problem")).to_be_visible()
    page.get_by_test_id("problem").get_by_role("button").click()
    expect(page.get_by_test_id("contract-page")).to_have_attribute("data-state", "measures")
    expect(page.get_by_test_id("step-deliberated")).to_be_visible()


def test_an_earlier_version_is_read_with_what_has_changed_since(site, open_village, village):
    promise(site, village, text="修通组路", standard="宽3米")
    town, person = site.user("supervisor", "A"), site.user("village", village)
    [held] = site.ask(town, f"/contracts?division={code_of(site, village)}")["contracts"]
    site.ask(town, f"/contracts/{held['id']}/revisions", {"id": str(uuid4()), "reason": "目标偏低"})
    page = open_village(person, f"#contracts/{held['id']}")
    item = page.get_by_test_id("item")
    item.get_by_test_id("item-edit").click()
    item.locator("textarea[name=standard]").fill("宽4.5米")
    item.get_by_test_id("item-save").click()
    expect(item).to_contain_text("宽4.5米")
    page.get_by_test_id("older").click()
    expect(page.get_by_test_id("differences")).to_contain_text("标准要求 宽3米 → 宽4.5米")
    expect(page.get_by_test_id("item")).to_contain_text("宽3米")
    expect(page.get_by_test_id("item-edit")).to_have_count(0)
    expect_no_sideways_scroll(page)


def signed(site, village: str, **says) -> None:
    """A contract of this year that was signed, and waits to be made public."""
    with site.making() as county:
        [line] = publish(county, village, {"due_on": site.today.replace(month=12, day=31), **says},
                         year=site.today.year, state="signed")
        revision = county.session.query(CommitmentItem).filter_by(line_id=line).one().revision_id
        county.session.add(ContractStep(
            id=revision, revision_id=revision, number=1, step="framework", user_id=county.person("supervisor").user.id,
            at=county.now, details={}, content_hash=b"test"))


def test_a_signed_contract_is_made_public_and_taken_away_as_a_file(site, open_village, village):
    signed(site, village, text="修通组路")
    page = open_village(site.user("village", village), "#contracts")
    page.get_by_test_id("contract").get_by_role("link").click()
    expect(page.get_by_test_id("contract-problems")).to_have_count(0)
    step(page, "published")
    expect(page.get_by_test_id("contract-page")).to_have_attribute("data-state", "published")
    with page.expect_download() as download:
        page.get_by_test_id("download").click()
    assert download.value.suggested_filename.endswith(".docx") and f"{village}村" in download.value.suggested_filename
    expect_no_sideways_scroll(page)
    [kept] = site.ask(site.user("supervisor", "A"), f"/contracts?division={code_of(site, village)}")["contracts"]
    assert kept["revision"]["state"] == "published"


def test_a_contract_that_holds_somebodys_number_is_not_made_public(site, open_village, village):
    signed(site, village, text="修通组路", standard="找张三，电话13985001234")
    page = open_village(site.user("village", village), "#contracts")
    page.get_by_test_id("contract").get_by_role("link").click()
    expect(page.get_by_test_id("contract-problems")).to_contain_text("第1项 内容里有身份证号、手机号或银行卡号")
    step(page, "published")
    expect(page.get_by_test_id("problem")).to_contain_text("文字里有身份证号、手机号或银行卡号")
    # The village cannot change what was signed: it is told who can.
    expect(page.get_by_test_id("problem")).to_contain_text("请镇里开新的一版")
    expect(page.get_by_test_id("contract-page")).to_have_attribute("data-state", "signed")
    expect_no_sideways_scroll(page)


def test_an_item_is_reported_completed_once_by_the_village(site, open_village, village):
    promise(site, village, text="修通组路")
    page = open_village(site.user("village", village), "#contracts")
    page.get_by_test_id("contract").get_by_role("link").click()
    item = page.get_by_test_id("item")
    item.get_by_test_id("complete").click()
    item.get_by_test_id("done-send").click()
    expect(item.get_by_test_id("completed")).to_contain_text("报完成")
    page.reload()
    expect(item.get_by_test_id("completed")).to_be_visible()
    expect(item.get_by_test_id("complete")).to_have_count(0)


def test_an_item_is_reported_completed_on_the_phone_without_a_network(site, open_phone, village):
    cadre, line = site.cadre(village), promise(site, village, text="修通组路")
    page = open_phone(cadre, "/phone/#promises")
    item = page.get_by_test_id("item")
    expect(item).to_have_attribute("data-line", line)
    page.context.set_offline(True)
    item.get_by_test_id("item-done").click()
    page.get_by_test_id("tell").click()
    expect(item).to_contain_text("存在手机里")
    page.context.set_offline(False)
    expect(item.get_by_test_id("completed")).to_be_visible()
    [contract] = site.ask(cadre, f"/contracts?division={code_of(site, village)}")["contracts"]
    [kept] = site.ask(cadre, f"/contracts/{contract['id']}")["revision"]["items"]
    assert kept["completion"]["completed_on"] == site.today.isoformat()


def test_the_posted_team_reviews_a_contract_on_the_phone(site, open_phone, village):
    cadre, person = site.cadre(village, name="安国强"), site.user("village", village)
    id = contract_of(site, village, {**MEASURED, "due_on": f"{site.today.year}-12-20"})
    take(site, person, id, "measures")
    page = open_phone(cadre)
    page.get_by_test_id("todo-line").filter(has_text="等驻村工作队审").click()
    form = page.get_by_test_id("review-form")
    form.get_by_role("radio", name="不同意").check()
    form.get_by_label("为什么不同意").fill("期限太紧")
    expect_no_sideways_scroll(page)
    form.get_by_test_id("review-send").click()
    expect(page.locator('[data-testid="reviews"] [data-body="team"]')).to_contain_text("期限太紧")
    expect(form).to_have_count(0)
    page.goto("/phone/#promises")
    expect(page.get_by_test_id("to-review")).to_have_count(0)
    [kept] = site.ask(cadre, f"/contracts/{id}")["revision"]["reviews"]
    assert (kept["body"], kept["reviewer"], kept["is_agreed"]) == ("team", "安国强", False)
