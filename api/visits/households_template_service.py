"""The empty register of households that people fill in. The import reads what it makes."""

from datetime import datetime
from io import BytesIO

import xlsxwriter
from sqlalchemy.orm import Session

from api import i18n
from api.visits.households_import_rules import FIELDS, REQUIRED
from api.visits.terms_service import terms_of
from api.vocabulary import HOUSEHOLD_ENDS

_HEADING_ROW = 3
_LAST_ROW = 5000
_WIDTHS = {"village": 18, "labels": 24, "phone": 18, "householder": 14}


def households_template(session: Session, *, language: str, now: datetime) -> bytes:
    """The sheet as an .xlsx. Its cells are text: a spreadsheet would make 12 of 0012, and 1.4E+10 of a mobile."""
    file = BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": now.replace(tzinfo=None)})
    sheet = book.add_worksheet(i18n.text(language, "import.sheet.households"))
    heading = book.add_format({"bold": True, "bg_color": "#E8F3EC", "border": 1, "align": "center"})
    grey = book.add_format({"italic": True, "font_color": "#888888", "num_format": "@"})
    plain, note = book.add_format({"num_format": "@"}), book.add_format({"font_color": "#666666"})
    sheet.write_string(0, 0, i18n.text(language, "import.template_title.households"),
                       book.add_format({"bold": True, "font_size": 14}))
    sheet.write_string(1, 0, i18n.text(language, "import.template_note.households"), note)
    words = [getattr(term, language) for term in terms_of(session, "label") if not term.is_retired]
    sheet.write_string(2, 0, i18n.text(language, "import.template_labels", labels="、".join(words)), note)
    example = {"village": "A1村", "number": "0001", "villagers_group": "一组", "members": "4", "phone": "13900000000",
               "householder": i18n.text(language, "import.example.cadre_name"), "labels": "、".join(words[:2]),
               "alive_from": "2001-01-01"}
    for column, name in enumerate(FIELDS):
        star = "*" if name in REQUIRED else ""
        sheet.set_column(column, column, _WIDTHS.get(name, 12), plain)
        title = i18n.text(language, f"import.household_heading.{name}")
        sheet.write_string(_HEADING_ROW, column, title + star, heading)
        sheet.write_string(_HEADING_ROW + 1, column, example.get(name, ""), grey)
    column = FIELDS.index("ended_as")
    sheet.data_validation(_HEADING_ROW + 1, column, _LAST_ROW, column, {
        "validate": "list", "source": [i18n.text(language, f"import.household_end.{end}") for end in HOUSEHOLD_ENDS]})
    sheet.freeze_panes(_HEADING_ROW + 1, 0)
    book.close()
    return file.getvalue()
