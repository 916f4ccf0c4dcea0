"""Opens a campaign: fixes the villages that it reaches, gives each its open code, sets up the urn and its keys."""

from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from api import sealed_box
from api.auth import Identity
from api.dates import shanghai_day
from api.errors import Conflict, Unprocessable
from api.postings.divisions_service import below
from api.postings.models import Division
from api.ratings import urn_service
from api.ratings.campaign_entry_service import changed
from api.ratings.campaign_models import CampaignVillage, RatingCampaign
from api.ratings.campaign_standing_service import CampaignReader, villages_of_cadre
from api.ratings.campaigns_rules import opening_problem, overlaps
from api.ratings.campaigns_service import CampaignView, campaign_views
from api.ratings.codes_service import new_code
from api.sealing import Keyring
from api.visits.models import Household


def open_campaign(session: Session, sealing: Keyring, *, identity: Identity, campaign: RatingCampaign, hotline: str,
                  now: datetime) -> CampaignView:
    """Open a drafted campaign; an open one stays as it is. `hotline` stands in where the draft names none.

    Raises Conflict (campaign_over, campaign_late), Unprocessable (hotline_missing, campaign_reaches_nobody).
    """
    today = shanghai_day(now)
    campaign.hotline = campaign.hotline or hotline
    problem = opening_problem(state=campaign.state, last_on=campaign.last_on, today=today, hotline=campaign.hotline)
    if problem is not None:
        raise (Unprocessable if problem == "hotline_missing" else Conflict)(problem)
    if campaign.state == "open":
        return campaign_views(session, [campaign], reader=CampaignReader(session, identity, today=today))[0]
    villages = _villages(session, campaign, today=today)
    if not villages:
        raise Unprocessable("campaign_reaches_nobody")
    session.add_all(CampaignVillage(campaign_id=campaign.id, village_id=village_id, open_code=new_code(),
                                    households=households) for village_id, households in villages.items())
    campaign.state, campaign.opened_at = "open", now
    give_keys(campaign, sealing)
    session.flush()
    urn_service.prepare(session, campaign, sorted(villages))
    return changed(session, campaign, "campaign.opened", identity=identity, now=now,
                   details={"title": campaign.title, "villages": len(villages)})


def give_keys(campaign: RatingCampaign, sealing: Keyring) -> None:
    """The pair of keys for free texts; the one that opens them is itself sealed, for this very campaign."""
    private, public = sealed_box.new_keys()
    campaign.text_key = public
    campaign.sealed_key_id, campaign.sealed_key = sealing.seal(
        private.hex(), table="rating_campaigns", column="sealed_key", row=campaign.id)


def _villages(session: Session, campaign: RatingCampaign, *, today) -> dict[int, int]:
    """The villages that the campaign reaches, each with its households of today.

    About the teams: all below its division. About a cadre: those that his or her postings of its days cover.
    """
    division = session.get(Division, campaign.division_id)
    query = select(Division.id).where(below(division.path), Division.level == "village", Division.valid_from <= today,
                                      or_(Division.valid_to.is_(None), Division.valid_to >= today))
    if campaign.subject == "cadre":
        query = query.where(Division.id.in_({
            one.village_id for one in villages_of_cadre(session, campaign.cadre_id)
            if overlaps(one.from_on, one.to_on, first_on=campaign.first_on, last_on=campaign.last_on)}))
    ids = session.scalars(query.order_by(Division.code)).all()
    return households_of(session, ids, today=today)


def households_of(session: Session, village_ids, *, today) -> dict[int, int]:
    """How many households each village has today."""
    counted = dict(session.execute(
        select(Household.village_id, func.count()).where(
            Household.village_id.in_(village_ids), Household.alive_from <= today,
            or_(Household.alive_to.is_(None), Household.alive_to >= today)).group_by(Household.village_id)).all())
    return {village_id: counted.get(village_id, 0) for village_id in village_ids}
