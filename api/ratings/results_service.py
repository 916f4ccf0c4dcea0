"""What closed campaigns came to, as their readers may see it: village by village, in the order of the codes."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.auth import Identity
from api.errors import Conflict, NotFound
from api.postings.divisions_service import DivisionRef, below, division_by_code, refs
from api.postings.models import Division
from api.ratings.ballot_models import RatingResult
from api.ratings.ballots_rules import HOUSEHOLD, OPEN, WAYS
from api.ratings.campaign_models import CampaignVillage, RatingCampaign
from api.ratings.campaign_standing_service import CampaignReader
from api.ratings.results_rules import added, result


@dataclass(frozen=True)
class Told:
    """A closed campaign with the villages of which a user may know how it came out there, by code."""

    campaign: RatingCampaign
    division: DivisionRef
    asked: DivisionRef
    villages: list[DivisionRef]
    households: Mapping[int, int]
    # Where the user is above, and not only asked about.
    from_above: frozenset[int]
    is_rated: bool


def told(session: Session, *, identity: Identity, campaign_id: UUID, code: str | None, today: date) -> Told:
    """What a user may know of a closed campaign, in a division or wherever that is.

    Supervisors know of all villages below them; who is asked about knows of the own villages, and of nothing else.
    NotFound for everybody else, Conflict (campaign_open, campaign_withdrawn) where there is nothing to be known yet.
    """
    campaign = session.get(RatingCampaign, campaign_id)
    if campaign is None:
        raise NotFound()
    reader = CampaignReader(session, identity, today=today)
    asked = refs(session, [campaign.division_id])[campaign.division_id]
    own = reader.rated_villages(campaign, asked)
    # Until it is open it reaches no village, and only those who ask know of it.
    reached = dict(session.execute(select(CampaignVillage.village_id, CampaignVillage.households).where(
        CampaignVillage.campaign_id == campaign_id)).all())
    places = refs(session, reached)
    above = frozenset(id for id, place in places.items() if reader.is_above(place))
    if not (reader.sees_whole(asked) or above or own & reached.keys()):
        raise NotFound()
    if campaign.state != "closed":
        raise Conflict("campaign_withdrawn" if campaign.state == "withdrawn" else "campaign_open")
    division = _division(session, code) if code is not None else asked
    within = set(session.scalars(select(Division.id).where(Division.id.in_(reached), below(division.path))))
    known = sorted((places[id] for id in (above | own) & within), key=lambda place: place.code)
    if code is not None and not known:
        raise NotFound("division_not_found", code=code)
    return Told(campaign, division, asked, known, reached, above, reader.is_rated(campaign, asked))


def rating_results(session: Session, *, identity: Identity, campaign_id: UUID, code: str | None, today: date) -> dict:
    """The results of a closed campaign, by village and way; None for ways with too few ballots, which are in no total.

    Raises as `told`.
    """
    found = told(session, identity=identity, campaign_id=campaign_id, code=code, today=today)
    campaign, counts = found.campaign, _counts(session, campaign_id)

    def of_way(villages: list[DivisionRef], way: str) -> dict | None:
        parts = [one for one in villages if (one.id, way) in counts]
        if not parts:
            return None
        households = sum(found.households[one.id] for one in parts) if way == HOUSEHOLD else None
        return result(added(counts[one.id, way] for one in parts), campaign.questions, households=households)

    rows = [{"village": one, HOUSEHOLD: of_way([one], HOUSEHOLD), OPEN: of_way([one], OPEN),
             "hidden": [way for way in WAYS if (one.id, way) not in counts]} for one in found.villages]
    shown = sum(1 for row in rows if len(row["hidden"]) < len(WAYS))
    return {"campaign": {"id": campaign.id, "title": campaign.title, "division": found.asked,
                         "questions": campaign.questions, "closed_at": campaign.closed_at},
            "division": found.division, "least_ballots": campaign.least_ballots, "villages": rows,
            "total": {HOUSEHOLD: of_way(found.villages, HOUSEHOLD), OPEN: of_way(found.villages, OPEN),
                      "villages_shown": shown, "villages_hidden": len(rows) - shown}}


def _counts(session: Session, campaign_id: UUID) -> dict[tuple[int, str], dict[tuple[str, str], int]]:
    counts: dict[tuple[int, str], dict[tuple[str, str], int]] = defaultdict(dict)
    for row in session.execute(select(RatingResult.village_id, RatingResult.way, RatingResult.question,
                                      RatingResult.answer, RatingResult.count).where(
                                          RatingResult.campaign_id == campaign_id)):
        counts[row.village_id, row.way][row.question, row.answer] = row.count
    return dict(counts)


def _division(session: Session, code: str) -> DivisionRef:
    return DivisionRef.of(division_by_code(session, code))
