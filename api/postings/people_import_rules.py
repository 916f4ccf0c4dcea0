"""Reading and judging the sheets of a roster file: headings, people, postings, roles. Pure: cells in, rows out."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from api.cells import BadCell, Problem, as_date, clean_name, clean_text, match_key, shown
from api.id_numbers import id_number_problems
from api.sheets import HEADING_WITHIN, SheetCells, known_headings, stands_below, text_or_empty

CADRES, STAFF = "cadres", "staff"
# Fields of each kind of sheet, in the template's order, and those that a sheet cannot do without.
FIELDS = {
    CADRES: ("township", "village", "further_villages", "name", "username", "sending_unit", "rank", "cadre_role",
             "from_on", "to_on"),
    STAFF: ("name", "username", "role", "division"),
}
REQUIRED = {
    CADRES: ("village", "name", "sending_unit", "rank", "cadre_role", "from_on"),
    STAFF: ("name", "role", "division"),
}
STAFF_ROLES = ("village", "supervisor", "discipline", "admin", "auditor")
LONGEST_NAME, LONGEST_UNIT = 64, 100
_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")
_LIST = re.compile(r"[,，、;；/\n]+")
_OPEN_END = ("至今", "长期", "-", "—", "/")


@dataclass(frozen=True)
class Words:
    """How people may write headings, sheet names and choices: match keys of the words to the identifiers they mean."""

    headings: Mapping[str, str]
    sheets: Mapping[str, str]
    choices: Mapping[str, Mapping[str, str]]
    example: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A good row of either kind; `at` says where it stands. Text fields are cleaned, choices are identifiers.

    `username` is "" when the sheet leaves it to us; `further_villages` None when the sheet has no such column.
    """

    sheet: str | None
    row: int
    headings: Mapping[str, str]
    name: str
    username: str
    township: str = ""
    village: str = ""
    further_villages: tuple[str, ...] | None = None
    sending_unit: str = ""
    rank: str = ""
    cadre_role: str = ""
    from_on: date | None = None
    to_on: date | None = None
    role: str = ""
    division: str = ""

    def problem(self, reason: str, column: str | None = None, **params) -> Problem:
        """A problem of this row, its column given as a field's name."""
        return Problem(reason, row=self.row, column=self.headings.get(column), sheet=self.sheet, params=params)


