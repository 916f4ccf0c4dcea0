"""Which cards are good for a ballot now, and what they ask.

Whatever is wrong with a card, the answer is one and the same, and so is what was looked up for it: nobody learns by
asking, or by how long it takes, whether a code was ever printed, has voted or was cancelled.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import Session

from api.errors import Forbidden
from api.postings.account_models import User
from api.postings.divisions_service import refs
from api.postings.models import Cadre
from api.ratings.ballot_models import HouseholdCode, SpentCode
from api.ratings.ballots_rules import HOUSEHOLD, OPEN
from api.ratings.campaign_models import CampaignVillage, CodeBatch, RatingCampaign, Recording
from api.ratings.codes_rules import code_hash, code_of


class CardUnusable(Forbidden):
    """The one refusal of a card: unknown, mistyped, used, cancelled, too early, too late, withdrawn, closed."""

    reason = "card_unusable"


@dataclass(frozen=True)
class Card:
    """A code that is good for a ballot now; `code` is the poster's, None for a household's, of which a hash is enough.
    """

    way: str
    hashed: bytes
    code: str | None
    village_id: int
    campaign: RatingCampaign


def takes_ballots(today: date) -> ColumnElement[bool]:
    """The condition that a RatingCampaign takes ballots on a day."""
    return and_(RatingCampaign.state == "open", RatingCampaign.first_on <= today, RatingCampaign.last_on >= today)


def hash_of(code: str) -> bytes:
    """The hash of a code as somebody sent it; what can be no code has one too, that no card has."""
    plain = code_of(code)
    return code_hash(plain) if plain is not None else bytes(32)


def good_card(session: Session, *, code: str, today: date) -> Card | None:
    """The card of a code that may vote today; None for every other code, after the same two questions."""
    hashed = hash_of(code)
    spent = exists().where(SpentCode.code_hash == hashed)
    row = session.execute(
        select(RatingCampaign, CodeBatch.village_id)
        .join(CodeBatch, CodeBatch.campaign_id == RatingCampaign.id)
        .join(HouseholdCode, HouseholdCode.batch_id == CodeBatch.id)
        .where(HouseholdCode.code_hash == hashed, CodeBatch.cancelled_at.is_(None), takes_ballots(today), ~spent)
    ).first()
    if row is not None:
        return Card(HOUSEHOLD, hashed, None, row.village_id, row.RatingCampaign)
    plain = code_of(code) or ""
    row = session.execute(
        select(RatingCampaign, CampaignVillage.village_id)
        .join(CampaignVillage, CampaignVillage.campaign_id == RatingCampaign.id)
        .where(CampaignVillage.open_code == plain, takes_ballots(today))).first()
    return Card(OPEN, hashed, plain, row.village_id, row.RatingCampaign) if row is not None else None


def ballot_paper(session: Session, *, code: str, today: date) -> dict:
    """What the card of a code asks; raises CardUnusable for every code that may not vote today."""
    card = good_card(session, code=code, today=today)
    if card is None:
        raise CardUnusable()
    campaign = card.campaign
    places = refs(session, [campaign.division_id, card.village_id])
    recordings = _recordings(session, campaign.id, card.village_id)
    return {"way": card.way, "village": places[card.village_id],
            "campaign": {"title": campaign.title, "division": places[campaign.division_id]},
            "subject": campaign.subject, "cadre_name": _cadre_name(session, campaign.cadre_id),
            "questions": [{**question, "recording_id": recordings.get(question["key"])}
                          for question in campaign.questions],
            "text_prompt": campaign.text_prompt, "hotline": campaign.hotline, "last_on": campaign.last_on}


def _recordings(session: Session, campaign_id: UUID, village_id: int) -> dict[str, UUID]:
    return dict(session.execute(select(Recording.question, Recording.id).where(
        Recording.campaign_id == campaign_id, Recording.village_id == village_id)).all())


def _cadre_name(session: Session, cadre_id: int | None) -> str | None:
    if cadre_id is None:
        return None
    return session.scalar(select(User.name).join(Cadre, Cadre.user_id == User.id).where(Cadre.id == cadre_id))
