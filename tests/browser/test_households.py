"""The register at the desk: found, opened, linked, corrected, ended; a telephone for a reason; the dictionaries."""

import os

import pytest
from playwright.sync_api import expect

from api.sealing import Keyring
from api.visits import phones_service
from tests.browser.conftest import DESK, PHONE, expect_no_sideways_scroll


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_officer_finds_a_household_links_it_and_ends_it(site, open_context, size):
    officer, cadre = site.user("supervisor", "A"), site.cadre("A1", name=f"田小荷{size[0]}")
    name = f"欧阳{size[0]}"
    with site.making() as county:
        county.household("A1")
        household = county.household("A1", name, initials=f"oy{size[0]}", labels=("needy",))
        phones_service.put_phone(Keyring.of({"VAR": str(site.server.folder)}), household=household, text="13985201234")
    page = open_context(officer, size).new_page()
    page.goto(f"/dashboard/?view=households&division={site.county.villages['A1'].code}")
    expect(page.get_by_test_id("link-ratios")).to_be_visible()
    page.get_by_test_id("household-search").fill(f"oy{size[0]}")
    row = page.get_by_test_id("household")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("困难户")
    expect_no_sideways_scroll(page)
    row.get_by_test_id("household-open").click()
    detail = page.get_by_test_id("household-detail")
    detail.get_by_test_id("phone-reveal").click()
    detail.get_by_label("为什么要看").fill("电话走访外出户")
    detail.get_by_role("button", name="查看号码").click()
    expect(detail.get_by_test_id("phone")).to_have_text("13985201234")
    link = detail.get_by_test_id("link-form")
    link.get_by_label("干部").select_option(label=cadre.user.name)
    link.get_by_role("button", name="结对").click()
    expect(detail.get_by_test_id("links")).to_contain_text(cadre.user.name)
    detail.get_by_test_id("household-edit").click()
    form = detail.get_by_test_id("household-form")
    form.get_by_label("致富户").check()
    form.get_by_label("人口").fill("6")
    form.get_by_role("button", name="保存").click()
    expect(row).to_contain_text("致富户")
    form.get_by_label("注销日期").fill(str(site.today))
    form.get_by_label("注销原因").select_option("moved")
    form.get_by_role("button", name="保存").click()
    expect(row).to_contain_text("迁出")
    if os.environ.get("ZHUCUN_SHOTS"):
        page.screenshot(path=f"{os.environ['ZHUCUN_SHOTS']}/households-{size[0]}.png", full_page=True)


def test_the_village_registers_a_household_and_a_twin_is_refused_in_words(site, open_context):
    page = open_context(site.user("village", "B2"), DESK).new_page()
    page.goto("/dashboard/?view=households")
    for expected in (1, 0):
        page.get_by_test_id("household-add").click()
        form = page.get_by_test_id("household-form")
        for label, value in (("户主", "新立户"), ("户号", "N-1"), ("村民组", "五组")):
            form.get_by_label(label).fill(value)
        form.get_by_role("button", name="保存").click()
        if expected:
            expect(page.get_by_test_id("household").filter(has_text="新立户")).to_have_count(1)
        else:
            expect(form.get_by_role("alert")).to_contain_text("本村已有户号 N-1")


def test_the_county_keeps_its_dictionaries(site, open_admin):
    page = open_admin(site.user("admin"), "?view=terms")
    page.get_by_test_id("term-add").click()
    form = page.get_by_test_id("term-form")
    form.get_by_label("中文").fill("退役军人")
    form.get_by_label("英文").fill("Veteran")
    form.get_by_label("代号").fill("veteran")
    form.get_by_role("button", name="保存").click()
    term = page.locator("[data-testid=term][data-key=veteran]")
    term.get_by_test_id("term-retire").click()
    expect(term).to_contain_text("停用")
    page.get_by_test_id("terms-purpose").click()
    expect(page.locator("[data-testid=term][data-key=mediator]")).to_contain_text("六大员")
    expect_no_sideways_scroll(page)


def test_the_county_prints_in_its_own_layout(site, open_admin, tmp_path):
    page = open_admin(site.user("admin"), "?view=terms")
    paper = page.locator("[data-testid=print-template][data-kind=work_log]")
    with page.expect_download() as download:
        paper.get_by_test_id("print-built-in").click()
    bad, good = tmp_path / "bad.docx", tmp_path / "good.docx"
    bad.write_bytes(b"no layout")
    download.value.save_as(good)
    paper.get_by_test_id("print-upload").set_input_files(bad)
    expect(paper.get_by_role("alert")).to_contain_text("不是能用的 .docx")
    paper.get_by_test_id("print-upload").set_input_files(good)
    expect(paper.get_by_test_id("print-state")).to_contain_text("县里的表样")
    paper.get_by_test_id("print-back").click()
    expect(paper.get_by_test_id("print-state")).to_contain_text("自带的表样")
    paper.get_by_text("可以用的字段").click()
    expect(paper).to_contain_text("{{ work_types }} 工作类别")
    expect_no_sideways_scroll(page)
