"""Makes up the rounds of visits of the demo's cadres, on days when they were in the village. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple
from uuid import UUID

from api import demo_words as words
from api.dates import shanghai_day
from api.demo_days_rules import Record
from api.demo_households_rules import HouseholdPlan
from api.demo_leave_rules import new_id
from api.demo_people_rules import Stay, Worker

# How many in a hundred days in the village see a round, by manner.
_ROUNDS = {"steady": 50, "fair": 35, "slack": 20}
_MANNERS = {"in_person": 86, "not_home": 8, "phone": 6}
# How much of a village its cadres ever walk to: a few villages stay below the target of a quarter.
_WALKED = (0.12, 0.2, 0.3, 0.4, 0.55, 0.8)
_PURPOSES = ("policy", "income_check", "opinions", "heart_to_heart", "monitoring", "industry", "safety", "investigator",
             "mediator", "service")


class VisitPlan(NamedTuple):
    """One household of a round; `household` counts from 0 in the whole plan. `concern` is (kind, text) or None."""

    id: UUID
    household: int
    manner: str
    summary: str | None
    concern: tuple[str, str] | None


class RoundPlan(NamedTuple):
    """A round of the cadre `number`; `position` as a check-in's, from the check-in of the day where it had one."""

    id: UUID
    number: int
    captured_at: datetime
    received_at: datetime
    elapsed_ms: int | None
    position: dict | None
    device_id: str
    purposes: tuple[str, ...]
    companion: int | None
    visits: tuple[VisitPlan, ...]


def walked(rng: Random, households: Sequence[int]) -> list[int]:
    """Those of a village's households that its cadres get to."""
    return list(households[:max(5, int(len(households) * rng.choice(_WALKED)))])


def plan_rounds(rng: Random, worker: Worker, records: Sequence[Record], households: Sequence[HouseholdPlan],
                of_village: dict[str, list[int]], *, team: Sequence[int], as_of: datetime) -> list[RoundPlan]:
    """The rounds of a cadre on the days of the own check-ins; `of_village` are the places of households by village.

    `team` are the numbers of the cadres of the same village: now and then one comes along.
    """
    found, asked = [], {}
    for record in sorted(records, key=lambda one: one.made_at):
        day = shanghai_day(record.made_at)
        stay = next((one for one in worker.stays if one.from_on <= day and (one.to_on is None or day <= one.to_on)),
                    None)
        if stay is None or record.declared_on is not None or day in asked or rng.random() * 100 >= _ROUNDS[
                worker.manner]:
            continue
        asked[day] = True
        made_at = record.made_at + timedelta(minutes=rng.randint(40, 170))
        delay = record.received_at - record.made_at
        if made_at + delay <= as_of:
            found.append(_round(rng, worker, record, stay, made_at, delay, households, of_village, team))
    return found


def _round(rng: Random, worker: Worker, record: Record, stay: Stay, made_at: datetime, delay: timedelta,
           households: Sequence[HouseholdPlan], of_village: dict[str, list[int]], team: Sequence[int]) -> RoundPlan:
    village = rng.choice((stay.village, stay.village, *stay.further))
    day = shanghai_day(made_at)
    alive = [index for index in of_village[village] if households[index].alive_from <= day
             and (households[index].alive_to is None or day <= households[index].alive_to)]
    # Neighbours are visited together: some houses in a row, more where the register is long.
    size = min(len(alive), rng.randint(2, 4) if len(of_village[village]) < 200 else rng.randint(5, 11))
    first = rng.randrange(len(alive) - size + 1)
    visits = tuple(_visit(rng, households[index], index) for index in alive[first:first + size])
    others = [number for number in team if number != worker.number]
    companion = rng.choice(others) if others and rng.random() < 0.25 else None
    return RoundPlan(
        new_id(rng), worker.number, made_at, made_at + delay, round(delay.total_seconds() * 1000),
        record.position if record.fix == "good" else None, record.device_id,
        tuple(sorted(rng.sample(_PURPOSES, rng.choice((1, 1, 2))))), companion, visits)


def _visit(rng: Random, household: HouseholdPlan, index: int) -> VisitPlan:
    is_away = any(to is None for _left, to in household.absences)
    manner = ("phone" if rng.random() < 0.7 else "not_home") if is_away else rng.choices(
        tuple(_MANNERS), tuple(_MANNERS.values()))[0]
    says = manner != "not_home"
    summary = rng.choice(words.SUMMARIES) if says and rng.random() < 0.35 else None
    concern = rng.choice(words.CONCERNS) if says and rng.random() < 0.012 else None
    return VisitPlan(new_id(rng), index, manner, summary, concern)
