"""Bodies and answers of contracts, their revisions, steps and reviews."""

import marshmallow as ma

from api.contracts.contracts_rules import DETAILS, REVIEWERS, STAGES, STATES, STEPS
from api.contracts.item_schemas import ItemPostSchema, ItemSchema
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

KINDS = ("term", "yearly")
LONGEST = 2000
MADE_BY_SENDER = {"description": "Made by the sender; sending it again is safe"}


class ContractPostSchema(Schema):
    id = ma.fields.UUID(required=True, metadata=MADE_BY_SENDER)
    village_code = division_code(required=True)
    kind = ma.fields.String(required=True, validate=ma.validate.OneOf(KINDS))
    first_on = Day(required=True)
    last_on = Day(required=True, metadata={"description": "Of a yearly contract: 31 December of the same year"})
    term_contract_id = ma.fields.UUID(load_default=None, allow_none=True, metadata={
        "description": "The village's term contract that a yearly one carries out"})


class RevisionPostSchema(Schema):
    id = ma.fields.UUID(required=True, metadata=MADE_BY_SENDER)
    reason = text_field(500, shortest=1, required=True, metadata={"description": "Why it is revised"})


class ContractItemPostSchema(ItemPostSchema):
    id = ma.fields.UUID(required=True, metadata=MADE_BY_SENDER)
    revision_id = ma.fields.UUID(required=True)


def _count(**kwargs) -> ma.fields.Integer:
    return WholeNumber(validate=ma.validate.Range(0, 1_000_000), **kwargs)


class StepDetailsSchema(Schema):
    """What a step needs beside a note, by its name in `needs`; nothing else may be given."""

    held_on = Day(allow_none=True, metadata={"description": "The day of the meeting or of the ceremony"})
    entitled = _count(allow_none=True, metadata={"description": "Party members and representatives entitled to vote"})
    present = _count(allow_none=True, metadata={"description": "Those who came: all votes together"})
    in_favour = _count(allow_none=True)
    against = _count(allow_none=True)
    abstained = _count(allow_none=True)
    minutes = text_field(4000, allow_none=True)
    followed_procedure = ma.fields.Boolean(allow_none=True, truthy={True}, falsy={False}, metadata={
        "description": "Whether the village decided by the democratic procedure"})
    is_realistic_and_lawful = ma.fields.Boolean(allow_none=True, truthy={True}, falsy={False}, metadata={
        "description": "Whether nothing in it is unrealistic or against the rules"})
    place = text_field(100, allow_none=True)
    signers = ma.fields.List(text_field(60, shortest=1), allow_none=True, validate=ma.validate.Length(max=20))


class ContractStepPostSchema(Schema):
    id = ma.fields.UUID(required=True, metadata=MADE_BY_SENDER)
    revision_id = ma.fields.UUID(required=True)
    step = ma.fields.String(required=True, validate=ma.validate.OneOf(tuple(STEPS)))
    note = text_field(LONGEST, load_default=None, allow_none=True)
    details = ma.fields.Nested(StepDetailsSchema, load_default=dict)
    photos = photo_hashes()


class ReviewPostSchema(Schema):
    id = ma.fields.UUID(required=True, metadata=MADE_BY_SENDER)
    revision_id = ma.fields.UUID(required=True)
    body = ma.fields.String(required=True, validate=ma.validate.OneOf(tuple(REVIEWERS)), metadata={
        "description": "The village's branch or the posted team; the township's review is left by its decision"})
    reviewer = text_field(60, shortest=1, required=True, metadata={"description": "Who reviewed it, by name"})
    is_agreed = ma.fields.Boolean(required=True, truthy={True}, falsy={False})
    opinion = text_field(LONGEST, load_default=None, allow_none=True, metadata={
        "description": "Needed where it does not agree"})


class ContractsQuerySchema(QuerySchema):
    division = division_code(load_default=None, metadata={
        "description": "Of that division and below; default: all that you may see"})
    kind = ma.fields.String(load_default=None, validate=ma.validate.OneOf(KINDS))
    year = QueryNumber(load_default=None, validate=ma.validate.Range(2000, 2099), metadata={
        "description": "Those whose period touches it"})
    state = ma.fields.String(load_default=None, validate=ma.validate.OneOf(STATES), metadata={
        "description": "Of the latest revision; as of `on`"})
    stage = ma.fields.String(load_default=None, validate=ma.validate.OneOf(STAGES), metadata={
        "description": "Those whose latest revision lies there, as of `on`, by state: "
                       + "; ".join(f"{name}: {', '.join(states)}" for name, states in STAGES.items())})
    on = Day(load_default=None, metadata={
        "description": "Those that were opened by the end of that day, with the revision that was the latest and its "
                       "state as of then, of the villages that there were"})
    page = QueryNumber(load_default=1, validate=ma.validate.Range(1, 1_000_000))
    page_size = QueryNumber(load_default=100, validate=ma.validate.Range(1, 200))


