"""Bodies of exports."""

import marshmallow as ma

from api.http import Month, Schema, division_code
from api.vocabulary import RATE_LEVELS


class ExportPostSchema(Schema):
    kind = ma.fields.String(required=True, validate=ma.validate.OneOf(("month_table",)))
    month = Month(required=True)
    division_code = division_code(load_default=None, allow_none=True)
    level = ma.fields.String(load_default="cadre", validate=ma.validate.OneOf(RATE_LEVELS))
    format = ma.fields.String(load_default="xlsx", validate=ma.validate.OneOf(("xlsx", "csv")))
