"""The urn's beginning and emptying, until the urn's own service is there."""

from collections.abc import Sequence
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from api.ratings.ballot_models import BallotCount, ParticipationDay, SealedText
from api.ratings.campaign_models import RatingCampaign


def new_keys() -> tuple[bytes, bytes]:
    """(private, public) of a new pair."""
    private = X25519PrivateKey.generate()
    return private.private_bytes_raw(), private.public_key().public_bytes_raw()


def prepare(session: Session, campaign: RatingCampaign, villages: Sequence[int]) -> None:
    """All counters of a campaign, at 0."""
    session.add_all(
        BallotCount(campaign_id=campaign.id, village_id=village_id, way=way, question=question["key"],
                    answer=answer["key"], count=0)
        for village_id in villages for way in ("household", "open")
        for question in campaign.questions for answer in question["answers"])
    session.flush()


def empty_village(session: Session, *, campaign_id: UUID, village_id: int) -> None:
    """Throw away what came with a village's cards."""
    for model in (SealedText, ParticipationDay):
        session.execute(delete(model).where(model.campaign_id == campaign_id, model.village_id == village_id,
                                            model.way == "household"))
    session.execute(update(BallotCount).where(
        BallotCount.campaign_id == campaign_id, BallotCount.village_id == village_id, BallotCount.way == "household"
    ).values(count=0))


def empty_campaign(session: Session, *, campaign_id: UUID) -> None:
    """Throw away all of a campaign's urn."""
    for model in (BallotCount, SealedText, ParticipationDay):
        session.execute(delete(model).where(model.campaign_id == campaign_id))
