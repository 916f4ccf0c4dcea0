"""Any table of the dashboards as a file, made of what its own list answers to the user, page by page."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache, partial
from itertools import chain
from typing import IO

from api import i18n
from api.answers import Answer
from api.audit import COUNTY_CHAIN
from api.dashboards.orders_service import Order, Taking, make_taking
from api.dashboards.table_registry_rules import TABLES
from api.dashboards.tables_rules import Col, Table, Words, cells, reach
from api.dates import next_month
from api.errors import NotFound, Unprocessable
from api.postings.divisions_service import audit_chain
from api.postings.models import Division
from api.tables import write_csv
from api.xlsx import Column, write_table

_NUMBERS = {"percent": "0.0%"}
# As many rows as a list gives at once; one that gives fewer says so by refusing.
_PAGE_SIZE = 100
# What may stand in a path: an id, a code, a day.
_NAME = re.compile("[0-9a-zA-Z_-]{1,40}")

Ask = Callable[[str, Mapping[str, object]], Answer]


def table_taking(*, ask: Ask, division: Division, month_on: date | None, filters: Mapping[str, str], order: Order
                 ) -> Taking:
    """The table of an order for a division, as far as `ask` shows it; `filters` as its list takes them in its query."""
    table, words = TABLES[order.kind], cache(partial(i18n.text, order.language))
    pages = pages_of(table, ask, division=division, month_on=month_on, filters=filters)
    first = next(pages)
    rows, total = rows_of(table, first, pages, words), total_of(table, first, words)
    month = {"month": f"{month_on:%Y-%m}"} if table.period and month_on else {}
    # What somebody looked for in words may be about a person, and the log forgets nothing.
    asked = {name: True if name in table.untold else value for name, value in sorted(filters.items()) if value}
    title = words("export.title_of", division=division.name, what=words(f"export.kind.{order.kind}"),
                  month=month.get("month", ""), day=order.today.isoformat())
    return make_taking(
        order, chain=COUNTY_CHAIN if table.in_county_log else audit_chain(division),
        subject=f"division:{division.code}", name="-".join((division.name, *month.values())),
        details={**month, **({"filters": asked} if asked else {})},
        write=lambda file: _write(file, table, rows, title=title, total=total, order=order, words=words))


def pages_of(table: Table, ask: Ask, *, division: Division, month_on: date | None, filters: Mapping[str, object]
             ) -> Iterator[dict]:
    """The answers of a table's list, page by page, until it says that there are no more."""
    place = {table.division_as: division.code} if table.division_as else {}
    # A file is always the whole list, in as few pages as may be.
    chosen = {name: value for name, value in filters.items() if name not in ("cursor", "page", "page_size")}
    query = {**chosen, **table.fixed, **place, **_period(table, month_on)}
    path, number = _path(table, query), 1
    while True:
        answer = ask(path, {**query, "page": number, "page_size": _PAGE_SIZE})
        if answer.body.get("more"):
            # The list stops here and says so; a file would only look complete.
            raise Unprocessable("too_many_for_file")
        yield answer.body
        pages = json.loads(answer.headers.get("X-Pagination", "{}")).get("total_pages")
        # A diary goes on from a cursor, since nobody counts all that is found.
        query["cursor"] = answer.body.get("next")
        if not (query["cursor"] or answer.body.get("next_page")) if pages is None else number >= pages:
            return
        number += 1


def rows_of(table: Table, first: dict, pages: Iterator[dict], words: Words) -> Iterator[list]:
    """The rows of all pages as cells; what was made of one page is let go before the next is asked for."""
    for page in chain((first,), pages):
        found = reach(page, table.rows) or ()
        # Where a list answers its rows as columns, the table makes the rows of them.
        for row in (found,) if isinstance(found, dict) else found:
            for prepared in table.prepare(row, page, words) if table.prepare else (row,):
                yield cells(prepared, table.columns, words)


def total_of(table: Table, page: dict, words: Words) -> list | None:
    """The last row of a table that has one; it says so in its first cell."""
    row = reach(page, table.total) if table.total else None
    return row and [words("export.total"), *cells(row, table.columns, words)[1:]]


def widths_of(columns: Sequence[Col], words: Words) -> list[Column]:
    """The columns as a sheet takes them."""
    return [Column(words(column.heading), column.width, _NUMBERS.get(column.form, "")) for column in columns]


def _path(table: Table, query: Mapping[str, object]) -> str:
    if not all(_NAME.fullmatch(str(query[name])) for name in table.needs):
        raise NotFound()
    return "/api/v1/" + table.path.format_map(query)


def _period(table: Table, month_on: date | None) -> dict[str, str]:
    if month_on is None or not table.period:
        return {}
    if table.period == "from_to":
        return {"from": month_on.isoformat(), "to": (next_month(month_on) - timedelta(days=1)).isoformat()}
    if table.period == "quarter":
        return {"quarter": f"{month_on.year}-Q{(month_on.month + 2) // 3}"}
    return {"month": f"{month_on:%Y-%m}"}


def _write(file: IO[bytes], table: Table, rows: Iterator[list], *, title: str, total: list | None, order: Order,
           words: Words) -> int:
    if order.format == "csv":
        return write_csv(file, [words(column.heading) for column in table.columns], rows)
    return write_table(file, words(f"export.kind.{order.kind}"), widths_of(table.columns, words), rows, above=[title],
                       total=total)
