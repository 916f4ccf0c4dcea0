"""Rating campaigns as their readers may see them."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from api.auth import Identity
from api.dates import next_month
from api.errors import NotFound
from api.postings.account_models import User
from api.postings.divisions_service import DivisionRef, below, division_by_code, refs
from api.postings.models import Cadre, Division
from api.postings.policies_service import policy_book
from api.ratings.campaign_models import CampaignVillage, RatingCampaign
from api.ratings.campaign_standing_service import CampaignReader

LEAST = "rating_least_ballots"


@dataclass(frozen=True)
class CampaignView:
    """A campaign as a user may see it; `is_whole` for those who ask, who alone see who entered it."""

    campaign: RatingCampaign
    division: DivisionRef
    cadre: dict | None
    entered_by: dict | None
    least_ballots: int
    is_whole: bool
    is_rated: bool
    may_edit: bool
    may_open: bool
    may_close: bool
    may_print: bool

    def __getattr__(self, name: str):
        return getattr(self.campaign, name)


def list_campaigns(session: Session, *, identity: Identity, today: date, code: str | None = None,
                   state: str | None = None, ends_in: date | None = None, page: int = 1, page_size: int = 50
                   ) -> tuple[list[CampaignView], int]:
    """The campaigns that a user may know of, the latest first, and how many there are.

    `code`: of that division, of one below it, or of one above it that asks there. Raises NotFound for a division out
    of reach. `ends_in`: the first day of the month in which the last day of those lies that were opened.
    """
    reader = CampaignReader(session, identity, today=today)
    query = select(RatingCampaign).where(reader.visible())
    if code is not None:
        division = division_by_code(session, code)
        if not reader.sees(division):
            raise NotFound("division_not_found", code=code)
        there = select(Division.id).where(below(division.path))
        above = [int(part) for part in division.path.split("/") if part]
        reached = select(CampaignVillage.campaign_id).where(
            CampaignVillage.campaign_id == RatingCampaign.id, CampaignVillage.village_id.in_(there))
        query = query.where(or_(
            RatingCampaign.division_id.in_(there), reached.exists(),
            and_(RatingCampaign.state == "drafted", RatingCampaign.division_id.in_(above))))
    if state is not None:
        query = query.where(RatingCampaign.state == state)
    if ends_in is not None:
        query = query.where(RatingCampaign.last_on >= ends_in, RatingCampaign.last_on < next_month(ends_in),
                            RatingCampaign.state.in_(("open", "closed")))
    count = session.scalar(select(func.count()).select_from(query.subquery()))
    found = (query.order_by(RatingCampaign.first_on.desc(), RatingCampaign.id)
             .offset((page - 1) * page_size).limit(page_size))
    return campaign_views(session, list(session.scalars(found)), reader=reader), count


def visible_campaign(session: Session, *, reader: CampaignReader, campaign_id: UUID) -> CampaignView:
    """A campaign that the user may know of; NotFound for all others, which look as if they were not there."""
    found = session.scalar(select(RatingCampaign).where(RatingCampaign.id == campaign_id, reader.visible()))
    if found is None:
        raise NotFound()
    return campaign_views(session, [found], reader=reader)[0]


def campaign_views(session: Session, campaigns: list[RatingCampaign], *, reader: CampaignReader) -> list[CampaignView]:
    """Campaigns as answers show them to a user, in a handful of queries whatever their number."""
    divisions = refs(session, [one.division_id for one in campaigns])
    names = dict(session.execute(select(User.id, User.name).where(
        User.id.in_({one.entered_by_id for one in campaigns}))).all())
    cadres = dict(session.execute(select(Cadre.id, User.name).join(User, User.id == Cadre.user_id).where(
        Cadre.id.in_({one.cadre_id for one in campaigns} - {None}))).all())
    book = policy_book(session, LEAST)

    def view(campaign: RatingCampaign) -> CampaignView:
        division = divisions[campaign.division_id]
        is_whole, is_rated = reader.sees_whole(division), reader.is_rated(campaign, division)
        asks, state = is_whole and not is_rated, campaign.state
        return CampaignView(
            campaign=campaign, division=division, is_whole=is_whole, is_rated=is_rated,
            cadre={"id": campaign.cadre_id, "name": cadres[campaign.cadre_id]} if campaign.cadre_id else None,
            entered_by={"id": campaign.entered_by_id, "name": names[campaign.entered_by_id]} if is_whole else None,
            least_ballots=campaign.least_ballots or book.value(LEAST, division.path, reader.today),
            may_edit=asks and state == "drafted", may_open=asks and state == "drafted",
            may_close=asks and state == "open",
            may_print=state == "open" and not is_rated and reader.may_print_somewhere(division))

    return [view(campaign) for campaign in campaigns]
