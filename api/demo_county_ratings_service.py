"""Closed rating campaigns of a county of full size: every quarter one, told where enough households took part."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from api.dates import quarter_end, quarter_of, shanghai_day, start_of_day
from api.db import NO_HASH
from api.demo_county_matters_service import County, Drawer
from api.demo_county_roster_service import PIECE
from api.demo_county_rules import COUNTY_ID, household_counts
from api.demo_leave_rules import new_id
from api.ratings.ballot_models import ParticipationDay, RatingResult
from api.ratings.campaign_entry_service import asked_questions
from api.ratings.campaign_models import CampaignVillage, RatingCampaign
from api.ratings.codes_rules import code_from
from api.ratings.results_rules import is_enough

_TITLE = "{year}年第{quarter}季度驻村工作评议"
_HOTLINE, _BITS, _LEAST = "0851-24620000", 128, 5
_DAYS = timedelta(days=13)
# Of the households so many send a card in; what they choose, the first answers most.
_SHARE, _WEIGHTS = (0.25, 0.8), (0.6, 0.28, 0.08, 0.04)
# In every so-many-th village too few took part for anything to be told.
_FEW = 47


def write_ratings(county: County, *, progress: Callable[[int, int], None]) -> None:
    """A campaign at the end of each quarter that is over."""
    drawer = Drawer(county.session, (RatingCampaign, CampaignVillage, RatingResult, ParticipationDay))
    questions, ends = asked_questions(None, subject="team"), []
    last_on = quarter_end(quarter_of(county.first_on))
    while last_on < shanghai_day(county.as_of):
        ends.append(last_on)
        last_on = quarter_end(last_on + timedelta(days=1))
    for done, last_on in enumerate(ends, 1):
        _campaign(drawer, county, last_on, questions)
        drawer.flush(least=PIECE)
        progress(done, len(ends))
    drawer.flush()


def _campaign(drawer: Drawer, county: County, last_on: date, questions: list[dict]) -> None:
    rng, own_by = Random(f"{county.seed} ratings {last_on}"), county.people.county
    own, opened_at = new_id(rng), start_of_day(last_on - _DAYS) + timedelta(hours=8)
    drawer.add(RatingCampaign, id=own, division_id=COUNTY_ID, first_on=last_on - _DAYS, last_on=last_on,
               title=_TITLE.format(year=last_on.year, quarter="一二三四"[last_on.month // 3 - 1]), subject="team",
               questions=questions, hotline=_HOTLINE, state="closed", least_ballots=_LEAST, entered_by_id=own_by,
               entered_at=opened_at - timedelta(days=2), opened_at=opened_at, closed_by_id=own_by,
               closed_at=start_of_day(last_on + timedelta(days=1)) + timedelta(hours=9), version=3,
               content_hash=NO_HASH)
    for nth, (village_id, households) in enumerate(zip(
            county.villages(), household_counts(county.people.size, county.seed), strict=True)):
        ballots = 3 if nth % _FEW == 5 else int(households * rng.uniform(*_SHARE))
        is_told = is_enough(ballots, least=_LEAST)
        drawer.add(CampaignVillage, campaign_id=own, village_id=village_id, open_code=code_from(rng.getrandbits(_BITS)),
                   households=households, household_ballots=ballots if is_told else None)
        if not is_told:
            continue
        for question in questions:
            for answer, count in zip(question["answers"], _shares(ballots, len(question["answers"]), rng), strict=True):
                drawer.add(RatingResult, campaign_id=own, village_id=village_id, way="household",
                           question=question["key"], answer=answer["key"], count=count)
        early = ballots * 2 // 3
        for day, count in ((last_on - timedelta(days=5), early), (last_on, ballots - early)):
            drawer.add(ParticipationDay, campaign_id=own, village_id=village_id, way="household", day=day, count=count)


def _shares(ballots: int, answers: int, rng: Random) -> list[int]:
    """So many ballots dealt out to the answers, about by their weights."""
    counts = [int(ballots * weight * rng.uniform(0.8, 1)) for weight in _WEIGHTS[:answers]]
    return [ballots - sum(counts[1:]), *counts[1:]]
