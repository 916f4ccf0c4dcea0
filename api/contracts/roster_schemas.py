"""Bodies and answers of assessor rosters."""

import marshmallow as ma

from api.contracts.roster_rules import POSTS
from api.http import Day, Schema, id_field, text_field
from api.shapes import DivisionRefSchema, PersonRefSchema

_APPROVAL = 300


def _post(**kwargs) -> ma.fields.String:
    return ma.fields.String(validate=ma.validate.OneOf(POSTS), **kwargs)


class RosterPatchSchema(Schema):
    hotline = text_field(40, allow_none=True)
    is_published = ma.fields.Boolean(validate=ma.validate.Equal(True, error="What is published stays so."))


class AssessorPostSchema(Schema):
    name = text_field(60, shortest=1, required=True)
    post = _post(required=True)
    unit = text_field(100, load_default=None, allow_none=True)
    from_on = Day(required=True)
    to_on = Day(load_default=None, allow_none=True)
    user_id = id_field(load_default=None, allow_none=True, metadata={"description": "The log-in of the same person"})
    added_approval = text_field(_APPROVAL, load_default=None, allow_none=True, metadata={
        "description": "Who approved it, by which paper; needed once the roster is published"})


class AssessorPatchSchema(Schema):
    """Until the roster is published anything; afterwards the last day, with who approved it."""

    name = text_field(60, shortest=1)
    post = _post()
    unit = text_field(100, allow_none=True)
    from_on = Day()
    to_on = Day(allow_none=True)
    user_id = id_field(allow_none=True)
    added_approval = text_field(_APPROVAL, allow_none=True)
    ended_approval = text_field(_APPROVAL, allow_none=True)


class AssessorSchema(Schema):
    id = ma.fields.Integer()
    name = ma.fields.String()
    post = _post()
    unit = ma.fields.String(allow_none=True)
    from_on = Day()
    to_on = Day(allow_none=True)
    is_current = ma.fields.Boolean()
    user = ma.fields.Nested(PersonRefSchema, allow_none=True, metadata={"description": "For those above alone"})
    added_approval = ma.fields.String(allow_none=True)
    ended_approval = ma.fields.String(allow_none=True)
    version = ma.fields.Integer()


class LoadSchema(Schema):
    villages = ma.fields.Integer()
    assessors = ma.fields.Integer(metadata={"description": "Those of today"})
    villages_each = ma.fields.Float(allow_none=True, metadata={"description": "Villages / assessors; null without any"})


class RosterSchema(Schema):
    township = ma.fields.Nested(DivisionRefSchema)
    hotline = ma.fields.String(allow_none=True)
    published_on = Day(allow_none=True)
    assessors = ma.fields.List(ma.fields.Nested(AssessorSchema), metadata={
        "description": "A director before deputies before members; those who have left, too"})
    load = ma.fields.Nested(LoadSchema)
    version = ma.fields.Integer()
