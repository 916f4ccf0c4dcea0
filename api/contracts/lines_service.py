"""Lines of contracts as other records name them: by the words of the revision that holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from api.contracts.models import CommitmentItem, ContractLine, ContractRevision


@dataclass(frozen=True, slots=True)
class LineRef:
    """A line with the words of its contract's published revision, else of the latest one that has it."""

    id: UUID
    number: int
    contract_id: UUID
    text: str
    dimension: str


def line_refs(session: Session, line_ids: Iterable[UUID]) -> dict[UUID, LineRef]:
    """Lines by id, in one query; one that no revision says anything of is left out."""
    wanted = set(line_ids)
    if not wanted:
        return {}
    holds = case((ContractRevision.state.in_(("published", "closed")), 1), else_=0)
    # The last of a line's rows is the one that holds.
    return {row.id: LineRef(*row) for row in session.execute(
        select(ContractLine.id, ContractLine.number, ContractLine.contract_id, CommitmentItem.text,
               CommitmentItem.dimension)
        .join(CommitmentItem, CommitmentItem.line_id == ContractLine.id)
        .join(ContractRevision, ContractRevision.id == CommitmentItem.revision_id)
        .where(ContractLine.id.in_(wanted)).order_by(holds, ContractRevision.number))}
