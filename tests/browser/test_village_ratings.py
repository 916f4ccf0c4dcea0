"""Ratings on the village's page: the poster, how many took part, and the questions as the village says them."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, expect_no_sideways_scroll
from tests.ratings.rating_county import open_campaign

SOUND = re.compile("^/api/v1/recordings/")
OGG = b"OggS" + b"\x00" * 200


@pytest.fixture
def village(site):
    with site.making() as county:
        return county.new_village("A")


@pytest.fixture
def campaign(site, village):
    with site.making() as county:
        return open_campaign(county, village, first_on=site.today, last_on=site.today,
                             division=county.villages[village])


@pytest.fixture
def open_village(open_context):
    def open_page(person, address="", **options):
        context = open_context(person, PHONE, **options)
        context.grant_permissions(["microphone"])
        page = context.new_page()
        page.goto(f"/village/{address}")
        return page
    return open_page


def question_of(page, key: str):
    return page.locator(f'[data-testid="rating-question"][data-question="{key}"]')


def test_the_committee_shows_the_poster_and_records_hears_and_deletes_a_question(site, open_village, village, campaign):
    page = open_village(site.user("village", village), "#more")
    page.get_by_test_id("to-ratings").click()
    code = campaign.open_codes[village]
    expect(page.get_by_test_id("poster-code")).to_have_text(" ".join(code[n:n + 4] for n in range(0, 28, 4)))
    expect(page.get_by_test_id("poster")).to_be_visible()
    expect(page.get_by_test_id("participation")).to_contain_text("第二天才显示")
    expect(page.get_by_test_id("rating-question")).to_have_count(3)
    expect_no_sideways_scroll(page)
    first = question_of(page, "q1")
    first.get_by_test_id("record").click()
    expect(first.get_by_test_id("record-heard")).to_contain_text("1 秒")
    first.get_by_test_id("record-stop").click()
    expect(first).to_have_attribute("data-heard", "true")
    expect(first.get_by_test_id("recording")).to_have_attribute("src", SOUND)
    # What was recorded here plays here.
    assert first.get_by_test_id("recording").evaluate("""sound => new Promise((resolve) => {
        sound.addEventListener('canplay', () => resolve(true));
        sound.addEventListener('error', () => resolve(false));
        sound.load();
        sound.preload = 'auto';
    })""")
    expect_no_sideways_scroll(page)
    first.get_by_test_id("record-delete").click()
    expect(first).to_have_attribute("data-heard", "false")


def test_who_stops_before_a_word_is_heard_is_told_so(site, open_village, village, campaign):
    page = open_village(site.user("village", village), "#ratings")
    first = question_of(page, "q1")
    # What a browser makes of a recording that is stopped at once: no data ever comes.
    page.evaluate("""() => {
        MediaRecorder.prototype.addEventListener = function (name, ...more) {
            if (name !== 'dataavailable') EventTarget.prototype.addEventListener.call(this, name, ...more);
        };
    }""")
    first.get_by_test_id("record").click()
    first.get_by_test_id("record-stop").click()
    expect(first.get_by_role("alert")).to_contain_text("没有录到声音")
    expect(first).to_have_attribute("data-heard", "false")


def test_a_file_that_was_recorded_elsewhere_will_do_and_others_are_refused(site, open_village, village, campaign):
    page = open_village(site.user("village", village), "#ratings")
    second = question_of(page, "q2")
    second.get_by_test_id("record-choose").set_input_files(
        {"name": "q2.ogg", "mimeType": "audio/ogg", "buffer": OGG})
    expect(second).to_have_attribute("data-heard", "true")
    third = question_of(page, "q3")
    third.get_by_test_id("record-choose").set_input_files(
        {"name": "q3.mp3", "mimeType": "audio/mpeg", "buffer": b"no sound at all"})
    expect(third.get_by_test_id("problem")).to_contain_text("不是能播放的录音")
    third.get_by_test_id("record-choose").set_input_files(
        {"name": "q3.ogg", "mimeType": "audio/ogg", "buffer": OGG.ljust(600 * 1024 + 1, b"0")})
    expect(third.get_by_test_id("problem")).to_contain_text("太大")
    expect(third).to_have_attribute("data-heard", "false")


def test_a_village_without_a_campaign_says_so(site, open_village, village):
    page = open_village(site.user("village", village), "#ratings")
    expect(page.get_by_test_id("no-ratings")).to_be_visible()
