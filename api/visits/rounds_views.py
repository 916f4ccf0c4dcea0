"""Rounds of visits, the companions' word, and taking a visit back."""

from flask.views import MethodView

from api import db, intake
from api.auth import identity, requires
from api.dates import shanghai_day
from api.diary import concerns_service
from api.errors import Conflict, DomainError
from api.http import Blueprint, content_hash, now
from api.http import content_hash as hash_of
from api.postings.access_service import visible_cadre
from api.postings.divisions_service import division_by_code
from api.visits import annulments_service, companions_service, round_views_service, rounds_batch_service, rounds_service
from api.visits.round_schemas import (
    CompanionAnswerPostSchema,
    CompanionshipSchema,
    CompanionshipsSchema,
    CompanionsQuerySchema,
    RoundPostSchema,
    RoundSchema,
    RoundsQuerySchema,
    RoundsSchema,
    TeammatesSchema,
    VisitAnnulmentPostSchema,
    VisitSchema,
    VisitsQuerySchema,
    VisitsSchema,
)

rounds = Blueprint("rounds", __name__, description="Rounds of visits: one entry for up to a hundred households")
visits = Blueprint("visits", __name__, description="Visits, one household each")
visit_annulments = Blueprint("visit-annulments", __name__, description="Visits taken back, with the reason")
companions = Blueprint("companions", __name__, description="Rounds that you are named in")
companion_answers = Blueprint("companion-answers", __name__, description="「我也在」")
teammates = Blueprint("teammates", __name__, description="Who may have come along")

TWICE = "The same id with the same content: already kept; the record as it now stands"


def _hashed(body: dict) -> dict:
    # The hash leaves out where the phone was: it would give the position away to whoever tries them all.
    return {**body, "content_hash": hash_of(
        {key: value for key, value in body.items() if key not in ("position", "location_error")})}


def take_rounds(session, sender, records, *, now):
    bodies = [body for body, _hash in records]
    taken = rounds_batch_service.record_rounds(session, identity=sender, now=now,
                                               bodies=[_hashed(body) for body in bodies])
    for body, one in zip(bodies, taken, strict=True):
        if not isinstance(one, DomainError) and one[1]:
            _raise_concerns(session, sender, body, one[0], now)
    return taken


@intake.register("round", body=RoundPostSchema(), answer=RoundSchema(), roles=("cadre",), many=take_rounds)
def take_round(session, sender, body, *, content_hash, now):
    view, created = rounds_service.record_round(session, identity=sender, now=now, **_hashed(body))
    if created:
        _raise_concerns(session, sender, body, view, now)
    return view, created


@intake.register("companion_answer", body=CompanionAnswerPostSchema(), answer=CompanionshipSchema(), roles=("cadre",))
def take_answer(session, sender, body, *, content_hash, now):
    return companions_service.answer(session, identity=sender, content_hash=content_hash, now=now, **body)


@intake.register("visit_annulment", body=VisitAnnulmentPostSchema(), answer=VisitSchema(),
                 roles=("cadre", "supervisor"))
def take_annulment(session, sender, body, *, content_hash, now):
    return annulments_service.annul_visit(session, identity=sender, content_hash=content_hash, now=now, **body)


def _raise_concerns(session, sender, body, view, now) -> None:
    villages = {visit.id: visit.village.id for visit in view.visits}
    for visit in body["visits"]:
        for concern in visit["concerns"]:
            concerns_service.raise_concern(
                session, identity=sender, village_id=villages[visit["id"]], household_id=visit["household_id"],
                source_kind="visit", source_id=visit["id"], captured_at=body["captured_at"],
                elapsed_ms=body["elapsed_ms"], now=now, content_hash=hash_of(concern), **concern)


