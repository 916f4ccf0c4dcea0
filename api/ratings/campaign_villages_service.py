"""The villages of a campaign as a user may see them: their cards, their poster, how many households took part."""

from datetime import date
from functools import lru_cache
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.auth import Identity
from api.postings.divisions_service import REF_COLUMNS, DivisionRef, below, division_by_code
from api.postings.models import Division
from api.ratings import participation_service
from api.ratings.batches_service import valid_batches
from api.ratings.campaign_models import CampaignVillage
from api.ratings.campaign_standing_service import CampaignReader
from api.ratings.campaigns_service import visible_campaign
from api.ratings.codes_rules import groups
from api.ratings.qr_service import ballot_address, qr_data_uri
from api.ratings.recordings_service import recordings_of


def villages_of(session: Session, *, identity: Identity, campaign_id: UUID, today: date, origin: str,
                code: str | None = None, within: str | None = None) -> list[dict]:
    """The villages that the user has to do with, by code; with `code` that one alone, `within` a division's code.

    Those who are rated see how many took part and never a code, nor who hands out the cards.
    """
    reader = CampaignReader(session, identity, today=today)
    view = visible_campaign(session, reader=reader, campaign_id=campaign_id)
    query = (select(CampaignVillage, *REF_COLUMNS).join(Division, Division.id == CampaignVillage.village_id)
             .where(CampaignVillage.campaign_id == campaign_id).order_by(Division.code))
    if code is not None:
        query = query.where(Division.code == code)
    if within is not None:
        query = query.where(below(division_by_code(session, within).path))
    rated = reader.rated_villages(view.campaign, view.division)
    participation = participation_service.participation(session, view.campaign, today)
    batches, recordings = valid_batches(session, campaign_id), recordings_of(session, campaign_id)

    def row(held: CampaignVillage, village: DivisionRef) -> dict:
        may_print = view.state == "open" and not view.is_rated and reader.is_above(village) and not reader.acts_for(
            village)
        address = None if view.is_rated else ballot_address(origin, held.open_code)
        return {
            "village": village, "households": held.households, "may_print": may_print,
            "may_record": view.state == "open" and not view.is_rated,
            "batch": None if view.is_rated else batches.get(village.id), "open_address": address,
            "open_code_groups": groups(held.open_code) if address else None,
            "open_qr_svg_data_uri": _poster(address) if address else None,
            "participation": participation[village.id], "open_ballots": held.open_ballots,
            "recordings": list(recordings.get(village.id, {})), "recording_ids": recordings.get(village.id, {})}

    found = [(line[0], DivisionRef(*line[1:])) for line in session.execute(query)]
    return [row(held, village) for held, village in found if reader.sees(village) or village.id in rated]


@lru_cache(maxsize=4096)
def _poster(address: str) -> str:
    # What is on a poster is asked for again and again, and is no secret.
    return qr_data_uri(address)
