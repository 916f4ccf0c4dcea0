"""The year's contracts of a division and of those directly below it: by state, and what became of their items."""

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Select, and_, case, func, select
from sqlalchemy.orm import Session, aliased

from api.contracts.acceptance_models import Acceptance, Completion
from api.contracts.contracts_rules import IN_FORCE, STATES
from api.contracts.items_on_service import due_since, waits_too_long
from api.contracts.models import CommitmentItem, Contract, ContractRevision
from api.postings.divisions_service import DivisionRef, below, children
from api.postings.models import Division
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

    def figures_of(path: str) -> list[ContractFigures]:
        child = division.path + path.removeprefix(division.path).split("/")[0] + "/"
        return [total, rows[child]] if child in rows else [total]

    for path, state, count in session.execute(_states(division, year)):
        for figures in figures_of(path):
            figures.villages += count
            if state is None:
                figures.without += count
            else:
                figures.states[state] += count
    for row in session.execute(_items(session, division, year, today)):
        for figures in figures_of(row.group):
            for name in ("items", "due", "overdue", *VERDICTS_OF_ACCEPTANCE):
                setattr(figures, name, getattr(figures, name) + int(getattr(row, name)))
    return total, list(rows.values())


def _villages(division: Division, *columns) -> Select:
    """Columns of the villages of today below a division, with the path of what each is counted in as `group`.

    That is the village itself where it lies directly below, else what it lies in: thirty rows of a county, not a
    thousand.
    """
    above = aliased(Division)
    group = case((Division.parent_id == division.id, Division.path), else_=above.path).label("group")
    return (select(group, *columns).select_from(Division).outerjoin(above, above.id == Division.parent_id)
            .where(below(division.path), Division.level == "village", Division.valid_to.is_(None)))


def _yearly(year: int):
    return and_(Contract.village_id == Division.id, Contract.kind == "yearly", Contract.first_on == date(year, 1, 1))


def _states(division: Division, year: int) -> Select:
    """How many villages' contracts are in which state by their latest revision; None: without a contract."""
    later = aliased(ContractRevision)
    latest = (select(Contract.village_id, ContractRevision.state)
              .join(ContractRevision, ContractRevision.contract_id == Contract.id)
              .where(Contract.kind == "yearly", Contract.first_on == date(year, 1, 1),
                     ~select(later.id).where(later.contract_id == ContractRevision.contract_id,
                                             later.number > ContractRevision.number).exists()).subquery())
    each = _villages(division, latest.c.state).outerjoin(latest, latest.c.village_id == Division.id).subquery()
    return select(*each.c, func.count()).group_by(*each.c)


def _items(session: Session, division: Division, year: int, today: date) -> Select:
    """The items in force, and what became of them, by `group`."""
    in_force = (
        _villages(division, Division.path, Contract.last_on, ContractRevision.id.label("revision_id"),
                  case((ContractRevision.state == "published", 1), else_=0).label("is_open"))
        .join(Contract, _yearly(year)).join(ContractRevision, ContractRevision.contract_id == Contract.id)
        .where(ContractRevision.state.in_(IN_FORCE)).cte("in_force").prefix_with("MATERIALIZED"))
    since = due_since(completed_on=Completion.completed_on, last_on=in_force.c.last_on, day=today)
    waits = and_(Acceptance.line_id.is_(None), in_force.c.is_open == 1, since.is_not(None))
    late = and_(waits, waits_too_long(session, since=since, village=in_force.c.path, path=division.path, day=today))
    conditions = {"due": waits, "overdue": late,
                  **{verdict: Acceptance.final_verdict == verdict for verdict in VERDICTS_OF_ACCEPTANCE}}
    # Nothing is completed before its contract begins, nor inspected before it is due.
    begins = date(year, 1, 1)
    return (
        select(in_force.c.group, func.count().label("items"),
               *(func.sum(case((condition, 1), else_=0)).label(name) for name, condition in conditions.items()))
        .join(CommitmentItem, CommitmentItem.revision_id == in_force.c.revision_id)
        .outerjoin(Completion, and_(Completion.line_id == CommitmentItem.line_id, Completion.completed_on >= begins))
        .outerjoin(Acceptance, and_(Acceptance.line_id == CommitmentItem.line_id, Acceptance.inspected_on >= begins))
        .group_by(in_force.c.group))
