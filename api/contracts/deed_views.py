"""The month ledger: deeds of villages, filled from the contracts, reported when done; items completed."""

from flask.views import MethodView

from api import db, intake
from api.auth import identity, requires
from api.contracts import deeds_filling_service, deeds_service, reports_service
from api.contracts.deed_schemas import (
    CompletionPostSchema,
    CompletionSchema,
    DeedPatchSchema,
    DeedPostSchema,
    DeedReportPostSchema,
    DeedReportRecordSchema,
    DeedSchema,
    DeedsQuerySchema,
    DeedsSchema,
    FillingPostSchema,
    FillingSchema,
)
from api.dates import month_of, shanghai_day
from api.diary.standing_service import VillageStanding
from api.http import Blueprint, check_if_match, content_hash, etag, now
from api.paging import pagination
from api.postings.access_service import visible_division
from api.postings.divisions_service import below

HANDLES = ("cadre", "village", "supervisor")
FILLS = ("village", "supervisor")
# Who speaks for a village: the completion of a line is the village's word.
TELLS = ("cadre", "village")

deeds = Blueprint("deeds", __name__, description="What villages set out to do in a month")
completions = Blueprint("completions", __name__, description="Items that a village reports completed")


@intake.register("deed_report", body=DeedReportRecordSchema(), answer=DeedSchema(), roles=HANDLES)
def take_deed_report(session, sender, body, *, content_hash, now):
    return reports_service.report_deed(session, identity=sender, content_hash=content_hash, now=now, **body)


@intake.register("completion", body=CompletionPostSchema(), answer=CompletionSchema(), roles=TELLS)
def take_completion(session, sender, body, *, content_hash, now):
    return reports_service.report_completion(session, identity=sender, content_hash=content_hash, now=now, **body)


@deeds.route("")
class Deeds(MethodView):
    @requires(*HANDLES)
    @deeds.arguments(DeedsQuerySchema, location="query")
    @deeds.response(200, DeedsSchema)
    def get(self, query):
        """The deeds of a month, village by village; pages by X-Pagination

        A cadre: of the villages posted to. A village: its own. A supervisor: all below the own division.
        """
        session, standing = db.session(), _standing()
        month_on = query["month"] or (None if query["state"] == "overdue" else month_of(standing.today))
        found, count = deeds_service.list_deeds(
            session, standing=standing, code=query["division"], month_on=month_on, state=query["state"],
            page=query["page"], page_size=query["page_size"])
        unfilled = 0 if month_on is None else deeds_filling_service.count_unfilled(
            session, within=standing.within(query["division"]), month_on=month_on)
        return {"deeds": found, "unfilled": unfilled}, 200, {"X-Pagination": pagination(count, query)}

    @requires(*HANDLES)
    @deeds.arguments(DeedPostSchema)
    @deeds.response(201, DeedSchema)
    @deeds.alt_response(200, schema=DeedSchema, description="The same id and content again: already kept")
    def post(self, body):
        """Put a deed on a village's ledger by hand; one for a line and month. Safe to repeat"""
        view, created = deeds_service.enter_deed(db.session(), identity=identity(), now=now(),
                                                 content_hash=content_hash(body), **body)
        db.commit()
        return view, 201 if created else 200, {"ETag": etag(view.version)}


@deeds.route("/fillings")
class DeedFillings(MethodView):
    @requires(*FILLS)
    @deeds.arguments(FillingPostSchema)
    @deeds.response(200, FillingSchema)
    def post(self, body):
        """Fill a month from the quarterly breakdown of the published contracts of a division

        Every line with a share in the quarter that is not done yet, once for a line and month. Safe to repeat.
        """
        division = visible_division(db.session(), identity=identity(), code=body["division_code"], roles=FILLS)
        made = deeds_filling_service.fill_ledger(db.session(), identity=identity(), division=division,
                                                 within=below(division.path), month_on=body["month_on"], now=now())
        db.commit()
        return {"made": made}


@deeds.route("/<uuid:deed_id>")
class DeedById(MethodView):
    @requires(*HANDLES)
    @deeds.response(200, DeedSchema)
    def get(self, deed_id):
        """A deed with what was reported"""
        view = deeds_service.visible_deed(db.session(), standing=_standing(), deed_id=deed_id)
        return view, 200, {"ETag": etag(view.version)}

    @requires(*HANDLES)
    @deeds.edit
    @deeds.arguments(DeedPatchSchema)
    @deeds.response(200, DeedSchema)
    def patch(self, body, deed_id):
        """Change what a deed says, drop it, or take it up again"""
        deed = deeds_service.deed_to_change(db.session(), standing=_standing(), deed_id=deed_id)
        check_if_match(deed.version)
        view = deeds_service.change_deed(db.session(), identity=identity(), deed=deed, changes=body, now=now())
        db.commit()
        return view, 200, {"ETag": etag(view.version)}


@deeds.route("/<uuid:deed_id>/reports")
class DeedReports(MethodView):
    @requires(*HANDLES)
    @deeds.arguments(DeedReportPostSchema)
    @deeds.response(201, DeedSchema)
    @deeds.alt_response(200, schema=DeedSchema, description="The same report again: already kept")
    def post(self, body, deed_id):
        """Report a deed done; what is done may be told again, with more to say. Safe to repeat

        The deeds of the same line in other months of the quarter are done with it.
        """
        body["deed_id"] = deed_id
        view, created = take_deed_report(db.session(), identity(), body, content_hash=content_hash(body), now=now())
        db.commit()
        return view, 201 if created else 200, {"ETag": etag(view.version)}


@completions.route("")
class Completions(MethodView):
    @requires(*TELLS)
    @completions.arguments(CompletionPostSchema)
    @completions.response(201, CompletionSchema)
    @completions.alt_response(200, schema=CompletionSchema, description="The same id and content again: already kept")
    def post(self, body):
        """Report a line completed: one matter, one completion, one check. Safe to repeat

        Another completion of the line is a 409 `already_completed`.
        """
        view, created = take_completion(db.session(), identity(), body, content_hash=content_hash(body), now=now())
        db.commit()
        return view, 201 if created else 200


def _standing() -> VillageStanding:
    return VillageStanding(db.session(), identity(), today=shanghai_day(now()))
