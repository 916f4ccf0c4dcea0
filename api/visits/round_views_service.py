"""Rounds of visits as answers show them, and who may see which."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import Session

from api.auth import Identity
from api.checkin.models import Evidence
from api.errors import Gone, NotFound
from api.photos import records_service
from api.photos.records_service import RecordPhotoView
from api.postings.access_service import reach_of
from api.postings.account_models import User
from api.postings.divisions_service import DivisionRef, refs
from api.postings.models import Division
from api.postings.roster_service import cadre_names
from api.visits.models import Companion, Household, Round, Visit

MOST = 200


@dataclass(frozen=True)
class VisitView:
    """One household of a round; `annulled` says by whom, when and why, where it was."""

    id: UUID
    round_id: UUID
    cadre: dict
    day: date
    household: dict
    village: DivisionRef
    manner: str
    summary: str | None
    photos: list[RecordPhotoView]
    is_incomplete: bool
    annulled: dict | None


@dataclass(frozen=True)
class RoundView:
    """A round with its households and companions; `place` is what its position was judged to be, None without one."""

    id: UUID
    cadre: dict
    day: date
    captured_at: datetime
    received_at: datetime
    flags: list[str]
    purposes: list[str]
    others: str | None
    companions: list[dict]
    visits: list[VisitView]
    place: dict | None


def may_see(identity: Identity) -> ColumnElement[bool]:
    """The condition that the user may see a visit: the own, one shared as a companion, and those below the own
    division; `Division` is the visit's village. Never the village committee's: a summary is not meant for it."""
    own = [Visit.cadre_id == identity.cadre_id,
           Visit.round_id.in_(select(Companion.round_id).where(
               Companion.cadre_id == identity.cadre_id, Companion.state != "declined"))]
    return or_(reach_of(identity, "supervisor"), *(own if identity.cadre_id is not None else ()))


def round_view(session: Session, *, identity: Identity, round_id: UUID) -> RoundView:
    """One round within reach; raises NotFound for others, Gone for an own one that was erased."""
    found = session.get(Round, round_id)
    if found is None:
        raise NotFound()
    if found.is_erased and found.cadre_id == identity.cadre_id:
        raise Gone()
    views = round_views(session, [found], identity=identity)
    if found.is_erased or not views[0].visits:
        raise NotFound()
    return views[0]


def list_rounds(session: Session, *, identity: Identity, cadre_id: int, first: date, last: date) -> list[RoundView]:
    """The rounds of a cadre in a range of days, also those joined as a companion; the latest first, 200 at most.

    The caller has made sure that the user may see the cadre; of a cadre who worked elsewhere before, a supervisor
    sees what lies below the own division.
    """
    joined = select(Companion.round_id).where(Companion.cadre_id == cadre_id, Companion.state == "joined")
    rounds = session.scalars(
        select(Round).where(or_(Round.cadre_id == cadre_id, Round.id.in_(joined)), Round.day.between(first, last),
                            Round.is_erased.is_(False))
        .order_by(Round.captured_at.desc(), Round.id).limit(MOST))
    return [view for view in round_views(session, list(rounds), identity=identity) if view.visits]


def list_visits(session: Session, *, identity: Identity, division: Division | None, household_id: int | None,
                first: date | None, last: date | None, page: int, page_size: int) -> tuple[list[VisitView], bool]:
    """A page of the visits within reach, the latest first, and whether there are more."""
    query = select(Visit).join(Division, Division.id == Visit.village_id).where(may_see(identity))
    if division is not None:
        query = query.where(Division.path.like(division.path + "%"))
    if household_id is not None:
        query = query.where(Visit.household_id == household_id)
    if first is not None:
        query = query.where(Visit.day >= first)
    if last is not None:
        query = query.where(Visit.day <= last)
    found = list(session.scalars(query.order_by(Visit.day.desc(), Visit.id).offset((page - 1) * page_size)
                                 .limit(page_size + 1)))
    return visit_views(session, found[:page_size]), len(found) > page_size


def may_see_photo(session: Session, *, identity: Identity, record_id: UUID) -> bool:
    """Whether the user may see the photos of a visit."""
    return session.scalar(select(Visit.id).join(Division, Division.id == Visit.village_id)
                          .where(Visit.id == record_id, may_see(identity))) is not None


def round_views(session: Session, rounds: list[Round], *, identity: Identity | None) -> list[RoundView]:
    """Rounds with what of them the user may see (None: all), in a handful of queries whatever their number."""
    ids = [one.id for one in rounds]
    seen = true() if identity is None else may_see(identity)
    visits: dict[UUID, list[VisitView]] = {}
    for view in visit_views(session, list(session.scalars(
            select(Visit).join(Division, Division.id == Visit.village_id).where(Visit.round_id.in_(ids), seen)))):
        visits.setdefault(view.round_id, []).append(view)
    rows = list(session.scalars(select(Companion).where(Companion.round_id.in_(ids)).order_by(Companion.cadre_id)))
    names = cadre_names(session, [*(one.cadre_id for one in rounds), *(one.cadre_id for one in rows)])
    companions: dict[UUID, list[dict]] = {}
    for row in rows:
        companions.setdefault(row.round_id, []).append(
            {"id": row.cadre_id, "name": names[row.cadre_id], "state": row.state, "answered_at": row.answered_at})
    places = {row.source_id: {"verdict": row.verdict, "status": row.status,
                              "distance_m": None if row.distance_m is None else round(row.distance_m)}
              for row in session.execute(
                  select(Evidence.source_id, Evidence.verdict, Evidence.status, Evidence.distance_m)
                  .where(Evidence.kind == "visit", Evidence.source_id.in_(ids)))}
    return [
        RoundView(one.id, {"id": one.cadre_id, "name": names[one.cadre_id]}, one.day, one.captured_at, one.received_at,
                  one.flags.split(), one.purposes, one.others, companions.get(one.id, []),
                  sorted(visits.get(one.id, []), key=lambda view: view.household["id"]), places.get(one.id))
        for one in rounds
    ]


def visit_views(session: Session, visits: Iterable[Visit]) -> list[VisitView]:
    """Visits as answers show them."""
    visits = list(visits)
    households = {row.id: {"id": row.id, "householder": row.householder, "villagers_group": row.villagers_group}
                  for row in session.execute(
                      select(Household.id, Household.householder, Household.villagers_group)
                      .where(Household.id.in_({visit.household_id for visit in visits})))}
    villages = refs(session, {visit.village_id for visit in visits})
    names = cadre_names(session, {visit.cadre_id for visit in visits})
    users = dict(session.execute(select(User.id, User.name).where(
        User.id.in_({visit.annulled_by_id for visit in visits if visit.annulled_by_id is not None}))).all())
    photos = records_service.photos_of(session, [visit.id for visit in visits])
    return [
        VisitView(visit.id, visit.round_id, {"id": visit.cadre_id, "name": names[visit.cadre_id]}, visit.day,
                  households[visit.household_id], villages[visit.village_id], visit.manner, visit.summary,
                  photos[visit.id], records_service.is_incomplete(photos[visit.id]), _annulled(visit, users))
        for visit in visits
    ]


def _annulled(visit: Visit, users: dict[int, str]) -> dict | None:
    if visit.annulled_at is None:
        return None
    return {"at": visit.annulled_at, "by": {"id": visit.annulled_by_id, "name": users[visit.annulled_by_id]},
            "reason": visit.annulled_because}
