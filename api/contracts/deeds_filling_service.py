"""Fills the month ledger from the quarterly breakdown of the published contracts: once for a line and month."""

from datetime import date, datetime
from uuid import uuid5

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from api import audit
from api.auth import Identity
from api.contracts.acceptance_models import Acceptance, Completion, Deed
from api.contracts.deeds_rules import Planned, Share, unfilled
from api.contracts.models import Contract, ContractLine
from api.contracts.promises_service import Promise, promises, read_promises
from api.dates import next_month, quarter_end, quarter_of
from api.db import NO_HASH, dialect_insert, in_chunks
from api.postings.divisions_service import audit_chain
from api.postings.models import Division

_LOCKED_AT_ONCE, _MADE_AT_ONCE = 500, 50


def count_unfilled(session: Session, *, within: ColumnElement[bool], month_on: date) -> int:
    """How many deeds a filling would make for a month; `within` bounds the villages, as for `fill_ledger`."""
    return len(_unfilled(session, _promised(session, within, month_on), within, month_on))


def fill_ledger(session: Session, *, identity: Identity, division: Division, within: ColumnElement[bool],
                month_on: date, now: datetime) -> int:
    """Make the deeds that the quarter of a month still wants, of every published yearly contract within a division.

    `within` is the condition on `Division`, the village. A line whose share of the quarter is done, or that is
    completed or accepted, wants none. Safe to repeat, also at once: there is one deed for a line and month. Answers how
    many were made.
    """
    promised = _promised(session, within, month_on)
    # Who reports a share done waits for this, or this sees it done.
    for chunk in in_chunks(sorted(one.line_id for one in promised), _LOCKED_AT_ONCE):
        session.scalars(select(ContractLine.id).where(ContractLine.id.in_(chunk)).order_by(ContractLine.id)
                        .with_for_update(key_share=True)).all()
    villages = {one.line_id: one.contract.village_id for one in promised}
    made = 0
    for chunk in in_chunks(_unfilled(session, promised, within, month_on), _MADE_AT_ONCE):
        rows = [_row(one, villages[one.line_id], month_on, identity=identity, now=now) for one in chunk]
        made += len(session.scalars(dialect_insert(session, Deed).values(rows).on_conflict_do_nothing()
                                    .returning(Deed.id)).all())
    if made:
        audit.append(session, chain=audit_chain(division), at=now, user_id=identity.user_id, action="deed.filled",
                     subject=f"division:{division.code}", details={"month": f"{month_on:%Y-%m}", "made": made})
    return made


def _promised(session: Session, within: ColumnElement[bool], month_on: date) -> list[Promise]:
    return read_promises(session, promises().where(within, *_in_force(month_on)))


def _in_force(month_on: date) -> tuple[ColumnElement[bool], ...]:
    return Contract.first_on < next_month(month_on), Contract.last_on >= month_on


def _unfilled(session: Session, promised: list[Promise], within: ColumnElement[bool], month_on: date
              ) -> list[Planned]:
    if not promised:
        return []
    first = quarter_of(month_on)
    deeds = session.execute(
        select(Deed.line_id, Deed.month_on, Deed.state).join(Division, Division.id == Deed.village_id)
        .where(within, Deed.line_id.is_not(None), Deed.month_on.between(first, quarter_end(first)))).all()
    listed = {line_id for line_id, of_month, _state in deeds if of_month == month_on}
    done = {line_id for line_id, _month, state in deeds if state == "done"}
    for model in (Completion, Acceptance):
        done |= set(session.scalars(
            select(model.line_id).join(ContractLine, ContractLine.id == model.line_id)
            .join(Contract, Contract.id == ContractLine.contract_id)
            .join(Division, Division.id == Contract.village_id).where(within, *_in_force(month_on))))
    return unfilled((Share(one.line_id, one.text, one.unit, one.due_on, one.responsible, one.quarters)
                     for one in promised), month_on=month_on, listed=listed, done=done)


def _row(one: Planned, village_id: int, month_on: date, *, identity: Identity, now: datetime) -> dict:
    # Nobody sent it, so that nothing is the same content again.
    return {"id": uuid5(one.line_id, f"{month_on:%Y-%m}"), "line_id": one.line_id, "village_id": village_id,
            "month_on": month_on, "text": one.text, "due_on": one.due_on, "owner": one.owner, "state": "planned",
            "entered_by_id": identity.user_id, "entered_at": now, "changed_at": now, "version": 1,
            "content_hash": NO_HASH}
