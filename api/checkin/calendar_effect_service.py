"""Brings kept weeks and months up to date after a change of the working calendar, for a whole county at once.

What a day is moves duty days and what they ask for, never what was done. So no evidence is read and no day recomputed:
that would take half a minute for 3,000 cadres and a year, in which no check-in could be written. `kept_service` makes
the same rows from all facts, and a test holds the two against each other.
"""

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from api.checkin import standings_forgetting_service
from api.checkin.due_rules import DueDays
from api.checkin.facts_service import Facts, load_facts
from api.checkin.kept_service import CHUNK, cadres_posted, horizon
from api.checkin.models import PostingMonth, PostingWeek
from api.checkin.rules import credited
from api.dates import monday_of, month_of, next_month
from api.db import in_chunks
from api.postings.roster_service import lock_cadres

_weeks, _months = PostingWeek.__table__, PostingMonth.__table__
# What a change of the calendar can move in a row, by the row's start and these values the postings that get them.
_WEEK_COLUMNS = ("duty_mask", "required_days", "credited_days")
_MONTH_COLUMNS = ("duty_days", "required_days", "credited_days")
_Moved = dict[tuple, list[int]]


def calendar_changed(session: Session, *, days: Iterable[date]) -> None:
    """After a change of what these days are: mend the weeks and months that they lie in, of everybody posted then."""
    through, changed = horizon(session, hold=True), set(days)
    standings_forgetting_service.calendar_changed(session, days=changed)
    if through is None or not changed:
        return
    mondays = sorted({monday_of(day) for day in changed if day <= through})
    months = sorted({month_of(day) for day in changed if month_of(day) <= through})
    if not months:
        return
    first = min(months[0], *mondays)
    last = max(next_month(months[-1]) - timedelta(days=1), *(monday + timedelta(days=6) for monday in mondays))
    moved_weeks: _Moved = {}
    moved_months: _Moved = {}
    due = None
    for ids in in_chunks(sorted(cadres_posted(session, first=first, last=last)), CHUNK):
        lock_cadres(session, ids)
        facts = load_facts(session, cadre_ids=ids, first=first, last=last, evidence=False)
        due = due or DueDays(facts.policy, facts.workdays)
        held = _held(session, _weeks, _weeks.c.monday, (*_WEEK_COLUMNS, "stationed_mask"), facts, mondays)
        _compare(held, facts, mondays, due.of_week, int.bit_count, moved_weeks)
        held = _held(session, _months, _months.c.month_on, (*_MONTH_COLUMNS, "stationed_days"), facts, months)
        _compare(held, facts, months, due.of_month, int, moved_months)
    _mend(session, _weeks, _weeks.c.monday, _WEEK_COLUMNS, moved_weeks)
    _mend(session, _months, _months.c.month_on, _MONTH_COLUMNS, moved_months)


def _held(session: Session, table, starts_on, columns: tuple[str, ...], facts: Facts, starts: list[date]) -> dict:
    """The kept values by posting and start; the last column says what was done."""
    held = {}
    for ids in in_chunks(facts.posting_ids, 500):
        rows = session.execute(select(table.c.posting_id, starts_on, *(table.c[name] for name in columns))
                               .where(table.c.posting_id.in_(ids), starts_on.in_(starts)))
        held.update(((posting_id, start), values) for posting_id, start, *values in rows)
    return held


def _compare(held: dict, facts: Facts, starts: list[date], due_of: Callable, days_of: Callable[[int], int],
             moved: _Moved) -> None:
    for cadre in facts.by_cadre.values():
        for start in starts:
            for posting_id, (duty, required) in due_of(cadre, start):
                before = held.get((posting_id, start))
                if before is not None:
                    right = [duty, required, credited(days_of(before[3]), required)]
                    if before[:3] != right:
                        moved.setdefault((start, *right), []).append(posting_id)


def _mend(session: Session, table, starts_on, columns: tuple[str, ...], moved: _Moved) -> None:
    # Most postings get the same numbers, so that few statements serve for the whole county.
    for (start, *right), posting_ids in moved.items():
        for ids in in_chunks(posting_ids, 500):
            session.execute(update(table).where(starts_on == start, table.c.posting_id.in_(ids))
                            .values(dict(zip(columns, right, strict=True))))
