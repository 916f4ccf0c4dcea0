"""When an emergency duty runs, which periods may be declared, and which word counts: by the instant."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.checkin.emergency_rules import (
    STATES,
    Word,
    days_of,
    is_too_long,
    latest_word,
    period_problem,
    state_of,
)
from api.dates import SHANGHAI


def at(day: int, hour: int = 0, minute: int = 0, month: int = 7) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(("ended_at", "now", "state"), [
    (None, at(1, 7, 59), "coming"),
    (None, at(1, 8), "running"),                # from its first instant
    (None, at(3, 7, 59), "running"),
    (None, at(3, 8), "over"),                   # by itself, at the instant of its end
    (at(2, 12), at(2, 11, 59), "running"),
    (at(2, 12), at(2, 12), "over"),             # because somebody ended it
    (at(4), at(3, 9), "over"),                  # what would end it later does not prolong it
    (at(1, 7), at(1, 7, 30), "over"),           # called off before it began
    (at(1, 7), at(1, 9), "over"),
])
def test_a_duty_runs_from_its_beginning_to_its_end(ended_at, now, state):
    assert state_of(from_at=at(1, 8), until_at=at(3, 8), ended_at=ended_at, now=now) == state


@pytest.mark.parametrize(("from_at", "until_at", "problem"), [
    (at(10, 12), at(11, 12), None),             # from now on
    (at(9, 12), at(11, 12), None),              # called out by telephone a day before: still a duty
    (at(9, 11, 59), at(11, 12), "duty_long_ago"),
    (at(20), at(21), None),                     # a typhoon is announced days ahead
    (at(11), at(11), "duty_reversed"),
    (at(11), at(10, 13), "duty_reversed"),
    (at(10), at(10, 12), "duty_over"),          # over at this very instant
    (at(10), at(10, 12, 1), None),
])
def test_which_periods_may_be_declared_at_noon_of_the_tenth(from_at, until_at, problem):
    assert period_problem(from_at=from_at, until_at=until_at, now=at(10, 12)) == problem


@pytest.mark.parametrize(("until_at", "too_long"), [
    (at(16, 8), False), (at(16, 8, 1), True), (at(2, 8), False)])
def test_fifteen_days_are_fifteen_times_twenty_four_hours(until_at, too_long):
    assert is_too_long(from_at=at(1, 8), until_at=until_at, most_days=15) is too_long


@pytest.mark.parametrize(("from_at", "until_at", "ended_at", "days"), [
    (at(1, 8), at(1, 20), None, [1]),
    (at(1, 8), at(2), None, [1]),               # an end at midnight belongs to the day before
    (at(1, 8), at(2, 0, 1), None, [1, 2]),
    (at(1, 23, 59), at(3), None, [1, 2]),
    (at(1, 8), at(5), at(2, 9), [1, 2]),        # ended early
    (at(3, 8), at(5), at(1, 9), [3]),           # called off before it began
])
def test_the_days_of_a_duty_are_those_of_the_wall_calendar_in_china(from_at, until_at, ended_at, days):
    assert [day.day for day in days_of(from_at=from_at, until_at=until_at, ended_at=ended_at)] == days


def test_a_duty_may_cross_the_edge_of_a_month_and_of_a_year():
    days = days_of(from_at=at(31, 20, month=12), until_at=datetime(2027, 1, 2, 6, tzinfo=SHANGHAI), ended_at=None)
    assert days == [date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 2)]


def word(hour: int, kind: str = "check_in", verdict: str = "inside", status: str = "counts") -> Word:
    return Word(at(1, hour), kind, verdict, status)


@pytest.mark.parametrize(("words", "found"), [
    ([], None),
    ([word(7)], None),                                      # before it began: says nothing of now
    ([word(8)], 8),                                         # at its first instant
    ([word(9), word(15), word(7)], 15),                     # the latest
    ([word(9, "declaration", "no_location", "waiting")], 9),    # the equal road without a position
    ([word(9, verdict="outside", status="waiting")], 9),    # place decides nothing
    ([word(9, "register", "no_location")], 9),              # told by telephone, entered by the village
    ([word(9), word(10, status="rejected")], 9),            # somebody decided that this is not so
    ([word(9, status="withdrawn")], None),
    ([word(9, status="erased")], None),
    ([word(9, "declaration", "no_location", "future_day")], None),
])
def test_the_latest_word_since_the_duty_began(words, found):
    latest = latest_word(words, from_at=at(1, 8))
    assert (latest and latest.at.hour) == found


instants = st.integers(0, 2000).map(lambda minutes: at(1) + timedelta(minutes=minutes))


@given(from_at=instants, length=st.integers(1, 2000), ended_at=st.none() | instants, now=instants)
def test_once_over_it_stays_over_and_states_come_in_their_order(from_at, length, ended_at, now):
    period = {"from_at": from_at, "until_at": from_at + timedelta(minutes=length), "ended_at": ended_at}
    order = ("coming", "running", "over")
    before, after = state_of(**period, now=now), state_of(**period, now=now + timedelta(minutes=1))
    assert {before, after} <= set(STATES) and order.index(before) <= order.index(after)
