"""The months that have ended, counted each night for the lines of the dashboards."""

from datetime import date

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from api.db import Base


class DivisionMonth(Base):
    """What a division's measures came to in a month that has ended, counted on a day by `zhucun roll`.

    `figures`: {measure: [numerator, denominator]}; `parts`: {topic: {key: number}}, what else the topics tell, of the
    same count. Nothing but a memory of what was counted: without the row the same is counted when it is asked for.
    """

    __tablename__ = "division_months"
    __table_args__ = (Index("ix_division_months_month_on", "month_on"),)

    division_id: Mapped[int] = mapped_column(ForeignKey("divisions.id"), primary_key=True)
    month_on: Mapped[date] = mapped_column(primary_key=True)
    counted_on: Mapped[date]
    figures: Mapped[dict] = mapped_column(JSON)
    parts: Mapped[dict] = mapped_column(JSON)
