"""Fills the demo with ratings: last quarter's campaign, closed and told, and one that takes ballots now.

Ballots are written as counts, as the urn keeps them: nobody goes through thousands of pages. A few cards of the open
campaign have codes that are made from nothing but their number, so that whoever tries the demo can be told of them.
"""

import hashlib
from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from api import sealed_box
from api.auth import Identity
from api.dates import quarter_of, shanghai_day, start_of_day
from api.demo_leave_rules import new_id
from api.demo_people_rules import People
from api.http import content_hash
from api.postings.models import Division
from api.ratings import campaign_entry_service, closing_service, opening_service
from api.ratings.ballot_models import BallotCount, HouseholdCode, ParticipationDay, SealedText
from api.ratings.campaign_models import CampaignVillage, CodeBatch, RatingCampaign
from api.ratings.cards_service import good_card
from api.ratings.codes_rules import CARD, code_from, code_hash
from api.sealing import Keyring

_BITS = 128
_HOTLINE = "0851-24620000"
_PROMPT = "还有什么想对驻村干部说的？（可以不写）"
_TITLES = ("第{quarter}季度驻村工作评议", "驻村工作年末评议")
# Of ten households so many send their card in; of what they say, by question, the first answers are the most usual.
_SHARE = (0.3, 0.8)
_WEIGHTS = (6, 3, 1, 1)
_TEXTS = ("多来组里看看。", "修路的事办得好，谢谢。", "希望帮忙联系卖辣椒。", "来得少，有事找不到人。", "路灯装好了，满意。",
          "开会多，入户少。", "干部们辛苦了。")
_HANDED_TO, _FEW = "田大爷", 3
# So many cards are told of when the demo starts.
TO_TRY = 2
# Households that have voted already in the village whose cards can be tried.
_VOTED = 6


def fill_ratings(session: Session, *, people: People, identity: Callable[[str], Identity], keys: Keyring, seed: int,
                 as_of: datetime) -> None:
    """The closed campaign with results of all villages, and the open one with cards in the first of them."""
    rng, today, asker = Random(f"{seed} {as_of.date()} ratings"), shanghai_day(as_of), identity("county")
    last_on = quarter_of(today) - timedelta(days=1)
    quarter = (last_on.month + 2) // 3
    closed = _opened(session, keys, asker, rng, title=_TITLES[0].format(quarter="一二三四"[quarter - 1]),
                     first_on=last_on - timedelta(days=13), last_on=last_on)
    villages = _villages(session, closed.id)
    for nth, village in enumerate(villages):
        codes = [code_from(rng.getrandbits(_BITS)) for _ in range(village.households)]
        _print(session, closed, village, codes, asker, rng)
        # In a few villages too few took part for anything to be told.
        ballots = _FEW if nth % 17 == 16 else round(village.households * rng.uniform(*_SHARE))
        _vote(session, closed, village, "household", min(ballots, village.households), closed.last_on, rng)
        _vote(session, closed, village, "open", rng.randrange(9), closed.last_on, rng)
    _write(session, closed, villages[:len(_TEXTS)], rng)
    closing_service.close_campaign(session, keys, campaign_id=closed.id, by_id=asker.user_id,
                                   now=start_of_day(last_on + timedelta(days=1)) + timedelta(hours=9))
    running = _opened(session, keys, asker, rng, title=_TITLES[1], first_on=today - timedelta(days=6),
                      last_on=today + timedelta(days=8))
    first = next(village for village in _villages(session, running.id) if village.households > TO_TRY)
    others = [code_from(rng.getrandbits(_BITS)) for _ in range(first.households - TO_TRY)]
    _print(session, running, first, [*codes_to_try(), *others], asker, rng)
    _vote(session, running, first, "household", min(_VOTED, len(others)), today - timedelta(days=1), rng)


def codes_to_try() -> list[str]:
    """The codes of the cards that the demo tells of; everybody can work them out, so they are for a demo only."""
    return [code_from(int.from_bytes(hashlib.sha256(f"zhucun demo card {number}".encode()).digest()[:16]), CARD)
            for number in range(TO_TRY)]


def cards_to_try(session: Session, *, today: date) -> list[str]:
    """Those that may vote today; none where this is no demo, or its campaign has ended."""
    return [code for code in codes_to_try() if good_card(session, code=code, today=today) is not None]


def _opened(session: Session, keys: Keyring, asker: Identity, rng: Random, *, title: str, first_on: date,
            last_on: date) -> RatingCampaign:
    at = start_of_day(first_on) + timedelta(hours=8)
    content = {"division_code": _county_code(session), "title": title, "first_on": first_on, "last_on": last_on,
               "subject": "team", "cadre_id": None, "questions": None, "text_prompt": _PROMPT, "hotline": _HOTLINE}
    view, _created = campaign_entry_service.enter_campaign(
        session, identity=asker, id=new_id(rng), now=at - timedelta(days=2), content_hash=content_hash(content),
        **content)
    opening_service.open_campaign(session, keys, identity=asker, campaign=view.campaign, hotline="", now=at)
    return view.campaign


def _county_code(session: Session) -> str:
    return session.scalar(select(Division.code).where(Division.level == "county"))


def _villages(session: Session, campaign_id: UUID) -> list[CampaignVillage]:
    return list(session.scalars(
        select(CampaignVillage).join(Division, Division.id == CampaignVillage.village_id)
        .where(CampaignVillage.campaign_id == campaign_id).order_by(Division.code)))


def _print(session: Session, campaign: RatingCampaign, village: CampaignVillage, codes: list[str], asker: Identity,
           rng: Random) -> None:
    if not codes:
        return
    batch_id = new_id(rng)
    session.execute(insert(CodeBatch).values(
        id=batch_id, campaign_id=campaign.id, village_id=village.village_id, count=len(codes), handed_to=_HANDED_TO,
        handed_office="supervision_committee", printed_by_id=asker.user_id,
        printed_at=campaign.opened_at + timedelta(hours=1)))
    session.execute(insert(HouseholdCode.__table__), [
        {"code_hash": hashed, "batch_id": batch_id} for hashed in sorted(map(code_hash, codes))])


def _vote(session: Session, campaign: RatingCampaign, village: CampaignVillage, way: str, ballots: int, day: date,
          rng: Random) -> None:
    """So many ballots of a village, as the urn would count them."""
    if not ballots:
        return
    rows = []
    for question in campaign.questions:
        answers = [answer["key"] for answer in question["answers"]]
        chosen = rng.choices(answers, weights=_WEIGHTS[:len(answers)], k=ballots)
        rows += [{"of_village": village.village_id, "by_way": way, "to_question": question["key"],
                  "with_answer": answer, "new": chosen.count(answer)} for answer in answers]
    table = BallotCount.__table__
    session.execute(update(table).where(
        table.c.campaign_id == campaign.id, table.c.village_id == bindparam("of_village"),
        table.c.way == bindparam("by_way"), table.c.question == bindparam("to_question"),
        table.c.answer == bindparam("with_answer")).values(count=bindparam("new")), rows,
        execution_options={"synchronize_session": False})
    session.execute(insert(ParticipationDay.__table__).values(
        campaign_id=campaign.id, village_id=village.village_id, way=way, day=day, count=ballots))


def _write(session: Session, campaign: RatingCampaign, villages: list[CampaignVillage], rng: Random) -> None:
    session.execute(insert(SealedText.__table__), [
        {"id": new_id(rng), "campaign_id": campaign.id, "village_id": village.village_id, "way": "household",
         "sealed": sealed_box.seal(campaign.text_key, text)}
        for village, text in zip(villages, _TEXTS, strict=True)])
