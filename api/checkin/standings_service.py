"""How the months of many villages stand, without making their sheets: of what is kept, and else of a few counts.

A month that nobody said anything of is open, and counts alone tell the rest of it. What was said holds only while the
sheet is what was seen, so how such a month stands is kept (`MonthStanding`) and counted anew where it went stale.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Row, Select, bindparam, func, literal_column, select
from sqlalchemy.orm import Session

from api.checkin.corrections_service import count_corrections
from api.checkin.leave_rules import covers
from api.checkin.models import Leave, StationedDay
from api.checkin.month_models import MonthStanding
from api.checkin.month_service import Month, load_months
from api.checkin.sheet_service import month_period, postings_at, village_rows, villages_by_id
from api.dates import next_month
from api.db import dialect_insert, in_chunks
from api.postings.divisions_service import DivisionRef
from api.postings.models import Division, Posting
from api.postings.policies_service import policy_book
from api.postings.roster_service import lock_cadres
from api.vocabulary import ERRAND_KINDS

_postings, _divisions, _days = Posting.__table__, Division.__table__, StationedDay.__table__
_IS_BELOW = _divisions.c.path.like(bindparam("below"))
_COLUMNS = tuple(column.name for column in MonthStanding.__table__.columns if column.name != "is_stale")
# A constant, so that a prepared statement too finds the index of such days alone.
_WAITING = literal_column("'waiting'")
# Sheets are made of so many villages at a time, and no cadre's facts wait longer than that takes.
CHUNK = 50


class VillageMonth(NamedTuple):
    """How a village's month stands. `hash`: of the closed sheet, else of the one that was confirmed, if that holds."""

    month_on: date
    village_id: int
    state: str
    cadres: int
    checked: int
    disputed: int
    waiting_days: int
    corrections: int
    confirmed_at: datetime | None
    closed_at: datetime | None
    hash: bytes | None

    @property
    def is_empty(self) -> bool:
        """Nobody is posted there, so nobody can confirm or close the month."""
        return self.cadres == 0 and self.state == "open"


def village_months(session: Session, *, division: Division, month_on: date,
                   today: date) -> list[tuple[Row, VillageMonth]]:
    """Each village below a division (a row of `REF_COLUMNS`) with how its month stands, in roster order.

    As many questions for all as for one, and some more where something went stale.
    """
    villages = village_rows(session, division=division, month_on=month_on)
    kept = {row.village_id: row for row in session.execute(
        select(MonthStanding.__table__).join(_divisions, _divisions.c.id == MonthStanding.village_id)
        .where(MonthStanding.month_on == month_on, _IS_BELOW), {"below": f"{division.path}%"})}
    stale = [DivisionRef(*village) for village in villages if village.id in kept and kept[village.id].is_stale]
    found = {village_id: VillageMonth(*(getattr(row, name) for name in _COLUMNS))
             for village_id, row in kept.items() if not row.is_stale}
    found.update(_counted(session, stale, month_on, today))
    if len(found) < len(villages):
        cadres, waiting = _cadres(session, division, month_on), _waiting_days(session, division, month_on)
        basis = policy_book(session, "basis").value
        for village in villages:
            if village.id not in found:
                by_week, by_month = cadres.get(village.id, (0, 0))
                if by_week != by_month and basis("basis", village.path, month_on) == "month":
                    by_week = by_month
                found[village.id] = VillageMonth(month_on, village.id, "open", by_week, 0, 0,
                                                 waiting.get(village.id, 0), 0, None, None, None)
    return [(village, found[village.id]) for village in villages]


def standing_of(month: Month) -> VillageMonth:
    """How a village's month stands by its sheets and by what was said of it."""
    standing, close, confirmation = month.standing, month.close, month.confirmation
    held = [row.step for row in standing.rows if row is not None and row.holds]
    return VillageMonth(
        month.month_on, month.village.id, standing.state, len(month.sheet.rows), held.count("checked"),
        held.count("disputed"), sum(row.waiting_days for row in month.sheet.rows), count_corrections(month),
        confirmation.at if confirmation and standing.village.holds else None, close and close.closed_at,
        None if standing.state == "open" else month.hash)


def keep(session: Session, months: Iterable[Month]) -> None:
    """Keep how months stand of which something was said; whoever calls holds what their sheets are made of."""
    insert = dialect_insert(session, MonthStanding)
    session.execute(insert.on_conflict_do_update(
        index_elements=[MonthStanding.month_on, MonthStanding.village_id],
        set_={name: insert.excluded[name] for name in (*_COLUMNS[2:], "is_stale")}),
        [{"is_stale": False, **{name: getattr(row, name) for name in _COLUMNS}} for row in map(standing_of, months)])


