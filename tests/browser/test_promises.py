"""A village's promises on its own page and on the phone, where they are told kept without a network, too."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import expect

from api.contracts.notice_models import SupervisionNotice
from tests.browser.conftest import PHONE, expect_no_sideways_scroll
from tests.contracts.promised import publish, quarters
from tests.photos.pictures import jpeg

PHOTO = {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": jpeg()}


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


def code_of(site, village: str) -> str:
    return site.county.villages[village].code


def deeds_of(site, person, village: str) -> list[dict]:
    return site.ask(person, f"/deeds?division={code_of(site, village)}&month={site.today:%Y-%m}")["deeds"]


def promise(site, village: str, **says) -> str:
    """A published contract of this year with one item, due at the year's end; answers its line."""
    with site.making() as county:
        item = {"due_on": site.today.replace(month=12, day=31), **says}
        return str(publish(county, village, item, year=site.today.year)[0])


def fill(site, village: str) -> dict:
    """The month's ledger filled from the contract; answers its one deed."""
    person = site.user("village", village)
    site.ask(person, "/deeds/fillings", {"division_code": code_of(site, village), "month": f"{site.today:%Y-%m}"})
    [deed] = deeds_of(site, person, village)
    return deed


def test_the_village_fills_its_ledger_and_ticks_deeds_off(site, open_village, village):
    promise(site, village, text="修通组路", quarters=quarters(1, 1, 1, 1))
    person = site.user("village", village, name="李支书")
    page = open_village(person, "#deeds")
    expect(page.get_by_test_id("no-deeds")).to_be_visible()
    page.get_by_test_id("fill").click()
    deed = page.get_by_test_id("deed")
    expect(deed).to_contain_text("修通组路（1公里）")
    expect(page.get_by_test_id("fill")).to_have_count(0)
    expect_no_sideways_scroll(page)
    deed.get_by_test_id("deed-done").click()
    deed.get_by_test_id("photo-choose").set_input_files(PHOTO)
    expect(deed.get_by_test_id("photo")).to_have_count(1)
    deed.get_by_label("说一句（可不填）").fill("修到三组")
    deed.get_by_test_id("done-send").click()
    expect(deed).to_have_attribute("data-state", "done")
    expect(deed).to_contain_text("修到三组")
    expect(deed.locator("img")).to_have_count(1)
    deed.get_by_test_id("deed-again").click()
    expect(deed).to_have_attribute("data-state", "planned")
    page.get_by_test_id("deed-add").click()
    form = page.get_by_test_id("deed-form")
    form.get_by_label("办什么").fill("给五保户换瓦")
    form.get_by_test_id("deed-save").click()
    other = page.get_by_test_id("deed").filter(has_text="给五保户换瓦")
    other.get_by_test_id("deed-edit").click()
    other.get_by_test_id("deed-drop").click()
    other.get_by_test_id("deed-drop-why").fill("户主已搬走")
    other.get_by_test_id("deed-drop-sure").click()
    expect(other).to_have_attribute("data-state", "dropped")
    kept = {deed["text"]: (deed["state"], deed["note"], len(deed["reports"]))
            for deed in deeds_of(site, person, village)}
    assert kept == {"修通组路（1公里）": ("planned", None, 1), "给五保户换瓦": ("dropped", "户主已搬走", 0)}


def test_the_village_takes_its_ledger_and_a_notice_away_as_files(site, open_village, village):
    promise(site, village, text="修通组路", quarters=quarters(1, 1, 1, 1))
    fill(site, village)
    id, person = issued(site, village), site.user("village", village)
    page = open_village(person, "#deeds")
    with page.expect_download() as download:
        page.get_by_test_id("download").click()
    assert download.value.suggested_filename.startswith(f"{village}村-{site.today:%Y-%m}")
    assert download.value.suggested_filename.endswith(".xlsx")
    page.goto(f"/village/#notices/{id}")
    with page.expect_download() as download:
        page.get_by_test_id("download").click()
    assert "督字" in download.value.suggested_filename and download.value.suggested_filename.endswith(".docx")
    expect_no_sideways_scroll(page)


