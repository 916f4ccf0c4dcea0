"""What the village proposes and what is handed on: places to be approved, handovers between postings."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from api.db import Base


class PlaceProposal(Base):
    """A place that the village proposes by standing there, until the township approves or declines it.

    `source_evidence_id` names the confirmed record outside every place that it was made from, where it was; then the
    position is that record's, stays there alone and goes when it goes there. Otherwise it stands here until the
    proposal is decided or its days are over: from then on the place has it, or nobody, and no record is named and no
    hash kept that would lead back to it. `place_id` is the place that came of it.
    """

    __tablename__ = "place_proposals"
    __table_args__ = (CheckConstraint("state IN ('proposed', 'approved', 'declined')", name="state"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("divisions.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    villagers_group: Mapped[str | None] = mapped_column(String(60))
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    datum: Mapped[str | None] = mapped_column(String(5))
    accuracy_m: Mapped[float | None]
    source_evidence_id: Mapped[UUID | None]
    state: Mapped[str] = mapped_column(String(10))
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    proposed_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(String(500))
    place_id: Mapped[int | None]
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    version: Mapped[int] = mapped_column(default=1)


class Handover(Base):
    """The end of a posting (压茬交接): what is open and goes to the successor, with a list to print and sign.

    `matters` is a list of {"what", "due_on", "note"} as entered; what the system knows to be open is added on the
    printed list as it stands then.
    """

    __tablename__ = "handovers"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    posting_id: Mapped[int] = mapped_column(ForeignKey("postings.id"), index=True)
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("cadres.id"))
    handed_on: Mapped[date]
    matters: Mapped[list] = mapped_column(JSON)
    note: Mapped[str | None] = mapped_column(String(500))
    made_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime]
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    version: Mapped[int] = mapped_column(default=1)
