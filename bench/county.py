"""A made-up county of the size that one server must carry: 30 townships, 1,000 villages, 3,000 posted cadres."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api import preparation
from api.auth import new_token, token_hash
from api.db import Database
from api.demo_county_roster_service import add_rows, write_roster
from api.demo_county_rules import COUNTY, FULL, offices, steady_stays
from api.postings.account_models import UserSession
from api.postings.models import Posting

TOWNSHIPS, VILLAGES, CADRES, FIRST_VILLAGE = FULL.townships, FULL.villages, FULL.cadres, FULL.first_village
# Postings whose number leaves the same remainder have the same history.
PATTERNS, SEED = 40, 1


@dataclass(frozen=True)
class County:
    """What the load needs to know: each cadre's token and a place, and the supervisor's token."""

    tokens: list[str]
    offices: list[tuple[float, float]]
    supervisor: str


def build_county(database: Database, *, posted_from: date) -> County:
    """Fill an empty database with the county, everyone logged in and posted from a day on; kept rows are not made.

    Three cadres share a village. Every village has an office under the policy's radius, every second one also an
    outlying spot with a radius of its own; every tenth posting covers a neighbouring village.
    """
    now = datetime.now(UTC)
    preparation.prepare(database, county_code=COUNTY, now=now)
    with database.session() as session:
        people = write_roster(session, size=FULL, stays=steady_stays(FULL, posted_from, PATTERNS), founded_at=now,
                              seed=SEED)
        tokens = log_in(session, [*range(1, CADRES + 1), people.county], cadres=CADRES, now=now)
        session.commit()
        assert session.scalar(select(func.count()).select_from(Posting)) == CADRES
    spots = [(office.latitude, office.longitude) for office in offices(FULL, SEED)]
    return County(tokens[:-1], [spots[number % VILLAGES] for number in range(CADRES)], tokens[-1])


def log_in(session: Session, user_ids: Iterable[int], *, cadres: int, now: datetime) -> list[str]:
    """A token for each user; those up to `cadres` are cadres, whose log-ins slide."""
    users = list(user_ids)
    tokens = [new_token() for _user in users]
    add_rows(session, UserSession, [
        {"token_hash": token_hash(token), "user_id": user_id, "client": "page", "user_agent": "bench",
         "sliding": user_id <= cadres, "idles": False, "by_invitation": False, "created_at": now, "last_used_at": now,
         "expires_at": now + timedelta(days=90)} for user_id, token in zip(users, tokens, strict=True)])
    return tokens
