"""Queries and answers of visit coverage."""

import re
from datetime import date

import marshmallow as ma

from api.http import Day, QueryNumber, QuerySchema, Schema, division_code, id_in_query
from api.shapes import DivisionRefSchema, PersonRefSchema
from api.vocabulary import RATE_LEVELS

PERIODS = ("quarter", "year", "days")


class Quarter(ma.fields.Field):
    """A calendar quarter such as 2026-Q4; loads to its first day."""

    default_error_messages = {"invalid": "Not a quarter such as 2026-Q4."}

    def __init__(self, *, metadata=None, **kwargs):
        super().__init__(metadata={"type": "string", "pattern": "^20[0-9]{2}-Q[1-4]$", **(metadata or {})}, **kwargs)

    def _serialize(self, value, attr, obj, **kwargs):
        return None if value is None else f"{value.year}-Q{(value.month + 2) // 3}"

    def _deserialize(self, value, attr, data, **kwargs):
        if not isinstance(value, str) or not re.fullmatch(r"20[0-9]{2}-Q[1-4]", value, re.ASCII):
            raise self.make_error("invalid")
        return date(int(value[:4]), int(value[-1]) * 3 - 2, 1)


class VisitCoverageQuerySchema(QuerySchema):
    quarter = Quarter(load_default=None, metadata={"description": "Such as 2026-Q4; default: the running one"})
    division = division_code(load_default=None, metadata={"description": "Default: the widest that you may see"})
    level = ma.fields.String(load_default="village", validate=ma.validate.OneOf(RATE_LEVELS), metadata={
        "description": "`cadre` is asked of a township or a village"})
    cadre_id = id_in_query(load_default=None, metadata={"description": "Narrows level cadre to one cadre"})
    page = QueryNumber(load_default=1, validate=ma.validate.Range(1, 100_000))
    page_size = QueryNumber(load_default=100, validate=ma.validate.Range(1, 500))


class PartsSchema(Schema):
    visited = ma.fields.Integer()
    households = ma.fields.Integer()
    rate = ma.fields.Float(allow_none=True, metadata={"description": "0..1; null without households"})


class CoverageFiguresSchema(PartsSchema):
    visited_at_home = ma.fields.Integer()
    at_home = ma.fields.Integer(metadata={"description": "Households not registered away on the day of counting"})
    rate_at_home = ma.fields.Float(allow_none=True)
    target_percent = ma.fields.Integer()
    missing = ma.fields.Integer(metadata={"description": "Households still to be visited for the target"})


class CoverageRowSchema(Schema):
    division = ma.fields.Nested(DivisionRefSchema)
    cadre = ma.fields.Nested(PersonRefSchema, allow_none=True)
    quarter = ma.fields.Nested(CoverageFiguresSchema)
    year = ma.fields.Nested(CoverageFiguresSchema, metadata={"description": "Since 1 January"})
    before = ma.fields.Nested(PartsSchema, allow_none=True, metadata={
        "description": "The quarter before; null where nothing is kept of it, and for cadres"})


class CoverageRuleSchema(Schema):
    key = ma.fields.String()
    value = ma.fields.Raw()
    effective_from = Day()
    division = ma.fields.Nested(DivisionRefSchema)
    source = ma.fields.String()


class VisitCoverageSchema(Schema):
    quarter = Quarter(attribute="quarter_on")
    counted_on = Day(metadata={"description": "The day on which households are counted"})
    is_running = ma.fields.Boolean()
    level = ma.fields.String()
    division = ma.fields.Nested(DivisionRefSchema)
    rules = ma.fields.List(ma.fields.Nested(CoverageRuleSchema))
    total = ma.fields.Nested(CoverageRowSchema)
    rows = ma.fields.List(ma.fields.Nested(CoverageRowSchema))


class UnvisitedQuerySchema(QuerySchema):
    village = division_code(required=True)
    on = Day(load_default=None, metadata={
        "description": "Counted on that day, with the visits up to it, of the quarter that it lies in"})
    quarter = Quarter(load_default=None, metadata={"description": "Such as 2026-Q4; default: the running one"})
    period = ma.fields.String(load_default="quarter", validate=ma.validate.OneOf(PERIODS), metadata={
        "description": "`days`: at home today and not reached in person for the days of the rule unvisited_days; "
                       "`on` and `quarter` are nothing to it"})
    page = QueryNumber(load_default=1, validate=ma.validate.Range(1, 100_000))
    page_size = QueryNumber(load_default=100, validate=ma.validate.Range(1, 500))

    @ma.validates_schema
    def days_are_of_today(self, data, **_kwargs):
        if data["period"] == "days" and (data["on"] or data["quarter"]):
            raise ma.ValidationError("The period days is as of today.", "period")


class UnvisitedSchema(Schema):
    id = ma.fields.Integer()
    number = ma.fields.String()
    householder = ma.fields.String()
    villagers_group = ma.fields.String()
    labels = ma.fields.List(ma.fields.String())
    is_away = ma.fields.Boolean()
    last_visited_on = Day(allow_none=True)


class UnvisitedListSchema(Schema):
    village = ma.fields.Nested(DivisionRefSchema)
    days = ma.fields.Integer(allow_none=True, metadata={"description": "The rule that the period `days` goes by"})
    households = ma.fields.List(ma.fields.Nested(UnvisitedSchema))
