"""Bodies and answers of deeds and completions, and of a line as both name it."""

import marshmallow as ma

from api.contracts.deeds_rules import LONGEST, STATES
from api.http import Day, Hundredths, Instant, Month, QueryNumber, QuerySchema, Schema, WholeNumber, division_code
from api.http import text_field
from api.shapes import DivisionRefSchema, PersonRefSchema, RecordPhotoSchema, photo_hashes
from api.vocabulary import DIMENSIONS

_NOTE = 2000
_OWNER = 60


def client_id() -> ma.fields.UUID:
    return ma.fields.UUID(required=True, metadata={"description": "Made by the sender; sending it again is safe"})


def captured_at() -> Instant:
    return Instant(required=True, metadata={"description": "The sender's clock when it was said"})


def elapsed_ms() -> ma.fields.Integer:
    return WholeNumber(load_default=None, allow_none=True, metadata={
        "description": "Milliseconds since then by the sender's own count; a wrong clock is told by it"})


class PromisedItemSchema(Schema):
    """A line of a contract as it was published."""

    id = ma.fields.UUID()
    line_id = ma.fields.UUID()
    number = ma.fields.Integer()
    dimension = ma.fields.String(validate=ma.validate.OneOf(DIMENSIONS))
    text = ma.fields.String()
    standard = ma.fields.String(allow_none=True)
    target = Hundredths(allow_none=True)
    unit = ma.fields.String(allow_none=True)
    due_on = Day(allow_none=True)
    responsible = ma.fields.String(allow_none=True)
    is_major = ma.fields.Boolean(metadata={"description": "Its acceptance needs a survey"})


class DeedPostSchema(Schema):
    id = client_id()
    village_code = division_code(required=True)
    month_on = Month(required=True, data_key="month")
    text = ma.fields.String(required=True, validate=ma.validate.Length(min=1, max=LONGEST))
    due_on = Day(required=True)
    owner = text_field(_OWNER, load_default=None, allow_none=True, metadata={"description": "Who answers for it"})
    line_id = ma.fields.UUID(load_default=None, allow_none=True, metadata={
        "description": "The line of the village's published contract that it carries out"})


class DeedPatchSchema(Schema):
    text = ma.fields.String(validate=ma.validate.Length(min=1, max=LONGEST))
    due_on = Day()
    owner = text_field(_OWNER, allow_none=True)
    state = ma.fields.String(validate=ma.validate.OneOf(("planned", "dropped")), metadata={
        "description": "dropped; or planned again, which takes back what was reported done"})
    note = text_field(_NOTE, allow_none=True)


class DeedReportPostSchema(Schema):
    id = client_id()
    done_on = Day(required=True)
    note = text_field(_NOTE, load_default=None, allow_none=True)
    photos = photo_hashes()
    captured_at = captured_at()
    elapsed_ms = elapsed_ms()


class DeedReportRecordSchema(DeedReportPostSchema):
    """A report in a batch, which has no path to name the deed."""

    deed_id = ma.fields.UUID(required=True)


class DeedReportSchema(Schema):
    id = ma.fields.UUID()
    at = Instant()
    by = ma.fields.Nested(PersonRefSchema)
    done_on = Day()
    note = ma.fields.String(allow_none=True)
    photos = ma.fields.List(ma.fields.Nested(RecordPhotoSchema))


class DeedLineSchema(Schema):
    id = ma.fields.UUID()
    number = ma.fields.Integer()
    contract_id = ma.fields.UUID()
    text = ma.fields.String()
    dimension = ma.fields.String(validate=ma.validate.OneOf(DIMENSIONS))
    completed_on = Day(allow_none=True, metadata={"description": "When the village reported the whole line completed"})


class DeedSchema(Schema):
    id = ma.fields.UUID()
    village = ma.fields.Nested(DivisionRefSchema)
    line = ma.fields.Nested(DeedLineSchema, allow_none=True)
    month = Month()
    text = ma.fields.String()
    due_on = Day()
    owner = ma.fields.String(allow_none=True)
    state = ma.fields.String(validate=ma.validate.OneOf(STATES))
    done_on = Day(allow_none=True)
    note = ma.fields.String(allow_none=True)
    is_overdue = ma.fields.Boolean()
    reports = ma.fields.List(ma.fields.Nested(DeedReportSchema), metadata={"description": "In the order received"})
    is_incomplete = ma.fields.Boolean(metadata={"description": "A report waits for a photo that it names"})
    changed_at = Instant()
    version = ma.fields.Integer()


class DeedsSchema(Schema):
    deeds = ma.fields.List(ma.fields.Nested(DeedSchema))
    unfilled = ma.fields.Integer(metadata={
        "description": "How many more a filling would make for the month; 0 where none is asked about"})


class DeedsQuerySchema(QuerySchema):
    division = division_code(load_default=None, metadata={
        "description": "Of that division and below; default: all that you may see"})
    month = Month(load_default=None, metadata={"description": "Default: this month; of overdue ones: every month"})
    state = ma.fields.String(load_default=None, validate=ma.validate.OneOf((*STATES, "overdue")))
    page = QueryNumber(load_default=1, validate=ma.validate.Range(1, 1_000_000))
    page_size = QueryNumber(load_default=1000, validate=ma.validate.Range(1, 1000))


class FillingPostSchema(Schema):
    division_code = division_code(required=True)
    month_on = Month(required=True, data_key="month")


class FillingSchema(Schema):
    made = ma.fields.Integer(metadata={"description": "0: all were there already"})


class CompletionPostSchema(Schema):
    id = client_id()
    line_id = ma.fields.UUID(required=True)
    completed_on = Day(required=True)
    note = text_field(_NOTE, load_default=None, allow_none=True)
    photos = photo_hashes()
    captured_at = captured_at()
    elapsed_ms = elapsed_ms()


class CompletionSchema(Schema):
    id = ma.fields.UUID()
    line_id = ma.fields.UUID()
    village = ma.fields.Nested(DivisionRefSchema)
    item = ma.fields.Nested(PromisedItemSchema)
    completed_on = Day()
    note = ma.fields.String(allow_none=True)
    at = Instant()
    by = ma.fields.Nested(PersonRefSchema)
    photos = ma.fields.List(ma.fields.Nested(RecordPhotoSchema))
    is_incomplete = ma.fields.Boolean(metadata={"description": "It waits for a photo that it names"})
