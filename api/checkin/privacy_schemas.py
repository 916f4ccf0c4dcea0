"""Bodies and answers about personal records: reveals, requests, one's own data."""

import marshmallow as ma

from api.http import Day, Instant, Number, QuerySchema, Schema, text_field
from api.shapes import PersonRefSchema, PositionSchema
from api.vocabulary import REQUEST_KINDS, REQUEST_STATES

REASON_LENGTH, TEXT_LENGTH = 500, 2000


class RevealRefSchema(Schema):
    by = ma.fields.Nested(PersonRefSchema)
    at = Instant()
    reason = ma.fields.String()


class RevealPostSchema(Schema):
    id = ma.fields.UUID(required=True)
    evidence_id = ma.fields.UUID(required=True)
    reason = text_field(REASON_LENGTH, shortest=5, required=True, metadata={
        "description": "What the review is about; the cadre reads it"})


class PointSchema(Schema):
    latitude = Number()
    longitude = Number()


class RevealSchema(RevealRefSchema):
    id = ma.fields.UUID()
    evidence_id = ma.fields.UUID()
    position = ma.fields.Nested(PositionSchema, metadata={"description": "As the phone sent it"})
    wgs84 = ma.fields.Nested(PointSchema)


class OwnRevealSchema(RevealRefSchema):
    id = ma.fields.UUID()
    evidence_id = ma.fields.UUID()
    day = Day()


class CategorySchema(Schema):
    key = ma.fields.String(metadata={"description": "As in the data list of /about/functions"})
    name = ma.fields.String(metadata={"description": "In the reader's language, as the next two"})
    kept = ma.fields.String(metadata={"description": "How long"})
    seen = ma.fields.String(metadata={"description": "By whom"})
    count = ma.fields.Integer()


class RequestEvidenceSchema(Schema):
    id = ma.fields.UUID()
    kind = ma.fields.String()
    day = Day()
    cadre_id = ma.fields.Integer()


class DataRequestSchema(Schema):
    id = ma.fields.UUID()
    kind = ma.fields.String(metadata={"description": "correction, erasure or suggestion"})
    evidence = ma.fields.Nested(RequestEvidenceSchema, allow_none=True)
    record_kind = ma.fields.String(allow_none=True, metadata={"description": "round or diary_entry"})
    record_id = ma.fields.UUID(allow_none=True)
    record_on = Day(allow_none=True)
    text = ma.fields.String()
    state = ma.fields.String(metadata={"description": "asked, done or declined"})
    asked_at = Instant()
    user = ma.fields.Nested(PersonRefSchema)
    answered_by = ma.fields.Nested(PersonRefSchema, allow_none=True)
    answered_at = Instant(allow_none=True)
    answer = ma.fields.String(allow_none=True)
    is_own = ma.fields.Boolean()
    version = ma.fields.Integer()


class DataRequestsSchema(Schema):
    requests = ma.fields.List(ma.fields.Nested(DataRequestSchema))


class MyDataSchema(DataRequestsSchema):
    categories = ma.fields.List(ma.fields.Nested(CategorySchema))
    reveals = ma.fields.List(ma.fields.Nested(OwnRevealSchema), metadata={
        "description": "Who was shown a coordinate of yours, newest first"})


class DataRequestPostSchema(Schema):
    id = ma.fields.UUID(required=True)
    kind = ma.fields.String(required=True, validate=ma.validate.OneOf(REQUEST_KINDS))
    evidence_id = ma.fields.UUID(load_default=None, allow_none=True)
    record_kind = ma.fields.String(load_default=None, allow_none=True,
                                   validate=ma.validate.OneOf(("round", "diary_entry")))
    record_id = ma.fields.UUID(load_default=None, allow_none=True, metadata={
        "description": "A round of visits or a diary entry of your own, in the place of `evidence_id`"})
    text = text_field(TEXT_LENGTH, shortest=1, required=True)

    @ma.validates_schema
    def names_one_record(self, data, **_kwargs):
        if (data["record_kind"] is None) != (data["record_id"] is None) or (
                data["record_id"] is not None and data["evidence_id"] is not None):
            raise ma.ValidationError("Name one record by its kind and its id.", "record_id")

    @ma.validates_schema
    def no_record(self, data, **_kwargs):
        for name in ("evidence_id", "record_id"):
            if data["kind"] == "suggestion" and data[name] is not None:
                raise ma.ValidationError("A suggestion names no record.", name)


class DataRequestPatchSchema(Schema):
    state = ma.fields.String(required=True, validate=ma.validate.OneOf(REQUEST_STATES[1:]))
    answer = text_field(REASON_LENGTH, load_default=None, allow_none=True, metadata={
        "description": "Needed to decline; the person reads it"})


class DataRequestsQuerySchema(QuerySchema):
    state = ma.fields.String(load_default=None, validate=ma.validate.OneOf(REQUEST_STATES))
