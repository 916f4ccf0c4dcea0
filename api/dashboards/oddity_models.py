"""Oddities in the records, for a person to look at: what was found, what the cadre said, why it was closed."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.db import Base


class Oddity(Base):
    """Something in a cadre's records that a person should look at; it changes no figure and decides nothing.

    `mark` tells one from the next of its kind, so that the same thing is found once. `facts` are numbers, days and
    names of records, never a coordinate. The cadre sees it from `found_at` on, those above from `shown_on` on, or as
    soon as it is explained.
    """

    __tablename__ = "oddities"
    __table_args__ = (
        UniqueConstraint("cadre_id", "kind", "mark"),
        Index("ix_oddities_village_id_state", "village_id", "state"),
        CheckConstraint(
            "kind IN ('same_position', 'impossible_speed', 'shared_device', 'clock_jump', 'same_picture')",
            name="kind"),
        CheckConstraint("state IN ('found', 'explained', 'closed')", name="state"),
        CheckConstraint("last_on >= first_on", name="period"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    mark: Mapped[str] = mapped_column(String(64))
    cadre_id: Mapped[int] = mapped_column(ForeignKey("cadres.id"))
    village_id: Mapped[int] = mapped_column(ForeignKey("divisions.id"))
    first_on: Mapped[date]
    last_on: Mapped[date]
    facts: Mapped[dict] = mapped_column(JSON)
    found_at: Mapped[datetime]
    shown_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(10))
    version: Mapped[int] = mapped_column(default=1)


class OddityLook(Base):
    """When the records were last looked at to their end (`zhucun roll`); what came since is looked at next. One row."""

    __tablename__ = "oddity_looks"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    looked_at: Mapped[datetime]


class OddityStep(Base):
    """What a cadre said of an oddity (`explained`), or why those above closed it (`closed`); append-only."""

    __tablename__ = "oddity_steps"
    __table_args__ = (CheckConstraint("step IN ('explained', 'closed')", name="step"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    oddity_id: Mapped[UUID] = mapped_column(ForeignKey("oddities.id"), index=True)
    step: Mapped[str] = mapped_column(String(10))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
    note: Mapped[str] = mapped_column(String(500))
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
