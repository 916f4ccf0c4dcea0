"""Meetings: planned by the rule, entered and kept by the officer."""

from flask.views import MethodView

from api import db
from api.auth import identity, requires
from api.dates import shanghai_day
from api.diary import meetings_attendance_service, meetings_keeping_service, meetings_service
from api.diary.meetings_schemas import (
    AttendancePutSchema,
    MeetingPatchSchema,
    MeetingPostSchema,
    MeetingSchema,
    MeetingsQuerySchema,
    MeetingsSchema,
)
from api.diary.meetings_wording_service import notice_text
from api.errors import NotFound, current_language
from api.http import Blueprint, check_if_match, content_hash, etag, now
from api.postings.access_service import visible_division

meetings = Blueprint("meetings", __name__, description="Regular meetings: dates, attendance, minutes, decisions")


@meetings.route("")
class Meetings(MethodView):
    @requires("cadre", "supervisor")
    @meetings.arguments(MeetingsQuerySchema, location="query")
    @meetings.response(200, MeetingsSchema)
    def get(self, query):
        """Meetings entered or planned by the rule, the latest first; a cadre's with the own report and attendance"""
        session, today = db.session(), shanghai_day(now())
        if query["division"] is None and not identity().has_role("supervisor"):
            return {"meetings": meetings_service.meetings_of_cadre(session, identity=identity(), today=today,
                                                                   month_on=query["month"])}
        division = visible_division(session, identity=identity(), code=query["division"], roles=("supervisor",))
        first, last = meetings_service.days_listed(today, query["month"])
        return {"meetings": meetings_service.meetings_below(session, division=division, first=first, last=last)}

    @requires("supervisor")
    @meetings.arguments(MeetingPostSchema)
    @meetings.response(201, MeetingSchema)
    @meetings.alt_response(200, schema=MeetingSchema, description="The same id and content again: already kept")
    def post(self, body):
        """Enter a meeting, so that attendance, minutes and decisions can be kept; safe to repeat"""
        meeting, created = meetings_keeping_service.enter_meeting(
            db.session(), identity=identity(), content_hash=content_hash(body), now=now(), **body)
        answer = _whole(meeting)
        db.commit()
        return answer, 201 if created else 200, {"ETag": etag(meeting.version)}


@meetings.route("/<uuid:meeting_id>")
class MeetingById(MethodView):
    @requires("cadre", "supervisor")
    @meetings.response(200, MeetingSchema)
    def get(self, meeting_id):
        """A meeting: for those above with everybody who should come, for a cadre with the own part alone"""
        session, today = db.session(), shanghai_day(now())
        try:
            meeting = meetings_service.supervised_meeting(session, identity=identity(), id=meeting_id)
            return _whole(meeting), 200, {"ETag": etag(meeting.version)}
        except NotFound:
            # A supervisor of one place may be a cadre at another.
            meeting = meetings_service.attended_meeting(session, identity=identity(), id=meeting_id)
        view = meetings_service.own_view(session, meeting, identity=identity(), today=today)
        view.notice = notice_text(view, language=current_language())
        return view, 200, {"ETag": etag(meeting.version)}

    @requires("supervisor")
    @meetings.edit
    @meetings.arguments(MeetingPatchSchema)
    @meetings.response(200, MeetingSchema)
    def patch(self, body, meeting_id):
        """Change when and where it is; write down minutes, the leader's comments, decisions"""
        meeting = meetings_service.supervised_meeting(db.session(), identity=identity(), id=meeting_id, locked=True)
        check_if_match(meeting.version)
        meetings_keeping_service.change_meeting(db.session(), identity=identity(), meeting=meeting, changes=body,
                                                now=now())
        answer = _whole(meeting)
        db.commit()
        return answer, 200, {"ETag": etag(meeting.version)}


@meetings.route("/<uuid:meeting_id>/attendances")
class MeetingAttendances(MethodView):
    @requires("supervisor")
    @meetings.edit
    @meetings.arguments(AttendancePutSchema)
    @meetings.response(200, MeetingSchema)
    def put(self, body, meeting_id):
        """Enter who was there, in the place of what was entered before

        The days of those present follow at once, and those of who was entered by mistake go back. Nobody enters the own
        line.
        """
        meeting = meetings_service.supervised_meeting(db.session(), identity=identity(), id=meeting_id, locked=True)
        check_if_match(meeting.version)
        meetings_attendance_service.enter_attendance(
            db.session(), identity=identity(), meeting=meeting, lines=body["attendances"], counts=body["counts"],
            now=now())
        answer = _whole(meeting)
        db.commit()
        return answer, 200, {"ETag": etag(meeting.version)}


def _whole(meeting):
    view = meetings_service.meeting_view(db.session(), meeting)
    view.notice = notice_text(view, language=current_language())
    return view
