"""What villages have promised and published: the lines of yearly contracts as deeds and acceptances read them."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from api.contracts.models import CommitmentItem, Contract, ContractLine, ContractRevision
from api.errors import NotFound
from api.postings.divisions_service import DivisionRef, refs
from api.postings.models import Division

# The states in which a revision has been published: the last of them is what the village has given its word on.
PUBLIC = ("published", "closed", "replaced")


@dataclass(frozen=True, slots=True)
class Promise:
    """A line of a contract, and what a revision says of it."""

    item: CommitmentItem
    number: int
    contract: Contract

    @property
    def line_id(self) -> UUID:
        return self.item.line_id

    @property
    def contract_id(self) -> UUID:
        return self.contract.id

    @property
    def target(self) -> int | None:
        return self.item.target_hundredths

    def __getattr__(self, name: str):
        return getattr(self.item, name)


def promises() -> Select:
    """The query for what yearly contracts promise as they are published now: rows of item, number, contract.

    `Division` is the village; in the order of the roster.
    """
    return (_promises().where(ContractRevision.state == "published", Contract.kind == "yearly")
            .order_by(Division.code, Contract.first_on, ContractLine.number))


def read_promises(session: Session, query: Select) -> list[Promise]:
    return [Promise(*row) for row in session.execute(query)]


def published_promise(session: Session, line_id: UUID) -> Promise | None:
    """A line as it is published now; None while it is not, or no longer."""
    return next(iter(read_promises(session, promises().where(ContractLine.id == line_id))), None)


def promises_of_lines(session: Session, line_ids: Iterable[UUID | None]) -> dict[UUID, Promise]:
    """Lines as they were last published, by their ids."""
    ids = {line_id for line_id in line_ids if line_id is not None}
    if not ids:
        return {}
    query = _promises().where(ContractLine.id.in_(ids), ContractRevision.state.in_(PUBLIC))
    return {one.line_id: one for one in read_promises(session, query.order_by(ContractRevision.number))}


def promises_of_items(session: Session, item_ids: Iterable[UUID]) -> dict[UUID, Promise]:
    """What revisions said, by the items' ids."""
    query = _promises().where(CommitmentItem.id.in_(set(item_ids)))
    return {one.item.id: one for one in read_promises(session, query)}


def locked_line(session: Session, line_id: UUID) -> tuple[ContractLine, DivisionRef]:
    """A line and its village; whoever tells of the line takes turns on it. NotFound where there is none."""
    line = session.get(ContractLine, line_id, with_for_update={"key_share": True}, populate_existing=True)
    if line is None:
        raise NotFound()
    village_id = session.scalar(select(Contract.village_id).where(Contract.id == line.contract_id))
    return line, refs(session, [village_id])[village_id]


def _promises() -> Select:
    return (select(CommitmentItem, ContractLine.number, Contract)
            .join(ContractLine, ContractLine.id == CommitmentItem.line_id)
            .join(Contract, Contract.id == ContractLine.contract_id)
            .join(ContractRevision, ContractRevision.id == CommitmentItem.revision_id)
            .join(Division, Division.id == Contract.village_id))
