"""What to talk about."""

from flask.views import MethodView

from api import db
from api.auth import identity, requires
from api.dashboards import matters_service
from api.dashboards.matter_schemas import MattersQuerySchema, MattersSchema
from api.dates import shanghai_day
from api.http import Blueprint, now
from api.paging import pagination
from api.postings.access_service import visible_division

matters = Blueprint("matters", __name__, description="What to talk about")


@matters.route("")
class Matters(MethodView):
    @requires("supervisor", "village")
    @matters.arguments(MattersQuerySchema, location="query")
    @matters.response(200, MattersSchema)
    def get(self, query):
        """Facts of one kind to talk about in a division, in the order of the roster; people are not compared

        A village committee is answered week_*, households_unvisited, village_unvisited, notice_overdue and post_vacant
        of its own village only.
        """
        session, kind = db.session(), query["kind"]
        roles = ("supervisor", "village") if kind in matters_service.OF_VILLAGES else ("supervisor",)
        division = visible_division(session, identity=identity(), code=query["division"], roles=roles)
        answer = matters_service.matters(session, identity=identity(), division=division, kind=kind,
                                         today=shanghai_day(now()), page=query["page"], page_size=query["page_size"])
        return answer, 200, {"X-Pagination": pagination(answer.count, query)}
