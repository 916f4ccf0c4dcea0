"""Bodies and answers of checks and of what they found."""

import marshmallow as ma

from api.contracts.checks_rules import KINDS, STATES
from api.http import (
    Day,
    Instant,
    QueryNumber,
    QuerySchema,
    Schema,
    WholeNumber,
    division_code,
    text_field,
)
from api.shapes import DivisionRefSchema, PersonRefSchema, RecordPhotoSchema, photo_hashes
from api.vocabulary import DIMENSIONS

LONGEST = 2000
# As many as a county has; a larger draw is none.
MOST_VILLAGES = 2000


def record_id() -> ma.fields.UUID:
    return ma.fields.UUID(required=True, metadata={"description": "Made by the sender; sending it again is safe"})


class DrawPostSchema(Schema):
    count = WholeNumber(required=True, validate=ma.validate.Range(1, MOST_VILLAGES), metadata={
        "description": "How many villages are drawn, of each township with per_township"})
    # The look-ahead keeps a final line break out, as in division codes.
    seed = ma.fields.String(load_default=None, allow_none=True, validate=ma.validate.Regexp(
        r"^[0-9A-Za-z-]{1,64}(?!\n)$", error="Digits, letters and hyphens only, 64 at most."), metadata={
            "description": "What the draw goes by; default: one is made by chance. It is kept and shown"})
    per_township = ma.fields.Boolean(load_default=False)


class CheckPatchSchema(Schema):
    title = text_field(100, shortest=1, required=True)
    focus = text_field(LONGEST, load_default=None, allow_none=True, metadata={
        "description": "What is looked for: of a patrol the clean hands of cadres and the disclosure of affairs"})
    first_on = Day(required=True)
    last_on = Day(required=True, metadata={"description": "The last day of the check, included"})


class CheckPostSchema(CheckPatchSchema):
    id = record_id()
    village_codes = ma.fields.List(division_code(), load_default=list, validate=ma.validate.Length(max=MOST_VILLAGES))
    division_code = division_code(required=True, metadata={
        "description": "The county or township that checks: nobody below it sees an unannounced check beforehand"})
    kind = ma.fields.String(required=True, validate=ma.validate.OneOf(KINDS))
    draw = ma.fields.Nested(DrawPostSchema, load_default=None, allow_none=True, metadata={
        "description": "Either this, or village_codes"})


class CheckedVillageSchema(Schema):
    village = ma.fields.Nested(DivisionRefSchema)
    township = ma.fields.Nested(DivisionRefSchema, allow_none=True)
    position = ma.fields.Integer(allow_none=True, metadata={"description": "In the draw; for the checkers only"})
    visited_on = Day(allow_none=True)
    visited_by = ma.fields.Nested(PersonRefSchema, allow_none=True)
    findings = ma.fields.Integer()
    problems = ma.fields.Integer()
    is_enterable = ma.fields.Boolean(metadata={"description": "You may enter what was found there"})


class DrawSchema(Schema):
    """What the draw was made from, so that anybody can make it again (docs/rules.md)."""

    seed = ma.fields.String()
    per_township = ma.fields.Boolean()
    pool = ma.fields.List(ma.fields.List(ma.fields.String()), metadata={
        "description": "The codes that were drawn from: one list, or one of each township"})
    is_repeatable = ma.fields.Boolean(metadata={"description": "Made again just now, it gave the same villages"})


class CheckSchema(Schema):
    id = ma.fields.UUID()
    division = ma.fields.Nested(DivisionRefSchema, metadata={"description": "That checks"})
    kind = ma.fields.String(validate=ma.validate.OneOf(KINDS))
    title = ma.fields.String()
    focus = ma.fields.String(allow_none=True)
    first_on = Day()
    last_on = Day(allow_none=True, metadata={
        "description": "This and focus are null for the checked while an unannounced check goes on"})
    state = ma.fields.String(validate=ma.validate.OneOf(STATES))
    is_whole = ma.fields.Boolean(metadata={
        "description": "You see all of it; else the parts of the villages that you have to do with, once revealed"})
    villages = ma.fields.List(ma.fields.Nested(CheckedVillageSchema), metadata={
        "description": "In the order in which they were drawn or chosen"})
    draw = ma.fields.Nested(DrawSchema, allow_none=True, metadata={
        "description": "null: chosen, or not for you to see"})
    entered_by = ma.fields.Nested(PersonRefSchema, allow_none=True)
    entered_at = Instant(allow_none=True)
    closed_at = Instant(allow_none=True)
    version = ma.fields.Integer(allow_none=True, metadata={"description": "For the checkers; the ETag of an edit"})


