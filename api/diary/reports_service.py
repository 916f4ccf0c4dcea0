"""Reports that write themselves: a draft from the records, edited and submitted by its cadre, private until then.

A draft is computed at each reading; a row is stored from the first edit on and holds only the parts that were edited.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.auth import Identity
from api.dates import next_month, shanghai_day
from api.db import dialect_insert
from api.diary.meeting_models import Report, ReportChange
from api.diary.meetings_calendar_service import MeetingCalendar, meeting_path
from api.diary.meetings_rules import Period, next_regular, regular_days
from api.diary.reports_facts_service import report_facts
from api.diary.reports_rules import PARTS, report_id, report_key, report_period, sentences
from api.diary.reports_wording_service import in_words
from api.errors import Conflict, IdReused, NotFound, Stale
from api.postings.divisions_service import DivisionRef, refs
from api.postings.roster_service import cadre_names, postings_of


@dataclass(frozen=True)
class ReportView:
    """A report as answers show it; the four parts are null in a list of what there is to report on.

    `due_on` is the day of the meeting that it is for, null for other kinds; `edited` names the parts that no longer
    follow the records.
    """

    id: UUID
    cadre: dict
    village: DivisionRef
    kind: str
    first_on: date
    last_on: date
    due_on: date | None
    version: int
    submitted_at: datetime | None
    is_late: bool
    edited: list[str]
    situation: str | None = None
    problems: str | None = None
    suggestions: str | None = None
    plan: str | None = None

    @property
    def state(self) -> str:
        return "draft" if self.submitted_at is None else "submitted"


@dataclass(frozen=True)
class _Subject:
    """Whose report on what: what is known of one before anything is stored."""

    cadre_id: int
    kind: str
    period: Period
    village: DivisionRef

    @property
    def id(self) -> UUID:
        return report_id(self.cadre_id, self.kind, self.period.first)


def own_reports(session: Session, *, cadre_id: int, month_on: date, today: date) -> list[ReportView]:
    """The reports on days of a month that have begun, the latest first, without their texts; of daily lines only those
    that were written, and today's.
    """
    calendar, last = MeetingCalendar(session), next_month(month_on) - timedelta(days=1)
    rows = {row.id: row for row in session.scalars(select(Report).where(
        Report.cadre_id == cadre_id, Report.first_on <= last, Report.last_on >= month_on))}
    begins = {("month", month_on), ("day", min(today, last))}
    begins |= {(row.kind, row.first_on) for row in rows.values()}
    for village in refs(session, {posting.village_id for posting in postings_of(session, [cadre_id])}).values():
        days_on = calendar.days_on(meeting_path(village))
        before = regular_days((month_on - timedelta(days=1)).replace(day=1), days_on)
        begins |= {("meeting", day) for day in (*before, *regular_days(month_on, days_on))}
    subjects = [subject for subject in (
        _subject(session, calendar, cadre_id=cadre_id, kind=kind, first_on=first_on) for kind, first_on in begins)
        if subject and month_on <= subject.period.last and subject.period.first <= min(last, today)]
    subjects.sort(key=lambda subject: (subject.period.last, subject.period.first, subject.kind), reverse=True)
    return report_views(session, [(subject, rows.get(subject.id), None) for subject in subjects], calendar)


def report_line(session: Session, *, cadre_id: int, kind: str, first_on: date) -> ReportView | None:
    """How far a cadre's report on a period is, without its texts; None for who was not posted in it."""
    calendar = MeetingCalendar(session)
    subject = _subject(session, calendar, cadre_id=cadre_id, kind=kind, first_on=first_on)
    return subject and report_views(session, [(subject, session.get(Report, subject.id), None)], calendar)[0]


def report_by_id(session: Session, *, identity: Identity, id: UUID, today: date) -> ReportView:
    """A cadre's own report as it now stands, or a submitted one that the user supervises; NotFound for all others."""
    subject, calendar = _readable(session, identity, id, today)
    row = session.get(Report, id)
    if subject.cadre_id != identity.cadre_id and (row is None or row.submitted_at is None):
        raise NotFound()
    return _view(session, subject, row, calendar, today=today, language=identity.language)


