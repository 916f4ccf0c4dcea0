"""Bodies and answers of supervision notices."""

import marshmallow as ma

from api.contracts.notices_rules import STATES, STEPS
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
from api.vocabulary import NOTICE_SOURCES

LONGEST = 4000
# Those of the sources that are records here.
FROM_RECORDS = ("failed_item", "spot_check", "overdue_concern")
MOST_UNITS = 20
LISTS = ("draft", "open", "overdue", "due_soon", "reissued", "escalated", "over")


def _units() -> ma.fields.List:
    return ma.fields.List(text_field(60, shortest=1), load_default=list, validate=ma.validate.Length(max=MOST_UNITS))


class SupervisionNoticePostSchema(Schema):
    id = ma.fields.UUID(required=True, metadata={"description": "Made by the sender; sending it again is safe"})
    village_code = division_code(required=True)
    source_kind = ma.fields.String(required=True, validate=ma.validate.OneOf(NOTICE_SOURCES))
    source_id = ma.fields.UUID(load_default=None, allow_none=True, metadata={
        "description": "The acceptance, finding or concern that it comes from; none for an instruction or by hand"})
    title = text_field(100, shortest=1, required=True)
    facts = text_field(LONGEST, shortest=1, required=True, metadata={"description": "What was found"})
    basis = text_field(500, shortest=1, required=True, metadata={"description": "The clause that it rests on"})
    demand = text_field(LONGEST, shortest=1, required=True, metadata={"description": "What has to be done"})
    due_on = Day(load_default=None, allow_none=True, metadata={
        "description": "The last day in time; default: today and so many days (the policy notice_days)"})
    lead_unit = text_field(100, shortest=1, required=True)
    assisting_units = _units()
    copies_to = _units()
    contact = text_field(100, shortest=1, required=True)

    @ma.validates_schema
    def names_its_source(self, data, **_kwargs):
        if data["source_kind"] in FROM_RECORDS and data["source_id"] is None:
            raise ma.ValidationError("Missing data for required field.", "source_id")
        if data["source_kind"] not in FROM_RECORDS and data["source_id"] is not None:
            raise ma.ValidationError("A notice of this kind comes from no record.", "source_id")


class SupervisionNoticePatchSchema(Schema):
    title = text_field(100, shortest=1)
    facts = text_field(LONGEST, shortest=1)
    basis = text_field(500, shortest=1)
    demand = text_field(LONGEST, shortest=1)
    due_on = Day()
    lead_unit = text_field(100, shortest=1)
    assisting_units = ma.fields.List(text_field(60, shortest=1), validate=ma.validate.Length(max=MOST_UNITS))
    copies_to = ma.fields.List(text_field(60, shortest=1), validate=ma.validate.Length(max=MOST_UNITS))
    contact = text_field(100, shortest=1)


class SupervisionNoticeStepPostSchema(Schema):
    id = ma.fields.UUID(required=True, metadata={"description": "Made by the sender; sending it again is safe"})
    step = ma.fields.String(required=True, validate=ma.validate.OneOf(tuple(STEPS)))
    note = text_field(LONGEST, load_default=None, allow_none=True, metadata={
        "description": "What was done, found or decided, or why more time is asked for"})
    new_due_on = Day(load_default=None, allow_none=True, metadata={
        "description": "The deadline that is asked for or set; an extension is granted to the day asked for without"})
    signer = text_field(60, load_default=None, allow_none=True, metadata={
        "description": "Who signed for a paper copy"})
    has_passed = ma.fields.Boolean(load_default=None, allow_none=True, truthy={True}, falsy={False}, metadata={
        "description": "What a re-inspection found"})
    photos = photo_hashes()
    captured_at = Instant(required=True, metadata={"description": "The sender's clock when it was done"})
    elapsed_ms = WholeNumber(load_default=None, allow_none=True, metadata={
        "description": "Milliseconds since then by the sender's own count; a wrong clock is told by it"})


class SupervisionNoticeStepRecordSchema(SupervisionNoticeStepPostSchema):
    """A step in a batch, which has no path to name the notice."""

    notice_id = ma.fields.UUID(required=True)


class SupervisionNoticeStepSchema(Schema):
    id = ma.fields.UUID()
    step = ma.fields.String(validate=ma.validate.OneOf(("drafted", *STEPS)))
    at = Instant()
    by = ma.fields.Nested(PersonRefSchema)
    note = ma.fields.String(allow_none=True)
    new_due_on = Day(allow_none=True)
    signer = ma.fields.String(allow_none=True)
    has_passed = ma.fields.Boolean(allow_none=True)
    photos = ma.fields.List(ma.fields.Nested(RecordPhotoSchema))


class SupervisionNoticeNextStepSchema(Schema):
    step = ma.fields.String(validate=ma.validate.OneOf(tuple(STEPS)))
    needs = ma.fields.List(ma.fields.String(), metadata={
        "description": "What must come with it: note, new_due_on, signer, has_passed"})


