"""Links between cadres and households."""

from flask.views import MethodView

from api import db
from api.auth import identity, requires
from api.dates import shanghai_day
from api.http import Blueprint, check_if_match, etag, now
from api.paging import pagination
from api.postings.access_service import visible_division
from api.visits import linkage_figures_service, linkages_service
from api.visits.linkage_schemas import (
    LinkageFiguresQuerySchema,
    LinkageFiguresSchema,
    LinkagePatchSchema,
    LinkagePostSchema,
    LinkageSchema,
    LinkagesQuerySchema,
    LinkagesSchema,
)
from api.visits.linkages_service import LINKS, SEES_LINKS

linkages = Blueprint("linkages", __name__, description="Who is linked to which household: 3+X and key households")
linkage_figures = Blueprint("linkage-figures", __name__, description="The ratios of links, at every level")


@linkages.route("")
class Linkages(MethodView):
    @requires("cadre", *SEES_LINKS)
    @linkages.arguments(LinkagesQuerySchema, location="query")
    @linkages.response(200, LinkagesSchema)
    def get(self, query):
        """Links of yours, or to households of your divisions"""
        found, count = linkages_service.list_linkages(db.session(), identity=identity(), today=shanghai_day(now()),
                                                      **query)
        return {"linkages": found}, 200, {"X-Pagination": pagination(count, query)}

    @requires("cadre", *LINKS)
    @linkages.arguments(LinkagePostSchema)
    @linkages.response(201, LinkagesSchema)
    def post(self, body):
        """Link a cadre to households

        A cadre names the own key households in the posted villages; all other links are made by supervisors and
        administrators. Safe to repeat: a link that runs already stays as it is.
        """
        made = linkages_service.make_links(db.session(), identity=identity(), today=shanghai_day(now()), now=now(),
                                           **body)
        db.commit()
        return {"linkages": linkages_service.linkage_views(db.session(), made)}


@linkages.route("/<id:linkage_id>")
class LinkageById(MethodView):
    @requires("cadre", *LINKS)
    @linkages.edit
    @linkages.arguments(LinkagePatchSchema)
    @linkages.response(200, LinkageSchema)
    def patch(self, body, linkage_id):
        """End a link on a day, or let it go on"""
        linkage = linkages_service.visible_linkage(db.session(), identity=identity(), linkage_id=linkage_id)
        check_if_match(linkage.version)
        linkages_service.end_link(db.session(), identity=identity(), linkage=linkage, now=now(), **body)
        db.commit()
        return linkages_service.linkage_views(db.session(), [linkage])[0], 200, {"ETag": etag(linkage.version)}


@linkage_figures.route("")
class LinkageFigures(MethodView):
    @requires("supervisor", "village")
    @linkage_figures.arguments(LinkageFiguresQuerySchema, location="query")
    @linkage_figures.response(200, LinkageFiguresSchema)
    def get(self, query):
        """Cadres who meet their minimum, households with a link, instructors with all key households

        The village committee sees the sums; who has how many is for supervisors.
        """
        session = db.session()
        roles = ("supervisor",) if query["level"] == "cadre" else ("supervisor", "village")
        division = visible_division(session, identity=identity(), code=query["division"], roles=roles)
        figures, rows = linkage_figures_service.linkage_figures(session, division=division, level=query["level"],
                                                                today=shanghai_day(now()))
        return {"division": division, "figures": figures, "rows": rows}
