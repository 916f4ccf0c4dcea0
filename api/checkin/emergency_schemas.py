"""Bodies and answers of emergency duties."""

import marshmallow as ma

from api.checkin.emergency_rules import STATES
from api.http import Day, Instant, Plain, QueryNumber, QuerySchema, Schema, division_code, text_field
from api.shapes import DivisionRefSchema, PersonRefSchema
from api.vocabulary import EMERGENCY_KINDS

LONGEST = 500
# The townships of a large county; all villages of one are better chosen as the township.
MOST_DIVISIONS = 200


class EmergencyDutyPostSchema(Schema):
    id = ma.fields.UUID(required=True, metadata={"description": "Made by the page; sending it again is safe"})
    kind = ma.fields.String(required=True, validate=ma.validate.OneOf(EMERGENCY_KINDS))
    reason = text_field(LONGEST, shortest=1, required=True, metadata={
        "description": "Why; everybody concerned reads it"})
    division_codes = ma.fields.List(division_code(), required=True,
                                    validate=ma.validate.Length(min=1, max=MOST_DIVISIONS), metadata={
        "description": "That it holds for, with all below; one within another of them is left out"})
    from_at = Instant(required=True, metadata={
        "description": "From when on; at most 24 hours ago, for whoever was called out before it could be entered"})
    until_at = Instant(required=True, metadata={
        "description": "When it ends by itself, at most so many days later (the policy emergency_most_days)"})

    @ma.post_load
    def each_division_once(self, data, **_kwargs):
        # The same divisions in another order are the same duty.
        return {**data, "division_codes": sorted(set(data["division_codes"]))}


class EmergencyDutyPatchSchema(Schema):
    ended_because = text_field(LONGEST, shortest=1, required=True, metadata={
        "description": "Why it ends before its time, or is called off before it begins"})


class EmergencyDutySchema(Schema):
    id = ma.fields.UUID()
    kind = ma.fields.String(validate=ma.validate.OneOf(EMERGENCY_KINDS))
    reason = ma.fields.String()
    divisions = ma.fields.List(ma.fields.Nested(DivisionRefSchema), metadata={
        "description": "That it holds for, with all below"})
    from_at = Instant()
    until_at = Instant(metadata={"description": "When it ends by itself; earlier if `ended_at` is"})
    state = ma.fields.String(validate=ma.validate.OneOf(STATES), metadata={"description": "At this moment"})
    declared_by = ma.fields.Nested(PersonRefSchema)
    declared_at = Instant()
    ended_at = Instant(allow_none=True, metadata={"description": "When somebody ended it early; null: nobody did"})
    ended_by = ma.fields.Nested(PersonRefSchema, allow_none=True)
    ended_because = ma.fields.String(allow_none=True)
    may_end = ma.fields.Boolean(metadata={"description": "You may end it now"})
    version = ma.fields.Integer(metadata={"description": "For If-Match"})


class EmergencyDutiesSchema(Schema):
    duties = ma.fields.List(ma.fields.Nested(EmergencyDutySchema))
    most_days = ma.fields.Integer(allow_none=True, metadata={
        "description": "How many days a duty declared today may last; null: you declare none here"})


class EmergencyDutiesQuerySchema(QuerySchema):
    division = division_code(load_default=None, metadata={
        "description": "Only those that touch it; default: all that touch what you see"})
    state = ma.fields.String(load_default=None, validate=ma.validate.OneOf(STATES), metadata={
        "description": "At this moment; default: all, those that run first"})
    page = QueryNumber(load_default=1, validate=ma.validate.Range(1, 1_000_000))
    page_size = QueryNumber(load_default=50, validate=ma.validate.Range(1, 200))


class EmergencyPresenceQuerySchema(QuerySchema):
    division = division_code(load_default=None, metadata={"description": "Default: the widest that you may see"})
    day = Day(load_default=None, metadata={
        "description": "One of the duty's days; default: today while it runs, else its nearest day"})
    missing = ma.fields.Boolean(load_default=False, metadata={
        "description": "Only those who have neither told nor are on leave, and their villages"})
    page = QueryNumber(load_default=1, validate=ma.validate.Range(1, 1_000_000))
    page_size = QueryNumber(load_default=50, validate=ma.validate.Range(1, 500), metadata={
        "description": "Villages on a page"})


class PresentCadreSchema(Schema):
    cadre = ma.fields.Nested(PersonRefSchema)
    reported_at = Instant(allow_none=True, metadata={
        "description": "The latest word of the day since the duty began; null: none. A wrong clock is not believed: "
                       "then it is when the word came"})
    kind = ma.fields.String(allow_none=True, metadata={
        "description": "What it was: check_in, declaration, visit, diary, reception, meeting, register"})
    verdict = ma.fields.String(allow_none=True, metadata={
        "description": "inside, uncertain, outside, no_location or not_judged; a word without a place is a word"})
    leave = ma.fields.String(allow_none=True, metadata={"description": "The kind of approved leave that day"})
    errand = ma.fields.String(allow_none=True, metadata={
        "description": "The kind of errand that day (errand, travel): it is no leave, a word is waited for"})


class VillagePresenceSchema(Schema):
    village = ma.fields.Nested(DivisionRefSchema)
    posted = ma.fields.Integer()
    reported = ma.fields.Integer(metadata={"description": "Posted cadres with a word of the day since the duty began"})
    on_leave = ma.fields.Integer(metadata={"description": "On approved leave and without a word"})
    cadres = ma.fields.List(ma.fields.Nested(PresentCadreSchema))


class EmergencyPresenceSchema(Schema):
    duty = ma.fields.Nested(EmergencyDutySchema)
    division = ma.fields.Nested(DivisionRefSchema)
    day = Day()
    days = ma.fields.List(Day(), metadata={"description": "All days of the duty, in China"})
    posted = ma.fields.Integer(metadata={"description": "Of all villages of the duty below the division"})
    reported = ma.fields.Integer()
    on_leave = ma.fields.Integer()
    villages = ma.fields.List(Plain(VillagePresenceSchema), metadata={
        "description": "In roster order; those without anybody posted are left out"})
