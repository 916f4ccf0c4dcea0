"""Opens contracts and their revisions, and finds one for whoever may see it; its course is contract_steps_service."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from api import audit
from api.contracts.contract_standing_service import Standing
from api.contracts.contracts_rules import OPENED, REVISABLE, period_problem
from api.contracts.models import CommitmentItem, Contract, ContractLine, ContractRevision, ContractStep
from api.db import dialect_insert
from api.errors import Conflict, IdReused, NotFound, Unprocessable
from api.postings.divisions_service import DivisionRef, audit_chain, division_by_code, refs


@dataclass(frozen=True)
class Item:
    """An item with the number of its line, which stays the same through all revisions."""

    row: CommitmentItem
    number: int

    def __getattr__(self, name: str):
        return getattr(self.row, name)


def first_revision_id(contract_id: UUID) -> UUID:
    """The id of the revision that a contract is opened with."""
    return uuid5(contract_id, "1")


def open_contract(session: Session, *, standing: Standing, id: UUID, village_code: str, kind: str, first_on: date,
                  last_on: date, term_contract_id: UUID | None, content_hash: bytes, now: datetime
                  ) -> tuple[Contract, bool]:
    """Open a village's contract with its first revision, exactly once per id; (contract, False) when sent again.

    Raises NotFound for a village that is not below the user, Conflict (contract_exists) where the village has one of
    that kind and beginning, Unprocessable (contract_period, contract_not_a_year, contract_term_elsewhere), IdReused.
    """
    identity = standing.identity
    village = division_by_code(session, village_code)
    if village.level != "village" or not identity.may(village.path, "supervisor"):
        raise NotFound("division_not_found", code=village_code)
    problem = period_problem(kind=kind, first_on=first_on, last_on=last_on)
    if problem is not None:
        raise Unprocessable(problem)
    if term_contract_id is not None:
        _check_term(session, term_contract_id, village_id=village.id, kind=kind, first_on=first_on, last_on=last_on)
    created = session.execute(dialect_insert(session, Contract).values(
        id=id, village_id=village.id, kind=kind, term_contract_id=term_contract_id, first_on=first_on, last_on=last_on,
        opened_by_id=identity.user_id, opened_at=now, content_hash=content_hash,
    ).on_conflict_do_nothing().returning(Contract.id)).scalar() is not None
    contract = session.get(Contract, id)
    if contract is None:
        raise Conflict("contract_exists")
    if (contract.opened_by_id, contract.content_hash) != (identity.user_id, content_hash):
        raise IdReused()
    if created:
        _open_revision(session, contract, id=first_revision_id(id), number=1, reason=None, village=village,
                       user_id=identity.user_id, content_hash=content_hash, now=now)
    return contract, created


def revise(session: Session, *, standing: Standing, contract_id: UUID, id: UUID, reason: str, content_hash: bytes,
           now: datetime) -> tuple[Contract, bool]:
    """Open a new revision with the items of the last one; exactly once per id (requirements A7.7).

    Raises NotFound, Conflict (contract_under_way) while the last one is not approved, or when it is over, IdReused.
    """
    contract, village = locked_contract(session, standing=standing, contract_id=contract_id)
    held = session.get(ContractRevision, id)
    if held is not None:
        if (held.contract_id, held.opened_by_id, held.content_hash) != (
                contract_id, standing.identity.user_id, content_hash):
            raise IdReused()
        return contract, False
    if not standing.identity.may(village.path, "supervisor"):
        raise NotFound()
    last = latest_revision(session, contract_id)
    if last.state not in REVISABLE:
        raise Conflict("contract_under_way")
    _open_revision(session, contract, id=id, number=last.number + 1, reason=reason, village=village,
                   user_id=standing.identity.user_id, content_hash=content_hash, now=now)
    for item in items_of(session, [last.id])[last.id]:
        copy = {column.key: getattr(item.row, column.key) for column in CommitmentItem.__table__.columns}
        session.add(CommitmentItem(**copy | {"id": uuid5(id, str(item.line_id)), "revision_id": id, "version": 1}))
    session.flush()
    return contract, True


def locked_contract(session: Session, *, standing: Standing, contract_id: UUID) -> tuple[Contract, DivisionRef]:
    """A contract that the user may see, locked until the end of the transaction: whoever writes takes this first."""
    contract = session.get(Contract, contract_id, with_for_update=True, populate_existing=True)
    return _seen(session, standing, contract)


def visible_contract(session: Session, *, standing: Standing, contract_id: UUID) -> tuple[Contract, DivisionRef]:
    """A contract that the user may see, with its village; NotFound for all others."""
    return _seen(session, standing, session.get(Contract, contract_id))


def _seen(session: Session, standing: Standing, contract: Contract | None) -> tuple[Contract, DivisionRef]:
    if contract is None:
        raise NotFound()
    village = refs(session, [contract.village_id])[contract.village_id]
    if not standing.towards(village):
        raise NotFound()
    return contract, village


def revision_of(session: Session, *, contract_id: UUID, revision_id: UUID) -> ContractRevision:
    """A revision of this contract as it stands now; NotFound for another's."""
    revision = session.get(ContractRevision, revision_id, populate_existing=True)
    if revision is None or revision.contract_id != contract_id:
        raise NotFound()
    return revision


def revision_by_number(session: Session, *, contract_id: UUID, number: int) -> ContractRevision:
    revision = session.scalar(select(ContractRevision).where(
        ContractRevision.contract_id == contract_id, ContractRevision.number == number))
    if revision is None:
        raise NotFound()
    return revision


def latest_revision(session: Session, contract_id: UUID) -> ContractRevision:
    return session.scalars(
        select(ContractRevision).where(ContractRevision.contract_id == contract_id)
        .order_by(ContractRevision.number.desc()).limit(1).execution_options(populate_existing=True)).one()


def items_of(session: Session, revision_ids: Iterable[UUID]) -> dict[UUID, list[Item]]:
    """The items of revisions in the order of their lines."""
    found: dict[UUID, list[Item]] = {revision_id: [] for revision_id in revision_ids}
    rows = session.execute(
        select(CommitmentItem, ContractLine.number).join(ContractLine, ContractLine.id == CommitmentItem.line_id)
        .where(CommitmentItem.revision_id.in_(found)).order_by(ContractLine.number))
    for item, number in rows:
        found[item.revision_id].append(Item(item, number))
    return found


def _check_term(session: Session, id: UUID, *, village_id: int, kind: str, first_on: date, last_on: date) -> None:
    term = session.get(Contract, id)
    if kind != "yearly" or term is None or (term.village_id, term.kind) != (village_id, "term") or not (
            term.first_on <= last_on and first_on <= term.last_on):
        raise Unprocessable("contract_term_elsewhere")


def _open_revision(session: Session, contract: Contract, *, id: UUID, number: int, reason: str | None,
                   village: DivisionRef, user_id: int, content_hash: bytes, now: datetime) -> None:
    session.add(ContractRevision(
        id=id, contract_id=contract.id, number=number, state=OPENED, reason=reason, opened_by_id=user_id,
        opened_at=now, published_at=None, changed_at=now, version=1, content_hash=content_hash))
    session.flush()
    session.add(ContractStep(id=id, revision_id=id, number=1, step=OPENED, user_id=user_id, at=now, note=reason,
                             details={}, content_hash=content_hash))
    audit.append(session, chain=audit_chain(village), at=now, user_id=user_id,
                 action="contract.opened" if number == 1 else "contract.revised", subject=f"contract:{contract.id}",
                 details={"village": village.code, "kind": contract.kind, "first_on": contract.first_on.isoformat(),
                          "revision": number, "reason": reason})
