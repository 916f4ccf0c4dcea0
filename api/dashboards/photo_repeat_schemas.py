"""Answers and bodies about pictures that came a second time."""

import marshmallow as ma

from api.http import Day, Instant, QueryNumber, QuerySchema, Schema, division_code, text_field
from api.shapes import DivisionRefSchema, PersonRefSchema, photo_hash


class PhotoUseSchema(Schema):
    """A record that names a photo."""

    kind = ma.fields.String(metadata={"description": "visit, diary, reception, special_report or concern"})
    record_id = ma.fields.UUID()
    village = ma.fields.Nested(DivisionRefSchema)
    by = ma.fields.Nested(PersonRefSchema, metadata={"description": "Whose record it is"})
    day = Day()
    named_at = Instant(metadata={"description": "When the record came that names it"})


class PhotoReviewSchema(Schema):
    at = Instant()
    by = ma.fields.Nested(PersonRefSchema)
    reason = ma.fields.String()


class PhotoRepeatSchema(Schema):
    sha256 = ma.fields.String()
    use = ma.fields.Nested(PhotoUseSchema)
    has_come = ma.fields.Boolean(metadata={"description": "Whether there is a picture to look at"})
    earlier = ma.fields.List(ma.fields.Nested(PhotoUseSchema), metadata={
        "description": "Earlier records with the same picture that you may know of"})
    elsewhere = ma.fields.Boolean(metadata={"description": "It was used outside your divisions"})
    review = ma.fields.Nested(PhotoReviewSchema, allow_none=True, metadata={"description": "How it was closed"})


class PhotoRepeatsSchema(Schema):
    repeats = ma.fields.List(ma.fields.Nested(PhotoRepeatSchema))


class PhotoRepeatsQuerySchema(QuerySchema):
    division = division_code(load_default=None, metadata={"description": "Default: the widest that you may see"})
    state = ma.fields.String(load_default="open", validate=ma.validate.OneOf(("open", "closed")))
    page = QueryNumber(load_default=1, validate=ma.validate.Range(1, 1_000_000))
    page_size = QueryNumber(load_default=50, validate=ma.validate.Range(1, 200))


class PhotoReviewPostSchema(Schema):
    record_id = ma.fields.UUID(required=True)
    picture = photo_hash(required=True, metadata={"description": "`sha256` of the repeat"})
    reason = text_field(500, shortest=1, required=True, metadata={"description": "What was found; the log keeps it"})
