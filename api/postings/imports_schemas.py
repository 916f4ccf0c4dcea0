"""What an import takes and answers."""

import marshmallow as ma
from flask_smorest.fields import Upload

from api.http import Schema, division_code, text_field

KINDS = ("people", "divisions", "calendar", "households")


class ImportQuerySchema(Schema):
    kind = ma.fields.String(required=True, validate=ma.validate.OneOf(KINDS))
    dry_run = ma.fields.Boolean(load_default=False, metadata={"description": "Judge the file and change nothing"})
    source = text_field(200, load_default="", metadata={
        "description": "calendar: the notice's number, where the table has no column for it"})


class ImportFileSchema(Schema):
    file = Upload(required=True, metadata={
        "description": "people, calendar, households: .xlsx, or .csv in UTF-8 or GB18030; divisions: .csv or "
                       ".csv.gz with code,name,parent_code,level; 20 MB at most, households 64 MB"})


class ProblemSchema(Schema):
    sheet = ma.fields.String(allow_none=True)
    row = ma.fields.Integer(allow_none=True, metadata={"description": "As the spreadsheet counts, from 1"})
    column = ma.fields.String(allow_none=True, metadata={"description": "The heading as the file has it"})
    reason = ma.fields.String(metadata={"description": "Stable slug for programs"})
    problem = ma.fields.String()
    expected = ma.fields.String()


class MissingDivisionSchema(Schema):
    code = division_code()
    name = ma.fields.String()
    level = ma.fields.String()
    parent_code = division_code()


class ImportReportSchema(Schema):
    kind = ma.fields.String()
    dry_run = ma.fields.Boolean()
    rows = ma.fields.Integer()
    created = ma.fields.Integer()
    updated = ma.fields.Integer()
    unchanged = ma.fields.Integer()
    withdrawn = ma.fields.Integer()
    missing = ma.fields.List(ma.fields.Nested(MissingDivisionSchema), metadata={
        "description": "Divisions on record under a parent that the file lists, but not in the file; they stay"})
    passed_over = ma.fields.List(ma.fields.Integer(), metadata={
        "description": "Rows that were taken for sums, signatures or remarks, as the spreadsheet counts"})
    problems = ma.fields.List(ma.fields.Nested(ProblemSchema))
