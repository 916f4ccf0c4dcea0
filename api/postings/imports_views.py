"""Bringing in divisions, rosters, the working calendar and households from files."""

from io import BytesIO

from flask import current_app, request, send_file
from flask.views import MethodView

from api import db
from api.auth import identity, requires
from api.checkin import calendar_effect_service, judging_service, standings_forgetting_service
from api.errors import Unprocessable
from api.http import Blueprint, now
from api.postings.calendar_import_service import import_calendar
from api.postings.calendar_template_service import calendar_template
from api.postings.divisions_import_service import import_divisions
from api.postings.imports_schemas import ImportFileSchema, ImportQuerySchema, ImportReportSchema
from api.postings.imports_service import problem_in_words
from api.postings.people_import_service import import_people
from api.postings.people_template_service import people_template
from api.postings.workbook_rules import LARGE
from api.visits import households_import_service, village_quarters_service
from api.visits.households_template_service import households_template

imports = Blueprint("imports", __name__, description="Divisions, rosters, the calendar and households from files")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SERVICES = {"people": import_people, "divisions": import_divisions, "calendar": import_calendar}


@imports.before_request
def allow_a_file() -> None:
    """Files are larger than any other body; the form around one adds a little."""
    request.max_content_length = LARGE.sent + 64 * 1024


@imports.route("")
class Imports(MethodView):
    @requires("admin")
    @imports.arguments(ImportQuerySchema, location="query")
    @imports.arguments(ImportFileSchema, location="files")
    @imports.response(200, ImportReportSchema)
    @imports.alt_response(422, schema="Error", description="import_refused: errors.rows names every bad row")
    def post(self, query, files):
        """Import a file, all or nothing

        Safe to repeat: the same file twice changes nothing. With `dry_run` the answer is the same, problems included,
        and nothing is changed. What lies outside the administrator's divisions is refused row by row; the calendar is
        for administrators of the whole county (403 county_admin_only). It makes a year official and replaces its
        official days as a whole; figures of everybody posted then follow at once.
        """
        common = {"file": files["file"].stream, "county_code": current_app.config["COUNTY"],
                  "by_id": identity().user_id, "now": now(), "dry_run": query["dry_run"],
                  "scope": tuple(grant.path for grant in identity().grants if grant.role == "admin")}
        if query["kind"] == "households":
            report = _import_households(common)
        else:
            options = {"source": query["source"]} if query["kind"] == "calendar" else {}
            report = SERVICES[query["kind"]](db.session(), **common, **options)
        problems = [problem_in_words(problem, identity().language) for problem in report.problems]
        if problems and not report.dry_run:
            raise Unprocessable("import_refused", errors={"rows": problems}, n=len(problems))
        judging_service.cadres_changed(db.session(), cadre_ids=report.cadre_ids)
        calendar_effect_service.calendar_changed(db.session(), days=report.days)
        if not report.dry_run:
            standings_forgetting_service.roster_changed(db.session())
            db.commit()
        return {**vars(report), "problems": problems}


def _import_households(common: dict):
    # To read a county's households takes most of a minute, in which nobody should wait for this transaction.
    db.restart()
    read = households_import_service.read_file(common["file"])
    report, villages = households_import_service.import_households(
        db.session(), current_app.config["SEALING"], read=read, **common)
    village_quarters_service.households_changed(db.session(), village_ids=villages, now=common["now"])
    return report


@imports.route("/templates/households")
class HouseholdsTemplate(MethodView):
    @requires("admin")
    @imports.response(200, {"type": "string", "format": "binary"}, content_type=XLSX)
    def get(self):
        """The empty register of households, in the reader's language"""
        made = households_template(db.session(), language=identity().language, now=now())
        return send_file(BytesIO(made), mimetype=XLSX, as_attachment=True, download_name="households.xlsx")


@imports.route("/templates/people")
class PeopleTemplate(MethodView):
    @requires("admin")
    @imports.response(200, {"type": "string", "format": "binary"}, content_type=XLSX)
    def get(self):
        """The empty roster sheet, in the reader's language"""
        made = people_template(db.session(), county_code=current_app.config["COUNTY"], language=identity().language,
                               now=now())
        return send_file(BytesIO(made), mimetype=XLSX, as_attachment=True, download_name="people.xlsx")


@imports.route("/templates/calendar")
class CalendarTemplate(MethodView):
    @requires("admin")
    @imports.response(200, {"type": "string", "format": "binary"}, content_type=XLSX)
    def get(self):
        """The empty table of a year's holidays and makeup days, in the reader's language"""
        made = calendar_template(language=identity().language, now=now())
        return send_file(BytesIO(made), mimetype=XLSX, as_attachment=True, download_name="calendar.xlsx")
