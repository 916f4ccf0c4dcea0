"""How many households have voted: up to yesterday, and not while there are so few that it would say who."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.postings.models import Division
from api.ratings.ballot_models import ParticipationDay
from api.ratings.ballots_rules import HOUSEHOLD
from api.ratings.campaign_models import CampaignVillage, RatingCampaign
from api.ratings.closing_service import least_ballots
from api.ratings.results_rules import is_enough


def participation(session: Session, campaign: RatingCampaign, today: date) -> dict[int, dict]:
    """By village: the ballots of its households up to `through_on`, how many households there are, and the share.

    None where there are too few ballots, as if there were none. What came in today is told tomorrow.
    """
    division = session.get(Division, campaign.division_id)
    least = campaign.least_ballots or least_ballots(session, division, day=today)
    counted = dict(session.execute(
        select(ParticipationDay.village_id, func.sum(ParticipationDay.count)).where(
            ParticipationDay.campaign_id == campaign.id, ParticipationDay.way == HOUSEHOLD,
            ParticipationDay.day < today).group_by(ParticipationDay.village_id)).all())
    through_on = min(today - timedelta(days=1), campaign.last_on)
    return {village_id: _told(int(counted.get(village_id, 0)), households, least, through_on)
            for village_id, households in _villages(session, campaign.id)}


def _told(ballots: int, households: int, least: int, through_on: date) -> dict:
    shown = ballots if is_enough(ballots, least=least) else None
    return {"ballots": shown, "households": households,
            "share": shown / households if shown is not None and households else None, "through_on": through_on}


def _villages(session: Session, campaign_id: UUID) -> list:
    return list(session.execute(select(CampaignVillage.village_id, CampaignVillage.households).where(
        CampaignVillage.campaign_id == campaign_id)))
