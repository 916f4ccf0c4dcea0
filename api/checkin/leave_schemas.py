"""Bodies and answers of leave."""

import marshmallow as ma

from api.checkin.schemas import REASON_LENGTH
from api.http import Day, Instant, QuerySchema, Schema, division_code, id_field, id_in_query, text_field
from api.shapes import PersonRefSchema
from api.vocabulary import LEAVE_KINDS


class LeavePostSchema(Schema):
    id = ma.fields.UUID(required=True)
    cadre_id = id_field(load_default=None, allow_none=True)
    kind = ma.fields.String(required=True, validate=ma.validate.OneOf(LEAVE_KINDS))
    from_on = Day(required=True)
    to_on = Day(required=True)
    reason = text_field(REASON_LENGTH, load_default=None, allow_none=True)


class LeaveStepPostSchema(Schema):
    id = ma.fields.UUID(required=True)
    step = ma.fields.String(required=True,
                            validate=ma.validate.OneOf(("approved", "refused", "withdrawn", "returned")))
    note = text_field(REASON_LENGTH, load_default=None, allow_none=True)
    returned_on = Day(load_default=None, allow_none=True,
                      metadata={"description": "With `returned`: the first day back in the village"})


class LeaveStepRecordSchema(LeaveStepPostSchema):
    """A step in a batch, which has no path to name the leave."""

    leave_id = ma.fields.UUID(required=True)


class LeaveStepSchema(Schema):
    id = ma.fields.UUID()
    step = ma.fields.String()
    at = Instant()
    by = ma.fields.Nested(PersonRefSchema)
    note = ma.fields.String(allow_none=True)
    returned_on = Day(allow_none=True)


class LeaveSchema(Schema):
    id = ma.fields.UUID()
    cadre = ma.fields.Nested(PersonRefSchema)
    kind = ma.fields.String()
    from_on = Day()
    to_on = Day()
    returned_on = Day(allow_none=True)
    days = ma.fields.Integer(metadata={"description": "Calendar days, an early return taken off"})
    reason = ma.fields.String(allow_none=True)
    state = ma.fields.String(metadata={"description": "asked, approved, refused or withdrawn"})
    approval_level = ma.fields.String(metadata={"description": "Who may approve so many days"})
    version = ma.fields.Integer()
    steps = ma.fields.List(ma.fields.Nested(LeaveStepSchema))


class LeavesSchema(Schema):
    leaves = ma.fields.List(ma.fields.Nested(LeaveSchema))


class LeavesQuerySchema(QuerySchema):
    cadre_id = id_in_query(load_default=None)
    division = division_code(load_default=None)
    state = ma.fields.String(load_default=None,
                             validate=ma.validate.OneOf(("asked", "approved", "refused", "withdrawn")))
    first = Day(load_default=None, data_key="from")
    last = Day(load_default=None, data_key="to")
