"""What is due of cadres in single weeks and months, whatever they did: for a change of the calendar. Pure.

Most cadres of a county are in the same circumstances in a week; each kind is computed once, by the rule behind all
kept rows, which makes a county's year a matter of a second.
"""

from collections.abc import Collection, Iterator
from datetime import date, timedelta

from api.checkin.kept_rules import CadreFacts, Policy, kept_months, kept_weeks
from api.dates import days_between, month_of_week, next_month

# A posting's duty (a mask of days in a week, a number in a month) and how many days of it are required.
Due = tuple[int, int]
_NONE: frozenset[date] = frozenset()


class DueDays:
    """Duty and required days of postings over some weeks and months, under one county's policies and calendar."""

    def __init__(self, policy: Policy, workdays: Collection[date]):
        self._policy, self._workdays = policy, workdays
        self._rules: dict[tuple[str, date, bool], tuple] = {}
        self._days: dict[tuple[date, date], frozenset[date]] = {}
        self._known: dict[tuple, list[Due]] = {}

    def of_week(self, cadre: CadreFacts, monday: date) -> Iterator[tuple[int, Due]]:
        """(posting id, (duty mask, required days)) of each posting of a cadre in the week."""
        return self._of(cadre, monday, monday + timedelta(days=6), is_week=True)

    def of_month(self, cadre: CadreFacts, month_on: date) -> Iterator[tuple[int, Due]]:
        """(posting id, (duty days, required days)) of each posting of a cadre in the calendar month."""
        return self._of(cadre, month_on, next_month(month_on) - timedelta(days=1), is_week=False)

    def _of(self, cadre: CadreFacts, first: date, last: date, *, is_week: bool) -> Iterator[tuple[int, Due]]:
        postings = [one for one in cadre.postings
                    if one.span.first <= last and (one.span.last is None or one.span.last >= first)]
        days = self._days.get((first, last))
        if days is None:
            days = self._days[first, last] = frozenset(days_between(first, last))
        leave = days & cadre.leave_on if cadre.leave_on else _NONE
        errands = days & cadre.errand_on if cadre.errand_on else _NONE
        # Whether an errand counts is asked of each day; without one few rules matter, and most villages share them.
        circumstances = (is_week, first, leave, errands, tuple(
            (max(one.span.first, first), last if one.span.last is None else min(one.span.last, last),
             one.path if errands else self._rules_of(one.path, first, is_week)) for one in postings))
        due = self._known.get(circumstances)
        if due is None:
            due = self._known[circumstances] = self._week(cadre, first) if is_week else self._month(cadre, first)
        return zip((one.id for one in postings), due, strict=True)

    def _rules_of(self, path: str, first: date, is_week: bool) -> tuple:
        found = self._rules.get((path, first, is_week))
        if found is None:
            basis_on, key = (month_of_week(first), "days_per_week") if is_week else (first, "days_per_month")
            found = self._policy("basis", path, basis_on), self._policy(key, path, first)
            self._rules[path, first, is_week] = found
        return found

    def _week(self, cadre: CadreFacts, monday: date) -> list[Due]:
        return [(row.duty_mask, row.required_days)
                for row in kept_weeks(cadre, (), self._policy, self._workdays, monday, monday)]

    def _month(self, cadre: CadreFacts, month_on: date) -> list[Due]:
        return [(row.duty_days, row.required_days) for row in
                kept_months(cadre, (), self._policy, self._workdays, month_on, month_on, lambda *_: 0)]
