"""Bodies and answers of the suggestion box."""

import marshmallow as ma

from api.http import Day, QueryNumber, QuerySchema, Schema, division_code, text_field
from api.ratings.suggestions_rules import APPEAL, LEAST_TEXT, MOST_TEXT, STATES, STEPS
from api.shapes import DivisionRefSchema, PersonRefSchema
from api.vocabulary import CONCERN_KINDS, SUGGESTION_KINDS, SUGGESTION_SUBJECTS

# A code of sixteen characters, as it is typed with spaces and strokes between.
RECEIPT = text_field(60, shortest=1, required=True, metadata={
    "description": "The receipt code; spaces, strokes and small letters do not matter"})


def record_id() -> ma.fields.UUID:
    return ma.fields.UUID(required=True, metadata={"description": "Made by the sender; sending it again is safe"})


def one_of(values, **kwargs) -> ma.fields.String:
    return ma.fields.String(validate=ma.validate.OneOf(tuple(values)), **kwargs)


class SuggestionPostSchema(Schema):
    id = record_id()
    receipt = text_field(60, shortest=1, required=True, metadata={
        "description": "Made by the sender, 14 random characters of Crockford's alphabet and two that check them, so "
                       "that an answer that is lost loses nothing; only its hash is kept"})
    division_code = division_code(load_default=None, allow_none=True, metadata={
        "description": "The village, township or county that it is about; default: the county"})
    kind = one_of(SUGGESTION_KINDS, required=True)
    about = one_of(SUGGESTION_SUBJECTS, required=True, metadata={
        "description": "person: only the discipline organ and the county read it"})
    about_whom = text_field(50, load_default=None, allow_none=True, metadata={
        "description": "Needed for a person: whoever is named here never sees it"})
    text = text_field(MOST_TEXT, shortest=LEAST_TEXT, required=True)
    name = text_field(50, load_default=None, allow_none=True, metadata={
        "description": "Only who wants to be called gives it; kept sealed"})
    phone = text_field(30, load_default=None, allow_none=True)


class SuggestionReceivedSchema(Schema):
    receipt_groups = ma.fields.List(ma.fields.String(), metadata={"description": "The receipt as it is written down"})
    received_on = Day()


class ReceiptPostSchema(Schema):
    receipt = RECEIPT


class AppealPostSchema(Schema):
    id = record_id()
    receipt = RECEIPT
    text = text_field(MOST_TEXT, shortest=LEAST_TEXT, required=True)


class ToldStepSchema(Schema):
    step = one_of((*STEPS, APPEAL))
    day = Day()
    text = ma.fields.String(allow_none=True)


class ReceiptSchema(Schema):
    """What the sender reads of a suggestion: days, no times, and nobody's name."""

    division = ma.fields.Nested(DivisionRefSchema)
    kind = one_of(SUGGESTION_KINDS)
    about = one_of(SUGGESTION_SUBJECTS)
    about_whom = ma.fields.String(allow_none=True)
    text = ma.fields.String()
    received_on = Day()
    state = one_of(STATES)
    due_on = Day(allow_none=True, metadata={"description": "By when something is to be heard; null: nothing is due"})
    has_contact = ma.fields.Boolean(metadata={"description": "A name or telephone is still kept, sealed"})
    steps = ma.fields.List(ma.fields.Nested(ToldStepSchema))
    may_appeal = ma.fields.Boolean()
    appeal_until = Day(allow_none=True)


class SuggestionStepSchema(ToldStepSchema):
    id = ma.fields.UUID()
    by = ma.fields.Nested(PersonRefSchema, allow_none=True, metadata={
        "description": "null: the sender, or closed when the time to appeal was over"})
    is_told = ma.fields.Boolean(metadata={"description": "The sender reads it by the receipt"})


class BoxedSuggestionSchema(Schema):
    """Where `is_out_of_sight`, after a reclassification, only the id."""

    id = ma.fields.UUID()
    is_out_of_sight = ma.fields.Boolean(metadata={"description": "It is now for others to see; nothing more is said"})
    division = ma.fields.Nested(DivisionRefSchema)
    kind = one_of(SUGGESTION_KINDS)
    about = one_of(SUGGESTION_SUBJECTS)
    about_whom = ma.fields.String(allow_none=True)
    text = ma.fields.String()
    received_on = Day()
    state = one_of(STATES)
    due_on = Day(allow_none=True)
    is_overdue = ma.fields.Boolean()
    appeal_until = Day(allow_none=True, metadata={"description": "Until when the sender may ask for another look"})
    closed_on = Day(allow_none=True)
    steps = ma.fields.List(ma.fields.Nested(SuggestionStepSchema))
    next_steps = ma.fields.List(one_of(STEPS), metadata={"description": "That you may take now"})
    has_contact = ma.fields.Boolean(metadata={"description": "For who handles it: somebody left a name or telephone"})
    may_reveal = ma.fields.Boolean()
    may_raise = ma.fields.Boolean(metadata={"description": "You may make a concern of it"})
    concern_id = ma.fields.UUID(allow_none=True)
    version = ma.fields.Integer()


class BoxedSuggestionsSchema(Schema):
    suggestions = ma.fields.List(ma.fields.Nested(BoxedSuggestionSchema))


class SuggestionsQuerySchema(QuerySchema):
    division = division_code(load_default=None, metadata={
        "description": "About it or what lies below; default: all that you may see"})
    state = one_of(STATES, load_default=None)
    kind = one_of(SUGGESTION_KINDS, load_default=None)
    about = one_of(SUGGESTION_SUBJECTS, load_default=None)
    overdue = ma.fields.Boolean(load_default=False)
    page = QueryNumber(load_default=1, validate=ma.validate.Range(1, 1_000_000))
    page_size = QueryNumber(load_default=50, validate=ma.validate.Range(1, 200))


class SuggestionStepPostSchema(Schema):
    id = record_id()
    step = one_of(STEPS, required=True)
    text = text_field(MOST_TEXT, load_default=None, allow_none=True, metadata={
        "description": "Needed to decline, to answer and for a note"})
    is_told = ma.fields.Boolean(load_default=False, metadata={
        "description": "Of a note: the sender reads it; what else is told is fixed"})
    kind = one_of(SUGGESTION_KINDS, load_default=None, allow_none=True, metadata={"description": "Of reclassify"})
    about = one_of(SUGGESTION_SUBJECTS, load_default=None, allow_none=True, metadata={
        "description": "Of reclassify: about a person it leaves the sight of the township"})
    about_whom = text_field(50, load_default=None, allow_none=True, metadata={"description": "Of reclassify"})


class ContactPostSchema(Schema):
    reason = text_field(300, required=True, metadata={"description": "Kept in the audit log"})


class ContactSchema(Schema):
    name = ma.fields.String(allow_none=True)
    phone = ma.fields.String(allow_none=True)


class SuggestionConcernPostSchema(Schema):
    id = record_id()
    kind = one_of(CONCERN_KINDS, required=True)
