"""Check-ins, declarations and decisions."""

import json
from datetime import date, datetime

from flask import g, request
from flask.views import MethodView
from marshmallow.exceptions import MarshmallowError

from api import db, intake
from api.auth import Identity, identity, requires
from api.checkin import context_service, decisions_service, presence_service
from api.checkin.schemas import (
    CheckInPostSchema,
    DecisionPostSchema,
    DecisionSchema,
    DeclarationPostSchema,
    EvidenceSchema,
)
from api.dates import shanghai_day
from api.errors import Conflict
from api.http import Blueprint, Instant, content_hash, now

check_ins = Blueprint("check-ins", __name__, description="「我在村里」: a cadre's word, with a place where there is one")
declarations = Blueprint("declarations", __name__, description="A day in the village, declared without a position")
decisions = Blueprint("decisions", __name__, description="Confirmations and rejections of evidence")

TWICE = "The same id with the same content: already kept; the record as it now stands"


_instant = Instant()


def _told(sender, body, content_hash, now) -> dict:
    return {"cadre_id": _cadre_id(sender), "first_log_in_at": sender.first_log_in_at, "received_at": now,
            "content_hash": content_hash, "locates": sender.locates, "locates_from": sender.locates_from, **body}


def take_check_ins(session, sender, records, *, now):
    return presence_service.record_check_ins(session, [
        presence_service.check_in_evidence(**_told(sender, body, hashed, now)) for body, hashed in records])


@intake.register("check_in", body=CheckInPostSchema(), answer=EvidenceSchema(), roles=("cadre",), many=take_check_ins)
def take_check_in(session, sender, body, *, content_hash, now, context=None):
    """Keep a check-in; `context` may have been read already."""
    return presence_service.record_check_in(session, context=context, **_told(sender, body, content_hash, now))


@intake.register("declaration", body=DeclarationPostSchema(), answer=EvidenceSchema(), roles=("cadre",))
def take_declaration(session, sender, body, *, content_hash, now):
    return presence_service.declare_presence(session, cadre_id=_cadre_id(sender), received_at=now,
                                             content_hash=content_hash, **body)


def _ask_sender(session, hashed, at, idle):
    """Who sends, and by the same question what the check-in in the body will meet."""
    sender, g.context = context_service.load_sender(session, hashed, at, idle, _day_meant(at))
    return sender


def _day_meant(at: datetime) -> date:
    """The day that a body not yet judged seems to be about; a wrong guess costs a question and nothing else."""
    try:
        return shanghai_day(_instant.deserialize(json.loads(request.get_data())["captured_at"]))
    except (ValueError, TypeError, KeyError, RecursionError, MarshmallowError):
        return shanghai_day(at)


@check_ins.route("")
class CheckIns(MethodView):
    @requires("cadre", ask=_ask_sender, short_way=True)
    # An instance: from a class a new schema would be built for every request.
    @check_ins.arguments(CheckInPostSchema())
    @check_ins.response(201, EvidenceSchema)
    @check_ins.alt_response(200, schema=EvidenceSchema, description=TWICE)
    @check_ins.alt_response(409, schema="Error", description="The id belongs to another record")
    def post(self, body):
        """Record presence

        Safe to repeat, also in parallel. The record is always kept; its place is judged afterwards and never refuses
        it: inside, uncertain, outside, no_location or not_judged. A position from who has not agreed to any
        (`PUT /me/location`) is thrown away before anything looks at it, and the record says `denied`.
        """
        view, created = take_check_in(db.session(), identity(), body, content_hash=content_hash(body), now=now(),
                                      context=g.context)
        db.commit()
        return view, 201 if created else 200


@check_ins.route("/<uuid:evidence_id>")
class CheckInById(MethodView):
    @requires("cadre")
    @check_ins.response(200, EvidenceSchema)
    def get(self, evidence_id):
        """One of your check-ins as it now stands"""
        return presence_service.own_evidence(db.session(), cadre_id=_cadre_id(identity()), evidence_id=evidence_id,
                                             kind="check_in")


@declarations.route("")
class Declarations(MethodView):
    @requires("cadre")
    @declarations.arguments(DeclarationPostSchema)
    @declarations.response(201, EvidenceSchema)
    @declarations.alt_response(200, schema=EvidenceSchema, description=TWICE)
    @declarations.alt_response(409, schema="Error", description="The id belongs to another record")
    def post(self, body):
        """Declare a day in the village

        The road without a position, of equal standing: it waits for the village's confirmation. Safe to repeat.
        """
        view, created = take_declaration(db.session(), identity(), body, content_hash=content_hash(body), now=now())
        db.commit()
        return view, 201 if created else 200


@decisions.route("")
class Decisions(MethodView):
    @requires("village", "supervisor")
    @decisions.arguments(DecisionPostSchema)
    @decisions.response(201, DecisionSchema)
    @decisions.alt_response(200, schema=DecisionSchema, description=TWICE)
    @decisions.alt_response(409, schema="Error", description="The id belongs to another record")
    def post(self, body):
        """Confirm or reject a piece of evidence

        A new decision beside the old ones: the highest level prevails, within a level the latest. Nobody decides on
        own records. Safe to repeat.
        """
        view, created = decisions_service.decide(db.session(), identity=identity(), content_hash=content_hash(body),
                                                 now=now(), **body)
        db.commit()
        return view, 201 if created else 200


def _cadre_id(sender: Identity) -> int:
    if sender.cadre_id is None:
        raise Conflict("not_a_cadre")
    return sender.cadre_id
