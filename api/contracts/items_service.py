"""The items of a contract while they may be edited: the town names the matter, the village how it will be done."""

from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api import audit
from api.contracts.acceptance_models import Acceptance, Completion
from api.contracts.contract_standing_service import Standing
from api.contracts.contracts_rules import EDITABLE, TOWN
from api.contracts.contracts_service import latest_revision, locked_contract, revision_of
from api.contracts.items_rules import edit_problem
from api.contracts.models import CommitmentItem, Contract, ContractLine, ContractRevision
from api.errors import Conflict, Forbidden, IdReused, NotFound, Unprocessable
from api.postings.divisions_service import DivisionRef, audit_chain

# The columns that a body may name, with the field's name where it is another.
_NAMES = {"target_hundredths": "target"}


def add_item(session: Session, *, standing: Standing, contract_id: UUID, id: UUID, revision_id: UUID, fields: dict,
             content_hash: bytes, now: datetime) -> tuple[Contract, bool]:
    """Add an item with a line of its own, exactly once per id; (contract, False) when it is sent again.

    Raises NotFound, Conflict (contract_not_editable), Forbidden (item_imposed_by_village), Unprocessable
    (item_basis_missing), IdReused.
    """
    contract, village = locked_contract(session, standing=standing, contract_id=contract_id)
    held = session.get(CommitmentItem, id)
    if held is not None:
        if (held.revision_id, held.entered_by_id, held.content_hash) != (
                revision_id, standing.identity.user_id, content_hash):
            raise IdReused()
        return contract, False
    revision = _editable(session, contract, revision_id=revision_id)
    is_village = TOWN not in _editing(standing, village)
    problem = edit_problem([name for name, value in fields.items() if value], is_village=is_village, is_own=True)
    if problem is not None:
        raise Forbidden(problem)
    _check_basis(fields["is_imposed"], fields["legal_basis"])
    line = _line(session, contract, id=uuid5(id, "line"))
    session.add(CommitmentItem(id=id, revision_id=revision.id, line_id=line.id, is_by_village=is_village,
                               entered_by_id=standing.identity.user_id, version=1, content_hash=content_hash, **fields))
    _audit_change(session, revision, village, "contract.item_added", line=line.number, standing=standing, now=now)
    return contract, True


def locked_item(session: Session, *, standing: Standing, item_id: UUID) -> CommitmentItem:
    """An item for an edit, its contract locked; NotFound for what the user may not see or edit."""
    contract_id = session.scalar(
        select(ContractRevision.contract_id).join(CommitmentItem, CommitmentItem.revision_id == ContractRevision.id)
        .where(CommitmentItem.id == item_id))
    if contract_id is None:
        raise NotFound()
    _contract, village = locked_contract(session, standing=standing, contract_id=contract_id)
    _editing(standing, village)
    item = session.get(CommitmentItem, item_id, populate_existing=True)
    # It may have been deleted while this one waited for the lock.
    if item is None:
        raise NotFound()
    return item


def change_item(session: Session, *, standing: Standing, item: CommitmentItem, changes: dict, now: datetime
                ) -> Contract:
    """Change an item that `locked_item` has found. Raises Conflict (contract_not_editable, item_accepted), Forbidden
    (item_of_the_town, item_imposed_by_village), Unprocessable (item_basis_missing).
    """
    contract, village, revision = _of_item(session, standing, item)
    changed = {name: value for name, value in changes.items() if getattr(item, name) != value}
    _check_may(standing, village, item, changed)
    _check_basis(changed.get("is_imposed", item.is_imposed), changed.get("legal_basis", item.legal_basis))
    if changed:
        _refuse_settled(session, item, is_removed=False)
        for name, value in changed.items():
            setattr(item, name, value)
        item.version += 1
        _audit_change(session, revision, village, "contract.item_changed", line=_line_number(session, item),
                      standing=standing, now=now, fields=sorted(_NAMES.get(name, name) for name in changed))
    return contract


def remove_item(session: Session, *, standing: Standing, item: CommitmentItem, now: datetime) -> Contract:
    """Take an item off a revision; the number of its line is not given again. Raises as `change_item`, and Conflict
    (item_completed).
    """
    contract, village, revision = _of_item(session, standing, item)
    _check_may(standing, village, item, {"text": None})
    _refuse_settled(session, item, is_removed=True)
    session.delete(item)
    _audit_change(session, revision, village, "contract.item_removed", line=_line_number(session, item),
                  standing=standing, now=now)
    return contract


def _of_item(session: Session, standing: Standing, item: CommitmentItem
             ) -> tuple[Contract, DivisionRef, ContractRevision]:
    revision = session.get(ContractRevision, item.revision_id)
    contract, village = locked_contract(session, standing=standing, contract_id=revision.contract_id)
    return contract, village, _editable(session, contract, revision_id=revision.id)


def _editable(session: Session, contract: Contract, *, revision_id: UUID) -> ContractRevision:
    revision = revision_of(session, contract_id=contract.id, revision_id=revision_id)
    if revision.state not in EDITABLE or revision.id != latest_revision(session, contract.id).id:
        raise Conflict("contract_not_editable")
    return revision


def _editing(standing: Standing, village: DivisionRef) -> frozenset[str]:
    """What the user is to the village as somebody who may edit: the posted team looks on and reviews."""
    if not standing.identity.may(village.path, "supervisor", "village"):
        raise NotFound()
    return standing.towards(village)


def _check_may(standing: Standing, village: DivisionRef, item: CommitmentItem, changed: dict) -> None:
    problem = edit_problem([_NAMES.get(name, name) for name in changed], is_own=item.is_by_village,
                           is_village=TOWN not in _editing(standing, village))
    if problem is not None:
        raise Forbidden(problem)


def _refuse_settled(session: Session, item: CommitmentItem, *, is_removed: bool) -> None:
    """A verdict is of the words that were accepted: a revision neither changes them nor makes the line disappear."""
    # Who enters an acceptance holds the line, too.
    session.get(ContractLine, item.line_id, with_for_update={"key_share": True})
    if session.scalar(select(Acceptance.id).where(Acceptance.line_id == item.line_id)) is not None:
        raise Conflict("item_accepted")
    if is_removed and session.scalar(select(Completion.id).where(Completion.line_id == item.line_id)) is not None:
        raise Conflict("item_completed")


def _check_basis(is_imposed: bool, legal_basis: str | None) -> None:
    if is_imposed and not (legal_basis or "").strip():
        raise Unprocessable("item_basis_missing")


def _line(session: Session, contract: Contract, *, id: UUID) -> ContractLine:
    """The next line of a contract; the same again where its item was removed and comes back."""
    held = session.get(ContractLine, id)
    if held is None:
        last = session.scalar(select(func.max(ContractLine.number)).where(ContractLine.contract_id == contract.id))
        held = ContractLine(id=id, contract_id=contract.id, number=(last or 0) + 1)
        session.add(held)
        session.flush()
    return held


def _line_number(session: Session, item: CommitmentItem) -> int:
    return session.scalar(select(ContractLine.number).where(ContractLine.id == item.line_id))


def _audit_change(session: Session, revision: ContractRevision, village: DivisionRef, action: str, *, line: int,
                  standing: Standing, now: datetime, fields: list[str] | None = None) -> None:
    revision.changed_at, revision.version = now, revision.version + 1
    audit.append(session, chain=audit_chain(village), at=now, user_id=standing.identity.user_id, action=action,
                 subject=f"contract:{revision.contract_id}",
                 details={"village": village.code, "revision": revision.number, "line": line, "fields": fields})
