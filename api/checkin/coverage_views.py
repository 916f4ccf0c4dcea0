"""Help for choosing the radius of places."""

from flask.views import MethodView

from api import db
from api.auth import identity, requires
from api.checkin import coverage_service
from api.checkin.coverage_schemas import CoverageQuerySchema, CoverageSchema
from api.dates import shanghai_day
from api.errors import Unprocessable
from api.http import Blueprint, now
from api.postings.access_service import SEES_PRESENCE, visible_division

place_coverage = Blueprint("place-coverage", __name__, description="What each radius would have covered")


@place_coverage.route("")
class PlaceCoverage(MethodView):
    @requires("village", "supervisor")
    @place_coverage.arguments(CoverageQuerySchema, location="query")
    @place_coverage.response(200, CoverageSchema)
    def get(self, query):
        """How much of last month's evidence each radius would have covered in a village

        Counts only: no coordinates, no people.
        """
        village = visible_division(db.session(), identity=identity(), code=query["village"], roles=SEES_PRESENCE)
        if village.level != "village":
            raise Unprocessable("not_a_village", code=village.code)
        return coverage_service.place_coverage(db.session(), village=village, proposal_id=query["proposal"],
                                               today=shanghai_day(now()))
