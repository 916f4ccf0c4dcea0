"""The same picture in two records within half a year: marked for a person to look at, and nothing else follows."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, or_, select, true
from sqlalchemy.orm import Session, aliased

from api.errors import Conflict, NotFound
from api.photos.models import Photo, RecordPhoto
from api.photos.rules import SEEN_WITHIN, bands, is_same_picture, near


def mark_repeats(session: Session, *, hashes: Iterable[str]) -> None:
    """Mark the records that name one of these photos and were not the first to show its picture.

    Called when a record names photos and when a photo comes, whichever is later.
    """
    named = list(session.scalars(select(RecordPhoto).where(
        RecordPhoto.sha256.in_(list(hashes)), RecordPhoto.same_as.is_(None))
        .order_by(RecordPhoto.added_at, RecordPhoto.record_id)))
    for photo in named:
        photo.same_as = _named_before(session, photo) or _shown_before(session, photo)
    session.flush()


def same_before(session: Session, photo: Photo) -> list[Photo]:
    """Photos of the same picture that came within the half year before, the earliest first."""
    quarters = (Photo.band_0, Photo.band_1, Photo.band_2, Photo.band_3)
    found = session.scalars(select(Photo).where(
        or_(*(quarter.in_(near(band)) for quarter, band in zip(quarters, bands(photo.perceptual_hash), strict=True))),
        Photo.stored_at >= photo.stored_at - SEEN_WITHIN,
        or_(Photo.stored_at < photo.stored_at,
            and_(Photo.stored_at == photo.stored_at, Photo.sha256 < photo.sha256)),
    ).order_by(Photo.stored_at, Photo.sha256))
    return [other for other in found if is_same_picture(photo.perceptual_hash, other.perceptual_hash)]


def close_repeat(session: Session, *, record_id: UUID, sha256: str, user_id: int, reason: str, now: datetime) -> bool:
    """Close what was marked, with a reason; False where the same user did so already with the same words.

    Raises NotFound for what is not marked, Conflict (photo_reviewed) where somebody closed it otherwise.
    """
    photo = session.get(RecordPhoto, (record_id, sha256), with_for_update=True, populate_existing=True)
    if photo is None or photo.same_as is None:
        raise NotFound()
    if photo.reviewed_at is not None:
        if (photo.reviewed_by_id, photo.review_reason) != (user_id, reason):
            raise Conflict("photo_reviewed")
        return False
    photo.reviewed_at, photo.reviewed_by_id, photo.review_reason = now, user_id, reason
    session.flush()
    return True


def _named_before(session: Session, photo: RecordPhoto) -> str | None:
    """The hash itself where an earlier record names the very same photo."""
    earlier = aliased(RecordPhoto)
    # The households of one round may share its picture; they came at one moment.
    is_before = or_(earlier.added_at < photo.added_at, and_(
        earlier.added_at == photo.added_at, earlier.record_id < photo.record_id,
        true() if photo.kind != "visit" else earlier.kind != "visit"))
    return session.scalar(select(earlier.sha256).where(
        earlier.sha256 == photo.sha256, earlier.added_at >= photo.added_at - SEEN_WITHIN, is_before).limit(1))


def _shown_before(session: Session, named: RecordPhoto) -> str | None:
    """The hash of an earlier photo of the same picture, of another record or of another person."""
    photo = session.get(Photo, named.sha256)
    if photo is None:
        return None
    for other in same_before(session, photo):
        records = session.scalars(select(RecordPhoto.record_id).where(RecordPhoto.sha256 == other.sha256)).all()
        # What one sent oneself and no record came to name, or the same record names twice, was not used before.
        if any(record_id != named.record_id for record_id in records) or (
                not records and other.stored_by_id != photo.stored_by_id):
            return other.sha256
    return None
