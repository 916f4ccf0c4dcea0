"""Reads the month sheets of villages, live: postings, kept figures, days, leave and the rules that they rest on.

As many questions for a county as for one village, so that a list of its months costs no more of them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Row, bindparam, or_, select
from sqlalchemy.orm import Session

from api.checkin.facts_service import RATE_KEYS
from api.checkin.leave_rules import covers
from api.checkin.models import Leave, StationedDay
from api.checkin.sheet_rules import MonthSheet, SheetDay, SheetRow, SheetRule, counts_of, sign_of
from api.checkin.sums_service import Period, PostingFigures, bounds, figures_of, in_month, is_kept
from api.dates import days_between, next_month
from api.postings import calendar_service
from api.postings.account_models import User
from api.postings.divisions_service import REF_COLUMNS, DivisionRef, refs
from api.postings.models import Cadre, Division, Posting, PostingVillage
from api.postings.policies_service import policy_book
from api.postings.roster_service import posted_between
from api.vocabulary import ERRAND_KINDS, LEAVE_KINDS

AWAY_KINDS = tuple(kind for kind in LEAVE_KINDS if kind not in ERRAND_KINDS)
ALLOWANCE_KEYS = ("allowance_yuan", "errand_allowance_yuan")

_POSTED = (
    select(Posting.id.label("posting_id"), Posting.cadre_id, Posting.village_id, Posting.from_on, Posting.to_on,
           User.name, Cadre.cadre_role, Cadre.sending_unit)
    .join(Division, Division.id == Posting.village_id).join(Cadre, Cadre.id == Posting.cadre_id)
    .join(User, User.id == Cadre.user_id).order_by(Division.code, Posting.id))
_LISTED = _POSTED.where(in_month())
_IDS = bindparam("ids", expanding=True)
_VILLAGES = (
    select(*REF_COLUMNS)
    .where(Division.path.like(bindparam("below")), Division.level == "village",
           or_(Division.valid_to.is_(None), Division.valid_to >= bindparam("month_on"))).order_by(Division.code))
_HOMED = _POSTED.where(Posting.village_id.in_(_IDS), Posting.from_on <= bindparam("last_day"),
                       or_(Posting.to_on.is_(None), Posting.to_on >= bindparam("first_day")))
# Postings by the villages that they cover besides their home.
_FURTHER = (
    _POSTED.add_columns(Division.name.label("home"), PostingVillage.village_id.label("covers"))
    .join(PostingVillage, PostingVillage.posting_id == Posting.id)
    .where(PostingVillage.village_id.in_(_IDS), PostingVillage.village_id != Posting.village_id,
           posted_between(bindparam("first_day"), bindparam("last_day"))))


@dataclass(frozen=True, slots=True)
class FurtherRow:
    """A cadre of a neighbouring village whose posting covers this one too (联片): a sign a day, and no figure."""

    posting_id: int
    cadre_id: int
    name: str
    cadre_role: str
    home: str
    signs: tuple[str, ...]


@dataclass(frozen=True)
class _Book:
    """What the rows of all villages share, read once."""

    period: Period
    kinds: dict[date, str]
    official: bool
    # (key, path of the division, day) -> the rule that holds there.
    rule: Callable
    signs: dict[tuple[int, date], str]
    leaves: dict[int, list[Row]]
    figures: dict[int, PostingFigures]


def month_period(month_on: date, today: date) -> Period:
    """A month as a sheet sees it on a day: only weeks that have ended count."""
    return Period(month_on, today, today)


def is_over(month_on: date, today: date) -> bool:
    """Whether the counting period and the calendar month are both past, so that the month can be closed."""
    return month_period(month_on, today).last < today


def villages_below(session: Session, *, division: Division, month_on: date) -> list[DivisionRef]:
    """The villages at a division or below it that were not withdrawn before a month, in roster order."""
    return [DivisionRef(*row) for row in village_rows(session, division=division, month_on=month_on)]


def village_rows(session: Session, *, division: Division, month_on: date) -> Sequence[Row]:
    """The same as rows of `REF_COLUMNS`, for whoever shows a few of a thousand."""
    return session.execute(_VILLAGES, {"below": f"{division.path}%", "month_on": month_on}).all()


def postings_in_month(session: Session, *, division: Division, month_on: date) -> list[Row]:
    """The postings whose home lies below a division and that touch a month's days, in roster order.

    A village that a posting covers besides (联片) has no row of it: one person, one row, in the home village.
    """
    return list(session.execute(_LISTED, bounds(division, month_period(month_on, month_on))))


def villages_by_id(session: Session, ids: Iterable[int]) -> list[DivisionRef]:
    """The villages of these ids, in roster order."""
    return sorted(refs(session, ids).values(), key=lambda village: village.code)


def postings_at(session: Session, *, village_ids: Iterable[int], month_on: date) -> list[Row]:
    """The same as `postings_in_month` of some villages, wherever they lie."""
    period = month_period(month_on, month_on)
    return list(session.execute(_HOMED, {"ids": list(village_ids), "first_day": period.first,
                                         "last_day": period.last}))


def live_sheets(session: Session, *, villages: Iterable[DivisionRef], postings: list[Row], month_on: date,
                today: date) -> dict[int, MonthSheet]:
    """The sheets of villages as the facts stand now, by village id; `postings` are theirs (`postings_in_month`)."""
    villages = list(villages)
    book = _read(session, postings, month_period(month_on, today))
    townships = refs(session, [village.township_id for village in villages])
    homed: dict[int, list[Row]] = {}
    for posting in postings:
        homed.setdefault(posting.village_id, []).append(posting)
    return {village.id: _sheet(book, village, townships.get(village.township_id), homed.get(village.id, ()))
            for village in villages}


def further_rows(session: Session, *, villages: Iterable[DivisionRef], month_on: date, today: date,
                 columns: Mapping[int, tuple[SheetDay, ...]] | None = None) -> dict[int, tuple[FurtherRow, ...]]:
    """Who covers villages from a neighbouring one, by village id, with a sign for each of the village's `columns`.

    Without `columns` these are the live sheet's; a closed sheet keeps its own, whatever the rule is by now. They
    belong into its attendance book; their figures stand in the home village's sheet alone, so that every level stays a
    plain sum.
    """
    villages, period = list(villages), month_period(month_on, today)
    postings = list(session.execute(_FURTHER, {"ids": [village.id for village in villages], "first_day": period.first,
                                               "last_day": period.last}))
    if not postings:
        return {}
    book = _read(session, postings, period)
    found: dict[int, list[FurtherRow]] = {}
    days = columns or {village.id: _days(book, village)[1] for village in villages}
    for row in postings:
        if _touches(row, days[row.covers]):
            found.setdefault(row.covers, []).append(FurtherRow(
                row.posting_id, row.cadre_id, row.name, row.cadre_role, row.home,
                tuple(_sign(book, row, day) for day in days[row.covers])))
    return {village_id: tuple(rows) for village_id, rows in found.items()}


def _read(session: Session, postings: list[Row], period: Period) -> _Book:
    first, last = period.first, period.last
    ids = [posting.posting_id for posting in postings]
    special = calendar_service.special_days(session, first, last)
    days = session.execute(
        select(StationedDay.posting_id, StationedDay.day, StationedDay.state)
        .where(StationedDay.posting_id.in_(_IDS), StationedDay.day.between(first, last)), {"ids": ids})
    leaves: dict[int, list[Row]] = {}
    asked = session.execute(
        select(Leave.cadre_id, Leave.kind, Leave.from_on, Leave.to_on, Leave.returned_on)
        .where(Leave.cadre_id.in_(_IDS), Leave.state == "approved", Leave.from_on <= last, Leave.to_on >= first)
        .order_by(Leave.from_on, Leave.id), {"ids": sorted({posting.cadre_id for posting in postings})})
    for row in asked:
        leaves.setdefault(row.cadre_id, []).append(row)
    return _Book(
        period, {day: special[day].kind if day in special else "workday" if day.weekday() < 5 else "rest"
                 for day in days_between(first, last)},
        period.month_on.year in calendar_service.official_years(session),
        policy_book(session, *RATE_KEYS, *ALLOWANCE_KEYS).rule, {(row.posting_id, row.day): row.state for row in days},
        leaves, figures_of(session, postings=postings, period=period, kept=is_kept(session, period)))


def _sheet(book: _Book, village: DivisionRef, township: DivisionRef | None, postings: Iterable[Row]) -> MonthSheet:
    period = book.period
    basis, days = _days(book, village)
    if basis == "month":
        first, last = days[0].day, days[-1].day
    else:
        first, last = period.mondays[0], period.mondays[-1] + timedelta(days=6)
    # Counted by the month, a posting that only touches the weeks around it has nothing on the sheet.
    rows = tuple(_row(book, posting, days, basis) for posting in postings if _touches(posting, days))
    return MonthSheet(village.code, village.name, township.name if township else "", period.month_on, first, last,
                      book.official, days, rows, _rules(book, village.path, basis))


def _days(book: _Book, village: DivisionRef) -> tuple[str, tuple[SheetDay, ...]]:
    """By what a village's sheet is counted, and its columns."""
    period = book.period
    month_end = next_month(period.month_on) - timedelta(days=1)
    basis = book.rule("basis", village.path, period.month_on).value
    columns = days_between(period.month_on, month_end) if basis == "month" else days_between(period.first, period.last)
    return basis, tuple(SheetDay(day, book.kinds[day], period.month_on <= day <= month_end) for day in columns)


