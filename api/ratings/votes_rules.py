"""The assessed vote (A8.7, A8.11): its states, who must have come, whether a count adds up, what it comes to.

Pure. What two people counted is a result only where they counted the same; nothing here turns it into anything else.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from api.vocabulary import VOTE_GRADES, VOTE_HEADINGS

STATES = ("prepared", "counting", "counted", "read_out", "signed", "annulled")
# What may be done in which state, and the state that it leads to.
STEPS = {
    "changed": {"prepared": "prepared"},
    "counting_opened": {"prepared": "counting", "counting": "counting"},
    "counted": {"counting": "counted"},
    "read_out": {"counted": "read_out"},
    "signed": {"read_out": "signed"},
    "annulled": {state: "annulled" for state in STATES if state != "annulled"},
}
OPENABLE = tuple(STEPS["counting_opened"])
# From here on both tellers agree, and what they counted is shown.
SHOWN = ("counted", "read_out", "signed")
# From here on it was read out at the meeting, so that those voted on heard it too.
HEARD = ("read_out", "signed")
# A report may still be entered while the paper is not signed; what was there when the vote began stays.
REPORTABLE = ("prepared", "counting", "counted", "read_out")
# A line of its own for each heading, so that whoever counts knows which to count again.
_HEADING = "count_heading_{}"


@dataclass(frozen=True, slots=True)
class Quorum:
    """Who came of those who should have, all groups together, and how many had to."""

    present: int
    expected: int
    needed: int

    @property
    def is_met(self) -> bool:
        return self.expected > 0 and self.present >= self.needed


@dataclass(frozen=True, slots=True)
class CountProblem:
    """A line of a count that does not add up: of the cadre, or of the whole where that is None."""

    reason: str
    cadre_id: int | None
    found: int
    wanted: int


def next_state(state: str, step: str) -> str | None:
    """The state that a step leads to, or None where it may not be taken."""
    return STEPS[step].get(state)


def quorum(groups: Iterable[Mapping], rule: str) -> Quorum:
    """Whether enough came: two thirds of those expected, or more than half; each person is in one group only."""
    groups = list(groups)
    present, expected = (sum(group[name] for group in groups) for name in ("present", "expected"))
    needed = -(-expected * 2 // 3) if rule == "two_thirds" else expected // 2 + 1
    return Quorum(present, expected, needed)


def groups_problem(groups: Sequence[Mapping]) -> str | None:
    """Why the groups of those who vote cannot be so, or None."""
    if len({group["voters"] for group in groups}) < len(groups):
        return "vote_group_twice"
    if any(group["present"] > group["expected"] for group in groups):
        return "vote_more_present"
    return None if sum(group["expected"] for group in groups) > 0 else "vote_nobody_expected"


def people_problem(*, presided_by: str, tellers: Sequence[str], voted_on: Collection[str]) -> str | None:
    """Why these people cannot hold the vote, or None; by their names, since none of them needs an account.

    Two tellers are two people, whoever is voted on neither counts nor presides, and who presides does not count.
    """
    names, presider = [_plain(name) for name in tellers], _plain(presided_by)
    subjects = {_plain(name) for name in voted_on}
    if len(set(names)) < len(names):
        return "tellers_same"
    if subjects & {*names, presider}:
        return "teller_voted_on"
    return "teller_presides" if presider in names else None


def opening_problem(*, state: str, held_on: date, today: date) -> str | None:
    """Why the counting cannot be opened, or None; again while it goes on means new codes for the tellers."""
    if state not in OPENABLE:
        return "vote_state"
    return "vote_to_come" if held_on > today else None


def signing_problem(*, state: str, held_on: date, signed_on: date, today: date) -> str | None:
    """Why the minutes cannot be signed on a day, or None."""
    if next_state(state, "signed") is None:
        return "vote_state"
    return None if held_on <= signed_on <= today else "vote_signed_when"


def report_problem(*, state: str, has_report: bool) -> str | None:
    """Why a duty report can neither be entered nor changed, or None: what the voters heard is not rewritten."""
    if state not in REPORTABLE:
        return "vote_state"
    return "duty_report_given" if has_report and state != "prepared" else None


def count_problems(counts: Mapping, *, present: int, voted_on: Collection[int], has_headings: bool
                   ) -> list[CountProblem]:
    """The lines of a teller's count that do not add up, in the order of the paper.

    Not more ballots than people present, not more back than given out, not more void than came back; for each cadre
    grades and abstentions are the valid ballots (returned minus void), and no heading has more ticks than these: who
    left a heading empty is in none of its grades.
    """
    issued, returned, void = counts["issued"], counts["returned"], counts["void"]
    lines = (("count_issued", issued, present), ("count_returned", returned, issued), ("count_void", void, returned))
    problems = [CountProblem(reason, None, found, most) for reason, found, most in lines if found > most]
    valid = returned - void
    if {int(cadre_id) for cadre_id in counts["subjects"]} != set(voted_on):
        return [*problems, CountProblem("count_subjects", None, len(counts["subjects"]), len(voted_on))]
    for cadre_id, one in counts["subjects"].items():
        total = sum(one["overall"].values()) + one["abstained"]
        if total != valid:
            problems.append(CountProblem("count_sum", int(cadre_id), total, valid))
        if (one["headings"] is not None) != has_headings:
            problems.append(CountProblem("count_headings", int(cadre_id), 0, 0))
            continue
        problems += [CountProblem(_HEADING.format(heading), int(cadre_id), sum(grades.values()), valid)
                     for heading, grades in (one["headings"] or {}).items() if sum(grades.values()) > valid]
    return problems


def result(counts: Mapping, cadre_id: int) -> dict:
    """What a vote came to for one cadre: each grade with its number and its share of the valid ballots.

    A share is null without any valid ballot. Abstentions are valid ballots, so the shares of the grades and theirs add
    up to one; no number stands for the whole and nothing follows from it by itself.
    """
    one, valid = counts["subjects"][str(cadre_id)], counts["returned"] - counts["void"]
    headings = one["headings"]
    return {
        "overall": _shares(one["overall"], valid), "abstained": _share(one["abstained"], valid),
        "headings": headings and [{"heading": heading, "grades": _shares(headings[heading], valid)}
                                  for heading in VOTE_HEADINGS],
    }


def ballots(counts: Mapping) -> dict:
    """The papers of a vote: given out, come back, void, valid."""
    return {"issued": counts["issued"], "returned": counts["returned"], "void": counts["void"],
            "valid": counts["returned"] - counts["void"]}


def _shares(grades: Mapping[str, int], valid: int) -> list[dict]:
    return [{"grade": grade, **_share(grades[grade], valid)} for grade in VOTE_GRADES]


def _share(count: int, valid: int) -> dict:
    return {"numerator": count, "denominator": valid, "rate": count / valid if valid else None}


def _plain(name: str) -> str:
    return "".join(name.split())