class ChecksSchema(Schema):
    spot_checks = ma.fields.List(ma.fields.Nested(CheckSchema))


class ChecksQuerySchema(QuerySchema):
    division = division_code(load_default=None, metadata={
        "description": "With a village there or below it; default: all that you may see"})
    kind = ma.fields.String(load_default=None, validate=ma.validate.OneOf(KINDS))
    state = ma.fields.String(load_default=None, validate=ma.validate.OneOf(STATES))
    page = QueryNumber(load_default=1, validate=ma.validate.Range(1, 1_000_000))
    page_size = QueryNumber(load_default=50, validate=ma.validate.Range(1, 100))


class CheckVisitPostSchema(Schema):
    visited_on = Day(required=True, metadata={"description": "By it the village's part of the check is revealed"})


class FindingPatchSchema(Schema):
    text = text_field(LONGEST, shortest=1, required=True)
    is_problem = ma.fields.Boolean(required=True, metadata={
        "description": "Something to be put right; of it a supervision notice can be made"})
    line_id = ma.fields.UUID(load_default=None, allow_none=True, metadata={
        "description": "The line of the village's contract that it is about"})
    photos = photo_hashes()


class FindingPostSchema(FindingPatchSchema):
    id = record_id()
    check_id = ma.fields.UUID(required=True)
    village_code = division_code(required=True)


class LineOfFindingSchema(Schema):
    """A line of a contract by the words that hold."""

    id = ma.fields.UUID()
    number = ma.fields.Integer()
    contract_id = ma.fields.UUID()
    text = ma.fields.String()
    dimension = ma.fields.String(validate=ma.validate.OneOf(DIMENSIONS))


class CheckRefSchema(Schema):
    id = ma.fields.UUID()
    kind = ma.fields.String(validate=ma.validate.OneOf(KINDS))
    title = ma.fields.String()
    division = ma.fields.Nested(DivisionRefSchema)


class NoticeOfFindingSchema(Schema):
    id = ma.fields.UUID()
    state = ma.fields.String()
    year = ma.fields.Integer(allow_none=True)
    number = ma.fields.Integer(allow_none=True, metadata={"description": "null until it is issued"})


class FindingSchema(Schema):
    id = ma.fields.UUID()
    check = ma.fields.Nested(CheckRefSchema)
    village = ma.fields.Nested(DivisionRefSchema)
    line = ma.fields.Nested(LineOfFindingSchema, allow_none=True)
    is_problem = ma.fields.Boolean()
    text = ma.fields.String()
    photos = ma.fields.List(ma.fields.Nested(RecordPhotoSchema))
    is_incomplete = ma.fields.Boolean(metadata={"description": "It waits for a photo that it names"})
    entered_by = ma.fields.Nested(PersonRefSchema)
    entered_at = Instant()
    notice = ma.fields.Nested(NoticeOfFindingSchema, allow_none=True, metadata={
        "description": "The supervision notice that came of it"})
    may_change = ma.fields.Boolean()
    may_draft_notice = ma.fields.Boolean(metadata={"description": "With source_kind spot_check and this id"})
    version = ma.fields.Integer()


class FindingsSchema(Schema):
    findings = ma.fields.List(ma.fields.Nested(FindingSchema))


class FindingsQuerySchema(QuerySchema):
    division = division_code(load_default=None, metadata={"description": "In a village there, or below it"})
    check_id = ma.fields.UUID(load_default=None)
    problems = ma.fields.Boolean(load_default=False, metadata={"description": "Only what has to be put right"})
    page = QueryNumber(load_default=1, validate=ma.validate.Range(1, 1_000_000))
    page_size = QueryNumber(load_default=100, validate=ma.validate.Range(1, 200))
