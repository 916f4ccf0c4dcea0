"""Keeps how many households of a village are linked, and how many households a cadre is linked to.

Both are brought up to date in the transaction that changes a fact, and counted anew by `zhucun roll` on the day on
which they change by themselves; who is not kept, or behind, is counted from the links. A test holds what is kept to the
links, and `differences` reports what does not agree.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, delete, distinct, func, insert, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from api.db import in_chunks
from api.postings.divisions_service import lock_villages
from api.postings.models import Cadre, Division
from api.postings.roster_service import lock_cadres
from api.visits.households_service import alive_on
from api.visits.models import CadreLinkage, Household, Linkage, VillageLinkage

# At most this many villages or cadres in one question.
CHUNK = 200

Table = type[VillageLinkage] | type[CadreLinkage]


@dataclass(frozen=True, slots=True)
class LinkCount:
    """Of a village the households alive with a link, or of a cadre those linked; `key` of them by a key link.

    Counted on a day, and good until the day before `changes_on`.
    """

    id: int
    counted_on: date
    changes_on: date | None
    households: int
    key: int


def runs_on(day: date) -> ColumnElement[bool]:
    """The condition that a link holds on a day."""
    return and_(Linkage.from_on <= day, or_(Linkage.to_on.is_(None), Linkage.to_on >= day))


def linkages_changed(session: Session, *, cadre_ids: Iterable[int], village_ids: Iterable[int], today: date) -> None:
    """After links of cadres to households of villages began or ended; whoever calls holds the locks of both."""
    _keep(session, CadreLinkage, sorted(set(cadre_ids)), today)
    _keep(session, VillageLinkage, sorted(set(village_ids)), today)


def households_changed(session: Session, *, village_ids: Iterable[int], today: date) -> None:
    """After households of villages, and links to them, began or ended; whoever calls holds the villages' locks."""
    ids = sorted(set(village_ids))
    for chunk in in_chunks(ids, CHUNK):
        cadres = sorted(set(session.scalars(
            select(Linkage.cadre_id).join(Household, Household.id == Linkage.household_id)
            .where(Household.village_id.in_(chunk)))))
        lock_cadres(session, cadres)
        _keep(session, CadreLinkage, cadres, today)
    _keep(session, VillageLinkage, ids, today)


def roll(session: Session, *, today: date) -> int:
    """Count whom nothing is kept of yet, and what changed by itself; answers how many villages and cadres."""
    villages = select(Division.id).where(Division.level == "village")
    return (_roll(session, VillageLinkage, villages, today, lock_villages)
            + _roll(session, CadreLinkage, select(Cadre.id), today, lock_cadres))


def differences(session: Session) -> Iterator[tuple[str, LinkCount, LinkCount]]:
    """(table, held, right) of everything kept that is not what the links say of the day when it was counted."""
    for table in _COUNTS:
        held: dict[date, dict[int, LinkCount]] = {}
        for row in session.execute(select(table.__table__)):
            held.setdefault(row.counted_on, {})[row[0]] = LinkCount(*row)
        for day, counts in sorted(held.items()):
            for right in _count(session, table, sorted(counts), day):
                if counts[right.id] != right:
                    yield table.__tablename__, counts[right.id], right


def linked_in_villages(session: Session, *, village_ids: Iterable[int], today: date) -> dict[int, int]:
    """How many households of each of the villages are alive and have a link today."""
    return {id_: households for id_, (households, _key) in _read(session, VillageLinkage, village_ids, today).items()}


def links_of_cadres(session: Session, *, cadre_ids: Iterable[int], today: date) -> dict[int, tuple[int, int]]:
    """(households linked, key ones of them) of each of the cadres today; a household that is both counts once."""
    return _read(session, CadreLinkage, cadre_ids, today)


