"""What the cadres of a made-up county of full size did, day by day, as patterns that many postings share. Pure.

A pattern is drawn once and counted once by the pure rule; the database copies it to every posting that has it.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import NamedTuple

from api import demo_words as words
from api.checkin import kept_rules
from api.checkin.rules import Span, leave_days
from api.dates import days_between, month_of, next_month, start_of_day
from api.demo_county_rules import Part
from api.vocabulary import ERRAND_KINDS

# How often a working day has a record, by how regular a pattern is; how often a day of the weekend or a leave has one.
_MANNERS = (0.88, 0.84, 0.86, 0.82, 0.9, 0.8, 0.76, 0.62)
_WEEKEND, _ON_LEAVE = 0.12, 0.02
# (fix, verdict, share in a thousand)
_FIXES = (("good", "inside", 880), ("rough", "uncertain", 40), ("far", "outside", 35), ("none", "no_location", 30),
          ("declared", "no_location", 15))
_DOUBTFUL = ("far", "none", "declared")
# Of doubtful records so many are confirmed, in a hundred, once somebody has looked: after some days everybody has.
_CONFIRMED, _LOOKED_AFTER = 88, timedelta(days=9)
# How often a day in the village is one of a round of visits, and how many households a round has at most.
_ROUNDS, MOST_VISITS = (0.07, 0.08, 0.09, 0.1, 0.11), 8
_LEAVES_A_YEAR = 3


class Piece(NamedTuple):
    """A record of presence: what the phone sent, what became of it, and what the village decided (`outcome`), if it
    did."""

    day: date
    kind: str
    fix: str
    captured_at: datetime
    received_at: datetime
    verdict: str
    status: str
    outcome: str | None
    decided_at: datetime | None
    reason: str | None


class Walk(NamedTuple):
    """A round of visits: the households from the `start`-th of the post's own on, as many as `count`."""

    day: date
    captured_at: datetime
    start: int
    count: int


class Away(NamedTuple):
    """An approved leave or errand."""

    kind: str
    from_on: date
    to_on: date
    reason: str


@dataclass
class Patterns:
    """What each pattern did and what it counts for; the first number of a kept row is the pattern's."""

    pieces: dict[int, list[Piece]] = field(default_factory=dict)
    walks: dict[int, list[Walk]] = field(default_factory=dict)
    aways: dict[int, list[Away]] = field(default_factory=dict)
    days: list[kept_rules.DayRow] = field(default_factory=list)
    weeks: list[kept_rules.WeekRow] = field(default_factory=list)
    months: list[kept_rules.MonthRow] = field(default_factory=list)


def plan_patterns(courses: list[tuple[Part, ...]], *, path: str, policy: kept_rules.Policy,
                  workdays: Collection[date], through: date, today: date, seed: int, has_leaves: bool) -> Patterns:
    """The patterns of all courses up to `today`, counted up to the horizon `through`; `path` is the county's."""
    patterns = Patterns()
    for course in courses:
        for parts in _of_one_cadre(course):
            facts = kept_rules.CadreFacts()
            for part in parts:
                rng = Random(f"{seed} pattern {part.pattern}")
                _draw(patterns, facts, part, path, workdays, today, rng, has_leaves)
            first, last = parts[0].from_on, next_month(through) - timedelta(days=1)
            made = kept_rules.kept_days(facts, policy, first, last)
            patterns.days += made
            patterns.weeks += kept_rules.kept_weeks(facts, made, policy, workdays, first, through)
            patterns.months += kept_rules.kept_months(facts, made, policy, workdays, first, last,
                                                      lambda _posting_id, _month_on: 0)
    return patterns


def _of_one_cadre(course: tuple[Part, ...]) -> list[tuple[Part, ...]]:
    """A successor is somebody else, whose weeks know nothing of the predecessor's."""
    if any(part.is_successor for part in course):
        return [(part,) for part in course]
    return [course]


