"""What a closed campaign came to as a workbook: cards and the open code apart, villages in the order of their codes."""

from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import IO
from uuid import UUID

from sqlalchemy.orm import Session

from api import i18n
from api.auth import Identity
from api.dashboards.orders_service import Order, Taking, make_taking
from api.postings.divisions_service import audit_chain
from api.ratings.results_service import rating_results
from api.vocabulary import BALLOT_WAYS
from api.xlsx import new_sheet, new_workbook, write_cell

PLACES = (("village", 16), ("code", 15), ("ballots", 10), ("households", 10), ("share", 10))
_NOTE_ROW, _HEAD_ROW = 1, 2


def rating_results_taking(session: Session, *, identity: Identity, campaign_id: UUID, division_code: str | None,
                          order: Order) -> Taking:
    """The results that the user may see; raises as the results themselves do.

    Ways with too few ballots say so instead of a number, and no total holds them. The log of the division that asks
    notes who took it.
    """
    found = rating_results(session, identity=identity, campaign_id=campaign_id, code=division_code, today=order.today)
    campaign = found["campaign"]
    return make_taking(order, write=lambda file: _write(file, found, order), chain=audit_chain(campaign["division"]),
                       subject=f"campaign:{campaign_id}", name=campaign["title"], details={})


def _write(file: IO[bytes], found: Mapping, order: Order) -> int:
    book, words = new_workbook(file), cache(partial(i18n.text, order.language))
    for way in BALLOT_WAYS:
        _write_way(book, found, way, words=words)
    book.close()
    return len(found["villages"])


def _write_way(book, found: Mapping, way: str, *, words: Callable[..., str]) -> None:
    campaign, questions = found["campaign"], found["campaign"]["questions"]
    sheet = new_sheet(book, words(f"export.rating.way.{way}"))
    bold, plain = book.add_format({"bold": True}), book.add_format({"valign": "top"})
    head = book.add_format({"bold": True, "text_wrap": True, "bottom": 1, "valign": "top"})
    percent, below = book.add_format({"num_format": "0.0%"}), book.add_format({"bold": True, "top": 1})
    percent_below = book.add_format({"num_format": "0.0%", "bold": True, "top": 1})
    write_cell(sheet, 0, 0, f"{campaign['title']} · {words(f'export.rating.way.{way}')}", bold)
    write_cell(sheet, _NOTE_ROW, 0, words(f"export.rating.note.{way}", n=found["least_ballots"]), plain)
    columns = _columns(questions, words)
    for column, (heading, width, _value) in enumerate(columns):
        sheet.set_column(column, column, width)
        write_cell(sheet, _HEAD_ROW, column, heading, head)
    sheet.freeze_panes(_HEAD_ROW + 1, 1)

    def write(row: int, name: str, code: str | None, result: Mapping | None, style, style_of_share) -> None:
        for column, value in enumerate((name, code)):
            write_cell(sheet, row, column, value, style)
        if result is None:
            write_cell(sheet, row, 2, words("export.rating.too_few", n=found["least_ballots"]), style)
            return
        for column, (_heading, _width, value) in enumerate(columns[2:], start=2):
            said = value(result)
            write_cell(sheet, row, column, said, style_of_share if isinstance(said, float) else style)

    row = _HEAD_ROW
    for row, one in enumerate(found["villages"], start=_HEAD_ROW + 1):
        write(row, one["village"].name, one["village"].code, one[way], plain, percent)
    if found["total"][way] is not None:
        shown = sum(1 for one in found["villages"] if one[way] is not None)
        write(row + 1, words("export.rating.total", n=shown), None, found["total"][way], below, percent_below)


def _columns(questions: list[dict], words: Callable[..., str]) -> list[tuple[str, int, Callable]]:
    """Heading, width, and what stands there of a result; shares are floats and everything else is not."""
    columns = [(words(f"export.rating.{name}"), width, lambda result, name=name: result.get(name))
               for name, width in PLACES]
    for place, question in enumerate(questions):
        for number, answer in enumerate(question["answers"]):
            uncounted = "" if answer["is_counted"] else words("export.rating.uncounted")
            columns.append((f"{question['text']}\n{answer['text']}{uncounted}", 12,
                            lambda result, place=place, number=number:
                            result["questions"][place]["answers"][number]["count"]))
        favourable = words("export.rating.between").join(
            answer["text"] for answer in question["answers"] if answer["is_favourable"])
        columns += [(f"{question['text']}\n{words(f'export.rating.{part}', answers=favourable)}", 14,
                     lambda result, place=place, part=part: result["questions"][place]["favourable"][part])
                    for part in ("denominator", "numerator", "rate")]
    return columns
