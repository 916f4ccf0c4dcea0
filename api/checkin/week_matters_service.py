"""The weeks to talk about: at risk, or missed, in the order of the roster; from the kept weeks of one month."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from api.checkin.models import PostingWeek
from api.checkin.sums_service import Period, RunningWeek, Sums, figures_of, is_kept
from api.dates import month_of_week, monday_of
from api.postings.account_models import User
from api.postings.divisions_service import REF_COLUMNS, DivisionRef, below
from api.postings.models import Cadre, Division, Posting

_MASKS = [getattr(PostingWeek, name) for name in RunningWeek._fields]


@dataclass(frozen=True, slots=True)
class WeekMatter:
    """A cadre's week that is at risk or missed; `is_closed`: its Sunday has passed, and it counts.

    `need` days are missing of `required`; `days_left` and `duty_days_left` are what is left to be there.
    """

    village: DivisionRef
    cadre: dict
    monday: date
    required: int
    stationed: int
    need: int
    days_left: int
    duty_days_left: int
    is_closed: bool


def week_matters(session: Session, *, division: Division, today: date, state: str, start: int,
                 size: int) -> tuple[list[WeekMatter], int]:
    """A page of the weeks below a division that are `at_risk` or `missed`, and how many there are.

    At risk can only be the running week; missed may be it or a closed week of the month that it belongs to.
    """
    monday = monday_of(today)
    period = Period(month_of_week(monday), today, today)
    found = []
    for posting_id, week_on, *masks in _weeks(session, division, period, state):
        week = RunningWeek(*masks)
        stands = Sums(posting_id, 1, 0, 0, 0, 0, week).state(period) if week_on == monday else None
        if week_on < monday or stands.state == state:
            found.append((posting_id, week_on, week, stands))
    shown = found[start:start + size]
    people = {row.posting_id: row for row in session.execute(
        select(*REF_COLUMNS, Posting.id.label("posting_id"), Posting.cadre_id, User.name.label("cadre_name"))
        .select_from(Posting).join(Division, Division.id == Posting.village_id)
        .join(Cadre, Cadre.id == Posting.cadre_id).join(User, User.id == Cadre.user_id)
        .where(Posting.id.in_({posting_id for posting_id, *_week in shown})))}
    return [_matter(people[posting_id], *rest) for posting_id, *rest in shown], len(found)


def _weeks(session: Session, division: Division, period: Period, state: str) -> list[tuple]:
    """(posting, Monday, *masks) of the weeks that may be meant, in the order of the roster."""
    monday = monday_of(period.today)
    if not is_kept(session, period):
        return _computed(session, division, period)
    short = PostingWeek.credited_days < PostingWeek.required_days
    missed = and_(PostingWeek.month_on == period.month_on, PostingWeek.monday < monday)
    which = PostingWeek.monday == monday if state == "at_risk" else or_(PostingWeek.monday == monday, missed)
    return session.execute(
        select(Posting.id, PostingWeek.monday, *_MASKS).join(Division, Division.id == Posting.village_id)
        .join(PostingWeek, and_(PostingWeek.posting_id == Posting.id, PostingWeek.month_on == period.month_on))
        .where(below(division.path), which, PostingWeek.basis == "week", short)
        .order_by(Division.code, Posting.id, PostingWeek.monday)).all()


def _computed(session: Session, division: Division, period: Period) -> list[tuple]:
    """The same by the rule, where the rows do not reach so far."""
    postings = session.execute(
        select(Posting.id.label("posting_id"), Posting.cadre_id).join(Division, Division.id == Posting.village_id)
        .where(below(division.path), Posting.from_on <= period.last,
               or_(Posting.to_on.is_(None), Posting.to_on >= period.first)).order_by(Division.code, Posting.id)).all()
    figures = figures_of(session, postings=postings, period=period, kept=False)
    return [(posting.posting_id, week.monday, *(getattr(week, name) for name in RunningWeek._fields))
            for posting in postings for week in figures[posting.posting_id].weeks
            if week.monday <= monday_of(period.today) and week.basis == "week"
            and week.credited_days < week.required_days]


def _matter(row, monday: date, week: RunningWeek, stands) -> WeekMatter:
    stationed = week.stationed_mask.bit_count()
    left = (stands.need, stands.days_left, stands.duty_days_left) if stands else (week.required_days - stationed, 0, 0)
    return WeekMatter(DivisionRef(*row[:len(REF_COLUMNS)]), {"id": row.cadre_id, "name": row.cadre_name}, monday,
                      week.required_days, stationed, *left, stands is None)
