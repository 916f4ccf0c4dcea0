"""The list of a handover (.docx, 压茬交接): what was entered, what the system knows to be open, and places to sign."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import IO

from docx.document import Document

from api.docx import add_line, new_document, save, set_footer
from api.docx_grid import Cell, add_grid
from api.form_words import NOTHING, FormWords

_WIDTHS_MM = (12, 56, 40, 43, 19)
_COLUMNS = ("number", "matter", "due_on", "note", "handed")
WIDTH_MM = 170


@dataclass(frozen=True, slots=True)
class HandoverList:
    """What a list says; `successor` "" while nobody is named, matters as {"what", "due_on", "note"} with ISO days.

    `key_households` as (group, number, householder), `concerns` as (text, who has to act, due on).
    """

    from_name: str
    from_unit: str
    successor: str
    successor_unit: str
    village: str
    from_on: date
    to_on: date | None
    handed_on: date
    matters: Sequence[dict]
    note: str
    waiting_days: Sequence[date]
    leaves_asked: Sequence[tuple[str, date, date]]
    months_open: Sequence[date]
    key_households: Sequence[tuple[str, str, str]] = ()
    concerns: Sequence[tuple[str, str, date]] = ()


def write_handover(file: IO[bytes], handover: HandoverList, *, words: FormWords) -> None:
    document = new_document(margin_mm=20)
    set_footer(document, words("handover.title", village=handover.village), page=words.page())
    add_line(document, words("handover.title", village=handover.village), size=20, heading=True, centred=True, after=10)
    _add_people(document, handover, words)
    add_line(document, words("handover.matters"), size=14, heading=True, after=4, together=True)
    rows = [[words(f"handover_column.{name}") for name in _COLUMNS]]
    for number, matter in enumerate(handover.matters, start=1):
        due = words.day(date.fromisoformat(matter["due_on"])) if matter.get("due_on") else NOTHING
        rows.append([str(number), Cell(matter["what"], align="left"), due,
                     Cell(matter.get("note") or "", align="left"), ""])
    # Papers and keys are often remembered at the table.
    rows += [[str(len(handover.matters) + spare), "", "", "", ""] for spare in (1, 2)]
    add_grid(document, rows, widths_mm=_WIDTHS_MM, size=11, heading_rows=1, least_mm=9, sides_mm=1.2)
    add_line(document, "", size=6, after=2)
    add_line(document, words("handover.known"), size=14, heading=True, after=4, together=True)
    for line in _known(handover, words):
        add_line(document, line, size=12, indented=True, after=3)
    _add_list(document, words, "households", (24, 30, 76, 40), [
        (group, number, name, "") for group, number, name in handover.key_households])
    _add_list(document, words, "concerns", (88, 40, 42), [
        (text, owner, words.day(due)) for text, owner, due in handover.concerns])
    if handover.note:
        add_line(document, words("handover.note", note=handover.note), size=12, indented=True, after=3)
    add_line(document, "", size=6, after=2)
    add_line(document, words("handover.declared"), size=12, indented=True, after=6, together=True)
    add_grid(document, [[Cell(words(f"place.{key}"), align="left") for key in ("giver", "taker", "witness")]],
             widths_mm=[WIDTH_MM / 3] * 3, size=12, least_mm=32, sides_mm=2)
    add_line(document, "", size=3, after=0)
    add_line(document, words("handover.copies"), size=10, after=0)
    save(document, file)


def _add_people(document: Document, handover: HandoverList, words: FormWords) -> None:
    rows = [
        [words("handover.from"), handover.from_name, words("handover.unit"), handover.from_unit],
        [words("handover.to"), handover.successor, words("handover.unit"), handover.successor_unit],
        [words("handover.period"), words.span(handover.from_on, handover.to_on), words("handover.handed_on"),
         words.day(handover.handed_on)],
    ]
    add_grid(document, [[Cell(text, bold=column % 2 == 0) for column, text in enumerate(row)] for row in rows],
             widths_mm=(24, 61, 24, 61), size=11, least_mm=9, sides_mm=1.2)
    add_line(document, "", size=6, after=2)


def _add_list(document: Document, words: FormWords, kind: str, widths_mm: Sequence[float], rows: list[tuple]) -> None:
    """A table of what passes to the successor, under its number; nothing where there is nothing."""
    if not rows:
        return
    add_line(document, "", size=6, after=2)
    add_line(document, words(f"handover.{kind}", count=len(rows)), size=14, heading=True, after=4, together=True)
    headings = [words(f"handover_{kind}.{number}") for number in range(1, len(widths_mm) + 1)]
    add_grid(document, [headings, *([Cell(text, align="left") for text in row] for row in rows)],
             widths_mm=widths_mm, size=11, heading_rows=1, least_mm=8, sides_mm=1.2)


def _known(handover: HandoverList, words: FormWords) -> list[str]:
    """What the system knows to be open, each kind in a line; where there is nothing, that."""
    comma = words("comma")
    found = [
        ("waiting_days", [words.day_of_year(day) for day in handover.waiting_days]),
        ("leaves_asked", [f"{words.other(f'leave.kind.{kind}')} {words.span(first, last)}"
                          for kind, first, last in handover.leaves_asked]),
        ("months_open", [words.month(month) for month in handover.months_open]),
    ]
    lines = [words(f"handover.{key}", count=len(texts), list=comma.join(texts)) for key, texts in found if texts]
    return lines or [words("handover.nothing")]
