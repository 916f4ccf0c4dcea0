"""Answers about photos."""

import marshmallow as ma

from api.http import Schema


class PhotoSchema(Schema):
    sha256 = ma.fields.String()
    width = ma.fields.Integer(metadata={"description": "In pixels, upright"})
    height = ma.fields.Integer()
    mimetype = ma.fields.String(metadata={"description": "Of what was sent, by its bytes"})
    bytes = ma.fields.Integer()
    seen_before = ma.fields.Boolean(metadata={
        "description": "The same picture came within the 180 days before; a hint for people, nothing follows from it"})
