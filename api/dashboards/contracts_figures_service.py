"""Items of yearly contracts on a day: what fell due in the year so far, what was inspected, what waits too long."""

from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, case, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from api.contracts.acceptance_models import Acceptance, Completion
from api.contracts.models import CommitmentItem, Contract, ContractRevision, ContractStep
from api.contracts.promises_service import PUBLIC
from api.dashboards.figures_rules import CountedMonth, Parts
from api.dates import start_of_day
from api.postings.divisions_service import below
from api.postings.models import Division
from api.postings.policies_service import policy_book

ACCEPTANCE_DAYS = "acceptance_days"
_later, _closing = aliased(ContractRevision), aliased(ContractStep)


def count(session: Session, *, division: Division, month: CountedMonth) -> dict[int, dict[str, Parts]]:
    """By village: what was inspected, and what waits for it, of the revisions that were in force on the day.

    What still waited when its contract was closed waits no longer.
    """
    on = month.on
    inspected = func.coalesce(Acceptance.inspected_on <= on, false())
    since = _since(on)
    waits = and_(~inspected, _is_open(on), since.is_not(None))
    late = and_(waits, _is_late(session, division, since, on))
    sums = [func.sum(case((condition, 1), else_=0)) for condition in (inspected, waits, late)]
    rows = session.execute(
        select(Contract.village_id, *sums)
        .join(Division, Division.id == Contract.village_id)
        .join(ContractRevision, ContractRevision.contract_id == Contract.id)
        .join(CommitmentItem, CommitmentItem.revision_id == ContractRevision.id)
        .outerjoin(_closing, and_(_closing.revision_id == ContractRevision.id, _closing.step == "closed"))
        .outerjoin(Completion, Completion.line_id == CommitmentItem.line_id)
        .outerjoin(Acceptance, Acceptance.line_id == CommitmentItem.line_id)
        .where(_yearly(division, on), _is_public_by(ContractRevision, on), ~_is_followed(on))
        .group_by(Contract.village_id))
    found = {}
    for village_id, *counts in rows:
        done, waiting, overdue = map(int, counts)
        found[village_id] = {"items_inspected": Parts(done, done + waiting),
                             "items_overdue": Parts(overdue, done + waiting)}
    return found


def details(session: Session, *, division: Division, month: CountedMonth) -> dict[str, int]:
    """The year's contracts by the state of their latest revision on the day, and the villages without one."""
    end = _end(month.on)
    latest = (select(ContractRevision.contract_id, func.max(ContractRevision.number).label("number"))
              .where(ContractRevision.opened_at < end).group_by(ContractRevision.contract_id).subquery())
    then = (select(ContractStep.step).where(ContractStep.revision_id == ContractRevision.id, ContractStep.at < end)
            .order_by(ContractStep.number.desc()).limit(1).scalar_subquery())
    state = case((ContractRevision.changed_at < end, ContractRevision.state),
                 else_=func.coalesce(then, ContractRevision.state)).label("then")
    each = (
        select(state).select_from(Contract).join(Division, Division.id == Contract.village_id)
        .join(latest, latest.c.contract_id == Contract.id)
        .join(ContractRevision, and_(ContractRevision.contract_id == Contract.id,
                                     ContractRevision.number == latest.c.number))
        .where(_yearly(division, month.on)).subquery())
    found = {f"state.{of_state}": number for of_state, number in session.execute(
        select(each.c.then, func.count()).group_by(each.c.then))}
    villages = session.scalar(select(func.count()).select_from(Division).where(
        below(division.path), Division.level == "village", Division.valid_from <= month.on,
        or_(Division.valid_to.is_(None), Division.valid_to >= month.on)))
    return {**found, "without": max(villages - sum(found.values()), 0)}


def _end(day: date):
    return start_of_day(day + timedelta(days=1))


def _yearly(division: Division, on: date) -> ColumnElement[bool]:
    return and_(below(division.path), Contract.kind == "yearly", Contract.first_on == date(on.year, 1, 1))


def _is_public_by(revision, on: date) -> ColumnElement[bool]:
    return and_(revision.state.in_(PUBLIC), or_(revision.published_at.is_(None), revision.published_at < _end(on)))


def _is_followed(on: date) -> ColumnElement[bool]:
    """Whether a later revision was in force by the day."""
    return select(_later.id).where(_later.contract_id == Contract.id, _later.number > ContractRevision.number,
                                   _is_public_by(_later, on)).exists()


def _is_open(on: date) -> ColumnElement[bool]:
    """Whether the contract was not closed by the end of the day."""
    return and_(or_(_closing.at.is_(None), _closing.at >= _end(on)),
                or_(ContractRevision.state != "closed", _closing.at.is_not(None)))


def _since(on: date) -> ColumnElement[date]:
    """Since when an item was due by the day: completed, or its deadline passed, whichever was first; null before."""
    deadline = func.coalesce(CommitmentItem.due_on, Contract.last_on)
    was_completed = and_(Completion.completed_on <= on, or_(deadline >= on, Completion.completed_on <= deadline))
    return case((was_completed, Completion.completed_on), (deadline < on, deadline))


def _is_late(session: Session, division: Division, since: ColumnElement[date], on: date) -> ColumnElement[bool]:
    """Whether the days of the rule that held when an item fell due have passed by the day."""
    rules = policy_book(session, ACCEPTANCE_DAYS).bearing(ACCEPTANCE_DAYS, division.path, on)
    return case(*((and_(below(rule.path), since >= rule.effective_from), since < on - timedelta(days=rule.value))
                  for rule in rules), else_=false())
