"""Matters that stand open: concerns and notices past their last day, villages with too few cadres."""

from datetime import date

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from api.contracts.notice_lists_service import is_in_list
from api.contracts.notice_models import SupervisionNotice
from api.dashboards.staffing_figures_service import posts_of_villages
from api.diary.concern_lists_service import is_overdue
from api.diary.models import Concern
from api.postings.divisions_service import REF_COLUMNS, DivisionRef, below, refs
from api.postings.models import Division

Items = tuple[list[dict], int]


def concerns_overdue(session: Session, *, division: Division, today: date, start: int, size: int) -> Items:
    """A page of the concerns that are not done and past their last day."""
    query = (select(*REF_COLUMNS, Concern.id.label("concern_id"), Concern.kind, Concern.raised_on, Concern.due_on)
             .join(Concern, Concern.village_id == Division.id).where(below(division.path), is_overdue(today))
             .order_by(Division.code, Concern.due_on, Concern.id))
    return _page(session, query, start, size, lambda row: {
        "facts": {"concern_kind": row.kind, "raised_on": row.raised_on, **_over(row.due_on, today)},
        "link": {"view": "concerns", "division": row.code, "concern": row.concern_id}})


def notices_overdue(session: Session, *, division: Division, today: date, start: int, size: int,
                    seen: ColumnElement[bool]) -> Items:
    """A page of the notices that wait for their village and are past the last day; `seen`: those one may see."""
    query = (select(*REF_COLUMNS, SupervisionNotice.id.label("notice_id"), SupervisionNotice.title,
                    SupervisionNotice.due_on)
             .join(SupervisionNotice, SupervisionNotice.village_id == Division.id)
             .where(below(division.path), is_in_list("overdue", today), seen)
             .order_by(Division.code, SupervisionNotice.due_on, SupervisionNotice.id))
    return _page(session, query, start, size, lambda row: {
        "facts": {"title": row.title, **_over(row.due_on, today)},
        "link": {"view": "notices", "division": row.code, "notice": row.notice_id}})


def posts_vacant(session: Session, *, division: Division, today: date) -> list[dict]:
    """The villages with fewer cadres posted today than the rule asks for, none among them, in roster order."""
    found = [one for one in posts_of_villages(session, division=division, on=today) if one.missing]
    villages = refs(session, [one.village_id for one in found])
    return [{"village": villages[one.village_id], "cadre": None,
             "facts": {"posted": one.cadres, "minimum": one.needed, "missing": one.missing},
             "link": {"view": "people", "division": villages[one.village_id].code}} for one in found]


def _page(session: Session, query: Select, start: int, size: int, told) -> Items:
    count = session.scalar(select(func.count()).select_from(query.order_by(None).subquery()))
    rows = session.execute(query.offset(start).limit(size)).all()
    return [{"village": _village(row), "cadre": None, **told(row)} for row in rows], count


def _over(due_on: date, today: date) -> dict:
    return {"due_on": due_on, "days_over": (today - due_on).days}


def _village(row) -> DivisionRef:
    return DivisionRef(*row[:len(REF_COLUMNS)])
