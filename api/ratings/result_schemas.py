"""The shapes of results and of what was written."""

import marshmallow as ma

from api.http import Instant, QueryNumber, QuerySchema, Schema, division_code, text_field
from api.shapes import DivisionRefSchema, PersonRefSchema
from api.vocabulary import BALLOT_WAYS


class RatingResultsQuerySchema(QuerySchema):
    campaign_id = ma.fields.UUID(required=True)
    division = division_code(load_default=None, metadata={"description": "Default: wherever the campaign asked"})


class AnswerCountSchema(Schema):
    key = ma.fields.String()
    count = ma.fields.Integer()


class FavourableSchema(Schema):
    numerator = ma.fields.Integer()
    denominator = ma.fields.Integer(metadata={"description": "Without answers such as “I do not know”"})
    rate = ma.fields.Float(allow_none=True, metadata={"description": "0 to 1; null where nobody gave one that counts"})


class QuestionResultSchema(Schema):
    key = ma.fields.String()
    answers = ma.fields.List(ma.fields.Nested(AnswerCountSchema))
    favourable = ma.fields.Nested(FavourableSchema)


class WayResultSchema(Schema):
    ballots = ma.fields.Integer()
    households = ma.fields.Integer(allow_none=True, metadata={
        "description": "When the campaign opened; null for the open code, by which anybody votes"})
    share = ma.fields.Float(allow_none=True, metadata={"description": "Ballots of all households, 0 to 1"})
    questions = ma.fields.List(ma.fields.Nested(QuestionResultSchema))


_SHOWN = {"description": "null: too few ballots, they were thrown away"}


class VillageResultSchema(Schema):
    village = ma.fields.Nested(DivisionRefSchema)
    household = ma.fields.Nested(WayResultSchema, allow_none=True, metadata=_SHOWN)
    open = ma.fields.Nested(WayResultSchema, allow_none=True, metadata={
        "description": "Unverified feedback by the poster's code; null: too few ballots"})
    hidden = ma.fields.List(ma.fields.String(validate=ma.validate.OneOf(BALLOT_WAYS)))


class TotalResultSchema(Schema):
    household = ma.fields.Nested(WayResultSchema, allow_none=True)
    open = ma.fields.Nested(WayResultSchema, allow_none=True)
    villages_shown = ma.fields.Integer()
    villages_hidden = ma.fields.Integer(metadata={"description": "Both ways had too few ballots"})


class ResultAnswerSchema(Schema):
    key = ma.fields.String()
    text = ma.fields.String()
    is_counted = ma.fields.Boolean()
    is_favourable = ma.fields.Boolean()


class ResultQuestionSchema(Schema):
    key = ma.fields.String()
    text = ma.fields.String()
    answers = ma.fields.List(ma.fields.Nested(ResultAnswerSchema))


class ResultCampaignSchema(Schema):
    id = ma.fields.UUID()
    title = ma.fields.String()
    division = ma.fields.Nested(DivisionRefSchema)
    questions = ma.fields.List(ma.fields.Nested(ResultQuestionSchema))
    closed_at = Instant()


class RatingResultsSchema(Schema):
    campaign = ma.fields.Nested(ResultCampaignSchema)
    division = ma.fields.Nested(DivisionRefSchema)
    least_ballots = ma.fields.Integer(metadata={"description": "The rule that held when the campaign closed"})
    villages = ma.fields.List(ma.fields.Nested(VillageResultSchema))
    total = ma.fields.Nested(TotalResultSchema, metadata={"description": "Of what is shown, and of nothing else"})


class RatingTextsQuerySchema(RatingResultsQuerySchema):
    held_back = ma.fields.Boolean(load_default=None)
    page = QueryNumber(load_default=1, validate=ma.validate.Range(1, 100_000))
    page_size = QueryNumber(load_default=50, validate=ma.validate.Range(1, 200))


class HeldBackSchema(Schema):
    by = ma.fields.Nested(PersonRefSchema)
    at = Instant()
    reason = ma.fields.String()


class RatingTextSchema(Schema):
    id = ma.fields.UUID(metadata={"description": "Random"})
    village = ma.fields.Nested(DivisionRefSchema)
    way = ma.fields.String(validate=ma.validate.OneOf(BALLOT_WAYS))
    text = ma.fields.String(allow_none=True, metadata={"description": "null: held back from you"})
    held_back = ma.fields.Nested(HeldBackSchema, allow_none=True)
    version = ma.fields.Integer()


class RatingTextsSchema(Schema):
    rating_texts = ma.fields.List(ma.fields.Nested(RatingTextSchema))


class RatingTextPatchSchema(Schema):
    held_back_reason = text_field(300, shortest=1, required=True, allow_none=True, metadata={
        "description": "Why those who are asked about should not read it; null: they may"})
