"""Bodies and answers of mark schemes, sheets and appeals. Marks travel as numbers with two decimals at most."""

import marshmallow as ma

from api.contracts.check_schemas import LONGEST, record_id
from api.contracts.marks_rules import MOST_CRITERIA, OUTCOMES, STATES
from api.http import Day, Hundredths, Instant, QueryNumber, QuerySchema, Schema, WholeNumber, division_code, text_field
from api.shapes import DivisionRefSchema, PersonRefSchema
from api.vocabulary import DIMENSIONS

MOST_MARKS = 10_000


def whole_marks(**kwargs) -> ma.fields.Integer:
    return WholeNumber(validate=ma.validate.Range(1, MOST_MARKS), **kwargs)


class CriterionSchema(Schema):
    key = text_field(40, shortest=1, required=True, metadata={
        "description": "Small letters, digits and underscores; once in a scheme"})
    dimension = ma.fields.String(required=True, validate=ma.validate.OneOf(DIMENSIONS))
    text = text_field(300, shortest=1, required=True)
    full_marks = whole_marks(required=True)


class MarkSchemePatchSchema(Schema):
    title = text_field(100, shortest=1, required=True)
    full_marks = whole_marks(required=True, metadata={"description": "What the criteria add up to"})
    criteria = ma.fields.List(ma.fields.Nested(CriterionSchema), required=True,
                              validate=ma.validate.Length(1, MOST_CRITERIA))
    source = text_field(300, shortest=1, required=True, metadata={"description": "The paper that it comes from"})


class MarkSchemePostSchema(MarkSchemePatchSchema):
    division_code = division_code(required=True)
    effective_from = Day(required=True, metadata={
        "description": "1 January or 1 July, of the half before today's at the earliest"})


class MarkSchemeSchema(Schema):
    id = ma.fields.Integer()
    division = ma.fields.Nested(DivisionRefSchema)
    title = ma.fields.String()
    effective_from = Day()
    full_marks = ma.fields.Integer()
    criteria = ma.fields.List(ma.fields.Nested(CriterionSchema))
    source = ma.fields.String()
    entered_by = ma.fields.Nested(PersonRefSchema)
    entered_at = Instant()
    is_used = ma.fields.Boolean(metadata={"description": "A sheet goes by it: it stays as it is"})
    version = ma.fields.Integer()


class ProposedSchemeSchema(Schema):
    title = ma.fields.String()
    effective_from = Day()
    full_marks = ma.fields.Integer()
    criteria = ma.fields.List(ma.fields.Nested(CriterionSchema))
    source = ma.fields.String()


class MarkSchemesSchema(Schema):
    schemes = ma.fields.List(ma.fields.Nested(MarkSchemeSchema), metadata={
        "description": "Of a division the latest first; those of the divisions above come first"})
    proposed = ma.fields.Nested(ProposedSchemeSchema, metadata={
        "description": "To be adopted as it is, or changed: post it with a division_code"})


class MarkSchemesQuerySchema(QuerySchema):
    division = division_code(load_default=None, metadata={"description": "Default: the widest that you may see"})


class MarkPostSchema(Schema):
    key = text_field(40, shortest=1, required=True)
    marks = Hundredths(required=True)
    note = text_field(300, load_default=None, allow_none=True, metadata={
        "description": "Why; it is published with the marks"})


def marks_field(**kwargs) -> ma.fields.List:
    return ma.fields.List(ma.fields.Nested(MarkPostSchema), validate=ma.validate.Length(max=MOST_CRITERIA), **kwargs)


class MarkSheetPatchSchema(Schema):
    marks = marks_field(required=True, metadata={"description": "All that are given so far"})


class MarkSheetPostSchema(Schema):
    id = record_id()
    village_code = division_code(required=True)
    half_on = Day(required=True, metadata={"description": "1 January or 1 July: the half that is marked"})
    marks = marks_field(load_default=list)


