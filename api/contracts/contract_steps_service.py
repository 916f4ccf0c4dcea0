"""Takes a revision of a contract one step further, and keeps its reviews: each once, by whom it is due."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from uuid import UUID, uuid5

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api import audit
from api.auth import Identity
from api.contracts.contract_facts_service import Facts, facts_of
from api.contracts.contract_standing_service import Standing
from api.contracts.contracts_rules import DECISIONS, IN_FORCE, REVIEWABLE, REVIEWERS, details_problem, step_problem
from api.contracts.contracts_service import locked_contract, revision_of
from api.contracts.models import Contract, ContractReview, ContractRevision, ContractStep
from api.errors import Conflict, Forbidden, IdReused, Unprocessable
from api.photos import records_service
from api.postings.account_models import User
from api.postings.divisions_service import audit_chain, refs


def take_step(session: Session, *, standing: Standing, contract_id: UUID, id: UUID, revision_id: UUID, step: str,
              note: str | None, details: Mapping, photos: Iterable[str], content_hash: bytes, now: datetime
              ) -> tuple[Contract, bool]:
    """Take a step, exactly once per id; of two in flight at once one finds the other's state.

    Raises NotFound; Conflict (contract_step, contract_overtaken, and what stands in the way: items that lack something,
    a vote that did not carry, a review that is missing, numbers of persons), with `allowed` and `problems` in its
    errors; Forbidden (contract_step_elsewhere, own_record); Unprocessable (what details_problem answers); IdReused.
    """
    contract, village = locked_contract(session, standing=standing, contract_id=contract_id)
    user_id = standing.identity.user_id
    if _is_kept(session, ContractStep, id, revision_id=revision_id, user_id=user_id, content_hash=content_hash):
        return contract, False
    revision = revision_of(session, contract_id=contract_id, revision_id=revision_id)
    facts = facts_of(session, [(contract, revision)], standing=standing)[revision.id]
    _refuse(facts, step)
    problem = details_problem(step=step, note=note, details=details, is_due=facts.is_due, today=standing.today)
    if problem is not None:
        raise Unprocessable(problem)
    _refuse_unready(facts, step)
    _add_step(session, revision.id, id=id, number=facts.last_number + 1, step=step, user_id=user_id, note=note,
              details=_plain(details), content_hash=content_hash, now=now)
    records_service.attach(session, kind="contract_step", record_id=id, hashes=list(photos), now=now)
    if step in DECISIONS:
        _leave_review(session, facts, id=uuid5(id, "township"), body="township", is_agreed=step == "approved",
                      reviewer=session.get(User, user_id).name, opinion=note, user_id=user_id,
                      content_hash=content_hash, now=now)
    if step == "published":
        _replace_published(session, contract, step_id=id, user_id=user_id, content_hash=content_hash, now=now)
        revision.published_at = now
    revision.state, revision.changed_at, revision.version = step, now, revision.version + 1
    audit.append(session, chain=audit_chain(village), at=now, user_id=user_id, action=f"contract.{step}",
                 subject=f"contract:{contract.id}",
                 details={"village": village.code, "revision": revision.number, "note": note})
    return contract, True


def add_review(session: Session, *, standing: Standing, contract_id: UUID, id: UUID, revision_id: UUID, body: str,
               reviewer: str, is_agreed: bool, opinion: str | None, content_hash: bytes, now: datetime
               ) -> tuple[Contract, bool]:
    """Keep what the village's branch or the posted team says of the items as they stand, exactly once per id.

    Raises NotFound, Conflict (contract_review_state), Forbidden (contract_review_elsewhere), Unprocessable
    (contract_opinion_missing) where it does not agree, IdReused.
    """
    contract, village = locked_contract(session, standing=standing, contract_id=contract_id)
    user_id = standing.identity.user_id
    if _is_kept(session, ContractReview, id, revision_id=revision_id, user_id=user_id, content_hash=content_hash):
        return contract, False
    revision = revision_of(session, contract_id=contract_id, revision_id=revision_id)
    if not standing.towards(village) & {*REVIEWERS[body]}:
        raise Forbidden("contract_review_elsewhere")
    facts = facts_of(session, [(contract, revision)], standing=standing)[revision.id]
    if revision.state not in REVIEWABLE or not facts.is_latest:
        raise Conflict("contract_review_state")
    if not is_agreed and not (opinion or "").strip():
        raise Unprocessable("contract_opinion_missing")
    _leave_review(session, facts, id=id, body=body, reviewer=reviewer, is_agreed=is_agreed, opinion=opinion,
                  user_id=user_id, content_hash=content_hash, now=now)
    revision.changed_at, revision.version = now, revision.version + 1
    audit.append(session, chain=audit_chain(village), at=now, user_id=user_id, action="contract.reviewed",
                 subject=f"contract:{contract.id}",
                 details={"village": village.code, "revision": revision.number, "body": body, "reviewer": reviewer,
                          "is_agreed": is_agreed})
    return contract, True


def may_see_photo(session: Session, *, identity: Identity, record_id: UUID, today: date) -> bool:
    """Whether the user may see the contract that a step with a photo belongs to."""
    village_id = session.scalar(
        select(Contract.village_id).join(ContractRevision, ContractRevision.contract_id == Contract.id)
        .join(ContractStep, ContractStep.revision_id == ContractRevision.id).where(ContractStep.id == record_id))
    if village_id is None:
        return False
    return bool(Standing(session, identity, today=today).towards(refs(session, [village_id])[village_id]))


def _is_kept(session: Session, model: type[ContractStep] | type[ContractReview], id: UUID, *, revision_id: UUID,
             user_id: int, content_hash: bytes) -> bool:
    """Whether the user has sent this very step or review before; IdReused where its id belongs to another."""
    held = session.get(model, id)
    if held is None:
        return False
    if (held.revision_id, held.user_id, held.content_hash) != (revision_id, user_id, content_hash):
        raise IdReused()
    return True


def _refuse(facts: Facts, step: str) -> None:
    problem = step_problem(state=facts.revision.state, step=step, standings=facts.standings,
                           has_acted=facts.has_acted, is_latest=facts.is_latest)
    if problem in ("contract_step", "contract_overtaken"):
        raise Conflict(problem, errors={"allowed": facts.allowed})
    if problem is not None:
        raise Forbidden(problem)


def _refuse_unready(facts: Facts, step: str) -> None:
    problems = facts.in_the_way_of(step)
    if problems:
        numbers = {item.line_id: item.number for item in facts.items}
        named = [f"{numbers[one.line_id]}: {one.reason}" if one.line_id else one.reason for one in problems]
        raise Conflict(problems[0].reason, errors={"allowed": facts.allowed, "problems": named})


def _add_step(session: Session, revision_id: UUID, *, id: UUID, number: int, step: str, user_id: int,
              note: str | None, details: dict, content_hash: bytes, now: datetime) -> None:
    session.add(ContractStep(id=id, revision_id=revision_id, number=number, step=step, user_id=user_id, at=now,
                             note=note, details=details, content_hash=content_hash))
    session.flush()


def _leave_review(session: Session, facts: Facts, *, id: UUID, body: str, reviewer: str, is_agreed: bool,
                  opinion: str | None, user_id: int, content_hash: bytes, now: datetime) -> None:
    session.add(ContractReview(
        id=id, revision_id=facts.revision.id, number=len(facts.reviews) + 1, body=body, reviewer=reviewer,
        is_agreed=is_agreed, opinion=opinion, after_step=facts.last_number, items_hash=facts.items_hash,
        user_id=user_id, at=now, content_hash=content_hash))
    session.flush()


def _replace_published(session: Session, contract: Contract, *, step_id: UUID, user_id: int, content_hash: bytes,
                       now: datetime) -> None:
    """The revision that was in force before, closed or not, is replaced by the one that is published now."""
    published = session.scalars(select(ContractRevision).where(
        ContractRevision.contract_id == contract.id, ContractRevision.state.in_(IN_FORCE))).all()
    for revision in published:
        number = session.scalar(select(func.max(ContractStep.number)).where(ContractStep.revision_id == revision.id))
        _add_step(session, revision.id, id=uuid5(step_id, f"replaced {revision.number}"), number=number + 1,
                  step="replaced", user_id=user_id, note=None, details={}, content_hash=content_hash, now=now)
        revision.state, revision.changed_at, revision.version = "replaced", now, revision.version + 1


def _plain(details: Mapping) -> dict:
    """What was given, as JSON keeps it; days as text."""
    return {name: value.isoformat() if isinstance(value, date) else value
            for name, value in details.items() if value is not None}
