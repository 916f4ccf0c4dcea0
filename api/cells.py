"""What all imports share: naming a bad cell, cleaning text, reading dates. Pure: cells in, values and problems out."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from api.dates import next_month

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
# Day 0 of the two calendars that spreadsheets count in; the first one believes in a 29 February 1900.
_EPOCH_1900, _EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)
_DATE = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?")
_MONTH = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*月?\s*份?")
_SIX_DIGITS = re.compile(r"((?:19|20)\d{2})(0[1-9]|1[0-2])")
# A spreadsheet drops the last zero of 2024.10, so this may be January or October.
_LOST_ZERO = re.compile(r"(\d{4})\s*\.\s*1")
_YEAR = re.compile(r"(?:19|20)\d{2}\s*年?")
_SHORT_YEAR = re.compile(
    r"['’]?\d{2}\s*[-/.年]\s*\d{1,2}\s*(?:月?份?|[-/.月]\s*\d{1,2}\s*[日号]?)|\d{1,2}\s*月\s*(?:\d{1,2}\s*[日号]?)?")
_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")
_CJK = "\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_GAP_IN_CHINESE = re.compile(f"(?<=[{_CJK}]) +(?=[{_CJK}])")
SHOWN = 60


@dataclass(frozen=True, slots=True)
class Problem:
    """One bad cell, row or file.

    `reason` is a stable slug, put into words as `import.problem.<reason>` and `import.expected.<reason>` with
    `params`. `row` counts as the file's own program does, from 1; `column` is the heading as the file has it.
    None where the whole row, sheet or file is meant.
    """

    reason: str
    row: int | None = None
    column: str | None = None
    sheet: str | None = None
    params: dict = field(default_factory=dict)


class BadFile(Exception):
    """A file that cannot be read at all; `problem` says why."""

    def __init__(self, reason: str, **where):
        super().__init__(reason)
        self.problem = Problem(reason, **where)


class BadCell(Exception):
    """A cell whose content cannot be taken; the caller knows where it stands."""

    def __init__(self, reason: str, **params):
        super().__init__(reason)
        self.reason, self.params = reason, params


def clean_text(value: object) -> str:
    """A cell as one line of text: no invisible characters, single spaces, none at the ends; "" for an empty cell.

    A number that a spreadsheet made of digits is given back as digits. Private-use characters stay: registers write
    rare characters with them. Raises BadCell (bad_text) for control characters, which PostgreSQL would partly refuse.
    """
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    text = " ".join(str(value).split())
    if not text.isprintable():
        text = "".join(character for character in text if unicodedata.category(character) != "Cf").strip()
        if any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
            raise BadCell("bad_text")
    return text


def clean_name(value: object) -> str:
    """A person's or a place's name: as `clean_text`, and 「张　三」 and 「张 三」 are 张三."""
    return _GAP_IN_CHINESE.sub("", clean_text(value))


def match_key(value: object) -> str:
    """Text as it is compared: full-width and half-width forms, capitals and blanks make no difference."""
    return "".join(unicodedata.normalize("NFKC", clean_text(value)).casefold().split())


def shown(value: object) -> str:
    """A cell as a message quotes it: short, and harmless to a terminal."""
    text = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in str(value))
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A spreadsheet's date of which its sheet shows a part: it `lacks` the "day" (2024年5月) or the "year" (5月1日).

    The program made up the rest: the first of the month, or the year in which somebody typed it.
    """

    day: date
    lacks: str

    def __str__(self) -> str:
        return f"{self.day.year}年{self.day.month}月" if self.lacks == "day" else f"{self.day.month}月{self.day.day}日"


def as_date(value: object, *, counts_from_1904: bool = False, month_end: bool = False) -> date | None:
    """The date in a cell, None for an empty one.

    Takes a spreadsheet's date, its day number, and 2026-03-01, 2026/3/1, 2026.3.1, 2026年3月1日, 20260301; a time of day
    is left out. A month alone (2026年3月, 2026.3, 2026-03, 202603; also the number that a spreadsheet makes of 2026.3)
    is its first day, with `month_end` its last. Raises BadCell (bad_date) for anything else, (ambiguous_month) for
    2026.1, (short_year) for a year of two digits or none, (year_only), and (date_range) outside the years 2000 to 2099.
    """
    day = _read_date(value, _EPOCH_1904 if counts_from_1904 else _EPOCH_1900, month_end)
    if day is not None and not FIRST_DAY <= day <= LAST_DAY:
        raise BadCell("date_range", value=shown(value))
    return day


def _read_date(value: object, epoch: date, month_end: bool) -> date | None:
    if isinstance(value, PartialDate):
        return _in_month(value.day.year, value.day.month, month_end) if value.lacks == "day" else value.day
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, float) and FIRST_DAY.year - 10 <= value <= LAST_DAY.year + 1:
        # Of 2024.11 a spreadsheet may keep 2024.1099999999999.
        value = round(value, 6)
    text = unicodedata.normalize("NFKC", clean_text(value))
    if not text:
        return None
    _refuse_half_a_date(text)
    day, month = _DATE.fullmatch(text) or _DIGITS.fullmatch(text), _MONTH.fullmatch(text) or _SIX_DIGITS.fullmatch(text)
    try:
        if day:
            return date(*map(int, day.groups()))
        if month:
            return _in_month(*map(int, month.groups()), month_end)
        return epoch + timedelta(days=int(float(text)))
    except (ValueError, OverflowError) as error:
        raise BadCell("bad_date", value=shown(value)) from error


def _in_month(year: int, month: int, month_end: bool) -> date:
    first = date(year, month, 1)
    return next_month(first) - timedelta(days=1) if month_end else first


def _refuse_half_a_date(text: str) -> None:
    lost_zero = _LOST_ZERO.fullmatch(text)
    if lost_zero:
        raise BadCell("ambiguous_month", value=shown(text), year=lost_zero[1])
    if _YEAR.fullmatch(text):
        raise BadCell("year_only", value=shown(text))
    if _SHORT_YEAR.fullmatch(text):
        raise BadCell("short_year", value=shown(text))
