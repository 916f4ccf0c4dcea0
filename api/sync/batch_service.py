"""Takes the records of a batch, each by its kind, so that none holds back another and none is kept twice."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from marshmallow import ValidationError
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from api import intake
from api.auth import Identity
from api.db import in_chunks
from api.errors import Conflict, DomainError, Forbidden, Internal, Stale, Unprocessable, must_run_again, storage_fault
from api.http import content_hash
from api.postings.divisions_service import lock_villages
from api.postings.roster_service import lock_cadres
from api.sync import conflicts_service
from api.sync.batch_rules import SHARE, taking_order
from api.sync.conflicts_service import ConflictView
from api.visits.household_facts_service import villages_of_households

log = logging.getLogger("zhucun.sync")


@dataclass(slots=True)
class Item:
    """A record that was read: what a batch needs to take it."""

    kind: intake.Kind
    body: dict
    content_hash: bytes


@dataclass(frozen=True, slots=True)
class Result:
    """What became of an item: its record as an answer shows it and whether it is new, or why it was refused.

    A stale edit is refused and kept all the same: `conflict`.
    """

    record: dict | None = None
    created: bool = False
    refusal: DomainError | None = None
    conflict: ConflictView | None = None


def read_item(raw, identity: Identity) -> Item | DomainError:
    """An item of a batch as it was sent, judged like the body of its own address."""
    if not isinstance(raw, dict) or not isinstance(raw.get("record"), dict) or not isinstance(raw.get("kind"), str):
        return Unprocessable("item_malformed")
    kind = intake.KINDS.get(raw["kind"])
    if kind is None:
        return Unprocessable("kind_unknown")
    if not identity.has_role(*kind.roles):
        return Forbidden()
    try:
        body = kind.body.load(raw["record"])
    except ValidationError as error:
        return Unprocessable(errors=error.normalized_messages())
    return Item(kind, body, content_hash(body))


def take_batch(session: Session, *, identity: Identity, raw_items: Sequence, now: datetime) -> list[Result]:
    """One result for each item, in the order sent; what was refused has left nothing behind.

    A deadlock or a storage fault is nobody's item: it is raised, and the whole batch may come again.
    """
    read = [read_item(raw, identity) for raw in raw_items]
    results = [Result(refusal=one) if isinstance(one, DomainError) else None for one in read]
    places = [place for place, one in enumerate(read) if isinstance(one, Item)]
    cadre_ids = {read[place].body.get("cadre_id") or identity.cadre_id for place in places} - {None}
    # Villages before cadres, as a single round locks them.
    lock_villages(session, villages_of_households(session, _households(read)).values())
    # Everything of these cadres waits its turn here, and no longer item by item in an order of chance.
    lock_cadres(session, cadre_ids)
    order = taking_order([(read[place].kind.name, read[place].body["id"]) for place in places])
    ordered = [places[number] for number in order]
    for kind, group in groupby(ordered, key=lambda place: read[place].kind):
        # What can be taken at once costs little more for all than for one.
        for chunk in in_chunks(list(group), len(ordered) if kind.take_many else SHARE):
            taken = _together(session, identity, [read[place] for place in chunk], now)
            for place, result in zip(chunk, taken, strict=True):
                results[place] = result
    return results


def _households(read: Sequence[Item | DomainError]) -> set[int]:
    return {visit["household_id"] for one in read if isinstance(one, Item) and one.kind.name == "round"
            for visit in one.body["visits"]}


def _together(session: Session, identity: Identity, items: list[Item], now: datetime) -> list[Result]:
    """Items of one kind under one savepoint; where one fails, each under its own: one takes as long as a record."""
    try:
        with session.begin_nested():
            many = _take_many if items[0].kind.take_many and len(items) > 1 else _take_each
            return many(session, identity, items, now)
    except Exception as error:
        _raise_faults(error)
    return [_alone(session, identity, item, now) for item in items]


def _take_each(session: Session, identity: Identity, items: list[Item], now: datetime) -> list[Result]:
    return [_take(session, identity, item, now) for item in items]


def _take_many(session: Session, identity: Identity, items: list[Item], now: datetime) -> list[Result]:
    kind = items[0].kind
    records = [(dict(item.body), item.content_hash) for item in items]
    return [Result(refusal=one) if isinstance(one, DomainError) else Result(kind.answer.dump(one[0]), one[1])
            for one in kind.take_many(session, identity, records, now=now)]


def _alone(session: Session, identity: Identity, item: Item, now: datetime) -> Result:
    try:
        with session.begin_nested():
            return _take(session, identity, item, now)
    except DomainError as error:
        return Result(refusal=error)
    except Exception as error:
        _raise_faults(error)
        return Result(refusal=_refusal_of(error))


def _take(session: Session, identity: Identity, item: Item, now: datetime) -> Result:
    # A copy, since what is taken twice must find the body as it was sent.
    try:
        view, created = item.kind.take(session, identity, dict(item.body), content_hash=item.content_hash, now=now)
    except Stale:
        if item.kind.name not in conflicts_service.EDITS:
            raise
        return _kept_beside(session, identity, item, now)
    session.flush()
    return Result(item.kind.answer.dump(view), created)


def _kept_beside(session: Session, identity: Identity, item: Item, now: datetime) -> Result:
    conflict = conflicts_service.keep(session, identity=identity, kind=item.kind.name, body=item.body,
                                      content_hash=item.content_hash, now=now)
    # One that was settled for the other version is done with.
    return Result(refusal=Conflict("edit_conflict") if conflict.state == "open" else None, conflict=conflict)


def _raise_faults(error: Exception) -> None:
    if must_run_again(error) or storage_fault(error) is not None:
        raise error


def _refusal_of(error: Exception) -> DomainError:
    """A failure that is nobody's refusal, as api/errors.py answers it for a single record."""
    if isinstance(error, IntegrityError):
        log.warning("constraint met", exc_info=error)
        return Conflict()
    if isinstance(error, DataError):
        log.error("data error that no schema caught", exc_info=error)
        return Unprocessable()
    # One record that the program fails on must not keep a phone's other records back for ever.
    log.error("unexpected error", exc_info=error)
    return Internal()
