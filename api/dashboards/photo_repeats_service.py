"""Pictures that came a second time, for those above to look at: who used them, when, in which records."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import Session

from api import audit
from api.auth import Identity
from api.dashboards import oddities_service
from api.dashboards.oddities_pictures_service import USED_BEFORE
from api.diary.models import Concern, ConcernStep, DiaryEntry
from api.diary.reception_models import Reception
from api.diary.special_report_models import SpecialReport
from api.diary.special_reports_service import submitted_to
from api.errors import Forbidden, NotFound
from api.photos import repeats_service
from api.photos.models import Photo, RecordPhoto
from api.postings.access_service import reach_of
from api.postings.account_models import User
from api.postings.divisions_service import DivisionRef, audit_chain, below, refs
from api.postings.models import Cadre, Division
from api.visits.models import Visit

MOST = 200
# What each kind of record is found by, where it belongs, who made it and of which day it is; drafts and annulled
# visits are left out.
_RECORDS: dict[str, Select] = {
    "visit": select(Visit.id.label("record_id"), Visit.village_id, Cadre.user_id, Visit.day)
    .join(Cadre, Cadre.id == Visit.cadre_id).where(Visit.annulled_at.is_(None)),
    "diary": select(DiaryEntry.id.label("record_id"), DiaryEntry.village_id, Cadre.user_id, DiaryEntry.day)
    .join(Cadre, Cadre.id == DiaryEntry.cadre_id).where(DiaryEntry.submitted_at.is_not(None)),
    "reception": select(Reception.id.label("record_id"), Reception.village_id,
                        Reception.recorded_by_id.label("user_id"), Reception.day),
    "special_report": select(SpecialReport.id.label("record_id"), SpecialReport.village_id,
                             SpecialReport.author_id.label("user_id"), SpecialReport.day)
    .where(SpecialReport.submitted_at.is_not(None)),
    "concern": select(ConcernStep.id.label("record_id"), Concern.village_id, ConcernStep.user_id,
                      Concern.raised_on.label("day")).join(Concern, Concern.id == ConcernStep.concern_id),
}


@dataclass(frozen=True, slots=True)
class Use:
    """A record that names a photo; `path` is its village's, `user_id` whose record it is."""

    kind: str
    record_id: UUID
    village: DivisionRef
    by: dict
    day: date
    named_at: datetime


@dataclass(frozen=True, slots=True)
class Repeat:
    """A record with a picture that was there before; `earlier` the records of it that the reader may know of, and
    `elsewhere` whether there are others.
    """

    sha256: str
    use: Use
    has_come: bool
    earlier: list[Use]
    elsewhere: bool
    review: dict | None


def _within(identity: Identity, kind: str) -> ColumnElement[bool]:
    """The condition that the user may know of a record of a kind; `Division` is its village.

    A stability clue is nothing for whoever supervises a village only.
    """
    reach = reach_of(identity, "supervisor")
    if kind != "special_report":
        return reach
    return and_(reach, RecordPhoto.record_id.in_(
        select(SpecialReport.id).join(Division, Division.id == SpecialReport.village_id).where(submitted_to(identity))))


def list_repeats(session: Session, *, identity: Identity, division: Division, is_open: bool) -> list[Repeat]:
    """The marked pictures of records below a division, the latest first; 200 at most."""
    reviewed = RecordPhoto.reviewed_at.is_(None) if is_open else RecordPhoto.reviewed_at.is_not(None)
    found = []
    for kind in _RECORDS:
        found += _uses(session, RecordPhoto.same_as.is_not(None), reviewed, RecordPhoto.kind == kind,
                       _within(identity, kind), below(division.path), USED_BEFORE, kind=kind)
    found.sort(key=lambda pair: (pair[0].added_at, pair[0].record_id), reverse=True)
    return _repeats(session, found[:MOST], identity=identity)


def close(session: Session, *, identity: Identity, record_id: UUID, sha256: str, reason: str, now: datetime) -> Repeat:
    """Close the matter of a marked picture with a reason; the same again changes nothing.

    Raises NotFound outside the supervisor's divisions, Forbidden (own_record), Conflict (photo_reviewed).
    """
    kind = session.scalar(select(RecordPhoto.kind).where(
        RecordPhoto.record_id == record_id, RecordPhoto.sha256 == sha256))
    found = _uses(session, RecordPhoto.record_id == record_id, RecordPhoto.sha256 == sha256,
                  _within(identity, kind), kind=kind) if kind in _RECORDS else []
    if not found:
        raise NotFound()
    [(photo, use)] = found
    if use.by["id"] == identity.user_id:
        raise Forbidden("own_record")
    if repeats_service.close_repeat(session, record_id=record_id, sha256=sha256, user_id=identity.user_id,
                                    reason=reason, now=now):
        audit.append(session, chain=audit_chain(use.village), at=now, user_id=identity.user_id,
                     action="photo.reviewed", subject=f"{use.kind}:{record_id}",
                     details={"sha256": sha256, "same_as": photo.same_as, "reason": reason})
        oddities_service.picture_closed(session, record_id=record_id, sha256=sha256, user_id=identity.user_id,
                                        reason=reason, now=now)
    return _repeats(session, [(photo, use)], identity=identity)[0]


def _uses(session: Session, *conditions, kind: str) -> list[tuple[RecordPhoto, Use]]:
    record = _RECORDS[kind].subquery()
    rows = session.execute(
        select(RecordPhoto, record.c.village_id, record.c.user_id, record.c.day, User.name)
        .join(record, record.c.record_id == RecordPhoto.record_id)
        .join(Division, Division.id == record.c.village_id).join(User, User.id == record.c.user_id)
        .where(*conditions).order_by(RecordPhoto.added_at.desc(), RecordPhoto.record_id.desc()).limit(MOST)).all()
    places = refs(session, [row.village_id for row in rows])
    return [(row.RecordPhoto, Use(kind, row.RecordPhoto.record_id, places[row.village_id],
                                  {"id": row.user_id, "name": row.name}, row.day, row.RecordPhoto.added_at))
            for row in rows]


def _repeats(session: Session, found: list[tuple[RecordPhoto, Use]], *, identity: Identity) -> list[Repeat]:
    hashes = {photo.same_as for photo, _use in found}
    earlier: dict[str, list[Use]] = {sha256: [] for sha256 in hashes}
    for kind in _RECORDS:
        for photo, use in _uses(session, RecordPhoto.sha256.in_(hashes), RecordPhoto.kind == kind,
                                _within(identity, kind), kind=kind):
            earlier[photo.sha256].append(use)
    come = set(session.scalars(select(Photo.sha256).where(Photo.sha256.in_([photo.sha256 for photo, _ in found]))))
    names = _names(session, [photo.reviewed_by_id for photo, _use in found])
    repeats = []
    for photo, use in found:
        others = sorted((one for one in earlier[photo.same_as]
                         if one.record_id != photo.record_id and one.named_at <= photo.added_at),
                        key=lambda one: (one.named_at, one.record_id))
        review = None if photo.reviewed_at is None else {
            "at": photo.reviewed_at, "by": {"id": photo.reviewed_by_id, "name": names[photo.reviewed_by_id]},
            "reason": photo.review_reason}
        repeats.append(Repeat(photo.sha256, use, photo.sha256 in come, others, not others, review))
    return repeats


def _names(session: Session, ids: Iterable[int | None]) -> dict[int, str]:
    return dict(session.execute(select(User.id, User.name).where(User.id.in_({id for id in ids if id}))).all())
