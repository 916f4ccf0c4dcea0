"""Bodies and answers of assessed votes and of their tellers."""

import marshmallow as ma

from api.http import (
    Day,
    Instant,
    Number,
    QueryNumber,
    QuerySchema,
    Schema,
    WholeNumber,
    division_code,
    id_field,
    text_field,
)
from api.ratings.votes_rules import STATES
from api.shapes import DivisionRefSchema, PersonRefSchema, RecordPhotoSchema, photo_hashes
from api.vocabulary import VOTE_GRADES, VOTE_GROUPS, VOTE_HEADINGS

# More than any village has at a meeting; a slip of the finger is found.
MOST_PEOPLE = 2000
MOST_CADRES = 10
LONGEST_REPORT = 10_000


def people_count(**kwargs) -> ma.fields.Integer:
    return WholeNumber(required=True, validate=ma.validate.Range(0, MOST_PEOPLE), **kwargs)


class VoteGroupSchema(Schema):
    voters = ma.fields.String(required=True, validate=ma.validate.OneOf(VOTE_GROUPS), metadata={
        "description": "Whoever belongs to two groups is counted in the first"})
    expected = people_count(metadata={"description": "How many should be there (应到)"})
    present = people_count(metadata={"description": "How many are there (实到)"})


class VotePatchSchema(Schema):
    held_on = Day(required=True)
    place = text_field(100, shortest=1, required=True)
    presided_by = text_field(50, shortest=1, required=True, metadata={
        "description": "Who presides, of the supervision committee"})
    groups = ma.fields.List(ma.fields.Nested(VoteGroupSchema), required=True,
                            validate=ma.validate.Length(min=1, max=len(VOTE_GROUPS)))
    cadre_ids = ma.fields.List(id_field(), required=True, validate=ma.validate.Length(min=1, max=MOST_CADRES),
                               metadata={"description": "Who is voted on: posted to the village on that day"})
    tellers = ma.fields.List(text_field(50, shortest=1), required=True, validate=ma.validate.Length(min=2, max=2),
                             metadata={"description": "The names of the two who count, of the villagers' delegates"})


class VotePostSchema(VotePatchSchema):
    id = ma.fields.UUID(required=True, metadata={"description": "Made by the sender; sending it again is safe"})
    village_code = division_code(required=True)


class QuorumSchema(Schema):
    present = ma.fields.Integer(metadata={"description": "Of all groups together"})
    expected = ma.fields.Integer()
    needed = ma.fields.Integer()
    is_met = ma.fields.Boolean()
    rule = ma.fields.String(metadata={"description": "half: more than half; two_thirds: two thirds or more"})
    source = ma.fields.String()


class VoteShareSchema(Schema):
    numerator = ma.fields.Integer(metadata={"description": "How many ballots"})
    denominator = ma.fields.Integer(metadata={"description": "Valid ballots: returned minus void"})
    rate = Number(allow_none=True, metadata={"description": "A ratio 0..1; null without any valid ballot"})


class GradeShareSchema(VoteShareSchema):
    grade = ma.fields.String(validate=ma.validate.OneOf(VOTE_GRADES))


class HeadingResultSchema(Schema):
    heading = ma.fields.String(validate=ma.validate.OneOf(VOTE_HEADINGS))
    grades = ma.fields.List(ma.fields.Nested(GradeShareSchema))


class VoteResultSchema(Schema):
    """Grades with numbers and shares; nothing stands for the whole, and nothing follows from it by itself."""

    overall = ma.fields.List(ma.fields.Nested(GradeShareSchema))
    abstained = ma.fields.Nested(VoteShareSchema)
    headings = ma.fields.List(ma.fields.Nested(HeadingResultSchema), allow_none=True, metadata={
        "description": "德能勤绩廉; null where the paper has none. Who left a heading empty is in none of its grades"})


class VoteSubjectSchema(Schema):
    cadre = ma.fields.Nested(PersonRefSchema, metadata={"description": "With the id of the cadre"})
    duty_report = ma.fields.String(allow_none=True)
    reported_at = Instant(allow_none=True)
    may_report = ma.fields.Boolean(metadata={"description": "You may enter or change the duty report now"})
    result = ma.fields.Nested(VoteResultSchema, allow_none=True, metadata={
        "description": "null until both tellers agree; for those voted on until it was read out"})
    version = ma.fields.Integer(metadata={"description": "Of the duty report, for If-Match"})


class VoteTellerSchema(Schema):
    number = ma.fields.Integer()
    name = ma.fields.String()
    has_counted = ma.fields.Boolean(metadata={"description": "In this round; what, nobody is shown before both agree"})


class VoteBallotsSchema(Schema):
    issued = ma.fields.Integer()
    returned = ma.fields.Integer()
    void = ma.fields.Integer()
    valid = ma.fields.Integer()


