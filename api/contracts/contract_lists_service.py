"""Lists of contracts, in the order of the roster."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.contracts.contract_facts_service import facts_of
from api.contracts.contract_reading_service import head_of
from api.contracts.contract_standing_service import Standing
from api.contracts.contracts_rules import IN_FORCE, STAGES
from api.contracts.models import Contract, ContractRevision
from api.postings.models import Division


def list_contracts(session: Session, *, standing: Standing, code: str | None = None, kind: str | None = None,
                   year: int | None = None, state: str | None = None, stage: str | None = None, page: int = 1,
                   page_size: int = 100) -> tuple[list[dict], int]:
    """The contracts that the user may see, by village, the latest first; and how many there are.

    `year`: those whose period touches it; `state`: of the latest revision, `stage`: in whose hands it lies. Raises
    NotFound for a division out of reach.
    """
    last = (select(ContractRevision.contract_id, func.max(ContractRevision.number).label("number"))
            .group_by(ContractRevision.contract_id).subquery())
    query = (select(Contract, ContractRevision).join(Division, Division.id == Contract.village_id)
             .join(last, last.c.contract_id == Contract.id)
             .join(ContractRevision, (ContractRevision.contract_id == Contract.id)
                   & (ContractRevision.number == last.c.number))
             .where(standing.within(code)))
    if kind is not None:
        query = query.where(Contract.kind == kind)
    if year is not None:
        query = query.where(Contract.first_on <= date(year, 12, 31), Contract.last_on >= date(year, 1, 1))
    if state is not None:
        query = query.where(ContractRevision.state == state)
    if stage is not None:
        query = query.where(ContractRevision.state.in_(STAGES[stage]))
    count = session.scalar(select(func.count()).select_from(query.subquery()))
    ordered = query.order_by(Division.code, Contract.first_on.desc(), Contract.kind.desc(), Contract.id)
    found = [tuple(row) for row in session.execute(ordered.offset((page - 1) * page_size).limit(page_size))]
    facts = facts_of(session, found, standing=standing)
    in_force = dict(session.execute(
        select(ContractRevision.contract_id, func.max(ContractRevision.number))
        .where(ContractRevision.contract_id.in_([contract.id for contract, _revision in found]),
               ContractRevision.state.in_(IN_FORCE)).group_by(ContractRevision.contract_id)).all())
    return [{**head_of(contract, facts[revision.id].village),
             "revision": {"id": revision.id, "number": revision.number, "state": revision.state,
                          "changed_at": revision.changed_at},
             "published_number": in_force.get(contract.id), "item_count": len(facts[revision.id].items),
             "next_steps": facts[revision.id].next_steps} for contract, revision in found], count
