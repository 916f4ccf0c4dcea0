"""Closes a village's month: the sheet that the township saw, frozen, once. Nothing ever changes it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from api import audit
from api.auth import Identity
from api.checkin import standings_forgetting_service
from api.checkin.month_models import MonthClose
from api.checkin.month_rules import asker_problem, step_problem
from api.checkin.month_service import (
    Month,
    asker_of,
    check_visible,
    load_month,
    lock_month,
    refuse,
    subject_of,
    village_by_code,
)
from api.checkin.sheet_rules import as_plain
from api.checkin.sheet_service import postings_in_month
from api.dates import shanghai_day
from api.db import dialect_insert
from api.errors import Conflict, IdReused
from api.postings.divisions_service import DivisionRef, audit_chain


def close_month(session: Session, *, identity: Identity, id: UUID, village_code: str, month_on: date,
                seen_hash: bytes, note: str | None, content_hash: bytes, now: datetime) -> tuple[MonthClose, bool]:
    """Freeze the sheet of a village's month; exactly one close for a village and month, exactly once per id.

    Raises NotFound, Forbidden (own_record, not_your_step), Conflict (month_closed by another id, month_not_over,
    month_empty, sheet_changed, not_confirmed, disputed_since without a note).
    """
    village = village_by_code(session, identity=identity, code=village_code)
    check_visible(identity, village=village,
                  postings=postings_in_month(session, division=village, month_on=month_on))
    # Whoever holds these rows is the only one to close the month or to write a fact of it.
    postings = lock_month(session, village=village, month_on=month_on)
    held = session.get(MonthClose, id)
    if held is not None:
        return _same(held, identity, content_hash), False
    month = load_month(session, village=village, month_on=month_on, today=shanghai_day(now), postings=postings)
    asker = asker_of(identity, village=village, postings=postings, posting_id=None)
    refuse(session, asker=asker_problem("closed", asker=asker, on_paper=False),
           step=step_problem("closed", standing=month.standing, on_paper=False, note=note,
                             seen=seen_hash == month.hash), close=month.close)
    close = freeze(session, month=month, id=id, user_id=identity.user_id, note=note, content_hash=content_hash, now=now)
    if close is None:
        # Whoever waited for the same rows has seen the other's close above; behind that stands the constraint.
        other = session.scalar(select(MonthClose).where(MonthClose.village_id == village.id,
                                                        MonthClose.month_on == month_on))
        if other is None:
            raise Conflict("conflict")
        if other.id == id:
            return _same(other, identity, content_hash), False
        refuse(session, asker=None, step="month_closed", close=other)
    return close, True


def freeze(session: Session, *, month: Month, id: UUID, user_id: int, note: str | None, content_hash: bytes,
           now: datetime) -> MonthClose | None:
    """Keep a month's sheet as it stands with its hash, and its entry in the audit log; None if one is kept already."""
    village: DivisionRef = month.village
    added = session.execute(dialect_insert(session, MonthClose).values(
        id=id, village_id=village.id, month_on=month.month_on, closed_by_id=user_id, closed_at=now, note=note,
        sheet=as_plain(month.live), hash=month.hash, content_hash=content_hash,
    ).on_conflict_do_nothing().returning(MonthClose.id)).scalar()
    if added is None:
        return None
    standings_forgetting_service.said(session, village_id=village.id, month_on=month.month_on)
    audit.append(session, chain=audit_chain(village), at=now, user_id=user_id, action="month.closed",
                 subject=subject_of(village, month.month_on),
                 details={"id": str(id), "hash": month.hash.hex(), "rows": len(month.live.rows), "note": note})
    return session.get(MonthClose, id)


def _same(held: MonthClose, identity: Identity, content_hash: bytes) -> MonthClose:
    if (held.closed_by_id, held.content_hash) != (identity.user_id, content_hash):
        raise IdReused()
    return held
