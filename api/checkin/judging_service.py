"""Judges kept evidence anew when a place, a radius or a posting changes, or a decision is made."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.checkin import kept_service
from api.checkin.models import Decision, Evidence
from api.checkin.rules import Circle, evidence_status, judge
from api.dates import shanghai_day
from api.db import in_chunks
from api.geo import Position
from api.postings.divisions_service import refs
from api.postings.models import Place, Posting
from api.postings.policies_service import policy_book
from api.postings.roster_service import covering_postings, lock_cadres, places_of, postings_of, villages_of

# A cadre has a thousand records after five years: so many cadres are read at once, and so many records are asked about.
_CADRES, _IDS = 20, 5000


@dataclass(frozen=True)
class Misjudged:
    """A piece of evidence and what its judgement should be."""

    evidence: Evidence
    right: dict


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
    for one in list(misjudged(session, cadre_ids=ids, first=first)):
        for name, value in one.right.items():
            setattr(one.evidence, name, value)
    session.flush()
    kept_service.refresh(session, cadre_ids=ids, first=first)


def decisions_of(session: Session, evidence_ids: Iterable[UUID]) -> dict[UUID, list[Decision]]:
    """The decisions on pieces of evidence, in the order in which they were made."""
    found: dict[UUID, list[Decision]] = {}
    for ids in in_chunks(sorted(set(evidence_ids)), _IDS):
        for decision in session.scalars(select(Decision).where(Decision.evidence_id.in_(ids))
                                        .order_by(Decision.decided_at, Decision.id)):
            found.setdefault(decision.evidence_id, []).append(decision)
    return found


def set_status(evidence: Evidence, decisions: Iterable[Decision]) -> None:
    """Make the row's status what verdict, posting and decisions say."""
    evidence.status = _status(evidence, evidence.posting_id, evidence.verdict, decisions)


def misjudged(session: Session, *, cadre_ids: Iterable[int], first: date | None = None) -> Iterator[Misjudged]:
    """Every piece of evidence whose posting, verdict or status is not what the rule makes of it today."""
    for ids in in_chunks(sorted(set(cadre_ids)), _CADRES):
        yield from _misjudged(session, ids, first)


def _misjudged(session: Session, cadre_ids: list[int], first: date | None) -> Iterator[Misjudged]:
    # An erased record, or one taken back, says nothing any more: nothing can be wrong with it.
    query = select(Evidence).where(Evidence.cadre_id.in_(cadre_ids),
                                   Evidence.status.not_in(("erased", "withdrawn")))
    if first is not None:
        query = query.where(Evidence.day >= first)
    pieces = list(session.scalars(query.order_by(Evidence.id)))
    roster = _Roster(session, {piece.cadre_id for piece in pieces})
    decisions = decisions_of(session, [piece.id for piece in pieces])
    for piece in pieces:
        right = roster.judge(piece)
        right["status"] = _status(piece, right["posting_id"], right["verdict"], decisions.get(piece.id, ()))
        if any(getattr(piece, name) != value for name, value in right.items()):
            yield Misjudged(piece, right)


class _Roster:
    """Postings and places of some cadres, read once for all their evidence."""

    def __init__(self, session: Session, cadre_ids: set[int]):
        self._postings: dict[int, list[Posting]] = {}
        for posting in postings_of(session, cadre_ids):
            self._postings.setdefault(posting.cadre_id, []).append(posting)
        self._covered = villages_of(session, [posting.id for rows in self._postings.values() for posting in rows])
        self._places: dict[int, list[Place]] = {}
        for place in places_of(session, {village for villages in self._covered.values() for village in villages}):
            self._places.setdefault(place.village_id, []).append(place)
        homes = refs(session, [villages[0] for villages in self._covered.values()])
        self._paths = {village_id: ref.path for village_id, ref in homes.items()}
        self._radius = policy_book(session, "radius_m")

    def judge(self, piece: Evidence) -> dict:
        """Posting, verdict, distance and place of a piece of evidence as they should be."""
        posting = next((row for row in self._postings.get(piece.cadre_id, ())
                        if row.from_on <= piece.day and (row.to_on is None or piece.day <= row.to_on)), None)
        right = {"posting_id": posting.id if posting else None, "verdict": piece.verdict,
                 "distance_m": piece.distance_m, "place_id": piece.place_id}
        # Once the coordinates are deleted, the verdict is itself the fact and stays.
        if piece.wgs84_latitude is not None:
            found = judge(fix=Position(piece.wgs84_latitude, piece.wgs84_longitude), accuracy_m=piece.accuracy_m,
                          circles=self._circles(posting, piece.day))
            right.update(verdict=found.verdict, distance_m=found.distance_m, place_id=found.place_id)
        return right

    def _circles(self, posting: Posting | None, day: date) -> list[Circle]:
        places = [place for village in (self._covered[posting.id] if posting else ())
                  for place in self._places.get(village, ())]
        return [
            Circle(place.id, Position(place.wgs84_latitude, place.wgs84_longitude),
                   self._radius.value("radius_m", self._paths[posting.village_id], day)
                   if place.radius_m is None else place.radius_m)
            for place in places
        ]


def _status(piece: Evidence, posting_id: int | None, verdict: str, decisions: Iterable[Decision]) -> str:
    return evidence_status(
        kind=piece.kind, verdict=verdict, posted=posting_id is not None, day=piece.day,
        received_on=shanghai_day(piece.received_at),
        decisions=[(decision.level, decision.outcome) for decision in decisions])
