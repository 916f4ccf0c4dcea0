"""Lists of contracts, in the order of the roster."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.contracts.contract_facts_service import facts_of
from api.contracts.contract_reading_service import head_of
from api.contracts.contract_standing_service import Standing
from api.contracts.contracts_on_service import changed_by, is_of_year, state_on, was_latest, was_village
from api.contracts.contracts_rules import IN_FORCE, STAGES
from api.contracts.items_on_service import end_of
from api.contracts.models import Contract, ContractRevision
from api.postings.divisions_service import REF_COLUMNS, DivisionRef, below
from api.postings.models import Division


def list_contracts(session: Session, *, standing: Standing, code: str | None = None, kind: str | None = None,
                   year: int | None = None, state: str | None = None, stage: str | None = None,
                   on: date | None = None, page: int = 1, page_size: int = 100) -> tuple[list[dict], int]:
    """The contracts that the user may see, by village, the latest first; and how many there are.

    `year`: those whose period touches it; `state`: of the latest revision, `stage`: in whose hands it lies; `on`: the
    revisions that were the latest when that day was over, in their states of then, of the villages of that day. Raises
    NotFound for a division out of reach.
    """
    then, changed = ((ContractRevision.state, ContractRevision.changed_at) if on is None
                     else (state_on(on), changed_by(on)))
    query = (select(Contract, ContractRevision, then.label("then"), changed.label("changed"))
             .join(Division, Division.id == Contract.village_id)
             .join(ContractRevision, ContractRevision.contract_id == Contract.id)
             .where(standing.within(code)))
    if on is None:
        last = (select(ContractRevision.contract_id, func.max(ContractRevision.number).label("number"))
                .group_by(ContractRevision.contract_id).subquery())
        query = query.join(last, (last.c.contract_id == ContractRevision.contract_id)
                           & (last.c.number == ContractRevision.number))
    else:
        query = query.where(was_village(on), was_latest(on))
    if kind is not None:
        query = query.where(Contract.kind == kind)
    if year is not None:
        query = query.where(Contract.first_on <= date(year, 12, 31), Contract.last_on >= date(year, 1, 1))
    if state is not None:
        query = query.where(then == state)
    if stage is not None:
        query = query.where(then.in_(STAGES[stage]))
    count = session.scalar(select(func.count()).select_from(query.subquery()))
    ordered = query.order_by(Division.code, Contract.first_on.desc(), Contract.kind.desc(), Contract.id)
    found = [tuple(row) for row in session.execute(ordered.offset((page - 1) * page_size).limit(page_size))]
    facts = facts_of(session, [(contract, revision) for contract, revision, *_then in found], standing=standing)
    in_force = dict(session.execute(
        select(ContractRevision.contract_id, func.max(ContractRevision.number))
        .where(ContractRevision.contract_id.in_([contract.id for contract, *_rest in found]),
               ContractRevision.state.in_(IN_FORCE) if on is None else ContractRevision.published_at < end_of(on))
        .group_by(ContractRevision.contract_id)).all())
    return [{**head_of(contract, facts[revision.id].village),
             "revision": {"id": revision.id, "number": revision.number, "state": state,
                          "changed_at": changed_at},
             "published_number": in_force.get(contract.id), "item_count": len(facts[revision.id].items),
             "next_steps": facts[revision.id].next_steps} for contract, revision, state, changed_at in found], count


def villages_without(session: Session, *, division: Division, year: int, on: date, page: int = 1, page_size: int = 100
                     ) -> tuple[list[DivisionRef], int]:
    """The villages of a day below a division for which no contract of a year had been opened when the day was over, in
    the order of the roster; and how many there are.
    """
    opened = select(Contract.id).join(ContractRevision, ContractRevision.contract_id == Contract.id).where(
        Contract.village_id == Division.id, is_of_year(year), ContractRevision.opened_at < end_of(on)).exists()
    query = select(*REF_COLUMNS).where(below(division.path), was_village(on), ~opened)
    count = session.scalar(select(func.count()).select_from(query.subquery()))
    rows = session.execute(query.order_by(Division.code).offset((page - 1) * page_size).limit(page_size))
    return [DivisionRef(*row) for row in rows], count
