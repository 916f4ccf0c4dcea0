"""The HTTP edge shared by all slices: schema base and fields, the blueprint, ETags, the hash of a record's content.

No schema queries, knows the current user or opens a transaction.
"""

import hashlib
import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import marshmallow as ma
from flask import current_app, request
from flask_smorest import Blueprint as SmorestBlueprint
from flask_smorest import abort
from webargs.flaskparser import FlaskParser

from api.amounts import as_number
from api.dates import EARLIEST, LATEST
from api.dumping import DumpingSchema
from api.errors import PreconditionMissing, Stale

MAX_ID = 2**31 - 1
MAX_INT64 = 2**63 - 1
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_RFC_3339 = re.compile(
    _DAY.pattern + r"([Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})?)?")


class Schema(DumpingSchema):
    """Base of all schemas: unknown body fields are refused, and so is text that PostgreSQL could not hold."""

    @ma.pre_load
    def refuse_bad_text(self, data, **_kwargs):
        problems = {}
        if isinstance(data, dict):
            problems = {str(key): ["Text with NUL or broken characters."] for key, value in data.items()
                        if _bad_text(key) or _bad_text(value)}
        if problems:
            raise ma.ValidationError({_printable(key): value for key, value in problems.items()})
        return data


def _bad_text(value) -> bool:
    if isinstance(value, list):
        return any(_bad_text(item) for item in value if isinstance(item, str))
    if not isinstance(value, str):
        return False
    return "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value)


def _printable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode().replace("\x00", "\\0")


class Plain(ma.fields.Nested):
    """A part of a large table that its service makes as it stands in the answer: described, but not looked at again."""

    def _serialize(self, nested_obj, attr, obj, **kwargs):
        return nested_obj


class QuerySchema(Schema):
    """Base of query strings, where what is not said is left out: nothing there is null."""

    def on_bind_field(self, field_name, field_obj):
        field_obj.allow_none = False


class _Patterned(ma.fields.Field):
    """A field whose `pattern` stands in the API's description."""

    pattern = ""

    def __init__(self, *, metadata=None, **kwargs):
        super().__init__(metadata={"pattern": self.pattern, **(metadata or {})}, **kwargs)


class Instant(_Patterned):
    """An RFC 3339 instant with offset, between 2000 and 2100; a naive time is refused. Loads to UTC."""

    pattern = "^20[0-9]{2}-"
    default_error_messages = {
        "invalid": "Not a time with offset, such as 2026-11-22T08:42:00+08:00.",
        "naive": "A time needs its offset, such as +08:00.",
        "range": "Times must lie between the years 2000 and 2100.",
    }

    def _serialize(self, value, attr, obj, **kwargs):
        return None if value is None else value.astimezone(UTC).isoformat().replace("+00:00", "Z")

    def _deserialize(self, value, attr, data, **kwargs):
        # fromisoformat takes week dates and times without colons too, which other readers of RFC 3339 do not.
        if not isinstance(value, str) or not _RFC_3339.fullmatch(value):
            raise self.make_error("invalid")
        try:
            instant = datetime.fromisoformat(value)
        except ValueError as error:
            raise self.make_error("invalid") from error
        if instant.tzinfo is None:
            raise self.make_error("naive")
        # Compared before conversion: the year 0001 at +08:00 has no UTC time at all.
        if not 2000 <= instant.year <= 2100 or not EARLIEST <= instant < LATEST:
            raise self.make_error("range")
        return instant.astimezone(UTC)


class Day(_Patterned):
    """A calendar date in China, such as 2026-11-22, between 2000 and 2099."""

    pattern = "^20[0-9]{2}-[0-9]{2}-[0-9]{2}$"
    default_error_messages = {
        "invalid": "Not a date such as 2026-11-22.",
        "range": "Dates must lie between the years 2000 and 2099.",
    }

    def _serialize(self, value, attr, obj, **kwargs):
        return None if value is None else value.isoformat()

    def _deserialize(self, value, attr, data, **kwargs):
        if not isinstance(value, str) or not _DAY.fullmatch(value):
            raise self.make_error("invalid")
        try:
            day = date.fromisoformat(value)
        except ValueError as error:
            raise self.make_error("invalid") from error
        if not 2000 <= day.year <= 2099:
            raise self.make_error("range")
        return day


class Month(Day):
    """A calendar month such as 2026-11; loads to its first day."""

    default_error_messages = {"invalid": "Not a month such as 2026-11."}
    pattern = "^20[0-9]{2}-(0[1-9]|1[0-2])$"

    def _serialize(self, value, attr, obj, **kwargs):
        return None if value is None else f"{value:%Y-%m}"

    def _deserialize(self, value, attr, data, **kwargs):
        if not isinstance(value, str) or len(value) != 7:
            raise self.make_error("invalid")
        return super()._deserialize(value + "-01", attr, data, **kwargs)


class Number(ma.fields.Float):
    """A JSON number; text that looks like one is refused, and so are NaN and the infinities."""

    def _validated(self, value):
        if isinstance(value, bool | str):
            raise self.make_error("invalid", input=value)
        return super()._validated(value)


