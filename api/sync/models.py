"""Edits of phones that came too late to be made."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from api.db import Base


class EditConflict(Base):
    """An edit that was based on an older version than there is, kept beside the record until its owner settles it.

    `id` is the edit's; `mine` is what it wanted to write. A settled one stays, so that nothing written is lost.
    """

    __tablename__ = "edit_conflicts"
    __table_args__ = (
        Index("ix_edit_conflicts_user_id_state", "user_id", "state"),
        CheckConstraint("state IN ('open', 'mine', 'theirs')", name="state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[str] = mapped_column(String(20))
    record_id: Mapped[UUID] = mapped_column(index=True)
    base_version: Mapped[int]
    mine: Mapped[dict] = mapped_column(JSON)
    kept_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10))
    settled_at: Mapped[datetime | None]
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
