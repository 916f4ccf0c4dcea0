"""Cards for the households of a village, printed once, cancelled and printed anew."""

from flask import current_app
from flask.views import MethodView

from api import db
from api.auth import identity, requires
from api.http import Blueprint, now
from api.ratings import batches_service
from api.ratings.code_schemas import (
    BatchCancellationPostSchema,
    CancelledCardsSchema,
    CodeBatchPostSchema,
    PrintedCardsSchema,
)

code_batches = Blueprint("code-batches", __name__, description="Cards with one-time codes; only hashes are kept")


@code_batches.route("")
class CodeBatches(MethodView):
    @requires("supervisor")
    @code_batches.arguments(CodeBatchPostSchema)
    @code_batches.response(201, PrintedCardsSchema)
    def post(self, body):
        """Make the cards of a village's households: their codes are shown this once

        A village has one valid batch. Never by those who are rated or the village's committee, nor into their hands.
        If the answer was lost, cancel the batch and print anew.
        """
        printed = batches_service.print_cards(db.session(), identity=identity(), now=now(),
                                              origin=current_app.config["ORIGINS"][0], **body)
        db.commit()
        return printed


@code_batches.route("/<uuid:batch_id>/cancellations")
class BatchCancellations(MethodView):
    @requires("supervisor")
    @code_batches.arguments(BatchCancellationPostSchema)
    @code_batches.response(200, CancelledCardsSchema)
    def post(self, body, batch_id):
        """Make all cards of a batch void; what came in with them is thrown away, so that nobody votes twice

        Safe to repeat: cancelled ones stay so.
        """
        cancelled = batches_service.cancel_cards(db.session(), identity=identity(), batch_id=batch_id, now=now(),
                                                 **body)
        db.commit()
        db.settle()
        return cancelled
