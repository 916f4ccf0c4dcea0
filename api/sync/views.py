"""A phone's batch: everything that waited in its outbox at once."""

from flask import current_app
from flask.views import MethodView

from api import db, intake
from api.auth import identity, requires
from api.dates import shanghai_day
from api.errors import DomainError, Unprocessable, current_language, in_words
from api.http import Blueprint, now
from api.sync import batch_service, conflicts_service, feed_service
from api.sync.batch_rules import MOST_ITEMS
from api.sync.cursor_rules import open_cursor, seal_cursor
from api.sync.schemas import (
    ConflictSchema,
    ConflictsQuerySchema,
    ConflictsSchema,
    KeptHouseholdSchema,
    SettlementPostSchema,
    SyncChangesSchema,
    SyncPostSchema,
    SyncQuerySchema,
    SyncResultsSchema,
)

sync = Blueprint("sync", __name__, description="What waited on a phone, and what changed for it meanwhile")
conflicts = Blueprint("conflicts", __name__, description="Edits that came too late, until you say which version stands")
_household = KeptHouseholdSchema()
# Kinds that a phone hears of but does not create: as the answer to what it says of them shows them.
_ANSWERED_AS = {"deed": "deed_report", "supervision_notice": "notice_step"}


@sync.route("")
class Sync(MethodView):
    @requires("cadre")
    @sync.arguments(SyncQuerySchema, location="query")
    @sync.response(200, SyncChangesSchema)
    def get(self, query):
        """What changed for your phone since a cursor, page by page: households, your own records, concerns

        Some come twice; none is left out. Ask on with each answer's cursor.
        """
        session, sender, at, secret = db.session(), identity(), now(), current_app.config["SECRET"]
        cursor = None if query["cursor"] is None else open_cursor(secret, query["cursor"])
        if query["cursor"] is not None and (cursor is None or cursor.user_id != sender.user_id):
            raise Unprocessable("cursor_invalid")
        page = feed_service.read_changes(session, identity=sender, cursor=cursor, now=at)
        lists = feed_service.read_lists(session, identity=sender, now=at) if page.is_complete else None
        return {"changes": [_change(change) for change in page.changes], "villages": page.village_codes,
                "cursor": seal_cursor(secret, page.cursor), "is_complete": page.is_complete,
                "starts_anew": page.starts_anew, "conflicts": lists and lists.conflicts,
                "companionships": lists and _dumped("companion_answer", lists.companionships),
                "reports": lists and _dumped("report_edit", lists.reports),
                "emergency_duties": lists and lists.emergency_duties}

    @requires("cadre", "village", "supervisor")
    @sync.arguments(SyncPostSchema())
    @sync.response(200, SyncResultsSchema)
    def post(self, body):
        """Send up to 500 records of mixed kinds

        One result for each, in their order; a bad one never holds back the others. Safe to repeat: what is known is
        answered 200. Everything that was answered 200 or 201 is kept for good.
        """
        items = body["items"]
        if len(items) > MOST_ITEMS:
            raise Unprocessable("batch_too_long", most=MOST_ITEMS, sent=len(items))
        results = batch_service.take_batch(db.session(), identity=identity(), raw_items=items, now=now())
        db.commit()
        language = current_language()
        return {"results": [_result(raw, result, language) for raw, result in zip(items, results, strict=True)]}


@conflicts.route("")
class Conflicts(MethodView):
    @requires("cadre")
    @conflicts.arguments(ConflictsQuerySchema, location="query")
    @conflicts.response(200, ConflictsSchema)
    def get(self, query):
        """Your own edits that were kept beside a record, the latest first; 200 at most"""
        return {"conflicts": conflicts_service.list_own(db.session(), identity=identity(), state=query["state"],
                                                        today=shanghai_day(now()))}


@conflicts.route("/<uuid:conflict_id>/settlements")
class ConflictSettlements(MethodView):
    @requires("cadre")
    @conflicts.arguments(SettlementPostSchema)
    @conflicts.response(200, ConflictSchema)
    def post(self, body, conflict_id):
        """Say which version stands: your edit becomes a new version of the record, or it is laid aside

        Neither is lost. Safe to repeat.
        """
        view = conflicts_service.settle(db.session(), identity=identity(), conflict_id=conflict_id,
                                        outcome=body["outcome"], now=now())
        db.commit()
        return view


def _change(change: feed_service.Change) -> dict:
    record = None if change.record is None else _schema_of(change.kind).dump(change.record)
    return {"kind": change.kind, "id": str(change.id), "record": record}


def _schema_of(kind: str):
    return _household if kind == "household" else intake.KINDS[_ANSWERED_AS.get(kind, kind)].answer


def _dumped(kind: str, views: list) -> list[dict]:
    return [intake.KINDS[kind].answer.dump(view) for view in views]


def _result(raw, result: batch_service.Result, language: str) -> dict:
    raw = raw if isinstance(raw, dict) else {}
    record = raw.get("record")
    answer = {"kind": _text(raw.get("kind")), "id": _text(record.get("id") if isinstance(record, dict) else None),
              "status": 201 if result.created else 200, "reason": None, "message": None, "errors": None,
              "record": result.record, "conflict": result.conflict}
    return answer if result.refusal is None else {**answer, **_refused(result.refusal, language)}


def _refused(refusal: DomainError, language: str) -> dict:
    words = in_words(refusal.status, refusal.reason, refusal.errors, language, **refusal.params)
    return {key: words[key] for key in ("reason", "message", "errors")} | {"status": refusal.status}


def _text(value) -> str | None:
    return value[:100] if isinstance(value, str) else None
