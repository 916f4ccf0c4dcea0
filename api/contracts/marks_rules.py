"""Half-yearly marks: what a scheme must add up to, what a sheet may say, what verdicts suggest, until when to appeal.

Pure. Marks are kept in hundredths of a mark; a scheme's full marks are whole. A sheet's total is a sum and nothing
else: it puts no village before another.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from api.contracts.private_numbers_rules import Found, find
from api.vocabulary import DIMENSIONS

MOST_CRITERIA = 60
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
STATES = ("drafted", "published", "replaced")
OUTCOMES = ("upheld", "corrected")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the verdicts of a half's acceptances suggest for a criterion; `hundredths` None where there were none."""

    hundredths: int | None
    met: int
    partly: int
    not_met: int


def half_of(day: date) -> date:
    """The first day of the half-year of a day: 1 January or 1 July."""
    return date(day.year, 1 if day.month <= 6 else 7, 1)


def half_end(half_on: date) -> date:
    """The last day of the half-year that begins on `half_on`."""
    return date(half_on.year, 6, 30) if half_on.month == 1 else date(half_on.year, 12, 31)


def half_before(half_on: date) -> date:
    return half_of(half_on - timedelta(days=1))


def full_marks_of(criteria: Iterable[Mapping]) -> dict[str, int]:
    return {criterion["key"]: criterion["full_marks"] for criterion in criteria}


def scheme_problem(*, full_marks: int, criteria: Sequence[Mapping], effective_from: date, today: date) -> str | None:
    """Why a scheme cannot be, or None.

    Its criteria add up to its full marks; it holds from a half's first day, at the earliest that of the half before
    today's: what has been marked long ago is not marked by another rule afterwards.
    """
    if not criteria or len(criteria) > MOST_CRITERIA:
        return "scheme_criteria"
    keys = [criterion["key"] for criterion in criteria]
    if len(set(keys)) < len(keys) or not all(_KEY.fullmatch(key) for key in keys):
        return "scheme_keys"
    full = full_marks_of(criteria)
    if any(criterion["dimension"] not in DIMENSIONS for criterion in criteria) or min(full.values()) < 1:
        return "scheme_criteria"
    if sum(full.values()) != full_marks:
        return "scheme_sum"
    if effective_from != half_of(effective_from):
        return "scheme_not_a_half"
    return "scheme_in_the_past" if effective_from < half_before(half_of(today)) else None


def half_problem(half_on: date, today: date) -> str | None:
    """Why no village can be marked for a half that begins on a day, or None: it must be one, and have begun."""
    if half_on != half_of(half_on):
        return "scheme_not_a_half"
    return "half_not_begun" if half_on > today else None


def marks_problem(marks: Mapping[str, int], criteria: Sequence[Mapping], *, is_final: bool) -> str | None:
    """Why marks {key: hundredths} cannot stand on a sheet, or None; a final sheet has one for every criterion."""
    full = full_marks_of(criteria)
    if not set(marks) <= set(full):
        return "marks_unknown_key"
    if any(not 0 <= hundredths <= full[key] * 100 for key, hundredths in marks.items()):
        return "marks_out_of_range"
    return "marks_missing" if is_final and len(marks) < len(full) else None


def number_in_notes(notes: Mapping[str, str | None]) -> tuple[str, Found] | None:
    """The first criterion whose note holds a number of a person, with that number, or None."""
    return next(((key, found[0]) for key, note in notes.items() if note and (found := find(note))), None)


def has_numbers(*, title: str, source: str, criteria: Sequence[Mapping]) -> bool:
    """Whether a scheme, which is published with every sheet, holds a number of a person."""
    return any(find(text) for text in (title, source, *(criterion["text"] for criterion in criteria)))


def total(marks: Mapping[str, int], criteria: Sequence[Mapping]) -> int | None:
    """The sum in hundredths; None while a criterion has no mark yet."""
    return sum(marks.values()) if len(marks) == len(criteria) else None


def suggestions(criteria: Sequence[Mapping], verdicts: Iterable[tuple[str, str]]) -> dict[str, Suggestion]:
    """For each criterion what the verdicts (dimension, verdict) of its dimension suggest: full marks for what is met,
    half for what is met in part, nothing else; rounded down. Never taken over by itself.
    """
    counts = Counter(verdicts)
    found = {}
    for criterion in criteria:
        met, partly, not_met = (counts[criterion["dimension"], verdict] for verdict in ("met", "partly", "not_met"))
        of_all = met + partly + not_met
        hundredths = criterion["full_marks"] * 100 * (2 * met + partly) // (2 * of_all) if of_all else None
        found[criterion["key"]] = Suggestion(hundredths, met, partly, not_met)
    return found


def appeal_until(published_on: date, days: int) -> date:
    """The last day on which a village may appeal: so many days after the one on which the sheet was published."""
    return published_on + timedelta(days=days)


def appeal_problem(*, state: str, has_appeal: bool, until: date | None, today: date) -> str | None:
    """Why a village cannot appeal against a sheet, or None."""
    if state != "published" or until is None:
        return "sheet_not_published"
    if has_appeal:
        return "appeal_exists"
    return "appeal_too_late" if today > until else None


def answer_problem(*, outcome: str, before: Mapping[str, int], marks: Mapping[str, int] | None) -> str | None:
    """Why an appeal cannot be answered so, or None: only a correction has marks, and they differ from those before."""
    if outcome == "upheld":
        return None if marks is None else "correction_not_wanted"
    if marks is None:
        return "correction_missing"
    return "correction_same" if dict(marks) == dict(before) else None
