"""The assessed vote (A8.7): duty reports and a secret ballot at a meeting, counted on the spot by two tellers.

On paper and by hand, so there is nothing to link; only this, not the ratings by QR code, may an assessment read.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.db import Base


class AssessedVote(Base):
    """A meeting at which cadres report on their duty and are voted on; the supervision committee presides.

    `counts` is what both tellers found, null until they agree: {"issued", "returned", "void", "subjects": {cadre id:
    {"overall": {grade: n}, "abstained": n, "headings": {heading: {grade: n}}}}}. `round` counts the countings: it goes
    up when the two did not agree.
    """

    __tablename__ = "assessed_votes"
    __table_args__ = (
        Index("ix_assessed_votes_village_id_held_on", "village_id", "held_on"),
        CheckConstraint("state IN ('prepared', 'counting', 'counted', 'read_out', 'signed', 'annulled')", name="state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("divisions.id"))
    held_on: Mapped[date]
    place: Mapped[str] = mapped_column(String(100))
    presided_by: Mapped[str] = mapped_column(String(50))
    has_headings: Mapped[bool]
    state: Mapped[str] = mapped_column(String(10))
    round: Mapped[int] = mapped_column(default=1)
    counts: Mapped[dict | None] = mapped_column(JSON)
    counted_at: Mapped[datetime | None]
    read_out_at: Mapped[datetime | None]
    signed_on: Mapped[date | None]
    minutes: Mapped[str | None] = mapped_column(Text)
    annulled_reason: Mapped[str | None] = mapped_column(String(300))
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    entered_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class VoteGroup(Base):
    """How many of a group should be there (应到) and are (实到)."""

    __tablename__ = "vote_groups"
    __table_args__ = (
        CheckConstraint(
            "voters IN ('committee_members', 'villagers_representatives', 'party_members')", name="voters"),
        CheckConstraint("present >= 0 AND present <= expected", name="present"),
    )

    vote_id: Mapped[UUID] = mapped_column(ForeignKey("assessed_votes.id"), primary_key=True)
    voters: Mapped[str] = mapped_column(String(30), primary_key=True)
    expected: Mapped[int]
    present: Mapped[int]


class VoteSubject(Base):
    """A cadre who is voted on, with the duty report (述职报告) that was given."""

    __tablename__ = "vote_subjects"

    vote_id: Mapped[UUID] = mapped_column(ForeignKey("assessed_votes.id"), primary_key=True)
    cadre_id: Mapped[int] = mapped_column(ForeignKey("cadres.id"), primary_key=True, index=True)
    duty_report: Mapped[str | None] = mapped_column(Text)
    reported_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)


class VoteTeller(Base):
    """One of the two tellers of a vote, a delegate of the villagers, without an account: a code opens the count."""

    __tablename__ = "vote_tellers"
    __table_args__ = (UniqueConstraint("token_hash"), CheckConstraint("number IN (1, 2)", name="number"))

    vote_id: Mapped[UUID] = mapped_column(ForeignKey("assessed_votes.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(50))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    expires_at: Mapped[datetime]


class TellerCount(Base):
    """What one teller counted in one round; never changed. The other does not see it before both have counted."""

    __tablename__ = "teller_counts"
    __table_args__ = (UniqueConstraint("vote_id", "round", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    vote_id: Mapped[UUID] = mapped_column(ForeignKey("assessed_votes.id"))
    round: Mapped[int]
    number: Mapped[int]
    counts: Mapped[dict] = mapped_column(JSON)
    at: Mapped[datetime]
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
