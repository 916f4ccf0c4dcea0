"""When a township's regular meetings (例会) are, and which days each of them reports on (A6.1, A6.2). Pure."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, timedelta

from api.dates import days_between, next_month

# A township without any meeting in so many days has none.
_FARTHEST = 100
# The longest run of rest days is the Spring Festival's; beyond it a meeting stays where it was.
FARTHEST_MOVE = 20

DaysOn = Callable[[date], Collection[int]]


@dataclass(frozen=True, slots=True)
class Period:
    """The days that a report covers, both included."""

    first: date
    last: date


def meeting_days(*numbers: int) -> tuple[int, ...]:
    """Days of the month from the policies' numbers, where 0 is no meeting."""
    return tuple(sorted({number for number in numbers if number}))


def regular_days(month_on: date, days_on: DaysOn) -> list[date]:
    """The regular dates within a calendar month; `days_on` gives the days of the month that hold on a day."""
    last = next_month(month_on) - timedelta(days=1)
    return [day for day in days_between(month_on, last) if day.day in days_on(day)]


def next_regular(day: date, days_on: DaysOn) -> date | None:
    """The first regular date after a day; None where there are no meetings."""
    return _seek(day, 1, days_on)


def previous_regular(day: date, days_on: DaysOn) -> date | None:
    """The last regular date before a day; None where there are no meetings."""
    return _seek(day, -1, days_on)


def _seek(day: date, step: int, days_on: DaysOn) -> date | None:
    ahead = (day + timedelta(days=step * n) for n in range(1, _FARTHEST))
    return next((one for one in ahead if one.day in days_on(one)), None)


def period_before(regular_on: date, days_on: DaysOn) -> Period | None:
    """What is reported on at the meeting of a regular date: from the regular date before it to the day before it.

    The meeting of the 18th covers the 3rd to the 17th, that of the 3rd the 18th of the month before to the 2nd, on
    whatever day either is really held: every day is reported on once.
    """
    first = previous_regular(regular_on, days_on)
    return None if first is None else Period(first, regular_on - timedelta(days=1))


def held_on(regular_on: date, *, on_rest_day: str, workdays: Collection[date]) -> date:
    """The day on which a regular meeting is held: on a rest day as the policy says.

    `next_workday` and `previous_workday` move it, `stays` does not; `workdays` must reach FARTHEST_MOVE days each way.
    """
    if regular_on in workdays or on_rest_day == "stays":
        return regular_on
    step = 1 if on_rest_day == "next_workday" else -1
    days = (regular_on + timedelta(days=step * n) for n in range(1, FARTHEST_MOVE + 1))
    return next((day for day in days if day in workdays), regular_on)
