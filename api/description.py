"""The API's description: our fields in it, and the one shape of every error."""

import marshmallow as ma
from flask_smorest import Api as SmorestApi
from flask_smorest.error_handler import ErrorSchema as SmorestErrorSchema
from werkzeug.exceptions import HTTPException

from api.errors import handle_http_exception
from api.http import Day, Instant, Month


class ErrorSchema(SmorestErrorSchema):
    """flask-smorest's error, plus our slug and the id under which the server's log knows the request."""

    reason = ma.fields.String(metadata={"description": "Stable slug for programs; a published one never changes"})
    request_id = ma.fields.String(allow_none=True, metadata={"description": "Name it when asking for help"})


class Api(SmorestApi):
    """flask-smorest's Api with our error shape and no second opinion on HTTP errors."""

    ERROR_SCHEMA = ErrorSchema

    def init_app(self, app, **kwargs):
        super().init_app(app, **kwargs)
        self.register_field(Instant, "string", "date-time")
        self.register_field(Day, "string", "date")
        self.register_field(Month, "string", None)

    def _register_error_handlers(self):
        self._app.register_error_handler(HTTPException, handle_http_exception)
