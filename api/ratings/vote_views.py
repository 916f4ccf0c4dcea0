"""Assessed votes: duty reports and a secret ballot at a meeting."""

from flask import current_app
from flask.views import MethodView

from api import db
from api.auth import identity, requires
from api.http import Blueprint, check_if_match, content_hash, etag, now
from api.paging import pagination
from api.ratings import vote_entry_service, vote_steps_service, votes_service
from api.ratings.vote_schemas import (
    AnnulmentPostSchema,
    DutyReportPutSchema,
    SignaturePostSchema,
    TellerCodesSchema,
    VotePatchSchema,
    VotePostSchema,
    VoteSchema,
    VotesQuerySchema,
    VotesSchema,
)

HOLD = ("supervisor", "village")
READ = (*HOLD, "cadre")

assessed_votes = Blueprint("assessed-votes", __name__,
                           description="Duty reports and the secret ballot at a meeting, which an assessment may read")


@assessed_votes.route("")
class AssessedVotes(MethodView):
    @requires(*READ)
    @assessed_votes.arguments(VotesQuerySchema, location="query")
    @assessed_votes.response(200, VotesSchema)
    def get(self, query):
        """Votes of the villages that you hold them for, and those that you are voted on in; pages by X-Pagination"""
        filters = {key: value for key, value in query.items() if key != "division"}
        found, count = votes_service.list_votes(db.session(), identity=identity(), code=query["division"], **filters)
        return {"assessed_votes": found}, 200, {"X-Pagination": pagination(count, query)}

    @requires(*HOLD)
    @assessed_votes.arguments(VotePostSchema)
    @assessed_votes.response(201, VoteSchema)
    @assessed_votes.alt_response(200, schema=VoteSchema, description="The same id and content again: already kept")
    def post(self, body):
        """Prepare a vote of a village on cadres who are posted there

        Nobody who is voted on prepares it. Safe to repeat.
        """
        hashed = content_hash(body)
        view, created = vote_entry_service.enter_vote(db.session(), identity=identity(), content_hash=hashed,
                                                      now=now(), **body)
        db.commit()
        return view, 201 if created else 200, {"ETag": etag(view.version)}


@assessed_votes.route("/<uuid:vote_id>")
class AssessedVoteById(MethodView):
    @requires(*READ)
    @assessed_votes.response(200, VoteSchema)
    def get(self, vote_id):
        """A vote, without any number before both tellers agree"""
        vote = votes_service.visible_vote(db.session(), identity=identity(), vote_id=vote_id)
        view = votes_service.vote_views(db.session(), [vote], identity=identity())[0]
        return view, 200, {"ETag": etag(view.version)}

    @requires(*HOLD)
    @assessed_votes.edit
    @assessed_votes.arguments(VotePatchSchema)
    @assessed_votes.response(200, VoteSchema)
    def patch(self, body, vote_id):
        """Change a vote before its counting opens, such as how many came"""
        vote = _vote_to_hold(vote_id)
        check_if_match(vote.version)
        view = vote_entry_service.change_vote(db.session(), identity=identity(), vote=vote, now=now(), **body)
        db.commit()
        return view, 200, {"ETag": etag(view.version)}


@assessed_votes.route("/<uuid:vote_id>/duty-reports/<id:cadre_id>")
class DutyReports(MethodView):
    @requires(*READ)
    @assessed_votes.edit
    @assessed_votes.arguments(DutyReportPutSchema)
    @assessed_votes.response(200, VoteSchema)
    def put(self, body, vote_id, cadre_id):
        """Write the duty report of a cadre who is voted on: the own one, or for those who hold the vote any

        If-Match names the version of the report. Once the counting is open, one that was given stays as it is. The same
        text again is safe, whatever the version.
        """
        vote, subject = vote_entry_service.report_to_write(db.session(), identity=identity(), vote_id=vote_id,
                                                           cadre_id=cadre_id)
        if subject.duty_report != body["text"]:
            check_if_match(subject.version)
        view = vote_entry_service.write_report(db.session(), identity=identity(), vote=vote, subject=subject,
                                               now=now(), **body)
        db.commit()
        return view, 200, {"ETag": etag(subject.version)}


@assessed_votes.route("/<uuid:vote_id>/countings")
class Countings(MethodView):
    @requires(*HOLD)
    @assessed_votes.response(200, TellerCodesSchema)
    def post(self, vote_id):
        """Open the counting where enough came, and get a code for each of the two tellers

        The codes are told this once and hold for a day. Asked again there are new ones, and the old ones are void.
        """
        found = vote_steps_service.open_counting(db.session(), identity=identity(), vote=_vote_to_hold(vote_id),
                                                 origin=current_app.config["ORIGINS"][0], now=now())
        db.commit()
        return {"tellers": found}


@assessed_votes.route("/<uuid:vote_id>/readings")
class VoteReadings(MethodView):
    @requires(*HOLD)
    @assessed_votes.response(200, VoteSchema)
    def post(self, vote_id):
        """Note that the result was read out at the meeting

        From now on those voted on see their own. Safe to repeat.
        """
        view = vote_steps_service.read_out(db.session(), identity=identity(), vote=_vote_to_hold(vote_id), now=now())
        db.commit()
        return view, 200, {"ETag": etag(view.version)}


@assessed_votes.route("/<uuid:vote_id>/signatures")
class Signatures(MethodView):
    @requires(*HOLD)
    @assessed_votes.arguments(SignaturePostSchema)
    @assessed_votes.response(200, VoteSchema)
    def post(self, body, vote_id):
        """Note that presider and tellers signed the result and the minutes

        Safe to repeat.
        """
        view = vote_steps_service.sign(db.session(), identity=identity(), vote=_vote_to_hold(vote_id), now=now(),
                                       **body)
        db.commit()
        return view, 200, {"ETag": etag(view.version)}


@assessed_votes.route("/<uuid:vote_id>/annulments")
class VoteAnnulments(MethodView):
    @requires(*HOLD)
    @assessed_votes.arguments(AnnulmentPostSchema)
    @assessed_votes.response(200, VoteSchema)
    def post(self, body, vote_id):
        """Annul a vote for a reason that is kept; one that was signed only from above

        Safe to repeat.
        """
        view = vote_steps_service.annul(db.session(), identity=identity(), vote=_vote_to_hold(vote_id), now=now(),
                                        **body)
        db.commit()
        return view, 200, {"ETag": etag(view.version)}


def _vote_to_hold(vote_id):
    return votes_service.vote_to_hold(db.session(), identity=identity(), vote_id=vote_id)
