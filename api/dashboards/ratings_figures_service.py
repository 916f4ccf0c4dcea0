"""Participation of households in the rating campaigns of a month, as far as it may be told."""

from collections import defaultdict
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.dashboards.figures_rules import CountedMonth, Parts
from api.postings.divisions_service import below
from api.postings.models import Division
from api.ratings.campaign_models import CampaignVillage, RatingCampaign
from api.ratings.participation_service import participations


def count(session: Session, *, division: Division, month: CountedMonth) -> dict[int, dict[str, Parts]]:
    """By village: of closed campaigns what closing has left, of running ones the ballots up to yesterday.

    A village with too few ballots is in neither part, so that no sum tells what is not told itself.
    """
    found: dict[int, Parts] = defaultdict(Parts)
    rows = session.execute(
        select(CampaignVillage.village_id, func.sum(CampaignVillage.household_ballots),
               func.sum(CampaignVillage.households))
        .join(RatingCampaign, RatingCampaign.id == CampaignVillage.campaign_id)
        .where(_of_month(month), RatingCampaign.state == "closed", CampaignVillage.household_ballots.is_not(None),
               CampaignVillage.village_id.in_(_villages(division)))
        .group_by(CampaignVillage.village_id))
    for village_id, ballots, households in rows:
        found[village_id] = Parts(int(ballots), int(households))
    running = list(session.scalars(select(RatingCampaign).where(_of_month(month), RatingCampaign.state == "open")))
    own = set(session.scalars(_villages(division))) if running else set()
    for villages in participations(session, running, month.today).values():
        for village_id, told in villages.items():
            if village_id in own and told["ballots"] is not None:
                found[village_id] = found[village_id].plus(Parts(told["ballots"], told["households"]))
    return {village_id: {"participation": parts} for village_id, parts in found.items()}


def details(session: Session, *, division: Division, month: CountedMonth) -> dict[str, int]:
    """How many campaigns there are whose last day lies in the month, running ones included."""
    reached = select(CampaignVillage.campaign_id).where(
        CampaignVillage.campaign_id == RatingCampaign.id, CampaignVillage.village_id.in_(_villages(division)))
    number = select(func.count()).select_from(RatingCampaign).where(
        _of_month(month), RatingCampaign.state.in_(("open", "closed")), reached.exists())
    return {"campaigns": session.scalar(number)}


def campaigns_by_village(session: Session, *, division: Division, month: CountedMonth) -> dict[int, set[UUID]]:
    """The same campaigns of each village; one of several villages counts once in their township."""
    found: dict[int, set[UUID]] = defaultdict(set)
    for village_id, campaign_id in session.execute(
            select(CampaignVillage.village_id, CampaignVillage.campaign_id)
            .join(RatingCampaign, RatingCampaign.id == CampaignVillage.campaign_id)
            .where(_of_month(month), RatingCampaign.state.in_(("open", "closed")),
                   CampaignVillage.village_id.in_(_villages(division)))):
        found[village_id].add(campaign_id)
    return found


def _of_month(month: CountedMonth):
    return RatingCampaign.last_on.between(month.month_on, month.last_day)


def _villages(division: Division):
    return select(Division.id).where(below(division.path), Division.level == "village")
