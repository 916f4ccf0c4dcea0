"""Which households of a village were visited in a quarter and a year. Pure: knows no storage and no clock.

Every household counts once, whoever visited it and however often, wherever the phone said that it was (each quarter a
quarter of the households, by the end of the year all of them). All households and those at home stand side by side.
"""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import NamedTuple

from api.dates import quarter_end, quarter_of

# Whom to go to first of those not yet visited: whoever needs help, by the dictionary's keys.
NEEDY = ("needy", "monitored", "minimum_living", "destitute", "elderly_alone")


class Counted(NamedTuple):
    """A visit as counting sees it, one that was not annulled."""

    day: date
    manner: str


class HouseholdFact(NamedTuple):
    """A household's life, the spans registered away (both ends included; None: still), and its visits."""

    alive_from: date
    alive_to: date | None
    absences: tuple[tuple[date, date | None], ...] = ()
    visits: tuple[Counted, ...] = ()


class Counts(NamedTuple):
    """The counts of some households; `at_home` are those not registered away on the day of counting."""

    households: int = 0
    at_home: int = 0
    visited: int = 0
    visited_at_home: int = 0
    year_visited: int = 0
    year_visited_at_home: int = 0

    def plus(self, other: "Counts", times: int = 1) -> "Counts":
        return Counts(*(mine + times * theirs for mine, theirs in zip(self, other, strict=True)))


def total(counts: Iterable[Counts]) -> Counts:
    """The sum: a group's rate is the ratio of sums, never the mean of rates."""
    result = Counts()
    for one in counts:
        result = result.plus(one)
    return result


def is_away(absences: Iterable[tuple[date, date | None]], day: date) -> bool:
    """Whether a household is registered as living away on a day."""
    return any(first <= day and (last is None or day <= last) for first, last in absences)


def is_alive(fact: HouseholdFact, day: date) -> bool:
    return fact.alive_from <= day and (fact.alive_to is None or day <= fact.alive_to)


def counts_as_visit(visit: Counted, absences: Iterable[tuple[date, date | None]],
                    calls_count: Callable[[date], bool]) -> bool:
    """In person always; a call for a household registered away on that day, where the policy of the quarter says so.

    Nobody at home is an attempt: evidence of presence, but the household was not reached.
    """
    if visit.manner == "phone":
        return is_away(absences, visit.day) and calls_count(quarter_of(visit.day))
    return visit.manner == "in_person"


def counted_on(quarter_on: date, today: date) -> date:
    """The day on which households are counted: the quarter's last, today while it runs."""
    return min(max(today, quarter_on), quarter_end(quarter_on))


def counts_of(fact: HouseholdFact, *, quarter_on: date, on: date, calls_count: Callable[[date], bool]) -> Counts:
    """What one household adds to the counts of a quarter, counted on the day `on`.

    `calls_count` answers for a quarter's first day whether calls to households away count in it. Visits of the year
    before and after the quarter are left out; those of the quarter count to its end.
    """
    if not is_alive(fact, on):
        return Counts()
    end = quarter_end(quarter_on)
    days = [visit.day for visit in fact.visits
            if visit.day.year == quarter_on.year and visit.day <= end
            and counts_as_visit(visit, fact.absences, calls_count)]
    year, quarter = int(bool(days)), int(any(day >= quarter_on for day in days))
    home = int(not is_away(fact.absences, on))
    return Counts(1, home, quarter, quarter * home, year, year * home)


def next_change(fact: HouseholdFact, *, quarter_on: date, on: date) -> date | None:
    """The next day of the quarter on which the household may change the counts by itself, or None."""
    after_life = () if fact.alive_to is None else (fact.alive_to + timedelta(days=1),)
    moves = [moment for first, last in fact.absences
             for moment in (first, None if last is None else last + timedelta(days=1)) if moment is not None]
    end = quarter_end(quarter_on)
    return min((day for day in (fact.alive_from, *after_life, *moves) if on < day <= end), default=None)


def rate(numerator: int, denominator: int) -> float | None:
    """A ratio 0..1; None when there is no household to visit."""
    return numerator / denominator if denominator else None


def households_missing(*, visited: int, households: int, percent: int) -> int:
    """How many more households the target asks for; a part of a household is a whole one."""
    return max(-(-households * percent // 100) - visited, 0)
