"""The measures of one look: what each divides by what, and in which direction it is good. Pure.

A measure is a count out of a count, so that villages add up to every level and a group's rate is the ratio of sums.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from api.dates import next_month, quarter_of

# The line of a measure reaches so many months, the chosen one included.
LINE = 12


class Parts(NamedTuple):
    """What a measure is made of; both add up over villages."""

    numerator: int = 0
    denominator: int = 0

    def plus(self, other: "Parts") -> "Parts":
        return Parts(self.numerator + other.numerator, self.denominator + other.denominator)

    @property
    def rate(self) -> float | None:
        """A ratio 0..1, or above where more was done than asked; None where there was nothing to divide by."""
        return self.numerator / self.denominator if self.denominator else None


@dataclass(frozen=True, slots=True)
class Measure:
    """`topic`: what it is shown and asked for with.

    `target`: the policy that says how many per cent are wanted, "all" where it is every one, None where nobody says.
    `counts_from`: the period whose first day it counts from; its last month does not compare with the next one's first.
    """

    topic: str
    more_is_better: bool
    target: str | None = None
    counts_from: str | None = None

    def begins_with(self, month_on: date) -> str | None:
        """The period (quarter, year) that this month is the first of, so that nothing before it compares."""
        firsts = {"quarter": quarter_of(month_on), "year": date(month_on.year, 1, 1), None: None}
        return self.counts_from if firsts[self.counts_from] == month_on else None


@dataclass(frozen=True, slots=True)
class CountedMonth:
    """A month seen from today: counted on its last day, or today while it runs."""

    month_on: date
    today: date

    @property
    def last_day(self) -> date:
        return next_month(self.month_on) - timedelta(days=1)

    @property
    def on(self) -> date:
        """The day of counting."""
        return min(self.today, self.last_day)

    @property
    def has_ended(self) -> bool:
        return self.last_day < self.today

    @property
    def quarter_on(self) -> date:
        return quarter_of(self.month_on)


def months_back(month_on: date, number: int) -> date:
    """The month so many months before one."""
    year, month = divmod(month_on.year * 12 + month_on.month - 1 - number, 12)
    return date(year, month + 1, 1)


def line_months(month_on: date) -> list[date]:
    """The months of a line, the oldest first, the chosen month last."""
    return [months_back(month_on, number) for number in reversed(range(LINE))]


# The order is that of the page.
MEASURES = {
    # Σ credited / Σ required of the month's closed weeks (A3.1, A3.2).
    "on_post_rate": Measure("presence", True, "all"),
    # Distinct stationed days of the same weeks, weekends and days beyond the required included / Σ required.
    "stationed_days": Measure("presence", True),
    # Households reached since the quarter or the year began, up to the day of counting / households (A4.1).
    "visited_quarter": Measure("coverage", True, "visit_quarter_percent", "quarter"),
    "visited_quarter_at_home": Measure("coverage", True, "visit_quarter_percent", "quarter"),
    "visited_year": Measure("coverage", True, "visit_year_percent", "year"),
    "visited_year_at_home": Measure("coverage", True, "visit_year_percent", "year"),
    # Past their last day / not done on the day of counting.
    "concerns_overdue": Measure("concerns", False),
    # Done by their last day / of those raised in the month, the ones that by today are done or past it.
    "concerns_in_time": Measure("concerns", True, "all"),
    # Items of contracts in force that fell due in the year so far: inspected / due; past the days of the rule / due.
    "items_inspected": Measure("contracts", True, "all", "year"),
    "items_overdue": Measure("contracts", False, counts_from="year"),
    # Waiting for the village past their last day / in course.
    "notices_overdue": Measure("notices", False),
    # Ballots of households / households, of campaigns whose last day lies in the month.
    "participation": Measure("ratings", True),
    # Cadres posted on the day of counting, in each village at most as many as the minimum / the minimum (A1.3).
    "posts_filled": Measure("staffing", True, "all"),
    # Villages with at least the minimum / villages.
    "villages_staffed": Measure("staffing", True, "all"),
}
TOPICS = tuple(dict.fromkeys(measure.topic for measure in MEASURES.values()))
# A village's committee sees presence, coverage, contracts and notices of its own; never concerns or ballots.
OF_VILLAGES = ("presence", "coverage", "contracts", "notices", "staffing")


@cache
def measures_of(topic: str) -> tuple[str, ...]:
    """The measures of a topic, in the order of the page."""
    return tuple(key for key, measure in MEASURES.items() if measure.topic == topic)


def total(parts: Iterable[Parts]) -> Parts:
    """The sum: a group's rate is the ratio of sums, never the mean of rates."""
    result = Parts()
    for one in parts:
        result = result.plus(one)
    return result


def summed_up(villages: Mapping[int, Mapping[str, Parts]], paths: Mapping[int, str]) -> dict[int, dict[str, Parts]]:
    """The measures of every division that a village's path runs through, the villages themselves included."""
    sums: dict[int, dict[str, list[int]]] = {}
    for village_id, measures in villages.items():
        for division_id in map(int, paths[village_id].strip("/").split("/")):
            own = sums.setdefault(division_id, {})
            for measure, (numerator, denominator) in measures.items():
                held = own.setdefault(measure, [0, 0])
                held[0] += numerator
                held[1] += denominator
    return {division_id: {measure: Parts(*parts) for measure, parts in own.items()}
            for division_id, own in sums.items()}
