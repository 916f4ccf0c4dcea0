"""Bodies and answers of cards."""

import marshmallow as ma

from api.http import Instant, Schema, WholeNumber, division_code, text_field
from api.ratings.batches_rules import OFFICES
from api.shapes import DivisionRefSchema, PersonRefSchema

NAME, REASON = 50, 300
# More households no village has.
MOST_CARDS = 5000


class CodeBatchPostSchema(Schema):
    id = ma.fields.UUID(required=True, metadata={
        "description": "Made by the sender; sent again it is refused (cards_shown_once)"})
    campaign_id = ma.fields.UUID(required=True)
    village_code = division_code(required=True)
    count = WholeNumber(load_default=None, allow_none=True, validate=ma.validate.Range(1, MOST_CARDS), metadata={
        "description": "null: one card for each household that there is today; never more"})
    handed_to = text_field(NAME, shortest=1, required=True, metadata={
        "description": "Who hands them out to the households; nobody who is rated"})
    handed_office = ma.fields.String(required=True, validate=ma.validate.OneOf(OFFICES))


class BatchCancellationPostSchema(Schema):
    reason = text_field(REASON, shortest=1, required=True)


class CardSchema(Schema):
    code_groups = ma.fields.List(ma.fields.String(), metadata={"description": "Seven groups of four, for typing"})
    qr_svg_data_uri = ma.fields.String()


class PrintedCardsSchema(Schema):
    id = ma.fields.UUID()
    village = ma.fields.Nested(DivisionRefSchema)
    campaign_id = ma.fields.UUID()
    title = ma.fields.String()
    hotline = ma.fields.String()
    count = ma.fields.Integer()
    printed_at = Instant()
    cards = ma.fields.List(ma.fields.Nested(CardSchema), metadata={
        "description": "Shown this once: only their hashes are kept"})


class CodeBatchSchema(Schema):
    id = ma.fields.UUID()
    count = ma.fields.Integer()
    handed_to = ma.fields.String()
    handed_office = ma.fields.String(validate=ma.validate.OneOf(OFFICES))
    printed_at = Instant()
    printed_by = ma.fields.Nested(PersonRefSchema)


class CancelledCardsSchema(CodeBatchSchema):
    village = ma.fields.Nested(DivisionRefSchema)
    campaign_id = ma.fields.UUID()
    cancelled_at = Instant()
    cancel_reason = ma.fields.String()
