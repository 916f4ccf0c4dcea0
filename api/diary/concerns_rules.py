"""The course of a concern: who may take which step, what it needs, where it leads; deadlines, ages, timeliness. Pure.

raised → accepted → in the village | joint consultation | escalated → resolved | explained → followed up → closed
(docs/rules.md). Whatever the table does not name is refused.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

# With whom a concern lies: those of the division that has to act, and those of the village, who know the villager.
HOLDER, LOCAL = "holder", "local"
ANYBODY = (HOLDER, LOCAL)
UNDONE = ("raised", "accepted", "in_village", "joint_consultation", "escalated")
DONE = ("resolved", "explained", "followed_up")
OVER = ("closed", "merged")
# The steps that put a concern into the committee's hands, which from then on sees it; what was only told to a cadre, or
# explained by one on the spot, it does not: it may be about the committee.
GIVES_TO_VILLAGE = ("in_village", "joint_consultation")
# The levels that are offered when a concern is to go up.
ESCALATES_TO = ("township", "county")
# Upper bounds in days; the last band is open.
AGE_BANDS = (7, 15, 30)
AGES = (*(f"to_{days}" for days in AGE_BANDS), f"over_{AGE_BANDS[-1]}")


@dataclass(frozen=True, slots=True)
class Step:
    """`after`: the states from which it may be taken; `by`: who may; `needs`: the part that must not be empty."""

    after: tuple[str, ...]
    by: tuple[str, ...] = (HOLDER,)
    needs: str | None = None


# Each step leads to the state of its own name, but for `separated`, which takes a merging back. A follow-up that finds
# the villager not content leads back to handling.
STEPS = {
    "accepted": Step(after=("raised",)),
    "in_village": Step(after=("raised", "accepted", "joint_consultation", "escalated", "followed_up"), by=ANYBODY),
    "joint_consultation": Step(after=(*UNDONE, "followed_up"), by=ANYBODY, needs="note"),
    "escalated": Step(after=(*UNDONE, "followed_up"), by=ANYBODY, needs="division"),
    "resolved": Step(after=UNDONE, needs="note"),
    "explained": Step(after=UNDONE, needs="note"),
    "followed_up": Step(after=("resolved", "explained"), by=ANYBODY, needs="note"),
    "closed": Step(after=("followed_up",), by=ANYBODY),
    "merged": Step(after=UNDONE, needs="concern"),
    "separated": Step(after=("merged",)),
}


def allowed_steps(state: str, standings: Collection[str]) -> list[str]:
    """The steps that somebody may take now, in the order of the table.

    While nothing is done only the holder says where a concern goes: the village does not take back what it sent up.
    """
    return [name for name in STEPS if _is_allowed(name, state, standings)]


def _is_allowed(name: str, state: str, standings: Collection[str]) -> bool:
    step = STEPS[name]
    by = (HOLDER,) if state in UNDONE else step.by
    return state in step.after and any(standing in by for standing in standings)


def step_problem(*, state: str, step: str, standings: Collection[str], note: str | None, has_division: bool,
                 has_concern: bool) -> str | None:
    """Why a step cannot be taken (concern_step, concern_held_elsewhere, or the part that is missing), or None."""
    row = STEPS[step]
    if state not in row.after:
        return "concern_step"
    if not _is_allowed(step, state, standings):
        return "concern_held_elsewhere"
    if row.needs == "note" and not (note or "").strip():
        return "concern_note_missing"
    if row.needs == "division" and not has_division:
        return "concern_division_missing"
    return "concern_into_missing" if row.needs == "concern" and not has_concern else None


def steps_on_the_way(state: str, step: str) -> list[str]:
    """The steps that are written together with one, so that a matter settled on the spot is one tap.

    Who handles a concern has accepted it, and what was resolved at once was handled in the village.
    """
    way = []
    if state == "raised" and step not in ("accepted", "merged"):
        way.append("accepted")
    if state in ("raised", "accepted") and step in ("resolved", "explained"):
        way.append("in_village")
    return way


def state_after(step: str) -> str:
    return "accepted" if step == "separated" else step


def escalation_problem(*, village_path: str, owner_path: str, to_path: str, county_path: str,
                       state: str) -> str | None:
    """Why a concern cannot be escalated to a division: it must lie above who holds it now, within the county.

    After a follow-up it may go back to the same one.
    """
    above = village_path.startswith(to_path) and to_path != village_path and to_path.startswith(county_path)
    higher = len(to_path) < len(owner_path) or (state in DONE and to_path == owner_path)
    return None if above and higher else "concern_division_not_above"


def due_key(kind: str) -> str:
    """The policy that gives a kind its time."""
    return f"concern_days_{kind}"


def due_on(raised_on: date, days: int) -> date:
    """The last day on which it is done in time: so many calendar days after it was raised."""
    return raised_on + timedelta(days=days)


def is_overdue(*, state: str, due_on: date, today: date) -> bool:
    """Whether a concern that nobody has resolved or explained yet has passed its last day."""
    return state in UNDONE and today > due_on


def age_band(days: int) -> str:
    """The band that an age in days belongs to, such as to_7."""
    return next((f"to_{bound}" for bound in AGE_BANDS if days <= bound), AGES[-1])


def timely_rate(in_time: int, judged: int) -> float | None:
    """Done in time / (done, or not done and overdue); None where nothing can be judged yet."""
    return in_time / judged if judged else None