def edit_report(session: Session, *, identity: Identity, id: UUID, report_id: UUID, base_version: int,
                parts: dict[str, str | None], content_hash: bytes, now: datetime) -> tuple[ReportView, bool]:
    """Keep what a cadre wrote into parts of the own report; a null part is written from the records again.

    Exactly once per `id`, which is the edit's. Raises NotFound for what is no own report, Conflict (report_submitted),
    Stale when it is based on another version, IdReused.
    """
    return _change(session, identity, report_id, id=id, change="edited", parts=parts, base_version=base_version,
                   content_hash=content_hash, now=now)


def submit_report(session: Session, *, identity: Identity, id: UUID, report_id: UUID, content_hash: bytes,
                  now: datetime) -> tuple[ReportView, bool]:
    """Hand an own report in: its four parts stay for good as they stand now. Exactly once per `id`."""
    return _change(session, identity, report_id, id=id, change="submitted", parts={}, base_version=None,
                   content_hash=content_hash, now=now)


def is_known(session: Session, id: UUID) -> bool:
    """Whether a change came under this id already, so that its If-Match is of a version that it made old itself."""
    return session.get(ReportChange, id) is not None


def report_views(session: Session, found: list[tuple[_Subject, Report | None, dict | None]],
                 calendar: MeetingCalendar) -> list[ReportView]:
    """Reports with their rows and texts, where they have them, as answers show them."""
    names = cadre_names(session, {subject.cadre_id for subject, _row, _texts in found})
    due: dict[tuple[str, date], date] = {}
    for path in {meeting_path(subject.village) for subject, _row, _texts in found}:
        regular = [subject.period.last + timedelta(days=1) for subject, _row, _texts in found
                   if subject.kind == "meeting" and meeting_path(subject.village) == path]
        due.update({(path, day): held for day, held in calendar.held_on(path, regular).items()})
    views = []
    for subject, row, texts in found:
        due_on = due.get((meeting_path(subject.village), subject.period.last + timedelta(days=1)))
        due_on = due_on if subject.kind == "meeting" else None
        submitted_at = row and row.submitted_at
        views.append(ReportView(
            subject.id, {"id": subject.cadre_id, "name": names[subject.cadre_id]}, subject.village, subject.kind,
            subject.period.first, subject.period.last, due_on, row.version if row else 0, submitted_at,
            bool(submitted_at and due_on and shanghai_day(submitted_at) > due_on),
            [part for part in PARTS if row and not submitted_at and getattr(row, part) is not None], **(texts or {})))
    return views


def submitted_views(session: Session, rows: list[Report]) -> list[ReportView]:
    """Submitted reports with their texts."""
    villages = refs(session, {row.village_id for row in rows})
    return report_views(session, [
        (_Subject(row.cadre_id, row.kind, Period(row.first_on, row.last_on), villages[row.village_id]), row,
         {part: getattr(row, part) for part in PARTS}) for row in rows], MeetingCalendar(session))


def _subject(session: Session, calendar: MeetingCalendar, *, cadre_id: int, kind: str, first_on: date
             ) -> _Subject | None:
    """What a report of a kind from a day on would be about; None where none begins or nobody was posted."""
    postings = [posting for posting in postings_of(session, [cadre_id]) if posting.to_on is None
                or posting.to_on >= first_on]
    for posting in reversed(postings):
        village = refs(session, [posting.village_id])[posting.village_id]
        period = report_period(kind, first_on, calendar.days_on(meeting_path(village)))
        if period and posting.from_on <= period.last:
            return _Subject(cadre_id, kind, period, village)
    return None


