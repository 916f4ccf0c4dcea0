"""Bodies and answers of check-ins, declarations, decisions, days, leave and rates."""

import marshmallow as ma

from api.checkin.privacy_schemas import RevealRefSchema
from api.http import (
    Day,
    Instant,
    Month,
    Plain,
    QueryNumber,
    QuerySchema,
    Schema,
    WholeNumber,
    division_code,
    id_in_query,
    text_field,
)
from api.shapes import DivisionRefSchema, PersonRefSchema, PositionSchema
from api.vocabulary import LOCATION_ERRORS, RATE_LEVELS

NOTE_LENGTH = 2000
REASON_LENGTH = 500


class CheckInPostSchema(Schema):
    id = ma.fields.UUID(required=True, metadata={"description": "Made by the phone; sending it again is safe"})
    captured_at = Instant(required=True, metadata={"description": "The phone's clock when the button was tapped"})
    elapsed_ms = WholeNumber(load_default=None, allow_none=True, metadata={
        "description": "Milliseconds from the tap to this sending, by the phone; not part of the record's content"})
    position = ma.fields.Nested(PositionSchema, load_default=None, allow_none=True)
    location_error = ma.fields.String(load_default=None, allow_none=True,
                                      validate=ma.validate.OneOf(LOCATION_ERRORS))
    device_id = text_field(100, load_default=None, allow_none=True)
    note = text_field(NOTE_LENGTH, load_default=None, allow_none=True)


class DeclarationPostSchema(Schema):
    id = ma.fields.UUID(required=True)
    day = Day(required=True, metadata={"description": "The day in the village, in China"})
    captured_at = Instant(required=True)
    note = text_field(NOTE_LENGTH, load_default=None, allow_none=True)


class PlaceRefSchema(Schema):
    id = ma.fields.Integer()
    name = ma.fields.String()


class EvidenceSchema(Schema):
    id = ma.fields.UUID()
    kind = ma.fields.String()
    cadre_id = ma.fields.Integer()
    day = Day(metadata={"description": "The date in China that the record belongs to"})
    captured_at = Instant()
    received_at = Instant()
    verdict = ma.fields.String(
        metadata={"description": "inside, uncertain, outside, no_location or not_judged"})
    distance_m = ma.fields.Integer(allow_none=True, metadata={
        "description": "Geodesic metres to the centre of the place that the verdict is about"})
    place = ma.fields.Nested(PlaceRefSchema, allow_none=True)
    accuracy_m = ma.fields.Float(allow_none=True)
    location_error = ma.fields.String(allow_none=True)
    flags = ma.fields.List(ma.fields.String(), metadata={"description": "clock_skew, late, future_day"})
    note = ma.fields.String(allow_none=True)
    status = ma.fields.String(
        metadata={"description": "counts, waiting, rejected, no_posting or future_day"})


class DecisionPostSchema(Schema):
    id = ma.fields.UUID(required=True)
    evidence_id = ma.fields.UUID(required=True)
    outcome = ma.fields.String(required=True, validate=ma.validate.OneOf(("confirmed", "rejected")))
    reason = text_field(REASON_LENGTH, load_default=None, allow_none=True,
                        metadata={"description": "Needed for a rejection; the cadre reads it"})


class DecisionSchema(Schema):
    id = ma.fields.UUID()
    evidence_id = ma.fields.UUID()
    outcome = ma.fields.String()
    reason = ma.fields.String(allow_none=True)
    level = ma.fields.String(metadata={"description": "village, township or county; the highest prevails"})
    decided_at = Instant()
    decided_by = ma.fields.Nested(PersonRefSchema)


class DayEvidenceSchema(EvidenceSchema):
    decisions = ma.fields.List(ma.fields.Nested(DecisionSchema))
    has_coordinates = ma.fields.Boolean(metadata={
        "description": "Whether its position is still kept; none is in this answer"})
    reveals = ma.fields.List(ma.fields.Nested(RevealRefSchema), metadata={
        "description": "Who was shown the position; for the cadre and for supervisors"})


class CalendarSchema(Schema):
    kind = ma.fields.String(metadata={"description": "workday, rest, holiday or makeup"})
    label = ma.fields.String(allow_none=True)
    official = ma.fields.Boolean()


class LeaveRefSchema(Schema):
    id = ma.fields.UUID()
    kind = ma.fields.String()


class DaySchema(Schema):
    day = Day()
    weekday = ma.fields.Integer(metadata={"description": "1 Monday to 7 Sunday"})
    calendar = ma.fields.Nested(CalendarSchema)
    duty = ma.fields.Boolean(metadata={"description": "A working day inside the posting without leave"})
    in_posting = ma.fields.Boolean()
    village = ma.fields.Nested(DivisionRefSchema, allow_none=True)
    leave = ma.fields.Nested(LeaveRefSchema, allow_none=True)
    state = ma.fields.String(allow_none=True,
                             metadata={"description": "stationed, errand, waiting, rejected; null without a fact"})
    counts = ma.fields.Boolean()
    why = ma.fields.String(metadata={"description": "Slug of why the day does or does not count"})
    cadre = ma.fields.Nested(PersonRefSchema, allow_none=True)
    evidence = ma.fields.List(ma.fields.Nested(DayEvidenceSchema))


