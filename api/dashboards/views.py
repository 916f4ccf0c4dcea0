"""Exports: made into a file first, logged, then sent."""

from flask import current_app, send_file
from flask.views import MethodView

from api import db
from api.answers import own_answer
from api.auth import identity, requires
from api.dashboards.export_kinds_rules import KINDS
from api.dashboards.export_takers_service import Asked, take
from api.dashboards.orders_service import Order, Taking, note_taking
from api.dashboards.schemas import ExportPostSchema
from api.dates import shanghai_day
from api.docx import DOCX
from api.errors import current_language
from api.http import Blueprint, now
from api.xlsx import XLSX

BINARY = {"type": "string", "format": "binary"}

exports = Blueprint("exports", __name__, description="Tables and papers as files; every export is in the audit log")


@exports.route("")
class Exports(MethodView):
    @requires("cadre", "supervisor", "village", "admin", "discipline")
    @exports.arguments(ExportPostSchema)
    @exports.response(200, BINARY, content_type=XLSX)
    @exports.doc(responses={200: {"content": {"text/csv": {"schema": BINARY}, DOCX: {"schema": BINARY}}}})
    def post(self, body):
        """A table or a paper: .xlsx, .csv or .docx by its kind

        month_table; of a month: month_sheet, public_notice, register_book, allowance (of closed months only);
        certificate of a cadre's postings; peoples_diary, work_log, squatting_sheet of a cadre's day or month; list of a
        handover; concerns or households below a division; visit coverage of a quarter.
        Also the papers of a meeting, and what a spot_check found; notices below a division, or one; the deeds of a
        month, acceptances, the record of one; the blank ballot of a vote, and its result with the minutes; the
        rating_results of a closed campaign. For analysis, as rows of text below a division: days (one for each cadre
        and day with a fact: evidence by kind and verdict, leave, no position) and visits (for supervisors, as the list
        of visits: no telephone, no position, no summary). month_workbook: one look, its topics, what to talk about and
        the rules as the sheets of one file, each as far as you may see it. All other kinds are the tables of
        the dashboards: each holds what its own GET shows to you (`filters`), no more. A POST, since it is logged.
        """
        kind = body["kind"]
        order = Order(kind, body["format"] or KINDS[kind].formats[0], current_language(), identity().user_id, now(),
                      shanghai_day(now()), body["filled"])
        taking = _taken(body, order)
        # The note in a transaction of its own: however long the reading took, the audit chain was not held for it.
        db.restart()
        made = note_taking(db.session(), taking, order=order)
        db.commit()
        return send_file(made.file, mimetype=made.mimetype, as_attachment=True, download_name=made.name)


def _taken(body: dict, order: Order) -> Taking:
    """A file that is made from one snapshot, in which nothing can be written."""
    db.restart()
    db.only_read()
    return take(Asked(db.session(), identity(), order, body, ask=own_answer, county_code=current_app.config["COUNTY"],
                      origin=current_app.config["ORIGINS"][0]))
