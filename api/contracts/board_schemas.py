"""Bodies and answers of disclosures and of the public notice board."""

import marshmallow as ma

from api.contracts.disclosures_rules import DIRECTIONS, STAGES, STATES, STEPS
from api.http import Day, Hundredths, Instant, QueryNumber, QuerySchema, Schema, WholeNumber, division_code, text_field
from api.shapes import DivisionRefSchema, PersonRefSchema
from api.vocabulary import DIMENSIONS, DISCLOSURE_CLASSES, VERDICTS_OF_ACCEPTANCE

LONGEST = 4000
MOST_LINES = 100
_COUNT = ma.validate.Range(0, 100_000)


def class_field(**kwargs) -> ma.fields.String:
    return ma.fields.String(validate=ma.validate.OneOf(DISCLOSURE_CLASSES), **kwargs)


class FinanceLineSchema(Schema):
    direction = ma.fields.String(required=True, validate=ma.validate.OneOf(DIRECTIONS))
    text = text_field(100, shortest=1, required=True)
    amount = Hundredths(required=True, attribute="hundredths", metadata={"description": "In yuan"})
    is_other = ma.fields.Boolean(load_default=False, metadata={
        "description": "A line for everything else; one that is named so is taken for one"})


def lines_field(**kwargs) -> ma.fields.List:
    return ma.fields.List(ma.fields.Nested(FinanceLineSchema), validate=ma.validate.Length(max=MOST_LINES), **kwargs)


class DisclosurePostSchema(Schema):
    id = ma.fields.UUID(required=True, metadata={"description": "Made by the sender; sending it again is safe"})
    village_code = division_code(required=True)
    disclosure_class = class_field(required=True)
    title = text_field(100, shortest=1, required=True)
    text = text_field(LONGEST, load_default=None, allow_none=True)
    first_on = Day(required=True, metadata={"description": "First day of the period that it speaks of"})
    last_on = Day(required=True)
    lines = lines_field(load_default=list, metadata={"description": "Of finance only"})


class DisclosurePatchSchema(Schema):
    title = text_field(100, shortest=1)
    text = text_field(LONGEST, allow_none=True)
    first_on = Day()
    last_on = Day()
    lines = lines_field()


class DisclosureStepSchema(Schema):
    step = ma.fields.String(required=True, validate=ma.validate.OneOf(STEPS))
    reason = text_field(300, load_default=None, allow_none=True, metadata={"description": "Of a withdrawal"})


class DeliberationPutSchema(Schema):
    held_on = Day(required=True)
    entitled = WholeNumber(load_default=None, allow_none=True, validate=_COUNT)
    present = WholeNumber(load_default=None, allow_none=True, validate=_COUNT)
    in_favour = WholeNumber(load_default=None, allow_none=True, validate=_COUNT)
    note = text_field(500, load_default=None, allow_none=True)


class DisclosureFileQuerySchema(QuerySchema):
    name = text_field(200, shortest=1, required=True, metadata={"description": "With its ending: .xlsx, .docx or .pdf"})


class DisclosureFilePatchSchema(Schema):
    is_checked = ma.fields.Boolean(
        required=True, validate=ma.validate.Equal(True, error="Say so once you have looked through it."), metadata={
            "description": "I have looked through it, and no number of a person stands in it"})


class DisclosuresQuerySchema(QuerySchema):
    division = division_code(load_default=None)
    disclosure_class = class_field(load_default=None, data_key="class")
    state = ma.fields.String(load_default=None, validate=ma.validate.OneOf(STATES))
    page = QueryNumber(load_default=1, validate=ma.validate.Range(1, 1_000_000))
    page_size = QueryNumber(load_default=50, validate=ma.validate.Range(1, 200))


class FoundSchema(Schema):
    """Where a number of a person stands; never the number."""

    kind = ma.fields.String(metadata={"description": (
        "id_card, mobile or bank_card; unreadable: a file that only eyes can read and nobody has looked through")})
    masked = ma.fields.String(allow_none=True)
    part = ma.fields.String(metadata={"description": (
        "title, text, lines, note, file; and within a file: file_name, sheet, body, header, comments, notes, "
        "metadata, page, embedded, other")})
    name = ma.fields.String(allow_none=True, metadata={"description": "Of a sheet, a stage or a file"})
    at = ma.fields.String(allow_none=True, metadata={"description": "The line, cell, paragraph or page"})
    file_id = ma.fields.UUID(allow_none=True, load_default=None)


class PublicFileSchema(Schema):
    id = ma.fields.UUID()
    name = ma.fields.String()
    mimetype = ma.fields.String()
    size_bytes = ma.fields.Integer()


class DisclosureFileSchema(PublicFileSchema):
    reading = ma.fields.String(metadata={"description": "clean, found or unreadable"})
    found = ma.fields.List(ma.fields.Nested(FoundSchema))
    is_checked = ma.fields.Boolean(metadata={"description": "A person has looked through what is unreadable"})
    uploaded_at = Instant()


class DeliberationSchema(Schema):
    stage = ma.fields.String(validate=ma.validate.OneOf(STAGES))
    held_on = Day()
    entitled = ma.fields.Integer(allow_none=True)
    present = ma.fields.Integer(allow_none=True)
    in_favour = ma.fields.Integer(allow_none=True)
    note = ma.fields.String(allow_none=True)


class TotalSchema(Schema):
    direction = ma.fields.String(validate=ma.validate.OneOf(DIRECTIONS))
    total = Hundredths()
    other = Hundredths(metadata={"description": "How much of it is in lines for everything else"})


