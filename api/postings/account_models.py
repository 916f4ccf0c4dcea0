"""Users, what they may do, and how they are logged in."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from api.db import Base


class User(Base):
    """A person who can log in. `first_log_in_at` bounds how old a phone's record can be.

    `notice_version` is the notice of what is kept that the person has read, `location_choice` the separate consent to
    positions (个人信息保护法 article 29): given, declined (also after it was withdrawn), or null while nobody has
    asked. Without `given` no coordinates are kept.
    """

    __tablename__ = "users"
    __table_args__ = (CheckConstraint("location_choice IN ('given', 'declined')", name="location_choice"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(64))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(5), default="zh")
    first_log_in_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    notice_version: Mapped[str | None] = mapped_column(String(20))
    notice_read_at: Mapped[datetime | None]
    location_choice: Mapped[str | None] = mapped_column(String(10))
    location_chosen_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)


class Grant(Base):
    """One role over one division, from a day to a day (both included; no `to_on`: until further notice)."""

    __tablename__ = "grants"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    division_id: Mapped[int] = mapped_column(ForeignKey("divisions.id"))
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)


class UserSession(Base):
    """A log-in. Only the hash of its token is kept, and deleting the row ends it at once.

    `sliding` ones are kept alive by use (a cadre's phone); `idles` ones are over after some minutes without any (the
    desk of somebody who sees other people's records). One opened `by_invitation` may set a new password without the
    old one.
    """

    __tablename__ = "user_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    client: Mapped[str] = mapped_column(String(10))
    user_agent: Mapped[str] = mapped_column(String(200))
    sliding: Mapped[bool]
    idles: Mapped[bool] = mapped_column(default=False)
    by_invitation: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class Invitation(Base):
    """A one-time log-in, printed as a link and a QR code."""

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class LogInCount(Base):
    """Failed log-ins of one user name or one address within the running window, shared by all workers.

    The key is a keyed hash, so that the table tells nobody which names were tried from where.
    """

    __tablename__ = "log_in_counts"
    __table_args__ = (Index("ix_log_in_counts_window_at", "window_at"),)

    key: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    window_at: Mapped[datetime]
    failures: Mapped[int]
