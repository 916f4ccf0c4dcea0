"""Loads what counting needs of households: their life, absences and visits, as plain values for the pure rule."""

from collections.abc import Callable, Iterable
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from api.postings.policies_service import policy_book
from api.visits.coverage_rules import Counted, HouseholdFact
from api.visits.models import Household, HouseholdAbsence, Visit

CALLS = "calls_count"


def calls_policy(session: Session) -> Callable[[str], Callable[[date], bool]]:
    """By the path of a division: whether calls to households away count in the quarter that begins on a day."""
    book = policy_book(session, CALLS)
    return lambda path: lambda quarter_on: book.value(CALLS, path, quarter_on) == "when_away"


def facts_of(session: Session, which: ColumnElement[bool], *, first: date, last: date) -> dict[int, HouseholdFact]:
    """The facts of the households that `which` picks and that live in a span of days, with the visits of that span."""
    alive = which & (Household.alive_from <= last) & (Household.alive_to.is_(None) | (Household.alive_to >= first))
    lives = session.execute(select(Household.id, Household.alive_from, Household.alive_to).where(alive)).all()
    absences = absences_of(session, alive)
    visits: dict[int, list[Counted]] = {}
    for household_id, day, manner in session.execute(
            select(Visit.household_id, Visit.day, Visit.manner).distinct()
            .join(Household, Household.id == Visit.household_id)
            .where(alive, Visit.day.between(first, last), Visit.annulled_at.is_(None), Visit.manner != "not_home")):
        visits.setdefault(household_id, []).append(Counted(day, manner))
    return {row.id: HouseholdFact(row.alive_from, row.alive_to, absences.get(row.id, ()),
                                  tuple(visits.get(row.id, ()))) for row in lives}


def absences_of(session: Session, which: ColumnElement[bool]) -> dict[int, tuple[tuple[date, date | None], ...]]:
    """The spans that the households picked by `which` are registered away; those without any are left out."""
    absences: dict[int, tuple[tuple[date, date | None], ...]] = {}
    for row in session.execute(
            select(HouseholdAbsence.household_id, HouseholdAbsence.from_on, HouseholdAbsence.to_on)
            .join(Household, Household.id == HouseholdAbsence.household_id).where(which)):
        absences[row.household_id] = (*absences.get(row.household_id, ()), (row.from_on, row.to_on))
    return absences


def villages_of_households(session: Session, household_ids: Iterable[int]) -> dict[int, int]:
    """The village of each household that there is."""
    return dict(session.execute(select(Household.id, Household.village_id).where(
        Household.id.in_(sorted(set(household_ids))))).all())
