"""Full-text search in the diary: two characters and more, letter for letter, only what one may read, in pages."""

from datetime import date, timedelta

import pytest

from api.diary import entries_service, search_rules, search_service
from tests.conftest import NOW

PATH = "/api/v1/diary-entries"


def found(client, question: str, **query) -> list[str]:
    answer = client.get(PATH, query_string={"q": question, **query})
    assert answer.status_code == 200
    return [one["text"] for one in answer.json["entries"]]


@pytest.mark.parametrize(("text", "expected"), [
    ("修水渠", {"4feex6c34", "6c34x6e20"}),
    ("ＡB", {"61x62"}),  # full-width and capital letters are read as small ones
    ("水 渠\n", set()),  # no pair reaches across a space
    ("5%", {"35x25"}), ("", set()), ("渠", set())])
def test_a_text_is_its_pairs_of_characters(text, expected):
    assert search_rules.pairs(text) == expected


@pytest.mark.parametrize(("wanted", "text", "expected"), [
    (["水渠"], "修水渠", "修水渠"),
    (["水渠"], "一" * 50 + "修水渠" + "二" * 100, "…" + "一" * 39 + "修水渠" + "二" * 78 + "…"),
    ([], "一\n二", "一 二"),
    (["fi"], "ﬁ x", "ﬁ x")])
def test_an_excerpt_is_around_the_first_term(wanted, text, expected):
    assert search_rules.excerpt(wanted, text) == expected


def test_numbers_grow_with_the_day_and_fit_into_64_bits():
    days = [date(2000, 1, 1), date(2026, 11, 20), date(2026, 11, 21), date(2099, 12, 31)]
    numbers = [search_rules.number_of(day, id_int) for day in days for id_int in (0, 2**128 - 1)]
    assert numbers == sorted(numbers) and numbers[-1] < 2**63
    assert search_rules.numbers_of(days[1], days[1]) == (numbers[2], numbers[4])


@pytest.fixture
def author(county):
    person = county.cadre("A1")
    for text in ("修水渠，张三家同意", "渠水修好了", "水渠一百米，完成50%", "党的_政策 AND 宣讲", "“引号”里的话", "'单引号' OR 1=1", "普通的一天",
                 "Ｗｉｆｉ装好了", "面积=3*2"):
        county.diary_entry(person, text)
    return person


@pytest.mark.parametrize(("question", "expected"), [
    ("水渠", {"修水渠，张三家同意", "水渠一百米，完成50%"}),
    ("修水渠", {"修水渠，张三家同意"}),
    ("水修", {"渠水修好了"}),
    ("水渠 张三", {"修水渠，张三家同意"}),
    ("50%", {"水渠一百米，完成50%"}), ("%%", set()), ("0%", {"水渠一百米，完成50%"}),
    ("的_", {"党的_政策 AND 宣讲"}), ("__", set()), ("AND", {"党的_政策 AND 宣讲"}), ("and 政策", {"党的_政策 AND 宣讲"}),
    ("OR", {"'单引号' OR 1=1"}), ("水渠 OR 普通", set()), ("NOT 水渠", set()), ("水*", set()), ("3*2", {"面积=3*2"}),
    ("“引", {"“引号”里的话"}), ('"水渠"', set()), ("'单", {"'单引号' OR 1=1"}), ("';--", set()), ("NEAR(水渠)", set()),
    ("words:水渠", set()), ("wifi", {"Ｗｉｆｉ装好了"}), ("水渠\\", set()), ("c1", set()), ("v1", set())])
def test_terms_are_found_letter_for_letter(as_user, author, question, expected):
    assert set(found(as_user(author), question)) == expected


def test_two_pairs_that_stand_apart_are_not_the_term(as_user, county):
    person = county.cadre("A1")
    county.diary_entry(person, "修水管，又看水渠")
    assert found(as_user(person), "修水渠") == []


@pytest.mark.parametrize(("question", "reason"), [
    ("水", "search_too_short"), ("水渠 修", "search_too_short"), ("一二 " * 9, None),
    (" ".join(f"词{n}" for n in range(9)), "search_too_long")])
def test_a_question_that_cannot_be_answered_says_why_in_words(as_user, author, question, reason):
    answer = as_user(author).get(PATH, query_string={"q": question})
    assert (answer.status_code, answer.json.get("reason")) == ((422, reason) if reason else (200, None))


