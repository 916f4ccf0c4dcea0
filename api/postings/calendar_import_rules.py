"""Reading and judging the table of a year's public holidays and makeup days. Pure: cells in, days and problems out.

The State Council publishes it for one year at a time, and it is taken or left as a whole.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from api.cells import BadCell, Problem, as_date, clean_name, clean_text, match_key, shown
from api.dates import days_between
from api.sheets import HEADING_WITHIN, SheetCells, known_headings, text_or_empty

# In the template's order.
CALENDAR_FIELDS = ("year", "day", "kind", "label", "source")
CALENDAR_REQUIRED = ("day", "kind")
NOTICE_KINDS = ("holiday", "makeup")
# The longest holiday so far had ten days, before working days made up for.
LONGEST_HOLIDAY = 15
LONGEST_LABEL, LONGEST_SOURCE = 60, 200
# Each year's notice has these, by the State Council's regulation on public holidays: without them a part is missing.
STATUTORY = ((1, 1), (5, 1), (10, 1))
_YEAR_OF_TITLE = re.compile(r"(20\d{2})\s*年(?!\s*\d)")
_YEAR = re.compile(r"(20\d{2})年?")
_REMARK = re.compile(r"\([^()]*\)|(?:星期|周)[一二三四五六日天]|\s")
_DAY = r"(?:(?P<year{0}>\d{{4}})[-/.年])?{1}(?P<month{0}>\d{{1,2}})[-/.月]{2}(?P<day{0}>\d{{1,2}})[日号]?"
_DAYS = re.compile(_DAY.format("", "", "") + r"(?:(?:至|到|~|-|–|—)+" + _DAY.format("_to", "(?:", ")?") + ")?")
_LIST = re.compile("[、,;和]")
_DAY_ALONE = re.compile(r"\d{1,2}[日号]?")
_SERIAL = re.compile(r"\d{5,8}")
# Of 10.10 a spreadsheet leaves 10.1.
_LOST_ZERO = re.compile(r"\d{1,2}\.1")


@dataclass(frozen=True)
class CalendarWords:
    """How people may write headings and kinds: match keys to the identifiers they mean."""

    headings: Mapping[str, str]
    kinds: Mapping[str, str]
    example: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoticeDay:
    """What the table says of one day, and in which row."""

    kind: str
    label: str
    row: int


@dataclass
class CalendarFile:
    """What a table says of its `year`, and what is wrong with it; `count` counts good and bad rows."""

    year: int | None = None
    days: dict[date, NoticeDay] = field(default_factory=dict)
    source: str = ""
    problems: list[Problem] = field(default_factory=list)
    count: int = 0


class _Row:
    """A row while it is judged."""

    def __init__(self, sheet: SheetCells, number: int, values: Mapping[str, object], headings: Mapping[str, str]):
        self.sheet, self.number, self.values, self._headings = sheet, number, values, headings

    def problem(self, reason: str, column: str | None, **params) -> Problem:
        return Problem(reason, row=self.number, column=self._headings.get(column), sheet=self.sheet.name, params=params)


def read_calendar(sheets: Sequence[SheetCells], words: CalendarWords, *, source: str = "") -> CalendarFile:
    """The days of all sheets that have the headings. `source`: the notice's number, where the table has no column."""
    read, sources, found = CalendarFile(), {}, False
    try:
        source = _read_text(source, LONGEST_SOURCE)
    except BadCell as bad:
        read.problems.append(Problem(bad.reason, params=bad.params))
    if source:
        sources[source] = None
    for sheet in sheets:
        first, positions = _find_headings(sheet, words)
        if not positions:
            continue
        found = True
        headings = {name: clean_text(sheet.rows[first][position]).rstrip("*＊") for name, position in positions.items()}
        missing = [name for name in CALENDAR_REQUIRED if name not in positions]
        if missing:
            read.problems.append(Problem("columns_missing", sheet=sheet.name, row=first + 1, params={
                "missing": missing, "wanted": list(CALENDAR_REQUIRED)}))
            continue
        title_year = _year_of_title(sheet, first)
        for number, cells in enumerate(sheet.rows[first + 1:], start=first + 2):
            values = {name: cells[position] if position < len(cells) else None for name, position in positions.items()}
            if not _is_empty(values, words):
                read.count += 1
                _judge(read, _Row(sheet, number, values, headings), words, title_year, sources)
    if not found:
        read.problems.append(Problem("no_calendar", params={"wanted": list(CALENDAR_REQUIRED)}))
    elif not read.count and not read.problems:
        read.problems.append(Problem("empty_file"))
    if not read.problems:
        read.problems += _problems_of_the_whole(read, sources)
        read.source = next(iter(sources), "")
    return read