class DaysSchema(Schema):
    cadre = ma.fields.Nested(PersonRefSchema, allow_none=True)
    first = Day(data_key="from")
    last = Day(data_key="to")
    days = ma.fields.List(ma.fields.Nested(DaySchema))
    more = ma.fields.Boolean(metadata={"description": "true when the list was cut"})


class DaysQuerySchema(QuerySchema):
    cadre_id = id_in_query(load_default=None)
    division = division_code(load_default=None)
    state = ma.fields.String(load_default=None, validate=ma.validate.OneOf(("waiting",)))
    first = Day(required=True, data_key="from")
    last = Day(required=True, data_key="to")

    @ma.validates_schema
    def a_period(self, data, **_kwargs):
        if not 0 <= (data["last"] - data["first"]).days <= 400:
            raise ma.ValidationError("A period of at most 400 days, the earlier day first.", "to")


class RatesQuerySchema(QuerySchema):
    month = Month(required=True)
    division = division_code(load_default=None)
    level = ma.fields.String(load_default="cadre", validate=ma.validate.OneOf(RATE_LEVELS))
    as_of = Day(load_default=None, metadata={"description": "Only weeks that ended before count; default today"})
    cadre_id = id_in_query(load_default=None, metadata={"description": "Narrows the table to one cadre"})
    page = QueryNumber(load_default=1, validate=ma.validate.Range(1, 100_000))
    page_size = QueryNumber(load_default=100, validate=ma.validate.Range(1, 100))


class RunningSchema(Schema):
    on_track = ma.fields.Integer()
    at_risk = ma.fields.Integer()
    met = ma.fields.Integer()
    missed = ma.fields.Integer()
    waiting_days = ma.fields.Integer()


class RunningWeekSchema(Schema):
    state = ma.fields.String()
    required = ma.fields.Integer()
    stationed = ma.fields.Integer()
    need = ma.fields.Integer(metadata={"description": "Days still needed to meet the week"})
    days_left = ma.fields.Integer()
    duty_days_left = ma.fields.Integer()


class WeekSchema(Schema):
    monday = Day()
    required = ma.fields.Integer()
    stationed = ma.fields.Integer()
    credited = ma.fields.Integer()
    closed = ma.fields.Boolean()


class MonthSoFarSchema(Schema):
    required = ma.fields.Integer()
    stationed = ma.fields.Integer()
    credited = ma.fields.Integer()


class RateCadreSchema(PersonRefSchema):
    cadre_role = ma.fields.String()
    sending_unit = ma.fields.String()


class RateRowSchema(Schema):
    division = ma.fields.Nested(DivisionRefSchema, allow_none=True)
    village = ma.fields.Nested(DivisionRefSchema, allow_none=True)
    township = ma.fields.Nested(DivisionRefSchema, allow_none=True)
    cadre = Plain(RateCadreSchema, allow_none=True)
    posting_id = ma.fields.Integer(allow_none=True)
    cadres = ma.fields.Integer(metadata={"description": "Postings in the month"})
    numerator = ma.fields.Integer(metadata={"description": "Credited days"})
    denominator = ma.fields.Integer(metadata={"description": "Required days"})
    rate = ma.fields.Float(allow_none=True, metadata={"description": "0..1; null when nothing was required"})
    closed_weeks = ma.fields.Integer()
    days_of_month = ma.fields.Integer(metadata={"description": "Stationed days of the calendar month"})
    days_of_year = ma.fields.Integer(metadata={"description": "Stationed days of the year to the month's end"})
    weeks = Plain(WeekSchema(many=True))
    running = Plain(RunningSchema, metadata={"description": "Postings by the state of the running week"})
    running_week = Plain(RunningWeekSchema, allow_none=True)
    month_so_far = Plain(MonthSoFarSchema, allow_none=True,
                         metadata={"description": "Where the month is the basis and has not ended"})


class MonthWeekSchema(Schema):
    monday = Day()
    closed = ma.fields.Boolean()


class WeekSpanSchema(Schema):
    monday = Day()
    sunday = Day()


class PeriodSchema(Schema):
    first = Day(data_key="from")
    last = Day(data_key="to")


class RuleSchema(Schema):
    key = ma.fields.String()
    value = ma.fields.Raw()
    effective_from = Day()
    division = ma.fields.Nested(DivisionRefSchema)
    source = ma.fields.String()


class RatesSchema(Schema):
    month = Month()
    as_of = Day()
    counting_period = ma.fields.Nested(PeriodSchema)
    months_weeks = ma.fields.List(ma.fields.Nested(MonthWeekSchema))
    running_week = ma.fields.Nested(WeekSpanSchema, allow_none=True)
    calendar_official = ma.fields.Boolean()
    level = ma.fields.String()
    division = ma.fields.Nested(DivisionRefSchema)
    rules = ma.fields.List(ma.fields.Nested(RuleSchema))
    total = ma.fields.Nested(RateRowSchema)
    rows = ma.fields.List(ma.fields.Nested(RateRowSchema))
