"""Exports: made into a file first, logged, then sent."""

from flask import send_file
from flask.views import MethodView

from api import db
from api.auth import identity, requires
from api.checkin.sums_service import Period
from api.dashboards import export_service
from api.dashboards.schemas import ExportPostSchema
from api.dates import shanghai_day
from api.errors import current_language
from api.http import Blueprint, now
from api.postings.access_service import SEES_PRESENCE, visible_division

BINARY = {"type": "string", "format": "binary"}

exports = Blueprint("exports", __name__, description="Tables as files; every export is in the audit log")


@exports.route("")
class Exports(MethodView):
    @requires("supervisor", "village")
    @exports.arguments(ExportPostSchema)
    @exports.response(200, BINARY, content_type=export_service.XLSX)
    @exports.doc(responses={200: {"content": {"text/csv": {"schema": BINARY}}}})
    def post(self, body):
        """The month table as .xlsx or .csv

        A POST, since who took what is logged.
        """
        session, today = db.session(), shanghai_day(now())
        division = visible_division(session, identity=identity(), code=body["division_code"], roles=SEES_PRESENCE)
        made = export_service.export_month_table(
            session, division=division, level=body["level"], period=Period(body["month"], today, today),
            format=body["format"], language=current_language(), user_id=identity().user_id, now=now())
        db.commit()
        return send_file(made.file, mimetype=made.mimetype, as_attachment=True, download_name=made.name)
