"""Makes up the people of the demo county: cadres, where they are posted, officials, villages' places. Pure.

The same random numbers and the same first day make the same people. Positions are made up around the county's middle.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import cos, radians, sin
from random import Random
from typing import NamedTuple

from api import demo_words as words
from api.geo import Position
from api.vocabulary import LEAVE_KINDS

CADRES = 220
MIDDLE = Position(27.2254, 107.8879)
# Work begins on the Monday this many weeks before the running one.
WEEKS = 12
_METRES_PER_DEGREE = 111_000
# In which of the weeks one cadre hands over to another on a Wednesday, and when the late ones come.
_HANDOVER_WEEK = 9
_LATE_WEEKS = (2, 3, 4, 5, 6, 8)
# Every kind in four states; one cadre in seven leaves room for all of them among the posted.
_SHOWN_LEAVES = 4 * len(LEAVE_KINDS)
_MANNERS = {"steady": 76, "fair": 17, "slack": 7}


class VillageFact(NamedTuple):
    """A village as the imported divisions have it, in the order of their codes."""

    code: str
    name: str
    township_code: str


class Spot(NamedTuple):
    """A made-up place of a village; no `radius_m`: the policy's."""

    village: str
    name: str
    position: Position
    radius_m: int | None


class Stay(NamedTuple):
    """A posting to a village with the further ones that it covers, by their codes."""

    village: str
    further: tuple[str, ...]
    from_on: date
    to_on: date | None


@dataclass(frozen=True, slots=True)
class Worker:
    """A made-up cadre; `manner` (steady, fair, slack) is how regularly the village sees this person."""

    number: int
    name: str
    sending_unit: str
    rank: str
    cadre_role: str
    manner: str
    stays: tuple[Stay, ...]


class Official(NamedTuple):
    """A made-up user with one role over the division `code`."""

    username: str
    name: str
    role: str
    code: str


@dataclass(frozen=True)
class People:
    """Everybody and every place of the demo; usernames of those who decide are found by village."""

    workers: tuple[Worker, ...]
    officials: tuple[Official, ...]
    spots: tuple[Spot, ...]
    committee_of: dict[str, str]
    supervisor_of: dict[str, str]

    def spots_of(self, stay: Stay) -> list[Spot]:
        """The places that a posting covers, home village first."""
        return [spot for village in (stay.village, *stay.further) for spot in self.spots if spot.village == village]


def moved(position: Position, metres: float, bearing: float) -> Position:
    """The position so many metres away; `bearing` in degrees from north. Good enough for some 50 km."""
    north, east = metres * cos(radians(bearing)), metres * sin(radians(bearing))
    return Position(
        round(position.latitude + north / _METRES_PER_DEGREE, 6),
        round(position.longitude + east / (_METRES_PER_DEGREE * cos(radians(position.latitude))), 6))


def locates(number: int) -> bool:
    """Whether a cadre agrees to positions; a few do without, so that both roads can be seen side by side."""
    return number % 41 != 12


def shown_leave(number: int) -> int | None:
    """Which leave (of so many kinds and states) every seventh cadre shows, or None."""
    return number // 7 if number % 7 == 5 and number // 7 < _SHOWN_LEAVES else None


def plan_people(rng: Random, villages: Sequence[VillageFact], *, county_code: str, first_on: date,
                today: date) -> People:
    """Everybody in the county; `first_on` is the Monday on which the postings begin."""
    names = _names(rng)
    townships = list(dict.fromkeys(village.township_code for village in villages))
    committees = {village.code: f"village{n}" for n, village in enumerate(villages, 1)}
    supervisors = {code: f"township{n}" for n, code in enumerate(townships, 1)}
    workers = _workers(rng, names, villages, first_on, today)
    officials = [Official(name, next(names), "village", code) for code, name in committees.items()]
    officials += [Official(name, next(names), "supervisor", code) for code, name in supervisors.items()]
    officials += [Official(name, next(names), role, county_code)
                  for name, role in (("county", "supervisor"), ("admin", "admin"), ("auditor", "auditor"))]
    # By a name of its own, so that nobody else's changes.
    officials.append(Official("discipline", "石守正", "discipline", county_code))
    return People(
        tuple(workers), tuple(officials), tuple(_spots(rng, villages, townships)), committees,
        {village.code: supervisors[village.township_code] for village in villages})


