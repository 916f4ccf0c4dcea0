"""Places that a village proposes and the township approves or declines.

A proposal has its position until it is decided, or until its days are over (`retention_service`); one made from a
record has none of its own (`Spot` brings it). Once it is decided nothing leads from the place back to a record: not the
proposal, not the log, and not the place's position, which is then rounded.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from api import audit
from api.auth import Identity
from api.db import NO_HASH, dialect_insert
from api.errors import Conflict, Forbidden, IdReused, NotFound, Unprocessable
from api.geo import distance_m, to_wgs84
from api.postings.account_models import User
from api.postings.divisions_service import DivisionRef, audit_chain, below, refs
from api.postings.models import Division, Place
from api.postings.proposal_models import PlaceProposal
from api.postings.roster_service import places_of, put_place

# About 100 m: enough for a place, whose radius is 1,000 m where nothing else is said, and not where somebody stood.
PLACE_DECIMALS = 3


class Spot(Protocol):
    """A position in `datum`; `cadre_id` whose record it was taken from."""

    cadre_id: int | None
    latitude: float
    longitude: float
    datum: str
    accuracy_m: float | None


@dataclass(frozen=True)
class _OwnSpot:
    """The position that a proposal brought itself."""

    latitude: float
    longitude: float
    datum: str
    accuracy_m: float | None
    cadre_id: None = None


@dataclass(frozen=True)
class ProposalView:
    """A proposal as answers show it: how good its fix is and how far from the village's places, never where."""

    id: UUID
    village: DivisionRef
    name: str
    villagers_group: str | None
    state: str
    proposed_by: dict
    proposed_at: datetime
    from_evidence: bool
    accuracy_m: float | None
    distance_m: int | None
    decided_by: dict | None
    decided_at: datetime | None
    reason: str | None
    place_id: int | None
    version: int


def propose(session: Session, *, identity: Identity, id: UUID, village: Division, name: str,
            villagers_group: str | None, position: dict | None, evidence_id: UUID | None, content_hash: bytes,
            now: datetime) -> tuple[PlaceProposal, bool]:
    """Keep a proposal; exactly once per id.

    `position` is {latitude, longitude, accuracy_m, datum}, or None for one from a record, which the caller checks.
    Raises Unprocessable (not_a_village; location_declined for the position of somebody who does without), IdReused.
    """
    if village.level != "village":
        raise Unprocessable("not_a_village", code=village.code)
    created = session.execute(
        dialect_insert(session, PlaceProposal).values(
            id=id, village_id=village.id, name=name, villagers_group=villagers_group, **(position or {}),
            source_evidence_id=evidence_id, state="proposed", proposed_by_id=identity.user_id, proposed_at=now,
            content_hash=content_hash, version=1).on_conflict_do_nothing().returning(PlaceProposal.id)
    ).scalar() is not None
    proposal = session.get(PlaceProposal, id)
    if proposal.proposed_by_id != identity.user_id or proposal.content_hash not in (NO_HASH, content_hash):
        raise IdReused()
    if created and position and session.get(User, identity.user_id).location_choice == "declined":
        raise Unprocessable("location_declined")
    return proposal, created


def proposal_to_decide(session: Session, proposal_id: UUID) -> PlaceProposal:
    """A proposal whose row nobody else can decide on until this transaction ends."""
    proposal = session.get(PlaceProposal, proposal_id, with_for_update=True, populate_existing=True)
    if proposal is None:
        raise NotFound()
    return proposal


