"""Bodies and answers of diary entries."""

import marshmallow as ma

from api.diary.concern_schemas import RaisedConcernSchema
from api.http import Day, Instant, QuerySchema, Schema, WholeNumber, division_code, text_field
from api.shapes import DivisionRefSchema, PersonRefSchema, PositionSchema, RecordPhotoSchema, photo_hashes

TEXT_LENGTH, MOST_WORK_TYPES, MOST_CONCERNS, PAGE_SIZE = 10_000, 20, 20, 20


def work_types(**kwargs) -> ma.fields.List:
    return ma.fields.List(text_field(40, shortest=1), validate=ma.validate.Length(max=MOST_WORK_TYPES), metadata={
        "description": "Keys of the dictionary of purposes; unknown ones are kept"}, **kwargs)


class DiaryEntryTextSchema(Schema):
    text = text_field(TEXT_LENGTH, required=True)
    work_types = work_types(load_default=list)
    photos = photo_hashes()


class DiaryEntryPostSchema(DiaryEntryTextSchema):
    id = ma.fields.UUID(required=True, metadata={"description": "Made by the phone; sending it again is safe"})
    day = Day(load_default=None, allow_none=True, metadata={
        "description": "The day that the page is about; default: the day on which it was written"})
    captured_at = Instant(required=True)
    elapsed_ms = WholeNumber(load_default=None, allow_none=True)
    position = ma.fields.Nested(PositionSchema, load_default=None, allow_none=True, metadata={
        "description": "Makes the entry evidence of presence; not part of its content"})
    device_id = text_field(100, load_default=None, allow_none=True)
    is_submitted = ma.fields.Boolean(load_default=False, metadata={"description": "Submit it at once"})
    concerns = ma.fields.List(ma.fields.Nested(RaisedConcernSchema), load_default=list,
                              validate=ma.validate.Length(max=MOST_CONCERNS),
                              metadata={"description": "Raised with the entry, in the village of its day"})


class DiaryEntryPutSchema(DiaryEntryTextSchema):
    """What an entry is to say from now on."""


class DiaryEntryEditSchema(DiaryEntryTextSchema):
    """An edit within a phone's batch."""

    id = ma.fields.UUID(required=True, metadata={"description": "Of the edit"})
    entry_id = ma.fields.UUID(required=True)
    base_version = WholeNumber(required=True, validate=ma.validate.Range(1, 2**31 - 1))


class DiarySubmissionPostSchema(Schema):
    id = ma.fields.UUID(required=True, metadata={"description": "Of the submission"})
    entry_id = ma.fields.UUID(required=True)


class DiaryConcernRefSchema(Schema):
    id = ma.fields.UUID()
    kind = ma.fields.String()
    text = ma.fields.String()
    state = ma.fields.String()


class DiaryEntryReadingSchema(Schema):
    id = ma.fields.UUID()
    entry_id = ma.fields.UUID()
    by = ma.fields.Nested(PersonRefSchema)
    level = ma.fields.String(metadata={"description": "Of the division for which it was read"})
    outcome = ma.fields.String(metadata={"description": "read, follow_up or concern"})
    note = ma.fields.String(allow_none=True)
    concern_id = ma.fields.UUID(allow_none=True)
    at = Instant()


class DiaryEntrySchema(Schema):
    id = ma.fields.UUID()
    cadre = ma.fields.Nested(PersonRefSchema)
    village = ma.fields.Nested(DivisionRefSchema, allow_none=True, metadata={
        "description": "The home village of the day's posting; null where there was none"})
    day = Day()
    text = ma.fields.String()
    work_types = ma.fields.List(ma.fields.String())
    captured_at = Instant()
    received_at = Instant()
    flags = ma.fields.List(ma.fields.String(), metadata={"description": "clock_skew, late, future_day"})
    submitted_at = Instant(allow_none=True, metadata={"description": "null: a draft, which its author alone can see"})
    version = ma.fields.Integer()
    photos = ma.fields.List(ma.fields.Nested(RecordPhotoSchema))
    is_incomplete = ma.fields.Boolean(metadata={"description": "Whether a photo has not come yet"})
    concerns = ma.fields.List(ma.fields.Nested(DiaryConcernRefSchema), metadata={
        "description": "Raised from this entry"})
    readings = ma.fields.List(ma.fields.Nested(DiaryEntryReadingSchema))


class DiaryEntryVersionSchema(DiaryEntryTextSchema):
    version = ma.fields.Integer()
    replaced_at = Instant()


class DiaryEntryVersionsSchema(Schema):
    versions = ma.fields.List(ma.fields.Nested(DiaryEntryVersionSchema))


class FoundDiaryEntrySchema(DiaryEntrySchema):
    excerpt = ma.fields.String(metadata={"description": "Around the first term found, or the beginning of the text"})


class FoundDiaryEntriesSchema(Schema):
    entries = ma.fields.List(ma.fields.Nested(FoundDiaryEntrySchema))
    terms = ma.fields.List(ma.fields.String(), metadata={"description": "What the question was taken for"})
    next = ma.fields.String(allow_none=True, metadata={
        "description": "The cursor of the page to follow, null at the end; a page may be shorter than asked for"})


class DiaryEntriesQuerySchema(QuerySchema):
    question = text_field(200, load_default=None, data_key="q", metadata={
        "description": "Terms of at least two characters, divided by spaces; all must occur, letter for letter"})
    own = ma.fields.Boolean(load_default=False, metadata={"description": "Only your own, whatever else you may see"})
    division = division_code(load_default=None)
    first = Day(load_default=None, data_key="from")
    last = Day(load_default=None, data_key="to")
    cursor = ma.fields.String(load_default=None, validate=ma.validate.Regexp(
        r"^([0-9a-f]{1,15}|[0-7][0-9a-f]{15})(?!\n)$"))
