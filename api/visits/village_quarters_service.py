"""Keeps the counts of every village and quarter, in the transaction that changes a fact.

A visit changes the counts of its own households only, so that a round of seven asks about seven, not about a village;
whatever happens to the households themselves counts their village anew. Both agree with the pure rule, always: a test
holds them to it, and `differences` reports what does not.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from api.dates import quarter_end, quarter_of, quarters_of_year, shanghai_day
from api.db import in_chunks
from api.postings.divisions_service import below, lock_villages
from api.postings.models import Division
from api.visits import linkage_counts_service
from api.visits.coverage_rules import Counts, counted_on, counts_of, next_change, total
from api.visits.household_facts_service import calls_policy, facts_of, villages_of_households
from api.visits.models import Household, Visit, VillageQuarter

# At most this many villages in one transaction of a rebuild.
CHUNK = 20
_kept = VillageQuarter.__table__


@dataclass(frozen=True)
class QuarterRow:
    """A village's counts of a quarter, counted on a day and good until the day before `changes_on`."""

    village_id: int
    quarter_on: date
    counted_on: date
    changes_on: date | None
    counts: Counts


@contextmanager
def changing_visits(session: Session, *, household_ids: Iterable[int], day: date, now: datetime) -> Iterator[None]:
    """Around whatever adds, annuls or deletes visits of households on a day: the kept counts follow.

    Also the households' `last_visited_on`, and `changed_at`, by which phones learn of it.
    """
    ids, today = sorted(set(household_ids)), shanghai_day(now)
    villages = villages_of_households(session, ids)
    lock_villages(session, villages.values())
    first, last = date(day.year, 1, 1), date(day.year, 12, 31)
    _make_missing(session, set(villages.values()), quarter_of(day), today)
    before = facts_of(session, Household.id.in_(ids), first=first, last=last)
    yield
    session.flush()
    after = facts_of(session, Household.id.in_(ids), first=first, last=last)
    held = session.execute(select(_kept.c.village_id, _kept.c.quarter_on, _kept.c.counted_on).where(
        _kept.c.village_id.in_(set(villages.values())), _kept.c.quarter_on.between(quarter_of(day), last))).all()
    paths, calls = _paths(session, villages.values()), calls_policy(session)
    for row in held:
        change = Counts()
        for household_id in (one for one in after if villages[one] == row.village_id):
            for times, facts in ((1, after), (-1, before)):
                change = change.plus(counts_of(
                    facts[household_id], quarter_on=row.quarter_on, on=row.counted_on,
                    calls_count=calls(paths[row.village_id])), times)
        if any(change):
            session.execute(update(_kept).where(
                _kept.c.village_id == row.village_id, _kept.c.quarter_on == row.quarter_on
            ).values({name: _kept.c[name] + value for name, value in change._asdict().items() if value}))
    _keep_last_visits(session, ids, now)


def households_changed(session: Session, *, village_ids: Iterable[int], now: datetime) -> None:
    """After households began, ended, left or returned, or the rule changed: count their villages anew."""
    ids, today = sorted(set(village_ids)), shanghai_day(now)
    lock_villages(session, ids)
    linkage_counts_service.households_changed(session, village_ids=ids, today=today)
    for chunk in in_chunks(ids, CHUNK):
        quarters: dict[date, list[int]] = {}
        for village_id, quarter_on in _held_and_due(session, chunk, today):
            quarters.setdefault(quarter_on, []).append(village_id)
        for quarter_on, villages in sorted(quarters.items()):
            _put(session, count_villages(session, village_ids=villages, quarter_on=quarter_on,
                                         on=counted_on(quarter_on, today)))


def roll(session: Session, *, now: datetime) -> int:
    """Make the rows of this year's quarters and renew those that changed by themselves; answers how many rows."""
    today = shanghai_day(now)
    due: dict[date, list[int]] = {}
    for village_id, quarter_on in _due(session, None, today):
        due.setdefault(quarter_on, []).append(village_id)
    for quarter_on, villages in sorted(due.items()):
        for chunk in in_chunks(sorted(villages), CHUNK):
            lock_villages(session, chunk)
            _put(session, count_villages(session, village_ids=chunk, quarter_on=quarter_on,
                                         on=counted_on(quarter_on, today)))
    return sum(len(villages) for villages in due.values())


def rebuild(session: Session, *, village_ids: Iterable[int], now: datetime) -> None:
    """Recompute everything that is kept of villages and their households."""
    ids = sorted(set(village_ids))
    households_changed(session, village_ids=ids, now=now)
    wrong = [household_id for household_id, _held, _right in _wrong_last_visits(session, ids)]
    _keep_last_visits(session, wrong, now)


def differences(session: Session, *, village_ids: Iterable[int]) -> Iterator[tuple[str, object, object]]:
    """(table, held, right) of every kept row and last visit that is not what the rule makes of the facts."""
    ids = sorted(set(village_ids))
    for row in session.execute(select(_kept).where(_kept.c.village_id.in_(ids))
                               .order_by(_kept.c.village_id, _kept.c.quarter_on)):
        held = QuarterRow(*row[:4], Counts(*row[4:]))
        [right] = count_villages(session, village_ids=[held.village_id], quarter_on=held.quarter_on,
                                 on=held.counted_on)
        if held != right:
            yield "village_quarters", held, right
    for household_id, held, right in _wrong_last_visits(session, ids):
        yield "households", (household_id, held), (household_id, right)


