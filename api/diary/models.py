"""What cadres write down and what villagers asked for."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from api.db import Base


class DiaryEntry(Base):
    """A cadre's page of a day, as it now stands; private until it is submitted.

    The same text prints as people's diary, work log or squatting-point record sheet. A position, if the entry brought
    one, lies in `evidence` (kind `diary`, source the entry). An erased entry is a tombstone without content.
    """

    __tablename__ = "diary_entries"
    __table_args__ = (
        Index("ix_diary_entries_cadre_id_day", "cadre_id", "day"),
        Index("ix_diary_entries_village_id_submitted_at", "village_id", "submitted_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    cadre_id: Mapped[int] = mapped_column(ForeignKey("cadres.id"))
    village_id: Mapped[int | None] = mapped_column(ForeignKey("divisions.id"))
    day: Mapped[date]
    text: Mapped[str] = mapped_column(Text)
    work_types: Mapped[list] = mapped_column(JSON)
    captured_at: Mapped[datetime]
    received_at: Mapped[datetime]
    elapsed_ms: Mapped[int | None] = mapped_column(BigInteger)
    flags: Mapped[str] = mapped_column(String(100))
    device_id: Mapped[str | None] = mapped_column(String(100))
    submitted_at: Mapped[datetime | None]
    submission_id: Mapped[UUID | None] = mapped_column(unique=True)
    is_erased: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class DiaryVersion(Base):
    """What an entry said before it was edited, by the version that it had; a draft's words stay its author's alone.

    `edit_id` and `edit_hash` are those of the edit that replaced it, where a phone gave it an id, so that the same
    edit sent again is known.
    """

    __tablename__ = "diary_versions"

    entry_id: Mapped[UUID] = mapped_column(ForeignKey("diary_entries.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(Text)
    work_types: Mapped[list] = mapped_column(JSON)
    photos: Mapped[list] = mapped_column(JSON)
    is_draft: Mapped[bool]
    replaced_at: Mapped[datetime]
    edit_id: Mapped[UUID | None] = mapped_column(unique=True)
    edit_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))


class Concern(Base):
    """Something a villager asked for (群众诉求), as it now stands; its steps tell how it came there.

    `source_kind` and `source_id` name the visit, diary entry or reception that it was raised from. `owner_id` is the
    division that has to act: the village, until it is escalated. `is_given_to_village`: the committee was asked to
    handle it, or raised it. A duplicate names the concern it was merged into.
    """

    __tablename__ = "concerns"
    __table_args__ = (
        Index("ix_concerns_village_id_state", "village_id", "state"),
        Index("ix_concerns_owner_id_state", "owner_id", "state"),
        Index("ix_concerns_source_id", "source_id"),
        Index("ix_concerns_merged_into_id", "merged_into_id"),
        CheckConstraint(
            "state IN ('raised', 'accepted', 'in_village', 'joint_consultation', 'escalated', 'resolved', 'explained', "
            "'followed_up', 'closed', 'merged')", name="state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    village_id: Mapped[int] = mapped_column(ForeignKey("divisions.id"))
    household_id: Mapped[int | None] = mapped_column(ForeignKey("households.id"))
    source_kind: Mapped[str] = mapped_column(String(20))
    source_id: Mapped[UUID | None]
    raised_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    raised_at: Mapped[datetime]
    raised_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(20))
    due_on: Mapped[date]
    owner_id: Mapped[int] = mapped_column(ForeignKey("divisions.id"))
    done_on: Mapped[date | None]
    is_given_to_village: Mapped[bool] = mapped_column(default=False)
    merged_into_id: Mapped[UUID | None] = mapped_column(ForeignKey("concerns.id"))
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class ConcernStep(Base):
    """One step of a concern: who, when, what; append-only. `note` says what was done, decided or told.

    `number` is its place in the concern's course: a phone may tell of a step later than it was taken. `to_division_id`
    is whom it was escalated to, `into_id` what it was merged into.
    """

    __tablename__ = "concern_steps"
    __table_args__ = (UniqueConstraint("concern_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    concern_id: Mapped[UUID] = mapped_column(ForeignKey("concerns.id"))
    number: Mapped[int]
    step: Mapped[str] = mapped_column(String(20))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
    received_at: Mapped[datetime]
    note: Mapped[str | None] = mapped_column(Text)
    to_division_id: Mapped[int | None] = mapped_column(ForeignKey("divisions.id"))
    into_id: Mapped[UUID | None] = mapped_column(ForeignKey("concerns.id"))
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
