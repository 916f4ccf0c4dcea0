"""Lists of supervision notices, what is due first, and their figures division by division; never by person."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from api.contracts.notice_models import NoticeStep, SupervisionNotice
from api.contracts.notices_rules import DEADLINES, DRAFTS, MOVES, OPEN, OVER, SOON, STATES, WAITING
from api.contracts.notices_service import NoticeView, Standing, notice_views
from api.dates import start_of_day
from api.postings.divisions_service import DivisionRef, below, children
from api.postings.models import Division

# What a list may be asked for beside a state.
FILTERS = ("draft", "open", "overdue", "due_soon", "reissued", "escalated", "over")


@dataclass
class NoticeFigures:
    """The figures of a division: what stands now, and what was struck off since the year began."""

    division: DivisionRef
    open: int = 0
    overdue: int = 0
    due_soon: int = 0
    reissued: int = 0
    escalated: int = 0
    struck_off: int = 0


def list_notices(session: Session, *, standing: Standing, code: str | None = None, state: str | None = None,
                 source_id: UUID | None = None, on: date | None = None, overdue: bool = False, page: int = 1,
                 page_size: int = 100) -> tuple[list[NoticeView], int]:
    """The notices that a user may see, what is due first before what is over; and how many there are.

    `state`: a state, or one of FILTERS; `source_id`: what they are about; `on`: what was in course on that day, with
    `overdue` only what waited past the deadline that held then. Raises NotFound for a division out of reach.
    """
    query = select(SupervisionNotice).join(Division, Division.id == SupervisionNotice.village_id).where(
        standing.seen_notices())
    if code is not None:
        query = query.where(standing.within(code))
    if state is not None:
        query = query.where(is_in_list(state, standing.today) if on is None else _was_in_list(state, on))
    if source_id is not None:
        query = query.where(SupervisionNotice.source_id == source_id)
    if on is not None:
        query = query.where(open_on(on))
    if overdue:
        query = query.where(overdue_on(on or standing.today))
    count = session.scalar(select(func.count()).select_from(query.subquery()))
    found = due_first(query).offset((page - 1) * page_size).limit(page_size)
    return notice_views(session, list(session.scalars(found)), standing=standing), count


def notice_figures(session: Session, *, division: Division, today: date
                   ) -> tuple[NoticeFigures, list[NoticeFigures]]:
    """The figures of a division and of each division directly below it; drafts and what was cancelled left out."""
    total = NoticeFigures(DivisionRef.of(division))
    rows = {child.path: NoticeFigures(DivisionRef.of(child)) for child in children(session, division)}
    is_open = SupervisionNotice.state.in_(OPEN)
    conditions = {
        "open": is_open, "overdue": is_in_list("overdue", today), "reissued": is_in_list("reissued", today),
        "escalated": is_in_list("escalated", today),
        "due_soon": is_in_list("due_soon", today),
        "struck_off": SupervisionNotice.struck_off_on >= date(today.year, 1, 1)}
    sums = [func.sum(case((condition, 1), else_=0)).label(name) for name, condition in conditions.items()]
    for row in session.execute(
            select(Division.path, *sums).join(Division, Division.id == SupervisionNotice.village_id)
            .where(below(division.path), SupervisionNotice.issued_at.is_not(None)).group_by(Division.path)):
        child = division.path + row.path.removeprefix(division.path).split("/")[0] + "/"
        for figures in filter(None, (total, rows.get(child))):
            for name in conditions:
                setattr(figures, name, getattr(figures, name) + getattr(row, name))
    return total, list(rows.values())


def is_in_list(state: str, today: date) -> ColumnElement[bool]:
    """The condition that a notice is in one of the lists of FILTERS, or in a state."""
    is_open = SupervisionNotice.state.in_(OPEN)
    if state in STATES and state not in FILTERS:
        return SupervisionNotice.state == state
    return {
        "draft": SupervisionNotice.state.in_(DRAFTS), "open": is_open,
        "overdue": and_(SupervisionNotice.state.in_(WAITING), SupervisionNotice.due_on < today),
        "due_soon": and_(SupervisionNotice.state.in_(WAITING), SupervisionNotice.due_on.between(today, today + SOON)),
        "reissued": and_(is_open, SupervisionNotice.reissues > 0),
        # Once it went up it stays with the county, in whatever state.
        "escalated": and_(is_open, SupervisionNotice.owner_id != SupervisionNotice.issuer_id),
        "over": SupervisionNotice.state.in_(OVER)}[state]


def open_on(day: date) -> ColumnElement[bool]:
    """The condition that a notice was issued by the end of a day and not struck off yet."""
    return and_(SupervisionNotice.issued_at < start_of_day(day + timedelta(days=1)),
                or_(SupervisionNotice.struck_off_on.is_(None), SupervisionNotice.struck_off_on > day))


def overdue_on(day: date) -> ColumnElement[bool]:
    """The condition that a notice waited for the village on a day past the deadline that held then."""
    return and_(open_on(day), _waited_on(day), _due_on(day) < day)


def due_soon_on(day: date) -> ColumnElement[bool]:
    """The condition that a notice waited for the village on a day and its deadline was near."""
    return and_(open_on(day), _waited_on(day), _due_on(day).between(day, day + SOON))


def was_escalated_by(day: date) -> ColumnElement[bool]:
    """The condition that a notice had gone up to the county by the end of a day."""
    return and_(had_step_by(day, "escalated"), SupervisionNotice.owner_id != SupervisionNotice.issuer_id)


def _was_in_list(state: str, day: date) -> ColumnElement[bool]:
    """The same as `is_in_list` of a past day, as far as a day can be asked for."""
    then = {"open": open_on, "overdue": overdue_on, "due_soon": due_soon_on, "escalated": was_escalated_by,
            "reissued": lambda on: had_step_by(on, "reissued")}
    return then[state](day) if state in then else is_in_list(state, day)


def had_step_by(day: date, step: str) -> ColumnElement[bool]:
    """The condition that a step had been taken by the end of a day."""
    return _steps_by(day, (step,)).exists()


def _waited_on(day: date) -> ColumnElement[bool]:
    """As it stands now, or for what has gone on since the day by the last step that led to a state until then."""
    waits = [step for step, state in MOVES.items() if state in WAITING]
    return case((_has_changed_since(day), _last(NoticeStep.step, day, tuple(MOVES)).in_(waits)),
                else_=SupervisionNotice.state.in_(WAITING))


def _due_on(day: date) -> ColumnElement[date]:
    then = func.coalesce(_last(NoticeStep.new_due_on, day, DEADLINES), SupervisionNotice.due_on)
    return case((_has_changed_since(day), then), else_=SupervisionNotice.due_on)


def _has_changed_since(day: date) -> ColumnElement[bool]:
    return SupervisionNotice.changed_at >= start_of_day(day + timedelta(days=1))


def _steps_by(day: date, steps: tuple[str, ...]) -> Select:
    return select(NoticeStep.id).where(
        NoticeStep.notice_id == SupervisionNotice.id, NoticeStep.step.in_(steps),
        NoticeStep.at < start_of_day(day + timedelta(days=1))).correlate(SupervisionNotice)


def _last(column, day: date, steps: tuple[str, ...]) -> ColumnElement:
    return (_steps_by(day, steps).with_only_columns(column).order_by(NoticeStep.number.desc()).limit(1)
            .scalar_subquery())


def due_first(query: Select) -> Select:
    """In the order of every list: what waits for the village, by its last day; what waits for those above; the rest."""
    waits = case((SupervisionNotice.state.in_(WAITING), 0), (SupervisionNotice.state.in_(OPEN), 1),
                 (SupervisionNotice.state.in_(DRAFTS), 2), else_=3)
    return query.order_by(waits, SupervisionNotice.due_on, SupervisionNotice.drafted_at, SupervisionNotice.id)