def _find_headings(sheet: SheetCells, words: CalendarWords) -> tuple[int, dict[str, int]]:
    best: tuple[int, dict[str, int]] = (0, {})
    for index, cells in enumerate(() if sheet.is_hidden else sheet.rows[:HEADING_WITHIN]):
        known = known_headings(cells, words.headings)
        if len(known) >= 2 and len(known) > len(best[1]):
            best = (index, known)
    return best


def _year_of_title(sheet: SheetCells, first: int) -> int | None:
    """The one year that the titles, or else the sheet's name, speak of; a date among them (2026年11月4日) is none."""
    titles = [text_or_empty(cell) for cells in sheet.rows[:first] for cell in cells]
    for texts in (titles, [sheet.name or ""]):
        years = {int(year) for text in texts
                 for year in _YEAR_OF_TITLE.findall(unicodedata.normalize("NFKC", text))}
        if len(years) == 1:
            return years.pop()
    return None


def _is_empty(values: Mapping[str, object], words: CalendarWords) -> bool:
    texts = {name: text_or_empty(value) for name, value in values.items()}
    # A year or a source merged down over rows that hold no day is no row.
    content = {name: text for name, text in texts.items() if name not in ("year", "source")}
    return not any(content.values()) or match_key(texts.get("label", "")).startswith(words.example)


def _judge(read: CalendarFile, row: _Row, words: CalendarWords, title_year: int | None,
           sources: dict[str, int | None]) -> None:
    """Take the row's days, or note every bad cell."""
    problems: list[Problem] = []

    def take(name: str, reader: Callable, *arguments):
        try:
            return reader(row.values.get(name), *arguments)
        except BadCell as bad:
            problems.append(row.problem(bad.reason, name, **bad.params))
            return None

    year = take("year", _read_year) or title_year
    kind = take("kind", _read_kind, words)
    label = take("label", _read_text, LONGEST_LABEL)
    source = take("source", _read_text, LONGEST_SOURCE)
    ranges = take("day", _read_days, year, row.sheet.counts_from_1904)
    if source:
        sources.setdefault(source, row.number)
        if len(sources) > 1 and source != next(iter(sources)):
            problems.append(row.problem("source_differs", "source", known=shown(next(iter(sources)))))
    if read.year is None:
        read.year = year or next((first.year for first, _last in ranges or ()), None)
    days: dict[date, NoticeDay] = {}
    for first, last in ranges or ():
        problem = _range_problem(read, row, first, last, kind)
        if problem:
            problems.append(problem)
            continue
        for day in days_between(first, last):
            if day in read.days or day in days:
                problems.append(row.problem("day_twice", "day", day=day.isoformat(),
                                            first=read.days[day].row if day in read.days else row.number))
            days[day] = NoticeDay(kind or "", label or "", row.number)
    if problems:
        read.problems += problems
    else:
        read.days |= days


