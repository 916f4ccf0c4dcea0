"""Visit coverage of a quarter and its year, at cadre, village, township and county; read from the kept counts."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.errors import Unprocessable
from api.postings.divisions_service import REF_COLUMNS, DivisionRef, below, refs, valid_on
from api.postings.models import Division
from api.postings.policies_service import policy_book
from api.visits.cadre_coverage_service import cadre_counts
from api.visits.counted_villages_service import CountedVillages
from api.visits.coverage_rules import Counts, counted_on, households_missing, rate
from api.visits.household_facts_service import CALLS

QUARTER_TARGET = "visit_quarter_percent"
YEAR_TARGETS = tuple(f"visit_year_percent_q{n}" for n in (1, 2, 3, 4))


@dataclass(frozen=True)
class Coverage:
    """One rate with its parts, beside that of the households at home, and what the target asks for."""

    visited: int
    households: int
    rate: float | None
    visited_at_home: int
    at_home: int
    rate_at_home: float | None
    target_percent: int
    missing: int


@dataclass(frozen=True)
class CoverageRow:
    """A row: `cadre` at level cadre, whose `division` is the village posted to. `before` is the rate of all households
    in the quarter before, None where nothing is kept of it."""

    division: DivisionRef
    cadre: dict | None
    quarter: Coverage
    year: Coverage
    before: dict | None


@dataclass(frozen=True)
class CoverageTable:
    quarter_on: date
    counted_on: date
    is_running: bool
    level: str
    division: DivisionRef
    rules: list[dict]
    total: CoverageRow
    rows: list[CoverageRow]
    row_count: int


def coverage_table(session: Session, *, division: Division, level: str, quarter_on: date, today: date, page: int,
                   page_size: int, cadre_id: int | None = None) -> CoverageTable:
    """Coverage below a division in the quarter that begins on `quarter_on`, in roster order.

    Level cadre is asked of a township or a village, or with `cadre_id` of one cadre. Raises Unprocessable
    (quarter_to_come, division_too_wide).
    """
    if quarter_on > today:
        raise Unprocessable("quarter_to_come")
    start, end = (page - 1) * page_size, page * page_size
    on, whole = counted_on(quarter_on, today), DivisionRef.of(division)
    targets, counted = _Targets(session, quarter_on), CountedVillages(session, division, quarter_on=quarter_on, on=on)
    if level == "cadre":
        if cadre_id is None and division.level not in ("township", "village"):
            raise Unprocessable("division_too_wide")
        found, row_count = cadre_counts(session, division=division, quarter_on=quarter_on, on=on, cadre_id=cadre_id,
                                        start=start, end=end)
        rows = [targets.row(one.village, one.counts, before=None, cadre=one.cadre) for one in found]
    else:
        units = _units(session, division, level, on)
        row_count, units = len(units), units[start:end]
        now, before = counted.by_unit(units, level), counted.before(units, level)
        rows = [targets.row(unit, now[unit.id], before=before[unit.id]) for unit in units]
    total_now, total_before = counted.by_unit([whole], whole.level), counted.before([whole], whole.level)
    return CoverageTable(
        quarter_on, on, on == today, level, whole, targets.rules(session, division),
        targets.row(whole, total_now[whole.id], before=total_before[whole.id]), rows, row_count)


def _units(session: Session, division: Division, level: str, on: date) -> list[DivisionRef]:
    """The divisions of a level at or below one, valid on a day, in the order of their codes."""
    rows = session.execute(select(*REF_COLUMNS).where(
        below(division.path), Division.level == level, valid_on(on)).order_by(Division.code))
    return [DivisionRef(*row) for row in rows]


class _Targets:
    """The rules of a quarter, for any division."""

    def __init__(self, session: Session, quarter_on: date):
        self._on, self._year_key = quarter_on, YEAR_TARGETS[(quarter_on.month - 1) // 3]
        self._book = policy_book(session, CALLS, QUARTER_TARGET, *YEAR_TARGETS)

    def row(self, division: DivisionRef, counts: Counts, *, before: dict | None, cadre: dict | None = None
            ) -> CoverageRow:
        quarter = self._coverage(division, QUARTER_TARGET, counts, counts.visited, counts.visited_at_home)
        year = self._coverage(division, self._year_key, counts, counts.year_visited, counts.year_visited_at_home)
        return CoverageRow(division, cadre, quarter, year, before)

    def _coverage(self, division: DivisionRef, key: str, counts: Counts, visited: int, at_home: int) -> Coverage:
        percent = self._book.value(key, division.path, self._on)
        return Coverage(visited, counts.households, rate(visited, counts.households), at_home, counts.at_home,
                        rate(at_home, counts.at_home), percent,
                        households_missing(visited=visited, households=counts.households, percent=percent))

    def rules(self, session: Session, division: Division) -> list[dict]:
        """The rules in force: the division's own, and where divisions below have set others, those too."""
        shown = []
        for key in (QUARTER_TARGET, self._year_key, CALLS):
            shown += [self._book.rule(key, division.path, self._on), *self._book.below(key, division.path, self._on)]
        setters = refs(session, [rule.division_id for rule in shown])
        return [{"key": rule.key, "value": rule.value, "effective_from": rule.effective_from, "source": rule.source,
                 "division": setters[rule.division_id]} for rule in shown]
