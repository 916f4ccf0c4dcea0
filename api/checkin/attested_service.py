"""Presence that others attest: who sat in the reception hours or at a meeting, by the village's or a supervisor's word.

Each cadre named gets a piece of evidence with the decision of whoever recorded it, so it counts at once, and a higher
level may still decide otherwise.
"""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from api.auth import Identity
from api.checkin.decisions_service import decide
from api.checkin.evidence_service import NewEvidence, add_evidence
from api.errors import Unprocessable
from api.postings.roster_service import posting_on, villages_of


def attest(session: Session, *, identity: Identity, kind: str, source_id: UUID, village_id: int,
           cadre_ids: Iterable[int], day: date, captured_at: datetime, now: datetime) -> None:
    """Keep that cadres were in a village on a day, and confirm it; the source's being kept once makes this once.

    `kind` and `source_id` name the record that tells of it. Raises Forbidden (own_record), Unprocessable
    (cadre_elsewhere) for somebody not posted to the village that day, NotFound for a cadre out of reach.
    """
    for cadre_id in sorted(set(cadre_ids)):
        check_posted(session, cadre_id=cadre_id, village_id=village_id, day=day)
        # An id is whatever a phone makes of it; nobody can have this one by chance.
        id = uuid5(source_id, f"{kind} {cadre_id}")
        add_evidence(session, NewEvidence(
            id=id, kind=kind, source_id=id, cadre_id=cadre_id, day=day, flags=(), captured_at=captured_at,
            received_at=now, content_hash=_made_here(id)))
        decision_id = uuid5(id, "confirmed")
        decide(session, identity=identity, id=decision_id, evidence_id=id, outcome="confirmed", reason=None,
               content_hash=_made_here(decision_id), now=now)


def check_posted(session: Session, *, cadre_id: int, village_id: int, day: date) -> None:
    """Raise Unprocessable (cadre_elsewhere) unless the cadre's posting covers the village that day."""
    posting = posting_on(session, cadre_id=cadre_id, day=day)
    if posting is None or village_id not in villages_of(session, [posting.id])[posting.id]:
        raise Unprocessable("cadre_elsewhere")


def _made_here(id: UUID) -> bytes:
    """The content hash of a record that no client sent: nobody can send it again."""
    return hashlib.sha256(id.bytes).digest()
