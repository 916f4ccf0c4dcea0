"""Concerns (群众诉求): raised with what else a phone records or by themselves, kept once; who sees them, how they look."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, or_, select
from sqlalchemy.orm import Session

from api.auth import Identity
from api.checkin.presence_service import moment_of
from api.dates import shanghai_day
from api.db import dialect_insert
from api.diary.concerns_rules import (
    ESCALATES_TO,
    HOLDER,
    LOCAL,
    STEPS,
    allowed_steps,
    due_key,
    due_on,
    escalation_problem,
    is_overdue,
)
from api.diary.models import Concern, ConcernStep
from api.errors import IdReused, NotFound, Unprocessable
from api.photos import records_service
from api.postings.access_service import reach_of
from api.postings.account_models import User
from api.postings.divisions_service import DivisionRef, division_by_code, refs
from api.postings.policies_service import policy_book
from api.postings.roster_service import posting_on, villages_of
from api.visits.household_access_service import lately_posted_villages
from api.visits.models import Household


@dataclass(frozen=True)
class ConcernView:
    """A concern with its course, and the steps that the reader may take now (each with what it needs)."""

    concern: Concern
    village: DivisionRef
    owner: DivisionRef
    household: dict | None
    raised_by: dict
    age_days: int
    is_overdue: bool
    duplicate_ids: list[UUID]
    steps: list[dict]
    next_steps: list[dict]
    escalates_to: list[DivisionRef]
    is_incomplete: bool

    def __getattr__(self, name: str):
        return getattr(self.concern, name)


class Standing:
    """What a user is to concerns today: where posted as a cadre, in which villages on the committee, over what."""

    def __init__(self, session: Session, identity: Identity, *, today: date):
        self._session, self._identity, self.today = session, identity, today

    @cached_property
    def posted(self) -> set[int]:
        """The villages that the cadre's posting covers today."""
        return _villages_on(self._session, self._identity, self.today)

    def may_see(self, concern: Concern, *, village: DivisionRef) -> bool:
        if concern.raised_by_id == self._identity.user_id or village.id in self.posted:
            return True
        in_village = concern.owner_id == village.id and concern.is_given_to_village
        return self._identity.may(village.path, "supervisor") or in_village and self._identity.may(
            village.path, "village")

    def seen(self) -> ColumnElement[bool]:
        """The same as a condition; `Division` is the concern's village."""
        return or_(
            Concern.raised_by_id == self._identity.user_id, Concern.village_id.in_(self.posted),
            reach_of(self._identity, "supervisor"),
            and_(Concern.owner_id == Concern.village_id, Concern.is_given_to_village,
                 reach_of(self._identity, "village")))

    def towards(self, *, village: DivisionRef, owner: DivisionRef) -> set[str]:
        """Whether the user is with the division that has to act, and whether with the village."""
        found = set()
        if self._identity.may(owner.path, "supervisor"):
            found.add(HOLDER)
        if village.id in self.posted or self._identity.may(village.path, "village"):
            found |= {LOCAL, HOLDER} if owner.id == village.id else {LOCAL}
        return found


