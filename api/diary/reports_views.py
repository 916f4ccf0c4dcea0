"""Reports: the cadre's own drafts, and what was submitted, for those above."""

from flask.views import MethodView

from api import db, intake
from api.auth import identity, requires
from api.dates import month_of, shanghai_day
from api.diary import reports_reading_service, reports_service
from api.diary.reports_rules import PARTS
from api.diary.reports_schemas import (
    ReportEditSchema,
    ReportPatchSchema,
    ReportSchema,
    ReportsQuerySchema,
    ReportsSchema,
    ReportSubmissionSchema,
    SubmissionPostSchema,
    SubmittedReportsQuerySchema,
    SubmittedReportsSchema,
)
from api.http import Blueprint, check_if_match, content_hash, etag, now
from api.postings.access_service import visible_division

reports = Blueprint("reports", __name__, description="Half-month, month and daily reports that write themselves")
submitted_reports = Blueprint("submitted-reports", __name__, description="What cadres have reported, to be read")


@intake.register("report_edit", body=ReportEditSchema(), answer=ReportSchema(), roles=("cadre",))
def take_edit(session, sender, body, *, content_hash, now):
    parts = {part: body[part] for part in PARTS if part in body}
    return reports_service.edit_report(
        session, identity=sender, id=body["id"], report_id=body["report_id"], base_version=body["base_version"],
        parts=parts, content_hash=content_hash, now=now)


@intake.register("report_submission", body=ReportSubmissionSchema(), answer=ReportSchema(), roles=("cadre",))
def take_submission(session, sender, body, *, content_hash, now):
    return reports_service.submit_report(session, identity=sender, content_hash=content_hash, now=now, **body)


@reports.route("")
class Reports(MethodView):
    @requires("cadre")
    @reports.arguments(ReportsQuerySchema, location="query")
    @reports.response(200, ReportsSchema)
    def get(self, query):
        """What there is to report on in a month: each meeting's half month, the month, today's line; the latest first

        Of days that have begun. The texts come one report at a time.
        """
        today, cadre_id = shanghai_day(now()), identity().cadre_id
        month_on = query["month"] or month_of(today)
        if cadre_id is None:
            return {"reports": []}
        return {"reports": reports_service.own_reports(db.session(), cadre_id=cadre_id, month_on=month_on,
                                                       today=today)}


@reports.route("/<uuid:report_id>")
class ReportById(MethodView):
    @requires("cadre", "supervisor")
    @reports.response(200, ReportSchema)
    def get(self, report_id):
        """A report: the own one, or one that was submitted to you

        What was not edited is written from the records anew each time, until it is submitted.
        """
        view = reports_service.report_by_id(db.session(), identity=identity(), id=report_id,
                                            today=shanghai_day(now()))
        return view, 200, {"ETag": etag(view.version)}

    @requires("cadre")
    @reports.edit
    @reports.arguments(ReportPatchSchema)
    @reports.response(200, ReportSchema)
    def patch(self, body, report_id):
        """Write into parts of an own draft; safe to repeat"""
        session = db.session()
        version = reports_service.report_by_id(session, identity=identity(), id=report_id,
                                               today=shanghai_day(now())).version
        # What is sent again was based on a version that it made old itself.
        if not reports_service.is_known(session, body["id"]):
            check_if_match(version)
        whole = {**body, "report_id": report_id, "base_version": version}
        view, _created = take_edit(session, identity(), whole, content_hash=content_hash(body), now=now())
        db.commit()
        return view, 200, {"ETag": etag(view.version)}


@reports.route("/<uuid:report_id>/submissions")
class ReportSubmissions(MethodView):
    @requires("cadre")
    @reports.arguments(SubmissionPostSchema)
    @reports.response(201, ReportSchema)
    @reports.alt_response(200, schema=ReportSchema, description="The same id again: already submitted")
    def post(self, body, report_id):
        """Hand an own report in; its words stay as they stand now, for those above to read. Safe to repeat"""
        whole = {**body, "report_id": report_id}
        view, created = take_submission(db.session(), identity(), whole, content_hash=content_hash(whole), now=now())
        db.commit()
        return view, 201 if created else 200, {"ETag": etag(view.version)}


@submitted_reports.route("")
class SubmittedReports(MethodView):
    @requires("supervisor")
    @submitted_reports.arguments(SubmittedReportsQuerySchema, location="query")
    @submitted_reports.response(200, SubmittedReportsSchema)
    def get(self, query):
        """Reports submitted below a division, village by village; drafts stay with their authors"""
        session = db.session()
        division = visible_division(session, identity=identity(), code=query["division"], roles=("supervisor",))
        found, next_page = reports_reading_service.submitted_reports(
            session, division=division, kind=query["kind"], page=query["page"],
            month_on=query["month"] or month_of(shanghai_day(now())))
        return {"reports": found, "next_page": next_page}
