"""Days of a month by kind of evidence, as they are asked for and answered."""

import marshmallow as ma

from api.http import Day, Month, Schema, division_code, id_in_query
from api.shapes import DivisionRefSchema, PersonRefSchema


class DayCalendarQuerySchema(Schema):
    month = Month(required=True, metadata={"description": "May lie ahead: leave is planned before it is taken"})
    village = division_code(load_default=None, metadata={"description": "A village's calendar; goes before cadre_id"})
    cadre_id = id_in_query(load_default=None, metadata={"description": "One cadre's calendar; default: your own"})


class NatureOfDaySchema(Schema):
    kind = ma.fields.String(metadata={"description": "workday, rest, holiday or makeup"})
    label = ma.fields.String(allow_none=True, metadata={"description": "The name of the holiday, where it has one"})


class CalendarOfDaySchema(Schema):
    day = Day()
    calendar = ma.fields.Nested(NatureOfDaySchema)


class KindOfDaySchema(Schema):
    kind = ma.fields.String(metadata={
        "description": "check_in, declaration, visit, diary, reception, meeting or register"})
    verdict = ma.fields.String(metadata={
        "description": "Of the place: inside, uncertain, outside, no_location or not_judged"})
    count = ma.fields.Integer(metadata={"description": "Pieces of evidence of this kind with this verdict"})


class DayOfCadreSchema(Schema):
    day = Day()
    in_posting = ma.fields.Boolean(metadata={"description": "False: the row has nothing to say of this day"})
    state = ma.fields.String(allow_none=True, metadata={
        "description": "stationed, errand, waiting or rejected; null without a fact"})
    kinds = ma.fields.List(ma.fields.Nested(KindOfDaySchema))
    leave = ma.fields.String(allow_none=True, metadata={
        "description": (
            "The kind of an approved leave that covers the day: private, sick, annual, family or compensatory")})
    errand = ma.fields.String(allow_none=True, metadata={"description": "errand or travel: away on duty"})


class PostingSpanSchema(Schema):
    first = Day(data_key="from")
    last = Day(data_key="to", allow_none=True, metadata={"description": "null: still posted"})


class CadreMonthSchema(Schema):
    cadre = ma.fields.Nested(PersonRefSchema)
    village = ma.fields.Nested(DivisionRefSchema, metadata={
        "description": "The posting's home; another than the one asked for where it only covers that one too (联片)"})
    posting = ma.fields.Nested(PostingSpanSchema)
    days = ma.fields.List(ma.fields.Nested(DayOfCadreSchema), metadata={"description": "One for each day of the month"})


class DayCalendarSchema(Schema):
    month_on = Month(data_key="month")
    village = ma.fields.Nested(DivisionRefSchema, allow_none=True, metadata={
        "description": "The village that was asked for; null for a cadre's own calendar"})
    days = ma.fields.List(ma.fields.Nested(CalendarOfDaySchema))
    cadres = ma.fields.List(ma.fields.Nested(CadreMonthSchema), metadata={
        "description": "A row for each posting that touches the month, in roster order; whoever covers the village "
                       "from next door comes last"})
