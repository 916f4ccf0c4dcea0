"""Bodies and answers of the dictionaries."""

import marshmallow as ma

from api.http import QuerySchema, Schema, WholeNumber, text_field

DICTIONARIES = ("label", "purpose")
PARTS = ("six_roles", "six_tasks")


def term_key(**kwargs) -> ma.fields.String:
    """The key of a word: small letters, digits, underscores."""
    # The look-ahead keeps a final line break out.
    return ma.fields.String(validate=ma.validate.Regexp(
        r"^[a-z][a-z0-9_]{0,39}(?!\n)$", error="Small letters, digits and _ only, a letter first."), **kwargs)


class TermSchema(Schema):
    id = ma.fields.Integer()
    dictionary = ma.fields.String()
    key = ma.fields.String(metadata={"description": "Never changes: records name it"})
    part = ma.fields.String(allow_none=True, metadata={"description": "`six_roles` (A6.12) or `six_tasks` (A6.14)"})
    zh = ma.fields.String()
    en = ma.fields.String()
    position = ma.fields.Integer()
    is_retired = ma.fields.Boolean(metadata={"description": "No longer offered; old records still show it"})
    version = ma.fields.Integer()


class TermsSchema(Schema):
    terms = ma.fields.List(ma.fields.Nested(TermSchema))


class TermsQuerySchema(QuerySchema):
    dictionary = ma.fields.String(load_default=None, validate=ma.validate.OneOf(DICTIONARIES))


class TermPostSchema(Schema):
    dictionary = ma.fields.String(required=True, validate=ma.validate.OneOf(DICTIONARIES))
    key = term_key(required=True)
    part = ma.fields.String(load_default=None, allow_none=True, validate=ma.validate.OneOf(PARTS))
    zh = text_field(40, shortest=1, required=True)
    en = text_field(80, shortest=1, required=True)


class TermPatchSchema(Schema):
    zh = text_field(40, shortest=1)
    en = text_field(80, shortest=1)
    position = WholeNumber(validate=ma.validate.Range(1, 1000))
    is_retired = ma.fields.Boolean()
