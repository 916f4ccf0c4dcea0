"""Questions read aloud by somebody of the village."""

from io import BytesIO

from flask import send_file
from flask.views import MethodView

from api import db
from api.auth import PUBLIC, requires
from api.http import Blueprint
from api.ratings.recordings_rules import MIMETYPES
from api.ratings.recordings_service import recording_by_id

BINARY = {"type": "string", "format": "binary"}
# What is once under a key stays as it is.
YEAR_S = 365 * 24 * 3600

recordings = Blueprint("recordings", __name__, description="A question as somebody of the village says it")


@recordings.route("/<uuid:recording_id>")
class RecordingById(MethodView):
    @requires(PUBLIC, unseen=True)
    @recordings.doc(responses={
        200: {"description": "The sound", "content": {one: {"schema": BINARY} for one in MIMETYPES}},
        404: {"description": "Not there", "content": {"application/json": {
            "schema": {"$ref": "#/components/schemas/Error"}}}}})
    def get(self, recording_id):
        """A recording, for everybody; also in parts (Range), as telephones ask for it"""
        found = recording_by_id(db.session(), recording_id)
        db.restart()
        response = send_file(BytesIO(found.content), mimetype=found.mimetype, conditional=True, etag=found.sha256,
                             max_age=YEAR_S)
        response.cache_control.immutable = True
        return response
