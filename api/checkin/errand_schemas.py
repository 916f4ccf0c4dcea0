"""Bodies and answers of errands."""

import marshmallow as ma

from api.http import Day, Instant, Month, QuerySchema, Schema, division_code, id_field, text_field
from api.shapes import DivisionRefSchema, PersonRefSchema, photo_hash
from api.vocabulary import ERRAND_KINDS

# A training of the whole county has that many; more are entered by township.
MOST_CADRES = 500


class ErrandPostSchema(Schema):
    id = ma.fields.UUID(required=True, metadata={"description": "Made by the page; sending it again is safe"})
    kind = ma.fields.String(required=True, validate=ma.validate.OneOf(ERRAND_KINDS), metadata={
        "description": "`travel` is an errand for which travel expenses are claimed"})
    title = text_field(200, shortest=1, required=True, metadata={"description": "What for; the cadres read it"})
    from_on = Day(required=True)
    to_on = Day(required=True)
    cadre_ids = ma.fields.List(id_field(), required=True, validate=ma.validate.Length(min=1, max=MOST_CADRES))
    notice_sha256 = photo_hash(load_default=None, allow_none=True, metadata={
        "description": "A photo of the notice, if there is one; the photo itself may come later or never"})

    @ma.post_load
    def each_cadre_once(self, data, **_kwargs):
        # The same people in another order are the same errand.
        return {**data, "cadre_ids": sorted(set(data["cadre_ids"]))}


class ErrandCadreSchema(PersonRefSchema):
    leave_id = ma.fields.UUID(metadata={"description": "The leave that the errand made; steps are taken on it"})
    state = ma.fields.String(metadata={"description": "Of that leave: asked, approved, refused or withdrawn"})


class ErrandSchema(Schema):
    id = ma.fields.UUID()
    kind = ma.fields.String()
    title = ma.fields.String()
    from_on = Day()
    to_on = Day()
    division = ma.fields.Nested(DivisionRefSchema, metadata={"description": "That it was entered for"})
    notice_sha256 = ma.fields.String(allow_none=True)
    entered_by = ma.fields.Nested(PersonRefSchema)
    entered_at = Instant()
    cadres = ma.fields.List(ma.fields.Nested(ErrandCadreSchema), metadata={
        "description": "Those that you may see"})


class ErrandsSchema(Schema):
    errands = ma.fields.List(ma.fields.Nested(ErrandSchema))


class ErrandsQuerySchema(QuerySchema):
    division = division_code(load_default=None, metadata={
        "description": "Default: the widest that you may see; a cadre's own errands"})
    month = Month(load_default=None, metadata={"description": "Errands that touch it; default: all"})
