"""Reception hours: a question, its answer, the policy cited; kept once, and evidence for the cadres who sat there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, insert, or_, select
from sqlalchemy.orm import Session

from api.auth import Identity
from api.checkin.attested_service import attest, check_posted
from api.checkin.presence_service import moment_of
from api.dates import shanghai_day
from api.db import dialect_insert
from api.diary.concerns_service import Standing, households_of, records_in
from api.diary.models import Concern
from api.diary.reception_models import Reception, ReceptionCadre
from api.errors import IdReused, NotFound, Unprocessable
from api.photos import records_service
from api.postings.access_service import reach_of
from api.postings.account_models import User
from api.postings.divisions_service import DivisionRef, below, division_by_code, refs
from api.postings.models import Division
from api.postings.roster_service import cadre_names
from api.visits.models import Household

# The word of these attests to the cadres named.
ATTESTS = ("village", "supervisor")


@dataclass(frozen=True)
class ReceptionView:
    """A reception with its people, and the concerns that were raised with it."""

    reception: Reception
    village: DivisionRef
    household: dict | None
    cadres: list[dict]
    recorded_by: dict
    flags: list[str]
    concern_ids: list[UUID]
    photos: list[records_service.RecordPhotoView]

    @property
    def is_incomplete(self) -> bool:
        return records_service.is_incomplete(self.photos)

    def __getattr__(self, name: str):
        return getattr(self.reception, name)


def record_reception(session: Session, *, identity: Identity, id: UUID, village_code: str, day: date | None,
                     household_id: int | None, cadre_ids: Iterable[int], question: str, answer: str | None,
                     policy_cited: str | None, photos: Iterable[str], captured_at: datetime, elapsed_ms: int | None,
                     device_id: str | None, content_hash: bytes, now: datetime) -> tuple[Reception, bool]:
    """Keep a reception exactly once per id; (record, False) when it is sent again.

    `day` None: the day of `captured_at`. A cadre of the village who records is among those who sat there. Where the
    village or a supervisor records it, the other cadres named have been in the village that day. Raises NotFound for
    another village, Unprocessable (future_day, cadre_elsewhere, household_elsewhere), IdReused.
    """
    _at, said_on, flags = moment_of(captured_at=captured_at, received_at=now, elapsed_ms=elapsed_ms,
                                    first_log_in_at=identity.first_log_in_at)
    day = day or said_on
    village = _own_village(session, identity, village_code, day, today=shanghai_day(now))
    if day > shanghai_day(now):
        raise Unprocessable("future_day", day=day)
    if household_id is not None and session.scalar(
            select(Household.village_id).where(Household.id == household_id)) != village.id:
        raise Unprocessable("household_elsewhere")
    created = session.execute(dialect_insert(session, Reception).values(
        id=id, village_id=village.id, recorded_by_id=identity.user_id, household_id=household_id, day=day,
        question=question, answer=answer, policy_cited=policy_cited, captured_at=captured_at, received_at=now,
        elapsed_ms=elapsed_ms, flags=" ".join(flags), device_id=device_id, changed_at=now, content_hash=content_hash,
    ).on_conflict_do_nothing().returning(Reception.id)).scalar() is not None
    reception = session.get(Reception, id)
    if (reception.recorded_by_id, reception.content_hash) != (identity.user_id, content_hash):
        raise IdReused()
    if created:
        records_service.attach(session, kind="reception", record_id=id, hashes=list(photos), now=now)
        _keep_cadres(session, reception, village, set(cadre_ids), identity=identity, now=now)
    return reception, created


def list_receptions(session: Session, *, identity: Identity, today: date, code: str | None, first: date | None,
                    last: date | None, page: int, page_size: int) -> tuple[list[ReceptionView], int]:
    """Receptions of the own villages, or below the own division, and the own ones; the latest first."""
    standing = Standing(session, identity, today=today)
    query = select(Reception).join(Division, Division.id == Reception.village_id).where(or_(
        Reception.recorded_by_id == identity.user_id, Reception.village_id.in_(standing.posted),
        reach_of(identity, *ATTESTS)))
    if code is not None:
        division = division_by_code(session, code)
        if division.id not in standing.posted and not identity.may(division.path, *ATTESTS):
            raise NotFound("division_not_found", code=code)
        query = query.where(below(division.path))
    if first is not None:
        query = query.where(Reception.day >= first)
    if last is not None:
        query = query.where(Reception.day <= last)
    count = session.scalar(select(func.count()).select_from(query.subquery()))
    found = session.scalars(query.order_by(Reception.day.desc(), Reception.received_at.desc(), Reception.id)
                            .offset((page - 1) * page_size).limit(page_size))
    return reception_views(session, list(found)), count


def reception_views(session: Session, receptions: list[Reception]) -> list[ReceptionView]:
    """Receptions as answers show them, in a handful of queries whatever their number."""
    ids = [reception.id for reception in receptions]
    sat: dict[UUID, list[int]] = {}
    for row in session.execute(select(ReceptionCadre.reception_id, ReceptionCadre.cadre_id)
                               .where(ReceptionCadre.reception_id.in_(ids)).order_by(ReceptionCadre.cadre_id)):
        sat.setdefault(row.reception_id, []).append(row.cadre_id)
    raised: dict[UUID, list[UUID]] = {}
    for row in session.execute(select(Concern.source_id, Concern.id).where(
            Concern.source_kind == "reception", Concern.source_id.in_(ids)).order_by(Concern.id)):
        raised.setdefault(row.source_id, []).append(row.id)
    names = cadre_names(session, {cadre_id for cadre_ids in sat.values() for cadre_id in cadre_ids})
    users = dict(session.execute(select(User.id, User.name).where(
        User.id.in_({reception.recorded_by_id for reception in receptions}))).all())
    villages = refs(session, [reception.village_id for reception in receptions])
    households, photos = households_of(session, receptions), records_service.photos_of(session, ids)
    return [ReceptionView(
        reception, villages[reception.village_id], households.get(reception.household_id),
        [{"id": cadre_id, "name": names[cadre_id]} for cadre_id in sat.get(reception.id, ())],
        {"id": reception.recorded_by_id, "name": users[reception.recorded_by_id]}, reception.flags.split(),
        raised.get(reception.id, []), photos[reception.id]) for reception in receptions]


def may_see_photo(session: Session, *, identity: Identity, record_id: UUID, today: date) -> bool:
    """Whether the user may see the reception that names a photo."""
    reception = session.get(Reception, record_id)
    if reception is None:
        return False
    path = refs(session, [reception.village_id])[reception.village_id].path
    return (reception.recorded_by_id == identity.user_id or identity.may(path, *ATTESTS)
            or reception.village_id in Standing(session, identity, today=today).posted)


def _own_village(session: Session, identity: Identity, code: str, day: date, *, today: date) -> DivisionRef:
    village = DivisionRef.of(division_by_code(session, code))
    if village.level != "village" or not (identity.may(village.path, *ATTESTS) or records_in(
            session, identity, village.id, days={min(day, today), today})):
        raise NotFound("division_not_found", code=code)
    return village


def _keep_cadres(session: Session, reception: Reception, village: DivisionRef, cadre_ids: set[int], *,
                 identity: Identity, now: datetime) -> None:
    """Note who sat there; nobody attests to oneself, so the recorder's own presence is no evidence."""
    others = cadre_ids - {identity.cadre_id}
    if identity.may(village.path, *ATTESTS):
        attest(session, identity=identity, kind="reception", source_id=reception.id, village_id=village.id,
               cadre_ids=others, day=reception.day, captured_at=reception.captured_at, now=now)
    else:
        for cadre_id in sorted(others):
            check_posted(session, cadre_id=cadre_id, village_id=village.id, day=reception.day)
    sat = set(others)
    if village.id in Standing(session, identity, today=reception.day).posted:
        sat.add(identity.cadre_id)
    if sat:
        session.execute(insert(ReceptionCadre), [
            {"reception_id": reception.id, "cadre_id": cadre_id} for cadre_id in sorted(sat)])
