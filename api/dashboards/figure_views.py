"""One look: the measures of a division in a month, each with what made it."""

from flask.views import MethodView

from api import db
from api.auth import identity, requires
from api.dashboards import month_figures_service
from api.dashboards.figure_schemas import MonthFiguresQuerySchema, MonthFiguresSchema
from api.dashboards.figures_rules import OF_VILLAGES
from api.dates import month_of, shanghai_day
from api.errors import Forbidden
from api.http import Blueprint, now
from api.postings.access_service import visible_division

month_figures = Blueprint("month-figures", __name__, description="The measures of a division and month")


@month_figures.route("")
class MonthFigures(MethodView):
    @requires("supervisor", "village")
    @month_figures.arguments(MonthFiguresQuerySchema, location="query")
    @month_figures.response(200, MonthFiguresSchema)
    def get(self, query):
        """The measures of a topic for a division and month: now, the month before, a line of twelve months

        Each with numerator and denominator, beside those of the divisions directly below in the order of the roster,
        and the rules with their dates and sources. Months that have ended may be answered as last counted (`kept_on`).
        A village's committee may ask for presence, coverage, contracts, notices and staffing.
        """
        session, today = db.session(), shanghai_day(now())
        roles = ("supervisor", "village") if query["topic"] in OF_VILLAGES else ("supervisor",)
        if not identity().has_role(*roles):
            raise Forbidden()
        division = visible_division(session, identity=identity(), code=query["division"], roles=roles)
        return month_figures_service.month_figures(
            session, division=division, month_on=query["month"] or month_of(today), today=today, topic=query["topic"])
