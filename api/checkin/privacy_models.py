"""What was done with personal records: coordinates revealed for a review, requests to correct or erase."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from api.db import Base


class CoordinateReveal(Base):
    """One coordinate shown to one person for a review, with the reason; the cadre whose it is sees that it was."""

    __tablename__ = "coordinate_reveals"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    evidence_id: Mapped[UUID] = mapped_column(ForeignKey("evidence.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str] = mapped_column(String(500))
    at: Mapped[datetime]
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class DataRequest(Base):
    """A person's request to correct or erase own data (个人信息保护法 articles 46 and 47), or suggestion, and the answer.

    `evidence_id` names the record that it is about, or `record_kind` and `record_id` one of visits or the diary, of the
    day `record_on`; null: something else, told in `text`. A suggestion has none.
    """

    __tablename__ = "data_requests"
    __table_args__ = (
        Index("ix_data_requests_state", "state"),
        CheckConstraint("kind IN ('correction', 'erasure', 'suggestion')", name="kind"),
        CheckConstraint("state IN ('asked', 'done', 'declined')", name="state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    evidence_id: Mapped[UUID | None] = mapped_column(ForeignKey("evidence.id"))
    record_kind: Mapped[str | None] = mapped_column(String(20))
    record_id: Mapped[UUID | None]
    record_on: Mapped[date | None]
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10))
    asked_at: Mapped[datetime]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    answered_at: Mapped[datetime | None]
    answer: Mapped[str | None] = mapped_column(String(500))
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    version: Mapped[int] = mapped_column(default=1)
