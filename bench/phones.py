"""What the county's phones send: which cadre checks in when and where, and the bytes of each request."""

import json
import random
from datetime import UTC, date, datetime, time
from itertools import zip_longest
from uuid import UUID, uuid4

from api.auth import COOKIE
from api.dates import SHANGHAI
from bench.county import CADRES, County
from bench.load import post

PATH = "/api/v1/check-ins"
# An evening check-in follows this many steps after the morning's: the two of one cadre are never under way at once.
LAG = 100
# Of all check-ins: no fix at all, and a fix 20 km away; the rest is at the office.
NO_FIX, FAR = 0.06, 0.04


def make_plan(days: list[date], *, seed: int = 1) -> list[tuple[int, date]]:
    """(cadre, day) of every check-in, in the order of sending: two of each cadre on each day.

    Mornings and evenings alternate, so that in every stretch half of the check-ins begin a new day.
    """
    dice = random.Random(seed)
    mornings = []
    for day in days:
        cadres = list(range(CADRES))
        dice.shuffle(cadres)
        mornings += [(cadre, day) for cadre in cadres]
    evenings = [None] * LAG + mornings
    return [one for pair in zip_longest(mornings, evenings) for one in pair if one is not None]


def make_requests(county: County, plan: list[tuple[int, date]], *, seed: int) -> list[tuple[UUID, bytes]]:
    """(id, bytes) of check-ins as phones send them that come back from a valley: recorded then, sent now.

    A fix at the office is within 300 m of it, with an accuracy of 5 to 60 m.
    """
    dice, now = random.Random(seed), datetime.now(UTC)
    return [_request(county, cadre, day, dice, now) for cadre, day in plan]


def _request(county: County, cadre: int, day: date, dice: random.Random, now: datetime) -> tuple[UUID, bytes]:
    record_id = uuid4()
    at = datetime.combine(day, time(8 + dice.randrange(10), dice.randrange(60), dice.randrange(60)), SHANGHAI)
    body = {"id": str(record_id), "captured_at": at.isoformat(), "device_id": f"phone-{cadre}",
            "elapsed_ms": int((now - at).total_seconds() * 1000)}
    chance, (latitude, longitude) = dice.random(), county.offices[cadre]
    if chance < NO_FIX:
        body["location_error"] = "timeout"
    else:
        away = 0.2 if chance < NO_FIX + FAR else dice.uniform(-0.002, 0.002)
        body["position"] = {"latitude": round(latitude + away, 6), "accuracy_m": dice.randrange(5, 60),
                            "longitude": round(longitude + dice.uniform(-0.002, 0.002), 6)}
    return record_id, post(PATH, json.dumps(body).encode(), cookie=f"{COOKIE}={county.tokens[cadre]}")
