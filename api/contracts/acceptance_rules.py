"""The course of an acceptance (验收): when it is due, which step may follow which, what each needs. Pure.

inspected on the spot → (surveyed) → confirmed by the office together → archived (A7.10 to A7.13). Whatever the table
does not name is refused. What was not met goes on in a supervision notice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

STATES = ("inspected", "confirmed", "archived")
# What a list may be asked for beside a state: what was confirmed, but not as wholly met.
FAILED = "failed"
GROUPS = ("party_members", "representatives")
ANSWERS = ("satisfied", "basically", "dissatisfied", "unknown")
# At least so many assessors are on the spot.
LEAST_ASSESSORS = 2


@dataclass(frozen=True, slots=True)
class Step:
    """`after`: the states from which it may be taken; `leads_to`: the state then; `needs`: what its details name."""

    after: tuple[str, ...]
    leads_to: str
    needs: tuple[str, ...] = ()


# All are taken by a division above the village, never by who acts for it. A survey may be entered anew until the
# confirmation: the last one counts.
STEPS = {
    "surveyed": Step(after=("inspected",), leads_to="inspected", needs=GROUPS),
    "confirmed": Step(after=("inspected",), leads_to="confirmed", needs=("held_on", "present", "verdict")),
    "archived": Step(after=("confirmed",), leads_to="archived"),
}


def allowed_steps(state: str, *, lacks_survey: bool) -> list[str]:
    """The steps that may be taken now, in the order of the table; a major item is confirmed after its survey only."""
    return [name for name in STEPS if step_problem(state=state, step=name, lacks_survey=lacks_survey) is None]


def step_problem(*, state: str, step: str, lacks_survey: bool) -> str | None:
    """Why a step cannot be taken, or None."""
    if state not in STEPS[step].after:
        return "acceptance_step"
    return "survey_missing" if step == "confirmed" and lacks_survey else None


def change_problem(state: str) -> str | None:
    """Why the inspection cannot be changed any more, or None: what was confirmed together stands."""
    return None if state == "inspected" else "acceptance_step"


def due_since(*, completed_on: date | None, deadline: date, today: date) -> tuple[str, date] | None:
    """(reason, day) since when a line waits for its acceptance: completed, or its deadline passed, whichever was
    first; None while it is neither.
    """
    found = [("completed", completed_on)] if completed_on is not None else []
    if deadline < today:
        found.append(("deadline", deadline))
    return min(found, key=lambda one: one[1], default=None)


def accept_by(since_on: date, days: int) -> date:
    """The last day on which it is accepted in time."""
    return since_on + timedelta(days=days)


def inspection_problem(*, inspected_on: date, since: tuple[str, date] | None, today: date) -> str | None:
    """Why a line cannot have been inspected on a day, or None: one matter, one completion, one check (A7.11)."""
    if since is None:
        return "acceptance_not_due"
    if inspected_on > today:
        return "inspected_in_future"
    return "inspected_before_due" if inspected_on < since[1] else None


def confirmation_problem(*, held_on: date, inspected_on: date, today: date, present: int, others: int, least: int
                         ) -> str | None:
    """Why the office cannot have confirmed together, or None.

    `present` came to the meeting, `others` of them are not who entered the inspection; `least` is the policy.
    """
    if held_on > today:
        return "confirmed_in_future"
    if held_on < inspected_on:
        return "confirmed_before_inspection"
    if present < least:
        return "too_few_present"
    return "confirmed_alone" if others == 0 else None


def asked(answers: Mapping[str, int]) -> int:
    """How many of a group were asked: every answer is one of four."""
    return sum(answers[name] for name in ANSWERS)


def satisfied_rate(groups: Sequence[Mapping[str, int]]) -> float | None:
    """Satisfied or basically satisfied / asked, of all groups together; None where nobody was asked."""
    total = sum(asked(one) for one in groups)
    return sum(one["satisfied"] + one["basically"] for one in groups) / total if total else None
