"""Supervision notices of villages on a day: in course, and waiting for the village past their last day."""

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from api.contracts.notice_lists_service import due_soon_on, had_step_by, open_on, overdue_on, was_escalated_by
from api.contracts.notice_models import SupervisionNotice
from api.dashboards.figures_rules import CountedMonth, Parts
from api.postings.divisions_service import below
from api.postings.models import Division

DETAILS = ("open", "due_soon", "reissued", "escalated")


def count(session: Session, *, division: Division, month: CountedMonth) -> dict[int, dict[str, Parts]]:
    """By village."""
    rows = session.execute(
        select(SupervisionNotice.village_id, func.sum(case((overdue_on(month.on), 1), else_=0)), func.count())
        .join(Division, Division.id == SupervisionNotice.village_id)
        .where(below(division.path), open_on(month.on)).group_by(SupervisionNotice.village_id))
    return {village_id: {"notices_overdue": Parts(int(overdue), number)} for village_id, overdue, number in rows}


def details(session: Session, *, division: Division, month: CountedMonth) -> dict[str, int]:
    """What was in course on the day: how many in all, due within days, issued anew, gone up to the county."""
    return dict(zip(DETAILS, map(int, session.execute(_in_course(division, month)).one()), strict=True))


def details_by_village(session: Session, *, division: Division, month: CountedMonth) -> dict[int, dict[str, int]]:
    """The same of each village that has any."""
    village_id = SupervisionNotice.village_id
    return {row[-1]: dict(zip(DETAILS, map(int, row[:-1]), strict=True)) for row in session.execute(
        _in_course(division, month).add_columns(village_id).group_by(village_id))}


def _in_course(division: Division, month: CountedMonth):
    on = month.on
    sums = [func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
            for condition in (due_soon_on(on), had_step_by(on, "reissued"), was_escalated_by(on))]
    return (select(func.count(), *sums).select_from(SupervisionNotice)
            .join(Division, Division.id == SupervisionNotice.village_id)
            .where(below(division.path), open_on(on)))
