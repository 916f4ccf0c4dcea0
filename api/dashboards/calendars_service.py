"""The days of a month by kind of evidence: of a village, cadre by cadre, or of one cadre, posting by posting."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Row, func, or_, select
from sqlalchemy.orm import Session

from api.checkin import days_service
from api.checkin.models import Evidence
from api.dates import days_between, next_month
from api.postings import calendar_service
from api.postings.account_models import User
from api.postings.divisions_service import DivisionRef, refs
from api.postings.models import Cadre, Division, Posting, PostingVillage
from api.postings.roster_service import posted_between
from api.vocabulary import ERRAND_KINDS

# What was taken back is no evidence any more.
GONE = ("erased", "withdrawn")


@dataclass(frozen=True, slots=True)
class KindOfDay:
    """How many pieces of evidence of a kind a day has with one verdict."""

    kind: str
    verdict: str
    count: int


@dataclass(slots=True)
class DayOfCadre:
    """A day of a posting: `state` as it is kept (None without a fact), approved `leave` or an `errand`, by kind."""

    day: date
    in_posting: bool
    state: str | None = None
    leave: str | None = None
    errand: str | None = None
    kinds: list[KindOfDay] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class CadreMonth:
    """A posting's month. `village` is its home: a neighbouring one where it only covers the village that was asked."""

    cadre: dict
    village: DivisionRef
    posting: dict
    days: list[DayOfCadre]


@dataclass(frozen=True, slots=True)
class DayCalendar:
    """A month with its working calendar, and a row for each posting that touches it, in roster order."""

    month_on: date
    days: list[dict]
    cadres: list[CadreMonth]


def calendar_of_village(session: Session, *, village: Division, month_on: date) -> DayCalendar:
    """The month of everyone posted to a village, then of those whose posting covers it besides (联片)."""
    covers_it = select(PostingVillage.posting_id).where(PostingVillage.village_id == village.id)
    calendar = _calendar(session, month_on, or_(Posting.village_id == village.id, Posting.id.in_(covers_it)))
    calendar.cadres.sort(key=lambda row: row.village.id != village.id)
    return calendar


def calendar_of_cadre(session: Session, *, cadre_id: int, month_on: date) -> DayCalendar:
    """The month of a cadre's own postings; none where there was no posting."""
    return _calendar(session, month_on, Posting.cadre_id == cadre_id)


def _calendar(session: Session, month_on: date, wanted: ColumnElement[bool]) -> DayCalendar:
    days = days_between(month_on, next_month(month_on) - timedelta(days=1))
    first, last = days[0], days[-1]
    postings = session.execute(
        select(Posting.id, Posting.cadre_id, Posting.village_id, Posting.from_on, Posting.to_on, User.name)
        .join(Division, Division.id == Posting.village_id).join(Cadre, Cadre.id == Posting.cadre_id)
        .join(User, User.id == Cadre.user_id)
        .where(wanted, posted_between(first, last))
        .order_by(Division.code, Posting.id)).all()
    special = calendar_service.special_days(session, first, last)
    cadre_ids = {row.cadre_id for row in postings}
    states = days_service.kept_states(session, [row.id for row in postings], first, last)
    kinds, away = _kinds(session, cadre_ids, first, last), days_service.days_away(session, cadre_ids, first, last)
    villages = refs(session, {row.village_id for row in postings})
    return DayCalendar(
        month_on=month_on,
        days=[{"day": day, "calendar": days_service.nature_of(day, special.get(day))} for day in days],
        cadres=[CadreMonth(cadre={"id": row.cadre_id, "name": row.name}, village=villages[row.village_id],
                           posting={"first": row.from_on, "last": row.to_on},
                           days=[_day(row, day, states, kinds, away) for day in days])
                for row in postings])


def _day(posting: Row, day: date, states: dict, kinds: dict, away: dict) -> DayOfCadre:
    if day < posting.from_on or (posting.to_on is not None and day > posting.to_on):
        # What the cadre did then belongs to another village's calendar.
        return DayOfCadre(day, in_posting=False)
    kind = away.get((posting.cadre_id, day))
    is_errand = kind in ERRAND_KINDS
    return DayOfCadre(day, in_posting=True, state=states.get((posting.id, day)),
                      leave=None if is_errand else kind, errand=kind if is_errand else None,
                      kinds=kinds.get((posting.cadre_id, day), []))


def _kinds(session: Session, cadre_ids: Iterable[int], first: date, last: date) -> dict[tuple[int, date], list]:
    query = (select(Evidence.cadre_id, Evidence.day, Evidence.kind, Evidence.verdict, func.count())
             .where(Evidence.cadre_id.in_(cadre_ids), Evidence.day.between(first, last), Evidence.status.not_in(GONE))
             .group_by(Evidence.cadre_id, Evidence.day, Evidence.kind, Evidence.verdict)
             .order_by(Evidence.kind, Evidence.verdict))
    found: dict[tuple[int, date], list[KindOfDay]] = {}
    for cadre_id, day, kind, verdict, count in session.execute(query):
        found.setdefault((cadre_id, day), []).append(KindOfDay(kind, verdict, count))
    return found