def count_villages(session: Session, *, village_ids: Iterable[int], quarter_on: date, on: date) -> list[QuarterRow]:
    """The counts of villages in a quarter by the rule, counted on a day; nothing is written."""
    calls, rows = calls_policy(session), []
    for chunk in in_chunks(sorted(set(village_ids)), CHUNK):
        paths, facts = _paths(session, chunk), {village_id: [] for village_id in chunk}
        found = facts_of(session, Household.village_id.in_(chunk), first=date(quarter_on.year, 1, 1),
                         last=quarter_end(quarter_on))
        for household_id, village_id in session.execute(
                select(Household.id, Household.village_id).where(Household.village_id.in_(chunk))):
            if household_id in found:
                facts[village_id].append(found[household_id])
        for village_id in chunk:
            counts = total(counts_of(fact, quarter_on=quarter_on, on=on, calls_count=calls(paths[village_id]))
                           for fact in facts[village_id])
            changes = (next_change(fact, quarter_on=quarter_on, on=on) for fact in facts[village_id])
            rows.append(QuarterRow(village_id, quarter_on, on, min((day for day in changes if day), default=None),
                                   counts))
    return rows


def all_village_ids(session: Session) -> list[int]:
    return list(session.scalars(select(Division.id).where(Division.level == "village").order_by(Division.id)))


def villages_below(session: Session, *, division: Division) -> list[int]:
    """The villages at or below a division."""
    return list(session.scalars(select(Division.id).where(Division.level == "village", below(division.path))
                                .order_by(Division.id)))


def _paths(session: Session, village_ids: Iterable[int]) -> dict[int, str]:
    return dict(session.execute(select(Division.id, Division.path).where(Division.id.in_(set(village_ids)))).all())


def _make_missing(session: Session, village_ids: set[int], quarter_on: date, today: date) -> None:
    """Rows of this quarter and of the one that a visit falls into, where nobody has made them yet."""
    wanted = {(village_id, one) for village_id in village_ids for one in (quarter_on, quarter_of(today))}
    held = {tuple(row) for row in session.execute(select(_kept.c.village_id, _kept.c.quarter_on).where(
        _kept.c.village_id.in_(village_ids)))}
    for village_id, one in sorted(wanted - held):
        _put(session, count_villages(session, village_ids=[village_id], quarter_on=one, on=counted_on(one, today)))


def _due(session: Session, village_ids: list[int] | None, today: date) -> set[tuple[int, date]]:
    """(village, quarter) of rows that this year still lacks or that changed by themselves."""
    villages = select(Division.id).where(Division.level == "village",
                                         or_(Division.valid_to.is_(None), Division.valid_to >= today))
    kept = select(_kept.c.village_id, _kept.c.quarter_on, _kept.c.changes_on)
    if village_ids is not None:
        villages, kept = villages.where(Division.id.in_(village_ids)), kept.where(_kept.c.village_id.in_(village_ids))
    held = {(row.village_id, row.quarter_on): row.changes_on for row in session.execute(kept)}
    wanted = {(village_id, quarter_on) for village_id in session.scalars(villages)
              for quarter_on in quarters_of_year(today.year) if quarter_on <= today}
    return (wanted - held.keys()) | {key for key, day in held.items() if day is not None and day <= today}


def _held_and_due(session: Session, village_ids: list[int], today: date) -> set[tuple[int, date]]:
    held = session.execute(select(_kept.c.village_id, _kept.c.quarter_on).where(_kept.c.village_id.in_(village_ids)))
    return {tuple(row) for row in held} | _due(session, village_ids, today)


def _put(session: Session, rows: list[QuarterRow]) -> None:
    for row in rows:
        session.execute(delete(_kept).where(_kept.c.village_id == row.village_id, _kept.c.quarter_on == row.quarter_on))
    if rows:
        session.execute(insert(_kept), [
            {"village_id": row.village_id, "quarter_on": row.quarter_on, "counted_on": row.counted_on,
             "changes_on": row.changes_on, **row.counts._asdict()} for row in rows])


def _last_in_person():
    return (select(func.max(Visit.day)).where(
        Visit.household_id == Household.id, Visit.manner == "in_person", Visit.annulled_at.is_(None))
        .correlate(Household).scalar_subquery())


def _wrong_last_visits(session: Session, village_ids: list[int]):
    last = _last_in_person()
    return session.execute(select(Household.id, Household.last_visited_on, last).where(
        Household.village_id.in_(village_ids), Household.last_visited_on.is_distinct_from(last)))


def _keep_last_visits(session: Session, household_ids: list[int], now: datetime) -> None:
    for chunk in in_chunks(household_ids, 500):
        rows = session.execute(select(Household.id, _last_in_person()).where(Household.id.in_(chunk))).all()
        # What is loaded already is renewed too: the ORM would otherwise write its old day over the new one.
        session.connection().execute(
            update(Household.__table__).where(Household.__table__.c.id == bindparam("of_id"))
            .values(last_visited_on=bindparam("day"), changed_at=bindparam("at")),
            [{"of_id": household_id, "day": day, "at": now} for household_id, day in rows])
    for one in [one for one in session.identity_map.values() if isinstance(one, Household)]:
        session.expire(one, ["last_visited_on", "changed_at"])
