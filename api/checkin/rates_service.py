"""The month table: on-post rates of cadres, villages, townships and the county."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import Integer, String, bindparam, or_, select
from sqlalchemy.orm import Session

from api.checkin.facts_service import RATE_KEYS
from api.checkin.rules import WeekState, rate
from api.checkin.sums_service import (
    Period,
    PostingFigures,
    RunningWeek,
    Sums,
    bounds,
    figures_of,
    in_month,
    is_kept,
    sums,
)
from api.errors import NotFound
from api.postings import calendar_service
from api.postings.account_models import User
from api.postings.divisions_service import REF_COLUMNS, DivisionRef, below, division_by_id, refs
from api.postings.models import Cadre, Division, Posting
from api.postings.policies_service import policy_book

STATES = ("on_track", "at_risk", "met", "missed")
MOST_OF_A_CADRE = 1000

_UNITS = (select(*REF_COLUMNS).where(
    below(bindparam("path", type_=String)), Division.level == bindparam("level"),
    or_(Division.valid_to.is_(None), Division.valid_to >= bindparam("first_day"))).order_by(Division.code))
_one_cadre = or_(bindparam("cadre_id", type_=Integer).is_(None), Posting.cadre_id == bindparam("cadre_id"))
_LISTED = (
    select(*REF_COLUMNS, Posting.id.label("posting_id"), Posting.cadre_id, User.name.label("cadre_name"),
           Cadre.cadre_role, Cadre.sending_unit)
    .select_from(Posting).join(Division, Division.id == Posting.village_id).join(Cadre, Cadre.id == Posting.cadre_id)
    .join(User, User.id == Cadre.user_id).where(in_month(), _one_cadre).order_by(Division.code, Posting.id)
    .offset(bindparam("start")).limit(bindparam("size")))


@dataclass
class RateRow:
    """One row as answers show it: a cadre's posting, a village, a township, the county. Its rate is that of its sums.

    `cadres` counts postings in the month; `running` counts them by the state of the running week.
    """

    division: DivisionRef | None = None
    village: DivisionRef | None = None
    township: DivisionRef | None = None
    cadre: dict | None = None
    posting_id: int | None = None
    cadres: int = 0
    numerator: int = 0
    denominator: int = 0
    closed_weeks: int = 0
    days_of_month: int = 0
    days_of_year: int = 0
    running: dict = field(default_factory=lambda: dict.fromkeys((*STATES, "waiting_days"), 0))
    running_week: dict | None = None
    month_so_far: dict | None = None
    weeks: list[dict] = field(default_factory=list)

    @property
    def rate(self) -> float | None:
        return rate(self.numerator, self.denominator)

    def add(self, one: Sums, state: WeekState | None, period: Period) -> None:
        """Add a group of postings to this row, and how the running week stands for them."""
        self.cadres += one.postings
        self.numerator += one.numerator
        self.denominator += one.denominator
        self.closed_weeks = period.closed_weeks
        self.days_of_month += one.days_of_month
        self.days_of_year += one.days_of_year
        if state is not None:
            self.running[state.state] += one.postings
            self.running["waiting_days"] += one.running.waiting_mask.bit_count() * one.postings


@dataclass(frozen=True)
class MonthTable:
    """The answer: a total, the rows of the page, and how many rows there are in all."""

    period: Period
    division: DivisionRef
    level: str
    total: RateRow
    rows: list[RateRow]
    row_count: int
    rules: list[dict]
    calendar_official: bool


def month_table(session: Session, *, division: Division, level: str, period: Period, page: int = 1,
                page_size: int = 500, cadre_id: int | None = None) -> MonthTable:
    """On-post rates below a division in a month, in roster order; `as_of` only cuts weeks.

    `cadre_id` narrows the table to one cadre's postings (level cadre).
    """
    start = (page - 1) * page_size
    if level == "cadre":
        total, rows, count = _cadre_rows(session, division, period, start, page_size, cadre_id)
    else:
        total, rows, count = _unit_rows(session, division, level, period, start, page_size)
    return MonthTable(period, DivisionRef.of(division), level, total, rows, count, _rules(session, division, period),
                      period.month_on.year in calendar_service.official_years(session))


def _unit_rows(session: Session, division: Division, level: str, period: Period, start: int,
               size: int) -> tuple[RateRow, list[RateRow], int]:
    units = session.execute(_UNITS, {"path": division.path, "level": level, "first_day": period.month_on}).all()
    shown = {row.id: RateRow(division=DivisionRef(*row)) for row in units[start : start + size]}
    groups = sums(session, division=division, period=period, by="village" if level == "village" else "township",
                  kept=is_kept(session, period))
    unit_of = _units_above(session, {one.unit_id for one in groups}, {row.id for row in units})
    total = RateRow(division=DivisionRef.of(division))
    for one in groups:
        state = one.state(period)
        total.add(one, state, period)
        row = shown.get(unit_of.get(one.unit_id))
        if row is not None:
            row.add(one, state, period)
    return total, list(shown.values()), len(units)


def _units_above(session: Session, summed: set[int | None], units: set[int]) -> dict[int | None, int | None]:
    """From each village or township that was summed by to the unit that is shown: itself, or the one above it."""
    found = {unit_id: unit_id for unit_id in summed if unit_id in units}
    for ref in refs(session, summed - found.keys()).values():
        found[ref.id] = next((part for part in map(int, ref.path.strip("/").split("/")) if part in units), None)
    return found


def _cadre_rows(session: Session, division: Division, period: Period, start: int, size: int,
                cadre_id: int | None) -> tuple[RateRow, list[RateRow], int]:
    # One cadre's postings are few: all are read, since the total is theirs alone.
    part = {"start": start, "size": size} if cadre_id is None else {"start": 0, "size": MOST_OF_A_CADRE}
    postings = session.execute(_LISTED, {**bounds(division, period), "cadre_id": cadre_id, **part}).all()
    kept = is_kept(session, period)
    figures = figures_of(session, postings=postings, period=period, kept=kept)
    townships = refs(session, {posting.township_id for posting in postings})
    rows = []
    for posting in postings:
        own, village = figures[posting.posting_id], DivisionRef(*posting[: len(REF_COLUMNS)])
        state = own.sums.state(period)
        row = RateRow(village=village, township=townships.get(village.township_id), posting_id=posting.posting_id,
                      cadre={"id": posting.cadre_id, "name": posting.cadre_name, "cadre_role": posting.cadre_role,
                             "sending_unit": posting.sending_unit},
                      weeks=_weeks_shown(own, period), month_so_far=_month_so_far(own, period),
                      running_week=_running_week(own.sums.running, state))
        row.add(own.sums, state, period)
        rows.append(row)
    total = RateRow(division=DivisionRef.of(division))
    all_shown = part["start"] == 0 and len(postings) < part["size"]
    for one in ([own.sums for own in figures.values()] if all_shown else
                sums(session, division=division, period=period, by="township", kept=kept)):
        total.add(one, one.state(period), period)
    # Each posting in the month is a row.
    return total, rows if cadre_id is None else rows[start : start + size], total.cadres


def _running_week(week: RunningWeek | None, state: WeekState | None) -> dict | None:
    return state and {
        "state": state.state, "required": week.required_days, "stationed": week.stationed_mask.bit_count(),
        "need": state.need, "days_left": state.days_left, "duty_days_left": state.duty_days_left}


def _weeks_shown(figures: PostingFigures, period: Period) -> list[dict]:
    return [{"monday": week.monday.isoformat(), "required": week.required_days,
             "stationed": week.stationed_mask.bit_count(), "credited": week.credited_days,
             "closed": period.is_closed(week.monday)} for week in figures.weeks]


def _month_so_far(figures: PostingFigures, period: Period) -> dict | None:
    """Where the month is the basis and has not ended, how it stands so far."""
    month = figures.month
    if month is None or month.basis != "month" or period.month_ended:
        return None
    return {"required": month.required_days, "stationed": month.stationed_days, "credited": month.credited_days}


def _rules(session: Session, division: Division, period: Period) -> list[dict]:
    """The rules in force: the division's own, and where divisions below have set others, those too."""
    book = policy_book(session, *RATE_KEYS)
    shown = []
    for key in RATE_KEYS:
        on = period.mondays[-1] if key == "days_per_week" else period.month_on
        shown += [book.rule(key, division.path, on), *book.below(key, division.path, on)]
    setters = refs(session, [rule.division_id for rule in shown])
    return [{"key": rule.key, "value": rule.value, "effective_from": rule.effective_from, "source": rule.source,
             "division": setters[rule.division_id]} for rule in shown]


def division_around(session: Session, villages: list[Division]) -> Division:
    """The smallest division that holds all of a cadre's villages; NotFound for a cadre who was never posted."""
    if not villages:
        raise NotFound("never_posted")
    paths = [[int(part) for part in village.path.strip("/").split("/")] for village in villages]
    shared = [parts[0] for parts in zip(*paths, strict=False) if len(set(parts)) == 1]
    return division_by_id(session, shared[-1])


def counting_period(period: Period) -> tuple[date, date]:
    """The first and the last day of the weeks that belong to the month (统计周期)."""
    return period.mondays[0], period.mondays[-1] + timedelta(days=6)
