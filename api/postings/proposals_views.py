"""Places that villages propose, and what the township makes of them."""

from flask.views import MethodView

from api import db
from api.auth import identity, requires
from api.checkin import judging_service, positions_service
from api.http import Blueprint, check_if_match, content_hash, etag, now
from api.postings import proposals_service
from api.postings.access_service import SEES_PRESENCE, visible_division
from api.postings.divisions_service import division_by_id
from api.postings.proposals_schemas import (
    ProposalPatchSchema,
    ProposalPostSchema,
    ProposalSchema,
    ProposalsQuerySchema,
    ProposalsSchema,
)

place_proposals = Blueprint("place-proposals", __name__, description="Places proposed by the village by standing there")


@place_proposals.route("")
class PlaceProposals(MethodView):
    @requires("village", "supervisor")
    @place_proposals.arguments(ProposalsQuerySchema, location="query")
    @place_proposals.response(200, ProposalsSchema)
    def get(self, query):
        """Proposals of the villages below a division, the latest first, 500 at most; without coordinates"""
        division = visible_division(db.session(), identity=identity(), code=query["division"], roles=SEES_PRESENCE)
        found = proposals_service.list_proposals(db.session(), division=division, state=query["state"])
        return {"proposals": _views(found)}

    @requires("village")
    @place_proposals.arguments(ProposalPostSchema)
    @place_proposals.response(201, ProposalSchema)
    @place_proposals.alt_response(200, schema=ProposalSchema, description="The same id and content: already kept")
    def post(self, body):
        """Propose a place of your village

        By standing there (`position`), or where a record was that you confirmed outside every place (`evidence_id`).
        The township approves it. 422 `location_declined` for the position of somebody who does without. Safe to repeat.
        """
        session, kept_hash = db.session(), content_hash(body)
        village = visible_division(session, identity=identity(), code=body.pop("village_code"), roles=("village",))
        proposal, created = proposals_service.propose(session, identity=identity(), village=village,
                                                      content_hash=kept_hash, now=now(), **body)
        if created and proposal.source_evidence_id is not None:
            positions_service.check_can_become_place(session, evidence_id=proposal.source_evidence_id,
                                                     village_id=village.id)
        db.commit()
        return _views([proposal])[0], 201 if created else 200, {"ETag": etag(proposal.version)}


@place_proposals.route("/<uuid:proposal_id>")
class PlaceProposalById(MethodView):
    @requires("supervisor")
    @place_proposals.edit
    @place_proposals.arguments(ProposalPatchSchema)
    @place_proposals.response(200, ProposalSchema)
    def patch(self, body, proposal_id):
        """Approve or decline a proposal

        Approved, it becomes a place of the village and evidence is judged anew at once. Nobody decides on a proposal of
        one's own, or on one made from an own record.
        """
        session = db.session()
        proposal = proposals_service.proposal_to_decide(session, proposal_id)
        village = visible_division(session, identity=identity(), roles=("supervisor",),
                                   code=division_by_id(session, proposal.village_id).code)
        check_if_match(proposal.version)
        spots = positions_service.positions_of(session, [proposal.source_evidence_id])
        place = proposals_service.decide(
            session, identity=identity(), proposal=proposal, village=village,
            spot=spots.get(proposal.source_evidence_id), now=now(), **{**body, "name": body["name"] or proposal.name})
        if place is not None:
            judging_service.village_changed(session, village_id=village.id)
        db.commit()
        return _views([proposal])[0], 200, {"ETag": etag(proposal.version)}


def _views(proposals):
    spots = positions_service.positions_of(db.session(), [one.source_evidence_id for one in proposals])
    return proposals_service.proposal_views(db.session(), proposals, spots)
