"""Villages to talk about for their visits: households nobody came to for long, and villages nobody came to at all."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, case, func, not_, or_, select
from sqlalchemy.orm import Session

from api.dates import quarter_of
from api.postings.divisions_service import REF_COLUMNS, DivisionRef, below
from api.postings.models import Division
from api.postings.policies_service import policy_book
from api.visits.counted_villages_service import CountedVillages, valid_on
from api.visits.households_service import alive_on, away_on
from api.visits.models import Household

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
    found = {village_id: counts for village_id, *counts in _counts(session, within, since, home_on=today)}
    return [UnvisitedMatter(village, *found[village.id], days[village.id])
            for village in villages if village.id in found]


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


def _counts(session: Session, within: ColumnElement[bool], since: date | ColumnElement[date], *, home_on: date
            ) -> list[tuple[int, int, int]]:
    """(village id, households not reached since long and at home, those of them that were never reached)."""
    return session.execute(
        select(Household.village_id, func.count(), func.count() - func.count(Household.last_visited_on))
        .where(within, or_(long_ago(since), never(since)), not_(away_on(home_on)))
        .group_by(Household.village_id)).all()


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
