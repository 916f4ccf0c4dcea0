"""Reading a roster from an .xlsx: its cells as plain values, and the words that its headings and choices may use."""

import warnings
from functools import cache
from typing import BinaryIO

import openpyxl
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from api import i18n
from api.postings.imports_rules import BadFile, match_key
from api.postings.people_import_rules import CADRES, FIELDS, STAFF, STAFF_ROLES, SheetCells, Words
from api.postings.workbook_rules import MOST_COLUMNS, PartFacts, check_workbook, fill_merged
from api.vocabulary import CADRE_ROLES, RANKS

CHOICES = {"rank": RANKS, "cadre_role": CADRE_ROLES, "role": STAFF_ROLES}


def read_sheets(file: BinaryIO) -> list[SheetCells]:
    """The visible sheets of an .xlsx with the values of their formulas. Raises BadFile, see `check_workbook`."""
    facts = check_workbook(file)
    file.seek(0)
    try:
        # The library warns of styles and validations that it does not know; none of them matters here.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            workbook = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
            from_1904 = workbook.epoch == CALENDAR_MAC_1904
            sheets = [SheetCells(sheet.title, _rows(sheet, facts[sheet.title]), from_1904)
                      for sheet in workbook.worksheets if sheet.title in facts]
            workbook.close()
            return sheets
    except Exception as error:  # A damaged file makes the library fail in a dozen ways, all meaning the same to us.
        raise BadFile("broken_workbook") from error


def _rows(sheet, facts: PartFacts) -> list[list[object]]:
    if not facts.last_row:
        return []
    # Bounds of our own: what the file says of its size is often wrong, and then rows or columns would be missing.
    rows = [list(cells) for cells in sheet.iter_rows(max_row=facts.last_row, max_col=MOST_COLUMNS, values_only=True)]
    fill_merged(rows, facts.merged)
    return rows


@cache
def roster_words() -> Words:
    """What headings, sheets and choices may be called: the words of every dictionary, and other usual ones."""
    sheets, headings, examples = {}, {}, []
    choices: dict[str, dict[str, str]] = {name: {match_key(value): value for value in values}
                                          for name, values in CHOICES.items()}
    for language in i18n.LANGUAGES:
        examples.append(match_key(i18n.text(language, "import.example_mark")))
        sheets |= {match_key(i18n.text(language, f"import.sheet.{kind}")): kind for kind in (CADRES, STAFF)}
        for name in {name for names in FIELDS.values() for name in names}:
            headings |= dict.fromkeys(_words_of(language, f"import.heading.{name}"), name)
        for kind, values in CHOICES.items():
            for value in values:
                choices[kind] |= dict.fromkeys(_words_of(language, f"{kind}.{value}"), value)
    return Words(headings=headings, sheets=sheets, choices=choices, example=tuple(examples))


def _words_of(language: str, key: str) -> list[str]:
    """The word of the dictionary and, from `import.also.<key>`, other usual ones, as match keys."""
    other = f"import.also.{key.removeprefix('import.')}"
    also = i18n.text(language, other) if i18n.has_text(language, other) else ""
    return [match_key(word) for word in (i18n.text(language, key), *also.split("|")) if word]
