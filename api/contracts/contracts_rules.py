"""The course of a contract's revision: who may take which step from where, what it needs, when a vote carries. Pure.

framework → measures → deliberated → sealed → submitted → approved | returned → signed → published → closed
(requirements A7.2 to A7.7). Whatever the table does not name is refused.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

# What somebody is to a contract: of the town (or above it), on the village's committee, on the team posted there.
TOWN, VILLAGE, TEAM = "town", "village", "team"
# Those who act for the village: none of them decides on it from above.
LOCAL = (VILLAGE, TEAM)
OPENED = "framework"
STATES = ("framework", "measures", "deliberated", "sealed", "submitted", "approved", "returned", "signed", "published",
          "closed", "replaced")
# In whose hands a contract lies, in the order of the course; `replaced` lies in nobody's.
STAGES = {"framework": ("framework",), "village": ("measures", "deliberated", "sealed", "returned"),
          "submitted": ("submitted",), "agreed": ("approved", "signed"), "published": ("published",),
          "closed": ("closed",)}
EDITABLE = ("framework", "measures", "returned")
REVISABLE = ("approved", "signed", "published")
REVIEWABLE = ("measures", "deliberated")
# A contract that the village is bound by: others may see it, deeds and acceptances follow it.
IN_FORCE = ("published", "closed")
VOTE = ("held_on", "entitled", "present", "in_favour", "against", "abstained", "minutes")
QUESTIONS = ("followed_procedure", "is_realistic_and_lawful")
CEREMONY = ("held_on", "place", "signers")
DETAILS = tuple(dict.fromkeys((*VOTE, *QUESTIONS, *CEREMONY)))
# Who leaves which review; the township's is left with its decision. The town also enters what a team without a log-in
# has said.
REVIEWERS = {"branch": (VILLAGE,), "team": (TEAM, TOWN)}


@dataclass(frozen=True, slots=True)
class Step:
    """`after`: the states from which it may be taken; `by`: who may; `needs`: what must be given with it."""

    after: tuple[str, ...]
    by: tuple[str, ...]
    needs: tuple[str, ...] = ()


# Each step leads to the state of its own name. `framework` is none of them: a revision is opened with it; `replaced`
# neither: it befalls a published revision when the next one is published.
STEPS = {
    "measures": Step(after=("framework", "returned", "deliberated"), by=(VILLAGE,)),
    "deliberated": Step(after=("measures",), by=(VILLAGE,), needs=VOTE),
    "sealed": Step(after=("deliberated",), by=(VILLAGE,)),
    "submitted": Step(after=("sealed",), by=(VILLAGE,)),
    "approved": Step(after=("submitted",), by=(TOWN,), needs=QUESTIONS),
    "returned": Step(after=("submitted",), by=(TOWN,), needs=(*QUESTIONS, "note")),
    "signed": Step(after=("approved",), by=(TOWN,), needs=CEREMONY),
    "published": Step(after=("signed",), by=(TOWN, VILLAGE)),
    "closed": Step(after=("published",), by=(TOWN,)),
}
# The step that what stands in the way is looked up for, by the state.
WAITS_FOR = {"framework": "measures", "returned": "measures", "measures": "deliberated", "deliberated": "sealed",
             "signed": "published"}
# Steps that are taken for the village.
LOCAL_STEPS = tuple(name for name, step in STEPS.items() if step.by == (VILLAGE,))
# Decisions on what the village did: never by who did it.
DECISIONS = ("approved", "returned")


def allowed_steps(state: str, standings: Collection[str], *, has_acted: bool = False, is_latest: bool = True
                  ) -> list[str]:
    """The steps that somebody may take now, in the order of the table.

    `has_acted`: took a step or left a review for the village in this revision. A revision that a later one has
    overtaken can only be closed.
    """
    return [name for name, step in STEPS.items()
            if state in step.after and (is_latest or name == "closed")
            and not (name in DECISIONS and is_own(standings, has_acted=has_acted))
            and any(standing in step.by for standing in standings)]


def is_own(standings: Collection[str], *, has_acted: bool) -> bool:
    """Whether a contract is somebody's own record, whatever else they are to it."""
    return has_acted or any(standing in LOCAL for standing in standings)


