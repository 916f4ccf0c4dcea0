"""Prints the cards of a village's households, once, and cancels them; neither by nor for those who are rated."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, or_, select
from sqlalchemy.orm import Session

from api import audit
from api.auth import Identity
from api.dates import shanghai_day
from api.db import dialect_insert
from api.errors import Conflict, Forbidden, IdReused, NotFound, Unprocessable
from api.postings.account_models import User
from api.postings.divisions_service import DivisionRef, audit_chain, refs
from api.postings.models import Cadre, Division, Posting, PostingVillage
from api.postings.roster_service import posted_between
from api.ratings import urn_service
from api.ratings.ballot_models import HouseholdCode
from api.ratings.batches_rules import cancel_problem, is_among, print_problem
from api.ratings.campaign_models import CampaignVillage, CodeBatch, RatingCampaign
from api.ratings.campaign_standing_service import CampaignReader
from api.ratings.campaigns_service import CampaignView, visible_campaign
from api.ratings.codes_rules import code_hash
from api.ratings.codes_service import new_code
from api.ratings.opening_service import households_of
from api.ratings.qr_service import card


def print_cards(session: Session, *, identity: Identity, id: UUID, campaign_id: UUID, village_code: str,
                count: int | None, handed_to: str, handed_office: str, origin: str, now: datetime) -> dict:
    """Make the cards of a village's households: their codes are in this answer and nowhere else.

    What is kept is hashes, in their own order, so nothing tells which card came from which place on the sheets.
    Raises NotFound where it is not known, Forbidden (own_record) for the rated and the village's committee, Conflict
    (campaign_not_open, campaign_over, cards_exist, cards_shown_once), Unprocessable (village_without_households,
    cards_too_many, handed_to_rated), IdReused.
    """
    reader = CampaignReader(session, identity, today=shanghai_day(now))
    view = visible_campaign(session, reader=reader, campaign_id=campaign_id)
    village = _village_to_print(session, view, village_code, reader=reader)
    _refuse_repetition(session, id, identity=identity)
    # Whoever withdraws or closes it waits until the cards are there, or the cards come too late.
    campaign = session.get(RatingCampaign, campaign_id, with_for_update={"read": True}, populate_existing=True)
    problem = print_problem(state=campaign.state, last_on=campaign.last_on, today=reader.today)
    if problem is not None:
        raise Conflict(problem)
    households = households_of(session, [village.id], today=reader.today)[village.id]
    count = households if count is None else count
    if households == 0:
        raise Unprocessable("village_without_households")
    # One household has one ballot.
    if count > households:
        raise Unprocessable("cards_too_many", most=households)
    if is_among(handed_to, _rated_names(session, campaign, village)):
        raise Unprocessable("handed_to_rated")
    made = session.execute(dialect_insert(session, CodeBatch).values(
        id=id, campaign_id=campaign_id, village_id=village.id, count=count, handed_to=handed_to,
        handed_office=handed_office, printed_by_id=identity.user_id, printed_at=now,
    ).on_conflict_do_nothing().returning(CodeBatch.id)).scalar()
    if made is None:
        # Somebody printed a moment ago: this very batch, or another one of the village.
        _refuse_repetition(session, id, identity=identity)
        raise Conflict("cards_exist")
    codes = [new_code() for _ in range(count)]
    session.execute(insert(HouseholdCode.__table__),
                    [{"code_hash": hashed, "batch_id": id} for hashed in sorted(map(code_hash, codes))])
    _audit(session, id, village, "cards.printed", identity=identity, now=now, details={
        "title": campaign.title, "count": count, "handed_to": handed_to, "handed_office": handed_office})
    return {"id": id, "village": village, "campaign_id": campaign_id, "title": campaign.title,
            "hotline": campaign.hotline, "count": count, "printed_at": now, "cards": [card(origin, code)
                                                                                      for code in codes]}


def cancel_cards(session: Session, *, identity: Identity, batch_id: UUID, reason: str, now: datetime) -> dict:
    """Make all cards of a batch void; what came in with them is thrown away, so that nobody votes twice.

    Cancelled again nothing changes. Raises as `print_cards` does, Conflict (campaign_not_open).
    """
    batch = session.get(CodeBatch, batch_id)
    if batch is None:
        raise NotFound()
    reader = CampaignReader(session, identity, today=shanghai_day(now))
    view = visible_campaign(session, reader=reader, campaign_id=batch.campaign_id)
    village = refs(session, [batch.village_id])[batch.village_id]
    _keep_out(view, village, reader=reader)
    urn_service.lock(session)
    campaign = session.get(RatingCampaign, batch.campaign_id, with_for_update={"read": True}, populate_existing=True)
    batch = session.get(CodeBatch, batch_id, with_for_update=True, populate_existing=True)
    if batch.cancelled_at is None:
        problem = cancel_problem(state=campaign.state)
        if problem is not None:
            raise Conflict(problem)
        urn_service.empty_village(session, campaign_id=campaign.id, village_id=village.id)
        batch.cancelled_at, batch.cancelled_by_id, batch.cancel_reason = now, identity.user_id, reason
        _audit(session, batch_id, village, "cards.cancelled", identity=identity, now=now,
               details={"title": campaign.title, "reason": reason})
    return {**batch_facts(batch, _names(session, [batch])), "village": village, "campaign_id": batch.campaign_id,
            "cancelled_at": batch.cancelled_at, "cancel_reason": batch.cancel_reason}


def valid_batches(session: Session, campaign_id: UUID) -> dict[int, dict]:
    """The cards that are out, by village: who printed them and who hands them out."""
    batches = list(session.scalars(select(CodeBatch).where(
        CodeBatch.campaign_id == campaign_id, CodeBatch.cancelled_at.is_(None))))
    names = _names(session, batches)
    return {batch.village_id: batch_facts(batch, names) for batch in batches}


def batch_facts(batch: CodeBatch, names: dict[int, str]) -> dict:
    return {"id": batch.id, "count": batch.count, "handed_to": batch.handed_to, "handed_office": batch.handed_office,
            "printed_at": batch.printed_at,
            "printed_by": {"id": batch.printed_by_id, "name": names[batch.printed_by_id]}}


def _names(session: Session, batches: list[CodeBatch]) -> dict[int, str]:
    return dict(session.execute(select(User.id, User.name).where(
        User.id.in_({batch.printed_by_id for batch in batches}))).all())


def _village_to_print(session: Session, view: CampaignView, code: str, *, reader: CampaignReader) -> DivisionRef:
    village = session.scalar(select(Division).join(CampaignVillage, CampaignVillage.village_id == Division.id).where(
        CampaignVillage.campaign_id == view.id, Division.code == code))
    if village is None:
        # A draft has no villages yet.
        if view.state == "drafted":
            raise Conflict("campaign_not_open")
        raise NotFound("division_not_found", code=code)
    _keep_out(view, village, reader=reader)
    return DivisionRef.of(village)


def _keep_out(view: CampaignView, village: DivisionRef | Division, *, reader: CampaignReader) -> None:
    if view.is_rated:
        raise Forbidden("own_record")
    reader.decide_on(village)


def _refuse_repetition(session: Session, id: UUID, *, identity: Identity) -> None:
    held = session.get(CodeBatch, id)
    if held is not None:
        # The codes are kept nowhere: they cannot be told again.
        raise IdReused() if held.printed_by_id != identity.user_id else Conflict("cards_shown_once")


def _rated_names(session: Session, campaign: RatingCampaign, village: DivisionRef) -> list[str]:
    """Those posted to the village on the campaign's days, and whom it is about."""
    covered = select(PostingVillage.posting_id).where(PostingVillage.village_id == village.id)
    posted = select(Posting.cadre_id).where(
        or_(Posting.village_id == village.id, Posting.id.in_(covered)),
        posted_between(campaign.first_on, campaign.last_on))
    return list(session.scalars(select(User.name).join(Cadre, Cadre.user_id == User.id).where(
        or_(Cadre.id.in_(posted), Cadre.id == campaign.cadre_id))))


def _audit(session: Session, batch_id: UUID, village: DivisionRef, action: str, *, identity: Identity, now: datetime,
           details: dict) -> None:
    audit.append(session, chain=audit_chain(village), at=now, user_id=identity.user_id, action=action,
                 subject=f"cards:{batch_id}", details={"village": village.code, **details})
