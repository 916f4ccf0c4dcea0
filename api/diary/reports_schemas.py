"""Bodies and answers of reports."""

import marshmallow as ma

from api.diary.reports_rules import KINDS, PARTS
from api.http import Day, Instant, Month, QueryNumber, QuerySchema, Schema, WholeNumber, division_code, text_field
from api.shapes import DivisionRefSchema, PersonRefSchema

LONGEST_PART = 5000


def part_field() -> ma.fields.String:
    return text_field(LONGEST_PART, allow_none=True, metadata={
        "description": "Left out: as it was; null: to be written from the records again"})


class _PartsSchema(Schema):
    situation = part_field()
    problems = part_field()
    suggestions = part_field()
    plan = part_field()

    @ma.validates_schema
    def names_a_part(self, data, **_kwargs):
        if not data.keys() & set(PARTS):
            raise ma.ValidationError("Missing data for required field.", PARTS[0])


class ReportPatchSchema(_PartsSchema):
    id = ma.fields.UUID(required=True, metadata={"description": "Of the edit, made by the phone; safe to send again"})


class ReportEditSchema(ReportPatchSchema):
    """An edit in a batch: what a PATCH says in its address and its If-Match stands in the body."""

    report_id = ma.fields.UUID(required=True)
    base_version = WholeNumber(required=True, validate=ma.validate.Range(min=0))


class SubmissionPostSchema(Schema):
    id = ma.fields.UUID(required=True, metadata={
        "description": "Of the submission, made by the phone; safe to send again"})


class ReportSubmissionSchema(SubmissionPostSchema):
    report_id = ma.fields.UUID(required=True)


class ReportLineSchema(Schema):
    id = ma.fields.UUID(metadata={"description": "Always the same for a cadre, a kind and a first day"})
    cadre = ma.fields.Nested(PersonRefSchema)
    village = ma.fields.Nested(DivisionRefSchema)
    kind = ma.fields.String(metadata={"description": "meeting (half a month), month or day"})
    first_on = Day()
    last_on = Day()
    due_on = Day(allow_none=True, metadata={"description": "The day of the meeting that it is for"})
    state = ma.fields.String(metadata={"description": "draft or submitted"})
    version = ma.fields.Integer(metadata={"description": "0: nobody has touched it, nothing is stored"})
    submitted_at = Instant(allow_none=True)
    is_late = ma.fields.Boolean(metadata={"description": "Submitted after the meeting's day"})


class ReportSchema(ReportLineSchema):
    """The four parts as they now stand: what was edited, the rest written from the records up to this moment."""

    situation = ma.fields.String()
    problems = ma.fields.String()
    suggestions = ma.fields.String()
    plan = ma.fields.String()
    edited = ma.fields.List(ma.fields.String(), metadata={
        "description": "Parts of a draft that no longer follow the records"})


class ReportsQuerySchema(QuerySchema):
    month = Month(load_default=None, metadata={"description": "Reports on days of it; default: the current month"})


class ReportsSchema(Schema):
    reports = ma.fields.List(ma.fields.Nested(ReportLineSchema))


class SubmittedReportsQuerySchema(QuerySchema):
    division = division_code(load_default=None, metadata={"description": "Default: the widest that you supervise"})
    kind = ma.fields.String(load_default="meeting", validate=ma.validate.OneOf(KINDS))
    month = Month(load_default=None, metadata={"description": "Reports that end in it; default: the current month"})
    page = QueryNumber(load_default=1, validate=ma.validate.Range(1, 10_000))


class SubmittedReportsSchema(Schema):
    reports = ma.fields.List(ma.fields.Nested(ReportSchema))
    next_page = ma.fields.Integer(allow_none=True)