def decide(session: Session, *, identity: Identity, proposal: PlaceProposal, village: Division, state: str, name: str,
           radius_m: int | None, reason: str | None, spot: Spot | None, now: datetime) -> Place | None:
    """Approve a proposal, which makes its place, or decline it with a reason. The caller judges evidence anew.

    `radius_m` None leaves the radius to the policy; `spot` is where the record was that it was made from. Raises
    Conflict (proposal_decided), Forbidden (own_record) for the proposer and for whose record it is, NotFound below the
    township, Unprocessable (reason_missing, position_gone).
    """
    spot = _spot_of(proposal, spot)
    if proposal.proposed_by_id == identity.user_id or (spot and spot.cadre_id and spot.cadre_id == identity.cadre_id):
        raise Forbidden("own_record")
    if all(grant.level == "village" for grant in identity.grants_over(village.path, "supervisor")):
        raise NotFound()
    if proposal.state != "proposed":
        raise Conflict("proposal_decided")
    if state == "declined" and not (reason or "").strip():
        raise Unprocessable("reason_missing")
    place = None
    if state == "approved":
        if spot is None:
            raise Unprocessable("position_gone")
        latitude, longitude = spot.latitude, spot.longitude
        if proposal.source_evidence_id is not None:
            latitude, longitude = round(latitude, PLACE_DECIMALS), round(longitude, PLACE_DECIMALS)
        place = put_place(session, place=None, village=village, name=name, latitude=latitude, longitude=longitude,
                          datum=spot.datum, radius_m=radius_m,
                          villagers_group=proposal.villagers_group, by_id=identity.user_id, now=now)
    proposal.name, proposal.state, proposal.reason, proposal.place_id = name, state, reason, place and place.id
    proposal.decided_by_id, proposal.decided_at = identity.user_id, now
    proposal.latitude = proposal.longitude = proposal.datum = proposal.accuracy_m = None
    proposal.source_evidence_id, proposal.content_hash = None, NO_HASH
    proposal.version += 1
    session.flush()
    audit.append(session, chain=audit_chain(village), at=now, user_id=identity.user_id, action=f"proposal.{state}",
                 subject=f"place_proposal:{proposal.id}",
                 details={"village": village.code, "name": name, "reason": reason, "place": proposal.place_id})
    return place


def list_proposals(session: Session, *, division: Division, state: str | None) -> list[PlaceProposal]:
    """The proposals below a division, the latest first, 500 at most."""
    query = select(PlaceProposal).join(Division, Division.id == PlaceProposal.village_id).where(below(division.path))
    if state is not None:
        query = query.where(PlaceProposal.state == state)
    return list(session.scalars(query.order_by(PlaceProposal.proposed_at.desc(), PlaceProposal.id).limit(500)))


def proposal_views(session: Session, proposals: list[PlaceProposal],
                   spots: Mapping[UUID, Spot]) -> list[ProposalView]:
    """Proposals as answers show them, in three queries; `spots` by the id of the record that they were made from."""
    villages = refs(session, [proposal.village_id for proposal in proposals])
    user_ids = {user_id for one in proposals for user_id in (one.proposed_by_id, one.decided_by_id)}
    names = dict(session.execute(select(User.id, User.name).where(User.id.in_(user_ids - {None}))).all())
    places: dict[int, list[Place]] = {}
    for place in places_of(session, [one.village_id for one in proposals if one.state == "proposed"]):
        places.setdefault(place.village_id, []).append(place)

    def person(user_id: int | None) -> dict | None:
        return None if user_id is None else {"id": user_id, "name": names[user_id]}

    views = []
    for one in proposals:
        spot = _spot_of(one, spots.get(one.source_evidence_id))
        views.append(ProposalView(
            one.id, villages[one.village_id], one.name, one.villagers_group, one.state, person(one.proposed_by_id),
            one.proposed_at, one.source_evidence_id is not None, spot and spot.accuracy_m,
            _nearest_m(spot, places.get(one.village_id, ())), person(one.decided_by_id), one.decided_at, one.reason,
            one.place_id, one.version))
    return views


def _spot_of(proposal: PlaceProposal, spot: Spot | None) -> Spot | None:
    if proposal.state != "proposed":
        return None
    if proposal.latitude is None:
        return spot
    return _OwnSpot(proposal.latitude, proposal.longitude, proposal.datum, proposal.accuracy_m)


def _nearest_m(spot: Spot | None, places) -> int | None:
    if spot is None or not places:
        return None
    here = to_wgs84(spot.latitude, spot.longitude, spot.datum)
    return round(min(distance_m(here, to_wgs84(one.latitude, one.longitude, one.datum)) for one in places))
