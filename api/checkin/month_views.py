"""The month: the sheet of a village, what is said of it, and its closing."""

from flask.views import MethodView

from api import db
from api.auth import identity, requires
from api.checkin import closing_service, closings_service, month_service, months_service, standings_service
from api.checkin.month_schemas import (
    MonthCloseSchema,
    MonthClosingPostSchema,
    MonthClosingsQuerySchema,
    MonthClosingsSchema,
    MonthSheetQuerySchema,
    MonthSheetSchema,
    MonthStepPostSchema,
    MonthStepSchema,
)
from api.dates import shanghai_day
from api.http import Blueprint, content_hash, now
from api.paging import pagination
from api.postings.access_service import SEES_PRESENCE, visible_division

month_sheets = Blueprint("month-sheets", __name__, description="A village's month: a row a cadre, a column a day")
month_steps = Blueprint("month-steps", __name__, description="What cadre and village say of a month before it closes")
month_closings = Blueprint("month-closings", __name__, description="Closed months: frozen, with a hash")

TWICE = "The same id with the same content: already kept"


@month_sheets.route("")
class MonthSheets(MethodView):
    @requires("cadre", "supervisor", "village")
    @month_sheets.arguments(MonthSheetQuerySchema, location="query")
    @month_sheets.response(200, MonthSheetSchema)
    def get(self, query):
        """A village's month, with what was said of it and what later facts make different

        A closed month is answered as it was frozen; a cadre sees the own rows only. `row_hash` and `sheet_hash` are
        what a step must name as seen.
        """
        return months_service.month_sheet(
            db.session(), identity=identity(), month_on=query["month"], village_code=query["village"],
            live=query["live"], today=shanghai_day(now()))


@month_steps.route("")
class MonthSteps(MethodView):
    @requires("cadre", "village", "supervisor")
    @month_steps.arguments(MonthStepPostSchema)
    @month_steps.response(201, MonthStepSchema)
    @month_steps.alt_response(200, schema=MonthStepSchema, description=TWICE)
    def post(self, body):
        """Check or dispute the own row, confirm or reopen a village's month

        A new word beside the old ones; the latest holds, as long as the row or sheet is still what was seen. The
        township enters what was signed on paper. Nobody confirms a month with an own row in it. Safe to repeat.
        """
        session, hashed = db.session(), content_hash(body)
        step, created = month_service.take_step(
            session, identity=identity(), month_on=body.pop("month"), seen_hash=bytes.fromhex(body.pop("seen_hash")),
            content_hash=hashed, now=now(), **body)
        if created:
            standings_service.keep_again(session, month_on=step.month_on, village_ids=[step.village_id],
                                         today=shanghai_day(now()))
        answer = months_service.step_answer(session, step)
        db.commit()
        return answer, 201 if created else 200


@month_closings.route("")
class MonthClosings(MethodView):
    @requires("supervisor", "village")
    @month_closings.arguments(MonthClosingsQuerySchema, location="query")
    @month_closings.response(200, MonthClosingsSchema)
    def get(self, query):
        """How the month stands below a division, in roster order; pages by X-Pagination

        One row a township with counts, or one row a village.
        """
        session, asked = db.session(), {**query}
        division = visible_division(session, identity=identity(), code=asked.pop("division"), roles=SEES_PRESENCE)
        answer, count = closings_service.closings(session, division=division, month_on=asked.pop("month"),
                                                  today=shanghai_day(now()), **asked)
        return answer, 200, {"X-Pagination": pagination(count, query)}

    @requires("supervisor")
    @month_closings.arguments(MonthClosingPostSchema)
    @month_closings.response(201, MonthCloseSchema)
    @month_closings.alt_response(200, schema=MonthCloseSchema, description=TWICE)
    def post(self, body):
        """Close a village's month

        Freezes the sheet that was seen, once: later facts stand beside it as corrections. It needs a confirmation of
        the village that is about this very sheet. Nobody closes a month with an own row in it. Safe to repeat.
        """
        session, hashed = db.session(), content_hash(body)
        close, created = closing_service.close_month(
            session, identity=identity(), month_on=body.pop("month"), seen_hash=bytes.fromhex(body.pop("seen_hash")),
            content_hash=hashed, now=now(), **body)
        if created:
            standings_service.keep_again(session, month_on=close.month_on, village_ids=[close.village_id],
                                         today=shanghai_day(now()))
        answer = months_service.close_answer(close, month_service.user_names(session, [close.closed_by_id]))
        db.commit()
        return answer, 201 if created else 200
