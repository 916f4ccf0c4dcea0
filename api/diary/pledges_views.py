"""Service pledges."""

from flask.views import MethodView

from api import db
from api.auth import identity, requires
from api.dates import shanghai_day
from api.diary import pledges_service
from api.diary.pledges_schemas import (
    PledgePatchSchema,
    PledgePostSchema,
    PledgeSchema,
    PledgesQuerySchema,
    PledgesSchema,
)
from api.http import Blueprint, check_if_match, content_hash, etag, now
from api.postings.access_service import SEES_PRESENCE, cadres_below, visible_cadre, visible_division

pledges = Blueprint("pledges", __name__, description="What cadres promise to do for their village, public")


@pledges.route("")
class Pledges(MethodView):
    @requires("cadre", "supervisor", "village")
    @pledges.arguments(PledgesQuerySchema, location="query")
    @pledges.response(200, PledgesSchema)
    def get(self, query):
        """A cadre's pledges, or those that hold today below a division, in roster order"""
        session, today = db.session(), shanghai_day(now())
        if query["cadre_id"] is not None or query["division"] is None:
            cadre_id = visible_cadre(session, identity=identity(), cadre_id=query["cadre_id"], roles=SEES_PRESENCE)
            return {"pledges": pledges_service.list_pledges(session, cadre_ids=[cadre_id], on=None)}
        division = visible_division(session, identity=identity(), code=query["division"], roles=SEES_PRESENCE)
        cadre_ids = cadres_below(session, division=division, first=today, last=today)
        return {"pledges": pledges_service.list_pledges(session, cadre_ids=cadre_ids, on=today)}

    @requires("cadre", "supervisor")
    @pledges.arguments(PledgePostSchema)
    @pledges.response(201, PledgeSchema)
    @pledges.alt_response(200, schema=PledgeSchema, description="The same id and content again: already kept")
    def post(self, body):
        """Make a pledge, or enter a cadre's from paper; one at a time. Safe to repeat"""
        view, created = pledges_service.make_pledge(db.session(), identity=identity(), now=now(),
                                                    content_hash=content_hash(body), **body)
        db.commit()
        return view, 201 if created else 200, {"ETag": etag(view.version)}


@pledges.route("/<uuid:pledge_id>")
class PledgeById(MethodView):
    @requires("cadre", "supervisor")
    @pledges.edit
    @pledges.arguments(PledgePatchSchema)
    @pledges.response(200, PledgeSchema)
    def patch(self, body, pledge_id):
        """Change the words of a pledge, or end it"""
        pledge = pledges_service.pledge_to_change(db.session(), identity=identity(), id=pledge_id)
        check_if_match(pledge.version)
        view = pledges_service.change_pledge(db.session(), identity=identity(), pledge=pledge, now=now(), **body)
        db.commit()
        return view, 200, {"ETag": etag(view.version)}
