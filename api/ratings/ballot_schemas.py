"""The shapes of what a card asks and of a ballot."""

import marshmallow as ma

from api.http import Day, Schema, text_field
from api.sealed_box import LONGEST
from api.shapes import DivisionRefSchema
from api.vocabulary import BALLOT_WAYS, RATING_SUBJECTS

_CODE = {"description": "As on the card or from the picture; small letters, spaces and strokes are as good"}


class BallotPaperPostSchema(Schema):
    code = ma.fields.String(required=True, metadata=_CODE)


class PaperAnswerSchema(Schema):
    key = ma.fields.String()
    text = ma.fields.String()


class PaperQuestionSchema(Schema):
    key = ma.fields.String()
    text = ma.fields.String()
    answers = ma.fields.List(ma.fields.Nested(PaperAnswerSchema))
    recording_id = ma.fields.UUID(allow_none=True, metadata={"description": "As somebody of the village says it"})


class PaperCampaignSchema(Schema):
    title = ma.fields.String()
    division = ma.fields.Nested(DivisionRefSchema)


class BallotPaperSchema(Schema):
    way = ma.fields.String(validate=ma.validate.OneOf(BALLOT_WAYS), metadata={
        "description": "household: the one ballot of a household; open: by the poster, counted apart"})
    village = ma.fields.Nested(DivisionRefSchema)
    campaign = ma.fields.Nested(PaperCampaignSchema)
    subject = ma.fields.String(validate=ma.validate.OneOf(RATING_SUBJECTS))
    cadre_name = ma.fields.String(allow_none=True)
    questions = ma.fields.List(ma.fields.Nested(PaperQuestionSchema))
    text_prompt = ma.fields.String(allow_none=True, metadata={"description": "null: no text is asked for"})
    hotline = ma.fields.String()
    last_on = Day()


class BallotPostSchema(Schema):
    id = ma.fields.UUID(required=True, metadata={
        "description": "Random, made by the page for this one ballot, so that it can be sent again; kept as a hash "
                       "until the campaign closes"})
    code = ma.fields.String(required=True, metadata=_CODE)
    answers = ma.fields.Dict(keys=text_field(20), values=text_field(20), required=True, metadata={
        "description": "The key of one answer by the key of each question"})
    text = text_field(LONGEST, load_default=None, allow_none=True)


class ReceivedSchema(Schema):
    received = ma.fields.Boolean()
