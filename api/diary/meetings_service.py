"""Meetings as people see them: those that were entered, and those that the rule plans; who comes, who has reported."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from api.auth import Identity
from api.checkin.leave_service import homes_of
from api.dates import month_of, next_month
from api.diary.meeting_models import Attendance, Meeting, Report
from api.diary.meetings_calendar_service import MeetingCalendar, meeting_path
from api.diary.meetings_rules import Period, period_before, regular_days
from api.diary.reports_service import ReportView, report_line
from api.errors import NotFound
from api.postings.access_service import cadres_below
from api.postings.divisions_service import DivisionRef, below, refs
from api.postings.models import Division
from api.postings.roster_service import cadre_names, posting_on

# Without a month a list has the last meeting and those of so many days.
AHEAD = timedelta(days=40)


@dataclass
class MeetingView:
    """A meeting as answers show it; `id` is None for one that the rule plans and nobody has touched.

    `period` is what its reports cover, None for a meeting called besides. `own` is what a cadre learns of the own part.
    """

    id: UUID | None
    division: DivisionRef
    regular_on: date | None
    held_on: date
    period: Period | None
    starts: str | None = None
    place: str | None = None
    village: DivisionRef | None = None
    agenda: str | None = None
    minutes: str | None = None
    comments: str | None = None
    decisions: str | None = None
    version: int = 0
    notice: str | None = None
    attendance: str | None = None
    report: ReportView | None = None
    people: list[dict] = field(default_factory=list)


def meetings_below(session: Session, *, division: Division, first: date, last: date) -> list[MeetingView]:
    """The meetings of a division and of the townships below it that are held on the days from `first` to `last`."""
    townships = list(session.scalars(select(Division).where(
        below(division.path), Division.level == "township", Division.valid_to.is_(None)).order_by(Division.code)))
    rows = list(session.scalars(
        select(Meeting).join(Division, Division.id == Meeting.division_id)
        .where(below(division.path), _touching(first, last))))
    return _with_planned(session, townships, rows, first, last)


def meetings_of_cadre(session: Session, *, identity: Identity, today: date, month_on: date | None
                      ) -> list[MeetingView]:
    """The meetings of the township that a cadre is posted to, with the own report and attendance."""
    posting = posting_on(session, cadre_id=identity.cadre_id, day=today) if identity.cadre_id else None
    if posting is None:
        return []
    village = refs(session, [posting.village_id])[posting.village_id]
    division = _division_at(session, meeting_path(village))
    first, last = days_listed(today, month_on)
    rows = list(session.scalars(select(Meeting).where(
        Meeting.division_id.in_([int(part) for part in village.path.strip("/").split("/")]), _touching(first, last))))
    views = _with_planned(session, [division], rows, first, last)
    views = views if month_on else _next_and_last(views, today)
    states = _own_attendance(session, identity.cadre_id)
    for view in views:
        view.attendance = states.get(view.id)
        view.report = _own_report(session, identity, view, today)
    return views


def days_listed(today: date, month_on: date | None) -> tuple[date, date]:
    """The days of a list: a month's, or from a month ago on those to come."""
    if month_on is not None:
        return month_on, next_month(month_on) - timedelta(days=1)
    return today - AHEAD, today + AHEAD


def meeting_view(session: Session, meeting: Meeting) -> MeetingView:
    """A meeting that was entered, with everybody who should come (one query more for each kind of thing shown)."""
    view = _views(session, [meeting], MeetingCalendar(session))[0]
    view.people = _people(session, meeting, view)
    return view


def own_view(session: Session, meeting: Meeting, *, identity: Identity, today: date) -> MeetingView:
    """A meeting as a cadre who should come sees it: without the others."""
    view = _views(session, [meeting], MeetingCalendar(session))[0]
    view.attendance = _own_attendance(session, identity.cadre_id).get(meeting.id)
    view.report = _own_report(session, identity, view, today)
    return view


def supervised_meeting(session: Session, *, identity: Identity, id: UUID, locked: bool = False) -> Meeting:
    """A meeting of a division that the user supervises; NotFound for all others. Writers take it `locked`, in turn."""
    meeting = session.get(Meeting, id, with_for_update=locked or None, populate_existing=locked)
    if meeting is None or not identity.may(session.get(Division, meeting.division_id).path, "supervisor"):
        raise NotFound()
    return meeting


