"""Visit coverage of a quarter and its year, at cadre, village, township and county; read from the kept counts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from api.dates import quarter_of
from api.errors import Unprocessable
from api.postings.divisions_service import REF_COLUMNS, DivisionRef, below, refs
from api.postings.models import Division
from api.postings.policies_service import policy_book
from api.visits.cadre_coverage_service import cadre_counts
from api.visits.coverage_rules import Counts, counted_on, households_missing, rate, total
from api.visits.household_facts_service import CALLS
from api.visits.models import VillageQuarter
from api.visits.village_quarters_service import count_villages

QUARTER_TARGET = "visit_quarter_percent"
YEAR_TARGETS = tuple(f"visit_year_percent_q{n}" for n in (1, 2, 3, 4))
_kept = VillageQuarter.__table__


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
    on = counted_on(quarter_on, today)
    villages = _units(session, division, "village", on)
    counts = _counts(session, division, villages, quarter_on, on)
    before = _kept_before(session, division, quarter_on)
    targets = _Targets(session, quarter_on)
    whole = DivisionRef.of(division)
    if level == "cadre":
        if cadre_id is None and division.level not in ("township", "village"):
            raise Unprocessable("division_too_wide")
        found = cadre_counts(session, division=division, quarter_on=quarter_on, on=on, villages=counts,
                             cadre_id=cadre_id)
        rows = [targets.row(one.village, one.counts, before=None, cadre=one.cadre) for one in found]
    else:
        units = villages if level == "village" else _units(session, division, level, on)
        rows = []
        for unit in units:
            inside = [one.id for one in villages if one.path.startswith(unit.path)]
            rows.append(targets.row(unit, total(counts[id_] for id_ in inside), before=_sum(before, inside)))
    start = (page - 1) * page_size
    return CoverageTable(
        quarter_on, on, on == today, level, whole, targets.rules(session, division),
        targets.row(whole, total(counts.values()), before=_sum(before, counts)), rows[start : start + page_size],
        len(rows))


def _units(session: Session, division: Division, level: str, on: date) -> list[DivisionRef]:
    """The divisions of a level at or below one, valid on a day, in the order of their codes."""
    rows = session.execute(select(*REF_COLUMNS).where(
        below(division.path), Division.level == level, Division.valid_from <= on,
        or_(Division.valid_to.is_(None), Division.valid_to >= on)).order_by(Division.code))
    return [DivisionRef(*row) for row in rows]


def _counts(session: Session, division: Division, villages: list[DivisionRef], quarter_on: date, on: date
            ) -> dict[int, Counts]:
    """Each village's counts: the kept ones, or by the rule where none are kept or they have changed by themselves."""
    rows = session.execute(select(_kept).join(Division, Division.id == _kept.c.village_id)
                           .where(below(division.path), _kept.c.quarter_on == quarter_on))
    held = {row.village_id: Counts(*row[4:]) for row in rows if row.changes_on is None or row.changes_on > on}
    behind = [one.id for one in villages if one.id not in held]
    counted = {row.village_id: row.counts for row in count_villages(
        session, village_ids=behind, quarter_on=quarter_on, on=on)} if behind else {}
    return {one.id: held.get(one.id) or counted[one.id] for one in villages}


def _kept_before(session: Session, division: Division, quarter_on: date) -> dict[int, Counts]:
    last = quarter_of(quarter_on - timedelta(days=1))
    rows = session.execute(select(_kept).join(Division, Division.id == _kept.c.village_id)
                           .where(below(division.path), _kept.c.quarter_on == last))
    return {row.village_id: Counts(*row[4:]) for row in rows}


def _sum(before: dict[int, Counts], village_ids: Iterable[int]) -> dict | None:
    """The quarter before, of all of these villages or not at all: a part of them would not compare."""
    ids = list(village_ids)
    if not ids or any(id_ not in before for id_ in ids):
        return None
    counts = total(before[id_] for id_ in ids)
    return {"visited": counts.visited, "households": counts.households, "rate": rate(counts.visited, counts.households)}


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