class SuggestionSchema(Schema):
    """What the verdicts of the half's acceptances in the criterion's dimension come to; never taken over by itself."""

    marks = Hundredths(attribute="hundredths", allow_none=True, metadata={"description": "null: no verdict yet"})
    met = ma.fields.Integer()
    partly = ma.fields.Integer()
    not_met = ma.fields.Integer()


class MarkSchema(CriterionSchema):
    marks = Hundredths(allow_none=True)
    note = ma.fields.String(allow_none=True)
    suggestion = ma.fields.Nested(SuggestionSchema)


class MarkAppealSchema(Schema):
    id = ma.fields.UUID()
    text = ma.fields.String()
    by = ma.fields.Nested(PersonRefSchema)
    at = Instant()
    outcome = ma.fields.String(allow_none=True, validate=ma.validate.OneOf(OUTCOMES))
    answer = ma.fields.String(allow_none=True)
    answered_by = ma.fields.Nested(PersonRefSchema, allow_none=True)
    answered_at = Instant(allow_none=True)


class MarkSchemeRefSchema(Schema):
    id = ma.fields.Integer()
    title = ma.fields.String()
    effective_from = Day()
    source = ma.fields.String()


class MarkSheetStepSchema(Schema):
    step = ma.fields.String(metadata={"description": "changed, published, appealed or answered"})
    needs = ma.fields.List(ma.fields.String())


class MarkSheetSchema(Schema):
    id = ma.fields.UUID()
    village = ma.fields.Nested(DivisionRefSchema)
    half_on = Day()
    scheme = ma.fields.Nested(MarkSchemeRefSchema)
    marks = ma.fields.List(ma.fields.Nested(MarkSchema), metadata={"description": "A line for each criterion"})
    full_marks = ma.fields.Integer()
    total = Hundredths(allow_none=True, metadata={"description": "null while a criterion has no marks"})
    state = ma.fields.String(validate=ma.validate.OneOf(STATES))
    replaces_id = ma.fields.UUID(allow_none=True)
    replaced_by_id = ma.fields.UUID(allow_none=True)
    entered_by = ma.fields.Nested(PersonRefSchema)
    entered_at = Instant()
    published_by = ma.fields.Nested(PersonRefSchema, allow_none=True)
    published_at = Instant(allow_none=True)
    appeal_until = Day(allow_none=True, metadata={
        "description": "The last day on which the village may appeal (the rule mark_appeal_days)"})
    appeal = ma.fields.Nested(MarkAppealSchema, allow_none=True)
    next_steps = ma.fields.List(ma.fields.Nested(MarkSheetStepSchema), metadata={"description": "What you may do now"})
    version = ma.fields.Integer()


class MarkSheetsSchema(Schema):
    sheets = ma.fields.List(ma.fields.Nested(MarkSheetSchema))
    unmarked = ma.fields.List(ma.fields.Nested(DivisionRefSchema), metadata={
        "description": "With half_on: the villages below your division that have no sheet of that half"})


class MarkSheetsQuerySchema(QuerySchema):
    division = division_code(load_default=None)
    half_on = Day(load_default=None)
    state = ma.fields.String(load_default=None, validate=ma.validate.OneOf(STATES))
    page = QueryNumber(load_default=1, validate=ma.validate.Range(1, 1_000_000))
    page_size = QueryNumber(load_default=100, validate=ma.validate.Range(1, 200))


class MarkAppealPostSchema(Schema):
    id = record_id()
    text = text_field(LONGEST, shortest=1, required=True)


class MarkAnswerPostSchema(Schema):
    outcome = ma.fields.String(required=True, validate=ma.validate.OneOf(OUTCOMES))
    answer = text_field(LONGEST, shortest=1, required=True)
    marks = marks_field(load_default=None, allow_none=True, metadata={
        "description": "Of a correction: all marks of the sheet that replaces this one"})
