"""Households and those who are linked to them, rounds of visits, and the kept counts of each village and quarter."""

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
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from api.db import Base


class Term(Base):
    """A word of an editable dictionary: a household's label, a visit's purpose or work type.

    `key` never changes, since records name it; a word that is no longer used is retired, not deleted. `part` groups
    the six roles and the six tasks.
    """

    __tablename__ = "terms"
    __table_args__ = (UniqueConstraint("dictionary", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dictionary: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(40))
    part: Mapped[str | None] = mapped_column(String(20))
    zh: Mapped[str] = mapped_column(String(40))
    en: Mapped[str] = mapped_column(String(80))
    position: Mapped[int]
    is_retired: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)


class Household(Base):
    """A household of a village, alive from a day to a day (both included; no `alive_to`: still).

    `number` is the village's own number of it, by which an import finds it again. `initials` are the first letters of
    the householder's name as read (pinyin), for a search with one thumb. The phone is sealed (`phone_sealed`, under
    the key `phone_key`), found by `phone_index`, a keyed hash, and recognised by its last four digits.
    `last_visited_on` is the kept day of the last visit in person that was not annulled; `changed_at` moves with
    whatever a phone shows of the household.
    """

    __tablename__ = "households"
    __table_args__ = (
        UniqueConstraint("village_id", "number"),
        Index("ix_households_phone_index", "phone_index"),
        Index("ix_households_village_id_changed_at", "village_id", "changed_at"),
        # How many of a village nobody came to for long is counted without looking at any household.
        Index("ix_households_last_visit", "village_id", "last_visited_on", "alive_to", "alive_from"),
        CheckConstraint("alive_to IS NULL OR alive_to >= alive_from", name="alive"),
        CheckConstraint("ended_as IN ('split', 'merged', 'moved', 'died_out')", name="ended_as"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("divisions.id"))
    number: Mapped[str] = mapped_column(String(20))
    villagers_group: Mapped[str] = mapped_column(String(60))
    householder: Mapped[str] = mapped_column(String(64))
    initials: Mapped[str] = mapped_column(String(64))
    members: Mapped[int | None]
    alive_from: Mapped[date]
    alive_to: Mapped[date | None]
    ended_as: Mapped[str | None] = mapped_column(String(10))
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary(64))
    phone_key: Mapped[str | None] = mapped_column(String(16))
    phone_index: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    phone_last4: Mapped[str | None] = mapped_column(String(4))
    last_visited_on: Mapped[date | None]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)


class HouseholdLabel(Base):
    """A label that a household bears, by the dictionary's key."""

    __tablename__ = "household_labels"

    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"), primary_key=True)
    label: Mapped[str] = mapped_column(String(40), primary_key=True, index=True)