def _touches(posting: Row, days: tuple[SheetDay, ...]) -> bool:
    return posting.from_on <= days[-1].day and (posting.to_on is None or posting.to_on >= days[0].day)


def _row(book: _Book, posting: Row, days: tuple[SheetDay, ...], basis: str) -> SheetRow:
    figures, period = book.figures[posting.posting_id], book.period
    signs = tuple(_sign(book, posting, day) for day in days)
    if basis == "month":
        duty_days = figures.month.duty_days if figures.month and period.month_ended else 0
    else:
        duty_days = sum(week.duty_mask.bit_count() for week in figures.weeks if period.is_closed(week.monday))
    return SheetRow(
        posting.posting_id, posting.cadre_id, posting.name, posting.cadre_role, posting.sending_unit, signs,
        duty_days, figures.sums.denominator, figures.sums.numerator, figures.sums.days_of_month,
        counts_of(signs, days, ("errand",)), counts_of(signs, days, ("travel",)), counts_of(signs, days, AWAY_KINDS),
        counts_of(signs, days, ("waiting",)), figures.sums.days_of_year)


def _sign(book: _Book, posting: Row, column: SheetDay) -> str:
    day = column.day
    covering = [leave.kind for leave in book.leaves.get(posting.cadre_id, ()) if covers(leave, day)]
    # A duty away says more of a day than a leave that runs on beneath it.
    kind = next((kind for kind in covering if kind in ERRAND_KINDS), covering[0] if covering else None)
    return sign_of(
        posted=posting.from_on <= day and (posting.to_on is None or day <= posting.to_on),
        state=book.signs.get((posting.posting_id, day)), leave_kind=kind, worked=column.kind in ("workday", "makeup"),
        to_come=day >= book.period.today)


def _rules(book: _Book, path: str, basis: str) -> tuple[SheetRule, ...]:
    """The rules that the figures rest on, and what a day was worth, as they held in the month."""
    period = book.period
    week_on = period.mondays[-1]
    wanted = [("basis", period.month_on)]
    wanted += [("days_per_month", period.month_on)] if basis == "month" else [("days_per_week", week_on)]
    wanted += [("errand", period.month_on if basis == "month" else week_on)]
    wanted += [(key, period.month_on) for key in ALLOWANCE_KEYS]
    rules = [book.rule(key, path, on) for key, on in wanted]
    return tuple(SheetRule(rule.key, rule.value, rule.effective_from, rule.source) for rule in rules)
