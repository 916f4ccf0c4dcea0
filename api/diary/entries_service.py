"""What a cadre writes on the page of a day: kept exactly once, private until it is submitted, edits with history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.auth import Identity
from api.checkin.evidence_service import NewEvidence, add_evidence
from api.checkin.leave_service import homes_of
from api.checkin.phone_records_service import read_record
from api.dates import shanghai_day
from api.db import dialect_insert
from api.diary.concerns_service import raise_concern
from api.diary.models import DiaryEntry, DiaryVersion
from api.diary.search_service import keep_in_index, leave_index
from api.errors import Conflict, Gone, IdReused, NotFound, Stale
from api.photos.records_service import attach, photos_of
from api.postings.models import Division


@dataclass(frozen=True, slots=True)
class VersionView:
    """What an entry said until it was replaced."""

    version: int
    text: str
    work_types: list[str]
    photos: list[str]
    replaced_at: datetime


def write_entry(session: Session, *, identity: Identity, id: UUID, content_hash: bytes, now: datetime, text: str,
                work_types: Sequence[str], captured_at: datetime, day: date | None = None,
                elapsed_ms: int | None = None, position: dict | None = None, device_id: str | None = None,
                is_submitted: bool = False, photos: Sequence[str] = (), concerns: Sequence[dict] = ()
                ) -> tuple[DiaryEntry, bool]:
    """Keep an entry of a cadre's own for a day (None: the day on which it was written): a draft, or submitted at once.

    A position that the cadre agrees to makes it evidence of the day on which it was written. `content_hash` leaves the
    position out. `concerns` ({id, kind, text, content_hash}) are raised with it. Raises IdReused, Gone, Conflict
    (not_a_cadre; concern_without_village: there is no village that could handle it).
    """
    cadre_id = _cadre_id(identity)
    read = read_record(captured_at=captured_at, received_at=now, elapsed_ms=elapsed_ms, position=position,
                       location_error=None, first_log_in_at=identity.first_log_in_at, locates=identity.locates,
                       locates_from=identity.locates_from)
    day = day or read.day
    flags = (*read.flags, *("future_day",) * (day > shanghai_day(now)))
    home = homes_of(session, [cadre_id], day).get(cadre_id)
    values = {"id": id, "cadre_id": cadre_id, "village_id": home and home.id, "day": day, "text": text,
              "work_types": list(dict.fromkeys(work_types)), "captured_at": captured_at, "received_at": now,
              "elapsed_ms": elapsed_ms, "flags": " ".join(flags), "device_id": device_id, "is_erased": False,
              "changed_at": now, "version": 1, "content_hash": content_hash}
    added = session.execute(dialect_insert(session, DiaryEntry).values(**values)
                            .on_conflict_do_nothing(index_elements=["id"]).returning(DiaryEntry.id)).first()
    entry = session.get(DiaryEntry, id)
    if added is None:
        return _same(entry, cadre_id, content_hash), False
    if read.fix is not None:
        add_evidence(session, NewEvidence(
            id=uuid5(id, "diary"), kind="diary", source_id=id, cadre_id=cadre_id, day=read.day, flags=read.flags,
            captured_at=captured_at, received_at=now, content_hash=content_hash, elapsed_ms=elapsed_ms,
            fix=read.fix, device_id=device_id))
    _raise_concerns(session, entry, concerns, identity=identity, now=now)
    if photos:
        attach(session, kind="diary", record_id=id, hashes=list(photos), now=now)
    if is_submitted:
        submit_entry(session, entry=entry, submission_id=uuid5(id, "submission"), now=now)
    else:
        keep_in_index(session, entry)
    return entry, True


def _raise_concerns(session: Session, entry: DiaryEntry, concerns: Sequence[dict], *, identity: Identity,
                    now: datetime) -> None:
    if concerns and entry.village_id is None:
        raise Conflict("concern_without_village")
    for concern in concerns:
        raise_concern(session, identity=identity, village_id=entry.village_id, household_id=None, source_kind="diary",
                      source_id=entry.id, captured_at=entry.captured_at, elapsed_ms=entry.elapsed_ms, now=now,
                      **concern)


def _same(entry: DiaryEntry, cadre_id: int, content_hash: bytes) -> DiaryEntry:
    if entry.cadre_id == cadre_id and entry.is_erased:
        raise Gone()
    if (entry.cadre_id, entry.content_hash) != (cadre_id, content_hash):
        raise IdReused()
    return entry


def own_entry(session: Session, *, identity: Identity, entry_id: UUID, to_change: bool = False) -> DiaryEntry:
    """An entry of the user's own, draft or not; NotFound for others', Gone for an erased one.

    `to_change` keeps every other writer of it waiting.
    """
    entry = session.get(DiaryEntry, entry_id, with_for_update=to_change or None, populate_existing=to_change)
    if entry is None or identity.cadre_id is None or entry.cadre_id != identity.cadre_id:
        raise NotFound()
    if entry.is_erased:
        raise Gone()
    return entry


def visible_entry(session: Session, *, identity: Identity, entry_id: UUID) -> DiaryEntry:
    """An entry of the user's own, or a submitted one from below; NotFound for all others, drafts among them."""
    entry = session.get(DiaryEntry, entry_id)
    if entry is None:
        raise NotFound()
    if identity.cadre_id is not None and entry.cadre_id == identity.cadre_id:
        if entry.is_erased:
            raise Gone()
        return entry
    if not supervises(session, identity=identity, entry=entry):
        raise NotFound()
    return entry


