"""When regular meetings are and what they report on, in tables of dates."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.dates import days_between
from api.diary import meetings_rules as rules
from api.diary.meetings_rules import Period


def twice(_day):
    return 3, 18


def never(_day):
    return ()


def changed(day):
    """The 3rd and 18th until the end of November 2026, the 10th alone from December on."""
    return (3, 18) if day < date(2026, 12, 1) else (10,)


# The official calendar around these days, as far as the cases need it.
OFF = {date(2026, 1, 3), date(2026, 1, 17), date(2026, 1, 18), date(2026, 10, 18), date(2026, 10, 3),
       *days_between(date(2026, 10, 4), date(2026, 10, 7)), date(2026, 10, 17), date(2026, 10, 1), date(2026, 10, 2)}
WORKED = set(days_between(date(2025, 12, 1), date(2026, 12, 31))) - OFF


@pytest.mark.parametrize(("regular_on", "on_rest_day", "expected"), [
    (date(2026, 11, 18), "next_workday", date(2026, 11, 18)),  # a Wednesday
    (date(2026, 10, 18), "next_workday", date(2026, 10, 19)),  # a Sunday: the Monday after
    (date(2026, 10, 18), "previous_workday", date(2026, 10, 16)),  # the Friday before
    (date(2026, 10, 18), "stays", date(2026, 10, 18)),
    (date(2026, 10, 3), "next_workday", date(2026, 10, 8)),  # the National Day week
    (date(2026, 1, 3), "next_workday", date(2026, 1, 4)),  # a Saturday before a Sunday that is worked (调休)
])
def test_a_meeting_on_a_rest_day_moves_as_the_policy_says(regular_on, on_rest_day, expected):
    assert rules.held_on(regular_on, on_rest_day=on_rest_day, workdays=WORKED) == expected


@pytest.mark.parametrize(("regular_on", "days_on", "expected"), [
    (date(2026, 11, 18), twice, Period(date(2026, 11, 3), date(2026, 11, 17))),
    (date(2026, 12, 3), twice, Period(date(2026, 11, 18), date(2026, 12, 2))),
    (date(2026, 1, 3), twice, Period(date(2025, 12, 18), date(2026, 1, 2))),  # over the year's end
    (date(2026, 10, 18), twice, Period(date(2026, 10, 3), date(2026, 10, 17))),  # also when it is held on the 19th
    (date(2026, 12, 10), changed, Period(date(2026, 11, 18), date(2026, 12, 9))),  # no day is lost when days change
    (date(2026, 12, 10), lambda _day: (10,), Period(date(2026, 11, 10), date(2026, 12, 9))),  # once a month
    (date(2026, 12, 10), never, None),
])
def test_a_meeting_reports_on_the_days_since_the_regular_date_before(regular_on, days_on, expected):
    assert rules.period_before(regular_on, days_on) == expected


def test_days_of_the_month_come_from_two_numbers_where_nought_is_none():
    assert [rules.meeting_days(*pair) for pair in ((18, 3), (10, 0), (5, 5), (0, 0))] == [(3, 18), (10,), (5,), ()]
    assert rules.regular_days(date(2026, 11, 1), twice) == [date(2026, 11, 3), date(2026, 11, 18)]
    assert rules.regular_days(date(2026, 12, 1), changed) == [date(2026, 12, 10)]


@given(day=st.dates(date(2024, 1, 1), date(2027, 12, 31)),
       days=st.sets(st.integers(1, 28), min_size=1, max_size=2))
def test_every_day_is_reported_on_exactly_once(day, days):
    following = rules.next_regular(day, lambda _day: days)
    period = rules.period_before(following, lambda _day: days)
    assert period.first <= day <= period.last == following - timedelta(days=1)
    assert rules.period_before(period.first, lambda _day: days).last == period.first - timedelta(days=1)
