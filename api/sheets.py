"""A table as it was read, whatever file it came in, and finding the row of its headings. Pure: cells in, places out."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from api.cells import BadCell, clean_text, match_key

# Headings stand below a title and perhaps a note on how to fill the sheet in.
HEADING_WITHIN = 20
# How a line begins that stands below a table: sums, signatures, remarks.
_BELOW = re.compile(r"(?:合计|总计|小计|共计|填表人?|填报人?|制表人?|审核人?|审批人?|负责人|经办人|联系人|备注|说明|注|total|note|remarks?|"
                    r"(?:prepared|checked|approved) by)(?:$|[\s:：（(|、\d])", re.IGNORECASE)
_REMARK = re.compile(r"[(（\[【].*?[)）\]】]|[*＊:：]")


@dataclass(frozen=True)
class SheetCells:
    """A sheet as it was read: its rows, the first of which is row 1. `name` None: the file is one table without names.

    A hidden sheet is nobody's roster; it is only searched for what must not be uploaded.
    """

    name: str | None
    rows: Sequence[Sequence[object]]
    counts_from_1904: bool = False
    is_hidden: bool = False


def text_or_empty(cell: object) -> str:
    """A cell's text where a bad one may pass for an empty one."""
    try:
        return clean_text(cell)
    except BadCell:
        return ""


def heading_key(cell: object) -> str:
    """A heading as it is compared: without stars, colons and remarks in brackets."""
    return match_key(_REMARK.sub("", text_or_empty(cell)))


def known_headings(cells: Sequence[object], headings: Mapping[str, str]) -> dict[str, int]:
    """The position of each field that a row names; `headings` gives the fields by `heading_key`."""
    known: dict[str, int] = {}
    for position, cell in enumerate(cells):
        name = headings.get(heading_key(cell))
        if name:
            known.setdefault(name, position)
    return known


def stands_below(cells: Sequence[object], needed: Iterable[object]) -> bool:
    """Whether a row begins like a sum, a signature or a remark, and lacks one of the cells that its table needs."""
    texts = [text for text in map(text_or_empty, cells) if text]
    if not texts or not _BELOW.match(texts[0]):
        return False
    # Of a merged line every cell says the same.
    return len(set(texts)) == 1 or not all(map(text_or_empty, needed))
