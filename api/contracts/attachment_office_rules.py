"""Every text of an .xlsx or .docx, with its place: hidden ones, headers, comments, boxes and properties too. Pure.

Such a file is a zip of XML. All of its parts are read, rather than those that a library knows of: what nobody sees when
the file is opened is what gets published by mistake.
"""

import io
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from posixpath import basename, join, normpath
from xml.etree import ElementTree
from xml.parsers import expat

MOST_PARTS = 2000
MOST_UNPACKED = 60 * 2**20
MOST_ELEMENTS = 1_500_000
_XML = (".xml", ".rels", ".vml")
# What holds no text that a reader could see: settings of printers, fonts.
_SILENT = (".odttf", ".ttf", ".fntdata", "printersettings")
_OFFICE = (".xlsx", ".docx")
_BLOCKS = {"p", "si", "text", "c"}
# Between runs of one paragraph there is nothing, so that a number in two fonts is still one number.
_BETWEEN = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_TEXTS_OF_ATTRIBUTES = {"descr", "title", "alt", "author", "initials", "name", "string", "tooltip", "display", "Target",
                        "val", "instr", "location", "userId"}
_SHORTEST = 11
_PARTS_OF_WORD = {"document": "body", "header": "header", "footer": "header", "comments": "comments",
                  "footnotes": "notes", "endnotes": "notes", "glossary": "other"}


class BadAttachment(Exception):
    """A file that is not taken: the reason is worded as `error.<reason>`, with its parameters."""

    def __init__(self, reason: str, **params: object):
        super().__init__(reason)
        self.reason, self.params = reason, params


@dataclass(frozen=True)
class Unit:
    """A text of a file and where it stands: the kind of part, its name (a sheet's), its cell or paragraph."""

    text: str
    part: str
    name: str | None = None
    at: str | None = None


@dataclass
class Office:
    """What a file holds: its texts, and whether there is something in it that only eyes can read."""

    units: list[Unit] = field(default_factory=list)
    needs_eyes: bool = False


def kind_of(data: bytes) -> str | None:
    """xlsx or docx by what is in the zip, None where it is neither; BadAttachment where it is no whole zip."""
    with _opened(data) as archive:
        names = set(archive.namelist())
    return "xlsx" if "xl/workbook.xml" in names else "docx" if "word/document.xml" in names else None


def read_office(data: bytes, *, depth: int = 0) -> Office:
    """All texts of a file.

    Raises BadAttachment (attachment_too_large, attachment_broken, attachment_forbidden_xml, attachment_macros,
    attachment_encrypted).
    """
    office = Office()
    with _opened(data) as archive:
        names = archive.namelist()
        if len(set(names)) < len(names):
            raise BadAttachment("attachment_broken")
        sheets = _sheet_names(archive, names)
        left = MOST_ELEMENTS
        # Shared strings come first: the cells of the sheets name them by number.
        shared: dict[int, str] = {}
        for name in sorted(names, key=lambda name: name != "xl/sharedStrings.xml"):
            if name.endswith("/"):
                continue
            if not name.lower().endswith(_XML):
                _read_other(office, archive, name, depth=depth)
                continue
            scan = _Scan(office.units, *_place(name, sheets), shared=shared, elements_left=left,
                         is_shared=name == "xl/sharedStrings.xml")
            scan.read(_content(archive, name))
            left -= scan.elements
    return office


def _opened(data: bytes) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise BadAttachment("attachment_broken") from error
    members = archive.infolist()
    # A member gives no more bytes than its entry announces, so the announced sum is a true limit.
    if len(members) > MOST_PARTS or sum(member.file_size for member in members) > MOST_UNPACKED:
        raise BadAttachment("attachment_too_large")
    if any(member.flag_bits & 1 for member in members):
        raise BadAttachment("attachment_encrypted")
    return archive


def _content(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        return archive.read(name)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, KeyError, OSError) as error:
        raise BadAttachment("attachment_broken") from error


def _read_other(office: Office, archive: zipfile.ZipFile, name: str, *, depth: int) -> None:
    """A part that is no XML: a file within the file is read too; a picture or an unknown thing needs eyes."""
    lower = name.lower()
    if lower.endswith("vbaproject.bin"):
        raise BadAttachment("attachment_macros")
    if lower.endswith(_OFFICE) and depth == 0:
        inner = read_office(_content(archive, name), depth=1)
        office.units += [Unit(one.text, "embedded", basename(name), one.at) for one in inner.units]
        office.needs_eyes |= inner.needs_eyes
    elif not any(silent in lower for silent in _SILENT):
        office.needs_eyes = True


