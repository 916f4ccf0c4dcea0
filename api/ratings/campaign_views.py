"""Rating campaigns: drafted, opened, withdrawn, which villages they reach, and their questions as these say them."""

from flask import abort, current_app, request
from flask.views import MethodView

from api import db
from api.auth import FORMS, identity, requires
from api.dates import shanghai_day
from api.errors import Unprocessable
from api.http import Blueprint, check_if_match, content_hash, etag, now
from api.paging import pagination
from api.ratings import (
    campaign_entry_service,
    campaign_villages_service,
    campaigns_service,
    closing_service,
    opening_service,
    recordings_service,
)
from api.ratings.campaign_schemas import (
    CampaignPatchSchema,
    CampaignPostSchema,
    CampaignSchema,
    CampaignsQuerySchema,
    CampaignsSchema,
    CampaignVillagesQuerySchema,
    CampaignVillagesSchema,
    CampaignWithdrawalPostSchema,
    RecordingSchema,
)
from api.ratings.recordings_rules import MIMETYPES, MOST_BYTES

ASK = ("supervisor",)
READ = (*ASK, "village", "cadre")
RECORD = (*ASK, "village")
SOUND = {"required": True, "description": "The file as it is, 600 KB at most; what it is its first bytes tell",
         "content": {mimetype: {"schema": {"type": "string", "format": "binary"}} for mimetype in MIMETYPES}}

rating_campaigns = Blueprint("rating-campaigns", __name__,
                             description="What villagers are asked, by QR code: it informs, it never decides")


@rating_campaigns.route("")
class RatingCampaigns(MethodView):
    @requires(*READ)
    @rating_campaigns.arguments(CampaignsQuerySchema, location="query")
    @rating_campaigns.response(200, CampaignsSchema)
    def get(self, query):
        """Campaigns that you may know of, the latest first; pages by X-Pagination

        Below the division that asks a campaign is known once it is open, in the villages that it reaches.
        """
        filters = {key: value for key, value in query.items() if key != "division"}
        found, count = campaigns_service.list_campaigns(db.session(), identity=identity(), today=shanghai_day(now()),
                                                        code=query["division"], **filters)
        return {"rating_campaigns": found}, 200, {"X-Pagination": pagination(count, query)}

    @requires(*ASK)
    @rating_campaigns.arguments(CampaignPostSchema)
    @rating_campaigns.response(201, CampaignSchema)
    @rating_campaigns.alt_response(200, schema=CampaignSchema, description="The same id and content again")
    def post(self, body):
        """Draft a campaign of a division and all its villages

        Safe to repeat. Nobody drafts, opens, prints or closes what asks about oneself.
        """
        hashed = content_hash(body)
        body["hotline"] = body["hotline"] or _hotline()
        view, created = campaign_entry_service.enter_campaign(
            db.session(), identity=identity(), content_hash=hashed, now=now(), **body)
        db.commit()
        return view, 201 if created else 200, {"ETag": etag(view.version)}


@rating_campaigns.route("/<uuid:campaign_id>")
class RatingCampaignById(MethodView):
    @requires(*READ)
    @rating_campaigns.response(200, CampaignSchema)
    def get(self, campaign_id):
        """A campaign that you may know of"""
        reader = campaigns_service.CampaignReader(db.session(), identity(), today=shanghai_day(now()))
        view = campaigns_service.visible_campaign(db.session(), reader=reader, campaign_id=campaign_id)
        return view, 200, {"ETag": etag(view.version)}

    @requires(*ASK)
    @rating_campaigns.edit
    @rating_campaigns.arguments(CampaignPatchSchema)
    @rating_campaigns.response(200, CampaignSchema)
    def patch(self, body, campaign_id):
        """Change a draft; once villagers may answer, what they were asked never changes"""
        campaign = _campaign_to_change(campaign_id)
        check_if_match(campaign.version)
        body["hotline"] = body["hotline"] or _hotline()
        view = campaign_entry_service.change_campaign(db.session(), identity=identity(), campaign=campaign, now=now(),
                                                      **body)
        db.commit()
        return view, 200, {"ETag": etag(view.version)}


@rating_campaigns.route("/<uuid:campaign_id>/openings")
class CampaignOpenings(MethodView):
    @requires(*ASK)
    @rating_campaigns.response(200, CampaignSchema)
    def post(self, campaign_id):
        """Open a draft: its villages get their open codes, and cards can be printed

        Ballots are taken from the first day on. Safe to repeat: an open one stays open.
        """
        view = opening_service.open_campaign(
            db.session(), current_app.config["SEALING"], identity=identity(), campaign=_campaign_to_change(campaign_id),
            hotline=_hotline(), now=now())
        db.commit()
        return view, 200, {"ETag": etag(view.version)}


