"""Half-yearly marks by a published scheme, and appeals against them."""

from flask.views import MethodView

from api import db
from api.auth import identity, requires
from api.contracts import mark_appeals_service, mark_schemes_service, mark_sheets_service
from api.contracts.checks_service import Reader
from api.contracts.mark_schemas import (
    MarkAnswerPostSchema,
    MarkAppealPostSchema,
    MarkSchemePatchSchema,
    MarkSchemePostSchema,
    MarkSchemeSchema,
    MarkSchemesQuerySchema,
    MarkSchemesSchema,
    MarkSheetPatchSchema,
    MarkSheetPostSchema,
    MarkSheetSchema,
    MarkSheetsQuerySchema,
    MarkSheetsSchema,
)
from api.dates import shanghai_day
from api.http import Blueprint, check_if_match, content_hash, etag, now
from api.paging import pagination
from api.postings.access_service import visible_division

READ = ("supervisor", "village", "cadre")

mark_schemes = Blueprint("mark-schemes", __name__, description="How contracts are marked, from a day on")
mark_sheets = Blueprint("mark-sheets", __name__, description="The marks of a village for half a year, and its appeal")


@mark_schemes.route("")
class MarkSchemes(MethodView):
    @requires(*READ)
    @mark_schemes.arguments(MarkSchemesQuerySchema, location="query")
    @mark_schemes.response(200, MarkSchemesSchema)
    def get(self, query):
        """The schemes that bear on a division, and one that a county may adopt as it is"""
        division = visible_division(db.session(), identity=identity(), code=query["division"], roles=READ)
        return {"schemes": mark_schemes_service.schemes_of(db.session(), division),
                "proposed": mark_schemes_service.proposed(shanghai_day(now()))}

    @requires("supervisor")
    @mark_schemes.arguments(MarkSchemePostSchema)
    @mark_schemes.response(201, MarkSchemeSchema)
    @mark_schemes.alt_response(200, schema=MarkSchemeSchema, description="The same again: already kept")
    def post(self, body):
        """Enter the scheme of a division from a half on

        Safe to repeat.
        """
        view, created = mark_schemes_service.enter_scheme(db.session(), identity=identity(), now=now(), **body)
        db.commit()
        return view, 201 if created else 200, {"ETag": etag(view.version)}


@mark_schemes.route("/<id:scheme_id>")
class MarkSchemeById(MethodView):
    @requires("supervisor")
    @mark_schemes.edit
    @mark_schemes.arguments(MarkSchemePatchSchema)
    @mark_schemes.response(200, MarkSchemeSchema)
    def patch(self, body, scheme_id):
        """Change a scheme by which nothing was marked yet"""
        scheme = mark_schemes_service.scheme_to_change(db.session(), identity=identity(), scheme_id=scheme_id)
        check_if_match(scheme.version)
        view = mark_schemes_service.change_scheme(db.session(), identity=identity(), scheme=scheme, now=now(), **body)
        db.commit()
        return view, 200, {"ETag": etag(view.version)}


@mark_sheets.route("")
class MarkSheets(MethodView):
    @requires(*READ)
    @mark_sheets.arguments(MarkSheetsQuerySchema, location="query")
    @mark_sheets.response(200, MarkSheetsSchema)
    def get(self, query):
        """Sheets of marks, the latest half first, in the order of the roster; pages by X-Pagination

        Of the own village those that were published; below the own division drafts too.
        """
        filters = {key: value for key, value in query.items() if key != "division"}
        found, count, unmarked = mark_sheets_service.list_sheets(
            db.session(), identity=identity(), today=shanghai_day(now()), code=query["division"], **filters)
        return {"sheets": found, "unmarked": unmarked}, 200, {"X-Pagination": pagination(count, query)}

    @requires("supervisor")
    @mark_sheets.arguments(MarkSheetPostSchema)
    @mark_sheets.response(201, MarkSheetSchema)
    @mark_sheets.alt_response(200, schema=MarkSheetSchema, description="The same id and content again: already kept")
    def post(self, body):
        """Begin the sheet of a village for a half; one for each, by the scheme that holds on the half's first day

        Safe to repeat.
        """
        hashed = content_hash(body)
        view, created = mark_sheets_service.enter_sheet(db.session(), identity=identity(), content_hash=hashed,
                                                        now=now(), **body)
        db.commit()
        return view, 201 if created else 200, {"ETag": etag(view.version)}


