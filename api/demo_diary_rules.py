"""Makes up the diary of the demo's cadres, on days when they were in the village. Pure."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import NamedTuple
from uuid import UUID

from api import demo_words as words
from api.dates import shanghai_day, start_of_day
from api.demo_days_rules import Record
from api.demo_leave_rules import new_id
from api.demo_people_rules import Worker

# How many in a hundred days in the village are written about, by manner.
_WRITTEN = {"steady": 30, "fair": 20, "slack": 8}
_WORK_TYPES = ("policy", "opinions", "investigator", "mediator", "clerk", "committee", "service", "stability")


class EntryPlan(NamedTuple):
    """A page of the diary of the cadre `number`; no `submitted_at`: still a draft."""

    id: UUID
    number: int
    village: str
    day: date
    text: str
    work_types: tuple[str, ...]
    written_at: datetime
    submitted_at: datetime | None


def plan_entries(rng: Random, worker: Worker, records: Sequence[Record], *, as_of: datetime) -> list[EntryPlan]:
    """What a cadre wrote in the evenings up to `as_of`; some of the last days' pages are drafts."""
    found = []
    for day in sorted({shanghai_day(record.made_at) for record in records}):
        stay = next((one for one in worker.stays if one.from_on <= day and (one.to_on is None or day <= one.to_on)),
                    None)
        written_at = start_of_day(day) + timedelta(hours=19, minutes=rng.randint(0, 170))
        if stay is None or rng.random() * 100 >= _WRITTEN[worker.manner] or written_at > as_of:
            continue
        is_draft = as_of - written_at < timedelta(days=4) and rng.random() < 0.4
        found.append(EntryPlan(
            new_id(rng), worker.number, stay.village, day, _text(rng),
            tuple(sorted(rng.sample(_WORK_TYPES, rng.choice((1, 1, 2))))), written_at,
            None if is_draft else written_at + timedelta(minutes=rng.randint(1, 5))))
    return found


def _text(rng: Random) -> str:
    parts = [rng.choice(words.DIARY_BEGINNINGS)]
    if rng.random() < 0.8:
        parts += [*rng.sample(words.DIARY_MIDDLES, rng.choice((1, 2, 3))), rng.choice(words.DIARY_ENDINGS)]
    return "".join(parts)