def test_only_own_entries_or_what_was_submitted_below(as_user, county):
    mine, neighbour, elsewhere = county.cadre("A1"), county.cadre("A2"), county.cadre("B1")
    for person, name in ((mine, "甲"), (neighbour, "乙"), (elsewhere, "丙")):
        county.diary_entry(person, f"修水渠{name}草稿")
        county.diary_entry(person, f"修水渠{name}", submitted=True)
    assert set(found(as_user(mine), "水渠")) == {"修水渠甲草稿", "修水渠甲"}
    township, whole = (as_user(county.person("supervisor", one)) for one in (county.townships["A"], county.county))
    assert set(found(township, "水渠")) == {"修水渠甲", "修水渠乙"}
    assert set(found(whole, "水渠")) == {"修水渠甲", "修水渠乙", "修水渠丙"}
    assert found(whole, "水渠", division=county.villages["B1"].code) == ["修水渠丙"]
    assert township.get(PATH, query_string={"division": county.townships["B"].code}).status_code == 404
    for role in ("village", "admin", "auditor"):
        assert as_user(county.person(role, county.villages["A1"])).get(PATH).status_code == 403
    # Who supervises and is posted too chooses; the own drafts are among the own entries only.
    county.grant(mine, "supervisor", county.townships["A"])
    assert set(found(as_user(mine), "水渠")) == {"修水渠甲", "修水渠乙"}
    assert set(found(as_user(mine), "水渠", own=True)) == {"修水渠甲草稿", "修水渠甲"}


def test_what_an_entry_said_before_is_not_found_any_more(as_user, county):
    person = county.cadre("A1")
    held = county.diary_entry(person, "修水渠", submitted=True)
    entries_service.edit_entry(county.session, entry=held, base_version=2, text="修公路", work_types=[], photos=[],
                               now=NOW)
    above = as_user(county.person("supervisor"))
    for client in (as_user(person), above):
        assert (found(client, "水渠"), found(client, "公路")) == ([], ["修公路"])


@pytest.mark.parametrize("question", [None, "水渠"])
def test_pages_go_on_where_the_last_one_ended_the_latest_day_first(as_user, county, question):
    person = county.cadre("A1")
    for n in range(45):
        county.diary_entry(person, f"水渠{n}", day=date(2026, 11, 20) - timedelta(days=n // 2))
    client, days, texts, cursor = as_user(person), [], [], None
    while True:
        query = {name: value for name, value in (("q", question), ("cursor", cursor)) if value}
        page = client.get(PATH, query_string=query).json
        days += [one["day"] for one in page["entries"]]
        texts += [one["text"] for one in page["entries"]]
        cursor = page["next"]
        if cursor is None:
            break
        # What is written meanwhile for a later day does not disturb the pages to follow.
        county.diary_entry(person, "水渠新", day=date(2026, 11, 20))
    assert sorted(texts) == sorted(f"水渠{n}" for n in range(45)) and days == sorted(days, reverse=True)
    between = client.get(PATH, query_string={"from": "2026-11-18", "to": "2026-11-19", "q": question or ""}).json
    assert {one["text"] for one in between["entries"]} == {"水渠2", "水渠3", "水渠4", "水渠5"}


def test_a_page_looks_at_so_many_entries_at_most_and_says_where_to_go_on(county, monkeypatch):
    person = county.cadre("A1")
    monkeypatch.setattr(search_service, "_MOST_LOOKED_AT", 7)
    for n in range(10):
        county.diary_entry(person, "修水，水渠", day=date(2026, 11, 1 + n))
    county.diary_entry(person, "修水渠", day=date(2026, 10, 1))
    asked = {"scope": search_service.own_scope(person.cadre.id), "question": "修水渠", "first": None, "last": None,
             "size": 5}
    first = search_service.find_entries(county.session, before=None, **asked)
    second = search_service.find_entries(county.session, before=first.next, **asked)
    assert ([one.text for one in first.entries], [one.text for one in second.entries], second.next) == (
        [], ["修水渠"], None)


def test_two_entries_that_would_have_one_number_get_two(county, monkeypatch):
    monkeypatch.setattr(search_service, "number_of", lambda day, id_int: 5)
    person = county.cadre("A1")
    held = {county.diary_entry(person, text).id for text in ("修水渠", "看水渠")}
    found = search_service.find_entries(county.session, scope=search_service.own_scope(person.cadre.id), question="水渠",
                                        first=None, last=None, before=None, size=5)
    assert {one.id for one in found.entries} == held
