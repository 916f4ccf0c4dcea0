"""Villages to talk about for their visits: households nobody came to for long, and villages nobody came to at all."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from api.dates import quarter_of
from api.postings.divisions_service import REF_COLUMNS, DivisionRef, below
from api.postings.models import Division
from api.postings.policies_service import policy_book
from api.visits.counted_villages_service import CountedVillages, valid_on
from api.visits.households_service import alive_on
from api.visits.models import Household, HouseholdAbsence

UNVISITED = "unvisited_days"


@dataclass(frozen=True, slots=True)
class UnvisitedMatter:
    """`households` of a village that are at home and were not reached in person for `days`; `never` of them ever."""

    village: DivisionRef
    households: int
    never: int
    days: int


@dataclass(frozen=True, slots=True)
class VillageMatter:
    """A village of which no household was visited in the quarter that began on `quarter_on`."""

    village: DivisionRef
    households: int
    quarter_on: date


def households_unvisited(session: Session, *, division: Division, today: date) -> list[UnvisitedMatter]:
    """Of each village how many households alive and at home were not reached for the days of the rule.

    In the order of the roster; villages without any are left out. Registered away on that day is not at home. Whoever
    was never visited has to have lived there for as long.
    """
    villages = _villages(session, division, today)
    book = policy_book(session, UNVISITED)
    days = {one.id: book.value(UNVISITED, one.path, today) for one in villages}
    if not days:
        return []
    villages_below = select(Division.id).where(_valid_villages(division, today))
    within = and_(Household.village_id.in_(villages_below), alive_on(today))
    since = _since(days, today)
    all_of = _counts(session, within, since)
    # Few are registered away: taking them off is much quicker than asking for each household whether it is one.
    gone = _counts(session, within, since, away_on=today)
    found = []
    for village in villages:
        households, never = all_of.get(village.id, (0, 0))
        less, less_never = gone.get(village.id, (0, 0))
        if households > less:
            found.append(UnvisitedMatter(village, households - less, never - less_never, days[village.id]))
    return found


def villages_unvisited(session: Session, *, division: Division, today: date) -> list[VillageMatter]:
    """The villages with households, none of which was reached by a visit that counts in the running quarter."""
    quarter_on, villages = quarter_of(today), _villages(session, division, today)
    counted = CountedVillages(session, division, quarter_on=quarter_on, on=today).by_unit(villages, "village")
    return [VillageMatter(village, counted[village.id].households, quarter_on) for village in villages
            if counted[village.id].households and not counted[village.id].visited]


def long_ago(since: date | ColumnElement[date]) -> ColumnElement[bool]:
    """Last reached before that day."""
    return Household.last_visited_on < since


def never(since: date | ColumnElement[date]) -> ColumnElement[bool]:
    """Never reached, though it has been there since before that day."""
    return and_(Household.last_visited_on.is_(None), Household.alive_from < since)


def _counts(session: Session, within: ColumnElement[bool], since: date | ColumnElement[date], *,
            away_on: date | None = None) -> dict[int, tuple[int, int]]:
    """By village: households not reached since long, and of these never; with `away_on` those away on that day only."""
    parts = []
    # Two questions in one: each finds its part of an index, which "never or long ago" would not.
    for of_never, condition in ((0, long_ago(since)), (1, never(since))):
        query = select(Household.village_id, func.count(func.distinct(Household.id)).label("households") if away_on else
                       func.count().label("households"), literal(of_never).label("of_never"))
        if away_on is not None:
            query = query.join(HouseholdAbsence, and_(
                HouseholdAbsence.household_id == Household.id, HouseholdAbsence.from_on <= away_on,
                or_(HouseholdAbsence.to_on.is_(None), HouseholdAbsence.to_on >= away_on)))
        parts.append(query.where(within, condition).group_by(Household.village_id))
    found: dict[int, tuple[int, int]] = {}
    for village_id, households, of_never in session.execute(union_all(*parts)):
        before = found.get(village_id, (0, 0))
        found[village_id] = (before[0] + households, before[1] + households * of_never)
    return found


def _villages(session: Session, division: Division, today: date) -> list[DivisionRef]:
    return [DivisionRef(*row) for row in session.execute(
        select(*REF_COLUMNS).where(_valid_villages(division, today)).order_by(Division.code))]


def _valid_villages(division: Division, today: date) -> ColumnElement[bool]:
    return and_(below(division.path), Division.level == "village", valid_on(today))


def _since(days: dict[int, int], today: date) -> date | ColumnElement[date]:
    """The day that many days ago, of each village its own; villages with another number than most are named."""
    usual = Counter(days.values()).most_common(1)[0][0]
    others: dict[int, list[int]] = {}
    for village_id, number in days.items():
        if number != usual:
            others.setdefault(number, []).append(village_id)

    def back(number: int) -> date:
        return today - timedelta(days=number)

    if not others:
        return back(usual)
    return case(*((Household.village_id.in_(ids), back(number)) for number, ids in sorted(others.items())),
                else_=back(usual))
