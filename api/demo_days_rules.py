"""Makes up the demo's days in the villages: check-ins and declarations as phones send them. Pure.

Nothing here judges: verdicts, days and figures come from the same services that judge real records.
"""

from datetime import date, datetime, timedelta
from random import Random
from typing import NamedTuple
from uuid import UUID

from api import demo_words as words
from api.dates import days_between, monday_of, mondays_between, start_of_day
from api.demo_leave_rules import new_id
from api.demo_people_rules import MIDDLE, People, Spot, Worker, locates, moved
from api.geo import from_wgs84

# How many days a week each manner brings to the village.
_DAYS_A_WEEK = {"steady": (3, 4, 4, 4, 4, 4, 5, 5, 5, 5), "fair": (2, 3, 3, 4, 4, 4, 5), "slack": (1, 1, 2, 2, 3, 4)}
# What the fix of a check-in is like; the last two are records of other kinds.
_FIXES = {"good": 885, "rough": 40, "far": 26, "elsewhere": 4, "none": 30, "declared": 15}
# Those that wait for the village unless something else makes the day count.
DOUBTFUL = ("far", "elsewhere", "none", "declared")
# The running week's records of these cadres wait from this one on, so that the first village has some to confirm.
WAITING_FROM = {1: 3, 2: 2, 3: 1}
_ERRORS = {"timeout": 5, "unavailable": 3, "denied": 2, "interrupted": 1, "unsupported": 1}


class Record(NamedTuple):
    """A check-in of the cadre `number`, or with `declared_on` a declaration, as the server receives it.

    `position` is {latitude, longitude, accuracy_m, datum}. `made_at` is the true instant and `fix` what was aimed at:
    both serve the rest of the demo and are stored nowhere.
    """

    id: UUID
    number: int
    fix: str
    made_at: datetime
    captured_at: datetime
    received_at: datetime
    elapsed_ms: int | None
    position: dict | None
    location_error: str | None
    device_id: str
    note: str | None
    declared_on: date | None


def plan_records(rng: Random, worker: Worker, people: People, *, away_on: set[date], workdays: set[date],
                 as_of: datetime, today: date) -> list[Record]:
    """Everything that a cadre's phone has sent by `as_of`, in no order."""
    device, records = f"{rng.getrandbits(64):016x}", []
    for stay in worker.stays:
        spots = people.spots_of(stay)
        last = min(stay.to_on or today, today)
        for monday in mondays_between(stay.from_on, last):
            span = days_between(max(monday, stay.from_on), min(monday + timedelta(days=6), stay.to_on or date.max))
            weeks_ago = (monday_of(today) - monday).days // 7
            days = _days(rng, worker, span, away_on, workdays, running=not weeks_ago)
            for nth, day in enumerate(days):
                # The first cadre has not been there today, so that there is something to tap.
                if day <= today and (worker.number, day) != (1, today):
                    records += _day(rng, worker, spots, day, device, _fix(rng, worker.number, weeks_ago, nth))
    records += _after_the_end(rng, worker, people, device, today)
    return [record for record in records if record.received_at <= as_of]


def _days(rng: Random, worker: Worker, span: list[date], away_on: set[date], workdays: set[date], *,
          running: bool) -> list[date]:
    """The days of one week on which the cadre comes; early days are likelier, a weekend or a leave day is rare."""
    open_days = [day for day in span if day in workdays and day not in away_on]
    count = rng.choice(_DAYS_A_WEEK[worker.manner])
    if rng.random() < (0.12 if worker.manner == "slack" else 0.012):
        count = 0
    # So that the running week shows something to talk about on any day of it.
    if running and worker.number % 37 == 9:
        count = 0
    chosen = sorted(rng.sample(open_days, min(count, len(open_days))))
    if len(open_days) >= 4 and rng.random() < 0.5:
        chosen = open_days[:len(chosen)]
    if count and rng.random() < 0.09:
        chosen += [day for day in span if day.weekday() >= 5 and day not in workdays][:rng.randint(1, 2)]
    if rng.random() < 0.02:
        chosen += [day for day in span if day in away_on][:1]
    return chosen


def _fix(rng: Random, number: int, weeks_ago: int, nth: int) -> str:
    """What the first record of the week's nth day is like."""
    if weeks_ago == 0 and nth >= WAITING_FROM.get(number, 7):
        return rng.choice(("far", "none"))
    if (number, weeks_ago, nth) == (1, 1, 1):
        return "far"
    return rng.choices(tuple(_FIXES), tuple(_FIXES.values()))[0]


