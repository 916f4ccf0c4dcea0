"""What somebody ordered, the file that was made of it, and the note in the log of who took it.

Everything is read before the note is written, so that the log's chain is not held meanwhile. On PostgreSQL, and
on SQLite with a write-ahead log, no phone waits for the reading; with the rollback journal that older SQLite needs
(api/db.py) a commit waits until it ends.
"""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO

from sqlalchemy.orm import Session

from api import audit, i18n
from api.docx import DOCX
from api.form_words import FormWords
from api.postings.divisions_service import DivisionRef, audit_chain
from api.postings.models import Division
from api.tables import write_csv
from api.xlsx import XLSX, Column, write_table

CSV = "text/csv; charset=utf-8"
# So many records of a list are read at once; what a workbook holds of them goes to the disk. A list counts itself and
# looks for its place anew on every page: 6,000 acceptances by 200 take a quarter longer than by 1,000.
_PAGE = 1000
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


def make_taking(order: Order, *, write: Callable[[IO[bytes]], int | None], chain: int, subject: str, name: str,
                details: dict) -> Taking:
    """The file of an order as `write` makes it; where that answers how many rows there are, they are noted too."""
    file = tempfile.TemporaryFile(prefix="zhucun-export-")
    try:
        rows = write(file)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    counted = {} if rows is None else {"rows": rows}
    export = Export(file, f"{name}-{title_of(order)}.{order.format}", MIMETYPES[order.format])
    return Taking(export, chain, subject, {"kind": order.kind, "format": order.format, **details, **counted})


def title_of(order: Order) -> str:
    """What a file of an order's kind is called, in the language of the order."""
    return i18n.text(order.language, f"export.kind.{order.kind}")


def paper_taking(order: Order, *, division: Division | DivisionRef, subject: str, write: Callable[[IO[bytes]], object],
                 name: str, details: dict) -> Taking:
    """A paper that `write` makes, about something of a division; what it answers is not noted."""
    def written(file: IO[bytes]) -> None:
        write(file)

    return make_taking(order, write=written, chain=audit_chain(division), subject=subject, name=name, details=details)


def sheet_taking(order: Order, *, columns: Sequence[tuple[str, float]], words: str, rows: Iterable[Sequence],
                 chain: int, subject: str, name: str, details: Mapping | None = None) -> Taking:
    """A workbook of one table, streamed; `columns` with their widths, headed by the texts `<words>.<column>`."""
    heads = [Column(i18n.text(order.language, f"{words}.{column}"), width) for column, width in columns]
    return make_taking(order, write=lambda file: write_table(file, title_of(order), heads, rows), chain=chain,
                       subject=subject, name=name, details=dict(details or {}))


def every_page(read: Callable[..., tuple[Sequence, int]]) -> Iterator:
    """All that a list holds, read page by page: memory does not grow with it; `read` answers a page and how many."""
    number, seen = 1, 0
    while True:
        views, count = read(page=number, page_size=_PAGE)
        yield from views
        number, seen = number + 1, seen + len(views)
        if not views or seen >= count:
            return


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
