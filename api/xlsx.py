"""Workbooks that people open: cells are text or numbers, the only formulas are sums that we write. Knows no form."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import IO, NamedTuple

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from api.printed_text import printable

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SHEET_NAME = 31


class Column(NamedTuple):
    """What stands above a column of a table, how wide it is, and how its numbers are shown."""

    heading: str
    width: float = 12
    number_format: str = ""


class TableBook:
    """The tables of a workbook: heads stay in sight and are printed on each page, cells are text or numbers."""

    def __init__(self, book: Workbook):
        self._book = book
        self._styles: dict[tuple, Format] = {}

    def _style(self, **properties) -> Format:
        key = tuple(sorted(properties.items()))
        if key not in self._styles:
            self._styles[key] = self._book.add_format({"text_wrap": True, "valign": "top", **properties})
        return self._styles[key]

    def add(self, name: str, columns: Sequence[Column], rows: Iterable[Sequence], *, above: Sequence[str] = (),
            total: Sequence | None = None, landscape: bool = True) -> int:
        """One more sheet; answers how many rows it has.

        `above`: lines over the head, the first of which is the title. `total`: a last row in bold, which is not
        counted and does not move when the table is sorted.
        """
        sheet = new_sheet(self._book, name, landscape=landscape)
        for column, one in enumerate(columns):
            sheet.set_column(column, column, one.width)
        for number, line in enumerate(above):
            # Not wrapped: a line above a table runs on over its columns.
            write_cell(sheet, number, 0, line, self._style(bold=not number, text_wrap=False))
        head = len(above)
        for column, one in enumerate(columns):
            write_cell(sheet, head, column, one.heading, self._style(bold=True, bottom=1))
        sheet.freeze_panes(head + 1, 0)
        sheet.repeat_rows(head)
        count = 0
        for count, row in enumerate(rows, start=1):
            self._row(sheet, head + count, columns, row)
        if count:
            sheet.autofilter(head, 0, head + count, len(columns) - 1)
        if total is not None:
            self._row(sheet, head + count + 1, columns, total, bold=True, top=1)
        sheet.set_footer("&C&P / &N")
        return count

    def _row(self, sheet: Worksheet, number: int, columns: Sequence[Column], row: Sequence, **properties) -> None:
        for column, (one, value) in enumerate(zip(columns, row, strict=True)):
            is_number = one.number_format and not isinstance(value, str)
            style = self._style(num_format=one.number_format, **properties) if is_number else self._style(**properties)
            write_cell(sheet, number, column, value, style)


def write_table(file: IO[bytes], name: str, columns: Sequence[Column], rows: Iterable[Sequence], **more) -> int:
    """A workbook of one table, streamed whatever its size; `more` as of TableBook.add. Answers how many rows it has."""
    with streamed_workbook(file) as book:
        return TableBook(book).add(name, columns, rows, **more)


@contextmanager
def streamed_workbook(file: IO[bytes]) -> Iterator[Workbook]:
    """A workbook whose rows go to the disk as they come, so that memory does not grow with it; finished at the end.

    Where its making breaks off, the rows that were written lie nowhere any more, and nothing of them is open.
    """
    with TemporaryDirectory(prefix="zhucun-sheets-") as folder:
        book = new_workbook(file, constant_memory=True, tmpdir=folder)
        try:
            yield book
            book.close()
        finally:
            # The book itself closes them only when it is finished.
            for sheet in book.worksheets():
                sheet.row_data_fh.close()


def new_workbook(file: IO[bytes], **options) -> Workbook:
    """A workbook in which `=HYPERLINK(…)` in a name stays a name, whatever function writes the cell."""
    book = xlsxwriter.Workbook(file, {**options, "strings_to_formulas": False, "strings_to_urls": False,
                                      "strings_to_numbers": False})
    book.set_properties({"author": "", "comments": ""})
    return book


def new_sheet(book: Workbook, name: str, *, landscape: bool = True) -> Worksheet:
    """A worksheet for A4 that prints one page wide; its name is made to fit Excel and differs from the others'."""
    base = re.sub(r"[\[\]:*?/\\]", " ", printable(name)).strip(" '")[:_SHEET_NAME] or "1"
    taken = {sheet.get_name().casefold() for sheet in book.worksheets()}
    unique, number = base, 1
    while unique.casefold() in taken or unique.casefold() == "history":
        number += 1
        unique = f"{base[:_SHEET_NAME - 5]} {number}"
    sheet = book.add_worksheet(unique)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    if landscape:
        sheet.set_landscape()
    return sheet


def write_cell(sheet: Worksheet, row: int, column: int, value: str | int | float | None, style: Format) -> None:
    """Text as text, numbers as numbers, None as an empty ruled cell."""
    if value is None:
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, str):
        sheet.write_string(row, column, printable(value), style)
    else:
        sheet.write_number(row, column, value, style)


def lines_of(text: str, columns: float) -> int:
    """How many lines a text takes in cells of so many columns' width: a Chinese character is two wide.

    Excel fits no row to merged cells by itself.
    """
    return sum(max(1, -(-sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in part) // int(columns)))
               for part in text.split("\n"))
