"""What closed campaigns came to."""

from flask.views import MethodView

from api import db
from api.auth import identity, requires
from api.dates import shanghai_day
from api.http import Blueprint, check_if_match, etag, now
from api.paging import pagination
from api.ratings import results_service, texts_service
from api.ratings.result_schemas import (
    RatingResultsQuerySchema,
    RatingResultsSchema,
    RatingTextPatchSchema,
    RatingTextSchema,
    RatingTextsQuerySchema,
    RatingTextsSchema,
)

READ = ("supervisor", "cadre")

rating_results = Blueprint("rating-results", __name__,
                           description="Totals of closed campaigns, never of fewer ballots than the rule says")
rating_texts = Blueprint("rating-texts", __name__, description="What was written, in no order")


@rating_results.route("")
class RatingResults(MethodView):
    @requires(*READ)
    @rating_results.arguments(RatingResultsQuerySchema, location="query")
    @rating_results.response(200, RatingResultsSchema)
    def get(self, query):
        """What a closed campaign came to, by village in the order of the codes

        Who is asked about sees the own villages only. Nothing is told before the campaign is closed, and of too few
        ballots never. They inform: no assessment reads them.
        """
        return results_service.rating_results(db.session(), identity=identity(), campaign_id=query["campaign_id"],
                                              code=query["division"], today=shanghai_day(now()))


@rating_texts.route("")
class RatingTexts(MethodView):
    @requires(*READ)
    @rating_texts.arguments(RatingTextsQuerySchema, location="query")
    @rating_texts.response(200, RatingTextsSchema)
    def get(self, query):
        """What was written on the ballots of a closed campaign, in no order; pages by X-Pagination"""
        filters = {key: query[key] for key in ("campaign_id", "held_back", "page", "page_size")}
        found, count = texts_service.list_texts(db.session(), identity=identity(), code=query["division"],
                                                today=shanghai_day(now()), **filters)
        return {"rating_texts": found}, 200, {"X-Pagination": pagination(count, query)}


@rating_texts.route("/<uuid:text_id>")
class RatingTextById(MethodView):
    @requires("supervisor")
    @rating_texts.edit
    @rating_texts.arguments(RatingTextPatchSchema)
    @rating_texts.response(200, RatingTextSchema)
    def patch(self, body, text_id):
        """Hold a text that abuses somebody back from those who are asked about, or release it

        The log says who did so and why, and not what was written.
        """
        row, found = texts_service.text_to_hold(db.session(), identity=identity(), text_id=text_id,
                                                today=shanghai_day(now()))
        check_if_match(row.version)
        view = texts_service.hold_back(db.session(), identity=identity(), row=row, found=found,
                                       reason=body["held_back_reason"], now=now())
        db.commit()
        return view, 200, {"ETag": etag(view["version"])}
