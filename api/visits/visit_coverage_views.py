"""Visit coverage, and the households that are not visited yet."""

from flask.views import MethodView

from api import db
from api.auth import identity, requires
from api.checkin.rates_service import division_around
from api.dates import quarter_of, shanghai_day
from api.errors import NotFound, Unprocessable
from api.http import Blueprint, now
from api.paging import pagination
from api.postings.access_service import SEES_PRESENCE, visible_cadre, visible_division
from api.postings.divisions_service import division_by_code, division_by_id
from api.postings.roster_service import postings_of
from api.visits import unvisited_service, visit_coverage_service
from api.visits.coverage_schemas import (
    UnvisitedListSchema,
    UnvisitedQuerySchema,
    VisitCoverageQuerySchema,
    VisitCoverageSchema,
)
from api.visits.household_access_service import may_see_village

visit_coverage = Blueprint("visit-coverage", __name__, description="How many households were visited")
unvisited_households = Blueprint("unvisited-households", __name__, description="Households not visited yet")


@visit_coverage.route("")
class VisitCoverage(MethodView):
    @requires("cadre", "supervisor", "village")
    @visit_coverage.arguments(VisitCoverageQuerySchema, location="query")
    @visit_coverage.response(200, VisitCoverageSchema)
    def get(self, query):
        """Visit coverage of a quarter and of its year

        All households and those at home, each rate with its parts, the target and how many households are missing;
        with the rules, their dates and sources. A cadre without further roles sees own figures. Rows come in the order
        of the roster; there is no other.
        """
        session, today = db.session(), shanghai_day(now())
        division, cadre_id = _scope(session, query)
        table = visit_coverage_service.coverage_table(
            session, division=division, level=query["level"], quarter_on=query["quarter"] or quarter_of(today),
            today=today, page=query["page"], page_size=query["page_size"], cadre_id=cadre_id)
        return table, 200, {"X-Pagination": pagination(table.row_count, query)}


@unvisited_households.route("")
class UnvisitedHouseholds(MethodView):
    @requires("cadre", "supervisor", "village")
    @unvisited_households.arguments(UnvisitedQuerySchema, location="query")
    @unvisited_households.response(200, UnvisitedListSchema)
    def get(self, query):
        """The households of a village that were not visited in a quarter or in its year, or for the days of the rule

        The longest unvisited first, among equals the needy. The period `days` is as of today and of those at home.
        """
        session, today = db.session(), shanghai_day(now())
        village = division_by_code(session, query["village"])
        if not may_see_village(session, identity=identity(), village=village, today=today):
            raise NotFound("division_not_found", code=query["village"])
        if village.level != "village":
            raise Unprocessable("not_a_village", code=village.code)
        if query["period"] == "days":
            days, found = unvisited_service.unvisited_for_long(session, village=village, today=today)
            return _listed(village, found, query, days=days)
        on = query["on"]
        quarter_on = quarter_of(on) if on else query["quarter"] or quarter_of(today)
        if max(quarter_on, on or quarter_on) > today:
            raise Unprocessable("quarter_to_come")
        found = unvisited_service.unvisited(session, village=village, period=query["period"], quarter_on=quarter_on,
                                            today=today, on=on)
        return _listed(village, found, query)


def _listed(village, found, query, days=None):
    """The page of a query out of all households that wait."""
    start = (query["page"] - 1) * query["page_size"]
    return ({"village": village, "days": days, "households": found[start : start + query["page_size"]]}, 200,
            {"X-Pagination": pagination(len(found), query)})


def _scope(session, query):
    """The division to show and the one cadre in it, if only one: a cadre without further roles sees own figures."""
    overseer = identity().has_role(*SEES_PRESENCE)
    if query["cadre_id"] is None and (query["division"] is not None or overseer):
        return visible_division(session, identity=identity(), code=query["division"], roles=SEES_PRESENCE), None
    cadre_id = visible_cadre(session, identity=identity(), cadre_id=query["cadre_id"], roles=SEES_PRESENCE)
    query["level"] = "cadre"
    postings = postings_of(session, [cadre_id])
    return division_around(session, [division_by_id(session, one.village_id) for one in postings]), cadre_id
