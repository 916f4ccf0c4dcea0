"""Keeps stationed days, weeks and months up to date, in the transaction that changes a fact.

`refresh` recomputes a range by the pure rule and writes what differs; `differences` reports instead of writing;
`roll` moves the horizon up to which rows exist for every posting.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import bindparam, delete, func, insert, select, tuple_, update
from sqlalchemy.orm import Session

from api.checkin import kept_rules, standings_forgetting_service
from api.checkin.facts_service import load_facts
from api.checkin.models import KeptHorizon, PostingMonth, PostingWeek, StationedDay
from api.dates import monday_of, mondays_of_month, month_of, next_month
from api.db import in_chunks
from api.postings.models import Cadre, Posting
from api.postings.roster_service import lock_cadres, posted_between

AHEAD = timedelta(weeks=8)
# At most this many cadres in one transaction of a rebuild, so that nobody waits long for their row.
CHUNK = 200


@dataclass(frozen=True)
class Difference:
    """A kept row that is not what the facts make: `held` None for a missing row, `right` None for a surplus one."""

    table: str
    held: tuple | None
    right: tuple | None


def horizon(session: Session, *, hold: bool = False) -> date | None:
    """The last Sunday up to which weeks are kept; None before the first roll.

    `hold` keeps it where it is until the transaction ends: a posting made while `roll` runs would else miss its weeks.
    """
    query = select(KeptHorizon.through_on).where(KeptHorizon.id == 1)
    return session.scalar(query.with_for_update(read=True) if hold else query)


def through_on(today: date) -> date:
    """The Sunday up to which `roll` makes rows on a day."""
    return monday_of(today + AHEAD) + timedelta(days=6)


def refresh(session: Session, *, cadre_ids: Iterable[int], first: date | None = None,
            last: date | None = None) -> None:
    """Bring the kept rows of cadres up to date for the days from `first` to `last`.

    `first` None: from the earliest posting; `last` None: as far as rows are kept. Days beyond are left to `roll`.
    """
    through = horizon(session, hold=True)
    for ids in in_chunks(sorted(set(cadre_ids)), CHUNK):
        lock_cadres(session, ids)
        # Also where no row is kept: a month's sheet is made of the facts then, and they are others now.
        standings_forgetting_service.facts_changed(session, cadre_ids=ids, first=first, last=last)
        if through is None:
            continue
        start = first or _first_day(session, ids)
        # Weeks are kept to the horizon's Sunday, months to the end of its month: its later days matter to the month.
        limit = _month_end(through)
        end = min(last or limit, limit)
        if start is not None and start <= end:
            for compared in _compare(session, ids, start, end, through):
                _mend(session, compared)


def differences(session: Session, *, cadre_ids: Iterable[int]) -> Iterator[Difference]:
    """Every kept row of these cadres that is not what the facts make of it, from the first posting to the horizon."""
    through = horizon(session)
    ids = sorted(set(cadre_ids))
    start = _first_day(session, ids)
    if through is None or start is None:
        return
    limit = _month_end(through)
    for table, held, right in _compare(session, ids, min(start, limit), limit, through):
        for key in sorted(held.keys() | right.keys()):
            if held.get(key) != right.get(key):
                yield Difference(table.__tablename__, held.get(key), right.get(key))


def computed(session: Session, *, cadre_ids: Iterable[int], month_on: date) -> tuple[list, list]:
    """(week rows, month rows) of a month by the rule alone, for a read past the horizon; nothing is written."""
    mondays = mondays_of_month(month_on)
    first, last = min(mondays[0], month_on), max(mondays[-1] + timedelta(days=6), _month_end(month_on))
    weeks, months = [], []
    for ids in in_chunks(sorted(set(cadre_ids)), CHUNK):
        _days, made_weeks, made_months = _compare(session, ids, first, last, last + timedelta(days=6))
        weeks += [row for row in made_weeks[2].values() if row.month_on == month_on]
        months += [row for row in made_months[2].values() if row.month_on == month_on]
    return weeks, months


def roll(session: Session, *, today: date) -> int:
    """Make rows for every posting up to eight weeks from today; answers how many cadres were rolled on."""
    through = through_on(today)
    held = horizon(session)
    if held is not None and held >= through:
        return 0
    if held is None:
        session.add(KeptHorizon(id=1, through_on=through))
        session.flush()
        start = None
    else:
        session.execute(update(KeptHorizon).values(through_on=through))
        start = held + timedelta(days=1)
    ids = all_cadre_ids(session)
    refresh(session, cadre_ids=ids, first=start)
    return len(ids)


def all_cadre_ids(session: Session) -> list[int]:
    return list(session.scalars(select(Cadre.id).order_by(Cadre.id)))


def cadres_posted(session: Session, *, first: date, last: date) -> list[int]:
    """The cadres with a posting that touches a range of days."""
    return list(session.scalars(select(Posting.cadre_id).where(posted_between(first, last)).distinct()))


def _first_day(session: Session, ids: list[int]) -> date | None:
    return session.scalar(select(func.min(Posting.from_on)).where(Posting.cadre_id.in_(ids)))


def _compare(session: Session, ids: list[int], first: date, last: date, through: date):
    """(table, held rows by key, right rows by key) of each kept table, for the weeks and months around a range."""
    monday, sunday = monday_of(first), min(monday_of(last) + timedelta(days=6), through)
    month_on, month_end = month_of(first), _month_end(last)
    begin, end = min(monday, month_on), max(sunday, month_end)
    facts = load_facts(session, cadre_ids=ids, first=begin, last=end)
    posting_ids = facts.posting_ids
    held_days = _held(session, StationedDay, kept_rules.DayRow, posting_ids, StationedDay.day, begin, end)
    held_weeks = _held(session, PostingWeek, kept_rules.WeekRow, posting_ids, PostingWeek.monday, monday, sunday)
    held_months = _held(session, PostingMonth, kept_rules.MonthRow, posting_ids, PostingMonth.month_on,
                        _month_before(month_on), date(last.year, 12, 31))

    def year_days_before(posting_id: int, on: date) -> int:
        row = held_months.get((posting_id, _month_before(on)))
        return row.year_days if row is not None else 0

    days, weeks, months = {}, {}, {}
    for cadre in facts.by_cadre.values():
        made = kept_rules.kept_days(cadre, facts.policy, begin, end)
        days.update(((row.posting_id, row.day), row) for row in made)
        weeks.update(((row.posting_id, row.monday), row) for row in kept_rules.kept_weeks(
            cadre, made, facts.policy, facts.workdays, monday, sunday))
        months.update(((row.posting_id, row.month_on), row) for row in kept_rules.kept_months(
            cadre, made, facts.policy, facts.workdays, month_on, month_end, year_days_before))
    _carry_year(months, held_months, month_end)
    held_months = {key: row for key, row in held_months.items() if key[1] >= month_on}
    return [(StationedDay, held_days, days), (PostingWeek, held_weeks, weeks), (PostingMonth, held_months, months)]


def _carry_year(months: dict, held: dict, month_end: date) -> None:
    """Later months of the same year stay as they are, but for the days of the year that they add up."""
    for (posting_id, on), row in sorted(held.items()):
        if on > month_end:
            before = months.get((posting_id, _month_before(on)))
            year_days = (before.year_days if before is not None and on.month > 1 else 0) + row.stationed_days
            months[posting_id, on] = row._replace(year_days=year_days)


def _month_end(day: date) -> date:
    return next_month(day) - timedelta(days=1)


def _month_before(month_on: date) -> date:
    return month_of(month_on - timedelta(days=1))


def _held(session: Session, table, row_type, posting_ids: list[int], column, first: date, last: date) -> dict:
    held = {}
    for ids in in_chunks(posting_ids, 500):
        rows = session.execute(select(*table.__table__.columns).where(table.posting_id.in_(ids),
                                                                      column.between(first, last)))
        held.update(((row[0], row[1]), row_type(*row)) for row in rows)
    return held


def _mend(session: Session, compared) -> None:
    table, held, right = compared
    names = [column.name for column in table.__table__.columns]
    key_columns = tuple(table.__table__.primary_key.columns)
    surplus = [key for key in held if key not in right]
    missing = [row._asdict() for key, row in right.items() if key not in held]
    changed = [row for key, row in right.items() if key in held and held[key] != row]
    for keys in in_chunks(surplus, 300):
        session.execute(delete(table.__table__).where(tuple_(*key_columns).in_(keys)))
    if missing:
        session.execute(insert(table.__table__), missing)
    if changed:
        statement = update(table.__table__).where(
            *(column == bindparam(f"key_{column.name}") for column in key_columns)
        ).values({name: bindparam(f"new_{name}") for name in names[2:]})
        session.connection().execute(statement, [
            {("key_" if n < 2 else "new_") + name: value for n, (name, value) in enumerate(row._asdict().items())}
            for row in changed])
