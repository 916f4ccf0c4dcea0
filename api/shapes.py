"""Shapes that the answers of many slices share: a division, a person, a position."""

import marshmallow as ma

from api.http import Number, Schema, text_field
from api.vocabulary import CONCERN_KINDS, DATUMS


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


class RaisedConcernSchema(Schema):
    """A concern as the body of another record brings it."""

    id = ma.fields.UUID(required=True, metadata={"description": "Made by the phone"})
    kind = ma.fields.String(required=True, validate=ma.validate.OneOf(CONCERN_KINDS))
    text = text_field(2000, shortest=1, required=True, metadata={"description": "What was asked for"})


# So many pictures go with one record, as in a message of WeChat.
MOST_PHOTOS = 9


def photo_hash(**kwargs) -> ma.fields.String:
    """The SHA-256 of a photo's bytes in small hexadecimal digits."""
    # The look-ahead keeps a final line break out, as in division codes.
    hexadecimal = ma.validate.Regexp(r"^[0-9a-f]{64}(?!\n)$", error="Not a SHA-256 in 64 hexadecimal digits.")
    return ma.fields.String(validate=hexadecimal, **kwargs)


class _PhotoHashes(ma.fields.List):
    """Each photo once, in the order in which they were first named."""

    def _deserialize(self, value, attr, data, **kwargs):
        return list(dict.fromkeys(super()._deserialize(value, attr, data, **kwargs)))


def photo_hashes(load_default=list) -> ma.fields.List:
    """The photos that a record names; the photos themselves may come later or never.

    An edit that leaves them as they are where it says nothing of them has no `load_default` (ma.missing).
    """
    most = ma.validate.Length(max=MOST_PHOTOS)
    return _PhotoHashes(photo_hash(), load_default=load_default, validate=most, metadata={
        "description": "SHA-256 of each photo's bytes; the photos themselves come later, with PUT /photos/{sha256}"})


class RecordPhotoSchema(Schema):
    """A photo that a record names."""

    sha256 = ma.fields.String()
    has_come = ma.fields.Boolean(metadata={"description": "False: the record waits for it, and is good without"})
    seen_before = ma.fields.Boolean(metadata={
        "description": "The same picture came within the 180 days before; a hint for people, nothing follows from it"})
