"""Supervision notices: what has to be put right by when, and every step until it is struck off."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.db import Base


class NoticeNumber(Base):
    """The last number that a township (or the county itself) gave to a notice of a year; taken by an UPDATE."""

    __tablename__ = "notice_numbers"

    division_id: Mapped[int] = mapped_column(ForeignKey("divisions.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class SupervisionNotice(Base):
    """A supervision notice (督办通知单) to a village, as it now stands; its steps tell how it came there.

    `issuer_id` is the township or county that numbers it, `owner_id` the one that decides on it now: the issuer, until
    it is escalated. `asked_due_on` is a later day that was asked for and not answered yet. `reissues` counts how often
    it was issued anew after a failed re-inspection or a missed deadline.
    """

    __tablename__ = "supervision_notices"
    __table_args__ = (
        UniqueConstraint("issuer_id", "year", "number"),
        Index("ix_supervision_notices_village_id_state", "village_id", "state"),
        Index("ix_supervision_notices_owner_id_state", "owner_id", "state"),
        Index("ix_supervision_notices_source_id", "source_id"),
        CheckConstraint(
            "state IN ('drafted', 'cancelled', 'reviewed', 'issued', 'served', 'reported', 'returned', 'reinspected', "
            "'escalated', 'struck_off', 'archived')", name="state"),
        CheckConstraint(
            "source_kind IN ('failed_item', 'spot_check', 'overdue_concern', 'leader_instruction', 'by_hand')",
            name="source_kind"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    issuer_id: Mapped[int] = mapped_column(ForeignKey("divisions.id"))
    owner_id: Mapped[int] = mapped_column(ForeignKey("divisions.id"))
    village_id: Mapped[int] = mapped_column(ForeignKey("divisions.id"))
    year: Mapped[int | None]
    number: Mapped[int | None]
    source_kind: Mapped[str] = mapped_column(String(20))
    source_id: Mapped[UUID | None]
    title: Mapped[str] = mapped_column(String(100))
    facts: Mapped[str] = mapped_column(Text)
    basis: Mapped[str] = mapped_column(String(500))
    demand: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date]
    asked_due_on: Mapped[date | None]
    lead_unit: Mapped[str] = mapped_column(String(100))
    assisting_units: Mapped[list] = mapped_column(JSON)
    copies_to: Mapped[list] = mapped_column(JSON)
    contact: Mapped[str] = mapped_column(String(100))
    state: Mapped[str] = mapped_column(String(12))
    reissues: Mapped[int] = mapped_column(default=0)
    has_passed: Mapped[bool | None]
    drafted_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    drafted_at: Mapped[datetime]
    issued_at: Mapped[datetime | None]
    struck_off_on: Mapped[date | None]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class NoticeStep(Base):
    """One step of a notice: who, when, what was said; append-only. `number` is its place in the notice's course.

    `new_due_on` is the deadline that the step set or asked for, `signer` who signed for it on the spot, `has_passed`
    what a re-inspection found.
    """

    __tablename__ = "notice_steps"
    __table_args__ = (UniqueConstraint("notice_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    notice_id: Mapped[UUID] = mapped_column(ForeignKey("supervision_notices.id"))
    number: Mapped[int]
    step: Mapped[str] = mapped_column(String(20))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
    received_at: Mapped[datetime]
    note: Mapped[str | None] = mapped_column(Text)
    new_due_on: Mapped[date | None]
    signer: Mapped[str | None] = mapped_column(String(60))
    has_passed: Mapped[bool | None]
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
