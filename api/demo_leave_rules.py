"""Makes up the leave and the errands of the demo's cadres, of every kind and in every state. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import product
from random import Random
from typing import NamedTuple
from uuid import UUID

from api import demo_words as words
from api.dates import days_between, start_of_day
from api.demo_people_rules import Stay, Worker, shown_leave
from api.vocabulary import LEAVE_KINDS

# Days in the village's own hands (policy leave_township_days); more goes to the county.
TOWNSHIP_DAYS = 3
# How long each kind usually takes, and how often it is asked for.
_LENGTHS = {"errand": (1, 3), "travel": (1, 2), "private": (1, 2), "sick": (1, 4), "annual": (3, 7), "family": (3, 10),
            "compensatory": (1, 2)}
_WEIGHTS = {"errand": 40, "travel": 5, "private": 18, "sick": 12, "annual": 10, "family": 4, "compensatory": 11}
_OUTCOMES = {"approved": 86, "refused": 6, "withdrawn": 8}
# So that every kind is seen in every state whatever the numbers say, some cadres show one of these each.
_SHOWN = tuple(product(LEAVE_KINDS, ("asked", "approved", "refused", "withdrawn")))


class Asked(NamedTuple):
    """A leave that `username` asks for or, as a supervisor, enters for the cadre `number`."""

    at: datetime
    id: UUID
    number: int
    username: str
    kind: str
    from_on: date
    to_on: date
    reason: str


class Stepped(NamedTuple):
    """What became of a leave."""

    at: datetime
    id: UUID
    leave_id: UUID
    username: str
    step: str
    note: str | None
    returned_on: date | None


@dataclass(frozen=True)
class LeavePlan:
    """The leave of one cadre: what happens when, and the days that it takes from the village in the end."""

    events: list[Asked | Stepped]
    away_on: set[date]


def new_id(rng: Random) -> UUID:
    return UUID(int=rng.getrandbits(128), version=4)


def plan_leave(rng: Random, worker: Worker, *, supervisor: str, workdays: set[date], as_of: datetime,
               today: date) -> LeavePlan:
    """The leave of a cadre from the posting's start to two weeks ahead, as it stands at `as_of`."""
    plan = LeavePlan([], set())
    # Who changes village takes leave elsewhere: which township answers would depend on the day of asking.
    if len(worker.stays) != 1:
        return plan
    stay, taken = worker.stays[0], set()
    wanted = [(None, None)] * rng.choices((0, 1, 2), (44, 38, 18))[0]
    if worker.number == 1:
        wanted = [("errand", "approved")]
    shown = shown_leave(worker.number)
    if shown is not None:
        wanted.insert(0, _SHOWN[shown])
    for nth, (kind, outcome) in enumerate(wanted):
        # What is to be seen must have been settled by now, too.
        latest = today + timedelta(days=12 if shown is None or nth else -4)
        kind = kind or rng.choices(tuple(_WEIGHTS), tuple(_WEIGHTS.values()))[0]
        outcome = outcome or rng.choices(tuple(_OUTCOMES), tuple(_OUTCOMES.values()))[0]
        period = _period(rng, stay, kind, outcome, workdays, today, latest=latest, recent=worker.number == 1)
        around = set(days_between(period[0] - timedelta(days=2), period[1] + timedelta(days=2))) if period else set()
        if period and not around & taken:
            taken |= around
            _add(rng, plan, worker, supervisor, kind, outcome, period, as_of)
    return plan


def _period(rng: Random, stay: Stay, kind: str, outcome: str, workdays: set[date], today: date, *,
            latest: date, recent: bool) -> tuple[date, date] | None:
    """The first and last day of a leave; what is still open lies ahead, `recent` one or two weeks back."""
    first, last = stay.from_on + timedelta(days=3), min(latest, stay.to_on or date.max)
    if outcome == "asked":
        first, last = today + timedelta(days=1), min(today + timedelta(days=12), stay.to_on or date.max)
    if recent:
        first, last = today - timedelta(days=16), today - timedelta(days=9)
    days = [day for day in days_between(first, last) if day in workdays]
    if not days:
        return None
    from_on = rng.choice(days)
    to_on = from_on + timedelta(days=rng.randint(*_LENGTHS[kind]) - 1)
    return from_on, min(to_on, stay.to_on or to_on)


def _add(rng: Random, plan: LeavePlan, worker: Worker, supervisor: str, kind: str, outcome: str,
         period: tuple[date, date], as_of: datetime) -> None:
    from_on, to_on = period
    days = (to_on - from_on).days + 1
    own = f"cadre{worker.number}"
    decider = supervisor if days <= TOWNSHIP_DAYS else "county"
    asked_at = _asked_at(rng, kind, from_on, as_of)
    leave_id, reason = new_id(rng), rng.choice(words.LEAVE_REASONS[kind])
    entered = outcome == "approved" and days <= TOWNSHIP_DAYS and rng.random() < 0.15
    if asked_at >= as_of:
        return
    plan.events.append(Asked(asked_at, leave_id, worker.number, decider if entered else own, kind, from_on, to_on,
                             reason))
    settled_at = asked_at + timedelta(minutes=rng.randint(20, 150))
    if outcome == "asked" or settled_at >= as_of and not entered:
        return
    if outcome == "refused":
        plan.events.append(Stepped(settled_at, new_id(rng), leave_id, decider, "refused", rng.choice(words.REFUSALS),
                                   None))
        return
    if outcome == "withdrawn":
        plan.events.append(Stepped(settled_at, new_id(rng), leave_id, own, "withdrawn", None, None))
        return
    # What the township enters itself is approved with it.
    if not entered:
        plan.events.append(Stepped(settled_at, new_id(rng), leave_id, decider, "approved", None, None))
    returned_on = _return(rng, plan, leave_id, own, from_on, days, as_of)
    last = returned_on - timedelta(days=1) if returned_on else to_on
    plan.away_on.update(days_between(from_on, last))


def _asked_at(rng: Random, kind: str, from_on: date, as_of: datetime) -> datetime:
    """The afternoon before or some days earlier; who is ill asks in the morning; nothing is asked in the future."""
    if kind == "sick" and start_of_day(from_on) < as_of:
        return start_of_day(from_on) + timedelta(hours=7, minutes=rng.randint(0, 50))
    before = start_of_day(from_on - timedelta(days=rng.randint(1, 3))) + timedelta(minutes=rng.randint(900, 1100))
    if before < as_of:
        return before
    return as_of - timedelta(hours=rng.randint(1, 40), minutes=rng.randint(1, 59))


def _return(rng: Random, plan: LeavePlan, leave_id: UUID, own: str, from_on: date, days: int,
            as_of: datetime) -> date | None:
    """The first day back where somebody comes back early, else None."""
    if days < 3 or rng.random() >= 0.3:
        return None
    returned_on = from_on + timedelta(days=rng.randint(1, days - 1))
    at = start_of_day(returned_on) + timedelta(hours=8, minutes=rng.randint(0, 59))
    if at >= as_of:
        return None
    plan.events.append(Stepped(at, new_id(rng), leave_id, own, "returned", rng.choice(words.RETURNS), returned_on))
    return returned_on
