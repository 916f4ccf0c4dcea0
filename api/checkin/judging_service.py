"""Judges kept evidence anew when a place, a radius or a posting changes, or a decision is made."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.checkin import kept_service
from api.checkin.models import Decision, Evidence
from api.checkin.rules import Circle, evidence_status, judge
from api.dates import shanghai_day
from api.geo import Position
from api.postings.divisions_service import refs
from api.postings.policies_service import policy_book
from api.postings.roster_service import covering_postings, lock_cadres, places_of, postings_of, villages_of


def village_changed(session: Session, *, village_id: int) -> None:
    """After a change of a village's places: judge the evidence of every posting that covers it, and refresh."""
    cadre_ids = sorted({posting.cadre_id for posting in covering_postings(session, village_id)})
    cadres_changed(session, cadre_ids=cadre_ids)


def cadres_changed(session: Session, *, cadre_ids: Iterable[int], first: date | None = None) -> None:
    """After a change of postings, places or radius: judge these cadres' evidence from `first` on anew, and refresh."""
    ids = sorted(set(cadre_ids))
    if not ids:
        return
    lock_cadres(session, ids)
    _judge_anew(session, ids, first)
    kept_service.refresh(session, cadre_ids=ids, first=first)


def decisions_of(session: Session, evidence_ids: Iterable[UUID]) -> dict[UUID, list[Decision]]:
    """The decisions on pieces of evidence, in the order in which they were made."""
    found: dict[UUID, list[Decision]] = {}
    for decision in session.scalars(select(Decision).where(Decision.evidence_id.in_(set(evidence_ids)))
                                    .order_by(Decision.decided_at, Decision.id)):
        found.setdefault(decision.evidence_id, []).append(decision)
    return found


def set_status(evidence: Evidence, decisions: Iterable[Decision]) -> None:
    """Make the row's status what verdict, posting and decisions say."""
    evidence.status = evidence_status(
        kind=evidence.kind, verdict=evidence.verdict, posted=evidence.posting_id is not None, day=evidence.day,
        received_on=shanghai_day(evidence.received_at),
        decisions=[(decision.level, decision.outcome) for decision in decisions])


def _judge_anew(session: Session, ids: list[int], first: date | None) -> None:
    query = select(Evidence).where(Evidence.cadre_id.in_(ids))
    if first is not None:
        query = query.where(Evidence.day >= first)
    pieces = list(session.scalars(query.order_by(Evidence.id)))
    if not pieces:
        return
    postings: dict[int, list] = {}
    for posting in postings_of(session, ids):
        postings.setdefault(posting.cadre_id, []).append(posting)
    covered = villages_of(session, [posting.id for rows in postings.values() for posting in rows])
    places: dict[int, list] = {}
    for place in places_of(session, {village for villages in covered.values() for village in villages}):
        places.setdefault(place.village_id, []).append(place)
    paths = {i: ref.path for i, ref in refs(session, [villages[0] for villages in covered.values()]).items()}
    radius = policy_book(session, "radius_m")
    decisions = decisions_of(session, [piece.id for piece in pieces])
    for piece in pieces:
        posting = next((row for row in postings.get(piece.cadre_id, ())
                        if row.from_on <= piece.day and (row.to_on is None or piece.day <= row.to_on)), None)
        piece.posting_id = posting.id if posting else None
        # Once the coordinates are deleted, the verdict is itself the fact and stays.
        if piece.wgs84_latitude is not None:
            circles = [
                Circle(place.id, Position(place.wgs84_latitude, place.wgs84_longitude),
                       radius.value("radius_m", paths[posting.village_id], piece.day)
                       if place.radius_m is None else place.radius_m)
                for village in (covered[posting.id] if posting else ()) for place in places.get(village, ())
            ]
            found = judge(fix=Position(piece.wgs84_latitude, piece.wgs84_longitude), accuracy_m=piece.accuracy_m,
                          circles=circles)
            piece.verdict, piece.distance_m, piece.place_id = found.verdict, found.distance_m, found.place_id
        set_status(piece, decisions.get(piece.id, ()))
    session.flush()
