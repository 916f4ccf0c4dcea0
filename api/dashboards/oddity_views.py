"""Oddities in the records, for a person to judge."""

from flask.views import MethodView

from api import db, intake
from api.auth import identity, requires
from api.dashboards import oddities_service
from api.dashboards.oddity_schemas import (
    OdditiesQuerySchema,
    OdditiesSchema,
    OdditySchema,
    OddityStepPostSchema,
    OddityStepRecordSchema,
)
from api.dates import shanghai_day
from api.http import Blueprint, content_hash, now
from api.paging import pagination
from api.postings.access_service import visible_division

oddities = Blueprint("oddities", __name__, description="Oddities in the records, for a person to judge")
TAKES_STEPS = ("cadre", "supervisor")


@intake.register("oddity_step", body=OddityStepRecordSchema(), answer=OdditySchema(), roles=TAKES_STEPS)
def take_oddity_step(session, sender, body, *, content_hash, now):
    return oddities_service.take_step(session, identity=sender, content_hash=content_hash, now=now, **body)


@oddities.route("")
class Oddities(MethodView):
    @requires("cadre", "supervisor")
    @oddities.arguments(OdditiesQuerySchema, location="query")
    @oddities.response(200, OdditiesSchema)
    def get(self, query):
        """Oddities in the own records, or in those of the cadres below a division

        A cadre sees an own one at once, the latest first. Those above, from the township on, see it in the order of the
        roster, once it is explained or the days of the rule oddity_own_days have passed. No figure changes by it.
        """
        session, today = db.session(), shanghai_day(now())
        asked = {name: query[name] for name in ("state", "kind", "page", "page_size")}
        if query["own"] or (query["division"] is None and not identity().has_role("supervisor")):
            found, count = oddities_service.list_own(session, identity=identity(), today=today, **asked)
        else:
            division = visible_division(session, identity=identity(), code=query["division"], roles=("supervisor",))
            found, count = oddities_service.list_below(session, identity=identity(), division=division, today=today,
                                                       **asked)
        return {"oddities": found}, 200, {"X-Pagination": pagination(count, query)}


@oddities.route("/<uuid:oddity_id>")
class OddityById(MethodView):
    @requires("cadre", "supervisor")
    @oddities.response(200, OdditySchema)
    def get(self, oddity_id):
        """An oddity with its course, and the step that you may take"""
        return oddities_service.visible_oddity(db.session(), identity=identity(), oddity_id=oddity_id,
                                               today=shanghai_day(now()))


@oddities.route("/<uuid:oddity_id>/steps")
class OdditySteps(MethodView):
    @requires(*TAKES_STEPS)
    @oddities.arguments(OddityStepPostSchema)
    @oddities.response(201, OdditySchema)
    @oddities.alt_response(200, schema=OdditySchema, description="The same step again: already taken")
    def post(self, body, oddity_id):
        """Explain an own oddity, or close one of the cadres below with a reason

        A cadre may add to the explanation until it is closed. What is closed stays closed. Safe to repeat.
        """
        body["oddity_id"] = oddity_id
        view, created = take_oddity_step(db.session(), identity(), body, content_hash=content_hash(body), now=now())
        db.commit()
        return view, 201 if created else 200
