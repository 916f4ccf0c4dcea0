"""Keeps the rounds that a phone recorded over days at once: the kept counts of a quarter follow once for all."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.auth import Identity
from api.checkin.phone_records_service import PhoneRecord, read_record
from api.dates import quarter_of, shanghai_day
from api.db import dialect_insert, in_chunks
from api.errors import DomainError, NotFound
from api.visits.household_access_service import recordable
from api.visits.household_facts_service import villages_of_households
from api.visits.models import Household, Round
from api.visits.round_views_service import RoundView, round_views
from api.visits.rounds_service import allowed_companions, check_same, complete, keep_visits, visit_row
from api.visits.village_quarters_service import changing_visits


@dataclass(frozen=True, slots=True)
class _New:
    """A round that may be kept: its body, how it was read, and who came along."""

    body: dict
    read: PhoneRecord
    companion_ids: list[int]


def record_rounds(session: Session, *, identity: Identity, now: datetime, bodies: list[dict]
                  ) -> list[tuple[RoundView, bool] | DomainError]:
    """Keep rounds, `bodies` as the arguments of `record_round`; for each what that answers or raises.

    Raises IdReused for all where an id of a visit belongs to another one.
    """
    villages = villages_of_households(session, {visit["household_id"] for body in bodies for visit in body["visits"]})
    known = _held(session, [body["id"] for body in bodies])
    problems: dict[int, DomainError] = {}
    news: dict[UUID, _New] = {}
    reach = _Reach(session, identity, shanghai_day(now), villages)
    for place, body in enumerate(bodies):
        if body["id"] not in known and body["id"] not in news:
            try:
                news[body["id"]] = _read(session, identity, now, body, villages, reach)
            except DomainError as error:
                problems[place] = error
    _keep(session, identity, now, news.values(), villages)
    held = _held(session, [body["id"] for body in bodies])
    for body_id, new in news.items():
        complete(session, held[body_id], new.read, visits=new.body["visits"], companion_ids=new.companion_ids, now=now)
    for place, body in enumerate(bodies):
        if place not in problems:
            try:
                check_same(held[body["id"]], identity, body["content_hash"])
            except DomainError as error:
                problems[place] = error
    views = {view.id: view for view in round_views(
        session, list({body["id"]: held[body["id"]] for place, body in enumerate(bodies)
                       if place not in problems}.values()), identity=None)}
    return [problems[place] if place in problems else (views[body["id"]], _is_first(news, body))
            for place, body in enumerate(bodies)]


def _is_first(news: dict[UUID, _New], body: dict) -> bool:
    # What comes twice in one batch is new the first time.
    return body["id"] in news and news[body["id"]].body is body


def _held(session: Session, ids: list[UUID]) -> dict[UUID, Round]:
    return {one.id: one for one in session.scalars(select(Round).where(Round.id.in_(ids)))}


class _Reach:
    """Where a cadre may record visits: of a day the question is asked once."""

    def __init__(self, session: Session, identity: Identity, today: date, household_ids: Iterable[int]):
        self._session, self._cadre_id, self._today = session, identity.cadre_id, today
        self._household_ids = sorted(set(household_ids))
        self._days: dict[date, set[int]] = {}

    def covers(self, household_id: int, day: date) -> bool:
        return any(household_id in self._of(one) for one in (day, self._today))

    def _of(self, day: date) -> set[int]:
        if day not in self._days:
            self._days[day] = {one for chunk in in_chunks(self._household_ids, 500) for one in self._session.scalars(
                select(Household.id).where(Household.id.in_(chunk), recordable(self._cadre_id, day)))}
        return self._days[day]


def _read(session: Session, identity: Identity, now: datetime, body: dict, villages: dict[int, int],
          reach: _Reach) -> _New:
    read = read_record(captured_at=body["captured_at"], received_at=now, elapsed_ms=body["elapsed_ms"],
                       position=body["position"], location_error=body["location_error"],
                       first_log_in_at=identity.first_log_in_at, locates=identity.locates,
                       locates_from=identity.locates_from)
    ids = [visit["household_id"] for visit in body["visits"]]
    if not all(one in villages and reach.covers(one, read.day) for one in ids):
        raise NotFound("household_not_found")
    wanted = set(body["companion_ids"]) - {identity.cadre_id}
    visited = {villages[one] for one in ids}
    return _New(body, read, allowed_companions(session, wanted, visited, author_id=identity.cadre_id))


def _keep(session: Session, identity: Identity, now: datetime, news: Iterable[_New], villages: dict[int, int]) -> None:
    by_quarter: dict[date, list[_New]] = {}
    for new in news:
        by_quarter.setdefault(quarter_of(new.read.day), []).append(new)
    for quarter_on, rounds in sorted(by_quarter.items()):
        households = {visit["household_id"] for new in rounds for visit in new.body["visits"]}
        with changing_visits(session, household_ids=households, day=quarter_on, now=now):
            session.execute(dialect_insert(session, Round), [_row(identity, now, new) for new in rounds])
            keep_visits(session, [visit_row(visit, new.body["id"], identity.cadre_id, new.read.day, villages)
                                  for new in rounds for visit in new.body["visits"]])


def _row(identity: Identity, now: datetime, new: _New) -> dict:
    body = new.body
    return {"id": body["id"], "cadre_id": identity.cadre_id, "day": new.read.day, "captured_at": body["captured_at"],
            "received_at": now, "elapsed_ms": body["elapsed_ms"], "flags": " ".join(new.read.flags),
            "purposes": sorted(set(body["purposes"])), "others": body["others"], "device_id": body["device_id"],
            "is_erased": False, "changed_at": now, "content_hash": body["content_hash"]}
