"""Bodies and answers of village sizes."""

import marshmallow as ma

from api.http import Schema, WholeNumber
from api.shapes import DivisionRefSchema


class VillageSizePutSchema(Schema):
    households = WholeNumber(required=True, validate=ma.validate.Range(1, 100_000))


class VillageSizeSchema(Schema):
    village = ma.fields.Nested(DivisionRefSchema)
    year = ma.fields.Integer()
    households = ma.fields.Integer(allow_none=True, metadata={"description": "As entered; null while nobody has"})
    band = ma.fields.Integer(allow_none=True, metadata={
        "description": "1 to 5, by the policies village_size_1 to 4 of the year's first day"})
    from_register = ma.fields.Integer(metadata={
        "description": "Households in the register on the year's last day, or today while it runs"})
    version = ma.fields.Integer(allow_none=True)
