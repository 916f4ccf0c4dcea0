"""Confirms and rejects evidence. Nobody decides on own records; every decision stays, the highest level prevails."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api import audit
from api.auth import Identity
from api.checkin import kept_service
from api.checkin.judging_service import decisions_of, set_status
from api.checkin.models import Decision, Evidence
from api.checkin.rules import DECISION_LEVELS
from api.db import dialect_insert
from api.errors import Conflict, Forbidden, Gone, IdReused, NotFound, Unprocessable
from api.postings.account_models import User
from api.postings.divisions_service import DivisionRef, audit_chain, refs
from api.postings.roster_service import lock_cadres, villages_of


@dataclass(frozen=True)
class DecisionView:
    """A decision with the name of who made it."""

    id: UUID
    evidence_id: UUID
    outcome: str
    reason: str | None
    level: str
    decided_at: datetime
    decided_by: dict


def decide(session: Session, *, identity: Identity, id: UUID, evidence_id: UUID, outcome: str, reason: str | None,
           content_hash: bytes, now: datetime) -> tuple[DecisionView, bool]:
    """Keep a confirmation or a rejection (with its reason) and bring the day up to date; exactly once per id.

    Raises NotFound for evidence outside the user's villages or division, Forbidden (own_record), Unprocessable
    (reason_missing), Conflict (nothing_to_decide) for a record that no posting covers.
    """
    evidence = session.get(Evidence, evidence_id)
    if evidence is None:
        raise NotFound()
    lock_cadres(session, [evidence.cadre_id])
    session.refresh(evidence)
    if evidence.status == "erased":
        raise Gone()
    level = _level(session, identity, evidence)
    if evidence.status == "withdrawn":
        raise Conflict("nothing_to_decide")
    if outcome == "rejected" and not (reason or "").strip():
        raise Unprocessable("reason_missing")
    now = _after_the_last(session, evidence_id, now)
    values = {"id": id, "evidence_id": evidence_id, "user_id": identity.user_id, "level": level, "outcome": outcome,
              "reason": reason, "decided_at": now, "content_hash": content_hash}
    created = session.execute(dialect_insert(session, Decision).values(values).on_conflict_do_nothing()
                              .returning(Decision.id)).scalar() is not None
    if created:
        _apply(session, evidence, level=level, outcome=outcome, reason=reason, identity=identity, now=now)
    decision = session.get(Decision, id)
    if (decision.user_id, decision.content_hash) != (identity.user_id, content_hash):
        raise IdReused()
    return decision_views(session, [decision])[0], created


def _after_the_last(session: Session, evidence_id: UUID, now: datetime) -> datetime:
    """The instant of a new decision: later than every earlier one, so that it is always plain which is the latest."""
    last = session.scalar(select(func.max(Decision.decided_at)).where(Decision.evidence_id == evidence_id))
    return now if last is None else max(now, last + timedelta(microseconds=1))


def _level(session: Session, identity: Identity, evidence: Evidence) -> str:
    """The highest level at which the user may decide on a piece of evidence."""
    if identity.cadre_id == evidence.cadre_id:
        raise Forbidden("own_record")
    if evidence.posting_id is None:
        if identity.has_role("supervisor"):
            raise Conflict("nothing_to_decide")
        raise NotFound()
    covered = villages_of(session, [evidence.posting_id])[evidence.posting_id]
    villages = refs(session, covered)
    level = highest_level(identity, [villages[village_id] for village_id in covered])
    if level is None:
        raise NotFound()
    return level


def highest_level(identity: Identity, covered: list[DivisionRef]) -> str | None:
    """The highest level at which a user may decide on records of a posting to villages, its home first; None: not."""
    levels = {"village" for village in covered if identity.may(village.path, "village")}
    for grant in identity.grants_over(covered[0].path, "supervisor"):
        levels.add("county" if grant.level in ("province", "prefecture") else grant.level)
    held = [level for level in DECISION_LEVELS if level in levels]
    return held[-1] if held else None


def _apply(session: Session, evidence: Evidence, *, level: str, outcome: str, reason: str | None, identity: Identity,
           now: datetime) -> None:
    set_status(evidence, decisions_of(session, [evidence.id]).get(evidence.id, ()))
    session.flush()
    kept_service.refresh(session, cadre_ids=[evidence.cadre_id], first=evidence.day, last=evidence.day)
    villages = villages_of(session, [evidence.posting_id])[evidence.posting_id]
    audit.append(session, chain=audit_chain(refs(session, villages[:1])[villages[0]]), at=now,
                 user_id=identity.user_id, action=f"evidence.{outcome}", subject=f"evidence:{evidence.id}",
                 details={"level": level, "reason": reason, "day": evidence.day.isoformat(),
                          "cadre": evidence.cadre_id})


def decision_views(session: Session, decisions: list[Decision]) -> list[DecisionView]:
    """Decisions as answers show them."""
    names = dict(session.execute(select(User.id, User.name).where(User.id.in_({d.user_id for d in decisions}))).all())
    return [DecisionView(d.id, d.evidence_id, d.outcome, d.reason, d.level, d.decided_at,
                         {"id": d.user_id, "name": names[d.user_id]}) for d in decisions]
