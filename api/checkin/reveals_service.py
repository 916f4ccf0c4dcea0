"""Shows one coordinate to one supervisor for a review, with a reason; the cadre whose it is sees that it was."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from api import audit
from api.auth import Identity
from api.checkin.models import Evidence
from api.checkin.privacy_models import CoordinateReveal
from api.db import dialect_insert
from api.errors import Conflict, Forbidden, Gone, IdReused, NotFound, Unprocessable
from api.postings.account_models import User
from api.postings.divisions_service import audit_chain, division_by_id
from api.postings.models import Posting

LEAST_REASON = 5


@dataclass(frozen=True)
class RevealView:
    """Who looked at a coordinate, when and why; without the coordinate itself."""

    id: UUID
    evidence_id: UUID
    by: dict
    at: datetime
    reason: str


def reveal(session: Session, *, identity: Identity, id: UUID, evidence_id: UUID, reason: str, content_hash: bytes,
           now: datetime) -> tuple[dict, bool]:
    """The position of a record as it was sent, and whether this is the first time that the id asks for it.

    Raises NotFound outside the supervisor's divisions, Forbidden (own_record), Gone (coordinates_deleted), Conflict
    (no_coordinates) where there never were any, Unprocessable (reason_too_short), IdReused.
    """
    evidence = session.get(Evidence, evidence_id)
    if evidence is None:
        raise NotFound()
    if identity.cadre_id == evidence.cadre_id:
        raise Forbidden("own_record")
    posting = session.get(Posting, evidence.posting_id) if evidence.posting_id is not None else None
    village = division_by_id(session, posting.village_id) if posting else None
    if village is None or not identity.may(village.path, "supervisor"):
        raise NotFound()
    if len(reason.strip()) < LEAST_REASON:
        raise Unprocessable("reason_too_short")
    if evidence.status == "erased":
        raise Gone()
    if evidence.latitude is None:
        if evidence.verdict == "no_location":
            raise Conflict("no_coordinates")
        raise Gone("coordinates_deleted")
    created = session.execute(
        dialect_insert(session, CoordinateReveal).values(
            id=id, evidence_id=evidence_id, user_id=identity.user_id, reason=reason, at=now,
            content_hash=content_hash).on_conflict_do_nothing().returning(CoordinateReveal.id)).scalar() is not None
    held = session.get(CoordinateReveal, id)
    if (held.user_id, held.content_hash) != (identity.user_id, content_hash):
        raise IdReused()
    if created:
        audit.append(session, chain=audit_chain(village), at=now, user_id=identity.user_id,
                     action="coordinate.revealed", subject=f"evidence:{evidence_id}",
                     details={"reason": reason, "day": evidence.day.isoformat(), "cadre": evidence.cadre_id})
    position = {"latitude": evidence.latitude, "longitude": evidence.longitude, "accuracy_m": evidence.accuracy_m,
                "datum": evidence.datum}
    wgs84 = {"latitude": evidence.wgs84_latitude, "longitude": evidence.wgs84_longitude}
    [view] = reveal_views(session, [held])
    return {"id": id, "evidence_id": evidence_id, "by": view.by, "at": view.at, "reason": view.reason,
            "position": position, "wgs84": wgs84}, created


def reveals_of(session: Session, evidence_ids: Iterable[UUID]) -> dict[UUID, list[RevealView]]:
    """Who looked at the coordinates of pieces of evidence, by evidence, in the order in which it was done."""
    rows = list(session.scalars(select(CoordinateReveal).where(CoordinateReveal.evidence_id.in_(set(evidence_ids)))
                                .order_by(CoordinateReveal.at, CoordinateReveal.id)))
    found: dict[UUID, list[RevealView]] = {}
    for view in reveal_views(session, rows):
        found.setdefault(view.evidence_id, []).append(view)
    return found


def reveal_views(session: Session, rows: list[CoordinateReveal]) -> list[RevealView]:
    """Reveals with the names of who looked."""
    ids = {row.user_id for row in rows}
    names = dict(session.execute(select(User.id, User.name).where(User.id.in_(ids))).all()) if ids else {}
    return [RevealView(row.id, row.evidence_id, {"id": row.user_id, "name": names[row.user_id]}, row.at, row.reason)
            for row in rows]
