"""Bodies and answers of concerns."""

import marshmallow as ma

from api.diary.concerns_rules import AGES, DONE, OVER, STEPS, UNDONE
from api.http import (
    Day,
    Month,
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
    RaisedConcernSchema,
    RecordPhotoSchema,
    photo_hashes,
)
from api.vocabulary import CONCERN_KINDS, CONCERN_SOURCES

LONGEST = 2000


def captured_at() -> Instant:
    return Instant(required=True, metadata={"description": "The sender's clock when it was said or done"})


def elapsed_ms() -> ma.fields.Integer:
    return WholeNumber(load_default=None, allow_none=True, metadata={
        "description": "Milliseconds since then by the sender's own count; a wrong clock is told by it"})


class ConcernPostSchema(RaisedConcernSchema):
    village_code = division_code(required=True)
    household_id = id_field(load_default=None, allow_none=True)
    photos = photo_hashes()
    captured_at = captured_at()
    elapsed_ms = elapsed_ms()


class ConcernStepPostSchema(Schema):
    id = ma.fields.UUID(required=True, metadata={"description": "Made by the sender; sending it again is safe"})
    step = ma.fields.String(required=True, validate=ma.validate.OneOf(tuple(STEPS)))
    note = text_field(LONGEST, load_default=None, allow_none=True, metadata={"description": (
        "What was done, decided or told, or what the villager said; a joint consultation's decision")})
    to_division_code = division_code(load_default=None, allow_none=True, metadata={
        "description": "Whom it is escalated to: a division above the one that has to act now"})
    into_id = ma.fields.UUID(load_default=None, allow_none=True, metadata={
        "description": "The concern of the same village that this one repeats"})
    photos = photo_hashes()
    captured_at = captured_at()
    elapsed_ms = elapsed_ms()


class ConcernStepRecordSchema(ConcernStepPostSchema):
    """A step in a batch, which has no path to name the concern."""

    concern_id = ma.fields.UUID(required=True)


class HouseholdRefSchema(Schema):
    id = ma.fields.Integer()
    number = ma.fields.String()
    householder = ma.fields.String()
    villagers_group = ma.fields.String()


class ConcernStepSchema(Schema):
    id = ma.fields.UUID()
    step = ma.fields.String()
    at = Instant()
    by = ma.fields.Nested(PersonRefSchema)
    note = ma.fields.String(allow_none=True)
    to_division = ma.fields.Nested(DivisionRefSchema, allow_none=True)
    into_id = ma.fields.UUID(allow_none=True)
    photos = ma.fields.List(ma.fields.Nested(RecordPhotoSchema))


class NextStepSchema(Schema):
    step = ma.fields.String()
    needs = ma.fields.String(allow_none=True, metadata={"description": "note, division, concern, or nothing"})


class ConcernSchema(Schema):
    id = ma.fields.UUID()
    kind = ma.fields.String(validate=ma.validate.OneOf(CONCERN_KINDS))
    text = ma.fields.String()
    village = ma.fields.Nested(DivisionRefSchema)
    household = ma.fields.Nested(HouseholdRefSchema, allow_none=True)
    source_kind = ma.fields.String(validate=ma.validate.OneOf(CONCERN_SOURCES))
    source_id = ma.fields.UUID(allow_none=True, metadata={"description": "The record that it was raised with"})
    raised_by = ma.fields.Nested(PersonRefSchema)
    raised_at = Instant()
    raised_on = Day()
    state = ma.fields.String(validate=ma.validate.OneOf((*UNDONE, *DONE, *OVER)))
    owner = ma.fields.Nested(DivisionRefSchema, metadata={"description": "Who has to act"})
    due_on = Day(metadata={"description": "The last day in time, by the rule for its kind (concern_days_*)"})
    done_on = Day(allow_none=True, metadata={"description": "When it was resolved or explained"})
    age_days = ma.fields.Integer(metadata={"description": "Until today, or until it was done"})
    is_overdue = ma.fields.Boolean()
    merged_into_id = ma.fields.UUID(allow_none=True)
    duplicate_ids = ma.fields.List(ma.fields.UUID(), metadata={"description": "Those merged into this one"})
    steps = ma.fields.List(ma.fields.Nested(ConcernStepSchema), metadata={"description": "In the order taken"})
    next_steps = ma.fields.List(ma.fields.Nested(NextStepSchema), metadata={
        "description": "Those that you may take now"})
    escalates_to = ma.fields.List(ma.fields.Nested(DivisionRefSchema), metadata={
        "description": "Where it may be sent up to, the nearest first"})
    is_incomplete = ma.fields.Boolean(metadata={"description": "A step waits for a photo that it names"})
    changed_at = Instant()