def _read(session: Session, table: Table, ids: Iterable[int], today: date) -> dict[int, tuple[int, int]]:
    wanted = set(ids)
    # Thousands named one by one would make a longer question than all there are.
    asked = _id(table).in_(wanted) if len(wanted) <= CHUNK else true()
    held = {id_: (households, key) for id_, households, key in session.execute(
        select(_id(table), table.households, table.key).where(asked, is_fresh(table, today))) if id_ in wanted}
    behind = _count(session, table, sorted(wanted - held.keys()), today)
    return held | {one.id: (one.households, one.key) for one in behind}


def _roll(session: Session, table: Table, everybody: Select, today: date,
          lock: Callable[[Session, Iterable[int]], None]) -> int:
    fresh = select(_id(table)).where(is_fresh(table, today))
    due = sorted(set(session.scalars(everybody)) - set(session.scalars(fresh)))
    for chunk in in_chunks(due, CHUNK):
        lock(session, chunk)
        _keep(session, table, chunk, today)
    return len(due)


def _keep(session: Session, table: Table, ids: list[int], today: date) -> None:
    for chunk in in_chunks(ids, CHUNK):
        session.execute(delete(table).where(_id(table).in_(chunk)))
        session.execute(insert(table.__table__), [
            {_id(table).key: one.id, "counted_on": one.counted_on, "changes_on": one.changes_on,
             "households": one.households, "key": one.key} for one in _count(session, table, chunk, today)])


def _count(session: Session, table: Table, ids: list[int], day: date) -> list[LinkCount]:
    """Of each of the villages or cadres, counted from the links as of a day."""
    found: dict[int, LinkCount] = {}
    for chunk in in_chunks(ids, CHUNK):
        for id_, households, key, *days in session.execute(_COUNTS[table](chunk, day)):
            begins, ends = days[:len(days) // 2], days[len(days) // 2:]
            found[id_] = LinkCount(id_, day, _next_change(begins, ends), households, key)
    return [found.get(id_, LinkCount(id_, day, None, 0, 0)) for id_ in ids]


def _next_change(begins: list[date | None], ends: list[date | None]) -> date | None:
    """The first day to come on which a link or a household begins, or is over."""
    over = [last + timedelta(days=1) for last in ends if last]
    return min((*filter(None, begins), *over), default=None)


def _counts_of_cadres(ids: list[int], day: date) -> Select:
    spans = ((Linkage.from_on, Linkage.to_on),)
    return (select(Linkage.cadre_id, *_columns(runs_on(day), spans, day))
            .where(Linkage.cadre_id.in_(ids)).group_by(Linkage.cadre_id))


def _counts_of_villages(ids: list[int], day: date) -> Select:
    spans = ((Linkage.from_on, Linkage.to_on), (Household.alive_from, Household.alive_to))
    return (select(Household.village_id, *_columns(and_(runs_on(day), alive_on(day)), spans, day))
            .join(Household, Household.id == Linkage.household_id)
            .where(Household.village_id.in_(ids)).group_by(Household.village_id))


def _columns(counts: ColumnElement[bool], spans: tuple, day: date) -> list[ColumnElement]:
    """Households with a link that counts, those of them with a key one, and the next day on which each span begins and
    the next on which it ends."""
    begins = [func.min(case((first > day, first))) for first, _last in spans]
    ends = [func.min(case((last >= day, last))) for _first, last in spans]
    return [func.count(distinct(case((counts, Linkage.household_id)))),
            func.count(distinct(case((and_(counts, Linkage.kind == "key"), Linkage.household_id)))), *begins, *ends]


def is_fresh(table: Table, day: date) -> ColumnElement[bool]:
    """The condition that what is kept has not changed by itself since."""
    return or_(table.changes_on.is_(None), table.changes_on > day)


def _id(table: Table) -> InstrumentedAttribute[int]:
    return table.village_id if table is VillageLinkage else table.cadre_id


_COUNTS: dict[Table, Callable[[list[int], date], Select]] = {
    VillageLinkage: _counts_of_villages, CadreLinkage: _counts_of_cadres}