def test_what_is_late_stands_above_the_days_that_wait_and_in_the_ledger(site, open_village, village):
    person, late = site.user("village", village), site.today - timedelta(days=40)
    site.ask(person, "/deeds", {
        "id": str(uuid4()), "village_code": code_of(site, village), "month": f"{late:%Y-%m}",
        "text": "清沟排水", "due_on": late.isoformat()})
    page = open_village(person)
    expect(page.get_by_test_id("due-deeds_late")).to_contain_text("有 1 件实事超期")
    page.get_by_test_id("due-deeds_late").click()
    deed = page.get_by_test_id("deed")
    expect(deed).to_have_attribute("data-late", "true")
    expect(deed).to_contain_text("已超40天")


def test_a_share_that_two_months_list_is_shown_once(site, open_phone, open_village, village):
    promise(site, village, text="修通组路", quarters=quarters(1, 1, 1, 1))
    person, cadre = site.user("village", village), site.cadre(village)
    first_month = site.today.replace(month=(site.today.month - 1) // 3 * 3 + 1, day=1)
    for month_on in (first_month, site.today):
        site.ask(person, "/deeds/fillings", {"division_code": code_of(site, village), "month": f"{month_on:%Y-%m}"})
    page = open_phone(cadre, "/phone/#promises")
    expect(page.get_by_test_id("deed")).to_have_count(1)
    page = open_village(person, "#deeds")
    expect(page.get_by_test_id("deed")).to_have_count(1)


def test_a_deed_is_told_done_on_the_phone_without_a_network(site, open_phone, village):
    cadre = site.cadre(village, name="安国强")
    promise(site, village, text="修通组路", quarters=quarters(1, 1, 1, 1))
    fill(site, village)
    page = open_phone(cadre, "/phone/#promises")
    deed = page.get_by_test_id("deed")
    expect(deed).to_have_attribute("data-state", "planned")
    expect_no_sideways_scroll(page)
    page.context.set_offline(True)
    deed.get_by_test_id("deed-done").click()
    form = page.get_by_test_id("tell-form")
    form.get_by_test_id("photo-choose").set_input_files(PHOTO)
    expect(form.get_by_test_id("photo")).to_have_count(1)
    form.get_by_test_id("tell").evaluate("button => { button.click(); button.click(); }")
    expect(deed).to_have_attribute("data-state", "saved")
    page.goto("/phone/#today")
    expect(page.get_by_test_id("here")).to_be_visible()
    page.goto("/phone/#promises")
    expect(deed).to_contain_text("存在手机里")
    page.context.set_offline(False)
    expect(deed).to_have_attribute("data-state", "done")
    expect(deed).to_contain_text("办完")
    [kept] = deeds_of(site, cadre, village)
    assert (kept["state"], kept["done_on"], len(kept["reports"])) == ("done", site.today.isoformat(), 1)
    deed.get_by_role("link").first.click()
    expect(page.locator("[data-testid=photo] img")).to_be_visible()


def issued(site, village: str, *, overdue: bool = False, title: str = "通组路未达标") -> str:
    """A notice of the township to a village, issued for a week or overdue since yesterday; answers its id."""
    drafter, reviewer = site.user("supervisor", "A"), site.user("supervisor", "A", name="考核办")
    id = str(uuid4())
    site.ask(drafter, "/supervision-notices", {
        "id": id, "village_code": code_of(site, village), "source_kind": "by_hand", "title": title,
        "facts": "应修3公里，实修2.1公里", "basis": "承诺书第2项", "demand": "修完剩余的0.9公里", "lead_unit": "镇考核办",
        "contact": "陈主任 24622222"})
    for name in ("reviewed", "issued"):
        site.ask(reviewer, f"/supervision-notices/{id}/steps", {
            "id": str(uuid4()), "step": name, "captured_at": f"{site.today}T00:00:01+08:00"})
    if overdue:
        with site.making() as county:
            county.session.get(SupervisionNotice, UUID(id)).due_on = site.today - timedelta(days=1)
    return id


def test_the_village_signs_for_a_notice_asks_for_time_and_reports(site, open_village, village):
    id, person = issued(site, village), site.user("village", village)
    page = open_village(person)
    page.get_by_test_id("due-notices").click()
    page.get_by_test_id("notice").get_by_role("link").click()
    notice = page.get_by_test_id("notice")
    expect(notice).to_contain_text("修完剩余的0.9公里")
    notice.get_by_test_id("step-served").click()
    expect(notice).to_have_attribute("data-state", "served")
    notice.get_by_test_id("step-extension_asked").click()
    notice.get_by_label("为什么要延期").fill("连下大雨")
    notice.get_by_label("延到哪天").fill((site.today + timedelta(days=12)).isoformat())
    notice.get_by_role("button", name="报送").click()
    expect(page.get_by_test_id("course")).to_contain_text("连下大雨")
    notice.get_by_test_id("step-reported").click()
    notice.get_by_label("整改了什么，现在怎样").fill("已修完")
    notice.get_by_test_id("photo-choose").set_input_files(PHOTO)
    expect(notice.get_by_test_id("photo")).to_have_count(1)
    expect_no_sideways_scroll(page)
    notice.get_by_role("button", name="报送").click()
    expect(notice).to_have_attribute("data-state", "reported")
    expect(page.locator('[data-step="reported"] img')).to_be_visible()
    kept = site.ask(person, f"/supervision-notices/{id}")
    assert [one["step"] for one in kept["steps"]][-3:] == ["served", "extension_asked", "reported"]


def test_an_overdue_notice_is_shown_first_and_in_red(site, open_village, open_phone, village):
    issued(site, village, title="不急的"), issued(site, village, overdue=True)
    page = open_village(site.user("village", village))
    expect(page.get_by_test_id("due-notices_late")).to_contain_text("有 1 张督办单逾期，先办")
    page.get_by_test_id("due-notices_late").click()
    first = page.get_by_test_id("notice").first
    expect(first).to_have_attribute("data-late", "true")
    expect(first).to_contain_text("已逾期1天")
    phone = open_phone(site.cadre(village))
    expect(phone.get_by_test_id("todo")).to_contain_text("有 1 张督办单逾期，先办")
    phone.get_by_test_id("todo-line").filter(has_text="逾期").click()
    expect(phone.get_by_test_id("notice")).to_contain_text("已逾期1天")


def test_a_notice_is_signed_for_and_answered_on_the_phone_without_a_network(site, open_phone, village):
    id, cadre = issued(site, village), site.cadre(village, name="安国强")
    page = open_phone(cadre, "/phone/#notices")
    page.get_by_test_id("notice").get_by_role("link").click()
    notice = page.get_by_test_id("notice")
    expect(notice).to_have_attribute("data-state", "issued")
    page.context.set_offline(True)
    notice.get_by_test_id("step-served").evaluate("button => { button.click(); button.click(); }")
    expect(notice).to_have_attribute("data-state", "saved")
    notice.get_by_test_id("step-reported").click()
    notice.get_by_label("整改了什么，现在怎样").fill("已修完，请来看")
    notice.get_by_test_id("photo-choose").set_input_files(PHOTO)
    expect(notice.get_by_test_id("photo")).to_have_count(1)
    expect_no_sideways_scroll(page)
    notice.get_by_role("button", name="报送").click()
    expect(notice.get_by_text("存在手机里")).to_have_count(2)
    page.context.set_offline(False)
    expect(notice).to_have_attribute("data-state", "reported")
    expect(page.locator('[data-step="reported"] [data-testid="photo"] img')).to_be_visible()
    kept = site.ask(cadre, f"/supervision-notices/{id}")
    assert [(one["step"], one["note"]) for one in kept["steps"]][-2:] == [
        ("served", None), ("reported", "已修完，请来看")]


def test_a_printed_code_leads_to_a_notice_that_the_phone_does_not_hold_yet(site, open_phone, village):
    cadre, id = site.cadre(village), issued(site, village)
    page = open_phone(cadre)
    page.route("**/api/v1/sync*", lambda route: route.abort())
    page.goto(f"/phone/#notices/{id}")
    page.reload()
    expect(page.get_by_test_id("notice")).to_contain_text("修完剩余的0.9公里")
