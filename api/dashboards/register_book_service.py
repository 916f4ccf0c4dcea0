"""The village's attendance book (.docx): the month's grid to fill in by hand, of equal standing with the record."""

from collections.abc import Sequence
from typing import IO

from docx.document import Document

from api.dashboards.forms_rules import VillageMonth
from api.dashboards.month_grid_service import (
    add_places_to_sign,
    ground_of,
    heading_rows,
    legend_line,
    sign_text,
    title_of,
)
from api.docx import add_line, begin_section, new_document, save, set_footer
from api.docx_grid import Cell, add_grid
from api.form_words import FormWords

WIDTH_MM = 277
_BEFORE_MM, _AFTER_MM = (7, 17, 16), (12, 22, 22)
_SPARE_ROWS = 2
# The lines for leave stand below a short grid; else they are the back of the page, whole and not torn apart.
_SHORT, _LEAVE_ROWS, _BACK_ROWS = 3, 5, 16
_LEAVE_MM = (24, 30, 84, 50, 30, 30, 29)
_LEAVE_COLUMNS = ("written_on", "name", "reason", "from_to", "approved_by", "returned_on", "signature")


def write_register_books(file: IO[bytes], months: Sequence[VillageMonth], *, filled: bool, words: FormWords) -> int:
    """One book a village; `filled` puts the record's signs in. Answers the number of cadres."""
    document = new_document(landscape=True, margin_mm=10)
    for number, month in enumerate(months):
        if number:
            begin_section(document)
        set_footer(document, title_of(words, month, "register_book.title"), page=words.page())
        _add_book(document, month, filled, words)
    save(document, file)
    return sum(len(month.rows_of_month) for month in months)


def _add_book(document: Document, month: VillageMonth, filled: bool, words: FormWords) -> None:
    add_line(document, title_of(words, month, "register_book.title"), size=16, heading=True, centred=True, after=2,
             together=True)
    add_line(document, words("register_book.filled" if filled else "register_book.lead"), size=9, after=3,
             together=True)
    days = month.days_of_month
    day_mm = (WIDTH_MM - sum(_BEFORE_MM) - sum(_AFTER_MM)) / len(days)
    widths = [*_BEFORE_MM, *[day_mm] * len(days), *_AFTER_MM]
    rows = heading_rows(words, days, before=[words(f"column.{name}") for name in ("number", "name", "role")],
                        after=[words(f"column.{name}") for name in ("sum", "own_signature", "remark")])
    further = month.further_of_month
    people = [*((row, "") for row in month.rows_of_month), *((row, row.home) for row in further)]
    for number, (row, home) in enumerate(people, start=1):
        rows.append([str(number), row.name, Cell(words.other(f"cadre_role.{row.cadre_role}"), size=6.5),
                     *_days(words, month, row, filled), str(_sum(month, row)) if filled else "", "",
                     Cell(words("register_book.home", village=home) if home else "", size=6.5)])
    grounds = [Cell(ground=ground_of(day)) for day in days]
    # Somebody may be posted in the middle of the month, when the book is already printed.
    rows += [[str(len(people) + spare), "", "", *grounds, "", "", ""] for spare in range(1, _SPARE_ROWS + 1)]
    add_grid(document, rows, widths_mm=widths, size=8.5, heading_rows=2, least_mm=9.5)
    add_line(document, "", size=3, after=0)
    add_line(document, legend_line(words, [month]) + words("register_book.by_hand"), size=8.5, after=0)
    if further:
        add_line(document, words("register_book.further"), size=8.5, after=0)
    add_places_to_sign(document, words, ("keeper", "village", "township"), width_mm=WIDTH_MM)
    is_short = len(people) <= _SHORT and not further
    if is_short:
        add_line(document, "", size=3, after=0)
    add_line(document, words("register_book.leave"), size=11, heading=True, after=2, together=True,
             new_page=not is_short)
    lines = [[""] * len(_LEAVE_MM)] * (_LEAVE_ROWS if is_short else _BACK_ROWS)
    add_grid(document, [[words(f"column.{name}") for name in _LEAVE_COLUMNS], *lines],
             widths_mm=_LEAVE_MM, size=8.5, heading_rows=1, least_mm=8)


def _sum(month: VillageMonth, row) -> int:
    return sum(sign == "stationed" and day.in_month for sign, day in zip(row.signs, month.days, strict=True))


def _days(words: FormWords, month: VillageMonth, row, filled: bool) -> list[Cell]:
    """The cells of the calendar month; days outside the posting are struck out in an empty book too."""
    return [Cell(sign_text(words, sign) if filled or not sign else "", ground=ground_of(day))
            for sign, day in zip(row.signs, month.days, strict=True) if day.in_month]