class HintSchema(Schema):
    """What is pointed out: an 'other' column of size (A9.5), stages of a decision missing or out of order (A9.12)."""

    reason = ma.fields.String(metadata={"description": "other_too_large, stage_missing, stage_out_of_order"})
    direction = ma.fields.String(allow_none=True)
    percent = ma.fields.Float(allow_none=True)
    most_percent = ma.fields.Integer(allow_none=True, metadata={"description": "Policy disclosure_other_percent"})
    stage = ma.fields.String(allow_none=True)


class PublicDisclosureSchema(Schema):
    id = ma.fields.UUID()
    disclosure_class = class_field()
    title = ma.fields.String()
    text = ma.fields.String(allow_none=True)
    first_on = Day()
    last_on = Day()
    lines = ma.fields.List(ma.fields.Nested(FinanceLineSchema))
    totals = ma.fields.List(ma.fields.Nested(TotalSchema))
    files = ma.fields.List(ma.fields.Nested(PublicFileSchema))
    deliberations = ma.fields.List(ma.fields.Nested(DeliberationSchema))
    hints = ma.fields.List(ma.fields.Nested(HintSchema))
    published_at = Instant(allow_none=True)


class DisclosureSchema(PublicDisclosureSchema):
    village = ma.fields.Nested(DivisionRefSchema)
    files = ma.fields.List(ma.fields.Nested(DisclosureFileSchema))
    state = ma.fields.String(validate=ma.validate.OneOf(STATES))
    held_for = ma.fields.List(ma.fields.Nested(FoundSchema), metadata={
        "description": "Why it was not published: mask these, or have somebody look"})
    entered_by = ma.fields.Nested(PersonRefSchema)
    published_by = ma.fields.Nested(PersonRefSchema, allow_none=True)
    withdrawn_reason = ma.fields.String(allow_none=True)
    changed_at = Instant()
    next_steps = ma.fields.List(ma.fields.String(), metadata={"description": "Those that you may take now"})
    may_edit = ma.fields.Boolean()
    version = ma.fields.Integer()


class DisclosuresSchema(Schema):
    disclosures = ma.fields.List(ma.fields.Nested(DisclosureSchema))


class PublicAcceptanceSchema(Schema):
    verdict = ma.fields.String(validate=ma.validate.OneOf(VERDICTS_OF_ACCEPTANCE), metadata={
        "description": "What the assessment office confirmed together"})
    measured = Hundredths(allow_none=True)
    inspected_on = Day()
    confirmed_at = Instant(allow_none=True)
    satisfied = ma.fields.Integer(allow_none=True, metadata={"description": "Satisfied or basically, of `asked`"})
    asked = ma.fields.Integer(allow_none=True)


class PublicQuarterSchema(Schema):
    amount = Hundredths(attribute="hundredths", allow_none=True)
    text = ma.fields.String(allow_none=True)


class PublicItemSchema(Schema):
    line_id = ma.fields.UUID()
    number = ma.fields.Integer()
    dimension = ma.fields.String(validate=ma.validate.OneOf(DIMENSIONS))
    text = ma.fields.String()
    standard = ma.fields.String(allow_none=True)
    target = Hundredths(allow_none=True)
    unit = ma.fields.String(allow_none=True)
    due_on = Day(allow_none=True)
    responsible = ma.fields.String(allow_none=True)
    quarters = ma.fields.List(ma.fields.Nested(PublicQuarterSchema))
    is_major = ma.fields.Boolean()
    is_imposed = ma.fields.Boolean()
    legal_basis = ma.fields.String(allow_none=True)
    acceptance = ma.fields.Nested(PublicAcceptanceSchema, allow_none=True)


class PublicContractSchema(Schema):
    id = ma.fields.UUID()
    kind = ma.fields.String(metadata={"description": "term or yearly"})
    first_on = Day()
    last_on = Day()
    number = ma.fields.Integer(metadata={"description": "Of the published revision"})
    published_at = Instant(allow_none=True)
    is_closed = ma.fields.Boolean()
    items = ma.fields.List(ma.fields.Nested(PublicItemSchema))


class PublicCriterionSchema(Schema):
    text = ma.fields.String()
    dimension = ma.fields.String(allow_none=True)
    full_marks = ma.fields.Float(allow_none=True)
    marks = Hundredths(allow_none=True)


class PublicMarksSchema(Schema):
    half_on = Day(metadata={"description": "First day of the half-year"})
    scheme = ma.fields.String()
    source = ma.fields.String()
    full_marks = ma.fields.Integer()
    marks = Hundredths()
    criteria = ma.fields.List(ma.fields.Nested(PublicCriterionSchema))
    published_at = Instant(allow_none=True)


class NoticeBoardSchema(Schema):
    village = ma.fields.Nested(DivisionRefSchema)
    township = ma.fields.Nested(DivisionRefSchema, allow_none=True)
    hotline = ma.fields.String(allow_none=True, metadata={"description": "Of the assessment office, else the county's"})
    contracts = ma.fields.List(ma.fields.Nested(PublicContractSchema))
    marks = ma.fields.List(ma.fields.Nested(PublicMarksSchema))
    disclosures = ma.fields.List(ma.fields.Nested(PublicDisclosureSchema))
    address = ma.fields.String(metadata={"description": "Of the page"})
    box = ma.fields.String(metadata={"description": "Address of the suggestion box of the village"})
