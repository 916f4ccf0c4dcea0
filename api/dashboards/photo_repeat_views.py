"""Pictures that came a second time: a hint for those above, closed by a person with a reason."""

from flask.views import MethodView

from api import db
from api.auth import identity, requires
from api.dashboards import photo_repeats_service
from api.dashboards.photo_repeat_schemas import (
    PhotoRepeatSchema,
    PhotoRepeatsQuerySchema,
    PhotoRepeatsSchema,
    PhotoReviewPostSchema,
)
from api.dates import shanghai_day
from api.http import Blueprint, now
from api.paging import pagination
from api.postings.access_service import visible_division

photo_repeats = Blueprint("photo-repeats", __name__, description="The same picture in two records within 180 days")
photo_reviews = Blueprint("photo-reviews", __name__, description="What a person found of such a picture")


@photo_repeats.route("")
class PhotoRepeats(MethodView):
    @requires("supervisor")
    @photo_repeats.arguments(PhotoRepeatsQuerySchema, location="query")
    @photo_repeats.response(200, PhotoRepeatsSchema)
    def get(self, query):
        """Records below a division whose picture came before, be it smaller or recompressed; the latest first

        A hint to ask about, and nothing follows from it by itself: a group photo is rightly sent by everybody on it.
        What a cadre sent with a visit, a diary page or a concern is told to that cadre first, as an oddity.
        """
        session = db.session()
        division = visible_division(session, identity=identity(), code=query["division"], roles=("supervisor",))
        found, count = photo_repeats_service.list_repeats(
            session, identity=identity(), division=division, is_open=query["state"] == "open",
            today=shanghai_day(now()), page=query["page"], page_size=query["page_size"])
        return {"repeats": found}, 200, {"X-Pagination": pagination(count, query)}


@photo_reviews.route("")
class PhotoReviews(MethodView):
    @requires("supervisor")
    @photo_reviews.arguments(PhotoReviewPostSchema)
    @photo_reviews.response(200, PhotoRepeatSchema)
    def post(self, body):
        """Close the matter of a picture with a reason; the record stays as it is

        Safe to repeat. Not for your own records, nor where you used the picture before.
        """
        view = photo_repeats_service.close(db.session(), identity=identity(), record_id=body["record_id"],
                                           sha256=body["picture"], reason=body["reason"], now=now())
        db.commit()
        return view
