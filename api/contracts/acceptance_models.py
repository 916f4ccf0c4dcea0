"""The month's deeds, what was completed, who assesses, and what the assessors found on the spot."""

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


class Deed(Base):
    """A deed of a village's month ledger (月度实事台账): what, by when, whose; filled from a line's quarter or by hand."""

    __tablename__ = "deeds"
    __table_args__ = (
        UniqueConstraint("line_id", "month_on"),
        Index("ix_deeds_village_id_month_on", "village_id", "month_on"),
        CheckConstraint("state IN ('planned', 'done', 'dropped')", name="state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("divisions.id"))
    line_id: Mapped[UUID | None] = mapped_column(ForeignKey("contract_lines.id"))
    month_on: Mapped[date]
    text: Mapped[str] = mapped_column(String(300))
    due_on: Mapped[date]
    owner: Mapped[str | None] = mapped_column(String(60))
    state: Mapped[str] = mapped_column(String(10))
    done_on: Mapped[date | None]
    note: Mapped[str | None] = mapped_column(Text)
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    entered_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class DeedReport(Base):
    """That a deed was done, as a phone or a page told it; append-only, and the reason why telling it twice is safe."""

    __tablename__ = "deed_reports"
    __table_args__ = (Index("ix_deed_reports_deed_id", "deed_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    deed_id: Mapped[UUID] = mapped_column(ForeignKey("deeds.id"))
    done_on: Mapped[date]
    note: Mapped[str | None] = mapped_column(Text)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
    received_at: Mapped[datetime]
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class Completion(Base):
    """That a line is completed, as the village reports it: one matter, one completion, one check (一事一毕一考)."""

    __tablename__ = "completions"
    # Figures of a year read what was completed in it, and nothing but the index.
    __table_args__ = (UniqueConstraint("line_id"), Index("ix_completions_completed_on", "completed_on", "line_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    line_id: Mapped[UUID] = mapped_column(ForeignKey("contract_lines.id"))
    completed_on: Mapped[date]
    note: Mapped[str | None] = mapped_column(Text)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
    received_at: Mapped[datetime]
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class AssessorRoster(Base):
    """A township's assessment office (考核办); once its roster is published, a change needs an approval record."""

    __tablename__ = "assessor_rosters"

    township_id: Mapped[int] = mapped_column(ForeignKey("divisions.id"), primary_key=True)
    hotline: Mapped[str | None] = mapped_column(String(40))
    published_on: Mapped[date | None]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int] = mapped_column(default=1)


class Assessor(Base):
    """A person of the assessment office from a day to a day, both included; `user_id` where there is a log-in.

    `added_approval` and `ended_approval` say who approved a change to a published roster, and by which paper.
    """

    __tablename__ = "assessors"
    __table_args__ = (
        Index("ix_assessors_township_id", "township_id"),
        CheckConstraint("post IN ('director', 'deputy', 'member')", name="post"),
        CheckConstraint("to_on IS NULL OR to_on >= from_on", name="period"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    township_id: Mapped[int] = mapped_column(ForeignKey("divisions.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str] = mapped_column(String(60))
    post: Mapped[str] = mapped_column(String(10))
    unit: Mapped[str | None] = mapped_column(String(100))
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    added_approval: Mapped[str | None] = mapped_column(String(300))
    ended_approval: Mapped[str | None] = mapped_column(String(300))
    version: Mapped[int] = mapped_column(default=1)


class Acceptance(Base):
    """The check of a line on the spot (验收), against what the contract said then.

    `verdict` and `measured_hundredths` are what the assessors found; what the office decided together is in the step
    of confirmation, and becomes `final_verdict`. `survey` are counts only: for each group asked, party_members and
    representatives, {satisfied, basically, dissatisfied, unknown}.
    """

    __tablename__ = "acceptances"
    __table_args__ = (
        UniqueConstraint("line_id"),
        Index("ix_acceptances_village_id_state", "village_id", "state"),
        # The latest first, and the figures of a year: what was inspected in it, and what was decided.
        Index("ix_acceptances_inspected_on", "inspected_on", "line_id", "final_verdict"),
        CheckConstraint("state IN ('inspected', 'confirmed', 'archived')", name="state"),
        CheckConstraint("verdict IN ('met', 'partly', 'not_met')", name="verdict"),
        CheckConstraint("final_verdict IN ('met', 'partly', 'not_met')", name="final_verdict"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    line_id: Mapped[UUID] = mapped_column(ForeignKey("contract_lines.id"))
    item_id: Mapped[UUID] = mapped_column(ForeignKey("commitment_items.id"))
    village_id: Mapped[int] = mapped_column(ForeignKey("divisions.id"))
    inspected_on: Mapped[date]
    place: Mapped[str] = mapped_column(String(100))
    verdict: Mapped[str] = mapped_column(String(10))
    measured_hundredths: Mapped[int | None] = mapped_column(BigInteger)
    findings: Mapped[str] = mapped_column(Text)
    survey: Mapped[dict | None] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(10))
    final_verdict: Mapped[str | None] = mapped_column(String(10))
    confirmed_at: Mapped[datetime | None]
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    entered_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class AcceptanceAssessor(Base):
    """Who of the assessment office was on the spot."""

    __tablename__ = "acceptance_assessors"

    acceptance_id: Mapped[UUID] = mapped_column(ForeignKey("acceptances.id"), primary_key=True)
    assessor_id: Mapped[int] = mapped_column(ForeignKey("assessors.id"), primary_key=True, index=True)


class AcceptanceStep(Base):
    """A step after the inspection: the survey entered, the office's confirmation, the archive; append-only.

    `details` of a confirmation: {"held_on", "present": [names], "verdict"}.
    """

    __tablename__ = "acceptance_steps"
    __table_args__ = (UniqueConstraint("acceptance_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    acceptance_id: Mapped[UUID] = mapped_column(ForeignKey("acceptances.id"))
    number: Mapped[int]
    step: Mapped[str] = mapped_column(String(12))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
    note: Mapped[str | None] = mapped_column(Text)
    details: Mapped[dict] = mapped_column(JSON)
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
