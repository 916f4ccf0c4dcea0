"""What the month table adds up: the postings of each village or township by one query, or postings one by one.

It reads kept rows only, a month's weeks and one month row for each posting, so its cost does not grow with history.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from operator import attrgetter
from typing import NamedTuple

from sqlalchemy import Row, and_, case, func, or_, select
from sqlalchemy.orm import Session

from api.checkin import kept_service
from api.checkin.kept_rules import MonthRow
from api.checkin.models import PostingMonth, PostingWeek
from api.checkin.rules import WeekState, week_state
from api.dates import monday_of, mondays_of_month, month_of_week, next_month
from api.postings.divisions_service import below
from api.postings.models import Division, Posting

_NEVER = date(1, 1, 1)


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
        return monday + timedelta(days=6) < self.as_of

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


class Sums(NamedTuple):
    """Sums of `postings` postings that share a unit and the same running week (None: no week runs, or none by week)."""

    unit_id: int
    postings: int
    numerator: int
    denominator: int
    days_of_month: int
    days_of_year: int
    required: int | None
    posting_mask: int | None
    duty_mask: int | None
    stationed_mask: int | None
    waiting_mask: int | None

    def state(self, period: Period) -> WeekState | None:
        """How the running week stands for each of these postings."""
        if self.required is None:
            return None
        return week_state(required_days=self.required, posting_mask=self.posting_mask, duty_mask=self.duty_mask,
                          stationed_mask=self.stationed_mask, weekday=(period.today - period.running).days)


def in_month(division: Division, period: Period):
    """The condition that a posting stands in the month's table of a division."""
    return and_(below(division.path), Posting.from_on <= period.last,
                or_(Posting.to_on.is_(None), Posting.to_on >= period.first))


@dataclass(frozen=True, slots=True)
class PostingFigures:
    """One posting's weeks of the month, in order, its month (None: not posted in it), and what they add up to."""

    weeks: list
    month: Row | MonthRow | None
    sums: Sums


def sums(session: Session, *, division: Division, period: Period, by: str) -> list[Sums]:
    """Sums below a division `by` village or township."""
    key = {"village": Posting.village_id, "township": Division.township_id}[by]
    condition = in_month(division, period)
    if _past_horizon(session, period):
        postings = session.execute(select(Posting.id, Posting.cadre_id, key.label("unit_id")).select_from(Posting)
                                   .join(Division, Division.id == Posting.village_id).where(condition)).all()
        found = figures_of(session, postings=postings, period=period)
        return [found[posting.id].sums._replace(unit_id=posting.unit_id) for posting in postings]
    weeks, months = _weeks(period, condition), _months(period)
    running = (weeks.c.required, weeks.c.posting_mask, weeks.c.duty_mask, weeks.c.stationed_mask, weeks.c.waiting_mask)
    rows = session.execute(
        select(key, func.count(),
               func.sum(func.coalesce(weeks.c.credited, 0) + func.coalesce(months.c.credited, 0)),
               func.sum(func.coalesce(weeks.c.asked, 0) + func.coalesce(months.c.asked, 0)),
               func.coalesce(func.sum(months.c.stationed_days), 0), func.coalesce(func.sum(months.c.year_days), 0),
               *running)
        .select_from(Posting).join(Division, Division.id == Posting.village_id)
        .outerjoin(weeks, weeks.c.posting_id == Posting.id).outerjoin(months, months.c.posting_id == Posting.id)
        .where(condition).group_by(key, *running))
    return [Sums(*row) for row in rows]


def figures_of(session: Session, *, postings: Sequence[Row], period: Period) -> dict[int, PostingFigures]:
    """The figures of postings (rows with `id` and `cadre_id`) by posting id; each is a unit of its own."""
    weeks, months = _rows_of(session, postings, period)
    weeks_of: dict[int, list] = {posting.id: [] for posting in postings}
    for row in sorted(weeks, key=attrgetter("monday")):
        if row.posting_id in weeks_of:
            weeks_of[row.posting_id].append(row)
    month_of = {row.posting_id: row for row in months}
    return {posting_id: PostingFigures(rows, month_of.get(posting_id),
                                       _added_up(posting_id, rows, month_of.get(posting_id), period))
            for posting_id, rows in weeks_of.items()}


def _past_horizon(session: Session, period: Period) -> bool:
    through = kept_service.horizon(session)
    return through is None or period.mondays[-1] > through


def _rows_of(session: Session, postings: Sequence[Row], period: Period) -> tuple[Iterable, Iterable]:
    """The (week rows, month rows) of the month: the kept ones, or by the rule itself past the horizon."""
    if _past_horizon(session, period):
        return kept_service.computed(session, cadre_ids=[posting.cadre_id for posting in postings],
                                     month_on=period.month_on)
    ids = [posting.id for posting in postings]
    return tuple(session.execute(select(table.__table__).where(
        table.posting_id.in_(ids), table.month_on == period.month_on)) for table in (PostingWeek, PostingMonth))


def _added_up(unit_id: int, weeks: list, month: Row | MonthRow | None, period: Period) -> Sums:
    counted = [week for week in weeks if period.is_closed(week.monday)]
    counted += [month] if month is not None and period.month_ended else []
    running = next((week for week in weeks if week.monday == period.running and week.basis == "week"), None)
    return Sums(
        unit_id, 1, sum(one.credited_days for one in counted), sum(one.required_days for one in counted),
        month.stationed_days if month else 0, month.year_days if month else 0,
        *((running.required_days, running.posting_mask, running.duty_mask, running.stationed_mask,
           running.waiting_mask) if running else (None,) * 5))


def _weeks(period: Period, condition):
    """Per posting: credited and asked in closed weeks, and the running week's figures where its month goes by weeks."""
    closed = PostingWeek.monday < period.as_of - timedelta(days=6)
    running = and_(PostingWeek.monday == (period.running or _NEVER), PostingWeek.basis == "week")
    return (
        select(PostingWeek.posting_id,
               func.sum(case((closed, PostingWeek.credited_days), else_=0)).label("credited"),
               func.sum(case((closed, PostingWeek.required_days), else_=0)).label("asked"),
               *(func.max(case((running, column))).label(name) for name, column in (
                   ("required", PostingWeek.required_days), ("posting_mask", PostingWeek.posting_mask),
                   ("duty_mask", PostingWeek.duty_mask), ("stationed_mask", PostingWeek.stationed_mask),
                   ("waiting_mask", PostingWeek.waiting_mask))))
        .join(Posting, Posting.id == PostingWeek.posting_id).join(Division, Division.id == Posting.village_id)
        .where(PostingWeek.month_on == period.month_on, condition).group_by(PostingWeek.posting_id).cte("weeks"))


def _months(period: Period):
    ended = int(period.month_ended)
    return (
        select(PostingMonth.posting_id, PostingMonth.stationed_days, PostingMonth.year_days,
               (PostingMonth.credited_days * ended).label("credited"),
               (PostingMonth.required_days * ended).label("asked"))
        .where(PostingMonth.month_on == period.month_on).cte("months"))
