"""Pictures by the SHA-256 of the bytes that were sent."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from api.db import Base


class Photo(Base):
    """A picture that was stored; its bytes lie in the photo store under its hash.

    `perceptual_hash` is a 64-bit difference hash as a signed integer: two pictures that differ in at most 6 bits are
    the same picture sent again.
    """

    __tablename__ = "photos"
    __table_args__ = (Index("ix_photos_stored_at", "stored_at"),)

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    bytes: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    mimetype: Mapped[str] = mapped_column(String(20))
    perceptual_hash: Mapped[int] = mapped_column(BigInteger)
    stored_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    stored_at: Mapped[datetime]
