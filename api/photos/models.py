"""Pictures by the SHA-256 of the bytes that were sent, and the records that name them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from api.db import Base


class Photo(Base):
    """A picture that was stored; its bytes lie in the photo store under its hash.

    `perceptual_hash` is a 64-bit difference hash as a signed integer: two pictures that differ in at most 6 bits are
    the same picture sent again. `band_0` to `band_3` are its quarters, by which such a picture is found.
    """

    __tablename__ = "photos"
    __table_args__ = (Index("ix_photos_stored_at", "stored_at"),)

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    bytes: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    mimetype: Mapped[str] = mapped_column(String(20))
    perceptual_hash: Mapped[int] = mapped_column(BigInteger)
    band_0: Mapped[int] = mapped_column(index=True)
    band_1: Mapped[int] = mapped_column(index=True)
    band_2: Mapped[int] = mapped_column(index=True)
    band_3: Mapped[int] = mapped_column(index=True)
    stored_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    stored_at: Mapped[datetime]


class RecordPhoto(Base):
    """A picture that a record of another slice names; the record comes first, so there may be no `Photo` yet.

    `same_as` names the photo of the same picture that was there before, perhaps by the very same hash under another
    record: a person looks at it and closes the matter with a reason. Nothing else follows from it.
    """

    __tablename__ = "record_photos"
    __table_args__ = (
        Index("ix_record_photos_sha256", "sha256"),
        Index("ix_record_photos_open", "added_at",
              sqlite_where=text("same_as IS NOT NULL AND reviewed_at IS NULL"),
              postgresql_where=text("same_as IS NOT NULL AND reviewed_at IS NULL")),
    )

    record_id: Mapped[UUID] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    position: Mapped[int]
    added_at: Mapped[datetime]
    same_as: Mapped[str | None] = mapped_column(String(64))
    reviewed_at: Mapped[datetime | None]
    reviewed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    review_reason: Mapped[str | None] = mapped_column(String(500))