def raise_concern(session: Session, *, identity: Identity, id: UUID, kind: str, text: str, village_id: int,
                  household_id: int | None, source_kind: str, source_id: UUID | None, captured_at: datetime,
                  now: datetime, content_hash: bytes, elapsed_ms: int | None = None,
                  photos: Iterable[str] = ()) -> tuple[ConcernView, bool]:
    """Keep a concern of a villager, exactly once per id; (concern as it now stands, False) when it is sent again.

    The caller has made sure that the user may record for this village. `source_kind` and `source_id` name the record
    that it was raised with. Its last day follows from its kind by the policy of the day on which it was raised.
    Raises IdReused for other content or somebody else's id, Unprocessable (household_elsewhere).
    """
    at, day, _flags = moment_of(captured_at=captured_at, received_at=now, elapsed_ms=elapsed_ms,
                                first_log_in_at=identity.first_log_in_at)
    if household_id is not None and session.scalar(
            select(Household.village_id).where(Household.id == household_id)) != village_id:
        raise Unprocessable("household_elsewhere")
    village = refs(session, [village_id])[village_id]
    key = due_key(kind)
    days = policy_book(session, key).value(key, village.path, day)
    created = session.execute(dialect_insert(session, Concern).values(
        id=id, kind=kind, text=text, village_id=village_id, household_id=household_id, source_kind=source_kind,
        source_id=source_id, raised_by_id=identity.user_id, raised_at=at, raised_on=day, state="raised",
        due_on=due_on(day, days), owner_id=village_id, changed_at=now, version=1, content_hash=content_hash,
        is_given_to_village=identity.may(village.path, "village"),
    ).on_conflict_do_nothing().returning(Concern.id)).scalar() is not None
    concern = session.get(Concern, id)
    if (concern.raised_by_id, concern.content_hash) != (identity.user_id, content_hash):
        raise IdReused()
    if created:
        add_step(session, concern, id=id, number=1, step="raised", identity=identity, at=at, received_at=now,
                 photos=photos, content_hash=content_hash)
    return concern_views(session, [concern], standing=Standing(session, identity, today=shanghai_day(now)))[0], created


def raise_directly(session: Session, *, identity: Identity, id: UUID, kind: str, text: str, village_code: str,
                   household_id: int | None, photos: Iterable[str], captured_at: datetime, elapsed_ms: int | None,
                   content_hash: bytes, now: datetime) -> tuple[ConcernView, bool]:
    """The same by itself, without another record: in a village of the own posting (on that day, shortly before or
    today), of the own committee, or below the own division. Raises NotFound for another village.
    """
    village = division_by_code(session, village_code)
    today = shanghai_day(now)
    if village.level != "village" or not (
            identity.may(village.path, "village", "supervisor")
            or records_in(session, identity, village.id, days={today, min(shanghai_day(captured_at), today)})):
        raise NotFound("division_not_found", code=village_code)
    return raise_concern(
        session, identity=identity, id=id, kind=kind, text=text, village_id=village.id, household_id=household_id,
        source_kind="direct", source_id=None, captured_at=captured_at, elapsed_ms=elapsed_ms, photos=photos, now=now,
        content_hash=content_hash)


def add_step(session: Session, concern: Concern, *, id: UUID, number: int, step: str, identity: Identity, at: datetime,
             received_at: datetime, content_hash: bytes, note: str | None = None, to_division_id: int | None = None,
             into_id: UUID | None = None, photos: Iterable[str] = ()) -> None:
    """Write one step of a course with its photos; IdReused where its id belongs to another."""
    added = session.execute(dialect_insert(session, ConcernStep).values(
        id=id, concern_id=concern.id, number=number, step=step, user_id=identity.user_id, at=at,
        received_at=received_at, note=note, to_division_id=to_division_id, into_id=into_id, content_hash=content_hash,
    ).on_conflict_do_nothing().returning(ConcernStep.id)).scalar()
    if added is None:
        raise IdReused()
    records_service.attach(session, kind="concern", record_id=id, hashes=list(photos), now=received_at)


def visible_concern(session: Session, *, standing: Standing, concern_id: UUID, lock: bool = False) -> Concern:
    """A concern that the user may see, locked for a step if asked; NotFound for all others."""
    concern = session.get(Concern, concern_id, with_for_update=lock or None, populate_existing=lock)
    if concern is None or not standing.may_see(
            concern, village=refs(session, [concern.village_id])[concern.village_id]):
        raise NotFound()
    return concern


def may_see_photo(session: Session, *, identity: Identity, record_id: UUID, today: date) -> bool:
    """Whether the user may see the concern that a step with a photo belongs to."""
    step = session.get(ConcernStep, record_id)
    if step is None:
        return False
    concern = session.get(Concern, step.concern_id)
    village = refs(session, [concern.village_id])[concern.village_id]
    return Standing(session, identity, today=today).may_see(concern, village=village)


