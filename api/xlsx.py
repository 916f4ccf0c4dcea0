"""Workbooks that people open: cells are text or numbers, the only formulas are sums that we write. Knows no form."""

import re
import unicodedata
from typing import IO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from api.printed_text import printable

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SHEET_NAME = 31


def new_workbook(file: IO[bytes], *, constant_memory: bool = False) -> Workbook:
    """A workbook in which `=HYPERLINK(…)` in a name stays a name, whatever function writes the cell."""
    book = xlsxwriter.Workbook(file, {"constant_memory": constant_memory, "strings_to_formulas": False,
                                      "strings_to_urls": False, "strings_to_numbers": False})
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
