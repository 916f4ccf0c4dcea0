"""Commitment items: changed or taken off while their contract may be edited."""

from flask.views import MethodView

from api import db
from api.auth import identity, requires
from api.contracts import contract_reading_service, items_service
from api.contracts.contract_schemas import ContractSchema
from api.contracts.contract_standing_service import Standing
from api.contracts.item_schemas import ItemPatchSchema
from api.dates import shanghai_day
from api.http import Blueprint, check_if_match, etag, now

commitment_items = Blueprint("commitment-items", __name__, description="What a contract promises, item by item")


@commitment_items.route("/<uuid:item_id>")
class CommitmentItemById(MethodView):
    @requires("village", "supervisor")
    @commitment_items.edit
    @commitment_items.arguments(ItemPatchSchema)
    @commitment_items.response(200, ContractSchema)
    def patch(self, body, item_id):
        """Change an item; of what the town named the village changes the measures only

        Measures: standard, due_on, responsible, quarters. The ETag is the item's version.
        """
        session, user = db.session(), Standing(db.session(), identity(), today=shanghai_day(now()))
        item = items_service.locked_item(session, standing=user, item_id=item_id)
        check_if_match(item.version)
        contract = items_service.change_item(session, standing=user, item=item, changes=body, now=now())
        db.commit()
        return (contract_reading_service.contract_view(session, contract, standing=user), 200,
                {"ETag": etag(item.version)})

    @requires("village", "supervisor")
    @commitment_items.edit
    @commitment_items.response(204)
    def delete(self, item_id):
        """Take an item off; a village takes off its own ones"""
        session, user = db.session(), Standing(db.session(), identity(), today=shanghai_day(now()))
        item = items_service.locked_item(session, standing=user, item_id=item_id)
        check_if_match(item.version)
        items_service.remove_item(session, standing=user, item=item, now=now())
        db.commit()