def _range_problem(read: CalendarFile, row: _Row, first: date, last: date, kind: str | None) -> Problem | None:
    if last < first:
        return row.problem("days_reversed", "day", first=first.isoformat(), last=last.isoformat())
    outside = next((day for day in (first, last) if day.year != read.year), None)
    if outside:
        return row.problem("other_year", "day", day=outside.isoformat(), year=read.year)
    if (last - first).days >= LONGEST_HOLIDAY:
        return row.problem("holiday_too_long", "day", n=(last - first).days + 1, most=LONGEST_HOLIDAY)
    worked = next((day for day in days_between(first, last) if day.weekday() < 5), None)
    if kind == "makeup" and worked:
        return row.problem("makeup_on_workday", "day", day=worked.isoformat())
    return None


def _problems_of_the_whole(read: CalendarFile, sources: Mapping[str, int | None]) -> Iterator[Problem]:
    if not sources:
        yield Problem("source_missing")
    missing = [date(read.year, *one) for one in STATUTORY]
    missing = [day for day in missing if day not in read.days or read.days[day].kind != "holiday"]
    if missing:
        yield Problem("notice_incomplete", params={"year": read.year,
                                                   "days": ", ".join(day.isoformat() for day in missing)})


def _read_year(value: object) -> int | None:
    text = unicodedata.normalize("NFKC", clean_name(value))
    match = _YEAR.fullmatch(text)
    if text and not match:
        raise BadCell("bad_year", value=shown(text))
    return int(match[1]) if match else None


def _read_kind(value: object, words: CalendarWords) -> str:
    if not clean_text(value):
        raise BadCell("cell_empty")
    found = words.kinds.get(match_key(value))
    if found is None:
        raise BadCell("unknown_choice", value=shown(clean_text(value)), choices=list(NOTICE_KINDS),
                      of="import.calendar_kind")
    return found


def _read_text(value: object, longest: int) -> str:
    text = clean_text(value)
    if len(text) > longest:
        raise BadCell("text_too_long", longest=longest)
    return text


def _read_days(value: object, year: int | None, counts_from_1904: bool) -> list[tuple[date, date]]:
    """The ranges of days in a cell: 10月1日至8日, 2027-02-05至2027-02-11, 2月15日(星期一), several with 、 between.

    `year` is that of days without one; without it such a day raises BadCell (calendar_year_missing).
    """
    if isinstance(value, float) and not value.is_integer():
        # A spreadsheet's 10.1 may be the first or the tenth.
        raise BadCell("bad_days", value=shown(value))
    if isinstance(value, date):
        day = as_date(value)
        return [(day, day)]
    # 10月1日, typed into a spreadsheet in another year, is a PartialDate and here its text.
    text = _REMARK.sub("", unicodedata.normalize("NFKC", clean_text(value)))
    if not text:
        raise BadCell("cell_empty")
    ranges: list[tuple[date, date]] = []
    for part in filter(None, _LIST.split(text)):
        if _SERIAL.fullmatch(part):
            day = as_date(part, counts_from_1904=counts_from_1904)
            ranges.append((day, day))
            continue
        if ranges and _DAY_ALONE.fullmatch(part):
            part = f"{ranges[-1][1].year}年{ranges[-1][1].month}月{part}"
        ranges.append(_read_range(part, value, year))
    return ranges


def _read_range(part: str, cell: object, year: int | None) -> tuple[date, date]:
    match = None if _LOST_ZERO.fullmatch(part) else _DAYS.fullmatch(part)
    if not match:
        raise BadCell("bad_days", value=shown(cell))
    found = match.groupdict()
    year = int(found["year"]) if found["year"] else year
    if year is None:
        raise BadCell("calendar_year_missing", value=shown(cell))
    try:
        first = last = date(year, int(found["month"]), int(found["day"]))
        if found["day_to"]:
            last = date(int(found["year_to"] or year), int(found["month_to"] or first.month), int(found["day_to"]))
    except ValueError as error:
        raise BadCell("bad_days", value=shown(cell)) from error
    return as_date(first), as_date(last)
