"""What cadres report, the meetings at which they do, and what they pledge."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.db import Base


class Report(Base):
    """A cadre's report on a period, from the first edit on; before that it is only computed.

    A part that is null was not edited and is written anew from the records at each reading; on submission all four are
    frozen. `village_id` is the home village of the posting that it is about, which decides who reads it.
    """

    __tablename__ = "reports"
    __table_args__ = (
        UniqueConstraint("cadre_id", "kind", "first_on"),
        Index("ix_reports_village_id_last_on", "village_id", "last_on"),
        CheckConstraint("kind IN ('meeting', 'month', 'day')", name="kind"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    cadre_id: Mapped[int] = mapped_column(ForeignKey("cadres.id"))
    village_id: Mapped[int] = mapped_column(ForeignKey("divisions.id"))
    kind: Mapped[str] = mapped_column(String(10))
    first_on: Mapped[date]
    last_on: Mapped[date]
    situation: Mapped[str | None] = mapped_column(Text)
    problems: Mapped[str | None] = mapped_column(Text)
    suggestions: Mapped[str | None] = mapped_column(Text)
    plan: Mapped[str | None] = mapped_column(Text)
    submitted_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]
    version: Mapped[int]


class ReportChange(Base):
    """An edit or the submission of a report, under the id that the phone made; append-only.

    `parts` are those that an edit named, a null among them for one that is to be written from the records again.
    """

    __tablename__ = "report_changes"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    report_id: Mapped[UUID] = mapped_column(ForeignKey("reports.id"), index=True)
    change: Mapped[str] = mapped_column(String(10))
    version: Mapped[int]
    parts: Mapped[dict] = mapped_column(JSON)
    at: Mapped[datetime]
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class Meeting(Base):
    """A meeting of a division's cadres, once something was entered for it.

    `regular_on` is the regular date that it stands for, null for one called besides. With a `village_id` it is held in
    that village, else where the division sits.
    """

    __tablename__ = "meetings"
    __table_args__ = (
        UniqueConstraint("division_id", "regular_on"),
        Index("ix_meetings_division_id_held_on", "division_id", "held_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    division_id: Mapped[int] = mapped_column(ForeignKey("divisions.id"))
    regular_on: Mapped[date | None]
    held_on: Mapped[date]
    starts: Mapped[str | None] = mapped_column(String(5))
    place: Mapped[str | None] = mapped_column(String(100))
    village_id: Mapped[int | None] = mapped_column(ForeignKey("divisions.id"))
    agenda: Mapped[str | None] = mapped_column(Text)
    minutes: Mapped[str | None] = mapped_column(Text)
    comments: Mapped[str | None] = mapped_column(Text)
    decisions: Mapped[str | None] = mapped_column(Text)
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    entered_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class Attendance(Base):
    """Whether a cadre was at a meeting, as the officer entered it; who has no row was not entered at all.

    `made` says what the entry made of the day, `errand` or `evidence`, and `made_id` names that leave or that piece of
    evidence; both null where it was not to count.
    """

    __tablename__ = "attendances"
    __table_args__ = (CheckConstraint("state IN ('present', 'excused', 'absent')", name="state"),)

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meetings.id"), primary_key=True)
    cadre_id: Mapped[int] = mapped_column(ForeignKey("cadres.id"), primary_key=True, index=True)
    state: Mapped[str] = mapped_column(String(10))
    note: Mapped[str | None] = mapped_column(String(200))
    made: Mapped[str | None] = mapped_column(String(10))
    made_id: Mapped[UUID | None]


class Pledge(Base):
    """What a cadre pledges to do for the village (服务承诺), from a day to a day (both included); for everybody to read."""

    __tablename__ = "pledges"
    __table_args__ = (
        Index("ix_pledges_cadre_id_from_on", "cadre_id", "from_on"),
        CheckConstraint("to_on IS NULL OR to_on >= from_on", name="period"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    cadre_id: Mapped[int] = mapped_column(ForeignKey("cadres.id"))
    text: Mapped[str] = mapped_column(Text)
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    entered_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
