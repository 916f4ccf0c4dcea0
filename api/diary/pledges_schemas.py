"""Bodies and answers of service pledges."""

import marshmallow as ma

from api.http import Day, Instant, QuerySchema, Schema, division_code, id_field, id_in_query, text_field
from api.shapes import DivisionRefSchema, PersonRefSchema

LONGEST_PLEDGE = 1000


class PledgePostSchema(Schema):
    id = ma.fields.UUID(required=True, metadata={"description": "Made by the page; sending it again is safe"})
    cadre_id = id_field(load_default=None, allow_none=True, metadata={"description": "Default: oneself"})
    text = text_field(LONGEST_PLEDGE, shortest=1, required=True, metadata={"description": "Public"})
    from_on = Day(required=True)
    to_on = Day(load_default=None, allow_none=True)


class PledgePatchSchema(Schema):
    text = text_field(LONGEST_PLEDGE, shortest=1, required=True)
    to_on = Day(load_default=None, allow_none=True)


class PledgeSchema(Schema):
    id = ma.fields.UUID()
    cadre = ma.fields.Nested(PersonRefSchema)
    village = ma.fields.Nested(DivisionRefSchema, allow_none=True, metadata={"description": "That it is made to"})
    text = ma.fields.String()
    from_on = Day()
    to_on = Day(allow_none=True, metadata={"description": "null: until further notice"})
    entered_by = ma.fields.Nested(PersonRefSchema)
    entered_at = Instant()
    version = ma.fields.Integer()


class PledgesSchema(Schema):
    pledges = ma.fields.List(ma.fields.Nested(PledgeSchema))


class PledgesQuerySchema(QuerySchema):
    cadre_id = id_in_query(load_default=None, metadata={"description": "One cadre's, also past ones; default: oneself"})
    division = division_code(load_default=None, metadata={
        "description": "Without a cadre: those of all cadres below it that hold today"})
