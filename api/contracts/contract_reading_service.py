"""Contracts as answers show them: whole, as a line of a list, or one revision; with hints and what comes next."""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased

from api.contracts.acceptance_models import Acceptance, Completion
from api.contracts.contract_facts_service import Facts, facts_of
from api.contracts.contract_standing_service import Standing
from api.contracts.contracts_rules import EDITABLE, IN_FORCE
from api.contracts.contracts_service import Item, items_of, latest_revision, revision_by_number
from api.contracts.items_rules import differences, hints
from api.contracts.models import CommitmentItem, Contract, ContractRevision
from api.contracts.village_sizes_service import size_of
from api.photos import records_service
from api.postings.divisions_service import DivisionRef, refs

_VAGUE_WORDS = Path(__file__).resolve().parent.parent / "data" / "vague_words.json"


@cache
def vague_words() -> tuple[str, ...]:
    """Words that promise nothing that could be checked."""
    return tuple(json.loads(_VAGUE_WORDS.read_text(encoding="utf-8")))


def contract_view(session: Session, contract: Contract, *, standing: Standing) -> dict:
    """A contract with its latest revision."""
    village = refs(session, [contract.village_id])[contract.village_id]
    revisions = session.scalars(select(ContractRevision).where(ContractRevision.contract_id == contract.id)
                                .order_by(ContractRevision.number)).all()
    return {
        **head_of(contract, village), "term_contract_id": contract.term_contract_id,
        "size": size_of(session, village=village, year=contract.first_on.year),
        "revision": revision_view(session, contract, revisions[-1], standing=standing),
        "revisions": [{name: getattr(one, name) for name in (
            "id", "number", "state", "reason", "opened_at", "published_at")} for one in revisions]}


def head_of(contract: Contract, village: DivisionRef) -> dict:
    return {"id": contract.id, "kind": contract.kind, "first_on": contract.first_on, "last_on": contract.last_on,
            "village": village}


def revision_view(session: Session, contract: Contract, revision: ContractRevision, *, standing: Standing) -> dict:
    """A revision with its items, reviews and steps, what the reader may do next and what stands in the way."""
    facts = facts_of(session, [(contract, revision)], standing=standing)[revision.id]
    photos = records_service.photos_of(session, [step.id for step, _name in facts.steps])
    return {
        "id": revision.id, "number": revision.number, "state": revision.state, "reason": revision.reason,
        "is_editable": is_editable(facts), "items": item_views(session, contract, facts.items),
        "reviews": [_review(facts, review, name) for review, name in facts.reviews],
        "steps": [{"id": step.id, "step": step.step, "at": step.at, "by": {"id": step.user_id, "name": name},
                   "note": step.note, "details": step.details, "photos": photos[step.id]}
                  for step, name in facts.steps],
        "next_steps": facts.next_steps, "problems": [one._asdict() for one in facts.problems],
        "changed_at": revision.changed_at, "version": revision.version}


def is_editable(facts: Facts) -> bool:
    """Whether the reader may edit the items now."""
    return (facts.revision.state in EDITABLE and facts.is_latest
            and facts.standing.identity.may(facts.village.path, "supervisor", "village"))


def _review(facts: Facts, review, name: str) -> dict:
    return {"id": review.id, "body": review.body, "reviewer": review.reviewer, "is_agreed": review.is_agreed,
            "opinion": review.opinion, "by": {"id": review.user_id, "name": name}, "at": review.at,
            "is_current": facts.is_current(review)}


def item_views(session: Session, contract: Contract, items: Sequence[Item]) -> list[dict]:
    """Items with their hints, and what became of their lines."""
    lines = [item.line_id for item in items]
    before = _targets_before(session, contract, items)
    completions = {one.line_id: one for one in session.scalars(
        select(Completion).where(Completion.line_id.in_(lines)))}
    acceptances = {one.line_id: one for one in session.scalars(
        select(Acceptance).where(Acceptance.line_id.in_(lines)))}
    return [{
        **{name: getattr(item, name) for name in (
            "id", "line_id", "number", "dimension", "text", "standard", "target_hundredths", "unit", "due_on",
            "responsible", "quarters", "is_major", "is_imposed", "is_by_village", "legal_basis", "version")},
        "hints": hints(item, vague_words=vague_words(), before=before.get(item.line_id)),
        "completion": completions.get(item.line_id), "acceptance": acceptances.get(item.line_id)} for item in items]


def _targets_before(session: Session, contract: Contract, items: Sequence[Item]) -> dict[UUID, int]:
    """What each line's target was: in the revision before, else in the last contract before, by the same words."""
    if not items:
        return {}
    found: dict[UUID, int] = {}
    in_force = aliased(ContractRevision)
    last = (select(in_force.contract_id, func.max(in_force.number).label("number"))
            .where(in_force.state.in_(IN_FORCE)).group_by(in_force.contract_id).subquery())
    earlier = (select(CommitmentItem).join(ContractRevision, ContractRevision.id == CommitmentItem.revision_id)
               .join(last, and_(last.c.contract_id == ContractRevision.contract_id,
                                last.c.number == ContractRevision.number))
               .join(Contract, Contract.id == ContractRevision.contract_id)
               .where(Contract.village_id == contract.village_id, Contract.kind == contract.kind,
                      Contract.first_on < contract.first_on, CommitmentItem.target_hundredths.is_not(None),
                      CommitmentItem.text.in_({item.text for item in items}))
               .order_by(Contract.first_on))
    for row in session.scalars(earlier):
        for item in items:
            if (item.text, item.unit) == (row.text, row.unit):
                found[item.line_id] = row.target_hundredths
    number = session.scalar(select(ContractRevision.number).where(ContractRevision.id == items[0].revision_id))
    revised = session.execute(
        select(CommitmentItem.line_id, CommitmentItem.target_hundredths)
        .join(ContractRevision, ContractRevision.id == CommitmentItem.revision_id)
        .where(ContractRevision.contract_id == contract.id, ContractRevision.number == number - 1))
    return found | {line_id: target for line_id, target in revised if target is not None}


def differences_view(session: Session, contract: Contract, *, from_number: int | None, to_number: int | None) -> dict:
    """What one revision changed against another; default: the latest against the one before it."""
    to_number = to_number or latest_revision(session, contract.id).number
    from_number = from_number or max(to_number - 1, 1)
    revisions = [revision_by_number(session, contract_id=contract.id, number=number)
                 for number in (from_number, to_number)]
    items = items_of(session, [revision.id for revision in revisions])
    found = differences(*(items[revision.id] for revision in revisions))
    numbers = {item.line_id: item.number for item in items[revisions[1].id]}
    return {"from_number": from_number, "to_number": to_number,
            "added": item_views(session, contract, found["added"]),
            "removed": item_views(session, contract, found["removed"]),
            "changed": [{**one, "number": numbers[one["line_id"]]} for one in found["changed"]]}