def attended_meeting(session: Session, *, identity: Identity, id: UUID) -> Meeting:
    """A meeting that the user, a cadre posted below its division that day, should come to; NotFound for all others."""
    meeting = session.get(Meeting, id)
    posting = meeting and identity.cadre_id and posting_on(session, cadre_id=identity.cadre_id, day=meeting.held_on)
    if not posting:
        raise NotFound()
    village, division = session.get(Division, posting.village_id), session.get(Division, meeting.division_id)
    if not village.path.startswith(division.path):
        raise NotFound()
    return meeting


def _touching(first: date, last: date) -> ColumnElement[bool]:
    """Meetings held on these days, and those that stand for a regular date which might have been."""
    return or_(Meeting.held_on.between(first, last), Meeting.regular_on.between(first - AHEAD, last + AHEAD))


def _with_planned(session: Session, divisions: Iterable[Division], rows: list[Meeting], first: date,
                  last: date) -> list[MeetingView]:
    """Entered meetings, and those that the rule plans and nobody has entered; the latest first."""
    calendar = MeetingCalendar(session)
    entered = {(row.division_id, row.regular_on) for row in rows}
    views = [view for view in _views(session, rows, calendar) if first <= view.held_on <= last]
    for division in divisions:
        days_on, month_on, planned = calendar.days_on(division.path), month_of(first - AHEAD), []
        while month_on <= last + AHEAD:
            planned += [day for day in regular_days(month_on, days_on) if (division.id, day) not in entered]
            month_on = next_month(month_on)
        held = calendar.held_on(division.path, planned)
        views += [MeetingView(None, DivisionRef.of(division), day, held[day], period_before(day, days_on))
                  for day in planned if first <= held[day] <= last]
    return sorted(views, key=lambda view: (view.held_on, view.division.code), reverse=True)


def _views(session: Session, rows: list[Meeting], calendar: MeetingCalendar) -> list[MeetingView]:
    divisions = refs(session, [*(row.division_id for row in rows), *(row.village_id for row in rows)])
    return [MeetingView(
        row.id, divisions[row.division_id], row.regular_on, row.held_on,
        row.regular_on and period_before(row.regular_on, calendar.days_on(divisions[row.division_id].path)),
        row.starts, row.place, divisions.get(row.village_id), row.agenda, row.minutes, row.comments, row.decisions,
        row.version) for row in rows]


def _people(session: Session, meeting: Meeting, view: MeetingView) -> list[dict]:
    """Everybody posted below the division on the day, and whoever was entered, with attendance and report."""
    entered = {row.cadre_id: row for row in session.scalars(
        select(Attendance).where(Attendance.meeting_id == meeting.id))}
    division = session.get(Division, meeting.division_id)
    ids = cadres_below(session, division=division, first=meeting.held_on, last=meeting.held_on)
    ids += sorted(entered.keys() - set(ids))
    names, homes = cadre_names(session, ids), homes_of(session, ids, meeting.held_on)
    reports = _submitted(session, ids, view.period) if view.period else {}
    return [{
        "cadre": {"id": cadre_id, "name": names[cadre_id]}, "village": homes[cadre_id],
        "state": entered[cadre_id].state if cadre_id in entered else None,
        "note": entered[cadre_id].note if cadre_id in entered else None,
        "made": entered[cadre_id].made if cadre_id in entered else None,
        "report_id": reports.get(cadre_id)} for cadre_id in ids]


def _submitted(session: Session, cadre_ids: list[int], period: Period) -> dict[int, UUID]:
    rows = session.execute(select(Report.cadre_id, Report.id).where(
        Report.cadre_id.in_(cadre_ids), Report.kind == "meeting", Report.first_on == period.first,
        Report.submitted_at.is_not(None)))
    return dict(rows.all())


def _own_report(session: Session, identity: Identity, view: MeetingView, today: date) -> ReportView | None:
    if view.period is None or view.period.first > today:
        return None
    return report_line(session, cadre_id=identity.cadre_id, kind="meeting", first_on=view.period.first)


def _own_attendance(session: Session, cadre_id: int | None) -> dict[UUID, str]:
    return dict(session.execute(select(Attendance.meeting_id, Attendance.state)
                                .where(Attendance.cadre_id == cadre_id)).all())


def _next_and_last(views: list[MeetingView], today: date) -> list[MeetingView]:
    """What is to come, and the last that was."""
    ahead = [view for view in views if view.held_on >= today]
    return ahead + [view for view in views if view.held_on < today][:1]


def _division_at(session: Session, path: str) -> Division:
    return session.scalars(select(Division).where(Division.path == path)).one()
