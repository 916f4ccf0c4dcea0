from datetime import date

import pytest

from api.visits.households_rules import initials, periods_problem


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
