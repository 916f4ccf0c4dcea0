"""Spot checks and inspections of villages, and the half-yearly marks for what their contracts promised."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.db import Base


class SpotCheck(Base):
    """A check of villages by the division above them: unannounced (暗访、抽查), of a quarter, or a patrol (巡查).

    `pool` are the codes that were drawn from, in order, and `seed` what the draw can be repeated with; both null where
    the villages were chosen. Until a village was visited, or the check is closed, nobody below `division_id` sees it.
    """

    __tablename__ = "spot_checks"
    __table_args__ = (
        Index("ix_spot_checks_division_id_first_on", "division_id", "first_on"),
        CheckConstraint("kind IN ('unannounced', 'quarterly', 'patrol')", name="kind"),
        CheckConstraint("state IN ('open', 'closed')", name="state"),
        CheckConstraint("last_on >= first_on", name="period"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    division_id: Mapped[int] = mapped_column(ForeignKey("divisions.id"))
    kind: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(String(100))
    focus: Mapped[str | None] = mapped_column(Text)
    first_on: Mapped[date]
    last_on: Mapped[date]
    seed: Mapped[str | None] = mapped_column(String(64))
    pool: Mapped[list | None] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(10))
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    entered_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class CheckedVillage(Base):
    """A village of a check; `visited_on` once the checkers were there, `position` its place in the draw."""

    __tablename__ = "checked_villages"

    check_id: Mapped[UUID] = mapped_column(ForeignKey("spot_checks.id"), primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("divisions.id"), primary_key=True, index=True)
    position: Mapped[int]
    visited_on: Mapped[date | None]
    visited_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class Finding(Base):
    """What a check found in a village; a problem may become a supervision notice (its source)."""

    __tablename__ = "findings"
    __table_args__ = (Index("ix_findings_check_id_village_id", "check_id", "village_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    check_id: Mapped[UUID] = mapped_column(ForeignKey("spot_checks.id"))
    village_id: Mapped[int] = mapped_column(ForeignKey("divisions.id"))
    line_id: Mapped[UUID | None] = mapped_column(ForeignKey("contract_lines.id"))
    is_problem: Mapped[bool]
    text: Mapped[str] = mapped_column(Text)
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    entered_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class MarkScheme(Base):
    """How a division marks contracts (量化考核方案), from a day on: data, never constants.

    `criteria`: [{"key", "dimension", "text", "full_marks"}], in order; they add up to `full_marks`.
    """

    __tablename__ = "mark_schemes"
    __table_args__ = (UniqueConstraint("division_id", "effective_from"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    division_id: Mapped[int] = mapped_column(ForeignKey("divisions.id"))
    title: Mapped[str] = mapped_column(String(100))
    effective_from: Mapped[date]
    full_marks: Mapped[int]
    criteria: Mapped[list] = mapped_column(JSON)
    source: Mapped[str] = mapped_column(String(300))
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    entered_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)


class MarkSheet(Base):
    """The marks of a village for half a year, by one scheme: `marks` {criterion key: {"hundredths", "note"}}.

    Once published it never changes; what an appeal corrects is a sheet of its own that `replaces` it.
    """

    __tablename__ = "mark_sheets"
    __table_args__ = (
        UniqueConstraint("replaces_id"),
        Index("ix_mark_sheets_village_id_half_on", "village_id", "half_on"),
        CheckConstraint("state IN ('drafted', 'published', 'replaced')", name="state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("divisions.id"))
    half_on: Mapped[date]
    scheme_id: Mapped[int] = mapped_column(ForeignKey("mark_schemes.id"))
    marks: Mapped[dict] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(10))
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("mark_sheets.id"))
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    entered_at: Mapped[datetime]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    published_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class MarkAppeal(Base):
    """A village's appeal against a published sheet within its term (申诉), and the answer; one for each sheet."""

    __tablename__ = "mark_appeals"
    __table_args__ = (
        UniqueConstraint("sheet_id"),
        CheckConstraint("outcome IN ('upheld', 'corrected')", name="outcome"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    sheet_id: Mapped[UUID] = mapped_column(ForeignKey("mark_sheets.id"))
    text: Mapped[str] = mapped_column(Text)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
    outcome: Mapped[str | None] = mapped_column(String(10))
    answer: Mapped[str | None] = mapped_column(Text)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    answered_at: Mapped[datetime | None]
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
