"""Reading and judging a file of divisions (code, name, parent_code, level). Pure: bytes in, rows and problems out."""

import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import BinaryIO, NamedTuple

from api.cells import BadCell, BadFile, Problem, clean_name, shown

LEVELS = ("province", "prefecture", "county", "township", "village")
COLUMNS = ("code", "name", "parent_code", "level")
LONGEST_NAME = 100
# All of China is 36 MB; what unpacks to more is no list of divisions.
MOST_BYTES = 256 * 2**20
_RANK = {level: rank for rank, level in enumerate(LEVELS)}
_LEVEL = {level: level for level in LEVELS}
_CODE = re.compile("[0-9]{12}")


class DivisionRow(NamedTuple):
    """A good row; `parent_code` is "" for a province."""

    row: int
    code: str
    name: str
    parent_code: str
    level: str


@dataclass
class DivisionFile:
    """What a file says: its good rows by code, in its order, and what is wrong with the others.

    `refused` holds the codes of bad rows, so that their children are not called orphans.
    """

    rows: dict[str, DivisionRow] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    count: int = 0


def read_divisions(file: BinaryIO) -> DivisionFile:
    """Read a CSV, plain or gzipped, in UTF-8 (a byte order mark is fine) or GB18030, one line at a time.

    Raises BadFile when it is no such file at all.
    """
    read = DivisionFile()
    with _as_text(file) as text:
        reader = csv.reader(text, strict=True)
        try:
            positions = _positions(next(reader, []))
            for cells in reader:
                if any(cells):
                    read.count += 1
                    _take(read, reader.line_num, cells, positions)
        except csv.Error:
            # Whatever follows a stray quotation mark would be read in pieces, so the reading ends here.
            read.problems.append(Problem("malformed_csv", row=reader.line_num))
    if not read.count and not read.problems:
        raise BadFile("empty_file")
    return read


def tree_problems(file: DivisionFile, outside: Mapping[str, str]) -> Iterator[Problem]:
    """What is wrong with the rows' parents; `outside` gives the levels of divisions already known, by code.

    Every parent stands on a higher level than its child, so that no chain of parents can come back to its start.
    """
    for row in file.rows.values():
        reason = _parent_problem(row, file, outside)
        if reason:
            yield Problem(reason, row=row.row, column="parent_code",
                          params={"value": shown(row.parent_code), "level": row.level})


def unknown_parents(file: DivisionFile) -> set[str]:
    """The parents that the file names and does not list."""
    return {row.parent_code for row in file.rows.values() if row.parent_code and row.parent_code not in file.rows}


def _parent_problem(row: DivisionRow, file: DivisionFile, outside: Mapping[str, str]) -> str | None:
    if not row.parent_code:
        return None if row.level == "province" else "parent_missing"
    if row.parent_code == row.code:
        return "own_parent"
    parent = file.rows.get(row.parent_code)
    level = parent.level if parent else outside.get(row.parent_code)
    if level is None:
        return None if row.parent_code in file.refused else "parent_unknown"
    return None if _RANK[level] < _RANK[row.level] else "parent_level"


def _positions(heading: list[str]) -> tuple[int, ...]:
    names = [name.strip().lower() for name in heading]
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        raise BadFile("headings_missing", row=1, params={"missing": ", ".join(missing), "wanted": ", ".join(COLUMNS)})
    return tuple(names.index(name) for name in COLUMNS)


def _take(read: DivisionFile, line: int, cells: list[str], positions: tuple[int, ...]) -> None:
    if len(cells) <= max(positions):
        read.problems.append(Problem("cells_missing", row=line, params={"wanted": ", ".join(COLUMNS)}))
        return
    code, name, parent_code, level = (cells[position] for position in positions)
    code, parent_code, known_level = code.strip(), parent_code.strip(), _LEVEL.get(level.strip().lower())
    problems = []

    def refuse(reason: str, column: str, **params) -> None:
        problems.append(Problem(reason, row=line, column=column, params=params))

    if not _CODE.fullmatch(code):
        refuse("bad_code", "code", value=shown(code))
    elif code in read.rows:
        refuse("duplicate_code", "code", value=code, first=read.rows[code].row)
    try:
        name = clean_name(name)
        if not name:
            refuse("name_empty", "name")
        elif len(name) > LONGEST_NAME:
            refuse("name_too_long", "name", longest=LONGEST_NAME)
    except BadCell as bad:
        refuse(bad.reason, "name", **bad.params)
    if parent_code and not _CODE.fullmatch(parent_code):
        refuse("bad_code", "parent_code", value=shown(parent_code))
    if known_level is None:
        refuse("unknown_level", "level", value=shown(level), wanted=", ".join(LEVELS))
    if problems:
        read.problems += problems
        read.refused.add(code)
        return
    # One text object for a parent and all its children: a whole country then fits into a small machine.
    parent = read.rows.get(parent_code)
    read.rows[code] = DivisionRow(line, code, name, parent.code if parent else parent_code, known_level)


@contextmanager
def _as_text(file: BinaryIO) -> Iterator[io.TextIOWrapper]:
    file.seek(0)
    is_gzip = file.read(2) == b"\x1f\x8b"
    file.seek(0)
    stream = gzip.GzipFile(fileobj=file) if is_gzip else file
    try:
        encoding = next((name for name in ("utf-8-sig", "gb18030") if _decodes(stream, name)), None)
        if encoding is None:
            raise BadFile("unknown_encoding")
        stream.seek(0)
        text = io.TextIOWrapper(stream, encoding, newline="")
        yield text
        # Without this the wrapper would close the caller's file on its way out.
        text.detach()
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise BadFile("broken_gzip") from error


def _decodes(stream, encoding: str) -> bool:
    stream.seek(0)
    text, size = io.TextIOWrapper(stream, encoding, newline=""), 0
    try:
        while chunk := text.read(2**20):
            size += len(chunk)
            if size > MOST_BYTES:
                raise BadFile("file_too_large")
        return True
    except UnicodeDecodeError:
        return False
    finally:
        text.detach()
