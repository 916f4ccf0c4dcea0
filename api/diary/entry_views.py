"""Diary entries: write, edit, submit, read, search."""

from flask.views import MethodView

from api import db, intake
from api.auth import identity, requires
from api.diary import entries_service, search_service
from api.diary.entry_schemas import (
    PAGE_SIZE,
    DiaryEntriesQuerySchema,
    DiaryEntryEditSchema,
    DiaryEntryPostSchema,
    DiaryEntryPutSchema,
    DiaryEntrySchema,
    DiaryEntryVersionsSchema,
    DiarySubmissionPostSchema,
    FoundDiaryEntriesSchema,
)
from api.diary.entry_views_service import EntryView, entry_view, entry_views
from api.diary.search_rules import excerpt
from api.http import Blueprint, check_if_match, content_hash, etag, now
from api.http import content_hash as _hash

TWICE = "The same id with the same content: already kept; the record as it now stands"

diary_entries = Blueprint("diary-entries", __name__, description="People's diary and work log: one day, one page")
diary_submissions = Blueprint("diary-submissions", __name__,
                              description="From when on those above may read an entry")


def write_many(session, identity, records, *, now):
    written = [_write(session, identity, body, now) for body, _hashed in records]
    views = entry_views(session, [entry for entry, _created in written])
    return [(view, created) for view, (_entry, created) in zip(views, written, strict=True)]


@intake.register("diary_entry", body=DiaryEntryPostSchema(), answer=DiaryEntrySchema(), roles=("cadre",),
                 many=write_many)
def write(session, identity, body, *, content_hash, now):
    entry, created = _write(session, identity, body, now)
    return entry_view(session, entry), created


def _write(session, identity, body, now):
    # Where it was written is no part of an entry's content: a hash of it would outlive the position itself.
    return entries_service.write_entry(
        session, identity=identity, content_hash=_hash({**body, "position": None}), now=now,
        **{**body, "concerns": [{**concern, "content_hash": _hash(concern)} for concern in body["concerns"]]})


@intake.register("diary_edit", body=DiaryEntryEditSchema(), answer=DiaryEntrySchema(), roles=("cadre",))
def edit(session, identity, body, *, content_hash, now):
    entry = entries_service.own_entry(session, identity=identity, entry_id=body["entry_id"], to_change=True)
    changed = entries_service.edit_once(
        session, entry=entry, edit_id=body["id"], edit_hash=content_hash, base_version=body["base_version"],
        text=body["text"], work_types=body["work_types"], photos=body["photos"], now=now)
    return entry_view(session, entry), changed


@intake.register("diary_submission", body=DiarySubmissionPostSchema(), answer=DiaryEntrySchema(), roles=("cadre",))
def submit(session, identity, body, *, content_hash, now):
    entry = entries_service.own_entry(session, identity=identity, entry_id=body["entry_id"], to_change=True)
    submitted = entries_service.submit_entry(session, entry=entry, submission_id=body["id"], now=now)
    return entry_view(session, entry), submitted


@diary_entries.route("")
class DiaryEntries(MethodView):
    @requires("cadre", "supervisor")
    @diary_entries.arguments(DiaryEntriesQuerySchema, location="query")
    @diary_entries.response(200, FoundDiaryEntriesSchema)
    def get(self, query):
        """Entries, the latest day first: your own, or what was submitted below a division that you supervise

        With `q` those in whose text every term occurs; `%`, `_`, quotes and operators mean themselves. Villages never
        see any.
        """
        session, asker = db.session(), identity()
        if asker.cadre_id is not None and (query["own"] or not asker.has_role("supervisor")):
            scope = search_service.own_scope(asker.cadre_id)
        else:
            scope = search_service.supervised_scope(session, identity=asker, code=query["division"])
        before = query["cursor"] and int(query["cursor"], 16)
        found = search_service.find_entries(session, scope=scope, question=query["question"], first=query["first"],
                                            last=query["last"], before=before, size=PAGE_SIZE)
        return {"entries": [{**_fields(view), "excerpt": excerpt(found.terms, view.text)}
                            for view in entry_views(session, found.entries)],
                "terms": found.terms, "next": None if found.next is None else f"{found.next:x}"}

    @requires("cadre")
    @diary_entries.arguments(DiaryEntryPostSchema)
    @diary_entries.response(201, DiaryEntrySchema)
    @diary_entries.alt_response(200, schema=DiaryEntrySchema, description=TWICE)
    def post(self, body):
        """Write an entry; a draft that nobody else can see until it is submitted

        Safe to repeat, also in parallel. With a position it is evidence of presence on the day on which it was written.
        """
        view, created = write(db.session(), identity(), body, content_hash=content_hash(body), now=now())
        db.commit()
        return view, 201 if created else 200, {"ETag": etag(view.version)}


@diary_entries.route("/<uuid:entry_id>")
class DiaryEntryById(MethodView):
    @requires("cadre", "supervisor")
    @diary_entries.response(200, DiaryEntrySchema)
    def get(self, entry_id):
        """An entry of your own, or a submitted one from below"""
        session = db.session()
        view = entry_view(session, entries_service.visible_entry(session, identity=identity(), entry_id=entry_id))
        return view, 200, {"ETag": etag(view.version)}

    @requires("cadre")
    @diary_entries.edit
    @diary_entries.arguments(DiaryEntryPutSchema)
    @diary_entries.response(200, DiaryEntrySchema)
    def put(self, body, entry_id):
        """Let an entry say something else, before or after it is submitted; what it said stays in its history"""
        session = db.session()
        entry = entries_service.own_entry(session, identity=identity(), entry_id=entry_id, to_change=True)
        check_if_match(entry.version)
        entries_service.edit_entry(session, entry=entry, base_version=entry.version, now=now(), **body)
        view = entry_view(session, entry)
        db.commit()
        return view, 200, {"ETag": etag(view.version)}


@diary_entries.route("/<uuid:entry_id>/versions")
class DiaryEntryVersions(MethodView):
    @requires("cadre", "supervisor")
    @diary_entries.response(200, DiaryEntryVersionsSchema)
    def get(self, entry_id):
        """What an entry said before, the latest first; those above see what it said since it was submitted"""
        session, asker = db.session(), identity()
        entry = entries_service.visible_entry(session, identity=asker, entry_id=entry_id)
        return {"versions": entries_service.history(session, identity=asker, entry=entry)}


@diary_submissions.route("")
class DiarySubmissions(MethodView):
    @requires("cadre")
    @diary_submissions.arguments(DiarySubmissionPostSchema)
    @diary_submissions.response(201, DiaryEntrySchema)
    @diary_submissions.alt_response(200, schema=DiaryEntrySchema, description="It was submitted before")
    def post(self, body):
        """Submit an entry: from now on supervisors above can read it, the village never. Safe to repeat"""
        view, created = submit(db.session(), identity(), body, content_hash=content_hash(body), now=now())
        db.commit()
        return view, 201 if created else 200, {"ETag": etag(view.version)}


def _fields(view: EntryView) -> dict:
    return {name: getattr(view, name) for name in EntryView.__slots__}
