"""Writes the roster of a made-up county of any size: divisions, places, everybody's log-in, postings.

Ids are given (demo_county_rules), so the database must hold no division and nobody yet; `count_on` lets PostgreSQL
count on from there.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from api import demo_words as words
from api.dates import start_of_day
from api.db import in_chunks
from api.demo_county_rules import (
    COUNTY_ID,
    FIRST_TOWNSHIP,
    FOUNDED_ON,
    Size,
    Stay,
    division_rows,
    place_rows,
)
from api.postings import policies_service
from api.postings.account_models import Grant, User
from api.postings.consent_service import NOTICE_VERSION
from api.postings.models import Cadre, Division, Place, Posting, PostingVillage

PIECE = 10_000
# Those beside the villages and townships: (log-in name, role), all over the county; "county" comes first.
OFFICIALS = (("county", "supervisor"), ("discipline", "discipline"), ("admin", "admin"), ("auditor", "auditor"))


class People:
    """The ids of a county's users: cadres first, then a village each, a township each, and those of the county."""

    def __init__(self, size: Size, cadres: int):
        self.size, self.cadres = size, cadres
        self.officials = cadres + size.villages + size.townships + 1

    def committee(self, village_id: int) -> int:
        """Who acts for a village."""
        return self.cadres + 1 + village_id - self.size.first_village

    def township(self, township_id: int) -> int:
        """Who supervises a township."""
        return self.cadres + self.size.villages + 1 + township_id - FIRST_TOWNSHIP

    @property
    def county(self) -> int:
        """Who supervises the county."""
        return self.officials


def add_rows(session: Session, model, rows: Iterable[dict]) -> None:
    """Insert rows in pieces, past the session's objects."""
    for piece in in_chunks(list(rows), PIECE):
        session.execute(insert(model.__table__), piece)


def write_roster(session: Session, *, size: Size, stays: Sequence[Stay], founded_at: datetime, seed: int,
                 password_hash: str | None = None) -> People:
    """The whole roster, made up; cadre n is user n. Everybody has read the notice and agrees to positions."""
    add_rows(session, Division, division_rows(size))
    policies_service.seed_policies(session, county=session.get(Division, COUNTY_ID), at=founded_at)
    add_rows(session, Place, place_rows(size, seed))
    people = People(size, max(stay.cadre_id for stay in stays))
    rng = Random(f"{seed} people")
    add_rows(session, User, _users(people, founded_at, password_hash, rng))
    add_rows(session, Grant, _grants(people, stays))
    units = len(words.SENDING_UNITS)
    add_rows(session, Cadre, [
        {"id": n, "user_id": n, "sending_unit": words.SENDING_UNITS[rng.randrange(units)],
         "rank": rng.choices(("county_leader", "section_level", "staff"), (1, 18, 81))[0],
         "cadre_role": ("village_instructor", "team_member", "first_secretary")[(n - 1) // size.villages % 3],
         "facts_version": 0, "version": 1} for n in range(1, people.cadres + 1)])
    add_rows(session, Posting, [
        {"id": stay.id, "cadre_id": stay.cadre_id, "village_id": stay.village_id, "from_on": stay.from_on,
         "to_on": stay.to_on, "version": 1} for stay in stays])
    add_rows(session, PostingVillage, [{"posting_id": stay.id, "village_id": stay.further_id}
                                       for stay in stays if stay.further_id is not None])
    return people


def count_on(session: Session, models: Iterable[type]) -> None:
    """Let the counters of PostgreSQL go on behind the ids that were given; SQLite does by itself."""
    if session.get_bind().dialect.name == "postgresql":
        for model in models:
            name = model.__tablename__
            session.execute(text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), max(id)) FROM {name}"))


def _users(people: People, at: datetime, password_hash: str | None, rng: Random) -> list[dict]:
    names = [f"cadre{n}" for n in range(1, people.cadres + 1)]
    names += [f"village{n}" for n in range(1, people.size.villages + 1)]
    names += [f"township{n}" for n in range(1, people.size.townships + 1)]
    names += [name for name, _role in OFFICIALS]
    return [{"id": own, "username": username, "name": rng.choice(words.SURNAMES) + rng.choice(words.GIVEN_NAMES),
             "password_hash": password_hash, "language": "zh", "created_at": at, "version": 1,
             "first_log_in_at": start_of_day(FOUNDED_ON), "location_choice": "given",
             "location_chosen_at": at, "notice_version": NOTICE_VERSION, "notice_read_at": at + timedelta(hours=3)}
            for own, username in enumerate(names, 1)]


def _grants(people: People, stays: Sequence[Stay]) -> list[dict]:
    size = people.size
    rows = [_grant(stay.cadre_id, "cadre", stay.village_id, stay.from_on, stay.to_on) for stay in stays]
    rows += [_grant(people.committee(village_id), "village", village_id)
             for village_id in range(size.first_village, size.first_village + size.villages)]
    rows += [_grant(people.township(township_id), "supervisor", township_id)
             for township_id in range(FIRST_TOWNSHIP, FIRST_TOWNSHIP + size.townships)]
    rows += [_grant(people.officials + nth, role, COUNTY_ID) for nth, (_name, role) in enumerate(OFFICIALS)]
    return rows


def _grant(user_id: int, role: str, division_id: int, from_on: date = FOUNDED_ON, to_on: date | None = None) -> dict:
    return {"user_id": user_id, "role": role, "division_id": division_id, "from_on": from_on, "to_on": to_on,
            "version": 1}
