"""The empty table of a year's holidays and makeup days that people fill in. The import reads what it makes."""

from datetime import datetime
from io import BytesIO

import xlsxwriter

from api import i18n
from api.dates import shanghai_day
from api.postings.calendar_import_rules import CALENDAR_FIELDS, CALENDAR_REQUIRED, NOTICE_KINDS

_HEADING_ROW = 2
_LAST_ROW = 100
_WIDTHS = {"year": 10, "day": 28, "kind": 14, "label": 20, "source": 32}


def calendar_template(*, language: str, now: datetime) -> bytes:
    """The table as an .xlsx. Its cells are text, since a spreadsheet would take 10月1日 for a day of this year."""
    file = BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": now.replace(tzinfo=None)})
    sheet = book.add_worksheet(i18n.text(language, "import.sheet.calendar"))
    heading = book.add_format({"bold": True, "bg_color": "#E8F3EC", "border": 1, "align": "center"})
    grey = book.add_format({"italic": True, "font_color": "#888888", "num_format": "@"})
    plain = book.add_format({"num_format": "@"})
    sheet.write_string(0, 0, i18n.text(language, "import.template_title.calendar"),
                       book.add_format({"bold": True, "font_size": 14}))
    sheet.write_string(1, 0, i18n.text(language, "import.template_note.calendar"),
                       book.add_format({"font_color": "#666666"}))
    kinds = [i18n.text(language, f"import.calendar_kind.{kind}") for kind in NOTICE_KINDS]
    example = {"year": str(shanghai_day(now).year + 1), "kind": kinds[0],
               **{name: i18n.text(language, f"import.example.calendar_{name}") for name in ("day", "label", "source")}}
    for column, name in enumerate(CALENDAR_FIELDS):
        star = "*" if name in CALENDAR_REQUIRED else ""
        sheet.set_column(column, column, _WIDTHS[name], plain)
        sheet.write_string(_HEADING_ROW, column, i18n.text(language, f"import.heading.{name}") + star, heading)
        sheet.write_string(_HEADING_ROW + 1, column, example[name], grey)
    column = CALENDAR_FIELDS.index("kind")
    sheet.data_validation(_HEADING_ROW + 1, column, _LAST_ROW, column, {"validate": "list", "source": kinds})
    sheet.freeze_panes(_HEADING_ROW + 1, 0)
    book.close()
    return file.getvalue()
