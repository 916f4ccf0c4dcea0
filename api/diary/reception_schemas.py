"""Bodies and answers of reception hours."""

import marshmallow as ma

from api.diary.concern_schemas import (
    LONGEST,
    HouseholdRefSchema,
    RaisedConcernSchema,
    captured_at,
    elapsed_ms,
)
from api.http import Day, Instant, QueryNumber, QuerySchema, Schema, division_code, id_field, text_field
from api.shapes import DivisionRefSchema, PersonRefSchema, RecordPhotoSchema, photo_hashes

MOST_CADRES = 20
MOST_CONCERNS = 20


class ReceptionPostSchema(Schema):
    id = ma.fields.UUID(required=True, metadata={"description": "Made by the sender; sending it again is safe"})
    village_code = division_code(required=True)
    day = Day(load_default=None, allow_none=True, metadata={"description": "Default: the day of captured_at"})
    household_id = id_field(load_default=None, allow_none=True, metadata={"description": "Who asked, if that is known"})
    cadre_ids = ma.fields.List(id_field(), load_default=list, validate=ma.validate.Length(max=MOST_CADRES), metadata={
        "description": "Who sat there. Recorded by the village or a supervisor, it is evidence of their day"})
    question = text_field(LONGEST, shortest=1, required=True)
    answer = text_field(LONGEST, load_default=None, allow_none=True)
    policy_cited = text_field(300, load_default=None, allow_none=True, metadata={
        "description": "The document that the answer rests on"})
    concerns = ma.fields.List(ma.fields.Nested(RaisedConcernSchema), load_default=list,
                              validate=ma.validate.Length(max=MOST_CONCERNS), metadata={
        "description": "What has to be followed up"})
    photos = photo_hashes()
    device_id = text_field(100, load_default=None, allow_none=True)
    captured_at = captured_at()
    elapsed_ms = elapsed_ms()

    @ma.post_load
    def each_cadre_once(self, data, **_kwargs):
        # The same people in another order are the same reception.
        return {**data, "cadre_ids": sorted(set(data["cadre_ids"]))}


class ReceptionSchema(Schema):
    id = ma.fields.UUID()
    village = ma.fields.Nested(DivisionRefSchema)
    day = Day()
    household = ma.fields.Nested(HouseholdRefSchema, allow_none=True)
    cadres = ma.fields.List(ma.fields.Nested(PersonRefSchema), metadata={"description": "Who sat there"})
    question = ma.fields.String()
    answer = ma.fields.String(allow_none=True)
    policy_cited = ma.fields.String(allow_none=True)
    photos = ma.fields.List(ma.fields.Nested(RecordPhotoSchema))
    is_incomplete = ma.fields.Boolean(metadata={"description": "It waits for a photo that it names"})
    concern_ids = ma.fields.List(ma.fields.UUID())
    recorded_by = ma.fields.Nested(PersonRefSchema)
    captured_at = Instant()
    received_at = Instant()
    flags = ma.fields.List(ma.fields.String())


class ReceptionsSchema(Schema):
    receptions = ma.fields.List(ma.fields.Nested(ReceptionSchema))


class ReceptionsQuerySchema(QuerySchema):
    division = division_code(load_default=None, metadata={"description": "Default: all that you may see"})
    first = Day(load_default=None, data_key="from")
    last = Day(load_default=None, data_key="to")
    page = QueryNumber(load_default=1, validate=ma.validate.Range(1, 1_000_000))
    page_size = QueryNumber(load_default=50, validate=ma.validate.Range(1, 200))