@dataclass
class PeopleFile:
    """What a roster file says, and what is wrong with it; `count` counts good and bad rows.

    `passed_over` are the rows that are no people: sums, signatures and remarks below a table.
    """

    cadres: list[PersonRow] = field(default_factory=list)
    staff: list[PersonRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    count: int = 0
    passed_over: list[int] = field(default_factory=list)


def read_people(sheets: Sequence[SheetCells], words: Words) -> PeopleFile:
    """All people of all sheets that have the headings; other sheets (notes, lists) are passed over.

    A file with a column of ID-card numbers is refused for that alone: other problems might quote one of them.
    """
    read, found = PeopleFile(), False
    places = [(sheet, *_find_headings(sheet, words)) for sheet in sheets]
    for sheet, kind, first, positions in places:
        read.problems += id_number_problems(sheet, heading_at=None if kind is None else first, known=positions)
    if read.problems:
        return read
    for sheet, kind, first, positions in places:
        if kind is None:
            continue
        found = True
        headings = {name: clean_text(sheet.rows[first][position]).rstrip("*＊")
                    for name, position in positions.items()}
        missing = [name for name in REQUIRED[kind] if name not in positions]
        if missing:
            read.problems.append(Problem("columns_missing", sheet=sheet.name, row=first + 1,
                                         params={"missing": missing, "wanted": list(REQUIRED[kind])}))
            continue
        for row, cells in enumerate(sheet.rows[first + 1:], start=first + 2):
            values = {name: cells[position] if position < len(cells) else None
                      for name, position in positions.items()}
            if _is_empty(values, words):
                continue
            if stands_below(cells, (values[name] for name in REQUIRED[kind])):
                read.passed_over.append(row)
                continue
            read.count += 1
            judged = _judge(kind, values, sheet, row, headings, words, read.problems)
            if judged is not None:
                (read.cadres if kind == CADRES else read.staff).append(judged)
    if not found:
        read.problems.append(Problem("no_sheet", params={"wanted": list(REQUIRED[CADRES])}))
    elif not read.count and not read.problems:
        read.problems.append(Problem("empty_file"))
    return read


def _find_headings(sheet: SheetCells, words: Words) -> tuple[str | None, int, dict[str, int]]:
    """(kind, index of the heading row, column of each field); the row that has the most headings wins."""
    best: tuple[str | None, int, dict[str, int]] = (None, 0, {})
    if sheet.is_hidden:
        return best
    for index, cells in enumerate(sheet.rows[:HEADING_WITHIN]):
        known = known_headings(cells, words.headings)
        for kind, names in FIELDS.items():
            mine = {name: position for name, position in known.items() if name in names}
            # Two headings of a kind could be chance in somebody's note; three are a table, and so is a sheet so named.
            least = 2 if words.sheets.get(match_key(sheet.name)) == kind else 3
            if len(mine) >= least and len(mine) > len(best[2]):
                best = (kind, index, mine)
    return best


def _is_empty(values: Mapping[str, object], words: Words) -> bool:
    texts = {name: text_or_empty(value) for name, value in values.items()}
    return not any(texts.values()) or match_key(texts.get("name")).startswith(words.example)


def _judge(kind: str, values: Mapping[str, object], sheet: SheetCells, row: int, headings: Mapping[str, str],
           words: Words, problems: list[Problem]) -> PersonRow | None:
    """The row's values, or None after noting every bad cell."""
    taken, before = {}, len(problems)
    for name, value in values.items():
        try:
            if name in REQUIRED[kind] and not clean_text(value):
                raise BadCell("cell_empty")
            taken[name] = _READERS[name](value, name, words, sheet.counts_from_1904)
        except BadCell as bad:
            problems.append(Problem(bad.reason, row=row, column=headings[name], sheet=sheet.name, params=bad.params))
    if kind == CADRES and len(problems) == before and taken.get("to_on") and taken["to_on"] < taken["from_on"]:
        problems.append(Problem("period_reversed", row=row, column=headings["to_on"], sheet=sheet.name,
                                params={"from_on": taken["from_on"].isoformat()}))
    if len(problems) > before:
        return None
    return PersonRow(sheet=sheet.name, row=row, headings=headings, **{"username": "", **taken})


def _read_name(value: object, *_context) -> str:
    return _no_longer_than(clean_name(value), LONGEST_NAME)


def _read_unit(value: object, *_context) -> str:
    return _no_longer_than(clean_name(value), LONGEST_UNIT)


def _no_longer_than(text: str, longest: int) -> str:
    if len(text) > longest:
        raise BadCell("text_too_long", longest=longest)
    return text


def _read_username(value: object, *_context) -> str:
    text = match_key(value)
    if text and not _USERNAME.fullmatch(text):
        raise BadCell("bad_username", value=shown(clean_text(value)))
    return text


def _read_list(value: object, *_context) -> tuple[str, ...]:
    parts = [clean_name(part) for part in _LIST.split("" if value is None else str(value))]
    return tuple(dict.fromkeys(part for part in parts if part))


def _read_place(value: object, *_context) -> str:
    return clean_name(value)


def _read_choice(value: object, name: str, words: Words, _counts_from_1904: bool) -> str:
    choices = words.choices[name]
    found = choices.get(match_key(value))
    if found is None:
        raise BadCell("unknown_choice", value=shown(clean_text(value)), choices=list(dict.fromkeys(choices.values())),
                      of=name)
    return found


def _read_day(value: object, _name: str, _words: Words, counts_from_1904: bool) -> date | None:
    return as_date(value, counts_from_1904=counts_from_1904)


def _read_end(value: object, _name: str, _words: Words, counts_from_1904: bool) -> date | None:
    if clean_text(value) in _OPEN_END:
        return None
    return as_date(value, counts_from_1904=counts_from_1904, month_end=True)


_READERS: dict[str, Callable] = {
    "township": _read_place, "village": _read_place, "further_villages": _read_list, "division": _read_place,
    "name": _read_name, "username": _read_username, "sending_unit": _read_unit, "rank": _read_choice,
    "cadre_role": _read_choice, "role": _read_choice, "from_on": _read_day, "to_on": _read_end,
}


def clashes(rows: Sequence[PersonRow]) -> Iterator[Problem]:
    """Cadre rows that may mean one person or two: same name and unit, and not each with an own login name."""
    seen: dict[tuple[str, str], list[PersonRow]] = {}
    for row in rows:
        seen.setdefault((match_key(row.name), match_key(row.sending_unit)), []).append(row)
    for group in seen.values():
        for row in group[1:] if any(not row.username for row in group) else ():
            yield row.problem("person_twice", "username", name=row.name, first=group[0].row)
