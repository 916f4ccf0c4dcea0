"""Enters, changes and withdraws campaigns; every one of it in the audit log, in the chain of the division that asks."""

import json
from datetime import date, datetime
from functools import cache
from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import Session

from api import audit, i18n
from api.auth import Identity
from api.dates import shanghai_day
from api.db import dialect_insert
from api.errors import Conflict, Forbidden, IdReused, NotFound, Unprocessable
from api.postings.divisions_service import audit_chain, division_by_code
from api.postings.models import Division
from api.ratings import urn_service
from api.ratings.campaign_models import RatingCampaign
from api.ratings.campaign_standing_service import CampaignReader, villages_of_cadre
from api.ratings.campaigns_rules import edit_problem, overlaps, questions_problem, resolved, withdrawal_problem
from api.ratings.campaigns_service import CampaignView, campaign_views, visible_campaign

_BOOK = Path(__file__).resolve().parent.parent / "data" / "rating_questions.json"
# Villagers read what is kept, whatever language the desk speaks.
_LANGUAGE = "zh"


def enter_campaign(session: Session, *, identity: Identity, id: UUID, division_code: str, title: str, first_on: date,
                   last_on: date, subject: str, cadre_id: int | None, questions: list[dict] | None,
                   text_prompt: str | None, hotline: str, content_hash: bytes, now: datetime
                   ) -> tuple[CampaignView, bool]:
    """Enter a campaign of a division as a draft; exactly once per id. Without `questions` the usual three are asked.

    Raises NotFound for a division that is not the user's to ask in, Forbidden (own_record) who is asked about,
    Unprocessable (period_reversed, rated_cadre_missing, rated_not_posted, and what is wrong with the questions),
    IdReused.
    """
    division = division_by_code(session, division_code)
    reader = CampaignReader(session, identity, today=shanghai_day(now))
    if not reader.sees_whole(division):
        raise NotFound("division_not_found", code=division_code)
    campaign, created = session.get(RatingCampaign, id), False
    if campaign is None:
        asked = {"title": title, "first_on": first_on, "last_on": last_on, "subject": subject, "cadre_id": cadre_id,
                 "questions": asked_questions(questions, subject=subject), "text_prompt": text_prompt,
                 "hotline": hotline}
        _judge(session, division, asked)
        reader.keep_out_the_rated(RatingCampaign(**asked), division)
        created = session.execute(dialect_insert(session, RatingCampaign).values(
            id=id, division_id=division.id, state="drafted", entered_by_id=identity.user_id, entered_at=now, version=1,
            content_hash=content_hash, **asked).on_conflict_do_nothing().returning(RatingCampaign.id)
        ).scalar() is not None
        campaign = session.get(RatingCampaign, id)
        if created:
            _audit(session, campaign, division, "campaign.entered", identity=identity, now=now, details=_told(campaign))
    if (campaign.entered_by_id, campaign.content_hash) != (identity.user_id, content_hash):
        raise IdReused()
    return campaign_views(session, [campaign], reader=reader)[0], created


def campaign_to_change(session: Session, *, identity: Identity, campaign_id: UUID, today: date,
                       with_urn: bool = False) -> RatingCampaign:
    """A campaign that the user may open, change, withdraw or close, locked; `with_urn` after the urn, as whoever
    empties it must.

    NotFound where it is not known, Forbidden for those who may only read it (own_record: those who are asked about).
    """
    view = visible_campaign(session, reader=CampaignReader(session, identity, today=today), campaign_id=campaign_id)
    if not view.is_whole:
        raise Forbidden()
    if view.is_rated:
        raise Forbidden("own_record")
    if with_urn:
        urn_service.lock(session)
    # Its state may have changed since it was looked at.
    return session.get(RatingCampaign, campaign_id, with_for_update=True, populate_existing=True)


