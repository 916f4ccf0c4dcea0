"""What the two tellers of a vote enter, each with a code of their own."""

from flask.views import MethodView

from api import db
from api.auth import PUBLIC, requires
from api.http import Blueprint, content_hash, now
from api.ratings import tellers_service
from api.ratings.vote_schemas import (
    TellerCountPostSchema,
    TellerCountSchema,
    TellerPaperPostSchema,
    TellerPaperSchema,
)

teller_papers = Blueprint("teller-papers", __name__, description="What a teller has to count")
teller_counts = Blueprint("teller-counts", __name__, description="What a teller counted")


@teller_papers.route("")
class TellerPapers(MethodView):
    @requires(PUBLIC, unseen=True)
    @teller_papers.arguments(TellerPaperPostSchema)
    @teller_papers.response(200, TellerPaperSchema)
    @teller_papers.alt_response(404, schema="Error", description="No such code, or no longer")
    def post(self, body):
        """What the teller with this code has to count; no number of anybody"""
        db.only_read()
        return tellers_service.paper_of(db.session(), code=body["code"], now=now())


@teller_counts.route("")
class TellerCounts(MethodView):
    @requires(PUBLIC, unseen=True)
    @teller_counts.arguments(TellerCountPostSchema)
    @teller_counts.response(201, TellerCountSchema)
    @teller_counts.alt_response(200, schema=TellerCountSchema, description="The same again: as it stands now")
    @teller_counts.alt_response(404, schema="Error", description="No such code, or no longer")
    def post(self, body):
        """Enter what a teller counted; equal to the other's it is the result, else both count again

        Nobody is told the other's numbers. Safe to repeat.
        """
        # Without the code: it may have been made anew while the answer was lost.
        hashed = content_hash({**body, "code": None})
        state, created = tellers_service.enter_count(db.session(), content_hash=hashed, now=now(), **body)
        db.commit()
        return {"state": state}, 201 if created else 200
