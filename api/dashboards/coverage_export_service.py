"""Visit coverage as a workbook: the table, and for a village the households that nobody has visited yet."""

from datetime import date
from typing import IO

from sqlalchemy.orm import Session

from api import i18n
from api.dashboards.orders_service import Order, Taking, make_taking, title_of
from api.dates import quarter_of
from api.postings.divisions_service import audit_chain
from api.postings.models import Division
from api.visits import terms_service, unvisited_service, visit_coverage_service
from api.visits.visit_coverage_service import CoverageRow
from api.xlsx import Column, TableBook, streamed_workbook

COLUMNS = (("name", 20), ("village", 14), ("households", 9), ("visited", 9), ("rate", 9), ("at_home", 9),
           ("visited_at_home", 9), ("rate_at_home", 9), ("missing", 9), ("year_visited", 9), ("year_rate", 9),
           ("year_target", 9), ("year_missing", 9))
RATES = ("rate", "rate_at_home", "year_rate", "year_target")
UNVISITED = (("householder", 14), ("group", 14), ("number", 9), ("labels", 24), ("last", 12))
MOST = 10_000


def coverage_taking(session: Session, *, division: Division, level: str, month_on: date, order: Order) -> Taking:
    """The coverage table of the quarter of a month."""
    quarter_on = quarter_of(month_on)
    table = visit_coverage_service.coverage_table(session, division=division, level=level, quarter_on=quarter_on,
                                                  today=order.today, page=1, page_size=MOST)

    def write(file: IO[bytes]) -> int:
        total = [i18n.text(order.language, "export.total"), *_cells(table.total)[1:]]
        with streamed_workbook(file) as streamed:
            book = TableBook(streamed)
            count = book.add(title_of(order), _heads(COLUMNS, order), map(_cells, table.rows), total=total)
            if division.level == "village":
                book.add(i18n.text(order.language, "export.unvisited"), _heads(UNVISITED, order),
                         _unvisited(session, division, quarter_on, order))
        return count

    quarter = f"{quarter_on.year}-Q{(quarter_on.month + 2) // 3}"
    return make_taking(order, write=write, chain=audit_chain(division), subject=f"division:{division.code}",
                       name=f"{division.name}-{quarter}", details={"quarter": quarter, "level": level})


def _heads(columns: tuple, order: Order) -> list[Column]:
    return [Column(i18n.text(order.language, f"export.coverage.{key}"), width, "0.0%" if key in RATES else "")
            for key, width in columns]


def _cells(row: CoverageRow) -> list:
    quarter, year = row.quarter, row.year
    return [row.cadre["name"] if row.cadre else row.division.name, row.division.name if row.cadre else None,
            quarter.households, quarter.visited, quarter.rate, quarter.at_home, quarter.visited_at_home,
            quarter.rate_at_home, quarter.missing, year.visited, year.rate, year.target_percent / 100, year.missing]


def _unvisited(session: Session, village: Division, quarter_on: date, order: Order) -> list[list]:
    labels = {term.key: getattr(term, order.language) for term in terms_service.terms_of(session, "label")}
    found = unvisited_service.unvisited(session, village=village, period="quarter", quarter_on=quarter_on,
                                        today=order.today)
    return [[one.householder, one.villagers_group, one.number, " ".join(labels.get(key, key) for key in one.labels),
             one.last_visited_on and one.last_visited_on.isoformat()] for one in found]
