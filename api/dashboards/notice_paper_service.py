"""The printed form of a supervision notice (督办通知单, .docx): its number, what has to be done, places for seals.

The QR code leads to the notice itself, which only those who may see it can open.
"""

import io
from typing import IO

import segno
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt

from api.contracts.notices_service import NoticeView
from api.dates import shanghai_day
from api.docx import add_line, new_document, save, set_footer
from api.docx_grid import Cell, add_grid
from api.form_words import NOTHING, FormWords

_WIDTHS_MM = (32, 138)
_QR_MM = 22
_ROWS = ("village", "title", "source", "facts", "basis", "demand", "due_on", "lead_unit", "assisting_units", "contact",
         "copies_to")


def write_notice(file: IO[bytes], view: NoticeView, *, url: str, words: FormWords) -> None:
    document = new_document(margin_mm=16)
    set_footer(document, " ".join(filter(None, (words("supervision.title"), view.label))), page=words.page())
    add_line(document, words("supervision.title"), size=22, heading=True, centred=True, after=6)
    add_line(document, view.label or words("supervision.draft"), size=14, centred=True, after=8)
    rows = [(Cell(words(f"supervision.row.{name}"), bold=True), Cell(_said(view, name, words), align="left"))
            for name in _ROWS]
    add_grid(document, rows, widths_mm=_WIDTHS_MM, size=12, least_mm=9, sides_mm=1.5, air_mm=0.8)
    issued_on = words.day(shanghai_day(view.issued_at)) if view.issued_at is not None else NOTHING
    add_line(document, words("supervision.issuer", issuer=view.issuer.name), size=12, right=True, before=10,
             together=True)
    add_line(document, words("supervision.issued_on", day=issued_on), size=12, right=True, after=8, together=True)
    add_grid(document, _receipt(view, words), widths_mm=_WIDTHS_MM, size=12, least_mm=14, sides_mm=1.5, air_mm=0.8,
             together=True)
    _add_code(document, url, words)
    save(document, file)


def _said(view: NoticeView, name: str, words: FormWords) -> str:
    if name == "village":
        return view.village.name
    if name == "source":
        return words.other(f"supervision.source.{view.source_kind}")
    if name == "due_on":
        return words.day(view.due_on)
    value = getattr(view, name)
    return (words("supervision.and").join(value) or NOTHING) if isinstance(value, list) else value


def _receipt(view: NoticeView, words: FormWords) -> list[tuple[Cell, Cell]]:
    """What the village and the inspectors write by hand, or what they have said already."""
    last = {step["step"]: step for step in view.steps}
    said = []
    for name, seal in (("served", "signature"), ("reported", "village_seal"), ("reinspected", "inspector")):
        step = last.get(name)
        lines = []
        if step is not None:
            result = {True: "passed", False: "failed"}.get(step["has_passed"])
            lines = [words(f"supervision.{result}") if result else "", step["note"] or "",
                     words("supervision.by", name=step["signer"] or step["by"]["name"], at=words.instant(step["at"]))]
        lines.append(words(f"supervision.{seal}"))
        text = "\n".join(filter(None, lines))
        said.append((Cell(words(f"supervision.row.{name}"), bold=True), Cell(text, align="left")))
    return said


def _add_code(document: Document, url: str, words: FormWords) -> None:
    picture = io.BytesIO()
    segno.make(url, error="m").save(picture, kind="png", scale=8, border=2)
    picture.seek(0)
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.keep_with_next = True
    paragraph.paragraph_format.space_before = Pt(6)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    paragraph.add_run().add_picture(picture, width=Mm(_QR_MM))
    add_line(document, words("supervision.code"), size=9, right=True)
