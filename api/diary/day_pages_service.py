"""The page of a day: what the day's records say already, so that the cadre adds only what they do not."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from api.auth import Identity
from api.checkin.leave_service import homes_of
from api.checkin.models import Evidence
from api.diary.entry_views_service import EntryView, entry_views
from api.diary.meeting_models import Attendance, Meeting
from api.diary.models import Concern, DiaryEntry
from api.diary.reception_models import Reception, ReceptionCadre
from api.errors import Conflict, NotFound
from api.postings.divisions_service import DivisionRef
from api.postings.models import Cadre, Division, Place
from api.postings.roster_service import cadre_names
from api.visits.models import Companion, Household, Round, Visit


@dataclass(frozen=True, slots=True)
class WhereView:
    """A piece of evidence of the day: what it is, when, at which place, and whether it counts."""

    kind: str
    at: datetime
    place: str | None
    verdict: str
    status: str


@dataclass(frozen=True, slots=True)
class DayVisitView:
    """A household that was visited."""

    household: dict
    manner: str
    summary: str | None


@dataclass(slots=True)
class DayRoundView:
    """A round of the cadre's own, or one that the cadre was on."""

    id: UUID
    at: datetime
    purposes: list[str]
    others: str | None
    team: list[str]
    visits: list[DayVisitView] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class DayConcernView:
    """A concern that the cadre raised on the day, as it now stands."""

    id: UUID
    kind: str
    text: str
    state: str
    householder: str | None


@dataclass(frozen=True, slots=True)
class DayReceptionView:
    """A question in the reception hours where the cadre sat."""

    id: UUID
    question: str
    answer: str | None
    policy_cited: str | None


@dataclass(frozen=True, slots=True)
class DayMeetingView:
    """A meeting that the cadre attended."""

    id: UUID
    division: str
    place: str | None
    decisions: str | None


@dataclass(frozen=True, slots=True)
class DayPage:
    """All that a cadre's day holds; for others than the cadre without drafts."""

    day: date
    cadre: dict
    village: DivisionRef | None
    where: list[WhereView]
    rounds: list[DayRoundView]
    concerns: list[DayConcernView]
    receptions: list[DayReceptionView]
    meetings: list[DayMeetingView]
    entries: list[EntryView]

    @property
    def weekday(self) -> int:
        return self.day.isoweekday()


def day_page(session: Session, *, identity: Identity, cadre_id: int | None, day: date) -> DayPage:
    """The page of a cadre's day: one's own by default; another's for who supervises the day's home village.

    Raises NotFound for others, Conflict (not_a_cadre).
    """
    cadre_id = cadre_id or identity.cadre_id
    if cadre_id is None:
        raise Conflict("not_a_cadre")
    home, own = homes_of(session, [cadre_id], day).get(cadre_id), cadre_id == identity.cadre_id
    if not own and (home is None or not identity.may(home.path, "supervisor")):
        raise NotFound()
    return page_of(session, cadre_id=cadre_id, day=day, home=home, drafts=own)


def page_of(session: Session, *, cadre_id: int, day: date, home: DivisionRef | None, drafts: bool) -> DayPage:
    """The same without asking who may see it."""
    entries = select(DiaryEntry).where(DiaryEntry.cadre_id == cadre_id, DiaryEntry.day == day,
                                       DiaryEntry.is_erased.is_(False)).order_by(DiaryEntry.captured_at, DiaryEntry.id)
    if not drafts:
        entries = entries.where(DiaryEntry.submitted_at.is_not(None))
    return DayPage(
        day, {"id": cadre_id, "name": cadre_names(session, [cadre_id])[cadre_id]}, home, _where(session, cadre_id, day),
        _rounds(session, cadre_id, day), _concerns(session, cadre_id, day), _receptions(session, cadre_id, day),
        _meetings(session, cadre_id, day), entry_views(session, list(session.scalars(entries))))


def _where(session: Session, cadre_id: int, day: date) -> list[WhereView]:
    rows = session.execute(
        select(Evidence.kind, Evidence.captured_at, Place.name, Evidence.verdict, Evidence.status)
        .outerjoin(Place, Place.id == Evidence.place_id)
        .where(Evidence.cadre_id == cadre_id, Evidence.day == day, Evidence.status.not_in(("erased", "withdrawn")))
        .order_by(Evidence.captured_at, Evidence.id))
    return [WhereView(*row) for row in rows]


def _rounds(session: Session, cadre_id: int, day: date) -> list[DayRoundView]:
    with_us = exists().where(Companion.round_id == Round.id, Companion.cadre_id == cadre_id,
                             Companion.state == "joined")
    rounds = session.scalars(select(Round).where(
        Round.day == day, Round.is_erased.is_(False), or_(Round.cadre_id == cadre_id, with_us))
        .order_by(Round.captured_at, Round.id)).all()
    ids = [one.id for one in rounds]
    team: dict[UUID, list[int]] = {one.id: [one.cadre_id] for one in rounds}
    for row in session.execute(select(Companion.round_id, Companion.cadre_id).where(
            Companion.round_id.in_(ids), Companion.state == "joined").order_by(Companion.cadre_id)):
        team[row.round_id].append(row.cadre_id)
    names = cadre_names(session, {one for members in team.values() for one in members})
    views = {one.id: DayRoundView(one.id, one.captured_at, one.purposes, one.others,
                                  [names[member] for member in team[one.id]]) for one in rounds}
    for visit, household in session.execute(
            select(Visit, Household).join(Household, Household.id == Visit.household_id)
            .where(Visit.round_id.in_(ids), Visit.annulled_at.is_(None))
            .order_by(Household.villagers_group, Household.number)):
        views[visit.round_id].visits.append(DayVisitView(
            {"id": household.id, "householder": household.householder, "villagers_group": household.villagers_group},
            visit.manner, visit.summary))
    return [view for view in views.values() if view.visits]


def _concerns(session: Session, cadre_id: int, day: date) -> list[DayConcernView]:
    rows = session.execute(
        select(Concern.id, Concern.kind, Concern.text, Concern.state, Household.householder)
        .join(Cadre, Cadre.user_id == Concern.raised_by_id).outerjoin(Household, Household.id == Concern.household_id)
        .where(Cadre.id == cadre_id, Concern.raised_on == day).order_by(Concern.raised_at, Concern.id))
    return [DayConcernView(*row) for row in rows]


def _receptions(session: Session, cadre_id: int, day: date) -> list[DayReceptionView]:
    rows = session.execute(
        select(Reception.id, Reception.question, Reception.answer, Reception.policy_cited)
        .join(ReceptionCadre, and_(ReceptionCadre.reception_id == Reception.id, ReceptionCadre.cadre_id == cadre_id))
        .where(Reception.day == day).order_by(Reception.captured_at, Reception.id))
    return [DayReceptionView(*row) for row in rows]


def _meetings(session: Session, cadre_id: int, day: date) -> list[DayMeetingView]:
    rows = session.execute(
        select(Meeting.id, Division.name, Meeting.place, Meeting.decisions)
        .join(Attendance, and_(Attendance.meeting_id == Meeting.id, Attendance.cadre_id == cadre_id))
        .join(Division, Division.id == Meeting.division_id)
        .where(Meeting.held_on == day, Attendance.state == "present").order_by(Meeting.starts, Meeting.id))
    return [DayMeetingView(*row) for row in rows]
