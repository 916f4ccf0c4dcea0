"""Answers and bodies about oddities in the records."""

import marshmallow as ma

from api.http import Day, Instant, QueryNumber, QuerySchema, Schema, division_code, text_field
from api.shapes import DivisionRefSchema, PersonRefSchema

KINDS = ("same_position", "impossible_speed", "shared_device", "clock_jump", "same_picture")


class OddityFactsSchema(Schema):
    """What was found, in numbers and days, never a coordinate; of the fields only those of the kind are there."""

    kilometres = ma.fields.Float(metadata={"description": "impossible_speed: between two fixes, less both accuracies"})
    minutes = ma.fields.Integer(metadata={
        "description": "impossible_speed: between the fixes; clock_jump: how much the clock was off at most"})
    speed_kmh = ma.fields.Integer(metadata={"description": "impossible_speed: kilometres an hour"})
    places = ma.fields.List(ma.fields.String(allow_none=True), metadata={
        "description": "impossible_speed: the places of the fixes, null where a fix was at none"})
    others = ma.fields.Integer(metadata={
        "description": "shared_device: how many other cadres sent records with the same phone; never who"})
    clock = ma.fields.String(metadata={
        "description": "clock_jump: `ahead`, `behind`, or `back` for one that went back between two records"})
    record_kind = ma.fields.String(metadata={"description": "same_picture: visit, diary or concern"})
    used_on = Day(metadata={"description": "same_picture: the day of the later record"})
    earlier_on = Day(allow_none=True, metadata={
        "description": "same_picture: the day of the cadre's own earlier record, if there is one"})
    by_others = ma.fields.Boolean(metadata={"description": "same_picture: somebody else used it before; never who"})


class OddityRuleSchema(Schema):
    """The rule as it held when it was found."""

    key = ma.fields.String()
    value = ma.fields.Integer()
    division = ma.fields.Nested(DivisionRefSchema, metadata={"description": "That set it"})
    effective_from = Day()
    source = ma.fields.String(metadata={"description": "The text behind it"})


class OddityStepSchema(Schema):
    id = ma.fields.UUID()
    step = ma.fields.String(metadata={"description": "explained or closed"})
    at = Instant()
    by = ma.fields.Nested(PersonRefSchema)
    note = ma.fields.String(metadata={"description": "What the cadre said, or why it was closed"})


class OdditySchema(Schema):
    id = ma.fields.UUID()
    kind = ma.fields.String(validate=ma.validate.OneOf(KINDS))
    state = ma.fields.String(validate=ma.validate.OneOf(("found", "explained", "closed")))
    cadre = ma.fields.Nested(PersonRefSchema)
    village = ma.fields.Nested(DivisionRefSchema)
    first_on = Day()
    last_on = Day()
    found_at = Instant()
    shown_on = Day(metadata={
        "description": "From this day on those above see it; earlier once it is explained (oddity_own_days)"})
    facts = ma.fields.Nested(OddityFactsSchema)
    days = ma.fields.List(Day(), metadata={"description": "Of the records it is made of, the earliest first"})
    is_erased = ma.fields.Boolean(metadata={
        "description": "A record was erased at its owner's request; of what was found only the days are left"})
    rule = ma.fields.Nested(OddityRuleSchema, allow_none=True, metadata={"description": "null where there is none"})
    steps = ma.fields.List(ma.fields.Nested(OddityStepSchema), metadata={"description": "In the order taken"})
    next_steps = ma.fields.List(ma.fields.String(), metadata={"description": "Those that you may take now"})


class OdditiesSchema(Schema):
    oddities = ma.fields.List(ma.fields.Nested(OdditySchema))


class OdditiesQuerySchema(QuerySchema):
    division = division_code(load_default=None, metadata={
        "description": "Default: the widest that you may see; a cadre's own oddities"})
    own = ma.fields.Boolean(load_default=False, metadata={
        "description": "Only your own as a cadre, whatever else you may see"})
    state = ma.fields.String(load_default=None, validate=ma.validate.OneOf(("open", "closed")), metadata={
        "description": "open: found or explained; default: all"})
    kind = ma.fields.String(load_default=None, validate=ma.validate.OneOf(KINDS))
    page = QueryNumber(load_default=1, validate=ma.validate.Range(1, 1_000_000))
    page_size = QueryNumber(load_default=100, validate=ma.validate.Range(1, 200))


class OddityStepPostSchema(Schema):
    id = ma.fields.UUID(required=True, metadata={"description": "Made by the phone or the page"})
    step = ma.fields.String(required=True, validate=ma.validate.OneOf(("explained", "closed")), metadata={
        "description": "explained: by the cadre whose it is; closed: by those above, never an own one"})
    note = text_field(500, shortest=1, required=True, metadata={
        "description": "What the cadre says of it, or why it is closed"})


class OddityStepRecordSchema(OddityStepPostSchema):
    """A step in a batch, which has no path to name the oddity."""

    oddity_id = ma.fields.UUID(required=True)
