"""Makes up the households of the demo county. Pure: the same random numbers and the same day make the same ones."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from api import demo_words as words
from api.demo_people_rules import VillageFact

# The whole county's register when everything is made, and the one that shows each thing and is made in a moment.
FEW, MANY = 3_000, 100_000
_GROUPS_OF = {FEW: 3, MANY: 9}
# How many in a hundred households bear a label; a few bear two.
_LABELS = {"needy": 7, "prosperous": 5, "lifted_out": 12, "monitored": 3, "minimum_living": 6, "destitute": 1,
           "elderly_alone": 4}
_ENDINGS = ("split", "merged", "moved", "died_out")


class HouseholdPlan(NamedTuple):
    """A made-up household of the village `village` (by code); `absences` are periods lived away, from and to."""

    village: str
    number: str
    villagers_group: str
    householder: str
    members: int
    phone: str | None
    alive_from: date
    alive_to: date | None
    ended_as: str | None
    labels: tuple[str, ...]
    absences: tuple[tuple[date, date | None], ...]


def plan_households(rng: Random, villages: Sequence[VillageFact], *, count: int, today: date) -> list[HouseholdPlan]:
    """So many households, shared out among the villages by size, in the order of villages, groups and numbers."""
    sizes = _sizes(rng, villages, count)
    return [household for village, size in zip(villages, sizes, strict=True)
            for household in _of_village(rng, village, size, groups=_GROUPS_OF[count], today=today)]


def _sizes(rng: Random, villages: Sequence[VillageFact], count: int) -> list[int]:
    weights = [rng.uniform(0.6, 1.4) for _village in villages]
    sizes = [int(count * weight / sum(weights)) for weight in weights]
    for index in range(count - sum(sizes)):
        sizes[index % len(sizes)] += 1
    return sizes


def _of_village(rng: Random, village: VillageFact, size: int, *, groups: int, today: date) -> list[HouseholdPlan]:
    names = rng.sample(words.GROUPS, groups)
    # A group is mostly of one or two families.
    families = {name: rng.choices(words.SURNAMES, k=3) for name in names}
    found = []
    for number in range(1, size + 1):
        group = names[(number - 1) * groups // size]
        found.append(_household(rng, village.code, f"{number:04}", group, rng.choice(families[group]), today))
    return found


def _household(rng: Random, village: str, number: str, group: str, surname: str, today: date) -> HouseholdPlan:
    alive_from, alive_to, ended_as = date(2020, 1, 1), None, None
    if rng.random() < 0.02:
        alive_from = today - timedelta(days=rng.randint(20, 300))
    elif rng.random() < 0.015:
        alive_to, ended_as = today - timedelta(days=rng.randint(10, 200)), rng.choice(_ENDINGS)
    # Every fifth has no telephone of its own, or none that it gave.
    phone = f"1{rng.choice('3578')}{rng.randint(0, 10**9 - 1):09}" if rng.random() < 0.8 else None
    return HouseholdPlan(village, number, group, surname + rng.choice(words.GIVEN_NAMES),
                         rng.choices(range(1, 9), (6, 14, 20, 24, 18, 10, 5, 3))[0], phone, alive_from, alive_to,
                         ended_as, _labels(rng), _absences(rng, today))


def _labels(rng: Random) -> tuple[str, ...]:
    return tuple(label for label, share in _LABELS.items() if rng.random() * 100 < share)


def _absences(rng: Random, today: date) -> tuple[tuple[date, date | None], ...]:
    """One household in seven works in a city far away; some came back this year."""
    if rng.random() >= 0.14:
        return ()
    left = date(today.year, 1, 1) + timedelta(days=rng.randint(-300, 60))
    return ((left, None if rng.random() < 0.85 else left + timedelta(days=rng.randint(90, 240))),)
