"""Village sizes: the households of a year, beside what the register counts."""

from flask.views import MethodView

from api import db
from api.auth import identity, requires
from api.contracts import village_sizes_service
from api.contracts.size_schemas import VillageSizePutSchema, VillageSizeSchema
from api.dates import shanghai_day
from api.errors import NotFound
from api.http import Blueprint, check_if_match, etag, now
from api.postings.access_service import visible_division

SEES_SIZES = ("village", "supervisor", "admin")
ENTERS = ("supervisor", "admin")

village_sizes = Blueprint("village-sizes", __name__, description="How many households a village has in a year")


@village_sizes.route("/<code:code>/<year:year>")
class VillageSizeOfYear(MethodView):
    @requires(*SEES_SIZES)
    @village_sizes.response(200, VillageSizeSchema)
    def get(self, code, year):
        """A village's households in a year with their size band, and what the register counts

        The ETag is "0" while nobody has entered it.
        """
        return _answer(_village(code, SEES_SIZES), year)

    @requires(*ENTERS)
    @village_sizes.edit
    @village_sizes.arguments(VillageSizePutSchema)
    @village_sizes.response(200, VillageSizeSchema)
    def put(self, body, code, year):
        """Enter a village's households of a year, or correct them: only then If-Match is needed"""
        village = _village(code, ENTERS)
        held = village_sizes_service.locked_size(db.session(), village=village, year=year)
        if held is not None:
            check_if_match(held.version)
        village_sizes_service.enter_size(db.session(), village=village, year=year, households=body["households"],
                                         user_id=identity().user_id, now=now())
        db.commit()
        return _answer(village, year)


def _village(code: str, roles: tuple[str, ...]):
    village = visible_division(db.session(), identity=identity(), code=code, roles=roles)
    if village.level != "village":
        raise NotFound("division_not_found", code=code)
    return village


def _answer(village, year: int):
    view = village_sizes_service.size_view(db.session(), village=village, year=year, today=shanghai_day(now()))
    return view, 200, {"ETag": etag(view["version"] or 0)}
