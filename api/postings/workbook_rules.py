"""Refusing an .xlsx that is none, or that would take the machine down, before a spreadsheet library opens it. Pure.

An .xlsx is a zip of XML, so a file of some kilobytes can unpack to gigabytes, name entities that multiply, or merge
billions of cells.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from posixpath import join, normpath
from typing import BinaryIO
from xml.etree import ElementTree
from xml.parsers import expat

from api.cells import BadFile

MOST_BYTES = 20 * 2**20
MOST_UNPACKED = 100 * 2**20
MOST_PARTS = 2000
MOST_ROWS = 50_000
MOST_COLUMNS = 60
MOST_ELEMENTS = 4_000_000


@dataclass(frozen=True)
class Limits:
    """How much of a workbook is read: bytes as sent, bytes unpacked, rows with content, elements of XML."""

    sent: int = MOST_BYTES
    unpacked: int = MOST_UNPACKED
    rows: int = MOST_ROWS
    elements: int = MOST_ELEMENTS


USUAL = Limits()
# A county's households: 200,000 rows of a dozen cells, and some room.
LARGE = Limits(sent=64 * 2**20, unpacked=512 * 2**20, rows=250_000, elements=16_000_000)
# Wider rows are read no further than MOST_COLUMNS, but a library builds the whole row first.
MOST_CELLS_OF_A_ROW = 2000
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MERGED = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7}):\$?([A-Z]{1,3})\$?(\d{1,7})")
_WORKBOOK = "xl/workbook.xml"
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass
class PartFacts:
    """What one part of the zip holds: its last row with content, and its merged ranges (top, left, bottom, right)."""

    last_row: int = 0
    is_hidden: bool = False
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)


def check_workbook(file: BinaryIO, limits: Limits = USUAL) -> dict[str, PartFacts]:
    """The facts of each sheet, by its name.

    Raises BadFile (empty_file, file_too_large, old_or_encrypted, not_a_workbook, broken_workbook, forbidden_xml,
    too_many_rows, too_many_cells).
    """
    file.seek(0, 2)
    if file.tell() == 0:
        raise BadFile("empty_file")
    if file.tell() > limits.sent:
        raise BadFile("file_too_large")
    file.seek(0)
    if file.read(8) == _OLD_OFFICE:
        raise BadFile("old_or_encrypted")
    try:
        with zipfile.ZipFile(file) as archive:
            parts = _check_parts(archive, limits)
            found = {}
            for name, path, is_hidden in _sheets(archive):
                if path in parts:
                    found[name] = parts[path]
                    found[name].is_hidden = is_hidden
            return found
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ElementTree.ParseError,
            KeyError, UnicodeDecodeError) as error:
        raise BadFile("not_a_workbook") from error


def _check_parts(archive: zipfile.ZipFile, limits: Limits) -> dict[str, PartFacts]:
    members = archive.infolist()
    # A member gives no more bytes than its entry announces, so the announced sum is a true limit.
    if len(members) > MOST_PARTS or sum(member.file_size for member in members) > limits.unpacked:
        raise BadFile("file_too_large")
    if len({member.filename for member in members}) < len(members):
        raise BadFile("broken_workbook")
    elements, parts = 0, {}
    for member in members:
        scan = _Scan(limits.elements - elements, limits.rows)
        with archive.open(member) as part:
            scan.read(part, is_xml=member.filename.endswith((".xml", ".rels")))
        elements += scan.elements
        parts[member.filename] = scan.facts
    return parts


def _sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str, bool]]:
    """(name, path of its part, whether it is hidden) of each sheet."""
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {one.get("Id"): one.get("Target", "") for one in relations}
    for sheet in ElementTree.fromstring(archive.read(_WORKBOOK)).iter(f"{_MAIN}sheet"):
        yield (sheet.get("name", ""), normpath(join("/xl", targets.get(sheet.get(_RELATION), ""))).lstrip("/"),
               sheet.get("state", "visible") != "visible")


class _Scan:
    """One pass of the XML parser over a part: counts, finds merged ranges, stops at a document type."""

    def __init__(self, elements_left: int, most_rows: int = MOST_ROWS):
        self.facts = PartFacts()
        self.elements = 0
        self._left, self._most_rows = elements_left, most_rows
        self._row = self._cells = 0
        self._rows_with_content = 0
        parser = self._parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartDoctypeDeclHandler = self._refuse
        parser.StartElementHandler = self._start

    def read(self, part, *, is_xml: bool) -> None:
        """Parse a part; one that is no XML at all (a picture) matters only if its name says that it should be."""
        try:
            self._parser.ParseFile(part)
        except expat.ExpatError as error:
            if is_xml:
                raise BadFile("broken_workbook") from error

    def _refuse(self, *_declaration) -> None:
        raise BadFile("forbidden_xml")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        if self.elements > self._left:
            raise BadFile("too_many_cells")
        match name.rpartition(" ")[2]:
            case "row":
                number = attributes.get("r", "")
                self._row = int(number) if number.isdecimal() and len(number) < 20 else self._row + 1
                self._cells = 0
            case "c":
                self._cells += 1
                if self._cells > MOST_CELLS_OF_A_ROW:
                    raise BadFile("too_many_cells")
            case "v" | "is" if self._row > self.facts.last_row:
                self.facts.last_row = self._row
                self._rows_with_content += 1
                if self._rows_with_content > self._most_rows or self._row > 2 * self._most_rows:
                    raise BadFile("too_many_rows", params={"most": self._most_rows})
            case "mergeCell":
                self._merge(attributes.get("ref", ""))

    def _merge(self, ref: str) -> None:
        match = _MERGED.fullmatch(ref)
        if match:
            left, top, right, bottom = match.groups()
            self.facts.merged.append((int(top), _column(left), int(bottom), _column(right)))


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def fill_merged(rows: list[list[object]], merged: list[tuple[int, int, int, int]]) -> None:
    """Give every cell of a merged range the range's value: a township merged down beside its cadres is each one's."""
    for top, left, bottom, right in merged:
        if top <= len(rows) and left <= len(rows[top - 1]):
            value = rows[top - 1][left - 1]
            for cells in rows[top - 1:bottom] if value is not None else ():
                cells[left - 1:right] = [value] * (min(right, len(cells)) - left + 1)
