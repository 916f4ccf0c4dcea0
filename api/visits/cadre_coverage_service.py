"""A cadre's own coverage: the households of the posting's villages, and those of them that the cadre visited.

Nothing of it is kept: a cadre has few visits, and a village's figure is no sum of these. The database adds up; a test
holds it to the rule of `coverage_rules`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import CTE, ColumnElement, Row, Subquery, and_, case, exists, func, or_, select, true, union_all
from sqlalchemy.orm import Session

from api.dates import quarter_end, quarters_of_year
from api.postings.account_models import User
from api.postings.divisions_service import DivisionRef, below, refs
from api.postings.models import Cadre, Division, Posting, PostingVillage
from api.postings.roster_service import posted_between, villages_of
from api.visits.counted_villages_service import counts_of_villages
from api.visits.coverage_rules import Counts, total
from api.visits.household_facts_service import calls_policy
from api.visits.households_service import alive_on
from api.visits.models import Companion, Household, HouseholdAbsence, Visit


@dataclass(frozen=True)
class CadreCounts:
    """A posting's counts; `village` is the home village, which gives the rules."""

    village: DivisionRef
    cadre: dict
    counts: Counts


def cadre_counts(session: Session, *, division: Division, quarter_on: date, on: date, cadre_id: int | None,
                 start: int, end: int) -> tuple[list[CadreCounts], int]:
    """The postings whose home village lies below a division and that run on the day of counting, in roster order.

    Those from place `start` to before `end` are counted; beside them stands how many there are.
    """
    query = (
        select(Posting.id, Posting.village_id, Cadre.id.label("cadre_id"), User.name)
        .join(Division, Division.id == Posting.village_id).join(Cadre, Cadre.id == Posting.cadre_id)
        .join(User, User.id == Cadre.user_id)
        .where(below(division.path), posted_between(on, on)))
    if cadre_id is not None:
        query = query.where(Posting.cadre_id == cadre_id)
    found = session.execute(query.order_by(Division.code, Posting.id)).all()
    postings = found[start:end]
    covered = villages_of(session, [posting.id for posting in postings])
    villages = refs(session, {id_ for ids in covered.values() for id_ in ids})
    known = counts_of_villages(session, village_ids=villages, quarter_on=quarter_on, on=on)
    own = _visited(session, postings, villages, quarter_on, on)
    counted = []
    for posting in postings:
        base = total(known[id_] for id_ in covered[posting.id])
        counts = own.get(posting.id, Counts())._replace(households=base.households, at_home=base.at_home)
        counted.append(CadreCounts(villages[posting.village_id], {"id": posting.cadre_id, "name": posting.name},
                                   counts))
    return counted, len(found)


def _visited(session: Session, postings: Sequence[Row], villages: dict[int, DivisionRef], quarter_on: date, on: date
             ) -> dict[int, Counts]:
    """By posting: how many households of its villages its cadre visited, or joined in visiting, in the quarter and in
    the year up to its end."""
    last = _last_visits(session, postings, villages, quarter_on, on)
    is_away = _away(last.c.household_id, on).label("is_away")
    found: dict[int, Counts] = {}
    for posting_id, away, quarter, year in session.execute(
            select(last.c.posting_id, is_away, func.sum(case((last.c.day >= quarter_on, 1), else_=0)), func.count())
            .group_by(last.c.posting_id, is_away)):
        quarter, home = int(quarter), int(not away)
        found[posting_id] = found.get(posting_id, Counts()).plus(Counts(
            visited=quarter, visited_at_home=quarter * home, year_visited=year, year_visited_at_home=year * home))
    return found


def _last_visits(session: Session, postings: Sequence[Row], villages: dict[int, DivisionRef], quarter_on: date,
                 on: date) -> Subquery:
    """(posting_id, household_id, day): a cadre's last visit up to the quarter's end to each household of the posting's
    villages that is alive on a day. The day says whether there was one in the quarter, too."""
    ids = [posting.id for posting in postings]
    seats = union_all(
        select(Posting.id, Posting.cadre_id, Posting.village_id).where(Posting.id.in_(ids)),
        select(Posting.id, Posting.cadre_id, PostingVillage.village_id)
        .join(PostingVillage, PostingVillage.posting_id == Posting.id).where(Posting.id.in_(ids))).cte("seats")
    seen = _seen({posting.cadre_id for posting in postings}, villages, quarter_on, on)
    return (
        select(seats.c.id.label("posting_id"), seen.c.household_id, func.max(seen.c.day).label("day"))
        .join(seen, and_(seen.c.cadre_id == seats.c.cadre_id, seen.c.village_id == seats.c.village_id))
        .where(or_(seen.c.manner == "in_person", _calls_count(session, seen, villages, quarter_on)))
        .group_by(seats.c.id, seen.c.household_id).subquery("last_visits"))


def _seen(cadre_ids: Collection[int], villages: Collection[int], quarter_on: date, on: date) -> CTE:
    """Visits in person, and calls to households away, of a year up to a quarter's end, by author and by whoever joined,
    to the households of villages that are alive on a day.

    Found by cadres and villages before anything else: they are few, and so are their visits beside a county's.
    """
    span = Visit.day.between(date(quarter_on.year, 1, 1), quarter_end(quarter_on))
    reached = or_(Visit.manner == "in_person", and_(Visit.manner == "phone", _away(Visit.household_id, Visit.day)))
    counted = (span, Visit.annulled_at.is_(None), reached, Household.village_id.in_(villages), alive_on(on))
    told, home = (Household.village_id, Visit.household_id, Visit.day, Visit.manner), Household.id == Visit.household_id
    return union_all(
        select(Visit.cadre_id, *told).join(Household, home).where(Visit.cadre_id.in_(cadre_ids), *counted),
        select(Companion.cadre_id, *told).join(Visit, Visit.round_id == Companion.round_id).join(Household, home)
        .where(Companion.cadre_id.in_(cadre_ids), Companion.state == "joined", *counted),
    ).cte("seen").prefix_with("MATERIALIZED")


def _calls_count(session: Session, seen: CTE, villages: dict[int, DivisionRef], quarter_on: date
                 ) -> ColumnElement[bool]:
    """The condition that the rule of a household's village has calls count in the quarter of the visit."""
    calls, of_quarters = calls_policy(session), []
    for first in (one for one in quarters_of_year(quarter_on.year) if one <= quarter_on):
        ids = [id_ for id_, village in villages.items() if calls(village.path)(first)]
        here = true() if len(ids) == len(villages) else seen.c.village_id.in_(ids)
        of_quarters.append(and_(seen.c.day.between(first, quarter_end(first)), here))
    return or_(*of_quarters)


def _away(household_id: ColumnElement[int], day) -> ColumnElement[bool]:
    """The condition that a household is registered as living away on a day; either may be a column."""
    return exists().where(HouseholdAbsence.household_id == household_id, HouseholdAbsence.from_on <= day,
                          or_(HouseholdAbsence.to_on.is_(None), HouseholdAbsence.to_on >= day))
