"""The reading queue of those above: what is unread, what came of a reading, a sample by chance. Never by person."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, select, tuple_
from sqlalchemy.orm import Session

from api.auth import Identity
from api.dates import shanghai_day, start_of_day
from api.db import dialect_insert, in_chunks
from api.diary.concerns_service import raise_concern
from api.diary.entries_service import visible_entry
from api.diary.entry_views_service import EntryView, ReadingView, entry_views, reading_view
from api.diary.models import DiaryEntry
from api.diary.reading_models import DiaryReading, DiarySample
from api.diary.reading_rules import QUEUE_DAYS, draw
from api.errors import Forbidden, IdReused, NotFound, Unprocessable
from api.postings.access_service import visible_division
from api.postings.account_models import User
from api.postings.divisions_service import DivisionRef, below
from api.postings.models import Division

PAGE = 20


@dataclass(frozen=True, slots=True)
class Queue:
    """Entries that nobody of the reader's level has read, the longest waiting first; `unread` counts them all."""

    division: DivisionRef
    since: date
    unread: int
    entries: list[EntryView]


@dataclass(frozen=True, slots=True)
class SampleView:
    """A sample as it was drawn, with those of its entries that can still be read."""

    id: UUID
    division: DivisionRef
    from_on: date
    to_on: date
    population: int
    seed: str
    drawn_at: datetime
    entries: list[EntryView]


def reading_queue(session: Session, *, identity: Identity, code: str | None, after: UUID | None,
                  now: datetime) -> Queue:
    """What was submitted below a division in the last quarter and not read by its level; `after` goes on from there.

    Nobody reads off an own entry. Raises NotFound for a division outside.
    """
    division = visible_division(session, identity=identity, code=code, roles=("supervisor",))
    since = shanghai_day(now) - timedelta(days=QUEUE_DAYS)
    waiting = and_(_submitted_below(division), DiaryEntry.submitted_at >= start_of_day(since), _not_own(identity),
                   ~exists().where(DiaryReading.entry_id == DiaryEntry.id,
                                   DiaryReading.level == _level(identity, division.path)))
    unread = session.scalar(select(func.count()).select_from(DiaryEntry).where(waiting))
    query = select(DiaryEntry).where(waiting).order_by(DiaryEntry.submitted_at, DiaryEntry.id).limit(PAGE)
    last = None if after is None else visible_entry(session, identity=identity, entry_id=after)
    if last is not None and last.submitted_at is not None:
        query = query.where(tuple_(DiaryEntry.submitted_at, DiaryEntry.id) > (last.submitted_at, last.id))
    return Queue(DivisionRef.of(division), since, unread, _views(session, query))


def read_entry(session: Session, *, identity: Identity, id: UUID, entry_id: UUID, outcome: str, content_hash: bytes,
               now: datetime, note: str | None = None, concern: dict | None = None) -> tuple[ReadingView, bool]:
    """Note that an entry was read, and what follows: nothing, a request to follow up, or a concern.

    `concern` is {id, kind, text, content_hash}. Raises NotFound for what the reader does not supervise, Forbidden
    (own_record), Unprocessable (follow_up_note_missing, concern_missing), IdReused.
    """
    entry = visible_entry(session, identity=identity, entry_id=entry_id)
    if entry.cadre_id == identity.cadre_id:
        raise Forbidden("own_record")
    village = session.get(Division, entry.village_id)
    if outcome == "follow_up" and not (note or "").strip():
        raise Unprocessable("follow_up_note_missing")
    if (outcome == "concern") != (concern is not None):
        raise Unprocessable("concern_missing")
    if concern is not None and session.get(DiaryReading, id) is None:
        raise_concern(session, identity=identity, village_id=village.id, household_id=None, source_kind="diary",
                      source_id=entry.id, captured_at=now, now=now, **concern)
    added = session.execute(dialect_insert(session, DiaryReading).values(
        id=id, entry_id=entry.id, entry_version=entry.version, user_id=identity.user_id,
        level=_level(identity, village.path), outcome=outcome, note=note, concern_id=concern and concern["id"], at=now,
        content_hash=content_hash).on_conflict_do_nothing().returning(DiaryReading.id)).first()
    held = session.get(DiaryReading, id)
    if (held.user_id, held.content_hash) != (identity.user_id, content_hash):
        raise IdReused()
    if added is not None:
        # The author's phone shows it; what the entry says is the same, and so is its version.
        entry.changed_at = now
        session.flush()
    return reading_view(held, session.get(User, held.user_id).name), added is not None


def draw_sample(session: Session, *, identity: Identity, id: UUID, division_code: str | None, from_on: date,
                to_on: date, size: int, content_hash: bytes, now: datetime) -> tuple[SampleView, bool]:
    """Draw entries by chance from those submitted below a division for a range of days, and record how.

    The same id again answers the same sample. Raises NotFound, IdReused.
    """
    division = visible_division(session, identity=identity, code=division_code, roles=("supervisor",))
    ids = session.scalars(select(DiaryEntry.id).where(
        _submitted_below(division), _not_own(identity), DiaryEntry.day.between(from_on, to_on))).all()
    seed = secrets.token_hex(16)
    added = session.execute(dialect_insert(session, DiarySample).values(
        id=id, division_id=division.id, from_on=from_on, to_on=to_on, population=len(ids), seed=seed,
        entry_ids=[str(one) for one in draw(ids, seed=seed, size=size)], drawn_by_id=identity.user_id, drawn_at=now,
        content_hash=content_hash).on_conflict_do_nothing().returning(DiarySample.id)).first()
    held = session.get(DiarySample, id)
    if (held.drawn_by_id, held.content_hash) != (identity.user_id, content_hash):
        raise IdReused()
    return _sample_view(session, held, identity), added is not None


def sample_by_id(session: Session, *, identity: Identity, sample_id: UUID) -> SampleView:
    """A sample that was drawn in a division that the user supervises; NotFound for others."""
    held = session.get(DiarySample, sample_id)
    if held is None or not identity.may(session.get(Division, held.division_id).path, "supervisor"):
        raise NotFound()
    return _sample_view(session, held, identity)


def _sample_view(session: Session, held: DiarySample, identity: Identity) -> SampleView:
    division = session.get(Division, held.division_id)
    drawn = [UUID(one) for one in held.entry_ids]
    found = {view.id: view for chunk in in_chunks(drawn, 500) for view in _views(session, select(DiaryEntry).where(
        DiaryEntry.id.in_(chunk), _submitted_below(division), _not_own(identity)))}
    return SampleView(held.id, DivisionRef.of(division), held.from_on, held.to_on, held.population, held.seed,
                      held.drawn_at, [found[one] for one in drawn if one in found])


def _level(identity: Identity, path: str) -> str:
    """For which level the user reads what lies at a path: that of the narrowest own division around it."""
    return max(identity.grants_over(path, "supervisor"), key=lambda grant: len(grant.path)).level


def _views(session: Session, query: Select) -> Sequence[EntryView]:
    return entry_views(session, list(session.scalars(query)))


def _submitted_below(division: Division) -> ColumnElement[bool]:
    villages = select(Division.id).where(below(division.path))
    return and_(DiaryEntry.village_id.in_(villages), DiaryEntry.submitted_at.is_not(None),
                DiaryEntry.is_erased.is_(False))


def _not_own(identity: Identity) -> ColumnElement[bool]:
    return DiaryEntry.cadre_id != (identity.cadre_id or 0)
