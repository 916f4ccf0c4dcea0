"""Answers of the figures of contracts."""

import marshmallow as ma

from api.contracts.contracts_rules import STATES
from api.http import Day, QueryNumber, QuerySchema, Schema, division_code
from api.shapes import DivisionRefSchema


class ContractFiguresQuerySchema(QuerySchema):
    division = division_code(load_default=None, metadata={"description": "Default: the widest that you may see"})
    year = QueryNumber(load_default=None, validate=ma.validate.Range(2000, 2099), metadata={
        "description": "Default: this year"})


class VillagesWithoutQuerySchema(ContractFiguresQuerySchema):
    on = Day(load_default=None, metadata={
        "description": "Those for which none had been opened when that day was over; default: today"})
    page = QueryNumber(load_default=1, validate=ma.validate.Range(1, 1_000_000))
    page_size = QueryNumber(load_default=100, validate=ma.validate.Range(1, 200))


class VillagesWithoutSchema(Schema):
    villages = ma.fields.List(ma.fields.Nested(DivisionRefSchema))


ContractStateCountsSchema = Schema.from_dict({state: ma.fields.Integer() for state in STATES},
                                             name="ContractStateCounts")


class ContractFiguresRowSchema(Schema):
    division = ma.fields.Nested(DivisionRefSchema)
    villages = ma.fields.Integer()
    without = ma.fields.Integer(metadata={"description": "Villages without a yearly contract"})
    states = ma.fields.Nested(ContractStateCountsSchema, metadata={"description": "Of the latest revisions"})
    items = ma.fields.Integer(metadata={"description": "Of the revisions in force"})
    due = ma.fields.Integer(metadata={
        "description": "Items reported as completed, or whose day has passed, that nobody has inspected"})
    overdue = ma.fields.Integer(metadata={"description": "Of these: for more than acceptance_days"})
    met = ma.fields.Integer(metadata={"description": "By confirmed acceptances"})
    partly = ma.fields.Integer()
    not_met = ma.fields.Integer()


class ContractFiguresSchema(Schema):
    year = ma.fields.Integer()
    total = ma.fields.Nested(ContractFiguresRowSchema)
    rows = ma.fields.List(ma.fields.Nested(ContractFiguresRowSchema), metadata={
        "description": "The divisions directly below, in the order of the roster"})
