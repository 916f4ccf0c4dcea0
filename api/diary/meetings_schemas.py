"""Bodies and answers of meetings."""

import marshmallow as ma

from api.diary.reports_schemas import ReportLineSchema
from api.http import Day, Month, QuerySchema, Schema, division_code, id_field, text_field
from api.shapes import DivisionRefSchema, PersonRefSchema

ATTENDANCES = ("present", "excused", "absent")
LONGEST_TEXT = 10_000
# The cadres of a county.
MOST_PEOPLE = 3000


def clock_time(**kwargs) -> ma.fields.String:
    """A time of day such as 09:00."""
    # The look-ahead keeps a final line break out.
    pattern = ma.validate.Regexp(r"^([01][0-9]|2[0-3]):[0-5][0-9](?!\n)$", error="Not a time such as 09:00.")
    return ma.fields.String(validate=pattern, allow_none=True, **kwargs)


def long_text(**kwargs) -> ma.fields.String:
    return text_field(LONGEST_TEXT, allow_none=True, **kwargs)


class MeetingPostSchema(Schema):
    id = ma.fields.UUID(required=True, metadata={"description": "Made by the page; sending it again is safe"})
    regular_on = Day(load_default=None, allow_none=True, metadata={
        "description": "The regular date that it stands for; null for a meeting called besides"})
    held_on = Day(load_default=None, allow_none=True, metadata={
        "description": "Default: the regular date, moved off a rest day as the policy says"})
    starts = clock_time(load_default=None)
    place = text_field(100, load_default=None, allow_none=True)
    village_code = division_code(load_default=None, allow_none=True, metadata={
        "description": "The village that it is held in; null: where the division sits"})
    division_code = division_code(required=True, metadata={"description": "Whose cadres meet, usually a township"})
    agenda = long_text(load_default=None)


class MeetingPatchSchema(Schema):
    """What is left out stays as it is."""

    held_on = Day()
    starts = clock_time()
    place = text_field(100, allow_none=True)
    village_code = division_code(allow_none=True)
    agenda = long_text()
    minutes = long_text()
    comments = long_text(metadata={"description": "The leader's comments"})
    decisions = long_text()


class AttendanceLineSchema(Schema):
    cadre_id = id_field(required=True)
    state = ma.fields.String(required=True, validate=ma.validate.OneOf(ATTENDANCES))
    note = text_field(200, load_default=None, allow_none=True)


class AttendancePutSchema(Schema):
    attendances = ma.fields.List(ma.fields.Nested(AttendanceLineSchema), required=True,
                                 validate=ma.validate.Length(max=MOST_PEOPLE))
    counts = ma.fields.Boolean(load_default=True, metadata={
        "description": "Whether those present get the day: an errand, or evidence if the meeting was in their village"})

    @ma.validates_schema
    def names_each_once(self, data, **_kwargs):
        ids = [line["cadre_id"] for line in data["attendances"]]
        if len(set(ids)) != len(ids):
            raise ma.ValidationError("The same person twice.", "attendances")


class ReportedPeriodSchema(Schema):
    first_on = Day(attribute="first")
    last_on = Day(attribute="last")


class MeetingLineSchema(Schema):
    id = ma.fields.UUID(allow_none=True, metadata={"description": "null: planned by the rule, nothing entered yet"})
    division = ma.fields.Nested(DivisionRefSchema)
    regular_on = Day(allow_none=True)
    held_on = Day()
    period = ma.fields.Nested(ReportedPeriodSchema, allow_none=True, metadata={"description": "The days reported on"})
    starts = ma.fields.String(allow_none=True)
    place = ma.fields.String(allow_none=True)
    village = ma.fields.Nested(DivisionRefSchema, allow_none=True)
    agenda = ma.fields.String(allow_none=True)
    version = ma.fields.Integer()
    attendance = ma.fields.String(allow_none=True, metadata={"description": "A cadre's own; null: not entered"})
    report = ma.fields.Nested(ReportLineSchema, allow_none=True, metadata={"description": "A cadre's own"})


class MeetingsSchema(Schema):
    meetings = ma.fields.List(ma.fields.Nested(MeetingLineSchema))


class MeetingPersonSchema(Schema):
    cadre = ma.fields.Nested(PersonRefSchema)
    village = ma.fields.Nested(DivisionRefSchema)
    state = ma.fields.String(allow_none=True, metadata={"description": "present, excused, absent; null: not entered"})
    note = ma.fields.String(allow_none=True)
    made = ma.fields.String(allow_none=True, metadata={"description": "errand or evidence; null: no day was given"})
    report_id = ma.fields.UUID(allow_none=True, metadata={"description": "Of the submitted report; null: none yet"})


class MeetingSchema(MeetingLineSchema):
    minutes = ma.fields.String(allow_none=True)
    comments = ma.fields.String(allow_none=True)
    decisions = ma.fields.String(allow_none=True)
    notice = ma.fields.String(metadata={"description": "To be copied into the group's chat"})
    people = ma.fields.List(ma.fields.Nested(MeetingPersonSchema), metadata={
        "description": "For those above: who should come, in roster order; empty for a cadre"})


class MeetingsQuerySchema(QuerySchema):
    division = division_code(load_default=None, metadata={
        "description": "Default: the widest that you supervise; a cadre's own township"})
    month = Month(load_default=None, metadata={
        "description": "Default: 40 days back and ahead; for a cadre the last and the next ones"})
