"""The pure rules of the full-text search: a text as pairs of characters, a question as pairs and as literal text.

Chinese has no spaces between words, so every pair of neighbouring characters is a word of the index. Each pair is
written in hexadecimal digits, so that no tokenizer, quote or operator of a database can make anything else of it.
"""

import unicodedata
from collections.abc import Iterable
from datetime import date, timedelta

MOST_TERMS = 8
_FIRST_DAY = date(2000, 1, 1)
_BITS = 47


def folded(text: str) -> str:
    """Text as it is compared: full-width forms and capitals do not matter."""
    return unicodedata.normalize("NFKC", text).casefold()


def pairs(text: str) -> set[str]:
    """Every pair of neighbouring characters of a text that no space divides, as words of the index."""
    return {f"{ord(first):x}x{ord(second):x}" for part in folded(text).split()
            for first, second in zip(part, part[1:], strict=False)}


def terms(question: str) -> list[str]:
    """What must all occur in a text, letter for letter; `%`, `_`, quotes and operators mean themselves."""
    return list(dict.fromkeys(folded(question).split()))


def occurs(wanted: Iterable[str], text: str) -> bool:
    """Whether all terms occur in a text: two pairs may stand in it apart from each other."""
    held = folded(text)
    return all(term in held for term in wanted)


def of_cadre(cadre_id: int) -> str:
    """The word by which a cadre finds the own entries."""
    return f"c{cadre_id}"


def of_village(village_id: int) -> str:
    """The word by which those above a village find what was submitted there; a draft has none."""
    return f"v{village_id}"


# The word of whatever was submitted, by which those above the townships find it.
SUBMITTED = "s"


def number_of(day: date, id_int: int) -> int:
    """A number for an entry that grows with its day; within a day the entry's id decides."""
    return (day - _FIRST_DAY).days << _BITS | id_int & (1 << _BITS) - 1


def numbers_of(first: date | None, last: date | None) -> tuple[int, int]:
    """The numbers that entries of a range of days may have: from the first, to before the second."""
    end = _FIRST_DAY + timedelta(days=(1 << 63 - _BITS) - 1) if last is None else last + timedelta(days=1)
    return number_of(first or _FIRST_DAY, 0), number_of(end, 0)


def excerpt(wanted: Iterable[str], text: str, around: int = 40) -> str:
    """A piece of a text around the first term that occurs in it, or its beginning; … where something is left out."""
    held, origin = "", []
    for index, character in enumerate(text):
        plain = folded(character)
        held += plain
        origin += [index] * len(plain)
    places = [held.find(term) for term in wanted]
    at = min((origin[place] for place in places if place >= 0), default=0)
    start, end = max(0, at - around), min(len(text), at + 2 * around)
    piece = " ".join(text[start:end].split())
    return ("…" if start else "") + piece + ("…" if end < len(text) else "")
