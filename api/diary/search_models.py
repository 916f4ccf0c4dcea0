"""What the full-text search looks into."""

from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Integer, Text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from api.db import Base


class DiarySearch(Base):
    """The pairs of characters in an entry, and who may find it, as words for an index (search_rules).

    PostgreSQL keeps them as a tsvector with the GIN index `fts_diary`, SQLite as text that the FTS5 table `fts_diary`
    is kept from, in the same transaction. `number` grows with the entry's day, so that the index itself answers the
    latest first.
    """

    __tablename__ = "diary_search"

    number: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True,
                                        autoincrement=False)
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("diary_entries.id"), unique=True)
    words: Mapped[str] = mapped_column(Text().with_variant(TSVECTOR(), "postgresql"))
