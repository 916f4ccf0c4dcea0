"""The village's attendance book."""

from flask.views import MethodView

from api import db
from api.auth import identity, requires
from api.checkin import register_service
from api.checkin.month_service import village_by_code
from api.checkin.register_schemas import (
    RegisterEnteredSchema,
    RegisterLinesQuerySchema,
    RegisterLinesSchema,
    RegisterPostSchema,
)
from api.dates import shanghai_day
from api.http import Blueprint, now
from api.postings.access_service import SEES_PRESENCE, visible_division

register_lines = Blueprint("register-lines", __name__, description="The attendance book of a village: cadres and days")


@register_lines.route("")
class RegisterLines(MethodView):
    @requires("supervisor", "village")
    @register_lines.arguments(RegisterLinesQuerySchema, location="query")
    @register_lines.response(200, RegisterLinesSchema)
    def get(self, query):
        """The lines of a village's register on the days of a month's sheet

        `further_rows` are cadres of neighbouring villages whose postings cover this one too: they have lines here, and
        their figures in their home village alone.
        """
        session = db.session()
        division = visible_division(session, identity=identity(), code=query["village"], roles=SEES_PRESENCE)
        village = village_by_code(session, identity=identity(), code=division.code)
        return {"lines": register_service.lines_of(session, village=village, month_on=query["month"]),
                "further_rows": register_service.further_rows_of(session, village=village, month_on=query["month"],
                                                                 today=shanghai_day(now()))}

    @requires("village", "supervisor")
    @register_lines.arguments(RegisterPostSchema)
    @register_lines.response(200, RegisterEnteredSchema)
    def post(self, body):
        """Enter lines of the register

        Says how each line should stand, so repeating it is harmless. A line counts at once as evidence, with a
        decision of whoever entered it; a higher level may decide otherwise. Nobody enters own lines.
        """
        lines = [register_service.Line(**line) for line in body["lines"]]
        views = register_service.enter_lines(db.session(), identity=identity(), lines=lines, reason=body["reason"],
                                             now=now())
        db.commit()
        return {"lines": views}
