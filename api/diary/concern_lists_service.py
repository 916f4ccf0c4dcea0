"""Lists of concerns, what is due first, and their figures by state and age, village by village; never by person."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from api.auth import Identity
from api.dates import next_month, start_of_day
from api.diary.concerns_rules import AGE_BANDS, AGES, DONE, OVER, UNDONE, due_key, timely_rate
from api.diary.concerns_service import ConcernView, Standing, concern_views
from api.diary.models import Concern, ConcernStep
from api.errors import NotFound
from api.postings.divisions_service import DivisionRef, below, children, division_by_code, refs
from api.postings.models import Division
from api.postings.policies_service import policy_book
from api.vocabulary import CONCERN_KINDS

# What a list may be asked for beside a state: all that waits, what waits too long, all that is not over.
STATES = {"undone": UNDONE, "open": (*UNDONE, *DONE), "over": OVER}


@dataclass
class ConcernFigures:
    """The figures of a division: what stands now by state and by age, and what was raised in the period."""

    division: DivisionRef
    states: dict[str, int] = field(default_factory=lambda: dict.fromkeys((*UNDONE, *DONE), 0))
    ages: dict[str, int] = field(default_factory=lambda: dict.fromkeys(AGES, 0))
    overdue: int = 0
    raised: int = 0
    judged: int = 0
    in_time: int = 0

    @property
    def undone(self) -> int:
        return sum(self.states[state] for state in UNDONE)

    @property
    def timely_rate(self) -> float | None:
        return timely_rate(self.in_time, self.judged)


def list_concerns(session: Session, *, identity: Identity, today: date, code: str | None = None,
                  state: str | None = None, kind: str | None = None, age: str | None = None, overdue: bool = False,
                  household_id: int | None = None, open_on: date | None = None, raised_in: date | None = None,
                  in_time: bool | None = None, page: int = 1, page_size: int = 100) -> tuple[list[ConcernView], int]:
    """The concerns that a user may see, what is due first before what is done; and how many there are.

    `code`: of a division or below it; `state`: a state, `undone`, `open` or `over`; `age`: a band of ages of what is
    undone; `open_on`: what waited on that day, state and age as of then, with `overdue` past its last one;
    `raised_in`: raised in the month that begins on that day, with `in_time` only what was done by its last day, or what
    was not. Raises NotFound for a division out of reach.
    """
    standing = Standing(session, identity, today=today)
    query = select(Concern).join(Division, Division.id == Concern.village_id).where(standing.seen())
    if code is not None:
        division = division_by_code(session, code)
        if division.id not in standing.posted and not identity.may(division.path, "supervisor", "village"):
            raise NotFound("division_not_found", code=code)
        query = query.where(below(division.path))
    if state is not None:
        then = Concern.state if open_on is None else state_on(open_on)
        query = query.where(then.in_(STATES.get(state, (state,))))
    if kind is not None:
        query = query.where(Concern.kind == kind)
    if age is not None:
        query = query.where(*((Concern.state.in_(UNDONE), age_on(today) == age) if open_on is None else
                              (age_on(open_on) == age,)))
    if open_on is not None:
        query = query.where(undone_on(open_on))
    if overdue:
        query = query.where(is_overdue(today) if open_on is None else overdue_on(open_on))
    if raised_in is not None:
        query = query.where(raised_within(raised_in))
    if in_time is not None:
        query = query.where(judged_by(today), was_in_time() if in_time else ~was_in_time())
    if household_id is not None:
        query = query.where(Concern.household_id == household_id)
    count = session.scalar(select(func.count()).select_from(query.subquery()))
    found = due_first(query).offset((page - 1) * page_size).limit(page_size)
    return concern_views(session, list(session.scalars(found)), standing=standing), count


def open_concerns(session: Session, *, identity: Identity, village_ids: Iterable[int], today: date
                  ) -> list[ConcernView]:
    """Every concern of villages that is not over, by who has to act, what is due first: for handovers and meetings."""
    query = select(Concern).join(Division, Division.id == Concern.owner_id).where(
        Concern.village_id.in_(sorted(set(village_ids))), Concern.state.in_(STATES["open"]))
    found = session.scalars(query.order_by(Division.code, Concern.done_on.is_not(None), Concern.due_on, Concern.id))
    return concern_views(session, list(found), standing=Standing(session, identity, today=today))


def concern_figures(session: Session, *, division: Division, first: date, last: date, today: date
                    ) -> tuple[ConcernFigures, list[ConcernFigures]]:
    """The figures of a division and of each division directly below it; villages add up to every level.

    `first` and `last` bound the days on which the concerns of the timely rate were raised; merged ones count once.
    """
    total = ConcernFigures(DivisionRef.of(division))
    rows = {child.path: ConcernFigures(DivisionRef.of(child)) for child in children(session, division)}
    for row in session.execute(_counts(division, first=first, last=last, today=today)):
        child = division.path + row.path.removeprefix(division.path).split("/")[0] + "/"
        for figures in filter(None, (total, rows.get(child))):
            _add(figures, row)
    return total, list(rows.values())


def deadlines(session: Session, *, division: Division, today: date) -> list[dict]:
    """The time that each kind has, by the rule that holds for a division today, and where divisions below have set
    another, that too.
    """
    book = policy_book(session, *map(due_key, CONCERN_KINDS))
    rules = [(kind, rule) for kind in CONCERN_KINDS for rule in (
        *book.above(due_key(kind), division.path, today), *book.below(due_key(kind), division.path, today))]
    setters = refs(session, [rule.division_id for _kind, rule in rules])
    return [{"kind": kind, "days": rule.value, "division": setters[rule.division_id],
             "effective_from": rule.effective_from, "source": rule.source} for kind, rule in rules]


def due_first(query: Select) -> Select:
    """Concerns in the order of every list: what waits, by its last day; then what is done but not closed; the rest."""
    waits = case((Concern.state.in_(UNDONE), 0), (Concern.state.in_(DONE), 1), else_=2)
    return query.order_by(waits, Concern.due_on, Concern.raised_at, Concern.id)


def undone_on(day: date) -> ColumnElement[bool]:
    """The condition that a concern waited on a day, by what is known of it now.

    What was merged waits in the one that it was merged into; what was taken up anew was not done in between.
    """
    return and_(Concern.raised_on <= day, Concern.state != "merged",
                or_(Concern.done_on.is_(None), Concern.done_on > day))


def overdue_on(day: date) -> ColumnElement[bool]:
    """The condition that a concern waited on a day past its last one."""
    return and_(undone_on(day), Concern.due_on < day)


def state_on(day: date) -> ColumnElement[str]:
    """The state in which a concern waited on a day: after the last step up to then that left it waiting, since what was
    resolved and taken up anew counts as waiting all along. What came late by the phone was raised then.
    """
    end = start_of_day(day + timedelta(days=1))
    last = (select(case((ConcernStep.step == "separated", "accepted"), else_=ConcernStep.step))
            .where(ConcernStep.concern_id == Concern.id, ConcernStep.at < end,
                   ConcernStep.step.in_((*UNDONE, "separated")))
            .order_by(ConcernStep.number.desc()).limit(1).scalar_subquery())
    return case((Concern.changed_at < end, Concern.state), else_=func.coalesce(last, "raised"))


def raised_within(month_on: date) -> ColumnElement[bool]:
    """The condition that a concern was raised in a month; what was merged counts in the one that it was merged into."""
    return and_(Concern.raised_on >= month_on, Concern.raised_on < next_month(month_on), Concern.state != "merged")


def judged_by(day: date) -> ColumnElement[bool]:
    """The condition that it can be said on a day whether a concern was done in time."""
    return or_(Concern.done_on.is_not(None), Concern.due_on < day)


def was_in_time() -> ColumnElement[bool]:
    """The condition that a concern was done by its last day."""
    return and_(Concern.done_on.is_not(None), Concern.done_on <= Concern.due_on)


def _counts(division: Division, *, first: date, last: date, today: date) -> Select:
    in_period = Concern.raised_on.between(first, last)
    judged = and_(in_period, or_(Concern.done_on.is_not(None), is_overdue(today)))
    sums = {"overdue": is_overdue(today), "raised": in_period, "judged": judged,
            "in_time": and_(judged, Concern.done_on <= Concern.due_on)}
    villages = select(Division.id).where(below(division.path), Division.level == "village")
    # What is over tells nothing but whether it was raised in the period; its age nobody asks for.
    told = and_(Concern.state != "merged", or_(Concern.state.in_((*UNDONE, *DONE)), in_period))
    age = case((Concern.state.in_(UNDONE), age_on(today)), else_=None).label("age")
    # Counted by the village's number first: grouping by its path takes several times as long.
    counted = (select(Concern.village_id, Concern.state, age, func.count().label("standing"),
                      *(func.sum(case((condition, 1), else_=0)).label(name) for name, condition in sums.items()))
               .where(Concern.village_id.in_(villages), told)
               .group_by(Concern.village_id, Concern.state, "age").subquery())
    each = (counted.c.state, counted.c.age)
    added = [func.sum(counted.c[name]).label(name) for name in ("standing", *sums)]
    # Of a county the villages of a township are added up here, so that some hundred rows are left.
    unit = Division.id if division.level in ("township", "village") else Division.township_id
    by_unit = (select(unit.label("unit_id"), *each, *added).join(counted, counted.c.village_id == Division.id)
               .group_by("unit_id", *each).subquery())
    return select(Division.path, by_unit).join(Division, Division.id == by_unit.c.unit_id)


def _add(figures: ConcernFigures, row: Row) -> None:
    if row.state in figures.states:
        figures.states[row.state] += int(row.standing)
    if row.state in UNDONE:
        figures.ages[row.age] += int(row.standing)
    for name in ("overdue", "raised", "judged", "in_time"):
        setattr(figures, name, getattr(figures, name) + int(getattr(row, name)))


def is_overdue(today: date) -> ColumnElement[bool]:
    """The condition that a concern is not done and past its last day."""
    return and_(Concern.state.in_(UNDONE), Concern.due_on < today)


def age_on(day: date) -> ColumnElement[str]:
    """The band of a concern's age on a day, as `age_band` of the rules answers it."""
    return case(*((Concern.raised_on >= day - timedelta(days=bound), f"to_{bound}") for bound in AGE_BANDS),
                else_=AGES[-1])
