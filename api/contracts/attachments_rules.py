"""What an attachment is, and whether numbers of persons stand in it. Pure: bytes in, a reading out."""

import re
from dataclasses import dataclass

from api.contracts.attachment_office_rules import BadAttachment, Office, Unit, kind_of, read_office
from api.contracts.attachment_pdf_rules import read_pdf
from api.contracts.private_numbers_rules import find, mask

MOST_BYTES = 5 * 2**20
MOST_FILES = 10
MOST_FOUND = 50
CLEAN, FOUND, UNREADABLE = "clean", "found", "unreadable"
MIMETYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LONGEST_NAME = 100
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069<>:\"/\\|?*]")


@dataclass(frozen=True)
class Reading:
    """What reading a file brought: clean, found, or unreadable (pictures, which a person has to look through).

    `found`: [{"kind", "masked", "part", "name", "at"}], never the numbers themselves.
    """

    kind: str
    verdict: str
    found: list[dict]


def read_attachment(data: bytes, name: str) -> Reading:
    """Read a file for numbers of persons.

    Raises BadAttachment (attachment_empty, attachment_too_large, attachment_old, attachment_kind, attachment_renamed,
    attachment_broken, attachment_forbidden_xml, attachment_macros, attachment_encrypted, attachment_too_many_pages).
    """
    kind = _kind(data)
    if not name.lower().endswith(f".{kind}"):
        raise BadAttachment("attachment_renamed", kind=f".{kind}")
    office = read_pdf(data) if kind == "pdf" else read_office(data)
    found = found_in([Unit(name, "file_name"), *office.units])
    return Reading(kind, _verdict(office, found), found)


def _kind(data: bytes) -> str:
    if not data:
        raise BadAttachment("attachment_empty")
    if len(data) > MOST_BYTES:
        raise BadAttachment("attachment_too_large")
    if data.startswith(_OLD_OFFICE):
        raise BadAttachment("attachment_old")
    if data.startswith(b"%PDF-"):
        return "pdf"
    kind = kind_of(data) if data.startswith(b"PK") else None
    if kind is None:
        raise BadAttachment("attachment_kind")
    return kind


def _verdict(office: Office, found: list[dict]) -> str:
    return FOUND if found else UNREADABLE if office.needs_eyes else CLEAN


def found_in(units: list[Unit]) -> list[dict]:
    """What is found in texts, with their places, as it is stored; the first fifty."""
    found: dict[tuple, dict] = {}
    for unit in units:
        for one in find(unit.text):
            name = mask(unit.name)[:60] if unit.name else None
            place = {"kind": one.kind, "masked": one.masked, "part": unit.part, "name": name, "at": unit.at}
            found.setdefault(tuple(place.values()), place)
            if len(found) >= MOST_FOUND:
                return list(found.values())
    return list(found.values())


def safe_name(name: str) -> str:
    """A file's name without folders and signs that mean something to a system or hide its ending."""
    plain = _UNSAFE.sub("", name.replace("\\", "/").rpartition("/")[2]).strip()
    stem, dot, ending = plain.rpartition(".")
    return f"{stem[:_LONGEST_NAME].strip(' .') or 'file'}.{ending[:10]}" if dot else ""
