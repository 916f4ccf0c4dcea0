"""Question and answer of the help for choosing a radius."""

import marshmallow as ma

from api.http import Day, QuerySchema, Schema, division_code


class CoverageQuerySchema(QuerySchema):
    village = division_code(required=True)
    proposal = ma.fields.UUID(load_default=None, metadata={
        "description": "A proposal of this village that still waits: as if it were a place"})


class RadiusCoverageSchema(Schema):
    radius_m = ma.fields.Integer()
    inside = ma.fields.Integer()
    uncertain = ma.fields.Integer()
    outside = ma.fields.Integer()


class CoverageSchema(Schema):
    first = Day(data_key="from")
    last = Day(data_key="to")
    fixes = ma.fields.Integer(metadata={"description": "Records with coordinates that were not rejected"})
    radii = ma.fields.List(ma.fields.Nested(RadiusCoverageSchema), metadata={
        "description": "By radius, as if every place had it; all 0 while there is no place"})
    default_radius_m = ma.fields.Integer(metadata={"description": "The policy's, among the radii"})