class VoteSchema(Schema):
    id = ma.fields.UUID()
    village = ma.fields.Nested(DivisionRefSchema)
    held_on = Day()
    place = ma.fields.String()
    presided_by = ma.fields.String()
    has_headings = ma.fields.Boolean(metadata={"description": "The paper asks for 德能勤绩廉 too"})
    groups = ma.fields.List(ma.fields.Nested(VoteGroupSchema))
    quorum = ma.fields.Nested(QuorumSchema)
    state = ma.fields.String(validate=ma.validate.OneOf(STATES))
    round = ma.fields.Integer(metadata={"description": "Of the counting: above 1 the tellers did not agree before"})
    tellers = ma.fields.List(ma.fields.Nested(VoteTellerSchema))
    subjects = ma.fields.List(ma.fields.Nested(VoteSubjectSchema), metadata={
        "description": "For those voted on, only themselves"})
    ballots = ma.fields.Nested(VoteBallotsSchema, allow_none=True)
    counted_at = Instant(allow_none=True)
    read_out_at = Instant(allow_none=True)
    signed_on = Day(allow_none=True)
    minutes = ma.fields.String(allow_none=True)
    photos = ma.fields.List(ma.fields.Nested(RecordPhotoSchema))
    annulled_reason = ma.fields.String(allow_none=True)
    entered_by = ma.fields.Nested(PersonRefSchema, allow_none=True)
    entered_at = Instant()
    is_whole = ma.fields.Boolean(metadata={"description": "You hold it; else you are voted on and see your part"})
    may_change = ma.fields.Boolean()
    may_open = ma.fields.Boolean(metadata={"description": "You may open the counting, or make new codes for it"})
    may_read_out = ma.fields.Boolean()
    may_sign = ma.fields.Boolean()
    may_annul = ma.fields.Boolean()
    version = ma.fields.Integer()


class VotesSchema(Schema):
    assessed_votes = ma.fields.List(ma.fields.Nested(VoteSchema))


class VotesQuerySchema(QuerySchema):
    division = division_code(load_default=None, metadata={"description": "Default: all that you may see"})
    state = ma.fields.String(load_default=None, validate=ma.validate.OneOf(STATES))
    page = QueryNumber(load_default=1, validate=ma.validate.Range(1, 1_000_000))
    page_size = QueryNumber(load_default=50, validate=ma.validate.Range(1, 100))


class TellerCodeSchema(Schema):
    number = ma.fields.Integer()
    name = ma.fields.String()
    url = ma.fields.String()
    code_groups = ma.fields.List(ma.fields.String(), metadata={"description": "The code, to be typed"})
    qr_svg_data_uri = ma.fields.String()


class TellerCodesSchema(Schema):
    tellers = ma.fields.List(ma.fields.Nested(TellerCodeSchema), metadata={
        "description": "Told this once; asked again there are new ones, and the old ones are void"})


class SignaturePostSchema(Schema):
    signed_on = Day(required=True)
    minutes = text_field(LONGEST_REPORT, load_default=None, allow_none=True)
    photos = photo_hashes()


class AnnulmentPostSchema(Schema):
    reason = text_field(300, shortest=1, required=True)


class DutyReportPutSchema(Schema):
    text = text_field(LONGEST_REPORT, shortest=1, required=True)


class TellerPaperPostSchema(Schema):
    code = text_field(64, required=True, metadata={"description": "As it was printed or typed"})


class TellerPaperSchema(Schema):
    village = ma.fields.Nested(DivisionRefSchema)
    held_on = Day()
    place = ma.fields.String()
    number = ma.fields.Integer()
    name = ma.fields.String(metadata={"description": "Of the teller"})
    round = ma.fields.Integer(metadata={"description": "Above 1: the two did not agree, and both count again"})
    state = ma.fields.String(validate=ma.validate.OneOf(("to_count", "waiting", "agreed")))
    present = ma.fields.Integer(metadata={"description": "How many are there: the most that can be issued"})
    has_headings = ma.fields.Boolean()
    subjects = ma.fields.List(ma.fields.Nested(PersonRefSchema))


class GradeCountsSchema(Schema):
    excellent = people_count()
    competent = people_count()
    basic = people_count()
    incompetent = people_count()


class HeadingCountsSchema(Schema):
    virtue = ma.fields.Nested(GradeCountsSchema, required=True)
    ability = ma.fields.Nested(GradeCountsSchema, required=True)
    diligence = ma.fields.Nested(GradeCountsSchema, required=True)
    results = ma.fields.Nested(GradeCountsSchema, required=True)
    integrity = ma.fields.Nested(GradeCountsSchema, required=True)


class SubjectCountSchema(Schema):
    cadre_id = id_field(required=True)
    grades = ma.fields.Nested(GradeCountsSchema, required=True)
    abstained = people_count()
    headings = ma.fields.Nested(HeadingCountsSchema, load_default=None, allow_none=True)


class TellerCountPostSchema(TellerPaperPostSchema):
    id = ma.fields.UUID(required=True, metadata={"description": "Made by the page; sending it again is safe"})
    round = WholeNumber(required=True, validate=ma.validate.Range(1, 1000), metadata={
        "description": "As the paper says: a count that comes late is not taken for one of the next round"})
    issued = people_count()
    returned = people_count()
    void = people_count()
    subjects = ma.fields.List(ma.fields.Nested(SubjectCountSchema), required=True,
                              validate=ma.validate.Length(min=1, max=MOST_CADRES))


class TellerCountSchema(Schema):
    state = ma.fields.String(validate=ma.validate.OneOf(("waiting", "agreed", "differs")), metadata={
        "description": "differs: both count again"})
