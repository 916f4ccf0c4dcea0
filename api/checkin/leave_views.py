"""Leave and errands."""

from flask.views import MethodView

from api import db, intake
from api.auth import identity, requires
from api.checkin import leave_service
from api.checkin.leave_schemas import (
    LeavePostSchema,
    LeaveSchema,
    LeavesQuerySchema,
    LeavesSchema,
    LeaveStepPostSchema,
    LeaveStepRecordSchema,
)
from api.http import Blueprint, content_hash, now
from api.postings.access_service import SEES_PRESENCE, cadres_below, visible_cadre, visible_division

leaves = Blueprint("leaves", __name__, description="Leave and errands: asked, approved, refused, withdrawn, returned")


@intake.register("leave", body=LeavePostSchema(), answer=LeaveSchema(), roles=("cadre", "supervisor"))
def take_leave(session, sender, body, *, content_hash, now):
    return leave_service.ask_leave(session, identity=sender, content_hash=content_hash, now=now, **body)


@intake.register("leave_step", body=LeaveStepRecordSchema(), answer=LeaveSchema(), roles=("cadre", "supervisor"))
def take_leave_step(session, sender, body, *, content_hash, now):
    return leave_service.take_step(session, identity=sender, content_hash=content_hash, now=now, **body)


@leaves.route("")
class Leaves(MethodView):
    @requires("cadre", "supervisor", "village")
    @leaves.arguments(LeavesQuerySchema, location="query")
    @leaves.response(200, LeavesSchema)
    def get(self, query):
        """Your own leave, a cadre's, or that of all cadres below a division; the latest first, 500 at most"""
        session = db.session()
        if query["division"] is not None:
            division = visible_division(session, identity=identity(), code=query["division"], roles=SEES_PRESENCE)
            cadre_ids = cadres_below(session, division=division)
        else:
            cadre_ids = [visible_cadre(session, identity=identity(), cadre_id=query["cadre_id"], roles=SEES_PRESENCE)]
        return {"leaves": leave_service.list_leaves(session, cadre_ids=cadre_ids, state=query["state"],
                                                    first=query["first"], last=query["last"])}

    @requires("cadre", "supervisor")
    @leaves.arguments(LeavePostSchema)
    @leaves.response(201, LeaveSchema)
    @leaves.alt_response(200, schema=LeaveSchema, description="The same id and content again: already kept")
    def post(self, body):
        """Ask for leave, or enter a cadre's

        What a supervisor enters within the own power is approved with it. Safe to repeat.
        """
        view, created = take_leave(db.session(), identity(), body, content_hash=content_hash(body), now=now())
        db.commit()
        return view, 201 if created else 200


@leaves.route("/<uuid:leave_id>/steps")
class LeaveSteps(MethodView):
    @requires("cadre", "supervisor")
    @leaves.arguments(LeaveStepPostSchema)
    @leaves.response(201, LeaveSchema)
    @leaves.alt_response(200, schema=LeaveSchema, description="The same id and content again: already taken")
    def post(self, body, leave_id):
        """Approve, refuse, withdraw, or note an early return

        The days follow at once. Nobody approves own leave, or notes a later return than the one that is noted of it;
        how many days a township may approve is a policy.
        """
        body["leave_id"] = leave_id
        view, created = take_leave_step(db.session(), identity(), body, content_hash=content_hash(body), now=now())
        db.commit()
        return view, 201 if created else 200
