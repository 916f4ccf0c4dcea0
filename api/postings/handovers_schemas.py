"""Bodies and answers of handovers."""

import marshmallow as ma

from api.http import Day, Instant, Month, QuerySchema, Schema, division_code, id_field, id_in_query, text_field
from api.shapes import PersonRefSchema


class MatterSchema(Schema):
    what = text_field(200, shortest=1, required=True)
    due_on = Day(load_default=None, allow_none=True)
    note = text_field(200, load_default=None, allow_none=True)


class HandoverPostSchema(Schema):
    id = ma.fields.UUID(required=True)
    posting_id = id_field(required=True)
    successor_id = id_field(load_default=None, allow_none=True, metadata={
        "description": "A cadre who is, or is about to be, posted to the same village; null: nobody is named yet"})
    handed_on = Day(required=True)
    matters = ma.fields.List(ma.fields.Nested(MatterSchema), load_default=list, validate=ma.validate.Length(max=100))
    note = text_field(500, load_default=None, allow_none=True)


class HandoverSchema(Schema):
    id = ma.fields.UUID()
    posting_id = ma.fields.Integer()
    cadre = ma.fields.Nested(PersonRefSchema)
    successor = ma.fields.Nested(PersonRefSchema, allow_none=True)
    handed_on = Day()
    matters = ma.fields.List(ma.fields.Nested(MatterSchema))
    note = ma.fields.String(allow_none=True)
    made_by = ma.fields.Nested(PersonRefSchema)
    made_at = Instant()


class AskedLeaveSchema(Schema):
    kind = ma.fields.String()
    from_on = Day()
    to_on = Day()


class OpenMattersSchema(Schema):
    waiting_days = ma.fields.List(Day())
    leaves_asked = ma.fields.List(ma.fields.Nested(AskedLeaveSchema))
    months_open = ma.fields.List(Month(), metadata={"description": "Months that are over and not closed"})


class HandoversSchema(Schema):
    handovers = ma.fields.List(ma.fields.Nested(HandoverSchema))
    open = ma.fields.Nested(OpenMattersSchema, allow_none=True, metadata={
        "description": "With `posting_id`: what the system knows to be open of it now"})


class HandoversQuerySchema(QuerySchema):
    posting_id = id_in_query(load_default=None)
    division = division_code(load_default=None)
