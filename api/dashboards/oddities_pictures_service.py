"""The same picture in two records, as an oddity of the cadre who used it again; and one closing for both.

Those above see the pictures themselves in a list of their own (photo_repeats_service).
"""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.dashboards.oddities_rules import Found
from api.dashboards.picture_uses_service import RECORDS, TOLD, USED_BEFORE
from api.photos import repeats_service
from api.photos.models import RecordPhoto


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
    for kind in TOLD:
        record = RECORDS[kind].subquery()
        query = (select(RecordPhoto.record_id, RecordPhoto.sha256, RecordPhoto.same_as, RecordPhoto.added_at,
                        record.c.village_id, record.c.cadre_id, record.c.day,
                        record.c.round_id if kind == "visit" else record.c.record_id)
                 .join(record, record.c.record_id == RecordPhoto.record_id))
        found += [_Use(kind, *row) for row in session.execute(
            query.where(RecordPhoto.kind == kind, record.c.cadre_id.is_not(None), *conditions)
            .order_by(RecordPhoto.added_at, RecordPhoto.record_id))]
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
