"""Who read which entry, and samples that were drawn."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from api.db import Base


class DiaryReading(Base):
    """A submitted entry that somebody above read, and what followed: nothing, a request to follow up, a concern.

    Append-only. `level` is that of the division for which it was read; `entry_version` is what was read.
    """

    __tablename__ = "diary_readings"
    __table_args__ = (
        Index("ix_diary_readings_entry_id", "entry_id"),
        CheckConstraint("outcome IN ('read', 'follow_up', 'concern')", name="outcome"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("diary_entries.id"))
    entry_version: Mapped[int]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    level: Mapped[str] = mapped_column(String(10))
    outcome: Mapped[str] = mapped_column(String(10))
    note: Mapped[str | None] = mapped_column(Text)
    concern_id: Mapped[UUID | None] = mapped_column(ForeignKey("concerns.id"))
    at: Mapped[datetime]
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class DiarySample(Base):
    """Entries drawn by chance from those submitted in a division for a range of days.

    `seed` and `population` let anybody draw it again: the ids with the smallest SHA-256 of seed and id.
    """

    __tablename__ = "diary_samples"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    division_id: Mapped[int] = mapped_column(ForeignKey("divisions.id"))
    from_on: Mapped[date]
    to_on: Mapped[date]
    population: Mapped[int]
    seed: Mapped[str] = mapped_column(String(32))
    entry_ids: Mapped[list] = mapped_column(JSON)
    drawn_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    drawn_at: Mapped[datetime]
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
