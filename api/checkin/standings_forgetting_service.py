"""Marks what is kept of how villages' months stand as stale, in the transaction that changes what their sheets show.

Everything that a sheet is made of is named here once: facts of cadres, who they are, rules, the calendar, the roster.
"""

from collections.abc import Collection, Iterable
from datetime import date, timedelta

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from api.checkin.month_models import MonthStanding
from api.dates import monday_of, mondays_of_month, month_of, month_of_week, next_month
from api.db import dialect_insert
from api.postings.divisions_service import below
from api.postings.models import Cadre, Division, Posting
from api.postings.roster_service import lock_cadres

_standings, _postings = MonthStanding.__table__, Posting.__table__
_FORGET = update(_standings).where(~_standings.c.is_stale).values(is_stale=True)
_IN_MONTHS = _FORGET.where(_standings.c.month_on.between(bindparam("first_month"), bindparam("last_month")))
_OF_CADRES = _IN_MONTHS.where(_standings.c.village_id.in_(
    select(_postings.c.village_id).where(_postings.c.cadre_id.in_(bindparam("cadre_ids", expanding=True)))))


def said(session: Session, *, village_id: int, month_on: date) -> None:
    """After a step of a village's month, or its close."""
    insert = dialect_insert(session, MonthStanding)
    session.execute(insert.values(
        month_on=month_on, village_id=village_id, is_stale=True, state="open", cadres=0, checked=0, disputed=0,
        waiting_days=0, corrections=0,
    ).on_conflict_do_update(index_elements=[MonthStanding.month_on, MonthStanding.village_id],
                            set_={"is_stale": True}))


def facts_changed(session: Session, *, cadre_ids: Iterable[int], first: date | None = None,
                  last: date | None = None) -> None:
    """After a change of what cadres did or were to do from `first` to `last` (None: without end)."""
    ids = sorted(set(cadre_ids))
    if ids:
        session.connection().execute(_OF_CADRES, {"cadre_ids": ids, **_months(first, last)})


def person_changed(session: Session, *, user_id: int) -> None:
    """After a change of what a sheet says of who a cadre is: name, unit, role."""
    ids = session.scalars(select(Cadre.id).where(Cadre.user_id == user_id)).all()
    if ids:
        lock_cadres(session, ids)
        facts_changed(session, cadre_ids=ids)


def calendar_changed(session: Session, *, days: Collection[date]) -> None:
    """After a change of what some days are, or of whether their year is official."""
    if days:
        session.connection().execute(_IN_MONTHS, _months(date(min(days).year, 1, 1), max(days)))


def rules_changed(session: Session, *, division: Division, first: date) -> None:
    """After a rule of a division was set from a day on."""
    villages = select(Division.id).where(below(division.path), Division.level == "village")
    session.connection().execute(_IN_MONTHS.where(_standings.c.village_id.in_(villages)), _months(first, None))


def roster_changed(session: Session) -> None:
    """After an import of divisions, people or a calendar: whichever villages, cadres and years it was about."""
    session.connection().execute(_FORGET)


def is_late(day: date, *, today: date) -> bool:
    """Whether something may have been said of a month whose sheet shows a day, today or by tomorrow."""
    month_on = _first_month(day)
    return max(mondays_of_month(month_on)[-1] + timedelta(days=6), next_month(month_on) - timedelta(days=1)) <= today


def _first_month(day: date) -> date:
    """The first month whose sheet shows a day: its week may count to the month before."""
    return min(month_of_week(monday_of(day)), month_of(day))


def _months(first: date | None, last: date | None) -> dict[str, date]:
    """The months whose sheets days of a span bear on: each month's shows the days of its year up to its end."""
    return {"first_month": _first_month(first) if first else date.min,
            "last_month": date(last.year, 12, 1) if last else date.max}