class ConcernsSchema(Schema):
    concerns = ma.fields.List(ma.fields.Nested(ConcernSchema))


class ConcernsQuerySchema(QuerySchema):
    division = division_code(load_default=None, metadata={
        "description": "Of that division and below; default: all that you may see"})
    state = ma.fields.String(
        load_default=None, validate=ma.validate.OneOf(("undone", "open", "over", *UNDONE, *DONE, *OVER)),
        metadata={"description": "A state, as of `open_on`; or undone, open (with those done but not closed), over"})
    kind = ma.fields.String(load_default=None, validate=ma.validate.OneOf(CONCERN_KINDS))
    age = ma.fields.String(load_default=None, validate=ma.validate.OneOf(AGES), metadata={
        "description": "Undone ones of that age in days"})
    overdue = ma.fields.Boolean(load_default=False, metadata={
        "description": "Only those past their last day, today or on `open_on`"})
    open_on = Day(load_default=None, metadata={
        "description": "Only those that waited on that day, as month-figures counts them"})
    raised_in = Month(load_default=None, metadata={
        "description": "Only those raised in that month; merged ones left out"})
    in_time = ma.fields.Boolean(load_default=None, metadata={
        "description": "true: only those done by their last day; false: those done later, or not done and past it"})
    household_id = id_in_query(load_default=None)
    page = QueryNumber(load_default=1, validate=ma.validate.Range(1, 1_000_000))
    page_size = QueryNumber(load_default=50, validate=ma.validate.Range(1, 200))


StateCountsSchema = Schema.from_dict({state: ma.fields.Integer() for state in (*UNDONE, *DONE)}, name="StateCounts")
AgeCountsSchema = Schema.from_dict({age: ma.fields.Integer() for age in AGES}, name="AgeCounts")


class ConcernFiguresRowSchema(Schema):
    division = ma.fields.Nested(DivisionRefSchema)
    states = ma.fields.Nested(StateCountsSchema, metadata={"description": "What stands now; closed ones left out"})
    ages = ma.fields.Nested(AgeCountsSchema, metadata={"description": "What is undone, by age in days"})
    undone = ma.fields.Integer()
    overdue = ma.fields.Integer()
    raised = ma.fields.Integer(metadata={"description": "In the period; merged ones left out"})
    judged = ma.fields.Integer(metadata={"description": "Of these: done, or not done and overdue"})
    in_time = ma.fields.Integer(metadata={"description": "Of these: done by their last day"})
    timely_rate = ma.fields.Float(allow_none=True, metadata={"description": "in_time / judged, 0 to 1"})


class DeadlineSchema(Schema):
    """A rule `concern_days_<kind>` that holds today."""

    kind = ma.fields.String(validate=ma.validate.OneOf(CONCERN_KINDS))
    days = ma.fields.Integer()
    division = ma.fields.Nested(DivisionRefSchema, metadata={"description": "That set it"})
    effective_from = Day()
    source = ma.fields.String()


class ConcernFiguresSchema(Schema):
    from_on = Day()
    to_on = Day()
    total = ma.fields.Nested(ConcernFiguresRowSchema)
    rows = ma.fields.List(ma.fields.Nested(ConcernFiguresRowSchema), metadata={
        "description": "The divisions directly below"})
    deadlines = ma.fields.List(ma.fields.Nested(DeadlineSchema), metadata={
        "description": "The time that each kind has, also where a division below has set another"})


class ConcernFiguresQuerySchema(QuerySchema):
    division = division_code(load_default=None, metadata={"description": "Default: the widest that you may see"})
    from_on = Day(data_key="from", load_default=None, metadata={"description": "Default: 1 January"})
    to_on = Day(data_key="to", load_default=None, metadata={"description": "Default: today"})
