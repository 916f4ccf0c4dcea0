"""Reception hours (坐诊): who came with what question, and what was answered."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from api.db import Base


class Reception(Base):
    """One question of a villager in the village's reception hours; recorded by a cadre, the village or a supervisor.

    The cadres who sat there are `ReceptionCadre` rows; where somebody else recorded it, each has evidence of the day
    (kind `reception`).
    """

    __tablename__ = "receptions"
    __table_args__ = (Index("ix_receptions_village_id_day", "village_id", "day"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("divisions.id"))
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    household_id: Mapped[int | None] = mapped_column(ForeignKey("households.id"))
    day: Mapped[date]
    question: Mapped[str] = mapped_column(Text)
    answer: Mapped[str | None] = mapped_column(Text)
    policy_cited: Mapped[str | None] = mapped_column(String(300))
    captured_at: Mapped[datetime]
    received_at: Mapped[datetime]
    elapsed_ms: Mapped[int | None] = mapped_column(BigInteger)
    flags: Mapped[str] = mapped_column(String(100))
    device_id: Mapped[str | None] = mapped_column(String(100))
    changed_at: Mapped[datetime]
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class ReceptionCadre(Base):
    """A cadre who sat in the reception hours."""

    __tablename__ = "reception_cadres"

    reception_id: Mapped[UUID] = mapped_column(ForeignKey("receptions.id"), primary_key=True)
    cadre_id: Mapped[int] = mapped_column(ForeignKey("cadres.id"), primary_key=True, index=True)
