"""Closes a campaign: counts what may be told, opens and mixes the texts, throws away all that could be joined.

Before it nobody can read anything of the urn; after it nothing is left there of the campaign. Ways of a village with
too few ballots are thrown away uncounted.
"""

from collections import defaultdict
from datetime import date, datetime
from random import SystemRandom
from uuid import UUID, uuid4

from sqlalchemy import delete, insert, select, tuple_, update
from sqlalchemy.orm import Session

from api import audit, sealed_box
from api.dates import shanghai_day
from api.errors import Conflict
from api.postings.divisions_service import audit_chain
from api.postings.models import Division
from api.postings.policies_service import policy_book
from api.ratings import text_keys_service, urn_service
from api.ratings.ballot_models import BallotCount, ParticipationDay, RatingResult, RatingText, SealedText, SpentCode
from api.ratings.ballots_rules import HOUSEHOLD, OPEN
from api.ratings.campaign_models import CampaignVillage, RatingCampaign
from api.ratings.results_rules import NEVER_BELOW, ballots_of, is_enough
from api.sealing import CannotOpen, Keyring

LEAST = "rating_least_ballots"
_chance = SystemRandom()
# A village's ballots of one way.
_Part = tuple[int, str]


def close_campaign(session: Session, sealing: Keyring, *, campaign_id: UUID, by_id: int | None, now: datetime
                   ) -> RatingCampaign:
    """Close an open campaign; a closed one stays as it is. `by_id` is None where its days have run out.

    Raises Conflict (campaign_not_open, texts_unreadable), Unavailable (urn_busy).
    """
    urn_service.lock(session)
    campaign = session.get(RatingCampaign, campaign_id, with_for_update=True, populate_existing=True)
    if campaign.state == "closed":
        return campaign
    if campaign.state != "open":
        raise Conflict("campaign_not_open")
    division = session.get(Division, campaign.division_id)
    least = least_ballots(session, division, day=shanghai_day(now))
    counted = _counted(session, campaign_id)
    told = {part: ballots for part, ballots in (
        (part, ballots_of(counts, campaign.questions)) for part, counts in counted.items())
        if is_enough(ballots, least=least)}
    _release_counts(session, campaign_id, counted, told)
    _release_texts(session, sealing, campaign, told)
    _throw_away(session, campaign_id, told)
    campaign.state, campaign.closed_at, campaign.closed_by_id, campaign.least_ballots = "closed", now, by_id, least
    # What is left sealed in old backups stays so for whoever has only the database.
    campaign.text_key = campaign.sealed_key = campaign.sealed_key_id = None
    campaign.version += 1
    session.flush()
    # Not a word of how many voted: of too few that would be told for ever.
    audit.append(session, chain=audit_chain(division), at=now, user_id=by_id, action="campaign.closed",
                 subject=f"campaign:{campaign.id}", details={"division": division.code, "title": campaign.title})
    urn_service.shuffle(session)
    return campaign


def run_out(session: Session, *, today: date) -> list[UUID]:
    """The open campaigns whose last day has passed."""
    query = select(RatingCampaign.id).where(RatingCampaign.state == "open", RatingCampaign.last_on < today)
    return list(session.scalars(query.order_by(RatingCampaign.last_on, RatingCampaign.id)))


def least_ballots(session: Session, division: Division, *, day: date) -> int:
    """How many ballots it takes for anything to be told, by the rule that holds for a division; never below five."""
    return least_of(policy_book(session, LEAST), division.path, day=day)


def least_of(book, path: str, *, day: date) -> int:
    """The same by a book of policies that is at hand."""
    return max(NEVER_BELOW, book.value(LEAST, path, day))


def _counted(session: Session, campaign_id: UUID) -> dict[_Part, dict[tuple[str, str], int]]:
    counted: dict[_Part, dict[tuple[str, str], int]] = defaultdict(dict)
    for row in session.execute(select(BallotCount.village_id, BallotCount.way, BallotCount.question,
                                      BallotCount.answer, BallotCount.count).where(
                                          BallotCount.campaign_id == campaign_id)):
        counted[row.village_id, row.way][row.question, row.answer] = row.count
    return counted


def _release_counts(session: Session, campaign_id: UUID, counted: dict, told: dict[_Part, int]) -> None:
    rows = [{"campaign_id": campaign_id, "village_id": village_id, "way": way, "question": question, "answer": answer,
             "count": count}
            for village_id, way in sorted(told) for (question, answer), count in counted[village_id, way].items()]
    if rows:
        session.execute(insert(RatingResult.__table__), rows)
    column = {HOUSEHOLD: CampaignVillage.household_ballots, OPEN: CampaignVillage.open_ballots}
    for (village_id, way), ballots in told.items():
        session.execute(update(CampaignVillage.__table__).where(
            CampaignVillage.campaign_id == campaign_id, CampaignVillage.village_id == village_id,
        ).values({column[way].key: ballots}))


def _release_texts(session: Session, sealing: Keyring, campaign: RatingCampaign, told: dict[_Part, int]) -> None:
    sealed = [row for row in session.execute(select(SealedText.village_id, SealedText.way, SealedText.sealed).where(
        SealedText.campaign_id == campaign.id)) if (row.village_id, row.way) in told]
    if not sealed:
        return
    try:
        private = text_keys_service.private_key(sealing, campaign)
        rows = [{"id": uuid4(), "campaign_id": campaign.id, "village_id": row.village_id, "way": row.way,
                 "text": sealed_box.open(private, row.sealed), "version": 1} for row in sealed]
    except CannotOpen as error:
        raise Conflict("texts_unreadable") from error
    _chance.shuffle(rows)
    session.execute(insert(RatingText.__table__), rows)


def _throw_away(session: Session, campaign_id: UUID, told: dict[_Part, int]) -> None:
    for table in (SpentCode, BallotCount, SealedText):
        session.execute(delete(table.__table__).where(table.campaign_id == campaign_id))
    too_few = delete(ParticipationDay.__table__).where(ParticipationDay.campaign_id == campaign_id)
    if told:
        too_few = too_few.where(tuple_(ParticipationDay.village_id, ParticipationDay.way).not_in(sorted(told)))
    session.execute(too_few)
