"""Visit coverage of villages on a day: the kept counts of a quarter, or counted from the visits up to a past day."""

from datetime import date

from sqlalchemy import ColumnElement, and_, case, exists, func, literal, or_, select, true
from sqlalchemy.orm import Session

from api.dashboards.figures_rules import CountedMonth, Parts
from api.dates import quarter_end, quarters_of_year
from api.postings.divisions_service import below, valid_on
from api.postings.models import Division
from api.postings.policies_service import policy_book
from api.visits.household_facts_service import CALLS
from api.visits.models import Household, HouseholdAbsence, Visit, VillageQuarter
from api.visits.village_quarters_service import count_villages

# What the policy says where calls count.
COUNT = "when_away"
_kept = VillageQuarter


def count(session: Session, *, division: Division, month: CountedMonth) -> dict[int, dict[str, Parts]]:
    """By village, among the households alive on the day of counting."""
    if month.on == month.today or month.on == quarter_end(month.quarter_on):
        return _kept_counts(session, division, month)
    return _counted(session, division, month)


def _parts(households: int, at_home: int, visited: int, visited_at_home: int, year: int, year_at_home: int
           ) -> dict[str, Parts]:
    return {"visited_quarter": Parts(visited, households), "visited_quarter_at_home": Parts(visited_at_home, at_home),
            "visited_year": Parts(year, households), "visited_year_at_home": Parts(year_at_home, at_home)}


def _kept_counts(session: Session, division: Division, month: CountedMonth) -> dict[int, dict[str, Parts]]:
    fresh = and_(_kept.village_id == Division.id, _kept.quarter_on == month.quarter_on,
                 or_(_kept.changes_on.is_(None), _kept.changes_on > month.on))
    rows = session.execute(
        select(Division.id, _kept.village_id, _kept.households, _kept.at_home, _kept.visited, _kept.visited_at_home,
               _kept.year_visited, _kept.year_visited_at_home)
        .outerjoin(_kept, fresh)
        .where(below(division.path), Division.level == "village", valid_on(month.on))).all()
    found = {row[0]: _parts(*row[2:]) for row in rows if row.village_id is not None}
    for row in count_villages(session, village_ids=[row[0] for row in rows if row.village_id is None],
                              quarter_on=month.quarter_on, on=month.on):
        found[row.village_id] = _parts(*row.counts)
    return found


def _counted(session: Session, division: Division, month: CountedMonth) -> dict[int, dict[str, Parts]]:
    """The rule of coverage_rules.counts_of in SQL, with the visits up to the day only."""
    on, first = month.on, date(month.on.year, 1, 1)
    villages = and_(below(division.path), Division.level == "village", valid_on(on))
    # The last day on which each household was reached tells both: in the year, and in the quarter.
    reached = (
        select(Visit.household_id, func.max(Visit.day).label("day"))
        .join(Division, Division.id == Visit.village_id)
        .where(Visit.village_id.in_(select(Division.id).where(villages).correlate(None)),
               Visit.day.between(first, on), Visit.annulled_at.is_(None), or_(
                   Visit.manner == "in_person", and_(Visit.manner == "phone", _away(Visit.household_id, Visit.day),
                                                     _calls(session, division, first))))
        .group_by(Visit.household_id).subquery())
    home, year = ~_away(Household.id, literal(on)), reached.c.day.is_not(None)
    quarter = reached.c.day >= month.quarter_on
    sums = [func.sum(case((condition, 1), else_=0)) for condition in (
        true(), home, quarter, and_(quarter, home), year, and_(year, home))]
    rows = session.execute(
        select(Household.village_id, *sums).join(Division, Division.id == Household.village_id)
        .outerjoin(reached, reached.c.household_id == Household.id)
        .where(villages, Household.alive_from <= on, or_(Household.alive_to.is_(None), Household.alive_to >= on))
        .group_by(Household.village_id))
    return {village_id: _parts(*map(int, counts)) for village_id, *counts in rows}


def _away(household_id: ColumnElement[int], day: ColumnElement[date]) -> ColumnElement[bool]:
    return exists().where(HouseholdAbsence.household_id == household_id, HouseholdAbsence.from_on <= day,
                          or_(HouseholdAbsence.to_on.is_(None), HouseholdAbsence.to_on >= day))


def _calls(session: Session, division: Division, first: date) -> ColumnElement[bool]:
    """Whether a call to who lives away counts, by the rule that holds for the village in the visit's quarter."""
    book = policy_book(session, CALLS)
    return or_(*(and_(Visit.day.between(quarter_on, quarter_end(quarter_on)), _says(book, division, quarter_on))
                 for quarter_on in quarters_of_year(first.year)))


def _says(book, division: Division, quarter_on: date) -> ColumnElement[bool]:
    # The deepest first: the nearest that has a rule decides.
    nearest = [(below(rule.path), literal(rule.value == COUNT))
               for rule in reversed(book.below(CALLS, division.path, quarter_on))]
    otherwise = literal(any(rule.value == COUNT for rule in book.above(CALLS, division.path, quarter_on)))
    return case(*nearest, else_=otherwise) if nearest else otherwise
