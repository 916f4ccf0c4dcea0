"""Bodies and answers of the month that is checked, confirmed and closed."""

import marshmallow as ma

from api.checkin.month_rules import ROW_STEPS, STATES, STEPS
from api.checkin.schemas import REASON_LENGTH
from api.http import Day, Instant, Month, QueryNumber, QuerySchema, Schema, division_code, id_field, text_field
from api.shapes import DivisionRefSchema, PersonRefSchema

_HASH = {"description": "SHA-256 in hexadecimal"}
_ENDS_ON = {"description": "The last day of the month and of its counting weeks, whichever is later, "
                           "also where it is counted by its days; the next day it can be checked and closed"}


def hash_field(**kwargs) -> ma.fields.String:
    """A SHA-256 as 64 hexadecimal digits."""
    digits = ma.validate.Regexp(r"^[0-9a-f]{64}(?!\n)$", error="Not a hash of 64 hexadecimal digits.")
    return ma.fields.String(validate=digits, **kwargs)


class MonthSheetQuerySchema(QuerySchema):
    month = Month(required=True)
    village = division_code(load_default=None, metadata={
        "description": "Without it: your own home village, for a cadre with the own rows only"})
    live = ma.fields.Boolean(load_default=False, metadata={
        "description": "true: the sheet of a closed month as the facts stand now"})


class MonthClosingsQuerySchema(QuerySchema):
    month = Month(required=True)
    division = division_code(load_default=None)
    level = ma.fields.String(load_default=None, validate=ma.validate.OneOf(("township", "village")), metadata={
        "description": "Which rows; default: townships where the division holds some, else villages"})
    state = ma.fields.String(load_default=None, validate=ma.validate.OneOf(STATES), metadata={
        "description": "With the level village: only villages whose month stands so"})
    page = QueryNumber(load_default=1, validate=ma.validate.Range(1, 1_000_000))
    page_size = QueryNumber(load_default=50, validate=ma.validate.Range(1, 100), metadata={
        "description": "Rows on a page"})


class SheetColumnSchema(Schema):
    day = Day()
    weekday = ma.fields.Integer(metadata={"description": "1 Monday to 7 Sunday"})
    kind = ma.fields.String(metadata={"description": "workday, rest, holiday or makeup"})
    in_month = ma.fields.Boolean(metadata={"description": "false for the counting period's days around the month"})


class SaidSchema(Schema):
    step = ma.fields.String(metadata={"description": "checked or disputed; confirmed"})
    by = ma.fields.Nested(PersonRefSchema)
    at = Instant()
    note = ma.fields.String(allow_none=True)
    on_paper = ma.fields.Boolean(metadata={"description": "Entered by the township from what was signed on paper"})
    holds = ma.fields.Boolean(metadata={"description": "false once the row or the sheet is no longer what was seen"})


class SheetRowSchema(Schema):
    posting_id = ma.fields.Integer()
    cadre = ma.fields.Nested(PersonRefSchema)
    cadre_role = ma.fields.String()
    sending_unit = ma.fields.String()
    signs = ma.fields.List(ma.fields.String(), metadata={
        "description": "One for each of the sheet's days: stationed, waiting, rejected, a kind of leave or errand, "
                       "none (a duty day without a record), rest, to_come, or empty outside the posting"})
    duty_days = ma.fields.Integer(metadata={"description": "Of the counting period, as far as its weeks have ended"})
    required_days = ma.fields.Integer()
    credited_days = ma.fields.Integer()
    rate = ma.fields.Float(allow_none=True, metadata={"description": "0..1; null when nothing was required"})
    days_of_month = ma.fields.Integer(metadata={"description": "Of the calendar month, as the counts that follow"})
    errand_days = ma.fields.Integer()
    travel_days = ma.fields.Integer()
    leave_days = ma.fields.Integer()
    waiting_days = ma.fields.Integer()
    days_of_year = ma.fields.Integer(metadata={"description": "Of the year up to the month's end"})
    row_hash = ma.fields.String(metadata=_HASH)
    check = ma.fields.Nested(SaidSchema, allow_none=True, metadata={"description": "The cadre's latest word"})
    is_own = ma.fields.Boolean()