@rating_campaigns.route("/<uuid:campaign_id>/withdrawals")
class CampaignWithdrawals(MethodView):
    @requires(*ASK)
    @rating_campaigns.arguments(CampaignWithdrawalPostSchema)
    @rating_campaigns.response(200, CampaignSchema)
    def post(self, body, campaign_id):
        """Withdraw a draft or an open campaign: what was voted is thrown away unread, all its cards are void

        Safe to repeat: a withdrawn one stays withdrawn.
        """
        view = campaign_entry_service.withdraw_campaign(
            db.session(), identity=identity(), campaign=_campaign_to_change(campaign_id, with_urn=True), now=now(),
            **body)
        db.commit()
        db.settle()
        return view, 200, {"ETag": etag(view.version)}


@rating_campaigns.route("/<uuid:campaign_id>/closings")
class CampaignClosings(MethodView):
    @requires(*ASK)
    @rating_campaigns.response(200, CampaignSchema)
    def post(self, campaign_id):
        """Close an open campaign: what came in is counted, and told where there are enough ballots

        Of fewer nothing is kept. Texts are opened and mixed. Safe to repeat: a closed one stays closed.
        """
        session = db.session()
        campaign = _campaign_to_change(campaign_id, with_urn=True)
        closing_service.close_campaign(session, current_app.config["SEALING"], campaign_id=campaign.id,
                                       by_id=identity().user_id, now=now())
        reader = campaigns_service.CampaignReader(session, identity(), today=shanghai_day(now()))
        view = campaigns_service.visible_campaign(session, reader=reader, campaign_id=campaign_id)
        db.commit()
        db.settle()
        return view, 200, {"ETag": etag(view.version)}


@rating_campaigns.route("/<uuid:campaign_id>/villages")
class CampaignVillages(MethodView):
    @requires(*READ)
    @rating_campaigns.arguments(CampaignVillagesQuerySchema, location="query")
    @rating_campaigns.response(200, CampaignVillagesSchema)
    def get(self, query, campaign_id):
        """The villages of a campaign that you have to do with, by code: cards, poster, how many took part

        How many is told up to yesterday, and not while there are too few. Those who are rated see no code.
        """
        found = campaign_villages_service.villages_of(
            db.session(), identity=identity(), campaign_id=campaign_id, today=shanghai_day(now()),
            origin=current_app.config["ORIGINS"][0], code=query["village"], within=query["division"])
        return {"villages": found}


@rating_campaigns.route("/<uuid:campaign_id>/villages/<code:village_code>/recordings/<string:question>")
class CampaignRecordings(MethodView):
    @requires(*RECORD)
    @rating_campaigns.doc(requestBody=SOUND)
    @rating_campaigns.response(201, RecordingSchema)
    @rating_campaigns.alt_response(200, schema=RecordingSchema, description="The same sound again: already kept")
    @rating_campaigns.alt_response(413, schema="Error", description="Larger than 600 KB")
    @rating_campaigns.alt_response(422, schema="Error", description="not_a_recording: not kept")
    def put(self, campaign_id, village_code, question):
        """Keep a question as somebody of the village says it, for who does not read

        It takes the place of an earlier one. Never by those who are rated. Safe to repeat.
        """
        if request.mimetype in FORMS:
            raise Unprocessable("not_a_recording")
        data = request.get_data()
        if len(data) > MOST_BYTES:
            abort(413)
        recording, created = recordings_service.keep_recording(
            db.session(), identity=identity(), campaign_id=campaign_id, village_code=village_code, question=question,
            data=data, now=now())
        db.commit()
        return recording, 201 if created else 200

    @requires(*RECORD)
    @rating_campaigns.response(204)
    def delete(self, campaign_id, village_code, question):
        """Delete a question's spoken version"""
        recordings_service.delete_recording(db.session(), identity=identity(), campaign_id=campaign_id,
                                            village_code=village_code, question=question, now=now())
        db.commit()


def _campaign_to_change(campaign_id, *, with_urn: bool = False):
    return campaign_entry_service.campaign_to_change(db.session(), identity=identity(), campaign_id=campaign_id,
                                                     today=shanghai_day(now()), with_urn=with_urn)


def _hotline() -> str:
    return current_app.config.get("HOTLINE", "")
