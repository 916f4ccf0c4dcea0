"""Enters meetings and what was said at them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from api import audit
from api.auth import Identity
from api.db import dialect_insert
from api.diary.meeting_models import Attendance, Meeting
from api.diary.meetings_calendar_service import MeetingCalendar
from api.errors import Conflict, IdReused, NotFound, Unprocessable
from api.postings.divisions_service import audit_chain, division_by_code
from api.postings.models import Division

TEXTS = ("agenda", "minutes", "comments", "decisions")


def enter_meeting(session: Session, *, identity: Identity, id: UUID, division_code: str, regular_on: date | None,
                  held_on: date | None, starts: str | None, place: str | None, village_code: str | None,
                  agenda: str | None, content_hash: bytes, now: datetime) -> tuple[Meeting, bool]:
    """Keep a meeting: one that the rule plans, or one called besides; exactly once per id.

    Without `held_on` a regular one is held when the policy says. Raises NotFound for a division that the user does not
    supervise, Unprocessable (meeting_not_regular, meeting_day_missing, meeting_village), Conflict (meeting_exists),
    IdReused.
    """
    division = division_by_code(session, division_code)
    if not identity.may(division.path, "supervisor"):
        raise NotFound("division_not_found", code=division_code)
    held = session.get(Meeting, id)
    created = False
    if held is None:
        values = {
            "id": id, "division_id": division.id, "regular_on": regular_on, "starts": starts, "place": place,
            "held_on": _held_on(session, division, regular_on, held_on), "agenda": agenda,
            "village_id": _village_id(session, division, village_code), "entered_by_id": identity.user_id,
            "entered_at": now, "version": 1, "content_hash": content_hash}
        created = session.execute(dialect_insert(session, Meeting).values(values).on_conflict_do_nothing()
                                  .returning(Meeting.id)).scalar() is not None
        held = session.get(Meeting, id)
        if held is None:
            raise Conflict("meeting_exists")
    if (held.entered_by_id, held.content_hash) != (identity.user_id, content_hash):
        raise IdReused()
    if created:
        _audit(session, held, division, "meeting.entered", identity=identity, now=now,
               details={"regular_on": regular_on and regular_on.isoformat(), "held_on": held.held_on.isoformat()})
    return held, created


def change_meeting(session: Session, *, identity: Identity, meeting: Meeting, changes: dict, now: datetime) -> Meeting:
    """Change when and where a meeting is, or write down what was said; `changes` by column, and `village_code`.

    Raises Conflict (meeting_attended) for another day or village once attendance counts for that day.
    """
    division = session.get(Division, meeting.division_id)
    if "village_code" in changes:
        changes = {**changes, "village_id": _village_id(session, division, changes["village_code"])}
        del changes["village_code"]
    changed = {key: value for key, value in changes.items() if getattr(meeting, key) != value}
    if changed.keys() & {"held_on", "village_id"} and session.scalar(select(Attendance.cadre_id).where(
            Attendance.meeting_id == meeting.id, Attendance.made.is_not(None)).limit(1)) is not None:
        raise Conflict("meeting_attended")
    before = meeting.held_on
    for key, value in changed.items():
        setattr(meeting, key, value)
    meeting.version += 1
    session.flush()
    _audit(session, meeting, division, "meeting.changed", identity=identity, now=now, details={
        "changed": sorted(changed), **({"from": before.isoformat(), "to": meeting.held_on.isoformat()}
                                       if meeting.held_on != before else {})})
    return meeting


def _held_on(session: Session, division: Division, regular_on: date | None, held_on: date | None) -> date:
    if regular_on is None:
        if held_on is None:
            raise Unprocessable("meeting_day_missing")
        return held_on
    calendar = MeetingCalendar(session)
    if regular_on.day not in calendar.days_on(division.path)(regular_on):
        raise Unprocessable("meeting_not_regular")
    return held_on or calendar.held_on(division.path, [regular_on])[regular_on]


def _village_id(session: Session, division: Division, code: str | None) -> int | None:
    """The village where a meeting is held, which lies below its division."""
    if code is None:
        return None
    village = division_by_code(session, code)
    if village.level != "village" or not village.path.startswith(division.path):
        raise Unprocessable("meeting_village")
    return village.id


def _audit(session: Session, meeting: Meeting, division: Division, action: str, *, identity: Identity, now: datetime,
           details: dict) -> None:
    audit.append(session, chain=audit_chain(division), at=now, user_id=identity.user_id, action=action,
                 subject=f"meeting:{meeting.id}", details=details)