def _sheet_names(archive: zipfile.ZipFile, names: list[str]) -> dict[str, str]:
    """The name of each sheet by its part."""
    if "xl/workbook.xml" not in names or "xl/_rels/workbook.xml.rels" not in names:
        return {}
    try:
        relations = ElementTree.fromstring(_plain_xml(_content(archive, "xl/_rels/workbook.xml.rels")))
        targets = {one.get("Id"): one.get("Target", "") for one in relations}
        found = {}
        for element in ElementTree.fromstring(_plain_xml(_content(archive, "xl/workbook.xml"))).iter():
            if _local(element.tag) == "sheet":
                target = next((targets.get(value, "") for key, value in element.attrib.items()
                               if _local(key) == "id"), "")
                found[normpath(join("/xl", target)).lstrip("/")] = element.get("name", "")
        return found
    except (ElementTree.ParseError, ValueError) as error:
        raise BadAttachment("attachment_broken") from error


def _plain_xml(content: bytes) -> bytes:
    # In two bytes a character it could hide what is looked for.
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content or b"\0" in content:
        raise BadAttachment("attachment_forbidden_xml")
    return content


def _place(name: str, sheets: Mapping[str, str]) -> tuple[str, str | None]:
    """The kind and name of a part, by its path in the zip."""
    if name in sheets:
        return "sheet", sheets[name]
    stem = basename(name).split(".")[0].rstrip("0123456789")
    if name.startswith(("docProps/", "customXml/")):
        return "metadata", None
    if name.startswith("word/"):
        return _PARTS_OF_WORD.get(stem, "comments" if stem.startswith("comments") else "other"), None
    return ("comments" if "comment" in stem.lower() else "other"), None


def _local(tag: str) -> str:
    return tag.rpartition("}")[2].rpartition(" ")[2]


class _Scan:
    """One pass over a part of XML, which puts its texts into `units`."""

    def __init__(self, units: list[Unit], part: str, name: str | None, *, shared: dict[int, str], elements_left: int,
                 is_shared: bool):
        self._units, self._part, self._name = units, part, name
        self._shared, self._is_shared = shared, is_shared
        self._left, self.elements, self._count = elements_left, 0, 0
        self._blocks: list[list[str]] = []
        self._loose: list[str] = []
        self._cell: tuple[str | None, str | None] = (None, None)
        self._digits: list[str] = []
        parser = self._parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartDoctypeDeclHandler = self._refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data
        parser.buffer_text = True

    def read(self, content: bytes) -> None:
        try:
            self._parser.Parse(content, True)
        except (expat.ExpatError, ValueError) as error:
            raise BadAttachment("attachment_broken") from error
        self._end_of_digits()

    def _refuse(self, *_declaration) -> None:
        raise BadAttachment("attachment_forbidden_xml")

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.elements += 1
        if self.elements > self._left:
            raise BadAttachment("attachment_too_large")
        name = _local(tag)
        for key, value in attributes.items():
            if len(value) >= _SHORTEST and _local(key) in _TEXTS_OF_ATTRIBUTES:
                self._units.append(Unit(value, self._part, self._name, attributes.get("r")))
        if name in _BLOCKS:
            self._blocks.append([])
        if name == "c":
            self._cell = attributes.get("r"), attributes.get("t")
        if self._blocks and name in _BETWEEN:
            self._blocks[-1].append(_BETWEEN[name])

    def _data(self, text: str) -> None:
        if not self._blocks:
            self._loose.append(text)
        elif text.strip():
            self._blocks[-1].append(text)
        elif self._blocks[-1]:
            self._blocks[-1].append(" ")

    def _end(self, tag: str) -> None:
        name = _local(tag)
        if name in _BLOCKS and self._blocks:
            self._close(name, "".join(self._blocks.pop()))
        elif name == "f" and self._blocks:
            # A formula is no part of the value after it.
            self._units.append(Unit("".join(self._blocks[-1]), self._part, self._name, self._cell[0]))
            self._blocks[-1].clear()
        elif not self._blocks:
            text, self._loose = "".join(self._loose), []
            if text.strip():
                self._units.append(Unit(text, self._part, self._name))

    def _close(self, name: str, text: str) -> None:
        self._count += 1
        at = str(self._count)
        if name == "si":
            self._shared[len(self._shared)] = text
        elif name == "c":
            at, kind = self._cell
            text = self._value(text.strip(), kind)
        if len(text.strip()) == 1:
            self._digits.append(text.strip())
            return
        if text.strip():
            self._end_of_digits(at)
            self._units.append(Unit(text, self._part, self._name, at))

    def _value(self, text: str, kind: str | None) -> str:
        """What a cell of a sheet shows: a shared string by its number, a whole number without a power of ten."""
        if kind == "s":
            return self._shared.get(int(text), "") if text.isdecimal() and len(text) < 10 else ""
        if kind in (None, "n"):
            try:
                number = Decimal(text)
            except InvalidOperation:
                return text
            if number.is_finite() and number == number.to_integral_value() and 0 <= number.adjusted() < 25:
                return f"{number:.0f}"
        return text

    def _end_of_digits(self, at: str | None = None) -> None:
        """A form with a box for each digit has one in each cell: together they are one number."""
        if len(self._digits) >= _SHORTEST:
            self._units.append(Unit("".join(self._digits), self._part, self._name, at or str(self._count)))
        self._digits = []
