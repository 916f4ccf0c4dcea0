"""What the month table adds up: the postings of each village or township by one query, or postings one by one.

It reads kept rows only, a month's weeks and one month row for each posting, so its cost does not grow with history.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from itertools import starmap
from operator import attrgetter
from typing import NamedTuple

from sqlalchemy import Integer, Row, String, and_, bindparam, case, func, select
from sqlalchemy.orm import Session

from api.checkin import kept_service
from api.checkin.kept_rules import MonthRow, WeekRow
from api.checkin.models import PostingMonth, PostingWeek
from api.checkin.rules import WeekState, week_state
from api.dates import monday_of, mondays_of_month, month_of_week, next_month
from api.postings.divisions_service import below
from api.postings.models import Division, Posting
from api.postings.roster_service import posted_between

_NEVER = date(1, 1, 1)

_weeks, _months = PostingWeek.__table__, PostingMonth.__table__
_postings, _divisions = Posting.__table__, Division.__table__


@dataclass(frozen=True)
class Period:
    """A month seen from a day: which weeks it has, which are closed, which one is running."""

    month_on: date
    as_of: date
    today: date

    @cached_property
    def mondays(self) -> list[date]:
        return mondays_of_month(self.month_on)

    @property
    def first(self) -> date:
        return min(self.mondays[0], self.month_on)

    @property
    def last(self) -> date:
        return max(self.mondays[-1] + timedelta(days=6), next_month(self.month_on) - timedelta(days=1))

    def is_closed(self, monday: date) -> bool:
        """A week counts once its Sunday lies before `as_of`."""
        return monday < self.closed_before

    @cached_property
    def closed_before(self) -> date:
        """Weeks whose Monday lies before this day are closed."""
        return self.as_of - timedelta(days=6)

    @cached_property
    def closed_weeks(self) -> int:
        return sum(map(self.is_closed, self.mondays))

    @property
    def month_ended(self) -> bool:
        """A month counted by the month counts once its last day lies before `as_of`."""
        return next_month(self.month_on) <= self.as_of

    @cached_property
    def running(self) -> date | None:
        """The Monday of today's week, if it belongs to this month."""
        monday = monday_of(self.today)
        return monday if month_of_week(monday) == self.month_on else None

    @property
    def sunday_of_running(self) -> date | None:
        return self.running and self.running + timedelta(days=6)


class RunningWeek(NamedTuple):
    """A running week as kept: required days, and a bit for each day from Monday on."""

    required_days: int
    posting_mask: int
    duty_mask: int
    stationed_mask: int
    waiting_mask: int


# A county has a few dozen different weeks, and a table asks for them a thousand times.
@lru_cache(maxsize=4096)
def _unpacked(packed: int) -> RunningWeek:
    """The week of the one number that `_packed` made of it."""
    return RunningWeek(packed >> 28, *(packed >> shift & 127 for shift in (21, 14, 7, 0)))


@lru_cache(maxsize=4096)
def _state(week: RunningWeek, weekday: int) -> WeekState | None:
    return week_state(required_days=week.required_days, posting_mask=week.posting_mask, duty_mask=week.duty_mask,
                      stationed_mask=week.stationed_mask, weekday=weekday)


class Sums(NamedTuple):
    """Sums of `postings` postings that share a unit and the same running week (None: no week runs, or none by week)."""

    unit_id: int
    postings: int
    numerator: int
    denominator: int
    days_of_month: int
    days_of_year: int
    running: RunningWeek | None

    def state(self, period: Period) -> WeekState | None:
        """How the running week stands for each of these postings."""
        return self.running and _state(self.running, (period.today - period.running).days)


def in_month():
    """The condition that a posting stands in the month's table of a division; `bounds` says which of both."""
    return and_(below(bindparam("path", type_=String)), posted_between(bindparam("first_day"), bindparam("last_day")))


def bounds(division: Division, period: Period) -> dict:
    """What `in_month` is asked with."""
    return {"path": division.path, "first_day": period.first, "last_day": period.last}


def _packed(weeks):
    """A week as one number of 31 bits: databases group by one faster than by five (`_unpacked`)."""
    packed = weeks.c.required_days
    for mask in (weeks.c.posting_mask, weeks.c.duty_mask, weeks.c.stationed_mask, weeks.c.waiting_mask):
        packed = packed * 128 + mask
    return packed


