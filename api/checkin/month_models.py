"""The month that is checked, confirmed and closed; the errands that an officer enters."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.db import Base


class MonthStep(Base):
    """What was said of a village's month before it is closed; append-only, the latest of its kind holds.

    `checked` and `disputed` are a cadre's word on the own row (`posting_id`), `confirmed` and `reopened` the village's
    on the whole sheet (`posting_id` null). `seen_hash` is the hash of the row or sheet that was looked at: once the
    facts have moved on, the word is about something else and no longer holds. `on_paper`: the township enters what was
    signed on the printed sheet.
    """

    __tablename__ = "month_steps"
    __table_args__ = (
        Index("ix_month_steps_village_id_month_on", "village_id", "month_on"),
        CheckConstraint("step IN ('checked', 'disputed', 'confirmed', 'reopened')", name="step"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("divisions.id"))
    month_on: Mapped[date]
    posting_id: Mapped[int | None] = mapped_column(ForeignKey("postings.id"))
    step: Mapped[str] = mapped_column(String(10))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
    note: Mapped[str | None] = mapped_column(String(500))
    on_paper: Mapped[bool]
    seen_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class MonthClose(Base):
    """A village's month as the township closed it: the frozen sheet and the SHA-256 of its canonical JSON.

    One for a village and month, by constraint. Nothing ever changes it: what is learnt later stands beside it.
    """

    __tablename__ = "month_closes"
    __table_args__ = (UniqueConstraint("village_id", "month_on"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("divisions.id"))
    month_on: Mapped[date]
    closed_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    closed_at: Mapped[datetime]
    note: Mapped[str | None] = mapped_column(String(500))
    sheet: Mapped[dict] = mapped_column(JSON)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class MonthStanding(Base):
    """How a village's month stands, of every month that something was said of; a memory of what its sheet came to.

    A step counts it anew, and whatever changes the sheet behind it marks it `is_stale`
    (`standings_forgetting_service`): then it is counted when it is asked for, until `zhucun roll` keeps it again.
    `hash` is that of the closed sheet, else of the one that the village has confirmed, if that word holds.
    """

    __tablename__ = "month_standings"
    __table_args__ = (
        Index("ix_month_standings_village_id", "village_id"),
        CheckConstraint("state IN ('open', 'confirmed', 'closed')", name="state"),
    )

    month_on: Mapped[date] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("divisions.id"), primary_key=True)
    is_stale: Mapped[bool]
    state: Mapped[str] = mapped_column(String(10))
    cadres: Mapped[int]
    checked: Mapped[int]
    disputed: Mapped[int]
    waiting_days: Mapped[int]
    corrections: Mapped[int]
    confirmed_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))


class Errand(Base):
    """A duty away from the village for several cadres at once, entered by an officer: a meeting at the township, say.

    It makes an approved errand for each of them. `notice_sha256` names a photo of the notice, if somebody added one.
    """

    __tablename__ = "errands"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    division_id: Mapped[int] = mapped_column(ForeignKey("divisions.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(200))
    from_on: Mapped[date]
    to_on: Mapped[date]
    notice_sha256: Mapped[str | None] = mapped_column(String(64))
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    entered_at: Mapped[datetime]
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
