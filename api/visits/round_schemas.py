"""Bodies and answers of rounds, visits, companions and annulments."""

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
from api.shapes import (
    DivisionRefSchema,
    PersonRefSchema,
    PositionSchema,
    RaisedConcernSchema,
    RecordPhotoSchema,
    photo_hashes,
)
from api.vocabulary import COMPANION_STATES, LOCATION_ERRORS, VISIT_MANNERS

# A morning of calls, a village meeting of a whole group.
MOST_HOUSEHOLDS = 100


class VisitPostSchema(Schema):
    id = ma.fields.UUID(required=True, metadata={"description": "Made by the phone"})
    household_id = id_field(required=True)
    manner = ma.fields.String(load_default="in_person", validate=ma.validate.OneOf(VISIT_MANNERS))
    summary = text_field(2000, load_default=None, allow_none=True, metadata={
        "description": "What was talked about, if there was something to note"})
    photos = photo_hashes()
    concerns = ma.fields.List(ma.fields.Nested(RaisedConcernSchema), load_default=list,
                              validate=ma.validate.Length(max=20), metadata={"description": "What was asked for"})


class RoundPostSchema(Schema):
    id = ma.fields.UUID(required=True, metadata={"description": "Made by the phone; sending it again is safe"})
    captured_at = Instant(required=True, metadata={"description": "The phone's clock"})
    elapsed_ms = WholeNumber(load_default=None, allow_none=True, metadata={
        "description": "Milliseconds since then by the phone's own count; a wrong clock is told by it"})
    position = ma.fields.Nested(PositionSchema, load_default=None, allow_none=True)
    location_error = ma.fields.String(load_default=None, allow_none=True, validate=ma.validate.OneOf(LOCATION_ERRORS))
    device_id = text_field(100, load_default=None, allow_none=True)
    purposes = ma.fields.List(text_field(40, shortest=1), load_default=list, validate=ma.validate.Length(max=20),
                              metadata={"description": "Keys of the dictionary of purposes; unknown ones are kept"})
    companion_ids = ma.fields.List(id_field(), load_default=list, validate=ma.validate.Length(max=20), metadata={
        "description": "Cadres who came along: it counts for each from the own 「我也在」 on"})
    others = text_field(200, load_default=None, allow_none=True, metadata={"description": "Who else was there"})
    visits = ma.fields.List(ma.fields.Nested(VisitPostSchema), required=True,
                            validate=ma.validate.Length(min=1, max=MOST_HOUSEHOLDS))

    @ma.validates_schema(skip_on_field_errors=True)
    def each_household_once(self, data, **_kwargs):
        for name in ("id", "household_id"):
            if len({visit[name] for visit in data["visits"]}) < len(data["visits"]):
                raise ma.ValidationError("Each household once.", "visits")


class VisitedHouseholdSchema(Schema):
    id = ma.fields.Integer()
    householder = ma.fields.String()
    villagers_group = ma.fields.String()


class AnnulledSchema(Schema):
    at = Instant()
    by = ma.fields.Nested(PersonRefSchema)
    reason = ma.fields.String()


class VisitSchema(Schema):
    id = ma.fields.UUID()
    round_id = ma.fields.UUID()
    cadre = ma.fields.Nested(PersonRefSchema)
    day = Day()
    household = ma.fields.Nested(VisitedHouseholdSchema)
    village = ma.fields.Nested(DivisionRefSchema)
    manner = ma.fields.String()
    summary = ma.fields.String(allow_none=True)
    photos = ma.fields.List(ma.fields.Nested(RecordPhotoSchema))
    is_incomplete = ma.fields.Boolean(metadata={"description": "Whether a photo that it names has not come yet"})
    annulled = ma.fields.Nested(AnnulledSchema, allow_none=True)


class CompanionRefSchema(PersonRefSchema):
    state = ma.fields.String(validate=ma.validate.OneOf(COMPANION_STATES))
    answered_at = Instant(allow_none=True)


class JudgedPlaceSchema(Schema):
    verdict = ma.fields.String()
    status = ma.fields.String(metadata={"description": "What the round counts for as evidence of presence"})
    distance_m = ma.fields.Integer(allow_none=True)


class RoundSchema(Schema):
    id = ma.fields.UUID()
    cadre = ma.fields.Nested(PersonRefSchema)
    day = Day()
    captured_at = Instant()
    received_at = Instant()
    flags = ma.fields.List(ma.fields.String())
    purposes = ma.fields.List(ma.fields.String())
    others = ma.fields.String(allow_none=True)
    companions = ma.fields.List(ma.fields.Nested(CompanionRefSchema))
    visits = ma.fields.List(ma.fields.Nested(VisitSchema), metadata={"description": "Those that you may see"})
    place = ma.fields.Nested(JudgedPlaceSchema, allow_none=True, metadata={"description": "Null without a position"})


class RoundsSchema(Schema):
    rounds = ma.fields.List(ma.fields.Nested(RoundSchema))


class RoundsQuerySchema(QuerySchema):
    cadre_id = id_in_query(load_default=None, metadata={"description": "Default: you"})
    first = Day(required=True, data_key="from")
    last = Day(required=True, data_key="to")


class VisitsSchema(Schema):
    visits = ma.fields.List(ma.fields.Nested(VisitSchema))
    more = ma.fields.Boolean()


class VisitsQuerySchema(QuerySchema):
    division = division_code(load_default=None)
    household_id = id_in_query(load_default=None)
    first = Day(load_default=None, data_key="from")
    last = Day(load_default=None, data_key="to")
    page = QueryNumber(load_default=1, validate=ma.validate.Range(1, 10_000))
    page_size = QueryNumber(load_default=50, validate=ma.validate.Range(1, 200))


class VisitAnnulmentPostSchema(Schema):
    id = ma.fields.UUID(required=True, metadata={"description": "Made by the sender; sending it again is safe"})
    visit_id = ma.fields.UUID(required=True)
    reason = text_field(500, shortest=1, required=True, metadata={"description": "Stays with the visit"})


class CompanionAnswerPostSchema(Schema):
    id = ma.fields.UUID(required=True, metadata={"description": "Made by the phone; sending it again is safe"})
    round_id = ma.fields.UUID(required=True)
    state = ma.fields.String(required=True, validate=ma.validate.OneOf(("joined", "declined")))
    captured_at = Instant(required=True, metadata={"description": "The phone's clock: the later answer holds"})


class CompanionshipSchema(Schema):
    round_id = ma.fields.UUID()
    day = Day()
    captured_at = Instant()
    cadre = ma.fields.Nested(PersonRefSchema, metadata={"description": "Who entered the round"})
    households = ma.fields.Integer(metadata={"description": "How many"})
    state = ma.fields.String(validate=ma.validate.OneOf(COMPANION_STATES))
    answered_at = Instant(allow_none=True)


class CompanionshipsSchema(Schema):
    companions = ma.fields.List(ma.fields.Nested(CompanionshipSchema))


class CompanionsQuerySchema(QuerySchema):
    state = ma.fields.String(load_default=None, validate=ma.validate.OneOf(COMPANION_STATES))


class TeammateSchema(PersonRefSchema):
    village = ma.fields.Nested(DivisionRefSchema)


class TeammatesSchema(Schema):
    teammates = ma.fields.List(ma.fields.Nested(TeammateSchema))
