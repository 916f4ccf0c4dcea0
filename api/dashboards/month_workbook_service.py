"""One workbook of a month for the township's meeting: every sheet is what the pages show to whoever takes it.

A sheet that the user may not ask for (a village's committee sees no concerns) is left out.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from typing import IO

from api import i18n
from api.dashboards.figures_rules import TOPICS, measures_of
from api.dashboards.orders_service import Order, Taking, make_taking
from api.dashboards.overview_tables_rules import MATTERS, columns_of_topic, rows_on_map
from api.dashboards.tables_rules import Col, Table, Words, cells
from api.dashboards.tables_service import Ask, pages_of, rows_of, total_of, widths_of
from api.dashboards.workbook_tables_rules import LOOK, MATTER_KINDS, RULES, SHEETS, rule_shown
from api.errors import Forbidden, NotFound
from api.postings.divisions_service import audit_chain
from api.postings.models import Division
from api.xlsx import TableBook, streamed_workbook


@dataclass(frozen=True)
class _Making:
    """What all sheets are made of; `topics` is what the one look answered, `period` the line on presence's weeks."""

    ask: Ask
    division: Division
    month_on: date
    words: Words
    book: TableBook
    topics: Mapping[str, dict]
    period: str


def month_workbook(*, ask: Ask, division: Division, month_on: date, order: Order) -> Taking:
    """The workbook of a division and month, as far as `ask` shows each of its sheets; reads only.

    Raises as the one look does: NotFound outside the user's divisions, Unprocessable for a month to come.
    """
    words = cache(partial(i18n.text, order.language))
    topics = _topics(ask, division, month_on)
    period = _period(ask, division, month_on, order, words)

    def write(file: IO[bytes]) -> int:
        with streamed_workbook(file) as book:
            making = _Making(ask, division, month_on, words, TableBook(book), topics, period)
            count = _look(making) + _below(making) + sum(_topic(making, topic) for topic in topics)
            return count + _matters(making) + _rules(making)

    return make_taking(order, write=write, chain=audit_chain(division), subject=f"division:{division.code}",
                       name=f"{division.name}-{month_on:%Y-%m}", details={"month": f"{month_on:%Y-%m}"})


def _topics(ask: Ask, division: Division, month_on: date) -> dict[str, dict]:
    """What the one look answers, by topic, as far as the user may ask it; there is always presence."""
    asked = {topic: {"division": division.code, "month": f"{month_on:%Y-%m}", "topic": topic} for topic in TOPICS}
    first = {TOPICS[0]: ask("/api/v1/month-figures", asked[TOPICS[0]]).body}
    others = {topic: _allowed(lambda topic=topic: ask("/api/v1/month-figures", asked[topic]).body)
              for topic in TOPICS[1:]}
    return first | {topic: answer for topic, answer in others.items() if answer is not None}


def _allowed(asked: Callable):
    """What is answered; None where it is not for this user."""
    try:
        return asked()
    except (Forbidden, NotFound):
        return None


def _period(ask: Ask, division: Division, month_on: date, order: Order, words: Words) -> str:
    rates = ask("/api/v1/on-post-rates", {"division": division.code, "month": f"{month_on:%Y-%m}", "level": "village",
                                          "page_size": 1}).body
    return words("export.counted", first=rates["counting_period"]["from"], last=rates["counting_period"]["to"],
                 as_of=rates["as_of"], taken=order.today.isoformat())


def _add(making: _Making, key: str, columns: Sequence[Col], rows: Iterable[list], *, total: list | None = None,
         counted_on: str | None = None, note: str | None = None) -> int:
    """A sheet; above it what was counted: the weeks of presence, or where it is of one day, `counted_on`."""
    if counted_on is not None:
        note = making.words("export.counted_on", day=counted_on)
    what = making.words(f"export.sheet.{key}")
    title = making.words("export.sheet_title", division=making.division.name, month=f"{making.month_on:%Y-%m}",
                         what=what)
    return making.book.add(what, widths_of(columns, making.words), rows, above=[title, note or making.period],
                           total=total)


