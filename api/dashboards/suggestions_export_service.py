"""Suggestions and complaints as a workbook: a row each, as far as the reader may see them, without contacts."""

import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache, partial

from sqlalchemy.orm import Session

from api import audit, i18n
from api.dashboards.orders_service import Export
from api.postings.models import Division
from api.ratings.suggestions_service import Standing, SuggestionView, list_suggestions
from api.xlsx import XLSX, new_sheet, new_workbook, write_cell

COLUMNS = (("division", 14), ("received_on", 11), ("kind", 8), ("about", 10), ("about_whom", 14), ("text", 50),
           ("state", 10), ("due_on", 11), ("overdue", 8), ("answer", 50), ("closed_on", 11))
PAGE = 200


def export_suggestions(session: Session, *, standing: Standing, division: Division, language: str, now: datetime
                       ) -> Export:
    """Write what the user may see of a division and below to a temporary file.

    Who took it is noted in the county's log: how many there were would tell a township of those that it must not see.
    """
    words, file = cache(partial(i18n.text, language)), tempfile.TemporaryFile(prefix="zhucun-export-")
    book = new_workbook(file, constant_memory=True)
    title = words("export.suggestions")
    sheet = new_sheet(book, title)
    head = book.add_format({"bold": True, "text_wrap": True, "bottom": 1, "valign": "top"})
    cell = book.add_format({"text_wrap": True, "valign": "top"})
    for column, (name, width) in enumerate(COLUMNS):
        sheet.set_column(column, column, width)
        write_cell(sheet, 0, column, words(f"export.suggestion.{name}"), head)
    sheet.freeze_panes(1, 0)
    count = 0
    for count, view in enumerate(_views(session, standing, division), start=1):
        for column, value in enumerate(_cells(view, words)):
            write_cell(sheet, count, column, value, cell)
    sheet.autofilter(0, 0, count, len(COLUMNS) - 1)
    book.close()
    file.seek(0)
    audit.append(session, chain=audit.COUNTY_CHAIN, at=now, user_id=standing.identity.user_id, action="export.made",
                 subject=f"division:{division.code}", details={"kind": "suggestions", "rows": count})
    return Export(file, f"{division.name}-{standing.today.isoformat()}-{title}.xlsx", XLSX)


def _views(session: Session, standing: Standing, division: Division) -> Iterator[SuggestionView]:
    page, count = 1, None
    while count is None or (page - 1) * PAGE < count:
        views, count = list_suggestions(session, standing=standing, code=division.code, page=page, page_size=PAGE)
        page += 1
        yield from views


def _cells(view: SuggestionView, words: Callable[[str], str]) -> list[str | None]:
    answers = [step["text"] for step in view.steps if step["step"] in ("answer", "decline")]
    kind, about, state = (words(f"suggestion.{name}.{getattr(view, name)}") for name in ("kind", "about", "state"))
    return [view.division.name, view.received_on.isoformat(), kind, about, view.about_whom, view.text, state,
            view.due_on and view.due_on.isoformat(), words("export.suggestion.yes") if view.is_overdue else None,
            answers[-1] if answers else None, view.closed_on and view.closed_on.isoformat()]
