"""The measures of a topic, village by village: from what was kept of a month that has ended, or counted now."""

from collections.abc import Callable
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from api.dashboards import (
    concerns_figures_service,
    contracts_figures_service,
    coverage_figures_service,
    notices_figures_service,
    presence_figures_service,
    ratings_figures_service,
    staffing_figures_service,
)
from api.dashboards.figure_models import DivisionMonth
from api.dashboards.figures_rules import CountedMonth, Parts, measures_of
from api.postings.divisions_service import below
from api.postings.models import Division

COUNTS: dict[str, Callable[..., dict[int, dict[str, Parts]]]] = {
    "presence": presence_figures_service.count,
    "coverage": coverage_figures_service.count,
    "concerns": concerns_figures_service.count,
    "contracts": contracts_figures_service.count,
    "notices": notices_figures_service.count,
    "ratings": ratings_figures_service.count,
    "staffing": staffing_figures_service.count,
}


def by_village(session: Session, *, division: Division, month_on: date, today: date, topic: str
               ) -> dict[int, dict[str, Parts]]:
    """{village id: {measure: parts}} of the villages at or below a division; villages without anything are absent.

    A month that has ended is answered as it was last counted, where it is kept; the running one is counted now.
    """
    month = CountedMonth(month_on, today)
    kept = _kept_villages(session, division, month, topic) if month.has_ended else None
    return counted(session, division=division, month=month, topic=topic) if kept is None else kept


def counted(session: Session, *, division: Division, month: CountedMonth, topic: str) -> dict[int, dict[str, Parts]]:
    """The same, counted now whatever is kept."""
    found = COUNTS[topic](session, division=division, month=month)
    return {village_id: measures for village_id, measures in found.items() if any(map(any, measures.values()))}


def paths_of_villages(session: Session, *, division: Division) -> dict[int, str]:
    """The path of every village at or below a division, of former ones too."""
    return dict(session.execute(select(Division.id, Division.path).where(
        below(division.path), Division.level == "village")).all())


def parts_of(figures: dict, topic: str) -> dict[str, Parts]:
    """The measures of a topic in a kept row."""
    return {measure: Parts(*figures[measure]) for measure in measures_of(topic) if measure in figures}


def _kept_villages(session: Session, division: Division, month: CountedMonth, topic: str
                   ) -> dict[int, dict[str, Parts]] | None:
    rows = {row.id: row for row in session.execute(
        select(Division.id, Division.level, DivisionMonth.figures)
        .join(DivisionMonth, DivisionMonth.division_id == Division.id)
        .where(below(division.path), DivisionMonth.month_on == month.month_on,
               or_(Division.level == "village", Division.id == division.id)))}
    # All of a month is kept at once: where the division itself is, its villages are.
    if division.id not in rows:
        return None
    found = {row.id: parts_of(row.figures, topic) for row in rows.values() if row.level == "village"}
    return {village_id: measures for village_id, measures in found.items() if any(map(any, measures.values()))}
