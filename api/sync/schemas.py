"""Bodies and answers of a phone's batch."""

import marshmallow as ma

from api.http import Instant, QuerySchema, Schema


class SyncItemSchema(Schema):
    kind = ma.fields.String(required=True, metadata={
        "description": "check_in, declaration, leave, leave_step, round, companion_answer, visit_annulment, "
                       "diary_entry, diary_edit, diary_submission, concern, concern_step, reception, report_edit, "
                       "report_submission, special_report, special_report_edit or special_report_submission"})
    record = ma.fields.Dict(required=True, metadata={
        "description": "The body that its own address takes; `elapsed_ms` runs up to this sending"})


class AsSent(ma.fields.Nested):
    """Described, but judged one by one: a bad item never holds back the others."""

    def _deserialize(self, value, attr, data, **kwargs):
        return value


class SyncPostSchema(Schema):
    items = ma.fields.List(AsSent(SyncItemSchema), required=True, metadata={
        "description": "500 at most, of mixed kinds, in the order of the phone"})


class ConflictSchema(Schema):
    id = ma.fields.UUID(metadata={"description": "Of the edit"})
    kind = ma.fields.String(metadata={"description": "diary_edit or report_edit"})
    record_id = ma.fields.UUID()
    base_version = ma.fields.Integer(metadata={"description": "The version that the edit knew"})
    mine = ma.fields.Dict(metadata={"description": "What the edit wanted to write"})
    current = ma.fields.Dict(allow_none=True, metadata={
        "description": "The record as it now stands, as its own address answers it; null once it is gone"})
    kept_at = Instant()
    state = ma.fields.String(metadata={"description": "open, mine or theirs"})
    settled_at = Instant(allow_none=True)


class ConflictsSchema(Schema):
    conflicts = ma.fields.List(ma.fields.Nested(ConflictSchema))


class ConflictsQuerySchema(QuerySchema):
    state = ma.fields.String(load_default=None, validate=ma.validate.OneOf(("open", "mine", "theirs")))


class SettlementPostSchema(Schema):
    outcome = ma.fields.String(required=True, validate=ma.validate.OneOf(("mine", "theirs")), metadata={
        "description": "Which of the two stands; the other is kept"})


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
    conflict = ma.fields.Nested(ConflictSchema, allow_none=True, metadata={
        "description": "An edit that was based on an older version: kept, for you to say which stands"})


class SyncResultsSchema(Schema):
    results = ma.fields.List(ma.fields.Nested(SyncResultSchema), metadata={"description": "One per item, in its order"})
