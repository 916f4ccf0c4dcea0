"""The photos that records name by hash. A record comes first and is good without them; a photo never holds one back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from api.db import dialect_insert
from api.photos.models import Photo, RecordPhoto
from api.photos.repeats_service import mark_repeats


@dataclass(frozen=True, slots=True)
class RecordPhotoView:
    """A photo that a record names; `has_come` is False while the record waits for it."""

    sha256: str
    has_come: bool
    seen_before: bool


def attach(session: Session, *, kind: str, record_id: UUID, hashes: list[str], now: datetime) -> None:
    """Let a record name exactly these photos, in this order; a hash that comes twice is kept once.

    `kind` is one that the photos' view asks by who may see them: visit, diary, reception, special_report, concern,
    notice_step, vote.
    What an edit no longer names is taken off the record; the photo itself stays.
    """
    named = list(dict.fromkeys(hashes))
    # An id is the sender's: one that names somebody else's record of another kind must not take its photos away.
    session.execute(delete(RecordPhoto).where(RecordPhoto.record_id == record_id, RecordPhoto.kind == kind,
                                              RecordPhoto.sha256.not_in(named)))
    if not named:
        return
    insert = dialect_insert(session, RecordPhoto)
    rows = [{"record_id": record_id, "sha256": sha256, "kind": kind, "position": position, "added_at": now}
            for position, sha256 in enumerate(named)]
    session.execute(insert.values(rows).on_conflict_do_update(
        index_elements=["record_id", "sha256"], set_={"position": insert.excluded.position}))
    mark_repeats(session, hashes=named)


def photos_of(session: Session, record_ids: Iterable[UUID]) -> dict[UUID, list[RecordPhotoView]]:
    """The photos of records, in the order in which they are named; a record without any has an empty list."""
    views: dict[UUID, list[RecordPhotoView]] = {record_id: [] for record_id in record_ids}
    if not views:
        return views
    found = session.execute(
        select(RecordPhoto.record_id, RecordPhoto.sha256, RecordPhoto.same_as, Photo.sha256.is_not(None))
        .outerjoin(Photo, Photo.sha256 == RecordPhoto.sha256)
        .where(RecordPhoto.record_id.in_(views)).order_by(RecordPhoto.record_id, RecordPhoto.position))
    for record_id, sha256, same_as, has_come in found:
        views[record_id].append(RecordPhotoView(sha256, bool(has_come), same_as is not None))
    return views


def is_incomplete(photos: Iterable[RecordPhotoView]) -> bool:
    """Whether a record still waits for a photo that it names."""
    return not all(photo.has_come for photo in photos)


def records_naming(session: Session, sha256: str) -> list[tuple[str, UUID]]:
    """(kind, id) of every record that names a photo."""
    return [(kind, record_id) for kind, record_id in session.execute(
        select(RecordPhoto.kind, RecordPhoto.record_id).where(RecordPhoto.sha256 == sha256)
        .order_by(RecordPhoto.added_at, RecordPhoto.record_id))]