class HouseholdAbsence(Base):
    """From a day to a day (both included) a household is registered as living away; a call counts as a visit then."""

    __tablename__ = "household_absences"
    __table_args__ = (
        UniqueConstraint("household_id", "from_on"),
        CheckConstraint("to_on IS NULL OR to_on >= from_on", name="period"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    from_on: Mapped[date]
    to_on: Mapped[date | None]


class Linkage(Base):
    """A cadre's link to a household from a day to a day: 3+X (`link`), or an instructor's key household (`key`)."""

    __tablename__ = "linkages"
    __table_args__ = (
        UniqueConstraint("cadre_id", "household_id", "kind", "from_on"),
        CheckConstraint("kind IN ('link', 'key')", name="kind"),
        CheckConstraint("to_on IS NULL OR to_on >= from_on", name="period"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cadre_id: Mapped[int] = mapped_column(ForeignKey("cadres.id"))
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"), index=True)
    kind: Mapped[str] = mapped_column(String(5))
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)


class Round(Base):
    """One entry of a cadre for one or many households: when, where, with whom, what for.

    Its position, if there is one, lies in `evidence` (kind `visit`, source the round), where retention finds it. An
    `erased` round is a tombstone. `changed_at` moves with its visits and its companions' answers, too.
    """

    __tablename__ = "rounds"
    __table_args__ = (
        Index("ix_rounds_cadre_id_day", "cadre_id", "day"),
        Index("ix_rounds_cadre_id_changed_at", "cadre_id", "changed_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    cadre_id: Mapped[int] = mapped_column(ForeignKey("cadres.id"))
    day: Mapped[date]
    captured_at: Mapped[datetime]
    received_at: Mapped[datetime]
    elapsed_ms: Mapped[int | None] = mapped_column(BigInteger)
    flags: Mapped[str] = mapped_column(String(100))
    purposes: Mapped[list] = mapped_column(JSON)
    others: Mapped[str | None] = mapped_column(String(200))
    device_id: Mapped[str | None] = mapped_column(String(100))
    is_erased: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime] = mapped_column(
        default=lambda context: context.get_current_parameters()["received_at"])
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class Visit(Base):
    """A household visited in a round: in person, by phone, or nobody at home. An annulled one keeps its reason.

    Village, cadre and day are the round's and the household's as they were, so that counting needs no other table.
    `annulment_id` and `annulment_hash` are of the record that annulled it, so that it may come twice.
    """

    __tablename__ = "visits"
    __table_args__ = (
        UniqueConstraint("round_id", "household_id"),
        Index("ix_visits_household_id_day", "household_id", "day"),
        Index("ix_visits_village_id_day", "village_id", "day"),
        Index("ix_visits_cadre_id_day", "cadre_id", "day"),
        CheckConstraint("manner IN ('in_person', 'phone', 'not_home')", name="manner"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    round_id: Mapped[UUID] = mapped_column(ForeignKey("rounds.id"))
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    village_id: Mapped[int] = mapped_column(ForeignKey("divisions.id"))
    cadre_id: Mapped[int] = mapped_column(ForeignKey("cadres.id"))
    day: Mapped[date]
    manner: Mapped[str] = mapped_column(String(10))
    summary: Mapped[str | None] = mapped_column(Text)
    annulled_at: Mapped[datetime | None]
    annulled_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    annulled_because: Mapped[str | None] = mapped_column(String(500))
    annulment_id: Mapped[UUID | None] = mapped_column(unique=True)
    annulment_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    version: Mapped[int] = mapped_column(default=1)


class Companion(Base):
    """A cadre whom the author of a round named as there too; it counts for the companion from the own 「我也在」 on.

    `answered_at` is the phone's clock: of two answers the later one holds, in whatever order they come.
    """

    __tablename__ = "companions"
    __table_args__ = (
        Index("ix_companions_cadre_id_state", "cadre_id", "state"),
        CheckConstraint("state IN ('named', 'joined', 'declined')", name="state"),
    )

    round_id: Mapped[UUID] = mapped_column(ForeignKey("rounds.id"), primary_key=True)
    cadre_id: Mapped[int] = mapped_column(ForeignKey("cadres.id"), primary_key=True)
    state: Mapped[str] = mapped_column(String(10))
    answered_at: Mapped[datetime | None]
    answer_id: Mapped[UUID | None] = mapped_column(unique=True)
    answer_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))


class VillageQuarter(Base):
    """The kept counts of a village and quarter, brought up to date by whatever changes them.

    `households` are alive on the quarter's last day, or were on `counted_on` while it runs; `at_home` those of them
    not registered away. `visited` and `visited_at_home` are those visited within the quarter, `year_*` since 1
    January. `changes_on` is the next day on which the counts change by themselves (a household begins, ends, leaves,
    returns); a reader from that day on counts anew.
    """

    __tablename__ = "village_quarters"
    __table_args__ = (
        Index("ix_village_quarters_changes_on", "changes_on", sqlite_where=text("changes_on IS NOT NULL"),
              postgresql_where=text("changes_on IS NOT NULL")),
    )

    village_id: Mapped[int] = mapped_column(ForeignKey("divisions.id"), primary_key=True)
    quarter_on: Mapped[date] = mapped_column(primary_key=True)
    counted_on: Mapped[date]
    changes_on: Mapped[date | None]
    households: Mapped[int]
    at_home: Mapped[int]
    visited: Mapped[int]
    visited_at_home: Mapped[int]
    year_visited: Mapped[int]
    year_visited_at_home: Mapped[int]


class VillageLinkage(Base):
    """The kept count of a village's households that are alive and linked on `counted_on`, `key` of them by a key link.

    `changes_on` is the next day on which it changes by itself (a link or a household begins or is over).
    """

    __tablename__ = "village_linkages"

    village_id: Mapped[int] = mapped_column(ForeignKey("divisions.id"), primary_key=True)
    counted_on: Mapped[date]
    changes_on: Mapped[date | None]
    households: Mapped[int]
    key: Mapped[int]


class CadreLinkage(Base):
    """The kept count of the households that a cadre is linked to on `counted_on`, `key` of them by a key link."""

    __tablename__ = "cadre_linkages"

    cadre_id: Mapped[int] = mapped_column(ForeignKey("cadres.id"), primary_key=True)
    counted_on: Mapped[date]
    changes_on: Mapped[date | None]
    households: Mapped[int]
    key: Mapped[int]
