"""Where kept evidence was taken, for what the server itself does with it; never for an answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.checkin.models import Evidence
from api.errors import NotFound, Unprocessable
from api.postings.roster_service import villages_of


@dataclass(frozen=True, slots=True)
class KeptPosition:
    """The fix of a piece of evidence as it was sent, and whose it is."""

    cadre_id: int
    latitude: float
    longitude: float
    datum: str
    accuracy_m: float | None


def positions_of(session: Session, evidence_ids: Iterable[UUID | None]) -> dict[UUID, KeptPosition]:
    """The fixes of pieces of evidence, by id; those whose coordinates were deleted are not among them."""
    rows = session.execute(
        select(Evidence.id, Evidence.cadre_id, Evidence.latitude, Evidence.longitude, Evidence.datum,
               Evidence.accuracy_m)
        .where(Evidence.id.in_({one for one in evidence_ids if one is not None}), Evidence.latitude.is_not(None),
               Evidence.wgs84_latitude.is_not(None)))
    return {row.id: KeptPosition(*row[1:]) for row in rows}


def check_can_become_place(session: Session, *, evidence_id: UUID, village_id: int) -> None:
    """Raise unless a place of the village can be made where this evidence was taken.

    It is a record outside every place that somebody confirmed nevertheless, of a posting that covers the village.
    Raises NotFound for evidence of others, Unprocessable (evidence_not_outside, position_gone).
    """
    evidence = session.get(Evidence, evidence_id)
    covered = [] if evidence is None or evidence.posting_id is None else villages_of(
        session, [evidence.posting_id])[evidence.posting_id]
    if village_id not in covered:
        raise NotFound()
    # Outside every place it would wait; that it counts is somebody's decision.
    if (evidence.verdict, evidence.status) != ("outside", "counts"):
        raise Unprocessable("evidence_not_outside")
    if evidence_id not in positions_of(session, [evidence_id]):
        raise Unprocessable("position_gone")
