"""The villages of a division with their posts: what the numbers of staffing open into."""

from flask.views import MethodView

from api import db
from api.auth import identity, requires
from api.dashboards.staffing_figures_service import posts_of_villages
from api.dashboards.village_posts_schemas import VillagePostsQuerySchema, VillagesPostsSchema
from api.dates import shanghai_day
from api.http import Blueprint, now
from api.paging import pagination
from api.postings.access_service import visible_division
from api.postings.divisions_service import refs

READS = ("supervisor", "village")

village_posts = Blueprint("village-posts", __name__, description="Cadres posted to villages against the least number")


@village_posts.route("")
class VillagePosts(MethodView):
    @requires(*READS)
    @village_posts.arguments(VillagePostsQuerySchema, location="query")
    @village_posts.response(200, VillagesPostsSchema)
    def get(self, query):
        """How many cadres each village of a division has on a day, and how many the rule asks for

        In the order of the roster, with the sums of all villages; pages by X-Pagination.
        """
        division = visible_division(db.session(), identity=identity(), code=query["division"], roles=READS)
        on = query["on"] or shanghai_day(now())
        villages = posts_of_villages(db.session(), division=division, on=on)
        listed = [one for one in villages if query["state"] is None or getattr(one, query["state"])]
        first = (query["page"] - 1) * query["page_size"]
        total = {"villages": len(villages), **{name: sum(getattr(one, name) for one in villages)
                                               for name in ("cadres", "needed", "missing", "vacant")}}
        shown = listed[first:first + query["page_size"]]
        places = refs(db.session(), [one.village_id for one in shown])
        rows = [{"village": places[one.village_id], "cadres": one.cadres, "needed": one.needed,
                 "missing": one.missing} for one in shown]
        return {"on": on, "total": total, "villages": rows}, 200, {"X-Pagination": pagination(len(listed), query)}
