"""A table as it was read, whatever file it came in, and finding the row of its headings. Pure: cells in, places out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.postings.imports_rules import BadCell, clean_text, match_key

# Headings stand below a title and perhaps a note on how to fill the sheet in.
HEADING_WITHIN = 20
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
