"""Measures, village by village: from what was kept of a month that has ended, or counted now."""

from collections.abc import Callable
from datetime import date

from sqlalchemy import func, or_, select
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
from api.dashboards.figures_rules import MEASURES, CountedMonth, Parts, measures_of
from api.postings.divisions_service import below
from api.postings.models import Division, Posting

COUNTS: dict[str, Callable[..., dict[int, dict[str, Parts]]]] = {
    "presence": presence_figures_service.count,
    "coverage": coverage_figures_service.count,
    "concerns": concerns_figures_service.count,
    "contracts": contracts_figures_service.count,
    "notices": notices_figures_service.count,
    "ratings": ratings_figures_service.count,
    "staffing": staffing_figures_service.count,
}


def measure_by_village(session: Session, *, division: Division, month_on: date, today: date, measure: str
                       ) -> dict[int, Parts]:
    """{village id: parts} of the villages at or below a division; those without anything are absent, or empty.

    A month that has ended is answered as it was last counted, where it is kept; the running one is counted now.
    """
    month = CountedMonth(month_on, today)
    kept = _kept_villages(session, division, month, measure) if month.has_ended else None
    if kept is not None:
        return kept
    found = counted(session, division=division, month=month, topic=MEASURES[measure].topic)
    return {village_id: measures[measure] for village_id, measures in found.items() if measure in measures}


def counted(session: Session, *, division: Division, month: CountedMonth, topic: str) -> dict[int, dict[str, Parts]]:
    """{village id: {measure: parts}} of the same, counted now whatever is kept; those without anything are absent.

    Nothing is counted of months that ended before anybody was posted in the county. Households are in the books since
    long before the county began with this system, and what nobody wrote down then would be zero per cent of them.
    """
    if month.has_ended and not _has_begun(session, month):
        return {}
    found = COUNTS[topic](session, division=division, month=month)
    return {village_id: measures for village_id, measures in found.items() if any(map(any, measures.values()))}


def _has_begun(session: Session, month: CountedMonth) -> bool:
    begun_on = session.scalar(select(func.min(Posting.from_on)))
    return begun_on is not None and begun_on <= month.on


def paths_of_villages(session: Session, *, division: Division) -> dict[int, str]:
    """The path of every village at or below a division, of former ones too."""
    return dict(session.execute(select(Division.id, Division.path).where(
        below(division.path), Division.level == "village")).all())


def parts_of(figures: dict, topic: str) -> dict[str, Parts]:
    """The measures of a topic in a kept row."""
    return {measure: Parts(*figures[measure]) for measure in measures_of(topic) if measure in figures}


def _kept_villages(session: Session, division: Division, month: CountedMonth, measure: str
                   ) -> dict[int, Parts] | None:
    """One measure of each village, taken out by the database: reading whole rows takes four times as long."""
    rows = session.execute(
        select(Division.id, *(DivisionMonth.figures[(measure, part)].as_integer() for part in (0, 1)))
        .join(DivisionMonth, DivisionMonth.division_id == Division.id)
        .where(below(division.path), DivisionMonth.month_on == month.month_on,
               or_(Division.level == "village", Division.id == division.id)))
    kept = {division_id: Parts(numerator or 0, denominator or 0) for division_id, numerator, denominator in rows}
    # All of a month is kept at once: where the division itself is, its villages are.
    if division.id not in kept:
        return None
    if division.level != "village":
        del kept[division.id]
    return kept
