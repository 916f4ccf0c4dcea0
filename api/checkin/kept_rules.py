"""Which days, weeks and months a cadre's facts make: the one computation behind write, verify and rebuild. Pure.

What is kept on every write must equal what these functions make of all facts from scratch.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from api.checkin.rules import Figures, Part, Span, credited, day_state, figures, mask
from api.dates import days_between, monday_of, mondays_between, month_of, month_of_week, next_month

# (key, path of the division, day) -> value; the caller brings the county's policies.
Policy = Callable[[str, str, date], int | str]


class DayRow(NamedTuple):
    posting_id: int
    day: date
    state: str


class WeekRow(NamedTuple):
    posting_id: int
    monday: date
    month_on: date
    basis: str
    posting_mask: int
    duty_mask: int
    stationed_mask: int
    waiting_mask: int
    required_days: int
    credited_days: int


class MonthRow(NamedTuple):
    posting_id: int
    month_on: date
    basis: str
    duty_days: int
    stationed_days: int
    year_days: int
    required_days: int
    credited_days: int


@dataclass(frozen=True, slots=True)
class PostingFact:
    """A posting as the computation sees it; `path` is its home village's."""

    id: int
    path: str
    span: Span


@dataclass(slots=True)
class CadreFacts:
    """All facts of one cadre that bear on a range of days; postings in the order of their start."""

    postings: list[PostingFact] = field(default_factory=list)
    statuses: dict[tuple[int, date], list[str]] = field(default_factory=dict)
    leave_on: set[date] = field(default_factory=set)
    errand_on: set[date] = field(default_factory=set)


def errand_counts(policy: Policy, path: str, day: date) -> bool:
    """Whether an errand day counts as stationed; the policy is read where the day's basis reads its own."""
    basis = policy("basis", path, month_of(day))
    return policy("errand", path, month_of(day) if basis == "month" else monday_of(day)) == "stationed"


def kept_days(facts: CadreFacts, policy: Policy, first: date, last: date) -> list[DayRow]:
    """A row for every day with a fact, from `first` to `last`."""
    rows = []
    for posting in facts.postings:
        errands = {day for day in facts.errand_on
                   if first <= day <= last and day in posting.span and errand_counts(policy, posting.path, day)}
        days = {day for posting_id, day in facts.statuses
                if posting_id == posting.id and first <= day <= last and day in posting.span} | errands
        for day in sorted(days):
            state = day_state(facts.statuses.get((posting.id, day), ()), errand=day in errands)
            if state is not None:
                rows.append(DayRow(posting.id, day, state))
    return rows


def kept_weeks(facts: CadreFacts, days: Collection[DayRow], policy: Policy, workdays: Collection[date],
               first: date, last: date) -> Iterator[WeekRow]:
    """A row for every posting and week that touches the days from `first` to `last`."""
    counting, waiting = _by_posting(days)
    for monday in mondays_between(first, last):
        sunday, month_on = monday + timedelta(days=6), month_of_week(monday)
        postings = _overlapping(facts, monday, sunday)
        bases = [policy("basis", posting.path, month_on) for posting in postings]
        parts = [
            _part(facts, posting, counting, policy, monday, sunday,
                  quota=policy("days_per_week", posting.path, monday) if basis == "week" else 0)
            for posting, basis in zip(postings, bases, strict=True)
        ]
        for posting, basis, made in zip(postings, bases, figures(days_between(monday, sunday), parts, workdays),
                                        strict=True):
            yield WeekRow(posting.id, monday, month_on, basis, mask(monday, made.posted_on), mask(monday, made.duty_on),
                          mask(monday, made.stationed_on), mask(monday, waiting.get(posting.id, ())),
                          made.required_days, made.credited_days)


def kept_months(facts: CadreFacts, days: Collection[DayRow], policy: Policy, workdays: Collection[date],
                first: date, last: date, year_days_before: Callable[[int, date], int]) -> Iterator[MonthRow]:
    """A row for every posting and calendar month that touches the days from `first` to `last`.

    `year_days_before(posting_id, month_on)` gives the posting's days of the year before the first month.
    """
    counting, _waiting = _by_posting(days)
    so_far: dict[int, int] = {}
    month_on = month_of(first)
    while month_on <= last:
        month_end = next_month(month_on) - timedelta(days=1)
        postings = _overlapping(facts, month_on, month_end)
        bases = [policy("basis", posting.path, month_on) for posting in postings]
        parts = [
            _part(facts, posting, counting, policy, month_on, month_end,
                  quota=policy("days_per_month", posting.path, month_on) if basis == "month" else 0)
            for posting, basis in zip(postings, bases, strict=True)
        ]
        for posting, basis, made in zip(postings, bases, figures(days_between(month_on, month_end), parts, workdays),
                                        strict=True):
            if month_on.month == 1:
                so_far[posting.id] = 0
            elif posting.id not in so_far:
                so_far[posting.id] = year_days_before(posting.id, month_on)
            so_far[posting.id] += made.stationed_days
            yield _month_row(posting, month_on, basis, made, so_far[posting.id])
        month_on = next_month(month_on)


def _month_row(posting: PostingFact, month_on: date, basis: str, made: Figures, year_days: int) -> MonthRow:
    return MonthRow(posting.id, month_on, basis, made.duty_days, made.stationed_days, year_days, made.required_days,
                    credited(made.stationed_days, made.required_days))


def _part(facts: CadreFacts, posting: PostingFact, counting: dict[int, set[date]], policy: Policy, first: date,
          last: date, *, quota: int) -> Part:
    deducted = {day for day in facts.errand_on
                if first <= day <= last and not errand_counts(policy, posting.path, day)}
    return Part(posting.span, quota, facts.leave_on | deducted if deducted else facts.leave_on,
                counting.get(posting.id, ()))


def _by_posting(days: Collection[DayRow]) -> tuple[dict[int, set[date]], dict[int, set[date]]]:
    counting: dict[int, set[date]] = {}
    waiting: dict[int, set[date]] = {}
    for row in days:
        if row.state in ("stationed", "errand"):
            counting.setdefault(row.posting_id, set()).add(row.day)
        elif row.state == "waiting":
            waiting.setdefault(row.posting_id, set()).add(row.day)
    return counting, waiting


def _overlapping(facts: CadreFacts, first: date, last: date) -> list[PostingFact]:
    return [posting for posting in facts.postings
            if posting.span.first <= last and (posting.span.last is None or posting.span.last >= first)]
