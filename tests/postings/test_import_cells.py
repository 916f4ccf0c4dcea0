"""The rules of imports: cells, dates, files of divisions, roster sheets, postings that must fit together."""

import gzip
from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.cells import (
    BadCell,
    BadFile,
    PartialDate,
    as_date,
    clean_name,
    clean_text,
    match_key,
    shown,
)
from api.postings.divisions_import_rules import DivisionRow, read_divisions, tree_problems
from api.postings.people_match_rules import DivisionBook, KnownDivision, Overlap, PostingFact, fit_posting, spoken_name

HEADING = "code,name,parent_code,level\n"
TOP = "520000000000,贵州省,,province\n520329000000,余庆县,520000000000,county\n"


@pytest.mark.parametrize(("value", "text"), [
    (None, ""),
    ("  张三\t\n", "张三"),
    (13800001234.0, "13800001234"),  # a spreadsheet keeps digits as a float
    (0.5, "0.5"),
    ("a\u200bb\ufeff", "ab"),  # zero-width characters come with text from the web
    ("\ue170村", "\ue170村"),  # the national register has private-use characters in names
])
def test_a_cell_becomes_one_line_of_text(value, text):
    assert clean_text(value) == text


@pytest.mark.parametrize("value", ["a\x00b", "a\x07", "\x7f"])
def test_control_characters_are_refused(value):
    with pytest.raises(BadCell, match="bad_text"):
        clean_text(value)


@pytest.mark.parametrize(("value", "name"), [
    ("张\u3000三", "张三"),
    ("张 三 丰", "张三丰"),
    ("Adil  Ömer", "Adil Ömer"),  # blanks between other words are part of the name
    ("阿卜杜拉·买买提", "阿卜杜拉·买买提"),
])
def test_blanks_within_a_chinese_name_do_not_count(value, name):
    assert clean_name(value) == name


@pytest.mark.parametrize(("value", "day"), [
    (None, None),
    ("", None),
    (datetime(2026, 3, 1, 8, 30), date(2026, 3, 1)),
    (date(2026, 3, 1), date(2026, 3, 1)),
    (46082, date(2026, 3, 1)),  # Excel's day number
    (46082.0, date(2026, 3, 1)),
    ("46082", date(2026, 3, 1)),
    (20260301, date(2026, 3, 1)),
    ("2026-03-01", date(2026, 3, 1)),
    ("2026-3-1 08:30:00", date(2026, 3, 1)),
    ("2026/3/1", date(2026, 3, 1)),
    ("2026.3.1", date(2026, 3, 1)),
    ("2026年3月1日", date(2026, 3, 1)),
    ("２０２６．３．１", date(2026, 3, 1)),
    (" 2026 年 3 月 1 日 ", date(2026, 3, 1)),
    ("2026年3月1号", date(2026, 3, 1)),
    (PartialDate(date(2026, 3, 1), "year"), date(2026, 3, 1)),  # shown as 3月1日, kept with its year
])
def test_dates_as_people_write_them(value, day):
    assert as_date(value) == as_date(value, month_end=True) == day


