"""Bodies of exports, and what is told of the application itself."""

import marshmallow as ma

from api.dashboards.export_kinds_rules import KINDS
from api.dashboards.table_registry_rules import TABLES
from api.http import Day, Month, Schema, division_code, id_field, text_field
from api.shapes import DivisionRefSchema
from api.vocabulary import RATE_LEVELS


class ExportPostSchema(Schema):
    kind = ma.fields.String(required=True, validate=ma.validate.OneOf(tuple(KINDS)))
    month = Month(load_default=None, allow_none=True,
                  metadata={"description": (
                      "Needed for all kinds but those below a division, of a cadre or of one record; "
                      "visit_coverage is of the month's quarter")})
    division_code = division_code(load_default=None, allow_none=True, metadata={
        "description": "A village, or what lies above: then all its villages, one after the other"})
    level = ma.fields.String(load_default="cadre", validate=ma.validate.OneOf(RATE_LEVELS),
                             metadata={"description": "Of a month_table or visit_coverage: what a row is"})
    format = ma.fields.String(load_default=None, allow_none=True, validate=ma.validate.OneOf(("xlsx", "csv", "docx")),
                              metadata={"description": "Default: the usual one of the kind"})
    span = ma.fields.String(load_default="month", validate=ma.validate.OneOf(("month", "quarter")), metadata={
        "description": (
            "Of days and visits: those of the month, or of the quarter that it lies in. There is no longer span: a "
            "county's year in one file would be a copy of where everybody was, which no question needs")})
    filters = ma.fields.Dict(
        keys=text_field(20), values=text_field(200), load_default=dict, validate=ma.validate.Length(max=10), metadata={
            "description": (
                "Of a table that has a list of its own: what its GET takes in the query beside division and month, "
                "such as {\"state\": \"open\"}. " + "; ".join(
                    f"{kind}: GET /{table.path}" + "".join(f", needs {name}" for name in table.needs)
                    for kind, table in sorted(TABLES.items())))})
    filled = ma.fields.Boolean(load_default=False, metadata={
        "description": "Of a register_book: with the record's signs, not blank for signing by hand"})
    cadre_id = id_field(load_default=None, allow_none=True, metadata={
        "description": "Of a certificate, or of a paper of the diary (default: yourself)"})
    day = Day(load_default=None, allow_none=True, metadata={
        "description": "Of peoples_diary, work_log and squatting_sheet: one day, instead of a whole month"})
    handover_id = ma.fields.UUID(load_default=None, allow_none=True, metadata={"description": "Of a handover"})
    contract_id = ma.fields.UUID(load_default=None, allow_none=True, metadata={"description": "Of a contract"})
    acceptance_id = ma.fields.UUID(load_default=None, allow_none=True, metadata={"description": "Of an acceptance"})
    meeting_id = ma.fields.UUID(load_default=None, allow_none=True, metadata={"description": "Of a meeting_pack"})
    notice_id = ma.fields.UUID(load_default=None, allow_none=True, metadata={"description": "Of a notice"})
    check_id = ma.fields.UUID(load_default=None, allow_none=True, metadata={"description": "Of a spot_check"})
    vote_id = ma.fields.UUID(load_default=None, allow_none=True, metadata={
        "description": "Of vote_form and vote_minutes"})
    campaign_id = ma.fields.UUID(load_default=None, allow_none=True, metadata={"description": "Of rating_results"})

    @ma.validates_schema
    def fits_its_kind(self, data, **_kwargs):
        kind = KINDS[data["kind"]]
        if data["format"] not in (None, *kind.formats):
            raise ma.ValidationError("This kind does not come in this format.", "format")
        if all(data[name] is None for name in kind.about):
            raise ma.ValidationError("Missing data for required field.", kind.about[0])
        for name in kind.needs:
            if not data["filters"].get(name):
                raise ma.ValidationError({"filters": {name: ["Missing data for required field."]}})


class ApplicationFactsSchema(Schema):
    """An empty text or null is what nobody has said yet."""

    host_unit = ma.fields.String(metadata={"description": "The unit that runs the application (主办单位)"})
    county = ma.fields.Nested(DivisionRefSchema, allow_none=True)
    filing_number = ma.fields.String(metadata={"description": "Of the filing that the 2026 rule asks for (备案编号)"})
    hotline = ma.fields.String(metadata={"description": "Where to complain or suggest"})
    version = ma.fields.String()
    closes_on = Day(allow_none=True, metadata={"description": "The day on which it closes; null while none is planned"})
    coordinates_days = ma.fields.Integer(allow_none=True, metadata={
        "description": "For how many days the county keeps coordinates"})
