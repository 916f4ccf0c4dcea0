"""Answers about what to talk about."""

import marshmallow as ma

from api.http import Day, Month, QueryNumber, QuerySchema, Schema, division_code
from api.shapes import DivisionRefSchema, PersonRefSchema

KINDS = ("week_at_risk", "week_missed", "households_unvisited", "village_unvisited", "concern_overdue",
         "notice_overdue", "post_vacant", "oddity", "photo_repeat")


class MatterFactsSchema(Schema):
    """Numbers and days; of the fields only those of the kind are there."""

    monday = Day(metadata={"description": "week_*: of the week"})
    required = ma.fields.Integer(metadata={"description": "week_*: days required"})
    stationed = ma.fields.Integer(metadata={"description": "week_*: days stationed"})
    need = ma.fields.Integer(metadata={"description": "week_*: days that are missing"})
    days_left = ma.fields.Integer(metadata={"description": "week_*: days left to be there, leave included"})
    duty_days_left = ma.fields.Integer(metadata={"description": "week_*: of these on duty"})
    is_closed = ma.fields.Boolean(metadata={"description": "week_missed: its Sunday has passed, and it counts"})
    households = ma.fields.Integer(metadata={
        "description": "households_unvisited: at home and not reached for `days`; village_unvisited: all"})
    never = ma.fields.Integer(metadata={"description": "households_unvisited: of these never reached"})
    days = ma.fields.Integer(metadata={"description": "households_unvisited: the rule unvisited_days of the village"})
    quarter_on = Day(metadata={"description": "village_unvisited: first day of the running quarter"})
    concern_kind = ma.fields.String(metadata={"description": "concern_overdue"})
    raised_on = Day(metadata={"description": "concern_overdue"})
    title = ma.fields.String(metadata={"description": "notice_overdue"})
    due_on = Day(metadata={"description": "The last day in time"})
    days_over = ma.fields.Integer(metadata={"description": "Days since `due_on`"})
    posted = ma.fields.Integer(metadata={"description": "post_vacant: cadres posted today"})
    minimum = ma.fields.Integer(metadata={"description": "post_vacant: the rule posted_minimum of the village"})
    missing = ma.fields.Integer(metadata={"description": "post_vacant: minimum less posted"})
    oddity_kind = ma.fields.String(metadata={"description": "oddity: its kind"})
    first_on = Day(metadata={"description": "oddity: the earliest day of its records"})
    last_on = Day(metadata={"description": "oddity: the latest"})
    day_count = ma.fields.Integer(metadata={"description": "oddity: how many days its records are of"})
    is_explained = ma.fields.Boolean(metadata={"description": "oddity: the cadre has said something of it"})
    record_kind = ma.fields.String(metadata={"description": "photo_repeat: of the later record"})
    used_on = Day(metadata={"description": "photo_repeat: day of the later record"})
    elsewhere = ma.fields.Boolean(metadata={"description": "photo_repeat: it was used before outside your divisions"})


class MatterLinkSchema(Schema):
    """The parts of the dashboard's address that shows what made it."""

    view = ma.fields.String()
    division = ma.fields.String()
    month = Month()
    cadre = ma.fields.Integer()
    kind = ma.fields.String()
    state = ma.fields.String()
    concern = ma.fields.UUID()
    notice = ma.fields.UUID()
    oddity = ma.fields.UUID()


class MatterItemSchema(Schema):
    village = ma.fields.Nested(DivisionRefSchema)
    cadre = ma.fields.Nested(PersonRefSchema, allow_none=True, metadata={
        "description": "Whose week or record it is; null where it is the village's"})
    facts = ma.fields.Nested(MatterFactsSchema)
    link = ma.fields.Nested(MatterLinkSchema)


class MatterRuleSchema(Schema):
    key = ma.fields.String()
    value = ma.fields.Integer()
    division = ma.fields.Nested(DivisionRefSchema, metadata={"description": "That set it"})
    effective_from = Day()
    source = ma.fields.String()


class MattersSchema(Schema):
    division = ma.fields.Nested(DivisionRefSchema)
    on = Day(metadata={"description": "Today: everything is as it stands then"})
    kind = ma.fields.String(validate=ma.validate.OneOf(KINDS))
    count = ma.fields.Integer(metadata={"description": "On all pages"})
    items = ma.fields.List(ma.fields.Nested(MatterItemSchema), metadata={
        "description": "In the order of the roster: by village code, then by posting or day; no other order can be "
                       "asked for"})
    rules = ma.fields.List(ma.fields.Nested(MatterRuleSchema), metadata={
        "description": "Those that the kind goes by, and where divisions below have set others, those too"})


class MattersQuerySchema(QuerySchema):
    division = division_code(load_default=None, metadata={"description": "Default: the widest that you may see"})
    kind = ma.fields.String(required=True, validate=ma.validate.OneOf(KINDS), metadata={
        "description": "week_at_risk: this week; week_missed: this week and the closed ones of its month; "
                       "households_unvisited: by village; village_unvisited: no visit this quarter; concern_overdue; "
                       "notice_overdue; post_vacant: too few cadres posted; oddity: open ones that you may see; "
                       "photo_repeat: not looked at yet"})
    page = QueryNumber(load_default=1, validate=ma.validate.Range(1, 1_000_000))
    page_size = QueryNumber(load_default=20, validate=ma.validate.Range(1, 200))
