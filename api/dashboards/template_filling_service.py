"""Fills a county's own layout: fields are replaced by text across the runs, and the body is repeated for every day."""

import io
from collections.abc import Sequence
from copy import deepcopy
from typing import IO

import docx
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from api.dashboards.diary_rules import PrintedPage
from api.dashboards.templates_rules import FIELD, WORD, paragraphs
from api.form_words import NOTHING
from api.printed_text import printable

# These may stand once in a document only; nothing is lost when a repetition goes without.
_MARKS = ("bookmarkStart", "bookmarkEnd", "commentRangeStart", "commentRangeEnd", "commentReference")
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_DRAWING_ID = qn("wp:docPr")


def fill_template(file: IO[bytes], template: bytes, pages: Sequence[PrintedPage]) -> None:
    """Write `template`, which was checked when it came, with one page of paper and more for each day."""
    document = docx.Document(io.BytesIO(template))
    for relation in document.part.rels.values():
        if relation.reltype in (RT.HEADER, RT.FOOTER):
            _fill(relation.target_part.element, pages[0])
    body = document.element.body
    blank = [element for element in body if element.tag != f"{WORD}sectPr"]
    for page in pages[1:]:
        copy = [_repeated(element) for element in blank]
        _begin_page(copy)
        for element in copy:
            _add(body, element)
            _fill(element, page)
    for element in blank:
        _fill(element, pages[0])
    for number, drawing in enumerate(body.iter(_DRAWING_ID), start=1):
        drawing.set("id", str(number))
    document.save(file)


def _add(body, element) -> None:
    last = body[-1] if len(body) else None
    if last is not None and last.tag == f"{WORD}sectPr":
        last.addprevious(element)
    else:
        body.append(element)


def _repeated(element):
    copy = deepcopy(element)
    for mark in [one for name in _MARKS for one in copy.iter(f"{WORD}{name}")]:
        if mark is not copy:
            mark.getparent().remove(mark)
    for one in copy.iter():
        for name in ("paraId", "textId"):
            one.attrib.pop(f"{_W14}{name}", None)
    return copy


def _begin_page(elements: list) -> None:
    """Put a copy on top of a page; before a table goes a line that is too low to be seen."""
    if not elements or elements[0].tag != f"{WORD}p":
        low = OxmlElement("w:p")
        spacing = OxmlElement("w:spacing")
        for name, value in (("before", "0"), ("after", "0"), ("line", "20"), ("lineRule", "exact")):
            spacing.set(qn(f"w:{name}"), value)
        low.get_or_add_pPr().append(spacing)
        elements.insert(0, low)
    properties = elements[0].get_or_add_pPr()
    if properties.pageBreakBefore is None:
        properties._add_pageBreakBefore()
    properties.pageBreakBefore.val = True


def _fill(root, page: PrintedPage) -> None:
    values = {"name": page.name, "village": page.village or NOTHING, "day": page.day, "weekday": page.weekday,
              **page.texts}
    for texts in paragraphs(root):
        whole = "".join(text.text or "" for text in texts)
        fields = list(FIELD.finditer(whole))
        # From the end, so that what was put in moves no place that is still to come, and is not looked at again.
        for field in reversed(fields):
            _put(texts, *field.span(), printable(values[field[1].strip()]).replace("\t", " "))
        for text in texts if fields else ():
            _break_lines(text)


def _put(texts: list, start: int, end: int, value: str) -> None:
    """Replace a stretch of a paragraph: the run in which it begins gets the value and keeps its look."""
    before = 0
    for text in texts:
        held = text.text or ""
        first, last = max(start - before, 0), min(end - before, len(held))
        if first < last:
            text.text = held[:first] + value + held[last:]
            value = ""
        before += len(held)


def _break_lines(text) -> None:
    first, *further = (text.text or "").split("\n")
    text.text = first
    text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    for line in reversed(further):
        new = OxmlElement("w:t")
        new.text = line
        new.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        text.addnext(new)
        text.addnext(OxmlElement("w:br"))
