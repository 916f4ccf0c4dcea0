"""Bodies and answers of rating campaigns."""

import marshmallow as ma

from api.http import Day, Instant, Month, QueryNumber, QuerySchema, Schema, division_code, id_field, text_field
from api.ratings.campaigns_rules import ANSWER_SETS, ANSWERS, MOST_QUESTIONS, STATES, SUBJECTS
from api.ratings.code_schemas import CodeBatchSchema
from api.ratings.recordings_rules import MIMETYPES
from api.shapes import DivisionRefSchema, PersonRefSchema

QUESTION, ANSWER, PROMPT, HOTLINE, REASON = 60, 20, 100, 60, 300


class AnswerPostSchema(Schema):
    text = text_field(ANSWER, shortest=1, required=True)
    is_counted = ma.fields.Boolean(load_default=True, metadata={
        "description": "false: stays out of the denominator, such as 不了解"})
    is_favourable = ma.fields.Boolean(load_default=False)


class QuestionPostSchema(Schema):
    """A question with the answers of a set, or with its own."""

    text = text_field(QUESTION, shortest=1, required=True)
    answer_set = ma.fields.String(load_default=None, allow_none=True, validate=ma.validate.OneOf(ANSWER_SETS))
    answers = ma.fields.List(ma.fields.Nested(AnswerPostSchema), load_default=None, allow_none=True,
                             validate=ma.validate.Length(*ANSWERS))

    @ma.validates_schema
    def refuse_two_kinds_of_answers(self, data, **_kwargs):
        if (data.get("answer_set") is None) == (data.get("answers") is None):
            raise ma.ValidationError("Either answer_set or answers.", "answers")


class CampaignPatchSchema(Schema):
    title = text_field(100, shortest=1, required=True)
    first_on = Day(required=True)
    last_on = Day(required=True, metadata={"description": "The last day on which ballots are taken, included"})
    subject = ma.fields.String(required=True, validate=ma.validate.OneOf(SUBJECTS), metadata={
        "description": "Whom it is about: the teams posted to the villages, or one cadre"})
    cadre_id = id_field(load_default=None, allow_none=True)
    questions = ma.fields.List(
        ma.fields.Nested(QuestionPostSchema), load_default=None, allow_none=True,
        validate=ma.validate.Length(1, MOST_QUESTIONS), metadata={
            "description": "null: the usual three; of a change: as they were"})
    text_prompt = text_field(PROMPT, shortest=1, load_default=None, allow_none=True, metadata={
        "description": "What asks for the one free text; null: there is none"})
    hotline = text_field(HOTLINE, shortest=1, load_default=None, allow_none=True, metadata={
        "description": "On every card; null: the county's own"})


class CampaignPostSchema(CampaignPatchSchema):
    id = ma.fields.UUID(required=True, metadata={"description": "Made by the sender; sending it again is safe"})
    division_code = division_code(required=True, metadata={"description": "It asks in all villages below"})


class CampaignWithdrawalPostSchema(Schema):
    reason = text_field(REASON, shortest=1, required=True)


class AnswerSchema(Schema):
    key = ma.fields.String()
    text = ma.fields.String()
    is_counted = ma.fields.Boolean()
    is_favourable = ma.fields.Boolean()


class QuestionSchema(Schema):
    key = ma.fields.String(metadata={"description": "q1 to q3"})
    text = ma.fields.String()
    answers = ma.fields.List(ma.fields.Nested(AnswerSchema))


class CampaignSchema(Schema):
    id = ma.fields.UUID()
    division = ma.fields.Nested(DivisionRefSchema)
    title = ma.fields.String()
    first_on = Day()
    last_on = Day()
    subject = ma.fields.String(validate=ma.validate.OneOf(SUBJECTS))
    cadre = ma.fields.Nested(PersonRefSchema, allow_none=True, metadata={"description": "By the cadre's id"})
    questions = ma.fields.List(ma.fields.Nested(QuestionSchema))
    text_prompt = ma.fields.String(allow_none=True)
    hotline = ma.fields.String()
    state = ma.fields.String(validate=ma.validate.OneOf(STATES))
    opened_at = Instant(allow_none=True)
    closed_at = Instant(allow_none=True)
    least_ballots = ma.fields.Integer(metadata={
        "description": "With fewer nothing is shown: the rule that holds now, or held when it closed"})
    entered_by = ma.fields.Nested(PersonRefSchema, allow_none=True, metadata={"description": "For those who ask"})
    may_edit = ma.fields.Boolean()
    may_open = ma.fields.Boolean()
    may_close = ma.fields.Boolean()
    may_print = ma.fields.Boolean(metadata={
        "description": "Cards of villages that you are above; never who is asked about"})
    version = ma.fields.Integer()


class CampaignsSchema(Schema):
    rating_campaigns = ma.fields.List(ma.fields.Nested(CampaignSchema))


class CampaignVillagesQuerySchema(QuerySchema):
    village = division_code(load_default=None, metadata={
        "description": "That one alone; default: all that you have to do with"})
    division = division_code(load_default=None, metadata={"description": "Of those, the ones that lie in it"})


class ParticipationSchema(Schema):
    ballots = ma.fields.Integer(allow_none=True, metadata={
        "description": "By cards up to that day; null while there are too few"})
    households = ma.fields.Integer()
    share = ma.fields.Float(allow_none=True)
    through_on = Day(allow_none=True)


class CampaignVillageSchema(Schema):
    """A village of a campaign. Codes and cards are null for those who are rated."""

    village = ma.fields.Nested(DivisionRefSchema)
    households = ma.fields.Integer(metadata={"description": "When the campaign was opened"})
    batch = ma.fields.Nested(CodeBatchSchema, allow_none=True, metadata={"description": "The cards that are out"})
    open_address = ma.fields.String(allow_none=True, metadata={"description": "On the poster, for everybody"})
    open_code_groups = ma.fields.List(ma.fields.String(), allow_none=True)
    open_qr_svg_data_uri = ma.fields.String(allow_none=True)
    participation = ma.fields.Nested(ParticipationSchema)
    open_ballots = ma.fields.Integer(allow_none=True, metadata={"description": "Once closed, if there were enough"})
    recordings = ma.fields.List(ma.fields.String(), metadata={"description": "The questions that can be heard"})
    recording_ids = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.UUID(), metadata={
        "description": "By question; heard at /api/v1/recordings/{id}"})
    may_print = ma.fields.Boolean()
    may_record = ma.fields.Boolean()


class CampaignVillagesSchema(Schema):
    villages = ma.fields.List(ma.fields.Nested(CampaignVillageSchema))


class RecordingSchema(Schema):
    id = ma.fields.UUID()
    question = ma.fields.String()
    mimetype = ma.fields.String(validate=ma.validate.OneOf(MIMETYPES))
    size_bytes = ma.fields.Integer()
    uploaded_at = Instant()


class CampaignsQuerySchema(QuerySchema):
    division = division_code(load_default=None, metadata={
        "description": "That ask there, or below it; default: all that you may see"})
    state = ma.fields.String(load_default=None, validate=ma.validate.OneOf(STATES))
    ends_in = Month(load_default=None, metadata={
        "description": "Only those that were opened and whose last day lies in that month"})
    page = QueryNumber(load_default=1, validate=ma.validate.Range(1, 1_000_000))
    page_size = QueryNumber(load_default=50, validate=ma.validate.Range(1, 100))
