"""Shapes of the posts of villages."""

import marshmallow as ma

from api.http import Day, QueryNumber, QuerySchema, Schema, division_code
from api.shapes import DivisionRefSchema

STATES = ("missing", "vacant")


class VillagePostsQuerySchema(QuerySchema):
    division = division_code(load_default=None)
    on = Day(load_default=None, metadata={"description": "As of this day; default: today"})
    state = ma.fields.String(load_default=None, validate=ma.validate.OneOf(STATES), metadata={
        "description": "missing: fewer cadres than the rule posted_minimum asks for; vacant: nobody; default: all"})
    page = QueryNumber(load_default=1, validate=ma.validate.Range(1, 1_000_000))
    page_size = QueryNumber(load_default=50, validate=ma.validate.Range(1, 200))


class VillagePostsRowSchema(Schema):
    village = ma.fields.Nested(DivisionRefSchema)
    cadres = ma.fields.Integer(metadata={"description": "Posted on the day with this as their home village"})
    needed = ma.fields.Integer(metadata={"description": "The least that the rule posted_minimum asks for on the day"})
    missing = ma.fields.Integer(metadata={"description": "How many are missing to that"})


class VillagePostsTotalSchema(Schema):
    villages = ma.fields.Integer()
    cadres = ma.fields.Integer()
    needed = ma.fields.Integer()
    missing = ma.fields.Integer()
    vacant = ma.fields.Integer(metadata={"description": "Villages without anybody"})


class VillagePostsSchema(Schema):
    on = Day()
    total = ma.fields.Nested(VillagePostsTotalSchema, metadata={"description": "Of all villages of the division"})
    villages = ma.fields.List(ma.fields.Nested(VillagePostsRowSchema), metadata={
        "description": "A page of those asked for, in the order of the roster"})
