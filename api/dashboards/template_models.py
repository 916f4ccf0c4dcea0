"""The county's own layouts of printed papers."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from api.db import Base


class PrintTemplate(Base):
    """A .docx with named fields in the place of a built-in layout; without a row the built-in one is printed."""

    __tablename__ = "print_templates"

    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    # Deferred: a list of what there is needs no file.
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    size_bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    uploaded_at: Mapped[datetime]
