"""Visit coverage as a workbook: the table, and for a village the households that nobody has visited yet."""

import tempfile
from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy.orm import Session

from api import audit
from api.dashboards.orders_service import Export
from api.dates import quarter_of
from api.form_words import FormWords
from api.i18n import LANGUAGES
from api.postings.divisions_service import audit_chain
from api.postings.models import Division
from api.visits import terms_service, unvisited_service, visit_coverage_service
from api.visits.visit_coverage_service import CoverageRow
from api.xlsx import XLSX, new_sheet, new_workbook, write_cell

COLUMNS = (("name", 20), ("village", 14), ("households", 9), ("visited", 9), ("rate", 9), ("at_home", 9),
           ("visited_at_home", 9), ("rate_at_home", 9), ("missing", 9), ("year_visited", 9), ("year_rate", 9),
           ("year_target", 9), ("year_missing", 9))
RATES = ("rate", "rate_at_home", "year_rate", "year_target")
UNVISITED = (("householder", 14), ("group", 14), ("number", 9), ("labels", 24), ("last", 12))
MOST = 10_000


def export_coverage(session: Session, *, division: Division, level: str, month_on: date, language: str, user_id: int,
                    today: date, now: datetime) -> Export:
    """Write the coverage table of the quarter of a month to a temporary file; noted in the audit log who took it."""
    words, quarter_on = FormWords(language), quarter_of(month_on)
    table = visit_coverage_service.coverage_table(session, division=division, level=level, quarter_on=quarter_on,
                                                  today=today, page=1, page_size=MOST)
    file = tempfile.TemporaryFile(prefix="zhucun-export-")
    book = new_workbook(file)
    styles = {"head": book.add_format({"bold": True, "text_wrap": True, "bottom": 1, "valign": "top"}),
              "cell": book.add_format(), "rate": book.add_format({"num_format": "0.0%"})}
    title = words.other("export.visit_coverage")
    rows = [*map(_cells, table.rows), [words.other("export.total"), *_cells(table.total)[1:]]]
    _write(book, styles, words, title, COLUMNS, rows)
    if division.level == "village":
        _write(book, styles, words, words.other("export.unvisited"), UNVISITED,
               _unvisited(session, division, quarter_on, today, language))
    book.close()
    file.seek(0)
    quarter = f"{quarter_on.year}-Q{(quarter_on.month + 2) // 3}"
    audit.append(session, chain=audit_chain(division), at=now, user_id=user_id, action="export.made",
                 subject=f"division:{division.code}",
                 details={"kind": "visit_coverage", "quarter": quarter, "level": level, "rows": len(table.rows)})
    return Export(file, f"{division.name}-{quarter}-{title}.xlsx", XLSX)


def _write(book, styles: dict, words: FormWords, name: str, columns: tuple, rows: Iterable[list]) -> None:
    sheet = new_sheet(book, name)
    for column, (key, width) in enumerate(columns):
        sheet.set_column(column, column, width)
        write_cell(sheet, 0, column, words.other(f"export.coverage.{key}"), styles["head"])
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            write_cell(sheet, number, column, value, styles["rate" if columns[column][0] in RATES else "cell"])
    sheet.freeze_panes(1, 0)


def _cells(row: CoverageRow) -> list:
    quarter, year = row.quarter, row.year
    return [row.cadre["name"] if row.cadre else row.division.name, row.division.name if row.cadre else None,
            quarter.households, quarter.visited, quarter.rate, quarter.at_home, quarter.visited_at_home,
            quarter.rate_at_home, quarter.missing, year.visited, year.rate, year.target_percent / 100, year.missing]


def _unvisited(session: Session, village: Division, quarter_on: date, today: date, language: str) -> list[list]:
    labels = {term.key: term.zh if language == LANGUAGES[0] else term.en
              for term in terms_service.terms_of(session, "label")}
    found = unvisited_service.unvisited(session, village=village, period="quarter", quarter_on=quarter_on, today=today)
    return [[one.householder, one.villagers_group, one.number, " ".join(labels.get(key, key) for key in one.labels),
             one.last_visited_on and one.last_visited_on.isoformat()] for one in found]
