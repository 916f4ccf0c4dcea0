"""Concerns: what villagers asked for, and every step that was taken on it."""

from flask import current_app
from flask.views import MethodView

from api import db, intake
from api.auth import identity, requires
from api.dates import shanghai_day
from api.diary import concern_lists_service, concern_steps_service, concerns_service
from api.diary.concern_schemas import (
    ConcernFiguresQuerySchema,
    ConcernFiguresSchema,
    ConcernPostSchema,
    ConcernSchema,
    ConcernsQuerySchema,
    ConcernsSchema,
    ConcernStepPostSchema,
    ConcernStepRecordSchema,
)
from api.http import Blueprint, content_hash, now
from api.paging import pagination
from api.postings.access_service import visible_division

HANDLES = ("cadre", "village", "supervisor")

concerns = Blueprint("concerns", __name__, description="What villagers asked for, and what became of it")
concern_figures = Blueprint("concern-figures", __name__, description="Concerns by state and age, and how timely")


@intake.register("concern", body=ConcernPostSchema(), answer=ConcernSchema(), roles=HANDLES)
def take_concern(session, sender, body, *, content_hash, now):
    return concerns_service.raise_directly(session, identity=sender, content_hash=content_hash, now=now, **body)


@intake.register("concern_step", body=ConcernStepRecordSchema(), answer=ConcernSchema(), roles=HANDLES)
def take_concern_step(session, sender, body, *, content_hash, now):
    return concern_steps_service.take_step(session, identity=sender, county_code=current_app.config["COUNTY"],
                                           content_hash=content_hash, now=now, **body)


@concerns.route("")
class Concerns(MethodView):
    @requires(*HANDLES)
    @concerns.arguments(ConcernsQuerySchema, location="query")
    @concerns.response(200, ConcernsSchema)
    def get(self, query):
        """Concerns that you may see, what is due first; pages by X-Pagination

        A cadre: of the villages posted to, and those raised by oneself. A village: those given to it to handle. A
        supervisor: all below the own division.
        """
        filters = {key: value for key, value in query.items() if key != "division"}
        found, count = concern_lists_service.list_concerns(
            db.session(), identity=identity(), today=shanghai_day(now()), code=query["division"], **filters)
        return {"concerns": found}, 200, {"X-Pagination": pagination(count, query)}

    @requires(*HANDLES)
    @concerns.arguments(ConcernPostSchema)
    @concerns.response(201, ConcernSchema)
    @concerns.alt_response(200, schema=ConcernSchema, description="The same id and content again: already kept")
    def post(self, body):
        """Raise a concern by itself; visits, diary entries and receptions bring theirs with them

        Safe to repeat.
        """
        view, created = take_concern(db.session(), identity(), body, content_hash=content_hash(body), now=now())
        db.commit()
        return view, 201 if created else 200


@concerns.route("/<uuid:concern_id>")
class ConcernById(MethodView):
    @requires(*HANDLES)
    @concerns.response(200, ConcernSchema)
    def get(self, concern_id):
        """A concern with its course, and the steps that you may take"""
        standing = concerns_service.Standing(db.session(), identity(), today=shanghai_day(now()))
        concern = concerns_service.visible_concern(db.session(), standing=standing, concern_id=concern_id)
        return concerns_service.concern_views(db.session(), [concern], standing=standing)[0]


@concerns.route("/<uuid:concern_id>/steps")
class ConcernSteps(MethodView):
    @requires(*HANDLES)
    @concerns.arguments(ConcernStepPostSchema)
    @concerns.response(201, ConcernSchema)
    @concerns.alt_response(200, schema=ConcernSchema, description="The same step again: already taken")
    def post(self, body, concern_id):
        """Take a step; a step that the state does not allow is a 409 that names those that it does

        Who handles a concern has accepted it: the steps on the way are written with it. Safe to repeat.
        """
        body["concern_id"] = concern_id
        view, created = take_concern_step(db.session(), identity(), body, content_hash=content_hash(body), now=now())
        db.commit()
        return view, 201 if created else 200


@concern_figures.route("")
class ConcernFigures(MethodView):
    @requires("supervisor")
    @concern_figures.arguments(ConcernFiguresQuerySchema, location="query")
    @concern_figures.response(200, ConcernFiguresSchema)
    def get(self, query):
        """Concerns of a division and of those directly below it: by state, by age, overdue, done in time"""
        session, today = db.session(), shanghai_day(now())
        division = visible_division(session, identity=identity(), code=query["division"], roles=("supervisor",))
        first, last = query["from_on"] or today.replace(month=1, day=1), query["to_on"] or today
        total, rows = concern_lists_service.concern_figures(session, division=division, first=first, last=last,
                                                            today=today)
        return {"from_on": first, "to_on": last, "total": total, "rows": rows,
                "deadlines": concern_lists_service.deadlines(session, division=division, today=today)}
