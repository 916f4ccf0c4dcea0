"""The suggestion box: what anybody wrote about the application, a person or a village, and what became of it."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.db import Base


class Suggestion(Base):
    """A suggestion or complaint (意见、投诉), named or not; whoever has the receipt follows it without an account.

    What is about a person is seen by the discipline organ and the county only. Only days are kept, no times: the log
    of a proxy then does not say who it was. `sealed_contact` is the name and telephone of who gave them.
    """

    __tablename__ = "suggestions"
    __table_args__ = (
        UniqueConstraint("receipt_hash"),
        Index("ix_suggestions_division_id_state", "division_id", "state"),
        CheckConstraint("kind IN ('suggestion', 'complaint')", name="kind"),
        CheckConstraint("about IN ('app', 'person', 'village')", name="about"),
        CheckConstraint(
            "state IN ('received', 'accepted', 'declined', 'handling', 'answered', 'appealed', 'closed')",
            name="state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    division_id: Mapped[int] = mapped_column(ForeignKey("divisions.id"))
    kind: Mapped[str] = mapped_column(String(12))
    about: Mapped[str] = mapped_column(String(10))
    about_whom: Mapped[str | None] = mapped_column(String(50))
    text: Mapped[str] = mapped_column(Text)
    sealed_contact: Mapped[bytes | None] = mapped_column(LargeBinary)
    contact_key_id: Mapped[str | None] = mapped_column(String(16))
    receipt_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    received_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(10))
    due_on: Mapped[date | None]
    appeal_until: Mapped[date | None]
    closed_on: Mapped[date | None]
    concern_id: Mapped[UUID | None] = mapped_column(ForeignKey("concerns.id"))
    version: Mapped[int] = mapped_column(default=1)
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class SuggestionStep(Base):
    """One step of a suggestion: which day, what; `user_id` is null for what its sender did. Append-only.

    `is_told`: the sender reads it by the receipt.
    """

    __tablename__ = "suggestion_steps"
    __table_args__ = (UniqueConstraint("suggestion_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    suggestion_id: Mapped[UUID] = mapped_column(ForeignKey("suggestions.id"))
    number: Mapped[int]
    step: Mapped[str] = mapped_column(String(20))
    day: Mapped[date]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    text: Mapped[str | None] = mapped_column(Text)
    is_told: Mapped[bool]
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
