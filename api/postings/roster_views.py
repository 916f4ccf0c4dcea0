"""Cadres and their postings."""

from flask.views import MethodView
from marshmallow import missing

from api import db
from api.auth import ANY_USER, identity, requires
from api.checkin import judging_service, standings_forgetting_service
from api.dates import shanghai_day
from api.http import Blueprint, check_if_match, etag, now
from api.postings import cadres_service, roster_service
from api.postings.access_service import SEES_ROSTER, cadres_below, managed_posting, visible_cadre, visible_division
from api.postings.divisions_service import division_by_id
from api.postings.roster_schemas import (
    CadrePatchSchema,
    CadrePostSchema,
    CadreSchema,
    CadresQuerySchema,
    CadresSchema,
    PostingPatchSchema,
    PostingPostSchema,
    PostingSchema,
    PostingsQuerySchema,
    PostingsSchema,
)

cadres = Blueprint("cadres", __name__, description="Stationed cadres")
postings = Blueprint("postings", __name__, description="Who is posted where, from when to when")


@cadres.route("")
class Cadres(MethodView):
    @requires("supervisor", "village", "admin")
    @cadres.arguments(CadresQuerySchema, location="query")
    @cadres.response(200, CadresSchema)
    def get(self, query):
        """The cadres posted below a division today, or on some day of a period, in roster order

        With a period each cadre comes with the posting below the division that touches it: today's if there is one,
        else the nearest to today. So who has left, or is about to come, is found too.
        """
        session, today = db.session(), shanghai_day(now())
        division = visible_division(session, identity=identity(), code=query["division"], roles=SEES_ROSTER)
        first = query["first"] or query["last"] or today
        last = query["last"] or first
        ids = cadres_below(session, division=division, first=first, last=last)
        postings = roster_service.nearest_postings(session, cadre_ids=ids, division=division, first=first, last=last,
                                                   today=today)
        return {"cadres": cadres_service.cadre_views(session, cadre_ids=ids, postings=postings)}

    @requires("admin")
    @cadres.arguments(CadrePostSchema)
    @cadres.response(201, CadreSchema)
    def post(self, body):
        """Make a user a stationed cadre"""
        cadre = cadres_service.add_cadre(db.session(), identity=identity(), now=now(), **body)
        db.commit()
        return _cadre(cadre.id), 201, {"ETag": etag(cadre.version)}


@cadres.route("/<id:cadre_id>")
class CadreById(MethodView):
    @requires(ANY_USER)
    @cadres.response(200, CadreSchema)
    def get(self, cadre_id):
        """One cadre with today's posting"""
        answer = _cadre(visible_cadre(db.session(), identity=identity(), cadre_id=cadre_id, roles=SEES_ROSTER))
        return answer, 200, {"ETag": etag(answer["version"])}

    @requires("admin")
    @cadres.edit
    @cadres.arguments(CadrePatchSchema)
    @cadres.response(200, CadreSchema)
    def patch(self, body, cadre_id):
        """Correct sending unit, rank or role"""
        visible_cadre(db.session(), identity=identity(), cadre_id=cadre_id, roles=("admin",))
        cadre = roster_service.cadre_by_id(db.session(), cadre_id)
        check_if_match(cadre.version)
        cadres_service.change_cadre(db.session(), identity=identity(), cadre=cadre, changes=body, now=now())
        standings_forgetting_service.person_changed(db.session(), user_id=cadre.user_id)
        db.commit()
        return _cadre(cadre_id), 200, {"ETag": etag(cadre.version)}


@postings.route("")
class Postings(MethodView):
    @requires(ANY_USER)
    @postings.arguments(PostingsQuerySchema, location="query")
    @postings.response(200, PostingsSchema)
    def get(self, query):
        """All postings of a cadre, or those running below a division on a day"""
        session, today = db.session(), shanghai_day(now())
        if query["division"] is None:
            ids = [visible_cadre(session, identity=identity(), cadre_id=query["cadre_id"], roles=SEES_ROSTER)]
            rows = roster_service.postings_of(session, ids)
        else:
            division = visible_division(session, identity=identity(), code=query["division"], roles=SEES_ROSTER)
            rows = roster_service.running_postings(session, division=division, day=query["on"] or today)
        return {"postings": roster_service.posting_views(session, rows)}

    @requires("admin")
    @postings.arguments(PostingPostSchema)
    @postings.response(201, PostingSchema)
    def post(self, body):
        """Post a cadre to a village; records already sent for these days are judged at once"""
        session = db.session()
        visible_cadre(session, identity=identity(), cadre_id=body["cadre_id"], roles=("admin",))
        cadre = roster_service.cadre_by_id(session, body["cadre_id"])
        posting = roster_service.create_posting(
            session, cadre=cadre, village=_village(body["village_code"]),
            further_villages=[_village(code) for code in body["further_village_codes"]], from_on=body["from_on"],
            to_on=body["to_on"], by_id=identity().user_id, now=now())
        judging_service.cadres_changed(session, cadre_ids=[cadre.id], first=posting.from_on)
        db.commit()
        return _posting(posting, 201)


@postings.route("/<id:posting_id>")
class PostingById(MethodView):
    @requires("supervisor", "village", "admin")
    @postings.response(200, PostingSchema)
    def get(self, posting_id):
        """One posting"""
        posting = roster_service.posting_by_id(db.session(), posting_id)
        visible_cadre(db.session(), identity=identity(), cadre_id=posting.cadre_id, roles=SEES_ROSTER)
        return _posting(posting, 200)

    @requires("admin")
    @postings.edit
    @postings.arguments(PostingPatchSchema)
    @postings.response(200, PostingSchema)
    def patch(self, body, posting_id):
        """Correct or end a posting; days, weeks and verdicts follow at once"""
        session = db.session()
        posting = managed_posting(session, identity=identity(), posting_id=posting_id)
        check_if_match(posting.version)
        first = min(posting.from_on, body.get("from_on", posting.from_on))
        further = body.get("further_village_codes", missing)
        held = roster_service.villages_of(session, [posting.id])[posting.id]
        # The village that a posting leaves is none of the cadre's any more once it has left.
        standings_forgetting_service.facts_changed(session, cadre_ids=[posting.cadre_id], first=first)
        roster_service.change_posting(
            session, posting=posting,
            village=_village(body["village_code"]) if "village_code" in body else division_by_id(session, held[0]),
            further_villages=[division_by_id(session, i) for i in held[1:]] if further is missing else
            [_village(code) for code in further],
            from_on=body.get("from_on", posting.from_on), to_on=body.get("to_on", posting.to_on),
            by_id=identity().user_id, now=now())
        judging_service.cadres_changed(session, cadre_ids=[posting.cadre_id], first=first)
        db.commit()
        return _posting(posting, 200)


def _village(code: str):
    return visible_division(db.session(), identity=identity(), code=code, roles=("admin",))


def _cadre(cadre_id: int) -> dict:
    posting = roster_service.posting_on(db.session(), cadre_id=cadre_id, day=shanghai_day(now()))
    return cadres_service.cadre_views(db.session(), cadre_ids=[cadre_id], postings=[posting] if posting else [])[0]


def _posting(posting, status: int):
    return roster_service.posting_views(db.session(), [posting])[0], status, {"ETag": etag(posting.version)}
