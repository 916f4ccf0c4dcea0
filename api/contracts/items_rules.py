"""What a contract's items still lack, where they are vague, and how two revisions differ. Pure.

An item is given as a mapping or a row with the columns of `commitment_items`.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from api.amounts import as_number

# What the town names, and what the village adds: how it will be done.
MATTER = ("dimension", "text", "target", "unit", "is_major", "is_imposed", "legal_basis")
MEASURES = ("standard", "due_on", "responsible", "quarters")
FIELDS = (*MATTER, *MEASURES)
# Only from above can something be imposed.
ONLY_TOWN = ("is_imposed", "legal_basis")
HINTS = ("no_number", "no_unit", "no_deadline", "no_responsible", "no_standard", "vague_words", "lower_than_before")
QUARTERS = 4
_NUMBER = re.compile(r"[0-9０-９%％]|[一二两三四五六七八九十百千万亿半][个项次户人亩公里米吨元名场期条处座栋盏株口套件篇天月年万千百十]")


class Problem(NamedTuple):
    """What stands in the way of the next step; `line_id` None: of the contract as a whole."""

    line_id: Any
    reason: str


def item_problems(item: Any, *, kind: str, first_on: date, last_on: date) -> list[str]:
    """What an item still lacks before it can be deliberated (requirements A7.3, A7.8)."""
    problems = []
    if _is_blank(item.standard):
        problems.append("item_standard_missing")
    if item.due_on is None:
        problems.append("item_due_missing")
    elif not first_on <= item.due_on <= last_on:
        problems.append("item_due_outside")
    if _is_blank(item.responsible):
        problems.append("item_responsible_missing")
    if item.target_hundredths is not None and _is_blank(item.unit):
        problems.append("item_unit_missing")
    if item.is_imposed and _is_blank(item.legal_basis):
        problems.append("item_basis_missing")
    if kind == "yearly":
        problems += _quarter_problems(item, year=first_on.year)
    return problems


def _quarter_problems(item: Any, *, year: int) -> list[str]:
    shares = quarter_shares(item.quarters)
    if not any(has_share(quarter) for quarter in item.quarters):
        return ["item_quarters_missing"]
    if item.target_hundredths is not None and sum(shares) != item.target_hundredths:
        return ["item_quarters_sum"]
    is_of_year = item.due_on is not None and item.due_on.year == year
    after = item.quarters[(item.due_on.month - 1) // 3 + 1:] if is_of_year else []
    return ["item_quarter_after_due"] if any(map(has_share, after)) else []


def quarter_shares(quarters: Sequence[Mapping]) -> list[int]:
    """What each quarter has of the year's target, in hundredths."""
    return [quarter.get("hundredths") or 0 for quarter in quarters]


def has_share(quarter: Mapping) -> bool:
    """Whether something is to be done in a quarter: an amount, or a text."""
    return bool(quarter.get("hundredths")) or not _is_blank(quarter.get("text"))


def items_problems(items: Sequence, *, kind: str, first_on: date, last_on: date) -> list[Problem]:
    """The same for all items of a revision; without any there is nothing to deliberate."""
    if not items:
        return [Problem(None, "contract_without_items")]
    return [Problem(item.line_id, reason) for item in items
            for reason in item_problems(item, kind=kind, first_on=first_on, last_on=last_on)]


def edit_problem(fields: Collection[str], *, is_village: bool, is_own: bool) -> str | None:
    """Why somebody may not change these fields of an item: the matter of what the town named is the town's to change.

    `is_village`: who has no word but the village's; `is_own`: an item that the village added itself.
    """
    if not is_village:
        return None
    if any(name in ONLY_TOWN for name in fields):
        return "item_imposed_by_village"
    return "item_of_the_town" if not is_own and any(name in MATTER for name in fields) else None


def hints(item: Any, *, vague_words: Iterable[str], before: int | None) -> list[str]:
    """Where an item is vague or low (A7.7): a help for people, nothing is refused by it.

    `before` is the target that the line had in the revision before, or in the last year's contract.
    """
    words = f"{item.text}\n{item.standard or ''}"
    found = {
        "no_number": item.target_hundredths is None and not _NUMBER.search(words),
        "no_unit": item.target_hundredths is not None and _is_blank(item.unit),
        "no_deadline": item.due_on is None,
        "no_responsible": _is_blank(item.responsible),
        "no_standard": _is_blank(item.standard),
        "vague_words": any(word in words for word in vague_words),
        "lower_than_before": None not in (before, item.target_hundredths) and item.target_hundredths < before,
    }
    return [name for name in HINTS if found[name]]


def words_of(item: Any) -> str:
    """All that an item says, to be searched for what must not be made public; parts do not run into each other."""
    parts = [item.text, item.standard, item.unit, item.responsible, item.legal_basis,
             *(quarter.get("text") for quarter in item.quarters)]
    return "\n\n\n\n".join(part for part in parts if part)


def differences(before: Sequence, after: Sequence) -> dict:
    """What a revision added, removed and changed against another: {added, removed, changed}, by lines.

    A changed line names its fields with the values before and after, as answers show them.
    """
    old, new = ({item.line_id: item for item in items} for items in (before, after))
    changed = []
    for line_id, item in new.items():
        if line_id in old:
            was, now = shown(old[line_id]), shown(item)
            fields = [{"field": name, "before": was[name], "after": now[name]}
                      for name in FIELDS if was[name] != now[name]]
            if fields:
                changed.append({"line_id": line_id, "text": item.text, "fields": fields})
    return {"added": [item for item in after if item.line_id not in old],
            "removed": [item for item in before if item.line_id not in new], "changed": changed}


def shown(item: Any) -> dict[str, Any]:
    """The fields of an item as JSON shows them."""
    values = {name: getattr(item, name) for name in FIELDS if name not in ("target", "quarters")}
    return {**values, "due_on": item.due_on and item.due_on.isoformat(), "target": as_number(item.target_hundredths),
            "quarters": [{"amount": as_number(quarter.get("hundredths")), "text": quarter.get("text")}
                         for quarter in item.quarters]}


def is_quarters(quarters: Sequence) -> bool:
    """Four of them, or none."""
    return len(quarters) in (0, QUARTERS)


def _is_blank(text: str | None) -> bool:
    return not (text or "").strip()
