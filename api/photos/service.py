"""Photos by the hash of their bytes: written once, the same for everybody who sends them."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from api.db import dialect_insert
from api.errors import NotFound, Unprocessable
from api.photos.models import Photo
from api.photos.pictures_service import Picture, read_picture
from api.photos.repeats_service import mark_repeats, same_before
from api.photos.rules import bands
from api.photos.stores_service import Store


@dataclass(frozen=True)
class PhotoView:
    """A kept photo; `seen_before` tells that the same picture came in the half year before, and decides nothing."""

    sha256: str
    width: int
    height: int
    mimetype: str
    bytes: int
    seen_before: bool


def check_hash(data: bytes, sha256: str) -> None:
    """Raise Unprocessable unless these are the bytes that the hash names (photo_hash), and any at all (not_a_photo)."""
    if not data:
        raise Unprocessable("not_a_photo")
    if hashlib.sha256(data).hexdigest() != sha256:
        raise Unprocessable("photo_hash")


def known_photo(session: Session, *, sha256: str, user_id: int) -> PhotoView | None:
    """A photo that was kept once; its bytes may have been lost since."""
    photo = session.get(Photo, sha256)
    return None if photo is None else _view(session, photo, user_id)


def store_picture(store: Store, *, sha256: str, data: bytes) -> Picture:
    """Look at a photo and store it; needs no session, since it takes its time. Raises as `read_picture` does."""
    picture = read_picture(data, folder=store.folder)
    store.keep(sha256, data, picture.sizes)
    return picture


def record_photo(session: Session, *, sha256: str, size_bytes: int, picture: Picture, user_id: int,
                 now: datetime) -> tuple[PhotoView, bool]:
    """Note a photo whose bytes are stored; exactly once per hash."""
    created = session.execute(
        dialect_insert(session, Photo).values(
            sha256=sha256, bytes=size_bytes, width=picture.width, height=picture.height, mimetype=picture.mimetype,
            perceptual_hash=picture.perceptual_hash, stored_by_id=user_id, stored_at=now,
            **{f"band_{place}": band for place, band in enumerate(bands(picture.perceptual_hash))},
        ).on_conflict_do_nothing().returning(Photo.sha256)).scalar() is not None
    if created:
        mark_repeats(session, hashes=[sha256])
    return _view(session, session.get(Photo, sha256), user_id), created


def photo_by_hash(session: Session, sha256: str) -> Photo:
    photo = session.get(Photo, sha256)
    if photo is None:
        raise NotFound()
    return photo


def served(store: Store, *, sha256: str, size: str) -> bytes:
    """The JPEG of a photo in one of the served sizes; made again where only the original was kept.

    Raises NotFound when the bytes are lost.
    """
    kept = store.read_served(sha256, size)
    if kept is not None:
        return kept
    data = store.read_original(sha256)
    if data is None:
        raise NotFound()
    return read_picture(data, folder=store.folder).sizes[size]


def _view(session: Session, photo: Photo, user_id: int) -> PhotoView:
    # Who sends an own photo again repeats it; the very bytes of somebody else are seen before.
    seen = photo.stored_by_id != user_id or bool(same_before(session, photo))
    return PhotoView(photo.sha256, photo.width, photo.height, photo.mimetype, photo.bytes, seen)
