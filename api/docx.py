"""Printed forms as .docx in the usual official layout: A4, 仿宋 for the text, 黑体 for headings. Knows no form.

Text goes into runs as it is: nothing that a person typed can become a field or a formula.
"""

from typing import IO

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from api.printed_text import printable

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TEXT_FONT, HEADING_FONT, LATIN_FONT = "仿宋", "黑体", "Times New Roman"
_A4 = (Mm(210), Mm(297))


def new_document(*, landscape: bool = False, margin_mm: float = 20) -> Document:
    """An empty A4 document; sizes in points and millimetres as people set them in Word."""
    document = docx.Document()
    section = document.sections[0]
    width, height = reversed(_A4) if landscape else _A4
    section.page_width, section.page_height = width, height
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(margin_mm)
    style = document.styles["Normal"]
    _use_font(style.font, TEXT_FONT)
    style.font.size = Pt(12)
    style.paragraph_format.space_after = Pt(4)
    # Without it a machine of another country draws Chinese in the shapes of its own neighbour's script.
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-US")
    language.set(qn("w:eastAsia"), "zh-CN")
    style.element.get_or_add_rPr().append(language)
    # The library's own template says who wrote it and in 2013.
    document.core_properties.author = document.core_properties.comments = ""
    return document


def begin_section(document: Document) -> None:
    """Go on upon a new page, whose footer is its own and whose pages are counted from 1."""
    document.add_section(WD_SECTION.NEW_PAGE)


def set_footer(document: Document, text: str, *, page: tuple[str, str], size: float = 8) -> None:
    """The footer of the section that was begun last: a text and the page's number between two words.

    The number is a field of ours; the text is only text.
    """
    section = document.sections[-1]
    section.footer.is_linked_to_previous = False
    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _add_run(paragraph, f"{text}    {page[0]}", size=size)
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), " PAGE ")
    paragraph._p.append(field)
    field.append(_add_run(paragraph, "1", size=size)._r)
    _add_run(paragraph, page[1], size=size)
    section.footer_distance = Mm(6)
    numbers = section._sectPr.find(qn("w:pgNumType"))
    if numbers is None:
        numbers = OxmlElement("w:pgNumType")
        section._sectPr.find(qn("w:pgMar")).addnext(numbers)
    numbers.set(qn("w:start"), "1")


def _use_font(font, name: str) -> None:
    font.name = LATIN_FONT
    font.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


def add_line(document: Document, text: str, *, size: float = 12, bold: bool = False, centred: bool = False,
             right: bool = False, heading: bool = False, before: float | None = None, after: float | None = None,
             indented: bool = False, together: bool = False, left_mm: float = 0, new_page: bool = False) -> None:
    """A paragraph; `heading` sets it in 黑体, `indented` its first line by two characters.

    `before` and `after` are the space above and below in points, `together` keeps it on the page of what follows,
    `left_mm` moves it in, `new_page` puts it on top of one.
    """
    paragraph = document.add_paragraph()
    _add_run(paragraph, text, size=size, bold=bold, heading=heading)
    if centred or right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.RIGHT
    layout = paragraph.paragraph_format
    if before is not None:
        layout.space_before = Pt(before)
    if after is not None:
        layout.space_after = Pt(after)
    if indented:
        layout.first_line_indent = Pt(2 * size)
    if new_page:
        layout.page_break_before = True
    if left_mm:
        layout.left_indent = Mm(left_mm)
    if together:
        layout.keep_with_next = True


def _add_run(paragraph: Paragraph, text: str, *, size: float, bold: bool = False, heading: bool = False):
    run = paragraph.add_run(printable(text))
    run.font.size, run.bold = Pt(size), bold
    _use_font(run.font, HEADING_FONT if heading else TEXT_FONT)
    return run


def save(document: Document, file: IO[bytes]) -> None:
    document.save(file)