class SheetTotalSchema(Schema):
    required_days = ma.fields.Integer()
    credited_days = ma.fields.Integer()
    rate = ma.fields.Float(allow_none=True)


class SheetRuleSchema(Schema):
    key = ma.fields.String()
    value = ma.fields.Raw()
    effective_from = Day()
    source = ma.fields.String()


class SheetPeriodSchema(Schema):
    first = Day(data_key="from")
    last = Day(data_key="to")


class MonthCloseSchema(Schema):
    id = ma.fields.UUID()
    by = ma.fields.Nested(PersonRefSchema)
    at = Instant()
    note = ma.fields.String(allow_none=True)
    hash = ma.fields.String(metadata=_HASH)


class CauseSchema(Schema):
    at = Instant()
    by = ma.fields.Nested(PersonRefSchema, allow_none=True)
    what = ma.fields.String(metadata={
        "description": "check_in, check_in_late, declaration, confirmed, rejected, register, register_removed, "
                       "leave_approved, leave_refused, leave_withdrawn, leave_returned, posting_created, "
                       "posting_changed, cadres_imported, place_created, place_changed, place_removed, policy_set, "
                       "calendar_set, import_calendar, evidence_erased, visit, visit_late, visit_annulled, diary, "
                       "diary_late"})
    reason = ma.fields.String(allow_none=True)


class CorrectionSchema(Schema):
    posting_id = ma.fields.Integer()
    cadre = ma.fields.Nested(PersonRefSchema)
    day = Day(allow_none=True)
    from_sign = ma.fields.String(allow_none=True)
    to_sign = ma.fields.String(allow_none=True)
    figures = ma.fields.Dict(
        keys=ma.fields.String(), values=ma.fields.List(ma.fields.Integer(allow_none=True)), allow_none=True,
        metadata={"description": "name -> [was, is]; null where the whole row was not there then, or is not now"})
    causes = ma.fields.List(ma.fields.Nested(CauseSchema))


class MaySchema(Schema):
    check = ma.fields.Boolean()
    confirm = ma.fields.Boolean()
    reopen = ma.fields.Boolean()
    close = ma.fields.Boolean()
    on_paper = ma.fields.Boolean(metadata={"description": "Enter what was signed on the printed sheet"})


class MonthSheetSchema(Schema):
    month = Month()
    village = ma.fields.Nested(DivisionRefSchema)
    villages = ma.fields.List(ma.fields.Nested(DivisionRefSchema), metadata={
        "description": "A cadre's home villages of the month, to ask for one after the other"})
    township = ma.fields.String()
    state = ma.fields.String(metadata={"description": "open, confirmed or closed"})
    over = ma.fields.Boolean(metadata={"description": "ends_on is past"})
    ends_on = Day(metadata=_ENDS_ON)
    counting_period = ma.fields.Nested(SheetPeriodSchema)
    calendar_official = ma.fields.Boolean()
    days = ma.fields.List(ma.fields.Nested(SheetColumnSchema))
    rows = ma.fields.List(ma.fields.Nested(SheetRowSchema))
    total = ma.fields.Nested(SheetTotalSchema)
    sheet_hash = ma.fields.String(metadata=_HASH)
    rules = ma.fields.List(ma.fields.Nested(SheetRuleSchema))
    confirmation = ma.fields.Nested(SaidSchema, allow_none=True)
    close = ma.fields.Nested(MonthCloseSchema, allow_none=True)
    corrections = ma.fields.List(ma.fields.Nested(CorrectionSchema), metadata={
        "description": "What later facts make different, each with what happened after closing"})
    may = ma.fields.Nested(MaySchema)


