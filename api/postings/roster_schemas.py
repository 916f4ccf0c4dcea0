"""Bodies and answers of divisions, places, cadres, postings, policies and the calendar."""

import marshmallow as ma

from api.http import (
    Day,
    Instant,
    QueryNumber,
    QuerySchema,
    Schema,
    WholeNumber,
    division_code,
    id_field,
    id_in_query,
    text_field,
)
from api.postings.policies_rules import POLICY_KEYS
from api.shapes import DivisionRefSchema, PersonRefSchema, PositionSchema
from api.vocabulary import CADRE_ROLES, CALENDAR_KINDS, RANKS


class DivisionSchema(DivisionRefSchema):
    parent_code = ma.fields.String(allow_none=True)
    valid_from = Day()
    valid_to = Day(allow_none=True)


class DivisionsSchema(Schema):
    division = ma.fields.Nested(DivisionSchema)
    divisions = ma.fields.List(ma.fields.Nested(DivisionSchema))


class DivisionsQuerySchema(QuerySchema):
    parent = division_code(load_default=None)


class ByDivisionQuerySchema(QuerySchema):
    division = division_code(load_default=None, metadata={"description": "Default: the widest that you may see"})


class CadresQuerySchema(ByDivisionQuerySchema):
    first = Day(load_default=None, data_key="from", metadata={
        "description": "Posted on some day from this one on; default today, or `to` where that stands alone"})
    last = Day(load_default=None, data_key="to", metadata={"description": "to this one; default `from`"})

    @ma.validates_schema
    def not_too_long(self, data, **_kwargs):
        first, last = data.get("first"), data.get("last")
        if first and last and not 0 <= (last - first).days <= 400:
            raise ma.ValidationError("A period of at most 400 days, the earlier day first.", "to")


class PlaceSchema(Schema):
    id = ma.fields.Integer()
    village = ma.fields.Nested(DivisionRefSchema)
    name = ma.fields.String()
    villagers_group = ma.fields.String(allow_none=True, metadata={"description": "The group (村民小组) that it lies in"})
    radius_m = ma.fields.Integer(allow_none=True, metadata={"description": "null: the policy's default"})
    effective_radius_m = ma.fields.Integer()
    is_made_up = ma.fields.Boolean(metadata={"description": "true for the demo's invented positions"})
    version = ma.fields.Integer()


class PlacesSchema(Schema):
    places = ma.fields.List(ma.fields.Nested(PlaceSchema))


class PlacesQuerySchema(QuerySchema):
    village = division_code(required=True)


class PlacePostSchema(Schema):
    village_code = division_code(required=True)
    name = text_field(60, shortest=1, required=True)
    villagers_group = text_field(60, load_default=None, allow_none=True)
    position = ma.fields.Nested(PositionSchema, required=True)
    radius_m = WholeNumber(load_default=None, allow_none=True, validate=ma.validate.Range(10, 50_000))


class PlacePatchSchema(Schema):
    name = text_field(60, shortest=1)
    villagers_group = text_field(60, allow_none=True)
    position = ma.fields.Nested(PositionSchema)
    radius_m = WholeNumber(allow_none=True, validate=ma.validate.Range(10, 50_000))


class PostingSchema(Schema):
    id = ma.fields.Integer()
    cadre = ma.fields.Nested(PersonRefSchema)
    village = ma.fields.Nested(DivisionRefSchema)
    township = ma.fields.Nested(DivisionRefSchema, allow_none=True)
    further_villages = ma.fields.List(ma.fields.Nested(DivisionRefSchema))
    from_on = Day()
    to_on = Day(allow_none=True)
    version = ma.fields.Integer()


class PostingsSchema(Schema):
    postings = ma.fields.List(ma.fields.Nested(PostingSchema))


class PostingsQuerySchema(ByDivisionQuerySchema):
    on = Day(load_default=None, metadata={"description": "With a division: running on that day; default: today"})
    cadre_id = id_in_query(load_default=None)


class PostingPostSchema(Schema):
    cadre_id = id_field(required=True)
    village_code = division_code(required=True)
    further_village_codes = ma.fields.List(division_code(), load_default=list, validate=ma.validate.Length(max=20))
    from_on = Day(required=True)
    to_on = Day(load_default=None, allow_none=True)


class PostingPatchSchema(Schema):
    village_code = division_code()
    further_village_codes = ma.fields.List(division_code(), validate=ma.validate.Length(max=20))
    from_on = Day()
    to_on = Day(allow_none=True)


class CadreSchema(Schema):
    id = ma.fields.Integer()
    user_id = ma.fields.Integer()
    username = ma.fields.String()
    name = ma.fields.String()
    sending_unit = ma.fields.String()
    rank = ma.fields.String()
    cadre_role = ma.fields.String()
    has_logged_in = ma.fields.Boolean(metadata={"description": "Whether an invitation is still needed; not a figure"})
    posting = ma.fields.Nested(PostingSchema, allow_none=True, metadata={
        "description": "Today's; in a list of other days the one that touches them and is nearest to today"})
    version = ma.fields.Integer()


class CadresSchema(Schema):
    cadres = ma.fields.List(ma.fields.Nested(CadreSchema))


class CadrePostSchema(Schema):
    user_id = id_field(required=True)
    sending_unit = text_field(100, shortest=1, required=True)
    rank = ma.fields.String(required=True, validate=ma.validate.OneOf(RANKS))
    cadre_role = ma.fields.String(required=True, validate=ma.validate.OneOf(CADRE_ROLES))


class CadrePatchSchema(Schema):
    sending_unit = text_field(100, shortest=1)
    rank = ma.fields.String(validate=ma.validate.OneOf(RANKS))
    cadre_role = ma.fields.String(validate=ma.validate.OneOf(CADRE_ROLES))


class PolicySchema(Schema):
    id = ma.fields.Integer()
    division = ma.fields.Nested(DivisionRefSchema)
    key = ma.fields.String()
    value = ma.fields.Raw(metadata={"description": "A whole number or a word, by the key"})
    effective_from = Day()
    source = ma.fields.String()
    set_by = ma.fields.Nested(PersonRefSchema, allow_none=True, metadata={
        "description": "null: the rules that a county begins with, or a command"})
    set_at = Instant()


class PoliciesSchema(Schema):
    policies = ma.fields.List(ma.fields.Nested(PolicySchema))


class PolicyPostSchema(Schema):
    division_code = division_code(required=True)
    key = ma.fields.String(required=True, validate=ma.validate.OneOf(tuple(POLICY_KEYS)))
    value = ma.fields.Raw(required=True)
    effective_from = Day(required=True, metadata={
        "description": "For keys that touch rates: the first Monday of a month, not before the current month"})
    source = text_field(300, shortest=1, required=True,
                        metadata={"description": "The text that sets the rule, with its number and date"})


class CalendarDaySchema(Schema):
    day = Day()
    kind = ma.fields.String()
    label = ma.fields.String()
    source = ma.fields.String()
    version = ma.fields.Integer()


class CalendarYearSchema(Schema):
    year = ma.fields.Integer()
    official = ma.fields.Boolean(metadata={"description": "false: Monday to Friday until the notice is published"})
    days = ma.fields.List(ma.fields.Nested(CalendarDaySchema))


class CalendarQuerySchema(QuerySchema):
    year = QueryNumber(required=True, validate=ma.validate.Range(2000, 2099))


class CalendarPutSchema(Schema):
    kind = ma.fields.String(required=True, validate=ma.validate.OneOf(CALENDAR_KINDS))
    label = text_field(60, load_default="")
    source = text_field(200, shortest=1, required=True)
