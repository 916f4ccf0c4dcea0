"""Bodies and answers of a phone's batch."""

import marshmallow as ma

from api.http import Schema


class SyncItemSchema(Schema):
    kind = ma.fields.String(required=True, metadata={
        "description": "check_in, declaration, leave, leave_step, round, companion_answer, visit_annulment, "
                       "diary_entry, diary_edit, diary_submission, concern, concern_step, special_report, report_edit, "
                       "report_submission, reception or conflict_settlement"})
    record = ma.fields.Dict(required=True, metadata={
        "description": "The body that its own address takes; `elapsed_ms` runs up to this sending"})


class AsSent(ma.fields.Nested):
    """Described, but judged one by one: a bad item never holds back the others."""

    def _deserialize(self, value, attr, data, **kwargs):
        return value


class SyncPostSchema(Schema):
    items = ma.fields.List(AsSent(SyncItemSchema), required=True, metadata={
        "description": "500 at most, of mixed kinds, in the order of the phone"})


class SyncResultSchema(Schema):
    kind = ma.fields.String(allow_none=True)
    id = ma.fields.String(allow_none=True, metadata={"description": "Of the record, as it was sent"})
    status = ma.fields.Integer(metadata={
        "description": "As its own address would answer: 201 new, 200 known, 4xx refused; 409 `edit_conflict` is kept, "
                       "too; 500 is our fault: keep the record and send it again another day"})
    reason = ma.fields.String(allow_none=True)
    message = ma.fields.String(allow_none=True)
    errors = ma.fields.Dict(allow_none=True)
    record = ma.fields.Dict(allow_none=True, metadata={"description": "As it now stands"})


class SyncResultsSchema(Schema):
    results = ma.fields.List(ma.fields.Nested(SyncResultSchema), metadata={"description": "One per item, in its order"})