class SupervisionNoticeRowSchema(Schema):
    """A notice in a list; its course is in the notice itself."""

    id = ma.fields.UUID()
    label = ma.fields.String(allow_none=True, metadata={
        "description": "The number as on paper, such as 余庆县白泥镇督字〔2026〕3号; null until it is issued"})
    issuer = ma.fields.Nested(DivisionRefSchema)
    owner = ma.fields.Nested(DivisionRefSchema, metadata={"description": "Who decides on it now"})
    village = ma.fields.Nested(DivisionRefSchema)
    year = ma.fields.Integer(allow_none=True)
    number = ma.fields.Integer(allow_none=True)
    source_kind = ma.fields.String(validate=ma.validate.OneOf(NOTICE_SOURCES))
    source_id = ma.fields.UUID(allow_none=True)
    source_check_id = ma.fields.UUID(allow_none=True, metadata={"description": "The check that a finding is of"})
    title = ma.fields.String()
    facts = ma.fields.String()
    basis = ma.fields.String()
    demand = ma.fields.String()
    due_on = Day(metadata={"description": "The last day in time"})
    asked_due_on = Day(allow_none=True, metadata={"description": "A later day that was asked for, not answered yet"})
    lead_unit = ma.fields.String()
    assisting_units = ma.fields.List(ma.fields.String())
    copies_to = ma.fields.List(ma.fields.String())
    contact = ma.fields.String()
    state = ma.fields.String(validate=ma.validate.OneOf(STATES))
    reissues = ma.fields.Integer(metadata={"description": "How often it was issued anew"})
    has_passed = ma.fields.Boolean(allow_none=True, metadata={"description": "What the last re-inspection found"})
    is_overdue = ma.fields.Boolean(metadata={"description": "The village has to act and the last day has passed"})
    days_left = ma.fields.Integer(allow_none=True, metadata={
        "description": "Until the last day, negative after it; null where nothing is open"})
    next_steps = ma.fields.List(ma.fields.Nested(SupervisionNoticeNextStepSchema), metadata={
        "description": "Those that you may take now"})
    is_incomplete = ma.fields.Boolean(metadata={"description": "A step waits for a photo that it names"})
    version = ma.fields.Integer()
    changed_at = Instant()


class SupervisionNoticeSchema(SupervisionNoticeRowSchema):
    steps = ma.fields.List(ma.fields.Nested(SupervisionNoticeStepSchema), metadata={
        "description": "In the order taken"})


class SupervisionNoticesSchema(Schema):
    notices = ma.fields.List(ma.fields.Nested(SupervisionNoticeRowSchema))


class SupervisionNoticesQuerySchema(QuerySchema):
    division = division_code(load_default=None, metadata={
        "description": "Of that division and below; default: all that you may see"})
    state = ma.fields.String(
        load_default=None, validate=ma.validate.OneOf(tuple(dict.fromkeys((*LISTS, *STATES)))), metadata={
            "description": "A state, or a list: draft (not issued yet), open, overdue, due_soon, reissued, escalated "
                           "(all that went up to the county), over; of that day with `open_on`"})
    source_id = ma.fields.UUID(load_default=None, metadata={
        "description": "Only those about this acceptance, finding or concern"})
    open_on = Day(load_default=None, metadata={
        "description": "Only those issued and not struck off on that day, as month-figures counts them"})
    overdue = ma.fields.Boolean(load_default=False, metadata={
        "description": "Only those that waited for the village past their deadline, today or on `open_on`"})
    page = QueryNumber(load_default=1, validate=ma.validate.Range(1, 1_000_000))
    page_size = QueryNumber(load_default=50, validate=ma.validate.Range(1, 200))


class SupervisionNoticeDraftQuerySchema(QuerySchema):
    source_kind = ma.fields.String(required=True, validate=ma.validate.OneOf(FROM_RECORDS))
    source_id = ma.fields.UUID(required=True)


class SupervisionNoticeDraftSchema(Schema):
    """What to send as a notice, but for its id, once somebody has read it."""

    issuer = ma.fields.Nested(DivisionRefSchema)
    village = ma.fields.Nested(DivisionRefSchema)
    village_code = ma.fields.String()
    source_kind = ma.fields.String()
    source_id = ma.fields.UUID()
    title = ma.fields.String()
    facts = ma.fields.String()
    basis = ma.fields.String()
    demand = ma.fields.String()
    due_on = Day()
    lead_unit = ma.fields.String()
    assisting_units = ma.fields.List(ma.fields.String())
    copies_to = ma.fields.List(ma.fields.String())
    contact = ma.fields.String()


class SupervisionNoticeFiguresQuerySchema(QuerySchema):
    division = division_code(load_default=None, metadata={"description": "Default: your widest one"})


class SupervisionNoticeFiguresRowSchema(Schema):
    division = ma.fields.Nested(DivisionRefSchema)
    open = ma.fields.Integer(metadata={"description": "Issued and not struck off"})
    overdue = ma.fields.Integer(metadata={"description": "Of these: the village has to act and the day has passed"})
    due_soon = ma.fields.Integer(metadata={"description": "Of these: due today or within three days"})
    reissued = ma.fields.Integer(metadata={"description": "Of these: issued anew at least once"})
    escalated = ma.fields.Integer(metadata={"description": "Of these: gone up to the county"})
    struck_off = ma.fields.Integer(metadata={"description": "Since the year began"})


class SupervisionNoticeFiguresSchema(Schema):
    total = ma.fields.Nested(SupervisionNoticeFiguresRowSchema)
    rows = ma.fields.List(ma.fields.Nested(SupervisionNoticeFiguresRowSchema), metadata={
        "description": "The divisions directly below, in the order of the roster"})
    acceptances_overdue = ma.fields.Integer(metadata={
        "description": "Promises whose acceptance should have been, in the whole division"})
