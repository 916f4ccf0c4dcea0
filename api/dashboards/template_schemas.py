"""Answers and queries about the layouts of printed papers."""

import marshmallow as ma

from api.http import Instant, QuerySchema, Schema
from api.shapes import PersonRefSchema


class OwnTemplateSchema(Schema):
    size_bytes = ma.fields.Integer()
    sha256 = ma.fields.String()
    uploaded_by = ma.fields.Nested(PersonRefSchema)
    uploaded_at = Instant()


class PrintTemplateSchema(Schema):
    kind = ma.fields.String(metadata={"description": "As in exports"})
    fields_ = ma.fields.List(ma.fields.String(), attribute="fields", data_key="fields", metadata={
        "description": "What may stand as {{ name }} in the text"})
    header_fields = ma.fields.List(ma.fields.String(), metadata={
        "description": "Those of them that may stand in a header or footer: one for all days"})
    own = ma.fields.Nested(OwnTemplateSchema, allow_none=True, metadata={
        "description": "The county's own layout; null: the built-in one is printed"})


class PrintTemplatesSchema(Schema):
    templates = ma.fields.List(ma.fields.Nested(PrintTemplateSchema))


class PrintTemplateQuerySchema(QuerySchema):
    built_in = ma.fields.Boolean(load_default=False, metadata={
        "description": "The built-in layout, even where the county has one of its own"})
