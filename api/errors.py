"""What can go wrong, in the words of the domain, and the one place that turns it into an answer.

DomainError
├── NotFound          404  not there, or not yours: both look the same
├── Forbidden         403
├── Conflict          409  the state does not allow it
├── IdReused          409  the id belongs to another record
├── Gone              410  erased
├── Stale             412  edited by someone else meanwhile
├── PreconditionMissing 428  an edit without its ETag
├── Unprocessable     422  a rule about the data
├── TooMany           429  try again later
├── Unavailable       503  too busy; the same again will do
├── Internal          500  our fault
└── Unauthorised      401
"""

import errno
import logging

from flask import Flask, Response, g, jsonify, request
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException
from werkzeug.http import HTTP_STATUS_CODES

from api import i18n

log = logging.getLogger("zhucun.errors")

RETRY_AFTER_S = 5


class DomainError(Exception):
    """A refusal with a status, a stable `reason` slug for programs, and parameters for the words (`error.<reason>`)."""

    status = 400

    def __init__(self, reason: str | None = None, *, errors: dict | None = None, headers: dict | None = None, **params):
        super().__init__(reason or self.reason)
        self.reason = reason or self.reason
        self.errors = errors or {}
        self.headers = headers or {}
        self.params = params

    reason = "bad_request"


class Unauthorised(DomainError):
    status, reason = 401, "not_logged_in"


class Forbidden(DomainError):
    status, reason = 403, "forbidden"


class NotFound(DomainError):
    status, reason = 404, "not_found"


class Conflict(DomainError):
    status, reason = 409, "conflict"


class IdReused(Conflict):
    reason = "id_reused"


class Gone(DomainError):
    status, reason = 410, "erased"


class Stale(DomainError):
    status, reason = 412, "stale"


class Unprocessable(DomainError):
    status, reason = 422, "invalid"


class PreconditionMissing(DomainError):
    status, reason = 428, "precondition_missing"


class TooMany(DomainError):
    status, reason = 429, "too_many_attempts"


class Unavailable(DomainError):
    status, reason = 503, "unavailable"


class Internal(DomainError):
    status, reason = 500, "internal"


# Slugs for what the framework itself refuses.
HTTP_REASONS = {
    400: "malformed", 401: "not_logged_in", 403: "forbidden", 404: "not_found", 405: "method_not_allowed",
    406: "not_acceptable", 408: "timeout", 413: "too_large", 415: "unsupported_media_type", 422: "invalid",
    428: "precondition_missing", 429: "too_many_attempts", 500: "internal", 503: "unavailable", 507: "storage_full",
}


def current_language() -> str:
    """The user's setting, then Accept-Language, then Chinese."""
    identity = g.get("identity")
    return identity.language if identity is not None else i18n.negotiate(request.accept_languages)


def answer(status: int, reason: str, /, *, errors=None, headers=None, **params) -> Response:
    """The one shape of every error: flask-smorest's keys, plus `reason` and the request's id.

    No line of the log bears the id of what is unseen, unless the server failed; so it is not told either.
    """
    is_logged = status >= 500 or not g.get("unseen")
    response = jsonify(**in_words(status, reason, errors, current_language(), **params),
                       request_id=g.get("request_id") if is_logged else None)
    response.status_code = status
    response.headers.update(headers or {})
    return response


def in_words(status: int, reason: str, errors, language: str, /, **params) -> dict:
    """A refusal as a person reads it: code, status, reason, message, errors."""
    return {"code": status, "status": HTTP_STATUS_CODES.get(status, "Error"), "reason": reason,
            "message": i18n.text(language, f"error.{reason}", **params),
            "errors": _fields_in_words(errors or {}, language)}


def _fields_in_words(errors, language: str):
    """Field messages in the reader's language, where the dictionary has them."""
    if isinstance(errors, dict):
        return {key: _fields_in_words(value, language) for key, value in errors.items()}
    if isinstance(errors, list | tuple):
        return [_fields_in_words(value, language) for value in errors]
    return i18n.field_message(language, errors) if isinstance(errors, str) else errors


def handle_http_exception(error: HTTPException) -> Response:
    """Werkzeug's and flask-smorest's refusals in our shape."""
    if error.code is None or error.code < 400:
        return error.get_response()
    data = getattr(error, "data", None) or {}
    headers = dict(data.get("headers") or {})
    if error.code == 405 and getattr(error, "valid_methods", None):
        headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return answer(error.code, HTTP_REASONS.get(error.code, "error"), headers=headers,
                  errors=data.get("messages") or data.get("errors"))


def storage_fault(error: BaseException) -> tuple[int, str] | None:
    """(status, reason) when an error means that the disk or the database failed us; None when it is our own fault."""
    if isinstance(error, PoolTimeout):
        return 503, "unavailable"
    if isinstance(error, OSError):
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return 507, "storage_full"
        return (503, "unavailable") if error.errno in (errno.EIO, errno.EROFS, errno.EMFILE, errno.ENFILE) else None
    if not isinstance(error, DBAPIError):
        return None
    original = error.orig
    sqlstate = getattr(original, "sqlstate", None)
    if sqlstate == "53100" or "database or disk is full" in str(original):
        return 507, "storage_full"
    failed = sqlstate is not None and sqlstate[:2] in ("08", "40", "53", "55", "57", "58", "XX")
    if failed or error.connection_invalidated or type(original).__name__ in ("OperationalError", "InterfaceError"):
        return 503, "unavailable"
    return None


def must_run_again(error: BaseException) -> bool:
    """True for a deadlock or serialization failure: nothing was written, and the same request may now succeed."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in ("40P01", "40001")


def init_app(app: Flask) -> None:
    @app.errorhandler(DomainError)
    def refuse(error: DomainError):
        return answer(error.status, error.reason, errors=error.errors, headers=error.headers, **error.params)

    app.register_error_handler(HTTPException, handle_http_exception)

    @app.errorhandler(RecursionError)
    def too_deep(_error):
        return answer(400, "malformed")

    @app.errorhandler(Exception)
    def fail(error: Exception):
        fault = storage_fault(error)
        if fault is not None:
            log.error("storage fault: %s", error.__class__.__name__, exc_info=error)
            return answer(*fault, headers={"Retry-After": str(RETRY_AFTER_S)})
        if isinstance(error, IntegrityError):
            # Two requests raced to a constraint that the service looked at beforehand: the loser may look again.
            log.warning("constraint met", exc_info=error)
            return answer(409, "conflict")
        if isinstance(error, DataError):
            # The schemas should have caught it; what the database could not hold is still the sender's to mend.
            log.error("data error that no schema caught", exc_info=error)
            return answer(422, "invalid")
        log.error("unexpected error", exc_info=error)
        return answer(500, "internal")
