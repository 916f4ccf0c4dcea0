"""Spot checks of villages, drawn or chosen, and what they found."""

from flask.views import MethodView

from api import db
from api.auth import identity, requires
from api.contracts import check_entry_service, checks_service, findings_service
from api.contracts.check_schemas import (
    CheckPatchSchema,
    CheckPostSchema,
    CheckSchema,
    CheckVisitPostSchema,
    ChecksQuerySchema,
    ChecksSchema,
    FindingPatchSchema,
    FindingPostSchema,
    FindingSchema,
    FindingsQuerySchema,
    FindingsSchema,
)
from api.dates import shanghai_day
from api.http import Blueprint, check_if_match, content_hash, etag, now
from api.paging import pagination

CHECK = ("supervisor", "discipline")
READ = (*CHECK, "village", "cadre")

spot_checks = Blueprint("spot-checks", __name__,
                        description="Checks of villages, unannounced, of a quarter, or as a patrol")
findings = Blueprint("findings", __name__, description="What a check found")


@spot_checks.route("")
class SpotChecks(MethodView):
    @requires(*READ)
    @spot_checks.arguments(ChecksQuerySchema, location="query")
    @spot_checks.response(200, ChecksSchema)
    def get(self, query):
        """Checks that you may know of, the latest first; pages by X-Pagination

        An unannounced one is hidden from everybody below the division that checks until a village was visited, then
        only that village's part of it is shown, and all parts once it is closed.
        """
        filters = {key: value for key, value in query.items() if key != "division"}
        found, count = checks_service.list_checks(db.session(), identity=identity(), today=shanghai_day(now()),
                                                  code=query["division"], **filters)
        return {"spot_checks": found}, 200, {"X-Pagination": pagination(count, query)}

    @requires(*CHECK)
    @spot_checks.arguments(CheckPostSchema)
    @spot_checks.response(201, CheckSchema)
    @spot_checks.alt_response(200, schema=CheckSchema, description="The same id and content again: already kept")
    def post(self, body):
        """Enter a check of villages that are drawn by lot or chosen

        A draw keeps its seed and what was drawn from, so that it can be made again. Safe to repeat: nothing is drawn
        twice.
        """
        hashed = content_hash(body)
        view, created = check_entry_service.enter_check(
            db.session(), identity=identity(), lots=body.pop("draw"), content_hash=hashed, now=now(), **body)
        db.commit()
        return view, 201 if created else 200


@spot_checks.route("/<uuid:check_id>")
class SpotCheckById(MethodView):
    @requires(*READ)
    @spot_checks.response(200, CheckSchema)
    def get(self, check_id):
        """A check with its villages, as far as you may know of it"""
        reader = checks_service.Reader(db.session(), identity(), today=shanghai_day(now()))
        view = checks_service.visible_check(db.session(), reader=reader, check_id=check_id)
        return view, 200, {"ETag": etag(view.version)} if view.is_whole else {}

    @requires(*CHECK)
    @spot_checks.edit
    @spot_checks.arguments(CheckPatchSchema)
    @spot_checks.response(200, CheckSchema)
    def patch(self, body, check_id):
        """Change the title, the focus and the days of an open check"""
        check = _check_to_change(check_id)
        check_if_match(check.version)
        view = check_entry_service.change_check(db.session(), identity=identity(), check=check, now=now(), **body)
        db.commit()
        return view, 200, {"ETag": etag(view.version)}


@spot_checks.route("/<uuid:check_id>/villages/<code:village_code>")
class CheckVisits(MethodView):
    @requires(*CHECK)
    @spot_checks.arguments(CheckVisitPostSchema)
    @spot_checks.response(201, CheckSchema)
    @spot_checks.alt_response(200, schema=CheckSchema, description="The same day again: already noted")
    def post(self, body, check_id, village_code):
        """Note that the checkers were in a village, which reveals its part of the check

        Safe to repeat.
        """
        view, created = check_entry_service.note_visit(
            db.session(), identity=identity(), check=_check_to_change(check_id), village_code=village_code, now=now(),
            **body)
        db.commit()
        return view, 201 if created else 200, {"ETag": etag(view.version)}


@spot_checks.route("/<uuid:check_id>/closings")
class CheckClosings(MethodView):
    @requires(*CHECK)
    @spot_checks.response(200, CheckSchema)
    def post(self, check_id):
        """Close a check, which reveals it to all villages that it was about

        Safe to repeat: a closed one stays closed.
        """
        view = check_entry_service.close_check(db.session(), identity=identity(), check=_check_to_change(check_id),
                                               now=now())
        db.commit()
        return view, 200, {"ETag": etag(view.version)}


@findings.route("")
class Findings(MethodView):
    @requires(*READ)
    @findings.arguments(FindingsQuerySchema, location="query")
    @findings.response(200, FindingsSchema)
    def get(self, query):
        """What checks found in the villages that you may know of, village by village; pages by X-Pagination"""
        filters = {key: value for key, value in query.items() if key != "division"}
        found, count = findings_service.list_findings(db.session(), identity=identity(), today=shanghai_day(now()),
                                                      code=query["division"], **filters)
        return {"findings": found}, 200, {"X-Pagination": pagination(count, query)}

    @requires(*CHECK)
    @findings.arguments(FindingPostSchema)
    @findings.response(201, FindingSchema)
    @findings.alt_response(200, schema=FindingSchema, description="The same id and content again: already kept")
    def post(self, body):
        """Enter what was found in a village, after the visit was noted and while the check is open

        Safe to repeat.
        """
        hashed, check = content_hash(body), _check_to_change(body.pop("check_id"))
        view, created = findings_service.enter_finding(db.session(), identity=identity(), check=check,
                                                       content_hash=hashed, now=now(), **body)
        db.commit()
        return view, 201 if created else 200


@findings.route("/<uuid:finding_id>")
class FindingById(MethodView):
    @requires(*READ)
    @findings.response(200, FindingSchema)
    def get(self, finding_id):
        """A finding with its photos, and the notice that came of it"""
        view = findings_service.visible_finding(db.session(), identity=identity(), finding_id=finding_id,
                                                today=shanghai_day(now()))
        return view, 200, {"ETag": etag(view.version)}

    @requires(*CHECK)
    @findings.edit
    @findings.arguments(FindingPatchSchema)
    @findings.response(200, FindingSchema)
    def patch(self, body, finding_id):
        """Change a finding while its check is open; what it said before stays in the audit log"""
        finding = findings_service.finding_to_change(db.session(), identity=identity(), finding_id=finding_id,
                                                     today=shanghai_day(now()))
        check_if_match(finding.version)
        view = findings_service.change_finding(db.session(), identity=identity(), finding=finding, now=now(), **body)
        db.commit()
        return view, 200, {"ETag": etag(view.version)}


def _check_to_change(check_id):
    return check_entry_service.check_to_change(db.session(), identity=identity(), check_id=check_id,
                                               today=shanghai_day(now()))
