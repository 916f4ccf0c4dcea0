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


class ItemsOn:
    """The items of the year's contracts, as the revisions in force on a day have them, at `path` and below it."""

    def __init__(self, day: date, *, path: str = "/"):
        self._day, self._path = day, path
        # A thousand revisions are found first, each once; their items then by nothing but their revision.
        self._in_force = _in_force(day, path).cte("in_force").prefix_with("MATERIALIZED")
        self.village_id = self._in_force.c.village_id

    def rows(self, *columns) -> Select:
        """The query for columns of these items; Completion and Acceptance are joined where there were any by the day.

        Nothing is completed before its contract begins, nor inspected before it is due: only the year's are read.
        """
        year = date(self._day.year, 1, 1), self._day
        return (select(*columns).select_from(self._in_force)
                .join(CommitmentItem, CommitmentItem.revision_id == self._in_force.c.revision_id)
                .outerjoin(Completion, and_(Completion.line_id == CommitmentItem.line_id,
                                            Completion.completed_on.between(*year)))
                .outerjoin(Acceptance, and_(Acceptance.line_id == CommitmentItem.line_id,
                                            Acceptance.inspected_on.between(*year))))

    def promises(self) -> Select:
        """The same as rows of promises_service.read_promises, in the order of the roster; `Division` is the village."""
        return (self.rows(CommitmentItem, ContractLine.number, Contract)
                .join(ContractLine, ContractLine.id == CommitmentItem.line_id)
                .join(Contract, Contract.id == self._in_force.c.contract_id)
                .join(Division, Division.id == Contract.village_id)
                .order_by(Division.code, Contract.first_on, ContractLine.number))

    def inspected(self) -> ColumnElement[bool]:
        """The condition that an item was inspected by the day."""
        return Acceptance.inspected_on.is_not(None)

    def waited(self) -> ColumnElement[bool]:
        """The condition that an item was due and not inspected; what waited when its contract was closed no longer
        does."""
        return and_(~self.inspected(), self._in_force.c.is_open == 1, self._due_since().is_not(None))

    def was_late(self, session: Session) -> ColumnElement[bool]:
        """The condition that an item had waited for longer than the rule allowed that held when it fell due."""
        return and_(self.waited(), waits_too_long(session, since=self._due_since(), village=self._in_force.c.path,
                                                  path=self._path, day=self._day))

    def _due_since(self) -> ColumnElement[date]:
        return due_since(completed_on=Completion.completed_on, last_on=self._in_force.c.last_on, day=self._day)


def due_since(*, completed_on: ColumnElement[date], last_on: ColumnElement[date], day: date) -> ColumnElement[date]:
    """Since when an item was due on a day: completed (by then), or its deadline passed, whichever was first; null
    before. The same as acceptance_rules.due_since; `last_on` of the contract is the deadline where the item has none.
    """
    deadline = func.coalesce(CommitmentItem.due_on, last_on)
    return case((or_(completed_on <= deadline, deadline >= day), completed_on), else_=deadline)


def waits_too_long(session: Session, *, since: ColumnElement[date], village: ColumnElement[str], path: str, day: date
                   ) -> ColumnElement[bool]:
    """The condition that what was due `since` has waited on a day for longer than the rule allows that held then.

    `village` is the path of its village, which lies at `path` or below it.
    """
    rules = policy_book(session, ACCEPTANCE_DAYS).bearing(ACCEPTANCE_DAYS, path, day)
    passed = [(and_(village.like(rule.path + "%"), since >= rule.effective_from),
               since < day - timedelta(days=rule.value)) for rule in rules]
    return case(*passed, else_=false()) if passed else false()


def end_of(day: date) -> datetime:
    """The instant at which a day is over."""
    return start_of_day(day + timedelta(days=1))


def _in_force(day: date, path: str) -> Select:
    later = aliased(ContractRevision)
    is_followed = select(later.id).where(later.contract_id == Contract.id, later.number > ContractRevision.number,
                                         _is_public_by(later, day)).exists()
    # Only what is closed by now has a step of closing to look for.
    was_closed_later = select(ContractStep.id).where(
        ContractStep.revision_id == ContractRevision.id, ContractStep.step == "closed",
        ContractStep.at >= end_of(day)).exists()
    is_open = case((ContractRevision.state != "closed", 1), (was_closed_later, 1), else_=0)
    return (
        select(ContractRevision.id.label("revision_id"), Contract.id.label("contract_id"), Contract.village_id,
               Contract.last_on, Division.path, is_open.label("is_open"))
        .join(Contract, Contract.id == ContractRevision.contract_id)
        .join(Division, Division.id == Contract.village_id)
        .where(below(path), Contract.kind == "yearly", Contract.first_on == date(day.year, 1, 1),
               _is_public_by(ContractRevision, day), ~is_followed))


def _is_public_by(revision, day: date) -> ColumnElement[bool]:
    return and_(revision.state.in_(PUBLIC), or_(revision.published_at.is_(None), revision.published_at < end_of(day)))
