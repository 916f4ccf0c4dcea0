"""The first load of the phone page in bytes; `python -m tests.browser.first_load` tells the seconds."""

from playwright.sync_api import expect

from tests.browser.first_load import Line
from tests.test_page_modules import field_files, kept_files, preloads

# Until the button stands, headers included. 80 KB is what a thin line brings in a few seconds.
FIRST_VIEW_BYTES = 70_000
WHOLE_PAGE_BYTES = 80 * 1024
FIELD_ASKS = ("/api/v1/sync", "/api/v1/meetings", "/api/v1/contracts", "/api/v1/oddities")


def test_the_first_load_of_the_phone_page_is_small(site, open_context):
    page = open_context(site.cadre()).new_page()
    line = Line(page)
    page.goto("/phone/")
    expect(page.get_by_test_id("here")).to_be_visible()
    # On a busy machine the later views may have begun to come by now.
    later = {path for path in kept_files() if path.endswith(".js")} - preloads("phone") - {"/static/phone/main.js"}
    later |= {*field_files(), *FIELD_ASKS}
    assert 0 < line.total_without(later) < FIRST_VIEW_BYTES, line.bytes_of


def test_the_whole_phone_page_with_its_first_answers_is_small(site, open_context):
    page = open_context(site.cadre()).new_page()
    line = Line(page)
    with page.expect_response("**/static/phone/offline.js"):
        page.goto("/phone/")
    expect(page.get_by_test_id("week-line")).to_be_visible()
    # The work in the field is loaded after this, with what it asks, and held to a limit of its own.
    assert line.total_without({*field_files(), *FIELD_ASKS}) < WHOLE_PAGE_BYTES, line.bytes_of


def test_a_second_visit_asks_for_next_to_nothing(site, open_context):
    page = open_context(site.cadre()).new_page()
    # What the first visit has not brought to its end, the second would be charged with.
    with page.expect_response("**/static/phone/offline.js"), page.expect_response("**/styles/field.css"):
        page.goto("/phone/")
    expect(page.get_by_test_id("week-line")).to_be_visible()
    line = Line(page)
    page.reload()
    expect(page.get_by_test_id("week-line")).to_be_visible()
    # A few hundred bytes for each file, which has not changed, and the fresh answers.
    assert line.total < 24_000, line.bytes_of
