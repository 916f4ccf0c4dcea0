"""The month ledger: what a quarter's share becomes as a deed, and which way a deed may go. Pure.

A line's share of a quarter is one deed, carried on from month to month until it is done (A7.8, A7.9).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from api.dates import quarter_end, quarter_of

LONGEST = 300
STATES = ("planned", "done", "dropped")
# Where a deed may go by an edit. `done` comes from a report alone, and an edit takes it back.
CHANGES = {"planned": ("dropped",), "done": ("planned",), "dropped": ("planned",)}


@dataclass(frozen=True, slots=True)
class Share:
    """What a published line says of its quarters; `quarters` as the item keeps them."""

    line_id: UUID
    text: str
    unit: str | None
    due_on: date | None
    responsible: str | None
    quarters: Sequence[Mapping]


@dataclass(frozen=True, slots=True)
class Planned:
    """A deed that a filling makes."""

    line_id: UUID
    text: str
    due_on: date
    owner: str | None


def unfilled(shares: Iterable[Share], *, month_on: date, listed: Collection[UUID], done: Collection[UUID]
             ) -> list[Planned]:
    """The deeds that the quarter of a month still wants in this month.

    `listed` are the lines that have a deed in the month, `done` those whose share of the quarter is done, or that are
    completed altogether. Due at the quarter's end, or by the line's own deadline where that is earlier.
    """
    number, last = (month_on.month - 1) // 3, quarter_end(quarter_of(month_on))
    return [Planned(share.line_id, deed_text(share.text, share.quarters[number], share.unit),
                    min(last, share.due_on or last), share.responsible)
            for share in shares
            if share.line_id not in listed and share.line_id not in done and has_share(share.quarters, number)]


def has_share(quarters: Sequence[Mapping], number: int) -> bool:
    """Whether a quarter (0 to 3) has something to do: an amount that is not nothing, or words."""
    part = quarters[number] if number < len(quarters) else {}
    return bool(part.get("hundredths") or (part.get("text") or "").strip())


def deed_text(text: str, part: Mapping, unit: str | None) -> str:
    """What the ledger says of a share: the line, with the quarter's words or else its amount."""
    share = (part.get("text") or "").strip() or amount_text(part.get("hundredths"), unit)
    tail = f"（{share}）" if share else ""
    tail = tail if len(tail) < LONGEST else ""
    room = LONGEST - len(tail)
    return (text if len(text) <= room else text[:room - 1] + "…") + tail


def amount_text(hundredths: int | None, unit: str | None) -> str:
    """An amount as people write it, such as 1.5公里; nothing where there is none."""
    if hundredths is None:
        return ""
    whole, rest = divmod(abs(hundredths), 100)
    number = f"{whole}.{rest:02}".rstrip("0").rstrip(".") if rest else str(whole)
    return f"{'-' if hundredths < 0 else ''}{number}{unit or ''}"


def change_problem(state: str, to: str) -> str | None:
    """Why an edit cannot bring a deed into a state, or None; what it is already is no change."""
    return None if to == state or to in CHANGES[state] else "deed_step"


def report_problem(state: str) -> str | None:
    """Why a deed cannot be reported done. What is done may be told again, with more to say or another photo."""
    return "deed_step" if state == "dropped" else None


def allowed_steps(state: str) -> list[str]:
    """The states that a deed may go to, `done` by a report."""
    return [*(["done"] if report_problem(state) is None else []), *CHANGES[state]]


def is_overdue(*, state: str, due_on: date, today: date) -> bool:
    return state == "planned" and today > due_on
