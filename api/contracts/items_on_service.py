"""Items of yearly contracts as they stood on a day: in force, inspected, waiting for it, and for too long.

For lists and figures alike, so that a number opens into the very items that made it.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from api.contracts.acceptance_models import Acceptance, Completion
from api.contracts.models import CommitmentItem, Contract, ContractLine, ContractRevision, ContractStep
from api.contracts.promises_service import PUBLIC
from api.dates import start_of_day
from api.postings.divisions_service import below
from api.postings.models import Division
from api.postings.policies_service import policy_book

ACCEPTANCE_DAYS = "acceptance_days"
_later, _closing = aliased(ContractRevision), aliased(ContractStep)


def items_on(day: date, *columns) -> Select:
    """The query for columns of the items of the year's contracts, as the revisions in force on a day have them.

    `Division` is the village; Completion and Acceptance are joined where there are any.
    """
    return (
        select(*columns).select_from(CommitmentItem)
        .join(ContractLine, ContractLine.id == CommitmentItem.line_id)
        .join(ContractRevision, ContractRevision.id == CommitmentItem.revision_id)
        .join(Contract, Contract.id == ContractRevision.contract_id)
        .join(Division, Division.id == Contract.village_id)
        .outerjoin(_closing, and_(_closing.revision_id == ContractRevision.id, _closing.step == "closed"))
        .outerjoin(Completion, Completion.line_id == CommitmentItem.line_id)
        .outerjoin(Acceptance, Acceptance.line_id == CommitmentItem.line_id)
        .where(Contract.kind == "yearly", Contract.first_on == date(day.year, 1, 1),
               _is_public_by(ContractRevision, day), ~_is_followed_by(day)))


def promises_on(day: date) -> Select:
    """The same as rows of promises_service.read_promises, in the order of the roster."""
    return items_on(day, CommitmentItem, ContractLine.number, Contract).order_by(
        Division.code, Contract.first_on, ContractLine.number)


def inspected_by(day: date) -> ColumnElement[bool]:
    """The condition that an item of `items_on` was inspected by a day."""
    return func.coalesce(Acceptance.inspected_on <= day, false())


def waited_on(day: date) -> ColumnElement[bool]:
    """The condition that an item was due on a day and not inspected; what waited when its contract was closed no
    longer does."""
    return and_(~inspected_by(day), _was_open_on(day), _due_since(day).is_not(None))


def was_late_on(session: Session, day: date, *, path: str) -> ColumnElement[bool]:
    """The condition that an item had waited for longer than the rule allowed that held when it fell due.

    `path` is that of the division that all of the items lie in.
    """
    since = _due_since(day)
    rules = policy_book(session, ACCEPTANCE_DAYS).bearing(ACCEPTANCE_DAYS, path, day)
    passed = [(and_(below(rule.path), since >= rule.effective_from), since < day - timedelta(days=rule.value))
              for rule in rules]
    return and_(waited_on(day), case(*passed, else_=false()) if passed else false())


def end_of(day: date) -> datetime:
    """The instant at which a day is over."""
    return start_of_day(day + timedelta(days=1))


def _is_public_by(revision, day: date) -> ColumnElement[bool]:
    return and_(revision.state.in_(PUBLIC), or_(revision.published_at.is_(None), revision.published_at < end_of(day)))


def _is_followed_by(day: date) -> ColumnElement[bool]:
    """Whether a later revision was in force by the day."""
    return select(_later.id).where(_later.contract_id == Contract.id, _later.number > ContractRevision.number,
                                   _is_public_by(_later, day)).exists()


def _was_open_on(day: date) -> ColumnElement[bool]:
    """Whether the contract was not closed by the end of the day."""
    return and_(or_(_closing.at.is_(None), _closing.at >= end_of(day)),
                or_(ContractRevision.state != "closed", _closing.at.is_not(None)))


def _due_since(day: date) -> ColumnElement[date]:
    """Since when an item was due by the day: completed, or its deadline passed, whichever was first; null before."""
    deadline = func.coalesce(CommitmentItem.due_on, Contract.last_on)
    was_completed = and_(Completion.completed_on <= day, or_(deadline >= day, Completion.completed_on <= deadline))
    return case((was_completed, Completion.completed_on), (deadline < day, deadline))
