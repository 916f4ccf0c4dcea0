"""What a villager sends: no log-in, no cookie, the code in the body only; nothing is noted of who sent it."""

from datetime import timedelta

from flask import current_app, request
from flask.views import MethodView

from api import db
from api.auth import PUBLIC, requires
from api.dates import shanghai_day
from api.errors import TooMany
from api.http import Blueprint, now, refusal
from api.postings import limits_service
from api.ratings import cards_service, urn_service
from api.ratings.ballot_schemas import BallotPaperPostSchema, BallotPaperSchema, BallotPostSchema, ReceivedSchema
from api.ratings.cards_service import CardUnusable
from api.slow_lane import SlowLane

REFUSED = {403: refusal("This card cannot be used; whatever the cause, the answer is the same"),
           429: refusal("Too many cards that cannot be used came from there; Retry-After says when to try again")}
# A hall of people behind one address may mistype so many codes in a window before the next wrong ones have to wait.
# What guessing is up against is the length of the codes; this keeps a guesser from taking the others' time.
WRONG_CARDS = 30
RETRY_AFTER_S = 60
LANE = SlowLane(places=2, seconds=2)

ballot_papers = Blueprint("ballot-papers", __name__, description="What a card asks")
ballots = Blueprint("ballots", __name__, description="One household, one ballot")


@ballot_papers.route("")
class BallotPapers(MethodView):
    @requires(PUBLIC, unseen=True)
    @ballot_papers.doc(responses=REFUSED)
    @ballot_papers.arguments(BallotPaperPostSchema)
    @ballot_papers.response(200, BallotPaperSchema)
    def post(self, body):
        """Look what a card asks

        Changes nothing; the code is in the body so that no log has it.
        """
        db.only_read()
        try:
            return cards_service.ballot_paper(db.session(), code=body["code"], today=shanghai_day(now()))
        except CardUnusable as error:
            raise _refused() from error


@ballots.route("")
class Ballots(MethodView):
    @requires(PUBLIC, unseen=True)
    @ballots.doc(responses=REFUSED)
    @ballots.arguments(BallotPostSchema)
    @ballots.response(201, ReceivedSchema)
    @ballots.alt_response(200, schema=ReceivedSchema, description="The same ballot again: it is in already")
    def post(self, body):
        """Vote: every card once

        Nothing is kept of who sent it, from where and when. Safe to repeat with the same id until the campaign closes.
        """
        try:
            is_new = urn_service.cast(db.session(), today=shanghai_day(now()), **body)
        except CardUnusable as error:
            raise _refused() from error
        db.commit()
        return {"received": True}, 201 if is_new else 200


def _refused() -> Exception:
    """The refusal of a card, for the view to raise; whoever had many of them waits for it first.

    Only refused cards come here, and all of them in the same way: a good one never waits, whatever its address did.
    """
    key, at = limits_service.limit_key(current_app.config["SECRET"], "card", request.remote_addr or ""), now()
    # What was looked up is done with: nobody should wait with a transaction open.
    db.restart()
    if (LANE.is_noted(key, at) or _is_one_too_many(key, at)) and not LANE.wait():
        return TooMany(headers={"Retry-After": str(RETRY_AFTER_S)}, minutes=RETRY_AFTER_S // 60)
    return CardUnusable(hotline=current_app.config.get("HOTLINE", ""))


def _is_one_too_many(key: bytes, at) -> bool:
    try:
        limits_service.count_attempt(db.session(), keys={key: WRONG_CARDS}, now=at)
    except TooMany as error:
        db.restart()
        LANE.note(key, at + timedelta(seconds=int(error.headers["Retry-After"])))
        return True
    db.commit()
    db.restart()
    return False
