"""Sums of the kept counts of villages, added up by the database; by the rule where nothing is kept or it is behind."""

from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Row, and_, func, literal, or_, select, true
from sqlalchemy.orm import Session

from api.dates import quarter_of
from api.postings.divisions_service import DivisionRef, below, valid_on
from api.postings.models import Division
from api.visits.coverage_rules import Counts, rate
from api.visits.models import VillageQuarter
from api.visits.village_quarters_service import count_villages

_kept = VillageQuarter.__table__
# Beyond so many, naming each of them makes a longer question than asking for all.
_FEW = 200
_sums = [func.coalesce(func.sum(_kept.c[name]), 0).label(name) for name in Counts._fields]


class CountedVillages:
    """The villages below a division in a quarter, counted on a day."""

    def __init__(self, session: Session, division: Division, *, quarter_on: date, on: date):
        self._session, self._quarter_on, self._on = session, quarter_on, on
        self._villages = and_(below(division.path), Division.level == "village", valid_on(on))
        # What changed by itself since it was counted is behind until the daily `roll`.
        self._fresh = or_(_kept.c.changes_on.is_(None), _kept.c.changes_on > on)
        self._by_rule = self._behind()

    def without_visit(self) -> list[tuple[int, int]]:
        """(village id, households) of the villages with households none of which was visited in the quarter.

        In the order of the roster.
        """
        kept = self._session.execute(
            select(Division.code, Division.id, _kept.c.households).join(Division, Division.id == _kept.c.village_id)
            .where(self._villages, _kept.c.quarter_on == self._quarter_on, self._fresh, _kept.c.households > 0,
                   _kept.c.visited == 0))
        behind = [(row.code, row.id, counts.households) for row, counts in self._by_rule
                  if counts.households and not counts.visited]
        return [(village_id, households) for _code, village_id, households in sorted((*map(tuple, kept), *behind))]

    def by_unit(self, units: list[DivisionRef], level: str) -> dict[int, Counts]:
        """The counts of each unit of a level."""
        sums = self._summed(units, level, self._quarter_on, self._fresh)
        found = {unit.id: sums.get(unit.id, (0, Counts()))[1] for unit in units}
        for row, counts in self._by_rule:
            for unit in units:
                if row.path.startswith(unit.path):
                    found[unit.id] = found[unit.id].plus(counts)
        return found

    def before(self, units: list[DivisionRef], level: str) -> dict[int, dict | None]:
        """The quarter before of each unit; None unless it is kept for all of its villages: a part would not compare."""
        last = quarter_of(self._quarter_on - timedelta(days=1))
        sums, villages = self._summed(units, level, last, None), self._count_villages(units, level)
        found = {}
        for unit in units:
            kept, counts = sums.get(unit.id, (0, Counts()))
            whole = kept > 0 and kept == villages.get(unit.id)
            found[unit.id] = {"visited": counts.visited, "households": counts.households,
                              "rate": rate(counts.visited, counts.households)} if whole else None
        return found

    def _behind(self) -> list[tuple[Row, Counts]]:
        """The villages (id, code, path) whose counts are not kept or have changed by themselves, with their counts."""
        kept = and_(_kept.c.village_id == Division.id, _kept.c.quarter_on == self._quarter_on, self._fresh)
        rows = self._session.execute(
            select(Division.id, Division.code, Division.path).outerjoin(_kept, kept)
            .where(self._villages, _kept.c.village_id.is_(None))).all()
        counted = {row.village_id: row.counts for row in count_villages(
            self._session, village_ids=[row.id for row in rows], quarter_on=self._quarter_on, on=self._on)}
        return [(row, counted[row.id]) for row in rows]

    def _summed(self, units: list[DivisionRef], level: str, quarter_on: date, fresh: ColumnElement[bool] | None
                ) -> dict[int, tuple[int, Counts]]:
        unit_id = _unit_id(units, level)
        query = (select(unit_id.label("unit_id"), func.count(_kept.c.village_id), *_sums)
                 .join(Division, Division.id == _kept.c.village_id)
                 .where(self._villages, _kept.c.quarter_on == quarter_on, _within(units, level)))
        if fresh is not None:
            query = query.where(fresh)
        rows = self._session.execute(query.group_by("unit_id")).all()
        return {row[0]: (row[1], Counts(*map(int, row[2:]))) for row in rows}

    def _count_villages(self, units: list[DivisionRef], level: str) -> dict[int, int]:
        unit_id = _unit_id(units, level)
        return dict(self._session.execute(
            select(unit_id.label("unit_id"), func.count(Division.id)).where(self._villages, _within(units, level))
            .group_by("unit_id")).all())


def _unit_id(units: list[DivisionRef], level: str) -> ColumnElement[int]:
    """The unit that a village belongs to; above the townships there is one, the division itself."""
    if level == "village":
        return Division.id
    return Division.township_id if level == "township" else literal(units[0].id if units else 0)


def _within(units: Iterable[DivisionRef], level: str) -> ColumnElement[bool]:
    """Only a page's villages; larger units are few."""
    return Division.id.in_([unit.id for unit in units]) if level == "village" else Division.id.is_not(None)


def counts_of_villages(session: Session, *, village_ids: Iterable[int], quarter_on: date, on: date
                       ) -> dict[int, Counts]:
    """The counts of some villages: the kept ones, or by the rule."""
    wanted = set(village_ids)
    rows = session.execute(select(_kept.c.village_id, *(_kept.c[name] for name in Counts._fields)).where(
        _kept.c.village_id.in_(wanted) if len(wanted) <= _FEW else true(), _kept.c.quarter_on == quarter_on,
        or_(_kept.c.changes_on.is_(None), _kept.c.changes_on > on)))
    held = {village_id: Counts(*counts) for village_id, *counts in rows if village_id in wanted}
    return held | {row.village_id: row.counts for row in count_villages(
        session, village_ids=wanted - held.keys(), quarter_on=quarter_on, on=on)}
