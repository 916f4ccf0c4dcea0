"""Queries and answers of the audit log."""

from datetime import UTC, datetime

import marshmallow as ma

from api.http import (
    MAX_ID,
    MAX_INT64,
    Day,
    Instant,
    QueryNumber,
    QuerySchema,
    Schema,
    division_code,
    id_in_query,
    text_field,
)
from api.shapes import DivisionRefSchema, PersonRefSchema

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def cursor_of(at: datetime, entry_id: int) -> str:
    """The place behind an entry: its instant in microseconds and its id."""
    return f"{int((at - _EPOCH).total_seconds() * 1_000_000)}-{entry_id}"


class Cursor(ma.fields.String):
    """The `next` of the page before; loads to (instant, id)."""

    default_error_messages = {"invalid": "Not the `next` of a page before."}

    def _deserialize(self, value, attr, data, **kwargs):
        micros, _, entry_id = super()._deserialize(value, attr, data, **kwargs).partition("-")
        digits = micros.isdecimal() and entry_id.isdecimal() and micros.isascii() and entry_id.isascii()
        if not digits or len(micros) > 16 or int(entry_id or 0) > MAX_INT64 or len(entry_id) > 18:
            raise self.make_error("invalid")
        return datetime.fromtimestamp(int(micros) // 1_000_000, UTC).replace(microsecond=int(micros) % 1_000_000), int(
            entry_id)


class AuditQuerySchema(QuerySchema):
    division = division_code(load_default=None)
    first = Day(load_default=None, data_key="from")
    last = Day(load_default=None, data_key="to")
    action = text_field(60, load_default=None, metadata={
        "description": "A slug such as month.closed, or its first part for all of a kind"})
    user_id = id_in_query(load_default=None)
    before = Cursor(load_default=None, metadata={"pattern": "^[0-9]{1,16}-[0-9]{1,18}$"})
    page_size = QueryNumber(load_default=50, validate=ma.validate.Range(1, 100))


class AuditEntrySchema(Schema):
    id = ma.fields.Integer()
    chain = ma.fields.Integer(metadata={"description": "0: the county's; else the id of a township"})
    number = ma.fields.Integer(metadata={"description": "Counts up within the chain without a gap"})
    township = ma.fields.Nested(DivisionRefSchema, allow_none=True)
    at = Instant()
    user = ma.fields.Nested(PersonRefSchema, allow_none=True, metadata={"description": "null: a command or a job"})
    action = ma.fields.String()
    subject = ma.fields.String(metadata={"description": "The row it is about, such as posting:12"})
    about = ma.fields.String(allow_none=True, metadata={"description": "The name of the person or place it is about"})
    details = ma.fields.Dict()
    names = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.String(), metadata={
        "description": "Today's names of whom the entry names, such as cadre:12, user:3 or division:520329001000"})


class AuditEntriesSchema(Schema):
    entries = ma.fields.List(ma.fields.Nested(AuditEntrySchema))
    next = ma.fields.String(allow_none=True)


class BrokenEntrySchema(Schema):
    number = ma.fields.Integer()
    problem = ma.fields.String(metadata={"description": "altered, missing or cut_off"})


class AuditChainSchema(Schema):
    chain = ma.fields.Integer()
    township = ma.fields.Nested(DivisionRefSchema, allow_none=True)
    entries = ma.fields.Integer()


class AuditChainsSchema(Schema):
    chains = ma.fields.List(ma.fields.Nested(AuditChainSchema))


class AuditCheckQuerySchema(QuerySchema):
    chain = QueryNumber(required=True, validate=ma.validate.Range(0, MAX_ID))
    after = QueryNumber(load_default=0, validate=ma.validate.Range(0, MAX_ID), metadata={
        "description": "`checked` of the answer before, to go on from there"})


class AuditCheckSchema(Schema):
    checked = ma.fields.Integer(metadata={"description": "Whole up to this entry"})
    is_end = ma.fields.Boolean(metadata={"description": "false: ask on with `after`"})
    broken = ma.fields.Nested(BrokenEntrySchema, allow_none=True, metadata={
        "description": "The first entry that does not fit; null with `is_end`: the chain is whole"})
