"""A cadre's own coverage: the sums of the database against the pure rule, whatever was visited by whom."""

from datetime import date, timedelta
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import or_, select

from api.dates import quarter_end
from api.postings import policies_service
from api.postings.divisions_service import refs
from api.postings.models import Posting
from api.postings.roster_service import villages_of
from api.visits.cadre_coverage_service import cadre_counts
from api.visits.coverage_rules import Counted, Counts, counts_of, total
from api.visits.household_facts_service import calls_policy, facts_of
from api.visits.models import Companion, Household, HouseholdAbsence, Round, Visit
from tests.conftest import NOW
from tests.county import County

START = date(2025, 11, 1)
day = st.integers(0, 500).map(lambda n: START + timedelta(days=n))
span = st.tuples(day, st.none() | st.integers(0, 200))
# The household's village, its life, and the days registered away.
homes = st.lists(st.tuples(st.sampled_from(("A1", "A2", "B1")), span, st.none() | span), min_size=3, max_size=6)
# Author, companion and the word given, household, day, manner, whether it was taken back.
visits = st.lists(st.tuples(
    st.integers(0, 2), st.none() | st.tuples(st.integers(0, 2), st.sampled_from(("named", "joined", "declined"))),
    st.integers(0, 5), day, st.sampled_from(("in_person", "phone", "not_home")), st.sampled_from((False, False, True)),
), max_size=14)
never = st.none() | st.tuples(st.sampled_from(("A", "B")), st.sampled_from((date(2026, 4, 1), date(2026, 10, 1))))
counted = st.tuples(st.sampled_from((date(2026, 1, 1), date(2026, 7, 1), date(2026, 10, 1))), st.integers(0, 91))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(homes, visits, never, counted)
def test_the_database_counts_by_the_rule(county, homes, visits, never, counted):
    """Households that begin, end and leave; calls that count and do not; one's own, joined, and taken back; outside."""
    quarter_on, after = counted
    on = min(quarter_on + timedelta(days=after), quarter_end(quarter_on))
    with county.undone():
        _fill(county, homes, visits, never)
        found, count = cadre_counts(county.session, division=county.county, quarter_on=quarter_on, on=on,
                                    cadre_id=None, start=0, end=10)
        right = [(posting.cadre_id, _by_rule(county.session, posting, quarter_on, on))
                 for posting in county.session.scalars(select(Posting))]
        assert count == len(right) == 3
        assert sorted((one.cadre["id"], one.counts) for one in found) == sorted(right)


def _until(first: date, days: int | None) -> date | None:
    return None if days is None else first + timedelta(days=days)


def _fill(county: County, homes: list, visits: list, never: tuple[str, date] | None) -> None:
    session = county.session
    cadres = [county.cadre(village, further=further, from_on=date(2025, 1, 1)).cadre.id
              for village, further in (("A1", ()), ("A2", ("B1",)), ("B1", ()))]
    made = []
    for village, (alive_from, days), away in homes:
        home = county.household(village, alive_from=alive_from, alive_to=_until(alive_from, days))
        if away is not None:
            session.add(HouseholdAbsence(household_id=home.id, from_on=away[0], to_on=_until(*away)))
        made.append(home)
    for author, companion, place, on, manner, is_annulled in visits:
        home, kept = made[place % len(made)], Round(
            id=uuid4(), cadre_id=cadres[author], day=on, captured_at=NOW, received_at=NOW, flags="", purposes=[],
            content_hash=b"test")
        session.add(kept)
        session.flush()
        session.add(Visit(id=uuid4(), round_id=kept.id, household_id=home.id, village_id=home.village_id,
                          cadre_id=cadres[author], day=on, manner=manner, annulled_at=NOW if is_annulled else None))
        if companion is not None and companion[0] != author:
            session.add(Companion(round_id=kept.id, cadre_id=cadres[companion[0]], state=companion[1]))
    if never is not None:
        policies_service.set_policy(session, division=county.townships[never[0]], key="calls_count", value="never",
                                    effective_from=never[1], source="试", user_id=None, at=NOW, today=date.max,
                                    any_start=True)
    session.flush()


def _by_rule(session, posting: Posting, quarter_on: date, on: date) -> Counts:
    first, last = date(quarter_on.year, 1, 1), quarter_end(quarter_on)
    joined = select(Companion.round_id).where(Companion.cadre_id == posting.cadre_id, Companion.state == "joined")
    own: dict[int, list[Counted]] = {}
    for visit in session.scalars(select(Visit).where(
            Visit.annulled_at.is_(None), or_(Visit.cadre_id == posting.cadre_id, Visit.round_id.in_(joined)))):
        own.setdefault(visit.household_id, []).append(Counted(visit.day, visit.manner))
    calls, villages = calls_policy(session), refs(session, villages_of(session, [posting.id])[posting.id])
    return total(
        counts_of(fact._replace(visits=tuple(own.get(id_, ()))), quarter_on=quarter_on, on=on,
                  calls_count=calls(village.path))
        for village in villages.values()
        for id_, fact in facts_of(session, Household.village_id == village.id, first=first, last=last).items())
