"""Entries as answers show them: with author, village, photos, concerns raised from them, and who read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.diary.models import Concern, DiaryEntry
from api.diary.reading_models import DiaryReading
from api.photos.records_service import RecordPhotoView, is_incomplete, photos_of
from api.postings.account_models import User
from api.postings.divisions_service import DivisionRef, refs
from api.postings.roster_service import cadre_names


@dataclass(frozen=True, slots=True)
class ReadingView:
    """That somebody read an entry, and what followed."""

    id: UUID
    entry_id: UUID
    by: dict
    level: str
    outcome: str
    note: str | None
    concern_id: UUID | None
    at: datetime


@dataclass(frozen=True, slots=True)
class ConcernRef:
    """A concern that was raised from an entry, as it now stands."""

    id: UUID
    kind: str
    text: str
    state: str


@dataclass(slots=True)
class EntryView:
    """An entry as answers show it."""

    id: UUID
    cadre: dict
    village: DivisionRef | None
    day: date
    text: str
    work_types: list[str]
    captured_at: datetime
    received_at: datetime
    flags: list[str]
    submitted_at: datetime | None
    version: int
    photos: list[RecordPhotoView]
    is_incomplete: bool
    concerns: list[ConcernRef]
    readings: list[ReadingView]


def entry_views(session: Session, entries: Sequence[DiaryEntry]) -> list[EntryView]:
    """Entries in the order given, in a fixed number of queries."""
    ids = [entry.id for entry in entries]
    names = cadre_names(session, {entry.cadre_id for entry in entries})
    villages = refs(session, [entry.village_id for entry in entries])
    readings, concerns, photos = _readings(session, ids), _concerns(session, ids), photos_of(session, ids)
    return [
        EntryView(entry.id, {"id": entry.cadre_id, "name": names[entry.cadre_id]}, villages.get(entry.village_id),
                  entry.day, entry.text, entry.work_types, entry.captured_at, entry.received_at, entry.flags.split(),
                  entry.submitted_at, entry.version, photos[entry.id],
                  is_incomplete(photos[entry.id]), concerns.get(entry.id, []), readings.get(entry.id, []))
        for entry in entries
    ]


def entry_view(session: Session, entry: DiaryEntry) -> EntryView:
    return entry_views(session, [entry])[0]


def _concerns(session: Session, ids: list[UUID]) -> dict[UUID, list[ConcernRef]]:
    found: dict[UUID, list[ConcernRef]] = {}
    for row in session.execute(select(Concern.source_id, Concern.id, Concern.kind, Concern.text, Concern.state)
                               .where(Concern.source_id.in_(ids), Concern.source_kind == "diary")
                               .order_by(Concern.raised_at, Concern.id)):
        found.setdefault(row.source_id, []).append(ConcernRef(*row[1:]))
    return found


def _readings(session: Session, ids: list[UUID]) -> dict[UUID, list[ReadingView]]:
    found: dict[UUID, list[ReadingView]] = {}
    for reading, name in session.execute(
            select(DiaryReading, User.name).join(User, User.id == DiaryReading.user_id)
            .where(DiaryReading.entry_id.in_(ids)).order_by(DiaryReading.at, DiaryReading.id)):
        found.setdefault(reading.entry_id, []).append(reading_view(reading, name))
    return found


def reading_view(reading: DiaryReading, name: str) -> ReadingView:
    return ReadingView(reading.id, reading.entry_id, {"id": reading.user_id, "name": name}, reading.level,
                       reading.outcome, reading.note, reading.concern_id, reading.at)
