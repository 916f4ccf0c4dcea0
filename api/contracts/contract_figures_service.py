"""The year's contracts of a division and of those directly below it: by state, and what became of their items."""

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from api.contracts.acceptance_models import Acceptance, Completion
from api.contracts.acceptance_rules import accept_by, due_since
from api.contracts.contracts_rules import IN_FORCE, STATES
from api.contracts.models import CommitmentItem, Contract, ContractRevision
from api.postings.divisions_service import DivisionRef, below, children
from api.postings.models import Division
from api.postings.policies_service import policy_book
from api.vocabulary import VERDICTS_OF_ACCEPTANCE


@dataclass
class ContractFigures:
    """Of the yearly contracts of one year; villages add up to every level.

    `states` are those of the latest revisions; `items`, and what became of them, those of the revision in force.
    """

    division: DivisionRef
    villages: int = 0
    without: int = 0
    states: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STATES, 0))
    items: int = 0
    due: int = 0
    overdue: int = 0
    met: int = 0
    partly: int = 0
    not_met: int = 0


def contract_figures(session: Session, *, division: Division, year: int, today: date
                     ) -> tuple[ContractFigures, list[ContractFigures]]:
    """The figures of a division and of each directly below it, in the order of the roster.

    An item of a contract that is not closed is due when it was reported as completed or its day has passed, until it is
    inspected; overdue when the policy's `acceptance_days` have passed since: the list of what waits, counted.
    """
    total = ContractFigures(DivisionRef.of(division))
    rows = {child.path: ContractFigures(DivisionRef.of(child)) for child in children(session, division)}
    villages = dict(session.execute(select(Division.id, Division.path).where(
        below(division.path), Division.level == "village", Division.valid_to.is_(None))).all())

    def figures_of(village_id: int) -> list[ContractFigures]:
        path = villages[village_id]
        child = division.path + path.removeprefix(division.path).split("/")[0] + "/"
        return [total, rows[child]] if child in rows else [total]

    states = dict(session.execute(_states(division.path, year)).all())
    for village_id in villages:
        for figures in figures_of(village_id):
            figures.villages += 1
            if village_id in states:
                figures.states[states[village_id]] += 1
            else:
                figures.without += 1
    book = policy_book(session, "acceptance_days")
    for village_id, verdict, is_confirmed, is_open, completed_on, deadline, count in session.execute(
            _items(division.path, year)):
        since = due_since(completed_on=completed_on, deadline=deadline, today=today) if is_open else None
        is_late = since is not None and today > accept_by(
            since[1], book.value("acceptance_days", villages[village_id], since[1]))
        for figures in figures_of(village_id):
            figures.items += count
            if verdict is None and since is not None:
                figures.due += count
                figures.overdue += count if is_late else 0
            elif verdict in VERDICTS_OF_ACCEPTANCE and is_confirmed:
                setattr(figures, verdict, getattr(figures, verdict) + count)
    return total, list(rows.values())


def _yearly(path: str, year: int):
    return and_(Contract.kind == "yearly", Contract.first_on == date(year, 1, 1), Contract.village_id.in_(
        select(Division.id).where(below(path), Division.level == "village", Division.valid_to.is_(None))))


def _states(path: str, year: int):
    last = (select(ContractRevision.contract_id, func.max(ContractRevision.number).label("number"))
            .group_by(ContractRevision.contract_id).subquery())
    return (select(Contract.village_id, ContractRevision.state)
            .join(ContractRevision, ContractRevision.contract_id == Contract.id)
            .join(last, (last.c.contract_id == Contract.id) & (last.c.number == ContractRevision.number))
            .where(_yearly(path, year)))


def _items(path: str, year: int):
    """Items in force by village, verdict, whether their contract runs on, the day of completion and the deadline."""
    deadline = func.coalesce(CommitmentItem.due_on, Contract.last_on)
    verdict = func.coalesce(Acceptance.final_verdict, Acceptance.verdict)
    parts = (Contract.village_id, verdict, Acceptance.final_verdict.is_not(None),
             ContractRevision.state == "published", Completion.completed_on, deadline)
    return (select(*parts, func.count())
            .join(ContractRevision, ContractRevision.contract_id == Contract.id)
            .join(CommitmentItem, CommitmentItem.revision_id == ContractRevision.id)
            .outerjoin(Completion, Completion.line_id == CommitmentItem.line_id)
            .outerjoin(Acceptance, Acceptance.line_id == CommitmentItem.line_id)
            .where(_yearly(path, year), ContractRevision.state.in_(IN_FORCE))
            .group_by(*parts))
