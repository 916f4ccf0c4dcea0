"""Coverage of a past day in SQL is that of the pure rule, whatever lives, leaves, is visited and annulled."""

import random
from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import insert

from api.dashboards.figures_rules import CountedMonth
from api.dashboards.figures_service import counted
from api.dates import quarter_of
from api.postings import policies_service
from api.visits.coverage_rules import counts_of, total
from api.visits.household_facts_service import calls_policy, facts_of
from api.visits.models import Household, Round, Visit
from tests.conftest import NOW
from tests.dashboards.figures_county import at

TODAY = NOW.date()
FIRST = date(2025, 11, 1)


def some_day(chance: random.Random, until: date = TODAY) -> date:
    return FIRST + timedelta(days=chance.randrange((until - FIRST).days + 1))


def some_households(county, chance: random.Random, number: int) -> None:
    cadre = county.cadre("A1")
    for _ in range(number):
        born = some_day(chance) if chance.random() < 0.3 else date(2020, 1, 1)
        dead = some_day(chance) if chance.random() < 0.3 else None
        left = some_day(chance)
        away = ((left, left + timedelta(days=60) if chance.random() < 0.5 else None),)
        household = county.household(
            chance.choice(["A1", "A2", "B1"]), alive_from=born, alive_to=dead and max(born, dead),
            away=away if chance.random() < 0.6 else ())
        for day in {some_day(chance) for _ in range(chance.randrange(4))}:
            visited(county, chance, cadre, household, day)


def visited(county, chance: random.Random, cadre, household, day: date) -> None:
    round_id = uuid4()
    county.session.execute(insert(Round).values(
        id=round_id, cadre_id=cadre.cadre.id, day=day, captured_at=at(day), received_at=at(day), flags="", purposes=[],
        is_erased=False, changed_at=at(day), content_hash=b"test"))
    county.session.execute(insert(Visit).values(
        id=uuid4(), round_id=round_id, household_id=household.id, village_id=household.village_id,
        cadre_id=cadre.cadre.id, day=day, manner=chance.choice(["in_person", "phone", "phone", "not_home"]),
        annulled_at=at(day) if chance.random() < 0.15 else None, version=1))


def by_the_rule(county, on: date) -> dict[int, tuple]:
    calls, found = calls_policy(county.session), {}
    for village in county.villages.values():
        facts = facts_of(county.session, Household.village_id == village.id, first=date(on.year, 1, 1), last=on)
        counts = total(counts_of(fact, quarter_on=quarter_of(on), on=on, calls_count=calls(village.path))
                       for fact in facts.values())
        if any(counts):
            found[village.id] = tuple(counts)
    return found


@pytest.mark.parametrize("seed", [1, 2])
def test_a_past_day_is_counted_as_the_rule_counts(county, seed):
    chance = random.Random(seed)
    some_households(county, chance, 40)
    # A township where calls never count, and one village of it where they do again.
    for division, value, day in ((county.townships["A"], "never", date(2026, 4, 1)),
                                 (county.villages["A2"], "when_away", date(2026, 7, 1))):
        policies_service.set_policy(county.session, division=division, key="calls_count", value=value,
                                    effective_from=day, source="通知", user_id=None, at=NOW, today=date.max,
                                    any_start=True)
    for month_on in (date(2026, 1, 1), date(2026, 4, 1), date(2026, 5, 1), date(2026, 8, 1), date(2026, 10, 1)):
        month = CountedMonth(month_on, TODAY)
        found = counted(county.session, division=county.county, month=month, topic="coverage")
        assert {village_id: (one["visited_quarter"].denominator, one["visited_quarter_at_home"].denominator,
                             *(one[measure].numerator for measure in one))
                for village_id, one in found.items()} == by_the_rule(county, month.on)