class WholeNumber(ma.fields.Integer):
    """A JSON integer that the databases can hold (64 bits)."""

    def __init__(self, **kwargs):
        super().__init__(strict=True, **kwargs)

    def _validated(self, value):
        if isinstance(value, bool | str):
            raise self.make_error("invalid", input=value)
        number = super()._validated(value)
        if not -MAX_INT64 <= number <= MAX_INT64:
            raise self.make_error("too_large", input=value)
        return number


class Hundredths(Number):
    """A JSON number of at most two decimals, below 10^12 either way, such as an amount; loads to whole hundredths.

    What it validates is the number of hundredths: 12.5 loads to 1250. Whole amounts are sent without decimals.
    """

    default_error_messages = {"decimals": "A number with at most two decimals."}

    def _deserialize(self, value, attr, data, **kwargs):
        number = super()._deserialize(value, attr, data, **kwargs)
        if abs(number) >= 10**12:
            raise self.make_error("too_large", input=value)
        # By its shortest text, as it was written: 0.29 times 100 is not 29 in binary.
        hundredths = Decimal(repr(number)) * 100
        if hundredths != hundredths.to_integral_value():
            raise self.make_error("decimals")
        return int(hundredths)

    def _serialize(self, value, attr, obj, **kwargs):
        return as_number(value)


class QueryNumber(ma.fields.Integer):
    """A whole number in a query string, written in digits."""

    def _validated(self, value):
        if not isinstance(value, str) or not re.fullmatch(r"-?[0-9]{1,18}", value):
            raise self.make_error("invalid", input=value)
        return super()._validated(value)


def id_field(**kwargs) -> ma.fields.Integer:
    """An internal key in a body."""
    return WholeNumber(validate=ma.validate.Range(1, MAX_ID), **kwargs)


def id_in_query(**kwargs) -> ma.fields.Integer:
    """An internal key in a query string."""
    return QueryNumber(validate=ma.validate.Range(1, MAX_ID), **kwargs)


def division_code(**kwargs) -> ma.fields.String:
    """A 12-digit division code."""
    # The look-ahead keeps a final line break out, in Python's regular expressions and in JavaScript's.
    twelve_digits = ma.validate.Regexp(r"^[0-9]{12}(?!\n)$", error="Not a 12-digit division code.")
    return ma.fields.String(validate=twelve_digits, **kwargs)


def text_field(longest: int, shortest: int = 0, **kwargs) -> ma.fields.String:
    return ma.fields.String(validate=ma.validate.Length(min=shortest, max=longest), **kwargs)


class Parser(FlaskParser):
    """Reads bodies; a whole number with more digits than Python reads (4,300) makes a bad body, not a failure."""

    def load_json(self, req, schema):
        try:
            return super().load_json(req, schema)
        except ValueError:
            abort(400, errors={"json": ["Invalid JSON body."]})


class Blueprint(SmorestBlueprint):
    """A blueprint under /api/v1; routes name their roles with `requires` (api/auth.py)."""

    ARGUMENTS_PARSER = Parser()

    def __init__(self, name: str, import_name: str, *, description: str, under: str | None = None):
        super().__init__(name, import_name, url_prefix=f"/api/v1/{under or name}", description=description)

    def edit(self, view):
        """Document an edit, whose view calls `check_if_match`: the header that it takes and what refuses it."""
        header = {"in": "header", "name": "If-Match", "required": True, "schema": {"type": "string"},
                  "description": "The ETag of the version that the edit is based on"}
        return self.doc(parameters=[header], responses={
            412: refusal("Edited by someone else meanwhile; ETag names the version"),
            428: refusal("If-Match is missing")})(view)


def refusal(description: str) -> dict:
    """An error answer, as the API's description shows it."""
    return {"description": description,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}}


def etag(version: int) -> str:
    return f'"{version}"'


def check_if_match(version: int) -> None:
    """Raise unless the request's If-Match names this version; a proxy's leading W/ is accepted."""
    header = request.headers.get("If-Match")
    if not header:
        raise PreconditionMissing()
    named = {part.strip().removeprefix("W/") for part in header.split(",")}
    if etag(version) not in named and "*" not in named:
        raise Stale(headers={"ETag": etag(version)})


def content_hash(record: dict) -> bytes:
    """SHA-256 of a validated body: instants in UTC, absent fields and nulls alike, `id` and `elapsed_ms` left out.

    Two bodies with the same hash are the same record sent twice (README: the API).
    """
    plain = _plain({key: value for key, value in record.items() if key not in ("id", "elapsed_ms")})
    return hashlib.sha256(json.dumps(plain, sort_keys=True, separators=(",", ":")).encode()).digest()


def _plain(value):
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date | UUID):
        return str(value)
    # 27 and 27.0 are one number in JSON.
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 2**53 else value


def now() -> datetime:
    """The instant at which the request is judged; tests set the clock in the configuration."""
    return current_app.config["CLOCK"]()
