"""How many households have voted: up to yesterday, and not while there are so few that it would say who."""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.postings.models import Division
from api.postings.policies_service import policy_book
from api.ratings.ballot_models import ParticipationDay
from api.ratings.ballots_rules import HOUSEHOLD
from api.ratings.campaign_models import CampaignVillage, RatingCampaign
from api.ratings.closing_service import LEAST, least_of
from api.ratings.results_rules import is_enough


def participation(session: Session, campaign: RatingCampaign, today: date) -> dict[int, dict]:
    """By village: the ballots of its households up to `through_on`, how many households there are, and the share.

    None where there are too few ballots, as if there were none. What came in today is told tomorrow.
    """
    return participations(session, [campaign], today)[campaign.id]


def participations(session: Session, campaigns: Iterable[RatingCampaign], today: date) -> dict[UUID, dict[int, dict]]:
    """The same of several campaigns, by their ids, in four queries whatever their number."""
    by_id = {campaign.id: campaign for campaign in campaigns}
    if not by_id:
        return {}
    paths = dict(session.execute(select(Division.id, Division.path).where(
        Division.id.in_({campaign.division_id for campaign in by_id.values()}))).all())
    book = policy_book(session, LEAST)
    counted = {(row.campaign_id, row.village_id): int(row.ballots) for row in session.execute(
        select(ParticipationDay.campaign_id, ParticipationDay.village_id,
               func.sum(ParticipationDay.count).label("ballots")).where(
            ParticipationDay.campaign_id.in_(by_id), ParticipationDay.way == HOUSEHOLD,
            ParticipationDay.day < today).group_by(ParticipationDay.campaign_id, ParticipationDay.village_id))}
    found: dict[UUID, dict[int, dict]] = {campaign_id: {} for campaign_id in by_id}
    for campaign_id, village_id, households in session.execute(
            select(CampaignVillage.campaign_id, CampaignVillage.village_id, CampaignVillage.households).where(
                CampaignVillage.campaign_id.in_(by_id))):
        campaign = by_id[campaign_id]
        least = campaign.least_ballots or least_of(book, paths[campaign.division_id], day=today)
        found[campaign_id][village_id] = _told(counted.get((campaign_id, village_id), 0), households, least,
                                               min(today - timedelta(days=1), campaign.last_on))
    return found


def _told(ballots: int, households: int, least: int, through_on: date) -> dict:
    shown = ballots if is_enough(ballots, least=least) else None
    return {"ballots": shown, "households": households,
            "share": shown / households if shown is not None and households else None, "through_on": through_on}
