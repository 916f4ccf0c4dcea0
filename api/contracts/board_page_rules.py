"""How the public notice board shows things: amounts, days, what became of promises, what goes on the poster. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from api.dates import shanghai_day

# Up to so many characters in the fullest of its four fields the poster's letters are of that size.
_SIZES = ((70, "largest"), (140, "large"), (260, "medium"), (520, "small"), (10**9, "tiny"))
# What stands beside a promise's text, its target and deadline, takes about the room of so many characters.
_BESIDE = 16


def amount(hundredths: int | None) -> str:
    """Hundredths as people write an amount: 12,345.67, whole ones without decimals."""
    if hundredths is None:
        return ""
    sign, whole, rest = "-" if hundredths < 0 else "", abs(hundredths) // 100, abs(hundredths) % 100
    return f"{sign}{whole:,}" + (f".{rest:02}" if rest else "")


def shown_day(value: date | datetime | None, language: str) -> str:
    if value is None:
        return ""
    day = shanghai_day(value) if isinstance(value, datetime) else value
    return day.isoformat() if language == "en" else f"{day.year}年{day.month}月{day.day}日"


def shown_size(size_bytes: int) -> str:
    return f"{size_bytes / 2**20:.1f} MB" if size_bytes >= 2**20 else f"{max(1, round(size_bytes / 1024))} KB"


def summary(items: Sequence[Mapping]) -> dict[str, int]:
    """How many promises there are, how many were accepted as kept, in part, not; the others are under way."""
    counts = {"all": len(items), "met": 0, "partly": 0, "not_met": 0}
    for item in items:
        if item["acceptance"] is not None:
            counts[item["acceptance"]["verdict"]] += 1
    counts["under_way"] = counts["all"] - counts["met"] - counts["partly"] - counts["not_met"]
    return counts


def poster(contracts: Sequence[Mapping], *, today: date) -> dict | None:
    """What the poster shows: the targets of the term that runs, else of the latest contract, by dimension (A7.21)."""
    running = [one for one in contracts if one["first_on"] <= today <= one["last_on"]]
    terms = [one for one in running if one["kind"] == "term"]
    chosen = next(iter(terms or running or contracts), None)
    if chosen is None or not chosen["items"]:
        return None
    lengths: dict[str, int] = {}
    for item in chosen["items"]:
        lengths[item["dimension"]] = lengths.get(item["dimension"], 0) + len(item["text"]) + _BESIDE
    return {"contract": chosen, "size": next(size for most, size in _SIZES if max(lengths.values()) <= most)}
