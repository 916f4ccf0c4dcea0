"""Shapes that the answers of many slices share: a division, a person, a position."""

import marshmallow as ma

from api.http import Number, Schema
from api.vocabulary import DATUMS


class DivisionRefSchema(Schema):
    code = ma.fields.String(metadata={"description": "12-digit division code"})
    name = ma.fields.String()
    level = ma.fields.String(metadata={"description": "province, prefecture, county, township or village"})


class PersonRefSchema(Schema):
    id = ma.fields.Integer()
    name = ma.fields.String()


class PositionSchema(Schema):
    """A fix as the phone gave it."""

    latitude = Number(required=True, validate=ma.validate.Range(-90, 90), metadata={"description": "Degrees north"})
    longitude = Number(required=True, validate=ma.validate.Range(-180, 180), metadata={"description": "Degrees east"})
    accuracy_m = Number(load_default=None, allow_none=True, metadata={
        "description": "Radius in metres; missing, not positive or above 3,000 is kept as sent and counts as unknown"})
    datum = ma.fields.String(load_default="wgs84", validate=ma.validate.OneOf(DATUMS),
                             metadata={"description": "What the coordinates refer to"})