def _readable(session: Session, identity: Identity, id: UUID, today: date) -> tuple[_Subject, MeetingCalendar]:
    key, calendar = report_key(id), MeetingCalendar(session)
    if key is None:
        raise NotFound()
    cadre_id, kind, first_on = key
    row = session.get(Report, id)
    if row is not None:
        village = refs(session, [row.village_id])[row.village_id]
        subject = _Subject(cadre_id, kind, Period(row.first_on, row.last_on), village)
    else:
        subject = _subject(session, calendar, cadre_id=cadre_id, kind=kind, first_on=first_on)
    if subject is None or first_on > today:
        raise NotFound()
    if cadre_id != identity.cadre_id and not identity.may(subject.village.path, "supervisor"):
        raise NotFound()
    return subject, calendar


def _view(session: Session, subject: _Subject, row: Report | None, calendar: MeetingCalendar, *, today: date,
          language: str) -> ReportView:
    texts = {part: getattr(row, part) for part in PARTS} if row else dict.fromkeys(PARTS)
    if None in texts.values():
        fresh = _written(session, subject, calendar, today=today, language=language)
        texts = {part: fresh[part] if text is None else text for part, text in texts.items()}
    return report_views(session, [(subject, row, texts)], calendar)[0]


def _written(session: Session, subject: _Subject, calendar: MeetingCalendar, *, today: date, language: str
             ) -> dict[str, str]:
    """The four parts as the records have them."""
    period = subject.period
    facts = report_facts(session, cadre_id=subject.cadre_id, period=period, today=today, language=language)
    if subject.kind == "month":
        next_last = next_month(next_month(period.first)) - timedelta(days=1)
    else:
        following = next_regular(period.last + timedelta(days=1), calendar.days_on(meeting_path(subject.village)))
        next_last = (following or period.last) - timedelta(days=1)
    found = sentences(subject.kind, period, facts, next_last=next_last)
    return {part: in_words(language, found[part]) for part in PARTS}


def _change(session: Session, identity: Identity, report_id: UUID, *, id: UUID, change: str,
            parts: dict[str, str | None], base_version: int | None, content_hash: bytes, now: datetime
            ) -> tuple[ReportView, bool]:
    today = shanghai_day(now)
    subject, calendar = _readable(session, identity, report_id, today)
    if subject.cadre_id != identity.cadre_id:
        raise NotFound()
    row = _locked(session, subject, now)
    known = session.get(ReportChange, id)
    if known is None:
        _apply(session, subject, row, calendar, change=change, parts=parts, base_version=base_version, today=today,
               language=identity.language, now=now)
        added = session.execute(dialect_insert(session, ReportChange).values(
            id=id, report_id=row.id, change=change, version=row.version, parts=parts, at=now,
            content_hash=content_hash).on_conflict_do_nothing().returning(ReportChange.id)).scalar()
        if added is None:
            raise IdReused()
    elif (known.report_id, known.change, known.content_hash) != (report_id, change, content_hash):
        raise IdReused()
    view = _view(session, subject, row, calendar, today=today, language=identity.language)
    return view, known is None


def _locked(session: Session, subject: _Subject, now: datetime) -> Report:
    """The row of a report, made if there is none; writers of one report take turns on it."""
    session.execute(dialect_insert(session, Report).values(
        id=subject.id, cadre_id=subject.cadre_id, village_id=subject.village.id, kind=subject.kind,
        first_on=subject.period.first, last_on=subject.period.last, changed_at=now, version=0
    ).on_conflict_do_nothing())
    return session.scalars(select(Report).where(Report.id == subject.id).with_for_update()
                           .execution_options(populate_existing=True)).one()


def _apply(session: Session, subject: _Subject, row: Report, calendar: MeetingCalendar, *, change: str,
           parts: dict[str, str | None], base_version: int | None, today: date, language: str, now: datetime) -> None:
    if row.submitted_at is not None:
        raise Conflict("report_submitted")
    if base_version not in (None, row.version):
        raise Stale()
    if change == "submitted":
        written = _written(session, subject, calendar, today=today, language=language)
        parts = {part: written[part] for part in PARTS if getattr(row, part) is None}
        row.submitted_at = now
    for part, text in parts.items():
        setattr(row, part, text)
    row.version, row.changed_at = row.version + 1, now
    session.flush()
