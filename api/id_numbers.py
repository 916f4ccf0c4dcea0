"""Finding columns of ID-card numbers, which nobody needs here. Pure; what it answers quotes no number.

A number has 18 characters, the last a check digit over the others (GB 11643), or, on cards from before 1999, 15 digits.
Somebody mistypes a digit in one of a hundred, so a cell that has a province and a day of birth in the right places is
taken for one whatever its check digit.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from api.cells import Problem
from api.sheets import HEADING_WITHIN, SheetCells, heading_key, text_or_empty

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"
_WITHIN = re.compile(r"(?<!\d)\d{17}[\dXx](?![\dXx])")
# A province, and a day of birth from the seventh character on.
_LIKE_ONE = re.compile(r"[1-68]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]")
_OLD = re.compile(r"\d{15}")
# A spreadsheet keeps fifteen digits of a number: the rest become zeros, or a power of ten.
_CUT_SHORT = re.compile(r"\d{15}000|\d(?:\.\d+)?[Ee]\+?1[47]")
_DRESSING = re.compile(r"""[\s'"‘’“”=`-]""")
_HEADING = re.compile("身份证|公民身份|证件号|证件$|idcard|idnumber|identitycard|identitynumber")
_LONGEST_HEADING = 20
_ENOUGH = 3
_DIGIT = re.compile(r"\d")
_SHORTEST = len("1E+17")


def holds_id_number(value: object) -> bool:
    """Whether a cell is an ID-card number, in any form that a spreadsheet makes of one, or has a valid one within."""
    if isinstance(value, int | float):
        return 1e17 <= value < 1e18 or 1e14 <= value < 1e15 and float(value).is_integer()
    # Most cells of a large sheet are done with here.
    if not isinstance(value, str) or len(value) < _SHORTEST or not _DIGIT.search(value):
        return False
    text = unicodedata.normalize("NFKC", text_or_empty(value))
    bare = _DRESSING.sub("", text)
    return (bool(_LIKE_ONE.fullmatch(bare) or _OLD.fullmatch(bare) or _CUT_SHORT.fullmatch(bare))
            or any(check_digit_fits(found) for one in (text, bare) for found in _WITHIN.findall(one)))


def check_digit_fits(number: str) -> bool:
    """Whether the last of 18 characters fits the others (GB 11643)."""
    return _CHECK_DIGITS[sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS)) % 11] == number[17].upper()


def id_number_problems(sheet: SheetCells, *, heading_at: int | None, known: Mapping[str, int]) -> Iterator[Problem]:
    """A problem for each column of a sheet that looks like ID-card numbers.

    `heading_at`: the index of its row of headings, None if it has none that we know; `known`: the columns that would
    be read, of which a single number is too many. Of others: one with the heading for it and any content, three
    numbers, or numbers in half of the filled cells.
    """
    first = _first_table_row(sheet.rows) if heading_at is None else heading_at
    width = max(map(len, sheet.rows), default=0)
    for position in range(width):
        column = [cells[position] if position < len(cells) else None for cells in sheet.rows]
        named = any(_says_so(cell, sheet.rows[index]) for index, cell in enumerate(column[:first + 1]))
        # A sheet without headings has people in its first row already.
        is_headless = heading_at is None and holds_id_number(column[first])
        below = column[first if is_headless else first + 1:]
        filled = [cell for cell in below if cell is not None and text_or_empty(cell)]
        numbers = sum(map(holds_id_number, filled))
        least = 1 if position in known.values() else min(_ENOUGH, (len(filled) + 1) // 2)
        if named and filled or numbers and numbers >= least:
            yield Problem("id_numbers", sheet=sheet.name, column=_name(column, first, position),
                          params={"column": _name(column, first, position)})


def _first_table_row(rows: Sequence[Sequence[object]]) -> int:
    """The index of the first row that says more than one thing: what lies above are titles."""
    return next((index for index, cells in enumerate(rows[:HEADING_WITHIN])
                 if len({text_or_empty(cell) for cell in cells} - {""}) > 1), 0)


def _says_so(cell: object, row: Sequence[object]) -> bool:
    key = heading_key(cell)
    is_title = len({text_or_empty(other) for other in row} - {""}) == 1 and len(row) > 1
    return len(key) <= _LONGEST_HEADING and bool(_HEADING.search(key)) and not is_title


def _name(column: Sequence[object], first: int, position: int) -> str:
    """The heading as the file has it; the letter of the column where that could be a number itself."""
    heading = text_or_empty(column[first]) if first < len(column) else ""
    if heading and not re.search(r"\d{4}", unicodedata.normalize("NFKC", heading)):
        return heading[:_LONGEST_HEADING].rstrip("*＊")
    return _letters(position)


def _letters(position: int) -> str:
    letters = ""
    while position >= 0:
        position, letter = divmod(position, 26)
        letters, position = chr(ord("A") + letter) + letters, position - 1
    return letters
