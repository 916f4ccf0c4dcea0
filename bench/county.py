"""A made-up county of the size that one server must carry: 30 townships, 1,000 villages, 3,000 posted cadres."""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from api import preparation
from api.auth import new_token, token_hash
from api.dates import start_of_day
from api.db import Database
from api.postings import policies_service
from api.postings.account_models import Grant, User, UserSession
from api.postings.models import Cadre, Division, Place, Posting, PostingVillage

COUNTY = "520329000000"
TOWNSHIPS, VILLAGES, CADRES = 30, 1000, 3000
# The rows above the townships have the ids 1 to 3, then come townships and villages.
COUNTY_ID, FIRST_TOWNSHIP, FIRST_VILLAGE = 3, 4, 4 + TOWNSHIPS
FOUNDED_ON = date(2000, 1, 1)


@dataclass(frozen=True)
class County:
    """What the load needs to know: each cadre's token and a place, and the supervisor's token."""

    tokens: list[str]
    offices: list[tuple[float, float]]
    supervisor: str


def build_county(database: Database, *, posted_from: date, seed: int = 1) -> County:
    """Fill an empty database with the county, everyone logged in and posted from a day on; kept rows are not made.

    Three cadres share a village. Every village has an office under the policy's radius, every second one also an
    outlying spot with a radius of its own; every tenth posting covers a neighbouring village.
    """
    dice, now = random.Random(seed), datetime.now(UTC)
    preparation.prepare(database, county_code=COUNTY, now=now)
    with database.session() as session:
        _add_divisions(session)
        policies_service.seed_policies(session, county=session.get(Division, COUNTY_ID), at=now)
        offices = _add_places(session, dice)
        tokens = _add_people(session, posted_from, now)
        session.commit()
        assert session.scalar(select(func.count()).select_from(Posting)) == CADRES
    return County(tokens[:-1], [offices[number % VILLAGES] for number in range(CADRES)], tokens[-1])


def _add_divisions(session: Session) -> None:
    rows = [_division(1, "520000000000", "贵州省", "province", None, "/1/", None),
            _division(2, "520300000000", "遵义市", "prefecture", 1, "/1/2/", None),
            _division(COUNTY_ID, COUNTY, "余庆县", "county", 2, "/1/2/3/", None)]
    for number in range(TOWNSHIPS):
        own = FIRST_TOWNSHIP + number
        rows.append(_division(own, f"520329{number + 100}000", f"第{number + 1}镇", "township", COUNTY_ID,
                              f"/1/2/3/{own}/", own))
    for number in range(VILLAGES):
        own, township = FIRST_VILLAGE + number, FIRST_TOWNSHIP + number % TOWNSHIPS
        code = f"520329{number % TOWNSHIPS + 100}{200 + number // TOWNSHIPS}"
        rows.append(_division(own, code, f"第{number + 1}村", "village", township, f"/1/2/3/{township}/{own}/", township))
    session.execute(insert(Division), rows)


def _division(own: int, code: str, name: str, level: str, parent: int | None, path: str, township: int | None) -> dict:
    return {"id": own, "code": code, "name": name, "level": level, "parent_id": parent, "township_id": township,
            "path": path, "valid_from": FOUNDED_ON, "valid_to": None}


def _add_places(session: Session, dice: random.Random) -> list[tuple[float, float]]:
    offices, rows = [], []
    for number in range(VILLAGES):
        office = (27.0 + dice.random() / 2, 107.5 + dice.random() / 2)
        offices.append(office)
        rows.append(_place(number, "村委会", office, None))
        if number % 2:
            rows.append(_place(number, "村民组", (office[0] + 0.02, office[1]), 300))
    session.execute(insert(Place), rows)
    return offices


def _place(village: int, name: str, at: tuple[float, float], radius_m: int | None) -> dict:
    return {"village_id": FIRST_VILLAGE + village, "name": name, "latitude": at[0], "longitude": at[1],
            "datum": "wgs84", "wgs84_latitude": at[0], "wgs84_longitude": at[1], "radius_m": radius_m,
            "is_made_up": True, "version": 1}


def _add_people(session: Session, posted_from: date, now: datetime) -> list[str]:
    """Cadre n is user n is posting n; the last user supervises the county. Answers all tokens."""
    everyone, cadres = range(1, CADRES + 2), range(1, CADRES + 1)
    tokens = [new_token() for _ in everyone]
    village = {n: FIRST_VILLAGE + (n - 1) % VILLAGES for n in cadres}
    session.execute(insert(User), [
        {"id": n, "username": f"user{n}", "name": f"某{n}", "language": "zh", "created_at": now, "version": 1,
         "first_log_in_at": start_of_day(FOUNDED_ON), "location_choice": "given"} for n in everyone])
    session.execute(insert(Grant), [
        {"user_id": n, "role": "cadre" if n in village else "supervisor", "division_id": village.get(n, COUNTY_ID),
         "from_on": FOUNDED_ON, "to_on": None, "version": 1} for n in everyone])
    session.execute(insert(UserSession), [
        {"token_hash": token_hash(token), "user_id": n, "client": "page", "user_agent": "bench",
         "sliding": n in village, "created_at": now, "last_used_at": now, "expires_at": now + timedelta(days=90)}
        for n, token in zip(everyone, tokens, strict=True)])
    session.execute(insert(Cadre), [
        {"id": n, "user_id": n, "sending_unit": f"县直单位{n % 60}", "rank": "staff",
         "cadre_role": "village_instructor", "version": 1} for n in cadres])
    session.execute(insert(Posting), [
        {"id": n, "cadre_id": n, "village_id": village[n], "from_on": posted_from, "to_on": None, "version": 1}
        for n in cadres])
    session.execute(insert(PostingVillage), [
        {"posting_id": n, "village_id": FIRST_VILLAGE + n % VILLAGES} for n in cadres if n % 10 == 0])
    return tokens
