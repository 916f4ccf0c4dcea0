"""The keys to what is written on ballots: sealed themselves, opened only when a campaign closes."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.ratings.campaign_models import RatingCampaign
from api.sealing import Keyring

_COLUMN = {"table": "rating_campaigns", "column": "sealed_key"}


def private_key(sealing: Keyring, campaign: RatingCampaign) -> bytes:
    """What opens a campaign's texts; raises CannotOpen."""
    return bytes.fromhex(sealing.open(campaign.sealed_key, campaign.sealed_key_id, **_COLUMN, row=campaign.id))


def seal_again(session: Session, sealing: Keyring, *, most: int) -> int:
    """Seal at most so many keys of open campaigns with today's key that are under another; answers how many.

    The caller commits each time. Raises CannotOpen for one whose own key is missing.
    """
    held = list(session.scalars(select(RatingCampaign).where(
        RatingCampaign.sealed_key.is_not(None), RatingCampaign.sealed_key_id != sealing.current)
        .order_by(RatingCampaign.id).limit(most).with_for_update()))
    for campaign in held:
        private = private_key(sealing, campaign)
        campaign.sealed_key_id, campaign.sealed_key = sealing.seal(private.hex(), **_COLUMN, row=campaign.id)
    session.flush()
    return len(held)