def _draw(patterns: Patterns, facts: kept_rules.CadreFacts, part: Part, path: str, workdays: Collection[date],
          today: date, rng: Random, has_leaves: bool) -> None:
    facts.postings.append(kept_rules.PostingFact(part.pattern, path, Span(part.from_on, part.to_on)))
    days = days_between(part.from_on, min(part.to_on or today, today))
    aways = list(_aways(days, workdays, rng)) if has_leaves else []
    away_on: set[date] = set()
    for away in aways:
        found = leave_days(from_on=away.from_on, to_on=away.to_on, returned_on=None)
        (facts.errand_on if away.kind in ERRAND_KINDS else facts.leave_on).update(found)
        away_on.update(found)
    pieces, walks, start = [], [], rng.randrange(40)
    manner, rounds = _MANNERS[part.pattern % len(_MANNERS)], _ROUNDS[part.pattern % len(_ROUNDS)]
    drift: dict[date, float] = {}
    for day in days:
        month_on = month_of(day)
        if month_on not in drift:
            drift[month_on] = rng.uniform(-0.06, 0.06)
        chance = _ON_LEAVE if day in away_on else manner + drift[month_on] if day in workdays else _WEEKEND
        if rng.random() >= chance:
            continue
        piece = _piece(day, today, rng)
        pieces.append(piece)
        facts.statuses[part.pattern, day] = [piece.status]
        if piece.status == "counts" and day < today and rng.random() < rounds:
            count = rng.randint(2, MOST_VISITS)
            walks.append(Walk(day, piece.captured_at + timedelta(minutes=rng.randint(40, 300)), start, count))
            start += count
    patterns.pieces[part.pattern], patterns.walks[part.pattern] = pieces, walks
    patterns.aways[part.pattern] = aways


def _piece(day: date, today: date, rng: Random) -> Piece:
    fix, verdict, _share = rng.choices(_FIXES, [share for _fix, _verdict, share in _FIXES])[0]
    captured_at = start_of_day(day) + timedelta(hours=7, minutes=rng.randint(20, 240), seconds=rng.randrange(60))
    received_at = captured_at + timedelta(seconds=rng.randint(1, 20) if day == today or rng.random() < 0.93 else
                                          rng.randint(1800, 36000))
    outcome = decided_at = reason = None
    status = "counts"
    if fix in _DOUBTFUL:
        status = "waiting"
        decided_at = start_of_day(day) + timedelta(hours=18, minutes=rng.randint(0, 170))
        if today - day > _LOOKED_AFTER or (day < today and rng.random() < 0.5):
            is_confirmed = rng.randrange(100) < _CONFIRMED
            outcome, status = ("confirmed", "counts") if is_confirmed else ("rejected", "rejected")
            reason = rng.choice(words.CONFIRMATIONS if is_confirmed else words.REJECTIONS)
    return Piece(day, "declaration" if fix == "declared" else "check_in", fix, captured_at, received_at, verdict,
                 status, outcome, decided_at if outcome else None, reason)


def _aways(days: list[date], workdays: Collection[date], rng: Random) -> Iterator[Away]:
    """A few leaves and errands a year, none overlapping another, each begun on a working day."""
    if len(days) < 60:
        return
    day = days[0] + timedelta(days=rng.randint(20, 90))
    while day < days[-1] - timedelta(days=10):
        if day in workdays:
            kind = rng.choices(("errand", "travel", "annual", "private", "sick", "family", "compensatory"),
                               (30, 8, 25, 18, 12, 3, 4))[0]
            length = {"annual": 5, "family": 8, "sick": 3}.get(kind, rng.randint(1, 2))
            last = min(day + timedelta(days=length - 1), days[-1])
            yield Away(kind, day, last, rng.choice(words.LEAVE_REASONS[kind]))
            day = last + timedelta(days=rng.randint(40, 2 * 365 // _LEAVES_A_YEAR - 40))
        day += timedelta(days=1)
