"""The households of a village that were not visited yet: the longest unvisited and the needy first."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, not_, or_, select
from sqlalchemy.orm import Session

from api.dates import quarter_end
from api.postings.models import Division
from api.postings.policies_service import policy_book
from api.visits.coverage_rules import NEEDY, counted_on, counts_of, is_away
from api.visits.household_facts_service import calls_policy, facts_of
from api.visits.households_service import alive_on, away_on
from api.visits.models import Household, HouseholdLabel
from api.visits.visit_matters_service import UNVISITED, long_ago, never


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
    away = {one: is_away(facts[one].absences, on) for one in waiting}
    return [view for view in _views(session, village, away=away) if view.id in waiting]


def unvisited_for_long(session: Session, *, village: Division, today: date) -> tuple[int, list[UnvisitedView]]:
    """The days of the village's rule, and the households at home that were not reached for so long: those that
    `visit_matters_service.households_unvisited` counts.
    """
    days = policy_book(session, UNVISITED).value(UNVISITED, village.path, today)
    since = today - timedelta(days=days)
    return days, _views(session, village, alive_on(today), or_(long_ago(since), never(since)), not_(away_on(today)),
                        away={})


def _views(session: Session, village: Division, *conditions: ColumnElement[bool], away: dict[int, bool]
           ) -> list[UnvisitedView]:
    labels: dict[int, list[str]] = {}
    for row in session.execute(
            select(HouseholdLabel.household_id, HouseholdLabel.label)
            .join(Household, Household.id == HouseholdLabel.household_id)
            .where(Household.village_id == village.id).order_by(HouseholdLabel.label)):
        labels.setdefault(row.household_id, []).append(row.label)
    rows = session.execute(select(
        Household.id, Household.number, Household.householder, Household.villagers_group, Household.last_visited_on
    ).where(Household.village_id == village.id, *conditions))
    shown = [UnvisitedView(one.id, one.number, one.householder, one.villagers_group, labels.get(one.id, []),
                           away.get(one.id, False), one.last_visited_on) for one in rows]
    return sorted(shown, key=_order)


def _order(view: UnvisitedView) -> tuple:
    return (view.last_visited_on or date.min, not any(label in NEEDY for label in view.labels),
            view.villagers_group, len(view.number), view.number, view.id)