def _day(rng: Random, worker: Worker, spots: list[Spot], day: date, device: str, fix: str) -> list[Record]:
    """The records of a day in the village: mostly one, a second one where the first is poor or the way goes on."""
    afternoon = rng.random() < 0.08
    hour = rng.gauss(14.5, 0.6) if afternoon else rng.gauss(8.8, 0.5)
    made_at = start_of_day(day) + timedelta(seconds=round(max(hour, 6.5) * 3600))
    records = [_record(rng, worker, spots, fix, made_at, device)]
    again = {"good": 0.06, "rough": 0.3, "none": 0.3, "far": 0.12}.get(fix, 0)
    if rng.random() < again and worker.number not in WAITING_FROM:
        later = made_at + timedelta(minutes=rng.randint(20, 240))
        records.append(_record(rng, worker, spots[::-1], "good", later, device))
    return records


def _after_the_end(rng: Random, worker: Worker, people: People, device: str, today: date) -> list[Record]:
    """Whose posting ended yesterday comes once more today: kept, but in no posting."""
    if not worker.stays or worker.stays[-1].to_on != today - timedelta(days=1):
        return []
    made_at = start_of_day(today) + timedelta(hours=8, minutes=rng.randint(10, 59))
    return [_record(rng, worker, people.spots_of(worker.stays[-1]), "good", made_at, device)]


def _record(rng: Random, worker: Worker, spots: list[Spot], fix: str, made_at: datetime, device: str) -> Record:
    captured_at, delay = made_at, timedelta(seconds=rng.uniform(1, 20))
    note = rng.choice(words.CHECK_IN_NOTES) if rng.random() < 0.05 else None
    sync = rng.random()
    if fix == "declared":
        captured_at = made_at + timedelta(hours=rng.uniform(0, 30))
        note = rng.choice(words.DECLARATION_NOTES)
    elif sync < 0.02:
        delay, note = timedelta(hours=rng.uniform(20, 160)), rng.choice(words.LATE_NOTES)
    elif sync < 0.08:
        delay = timedelta(hours=rng.uniform(0.5, 11))
    received_at = captured_at + delay
    if fix != "declared" and rng.random() < 0.008:
        # A phone whose clock is wrong; only the time since the tap can be trusted.
        captured_at += timedelta(minutes=rng.choice((-1500, -480, -95, 45, 610)))
    elapsed_ms = None if fix == "declared" or rng.random() < 0.04 and captured_at == made_at \
        else round(delay.total_seconds() * 1000)
    own_id, position, error = new_id(rng), _position(rng, spots, fix), _error(rng, fix)
    if position is not None and not locates(worker.number):
        fix, position, error = "none", None, "denied"
    return Record(own_id, worker.number, fix, made_at, captured_at, received_at, elapsed_ms, position, error, device,
                  note, made_at.date() if fix == "declared" else None)


def _error(rng: Random, fix: str) -> str | None:
    return rng.choices(tuple(_ERRORS), tuple(_ERRORS.values()))[0] if fix == "none" else None


def _position(rng: Random, spots: list[Spot], fix: str) -> dict | None:
    """A fix near the first or another of the places; where a village has none, somewhere in the county."""
    if fix in ("none", "declared"):
        return None
    spot = spots[0] if spots and rng.random() < 0.85 else rng.choice(spots) if spots else None
    centre = spot.position if spot else moved(MIDDLE, 9000, 200)
    reach = (spot.radius_m if spot else None) or 1000
    metres, accuracy = {
        "good": (min(abs(rng.gauss(0, reach / 5)), reach * 0.8), rng.choice((8, 12, 15, 20, 25, 30, 35, 48, 65))),
        "rough": (rng.uniform(0, reach * 0.9), rng.choice((1200, 1500, 2000, 2600, None))),
        "far": (rng.uniform(reach + 400, reach + 4500), rng.choice((15, 20, 30, 60, 120))),
        "elsewhere": (rng.uniform(25_000, 50_000), rng.choice((12, 20, 30))),
    }[fix]
    at = moved(centre, metres, rng.uniform(0, 360))
    # Phones inside WeChat speak the map's datum.
    datum = rng.choices(("wgs84", "gcj02", "bd09"), (88, 10, 2))[0]
    latitude, longitude = from_wgs84(at, datum)
    return {"latitude": round(latitude, 6), "longitude": round(longitude, 6), "accuracy_m": accuracy, "datum": datum}