@pytest.mark.parametrize(("value", "first", "last"), [
    ("2024.5", date(2024, 5, 1), date(2024, 5, 31)),
    (2024.5, date(2024, 5, 1), date(2024, 5, 31)),
    ("2024年5月", date(2024, 5, 1), date(2024, 5, 31)),
    ("2024年 2 月份", date(2024, 2, 1), date(2024, 2, 29)),
    ("2025-02", date(2025, 2, 1), date(2025, 2, 28)),
    ("2024/5", date(2024, 5, 1), date(2024, 5, 31)),
    ("２０２４．５", date(2024, 5, 1), date(2024, 5, 31)),
    ("202405", date(2024, 5, 1), date(2024, 5, 31)),
    (202405.0, date(2024, 5, 1), date(2024, 5, 31)),
    (2024.05, date(2024, 5, 1), date(2024, 5, 31)),
    ("2024.01", date(2024, 1, 1), date(2024, 1, 31)),
    (2024.01, date(2024, 1, 1), date(2024, 1, 31)),
    ("2024.10", date(2024, 10, 1), date(2024, 10, 31)),
    ("2024年1月", date(2024, 1, 1), date(2024, 1, 31)),
    ("2024-1", date(2024, 1, 1), date(2024, 1, 31)),  # no number: nothing was lost
    (2024.11, date(2024, 11, 1), date(2024, 11, 30)),
    (2024.1099999999999, date(2024, 11, 1), date(2024, 11, 30)),  # 2024.11, as some programs keep it
    (2024.12, date(2024, 12, 1), date(2024, 12, 31)),
    (PartialDate(date(2024, 5, 1), "day"), date(2024, 5, 1), date(2024, 5, 31)),
])
def test_a_month_is_its_first_day_or_its_last(value, first, last):
    assert (as_date(value), as_date(value, month_end=True)) == (first, last)


def test_a_workbook_may_count_from_1904():
    assert as_date(46082 - 1462, counts_from_1904=True) == date(2026, 3, 1)


@pytest.mark.parametrize(("value", "reason"), [
    ("2026-02-30", "bad_date"), ("三月", "bad_date"), (True, "bad_date"),
    ("2026年13月", "bad_date"), ("2026.0", "bad_date"), (2026.13, "bad_date"), ("2026-00-01", "bad_date"),
    # Of October's 2024.10 a spreadsheet leaves 2024.1.
    (2024.1, "ambiguous_month"), ("2024.1", "ambiguous_month"), ("２０２４．１", "ambiguous_month"),
    ("24.5", "short_year"), (24.5, "short_year"), ("24年5月1日", "short_year"), ("24-05-01", "short_year"),
    ("5月1日", "short_year"), ("5月", "short_year"), ("'24/5/1", "short_year"),
    (2024, "year_only"), (2024.0, "year_only"), ("2024年", "year_only"), ("1999.5", "date_range"),
    ("1e999", "bad_date"), ("nan", "bad_date"), (9e18, "bad_date"), ("1999-12-31", "date_range"),
    ("2100-01-01", "date_range"), (1, "date_range"),
])
def test_what_is_no_date_is_named(value, reason):
    with pytest.raises(BadCell, match=reason):
        as_date(value)


@given(st.one_of(st.text(), st.text("0123456789.-/年月日 "), st.integers(), st.floats(1990, 2101), st.floats(),
                 st.booleans(), st.none(), st.dates(), st.datetimes()))
