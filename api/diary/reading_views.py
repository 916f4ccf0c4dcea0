"""The day's page, and what those above read: queue, readings, samples."""

from flask.views import MethodView

from api import db
from api.auth import identity, requires
from api.diary import day_pages_service, readings_service
from api.diary.entry_schemas import DiaryEntryReadingSchema
from api.diary.reading_schemas import (
    DiaryDayQuerySchema,
    DiaryDaySchema,
    DiaryQueueQuerySchema,
    DiaryQueueSchema,
    DiaryReadingPostSchema,
    DiarySamplePostSchema,
    DiarySampleSchema,
)
from api.http import Blueprint, content_hash, now

TWICE = "The same id and content again: already kept"

diary_days = Blueprint("diary-days", __name__, description="The page of a day, filled in from the day's records")
unread_diary_entries = Blueprint("unread-diary-entries", __name__, description="Submitted entries that wait to be read")
diary_readings = Blueprint("diary-readings", __name__, description="That an entry was read, and what followed")
diary_samples = Blueprint("diary-samples", __name__, description="Entries drawn by chance, with the seed")


@diary_days.route("/<day:day>")
class DiaryDay(MethodView):
    @requires("cadre", "supervisor")
    @diary_days.arguments(DiaryDayQuerySchema, location="query")
    @diary_days.response(200, DiaryDaySchema)
    def get(self, query, day):
        """All that a day holds: where, rounds, concerns, receptions, meetings, and what was written

        Your own; a supervisor names a cadre of a village below, and sees no drafts.
        """
        return day_pages_service.day_page(db.session(), identity=identity(), cadre_id=query["cadre_id"], day=day)


@unread_diary_entries.route("")
class UnreadDiaryEntries(MethodView):
    @requires("supervisor")
    @unread_diary_entries.arguments(DiaryQueueQuerySchema, location="query")
    @unread_diary_entries.response(200, DiaryQueueSchema)
    def get(self, query):
        """How many submitted entries nobody of your level has read, and the next twenty, the longest waiting first

        They are counted for a division, never for a person.
        """
        return readings_service.reading_queue(db.session(), identity=identity(), code=query["division"],
                                              after=query["after"], now=now())


@diary_readings.route("")
class DiaryReadings(MethodView):
    @requires("supervisor")
    @diary_readings.arguments(DiaryReadingPostSchema)
    @diary_readings.response(201, DiaryEntryReadingSchema)
    @diary_readings.alt_response(200, schema=DiaryEntryReadingSchema, description=TWICE)
    def post(self, body):
        """Say that you read an entry: read, please follow up (with a note), or make it a concern

        The author sees who read it and what was asked. Safe to repeat.
        """
        hashed = content_hash(body)
        if body["concern"] is not None:
            body = {**body, "concern": {**body["concern"], "content_hash": content_hash(body["concern"])}}
        view, created = readings_service.read_entry(db.session(), identity=identity(), content_hash=hashed, now=now(),
                                                    **body)
        db.commit()
        return view, 201 if created else 200


@diary_samples.route("")
class DiarySamples(MethodView):
    @requires("supervisor")
    @diary_samples.arguments(DiarySamplePostSchema)
    @diary_samples.response(201, DiarySampleSchema)
    @diary_samples.alt_response(200, schema=DiarySampleSchema, description=TWICE)
    def post(self, body):
        """Draw entries by chance from those submitted for a range of days; the seed is recorded

        The same id again answers the same sample.
        """
        view, created = readings_service.draw_sample(db.session(), identity=identity(),
                                                     content_hash=content_hash(body), now=now(), **body)
        db.commit()
        return view, 201 if created else 200


@diary_samples.route("/<uuid:sample_id>")
class DiarySampleById(MethodView):
    @requires("supervisor")
    @diary_samples.response(200, DiarySampleSchema)
    def get(self, sample_id):
        """A sample that was drawn"""
        return readings_service.sample_by_id(db.session(), identity=identity(), sample_id=sample_id)
