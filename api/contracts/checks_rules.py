"""Spot checks: which villages a seed draws, who may see which part of a check and when, what stands in a step's way.

Pure. The draw is a rule that anybody can repeat with a pencil: the villages of an urn are put in the order of the
SHA-256 of "seed:code" in UTF-8, written in hexadecimal, and the first ones are taken (docs/rules.md).
"""

from collections.abc import Collection, Sequence
from datetime import date
from hashlib import sha256

KINDS = ("unannounced", "quarterly", "patrol")
STATES = ("open", "closed")
# What a check is by: these roles over its division see all of it and enter what was found.
CHECKERS = ("supervisor", "discipline")


def draw(urns: Sequence[Sequence[str]], *, seed: str, count: int) -> list[str]:
    """The codes that a seed takes out of each urn: `count` of each, or all where there are fewer; no code twice."""
    taken: list[str] = []
    for urn in urns:
        left = [code for code in dict.fromkeys(urn) if code not in set(taken)]
        taken += sorted(left, key=lambda code: (lot(seed, code), code))[:count]
    return taken


def lot(seed: str, code: str) -> str:
    """What a village's place in the draw goes by."""
    return sha256(f"{seed}:{code}".encode()).hexdigest()


def draw_problem(urns: Sequence[Sequence[str]], *, count: int) -> str | None:
    """Why so many cannot be drawn, or None: an empty pool, or a single urn that holds fewer."""
    if not any(urns):
        return "check_pool_empty"
    return "check_pool_small" if len(urns) == 1 and count > len(urns[0]) else None


def repeats(urns: Sequence[Sequence[str]], *, seed: str, villages: Collection[str]) -> bool:
    """Whether a recorded draw gives these villages again."""
    counts = [sum(code in set(urn) for code in villages) for urn in urns]
    return draw(urns, seed=seed, count=max(counts, default=0)) == list(villages)


def is_revealed(*, kind: str, state: str, visited_on: date | None) -> bool:
    """Whether those below the checking division may know that a village is of a check.

    Of an unannounced one only once the checkers were there, or when the check is closed.
    """
    return kind != "unannounced" or state == "closed" or visited_on is not None


def shows_its_plan(*, kind: str, state: str) -> bool:
    """Whether those below the checking division may know what a check looks for and until when it goes on.

    While an unannounced one goes on, that would tell the villages that are still to come.
    """
    return kind != "unannounced" or state == "closed"


def visit_problem(*, state: str, visited_on: date, first_on: date, last_on: date, held_on: date | None, today: date
                  ) -> str | None:
    """Why a visit to a village cannot be noted, or None; the same day again is no problem."""
    if held_on is not None:
        return None if held_on == visited_on else "village_already_visited"
    if state == "closed":
        return "check_closed"
    if visited_on > today:
        return "visit_to_come"
    return None if first_on <= visited_on <= last_on else "visit_outside_check"


def finding_problem(*, state: str, visited_on: date | None) -> str | None:
    """Why a finding in a village can neither be entered nor changed, or None."""
    if state == "closed":
        return "check_closed"
    return "village_not_visited" if visited_on is None else None


def period_problem(*, first_on: date, last_on: date, visits: Collection[date]) -> str | None:
    """Why a check cannot have this period, or None: every visit that was made must lie in it."""
    if last_on < first_on:
        return "period_reversed"
    outside = any(not first_on <= day <= last_on for day in visits)
    return "visit_outside_check" if outside else None