def _sums_query(unit):
    """Sums by `unit`: of each posting the closed weeks, the running week where its month goes by weeks, and the month.

    Weeks are found by nothing but their posting and month, else the databases would rather go through all the weeks
    that a posting ever had.
    """
    closed = _weeks.c.monday < bindparam("closed_before")
    running = and_(_weeks.c.monday == bindparam("running"), _weeks.c.basis == "week")
    each = (
        select(_postings.c.id, unit.label("unit_id"),
               func.coalesce(func.sum(case((closed, _weeks.c.credited_days))), 0).label("credited"),
               func.coalesce(func.sum(case((closed, _weeks.c.required_days))), 0).label("asked"),
               func.max(case((running, _packed(_weeks)))).label("running"))
        .select_from(_postings.join(_divisions, _divisions.c.id == _postings.c.village_id)
                     .outerjoin(_weeks, and_(_weeks.c.posting_id == _postings.c.id,
                                             _weeks.c.month_on == bindparam("month_on"))))
        .where(in_month()).group_by(_postings.c.id, unit).subquery("each"))
    ended = bindparam("ended", type_=Integer)
    return (
        select(each.c.unit_id, func.count(),
               func.sum(each.c.credited + func.coalesce(_months.c.credited_days * ended, 0)),
               func.sum(each.c.asked + func.coalesce(_months.c.required_days * ended, 0)),
               func.coalesce(func.sum(_months.c.stationed_days), 0), func.coalesce(func.sum(_months.c.year_days), 0),
               each.c.running)
        .select_from(each.outerjoin(_months, and_(_months.c.posting_id == each.c.id,
                                                  _months.c.month_on == bindparam("month_on"))))
        .group_by(each.c.unit_id, each.c.running))


def _postings_query(unit):
    """The postings of the table, each with its unit."""
    return (select(_postings.c.id.label("posting_id"), _postings.c.cadre_id, unit.label("unit_id"))
            .join(_divisions, _divisions.c.id == _postings.c.village_id).where(in_month()))


# Built once: putting them together takes a quarter of the time that the database needs for the answer.
_UNITS = {"village": _postings.c.village_id, "township": _divisions.c.township_id}
_SUMS = {by: _sums_query(unit) for by, unit in _UNITS.items()}
_POSTINGS = {by: _postings_query(unit) for by, unit in _UNITS.items()}
_ROWS_OF = tuple(
    select(*(table.c[name] for name in row._fields)).where(
        table.c.posting_id.in_(bindparam("ids", expanding=True)), table.c.month_on == bindparam("month_on"))
    for table, row in ((_weeks, WeekRow), (_months, MonthRow)))


@dataclass(frozen=True, slots=True)
class PostingFigures:
    """One posting's weeks of the month, in order, its month (None: not posted in it), and what they add up to."""

    weeks: list[WeekRow]
    month: MonthRow | None
    sums: Sums


def is_kept(session: Session, period: Period) -> bool:
    """Whether the month lies before the horizon, so that rows of its weeks are kept."""
    through = kept_service.horizon(session)
    return through is not None and period.mondays[-1] <= through


def sums(session: Session, *, division: Division, period: Period, by: str, kept: bool) -> list[Sums]:
    """Sums below a division `by` village or township; of the kept rows, or past the horizon by the rule itself."""
    if not kept:
        postings = session.execute(_POSTINGS[by], bounds(division, period)).all()
        found = figures_of(session, postings=postings, period=period, kept=False)
        return [found[posting.posting_id].sums._replace(unit_id=posting.unit_id) for posting in postings]
    rows = session.execute(_SUMS[by], {
        **bounds(division, period), "month_on": period.month_on, "ended": int(period.month_ended),
        "closed_before": period.closed_before, "running": period.running or _NEVER}).all()
    return [Sums(*sums, packed if packed is None else _unpacked(packed)) for *sums, packed in rows]


def figures_of(session: Session, *, postings: Sequence[Row], period: Period, kept: bool) -> dict[int, PostingFigures]:
    """The figures of postings (rows with `posting_id` and `cadre_id`) by posting id; each is a unit of its own."""
    weeks, months = _rows_of(session, postings, period, kept)
    weeks_of: dict[int, list] = {posting.posting_id: [] for posting in postings}
    for row in sorted(weeks, key=attrgetter("monday")):
        if row.posting_id in weeks_of:
            weeks_of[row.posting_id].append(row)
    month_of = {row.posting_id: row for row in months}
    return {posting_id: PostingFigures(rows, month_of.get(posting_id),
                                       _added_up(posting_id, rows, month_of.get(posting_id), period))
            for posting_id, rows in weeks_of.items()}


def _rows_of(session: Session, postings: Sequence[Row], period: Period,
             kept: bool) -> tuple[Iterable[WeekRow], Iterable[MonthRow]]:
    if not kept:
        return kept_service.computed(session, cadre_ids=[posting.cadre_id for posting in postings],
                                     month_on=period.month_on)
    wanted = {"ids": [posting.posting_id for posting in postings], "month_on": period.month_on}
    weeks, months = (session.execute(query, wanted).all() for query in _ROWS_OF)
    return starmap(WeekRow, weeks), starmap(MonthRow, months)


def _added_up(unit_id: int, weeks: list[WeekRow], month: MonthRow | None, period: Period) -> Sums:
    counted = [week for week in weeks if period.is_closed(week.monday)]
    counted += [month] if month is not None and period.month_ended else []
    running = next((week for week in weeks if week.monday == period.running and week.basis == "week"), None)
    return Sums(
        unit_id, 1, sum(one.credited_days for one in counted), sum(one.required_days for one in counted),
        month.stationed_days if month else 0, month.year_days if month else 0,
        running and RunningWeek(*(getattr(running, name) for name in RunningWeek._fields)))