def _look(making: _Making) -> int:
    """Each measure with its numerator and denominator, the month before, the change, the target."""
    rows = [cells({**one, "topic": topic, "counted_on": answer["counted_on"]}, LOOK, making.words)
            for topic, answer in making.topics.items() for one in answer["figures"]]
    return _add(making, "look", LOOK, rows)


def _below(making: _Making) -> int:
    """The divisions directly below, in the order of the roster: a column for each measure's rate."""
    columns = [Col("division", "division.name", 14),
               *(Col(f"dashboard.measure.{measure}", f"figures.{measure}.rate", 10, form="percent")
                 for topic in making.topics for measure in measures_of(topic))]
    rows: dict[str, dict] = {}
    for answer in making.topics.values():
        for row in answer["rows"]:
            held = rows.setdefault(row["division"]["code"], {"division": row["division"], "figures": {}})
            held["figures"].update(row["figures"])
    # Each topic may leave out divisions without anything in it: the codes put them in the roster's order again.
    lines = (cells(rows[code], columns, making.words) for code in sorted(rows))
    return _add(making, "below", columns, lines, total=_sums(making, making.topics, columns))


def _sums(making: _Making, topics: Iterable[str], columns: Sequence[Col]) -> list:
    figures = {one["measure"]: one for topic in topics for one in making.topics[topic]["figures"]}
    return [making.words("export.total"), *cells({"figures": figures}, columns, making.words)[1:]]


def _topic(making: _Making, topic: str) -> int:
    """A topic's sheets: its measures by the divisions below, and the lists and tables that have pages of their own."""
    answer, columns = making.topics[topic], columns_of_topic(topic)
    counted_on = None if topic == "presence" else answer["counted_on"]
    count = _add(making, f"topic_{topic}", columns, (cells(row, columns, making.words) for row in answer["rows"]),
                 total=_sums(making, [topic], columns), counted_on=counted_on)
    if topic == "coverage" and making.division.level not in ("township", "village"):
        count += _villages(making, topic, counted_on)
    return count + sum(_table(making, key, table, answer["counted_on"], note_on=counted_on)
                       for key, table in SHEETS[topic].items())


def _villages(making: _Making, topic: str, counted_on: str) -> int:
    """A topic village by village, where the divisions directly below are townships."""
    rows: dict[str, dict] = {}
    for measure in measures_of(topic):
        answer = making.ask("/api/v1/map-villages", {"division": making.division.code, "measure": measure,
                                                     "month": f"{making.month_on:%Y-%m}"}).body
        for one in rows_on_map(answer["villages"]):
            row = rows.setdefault(one["code"], {"division": one, "figures": {}})
            row["figures"][measure] = one
    columns = columns_of_topic(topic)
    return _add(making, f"{topic}_villages", columns, [cells(row, columns, making.words) for row in rows.values()],
                counted_on=counted_on)


def _table(making: _Making, key: str, table: Table, counted_on: str, *, note_on: str | None) -> int:
    filters = {name: counted_on for name in table.needs}
    pages = pages_of(table, making.ask, division=making.division, month_on=making.month_on, filters=filters)
    first = _allowed(lambda: next(pages))
    if first is None:
        return 0
    return _add(making, key, table.columns, rows_of(table, first, pages, making.words),
                total=total_of(table, first, making.words), counted_on=note_on)


def _matters(making: _Making) -> int:
    """What to talk about, kind by kind, as it stands on the day on which the file is made."""
    found: list[list] = []
    for kind in MATTER_KINDS:
        pages = pages_of(MATTERS, making.ask, division=making.division, month_on=None, filters={"kind": kind})
        first = _allowed(lambda pages=pages: next(pages))
        if first is not None:
            found += rows_of(MATTERS, first, pages, making.words)
    return _add(making, "matters", MATTERS.columns, found, note=making.words("export.matters_note"))


def _rules(making: _Making) -> int:
    """By which rules it was counted: each with its value, the day from which it holds, and where it says so."""
    rules = {(rule["key"], rule["effective_from"], (rule["division"] or {}).get("code")): rule
             for answer in making.topics.values() for rule in answer["rules"]}
    return _add(making, "rules", RULES, [cells(rule_shown(rule, making.words), RULES, making.words)
                                         for rule in rules.values()])
