"""The working calendar: official holidays and makeup days, editable; other years fall back to Monday to Friday."""

from datetime import date, datetime
from functools import cache

import chinese_calendar
from sqlalchemy import select
from sqlalchemy.orm import Session

from api import audit
from api.dates import days_between
from api.errors import Unprocessable
from api.postings.models import CalendarDay, CalendarYear
from api.vocabulary import CALENDAR_KINDS

_SOURCE = "chinesecalendar"
HOLIDAY_NAMES = {
    "New Year's Day": "元旦", "Spring Festival": "春节", "Tomb-sweeping Day": "清明节", "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节", "National Day": "国庆节", "Mid-autumn Festival": "中秋节",
    "Anti-Fascist 70th Day": "抗战胜利70周年纪念日",
}


def workdays(session: Session, first: date, last: date) -> set[date]:
    """The working days from `first` to `last`, makeup days included."""
    kinds = dict(session.execute(
        select(CalendarDay.day, CalendarDay.kind).where(CalendarDay.day.between(first, last))).all())
    return {day for day in days_between(first, last) if is_workday(day, kinds.get(day))}


def is_workday(day: date, kind: str | None) -> bool:
    """Whether a day is worked, given its row's kind (None: no row, so Monday to Friday)."""
    return kind in ("workday", "makeup") if kind is not None else day.weekday() < 5


def special_days(session: Session, first: date, last: date) -> dict[date, CalendarDay]:
    """The rows of days that differ from Monday to Friday, by day."""
    return {row.day: row for row in session.scalars(
        select(CalendarDay).where(CalendarDay.day.between(first, last)).order_by(CalendarDay.day))}


def official_years(session: Session) -> set[int]:
    """The years whose arrangement is published and known here."""
    return set(session.scalars(select(CalendarYear.year)))


def put_calendar_day(session: Session, *, day: date, kind: str, label: str, source: str, user_id: int | None,
                     at: datetime) -> CalendarDay:
    """Set what a day is. The caller refreshes the kept figures of the week and the month."""
    if kind not in CALENDAR_KINDS:
        raise Unprocessable("calendar_kind")
    row = session.get(CalendarDay, day)
    before = row.kind if row else None
    if row is None:
        row = CalendarDay(day=day, kind=kind, label=label, source=source)
        session.add(row)
    else:
        row.kind, row.label, row.source, row.version = kind, label, source, row.version + 1
    session.flush()
    audit.append(session, chain=audit.COUNTY_CHAIN, at=at, user_id=user_id, action="calendar.set",
                 subject=f"calendar-day:{day}", details={"from": before, "to": kind, "label": label, "source": source})
    return row


def seed_calendar(session: Session, *, first_year: int, last_year: int) -> list[int]:
    """Fill the official years that the library knows and the table lacks; answers the years that were added.

    A year that an administrator entered is never touched.
    """
    added = []
    held = official_years(session)
    for year in range(first_year, last_year + 1):
        if year in held:
            continue
        try:
            chinese_calendar.is_workday(date(year, 6, 1))
        except NotImplementedError:
            continue
        edited = set(special_days(session, date(year, 1, 1), date(year, 12, 31)))
        session.add(CalendarYear(year=year, source=_SOURCE))
        session.add_all(CalendarDay(day=day, kind=kind, label=label, source=_SOURCE)
                        for day, kind, label in _official_days(year) if day not in edited)
        added.append(year)
    session.flush()
    return added


@cache
def _official_days(year: int) -> tuple[tuple[date, str, str], ...]:
    """(day, kind, label) of each day of a year that is not what its weekday says; the library takes a while over it."""
    found = []
    for day in days_between(date(year, 1, 1), date(year, 12, 31)):
        worked, name = chinese_calendar.is_workday(day), chinese_calendar.get_holiday_detail(day)[1]
        if worked == (day.weekday() < 5) and name is None:
            continue
        kind = ("makeup" if day.weekday() >= 5 else "workday") if worked else "holiday"
        label = HOLIDAY_NAMES.get(name, name or "") + ("调休" if kind == "makeup" else "")
        found.append((day, kind, label))
    return tuple(found)