def needs_of(step: str, *, is_due: bool) -> list[str]:
    """What must be given with a step; `is_due`: the contract's period is over, or all its lines are accepted."""
    return ["note"] if step == "closed" and not is_due else list(STEPS[step].needs)


def step_problem(*, state: str, step: str, standings: Collection[str], has_acted: bool, is_latest: bool) -> str | None:
    """Why a step cannot be taken by this person now (contract_step, contract_overtaken, contract_step_elsewhere,
    own_record), or None."""
    row = STEPS[step]
    if state not in row.after:
        return "contract_step"
    if not is_latest and step != "closed":
        return "contract_overtaken"
    if not any(standing in row.by for standing in standings):
        return "contract_step_elsewhere"
    return "own_record" if step in DECISIONS and is_own(standings, has_acted=has_acted) else None


def details_problem(*, step: str, note: str | None, details: Mapping, is_due: bool, today: date) -> str | None:
    """What is wrong with what was given with a step: a part is missing or another step's, or it does not add up."""
    given = {name for name, value in details.items() if value not in (None, "", [])}
    needed = set(needs_of(step, is_due=is_due))
    if "note" in needed and not (note or "").strip():
        return "contract_note_missing"
    if needed - {"note"} - given:
        return "contract_details_missing"
    if given - needed:
        return "contract_details_foreign"
    if _is_ahead(details, today):
        return "contract_day_ahead"
    if step == "deliberated" and not _adds_up(details):
        return "contract_vote_sum"
    if step == "approved" and not all(details[question] for question in QUESTIONS):
        return "contract_questions_denied"
    return None


def _is_ahead(details: Mapping, today: date) -> bool:
    return details.get("held_on") is not None and details["held_on"] > today


def _adds_up(vote: Mapping) -> bool:
    return (vote["in_favour"] + vote["against"] + vote["abstained"] == vote["present"]
            and 0 < vote["present"] <= vote["entitled"])


def vote_problem(vote: Mapping, *, quorum: str, majority: str) -> str | None:
    """Why a vote does not carry (contract_no_quorum, contract_no_majority), or None.

    `quorum` and `majority` are the policies' words: more than half or two thirds of those entitled came, more than half
    or two thirds of those who came are in favour.
    """
    if not _came_enough(vote, quorum):
        return "contract_no_quorum"
    return None if _is_carried(vote, majority) else "contract_no_majority"


def _came_enough(vote: Mapping, quorum: str) -> bool:
    came, entitled = vote["present"], vote["entitled"]
    return came * 3 >= entitled * 2 if quorum == "two_thirds" else came * 2 > entitled


def _is_carried(vote: Mapping, majority: str) -> bool:
    came, in_favour = vote["present"], vote["in_favour"]
    return in_favour * 3 >= came * 2 if majority == "two_thirds_of_present" else in_favour * 2 > came


def review_problems(latest: Mapping[str, bool]) -> list[str]:
    """What the reviews leave to be done before a contract is sealed.

    `latest` says of each body whose last review is of the items as they stand whether it agreed.
    """
    problems = []
    if "branch" not in latest:
        problems.append("contract_branch_missing")
    if "team" not in latest:
        problems.append("contract_team_missing")
    if not all(latest.get(body, True) for body in REVIEWERS):
        problems.append("contract_not_agreed")
    return problems


def period_problem(*, kind: str, first_on: date, last_on: date) -> str | None:
    """A yearly contract is one of a calendar year; a term's ends after it begins."""
    if last_on <= first_on:
        return "contract_period"
    is_year = (first_on, last_on) == (date(first_on.year, 1, 1), date(first_on.year, 12, 31))
    return "contract_not_a_year" if kind == "yearly" and not is_year else None


def band_of(households: int, bounds: Collection[int]) -> int:
    """The size band of a village, from 1: each bound is the most households of its band; above the last is one more."""
    return 1 + sum(households > bound for bound in sorted(bounds))
