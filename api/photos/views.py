"""Photos: sent as raw bytes under their hash, served small and without what cameras write into them."""

from collections.abc import Callable

from flask import Response, abort, current_app, request
from flask.views import MethodView

from api import db
from api.auth import ANY_USER, FORMS, identity, requires
from api.checkin import errands_service
from api.contracts import (
    acceptances_service,
    contract_steps_service,
    findings_service,
    notices_service,
    reports_service,
)
from api.dates import shanghai_day
from api.diary import concerns_service, entries_service, receptions_service, special_reports_service
from api.errors import NotFound, Unprocessable
from api.http import Blueprint, now
from api.photos import records_service, service
from api.photos.rules import MIMETYPES, MOST_BYTES
from api.photos.schemas import PhotoSchema
from api.photos.stores_service import Store, store_of
from api.ratings import votes_service
from api.visits import round_views_service

BINARY = {"type": "string", "format": "binary"}
BODY = {"required": True, "description": "The file as it is, 20 MB and 50 megapixels at most",
        "content": {mimetype: {"schema": BINARY} for mimetype in dict.fromkeys(MIMETYPES.values())}}


def _today(ask: Callable[..., bool]) -> Callable[..., bool]:
    """A question that depends on where somebody is posted today."""
    return lambda session, **about: ask(session, today=shanghai_day(now()), **about)


# Who may see the photos of a record, by the record's kind: asked as (session, identity=, record_id=), answers bool.
MAY_SEE: dict[str, Callable[..., bool]] = {
    "acceptance": _today(acceptances_service.may_see_photo),
    "completion": _today(reports_service.may_see_photo_of_completion),
    "deed_report": _today(reports_service.may_see_photo_of_deed),
    "concern": _today(concerns_service.may_see_photo),
    "finding": _today(findings_service.may_see_photo),
    "contract_step": _today(contract_steps_service.may_see_photo),
    "reception": _today(receptions_service.may_see_photo),
    "special_report": _today(special_reports_service.may_see_photo),
    "notice_step": _today(notices_service.may_see_photo),
    "visit": round_views_service.may_see_photo,
    "diary": entries_service.may_see_photo,
    "vote": votes_service.may_see_photo,
}

photos = Blueprint("photos", __name__, description="Pictures by the SHA-256 of their bytes; never asked for")


@photos.before_request
def allow_a_photo() -> None:
    """Photos are larger than any other body.

    A body that does not say its length is cut off at the limit without a word; one byte more than is allowed tells.
    """
    request.max_content_length = MOST_BYTES + 1


@photos.route("/<sha256:sha256>")
class PhotoByHash(MethodView):
    @requires(ANY_USER)
    @photos.doc(requestBody=BODY)
    @photos.response(201, PhotoSchema)
    @photos.alt_response(200, schema=PhotoSchema, description="Already kept: nothing changes")
    @photos.alt_response(413, schema="Error", description="Larger than 20 MB")
    @photos.alt_response(422, schema="Error", description=(
        "photo_hash, not_a_photo, photo_broken or photo_too_many_pixels: not stored"))
    @photos.alt_response(503, schema="Error", description="Too many pictures at once; see Retry-After")
    def put(self, sha256):
        """Store a photo under its SHA-256 in small hexadecimal digits

        Records name photos by their hash and need not wait for them. JPEG, PNG or WebP. Safe to repeat; once kept, a
        photo never changes.
        """
        if request.mimetype in FORMS:
            raise Unprocessable("not_a_photo")
        data, user_id, store = request.get_data(), identity().user_id, _store()
        if len(data) > MOST_BYTES:
            abort(413)
        service.check_hash(data, sha256)
        known = service.known_photo(db.session(), sha256=sha256, user_id=user_id)
        # Asking the store, decoding and storing take a second or two, for which nobody else should wait: the
        # transaction ends here, and a new one begins when the bytes are safe.
        db.restart()
        if known is not None and store.holds(sha256):
            return known, 200
        picture = service.store_picture(store, sha256=sha256, data=data)
        view, created = service.record_photo(db.session(), sha256=sha256, size_bytes=len(data), picture=picture,
                                             user_id=user_id, now=now())
        db.commit()
        return view, 201 if created else 200


@photos.route("/<sha256:sha256>/<any(thumb, view):size>")
class PhotoInSize(MethodView):
    @requires(ANY_USER)
    @photos.response(200, BINARY, content_type="image/jpeg")
    @photos.alt_response(503, schema="Error", description="Too many pictures at once; see Retry-After")
    def get(self, sha256, size):
        """A photo of your own, or of a record that you may see: thumb (320 pixels) or view (1,280), as JPEG

        The file as it was sent is never served.
        """
        photo = service.photo_by_hash(db.session(), sha256)
        if photo.stored_by_id != identity().user_id and not _may_see(sha256):
            raise NotFound()
        db.restart()
        response = Response(service.served(_store(), sha256=sha256, size=size), mimetype="image/jpeg")
        response.set_etag(f"{sha256}-{size}")
        # Asked anew each time whether one still may; a 304 costs next to nothing.
        response.headers["Cache-Control"] = "private, no-cache"
        return response.make_conditional(request)


def _may_see(sha256: str) -> bool:
    """Whether a record that the user may see names this photo."""
    session, user = db.session(), identity()
    if errands_service.may_see_notice(session, identity=user, sha256=sha256):
        return True
    return any(MAY_SEE[kind](session, identity=user, record_id=record_id)
               for kind, record_id in records_service.records_naming(session, sha256) if kind in MAY_SEE)


def _store() -> Store:
    return store_of(current_app.config)
