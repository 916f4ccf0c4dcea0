"""Items of yearly contracts on a day: what fell due in the year so far, what was inspected, what waits too long."""

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from api.contracts.contracts_on_service import is_of_year, state_on, was_latest, was_village
from api.contracts.items_on_service import ItemsOn
from api.contracts.models import Contract, ContractRevision
from api.dashboards.figures_rules import CountedMonth, Parts
from api.postings.divisions_service import below
from api.postings.models import Division


def count(session: Session, *, division: Division, month: CountedMonth) -> dict[int, dict[str, Parts]]:
    """By village: what was inspected, and what waits for it, of the revisions that were in force on the day.

    What still waited when its contract was closed waits no longer.
    """
    items = ItemsOn(month.on, path=division.path)
    sums = [func.sum(case((condition, 1), else_=0)) for condition in (
        items.inspected(), items.waited(), items.was_late(session))]
    rows = session.execute(items.rows(items.village_id, *sums).group_by(items.village_id))
    found = {}
    for village_id, *counts in rows:
        done, waiting, overdue = map(int, counts)
        found[village_id] = {"items_inspected": Parts(done, done + waiting),
                             "items_overdue": Parts(overdue, done + waiting)}
    return found


def details(session: Session, *, division: Division, month: CountedMonth) -> dict[str, int]:
    """The year's contracts of the villages of the day by the state of their latest revision on it, and the villages
    without one.
    """
    found = {f"state.{state}": number for state, number in session.execute(_states(division, month))}
    villages = session.scalar(
        select(func.count()).select_from(Division).where(below(division.path), was_village(month.on)))
    return {**found, "without": max(villages - sum(found.values()), 0)}


def details_by_village(session: Session, *, division: Division, month: CountedMonth) -> dict[int, dict[str, int]]:
    """The same of each village."""
    found = {village_id: {"without": 1} for village_id in session.scalars(
        select(Division.id).where(below(division.path), was_village(month.on)))}
    for village_id, state, number in session.execute(_states(division, month, Contract.village_id)):
        found[village_id].update({f"state.{state}": number, "without": 0})
    return found


def _states(division: Division, month: CountedMonth, *keys):
    each = (
        select(*keys, state_on(month.on).label("then")).select_from(Contract)
        .join(Division, Division.id == Contract.village_id)
        .join(ContractRevision, ContractRevision.contract_id == Contract.id)
        .where(below(division.path), was_village(month.on), is_of_year(month.on.year), was_latest(month.on))
        .subquery())
    return select(*each.c, func.count()).group_by(*each.c)
