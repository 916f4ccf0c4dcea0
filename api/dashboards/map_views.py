"""Villages at their places, with a measure."""

from flask import current_app
from flask.views import MethodView

from api import db
from api.auth import identity, requires
from api.dashboards import map_service
from api.dashboards.figures_rules import MEASURES, OF_VILLAGES
from api.dashboards.map_schemas import MapQuerySchema, MapVillagesSchema
from api.dates import month_of, shanghai_day
from api.errors import Forbidden
from api.http import Blueprint, now
from api.postings.access_service import visible_division

map_villages = Blueprint("map-villages", __name__, description="Villages at their places, with a measure")


@map_villages.route("")
class MapVillages(MethodView):
    @requires("supervisor", "village")
    @map_villages.arguments(MapQuerySchema, location="query")
    @map_villages.response(200, MapVillagesSchema)
    def get(self, query):
        """The villages below a division with their places and one measure of a month, in the order of the roster

        A village without a place has no position. A village's committee sees its own, and of the measures those that
        it may ask for.
        """
        session, today = db.session(), shanghai_day(now())
        of_all = MEASURES[query["measure"]].topic in OF_VILLAGES
        roles = ("supervisor", "village") if of_all else ("supervisor",)
        if not identity().has_role(*roles):
            raise Forbidden()
        division = visible_division(session, identity=identity(), code=query["division"], roles=roles)
        return map_service.villages_on_map(session, division=division, month_on=query["month"] or month_of(today),
                                           today=today, measure=query["measure"], tiles=current_app.config.get("TILES"))
