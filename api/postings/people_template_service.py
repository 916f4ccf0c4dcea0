"""The empty roster sheet that people fill in: headings, drop-down lists, an example. The import reads what it makes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO

import xlsxwriter
from sqlalchemy import select
from sqlalchemy.orm import Session

from api import i18n
from api.dates import shanghai_day
from api.postings.divisions_service import below, find_county
from api.postings.models import Division
from api.postings.people_file_service import CHOICES
from api.postings.people_import_rules import CADRES, FIELDS, REQUIRED, STAFF
from api.postings.people_match_rules import spoken_name

HEADING_ROW = 2
_FIRST_ROW = HEADING_ROW + 1
_LAST_ROW = 3000
_WIDTHS = {"township": 16, "village": 18, "further_villages": 24, "sending_unit": 28, "division": 26}
_USUAL_WIDTH = 14
_DATES = ("from_on", "to_on")


@dataclass(frozen=True)
class _Places:
    """(township, village) names in the order of their codes, and the names that a role may be given over."""

    villages: Sequence[tuple[str, str]]
    divisions: Sequence[str]


def people_template(session: Session, *, county_code: str, language: str, now: datetime) -> bytes:
    """The sheet as an .xlsx, with the county's townships and villages to choose from once they are imported."""
    file = BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": now.replace(tzinfo=None)})
    places = _places(session, county_code)
    example = {
        CADRES: {
            "township": places.villages[0][0] if places.villages else "",
            "village": places.villages[0][1] if places.villages else "",
            "name": i18n.text(language, "import.example.cadre_name"),
            "sending_unit": i18n.text(language, "import.example.sending_unit"),
            "rank": i18n.text(language, "rank.staff"),
            "cadre_role": i18n.text(language, "cadre_role.village_instructor"),
            "from_on": shanghai_day(now).replace(day=1),
        },
        STAFF: {
            "name": i18n.text(language, "import.example.staff_name"), "username": "lisi",
            "role": i18n.text(language, "role.supervisor"), "division": places.divisions[0] if places.divisions else "",
        },
    }
    lists = i18n.text(language, "import.sheet.lists")
    for kind in (CADRES, STAFF):
        _write_sheet(book, kind, language, example[kind])
    ranges = _write_lists(book, lists, places, language)
    for kind in (CADRES, STAFF):
        _offer_lists(book.get_worksheet_by_name(i18n.text(language, f"import.sheet.{kind}")), kind, ranges)
    book.close()
    return file.getvalue()


def _places(session: Session, county_code: str) -> _Places:
    county = find_county(session, county_code)
    if county is None:
        return _Places((), ())
    rows = session.execute(
        select(Division.id, Division.name, Division.level, Division.township_id)
        .where(below(county.path), Division.valid_to.is_(None)).order_by(Division.code)).all()
    townships = {row.id: row.name for row in rows if row.level == "township"}
    villages = [(townships.get(row.township_id, ""), spoken_name(row.name)) for row in rows if row.level == "village"]
    # Sorted by township, as the drop-down list of a township's villages is one stretch of rows.
    order = {name: number for number, name in enumerate(dict.fromkeys(townships.values()))}
    villages.sort(key=lambda pair: order.get(pair[0], len(order)))
    above = [row.name for row in rows if row.level != "village"]
    return _Places(villages, above + [f"{township}/{village}" for township, village in villages])


def _write_sheet(book: xlsxwriter.Workbook, kind: str, language: str, example: dict[str, object]) -> None:
    sheet = book.add_worksheet(i18n.text(language, f"import.sheet.{kind}"))
    title = book.add_format({"bold": True, "font_size": 14})
    note = book.add_format({"font_color": "#666666"})
    heading = book.add_format({"bold": True, "bg_color": "#E8F3EC", "border": 1, "align": "center"})
    grey = book.add_format({"italic": True, "font_color": "#888888"})
    grey_date = book.add_format({"italic": True, "font_color": "#888888", "num_format": "yyyy-mm-dd"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    # Without this a spreadsheet turns a login name such as 001 into the number 1.
    plain = book.add_format({"num_format": "@"})
    sheet.write_string(0, 0, i18n.text(language, f"import.template_title.{kind}"), title)
    sheet.write_string(1, 0, i18n.text(language, f"import.template_note.{kind}"), note)
    for column, name in enumerate(FIELDS[kind]):
        star = "*" if name in REQUIRED[kind] else ""
        sheet.set_column(column, column, _WIDTHS.get(name, _USUAL_WIDTH), day if name in _DATES else plain)
        sheet.write_string(HEADING_ROW, column, i18n.text(language, f"import.heading.{name}") + star, heading)
        value = example.get(name, "")
        if isinstance(value, date):
            sheet.write_datetime(_FIRST_ROW, column, datetime(value.year, value.month, value.day), grey_date)
        else:
            sheet.write_string(_FIRST_ROW, column, value, grey)
    sheet.freeze_panes(_FIRST_ROW, 0)


def _write_lists(book: xlsxwriter.Workbook, name: str, places: _Places, language: str) -> dict[str, str]:
    """Write the hidden sheet of choices; returns the range or formula that each column chooses from."""
    sheet = book.add_worksheet(name)
    sheet.hide()
    townships = list(dict.fromkeys(township for township, _village in places.villages if township))
    columns: dict[str, Sequence[str]] = {
        "township": townships,
        "of_village": [township for township, _village in places.villages],
        "village": [village for _township, village in places.villages],
        "division": places.divisions,
        **{kind: [i18n.text(language, f"{kind}.{value}") for value in values] for kind, values in CHOICES.items()},
    }
    ranges = {}
    for column, (key, values) in enumerate(columns.items()):
        letter = chr(ord("A") + column)
        for row, value in enumerate(values):
            sheet.write_string(row, column, value)
        if values:
            ranges[key] = f"='{name}'!${letter}$1:${letter}${len(values)}"
    if "village" in ranges:
        # The villages of the township in the first column of the same row; all of them while that is empty.
        chosen, of = f"$A{_FIRST_ROW + 1}", f"'{name}'!$B$1:$B${len(places.villages)}"
        stretch = f"OFFSET('{name}'!$C$1,MATCH({chosen},{of},0)-1,0,COUNTIF({of},{chosen}),1)"
        ranges["village"] = f'=IF({chosen}="",{ranges["village"][1:]},{stretch})'
    return ranges


def _offer_lists(sheet, kind: str, ranges: dict[str, str]) -> None:
    for column, name in enumerate(FIELDS[kind]):
        if name in ranges:
            # Places may be typed in other ways too (by code, by their full name), so those lists only suggest.
            sheet.data_validation(_FIRST_ROW, column, _LAST_ROW, column, {
                "validate": "list", "source": ranges[name], "ignore_blank": True,
                "error_type": "stop" if name in CHOICES else "information"})
