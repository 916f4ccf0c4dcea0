"""Answers of the one look at a division and month."""

import marshmallow as ma

from api.dashboards.figures_rules import MEASURES, TOPICS
from api.http import Day, Month, QuerySchema, Schema, division_code
from api.shapes import DivisionRefSchema


class MonthFiguresQuerySchema(QuerySchema):
    division = division_code(load_default=None, metadata={"description": "Default: the widest that you may see"})
    month = Month(load_default=None, metadata={"description": "Default: the running one"})
    topic = ma.fields.String(required=True, validate=ma.validate.OneOf(TOPICS))


class FigureSchema(Schema):
    numerator = ma.fields.Integer()
    denominator = ma.fields.Integer()
    rate = ma.fields.Float(allow_none=True, metadata={
        "description": "0..1, above where more was done than asked; null when there was nothing to divide by"})


class FigureOfMonthSchema(FigureSchema):
    month = Month()
    counted_on = Day(metadata={"description": "The day that the figure is of: the month's last, or today"})
    kept_on = Day(allow_none=True, metadata={
        "description": "The day on which it was last counted and kept; null: counted for this answer"})


class MeasureFigureSchema(FigureSchema):
    measure = ma.fields.String(validate=ma.validate.OneOf(tuple(MEASURES)))
    target = ma.fields.Float(allow_none=True, metadata={
        "description": "The rate that the rule of this division wants; null where none does"})
    more_is_better = ma.fields.Boolean()
    before = ma.fields.Nested(FigureOfMonthSchema, metadata={"description": "The month before"})
    change = ma.fields.Float(allow_none=True, metadata={
        "description": "rate minus the rate of the month before; null where one of them is, or `begins` is given"})
    begins = ma.fields.String(allow_none=True, validate=ma.validate.OneOf(("quarter", "year")), metadata={
        "description": "The period that this month is the first of, where the measure counts from its first day: "
                       "nothing before it compares"})
    line = ma.fields.List(ma.fields.Nested(FigureOfMonthSchema), metadata={
        "description": "Twelve months, the oldest first, the chosen one last"})


class FigurePartSchema(Schema):
    key = ma.fields.String(metadata={
        "description": "state.* and age.* of what waited on the day, and the like; by topic"})
    value = ma.fields.Integer()


class MonthFiguresRowSchema(Schema):
    division = ma.fields.Nested(DivisionRefSchema)
    figures = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.Nested(FigureSchema), metadata={
        "description": "By measure"})


class FigureRuleSchema(Schema):
    key = ma.fields.String()
    value = ma.fields.Raw(metadata={"description": "A whole number, or one of a few words"})
    effective_from = Day()
    division = ma.fields.Nested(DivisionRefSchema, metadata={"description": "That set it"})
    source = ma.fields.String()


class MonthFiguresSchema(Schema):
    topic = ma.fields.String()
    month = Month()
    division = ma.fields.Nested(DivisionRefSchema)
    counted_on = Day(metadata={"description": "The day that the figures are of: the month's last, or today"})
    kept_on = Day(allow_none=True, metadata={
        "description": "The day on which the month was last counted and kept; null: counted for this answer"})
    is_running = ma.fields.Boolean(metadata={"description": "Whether the month has not ended"})
    figures = ma.fields.List(ma.fields.Nested(MeasureFigureSchema))
    parts = ma.fields.List(ma.fields.Nested(FigurePartSchema))
    rows = ma.fields.List(ma.fields.Nested(MonthFiguresRowSchema), metadata={
        "description": "The divisions directly below, in the order of the roster"})
    rules = ma.fields.List(ma.fields.Nested(FigureRuleSchema))
