"""Bodies and answers of the day's page, the reading queue, readings and samples."""

import marshmallow as ma

from api.diary.concern_schemas import RaisedConcernSchema
from api.diary.entry_schemas import DiaryConcernRefSchema, DiaryEntrySchema
from api.diary.reading_rules import MOST_SAMPLED
from api.http import Day, Instant, QuerySchema, Schema, WholeNumber, division_code, id_in_query, text_field
from api.shapes import DivisionRefSchema, PersonRefSchema

NOTE_LENGTH = 1000


class DiaryDayQuerySchema(QuerySchema):
    cadre_id = id_in_query(load_default=None, metadata={"description": "Default: yourself"})


class DiaryWhereSchema(Schema):
    kind = ma.fields.String(metadata={"description": "check_in, declaration, visit, diary, reception, meeting"})
    at = Instant()
    place = ma.fields.String(allow_none=True)
    verdict = ma.fields.String()
    status = ma.fields.String()


class DiaryHouseholdSchema(Schema):
    id = ma.fields.Integer()
    householder = ma.fields.String()
    villagers_group = ma.fields.String()


class DiaryVisitSchema(Schema):
    household = ma.fields.Nested(DiaryHouseholdSchema)
    manner = ma.fields.String()
    summary = ma.fields.String(allow_none=True)


class DiaryRoundSchema(Schema):
    id = ma.fields.UUID()
    at = Instant()
    purposes = ma.fields.List(ma.fields.String())
    others = ma.fields.String(allow_none=True)
    team = ma.fields.List(ma.fields.String(), metadata={"description": "Names, whoever entered it first"})
    visits = ma.fields.List(ma.fields.Nested(DiaryVisitSchema))


class DiaryDayConcernSchema(DiaryConcernRefSchema):
    householder = ma.fields.String(allow_none=True)


class DiaryReceptionSchema(Schema):
    id = ma.fields.UUID()
    question = ma.fields.String()
    answer = ma.fields.String(allow_none=True)
    policy_cited = ma.fields.String(allow_none=True)


class DiaryMeetingSchema(Schema):
    id = ma.fields.UUID()
    division = ma.fields.String()
    place = ma.fields.String(allow_none=True)
    decisions = ma.fields.String(allow_none=True)


class DiaryDaySchema(Schema):
    day = Day()
    weekday = ma.fields.Integer(metadata={"description": "1 Monday to 7 Sunday"})
    cadre = ma.fields.Nested(PersonRefSchema)
    village = ma.fields.Nested(DivisionRefSchema, allow_none=True)
    where = ma.fields.List(ma.fields.Nested(DiaryWhereSchema))
    rounds = ma.fields.List(ma.fields.Nested(DiaryRoundSchema))
    concerns = ma.fields.List(ma.fields.Nested(DiaryDayConcernSchema))
    receptions = ma.fields.List(ma.fields.Nested(DiaryReceptionSchema))
    meetings = ma.fields.List(ma.fields.Nested(DiaryMeetingSchema))
    entries = ma.fields.List(ma.fields.Nested(DiaryEntrySchema))


class DiaryQueueQuerySchema(QuerySchema):
    division = division_code(load_default=None)
    after = ma.fields.UUID(load_default=None, metadata={"description": "The entry after which to go on"})


class DiaryQueueSchema(Schema):
    division = ma.fields.Nested(DivisionRefSchema)
    since = Day(metadata={"description": "What was submitted before is not waited for any more"})
    unread = ma.fields.Integer()
    entries = ma.fields.List(ma.fields.Nested(DiaryEntrySchema))


class DiaryReadingPostSchema(Schema):
    id = ma.fields.UUID(required=True)
    entry_id = ma.fields.UUID(required=True)
    outcome = ma.fields.String(required=True, validate=ma.validate.OneOf(("read", "follow_up", "concern")))
    note = text_field(NOTE_LENGTH, load_default=None, allow_none=True, metadata={
        "description": "Needed for a follow-up; the cadre reads it"})
    concern = ma.fields.Nested(RaisedConcernSchema, load_default=None, allow_none=True)


class DiarySamplePostSchema(Schema):
    id = ma.fields.UUID(required=True)
    division_code = division_code(load_default=None, allow_none=True)
    from_on = Day(required=True)
    to_on = Day(required=True)
    size = WholeNumber(required=True, validate=ma.validate.Range(1, MOST_SAMPLED))


class DiarySampleSchema(Schema):
    id = ma.fields.UUID()
    division = ma.fields.Nested(DivisionRefSchema)
    from_on = Day()
    to_on = Day()
    population = ma.fields.Integer(metadata={"description": "Entries that it was drawn from"})
    seed = ma.fields.String(metadata={"description": (
        "Drawn are the entries with the smallest SHA-256 of the seed followed by their id")})
    drawn_at = Instant()
    entries = ma.fields.List(ma.fields.Nested(DiaryEntrySchema))
