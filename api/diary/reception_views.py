"""Reception hours in the village."""

from flask.views import MethodView

from api import db, intake
from api.auth import identity, requires
from api.dates import shanghai_day
from api.diary import concerns_service, receptions_service
from api.diary.reception_schemas import (
    ReceptionPostSchema,
    ReceptionSchema,
    ReceptionsQuerySchema,
    ReceptionsSchema,
)
from api.http import Blueprint, content_hash, now
from api.paging import pagination

RECORDS = ("cadre", "village", "supervisor")

receptions = Blueprint("receptions", __name__, description="Reception hours: question, answer, the policy cited")


@intake.register("reception", body=ReceptionPostSchema(), answer=ReceptionSchema(), roles=RECORDS)
def take_reception(session, sender, body, *, content_hash, now):
    """Keep a reception and the concerns that it brings, all or none."""
    reception, created = receptions_service.record_reception(
        session, identity=sender, content_hash=content_hash, now=now,
        **{name: value for name, value in body.items() if name != "concerns"})
    for concern in body["concerns"] if created else ():
        concerns_service.raise_concern(
            session, identity=sender, **concern, village_id=reception.village_id,
            household_id=reception.household_id, source_kind="reception", source_id=reception.id,
            captured_at=reception.captured_at, elapsed_ms=reception.elapsed_ms, now=now, content_hash=content_hash)
    return receptions_service.reception_views(session, [reception])[0], created


@receptions.route("")
class Receptions(MethodView):
    @requires(*RECORDS)
    @receptions.arguments(ReceptionsQuerySchema, location="query")
    @receptions.response(200, ReceptionsSchema)
    def get(self, query):
        """Receptions in your villages, or below your division; the latest first, pages by X-Pagination"""
        filters = {key: value for key, value in query.items() if key != "division"}
        found, count = receptions_service.list_receptions(
            db.session(), identity=identity(), today=shanghai_day(now()), code=query["division"], **filters)
        return {"receptions": found}, 200, {"X-Pagination": pagination(count, query)}

    @requires(*RECORDS)
    @receptions.arguments(ReceptionPostSchema)
    @receptions.response(201, ReceptionSchema)
    @receptions.alt_response(200, schema=ReceptionSchema, description="The same id and content again: already kept")
    def post(self, body):
        """Record who came to the reception hours with what question, and what was answered

        Recorded by the village or a supervisor it is evidence, already confirmed, that the cadres named were in the
        village. Safe to repeat.
        """
        view, created = take_reception(db.session(), identity(), body, content_hash=content_hash(body), now=now())
        db.commit()
        return view, 201 if created else 200