class DifferencesQuerySchema(QuerySchema):
    from_number = QueryNumber(load_default=None, validate=ma.validate.Range(1, 10_000), metadata={
        "description": "A revision; default: the one before"})
    to_number = QueryNumber(load_default=None, validate=ma.validate.Range(1, 10_000), metadata={
        "description": "Default: the latest"})


class NextContractStepSchema(Schema):
    step = ma.fields.String(validate=ma.validate.OneOf(tuple(STEPS)))
    needs = ma.fields.List(ma.fields.String(validate=ma.validate.OneOf(("note", *DETAILS))), metadata={
        "description": "The note, and the parts of `details`, that must be given"})


class RevisionRefSchema(Schema):
    id = ma.fields.UUID()
    number = ma.fields.Integer()
    state = ma.fields.String(validate=ma.validate.OneOf(STATES))
    changed_at = Instant()


class RevisionLineSchema(Schema):
    id = ma.fields.UUID()
    number = ma.fields.Integer()
    state = ma.fields.String(validate=ma.validate.OneOf(STATES))
    reason = ma.fields.String(allow_none=True)
    opened_at = Instant()
    published_at = Instant(allow_none=True)


class ContractHeadSchema(Schema):
    id = ma.fields.UUID()
    kind = ma.fields.String(validate=ma.validate.OneOf(KINDS))
    first_on = Day()
    last_on = Day()
    village = ma.fields.Nested(DivisionRefSchema)


class ContractSummarySchema(ContractHeadSchema):
    revision = ma.fields.Nested(RevisionRefSchema, metadata={"description": "The latest"})
    published_number = ma.fields.Integer(allow_none=True, metadata={"description": "The revision in force"})
    item_count = ma.fields.Integer()
    next_steps = ma.fields.List(ma.fields.Nested(NextContractStepSchema), metadata={
        "description": "Those that you may take now"})


class ContractsSchema(Schema):
    contracts = ma.fields.List(ma.fields.Nested(ContractSummarySchema))


class ContractStepDetailsSchema(StepDetailsSchema):
    """What was given with a step; days as they are kept."""

    held_on = ma.fields.String(metadata={"format": "date"})


class ContractStepSchema(Schema):
    id = ma.fields.UUID()
    step = ma.fields.String(validate=ma.validate.OneOf(("framework", *STEPS, "replaced")))
    at = Instant()
    by = ma.fields.Nested(PersonRefSchema)
    note = ma.fields.String(allow_none=True)
    details = ma.fields.Nested(ContractStepDetailsSchema)
    photos = ma.fields.List(ma.fields.Nested(RecordPhotoSchema))


class ReviewSchema(Schema):
    id = ma.fields.UUID()
    body = ma.fields.String(validate=ma.validate.OneOf((*REVIEWERS, "township")))
    reviewer = ma.fields.String()
    is_agreed = ma.fields.Boolean()
    opinion = ma.fields.String(allow_none=True)
    by = ma.fields.Nested(PersonRefSchema, metadata={"description": "Who entered it"})
    at = Instant()
    is_current = ma.fields.Boolean(metadata={
        "description": "False: of an earlier round of measures, or an item has changed since"})


class ContractProblemSchema(Schema):
    line_id = ma.fields.UUID(allow_none=True, metadata={"description": "Null: of the contract as a whole"})
    reason = ma.fields.String()


class RevisionSchema(Schema):
    id = ma.fields.UUID()
    number = ma.fields.Integer()
    state = ma.fields.String(validate=ma.validate.OneOf(STATES))
    reason = ma.fields.String(allow_none=True, metadata={"description": "Why it was opened; null of the first"})
    is_editable = ma.fields.Boolean(metadata={"description": "Whether you may edit items now"})
    items = ma.fields.List(ma.fields.Nested(ItemSchema))
    reviews = ma.fields.List(ma.fields.Nested(ReviewSchema))
    steps = ma.fields.List(ma.fields.Nested(ContractStepSchema), metadata={"description": "In the order taken"})
    next_steps = ma.fields.List(ma.fields.Nested(NextContractStepSchema), metadata={
        "description": "Those that you may take now"})
    problems = ma.fields.List(ma.fields.Nested(ContractProblemSchema), metadata={
        "description": "What stands in the way of the step that comes next, whoever takes it"})
    changed_at = Instant()
    version = ma.fields.Integer()


class SizeSchema(Schema):
    year = ma.fields.Integer()
    households = ma.fields.Integer()
    band = ma.fields.Integer(metadata={"description": "1 to 5, by the policies village_size_1 to 4"})


class ContractSchema(ContractHeadSchema):
    size = ma.fields.Nested(SizeSchema, allow_none=True, metadata={
        "description": "Of the contract's first year; null while nobody has entered it"})
    term_contract_id = ma.fields.UUID(allow_none=True)
    revision = ma.fields.Nested(RevisionSchema, metadata={"description": "The latest"})
    revisions = ma.fields.List(ma.fields.Nested(RevisionLineSchema))
