"""Answers are written as marshmallow itself would write them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from uuid import UUID

import marshmallow as ma
import pytest

from api import http


class Colour(StrEnum):
    RED = "red"


class PartSchema(http.Schema):
    name = ma.fields.String()
    number = ma.fields.Integer()


class WholeSchema(PartSchema):
    id = ma.fields.UUID()
    share = ma.fields.Float(allow_none=True)
    is_open = ma.fields.Boolean()
    on = http.Day()
    at = http.Instant(allow_none=True)
    renamed = ma.fields.Integer(attribute="inner", data_key="outer")
    as_text = ma.fields.Integer(as_string=True)
    amount = http.Hundredths()
    hidden = ma.fields.String(load_only=True)
    with_default = ma.fields.String(dump_default="none given")
    constant = ma.fields.Constant("always")
    anything = ma.fields.Raw()
    part = ma.fields.Nested(PartSchema, allow_none=True)
    parts = ma.fields.List(ma.fields.Nested(PartSchema))
    named = ma.fields.Nested(PartSchema(only=("name",)))
    plain = http.Plain(PartSchema)


@dataclass
class Part:
    name: str
    number: int


FULL = {
    "name": "村", "number": 3, "id": UUID(int=7), "share": 0.5, "is_open": True, "on": date(2026, 11, 20),
    "at": datetime(2026, 11, 20, 1, tzinfo=UTC), "inner": 4, "as_text": 5, "amount": 1250, "hidden": "x",
    "anything": [1, "a"], "part": {"name": "a", "number": 1, "more": 2}, "parts": [Part("b", 2), {"number": 3}],
    "named": Part("c", 4), "plain": {"any": "thing"}}


@pytest.mark.parametrize("value", [
    FULL, {}, {**FULL, "share": None, "at": None, "part": None, "name": None, "number": None},
    # What is not of the field's own type is made so.
    {"name": Colour.RED, "number": True, "share": 1, "is_open": 1}, {"number": "12", "share": "0.5", "name": 5},
    Part("d", 5)])
def test_an_answer_is_what_marshmallow_writes(value):
    schema = WholeSchema()
    written, expected = schema.dump(value), ma.Schema._serialize(schema, value)
    assert written == expected and list(written) == list(expected)
    assert {key: type(one) for key, one in written.items()} == {key: type(one) for key, one in expected.items()}


def test_many_and_some_of_the_fields():
    assert PartSchema(many=True).dump([Part("a", 1), {"name": "b"}]) == [{"name": "a", "number": 1}, {"name": "b"}]
    assert PartSchema(only=("number",)).dump(Part("a", 1)) == {"number": 1}
    assert PartSchema(exclude=("number",)).dump(Part("a", 1)) == {"name": "a"}
