"""The urn, and what comes out of it. Nothing here tells when or from where a ballot came, or with which card.

Three tables are the urn: which cards are spent, how many chose what, what was written. No row of one refers to a row
of another, their keys are random or say nothing, and what the databases themselves remember of the order of writing
(rowid, xmin, ctid, the pages) goes with every shuffle: at each backup, and when a campaign closes.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from api.db import Base

WAY = "way IN ('household', 'open')"
# On SQLite a table without row numbers is kept in the order of its keys.
NO_ORDER = {"sqlite_with_rowid": False}


class HouseholdCode(Base):
    """The hash of a card's code; its batch says for which campaign and village. Nothing says for whom.

    Written in the order of the hashes, so that the order on the sheets is not in the table.
    """

    __tablename__ = "household_codes"
    __table_args__ = NO_ORDER

    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    batch_id: Mapped[UUID] = mapped_column(ForeignKey("code_batches.id"))


class SpentCode(Base):
    """A card that has voted: a second ballot breaks the key.

    `attempt_hash` is of the random number that the page made for its one ballot, so that the same ballot sent again,
    after an answer that was lost, hears the same. For an open code `code_hash` is of that number too. The whole row
    goes when the campaign closes: then no card can vote any more, and it is nobody's business which ones did.
    """

    __tablename__ = "spent_codes"
    __table_args__ = NO_ORDER

    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    campaign_id: Mapped[UUID]
    attempt_hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class BallotCount(Base):
    """How many chose an answer; all rows are there from the opening on, and are only ever added to."""

    __tablename__ = "ballot_counts"
    __table_args__ = (CheckConstraint(WAY, name="way"), NO_ORDER)

    campaign_id: Mapped[UUID] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    way: Mapped[str] = mapped_column(String(10), primary_key=True)
    question: Mapped[str] = mapped_column(String(20), primary_key=True)
    answer: Mapped[str] = mapped_column(String(20), primary_key=True)
    count: Mapped[int]


class SealedText(Base):
    """A free text, sealed to the campaign's key; all are of one length, whatever was written."""

    __tablename__ = "sealed_texts"
    __table_args__ = (CheckConstraint(WAY, name="way"), NO_ORDER)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    campaign_id: Mapped[UUID]
    village_id: Mapped[int]
    way: Mapped[str] = mapped_column(String(10))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class ParticipationDay(Base):
    """How many ballots came in on a day; shown from the next day on, and not while there are too few."""

    __tablename__ = "participation_days"
    __table_args__ = (CheckConstraint(WAY, name="way"), NO_ORDER)

    campaign_id: Mapped[UUID] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    way: Mapped[str] = mapped_column(String(10), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    count: Mapped[int]


class RatingResult(Base):
    """What a closed campaign came to in a village: only where there were enough ballots, the others are thrown away."""

    __tablename__ = "rating_results"
    __table_args__ = (CheckConstraint(WAY, name="way"), NO_ORDER)

    campaign_id: Mapped[UUID] = mapped_column(ForeignKey("rating_campaigns.id"), primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("divisions.id"), primary_key=True, autoincrement=False)
    way: Mapped[str] = mapped_column(String(10), primary_key=True)
    question: Mapped[str] = mapped_column(String(20), primary_key=True)
    answer: Mapped[str] = mapped_column(String(20), primary_key=True)
    count: Mapped[int]


class RatingText(Base):
    """A free text of a closed campaign, in no order; one that abuses somebody is held back, with the reason."""

    __tablename__ = "rating_texts"
    __table_args__ = (
        Index("ix_rating_texts_campaign_id_village_id", "campaign_id", "village_id"),
        CheckConstraint(WAY, name="way"), NO_ORDER,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    campaign_id: Mapped[UUID] = mapped_column(ForeignKey("rating_campaigns.id"))
    village_id: Mapped[int] = mapped_column(ForeignKey("divisions.id"))
    way: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text)
    held_back_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    held_back_at: Mapped[datetime | None]
    held_back_reason: Mapped[str | None] = mapped_column(String(300))
    version: Mapped[int] = mapped_column(default=1)
