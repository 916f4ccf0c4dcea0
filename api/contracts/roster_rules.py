"""The roster of an assessment office: complete when it is published, and then not changed at will (A1.11). Pure."""

from collections.abc import Collection, Sequence
from datetime import date

POSTS = ("director", "deputy", "member")
# What may change on a published roster: when somebody's part in it ends, and who approved that.
AFTERWARDS = {"to_on", "ended_approval"}


def is_current(from_on: date, to_on: date | None, day: date) -> bool:
    return from_on <= day and (to_on is None or day <= to_on)


def publication_problem(posts: Sequence[str], *, least: int) -> str | None:
    """Why a roster of people in these posts cannot be published, or None: it needs a director, and enough to go."""
    return None if "director" in posts and len(posts) >= least else "roster_incomplete"


def addition_problem(*, is_published: bool, approval: str | None) -> str | None:
    """Why nobody can be added, or None."""
    return "approval_missing" if is_published and not (approval or "").strip() else None


def change_problem(*, is_published: bool, changed: Collection[str], approval: str | None) -> str | None:
    """Why a line of the roster cannot be changed so, or None.

    Nobody is exchanged under a published name: who comes is added, who goes is ended, each with its approval.
    """
    if not is_published or not changed:
        return None
    if set(changed) - AFTERWARDS:
        return "roster_locked"
    return None if (approval or "").strip() else "approval_missing"
