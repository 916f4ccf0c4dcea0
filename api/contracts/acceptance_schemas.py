"""Bodies and answers of acceptances."""

import marshmallow as ma

from api.contracts.acceptance_rules import ANSWERS, FAILED, GROUPS, LEAST_ASSESSORS, STATES, STEPS
from api.contracts.deed_schemas import CompletionSchema, PromisedItemSchema, client_id
from api.contracts.roster_rules import POSTS
from api.http import (
    Day,
    Hundredths,
    Instant,
    QueryNumber,
    QuerySchema,
    Schema,
    WholeNumber,
    division_code,
    id_field,
    text_field,
)
from api.shapes import DivisionRefSchema, PersonRefSchema, RecordPhotoSchema, photo_hashes
from api.vocabulary import VERDICTS_OF_ACCEPTANCE

_NOTE = 2000
_MOST_ASSESSORS = 30
_MOST_ASKED = 100_000


def _verdict(**kwargs) -> ma.fields.String:
    return ma.fields.String(validate=ma.validate.OneOf(VERDICTS_OF_ACCEPTANCE), **kwargs)


def _people(least: int, **kwargs) -> ma.fields.List:
    return ma.fields.List(id_field(), validate=ma.validate.Length(min=least, max=_MOST_ASSESSORS), **kwargs)


class SurveyGroupSchema(Schema):
    """How the people of a group answered: counts alone, each asked person one answer."""

    asked = WholeNumber(load_default=None, allow_none=True, validate=ma.validate.Range(1, _MOST_ASKED), metadata={
        "description": "Where it is given, the four answers add up to it"})
    satisfied = WholeNumber(required=True, validate=ma.validate.Range(0, _MOST_ASKED))
    basically = WholeNumber(required=True, validate=ma.validate.Range(0, _MOST_ASKED))
    dissatisfied = WholeNumber(required=True, validate=ma.validate.Range(0, _MOST_ASKED))
    unknown = WholeNumber(required=True, validate=ma.validate.Range(0, _MOST_ASKED))

    @ma.validates_schema
    def adds_up(self, data, **_kwargs):
        total = sum(data[name] for name in ANSWERS)
        if total == 0:
            raise ma.ValidationError("Nobody was asked.", "asked")
        if data["asked"] not in (None, total):
            raise ma.ValidationError("The answers do not add up to those asked.", "asked")

    @ma.post_load
    def counts(self, data, **_kwargs):
        return {name: data[name] for name in ANSWERS}


class SurveySchema(Schema):
    party_members = ma.fields.Nested(SurveyGroupSchema, required=True)
    representatives = ma.fields.Nested(SurveyGroupSchema, required=True)


class ConfirmationSchema(Schema):
    held_on = Day(required=True)
    present = _people(1, required=True, metadata={"description": "Those of the roster who came, by their ids"})
    verdict = _verdict(required=True)


class NoDetailsSchema(Schema):
    """A step that needs nothing more."""


DETAILS = {"surveyed": SurveySchema(), "confirmed": ConfirmationSchema(), "archived": NoDetailsSchema()}


class AcceptancePostSchema(Schema):
    id = client_id()
    line_id = ma.fields.UUID(required=True)
    inspected_on = Day(required=True)
    place = text_field(100, shortest=1, required=True)
    verdict = _verdict(required=True)
    measured = Hundredths(load_default=None, allow_none=True, metadata={"description": "In the item's unit"})
    findings = text_field(_NOTE, shortest=1, required=True)
    assessor_ids = _people(LEAST_ASSESSORS, required=True, metadata={
        "description": "Who was on the spot: of the township's roster as published that day"})
    survey = ma.fields.Nested(SurveySchema, load_default=None, allow_none=True)
    photos = photo_hashes()


class AcceptancePatchSchema(Schema):
    inspected_on = Day()
    place = text_field(100, shortest=1)
    verdict = _verdict()
    measured = Hundredths(allow_none=True)
    findings = text_field(_NOTE, shortest=1)
    assessor_ids = _people(LEAST_ASSESSORS)
    survey = ma.fields.Nested(SurveySchema, allow_none=True)
    photos = photo_hashes(load_default=ma.missing)


class AcceptanceStepPostSchema(Schema):
    id = client_id()
    step = ma.fields.String(required=True, validate=ma.validate.OneOf(tuple(STEPS)))
    note = text_field(_NOTE, load_default=None, allow_none=True)
    details = ma.fields.Dict(load_default=dict, metadata={"description": (
        "surveyed: party_members and representatives, each {asked?, satisfied, basically, dissatisfied, unknown}; "
        "confirmed: held_on, present (ids of assessors), verdict; archived: nothing")})

    @ma.post_load
    def read_details(self, data, **_kwargs):
        try:
            data["details"] = DETAILS[data["step"]].load(data["details"])
        except ma.ValidationError as error:
            raise ma.ValidationError(error.messages, "details") from error
        return data


class SurveyGroupCountsSchema(Schema):
    asked = ma.fields.Integer()
    satisfied = ma.fields.Integer()
    basically = ma.fields.Integer()
    dissatisfied = ma.fields.Integer()
    unknown = ma.fields.Integer()


SurveyCountsSchema = Schema.from_dict(
    {group: ma.fields.Nested(SurveyGroupCountsSchema) for group in GROUPS}, name="SurveyCounts")


