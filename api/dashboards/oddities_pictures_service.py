"""The same picture in two records, as an oddity of the cadre who used it again; and one closing for both.

Those above see the pictures themselves in a list of their own (photo_repeats_service).
"""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, not_, or_, select
from sqlalchemy.orm import Session, aliased

from api.dashboards.oddities_rules import Found
from api.diary.models import Concern, ConcernStep, DiaryEntry
from api.photos import repeats_service
from api.photos.models import RecordPhoto
from api.postings.models import Cadre
from api.visits.models import Visit

# What each kind of record is found by, where it belongs, whose it is and of which day, and what an erasure names it
# by; drafts and annulled visits are left out, and stability clues, of which not everybody above may know.
_RECORDS: dict[str, Select] = {
    "visit": select(Visit.id.label("record_id"), Visit.village_id, Visit.cadre_id, Visit.day,
                    Visit.round_id.label("erased_as")).where(Visit.annulled_at.is_(None)),
    "diary": select(DiaryEntry.id.label("record_id"), DiaryEntry.village_id, DiaryEntry.cadre_id, DiaryEntry.day,
                    DiaryEntry.id.label("erased_as")).where(DiaryEntry.submitted_at.is_not(None)),
    "concern": select(ConcernStep.id.label("record_id"), Concern.village_id, Cadre.id.label("cadre_id"),
                      Concern.raised_on.label("day"), ConcernStep.id.label("erased_as"))
    .join(Concern, Concern.id == ConcernStep.concern_id).join(Cadre, Cadre.user_id == ConcernStep.user_id),
}


_earlier = aliased(RecordPhoto)


def _named_before(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(_earlier.sha256 == RecordPhoto.same_as, _earlier.record_id != RecordPhoto.record_id,
                          _earlier.added_at <= RecordPhoto.added_at, *conditions)


_annulled = exists().where(Visit.id == _earlier.record_id, Visit.annulled_at.is_not(None))
# Of the records with the picture before, not all are visits that were annulled since.
USED_BEFORE = or_(_named_before(not_(_annulled)), not_(_named_before(_annulled)))


class _Use(NamedTuple):
    kind: str
    record_id: UUID
    sha256: str
    same_as: str | None
    added_at: datetime
    village_id: int
    cadre_id: int
    day: date
    erased_as: UUID


def same_pictures(session: Session, *, since: datetime) -> list[Found]:
    """Records since then whose picture was there before and that nobody has looked at yet.

    The facts tell the day of an earlier record of the same cadre, and of others' only that there is one.
    """
    uses = _uses(session, RecordPhoto.same_as.is_not(None), RecordPhoto.reviewed_at.is_(None),
                 RecordPhoto.added_at >= since, USED_BEFORE)
    if not uses:
        return []
    earlier: dict[str, list[_Use]] = {}
    for use in _uses(session, RecordPhoto.sha256.in_({use.same_as for use in uses})):
        earlier.setdefault(use.sha256, []).append(use)
    return [_found(use, earlier.get(use.same_as, [])) for use in uses]


def _found(use: _Use, named: list[_Use]) -> Found:
    before = [one for one in named if one.record_id != use.record_id and one.added_at <= use.added_at]
    own = [one for one in before if one.cadre_id == use.cadre_id]
    days, records = {use.day, *(one.day for one in own)}, (use.erased_as, *(one.erased_as for one in own))
    facts = {"record_kind": use.kind, "used_on": use.day.isoformat(),
             "earlier_on": max(one.day for one in own).isoformat() if own else None,
             "by_others": len(before) > len(own) or not before, "picture": [use.record_id.hex, use.sha256]}
    return Found("same_picture", f"{use.record_id.hex}{use.sha256[:32]}", use.cadre_id, use.village_id,
                 tuple(sorted(days)), tuple(dict.fromkeys(records)), facts)


def _uses(session: Session, *conditions) -> list[_Use]:
    found = []
    for kind, query in _RECORDS.items():
        record = query.subquery()
        found += [_Use(kind, *row) for row in session.execute(
            select(RecordPhoto.record_id, RecordPhoto.sha256, RecordPhoto.same_as, RecordPhoto.added_at,
                   record.c.village_id, record.c.cadre_id, record.c.day, record.c.erased_as)
            .join(record, record.c.record_id == RecordPhoto.record_id)
            .where(RecordPhoto.kind == kind, *conditions).order_by(RecordPhoto.added_at, RecordPhoto.record_id))]
    return found


def close_picture(session: Session, *, facts: dict, user_id: int, reason: str,
                  now: datetime) -> tuple[UUID, str] | None:
    """Close the matter of the picture of an oddity with the same reason; (record, picture), or None where nothing is.

    What somebody closed already, and a picture whose record is gone, stay as they are.
    """
    if "picture" not in facts:
        return None
    record_id, sha256 = UUID(facts["picture"][0]), facts["picture"][1]
    photo = session.get(RecordPhoto, (record_id, sha256), with_for_update=True, populate_existing=True)
    if photo is None or photo.same_as is None or photo.reviewed_at is not None:
        return None
    repeats_service.close_repeat(session, record_id=record_id, sha256=sha256, user_id=user_id, reason=reason, now=now)
    return record_id, sha256
