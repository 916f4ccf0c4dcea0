"""Own data, requests about it, and coordinates revealed for a review."""

from flask import current_app, send_file
from flask.views import MethodView

from api import db
from api.auth import ANY_USER, identity, requires
from api.checkin import my_data_service, requests_service, reveals_service
from api.checkin.privacy_schemas import (
    DataRequestPatchSchema,
    DataRequestPostSchema,
    DataRequestSchema,
    DataRequestsQuerySchema,
    DataRequestsSchema,
    MyDataSchema,
    RevealPostSchema,
    RevealSchema,
)
from api.dashboards import oddities_erasing_service
from api.dates import shanghai_day
from api.errors import current_language
from api.http import Blueprint, check_if_match, content_hash, etag, now
from api.postings import consent_service, roster_service
from api.sync import erasure_service, own_data_service

coordinate_reveals = Blueprint("coordinate-reveals", __name__,
                               description="One coordinate shown for a review, with a reason; the cadre sees it")
data_requests = Blueprint("data-requests", __name__,
                          description="Requests to correct or erase own data, and suggestions")
my_data = Blueprint("my-data", __name__, under="me", description="What is kept of the user who is logged in")

TWICE = "The same id with the same content: already kept"


@coordinate_reveals.route("")
class CoordinateReveals(MethodView):
    @requires("supervisor")
    @coordinate_reveals.arguments(RevealPostSchema)
    @coordinate_reveals.response(201, RevealSchema)
    @coordinate_reveals.alt_response(200, schema=RevealSchema, description=TWICE)
    @coordinate_reveals.alt_response(410, schema="Error", description="The coordinates have been deleted")
    def post(self, body):
        """Show one coordinate for a review

        A POST, since it is noted in the audit log and shown to the cadre whose it is, with the reason. Safe to repeat.
        """
        answer, created = reveals_service.reveal(db.session(), identity=identity(), content_hash=content_hash(body),
                                                 now=now(), **body)
        db.commit()
        return answer, 201 if created else 200


@data_requests.route("")
class DataRequests(MethodView):
    @requires(ANY_USER)
    @data_requests.arguments(DataRequestsQuerySchema, location="query")
    @data_requests.response(200, DataRequestsSchema)
    def get(self, query):
        """Your requests; for administrators also those of the people of their divisions

        500 at most: those that wait in the order in which they were asked, then the answered ones, newest first.
        """
        return {"requests": requests_service.list_requests(db.session(), identity=identity(), state=query["state"])}

    @requires(ANY_USER)
    @data_requests.arguments(DataRequestPostSchema)
    @data_requests.response(201, DataRequestSchema)
    @data_requests.alt_response(200, schema=DataRequestSchema, description=TWICE)
    def post(self, body):
        """Ask to correct or erase own data, or make a suggestion

        `evidence_id`, or `record_kind` with `record_id`, names a record of your own; without it the text says what is
        meant. A suggestion names none. Safe to repeat.
        """
        session, record_on = db.session(), None
        if body["record_kind"] is not None:
            record_on = erasure_service.day_of_own(session, identity=identity(), kind=body["record_kind"],
                                                   record_id=body["record_id"])
        view, created = requests_service.ask(session, identity=identity(), content_hash=content_hash(body), now=now(),
                                             today=shanghai_day(now()), record_on=record_on, **body)
        db.commit()
        return view, 201 if created else 200


@data_requests.route("/<uuid:request_id>")
class DataRequestById(MethodView):
    @requires("admin")
    @data_requests.edit
    @data_requests.arguments(DataRequestPatchSchema)
    @data_requests.response(200, DataRequestSchema)
    def patch(self, body, request_id):
        """Answer a request

        `done` on the erasure of a record empties it for good: its day no longer counts, its id answers 410. Nobody
        answers an own request.
        """
        session = db.session()
        held = requests_service.request_to_answer(session, identity=identity(), request_id=request_id)
        check_if_match(held.version)
        view = requests_service.answer(session, identity=identity(), held=held, now=now(), today=shanghai_day(now()),
                                       **body)
        if (held.kind, held.state) == ("erasure", "done") and held.record_kind is not None:
            erasure_service.erase(session, kind=held.record_kind, record_id=held.record_id, by_id=identity().user_id,
                                  now=now())
        if (held.kind, held.state) == ("erasure", "done") and (held.record_id or held.evidence_id) is not None:
            oddities_erasing_service.forget(session, record_kind=held.record_kind,
                                            record_id=held.record_id or held.evidence_id)
        db.commit()
        return view, 200, {"ETag": etag(view["version"])}


@my_data.route("/data")
class MyData(MethodView):
    @requires(ANY_USER)
    @my_data.response(200, MyDataSchema)
    def get(self):
        """What is kept of you, how long, and who has looked at a coordinate of yours"""
        session = db.session()
        return {**my_data_service.describe(session, user_id=identity().user_id, coordinates_days=_days(),
                                           further=_further(identity().user_id), language=current_language()),
                "requests": requests_service.list_requests(session, identity=identity(), state=None, own_only=True)}


@my_data.route("/exports")
class MyExports(MethodView):
    @requires(ANY_USER)
    @my_data.response(200, {"type": "string", "format": "binary"}, content_type="application/zip")
    def post(self):
        """Everything that is kept of you as a .zip of .csv and .json"""
        file = my_data_service.export(
            db.session(), user_id=identity().user_id, further=_further(identity().user_id), coordinates_days=_days(),
            language=current_language(), now=now(), today=shanghai_day(now()))
        db.commit()
        return send_file(file, mimetype="application/zip", as_attachment=True, download_name="my-data.zip")


def _further(user_id: int) -> dict:
    """What the slices above keep of a person."""
    return {**own_data_service.parts_of(user_id), **oddities_erasing_service.own_parts(user_id)}


def _days() -> int | None:
    """For how many days the user's coordinates are kept."""
    session, today, cadre_id = db.session(), shanghai_day(now()), identity().cadre_id
    posting = roster_service.posting_on(session, cadre_id=cadre_id, day=today) if cadre_id is not None else None
    return consent_service.coordinates_days(session, village_id=posting and posting.village_id,
                                            county_code=current_app.config["COUNTY"], today=today)
