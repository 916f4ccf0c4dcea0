"""Bodies and answers of proposed places."""

import marshmallow as ma

from api.http import Instant, Schema, WholeNumber, division_code, text_field
from api.postings.roster_schemas import ByDivisionQuerySchema
from api.shapes import DivisionRefSchema, PersonRefSchema, PositionSchema

STATES = ("proposed", "approved", "declined")


class ProposalPostSchema(Schema):
    id = ma.fields.UUID(required=True, metadata={"description": "Made by the phone; sending it again is safe"})
    village_code = division_code(required=True)
    name = text_field(60, shortest=1, required=True)
    villagers_group = text_field(60, load_default=None, allow_none=True,
                                 metadata={"description": "The group (村民小组) that it lies in"})
    position = ma.fields.Nested(PositionSchema, load_default=None, allow_none=True,
                                metadata={"description": "The fix of who stands there"})
    evidence_id = ma.fields.UUID(load_default=None, allow_none=True, metadata={
        "description": "In its place: a confirmed record outside every place; the server knows where it was"})

    @ma.validates_schema
    def one_of_both(self, data, **_kwargs):
        if (data["position"] is None) == (data["evidence_id"] is None):
            raise ma.ValidationError("Give either position or evidence_id.", "position")


class ProposalPatchSchema(Schema):
    state = ma.fields.String(required=True, validate=ma.validate.OneOf(("approved", "declined")))
    name = text_field(60, shortest=1, load_default=None, allow_none=True,
                      metadata={"description": "A better name for the place; null: as proposed"})
    radius_m = WholeNumber(load_default=None, allow_none=True, validate=ma.validate.Range(10, 50_000),
                           metadata={"description": "null: the policy's default"})
    reason = text_field(500, load_default=None, allow_none=True,
                        metadata={"description": "Needed to decline; the village reads it"})


class ProposalSchema(Schema):
    id = ma.fields.UUID()
    village = ma.fields.Nested(DivisionRefSchema)
    name = ma.fields.String()
    villagers_group = ma.fields.String(allow_none=True)
    state = ma.fields.String(metadata={"description": "proposed, approved or declined"})
    proposed_by = ma.fields.Nested(PersonRefSchema)
    proposed_at = Instant()
    from_evidence = ma.fields.Boolean(metadata={
        "description": "Made from a confirmed record outside every place; false once it is decided"})
    accuracy_m = ma.fields.Float(allow_none=True, metadata={"description": "Of its fix, until it is decided"})
    distance_m = ma.fields.Integer(allow_none=True, metadata={
        "description": "Metres to the nearest place that the village has, until it is decided"})
    decided_by = ma.fields.Nested(PersonRefSchema, allow_none=True)
    decided_at = Instant(allow_none=True)
    reason = ma.fields.String(allow_none=True)
    place_id = ma.fields.Integer(allow_none=True, metadata={"description": "The place that was made of it"})
    version = ma.fields.Integer()


class ProposalsSchema(Schema):
    proposals = ma.fields.List(ma.fields.Nested(ProposalSchema))


class ProposalsQuerySchema(ByDivisionQuerySchema):
    state = ma.fields.String(load_default=None, validate=ma.validate.OneOf(STATES))
