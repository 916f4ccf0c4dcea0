"""What a villager sends: no log-in, no cookie, the code in the body only; nothing is noted of who sent it."""

from flask import current_app
from flask.views import MethodView

from api import db
from api.auth import PUBLIC, requires
from api.dates import shanghai_day
from api.http import Blueprint, now, refusal
from api.ratings import cards_service, urn_service
from api.ratings.ballot_schemas import BallotPaperPostSchema, BallotPaperSchema, BallotPostSchema, ReceivedSchema
from api.ratings.cards_service import CardUnusable

REFUSED = {403: refusal("This card cannot be used; whatever the cause, the answer is the same")}

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


def _refused() -> CardUnusable:
    return CardUnusable(hotline=current_app.config.get("HOTLINE", ""))
