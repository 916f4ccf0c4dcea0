"""Concerns of villages on a day: what waits and for how long, and what was raised in the month and done in time."""

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session

from api.dashboards.figures_rules import CountedMonth, Parts
from api.diary.concern_lists_service import (
    age_on,
    judged_by,
    overdue_on,
    raised_within,
    state_on,
    undone_on,
    was_in_time,
)
from api.diary.models import Concern
from api.postings.divisions_service import below
from api.postings.models import Division


def count(session: Session, *, division: Division, month: CountedMonth) -> dict[int, dict[str, Parts]]:
    """By village. Whether what was raised in the month was done in time is judged by today, also of a past month."""
    raised = raised_within(month.month_on)
    judged = and_(raised, judged_by(month.today))
    conditions = (overdue_on(month.on), undone_on(month.on), and_(judged, was_in_time()), judged)
    sums = [func.sum(case((condition, 1), else_=0)) for condition in conditions]
    rows = session.execute(
        select(Concern.village_id, *sums)
        .where(Concern.village_id.in_(_villages(division)), or_(undone_on(month.on), raised))
        .group_by(Concern.village_id))
    return {village_id: {"concerns_overdue": Parts(int(overdue), int(undone)),
                         "concerns_in_time": Parts(int(in_time), int(of_them))}
            for village_id, overdue, undone, in_time, of_them in rows}


def details(session: Session, *, division: Division, month: CountedMonth) -> dict[str, int]:
    """What waited on the day of counting, by state and by age."""
    found: dict[str, int] = {}
    for state, age, number in session.execute(_waiting(division, month)):
        _add(found, state, age, number)
    return found


def details_by_village(session: Session, *, division: Division, month: CountedMonth) -> dict[int, dict[str, int]]:
    """The same of each village."""
    found: dict[int, dict[str, int]] = {}
    for village_id, state, age, number in session.execute(_waiting(division, month, Concern.village_id)):
        _add(found.setdefault(village_id, {}), state, age, number)
    return found


def _waiting(division: Division, month: CountedMonth, *keys):
    state = state_on(month.on) if month.has_ended else Concern.state
    each = (select(*keys, state.label("then"), age_on(month.on).label("age"))
            .where(Concern.village_id.in_(_villages(division)), undone_on(month.on)).subquery())
    return select(*each.c, func.count()).group_by(*each.c)


def _add(found: dict[str, int], state: str, age: str, number: int) -> None:
    for key in (f"state.{state}", f"age.{age}"):
        found[key] = found.get(key, 0) + number


def _villages(division: Division):
    return select(Division.id).where(below(division.path), Division.level == "village")
