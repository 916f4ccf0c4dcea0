"""Requests to correct or erase own data (个人信息保护法 articles 46 and 47), suggestions, and an erasure's tombstone."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import case, exists, or_, select, update
from sqlalchemy.orm import Session

from api import audit
from api.auth import Identity
from api.checkin import kept_service
from api.checkin.models import Decision, Evidence
from api.checkin.privacy_models import DataRequest
from api.dates import shanghai_day, start_of_day
from api.db import NO_HASH, dialect_insert
from api.errors import Conflict, Forbidden, IdReused, NotFound, Unprocessable
from api.postings.account_models import Grant, User
from api.postings.consent_service import chain_of_user
from api.postings.divisions_service import below
from api.postings.models import Cadre, Division
from api.postings.roster_service import lock_cadres

MOST = 500


def ask(session: Session, *, identity: Identity, id: UUID, kind: str, evidence_id: UUID | None, text: str,
        content_hash: bytes, now: datetime, today, record_kind: str | None = None, record_id: UUID | None = None,
        record_on: date | None = None) -> tuple[dict, bool]:
    """Keep a request of a person about own data, or a suggestion, once per id.

    `record_*` name a record of a slice above, which the caller has found to be the person's own.

    Raises NotFound for a record that is not the person's own, Unprocessable (reason_missing), IdReused.
    """
    evidence = session.get(Evidence, evidence_id) if evidence_id is not None else None
    if evidence_id is not None and (evidence is None or evidence.cadre_id != identity.cadre_id):
        raise NotFound()
    if not text.strip():
        raise Unprocessable("reason_missing")
    created = session.execute(
        dialect_insert(session, DataRequest).values(
            id=id, user_id=identity.user_id, kind=kind, evidence_id=evidence_id, text=text, state="asked",
            record_kind=record_kind, record_id=record_id, record_on=record_on,
            asked_at=now, content_hash=content_hash, version=1)
        .on_conflict_do_nothing().returning(DataRequest.id)).scalar() is not None
    held = session.get(DataRequest, id)
    if (held.user_id, held.content_hash) != (identity.user_id, content_hash):
        raise IdReused()
    if created:
        audit.append(session, chain=chain_of_user(session, user_id=identity.user_id, today=today), at=now,
                     user_id=identity.user_id, action=f"data.{kind}_asked", subject=f"request:{id}")
    return request_views(session, [held], identity)[0], created


def list_requests(session: Session, *, identity: Identity, state: str | None, own_only: bool = False) -> list[dict]:
    """One's own requests, and for an administrator those of the people whose account he or she keeps.

    Those that wait come first, oldest first, then the answered ones, newest first: however many are answered, none
    that waits is ever pushed off the list.
    """
    seen = DataRequest.user_id == identity.user_id
    reach = [] if own_only else _reach(identity)
    if reach:
        within = exists().where(Grant.user_id == DataRequest.user_id, Grant.division_id == Division.id, or_(*reach))
        # Whose rights have all ended still has data here, and somebody has to answer.
        seen = or_(seen, within, ~exists().where(Grant.user_id == DataRequest.user_id))
    query = select(DataRequest).where(seen)
    if state is not None:
        query = query.where(DataRequest.state == state)
    waits = case((DataRequest.state == "asked", 0), else_=1)
    rows = list(session.scalars(query.order_by(waits, case((DataRequest.state == "asked", DataRequest.asked_at)),
                                               DataRequest.answered_at.desc(), DataRequest.id).limit(MOST)))
    return request_views(session, rows, identity)


def request_to_answer(session: Session, *, identity: Identity, request_id: UUID) -> DataRequest:
    """A request that the administrator may answer, held until the transaction ends; Forbidden for an own one."""
    held = session.scalar(select(DataRequest).where(DataRequest.id == request_id).with_for_update())
    if held is None:
        raise NotFound()
    if held.user_id == identity.user_id:
        raise Forbidden("own_record")
    paths = session.scalars(select(Division.path).join(Grant, Grant.division_id == Division.id)
                            .where(Grant.user_id == held.user_id)).all()
    if paths and not any(identity.may(path, "admin") for path in paths):
        raise NotFound()
    return held


def answer(session: Session, *, identity: Identity, held: DataRequest, state: str, answer: str | None, now: datetime,
           today) -> dict:
    """Answer a request, once; `done` on an erasure of a record leaves its tombstone.

    Raises Conflict (request_answered) and Unprocessable (reason_missing) when it is declined without saying why.
    """
    if held.state != "asked":
        raise Conflict("request_answered")
    if state == "declined" and not (answer or "").strip():
        raise Unprocessable("reason_missing")
    held.state, held.answer, held.answered_by_id, held.answered_at = state, answer, identity.user_id, now
    held.version += 1
    session.flush()
    if state == "done" and held.kind == "erasure" and held.evidence_id is not None:
        erase(session, evidence_id=held.evidence_id, by_id=identity.user_id, now=now)
    audit.append(session, chain=chain_of_user(session, user_id=held.user_id, today=today), at=now,
                 user_id=identity.user_id, action=f"data.{held.kind}_{state}", subject=f"request:{held.id}",
                 details={"evidence": held.evidence_id and str(held.evidence_id), "answer": answer,
                          "record": held.record_id and str(held.record_id)})
    return request_views(session, [held], identity)[0]


def erase(session: Session, *, evidence_id: UUID, by_id: int, now: datetime) -> None:
    """Empty a record in place, so that its id is refused for ever, and bring its day up to date. Safe to repeat.

    What is left is whose record of what kind there was on which day; the audit log says who erased it. In a closed
    month nothing changes but that a correction appears beside it.
    """
    evidence = session.get(Evidence, evidence_id)
    lock_cadres(session, [evidence.cadre_id])
    session.refresh(evidence)
    if evidence.status == "erased":
        return
    midnight = start_of_day(evidence.day)
    evidence.latitude = evidence.longitude = evidence.datum = evidence.accuracy_m = None
    evidence.wgs84_latitude = evidence.wgs84_longitude = evidence.distance_m = evidence.place_id = None
    evidence.device_id = evidence.note = evidence.location_error = evidence.elapsed_ms = None
    evidence.captured_at = evidence.received_at = midnight
    evidence.flags, evidence.content_hash = "", NO_HASH
    evidence.verdict, evidence.status = "not_judged", "erased"
    session.execute(update(Decision).where(Decision.evidence_id == evidence_id).values(reason=None))
    session.flush()
    kept_service.refresh(session, cadre_ids=[evidence.cadre_id], first=evidence.day, last=evidence.day)
    owner_id = session.scalar(select(Cadre.user_id).where(Cadre.id == evidence.cadre_id))
    audit.append(session, chain=chain_of_user(session, user_id=owner_id, today=shanghai_day(now)), at=now,
                 user_id=by_id, action="evidence.erased", subject=f"evidence:{evidence.id}",
                 details={"cadre": evidence.cadre_id, "day": evidence.day.isoformat()})


def request_views(session: Session, rows: list[DataRequest], identity: Identity) -> list[dict]:
    """Requests as answers show them, with the names of who asked and who answered."""
    ids = {row.user_id for row in rows} | {row.answered_by_id for row in rows if row.answered_by_id is not None}
    names = dict(session.execute(select(User.id, User.name).where(User.id.in_(ids))).all()) if ids else {}
    about = {row.evidence_id for row in rows if row.evidence_id is not None}
    evidence = {row.id: {"id": row.id, "kind": row.kind, "day": row.day, "cadre_id": row.cadre_id}
                for row in session.execute(select(Evidence.id, Evidence.kind, Evidence.day, Evidence.cadre_id)
                                           .where(Evidence.id.in_(about)))} if about else {}

    def person(user_id: int | None) -> dict | None:
        return None if user_id is None else {"id": user_id, "name": names[user_id]}

    return [{"id": row.id, "kind": row.kind, "evidence": evidence.get(row.evidence_id), "text": row.text,
             "record_kind": row.record_kind, "record_id": row.record_id, "record_on": row.record_on,
             "state": row.state, "asked_at": row.asked_at, "user": person(row.user_id),
             "answered_by": person(row.answered_by_id), "answered_at": row.answered_at, "answer": row.answer,
             "is_own": row.user_id == identity.user_id, "version": row.version} for row in rows]


def _reach(identity: Identity) -> list:
    return [below(grant.path) for grant in identity.grants if grant.role == "admin"]
