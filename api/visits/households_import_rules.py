"""Reading and judging the sheets of a household register: headings, cells, rows. Pure: cells in, rows out.

An empty cell says nothing; 「无」 says that there is none. A masked number, such as an exported register shows, says
nothing either.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from api.cells import BadCell, Problem, as_date, clean_name, clean_text, match_key, shown
from api.id_numbers import id_number_problems
from api.sheets import HEADING_WITHIN, SheetCells, known_headings, stands_below, text_or_empty
from api.visits.households_rules import normal_phone

# In the template's order.
FIELDS = ("township", "village", "number", "villagers_group", "householder", "members", "labels", "phone", "alive_from",
          "away_from", "away_to", "alive_to", "ended_as")
REQUIRED = ("village", "number", "villagers_group", "householder")
DATES = ("alive_from", "away_from", "away_to", "alive_to")
_LONGEST = {"number": 20, "villagers_group": 60, "householder": 64}
_MOST_MEMBERS = 100
_NONE = {"无", "none", "没有"}
_LIST = re.compile(r"[,，、;；/|\n]+")
_MASKED = re.compile(r"[*＊]")
_MEMBERS = re.compile(r"([0-9]{1,3})\s*(?:人|口|口人)?")


@dataclass(frozen=True)
class Words:
    """How people may write headings and reasons of an end: match keys of the words to the identifiers they mean."""

    headings: Mapping[str, str]
    ends: Mapping[str, str]
    example: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HouseholdRow:
    """A good row; `sheet` and `row` say where it stands. None: the file does not say; phone "": there is none."""

    sheet: str | None
    row: int
    village: str
    number: str
    villagers_group: str
    householder: str
    township: str = ""
    members: int | None = None
    labels: tuple[str, ...] | None = None
    phone: str | None = None
    alive_from: date | None = None
    away_from: date | None = None
    away_to: date | None = None
    alive_to: date | None = None
    ended_as: str | None = None


@dataclass
class HouseholdFile:
    """What a file says, and what is wrong with it; `count` counts good and bad rows.

    `headings` gives a sheet's own words for the fields. `passed_over` are rows of sums, signatures and remarks.
    """

    rows: list[HouseholdRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    headings: dict[str | None, dict[str, str]] = field(default_factory=dict)
    count: int = 0
    passed_over: list[int] = field(default_factory=list)

    def problem(self, row: HouseholdRow, reason: str, column: str, **params) -> Problem:
        """A problem of a row, its column given as a field's name."""
        return Problem(reason, row=row.row, column=self.headings[row.sheet].get(column), sheet=row.sheet, params=params)


def read_households(sheets: Sequence[SheetCells], words: Words) -> HouseholdFile:
    """All households of all sheets that have the headings; a village a sheet, or one for all.

    A file with a column of ID-card numbers is refused for that alone: other problems might quote one of them.
    """
    read = HouseholdFile()
    places = [(sheet, *_find_headings(sheet, words)) for sheet in sheets]
    for sheet, first, positions in places:
        read.problems += id_number_problems(sheet, heading_at=first if positions else None, known=positions)
    if read.problems:
        return read
    for sheet, first, positions in places:
        if positions:
            _read_sheet(read, sheet, first, positions, words)
    if not any(positions for _sheet, _first, positions in places):
        read.problems.append(Problem("no_households", params={"wanted": list(REQUIRED),
                                                              "of": "import.household_heading"}))
    elif not read.count and not read.problems:
        read.problems.append(Problem("empty_file"))
    return read


def _find_headings(sheet: SheetCells, words: Words) -> tuple[int, dict[str, int]]:
    """(index of the heading row, column of each field); the row that has the most headings wins, three at least."""
    best: tuple[int, dict[str, int]] = (0, {})
    for index, cells in enumerate(() if sheet.is_hidden else sheet.rows[:HEADING_WITHIN]):
        known = known_headings(cells, words.headings)
        if len(known) >= 3 and len(known) > len(best[1]):
            best = (index, known)
    return best


def _read_sheet(read: HouseholdFile, sheet: SheetCells, first: int, positions: dict[str, int], words: Words) -> None:
    headings = read.headings[sheet.name] = {
        name: clean_text(sheet.rows[first][position]).rstrip("*＊") for name, position in positions.items()}
    missing = [name for name in REQUIRED if name not in positions]
    if missing:
        read.problems.append(Problem("columns_missing", sheet=sheet.name, row=first + 1,
                                     params={"missing": missing, "wanted": list(REQUIRED),
                                             "of": "import.household_heading"}))
        return
    for row, cells in enumerate(sheet.rows[first + 1:], start=first + 2):
        values = {name: cells[position] if position < len(cells) else None for name, position in positions.items()}
        if not any(map(text_or_empty, values.values())):
            continue
        if match_key(text_or_empty(values["householder"])).startswith(words.example):
            continue
        if stands_below(cells, (values[name] for name in REQUIRED)):
            read.passed_over.append(row)
            continue
        read.count += 1
        judged = _judge(values, sheet, row, headings, words, read.problems)
        if judged is not None:
            read.rows.append(judged)


