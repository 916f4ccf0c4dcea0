"""The month table as a workbook or as comma-separated text. Cells are text or numbers, never formulas."""

import csv
import io
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO

import xlsxwriter
from sqlalchemy.orm import Session

from api import audit, i18n
from api.checkin import rates_service
from api.checkin.rates_service import MonthTable
from api.checkin.sums_service import Period
from api.postings.divisions_service import audit_chain
from api.postings.models import Division

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Spreadsheets take such a beginning for a formula, whatever the file says it is.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
PAGE = 500


@dataclass(frozen=True)
class Export:
    """A finished file; it is deleted when it is closed."""

    file: IO[bytes]
    name: str
    mimetype: str


def export_month_table(session: Session, *, division: Division, level: str, period: Period, format: str,
                       language: str, user_id: int, now: datetime) -> Export:
    """Write the month table of a division to a temporary file and note in the audit log who took it."""
    pages = _pages(session, division, level, period)
    first = next(pages)
    file = tempfile.TemporaryFile(prefix="zhucun-export-")
    write = _write_xlsx if format == "xlsx" else _write_csv
    count = write(file, _lines(first, pages, language), title=_title(first, language))
    file.seek(0)
    audit.append(session, chain=audit_chain(division), at=now, user_id=user_id, action="export.made",
                 subject=f"division:{division.code}",
                 details={"kind": "month_table", "month": f"{period.month_on:%Y-%m}", "level": level, "format": format,
                          "rows": count})
    name = f"{division.name}-{period.month_on:%Y-%m}-{i18n.text(language, 'export.month_table')}.{format}"
    return Export(file, name, XLSX if format == "xlsx" else "text/csv; charset=utf-8")


def _pages(session: Session, division: Division, level: str, period: Period) -> Iterator[MonthTable]:
    number, seen = 1, 0
    while True:
        table = rates_service.month_table(session, division=division, level=level, period=period, page=number,
                                          page_size=PAGE)
        yield table
        seen += len(table.rows)
        if not table.rows or seen >= table.row_count:
            return
        number += 1


def _lines(first: MonthTable, pages: Iterator[MonthTable], language: str) -> Iterator[list]:
    columns = COLUMNS_OF_CADRES if first.level == "cadre" else COLUMNS_OF_UNITS
    yield [i18n.text(language, f"export.{name}") for name, _value in columns]
    for table in (first, *pages):
        for row in table.rows:
            yield [value(row, language) for _name, value in columns]
    total = [value(first.total, language) for _name, value in columns]
    yield [i18n.text(language, "export.total"), *total[1:]]


def _name_of(part):
    return part.name if part is not None else ""


def _word(group: str, value: str, language: str) -> str:
    return i18n.text(language, f"{group}.{value}")


_FIGURES = (
    ("required_days", lambda row, _language: row.denominator),
    ("credited_days", lambda row, _language: row.numerator),
    ("rate", lambda row, _language: row.rate),
    ("days_of_month", lambda row, _language: row.days_of_month),
    ("days_of_year", lambda row, _language: row.days_of_year),
)
COLUMNS_OF_CADRES = (
    ("township", lambda row, _language: _name_of(row.township)),
    ("village", lambda row, _language: _name_of(row.village)),
    ("cadre", lambda row, _language: row.cadre["name"] if row.cadre else ""),
    ("cadre_role", lambda row, language: _word("cadre_role", row.cadre["cadre_role"], language) if row.cadre else ""),
    ("sending_unit", lambda row, _language: row.cadre["sending_unit"] if row.cadre else ""),
    *_FIGURES,
)
COLUMNS_OF_UNITS = (
    ("division", lambda row, _language: _name_of(row.division)),
    ("code", lambda row, _language: row.division.code if row.division else ""),
    ("cadres", lambda row, _language: row.cadres),
    *_FIGURES,
)


def _title(table: MonthTable, language: str) -> str:
    first, last = rates_service.counting_period(table.period)
    return i18n.text(language, "export.title", division=table.division.name, month=f"{table.period.month_on:%Y-%m}",
                     first=first.isoformat(), last=last.isoformat(), as_of=table.period.as_of.isoformat())


def _write_xlsx(file: IO[bytes], lines: Iterator[list], *, title: str) -> int:
    """Rows go to the disk as they come; memory does not grow with the table."""
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
                                      "strings_to_numbers": False})
    sheet = book.add_worksheet()
    bold, percent = book.add_format({"bold": True}), book.add_format({"num_format": "0.0%"})
    sheet.set_column(0, 4, 18)
    sheet.write_string(0, 0, title, bold)
    count, rate_column = 0, None
    for number, line in enumerate(lines, start=1):
        if number == 1:
            rate_column = len(line) - 3
        for column, value in enumerate(line):
            if isinstance(value, str):
                sheet.write_string(number, column, value, bold if number == 1 else None)
            elif value is not None:
                sheet.write_number(number, column, value, percent if column == rate_column else None)
        count = number - 2
    book.close()
    return count


def _write_csv(file: IO[bytes], lines: Iterator[list], *, title: str) -> int:
    """UTF-8 with a byte-order mark, without which Excel takes Chinese for something else."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(text)
    writer.writerow([_safe(title)])
    count = 0
    for number, line in enumerate(lines):
        writer.writerow([_safe(value) for value in line])
        count = number - 1
    # Flushed and let go, so that the file stays open for sending.
    text.detach()
    return count


def _safe(value):
    return "'" + value if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value
