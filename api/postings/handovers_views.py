"""Handovers between postings."""

from flask.views import MethodView

from api import db
from api.auth import identity, requires
from api.checkin.open_matters_service import open_matters
from api.dates import shanghai_day
from api.http import Blueprint, content_hash, now
from api.postings import handovers_service
from api.postings.access_service import visible_division
from api.postings.handovers_schemas import (
    HandoverPostSchema,
    HandoverSchema,
    HandoversQuerySchema,
    HandoversSchema,
)
from api.postings.handovers_service import HANDS_OVER, handover_views
from api.visits import linkages_service

handovers = Blueprint("handovers", __name__, description="The end of a posting: what is open goes to the successor")


@handovers.route("")
class Handovers(MethodView):
    @requires(*HANDS_OVER)
    @handovers.arguments(HandoversQuerySchema, location="query")
    @handovers.response(200, HandoversSchema)
    def get(self, query):
        """The handovers of a posting, with what is open of it now; or those below a division"""
        session = db.session()
        if query["posting_id"] is None:
            division = visible_division(session, identity=identity(), code=query["division"], roles=HANDS_OVER)
            found = handovers_service.handovers_of(session, division=division)
            return {"handovers": handover_views(session, found), "open": None}
        posting = handovers_service.visible_posting(session, identity=identity(), posting_id=query["posting_id"])
        found = handovers_service.handovers_of(session, posting_id=posting.id)
        matters = open_matters(session, posting=posting, today=shanghai_day(now()))
        return {"handovers": handover_views(session, found), "open": {
            "waiting_days": matters.waiting_days, "months_open": matters.months_open,
            "leaves_asked": [{"kind": kind, "from_on": first, "to_on": last}
                             for kind, first, last in matters.leaves_asked]}}

    @requires(*HANDS_OVER)
    @handovers.arguments(HandoverPostSchema)
    @handovers.response(201, HandoverSchema)
    @handovers.alt_response(200, schema=HandoverSchema, description="The same id and content again: already kept")
    def post(self, body):
        """Hand a posting's open matters on

        Key households pass to the successor from the next day on; open concerns are the village's, and so are seen by
        whoever is posted there. The list to sign, an export of kind `handover`, names both. Safe to repeat.
        """
        hashed = content_hash(body)
        matters = [{**one, "due_on": one["due_on"] and one["due_on"].isoformat()} for one in body.pop("matters")]
        handover, created = handovers_service.make_handover(
            db.session(), identity=identity(), matters=matters, content_hash=hashed, now=now(), **body)
        if created and handover.successor_id is not None:
            linkages_service.pass_key_households(
                db.session(), posting=handovers_service.visible_posting(
                    db.session(), identity=identity(), posting_id=handover.posting_id),
                successor_id=handover.successor_id, handed_on=handover.handed_on, by_id=identity().user_id, now=now())
        db.commit()
        return handover_views(db.session(), [handover])[0], 201 if created else 200
