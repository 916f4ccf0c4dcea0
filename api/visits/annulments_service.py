"""Takes a visit back: it stays where it was with the reason why, and counts nowhere any more."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from api import audit
from api.auth import Identity
from api.checkin.evidence_service import withdraw
from api.errors import Conflict, Gone, IdReused, NotFound
from api.postings.divisions_service import audit_chain, refs
from api.visits.models import Companion, Round, Visit
from api.visits.round_views_service import VisitView, visit_views
from api.visits.rounds_service import AT_THE_DOOR, evidence_id
from api.visits.village_quarters_service import changing_visits


def annul_visit(session: Session, *, identity: Identity, id: UUID, visit_id: UUID, reason: str, content_hash: bytes,
                now: datetime) -> tuple[VisitView, bool]:
    """Annul a visit: its author's, or one below a supervisor's division; exactly once per id.

    A round of which nothing at a door is left is no evidence of presence any more, for nobody. Raises NotFound,
    Conflict (visit_annulled) when somebody else or another record annulled it first, IdReused, Gone.
    """
    visit = session.get(Visit, visit_id)
    village = refs(session, [visit.village_id])[visit.village_id] if visit is not None else None
    if visit is None or not (visit.cadre_id == identity.cadre_id or identity.may(village.path, "supervisor")):
        raise NotFound()
    kept = session.get(Round, visit.round_id)
    if kept.is_erased:
        raise Gone()
    with changing_visits(session, household_ids=[visit.household_id], day=visit.day, now=now):
        session.refresh(visit)
        if visit.annulment_id == id:
            if (visit.annulled_by_id, visit.annulment_hash) != (identity.user_id, content_hash):
                raise IdReused()
            return visit_views(session, [visit])[0], False
        if session.scalar(select(Visit.id).where(Visit.annulment_id == id)) is not None:
            raise IdReused()
        if visit.annulled_at is not None:
            raise Conflict("visit_annulled")
        visit.annulled_at, visit.annulled_by_id, visit.annulled_because = now, identity.user_id, reason
        visit.annulment_id, visit.annulment_hash, visit.version = id, content_hash, visit.version + 1
        kept.changed_at = now
    companions = _withdraw_evidence(session, visit.round_id)
    audit.append(session, chain=audit_chain(village), at=now, user_id=identity.user_id, action="visit.annulled",
                 subject=f"visit:{visit.id}", details={
                     "cadre": visit.cadre_id, "companions": companions, "day": visit.day.isoformat(),
                     "village": village.code, "reason": reason})
    return visit_views(session, [visit])[0], True


def _withdraw_evidence(session: Session, round_id: UUID) -> list[int]:
    """Take back the evidence of a round without anything at a door; the companions who lose theirs with it."""
    left = session.scalar(select(Visit.id).where(
        Visit.round_id == round_id, Visit.manner.in_(AT_THE_DOOR), Visit.annulled_at.is_(None)).limit(1))
    if left is not None:
        return []
    withdraw(session, kind="visit", source_id=round_id)
    companions = session.execute(select(Companion.cadre_id, Companion.state).where(Companion.round_id == round_id)
                                 .order_by(Companion.cadre_id)).all()
    for companion in companions:
        withdraw(session, kind="visit", source_id=evidence_id(round_id, companion.cadre_id))
    return [companion.cadre_id for companion in companions if companion.state == "joined"]
