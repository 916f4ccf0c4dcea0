"""The diary in a browser: written on the phone, kept while it is typed, read off at the desk, found again."""

from playwright.sync_api import expect

from tests.browser.conftest import expect_no_sideways_scroll

TEXT = "走访王五家，灶台要修；修水渠的事大家同意。"


def test_what_is_typed_is_kept_and_goes_out_when_the_network_is_back(site, open_phone):
    cadre = site.cadre()
    site.check_in(cadre, site.today)
    page = open_phone(cadre, f"/phone/#diary/{site.today}")
    form = page.get_by_test_id("diary-form")
    expect(page.get_by_test_id("diary-facts")).to_contain_text("村委会")
    form.get_by_role("textbox").fill(TEXT)
    expect(form.get_by_test_id("diary-count")).to_contain_text(f"{len(TEXT)} / 10000")
    page.reload()
    expect(form.get_by_role("textbox")).to_have_value(TEXT)
    page.context.set_offline(True)
    form.get_by_test_id("diary-submit").dblclick()
    expect(page.get_by_test_id("diary-here").first).to_have_attribute("data-state", "saved")
    page.context.set_offline(False)
    entry = page.get_by_test_id("diary-entry")
    expect(entry).to_have_attribute("data-submitted", "true")
    [kept] = site.ask(cadre, f"/diary-days/{site.today}")["entries"]
    assert (kept["text"], kept["submitted_at"] is not None) == (TEXT, True)
    # Changed after it was submitted: what it said stays to be seen.
    entry.get_by_role("button", name="修改", exact=True).click()
    form.get_by_role("textbox").fill(TEXT + "已报镇里。")
    form.get_by_role("button", name="保存修改").click()
    expect(entry).to_contain_text("已报镇里。")
    entry.get_by_role("button", name="修改前的内容").click()
    expect(page.get_by_test_id("diary-history").locator("p").first).to_have_text(TEXT)
    page.get_by_text("打印这一天").click()
    with page.expect_download() as download:
        page.get_by_test_id("print-work_log").click()
    assert download.value.suggested_filename.endswith(".docx")
    page.goto("/phone/#diary")
    page.get_by_role("searchbox").fill("水渠")
    page.get_by_role("button", name="搜索").click()
    expect(page.get_by_test_id("diary-row")).to_contain_text("修水渠")


def test_the_officer_reads_page_by_page_with_keys_and_finds_a_word(site, open_desk):
    cadre, officer = site.cadre("B1", name="田小荷"), site.user("supervisor", "B", name="龙镇长")
    with site.making() as county:
        for text in ("第一篇，说修水渠", "第二篇，说路灯", "第三篇，说医保"):
            county.diary_entry(cadre, text, submitted=True)
    page = open_desk(officer, "?view=diary")
    shown = page.get_by_test_id("diary-text")
    expect(page.get_by_test_id("diary-unread")).to_contain_text("未阅 3 篇")
    first = shown.get_attribute("data-id")
    page.keyboard.press("j")
    expect(shown).not_to_have_attribute("data-id", first)
    page.keyboard.press("k")
    expect(shown).to_have_attribute("data-id", first)
    page.keyboard.press("r")
    expect(page.get_by_test_id("diary-unread")).to_contain_text("未阅 2 篇")
    page.keyboard.press("f")
    page.get_by_label("跟进什么").fill("请再去看看")
    page.get_by_role("button", name="确定").click()
    expect(page.get_by_test_id("diary-unread")).to_contain_text("未阅 1 篇")
    readings = [one for entry in site.ask(cadre, f"/diary-days/{site.today}")["entries"] for one in entry["readings"]]
    assert sorted((one["outcome"], one["note"]) for one in readings) == [("follow_up", "请再去看看"), ("read", None)]
    page.get_by_test_id("diary-part-search").click()
    page.get_by_test_id("diary-question").fill("渠")
    page.get_by_role("button", name="搜索", exact=True).last.click()
    expect(page.get_by_test_id("diary-failure")).to_contain_text("至少两个字")
    page.get_by_test_id("diary-question").fill("水渠")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("diary-hit").locator("mark")).to_have_text("水渠")
    page.get_by_test_id("diary-part-sample").click()
    page.get_by_test_id("diary-draw").click()
    expect(page.get_by_test_id("diary-drawn")).to_contain_text("从 3 篇里抽出 3 篇")
    expect_no_sideways_scroll(page)