def stale_months(session: Session) -> list[tuple[date, list[int]]]:
    """(month, villages) of what went stale, the latest first, in chunks for a transaction each."""
    return _in_chunks(session, select(MonthStanding.month_on, MonthStanding.village_id).where(MonthStanding.is_stale))


def kept_months(session: Session) -> list[tuple[date, list[int]]]:
    """(month, villages) of all that is kept, the latest first, in chunks."""
    return _in_chunks(session, select(MonthStanding.month_on, MonthStanding.village_id).where(~MonthStanding.is_stale))


def _in_chunks(session: Session, query: Select) -> list[tuple[date, list[int]]]:
    found: dict[date, list[int]] = {}
    for month_on, village_id in session.execute(
            query.order_by(MonthStanding.month_on.desc(), MonthStanding.village_id)):
        found.setdefault(month_on, []).append(village_id)
    return [(month_on, ids) for month_on, villages in found.items() for ids in in_chunks(villages, CHUNK)]


def keep_again(session: Session, *, month_on: date, village_ids: Sequence[int], today: date) -> None:
    """Count how a month of villages stands and keep it, while nobody writes a fact of it."""
    lock_cadres(session, {row.cadre_id for row in postings_at(session, village_ids=village_ids, month_on=month_on)})
    keep(session, _months(session, villages_by_id(session, village_ids), month_on, today))


def differences(session: Session, *, month_on: date, village_ids: Sequence[int],
                today: date) -> list[tuple[VillageMonth, VillageMonth]]:
    """(kept, right) of each kept standing of a month that is not what the sheets make of it."""
    kept = [VillageMonth(*row) for row in session.execute(
        select(*(MonthStanding.__table__.c[name] for name in _COLUMNS))
        .where(MonthStanding.month_on == month_on, MonthStanding.village_id.in_(village_ids), ~MonthStanding.is_stale))]
    right = _counted(session, villages_by_id(session, [row.village_id for row in kept]), month_on, today)
    return [(row, right[row.village_id]) for row in kept if row != right[row.village_id]]


def _counted(session: Session, villages: list[DivisionRef], month_on: date, today: date) -> dict[int, VillageMonth]:
    if not villages:
        return {}
    return {month.village.id: standing_of(month) for month in _months(session, villages, month_on, today)}


def _months(session: Session, villages: list[DivisionRef], month_on: date, today: date) -> list[Month]:
    postings: list[Row] = postings_at(session, village_ids=[village.id for village in villages], month_on=month_on)
    return load_months(session, villages=villages, postings=postings, month_on=month_on, today=today)


def _cadres(session: Session, division: Division, month_on: date) -> dict[int, tuple[int, int]]:
    """By village, how many postings touch the weeks of a month, and how many its days: the rows of its sheet by either
    rule.
    """
    period, month_end = month_period(month_on, month_on), next_month(month_on) - timedelta(days=1)
    to_on = func.coalesce(_postings.c.to_on, date.max)
    in_month = (_postings.c.from_on <= month_end) & (to_on >= month_on)
    return {village_id: (by_week, by_month) for village_id, by_week, by_month in session.execute(
        select(_postings.c.village_id, func.count(), func.count().filter(in_month))
        .join(_divisions, _divisions.c.id == _postings.c.village_id)
        .where(_IS_BELOW, _postings.c.from_on <= period.last, to_on >= period.first)
        .group_by(_postings.c.village_id), {"below": f"{division.path}%"}).all()}


def _waiting_days(session: Session, division: Division, month_on: date) -> dict[int, int]:
    """By village, the days of a calendar month whose sign is that they wait: an errand says more of a day than that."""
    month_end = next_month(month_on) - timedelta(days=1)
    days = session.execute(
        select(_postings.c.village_id, _postings.c.cadre_id, _days.c.day)
        .join(_postings, _postings.c.id == _days.c.posting_id)
        .join(_divisions, _divisions.c.id == _postings.c.village_id)
        .where(_IS_BELOW, _days.c.state == _WAITING, _days.c.day.between(month_on, month_end)),
        {"below": f"{division.path}%"}).all()
    errands: dict[int, list[Row]] = {}
    for errand in session.execute(
            select(Leave.cadre_id, Leave.from_on, Leave.to_on, Leave.returned_on)
            .where(Leave.cadre_id.in_(sorted({row.cadre_id for row in days})), Leave.state == "approved",
                   Leave.kind.in_(ERRAND_KINDS), Leave.from_on <= month_end, Leave.to_on >= month_on)) if days else ():
        errands.setdefault(errand.cadre_id, []).append(errand)
    found: dict[int, int] = {}
    for village_id, cadre_id, day in days:
        if not any(covers(errand, day) for errand in errands.get(cadre_id, ())):
            found[village_id] = found.get(village_id, 0) + 1
    return found
