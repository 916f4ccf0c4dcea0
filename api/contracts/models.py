"""Target contracts: what a village promises for a term or a year, and the course of every revision of it.

Amounts are kept in hundredths of their unit, so that quarters add up to the year exactly on every database.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from api.db import Base


class Contract(Base):
    """A village's contract (目标承诺责任书) of a term or of a year; what it says stands in its revisions.

    A yearly contract may name the term contract that it carries out.
    """

    __tablename__ = "contracts"
    __table_args__ = (
        UniqueConstraint("village_id", "kind", "first_on"),
        CheckConstraint("kind IN ('term', 'yearly')", name="kind"),
        CheckConstraint("last_on > first_on", name="period"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("divisions.id"))
    kind: Mapped[str] = mapped_column(String(10))
    term_contract_id: Mapped[UUID | None] = mapped_column(ForeignKey("contracts.id"))
    first_on: Mapped[date]
    last_on: Mapped[date]
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    opened_at: Mapped[datetime]
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class ContractRevision(Base):
    """One version of a contract's content, with a course of its own; the first has the number 1.

    A revised contract keeps every earlier revision readable; one that was published is `replaced` when its successor
    is. `changed_at` moves with each step and each edit of an item.
    """

    __tablename__ = "contract_revisions"
    __table_args__ = (
        UniqueConstraint("contract_id", "number"),
        Index("ix_contract_revisions_state", "state"),
        CheckConstraint(
            "state IN ('framework', 'measures', 'deliberated', 'sealed', 'submitted', 'approved', 'returned', "
            "'signed', 'published', 'closed', 'replaced')", name="state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contracts.id"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str | None] = mapped_column(String(500))
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    opened_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class ContractLine(Base):
    """A matter that a contract promises, the same through all its revisions; deeds and acceptances name it."""

    __tablename__ = "contract_lines"
    __table_args__ = (UniqueConstraint("contract_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contracts.id"))
    number: Mapped[int]


class CommitmentItem(Base):
    """What a revision says of a line (承诺事项). The town names the matter; the village adds how it will be done.

    `quarters` are four parts of a yearly item, each {"hundredths", "text"}, either null; where there is a target the
    hundredths add up to it. An item imposed from above names its legal basis: letters of responsibility may not be
    signed without one. What the village added by itself (`is_by_village`) is its own to change.
    """

    __tablename__ = "commitment_items"
    __table_args__ = (
        UniqueConstraint("revision_id", "line_id"),
        Index("ix_commitment_items_line_id", "line_id"),
        # Figures read thousands of items by their revisions, and nothing of them but the index.
        Index("ix_commitment_items_due_on", "revision_id", "line_id", "due_on"),
        CheckConstraint("dimension IN ('party_building', 'economy', 'civic_culture', 'public_order')",
                        name="dimension"),
        CheckConstraint("NOT is_imposed OR legal_basis IS NOT NULL", name="legal_basis"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    revision_id: Mapped[UUID] = mapped_column(ForeignKey("contract_revisions.id"))
    line_id: Mapped[UUID] = mapped_column(ForeignKey("contract_lines.id"))
    dimension: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(String(300))
    standard: Mapped[str | None] = mapped_column(Text)
    target_hundredths: Mapped[int | None] = mapped_column(BigInteger)
    unit: Mapped[str | None] = mapped_column(String(20))
    due_on: Mapped[date | None]
    responsible: Mapped[str | None] = mapped_column(String(60))
    quarters: Mapped[list] = mapped_column(JSON)
    is_major: Mapped[bool] = mapped_column(default=False)
    is_imposed: Mapped[bool] = mapped_column(default=False)
    legal_basis: Mapped[str | None] = mapped_column(String(300))
    is_by_village: Mapped[bool] = mapped_column(default=False)
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int] = mapped_column(default=1)
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class ContractStep(Base):
    """One step of a revision: who, when, what was said; append-only. The step of opening has the revision's id.

    `details` is what the step needed beside a note, by its kind (contracts_rules): the vote, the two review questions,
    the ceremony.
    """

    __tablename__ = "contract_steps"
    __table_args__ = (UniqueConstraint("revision_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    revision_id: Mapped[UUID] = mapped_column(ForeignKey("contract_revisions.id"))
    number: Mapped[int]
    step: Mapped[str] = mapped_column(String(12))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
    note: Mapped[str | None] = mapped_column(Text)
    details: Mapped[dict] = mapped_column(JSON)
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class ContractReview(Base):
    """A review of a revision (双重审核): by the village's branch, the posted team or the township; append-only.

    It speaks of the revision as it was with so many steps taken and of its items as they stood, by their hash: a later
    round of measures and an item that was changed are reviewed anew.
    """

    __tablename__ = "contract_reviews"
    __table_args__ = (
        UniqueConstraint("revision_id", "number"),
        CheckConstraint("body IN ('branch', 'team', 'township')", name="body"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    revision_id: Mapped[UUID] = mapped_column(ForeignKey("contract_revisions.id"))
    number: Mapped[int]
    body: Mapped[str] = mapped_column(String(10))
    reviewer: Mapped[str] = mapped_column(String(60))
    is_agreed: Mapped[bool]
    opinion: Mapped[str | None] = mapped_column(Text)
    after_step: Mapped[int]
    items_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class VillageSize(Base):
    """How many households a village had in a year, by which its size band is fixed for that year."""

    __tablename__ = "village_sizes"

    village_id: Mapped[int] = mapped_column(ForeignKey("divisions.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    households: Mapped[int]
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    entered_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
