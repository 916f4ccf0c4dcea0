"""Reading a table out of text: .csv and the tab-separated files that go by that name. Pure: bytes in, rows out."""

import codecs
import csv
import io
from collections.abc import Iterator

from api.cells import BadFile
from api.postings.workbook_rules import MOST_BYTES, MOST_CELLS_OF_A_ROW, MOST_COLUMNS, MOST_ROWS

_DELIMITERS = (",", "\t", ";")
_SNIFFED_LINES = 50
# Pictures, documents and archives whose name was changed: what they are helps more than a word on their encoding.
_OTHER_FILES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"%PDF", b"{\\rtf", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_delimited(data: bytes) -> list[list[str]]:
    """The rows of a table, blank ones included, so that they count as a spreadsheet counts them.

    Takes UTF-8, GB18030 (GBK) and, with its mark at the start, UTF-16; commas, semicolons or tabs between the cells.
    Raises BadFile (empty_file, file_too_large, unknown_encoding, not_a_workbook, malformed_csv, too_many_rows,
    too_many_cells).
    """
    if len(data) > MOST_BYTES:
        raise BadFile("file_too_large")
    if data.startswith(_OTHER_FILES):
        raise BadFile("not_a_workbook")
    text = _decode(data)
    if not text.strip():
        raise BadFile("empty_file")
    # Some programs call a web page .xls or .csv; a picture or a document in Word is full of zero bytes.
    if "\0" in text or text.lstrip().startswith("<"):
        raise BadFile("not_a_workbook")
    lines = _Lines(text, _delimiter(text))
    rows: list[list[str]] = []
    try:
        for cells in csv.reader(lines, delimiter=lines.delimiter, strict=True):
            rows.append(cells[:MOST_COLUMNS])
            lines.cells = 0
            if len(rows) > MOST_ROWS:
                raise BadFile("too_many_rows", params={"most": MOST_ROWS})
    except csv.Error as error:
        # Whatever follows a stray quotation mark would be read in pieces, so nothing of the file is taken.
        raise BadFile("malformed_csv", row=len(rows) + 1) from error
    return rows


class _Lines:
    """The lines of a text, given out until one row holds more cells than fit: `cells` counts those of the row so far.

    The reader builds a whole row before anybody can look at it.
    """

    def __init__(self, text: str, delimiter: str):
        self.delimiter = delimiter
        self.cells = 0
        self._lines = io.StringIO(text, newline="")

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self.cells += line.count(self.delimiter)
            if self.cells > MOST_CELLS_OF_A_ROW:
                raise BadFile("too_many_cells")
            yield line


def _decode(data: bytes) -> str:
    encodings = ("utf-16",) if data.startswith(_UTF_16) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadFile("unknown_encoding")


def _delimiter(text: str) -> str:
    """The sign that parts most of the first lines; notes and lists within a cell have other signs on some of them."""
    lines = [line for line in text[:2**18].splitlines()[:_SNIFFED_LINES] if line.strip()]

    def parted(delimiter: str) -> tuple[int, int]:
        counts = [_unquoted(line).count(delimiter) for line in lines]
        return sum(count > 0 for count in counts), sum(counts)
    return max(_DELIMITERS, key=parted)


def _unquoted(line: str) -> str:
    return "".join(line.split('"')[::2])
