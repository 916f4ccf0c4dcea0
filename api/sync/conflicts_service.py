"""Edits that came too late: kept beside the record, and settled by their owner, who says which of the two stands."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from api import intake
from api.auth import Identity
from api.dates import shanghai_day
from api.db import dialect_insert
from api.diary import entries_service, reports_service, special_reports_service
from api.diary.entry_views_service import entry_view
from api.errors import Conflict, Gone, IdReused, NotFound
from api.sync.models import EditConflict

MOST = 200


@dataclass(frozen=True, slots=True)
class ConflictView:
    """An edit kept beside its record; `current` is the record as it now stands, None once it is gone."""

    id: UUID
    kind: str
    record_id: UUID
    base_version: int
    mine: dict
    current: dict | None
    kept_at: datetime
    state: str
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class Edited:
    """Where an edit names its record, and how the record is read as its owner sees it."""

    names: str
    read: Callable[[Session, Identity, UUID, date], Any]


def _report(session: Session, identity: Identity, record_id: UUID, today: date) -> Any:
    return reports_service.report_by_id(session, identity=identity, id=record_id, today=today)


def _special_report(session: Session, identity: Identity, record_id: UUID, today: date) -> Any:
    report = special_reports_service.own_report(session, identity=identity, report_id=record_id)
    return special_reports_service.report_views(session, [report], identity=identity)[0]


def _entry(session: Session, identity: Identity, record_id: UUID, today: date) -> Any:
    return entry_view(session, entries_service.own_entry(session, identity=identity, entry_id=record_id))


EDITS = {"diary_edit": Edited("entry_id", _entry), "report_edit": Edited("report_id", _report),
         "special_report_edit": Edited("report_id", _special_report)}


def keep(session: Session, *, identity: Identity, kind: str, body: dict, content_hash: bytes,
         now: datetime) -> ConflictView:
    """Keep an edit that was stale, once; raises IdReused for other content or another user's id."""
    names = EDITS[kind].names
    mine = {key: value for key, value in body.items() if key not in ("id", names, "base_version")}
    session.execute(dialect_insert(session, EditConflict).values(
        id=body["id"], user_id=identity.user_id, kind=kind, record_id=body[names], base_version=body["base_version"],
        mine=mine, kept_at=now, state="open", content_hash=content_hash).on_conflict_do_nothing())
    held = session.get(EditConflict, body["id"], populate_existing=True)
    if (held.user_id, held.kind, held.content_hash) != (identity.user_id, kind, content_hash):
        raise IdReused()
    return conflict_views(session, [held], identity=identity, today=shanghai_day(now))[0]


def list_own(session: Session, *, identity: Identity, state: str | None, today: date) -> list[ConflictView]:
    """One's own conflicts, the latest first, 200 at most; `state` None: any."""
    query = select(EditConflict).where(EditConflict.user_id == identity.user_id)
    if state is not None:
        query = query.where(EditConflict.state == state)
    held = session.scalars(query.order_by(EditConflict.kept_at.desc(), EditConflict.id).limit(MOST))
    return conflict_views(session, list(held), identity=identity, today=today)


def settle(session: Session, *, identity: Identity, conflict_id: UUID, outcome: str, now: datetime) -> ConflictView:
    """Let one's own version (`mine`) or the record's (`theirs`) stand; the same again changes nothing.

    `mine` becomes a new version of the record, whose history keeps the other. Raises NotFound for somebody else's,
    Conflict (conflict_settled) for another outcome than before, and what an edit of the record would.
    """
    held = session.get(EditConflict, conflict_id, with_for_update=True, populate_existing=True)
    if held is None or held.user_id != identity.user_id:
        raise NotFound()
    today = shanghai_day(now)
    if held.state not in ("open", outcome):
        raise Conflict("conflict_settled")
    if held.state == "open":
        if outcome == "mine":
            _make(session, held, identity=identity, today=today, now=now)
        held.state, held.settled_at = outcome, now
        session.flush()
    return conflict_views(session, [held], identity=identity, today=today)[0]


def _make(session: Session, held: EditConflict, *, identity: Identity, today: date, now: datetime) -> None:
    edited = EDITS[held.kind]
    current = edited.read(session, identity, held.record_id, today)
    body = {"id": held.id, edited.names: held.record_id, "base_version": current.version, **held.mine}
    intake.KINDS[held.kind].take(session, identity, body, content_hash=held.content_hash, now=now)


def conflict_views(session: Session, rows: Iterable[EditConflict], *, identity: Identity, today: date
                   ) -> list[ConflictView]:
    """Own conflicts, each with its record as it now stands."""
    return [ConflictView(row.id, row.kind, row.record_id, row.base_version, row.mine,
                         _current(session, row, identity, today), row.kept_at, row.state, row.settled_at)
            for row in rows]


def _current(session: Session, row: EditConflict, identity: Identity, today: date) -> dict | None:
    try:
        record = EDITS[row.kind].read(session, identity, row.record_id, today)
    except (NotFound, Gone):
        return None
    return intake.KINDS[row.kind].answer.dump(record)
