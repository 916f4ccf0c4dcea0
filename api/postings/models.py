"""The roster: divisions, places, cadres, postings, policies, the working calendar."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.db import Base


class Division(Base):
    """A place in the administrative tree, down to the village.

    Codes are withdrawn and reused, so a row is keyed by `id` and its code holds from `valid_from` to `valid_to`.
    `path` is the chain of ids from the top with slashes around, such as "/1/5/77/"; `township_id` is the township
    on that path (a township's own id), null above the townships.
    """

    __tablename__ = "divisions"
    __table_args__ = (
        UniqueConstraint("code", "valid_from"),
        Index("ix_divisions_parent_id", "parent_id"),
        CheckConstraint("level IN ('province', 'prefecture', 'county', 'township', 'village')", name="level"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(100))
    level: Mapped[str] = mapped_column(String(10))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("divisions.id"))
    township_id: Mapped[int | None] = mapped_column(ForeignKey("divisions.id"))
    path: Mapped[str] = mapped_column(String(80))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class Place(Base):
    """A spot in a village where its cadres are: the committee's office, an outlying group.

    The position is kept as it was given with its datum, and as WGS-84 for measuring. No `radius_m`: the policy's.
    """

    __tablename__ = "places"

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("divisions.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    villagers_group: Mapped[str | None] = mapped_column(String(60))
    latitude: Mapped[float]
    longitude: Mapped[float]
    datum: Mapped[str] = mapped_column(String(5))
    wgs84_latitude: Mapped[float]
    wgs84_longitude: Mapped[float]
    radius_m: Mapped[int | None]
    is_made_up: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)


class Cadre(Base):
    """A stationed cadre: a user with a sending unit and a rank.

    The row is what writers of one cadre's facts take turns on: each raises `facts_version`, so that a writer who read
    without waiting can tell that somebody else wrote meanwhile.
    """

    __tablename__ = "cadres"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), unique=True)
    sending_unit: Mapped[str] = mapped_column(String(100))
    rank: Mapped[str] = mapped_column(String(20))
    cadre_role: Mapped[str] = mapped_column(String(20))
    facts_version: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)


class Posting(Base):
    """A cadre posted to a home village from a day to a day (both included); one at a time for a cadre.

    The home village's division gives the policy and the row in every figure.
    """

    __tablename__ = "postings"
    __table_args__ = (CheckConstraint("to_on IS NULL OR to_on >= from_on", name="period"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cadre_id: Mapped[int] = mapped_column(ForeignKey("cadres.id"), index=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("divisions.id"), index=True)
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)


class PostingVillage(Base):
    """A further village that a posting covers (联片)."""

    __tablename__ = "posting_villages"

    posting_id: Mapped[int] = mapped_column(ForeignKey("postings.id"), primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("divisions.id"), primary_key=True, index=True)


class Policy(Base):
    """The value of a rule for a division and all below it, from a day on, and the text that it comes from."""

    __tablename__ = "policies"
    __table_args__ = (UniqueConstraint("division_id", "key", "effective_from"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    division_id: Mapped[int] = mapped_column(ForeignKey("divisions.id"))
    key: Mapped[str] = mapped_column(String(40))
    value: Mapped[int | str] = mapped_column(JSON)
    effective_from: Mapped[date]
    source: Mapped[str] = mapped_column(String(300))
    set_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    set_at: Mapped[datetime]


class CalendarDay(Base):
    """A day that differs from Monday-to-Friday: a holiday on a weekday, or a weekend day that is worked."""

    __tablename__ = "calendar_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    label: Mapped[str] = mapped_column(String(60))
    source: Mapped[str] = mapped_column(String(200))
    version: Mapped[int] = mapped_column(default=1)


class CalendarYear(Base):
    """A year whose official arrangement of working days is known; other years fall back to Monday to Friday."""

    __tablename__ = "calendar_years"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    source: Mapped[str] = mapped_column(String(200))
