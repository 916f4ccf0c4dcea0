"""Target contracts: opened, laid down, deliberated, approved, signed, published; every step with its reasons."""

from flask.views import MethodView

from api import db
from api.auth import identity, requires
from api.contracts import (
    contract_lists_service,
    contract_reading_service,
    contract_steps_service,
    contracts_service,
    items_service,
)
from api.contracts.contract_schemas import (
    ContractItemPostSchema,
    ContractPostSchema,
    ContractSchema,
    ContractsQuerySchema,
    ContractsSchema,
    ContractStepPostSchema,
    DifferencesQuerySchema,
    ReviewPostSchema,
    RevisionPostSchema,
    RevisionSchema,
)
from api.contracts.contract_standing_service import SEES, Standing
from api.contracts.item_schemas import DifferencesSchema
from api.dates import shanghai_day
from api.http import Blueprint, content_hash, now
from api.paging import pagination

AGAIN = "The same id and content again: already kept"

contracts = Blueprint("contracts", __name__,
                      description="What villages promise for a term or a year, and the course of it")


def standing() -> Standing:
    """What the user of this request is to villages today."""
    return Standing(db.session(), identity(), today=shanghai_day(now()))


def _shown(contract, *, created: bool = True):
    """The answer to what was written: the contract as it now stands."""
    db.commit()
    return contract_reading_service.contract_view(db.session(), contract, standing=standing()), 201 if created else 200


@contracts.route("")
class Contracts(MethodView):
    @requires(*SEES)
    @contracts.arguments(ContractsQuerySchema, location="query")
    @contracts.response(200, ContractsSchema)
    def get(self, query):
        """Contracts that you may see, by village, the latest first; pages by X-Pagination"""
        filters = {key: value for key, value in query.items() if key != "division"}
        found, count = contract_lists_service.list_contracts(db.session(), standing=standing(),
                                                             code=query["division"], **filters)
        return {"contracts": found}, 200, {"X-Pagination": pagination(count, query)}

    @requires("supervisor")
    @contracts.arguments(ContractPostSchema)
    @contracts.response(201, ContractSchema)
    @contracts.alt_response(200, schema=ContractSchema, description=AGAIN)
    def post(self, body):
        """Open a village's contract with its first revision, whose framework the town lays down

        Safe to repeat.
        """
        contract, created = contracts_service.open_contract(
            db.session(), standing=standing(), content_hash=content_hash(body), now=now(), **body)
        return _shown(contract, created=created)


@contracts.route("/<uuid:contract_id>")
class ContractById(MethodView):
    @requires(*SEES)
    @contracts.response(200, ContractSchema)
    def get(self, contract_id):
        """A contract with its latest revision: items, reviews, steps, and what comes next"""
        held, _village = contracts_service.visible_contract(db.session(), standing=standing(), contract_id=contract_id)
        return contract_reading_service.contract_view(db.session(), held, standing=standing())


@contracts.route("/<uuid:contract_id>/revisions")
class ContractRevisions(MethodView):
    @requires("supervisor")
    @contracts.arguments(RevisionPostSchema)
    @contracts.response(201, ContractSchema)
    @contracts.alt_response(200, schema=ContractSchema, description=AGAIN)
    def post(self, body, contract_id):
        """Revise what was approved, signed or published: a new revision with the same items

        What is published stays in force until the new one is. Safe to repeat.
        """
        contract, created = contracts_service.revise(
            db.session(), standing=standing(), contract_id=contract_id, content_hash=content_hash(body), now=now(),
            **body)
        return _shown(contract, created=created)


@contracts.route("/<uuid:contract_id>/revisions/<id:number>")
class ContractRevisionByNumber(MethodView):
    @requires(*SEES)
    @contracts.response(200, RevisionSchema)
    def get(self, contract_id, number):
        """One revision of a contract as it stands"""
        session, user = db.session(), standing()
        contract, _village = contracts_service.visible_contract(session, standing=user, contract_id=contract_id)
        revision = contracts_service.revision_by_number(session, contract_id=contract_id, number=number)
        return contract_reading_service.revision_view(session, contract, revision, standing=user)


@contracts.route("/<uuid:contract_id>/differences")
class ContractDifferences(MethodView):
    @requires(*SEES)
    @contracts.arguments(DifferencesQuerySchema, location="query")
    @contracts.response(200, DifferencesSchema)
    def get(self, query, contract_id):
        """What one revision changed against another; default: the latest against the one before"""
        contract, _village = contracts_service.visible_contract(db.session(), standing=standing(),
                                                                contract_id=contract_id)
        return contract_reading_service.differences_view(db.session(), contract, **query)


@contracts.route("/<uuid:contract_id>/items")
class ContractItems(MethodView):
    @requires("village", "supervisor")
    @contracts.arguments(ContractItemPostSchema)
    @contracts.response(201, ContractSchema)
    @contracts.alt_response(200, schema=ContractSchema, description=AGAIN)
    def post(self, body, contract_id):
        """Add an item while the contract may be edited; what the village adds is its own

        Safe to repeat.
        """
        hashed = content_hash(body)
        contract, created = items_service.add_item(
            db.session(), standing=standing(), contract_id=contract_id, id=body.pop("id"),
            revision_id=body.pop("revision_id"), fields=body, content_hash=hashed, now=now())
        return _shown(contract, created=created)


@contracts.route("/<uuid:contract_id>/steps")
class ContractSteps(MethodView):
    @requires("village", "supervisor")
    @contracts.arguments(ContractStepPostSchema)
    @contracts.response(201, ContractSchema)
    @contracts.alt_response(200, schema=ContractSchema, description=AGAIN)
    def post(self, body, contract_id):
        """Take a step; one that cannot be taken is a 409 that says why and names those that can

        Safe to repeat.
        """
        contract, created = contract_steps_service.take_step(
            db.session(), standing=standing(), contract_id=contract_id, content_hash=content_hash(body), now=now(),
            **body)
        return _shown(contract, created=created)


@contracts.route("/<uuid:contract_id>/reviews")
class ContractReviews(MethodView):
    @requires(*SEES)
    @contracts.arguments(ReviewPostSchema)
    @contracts.response(201, ContractSchema)
    @contracts.alt_response(200, schema=ContractSchema, description=AGAIN)
    def post(self, body, contract_id):
        """Leave the review of the village's branch, or of the posted team, with the reviewer's name

        Both are needed before the contract is sealed. An item that is changed afterwards is reviewed anew. Safe to
        repeat.
        """
        contract, created = contract_steps_service.add_review(
            db.session(), standing=standing(), contract_id=contract_id, content_hash=content_hash(body), now=now(),
            **body)
        return _shown(contract, created=created)