@rounds.route("")
class Rounds(MethodView):
    @requires("cadre", "supervisor")
    @rounds.arguments(RoundsQuerySchema, location="query")
    @rounds.response(200, RoundsSchema)
    def get(self, query):
        """The rounds of a cadre (default: you) in a range of days, with those joined as a companion; 200 at most"""
        cadre_id = visible_cadre(db.session(), identity=identity(), cadre_id=query["cadre_id"], roles=("supervisor",))
        return {"rounds": round_views_service.list_rounds(db.session(), identity=identity(), cadre_id=cadre_id,
                                                          first=query["first"], last=query["last"])}

    @requires("cadre")
    @rounds.arguments(RoundPostSchema())
    @rounds.response(201, RoundSchema)
    @rounds.alt_response(200, schema=RoundSchema, description=TWICE)
    @rounds.alt_response(410, schema="Error", description="Erased on request")
    def post(self, body):
        """Record a round: who was visited, when, what for

        Safe to repeat, also in parallel. Households must be of the villages that you were posted to on that day, or in
        the month before it, or are today, or linked to you likewise. A round with a position and somebody at the door
        is evidence of presence.
        """
        view, created = take_round(db.session(), _cadre(), body, content_hash=content_hash(body), now=now())
        db.commit()
        return view, 201 if created else 200


@rounds.route("/<uuid:round_id>")
class RoundById(MethodView):
    @requires("cadre", "supervisor")
    @rounds.response(200, RoundSchema)
    def get(self, round_id):
        """One round as it now stands"""
        return round_views_service.round_view(db.session(), identity=identity(), round_id=round_id)


@visits.route("")
class Visits(MethodView):
    @requires("cadre", "supervisor")
    @visits.arguments(VisitsQuerySchema, location="query")
    @visits.response(200, VisitsSchema)
    def get(self, query):
        """Visits that you may see, the latest first: own ones, those shared, those below your division"""
        code = query["division"]
        found, more = round_views_service.list_visits(
            db.session(), identity=identity(), household_id=query["household_id"], first=query["first"],
            last=query["last"], page=query["page"], page_size=query["page_size"],
            division=None if code is None else division_by_code(db.session(), code))
        return {"visits": found, "more": more}


@visit_annulments.route("")
class VisitAnnulments(MethodView):
    @requires("cadre", "supervisor")
    @visit_annulments.arguments(VisitAnnulmentPostSchema)
    @visit_annulments.response(201, VisitSchema)
    @visit_annulments.alt_response(200, schema=VisitSchema, description=TWICE)
    def post(self, body):
        """Take a visit back: your own, or one below your division

        It stays where it was with the reason, and counts nowhere any more. Safe to repeat.
        """
        view, created = take_annulment(db.session(), identity(), body, content_hash=content_hash(body), now=now())
        db.commit()
        return view, 201 if created else 200


@companions.route("")
class Companions(MethodView):
    @requires("cadre")
    @companions.arguments(CompanionsQuerySchema, location="query")
    @companions.response(200, CompanionshipsSchema)
    def get(self, query):
        """Rounds that you are named in, the latest first, 100 at most"""
        return {"companions": companions_service.list_own(db.session(), cadre_id=_cadre_id(), state=query["state"])}


@companion_answers.route("")
class CompanionAnswers(MethodView):
    @requires("cadre")
    @companion_answers.arguments(CompanionAnswerPostSchema)
    @companion_answers.response(201, CompanionshipSchema)
    @companion_answers.alt_response(200, schema=CompanionshipSchema, description=TWICE)
    def post(self, body):
        """Say 「我也在」, or that you were not there

        Only then the round counts for you too. The later of two answers holds. Safe to repeat.
        """
        view, created = take_answer(db.session(), _cadre(), body, content_hash=content_hash(body), now=now())
        db.commit()
        return view, 201 if created else 200


@teammates.route("")
class Teammates(MethodView):
    @requires("cadre")
    @teammates.response(200, TeammatesSchema)
    def get(self):
        """The cadres posted in your townships today: whom a round may name as companions"""
        return {"teammates": companions_service.list_teammates(db.session(), cadre_id=_cadre_id(),
                                                               today=shanghai_day(now()))}


def _cadre_id() -> int:
    if identity().cadre_id is None:
        raise Conflict("not_a_cadre")
    return identity().cadre_id


def _cadre():
    """The sender, who must be a stationed cadre."""
    _cadre_id()
    return identity()
