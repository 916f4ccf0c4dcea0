"""The villages of a division with their posts: what the numbers of staffing open into."""

from flask.views import MethodView

from api import db
from api.auth import identity, requires
from api.dashboards.village_posts_schemas import VillagePostsQuerySchema, VillagePostsSchema
from api.dashboards.village_posts_service import list_village_posts
from api.dates import shanghai_day
from api.http import Blueprint, now
from api.paging import pagination
from api.postings.access_service import visible_division

READS = ("supervisor", "village")

village_posts = Blueprint("village-posts", __name__, description="Cadres posted to villages against the least number")


@village_posts.route("")
class VillagePosts(MethodView):
    @requires(*READS)
    @village_posts.arguments(VillagePostsQuerySchema, location="query")
    @village_posts.response(200, VillagePostsSchema)
    def get(self, query):
        """How many cadres each village of a division has on a day, and how many the rule asks for

        In the order of the roster, with the sums of all villages; pages by X-Pagination.
        """
        on = query["on"] or shanghai_day(now())
        division = visible_division(db.session(), identity=identity(), code=query["division"], roles=READS)
        total, villages, count = list_village_posts(db.session(), division=division, on=on, state=query["state"],
                                                    page=query["page"], page_size=query["page_size"])
        return {"on": on, "total": total, "villages": villages}, 200, {"X-Pagination": pagination(count, query)}
