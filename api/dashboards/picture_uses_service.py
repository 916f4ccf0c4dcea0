"""Which records name a picture, whose they are, and which of two was first; for oddities and lists of pictures."""

from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Select, cast, exists, not_, null, or_, select
from sqlalchemy.orm import Session, aliased

from api.diary.models import Concern, ConcernStep, DiaryEntry
from api.diary.reception_models import Reception
from api.diary.special_report_models import SpecialReport
from api.photos.models import RecordPhoto
from api.postings.models import Cadre
from api.visits.models import Visit

_no_cadre = cast(null(), Integer).label("cadre_id")
# What each kind of record is found by, where it belongs, who made it and of which day it is; drafts and annulled visits
# are left out.
RECORDS: dict[str, Select] = {
    "visit": select(Visit.id.label("record_id"), Visit.village_id, Cadre.user_id, Visit.cadre_id, Visit.day,
                    Visit.round_id)
    .join(Cadre, Cadre.id == Visit.cadre_id).where(Visit.annulled_at.is_(None)),
    "diary": select(DiaryEntry.id.label("record_id"), DiaryEntry.village_id, Cadre.user_id, DiaryEntry.cadre_id,
                    DiaryEntry.day)
    .join(Cadre, Cadre.id == DiaryEntry.cadre_id).where(DiaryEntry.submitted_at.is_not(None)),
    "reception": select(Reception.id.label("record_id"), Reception.village_id,
                        Reception.recorded_by_id.label("user_id"), _no_cadre, Reception.day),
    "special_report": select(SpecialReport.id.label("record_id"), SpecialReport.village_id,
                             SpecialReport.author_id.label("user_id"), _no_cadre, SpecialReport.day)
    .where(SpecialReport.submitted_at.is_not(None)),
    "concern": select(ConcernStep.id.label("record_id"), Concern.village_id, ConcernStep.user_id,
                      Cadre.id.label("cadre_id"), Concern.raised_on.label("day"))
    .join(Concern, Concern.id == ConcernStep.concern_id).outerjoin(Cadre, Cadre.user_id == ConcernStep.user_id),
}
# What is told to a cadre first, as an oddity.
TOLD = ("visit", "diary", "concern")

_earlier = aliased(RecordPhoto)


def _named_before(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(_earlier.sha256 == RecordPhoto.same_as, _earlier.record_id != RecordPhoto.record_id,
                          _earlier.added_at <= RecordPhoto.added_at, *conditions)


_annulled = exists().where(Visit.id == _earlier.record_id, Visit.annulled_at.is_not(None))
# Of the records with the picture before, not all are visits that were annulled since.
USED_BEFORE = or_(_named_before(not_(_annulled)), not_(_named_before(_annulled)))


def used_before_by(session: Session, *, record_id: UUID, sha256: str, user_id: int) -> bool:
    """Whether one of the records with the picture before this one is the user's: then it is their own matter too."""
    photo = session.get(RecordPhoto, (record_id, sha256))
    if photo is None or photo.same_as is None:
        return False
    for kind, query in RECORDS.items():
        record = query.subquery()
        if session.scalar(select(RecordPhoto.record_id).join(record, record.c.record_id == RecordPhoto.record_id).where(
                RecordPhoto.kind == kind, RecordPhoto.sha256 == photo.same_as, RecordPhoto.record_id != record_id,
                RecordPhoto.added_at <= photo.added_at, record.c.user_id == user_id).limit(1)) is not None:
            return True
    return False