def _names(rng: Random):
    """Names without end, none twice."""
    used = set()
    # Some surnames are everywhere, others are met once in a while.
    weights = range(2 * len(words.SURNAMES), len(words.SURNAMES) // 2, -1)[:len(words.SURNAMES)]
    while True:
        name = rng.choices(words.SURNAMES, weights)[0] + rng.choice(words.GIVEN_NAMES)
        if name not in used:
            used.add(name)
            yield name


def _workers(rng: Random, names, villages: Sequence[VillageFact], first_on: date, today: date) -> list[Worker]:
    """Cadres numbered in the order of the villages; the last one waits for a posting."""
    homes = _homes(rng, villages)
    stays = [(Stay(home, _further(rng, villages, home), first_on, None),) for home in homes]
    # Those who show a leave are posted all the time.
    plain = [index for index in range(20, len(homes)) if shown_leave(index + 1) is None]
    chosen = rng.sample(plain, len(_LATE_WEEKS) + 3)
    for index, week in zip(chosen, _LATE_WEEKS, strict=False):
        stays[index] = (stays[index][0]._replace(from_on=first_on + timedelta(weeks=week)),)
    ending, leaving, following = chosen[-3:]
    stays[ending] = (stays[ending][0]._replace(to_on=today - timedelta(days=1)),)
    # A handover: one goes on to another village on a Wednesday, a newcomer takes over the same day.
    wednesday = first_on + timedelta(weeks=_HANDOVER_WEEK, days=2)
    old, new = stays[leaving][0], stays[following][0]
    stays[leaving] = (old._replace(to_on=wednesday - timedelta(days=1)),
                      Stay(new.village, (), wednesday, None))
    stays[following] = (old._replace(from_on=wednesday),)
    stays.append(())
    seen: set[str] = set()
    return [_worker(rng, number, next(names), one, seen) for number, one in enumerate(stays, 1)]


def _worker(rng: Random, number: int, name: str, stays: tuple[Stay, ...], seen: set[str]) -> Worker:
    home = stays[0].village if stays else ""
    if home not in seen:
        role = rng.choice(("village_instructor", "first_secretary", "first_secretary"))
    else:
        role = rng.choices(("team_member", "village_instructor"), (4, 1))[0]
    seen.add(home)
    rank = rng.choices(("county_leader", "section_level", "staff"), (2, 28 if role != "team_member" else 12, 70))[0]
    manner = rng.choices(tuple(_MANNERS), tuple(_MANNERS.values()))[0]
    return Worker(number, name, rng.choice(words.SENDING_UNITS), rank, role, "steady" if number == 1 else manner, stays)


def _homes(rng: Random, villages: Sequence[VillageFact]) -> list[str]:
    """A home village for all but the last cadre: two at least in each, more where a village is larger."""
    homes = [village.code for village in villages for _ in range(2)] + [villages[0].code]
    # Communities in town get fewer than villages in the hills.
    weights = [1 if "社区" in village.name else rng.choice((2, 3, 4)) for village in villages]
    homes += rng.choices([village.code for village in villages], weights, k=max(CADRES - 1 - len(homes), 0))
    return sorted(homes[:CADRES - 1])


def _further(rng: Random, villages: Sequence[VillageFact], home: str) -> tuple[str, ...]:
    """One cadre in eight covers a neighbouring village of the same township too."""
    township = next(village.township_code for village in villages if village.code == home)
    near = [village.code for village in villages if village.township_code == township and village.code != home]
    return (rng.choice(near),) if near and rng.random() < 0.12 else ()


def _spots(rng: Random, villages: Sequence[VillageFact], townships: list[str]) -> list[Spot]:
    """An office for every village but one, and an outlying group for one in five."""
    centres = {
        code: moved(MIDDLE, rng.uniform(500, 1500) if n == 0 else rng.uniform(7000, 14000),
                    360 * n / len(townships) + rng.uniform(-12, 12))
        for n, code in enumerate(townships)
    }
    without = rng.randrange(len(villages) // 2, len(villages))
    spots = []
    for n, village in enumerate(villages):
        office = moved(centres[village.township_code], rng.uniform(300, 5500), rng.uniform(0, 360))
        outlying = rng.random() < 0.2
        group, away, bearing = rng.choice(words.GROUPS), rng.uniform(1800, 3200), rng.uniform(0, 360)
        if n == without:
            continue
        spots.append(Spot(village.code, "居委会" if "社区" in village.name else "村委会", office, None))
        if outlying:
            spots.append(Spot(village.code, group, moved(office, away, bearing), 600))
    return spots