def test_any_cell_is_a_date_or_a_named_problem(value):
    try:
        day = as_date(value)
    except BadCell as bad:
        assert bad.reason in ("bad_date", "date_range", "bad_text", "ambiguous_month", "short_year", "year_only")
    else:
        assert day is None or date(2000, 1, 1) <= day <= date(2099, 12, 31)


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.sampled_from("-/."), st.booleans())
def test_every_month_is_read_in_every_form(day, sign, padded):
    month = f"{day.month:02}" if padded else str(day.month)
    last = (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    forms = [f"{day.year}{sign}{month}", f"{day.year}年{month}月", PartialDate(day.replace(day=1), "day")]
    if day.month not in (1, 10):
        forms.append(float(f"{day.year}.{month}"))
    for form in forms if f"{sign}{month}" != ".1" else forms[1:]:
        assert (as_date(form), as_date(form, month_end=True)) == (day.replace(day=1), last)


def test_a_quoted_cell_is_short_and_harmless_to_a_terminal():
    assert shown("\x1b[31m" + "x" * 100) == "\N{REPLACEMENT CHARACTER}[31m" + "x" * 55 + "…"


def test_words_are_compared_without_width_case_and_blanks():
    assert match_key(" Ｚhang  San") == "zhangsan"


def read(text: str | bytes):
    return read_divisions(BytesIO(text.encode() if isinstance(text, str) else text))


@pytest.mark.parametrize("data", [
    (HEADING + TOP).encode(),
    (HEADING + TOP).encode("utf-8-sig"),
    (HEADING + TOP).encode("gb18030"),
    gzip.compress((HEADING + TOP).encode(), mtime=0),
    (HEADING + TOP).replace("\n", "\r\n").encode(),
    (HEADING + "\n" + TOP + "\n,,,\n").encode(),  # blank lines are passed over
], ids=["utf-8", "bom", "gb18030", "gzip", "crlf", "blank lines"])
def test_a_file_in_any_usual_form_is_read(data):
    file = read(data)
    assert [row[1:] for row in file.rows.values()] == [
        ("520000000000", "贵州省", "", "province"), ("520329000000", "余庆县", "520000000000", "county")]
    assert (file.count, file.problems, list(tree_problems(file, {}))) == (2, [], [])


def test_columns_may_stand_in_any_order():
    file = read("level,code,remark,parent_code,name\nprovince,520000000000,x,,贵州省\n")
    assert file.rows == {"520000000000": DivisionRow(2, "520000000000", "贵州省", "", "province")}


@pytest.mark.parametrize(("data", "reason"), [
    (b"", "headings_missing"),
    (HEADING, "empty_file"),
    ("code,name\n1,2\n", "headings_missing"),
    (b"\xff\xff\xff\xff", "unknown_encoding"),
    (gzip.compress((HEADING + TOP).encode(), mtime=0)[:-10], "broken_gzip"),
    (b"\x1f\x8bnot gzip at all", "broken_gzip"),
])
def test_what_is_no_such_file_is_refused_as_a_whole(data, reason):
    with pytest.raises(BadFile, match=reason):
        read(data)


@pytest.mark.parametrize(("row", "column", "reason"), [
    ("52032900100,子营街道,520329000000,township", "code", "bad_code"),  # eleven digits
    ("5.20329E+11,子营街道,520329000000,township", "code", "bad_code"),  # a spreadsheet did this
    ("５２０３２９００１０００,子营街道,520329000000,township", "code", "bad_code"),
    ("520329000000,子营街道,520000000000,county", "code", "duplicate_code"),
    ("520329001000,　 ,520329000000,township", "name", "name_empty"),
    (f"520329001000,{'村' * 101},520329000000,township", "name", "name_too_long"),
    ("520329001000,a\x00b,520329000000,township", "name", "bad_text"),
    ("520329001000,子营街道,520329000000,乡镇", "level", "unknown_level"),
    ("520329001000,子营街道,52032900000,township", "parent_code", "bad_code"),
    ("520329001000,子营街道,520999000000,township", "parent_code", "parent_unknown"),
    ("520329001000,子营街道,,township", "parent_code", "parent_missing"),
    ("520329001000,子营街道,520329001000,township", "parent_code", "own_parent"),
    ("520330000000,习水县,520329000000,county", "parent_code", "parent_level"),  # a county within a county
    ("530000000000,云南省,520329000000,province", "parent_code", "parent_level"),
    ("520329001000,子营街道", None, "cells_missing"),
    ('520329001000,"子营"街道,520329000000,township', None, "malformed_csv"),
    ('520329001000,"子营街道,520329000000,township', None, "malformed_csv"),
])
def test_a_bad_row_is_named_with_its_column(row, column, reason):
    file = read(HEADING + TOP + row + "\n")
    problems = file.problems + list(tree_problems(file, {}))
    assert [(one.row, one.column, one.reason) for one in problems] == [(4, column, reason)]


def test_every_bad_cell_of_a_row_is_named_and_its_children_are_no_orphans():
    file = read(HEADING + TOP + "52032900100X,,520329000000,town\n520329001000,,520329000000,township\n"
                                "520329001001,子营社区,520329001000,village\n")
    problems = file.problems + list(tree_problems(file, {}))
    assert [(one.row, one.column, one.reason) for one in problems] == [
        (4, "code", "bad_code"), (4, "name", "name_empty"), (4, "level", "unknown_level"), (5, "name", "name_empty")]


def test_a_circle_of_parents_is_found():
    file = read(HEADING + "520329001000,甲,520329002000,township\n520329002000,乙,520329001000,township\n")
    assert [one.reason for one in tree_problems(file, {})] == ["parent_level", "parent_level"]


def test_a_parent_may_be_on_record_already():
    file = read(HEADING + "520329001001,子营社区,520329001000,village\n")
    assert list(tree_problems(file, {"520329001000": "township"})) == []
    assert [one.reason for one in tree_problems(file, {"520329001000": "village"})] == ["parent_level"]


@given(st.binary(max_size=300))
def test_any_bytes_are_rows_or_named_problems(data):
    try:
        file = read(data)
    except BadFile:
        return
    assert file.count or file.problems


def book() -> DivisionBook:
    def one(id_, name, level, township_id=None):
        return KnownDivision(id_, f"5203290{id_:05}", name, level, f"/1/{id_}/", township_id)
    return DivisionBook([
        one(1, "余庆县", "county"), one(10, "龙溪镇", "township", 10), one(20, "子营街道", "township", 20),
        one(11, "田坝村村民委员会", "village", 10), one(12, "红军社区居民委员会", "village", 10),
        one(13, "新村村民委员会", "village", 10), one(21, "子营社区居民委员会", "village", 20),
        one(22, "新村村委会", "village", 20), one(23, "高村委会", "village", 20),
    ])


@pytest.mark.parametrize(("village", "township", "id_"), [
    ("田坝村村民委员会", "", 11), ("田坝村", "", 11), ("田坝", "", 11), ("田坝村委会", "", 11), ("红军社区", "龙溪镇", 12),
    ("红军社区居委会", "龙溪", 12), ("新村", "子营", 22), ("新村", "子营街道办事处", 22), ("高村", "", 23),
    ("520329000013", "", 13), ("520329000013", "龙溪镇", 13),
])
def test_a_village_is_found_as_people_call_it(village, township, id_):
    assert book().village(village, township).id == id_


@pytest.mark.parametrize(("village", "township", "reason"), [
    ("新村", "", "village_ambiguous"), ("田坝村", "子营街道", "village_unknown"), ("田霸村", "", "village_unknown"),
    ("田坝村", "龙渓镇", "township_unknown"), ("龙溪镇", "", "village_unknown"),
    ("520329000010", "", "not_a_village"), ("520329000013", "子营街道", "village_unknown"),
    ("520329000099", "", "village_unknown"),
])
def test_a_village_that_cannot_be_told_is_refused(village, township, reason):
    with pytest.raises(BadCell, match=reason):
        book().village(village, township)


def test_an_ambiguous_name_is_answered_with_the_choices():
    with pytest.raises(BadCell) as caught:
        book().village("新村")
    assert caught.value.params == {"value": "新村", "known": "龙溪镇/新村、子营街道/新村"}


@pytest.mark.parametrize(("text", "id_"), [("余庆县", 1), ("龙溪镇", 10), ("子营街道/新村", 22), ("520329000020", 20)])
def test_a_role_is_given_over_a_division_of_any_level(text, id_):
    assert book().division(text).id == id_


@pytest.mark.parametrize(("name", "spoken"), [
    ("田坝村村民委员会", "田坝村"), ("子营社区居民委员会", "子营社区"), ("龙溪镇", "龙溪镇"), ("村委会", "村委会")])
def test_names_are_shown_as_they_are_spoken(name, spoken):
    assert spoken_name(name) == spoken


def day(month: int, number: int = 1) -> date:
    return date(2026, month, number)


def fact(id_, village, from_on, to_on=None, further=frozenset()):
    return PostingFact(id_, village, from_on, to_on, further)


A, B = 11, 22


@pytest.mark.parametrize(("held", "wanted", "fitted"), [
    ([], fact(None, A, day(3)), [fact(None, A, day(3))]),
    # The same again changes nothing, whatever has ended since.
    ([fact(1, A, day(3))], fact(None, A, day(3)), [fact(1, A, day(3))]),
    ([fact(1, A, day(3), day(8, 31))], fact(None, A, day(3)), [fact(1, A, day(3), day(8, 31))]),
    # Another village: the running posting ends the day before.
    ([fact(1, A, day(3))], fact(None, B, day(9)), [fact(1, A, day(3), day(8, 31)), fact(None, B, day(9))]),
    ([fact(1, A, day(3), day(10))], fact(None, B, day(9)), [fact(1, A, day(3), day(8, 31)), fact(None, B, day(9))]),
    # Another village from the same day: the first one was a mistake.
    ([fact(1, A, day(3))], fact(None, B, day(3)), [fact(1, B, day(3))]),
    # The same village, which began earlier than was recorded.
    ([fact(1, A, day(3))], fact(None, A, day(2)), [fact(1, A, day(2))]),
    # The same village again later: a new term, so that the days before keep their figures.
    ([fact(1, A, day(3))], fact(None, A, day(9)), [fact(1, A, day(3), day(8, 31)), fact(None, A, day(9))]),
    # Postings that do not touch stay as they are.
    ([fact(1, A, day(3), day(4))], fact(None, B, day(9)), [fact(1, A, day(3), day(4)), fact(None, B, day(9))]),
    ([fact(1, A, day(9))], fact(None, B, day(3), day(8, 31)), [fact(None, B, day(3), day(8, 31)), fact(1, A, day(9))]),
    # An end that the file gives is taken; further villages only change when the file has the column.
    ([fact(1, A, day(3))], fact(None, A, day(3), day(6)), [fact(1, A, day(3), day(6))]),
    ([fact(1, A, day(3), None, frozenset({B}))], fact(None, A, day(3), None, None),
     [fact(1, A, day(3), None, frozenset({B}))]),
    ([fact(1, A, day(3), None, frozenset({B}))], fact(None, B, day(3), None, None), [fact(1, B, day(3))]),
])
def test_postings_are_fitted(held, wanted, fitted):
    assert fit_posting(held, wanted) == fitted


@pytest.mark.parametrize(("held", "wanted"), [
    # Another posting begins within the wanted one.
    ([fact(1, A, day(9))], fact(None, B, day(3))),
    # Another posting goes on after the wanted one's end.
    ([fact(1, A, day(3), day(12))], fact(None, B, day(5), day(6))),
    # The earlier start would run into the posting before.
    ([fact(1, B, day(1, 10), day(2, 28)), fact(2, A, day(3))], fact(None, A, day(1))),
])
def test_postings_that_cannot_be_fitted_are_refused(held, wanted):
    with pytest.raises(Overlap):
        fit_posting(held, wanted)


@given(st.lists(st.tuples(st.sampled_from([A, B, 33]), st.integers(1, 300), st.none() | st.integers(0, 200)),
                max_size=6))
def test_fitted_postings_never_overlap_and_fit_again_unchanged(wishes):
    held: list[PostingFact] = []
    for number, (village, start, length) in enumerate(wishes):
        from_on = date.fromordinal(day(1).toordinal() + start)
        to_on = None if length is None else date.fromordinal(from_on.toordinal() + length)
        wanted = fact(None, village, from_on, to_on)
        try:
            fitted = fit_posting(held, wanted)
        except Overlap:
            continue
        # What is on record has an id.
        held = [one if one.id else fact(number + 1, one.village_id, one.from_on, one.to_on) for one in fitted]
        assert all(one.to_on is None or one.from_on <= one.to_on for one in held)
        assert all(one.to_on is not None and one.to_on < two.from_on for one, two in zip(held, held[1:]))
        assert fit_posting(held, wanted) == held