def concern_views(session: Session, concerns: list[Concern], *, standing: Standing) -> list[ConcernView]:
    """Concerns as answers show them to a user, in a handful of queries whatever their number."""
    ids = [concern.id for concern in concerns]
    rows = session.execute(select(ConcernStep, User.name).join(User, User.id == ConcernStep.user_id)
                           .where(ConcernStep.concern_id.in_(ids)).order_by(ConcernStep.number)).all()
    villages = refs(session, [concern.village_id for concern in concerns])
    above = [int(part) for village in villages.values() for part in village.path.split("/") if part]
    places = refs(session, [*above, *(concern.owner_id for concern in concerns),
                            *(step.to_division_id for step, _name in rows)])
    photos = records_service.photos_of(session, [step.id for step, _name in rows])
    steps: dict[UUID, list[dict]] = {}
    for step, name in rows:
        steps.setdefault(step.concern_id, []).append({
            "id": step.id, "step": step.step, "at": step.at, "by": {"id": step.user_id, "name": name},
            "note": step.note, "to_division": places.get(step.to_division_id), "into_id": step.into_id,
            "photos": photos[step.id]})
    duplicates: dict[UUID, list[UUID]] = {}
    for into_id, id in session.execute(select(Concern.merged_into_id, Concern.id).where(
            Concern.merged_into_id.in_(ids)).order_by(Concern.raised_at, Concern.id)):
        duplicates.setdefault(into_id, []).append(id)
    households = households_of(session, concerns)
    return [_view(concern, places=places, steps=steps[concern.id], household=households.get(concern.household_id),
                  duplicates=duplicates.get(concern.id, []), standing=standing) for concern in concerns]


def _view(concern: Concern, *, places: dict[int, DivisionRef], steps: list[dict], household: dict | None,
          duplicates: list[UUID], standing: Standing) -> ConcernView:
    village, owner = places[concern.village_id], places[concern.owner_id]
    above = [place for place in places.values() if place.level in ESCALATES_TO and not escalation_problem(
        village_path=village.path, owner_path=owner.path, to_path=place.path, county_path="/", state=concern.state)]
    return ConcernView(
        concern=concern, village=village, owner=owner, household=household, raised_by=steps[0]["by"],
        age_days=((concern.done_on or standing.today) - concern.raised_on).days, duplicate_ids=duplicates, steps=steps,
        is_overdue=is_late(concern, today=standing.today),
        next_steps=[{"step": step, "needs": STEPS[step].needs}
                    for step in allowed_steps(concern.state, standing.towards(village=village, owner=owner))],
        escalates_to=sorted(above, key=lambda place: len(place.path), reverse=True),
        is_incomplete=any(records_service.is_incomplete(step["photos"]) for step in steps))


def is_late(concern: Concern | Row, *, today: date) -> bool:
    """Whether it is neither resolved nor explained and past its last day."""
    return is_overdue(state=concern.state, due_on=concern.due_on, today=today)


def households_of(session: Session, records: Iterable) -> dict[int, dict]:
    """The households that records name by `household_id`, as answers show them."""
    ids = {record.household_id for record in records if record.household_id is not None}
    if not ids:
        return {}
    return {household.id: {"id": household.id, "number": household.number, "householder": household.householder,
                           "villagers_group": household.villagers_group}
            for household in session.scalars(select(Household).where(Household.id.in_(ids)))}


def records_in(session: Session, identity: Identity, village_id: int, *, days: Iterable[date]) -> bool:
    """Whether the user's own posting covers a village on one of the days, or did until shortly before."""
    return identity.cadre_id is not None and any(
        village_id in set(session.scalars(lately_posted_villages(identity.cadre_id, day))) for day in days)


def _villages_on(session: Session, identity: Identity, day: date) -> set[int]:
    """The villages that the user's own posting covers on a day."""
    if identity.cadre_id is None:
        return set()
    posting = posting_on(session, cadre_id=identity.cadre_id, day=day)
    return set(villages_of(session, [posting.id])[posting.id]) if posting is not None else set()