class AcceptanceAssessorSchema(Schema):
    id = ma.fields.Integer()
    name = ma.fields.String()
    post = ma.fields.String(validate=ma.validate.OneOf(POSTS))


class AcceptanceStepSchema(Schema):
    id = ma.fields.UUID()
    step = ma.fields.String(validate=ma.validate.OneOf(tuple(STEPS)))
    at = Instant()
    by = ma.fields.Nested(PersonRefSchema)
    note = ma.fields.String(allow_none=True)
    details = ma.fields.Dict(metadata={"description": "Of a confirmation: held_on, present (names), verdict"})


class AcceptanceNextStepSchema(Schema):
    step = ma.fields.String(validate=ma.validate.OneOf(tuple(STEPS)))
    needs = ma.fields.List(ma.fields.String(), metadata={"description": "What its details must name"})


class AcceptanceNoticeSchema(Schema):
    id = ma.fields.UUID()
    label = ma.fields.String(allow_none=True, metadata={"description": "Null until it has a number"})
    state = ma.fields.String()


class AcceptanceRowItemSchema(Schema):
    number = ma.fields.Integer()
    dimension = ma.fields.String()
    text = ma.fields.String()


class _AcceptanceSchema(Schema):
    """What a list and the acceptance itself both say."""

    id = ma.fields.UUID()
    line_id = ma.fields.UUID()
    contract_id = ma.fields.UUID()
    village = ma.fields.Nested(DivisionRefSchema)
    inspected_on = Day()
    place = ma.fields.String()
    verdict = _verdict(metadata={"description": "What was found on the spot"})
    assessors = ma.fields.List(ma.fields.Nested(AcceptanceAssessorSchema))
    state = ma.fields.String(validate=ma.validate.OneOf(STATES))
    final_verdict = _verdict(allow_none=True, metadata={"description": "What the office decided together"})
    notice = ma.fields.Nested(AcceptanceNoticeSchema, allow_none=True, metadata={
        "description": "The supervision notice that it led to"})
    changed_at = Instant()
    version = ma.fields.Integer()


class AcceptanceRowSchema(_AcceptanceSchema):
    """An acceptance in a list; what was found and what followed is in the acceptance itself."""

    item = ma.fields.Nested(AcceptanceRowItemSchema, metadata={
        "description": "As the contract said when it was checked"})


class AcceptanceSchema(_AcceptanceSchema):
    item = ma.fields.Nested(PromisedItemSchema, metadata={"description": "As the contract said when it was checked"})
    measured = Hundredths(allow_none=True)
    findings = ma.fields.String()
    completion = ma.fields.Nested(CompletionSchema, allow_none=True)
    survey = ma.fields.Nested(SurveyCountsSchema, allow_none=True)
    needs_survey = ma.fields.Boolean(metadata={"description": "A major item that nobody was asked about yet"})
    entered_by = ma.fields.Nested(PersonRefSchema)
    steps = ma.fields.List(ma.fields.Nested(AcceptanceStepSchema), metadata={"description": "In the order taken"})
    next_steps = ma.fields.List(ma.fields.Nested(AcceptanceNextStepSchema), metadata={
        "description": "Those that you may take now"})
    is_editable = ma.fields.Boolean(metadata={"description": "You may still change what was found"})
    photos = ma.fields.List(ma.fields.Nested(RecordPhotoSchema))
    is_incomplete = ma.fields.Boolean(metadata={"description": "It waits for a photo that it names"})


class AcceptancesSchema(Schema):
    acceptances = ma.fields.List(ma.fields.Nested(AcceptanceRowSchema))


class AcceptancesQuerySchema(QuerySchema):
    division = division_code(load_default=None, metadata={
        "description": "Of that division and below; default: all that you may see"})
    state = ma.fields.String(load_default=None, validate=ma.validate.OneOf((*STATES, FAILED)), metadata={
        "description": "A state; or failed: confirmed, but not as met"})
    counted_on = Day(load_default=None, metadata={
        "description": "Only those inspected by that day of the contracts of its year, as month-figures counts them"})
    page = QueryNumber(load_default=1, validate=ma.validate.Range(1, 1_000_000))
    page_size = QueryNumber(load_default=50, validate=ma.validate.Range(1, 200))


class DueSchema(Schema):
    line_id = ma.fields.UUID()
    contract_id = ma.fields.UUID()
    item = ma.fields.Nested(PromisedItemSchema)
    village = ma.fields.Nested(DivisionRefSchema)
    completion = ma.fields.Nested(CompletionSchema, allow_none=True)
    reason = ma.fields.String(validate=ma.validate.OneOf(("completed", "deadline")))
    since_on = Day(metadata={"description": "Completed, or the deadline, whichever was first"})
    accept_by = Day(metadata={"description": "The last day in time, by the rule acceptance_days"})
    is_overdue = ma.fields.Boolean()


class DueListSchema(Schema):
    due = ma.fields.List(ma.fields.Nested(DueSchema), metadata={"description": "In the order of the roster"})
    count = ma.fields.Integer(metadata={"description": "All that wait, whether `overdue` was asked for or not"})
    overdue_count = ma.fields.Integer()


class DueQuerySchema(QuerySchema):
    overdue = ma.fields.Boolean(load_default=False, metadata={
        "description": "Only those that have waited for longer than acceptance_days"})
    on = Day(load_default=None, metadata={
        "description": "As it stood on that day, of the contracts of its year; default: now"})
    division = division_code(load_default=None, metadata={
        "description": "Of that division and below; default: all that you may see"})
