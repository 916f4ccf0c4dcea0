"""Every text of a .pdf, with its page: notes, form fields, links and properties too. Pure."""

import io
import logging
from collections.abc import Iterator

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from api.contracts.attachment_office_rules import BadAttachment, Office, Unit

MOST_PAGES = 200
MOST_TEXT = 4_000_000
# A page with less than this is a picture of a page.
LEAST_TEXT = 8
_TEXTS = ("/Contents", "/V", "/T", "/TU", "/RC", "/Subj", "/DV")
# A file that is a little wrong is read as well as it can be; how wrong it is interests nobody.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def read_pdf(data: bytes) -> Office:
    """All texts of a file.

    Raises BadAttachment (attachment_broken, attachment_encrypted, attachment_too_many_pages, attachment_too_large).
    """
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted:
            raise BadAttachment("attachment_encrypted")
        count = len(reader.pages)
        if count == 0:
            raise BadAttachment("attachment_broken")
        if count > MOST_PAGES:
            raise BadAttachment("attachment_too_many_pages", most=MOST_PAGES)
        office = Office(units=list(_metadata(reader)), needs_eyes=bool(reader.attachments))
        length = 0
        for number, page in enumerate(reader.pages, start=1):
            text = page.extract_text()
            length += len(text)
            if length > MOST_TEXT:
                raise BadAttachment("attachment_too_large")
            office.units.append(Unit(text, "page", None, str(number)))
            office.units += [Unit(one, "comments", None, str(number)) for one in _annotations(page)]
            office.needs_eyes |= len(text.strip()) < LEAST_TEXT or _has_picture(page)
        return office
    except BadAttachment:
        raise
    except (PyPdfError, Exception) as error:
        # Whatever goes wrong in a library for other people's files: the file cannot be read.
        raise BadAttachment("attachment_broken") from error


def _metadata(reader: PdfReader) -> Iterator[Unit]:
    for value in (reader.metadata or {}).values():
        yield Unit(str(value), "metadata")
    xmp = reader.root_object.get("/Metadata")
    if xmp is not None:
        yield Unit(xmp.get_object().get_data().decode("utf-8", "replace"), "metadata")
    for field in (reader.get_fields() or {}).values():
        for key in ("/V", "/DV", "/T", "/TU"):
            if field.get(key) is not None:
                yield Unit(str(field[key]), "comments")
    for title in _titles(reader.outline):
        yield Unit(title, "other")


def _titles(outline) -> Iterator[str]:
    for one in outline:
        if isinstance(one, list):
            yield from _titles(one)
        else:
            yield str(one.title)


def _annotations(page) -> Iterator[str]:
    for reference in page.get("/Annots") or ():
        note = reference.get_object()
        for key in _TEXTS:
            if note.get(key) is not None:
                yield str(note[key])
        action = note.get("/A")
        if action is not None and action.get_object().get("/URI") is not None:
            yield str(action.get_object()["/URI"])


def _has_picture(page) -> bool:
    resources = page.get("/Resources")
    objects = resources.get_object().get("/XObject") if resources is not None else None
    return any(one.get_object().get("/Subtype") == "/Image"
               for one in (objects.get_object().values() if objects is not None else ()))
