"""A cadre's own coverage: the households of the posting's villages, and those of them that the cadre visited.

Nothing of it is kept: a cadre has few visits, and a village's figure is no sum of these.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select, union_all
from sqlalchemy.orm import Session

from api.dates import quarter_end
from api.postings.account_models import User
from api.postings.divisions_service import DivisionRef, below, refs
from api.postings.models import Cadre, Division, Posting
from api.postings.roster_service import villages_of
from api.visits.counted_villages_service import counts_of_villages
from api.visits.coverage_rules import Counted, Counts, HouseholdFact, counts_of, total
from api.visits.household_facts_service import absences_of, calls_policy
from api.visits.models import Companion, Household, Visit


@dataclass(frozen=True)
class CadreCounts:
    """A posting's counts; `village` is the home village, which gives the rules."""

    village: DivisionRef
    cadre: dict
    counts: Counts


def cadre_counts(session: Session, *, division: Division, quarter_on: date, on: date, cadre_id: int | None
                 ) -> list[CadreCounts]:
    """The postings whose home village lies below a division and that run on the day of counting, in roster order."""
    query = (
        select(Posting.id, Posting.village_id, Cadre.id.label("cadre_id"), User.name)
        .join(Division, Division.id == Posting.village_id).join(Cadre, Cadre.id == Posting.cadre_id)
        .join(User, User.id == Cadre.user_id)
        .where(below(division.path), Posting.from_on <= on, or_(Posting.to_on.is_(None), Posting.to_on >= on)))
    if cadre_id is not None:
        query = query.where(Posting.cadre_id == cadre_id)
    postings = session.execute(query.order_by(Division.code, Posting.id)).all()
    covered = villages_of(session, [posting.id for posting in postings])
    known = counts_of_villages(session, village_ids={id_ for ids in covered.values() for id_ in ids},
                               quarter_on=quarter_on, on=on)
    own = _visited(session, [posting.cadre_id for posting in postings], quarter_on, on)
    homes = refs(session, [posting.village_id for posting in postings])
    found = []
    for posting in postings:
        base = total(known[id_] for id_ in covered[posting.id])
        visited = total(counts for village_id, counts in own.get(posting.cadre_id, ())
                        if village_id in covered[posting.id])
        found.append(CadreCounts(homes[posting.village_id], {"id": posting.cadre_id, "name": posting.name}, Counts(
            base.households, base.at_home, *visited[2:])))
    return found


def _visited(session: Session, cadre_ids: list[int], quarter_on: date, on: date
             ) -> dict[int, list[tuple[int, Counts]]]:
    """By cadre: the village and the counts of each household that the cadre visited or joined in the year so far."""
    first, last = date(quarter_on.year, 1, 1), quarter_end(quarter_on)
    span = (Visit.day.between(first, last), Visit.annulled_at.is_(None), Visit.manner != "not_home")
    # Of visits in person the last one up to the quarter's end says all; calls are judged by their day.
    kept_day = func.max(Visit.day)
    by_day = (Visit.household_id, Visit.manner, Visit.day)
    rows = []
    for who, source in ((Visit.cadre_id, select(Visit.cadre_id)),
                        (Companion.cadre_id, select(Companion.cadre_id).join(
                            Visit, Visit.round_id == Companion.round_id).where(Companion.state == "joined"))):
        mine = source.where(who.in_(cadre_ids), *span)
        rows.append(mine.add_columns(Visit.household_id, Visit.manner, kept_day.label("day"))
                    .where(Visit.manner == "in_person").group_by(who, Visit.household_id, Visit.manner))
        rows.append(mine.add_columns(*by_day).where(Visit.manner == "phone"))
    visits: dict[tuple[int, int], list[Counted]] = {}
    for cadre_id, household_id, manner, day in session.execute(union_all(*rows)):
        visits.setdefault((cadre_id, household_id), []).append(Counted(day, manner))
    ids = {household_id for _cadre_id, household_id in visits}
    lives = {row.id: row for row in session.execute(
        select(Household.id, Household.village_id, Household.alive_from, Household.alive_to, Division.path)
        .join(Division, Division.id == Household.village_id).where(Household.id.in_(ids)))}
    absences, calls = absences_of(session, Household.id.in_(ids)), calls_policy(session)
    found: dict[int, list[tuple[int, Counts]]] = {}
    for (cadre_id, household_id), counted in visits.items():
        life = lives[household_id]
        fact = HouseholdFact(life.alive_from, life.alive_to, absences.get(household_id, ()), tuple(counted))
        found.setdefault(cadre_id, []).append((life.village_id, counts_of(
            fact, quarter_on=quarter_on, on=on, calls_count=calls(life.path))))
    return found
