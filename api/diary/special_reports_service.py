"""Special reports, good practices and stability clues: written by a cadre, private until submitted, read above."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from api import audit
from api.auth import Identity
from api.checkin.leave_service import homes_of
from api.checkin.presence_service import moment_of
from api.db import dialect_insert
from api.diary.special_report_models import SpecialReport, SpecialReportReading, SpecialReportVersion
from api.errors import Conflict, Forbidden, IdReused, NotFound, Stale, Unprocessable
from api.photos import records_service
from api.postings.account_models import User
from api.postings.divisions_service import DivisionRef, audit_chain, below, division_by_code, refs
from api.postings.models import Division
from api.postings.roster_service import posting_on, villages_of

RESTRICTED = "stability_clue"
SHARED = "good_practice"


@dataclass(frozen=True)
class ReportView:
    """A report with its author, its readings, and whether the reader has read it."""

    report: SpecialReport
    village: DivisionRef
    author: dict
    shared_with: DivisionRef | None
    flags: list[str]
    readings: list[dict]
    is_read: bool
    photos: list[records_service.RecordPhotoView]

    @property
    def is_incomplete(self) -> bool:
        return records_service.is_incomplete(self.photos)

    def __getattr__(self, name: str):
        return getattr(self.report, name)


def write_report(session: Session, *, identity: Identity, id: UUID, kind: str, title: str, text: str,
                 photos: Iterable[str], is_submitted: bool, captured_at: datetime, elapsed_ms: int | None,
                 device_id: str | None, content_hash: bytes, now: datetime) -> tuple[SpecialReport, bool]:
    """Keep a report of the user's own, as a draft or submitted; exactly once per id.

    It belongs to the village that the cadre was posted to that day, else to the nearest posting's. Raises
    Unprocessable (cadre_missing) for somebody who was never posted, IdReused.
    """
    _at, day, flags = moment_of(captured_at=captured_at, received_at=now, elapsed_ms=elapsed_ms,
                                first_log_in_at=identity.first_log_in_at)
    home = homes_of(session, [identity.cadre_id], day).get(identity.cadre_id) if identity.cadre_id else None
    if home is None:
        raise Unprocessable("cadre_missing")
    created = session.execute(dialect_insert(session, SpecialReport).values(
        id=id, kind=kind, author_id=identity.user_id, village_id=home.id, title=title, text=text, day=day,
        captured_at=captured_at, received_at=now, elapsed_ms=elapsed_ms, flags=" ".join(flags), device_id=device_id,
        submitted_at=now if is_submitted else None, changed_at=now, version=1, content_hash=content_hash,
    ).on_conflict_do_nothing().returning(SpecialReport.id)).scalar() is not None
    report = session.get(SpecialReport, id)
    if (report.author_id, report.content_hash) != (identity.user_id, content_hash):
        raise IdReused()
    if created:
        records_service.attach(session, kind="special_report", record_id=id, hashes=list(photos), now=now)
    return report, created


def edit_report(session: Session, *, identity: Identity, id: UUID, report_id: UUID, base_version: int,
                title: str, text: str, photos: Iterable[str], content_hash: bytes, now: datetime
                ) -> tuple[SpecialReport, bool]:
    """Change what an own report says; what it said before is kept. (report, False) for an edit that is known.

    Raises NotFound, Stale with the version that it has meanwhile, Conflict (report_read) once somebody has read it,
    IdReused.
    """
    report = own_report(session, identity=identity, report_id=report_id, lock=True)
    known = session.scalar(select(SpecialReportVersion).where(SpecialReportVersion.edit_id == id))
    if known is not None:
        if (known.report_id, known.edit_hash) != (report_id, content_hash):
            raise IdReused()
        return report, False
    if report.version != base_version:
        raise Stale(headers={"ETag": f'"{report.version}"'})
    if _readings(session, [report]):
        raise Conflict("report_read")
    session.add(SpecialReportVersion(report_id=report.id, version=report.version, title=report.title,
                                     text=report.text, replaced_at=now, edit_id=id, edit_hash=content_hash))
    report.title, report.text, report.changed_at, report.version = title, text, now, report.version + 1
    session.flush()
    records_service.attach(session, kind="special_report", record_id=report.id, hashes=list(photos), now=now)
    return report, True


def submit_report(session: Session, *, identity: Identity, id: UUID, report_id: UUID, now: datetime
                  ) -> tuple[SpecialReport, bool]:
    """Hand an own draft in; from here on those above may read it. What was submitted stays so: asking again is safe."""
    report = own_report(session, identity=identity, report_id=report_id, lock=True)
    if report.submitted_at is not None:
        return report, False
    if session.scalar(select(SpecialReport.id).where(SpecialReport.submission_id == id)) is not None:
        raise IdReused()
    report.submitted_at, report.submission_id, report.changed_at = now, id, now
    report.version += 1
    session.flush()
    return report, True


def read_report(session: Session, *, identity: Identity, id: UUID, report_id: UUID, note: str | None, is_shared: bool,
                content_hash: bytes, now: datetime) -> tuple[SpecialReport, bool]:
    """Note that the user has read a report, with a line to its author; exactly once per id.

    `is_shared` shows a good practice to every cadre below the reader's own division. Raises NotFound, Forbidden
    (own_record), Unprocessable (not_to_be_shared) for another kind, IdReused.
    """
    report = session.get(SpecialReport, report_id, with_for_update=True, populate_existing=True)
    village = report and refs(session, [report.village_id])[report.village_id]
    if report is None or not _reads(identity, report, village):
        raise NotFound()
    if report.author_id == identity.user_id:
        raise Forbidden("own_record")
    if is_shared and report.kind != SHARED:
        raise Unprocessable("not_to_be_shared")
    added = session.execute(dialect_insert(session, SpecialReportReading).values(
        id=id, report_id=report_id, user_id=identity.user_id, at=now, note=note, content_hash=content_hash,
    ).on_conflict_do_nothing().returning(SpecialReportReading.id)).scalar() is not None
    held = session.get(SpecialReportReading, id)
    if (held.report_id, held.user_id, held.content_hash) != (report_id, identity.user_id, content_hash):
        raise IdReused()
    if added:
        report.changed_at = now
        if is_shared:
            widest = min(identity.grants_over(village.path, "supervisor"), key=lambda grant: len(grant.path))
            report.shared_with_id = widest.division_id
            audit.append(session, chain=audit_chain(village), at=now, user_id=identity.user_id,
                         action="special_report.shared", subject=f"special_report:{report.id}",
                         details={"division": refs(session, [widest.division_id])[widest.division_id].code})
    return report, added


def own_report(session: Session, *, identity: Identity, report_id: UUID, lock: bool = False) -> SpecialReport:
    report = session.get(SpecialReport, report_id, with_for_update=lock or None, populate_existing=lock)
    if report is None or report.author_id != identity.user_id:
        raise NotFound()
    return report


def visible_report(session: Session, *, identity: Identity, report_id: UUID, today: date) -> SpecialReport:
    """A report that the user wrote, may read as a supervisor, or that was shared; NotFound for all others."""
    report = session.get(SpecialReport, report_id)
    found = report is not None and session.scalar(
        select(SpecialReport.id).join(Division, Division.id == SpecialReport.village_id)
        .where(SpecialReport.id == report_id, _seen(session, identity, today)))
    if not found:
        raise NotFound()
    return report


def may_see_photo(session: Session, *, identity: Identity, record_id: UUID, today: date) -> bool:
    """Whether the user may see the report that names a photo."""
    return session.scalar(
        select(SpecialReport.id).join(Division, Division.id == SpecialReport.village_id)
        .where(SpecialReport.id == record_id, _seen(session, identity, today))) is not None


def list_reports(session: Session, *, identity: Identity, today: date, code: str | None, kind: str | None,
                 unread: bool, mine: bool, page: int, page_size: int) -> tuple[list[ReportView], int]:
    """The reports that the user may see, those not handed in yet first, then the latest; and how many there are.

    `unread`: submitted to the user and not read by anybody of the own level yet, the oldest first: a reading queue.
    """
    query = select(SpecialReport).join(Division, Division.id == SpecialReport.village_id).where(
        _seen(session, identity, today))
    if code is not None:
        division = division_by_code(session, code)
        if not identity.may(division.path, "supervisor"):
            raise NotFound("division_not_found", code=code)
        query = query.where(below(division.path))
    if kind is not None:
        query = query.where(SpecialReport.kind == kind)
    if mine:
        query = query.where(SpecialReport.author_id == identity.user_id)
    if unread:
        query = query.where(
            SpecialReport.author_id != identity.user_id, submitted_to(identity),
            ~exists().where(SpecialReportReading.report_id == SpecialReport.id,
                            SpecialReportReading.user_id == identity.user_id))
    count = session.scalar(select(func.count()).select_from(query.subquery()))
    order = (SpecialReport.submitted_at,) if unread else (
        SpecialReport.submitted_at.is_not(None), SpecialReport.submitted_at.desc(), SpecialReport.captured_at.desc())
    found = session.scalars(query.order_by(*order, SpecialReport.id).offset((page - 1) * page_size).limit(page_size))
    return report_views(session, list(found), identity=identity), count


def report_views(session: Session, reports: list[SpecialReport], *, identity: Identity) -> list[ReportView]:
    """Reports as answers show them; who read them is told to their author and to those who may read them."""
    places = refs(session, [*(one.village_id for one in reports), *(one.shared_with_id for one in reports)])
    authors = dict(session.execute(select(User.id, User.name).where(
        User.id.in_({one.author_id for one in reports}))).all())
    readings = _readings(session, reports)
    photos = records_service.photos_of(session, [one.id for one in reports])
    views = []
    for one in reports:
        village = places[one.village_id]
        told = one.author_id == identity.user_id or _reads(identity, one, village)
        views.append(ReportView(
            one, village, {"id": one.author_id, "name": authors[one.author_id]}, places.get(one.shared_with_id),
            one.flags.split(), readings.get(one.id, []) if told else [],
            any(reading["by"]["id"] == identity.user_id for reading in readings.get(one.id, ())), photos[one.id]))
    return views


def versions_of(session: Session, report: SpecialReport, *, identity: Identity) -> list[SpecialReportVersion]:
    """What a report said before, the oldest first; what it said as a draft only to its author."""
    query = select(SpecialReportVersion).where(SpecialReportVersion.report_id == report.id)
    if report.author_id != identity.user_id:
        query = query.where(SpecialReportVersion.replaced_at > report.submitted_at)
    return list(session.scalars(query.order_by(SpecialReportVersion.version)))


def _reads(identity: Identity, report: SpecialReport, village: DivisionRef) -> bool:
    """Whether the user is among those to whom a report goes once it is submitted."""
    return report.submitted_at is not None and any(
        report.kind != RESTRICTED or grant.level != "village"
        for grant in identity.grants_over(village.path, "supervisor"))


def submitted_to(identity: Identity) -> ColumnElement[bool]:
    """The condition that a report goes to the user; `Division` is its village."""
    over = [(grant.level != "village", below(grant.path)) for grant in identity.grants if grant.role == "supervisor"]
    return and_(SpecialReport.submitted_at.is_not(None), or_(
        False, *(condition if reads_clues else and_(condition, SpecialReport.kind != RESTRICTED)
                 for reads_clues, condition in over)))


def _seen(session: Session, identity: Identity, today: date) -> ColumnElement[bool]:
    posting = identity.cadre_id and posting_on(session, cadre_id=identity.cadre_id, day=today)
    around = {int(part) for village in refs(
        session, villages_of(session, [posting.id])[posting.id]).values() for part in village.path.split("/") if part
    } if posting else set()
    return or_(SpecialReport.author_id == identity.user_id, submitted_to(identity),
               SpecialReport.shared_with_id.in_(around))


def _readings(session: Session, reports: list[SpecialReport]) -> dict[UUID, list[dict]]:
    found: dict[UUID, list[dict]] = {}
    for reading, name in session.execute(
            select(SpecialReportReading, User.name).join(User, User.id == SpecialReportReading.user_id)
            .where(SpecialReportReading.report_id.in_([one.id for one in reports]))
            .order_by(SpecialReportReading.at, SpecialReportReading.id)):
        found.setdefault(reading.report_id, []).append(
            {"by": {"id": reading.user_id, "name": name}, "at": reading.at, "note": reading.note})
    return found
