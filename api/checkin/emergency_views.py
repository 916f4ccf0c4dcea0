"""Emergency duty, declared by the county."""

from flask.views import MethodView

from api import db
from api.auth import identity, requires
from api.checkin import emergency_service
from api.checkin.emergency_presence_service import Presence, VillagePresence, presence_on
from api.checkin.emergency_schemas import (
    EmergencyDutiesQuerySchema,
    EmergencyDutiesSchema,
    EmergencyDutyPatchSchema,
    EmergencyDutyPostSchema,
    EmergencyDutySchema,
    EmergencyPresenceQuerySchema,
    EmergencyPresenceSchema,
)
from api.dates import shanghai_day
from api.http import Blueprint, check_if_match, content_hash, etag, now
from api.paging import pagination
from api.postings.access_service import SEES_PRESENCE, visible_division

emergency_duties = Blueprint("emergency-duties", __name__, description="Emergency duty, declared by the county")


@emergency_duties.route("")
class EmergencyDuties(MethodView):
    @requires("cadre", "village", "supervisor")
    @emergency_duties.arguments(EmergencyDutiesQuerySchema, location="query")
    @emergency_duties.response(200, EmergencyDutiesSchema)
    def get(self, query):
        """Emergency duties that touch what you see, those that run first; pages by X-Pagination

        A cadre sees those of the villages posted to, a village its own, a supervisor those of the own division and
        below it.
        """
        session, who, at = db.session(), identity(), now()
        found, count = emergency_service.list_duties(session, identity=who, code=query["division"],
                                                     state=query["state"], page=query["page"],
                                                     page_size=query["page_size"], now=at)
        most_days = emergency_service.most_days_of(session, identity=who, code=query["division"],
                                                   today=shanghai_day(at))
        return {"duties": found, "most_days": most_days}, 200, {"X-Pagination": pagination(count, query)}

    @requires("supervisor")
    @emergency_duties.arguments(EmergencyDutyPostSchema)
    @emergency_duties.response(201, EmergencyDutySchema)
    @emergency_duties.alt_response(200, schema=EmergencyDutySchema,
                                   description="The same id and content again: already kept")
    def post(self, body):
        """Declare an emergency duty for divisions and a period, with its reason

        For supervisors of a county or above. Those posted there are asked to tell that they are in the village, in any
        of the usual ways. It ends by itself, and no figure depends on it. Safe to repeat.
        """
        view, created = emergency_service.declare(db.session(), identity=identity(), content_hash=content_hash(body),
                                                  now=now(), **body)
        db.commit()
        return view, 201 if created else 200, {"ETag": etag(view.version)}


@emergency_duties.route("/<uuid:duty_id>")
class EmergencyDutyById(MethodView):
    @requires("cadre", "village", "supervisor")
    @emergency_duties.response(200, EmergencyDutySchema)
    def get(self, duty_id):
        """An emergency duty"""
        session, who, at = db.session(), identity(), now()
        duty = emergency_service.visible_duty(session, identity=who, duty_id=duty_id, today=shanghai_day(at))
        [view] = emergency_service.duty_views(session, [duty], identity=who, now=at)
        return view, 200, {"ETag": etag(view.version)}

    @requires("supervisor")
    @emergency_duties.edit
    @emergency_duties.arguments(EmergencyDutyPatchSchema)
    @emergency_duties.response(200, EmergencyDutySchema)
    def patch(self, body, duty_id):
        """End a duty before its time, with the reason

        Left alone it ends by itself.
        """
        session, who, at = db.session(), identity(), now()
        duty = emergency_service.visible_duty(session, identity=who, duty_id=duty_id, today=shanghai_day(at), lock=True)
        check_if_match(duty.version)
        view = emergency_service.end_early(session, identity=who, duty=duty, now=at, **body)
        db.commit()
        return view, 200, {"ETag": etag(view.version)}


@emergency_duties.route("/<uuid:duty_id>/presence")
class EmergencyDutyPresence(MethodView):
    @requires("village", "supervisor")
    @emergency_duties.arguments(EmergencyPresenceQuerySchema, location="query")
    @emergency_duties.response(200, EmergencyPresenceSchema)
    def get(self, query, duty_id):
        """Who of those posted has told on a day since the duty began, village by village; pages by X-Pagination

        In roster order. Whatever is evidence of the day counts as word, also the village's register and a declaration.
        """
        session, who, at = db.session(), identity(), now()
        duty = emergency_service.visible_duty(session, identity=who, duty_id=duty_id, today=shanghai_day(at))
        division = visible_division(session, identity=who, code=query["division"], roles=SEES_PRESENCE)
        found = presence_on(
            session, duty=duty, division=division, day=query["day"], now=at, only_missing=query["missing"],
            page=query["page"], page_size=query["page_size"])
        [view] = emergency_service.duty_views(session, [duty], identity=who, now=at)
        answer = {"duty": view, "division": division, "day": found.day, "days": found.days,
                  **{name: getattr(found.everybody, name) for name in ("posted", "reported", "on_leave")},
                  "villages": [_plain(one, found, only_missing=query["missing"]) for one in found.villages]}
        return answer, 200, {"X-Pagination": pagination(found.count, query)}


def _plain(one: VillagePresence, found: Presence, *, only_missing: bool) -> dict:
    """A village as it stands in the answer: a page of them names hundreds of cadres."""
    shown = [(row, found.words.get(row.cadre_id)) for row in one.cadres if not only_missing or row.is_missing]
    return {
        "village": {"code": one.village.code, "name": one.village.name, "level": one.village.level},
        "posted": one.posted, "reported": one.reported, "on_leave": one.on_leave,
        "cadres": [{"cadre": {"id": row.cadre_id, "name": found.names[row.cadre_id]},
                    "reported_at": word and word.at.isoformat().replace("+00:00", "Z"),
                    "kind": word and word.kind, "verdict": word and word.verdict,
                    "leave": row.leave, "errand": row.errand} for row, word in shown]}
