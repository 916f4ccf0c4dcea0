"""What somebody ordered, the file that was made of it, and the note in the log of who took it.

A table's rows are read before anything is written, so that the log's chain is not held meanwhile. On PostgreSQL, and
on SQLite with a write-ahead log, no phone waits for the reading; with the rollback journal that older SQLite needs
(api/db.py) a commit waits until it ends.
"""

import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO

from sqlalchemy.orm import Session

from api import audit, i18n
from api.docx import DOCX
from api.form_words import FormWords
from api.postings.divisions_service import audit_chain
from api.postings.models import Division
from api.tables import write_csv
from api.xlsx import XLSX

CSV = "text/csv; charset=utf-8"
MIMETYPES = {"xlsx": XLSX, "csv": CSV, "docx": DOCX}


@dataclass(frozen=True)
class Export:
    """A finished file; it is deleted when it is closed."""

    file: IO[bytes]
    name: str
    mimetype: str


@dataclass(frozen=True)
class Order:
    """Which paper or table, in which language and format, for whom, when; `filled` is the attendance book's."""

    kind: str
    format: str
    language: str
    user_id: int
    now: datetime
    today: date
    filled: bool = False

    @property
    def words(self) -> FormWords:
        return FormWords(self.language)


@dataclass(frozen=True)
class Taking:
    """A finished file that nobody is noted for yet: in which audit `chain`, and about what."""

    export: Export
    chain: int
    subject: str
    details: dict


def make_taking(order: Order, *, write: Callable[[IO[bytes]], int], chain: int, subject: str, name: str,
                details: dict) -> Taking:
    """The file of an order as `write` makes it; it answers how many rows there are, which is noted too."""
    file = tempfile.TemporaryFile(prefix="zhucun-export-")
    rows = write(file)
    file.seek(0)
    title = i18n.text(order.language, f"export.kind.{order.kind}")
    export = Export(file, f"{name}-{title}.{order.format}", MIMETYPES[order.format])
    return Taking(export, chain, subject, {"kind": order.kind, "format": order.format, **details, "rows": rows})


def csv_of_days(order: Order, *, division: Division, first: date, last: date, columns: Sequence[str],
                lines: Iterable[Sequence]) -> Taking:
    """Rows of a division and period as comma-separated text, streamed; without a title, for a program that counts."""
    heads = [i18n.text(order.language, f"export.column.{name}") for name in columns]
    return make_taking(order, write=lambda file: write_csv(file, heads, lines), chain=audit_chain(division),
                       subject=f"division:{division.code}", name=f"{division.name}-{first}-{last}",
                       details={"from": first.isoformat(), "to": last.isoformat()})


def note_taking(session: Session, taking: Taking, *, order: Order) -> Export:
    """Note in the log who took the file, in the caller's transaction, and hand it out."""
    audit.append(session, chain=taking.chain, at=order.now, user_id=order.user_id, action="export.made",
                 subject=taking.subject, details=taking.details)
    return taking.export
