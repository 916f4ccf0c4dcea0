from datetime import date

import pytest

from api.visits.households_rules import initials, normal_phone, periods_problem


@pytest.mark.parametrize(("name", "letters"), [
    ("张三", "zs"),
    ("曾重阳", "zcy"),  # 曾 is zēng as a surname
    ("单雄信", "sxx"),  # and 单 is shàn,
    ("单于明", "cym"),  # but not in 单于
    ("欧阳修", "oyx"),
    ("任静", "rj"),
    ("Wang Wei 3", "wangwei3"),
    ("=HYPERLINK(1)", "hyperlink1"),
    ("", ""),
])
def test_initials_are_read_as_the_name_is_spoken(name, letters):
    assert initials(name) == letters


@pytest.mark.parametrize(("periods", "problem"), [
    ([], None),
    ([(date(2026, 3, 1), None)], None),
    ([(date(2026, 6, 1), date(2026, 7, 1)), (date(2026, 3, 1), date(2026, 5, 31))], None),
    ([(date(2026, 3, 2), date(2026, 3, 1))], "period_reversed"),
    ([(date(2026, 3, 1), None), (date(2026, 6, 1), None)], "periods_overlap"),  # still away, and away again
    ([(date(2026, 3, 1), date(2026, 6, 1)), (date(2026, 6, 1), None)], "periods_overlap"),  # both days are included
])
def test_periods_away_lie_apart(periods, problem):
    assert periods_problem(periods) == problem


@pytest.mark.parametrize(("text", "number"), [
    ("13985201234", "13985201234"),
    (" 139-8520 1234 ", "13985201234"),
    ("+86 139 8520 1234", "13985201234"),
    ("8613985201234", "13985201234"),
    ("１３９８５２０１２３４", "13985201234"),
    ("0851-24621234", "085124621234"),
    ("（0852）4621234", "08524621234"),
    ("24621234", "24621234"),
    ("12345", None),
    ("23985201234", None),  # a mobile begins with 13 to 19
    ("522127197001010011", None),  # an ID number is none
    ("无", None),
    ("", None),
])
def test_a_telephone_number_is_read_as_it_is_dialled(text, number):
    assert normal_phone(text) == number
