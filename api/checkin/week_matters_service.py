"""The weeks to talk about: at risk, or missed, in the order of the roster; from the kept weeks of a month or two."""

from dataclasses import dataclass
from datetime import date, timedelta
from operator import itemgetter

from sqlalchemy import and_, or_, select, tuple_
from sqlalchemy.orm import Session

from api.checkin.models import PostingWeek
from api.checkin.rules import WeekState
from api.checkin.sums_service import Period, RunningWeek, Sums, figures_of, is_kept
from api.dates import monday_of, mondays_of_month, month_of_week
from api.postings.account_models import User
from api.postings.divisions_service import REF_COLUMNS, DivisionRef, below
from api.postings.models import Cadre, Division, Posting
from api.postings.roster_service import posted_between

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

    At risk can only be the running week; missed may be it or a closed week of the month that it belongs to, or the
    week before it: on the Monday of a new month too, somebody has to be told of what ended yesterday.
    """
    monday = monday_of(today)
    mondays = [monday]
    if state == "missed":
        mondays = sorted({monday - timedelta(days=7), *(one for one in mondays_of_month(month_of_week(monday))
                                                        if one <= monday)})
    rows = [row for month_on in sorted(set(map(month_of_week, mondays)))
            for row in _weeks(session, division, Period(month_on, today, today),
                              [one for one in mondays if month_of_week(one) == month_on], state)]
    found = []
    for _code, posting_id, week_on, *masks in sorted(rows, key=itemgetter(0, 1, 2)):
        week = RunningWeek(*masks)
        stands = _stands(week, today) if week_on == monday else None
        if week_on < monday or (stands and stands.state == state):
            found.append((posting_id, week_on, week, stands))
    shown = found[start:start + size]
    people = {row.posting_id: row for row in session.execute(
        select(*REF_COLUMNS, Posting.id.label("posting_id"), Posting.cadre_id, User.name.label("cadre_name"))
        .select_from(Posting).join(Division, Division.id == Posting.village_id)
        .join(Cadre, Cadre.id == Posting.cadre_id).join(User, User.id == Cadre.user_id)
        .where(Posting.id.in_({posting_id for posting_id, *_week in shown})))}
    return [_matter(people[posting_id], *rest) for posting_id, *rest in shown], len(found)


def _stands(week: RunningWeek, today: date) -> WeekState | None:
    """How a running week stands today."""
    return Sums(0, 1, 0, 0, 0, 0, week).state(Period(month_of_week(monday_of(today)), today, today))


def _weeks(session: Session, division: Division, period: Period, mondays: list[date], state: str) -> list[tuple]:
    """(village code, posting, Monday, *masks) of the weeks of a month that fall short as yet; of the running week those
    that stand as `state` says.
    """
    if not is_kept(session, period):
        return _computed(session, division, period, mondays)

    def short(*shown):
        return (select(*shown).select_from(Posting).join(Division, Division.id == Posting.village_id)
                .join(PostingWeek, and_(PostingWeek.posting_id == Posting.id, PostingWeek.month_on == period.month_on))
                .where(below(division.path), PostingWeek.monday.between(mondays[0], mondays[-1]),
                       PostingWeek.basis == "week", PostingWeek.credited_days < PostingWeek.required_days))

    query, running = short(Division.code, Posting.id, PostingWeek.monday, *_MASKS), monday_of(period.today)
    if running in mondays:
        # Early in a week nearly everybody falls short, in a few dozen ways: only those who matter come one by one.
        ways = session.execute(short(*_MASKS).where(PostingWeek.monday == running).distinct()).all()
        stands = {tuple(way): _stands(RunningWeek(*way), period.today) for way in ways}
        wanted = [way for way, one in stands.items() if one and one.state == state]
        query = query.where(or_(PostingWeek.monday < running, tuple_(*_MASKS).in_(wanted)))
    return session.execute(query).all()


def _computed(session: Session, division: Division, period: Period, mondays: list[date]) -> list[tuple]:
    """The same by the rule, where the rows do not reach so far."""
    postings = session.execute(
        select(Division.code, Posting.id.label("posting_id"), Posting.cadre_id)
        .join(Division, Division.id == Posting.village_id)
        .where(below(division.path), posted_between(period.first, period.last))).all()
    figures = figures_of(session, postings=postings, period=period, kept=False)
    return [(posting.code, posting.posting_id, week.monday, *(getattr(week, name) for name in RunningWeek._fields))
            for posting in postings for week in figures[posting.posting_id].weeks
            if week.monday in mondays and week.basis == "week" and week.credited_days < week.required_days]


def _matter(row, monday: date, week: RunningWeek, stands) -> WeekMatter:
    stationed = week.stationed_mask.bit_count()
    left = (stands.need, stands.days_left, stands.duty_days_left) if stands else (week.required_days - stationed, 0, 0)
    return WeekMatter(DivisionRef(*row[:len(REF_COLUMNS)]), {"id": row.cadre_id, "name": row.cadre_name}, monday,
                      week.required_days, stationed, *left, stands is None)
