"""Help for choosing a radius: how much of last month's evidence of a village each would have covered."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.checkin.coverage_rules import RADII_M, RadiusCoverage, coverage, measured
from api.checkin.models import Evidence
from api.checkin.positions_service import positions_of
from api.dates import month_of
from api.errors import NotFound
from api.geo import Position, to_wgs84
from api.postings.models import Division
from api.postings.policies_service import policy_book
from api.postings.proposal_models import PlaceProposal
from api.postings.roster_service import covering_postings, places_of, villages_of


@dataclass(frozen=True)
class PlaceCoverage:
    """What each radius would have covered in a calendar month; `fixes` is all that was looked at."""

    first: date
    last: date
    fixes: int
    radii: list[RadiusCoverage]
    default_radius_m: int


def place_coverage(session: Session, *, village: Division, proposal_id: UUID | None, today: date) -> PlaceCoverage:
    """The coverage of last calendar month's fixes of the postings that cover a village.

    Every place of those postings' villages is taken with the radius in question, and with them the place of a proposal
    that still waits. Rejected evidence is left out. Raises NotFound for a proposal of another village.
    """
    last = month_of(today) - timedelta(days=1)
    first = month_of(last)
    postings = [posting.id for posting in covering_postings(session, village.id)]
    covered = villages_of(session, postings)
    proposed = _proposed(session, village, proposal_id)
    centres: dict[int, list[Position]] = {}
    for place in places_of(session, {village.id, *(one for ids in covered.values() for one in ids)}):
        centres.setdefault(place.village_id, []).append(Position(place.wgs84_latitude, place.wgs84_longitude))
    around = {posting_id: [centre for one in villages for centre in centres.get(one, ())] + proposed
              for posting_id, villages in covered.items()}
    rows = session.execute(
        select(Evidence.posting_id, Evidence.wgs84_latitude, Evidence.wgs84_longitude, Evidence.accuracy_m)
        .where(Evidence.posting_id.in_(postings), Evidence.day.between(first, last),
               Evidence.wgs84_latitude.is_not(None), Evidence.status != "rejected")).all()
    fixes = [measured(Position(row.wgs84_latitude, row.wgs84_longitude), row.accuracy_m, around[row.posting_id])
             for row in rows]
    default = policy_book(session, "radius_m").value("radius_m", village.path, today)
    return PlaceCoverage(first, last, len(fixes), coverage(fixes, {*RADII_M, default}), default)


def _proposed(session: Session, village: Division, proposal_id: UUID | None) -> list[Position]:
    """Where a proposal's place would be; nowhere once it is decided (the place exists, or never will)."""
    if proposal_id is None:
        return []
    proposal = session.get(PlaceProposal, proposal_id)
    if proposal is None or proposal.village_id != village.id:
        raise NotFound()
    spot = proposal if proposal.latitude is not None else positions_of(
        session, [proposal.source_evidence_id]).get(proposal.source_evidence_id)
    if proposal.state != "proposed" or spot is None:
        return []
    return [to_wgs84(spot.latitude, spot.longitude, spot.datum)]