def _judge(values: Mapping[str, object], sheet: SheetCells, row: int, headings: Mapping[str, str], words: Words,
           problems: list[Problem]) -> HouseholdRow | None:
    """The row's values, or None after noting every bad cell."""
    taken, before = {}, len(problems)
    for name, value in values.items():
        try:
            if name in REQUIRED and not clean_text(value):
                raise BadCell("cell_empty")
            taken[name] = _READERS[name](value, name, words, sheet.counts_from_1904)
        except BadCell as bad:
            problems.append(Problem(bad.reason, row=row, column=headings[name], sheet=sheet.name, params=bad.params))
    for reason, name, params in _clashes(taken) if len(problems) == before else ():
        problems.append(Problem(reason, row=row, column=headings.get(name), sheet=sheet.name, params=params))
    return None if len(problems) > before else HouseholdRow(sheet=sheet.name, row=row, **taken)


def _clashes(taken: Mapping[str, object]) -> Iterator[tuple[str, str, dict]]:
    """(reason, column, parameters) where cells of a row contradict each other."""
    for first, last in (("alive_from", "alive_to"), ("away_from", "away_to")):
        if taken.get(first) and taken.get(last) and taken[last] < taken[first]:
            yield "period_reversed", last, {"from_on": taken[first].isoformat()}
    if taken.get("away_to") and not taken.get("away_from"):
        yield "away_from_missing", "away_to", {}
    if bool(taken.get("alive_to")) != bool(taken.get("ended_as")):
        yield "end_incomplete", "ended_as" if taken.get("alive_to") else "alive_to", {}


def _read_text(value: object, name: str, *_context) -> str:
    text = clean_name(value)
    if len(text) > _LONGEST.get(name, 100):
        raise BadCell("text_too_long", longest=_LONGEST.get(name, 100))
    return text


def _read_members(value: object, *_context) -> int | None:
    text = clean_text(value)
    if not text:
        return None
    found = _MEMBERS.fullmatch(match_key(value))
    if found is None or int(found[1]) > _MOST_MEMBERS:
        raise BadCell("bad_members", value=shown(text), most=_MOST_MEMBERS)
    return int(found[1])


def _read_labels(value: object, *_context) -> tuple[str, ...] | None:
    text = "" if value is None else str(value)
    if not text.strip():
        return None
    parts = [clean_name(part) for part in _LIST.split(text)]
    return tuple(dict.fromkeys(part for part in parts if part and match_key(part) not in _NONE))


def _read_phone(value: object, *_context) -> str | None:
    text = clean_text(value)
    if not text or _MASKED.search(text):
        return None
    if match_key(text) in _NONE:
        return ""
    number = normal_phone(text)
    if number is None:
        raise BadCell("bad_phone", value=shown(text))
    return number


def _read_first(value: object, _name: str, _words: Words, counts_from_1904: bool) -> date | None:
    return None if match_key(value) in _NONE else as_date(value, counts_from_1904=counts_from_1904)


def _read_last(value: object, _name: str, _words: Words, counts_from_1904: bool) -> date | None:
    if match_key(value) in _NONE or clean_text(value) in ("至今", "长期", "-", "—", "/"):
        return None
    return as_date(value, counts_from_1904=counts_from_1904, month_end=True)


def _read_end(value: object, _name: str, words: Words, _counts_from_1904: bool) -> str | None:
    key = match_key(value)
    if not key or key in _NONE:
        return None
    if key not in words.ends:
        raise BadCell("unknown_choice", value=shown(clean_text(value)),
                      choices=list(dict.fromkeys(words.ends.values())), of="import.household_end")
    return words.ends[key]


_READERS: dict[str, Callable] = {
    "township": _read_text, "village": _read_text, "number": _read_text, "villagers_group": _read_text,
    "householder": _read_text, "members": _read_members, "labels": _read_labels, "phone": _read_phone,
    "alive_from": _read_first, "away_from": _read_first, "away_to": _read_last, "alive_to": _read_last,
    "ended_as": _read_end,
}
