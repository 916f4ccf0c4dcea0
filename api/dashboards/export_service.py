"""The month table as a workbook or as comma-separated text. Cells are text or numbers, never formulas."""

from collections.abc import Iterator
from typing import IO

from sqlalchemy.orm import Session

from api import i18n
from api.checkin import rates_service
from api.checkin.rates_service import MonthTable
from api.checkin.sums_service import Period
from api.dashboards.orders_service import Order, Taking, make_taking
from api.postings.divisions_service import audit_chain
from api.postings.models import Division
from api.tables import write_csv
from api.xlsx import Column, write_table

PAGE = 500


def month_table_taking(session: Session, *, division: Division, level: str, period: Period, order: Order) -> Taking:
    """The month table of a division, whole."""
    pages = _pages(session, division, level, period)
    first = next(pages)
    write = _write_xlsx if order.format == "xlsx" else _write_csv
    return make_taking(
        order, write=lambda file: write(file, first, pages, order.language), chain=audit_chain(division),
        subject=f"division:{division.code}", name=f"{division.name}-{period.month_on:%Y-%m}",
        details={"month": f"{period.month_on:%Y-%m}", "level": level})


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


def _columns(table: MonthTable) -> tuple:
    return COLUMNS_OF_CADRES if table.level == "cadre" else COLUMNS_OF_UNITS


def _rows(first: MonthTable, pages: Iterator[MonthTable], language: str) -> Iterator[list]:
    for table in (first, *pages):
        for row in table.rows:
            yield [value(row, language) for _name, value in _columns(first)]


def _total(table: MonthTable, language: str) -> list:
    values = [value(table.total, language) for _name, value in _columns(table)]
    return [i18n.text(language, "export.total"), *values[1:]]


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


def _write_xlsx(file: IO[bytes], first: MonthTable, pages: Iterator[MonthTable], language: str) -> int:
    columns = [Column(i18n.text(language, f"export.{name}"), 18 if number < 5 else 10, "0.0%" if name == "rate" else "")
               for number, (name, _value) in enumerate(_columns(first))]
    return write_table(file, i18n.text(language, "export.kind.month_table"), columns, _rows(first, pages, language),
                       above=[_title(first, language)], total=_total(first, language))


def _write_csv(file: IO[bytes], first: MonthTable, pages: Iterator[MonthTable], language: str) -> int:
    count = 0

    def lines() -> Iterator[list]:
        nonlocal count
        yield [i18n.text(language, f"export.{name}") for name, _value in _columns(first)]
        for row in _rows(first, pages, language):
            count += 1
            yield row
        yield _total(first, language)

    write_csv(file, [_title(first, language)], lines())
    return count
