"""Emergency duty (应急值守): the one case in which the 2026 rule lets a check-in be asked of everybody."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from api.db import Base


class EmergencyDuty(Base):
    """A duty that the county declared for some divisions, from an instant to an instant; it ends by itself.

    Ended early it keeps who ended it and why.
    """

    __tablename__ = "emergency_duties"
    __table_args__ = (
        CheckConstraint("kind IN ('flood', 'fire', 'geological', 'snow_ice', 'other')", name="kind"),
        CheckConstraint("until_at > from_at", name="period"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(String(500))
    from_at: Mapped[datetime]
    until_at: Mapped[datetime] = mapped_column(index=True)
    declared_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    declared_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    ended_because: Mapped[str | None] = mapped_column(String(500))
    version: Mapped[int] = mapped_column(default=1)
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class EmergencyDutyDivision(Base):
    """A division that a duty holds for, with all below it."""

    __tablename__ = "emergency_duty_divisions"

    duty_id: Mapped[UUID] = mapped_column(ForeignKey("emergency_duties.id"), primary_key=True)
    division_id: Mapped[int] = mapped_column(ForeignKey("divisions.id"), primary_key=True, index=True)
