"""Bodies and answers of commitment items, and how two revisions differ in them."""

import marshmallow as ma

from api.contracts.items_rules import FIELDS, HINTS, is_quarters
from api.http import Day, Hundredths, Schema, text_field
from api.vocabulary import DIMENSIONS, VERDICTS_OF_ACCEPTANCE


class QuarterSchema(Schema):
    """A quarter's share of a yearly item: an amount of its target, or what will be done."""

    hundredths = Hundredths(data_key="amount", load_default=None, allow_none=True,
                            validate=ma.validate.Range(0, 10**14))
    text = text_field(300, load_default=None, allow_none=True)


def _amount(**kwargs) -> Hundredths:
    return Hundredths(data_key="target", allow_none=True, validate=ma.validate.Range(0, 10**14), **kwargs)


def _quarters(**kwargs) -> ma.fields.List:
    return ma.fields.List(ma.fields.Nested(QuarterSchema), validate=ma.validate.Length(max=4), metadata={
        "description": "Four shares of a yearly item, which add up to its target; or none"}, **kwargs)


class ItemPatchSchema(Schema):
    """What is left out stays as it is."""

    dimension = ma.fields.String(validate=ma.validate.OneOf(DIMENSIONS))
    text = text_field(300, shortest=1)
    standard = text_field(2000, allow_none=True, metadata={"description": "By what it is judged as done"})
    target_hundredths = _amount()
    unit = text_field(20, allow_none=True)
    due_on = Day(allow_none=True)
    responsible = text_field(60, allow_none=True)
    quarters = _quarters()
    is_major = ma.fields.Boolean(truthy={True}, falsy={False}, metadata={
        "description": "Accepted only after those concerned were asked whether they are satisfied"})
    is_imposed = ma.fields.Boolean(truthy={True}, falsy={False}, metadata={"description": "Imposed from above"})
    legal_basis = text_field(300, allow_none=True, metadata={"description": "Needed of what is imposed from above"})

    @ma.validates_schema
    def has_four_quarters_or_none(self, data, **_kwargs):
        if not is_quarters(data.get("quarters", [])):
            raise ma.ValidationError("Four quarters, or none.", "quarters")


class ItemPostSchema(ItemPatchSchema):
    dimension = ma.fields.String(required=True, validate=ma.validate.OneOf(DIMENSIONS))
    text = text_field(300, shortest=1, required=True)
    standard = text_field(2000, load_default=None, allow_none=True, metadata={
        "description": "By what it is judged as done"})
    target_hundredths = _amount(load_default=None)
    unit = text_field(20, load_default=None, allow_none=True)
    due_on = Day(load_default=None, allow_none=True)
    responsible = text_field(60, load_default=None, allow_none=True)
    quarters = _quarters(load_default=list)
    is_major = ma.fields.Boolean(load_default=False, truthy={True}, falsy={False}, metadata={
        "description": "Accepted only after those concerned were asked whether they are satisfied"})
    is_imposed = ma.fields.Boolean(load_default=False, truthy={True}, falsy={False}, metadata={
        "description": "Imposed from above; only the town says so"})
    legal_basis = text_field(300, load_default=None, allow_none=True, metadata={
        "description": "Needed of what is imposed from above"})


class ItemCompletionSchema(Schema):
    id = ma.fields.UUID()
    completed_on = Day()


class ItemAcceptanceSchema(Schema):
    id = ma.fields.UUID()
    state = ma.fields.String()
    verdict = ma.fields.String(validate=ma.validate.OneOf(VERDICTS_OF_ACCEPTANCE))
    final_verdict = ma.fields.String(allow_none=True, validate=ma.validate.OneOf((*VERDICTS_OF_ACCEPTANCE, None)))


class ItemSchema(Schema):
    id = ma.fields.UUID()
    line_id = ma.fields.UUID(metadata={"description": "The same through all revisions of a contract"})
    number = ma.fields.Integer(metadata={"description": "The line's number in the contract"})
    dimension = ma.fields.String(validate=ma.validate.OneOf(DIMENSIONS))
    text = ma.fields.String()
    standard = ma.fields.String(allow_none=True)
    target_hundredths = Hundredths(data_key="target", allow_none=True)
    unit = ma.fields.String(allow_none=True)
    due_on = Day(allow_none=True)
    responsible = ma.fields.String(allow_none=True)
    quarters = ma.fields.List(ma.fields.Nested(QuarterSchema))
    is_major = ma.fields.Boolean()
    is_imposed = ma.fields.Boolean()
    is_by_village = ma.fields.Boolean(metadata={"description": "Added by the village itself, and its own to change"})
    legal_basis = ma.fields.String(allow_none=True)
    hints = ma.fields.List(ma.fields.String(validate=ma.validate.OneOf(HINTS)), metadata={
        "description": "Where it is vague or low; a help, nothing follows from it"})
    completion = ma.fields.Nested(ItemCompletionSchema, allow_none=True)
    acceptance = ma.fields.Nested(ItemAcceptanceSchema, allow_none=True)
    version = ma.fields.Integer()


ANY = {"type": ["string", "number", "boolean", "array"], "items": {"type": "object"}}


class FieldChangeSchema(Schema):
    field = ma.fields.String(validate=ma.validate.OneOf(FIELDS))
    before = ma.fields.Raw(allow_none=True, metadata=ANY)
    after = ma.fields.Raw(allow_none=True, metadata=ANY)


class ChangedLineSchema(Schema):
    line_id = ma.fields.UUID()
    number = ma.fields.Integer()
    text = ma.fields.String(metadata={"description": "As it is afterwards"})
    fields_changed = ma.fields.List(ma.fields.Nested(FieldChangeSchema), data_key="fields", attribute="fields")


class DifferencesSchema(Schema):
    from_number = ma.fields.Integer()
    to_number = ma.fields.Integer()
    added = ma.fields.List(ma.fields.Nested(ItemSchema))
    removed = ma.fields.List(ma.fields.Nested(ItemSchema))
    changed = ma.fields.List(ma.fields.Nested(ChangedLineSchema))
