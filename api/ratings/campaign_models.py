"""Rating campaigns: what is asked about whom and when, the cards that were printed for it, the questions read aloud."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from api.db import Base


class RatingCampaign(Base):
    """A campaign (扫码评议) of a division and all its villages; it informs, it never decides.

    `questions`: [{"key", "text", "answers": [{"key", "text", "is_counted", "is_favourable"}]}], at most three; an
    answer that is not counted (不了解) stays out of the denominator. `text_prompt` asks for the one free text, null
    where there is none. What is written there is sealed to `text_key`; its counterpart lies in `sealed_key`, itself
    sealed by the installation's key `sealed_key_id`, and is gone once the campaign is closed. `least_ballots` is the
    rule that held when it closed.
    """

    __tablename__ = "rating_campaigns"
    __table_args__ = (
        Index("ix_rating_campaigns_division_id_first_on", "division_id", "first_on"),
        CheckConstraint("subject IN ('team', 'cadre')", name="subject"),
        CheckConstraint("(subject = 'cadre') = (cadre_id IS NOT NULL)", name="cadre"),
        CheckConstraint("state IN ('drafted', 'open', 'closed', 'withdrawn')", name="state"),
        CheckConstraint("last_on >= first_on", name="period"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    division_id: Mapped[int] = mapped_column(ForeignKey("divisions.id"))
    title: Mapped[str] = mapped_column(String(100))
    first_on: Mapped[date]
    last_on: Mapped[date]
    subject: Mapped[str] = mapped_column(String(10))
    cadre_id: Mapped[int | None] = mapped_column(ForeignKey("cadres.id"))
    questions: Mapped[list] = mapped_column(JSON)
    text_prompt: Mapped[str | None] = mapped_column(String(100))
    hotline: Mapped[str] = mapped_column(String(60))
    state: Mapped[str] = mapped_column(String(10))
    text_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    sealed_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    sealed_key_id: Mapped[str | None] = mapped_column(String(16))
    least_ballots: Mapped[int | None]
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    entered_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int] = mapped_column(default=1)
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class CampaignVillage(Base):
    """A village in a campaign, from its opening on. `open_code` is on the poster, for everybody to read.

    `households` is how many there were when it opened. The numbers of ballots are written when it closes, and stay
    null where there were fewer than the campaign's least.
    """

    __tablename__ = "campaign_villages"

    campaign_id: Mapped[UUID] = mapped_column(ForeignKey("rating_campaigns.id"), primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("divisions.id"), primary_key=True, index=True)
    open_code: Mapped[str] = mapped_column(String(32), unique=True)
    households: Mapped[int]
    household_ballots: Mapped[int | None]
    open_ballots: Mapped[int | None]


class CodeBatch(Base):
    """The cards of a village's households, printed once; whoever lost them cancels them all and prints anew.

    `handed_to` is the member of the supervision committee, or the teller, who hands them out.
    """

    __tablename__ = "code_batches"
    __table_args__ = (
        Index("uq_code_batches_campaign_id_village_id", "campaign_id", "village_id", unique=True,
              sqlite_where=text("cancelled_at IS NULL"), postgresql_where=text("cancelled_at IS NULL")),
        CheckConstraint("handed_office IN ('supervision_committee', 'teller')", name="handed_office"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    campaign_id: Mapped[UUID] = mapped_column(ForeignKey("rating_campaigns.id"))
    village_id: Mapped[int] = mapped_column(ForeignKey("divisions.id"))
    count: Mapped[int]
    handed_to: Mapped[str] = mapped_column(String(50))
    handed_office: Mapped[str] = mapped_column(String(24))
    printed_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    printed_at: Mapped[datetime]
    cancelled_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None] = mapped_column(String(300))


class Recording(Base):
    """A question as somebody of the village says it, for who does not read; `question` is its key.

    The key is random: whoever listens names no card.
    """

    __tablename__ = "recordings"
    __table_args__ = (UniqueConstraint("campaign_id", "village_id", "question"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    campaign_id: Mapped[UUID] = mapped_column(ForeignKey("rating_campaigns.id"))
    village_id: Mapped[int] = mapped_column(ForeignKey("divisions.id"))
    question: Mapped[str] = mapped_column(String(20))
    mimetype: Mapped[str] = mapped_column(String(50))
    size_bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    uploaded_at: Mapped[datetime]
