"""The suggestion box: for everybody to write into, and for the offices that answer."""

from flask import current_app, request
from flask.views import MethodView

from api import db
from api.auth import PUBLIC, identity, requires
from api.dates import shanghai_day
from api.http import Blueprint, content_hash, etag, now
from api.paging import pagination
from api.ratings import suggestion_contacts_service, suggestion_entry_service, suggestion_steps_service
from api.ratings.codes_rules import RECEIPT, code_of, groups
from api.ratings.suggestion_schemas import (
    AppealPostSchema,
    BoxedSuggestionSchema,
    BoxedSuggestionsSchema,
    ContactPostSchema,
    ContactSchema,
    ReceiptPostSchema,
    ReceiptSchema,
    SuggestionConcernPostSchema,
    SuggestionPostSchema,
    SuggestionReceivedSchema,
    SuggestionsQuerySchema,
    SuggestionStepPostSchema,
)
from api.ratings.suggestions_service import (
    READERS,
    Standing,
    list_suggestions,
    suggestion_views,
    visible_suggestion,
)

HANDLES = ("supervisor", "discipline")

suggestions = Blueprint("suggestions", __name__, description="Suggestions and complaints, named or not")
suggestion_receipts = Blueprint("suggestion-receipts", __name__,
                                description="What became of a suggestion, for whoever has its receipt")


@suggestions.route("")
class Suggestions(MethodView):
    @requires(PUBLIC, unseen=True)
    @suggestions.arguments(SuggestionPostSchema)
    @suggestions.response(201, SuggestionReceivedSchema)
    @suggestions.alt_response(200, schema=SuggestionReceivedSchema, description="The same again: already kept")
    @suggestions.alt_response(404, schema="Error", description="No such division")
    @suggestions.alt_response(429, schema="Error", description="Too many from one address; Retry-After says when")
    def post(self, body):
        """Write into the suggestion box, without an account

        Nothing is kept of where it came from, and only the day. Safe to repeat.
        """
        session, hashed, today = db.session(), content_hash(body), shanghai_day(now())
        suggestion_entry_service.count_sender(session, secret=current_app.config["SECRET"], now=now(),
                                              address=request.remote_addr or "")
        kept, created = suggestion_entry_service.write(
            session, current_app.config["SEALING"], county_code=current_app.config["COUNTY"], content_hash=hashed,
            today=today, **body)
        answer = {"receipt_groups": groups(code_of(body["receipt"], RECEIPT)), "received_on": kept.received_on}
        db.commit()
        return answer, 201 if created else 200

    @requires(*READERS)
    @suggestions.arguments(SuggestionsQuerySchema, location="query")
    @suggestions.response(200, BoxedSuggestionsSchema)
    def get(self, query):
        """Suggestions that you may see, what is due first; pages by X-Pagination

        What is about a person: only the discipline organ and the county; whoever it names, never. A township: what is
        about its villages. A village: suggestions about it, never complaints.
        """
        filters = {key: value for key, value in query.items() if key != "division"}
        found, count = list_suggestions(db.session(), standing=_standing(), code=query["division"], **filters)
        return {"suggestions": found}, 200, {"X-Pagination": pagination(count, query)}


@suggestions.route("/<uuid:suggestion_id>")
class SuggestionById(MethodView):
    @requires(*READERS)
    @suggestions.response(200, BoxedSuggestionSchema)
    def get(self, suggestion_id):
        """A suggestion with its course, and the steps that you may take"""
        standing = _standing()
        found = visible_suggestion(db.session(), standing=standing, suggestion_id=suggestion_id)
        view = suggestion_views(db.session(), [found], standing=standing)[0]
        return view, 200, {"ETag": etag(found.version)}


@suggestions.route("/<uuid:suggestion_id>/steps")
class SuggestionSteps(MethodView):
    @requires(*READERS)
    @suggestions.arguments(SuggestionStepPostSchema)
    @suggestions.response(201, BoxedSuggestionSchema)
    @suggestions.alt_response(200, schema=BoxedSuggestionSchema, description="The same step again: already taken")
    def post(self, body, suggestion_id):
        """Accept, decline, note, answer, close or reclassify; a step that the state does not allow is a 409

        Safe to repeat.
        """
        hashed = content_hash({**body, "suggestion_id": suggestion_id})
        view, created = suggestion_steps_service.take_step(
            db.session(), identity=identity(), suggestion_id=suggestion_id, told=body.pop("is_told"),
            content_hash=hashed, now=now(), **body)
        db.commit()
        return view, 201 if created else 200


@suggestions.route("/<uuid:suggestion_id>/contacts")
class SuggestionContacts(MethodView):
    @requires(*HANDLES)
    @suggestions.arguments(ContactPostSchema)
    @suggestions.response(200, ContactSchema)
    def post(self, body, suggestion_id):
        """The name and telephone that the sender left; who looked, and why, is in the audit log"""
        contact = suggestion_contacts_service.reveal_contact(
            db.session(), current_app.config["SEALING"], identity=identity(), suggestion_id=suggestion_id,
            today=shanghai_day(now()), now=now(), **body)
        db.commit()
        return contact


@suggestions.route("/<uuid:suggestion_id>/concerns")
class SuggestionConcerns(MethodView):
    @requires(*HANDLES)
    @suggestions.arguments(SuggestionConcernPostSchema)
    @suggestions.response(201, BoxedSuggestionSchema)
    @suggestions.alt_response(200, schema=BoxedSuggestionSchema, description="The same again: already raised")
    def post(self, body, suggestion_id):
        """Make a concern of a suggestion about a village, for those posted there to handle

        A complaint, or what is about a person, never becomes one: too many would read it. Safe to repeat.
        """
        hashed = content_hash({**body, "suggestion_id": suggestion_id})
        view, created = suggestion_steps_service.raise_as_concern(
            db.session(), identity=identity(), suggestion_id=suggestion_id, content_hash=hashed, now=now(), **body)
        db.commit()
        return view, 201 if created else 200


@suggestion_receipts.route("")
class SuggestionReceipts(MethodView):
    @requires(PUBLIC, unseen=True)
    @suggestion_receipts.arguments(ReceiptPostSchema)
    @suggestion_receipts.response(200, ReceiptSchema)
    @suggestion_receipts.alt_response(404, schema="Error", description="No such receipt")
    def post(self, body):
        """What became of a suggestion; a POST, so that the receipt stands in no address and no log"""
        db.only_read()
        session = db.session()
        found = suggestion_entry_service.by_receipt(session, body["receipt"])
        return suggestion_entry_service.receipt_view(session, found, today=shanghai_day(now()))


@suggestion_receipts.route("/appeals")
class SuggestionAppeals(MethodView):
    @requires(PUBLIC, unseen=True)
    @suggestion_receipts.arguments(AppealPostSchema)
    @suggestion_receipts.response(201, ReceiptSchema)
    @suggestion_receipts.alt_response(200, schema=ReceiptSchema, description="The same again: already kept")
    @suggestion_receipts.alt_response(404, schema="Error", description="No such receipt")
    def post(self, body):
        """Ask for another look at an answer, once, within the time. Safe to repeat"""
        session, today = db.session(), shanghai_day(now())
        found, created = suggestion_entry_service.appeal(session, content_hash=content_hash(body), today=today, **body)
        answer = suggestion_entry_service.receipt_view(session, found, today=today)
        db.commit()
        return answer, 201 if created else 200


def _standing() -> Standing:
    return Standing(db.session(), identity(), today=shanghai_day(now()))
