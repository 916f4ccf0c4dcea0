"""Links between cadres and households: the minimum by rank, the ten key households, and the ratios. Pure.

Policy choices: a household counts once, whatever the number of its links; a key household is a link too; who has no
posting is counted where the role is held; the ratios of a division are ratios of sums (A4.2, A4.4, A4.5).
"""

from dataclasses import dataclass

from api.vocabulary import RANKS

KINDS = ("link", "key")
MINIMUM_KEYS = {rank: f"links_{rank}" for rank in RANKS}
KEY_HOUSEHOLDS = "key_households"


@dataclass(frozen=True, slots=True)
class CadreLinks:
    """What a cadre has and what the rule asks for; `key_target` is 0 for whoever is no village instructor."""

    links: int
    minimum: int
    key: int
    key_target: int

    @property
    def meets_minimum(self) -> bool:
        return self.links >= self.minimum

    @property
    def meets_key_target(self) -> bool:
        return self.key >= self.key_target


@dataclass
class LinkFigures:
    """Sums of a division: cadres that meet their minimum, households with a link, instructors with all key ones."""

    cadres: int = 0
    cadres_meeting: int = 0
    households: int = 0
    households_linked: int = 0
    instructors: int = 0
    instructors_meeting: int = 0

    def add_cadres(self, each: CadreLinks, cadres: int = 1) -> None:
        """So many cadres with the same links."""
        self.cadres += cadres
        self.cadres_meeting += cadres * each.meets_minimum
        if each.key_target:
            self.instructors += cadres
            self.instructors_meeting += cadres * each.meets_key_target

    def add(self, other: "LinkFigures") -> None:
        """What another division has, too."""
        self.cadres += other.cadres
        self.cadres_meeting += other.cadres_meeting
        self.households += other.households
        self.households_linked += other.households_linked
        self.instructors += other.instructors
        self.instructors_meeting += other.instructors_meeting

    @property
    def cadre_rate(self) -> float | None:
        return ratio(self.cadres_meeting, self.cadres)

    @property
    def household_rate(self) -> float | None:
        return ratio(self.households_linked, self.households)

    @property
    def key_rate(self) -> float | None:
        return ratio(self.instructors_meeting, self.instructors)


def ratio(part: int, whole: int) -> float | None:
    """0..1; None where there is nothing to divide by."""
    return part / whole if whole else None
