"""Contracts as they stood when a day was over: which revision was the latest, and in which state.

For lists and figures alike, so that a number opens into the very contracts that made it.
"""

from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import aliased

from api.contracts.items_on_service import end_of
from api.contracts.models import Contract, ContractRevision, ContractStep
from api.postings.divisions_service import valid_on
from api.postings.models import Division


def was_latest(day: date) -> ColumnElement[bool]:
    """The condition that a revision was its contract's latest one at the end of a day."""
    end, later = end_of(day), aliased(ContractRevision)
    is_followed = select(later.id).where(later.contract_id == ContractRevision.contract_id, later.opened_at < end,
                                         later.number > ContractRevision.number).exists()
    return and_(ContractRevision.opened_at < end, ~is_followed)


def state_on(day: date) -> ColumnElement[str]:
    """The state of a revision at the end of a day on which it was opened already."""
    return _last_of(day, ContractStep.step, ContractRevision.state, ContractRevision.state)


def changed_by(day: date) -> ColumnElement[datetime]:
    """When a revision was last changed by the end of a day; of one that was changed since, when it came into its state
    of then.
    """
    return _last_of(day, ContractStep.at, ContractRevision.changed_at, ContractRevision.opened_at)


def _last_of(day: date, of_step: ColumnElement, now: ColumnElement, first: ColumnElement) -> ColumnElement:
    """`now` where nothing has changed since, else what the last step by the end of a day says, or `first`."""
    end = end_of(day)
    then = (select(of_step).where(ContractStep.revision_id == ContractRevision.id, ContractStep.at < end)
            .order_by(ContractStep.number.desc()).limit(1).scalar_subquery())
    return case((ContractRevision.changed_at < end, now), else_=func.coalesce(then, first))


def was_village(day: date) -> ColumnElement[bool]:
    """The condition that a division was a village on a day."""
    return and_(Division.level == "village", valid_on(day))


def is_of_year(year: int) -> ColumnElement[bool]:
    """The condition that a contract is the yearly one of a year."""
    return and_(Contract.kind == "yearly", Contract.first_on == date(year, 1, 1))
