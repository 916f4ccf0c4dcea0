"""Reading a table that somebody uploads: an .xlsx or parted text, its cells as plain values."""

import re
import warnings
from datetime import datetime
from typing import BinaryIO

import openpyxl
from openpyxl.utils.datetime import CALENDAR_MAC_1904, from_excel

from api.cells import BadFile, PartialDate
from api.postings.delimited_rules import read_delimited
from api.postings.workbook_rules import (
    LARGE,
    MOST_BYTES,
    MOST_COLUMNS,
    USUAL,
    Limits,
    PartFacts,
    check_workbook,
    fill_merged,
)
from api.sheets import SheetCells

_WORKBOOK_BEGINS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
# Chinese Excel's own formats have numbers without a text in the file, and the library does not know them.
_SHOWS_MONTH, _SHOWS_DAY_OF_MONTH, _SHOWS_DATE = {27, 36, 50, 52, 57}, {28, 29, 51, 53, 54, 58}, {30, 31}
# No spreadsheet knows a day after the end of the year 9999.
_FIRST_SERIAL_BEYOND = 2_958_466
_MOST_SEEN = 20_000
_NOT_A_SIGN = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')


def read_sheets(file: BinaryIO, limits: Limits = USUAL) -> list[SheetCells]:
    """The sheets of an .xlsx with the values of their formulas, or the one table of a text file.

    What it is, its content says, not its name. Raises BadFile, see `check_workbook` and `read_delimited`.
    """
    file.seek(0)
    begins = file.read(4)
    if not begins or begins in _WORKBOOK_BEGINS:
        return _read_workbook(file, limits)
    file.seek(0)
    return [SheetCells(None, read_delimited(file.read(MOST_BYTES + 1)))]


def read_large_sheets(file: BinaryIO) -> list[SheetCells]:
    """The same of an .xlsx with a county's households: 250,000 rows at most."""
    return read_sheets(file, LARGE)


def _read_workbook(file: BinaryIO, limits: Limits) -> list[SheetCells]:
    facts = check_workbook(file, limits)
    file.seek(0)
    try:
        # The library warns of styles and validations that it does not know; none of them matters here.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            workbook = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
            from_1904 = workbook.epoch == CALENDAR_MAC_1904
            sheets = [SheetCells(sheet.title, _rows(sheet, facts[sheet.title]), from_1904, facts[sheet.title].is_hidden)
                      for sheet in workbook.worksheets if sheet.title in facts]
            workbook.close()
            return sheets
    except Exception as error:  # A damaged file makes the library fail in a dozen ways, all meaning the same to us.
        raise BadFile("broken_workbook") from error


def _rows(sheet, facts: PartFacts) -> list[list[object]]:
    if not facts.last_row:
        return []
    # Bounds of our own: what the file says of its size is often wrong, and then rows or columns would be missing.
    seen: dict[str, str] = {}
    rows = [[_kept_once(_value(cell), seen) for cell in cells]
            for cells in sheet.iter_rows(max_row=facts.last_row, max_col=MOST_COLUMNS)]
    fill_merged(rows, facts.merged)
    return rows


def _kept_once(value: object, seen: dict[str, str]) -> object:
    """The same text as an earlier cell's: a village's name comes hundreds of times, and a county has many."""
    if not isinstance(value, str):
        return value
    return seen.setdefault(value, value) if len(seen) < _MOST_SEEN else seen.get(value, value)


def _value(cell) -> object:
    """A cell's value; of a date that shows a part only, also which part the program made up."""
    value = cell.value
    if isinstance(value, datetime):
        signs = _NOT_A_SIGN.sub("", cell.number_format).lower()
        if "d" not in signs and "y" in signs and value.day == 1:
            return PartialDate(value.date(), "day")
        return PartialDate(value.date(), "year") if "y" not in signs and "d" in signs else value
    if isinstance(value, int | float) and cell.data_type == "n" and 0 < value < _FIRST_SERIAL_BEYOND:
        number = cell.style_array.numFmtId
        if number in _SHOWS_MONTH | _SHOWS_DAY_OF_MONTH | _SHOWS_DATE:
            day = from_excel(int(value), cell.parent.parent.epoch).date()
            if number in _SHOWS_MONTH and day.day == 1:
                return PartialDate(day, "day")
            return PartialDate(day, "year") if number in _SHOWS_DAY_OF_MONTH else day
    return value
