"""Any table of the dashboards as a file, made of what its own list answers to the user, page by page."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from functools import cache, partial
from itertools import chain
from typing import IO

from api import i18n
from api.answers import Answer
from api.audit import COUNTY_CHAIN
from api.dashboards.orders_service import Order, Taking, make_taking
from api.dashboards.table_registry_rules import TABLES
from api.dashboards.tables_rules import Table, cells, reach
from api.dates import next_month
from api.errors import NotFound
from api.postings.divisions_service import audit_chain
from api.postings.models import Division
from api.tables import write_csv
from api.xlsx import Column, write_table

_NUMBERS = {"percent": "0.0%"}
# As many rows as a list gives at once; one that gives fewer says so by refusing.
_PAGE_SIZE = 100
# What may stand in a path: an id, a code, a day.
_NAME = re.compile("[0-9a-zA-Z-]{1,40}")

Ask = Callable[[str, Mapping[str, object]], Answer]


def table_taking(*, ask: Ask, division: Division, month_on: date | None, filters: Mapping[str, str], order: Order
                 ) -> Taking:
    """The table of an order for a division, as far as `ask` shows it; `filters` as its list takes them in its query."""
    table, words = TABLES[order.kind], cache(partial(i18n.text, order.language))
    place = {table.division_as: division.code} if table.division_as else {}
    pages = _pages(table, ask, {**filters, **table.fixed, **place, **_period(table, month_on)})
    first = next(pages)
    rows = (cells(row, table.columns, words) for page in chain((first,), pages)
            for row in reach(page, table.rows) or ())
    total = _total(table, first, words)
    month = {"month": f"{month_on:%Y-%m}"} if table.period and month_on else {}
    asked = {name: value for name, value in sorted(filters.items()) if value}
    title = _title(division, order, month, words)
    return make_taking(
        order, chain=COUNTY_CHAIN if table.in_county_log else audit_chain(division),
        subject=f"division:{division.code}", name="-".join((division.name, *month.values())),
        details={**month, **({"filters": asked} if asked else {})},
        write=lambda file: _write(file, table, rows, title=title, total=total, order=order, words=words))


def _pages(table: Table, ask: Ask, query: Mapping[str, object]) -> Iterator[dict]:
    """The answers of a list until it says that there are no more, in whichever of the lists' ways."""
    path, number = _path(table, query), 1
    while True:
        answer = ask(path, {"page_size": _PAGE_SIZE, **query, "page": number})
        yield answer.body
        pages = json.loads(answer.headers.get("X-Pagination", "{}")).get("total_pages")
        if not answer.body.get("next_page") if pages is None else number >= pages:
            return
        number += 1


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


def _total(table: Table, page: dict, words) -> list | None:
    row = reach(page, table.total) if table.total else None
    return row and [words("export.total"), *cells(row, table.columns, words)[1:]]


def _title(division: Division, order: Order, month: Mapping[str, str], words) -> str:
    return words("export.title_of", division=division.name, what=words(f"export.kind.{order.kind}"),
                 month=month.get("month", ""), day=order.today.isoformat())


def _write(file: IO[bytes], table: Table, rows: Iterator[list], *, title: str, total: list | None, order: Order,
           words) -> int:
    heads = [words(column.heading) for column in table.columns]
    if order.format == "csv":
        return write_csv(file, heads, rows)
    columns = [Column(head, column.width, _NUMBERS.get(column.form, ""))
               for head, column in zip(heads, table.columns, strict=True)]
    return write_table(file, words(f"export.kind.{order.kind}"), columns, rows, above=[title], total=total)
