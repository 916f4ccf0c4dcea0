"""What a village discloses on its notice board: texts, tables, attachments, and how a decision came about."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.db import Base


class Disclosure(Base):
    """A disclosure (三务公开) of finance, a decision or benefits, for a period; on the board while `published`.

    `lines` of finance: [{"direction": "income" | "expense", "text", "hundredths", "is_other"}] in yuan. What looks
    like a number of a person keeps it from publication (`held`) until it is masked; `held_for` says where such numbers
    stand, never the numbers.
    """

    __tablename__ = "disclosures"
    __table_args__ = (
        Index("ix_disclosures_village_id_state", "village_id", "state"),
        CheckConstraint("disclosure_class IN ('finance', 'decision', 'benefit')", name="disclosure_class"),
        CheckConstraint("state IN ('drafted', 'held', 'published', 'withdrawn')", name="state"),
        CheckConstraint("last_on >= first_on", name="period"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("divisions.id"))
    disclosure_class: Mapped[str] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(String(100))
    text: Mapped[str | None] = mapped_column(Text)
    first_on: Mapped[date]
    last_on: Mapped[date]
    lines: Mapped[list] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(10))
    held_for: Mapped[list] = mapped_column(JSON)
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    entered_at: Mapped[datetime]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    published_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str | None] = mapped_column(String(300))
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class DisclosureFile(Base):
    """An attachment of a disclosure, kept in the database so that a backup holds both or neither.

    `reading` is what the search for numbers of persons made of it: clean, found, or unreadable (a scan without text),
    which a person must have looked through (`checked_by_id`).
    """

    __tablename__ = "disclosure_files"
    __table_args__ = (
        Index("ix_disclosure_files_disclosure_id", "disclosure_id"),
        CheckConstraint("reading IN ('clean', 'found', 'unreadable')", name="reading"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    disclosure_id: Mapped[UUID] = mapped_column(ForeignKey("disclosures.id"))
    name: Mapped[str] = mapped_column(String(120))
    mimetype: Mapped[str] = mapped_column(String(100))
    size_bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    # Deferred: a list of what there is needs no file.
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    reading: Mapped[str] = mapped_column(String(12))
    found: Mapped[list] = mapped_column(JSON)
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    uploaded_at: Mapped[datetime]


class Deliberation(Base):
    """A stage of a decision (四议两公开): the four deliberations and the two disclosures, each once."""

    __tablename__ = "deliberations"
    __table_args__ = (
        UniqueConstraint("disclosure_id", "stage"),
        CheckConstraint(
            "stage IN ('branch_proposal', 'committees_consultation', 'party_review', 'villagers_resolution', "
            "'resolution_disclosed', 'result_disclosed')", name="stage"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    disclosure_id: Mapped[UUID] = mapped_column(ForeignKey("disclosures.id"))
    stage: Mapped[str] = mapped_column(String(24))
    held_on: Mapped[date]
    entitled: Mapped[int | None]
    present: Mapped[int | None]
    in_favour: Mapped[int | None]
    note: Mapped[str | None] = mapped_column(String(500))
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    entered_at: Mapped[datetime]
