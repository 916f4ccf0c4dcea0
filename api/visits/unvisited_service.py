"""The households of a village that were not visited yet: the longest unvisited and the needy first."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.dates import quarter_end
from api.postings.models import Division
from api.visits.coverage_rules import NEEDY, counted_on, counts_of, is_away
from api.visits.household_facts_service import calls_policy, facts_of
from api.visits.models import Household, HouseholdLabel


@dataclass(frozen=True)
class UnvisitedView:
    """A household that waits; `last_visited_on` is its last visit in person ever, None for never."""

    id: int
    number: str
    householder: str
    villagers_group: str
    labels: list[str]
    is_away: bool
    last_visited_on: date | None


def unvisited(session: Session, *, village: Division, period: str, quarter_on: date, today: date,
              on: date | None = None) -> list[UnvisitedView]:
    """The households alive on the day of counting that no visit of the period (`quarter` or `year`) reached.

    `on`: a day of the quarter to count on, with the visits up to it.
    """
    last = on or quarter_end(quarter_on)
    on = on or counted_on(quarter_on, today)
    facts = facts_of(session, Household.village_id == village.id, first=date(quarter_on.year, 1, 1), last=last)
    calls = calls_policy(session)(village.path)
    waiting = set()
    for household_id, fact in facts.items():
        counts = counts_of(fact, quarter_on=quarter_on, on=on, calls_count=calls)
        if counts.households and not (counts.visited if period == "quarter" else counts.year_visited):
            waiting.add(household_id)
    labels: dict[int, list[str]] = {}
    for row in session.execute(
            select(HouseholdLabel.household_id, HouseholdLabel.label)
            .join(Household, Household.id == HouseholdLabel.household_id)
            .where(Household.village_id == village.id).order_by(HouseholdLabel.label)):
        labels.setdefault(row.household_id, []).append(row.label)
    rows = session.execute(select(
        Household.id, Household.number, Household.householder, Household.villagers_group, Household.last_visited_on
    ).where(Household.village_id == village.id))
    shown = [UnvisitedView(one.id, one.number, one.householder, one.villagers_group, labels.get(one.id, []),
                           is_away(facts[one.id].absences, on), one.last_visited_on)
             for one in rows if one.id in waiting]
    return sorted(shown, key=_order)


def _order(view: UnvisitedView) -> tuple:
    return (view.last_visited_on or date.min, not any(label in NEEDY for label in view.labels),
            view.villagers_group, len(view.number), view.number, view.id)
