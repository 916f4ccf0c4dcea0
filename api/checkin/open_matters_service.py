"""What is open when a posting ends, as far as presence knows: days that wait, leave asked for, months not closed."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.checkin.models import Leave, StationedDay
from api.checkin.month_models import MonthClose
from api.checkin.sheet_service import is_over
from api.dates import month_of, next_month
from api.postings.models import Posting

# A month that was never closed in all this time is no matter of a handover any more.
_MONTHS_BACK = 12


@dataclass(frozen=True)
class OpenMatters:
    """Days that wait, leave asked for as (kind, first, last), and first days of months that are over but not closed."""

    waiting_days: list[date]
    leaves_asked: list[tuple[str, date, date]]
    months_open: list[date]


def open_matters(session: Session, *, posting: Posting, today: date) -> OpenMatters:
    """What is open of a posting on a day."""
    waiting = list(session.scalars(select(StationedDay.day).where(
        StationedDay.posting_id == posting.id, StationedDay.state == "waiting").order_by(StationedDay.day)))
    last = posting.to_on or date.max
    asked = session.execute(select(Leave.kind, Leave.from_on, Leave.to_on).where(
        Leave.cadre_id == posting.cadre_id, Leave.state == "asked", Leave.to_on >= posting.from_on,
        Leave.from_on <= last).order_by(Leave.from_on)).all()
    closed = set(session.scalars(select(MonthClose.month_on).where(MonthClose.village_id == posting.village_id)))
    return OpenMatters(waiting, [tuple(row) for row in asked], [
        month_on for month_on in _months(posting, today) if month_on not in closed and is_over(month_on, today)])


def _months(posting: Posting, today: date) -> list[date]:
    months, month_on = [], month_of(posting.from_on)
    while month_on <= min(posting.to_on or today, today):
        months.append(month_on)
        month_on = next_month(month_on)
    return months[-_MONTHS_BACK:]
