"""Bodies and answers of special reports, good practices and stability clues."""

import marshmallow as ma

from api.diary.concern_schemas import captured_at, elapsed_ms
from api.http import Day, Instant, QueryNumber, QuerySchema, Schema, WholeNumber, division_code, text_field
from api.shapes import DivisionRefSchema, PersonRefSchema, RecordPhotoSchema, photo_hashes
from api.vocabulary import SPECIAL_REPORT_KINDS

LONGEST = 10_000


class SpecialReportPatchSchema(Schema):
    title = text_field(100, shortest=1, required=True)
    text = text_field(LONGEST, required=True)
    photos = photo_hashes()


class SpecialReportPostSchema(SpecialReportPatchSchema):
    id = ma.fields.UUID(required=True, metadata={"description": "Made by the phone; sending it again is safe"})
    kind = ma.fields.String(required=True, validate=ma.validate.OneOf(SPECIAL_REPORT_KINDS))
    is_submitted = ma.fields.Boolean(load_default=False, metadata={"description": "Or keep it as a private draft"})
    device_id = text_field(100, load_default=None, allow_none=True)
    captured_at = captured_at()
    elapsed_ms = elapsed_ms()


class SpecialReportEditSchema(SpecialReportPatchSchema):
    """An edit as a batch brings it."""

    id = ma.fields.UUID(required=True, metadata={"description": "Of the edit, made by the phone"})
    report_id = ma.fields.UUID(required=True)
    base_version = WholeNumber(required=True, metadata={"description": "The version that the edit is based on"})


class SpecialSubmissionSchema(Schema):
    id = ma.fields.UUID(required=True, metadata={"description": "Made by the sender; sending it again is safe"})


class SpecialReportSubmissionSchema(SpecialSubmissionSchema):
    """A submission as a batch brings it."""

    report_id = ma.fields.UUID(required=True)


class SpecialReadingPostSchema(SpecialSubmissionSchema):
    note = text_field(500, load_default=None, allow_none=True, metadata={"description": "A line to the author"})
    is_shared = ma.fields.Boolean(load_default=False, metadata={
        "description": "Show a good practice to all cadres of your division"})


class SpecialReadingSchema(Schema):
    by = ma.fields.Nested(PersonRefSchema)
    at = Instant()
    note = ma.fields.String(allow_none=True)


class SpecialReportRowSchema(Schema):
    id = ma.fields.UUID()
    kind = ma.fields.String(validate=ma.validate.OneOf(SPECIAL_REPORT_KINDS))
    title = ma.fields.String()
    village = ma.fields.Nested(DivisionRefSchema)
    author = ma.fields.Nested(PersonRefSchema)
    day = Day()
    captured_at = Instant()
    received_at = Instant()
    submitted_at = Instant(allow_none=True, metadata={"description": "Null: a draft, which only its author sees"})
    flags = ma.fields.List(ma.fields.String())
    shared_with = ma.fields.Nested(DivisionRefSchema, allow_none=True, metadata={
        "description": "A good practice: every cadre of that division may read it"})
    readings = ma.fields.List(ma.fields.Nested(SpecialReadingSchema))
    is_read = ma.fields.Boolean(metadata={"description": "By you"})
    is_incomplete = ma.fields.Boolean(metadata={"description": "It waits for a photo that it names"})
    changed_at = Instant()
    version = ma.fields.Integer()


class SpecialReportSchema(SpecialReportRowSchema):
    text = ma.fields.String()
    photos = ma.fields.List(ma.fields.Nested(RecordPhotoSchema))


class SpecialVersionSchema(Schema):
    version = ma.fields.Integer()
    title = ma.fields.String()
    text = ma.fields.String()
    replaced_at = Instant()


class SpecialVersionsSchema(Schema):
    versions = ma.fields.List(ma.fields.Nested(SpecialVersionSchema))


class SpecialReportsSchema(Schema):
    reports = ma.fields.List(ma.fields.Nested(SpecialReportRowSchema))


class SpecialReportsQuerySchema(QuerySchema):
    division = division_code(load_default=None, metadata={"description": "Default: all that you may see"})
    kind = ma.fields.String(load_default=None, validate=ma.validate.OneOf(SPECIAL_REPORT_KINDS))
    unread = ma.fields.Boolean(load_default=False, metadata={
        "description": "Submitted to you and not read by you; the oldest first"})
    mine = ma.fields.Boolean(load_default=False, metadata={"description": "Only your own"})
    page = QueryNumber(load_default=1, validate=ma.validate.Range(1, 1_000_000))
    page_size = QueryNumber(load_default=50, validate=ma.validate.Range(1, 200))
