"""Bodies and answers of the register of households."""

import marshmallow as ma

from api.http import Day, QueryNumber, QuerySchema, Schema, WholeNumber, division_code, id_field, text_field
from api.shapes import DivisionRefSchema
from api.vocabulary import HOUSEHOLD_ENDS

MOST_LABELS = 20
MOST_ABSENCES = 50
# A phone keeps the households of its villages, so it asks for many at once.
MOST_ON_A_PAGE = 500


class AbsenceSchema(Schema):
    from_on = Day(required=True)
    to_on = Day(load_default=None, allow_none=True, metadata={"description": "Included; null: until further notice"})


def _members() -> ma.fields.Integer:
    return WholeNumber(load_default=None, allow_none=True, validate=ma.validate.Range(0, 100))


def _labels(**kwargs) -> ma.fields.List:
    return ma.fields.List(text_field(40, shortest=1), validate=ma.validate.Length(max=MOST_LABELS), metadata={
        "description": "Keys of the dictionary `label`; the whole list"}, **kwargs)


def _absences(**kwargs) -> ma.fields.List:
    return ma.fields.List(ma.fields.Nested(AbsenceSchema), validate=ma.validate.Length(max=MOST_ABSENCES), metadata={
        "description": "Periods registered as living away, both days included; the whole list"}, **kwargs)


def _phone(**kwargs) -> ma.fields.String:
    return text_field(30, allow_none=True, metadata={
        "description": "Kept sealed; a mainland number with or without blanks, dashes and +86; null: none"}, **kwargs)


def _ended_as(**kwargs) -> ma.fields.String:
    return ma.fields.String(allow_none=True, validate=ma.validate.OneOf(HOUSEHOLD_ENDS), metadata={
        "description": "Why it ended; goes with `alive_to`"}, **kwargs)


class HouseholdPostSchema(Schema):
    village_code = division_code(required=True)
    number = text_field(20, shortest=1, required=True, metadata={"description": "The village's own number of it"})
    villagers_group = text_field(60, shortest=1, required=True)
    householder = text_field(64, shortest=1, required=True)
    members = _members()
    labels = _labels(load_default=list)
    absences = _absences(load_default=list)
    alive_from = Day(required=True)
    alive_to = Day(load_default=None, allow_none=True)
    ended_as = _ended_as(load_default=None)
    phone = _phone(load_default=None)


class HouseholdPatchSchema(Schema):
    number = text_field(20, shortest=1)
    villagers_group = text_field(60, shortest=1)
    householder = text_field(64, shortest=1)
    members = WholeNumber(allow_none=True, validate=ma.validate.Range(0, 100))
    labels = _labels()
    absences = _absences()
    alive_from = Day()
    alive_to = Day(allow_none=True, metadata={"description": "The last day of the household; null: it lives on"})
    ended_as = _ended_as()
    phone = _phone()


class HouseholdSchema(Schema):
    id = ma.fields.Integer()
    village = ma.fields.Nested(DivisionRefSchema)
    number = ma.fields.String()
    villagers_group = ma.fields.String()
    householder = ma.fields.String()
    initials = ma.fields.String(metadata={"description": "First letters of the name as read, such as zs for 张三"})
    members = ma.fields.Integer(allow_none=True)
    labels = ma.fields.List(ma.fields.String())
    alive_from = Day()
    alive_to = Day(allow_none=True)
    ended_as = ma.fields.String(allow_none=True)
    is_away = ma.fields.Boolean(metadata={"description": "Registered as living away today"})
    absences = ma.fields.List(ma.fields.Nested(AbsenceSchema))
    phone_last4 = ma.fields.String(allow_none=True, metadata={"description": "Null: no telephone number is known"})
    last_visited_on = Day(allow_none=True, metadata={"description": "In person, by anybody; null: never"})
    version = ma.fields.Integer()


class HouseholdsSchema(Schema):
    households = ma.fields.List(ma.fields.Nested(HouseholdSchema))


class HouseholdsQuerySchema(QuerySchema):
    division = division_code(load_default=None, metadata={"description": "A village, or all below a division"})
    group = text_field(60, load_default=None)
    q = text_field(64, load_default=None, metadata={
        "description": "Initials, a part of the householder's name, or the number; `%` and `_` mean themselves"})
    label = text_field(40, load_default=None)
    state = ma.fields.String(load_default="alive", validate=ma.validate.OneOf(("alive", "ended", "all")))
    linked = ma.fields.Boolean(load_default=False, metadata={"description": "Only those linked to you"})
    unvisited_first = ma.fields.Boolean(load_default=False, metadata={
        "description": "Never and longest not visited first, needy ones before others; else as the register"})
    page = QueryNumber(load_default=1, validate=ma.validate.Range(1, 100_000))
    page_size = QueryNumber(load_default=100, validate=ma.validate.Range(1, MOST_ON_A_PAGE))


class HouseholdGroupsQuerySchema(QuerySchema):
    village = division_code(required=True)


class HouseholdGroupSchema(Schema):
    name = ma.fields.String()
    households = ma.fields.Integer(metadata={"description": "Alive today"})


class HouseholdGroupsSchema(Schema):
    groups = ma.fields.List(ma.fields.Nested(HouseholdGroupSchema))


class HouseholdSearchPostSchema(Schema):
    phone = text_field(30, shortest=1, required=True, metadata={"description": "The whole number"})


class PhoneRevealPostSchema(Schema):
    household_id = id_field(required=True)
    reason = text_field(200, required=True, metadata={"description": "At least 5 characters; kept in the audit log"})


class PhoneRevealSchema(Schema):
    household_id = ma.fields.Integer()
    phone = ma.fields.String()
