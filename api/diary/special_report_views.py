"""Special reports, good practices and stability clues."""

from uuid import uuid4

from flask.views import MethodView

from api import db, intake
from api.auth import identity, requires
from api.dates import shanghai_day
from api.diary import special_reports_service as service
from api.diary.special_report_schemas import (
    SpecialReadingPostSchema,
    SpecialReportEditSchema,
    SpecialReportPatchSchema,
    SpecialReportPostSchema,
    SpecialReportSchema,
    SpecialReportsQuerySchema,
    SpecialReportsSchema,
    SpecialReportSubmissionSchema,
    SpecialSubmissionSchema,
    SpecialVersionsSchema,
)
from api.http import Blueprint, check_if_match, content_hash, etag, now
from api.paging import pagination

special_reports = Blueprint("special-reports", __name__, description=(
    "Special reports, good practices, stability clues: a cadre's own until submitted, then for those above"))


@intake.register("special_report", body=SpecialReportPostSchema(), answer=SpecialReportSchema(), roles=("cadre",))
def take_report(session, sender, body, *, content_hash, now):
    report, created = service.write_report(session, identity=sender, content_hash=content_hash, now=now, **body)
    return service.report_views(session, [report], identity=sender)[0], created


@intake.register("special_report_edit", body=SpecialReportEditSchema(), answer=SpecialReportSchema(),
                 roles=("cadre",))
def take_edit(session, sender, body, *, content_hash, now):
    report, created = service.edit_report(session, identity=sender, content_hash=content_hash, now=now, **body)
    return service.report_views(session, [report], identity=sender)[0], created


@intake.register("special_report_submission", body=SpecialReportSubmissionSchema(), answer=SpecialReportSchema(),
                 roles=("cadre",))
def take_submission(session, sender, body, *, content_hash, now):
    report, created = service.submit_report(session, identity=sender, now=now, **body)
    return service.report_views(session, [report], identity=sender)[0], created


@special_reports.route("")
class SpecialReports(MethodView):
    @requires("cadre", "supervisor")
    @special_reports.arguments(SpecialReportsQuerySchema, location="query")
    @special_reports.response(200, SpecialReportsSchema)
    def get(self, query):
        """Your own, those submitted to you, and good practices shared with you; pages by X-Pagination

        The texts come with each one.
        """
        filters = {key: value for key, value in query.items() if key != "division"}
        found, count = service.list_reports(db.session(), identity=identity(), today=shanghai_day(now()),
                                            code=query["division"], **filters)
        return {"reports": found}, 200, {"X-Pagination": pagination(count, query)}

    @requires("cadre")
    @special_reports.arguments(SpecialReportPostSchema)
    @special_reports.response(201, SpecialReportSchema)
    @special_reports.alt_response(200, schema=SpecialReportSchema, description="The same again: already kept")
    def post(self, body):
        """Write a report: the village committee's work, what villagers think, a good practice, or a stability clue

        A clue is read by the township and above only. Safe to repeat.
        """
        view, created = take_report(db.session(), identity(), body, content_hash=content_hash(body), now=now())
        db.commit()
        return view, 201 if created else 200, {"ETag": etag(view.version)}


@special_reports.route("/<uuid:report_id>")
class SpecialReportById(MethodView):
    @requires("cadre", "supervisor")
    @special_reports.response(200, SpecialReportSchema)
    def get(self, report_id):
        """A report with its text and who read it"""
        report = service.visible_report(db.session(), identity=identity(), report_id=report_id,
                                        today=shanghai_day(now()))
        return (service.report_views(db.session(), [report], identity=identity())[0], 200,
                {"ETag": etag(report.version)})

    @requires("cadre")
    @special_reports.edit
    @special_reports.arguments(SpecialReportPatchSchema)
    @special_reports.response(200, SpecialReportSchema)
    def patch(self, body, report_id):
        """Change your own report until somebody has read it; what it said before is kept"""
        session = db.session()
        version = service.own_report(session, identity=identity(), report_id=report_id).version
        check_if_match(version)
        view, _created = take_edit(
            session, identity(), {**body, "id": uuid4(), "report_id": report_id, "base_version": version},
            content_hash=content_hash(body), now=now())
        db.commit()
        return view, 200, {"ETag": etag(view.version)}


@special_reports.route("/<uuid:report_id>/versions")
class SpecialReportVersions(MethodView):
    @requires("cadre", "supervisor")
    @special_reports.response(200, SpecialVersionsSchema)
    def get(self, report_id):
        """What a report said before it was edited, the oldest first"""
        report = service.visible_report(db.session(), identity=identity(), report_id=report_id,
                                        today=shanghai_day(now()))
        return {"versions": service.versions_of(db.session(), report, identity=identity())}


@special_reports.route("/<uuid:report_id>/submissions")
class SpecialReportSubmissions(MethodView):
    @requires("cadre")
    @special_reports.arguments(SpecialSubmissionSchema)
    @special_reports.response(201, SpecialReportSchema)
    @special_reports.alt_response(200, schema=SpecialReportSchema, description="It was submitted already")
    def post(self, body, report_id):
        """Hand your draft in; from here on those above may read it"""
        view, created = take_submission(db.session(), identity(), {**body, "report_id": report_id},
                                        content_hash=content_hash(body), now=now())
        db.commit()
        return view, 201 if created else 200


@special_reports.route("/<uuid:report_id>/readings")
class SpecialReportReadings(MethodView):
    @requires("supervisor")
    @special_reports.arguments(SpecialReadingPostSchema)
    @special_reports.response(201, SpecialReportSchema)
    @special_reports.alt_response(200, schema=SpecialReportSchema, description="The same again: already kept")
    def post(self, body, report_id):
        """Say that you have read a report, with a line to its author; a good practice may be shared

        Safe to repeat.
        """
        report, created = service.read_report(db.session(), identity=identity(), report_id=report_id,
                                              content_hash=content_hash(body), now=now(), **body)
        db.commit()
        view = service.report_views(db.session(), [report], identity=identity())[0]
        return view, 201 if created else 200
