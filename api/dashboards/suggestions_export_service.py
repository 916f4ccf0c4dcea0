"""Suggestions and complaints as a workbook: a row each, as far as the reader may see them, without contacts."""

from collections.abc import Callable
from functools import cache, partial

from sqlalchemy.orm import Session

from api import i18n
from api.audit import COUNTY_CHAIN
from api.dashboards.orders_service import Order, Taking, every_page, sheet_taking
from api.postings.models import Division
from api.ratings.suggestions_service import Standing, SuggestionView, list_suggestions

COLUMNS = (("division", 14), ("received_on", 11), ("kind", 8), ("about", 10), ("about_whom", 14), ("text", 50),
           ("state", 10), ("due_on", 11), ("overdue", 8), ("answer", 50), ("closed_on", 11))


def suggestions_taking(session: Session, *, standing: Standing, division: Division, order: Order) -> Taking:
    """What the user may see of a division and below.

    Who took it is noted in the county's log: how many there were would tell a township of those that it must not see.
    """
    words = cache(partial(i18n.text, order.language))
    pages = every_page(partial(list_suggestions, session, standing=standing, code=division.code))
    return sheet_taking(
        order, columns=COLUMNS, words="export.suggestion", chain=COUNTY_CHAIN, subject=f"division:{division.code}",
        name=f"{division.name}-{order.today.isoformat()}", rows=(_cells(view, words) for view in pages))


def _cells(view: SuggestionView, words: Callable[[str], str]) -> list[str | None]:
    answers = [step["text"] for step in view.steps if step["step"] in ("answer", "decline")]
    kind, about, state = (words(f"suggestion.{name}.{getattr(view, name)}") for name in ("kind", "about", "state"))
    return [view.division.name, view.received_on.isoformat(), kind, about, view.about_whom, view.text, state,
            view.due_on and view.due_on.isoformat(), words("export.suggestion.yes") if view.is_overdue else None,
            answers[-1] if answers else None, view.closed_on and view.closed_on.isoformat()]