class MonthClosingSchema(Schema):
    village = ma.fields.Nested(DivisionRefSchema)
    township = ma.fields.Nested(DivisionRefSchema, allow_none=True)
    cadres = ma.fields.Integer(metadata={"description": "Rows of the sheet"})
    checked = ma.fields.Integer(metadata={"description": "Rows whose cadre has checked them as they stand"})
    disputed = ma.fields.Integer()
    waiting_days = ma.fields.Integer()
    state = ma.fields.String(metadata={"description": "open, confirmed or closed"})
    confirmed_at = Instant(allow_none=True)
    closed_at = Instant(allow_none=True)
    hash = ma.fields.String(allow_none=True, metadata={"description": "Of the closed sheet, SHA-256 in hexadecimal"})
    confirmed_hash = ma.fields.String(allow_none=True, metadata={
        "description": "Of the sheet that the village has confirmed and that stands: what to close it with"})
    corrections = ma.fields.Integer(metadata={"description": "Lines beside the closed sheet"})


class MonthCountsSchema(Schema):
    villages = ma.fields.Integer(metadata={"description": "With somebody posted, or closed"})
    empty = ma.fields.Integer(metadata={"description": "Villages without anybody posted: counted nowhere else"})
    open = ma.fields.Integer()
    confirmed = ma.fields.Integer()
    closed = ma.fields.Integer()
    corrected = ma.fields.Integer(metadata={"description": "Villages with lines beside the closed sheet"})
    cadres = ma.fields.Integer(metadata={"description": "Rows of all sheets"})
    checked = ma.fields.Integer(metadata={"description": "Rows whose cadre has checked them as they stand"})
    disputed = ma.fields.Integer(metadata={"description": "Of villages not closed, as the numbers that follow"})
    unchecked = ma.fields.Integer(metadata={"description": "Rows whose cadre has said nothing of them as they stand"})
    waiting_days = ma.fields.Integer()


class TownshipClosingSchema(MonthCountsSchema):
    division = ma.fields.Nested(DivisionRefSchema)


class MonthClosingsSchema(Schema):
    month = Month()
    over = ma.fields.Boolean(metadata={"description": "ends_on is past"})
    ends_on = Day(metadata=_ENDS_ON)
    level = ma.fields.String(metadata={"description": "township or village: which of both lists has the rows"})
    total = ma.fields.Nested(MonthCountsSchema, metadata={"description": "All villages below the division"})
    townships = ma.fields.List(ma.fields.Nested(TownshipClosingSchema))
    rows = ma.fields.List(ma.fields.Nested(MonthClosingSchema))


class MonthStepPostSchema(Schema):
    id = ma.fields.UUID(required=True, metadata={"description": "Made by the page; sending it again is safe"})
    month = Month(required=True)
    step = ma.fields.String(required=True, validate=ma.validate.OneOf(STEPS))
    posting_id = id_field(load_default=None, allow_none=True,
                          metadata={"description": "With checked and disputed: the row"})
    village_code = division_code(load_default=None, allow_none=True,
                                 metadata={"description": "With confirmed and reopened: the sheet"})
    note = text_field(REASON_LENGTH, load_default=None, allow_none=True, metadata={
        "description": "Needed with disputed, with on_paper (who signed, when), and to confirm what not all checked"})
    on_paper = ma.fields.Boolean(load_default=False)
    seen_hash = hash_field(required=True, metadata={"description": "The row_hash or sheet_hash that was shown"})

    @ma.validates_schema(skip_on_field_errors=True)
    def names_its_subject(self, data, **_kwargs):
        name = "posting_id" if data["step"] in ROW_STEPS else "village_code"
        if data[name] is None:
            raise ma.ValidationError("Missing data for required field.", name)


class MonthStepSchema(Schema):
    id = ma.fields.UUID()
    month = Month()
    village = ma.fields.Nested(DivisionRefSchema)
    posting_id = ma.fields.Integer(allow_none=True)
    step = ma.fields.String()
    by = ma.fields.Nested(PersonRefSchema)
    at = Instant()
    note = ma.fields.String(allow_none=True)
    on_paper = ma.fields.Boolean()
    seen_hash = ma.fields.String(metadata=_HASH)


class MonthClosingPostSchema(Schema):
    id = ma.fields.UUID(required=True, metadata={"description": "Made by the page; sending it again is safe"})
    month = Month(required=True)
    village_code = division_code(required=True)
    seen_hash = hash_field(required=True, metadata={"description": "The sheet_hash that was shown"})
    note = text_field(REASON_LENGTH, load_default=None, allow_none=True)
