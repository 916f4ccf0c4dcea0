"""Emergency duty (应急值守): when it runs, which periods may be declared, what counts as word from the village.

The 2026 rule on government applications (国办函〔2026〕12号) bans compulsory check-in "除安保、应急等特殊场景规定外": so a
duty has a kind, a reason and an end, and nothing else in the application depends on it.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from api.dates import days_between, shanghai_day

STATES = ("running", "coming", "over")
# Whoever was called out by telephone in the night is entered the next day; what lies further back is a record of what
# nobody could have known, and not a duty.
LONGEST_PAST = timedelta(hours=24)
# Evidence that says nothing of where somebody is: taken back, erased, refused, or about a day that has not come.
SAYS_NOTHING = ("withdrawn", "erased", "rejected", "future_day")


class Word(NamedTuple):
    """One piece of evidence of the day that is asked about; `at` is when it was made."""

    at: datetime
    kind: str
    verdict: str
    status: str


def end_of(*, until_at: datetime, ended_at: datetime | None) -> datetime:
    """The instant from which a duty is over: by itself, or earlier because somebody ended it."""
    return until_at if ended_at is None else min(until_at, ended_at)


def state_of(*, from_at: datetime, until_at: datetime, ended_at: datetime | None, now: datetime) -> str:
    """One of STATES. It runs from `from_at` (included) to its end (excluded); called off before it began it is over."""
    if end_of(until_at=until_at, ended_at=ended_at) <= now:
        return "over"
    return "running" if from_at <= now else "coming"


def period_problem(*, from_at: datetime, until_at: datetime, now: datetime) -> str | None:
    """Why a period cannot be declared, whatever its length: a slug, or None."""
    if until_at <= from_at:
        return "duty_reversed"
    if until_at <= now:
        return "duty_over"
    return "duty_long_ago" if from_at < now - LONGEST_PAST else None


def is_too_long(*, from_at: datetime, until_at: datetime, most_days: int) -> bool:
    """Whether a period is longer than the policy `emergency_most_days` allows, counted in days of 24 hours."""
    return until_at - from_at > timedelta(days=most_days)


def days_of(*, from_at: datetime, until_at: datetime, ended_at: datetime | None) -> list[date]:
    """The Shanghai days that a duty touches; of one called off before it began the day of its beginning."""
    # An end at midnight belongs to the day before.
    last = end_of(until_at=until_at, ended_at=ended_at) - timedelta(microseconds=1)
    first_on = shanghai_day(from_at)
    return days_between(first_on, max(first_on, shanghai_day(last)))


def latest_word(words: Iterable[Word], *, from_at: datetime) -> Word | None:
    """The latest of a day's pieces of evidence that was made since the duty began, of whatever manner; None without.

    What was made before tells nothing of where somebody is now. Place decides nothing here: no fix is no fault.
    """
    since = [word for word in words if word.at >= from_at and word.status not in SAYS_NOTHING]
    return max(since, key=lambda word: word.at, default=None)
