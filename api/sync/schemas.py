"""Bodies and answers of a phone's batch."""

import marshmallow as ma

from api.http import Day, Instant, QuerySchema, Schema, text_field
from api.sync.cursor_rules import LONGEST
from api.vocabulary import EMERGENCY_KINDS


class SyncPostSchema(Schema):
    # Judged one by one, so that a bad item never holds back the others.
    items = ma.fields.List(ma.fields.Raw(allow_none=True), required=True, metadata={
        "description": (
            "500 at most, of mixed kinds, in the order of the phone: {kind, record}. `record` is the body that the "
            "kind's own address takes (a step, an edit or a submission also names its record), `elapsed_ms` up to this "
            "sending. Kinds: check_in, declaration, leave, leave_step, round, companion_answer, visit_annulment, "
            "diary_entry, diary_edit, diary_submission, concern, concern_step, reception, report_edit, "
            "report_submission, special_report, special_report_edit, special_report_submission, deed_report, "
            "completion, notice_step, oddity_step"),
        "example": [{"kind": "declaration", "record": {
            "id": "3f0c1a52-7d0b-4e8f-9a35-0b8f6f1f4f11", "day": "2026-11-20",
            "captured_at": "2026-11-20T08:42:00+08:00"}}]})


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


class SyncQuerySchema(QuerySchema):
    cursor = text_field(LONGEST, load_default=None, metadata={
        "description": "From the last answer; without it everything is sent"})


class KeptAbsenceSchema(Schema):
    from_on = Day()
    to_on = Day(allow_none=True)


class KeptHouseholdSchema(Schema):
    """What a phone keeps of a household."""

    id = ma.fields.Integer()
    village_code = ma.fields.String()
    number = ma.fields.String()
    villagers_group = ma.fields.String()
    householder = ma.fields.String()
    initials = ma.fields.String()
    members = ma.fields.Integer(allow_none=True)
    labels = ma.fields.List(ma.fields.String())
    absences = ma.fields.List(ma.fields.Nested(KeptAbsenceSchema), metadata={
        "description": "From a day to a day, or until further notice; a call counts as a visit then"})
    phone_last4 = ma.fields.String(allow_none=True)
    last_visited_on = Day(allow_none=True)
    links = ma.fields.List(ma.fields.String(), metadata={"description": "Your own links to it: link, key"})


class ChangeSchema(Schema):
    kind = ma.fields.String(metadata={
        "description": "household, round, diary_entry, concern, deed or supervision_notice"})
    id = ma.fields.String()
    record = ma.fields.Dict(allow_none=True, metadata={
        "description": "As its own address answers it (a household: KeptHousehold); null: it is gone, forget it"})


class KeptEmergencyDutySchema(Schema):
    """An emergency duty as the phone keeps it, to know by itself when it begins and ends."""

    id = ma.fields.UUID()
    kind = ma.fields.String(validate=ma.validate.OneOf(EMERGENCY_KINDS))
    reason = ma.fields.String()
    from_at = Instant()
    until_at = Instant()


class SyncChangesSchema(Schema):
    changes = ma.fields.List(ma.fields.Nested(ChangeSchema))
    villages = ma.fields.List(ma.fields.String(), metadata={
        "description": "The codes of those whose households the phone keeps"})
    conflicts = ma.fields.List(ma.fields.Nested(ConflictSchema), allow_none=True, metadata={
        "description": "All that wait to be settled; null until the walk is complete"})
    companionships = ma.fields.List(ma.fields.Dict(), allow_none=True, metadata={
        "description": "All rounds that name you and wait for your word; null until then"})
    reports = ma.fields.List(ma.fields.Dict(), allow_none=True, metadata={
        "description": "The reports on this month and the last and how each stands, without its text; null until then"})
    emergency_duties = ma.fields.List(ma.fields.Nested(KeptEmergencyDutySchema), allow_none=True, metadata={
        "description": "Those of your villages that are not over; null until then"})
    cursor = ma.fields.String(metadata={"description": "Send it with the next question; it is yours alone"})
    is_complete = ma.fields.Boolean(metadata={"description": "Nothing more for now; else ask on at once"})
    starts_anew = ma.fields.Boolean(metadata={
        "description": "This is the first page of everything: forget what was kept before"})
