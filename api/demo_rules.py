"""The made-up county: who is where, and everything that happened up to noon of a day. Pure.

The same seed, day and working days make the same demo, whatever the clock says: each cadre draws from random numbers
of the own, and nothing depends on the order of a set. Noon, because a running day with nothing in it shows nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import NamedTuple
from uuid import UUID

from api import demo_words as words
from api.dates import monday_of, start_of_day
from api.demo_days_rules import DOUBTFUL, WAITING_FROM, Record, plan_records
from api.demo_leave_rules import Asked, Stepped, new_id, plan_leave
from api.demo_people_rules import WEEKS, People, Stay, VillageFact, Worker, plan_people


class Posted(NamedTuple):
    """A posting is entered."""

    at: datetime
    number: int
    stay: Stay


class Ended(NamedTuple):
    """The last day of a posting is entered."""

    at: datetime
    number: int
    stay: Stay


class Decided(NamedTuple):
    """Somebody confirms or rejects a record, at a level (village, township)."""

    at: datetime
    id: UUID
    evidence_id: UUID
    level: str
    username: str
    outcome: str
    reason: str | None


Event = Posted | Ended | Decided | Asked | Stepped


@dataclass(frozen=True)
class Demo:
    """The county at its founding, the records that phones sent, and what people did, in the order of time."""

    founded_at: datetime
    people: People
    records: list[Record]
    events: list[Event]


def first_monday(today: date) -> date:
    """The Monday on which the made-up postings begin."""
    return monday_of(today) - timedelta(weeks=WEEKS)


def founded_at(today: date) -> datetime:
    """When the made-up roster is entered: the Friday before the postings begin."""
    return start_of_day(first_monday(today) - timedelta(days=3)) + timedelta(hours=10)


def noon_of(today: date) -> datetime:
    """The moment up to which the demo tells."""
    return start_of_day(today) + timedelta(hours=12)


def plan_demo(*, seed: int, today: date, villages: Sequence[VillageFact], county_code: str,
              workdays: set[date]) -> Demo:
    """Everything there is; `workdays` must reach from the first Monday to three weeks ahead."""
    people = plan_people(Random(f"{seed} {today} people"), villages, county_code=county_code,
                         first_on=first_monday(today), today=today)
    as_of = noon_of(today)
    records: list[Record] = []
    events: list[Event] = []
    for worker in people.workers:
        rng = Random(f"{seed} {today} {worker.number}")
        if not worker.stays:
            continue
        supervisor = people.supervisor_of[worker.stays[0].village]
        leave = plan_leave(rng, worker, supervisor=supervisor, workdays=workdays, as_of=as_of, today=today)
        own = plan_records(rng, worker, people, away_on=leave.away_on, workdays=workdays, as_of=as_of, today=today)
        records += own
        events += _roster_events(worker, first_monday(today), today)
        events += leave.events
        events += _decisions(rng, worker, own, people, as_of)
    # Ids settle the order of what happened in the same second.
    events.sort(key=lambda event: (event.at, str(getattr(event, "id", ""))))
    return Demo(founded_at(today), people, records, events)


def _roster_events(worker: Worker, first_on: date, today: date) -> list[Posted | Ended]:
    """What is entered after the founding: postings that begin later, and the last days of those that end."""
    events: list[Posted | Ended] = []
    for stay in worker.stays:
        if stay.to_on is not None:
            entered_on = min(stay.to_on, today) - timedelta(days=5)
            events.append(Ended(start_of_day(entered_on) + timedelta(hours=11), worker.number, stay))
        if stay.from_on > first_on:
            entered_on = stay.from_on - timedelta(days=4)
            events.append(Posted(start_of_day(entered_on) + timedelta(hours=11, minutes=5), worker.number, stay))
    return events


def _decisions(rng: Random, worker: Worker, records: list[Record], people: People, as_of: datetime) -> list[Decided]:
    """What village and township make of doubtful records: most are confirmed, the latest still wait."""
    good_days = {record.made_at.date() for record in records if record.fix not in DOUBTFUL}
    decisions = []
    for record in records:
        stay = next((one for one in worker.stays if _covers(one, record.made_at.date())), None)
        waits = worker.number in WAITING_FROM and record.made_at.date() >= monday_of(as_of.date())
        if stay is None or waits:
            continue
        doubtful = record.fix in DOUBTFUL or not people.spots_of(stay)
        if _is_left(rng, record, as_of, doubtful=doubtful, other=record.made_at.date() in good_days):
            continue
        village, township = people.committee_of[stay.village], people.supervisor_of[stay.village]
        at = _next_evening(rng, record.received_at)
        rejected = not doubtful or rng.random() < {"elsewhere": 0.8, "declared": 0.08}.get(record.fix, 0.04)
        first = _decided(rng, at, record, "village", village, rejected=rejected)
        # Now and then the township looks again, and its word prevails.
        later = at + timedelta(hours=rng.uniform(14, 40))
        second = _decided(rng, later, record, "township", township, rejected=not rejected)
        decisions += [one for one in ((first, second) if rng.random() < 0.03 else (first,)) if one.at <= as_of]
    return decisions


def _is_left(rng: Random, record: Record, as_of: datetime, *, doubtful: bool, other: bool) -> bool:
    """Whether nobody decides on a record (yet); `other`: there is a good one of the same day."""
    if not doubtful:
        return rng.random() >= 0.001
    if other:
        return rng.random() >= 0.15
    return rng.random() < (0.35 if as_of - record.received_at < timedelta(days=5) else 0.04)


def _decided(rng: Random, at: datetime, record: Record, level: str, username: str, *, rejected: bool) -> Decided:
    outcome, reasons = ("rejected", words.REJECTIONS) if rejected else ("confirmed", words.CONFIRMATIONS)
    return Decided(at, new_id(rng), record.id, level, username, outcome, rng.choice(reasons))


def _next_evening(rng: Random, received_at: datetime) -> datetime:
    """Committees look at their list in the evening, the same day or up to three days later."""
    midnight = received_at.replace(hour=0, minute=0, second=0, microsecond=0)
    days = rng.choices((0, 1, 2, 3), (50, 30, 12, 8))[0] + (received_at.hour >= 17)
    return midnight + timedelta(days=days, hours=17, minutes=rng.randint(0, 190))


def _covers(stay: Stay, day: date) -> bool:
    return stay.from_on <= day and (stay.to_on is None or day <= stay.to_on)
