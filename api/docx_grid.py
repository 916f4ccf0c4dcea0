"""Ruled grids of printed forms, written as XML in one go: a township's month has 20,000 cells. Knows no form.

python-docx takes a tenth of a millisecond and more for each property of a cell; a string takes none.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape

from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from api.docx import HEADING_FONT, LATIN_FONT, TEXT_FONT
from api.printed_text import printable

_TWIPS = 56.7
# A heading row has air above and below its words.
_HEADING_MM = 5.5
_SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")


class Cell(NamedTuple):
    """A cell: `columns` that it spans, `ground` its grey as RRGGBB, `below` whether it goes on in the next row.

    `below` is "restart" for the cell that says something and "continue" for those under it.
    """

    text: str = ""
    ground: str = ""
    bold: bool = False
    align: str = "center"
    columns: int = 1
    below: str = ""
    size: float | None = None


def add_grid(document: Document, rows: Iterable[Sequence[Cell | str]], *, widths_mm: Sequence[float], size: float,
             heading_rows: int = 0, least_mm: float = 0, ruled: bool = True, together: bool = False,
             sides_mm: float = 0.3, air_mm: float = 0) -> None:
    """A table over the given widths, centred on the page; its heading rows stand again on every page.

    `least_mm` is the height that a row below the heading has at least, for writing by hand; `together` keeps the table
    on one page and with the paragraph after it; `sides_mm` is what stays free beside every text, `air_mm` above and
    below.
    """
    borders = "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>' for side in _SIDES)
    free = (("top", air_mm), ("left", sides_mm), ("bottom", air_mm), ("right", sides_mm))
    margins = "".join(f'<w:{side} w:w="{_twips(width)}" w:type="dxa"/>' for side, width in free)
    parts = [
        f"<w:tbl {nsdecls('w')}><w:tblPr><w:tblW w:w=\"{_twips(sum(widths_mm))}\" w:type=\"dxa\"/>"
        f"<w:jc w:val=\"center\"/>{f'<w:tblBorders>{borders}</w:tblBorders>' if ruled else ''}"
        f"<w:tblLayout w:type=\"fixed\"/><w:tblCellMar>{margins}</w:tblCellMar></w:tblPr><w:tblGrid>",
        *(f'<w:gridCol w:w="{_twips(width)}"/>' for width in widths_mm), "</w:tblGrid>"]
    for number, row in enumerate(rows):
        parts.append(_row(row, widths_mm, size=size, heading=number < heading_rows, together=together,
                          least_mm=_HEADING_MM if number < heading_rows else least_mm))
    parts.append("</w:tbl>")
    document.element.body.insert_element_before(parse_xml("".join(parts)), "w:sectPr")


def _row(row: Sequence[Cell | str], widths_mm: Sequence[float], *, size: float, heading: bool, together: bool,
         least_mm: float) -> str:
    height = f'<w:trHeight w:val="{_twips(least_mm)}" w:hRule="atLeast"/>' if least_mm else ""
    cells, position = [], 0
    for one in row:
        cell = Cell(one) if isinstance(one, str) else one
        width = sum(widths_mm[position:position + cell.columns])
        cells.append(_cell(cell, width, size=cell.size or size, heading=heading, together=together))
        position += cell.columns
    if position != len(widths_mm):
        raise ValueError(f"a row of {position} columns in a grid of {len(widths_mm)}")
    return (f"<w:tr><w:trPr><w:cantSplit/>{height}{'<w:tblHeader/>' if heading else ''}</w:trPr>{''.join(cells)}"
            "</w:tr>")


def _cell(cell: Cell, width: float, *, size: float, heading: bool, together: bool) -> str:
    span = f'<w:gridSpan w:val="{cell.columns}"/>' if cell.columns > 1 else ""
    merge = f'<w:vMerge w:val="{cell.below}"/>' if cell.below else ""
    ground = f'<w:shd w:val="clear" w:color="auto" w:fill="{cell.ground}"/>' if cell.ground else ""
    font = HEADING_FONT if heading or cell.bold else TEXT_FONT
    # The hint makes √ and × take the Chinese font too, in which they are as wide as a character.
    run = (f'<w:rPr><w:rFonts w:ascii="{LATIN_FONT}" w:hAnsi="{LATIN_FONT}" w:eastAsia="{font}" w:hint="eastAsia"/>'
           f'{"<w:b/>" if cell.bold else ""}<w:sz w:val="{round(size * 2)}"/><w:szCs w:val="{round(size * 2)}"/>'
           "</w:rPr>")
    lines = escape(printable(cell.text)).split("\n")
    text = "<w:br/>".join(f'<w:t xml:space="preserve">{line}</w:t>' for line in lines) if cell.text else ""
    return (f'<w:tc><w:tcPr><w:tcW w:w="{_twips(width)}" w:type="dxa"/>{span}{merge}{ground}<w:vAlign w:val="center"/>'
            f'</w:tcPr><w:p><w:pPr>{"<w:keepNext/>" if together else ""}<w:spacing w:before="0" w:after="0"/>'
            f'<w:jc w:val="{cell.align}"/></w:pPr><w:r>{run}{text}</w:r></w:p></w:tc>')


def _twips(millimetres: float) -> int:
    return round(millimetres * _TWIPS)
