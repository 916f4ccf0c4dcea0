"""Days of a village or a cadre by kind of evidence."""

from flask.views import MethodView

from api import db
from api.auth import identity, requires
from api.dashboards import calendars_service
from api.dashboards.calendar_schemas import DayCalendarQuerySchema, DayCalendarSchema
from api.errors import Unprocessable
from api.http import Blueprint
from api.postings.access_service import SEES_PRESENCE, visible_cadre, visible_division
from api.postings.divisions_service import DivisionRef

day_calendars = Blueprint("day-calendars", __name__, description="Days of a village or a cadre by kind of evidence")


@day_calendars.route("")
class DayCalendars(MethodView):
    @requires("cadre", "supervisor", "village")
    @day_calendars.arguments(DayCalendarQuerySchema, location="query")
    @day_calendars.response(200, DayCalendarSchema)
    def get(self, query):
        """A month's days: what was recorded, how the place was judged, leave, errands and holidays

        With `village` of everybody posted there or covering it; with `cadre_id` (default: you) of one cadre.
        """
        session, month_on = db.session(), query["month"]
        if query["village"] is not None:
            village = visible_division(session, identity=identity(), code=query["village"], roles=SEES_PRESENCE)
            if village.level != "village":
                raise Unprocessable("not_a_village", code=village.code)
            calendar = calendars_service.calendar_of_village(session, village=village, month_on=month_on)
        else:
            village = None
            cadre_id = visible_cadre(session, identity=identity(), cadre_id=query["cadre_id"], roles=SEES_PRESENCE)
            calendar = calendars_service.calendar_of_cadre(session, cadre_id=cadre_id, month_on=month_on)
        return {"month_on": calendar.month_on, "village": village and DivisionRef.of(village), "days": calendar.days,
                "cadres": calendar.cadres}