@mark_sheets.route("/<uuid:sheet_id>")
class MarkSheetById(MethodView):
    @requires(*READ)
    @mark_sheets.response(200, MarkSheetSchema)
    def get(self, sheet_id):
        """A sheet with what the verdicts suggest beside each mark, and its appeal"""
        sheet = mark_sheets_service.visible_sheet(db.session(), reader=_reader(), sheet_id=sheet_id)
        [view] = mark_sheets_service.sheet_views(db.session(), [sheet], reader=_reader())
        return view, 200, {"ETag": etag(view.version)}

    @requires("supervisor")
    @mark_sheets.edit
    @mark_sheets.arguments(MarkSheetPatchSchema)
    @mark_sheets.response(200, MarkSheetSchema)
    def patch(self, body, sheet_id):
        """Change the marks of a draft"""
        sheet = _locked(sheet_id)
        check_if_match(sheet.version)
        view = mark_sheets_service.change_sheet(db.session(), reader=_reader(), sheet=sheet, now=now(), **body)
        db.commit()
        return view, 200, {"ETag": etag(view.version)}


@mark_sheets.route("/<uuid:sheet_id>/publications")
class MarkSheetPublications(MethodView):
    @requires("supervisor")
    @mark_sheets.edit
    @mark_sheets.response(200, MarkSheetSchema)
    def post(self, sheet_id):
        """Publish a sheet that has marks for every criterion; from then on it stays as it is

        By its ETag, so that nobody publishes what somebody else has changed meanwhile. Safe to repeat with the new one.
        """
        sheet = _locked(sheet_id)
        check_if_match(sheet.version)
        view = mark_sheets_service.publish_sheet(db.session(), reader=_reader(), sheet=sheet, now=now())
        db.commit()
        return view, 200, {"ETag": etag(view.version)}


@mark_sheets.route("/<uuid:sheet_id>/appeals")
class MarkSheetAppeals(MethodView):
    @requires("village")
    @mark_sheets.arguments(MarkAppealPostSchema)
    @mark_sheets.response(201, MarkSheetSchema)
    @mark_sheets.alt_response(200, schema=MarkSheetSchema, description="The same id and content again: already kept")
    def post(self, body, sheet_id):
        """Appeal against the own village's published marks, until the day that the sheet names

        Safe to repeat.
        """
        hashed = content_hash(body)
        view, created = mark_appeals_service.appeal(db.session(), reader=_reader(), sheet=_locked(sheet_id),
                                                    content_hash=hashed, now=now(), **body)
        db.commit()
        return view, 201 if created else 200


@mark_sheets.route("/<uuid:sheet_id>/answers")
class MarkSheetAnswers(MethodView):
    @requires("supervisor")
    @mark_sheets.arguments(MarkAnswerPostSchema)
    @mark_sheets.response(200, MarkSheetSchema)
    def post(self, body, sheet_id):
        """Answer a village's appeal: the marks are upheld, or corrected by a sheet that replaces this one

        Not by who marked. Safe to repeat.
        """
        view = mark_appeals_service.answer(db.session(), reader=_reader(), sheet=_locked(sheet_id), now=now(), **body)
        db.commit()
        return view, 200, {"ETag": etag(view.version)}


def _reader() -> Reader:
    return Reader(db.session(), identity(), today=shanghai_day(now()))


def _locked(sheet_id):
    return mark_sheets_service.visible_sheet(db.session(), reader=_reader(), sheet_id=sheet_id, lock=True)
