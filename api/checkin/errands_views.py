"""Errands that an officer enters for several cadres at once."""

from datetime import timedelta

from flask.views import MethodView

from api import db
from api.auth import identity, requires
from api.checkin import errands_service
from api.checkin.errand_schemas import ErrandPostSchema, ErrandSchema, ErrandsQuerySchema, ErrandsSchema
from api.dates import next_month
from api.http import Blueprint, content_hash, now
from api.postings.access_service import cadres_below, visible_division

errands = Blueprint("errands", __name__, description="Duties away from the village, entered for all who were there")


@errands.route("")
class Errands(MethodView):
    @requires("cadre", "supervisor")
    @errands.arguments(ErrandsQuerySchema, location="query")
    @errands.response(200, ErrandsSchema)
    def get(self, query):
        """Errands of the cadres below a division, or a cadre's own; the latest first, 500 at most"""
        session, first = db.session(), query["month"]
        last = None if first is None else next_month(first) - timedelta(days=1)
        if query["division"] is None and not identity().has_role("supervisor"):
            cadre_ids = [] if identity().cadre_id is None else [identity().cadre_id]
        else:
            division = visible_division(session, identity=identity(), code=query["division"], roles=("supervisor",))
            cadre_ids = cadres_below(session, division=division, first=first, last=last)
        return {"errands": errands_service.list_errands(session, cadre_ids=cadre_ids, first=first, last=last)}

    @requires("supervisor")
    @errands.arguments(ErrandPostSchema)
    @errands.response(201, ErrandSchema)
    @errands.alt_response(200, schema=ErrandSchema, description="The same id and content again: already kept")
    def post(self, body):
        """Enter who was on an errand, such as a meeting at the township

        Each of them gets an approved errand, and the days follow at once; days beyond what you may approve wait for the
        level above. A mistake is undone by refusing that cadre's leave. Safe to repeat.
        """
        view, created = errands_service.enter_errand(db.session(), identity=identity(),
                                                     content_hash=content_hash(body), now=now(), **body)
        db.commit()
        return view, 201 if created else 200