def change_campaign(session: Session, *, identity: Identity, campaign: RatingCampaign, now: datetime,
                    questions: list[dict] | None, **changes) -> CampaignView:
    """Change a draft as `enter_campaign` takes it; without `questions` they stay as they are.

    Raises Conflict (campaign_begun), and Unprocessable and Forbidden as there.
    """
    _refuse(edit_problem(state=campaign.state))
    division = session.get(Division, campaign.division_id)
    asked = {**changes, "questions": campaign.questions if questions is None
             else asked_questions(questions, subject=changes["subject"])}
    _judge(session, division, asked)
    CampaignReader(session, identity, today=shanghai_day(now)).keep_out_the_rated(RatingCampaign(**asked), division)
    for name, value in asked.items():
        setattr(campaign, name, value)
    return changed(session, campaign, "campaign.changed", identity=identity, now=now, details=_told(campaign))


def withdraw_campaign(session: Session, *, identity: Identity, campaign: RatingCampaign, reason: str, now: datetime
                      ) -> CampaignView:
    """Withdraw a draft or an open campaign: what is in the urn is thrown away unread, and its cards are void.

    Once withdrawn it stays so. Raises Conflict (campaign_over) for a closed one.
    """
    _refuse(withdrawal_problem(state=campaign.state))
    if campaign.state == "withdrawn":
        return _view(session, campaign, identity=identity, now=now)
    if campaign.state == "open":
        urn_service.empty_campaign(session, campaign_id=campaign.id)
    campaign.state = "withdrawn"
    # Nothing is left that they could open.
    campaign.text_key = campaign.sealed_key = campaign.sealed_key_id = None
    return changed(session, campaign, "campaign.withdrawn", identity=identity, now=now,
                   details={"title": campaign.title, "reason": reason})


def changed(session: Session, campaign: RatingCampaign, action: str, *, identity: Identity, now: datetime,
            details: dict) -> CampaignView:
    """Count a change of a campaign as one more version, tell the log of it, and answer what it is now."""
    campaign.version += 1
    session.flush()
    _audit(session, campaign, session.get(Division, campaign.division_id), action, identity=identity, now=now,
           details=details)
    return _view(session, campaign, identity=identity, now=now)


@cache
def question_book() -> dict:
    """The answer sets, and which of them are usually asked."""
    return json.loads(_BOOK.read_text(encoding="utf-8"))


def asked_questions(questions: list[dict] | None, *, subject: str) -> list[dict]:
    """Questions as a campaign keeps them; the usual ones where None is given."""
    book = question_book()
    if questions is None:
        questions = [{"text": i18n.text(_LANGUAGE, f"rating.question.{subject}.{one}"), "answer_set": one}
                     for one in book["usual"]]
    words = {answer["key"]: i18n.text(_LANGUAGE, f"rating.answer.{answer['key']}")
             for answers in book["answer_sets"].values() for answer in answers}
    return resolved(questions, sets=book["answer_sets"], words=words)


def _judge(session: Session, division: Division, asked: dict) -> None:
    if asked["last_on"] < asked["first_on"]:
        raise Unprocessable("period_reversed")
    if (asked["subject"] == "cadre") != (asked["cadre_id"] is not None):
        raise Unprocessable("rated_cadre_missing")
    if asked["cadre_id"] is not None and not any(
            one.path.startswith(division.path) and overlaps(
                one.from_on, one.to_on, first_on=asked["first_on"], last_on=asked["last_on"])
            for one in villages_of_cadre(session, asked["cadre_id"])):
        raise Unprocessable("rated_not_posted")
    problem = questions_problem([[(one["text"], one["is_counted"], one["is_favourable"]) for one in question["answers"]]
                                 for question in asked["questions"]])
    if problem is not None:
        raise Unprocessable(problem)


def _told(campaign: RatingCampaign) -> dict:
    return {"title": campaign.title, "from_on": campaign.first_on.isoformat(), "to_on": campaign.last_on.isoformat(),
            "cadre": campaign.cadre_id}


def _view(session: Session, campaign: RatingCampaign, *, identity: Identity, now: datetime) -> CampaignView:
    return campaign_views(session, [campaign], reader=CampaignReader(session, identity, today=shanghai_day(now)))[0]


def _audit(session: Session, campaign: RatingCampaign, division: Division, action: str, *, identity: Identity,
           now: datetime, details: dict) -> None:
    audit.append(session, chain=audit_chain(division), at=now, user_id=identity.user_id, action=action,
                 subject=f"campaign:{campaign.id}", details={"division": division.code, **details})


def _refuse(problem: str | None) -> None:
    if problem is not None:
        raise Conflict(problem)