def supervises(session: Session, *, identity: Identity, entry: DiaryEntry) -> bool:
    """Whether the user may read a cadre's entry from above: it is submitted, and the village lies below a grant."""
    if entry.submitted_at is None or entry.is_erased or entry.village_id is None:
        return False
    return identity.may(session.get(Division, entry.village_id).path, "supervisor")


def may_see_photo(session: Session, *, identity: Identity, record_id: UUID) -> bool:
    """Whether the user may see the photos of an entry: whoever may read it."""
    try:
        visible_entry(session, identity=identity, entry_id=record_id)
    except (NotFound, Gone):
        return False
    return True


def edit_entry(session: Session, *, entry: DiaryEntry, base_version: int, text: str, work_types: Sequence[str],
               photos: Sequence[str], now: datetime) -> bool:
    """Let an entry say something else, and keep what it said; False when nothing changes. Raises Stale.

    The entry was read to be changed (`own_entry`).
    """
    if entry.version != base_version:
        raise Stale(headers={"ETag": f'"{entry.version}"'})
    types, named = list(dict.fromkeys(work_types)), list(dict.fromkeys(photos))
    held = [photo.sha256 for photo in photos_of(session, [entry.id])[entry.id]]
    if (entry.text, entry.work_types, held) == (text, types, named):
        return False
    session.add(DiaryVersion(entry_id=entry.id, version=entry.version, text=entry.text, work_types=entry.work_types,
                             photos=held, is_draft=entry.submitted_at is None, replaced_at=now))
    entry.text, entry.work_types = text, types
    touch(entry, now)
    session.flush()
    attach(session, kind="diary", record_id=entry.id, hashes=named, now=now)
    keep_in_index(session, entry)
    return True


def touch(entry: DiaryEntry, now: datetime) -> None:
    """Say that an entry is not what a phone or an editor last saw."""
    entry.version += 1
    entry.changed_at = now


def edit_once(session: Session, *, entry: DiaryEntry, edit_id: UUID, edit_hash: bytes, **edit) -> bool:
    """Edit an entry by an edit that a phone gave an id; False when that edit was made already. Raises IdReused."""
    known = session.scalar(select(DiaryVersion).where(DiaryVersion.edit_id == edit_id))
    if known is not None:
        if (known.entry_id, known.edit_hash) != (entry.id, edit_hash):
            raise IdReused()
        return False
    before = entry.version
    if not edit_entry(session, entry=entry, **edit):
        return False
    version = session.get(DiaryVersion, (entry.id, before))
    version.edit_id, version.edit_hash = edit_id, edit_hash
    session.flush()
    return True


def submit_entry(session: Session, *, entry: DiaryEntry, submission_id: UUID, now: datetime) -> bool:
    """Let those above read an entry from now on; False when it was submitted before. Raises IdReused.

    The entry was read to be changed (`own_entry`).
    """
    other = session.scalar(select(DiaryEntry.id).where(DiaryEntry.submission_id == submission_id))
    if other not in (None, entry.id):
        raise IdReused()
    if entry.submitted_at is not None:
        return False
    entry.submitted_at, entry.submission_id = now, submission_id
    touch(entry, now)
    session.flush()
    keep_in_index(session, entry)
    return True


def history(session: Session, *, identity: Identity, entry: DiaryEntry) -> list[VersionView]:
    """What an entry said before, the latest first; those above see nothing from before it was submitted."""
    query = select(DiaryVersion).where(DiaryVersion.entry_id == entry.id).order_by(DiaryVersion.version.desc())
    if entry.cadre_id != identity.cadre_id:
        query = query.where(DiaryVersion.is_draft.is_(False))
    return [VersionView(one.version, one.text, one.work_types, one.photos, one.replaced_at)
            for one in session.scalars(query)]


def erase_entry(session: Session, *, entry: DiaryEntry, now: datetime) -> None:
    """Empty an entry for good: text, history, photos and index; its id stays, and answers 410.

    Its evidence is its own matter. The entry was read to be changed.
    """
    attach(session, kind="diary", record_id=entry.id, hashes=[], now=now)
    for version in session.scalars(select(DiaryVersion).where(DiaryVersion.entry_id == entry.id)):
        session.delete(version)
    entry.text, entry.work_types, entry.device_id, entry.is_erased = "", [], None, True
    touch(entry, now)
    session.flush()
    leave_index(session, entry.id)


def _cadre_id(identity: Identity) -> int:
    if identity.cadre_id is None:
        raise Conflict("not_a_cadre")
    return identity.cadre_id
