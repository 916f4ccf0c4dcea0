"""Puts together what the demo's cadres do among the households: the register, rounds of visits, the diary. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from api.demo_diary_rules import EntryPlan, plan_entries
from api.demo_households_rules import HouseholdPlan, plan_households
from api.demo_people_rules import Stay, VillageFact
from api.demo_rounds_rules import RoundPlan, plan_rounds, walked
from api.demo_rules import Demo, noon_of


@dataclass(frozen=True)
class Field:
    """The register of households, and what phones sent of visits and diary, each in the order of cadres."""

    households: list[HouseholdPlan]
    rounds: list[RoundPlan]
    entries: list[EntryPlan]
    stays: list[tuple[int, Stay]]

    def homes(self, divisions: dict) -> list[tuple[int, int, date, date | None]]:
        """(cadre's number, home village's id, from, to) of every posting; `divisions` by code."""
        return [(number, divisions[stay.village].id, stay.from_on, stay.to_on) for number, stay in self.stays]


def plan_field(demo: Demo, villages: Sequence[VillageFact], *, seed: int, today: date, count: int) -> Field:
    """The work of all cadres of a demo with so many households up to noon of `today`."""
    households = plan_households(Random(f"{seed} {today} households"), villages, count=count, today=today)
    of_village: dict[str, list[int]] = {}
    for index, household in enumerate(households):
        of_village.setdefault(household.village, []).append(index)
    rng = Random(f"{seed} {today} walks")
    walks = {village: walked(rng, indexes) for village, indexes in of_village.items()}
    as_of = noon_of(today)
    records: dict[int, list] = {}
    for record in demo.records:
        records.setdefault(record.number, []).append(record)
    teams: dict[str, list[int]] = {}
    for worker in demo.people.workers:
        for stay in worker.stays[-1:]:
            teams.setdefault(stay.village, []).append(worker.number)
    field = Field(households, [], [], [(worker.number, stay) for worker in demo.people.workers
                                       for stay in worker.stays])
    for worker in demo.people.workers:
        rng, own = Random(f"{seed} {today} field {worker.number}"), records.get(worker.number, ())
        team = teams[worker.stays[-1].village] if worker.stays else ()
        field.rounds.extend(plan_rounds(rng, worker, own, households, walks, team=team, as_of=as_of))
        field.entries.extend(plan_entries(rng, worker, own, as_of=as_of))
    return field
