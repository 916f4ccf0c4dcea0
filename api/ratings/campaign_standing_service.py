"""What a user is to rating campaigns: one who asks, one who is asked about, or of a village that is asked."""

from datetime import date
from functools import cached_property
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, exists, false, or_, select
from sqlalchemy.orm import Session

from api.diary.standing_service import VillageStanding
from api.errors import Forbidden
from api.postings.access_service import reach_of
from api.postings.divisions_service import DivisionRef
from api.postings.models import Division, Posting, PostingVillage
from api.postings.roster_service import posted_between
from api.ratings.campaign_models import CampaignVillage, RatingCampaign
from api.ratings.campaigns_rules import KNOWN_STATES, overlaps

ASKS = "supervisor"


class PostedTo(NamedTuple):
    """A village that a posting covers, from a day to a day."""

    village_id: int
    path: str
    from_on: date
    to_on: date | None


class CampaignReader(VillageStanding):
    """What a user is to campaigns today; `is_rated` whatever other grants say."""

    @cached_property
    def postings(self) -> list[PostedTo]:
        """Every village that the user was ever posted to."""
        return villages_of_cadre(self._session, self.identity.cadre_id)

    def sees_whole(self, division: DivisionRef | Division) -> bool:
        """Whether a campaign of a division is the user's to ask: a supervisor there or above."""
        return self.identity.may(division.path, ASKS)

    def rated_villages(self, campaign: RatingCampaign, division: DivisionRef | Division) -> set[int]:
        """Where the user is asked about: the villages of the campaign that a posting of its days covers."""
        if campaign.subject == "cadre" and campaign.cadre_id != self.identity.cadre_id:
            return set()
        return {one.village_id for one in self.postings if one.path.startswith(division.path) and overlaps(
            one.from_on, one.to_on, first_on=campaign.first_on, last_on=campaign.last_on)}

    def is_rated(self, campaign: RatingCampaign, division: DivisionRef | Division) -> bool:
        """Whether the user is asked about: that cadre, or whoever is posted to one of the villages on those days."""
        if campaign.subject == "cadre":
            return campaign.cadre_id == self.identity.cadre_id
        return bool(self.rated_villages(campaign, division))

    def keep_out_the_rated(self, campaign: RatingCampaign, division: DivisionRef | Division) -> None:
        """Raise Forbidden (own_record): nobody has a hand in what is asked about oneself."""
        if self.is_rated(campaign, division):
            raise Forbidden("own_record")

    def may_print_somewhere(self, division: DivisionRef) -> bool:
        """Whether the user is a supervisor above or within a campaign's division."""
        return any(grant.role == ASKS and (division.path.startswith(grant.path) or grant.path.startswith(division.path))
                   for grant in self.identity.grants)

    def visible(self) -> ColumnElement[bool]:
        """The condition that the user may know of a RatingCampaign."""
        return or_(self.whole(), self.part())

    def whole(self) -> ColumnElement[bool]:
        """The condition of `sees_whole`."""
        return RatingCampaign.division_id.in_(select(Division.id).where(reach_of(self.identity, ASKS)))

    def part(self) -> ColumnElement[bool]:
        """The condition that a campaign has reached a village that the user has to do with, or was posted to then."""
        reached = exists().where(CampaignVillage.campaign_id == RatingCampaign.id, or_(
            CampaignVillage.village_id.in_(select(Division.id).where(self.seen())), self._posted_then()))
        return and_(RatingCampaign.state.in_(KNOWN_STATES), reached)

    def _posted_then(self) -> ColumnElement[bool]:
        if self.identity.cadre_id is None or not self.identity.has_role("cadre"):
            return false()
        covered = select(PostingVillage.village_id).where(PostingVillage.posting_id == Posting.id)
        return exists().where(
            Posting.cadre_id == self.identity.cadre_id, posted_between(RatingCampaign.first_on, RatingCampaign.last_on),
            or_(Posting.village_id == CampaignVillage.village_id, CampaignVillage.village_id.in_(covered)))


def villages_of_cadre(session: Session, cadre_id: int | None) -> list[PostedTo]:
    """Every village that a cadre's postings cover, home and further ones."""
    if cadre_id is None:
        return []
    homes = (select(Posting.village_id, Division.path, Posting.from_on, Posting.to_on)
             .join(Division, Division.id == Posting.village_id).where(Posting.cadre_id == cadre_id))
    further = (select(PostingVillage.village_id, Division.path, Posting.from_on, Posting.to_on)
               .join(Posting, Posting.id == PostingVillage.posting_id)
               .join(Division, Division.id == PostingVillage.village_id).where(Posting.cadre_id == cadre_id))
    return [PostedTo(*row) for row in session.execute(homes.union_all(further))]
