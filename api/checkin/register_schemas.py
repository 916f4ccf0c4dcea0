"""Bodies and answers of the attendance register."""

import marshmallow as ma

from api.checkin.schemas import REASON_LENGTH
from api.http import Day, Instant, Month, QuerySchema, Schema, division_code, id_field, text_field
from api.shapes import PersonRefSchema

MOST_LINES = 1000


class RegisterLinesQuerySchema(QuerySchema):
    month = Month(required=True)
    village = division_code(required=True)


class RegisterLinePostSchema(Schema):
    cadre_id = id_field(required=True)
    day = Day(required=True, metadata={"description": "Not a day ahead, and within the posting"})
    is_present = ma.fields.Boolean(required=True)


class RegisterPostSchema(Schema):
    lines = ma.fields.List(ma.fields.Nested(RegisterLinePostSchema), required=True,
                           validate=ma.validate.Length(min=1, max=MOST_LINES))
    reason = text_field(REASON_LENGTH, load_default=None, allow_none=True,
                        metadata={"description": "Needed where a line is taken away; the cadre reads it"})


class RegisterLineEnteredSchema(Schema):
    cadre_id = ma.fields.Integer()
    day = Day()
    is_present = ma.fields.Boolean(metadata={"description": "Whether the line counts, after all that was decided"})
    evidence_id = ma.fields.UUID(allow_none=True, metadata={"description": "null: it was never there"})
    status = ma.fields.String(allow_none=True)


class RegisterEnteredSchema(Schema):
    lines = ma.fields.List(ma.fields.Nested(RegisterLineEnteredSchema))


class RegisterLineSchema(Schema):
    cadre_id = ma.fields.Integer()
    day = Day()
    is_present = ma.fields.Boolean()
    by = ma.fields.Nested(PersonRefSchema)
    at = Instant()


class RegisterFurtherRowSchema(Schema):
    posting_id = ma.fields.Integer()
    cadre = ma.fields.Nested(PersonRefSchema)
    home = ma.fields.String(metadata={"description": "Name of the village that the cadre is posted to"})
    signs = ma.fields.List(ma.fields.String(), metadata={
        "description": "One for each day of the village's live month sheet, as in its rows"})


class RegisterLinesSchema(Schema):
    lines = ma.fields.List(ma.fields.Nested(RegisterLineSchema))
    further_rows = ma.fields.List(ma.fields.Nested(RegisterFurtherRowSchema))
