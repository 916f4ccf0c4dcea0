"""Empties what a cadre wrote, on request (个人信息保护法 article 47): a round of visits, a diary entry.

What is left is a tombstone: whose record of what kind there was on which day, and that its id answers 410. What
villagers asked for (concerns) is theirs and stays.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from api import audit
from api.auth import Identity
from api.checkin import requests_service
from api.checkin.models import Evidence
from api.dates import shanghai_day, start_of_day
from api.db import NO_HASH
from api.diary import entries_service
from api.diary.models import DiaryEntry
from api.errors import NotFound
from api.photos.models import RecordPhoto
from api.postings.consent_service import chain_of_user
from api.postings.models import Cadre
from api.sync.models import EditConflict
from api.visits.models import Round, Visit
from api.visits.village_quarters_service import changing_visits

MODELS = {"round": Round, "diary_entry": DiaryEntry}
ACTIONS = {"round": "round.erased", "diary_entry": "diary_entry.erased"}
# The kind of evidence that such a record may be.
EVIDENCE = {"round": "visit", "diary_entry": "diary"}


def day_of_own(session: Session, *, identity: Identity, kind: str, record_id: UUID) -> date:
    """The day of a record of the user's own; raises NotFound for all others."""
    record = session.get(MODELS[kind], record_id)
    if record is None or identity.cadre_id is None or record.cadre_id != identity.cadre_id:
        raise NotFound()
    return record.day


def erase(session: Session, *, kind: str, record_id: UUID, by_id: int, now: datetime) -> None:
    """Empty a record, take what it was evidence of with it, and note that in the audit log. Safe to repeat."""
    record = session.get(MODELS[kind], record_id)
    if record.is_erased:
        return
    (_erase_round if kind == "round" else _erase_entry)(session, record, now)
    for evidence_id in session.scalars(select(Evidence.id).where(
            Evidence.kind == EVIDENCE[kind], Evidence.source_id == record_id)).all():
        requests_service.erase(session, evidence_id=evidence_id, by_id=by_id, now=now)
    owner_id = session.scalar(select(Cadre.user_id).where(Cadre.id == record.cadre_id))
    audit.append(session, chain=chain_of_user(session, user_id=owner_id, today=shanghai_day(now)), at=now,
                 user_id=by_id, action=ACTIONS[kind], subject=f"{kind}:{record_id}",
                 details={"cadre": record.cadre_id, "day": record.day.isoformat()})


def _erase_round(session: Session, kept: Round, now: datetime) -> None:
    visits = session.execute(select(Visit.id, Visit.household_id).where(Visit.round_id == kept.id)).all()
    ids = [visit.id for visit in visits]
    with changing_visits(session, household_ids=[visit.household_id for visit in visits], day=kept.day, now=now):
        session.execute(delete(RecordPhoto).where(RecordPhoto.kind == "visit", RecordPhoto.record_id.in_(ids)))
        session.execute(delete(Visit).where(Visit.id.in_(ids)))
    _empty(kept)
    kept.purposes, kept.others, kept.changed_at = [], None, now
    session.flush()


def _erase_entry(session: Session, entry: DiaryEntry, now: datetime) -> None:
    session.refresh(entry, with_for_update=True)
    entries_service.erase_entry(session, entry=entry, now=now)
    _empty(entry)
    session.execute(update(EditConflict).where(EditConflict.record_id == entry.id)
                    .values(mine={}, state="theirs", settled_at=now))
    session.flush()


def _empty(record: Round | DiaryEntry) -> None:
    record.captured_at = record.received_at = start_of_day(record.day)
    record.elapsed_ms = record.device_id = None
    record.flags, record.content_hash, record.is_erased = "", NO_HASH, True
