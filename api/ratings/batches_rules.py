"""When cards may be printed, for how many households, and into whose hands they may go. Pure."""

import unicodedata
from collections.abc import Iterable
from datetime import date

OFFICES = ("supervision_committee", "teller")


def print_problem(*, state: str, last_on: date, today: date) -> str | None:
    """Cards are of use only while a campaign takes ballots, or is about to."""
    if state != "open":
        return "campaign_not_open"
    return "campaign_over" if last_on < today else None


def cancel_problem(*, state: str) -> str | None:
    """Once closed, what was counted stays."""
    return None if state == "open" else "campaign_not_open"


def is_among(name: str, names: Iterable[str]) -> bool:
    """Whether a name is one of `names`, however it is spaced."""
    return _plain(name) in {_plain(one) for one in names}


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()
