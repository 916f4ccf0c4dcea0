"""Bodies and answers of links between cadres and households."""

import marshmallow as ma

from api.http import Day, QueryNumber, QuerySchema, Schema, division_code, id_field, id_in_query
from api.shapes import DivisionRefSchema, PersonRefSchema
from api.visits.linkage_rules import KINDS

MOST_HOUSEHOLDS = 500


class LinkagePostSchema(Schema):
    cadre_id = id_field(required=True)
    household_ids = ma.fields.List(id_field(), required=True, validate=ma.validate.Length(1, MOST_HOUSEHOLDS))
    kind = ma.fields.String(required=True, validate=ma.validate.OneOf(KINDS), metadata={
        "description": "`link`: 3+X; `key`: one of an instructor's ten key households"})
    from_on = Day(required=True)


class LinkagePatchSchema(Schema):
    to_on = Day(required=True, allow_none=True, metadata={"description": "The last day; null: it goes on"})


class LinkedHouseholdSchema(Schema):
    id = ma.fields.Integer()
    number = ma.fields.String()
    villagers_group = ma.fields.String()
    householder = ma.fields.String()
    village = ma.fields.Nested(DivisionRefSchema)
    last_visited_on = Day(allow_none=True)


class LinkageSchema(Schema):
    id = ma.fields.Integer()
    kind = ma.fields.String()
    cadre = ma.fields.Nested(PersonRefSchema)
    household = ma.fields.Nested(LinkedHouseholdSchema)
    from_on = Day()
    to_on = Day(allow_none=True)
    version = ma.fields.Integer()


class LinkagesSchema(Schema):
    linkages = ma.fields.List(ma.fields.Nested(LinkageSchema))


class LinkagesQuerySchema(QuerySchema):
    cadre_id = id_in_query(load_default=None)
    household_id = id_in_query(load_default=None)
    kind = ma.fields.String(load_default=None, validate=ma.validate.OneOf(KINDS))
    state = ma.fields.String(load_default="running", validate=ma.validate.OneOf(("running", "all")))
    page = QueryNumber(load_default=1, validate=ma.validate.Range(1, 100_000))
    page_size = QueryNumber(load_default=100, validate=ma.validate.Range(1, 500))


class LinkFiguresSchema(Schema):
    """Each rate with its numerator and denominator; null where there is nobody to count."""

    cadres = ma.fields.Integer()
    cadres_meeting = ma.fields.Integer(metadata={"description": "With at least the minimum of their rank"})
    cadre_rate = ma.fields.Float(allow_none=True)
    households = ma.fields.Integer(metadata={"description": "Alive today"})
    households_linked = ma.fields.Integer()
    household_rate = ma.fields.Float(allow_none=True)
    instructors = ma.fields.Integer()
    instructors_meeting = ma.fields.Integer(metadata={"description": "With all their key households"})
    key_rate = ma.fields.Float(allow_none=True)


class LinkageRowSchema(Schema):
    division = ma.fields.Nested(DivisionRefSchema)
    figures = ma.fields.Nested(LinkFiguresSchema)
    cadre = ma.fields.Nested(PersonRefSchema, metadata={"description": "Level cadre, and what follows"})
    links = ma.fields.Integer()
    minimum = ma.fields.Integer()
    meets_minimum = ma.fields.Boolean()
    key = ma.fields.Integer()
    key_target = ma.fields.Integer(metadata={"description": "0: not an instructor"})


class LinkageFiguresSchema(Schema):
    division = ma.fields.Nested(DivisionRefSchema)
    figures = ma.fields.Nested(LinkFiguresSchema)
    rows = ma.fields.List(ma.fields.Nested(LinkageRowSchema))


class LinkageFiguresQuerySchema(QuerySchema):
    division = division_code(load_default=None)
    level = ma.fields.String(load_default="township", validate=ma.validate.OneOf(("county", "township", "village",
                                                                                  "cadre")))
