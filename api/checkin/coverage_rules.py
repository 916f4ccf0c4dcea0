"""How much evidence each radius would cover. Pure; positions, metres and numbers in, counts out."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from api.checkin.rules import Circle, judge, place_verdict
from api.geo import Position

# What people choose from, in metres: a yard, a group of houses, a village, a village of scattered groups.
RADII_M = (200, 300, 500, 800, 1000, 1500, 2000, 3000, 5000)


@dataclass(frozen=True, slots=True)
class MeasuredFix:
    """How far a fix is from the nearest place, and how accurate it says it is; None: no place, or not said."""

    distance_m: float | None
    accuracy_m: float | None


@dataclass(frozen=True, slots=True)
class RadiusCoverage:
    """Fixes by the verdict that they would have, had every place this radius; none of them without a place."""

    radius_m: int
    inside: int
    uncertain: int
    outside: int


def measured(fix: Position, accuracy_m: float | None, centres: Sequence[Position]) -> MeasuredFix:
    """The distance of a fix from the nearest centre: with one radius for all, that is the place it is judged by."""
    points = [Circle(number, centre, 0) for number, centre in enumerate(centres)]
    return MeasuredFix(judge(fix=fix, accuracy_m=accuracy_m, circles=points).distance_m, accuracy_m)


def coverage(fixes: Iterable[MeasuredFix], radii_m: Collection[int]) -> list[RadiusCoverage]:
    """For each radius, smallest first, how many fixes it would have found inside, uncertain and outside."""
    known = [fix for fix in fixes if fix.distance_m is not None]
    rows = []
    for radius_m in sorted(set(radii_m)):
        found = [place_verdict(distance_m=fix.distance_m, radius_m=radius_m, accuracy_m=fix.accuracy_m)
                 for fix in known]
        rows.append(RadiusCoverage(radius_m, found.count("inside"), found.count("uncertain"), found.count("outside")))
    return rows
