"""Special reports (信息专报), good practices and stability clues, what they said before, and who read them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from api.db import Base


class SpecialReport(Base):
    """What a cadre reports upwards on one matter; a draft is private until it is submitted.

    `committee_work` and `public_opinion` are the two kinds of special report; `good_practice` may be shared with the
    cadres of a division (`shared_with_id`); a `stability_clue` is read by the township and above only.
    """

    __tablename__ = "special_reports"
    __table_args__ = (
        Index("ix_special_reports_village_id_submitted_at", "village_id", "submitted_at"),
        CheckConstraint("kind IN ('committee_work', 'public_opinion', 'good_practice', 'stability_clue')", name="kind"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("divisions.id"))
    title: Mapped[str] = mapped_column(String(100))
    text: Mapped[str] = mapped_column(Text)
    day: Mapped[date]
    captured_at: Mapped[datetime]
    received_at: Mapped[datetime]
    elapsed_ms: Mapped[int | None] = mapped_column(BigInteger)
    flags: Mapped[str] = mapped_column(String(100))
    device_id: Mapped[str | None] = mapped_column(String(100))
    submitted_at: Mapped[datetime | None]
    submission_id: Mapped[UUID | None] = mapped_column(unique=True)
    shared_with_id: Mapped[int | None] = mapped_column(ForeignKey("divisions.id"))
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class SpecialReportVersion(Base):
    """What a report said before it was edited, by the version that it had; the edit that replaced it, by its id."""

    __tablename__ = "special_report_versions"

    report_id: Mapped[UUID] = mapped_column(ForeignKey("special_reports.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(String(100))
    text: Mapped[str] = mapped_column(Text)
    replaced_at: Mapped[datetime]
    edit_id: Mapped[UUID | None] = mapped_column(unique=True)
    edit_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))


class SpecialReportReading(Base):
    """Somebody above read a report, and may have written a line to its author; append-only."""

    __tablename__ = "special_report_readings"
    __table_args__ = (Index("ix_special_report_readings_report_id", "report_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    report_id: Mapped[UUID] = mapped_column(ForeignKey("special_reports.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
    note: Mapped[str | None] = mapped_column(String(500))
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
