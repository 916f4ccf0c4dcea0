"""Villages to talk about for their visits: households nobody came to for long, and villages nobody came to at all."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, case, func, not_, or_, select
from sqlalchemy.orm import Session

from api.dates import quarter_of
from api.postings.divisions_service import DivisionRef, below, refs, valid_on
from api.postings.models import Division
from api.postings.policies_service import policy_book
from api.visits.counted_villages_service import CountedVillages
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


def households_unvisited(session: Session, *, division: Division, today: date, start: int, size: int
                         ) -> tuple[list[UnvisitedMatter], int]:
    """Of each village how many households alive and at home were not reached for the days of the rule.

    A page in the order of the roster, and how many villages there are; those without any are left out. Registered away
    on that day is not at home. Whoever was never visited has to have lived there for as long.
    """
    book = policy_book(session, UNVISITED)
    since = _since(book, division, today)
    # Whether there is one is asked of every village, how many only of those that are shown.
    found = session.scalars(select(Division.id).where(
        _valid_villages(division, today), or_(_one(long_ago(since), today), _one(never(since), today))
    ).order_by(Division.code)).all()
    ids = found[start:start + size]
    villages, counts = refs(session, ids), _counts(session, ids, since, home_on=today)
    return [UnvisitedMatter(villages[id_], *counts[id_], book.value(UNVISITED, villages[id_].path, today))
            for id_ in ids], len(found)


def villages_unvisited(session: Session, *, division: Division, today: date, start: int, size: int
                       ) -> tuple[list[VillageMatter], int]:
    """The villages with households, none of which was reached by a visit that counts in the running quarter.

    A page in the order of the roster, and how many villages there are.
    """
    quarter_on = quarter_of(today)
    found = CountedVillages(session, division, quarter_on=quarter_on, on=today).without_visit()
    shown = found[start:start + size]
    villages = refs(session, [village_id for village_id, _households in shown])
    return [VillageMatter(villages[village_id], households, quarter_on) for village_id, households in shown], len(found)


def long_ago(since: date | ColumnElement[date]) -> ColumnElement[bool]:
    """Last reached before that day."""
    return Household.last_visited_on < since


def never(since: date | ColumnElement[date]) -> ColumnElement[bool]:
    """Never reached, though it has been there since before that day."""
    return and_(Household.last_visited_on.is_(None), Household.alive_from < since)


def _counts(session: Session, village_ids: list[int], since: date | ColumnElement[date], *, home_on: date
            ) -> dict[int, tuple[int, int]]:
    """{village id: (households not reached since long and at home, those of them that were never reached)}."""
    rows = session.execute(
        select(Household.village_id, func.count(), func.count() - func.count(Household.last_visited_on))
        .join(Division, Division.id == Household.village_id)
        .where(Household.village_id.in_(village_ids), alive_on(home_on), or_(long_ago(since), never(since)),
               not_(away_on(home_on)))
        .group_by(Household.village_id))
    return {village_id: tuple(counts) for village_id, *counts in rows}


def _one(unreached: ColumnElement[bool], today: date) -> ColumnElement[bool]:
    """The condition that a village has one such household, alive and at home; its index is asked village by village.

    Those reached longest ago are mostly away, so that it begins with the others.
    """
    return (select(Household.id).where(Household.village_id == Division.id, alive_on(today), unreached,
                                       not_(away_on(today)))
            .order_by(Household.last_visited_on.desc()).limit(1).correlate(Division).scalar_subquery().is_not(None))


def _valid_villages(division: Division, today: date) -> ColumnElement[bool]:
    return and_(below(division.path), Division.level == "village", valid_on(today))


def _since(book, division: Division, today: date) -> date | ColumnElement[date]:
    """The day that the rule's days ago was, of each village by the nearest rule above it."""
    def back(number: int) -> date:
        return today - timedelta(days=number)

    usual = back(book.value(UNVISITED, division.path, today))
    # The deepest first: the nearest that has a rule decides.
    nearest = [(below(rule.path), back(rule.value)) for rule in reversed(book.below(UNVISITED, division.path, today))]
    return case(*nearest, else_=usual) if nearest else usual
