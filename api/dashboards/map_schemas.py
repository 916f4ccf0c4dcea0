"""Question and answer of the map."""

import marshmallow as ma

from api.dashboards.figures_rules import MEASURES, TOPICS
from api.http import Day, Month, Plain, QuerySchema, Schema, division_code


class MapQuerySchema(QuerySchema):
    division = division_code(load_default=None, metadata={"description": "Default: the widest that you may see"})
    month = Month(load_default=None, metadata={"description": "Default: the running one"})
    measure = ma.fields.String(load_default="on_post_rate", validate=ma.validate.OneOf(tuple(MEASURES)))


class MapColumnsSchema(Schema):
    code = ma.fields.List(ma.fields.String())
    name = ma.fields.List(ma.fields.String())
    latitude = ma.fields.List(ma.fields.Float(allow_none=True), metadata={
        "description": "Degrees north on WGS-84 (CGCS2000 is the same to a metre) of each village's first place; null: "
                       "it has none"})
    longitude = ma.fields.List(ma.fields.Float(allow_none=True), metadata={"description": "Degrees east, likewise"})
    households = ma.fields.List(ma.fields.Integer(), metadata={
        "description": "Alive in the quarter of the day of counting, as kept; 0 where nothing is kept"})
    numerator = ma.fields.List(ma.fields.Integer())
    denominator = ma.fields.List(ma.fields.Integer(), metadata={
        "description": "The measure's rate is `numerator` / `denominator`; there is none where this is 0"})


class MapDrawnSchema(Schema):
    latitude = ma.fields.List(ma.fields.Float(allow_none=True))
    longitude = ma.fields.List(ma.fields.Float(allow_none=True))


class MapTilesSchema(Schema):
    url = ma.fields.String(metadata={"description": "With {z}, {x} and {y}"})
    datum = ma.fields.String(metadata={"description": "wgs84 (CGCS2000 too) or gcj02"})
    approval_number = ma.fields.String(metadata={"description": "The map's (审图号); it must stand on the map"})
    attribution = ma.fields.String()
    max_zoom = ma.fields.Integer()


class MapVillagesSchema(Schema):
    measure = ma.fields.String(validate=ma.validate.OneOf(tuple(MEASURES)))
    topic = ma.fields.String(validate=ma.validate.OneOf(TOPICS))
    month = Month()
    counted_on = Day(metadata={"description": "The day that the figures are of: the month's last, or today"})
    target = ma.fields.Float(allow_none=True, metadata={
        "description": "The rate that the rule of the division wants; null where none does"})
    more_is_better = ma.fields.Boolean()
    villages = Plain(MapColumnsSchema, metadata={
        "description": "The villages as columns of the same length, in the order of the roster"})
    drawn = Plain(MapDrawnSchema, allow_none=True, metadata={
        "description": "Where to draw each, in the datum of the tiles; null: at `latitude` and `longitude`"})
    without_place = ma.fields.Integer(metadata={"description": "How many of them have no place to be drawn at"})
    tiles = ma.fields.Nested(MapTilesSchema, allow_none=True, metadata={
        "description": "The tile server of the settings; null: a plain ground that says 「示意图」"})
