"""Presence: evidence and what was decided about it, leave, and the kept days, weeks and months."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from api.db import Base


class Evidence(Base):
    """One piece of evidence that a cadre was in the village on a day, of whatever kind.

    A check-in or a declaration is its own source (`source_id` = `id`, the phone's id); a visit or a diary entry of a
    higher slice names itself. Position and datum stand as sent; `wgs84_*` are measured with. `status` is what the
    verdict, the flags and the decisions make of it; with the coordinates deleted the verdict is itself the fact. An
    `erased` row is a tombstone: its content is gone, and its id answers 410 for ever.
    `place_id` is no foreign key: its check would lock the village's place for every check-in of the village, and a
    verdict may outlive the place that it was about. `withdrawn` is what a higher slice took back: an annulled visit.
    """

    __tablename__ = "evidence"
    __table_args__ = (
        UniqueConstraint("kind", "source_id"),
        Index("ix_evidence_cadre_id_day", "cadre_id", "day"),
        Index("ix_evidence_waiting", "day", sqlite_where=text("status = 'waiting'"),
              postgresql_where=text("status = 'waiting'")),
        CheckConstraint(
            "status IN ('counts', 'waiting', 'rejected', 'no_posting', 'future_day', 'withdrawn', 'erased')",
            name="status"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    source_id: Mapped[UUID]
    cadre_id: Mapped[int] = mapped_column(ForeignKey("cadres.id"))
    posting_id: Mapped[int | None] = mapped_column(ForeignKey("postings.id"))
    day: Mapped[date]
    captured_at: Mapped[datetime]
    received_at: Mapped[datetime]
    elapsed_ms: Mapped[int | None] = mapped_column(BigInteger)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    datum: Mapped[str | None] = mapped_column(String(5))
    accuracy_m: Mapped[float | None]
    wgs84_latitude: Mapped[float | None]
    wgs84_longitude: Mapped[float | None]
    location_error: Mapped[str | None] = mapped_column(String(20))
    verdict: Mapped[str] = mapped_column(String(20))
    distance_m: Mapped[float | None]
    place_id: Mapped[int | None]
    flags: Mapped[str] = mapped_column(String(100))
    status: Mapped[str] = mapped_column(String(20))
    device_id: Mapped[str | None] = mapped_column(String(100))
    note: Mapped[str | None] = mapped_column(Text)
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class Decision(Base):
    """A confirmation or rejection of a piece of evidence; append-only. The highest level prevails, then the latest."""

    __tablename__ = "decisions"
    __table_args__ = (Index("ix_decisions_evidence_id", "evidence_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    evidence_id: Mapped[UUID] = mapped_column(ForeignKey("evidence.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    level: Mapped[str] = mapped_column(String(10))
    outcome: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(500))
    decided_at: Mapped[datetime]
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class Leave(Base):
    """Days away from the village, from a day to a day (both included); `returned_on` is the first day back.

    Leave that is approved takes its days off duty; an errand (公出) counts as the policy says. `errand_id` names the
    entry of an officer that made it, for all who were there.
    """

    __tablename__ = "leaves"
    __table_args__ = (
        Index("ix_leaves_cadre_id_from_on", "cadre_id", "from_on"),
        Index("ix_leaves_state", "state"),
        Index("ix_leaves_to_on", "to_on"),
        CheckConstraint("to_on >= from_on", name="period"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    cadre_id: Mapped[int] = mapped_column(ForeignKey("cadres.id"))
    kind: Mapped[str] = mapped_column(String(20))
    from_on: Mapped[date]
    to_on: Mapped[date]
    returned_on: Mapped[date | None]
    reason: Mapped[str | None] = mapped_column(String(500))
    state: Mapped[str] = mapped_column(String(10))
    errand_id: Mapped[UUID | None] = mapped_column(ForeignKey("errands.id"), index=True)
    version: Mapped[int] = mapped_column(default=1)
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class LeaveStep(Base):
    """What became of a leave: asked, approved, refused, withdrawn, returned; append-only."""

    __tablename__ = "leave_steps"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    leave_id: Mapped[UUID] = mapped_column(ForeignKey("leaves.id"), index=True)
    step: Mapped[str] = mapped_column(String(10))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
    note: Mapped[str | None] = mapped_column(String(500))
    returned_on: Mapped[date | None]
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class StationedDay(Base):
    """The kept state of a day of a posting that has evidence or an errand: stationed, errand, waiting, rejected.

    `stationed` and `errand` count. Days without any fact have no row.
    """

    __tablename__ = "stationed_days"
    __table_args__ = (
        Index("ix_stationed_days_waiting", "day", sqlite_where=text("state = 'waiting'"),
              postgresql_where=text("state = 'waiting'")),
        CheckConstraint("state IN ('stationed', 'errand', 'waiting', 'rejected')", name="state"),
    )

    posting_id: Mapped[int] = mapped_column(ForeignKey("postings.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(10))


class PostingWeek(Base):
    """The kept figures of a posting in a week; there is a row for every week, also without a single fact.

    Masks have bit 0 for Monday to bit 6 for Sunday. `required_days` and `credited_days` are 0 where the month's basis
    is the month: sums over weeks and months then add up whatever the basis.
    """

    __tablename__ = "posting_weeks"
    __table_args__ = (Index("ix_posting_weeks_month_on", "month_on", "posting_id"),)

    posting_id: Mapped[int] = mapped_column(ForeignKey("postings.id"), primary_key=True)
    monday: Mapped[date] = mapped_column(primary_key=True)
    month_on: Mapped[date]
    basis: Mapped[str] = mapped_column(String(5))
    posting_mask: Mapped[int]
    duty_mask: Mapped[int]
    stationed_mask: Mapped[int]
    waiting_mask: Mapped[int]
    required_days: Mapped[int]
    credited_days: Mapped[int]


class PostingMonth(Base):
    """The kept figures of a posting in a calendar month.

    `stationed_days` are the month's, `year_days` those of the calendar year up to the month's end; `required_days`
    and `credited_days` are 0 where the month's basis is the week.
    """

    __tablename__ = "posting_months"
    __table_args__ = (Index("ix_posting_months_month_on", "month_on", "posting_id"),)

    posting_id: Mapped[int] = mapped_column(ForeignKey("postings.id"), primary_key=True)
    month_on: Mapped[date] = mapped_column(primary_key=True)
    basis: Mapped[str] = mapped_column(String(5))
    duty_days: Mapped[int]
    stationed_days: Mapped[int]
    year_days: Mapped[int]
    required_days: Mapped[int]
    credited_days: Mapped[int]


class KeptHorizon(Base):
    """The last Sunday up to which weeks are kept for every posting; `zhucun roll` moves it on. One row."""

    __tablename__ = "kept_horizon"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    through_on: Mapped[date]
