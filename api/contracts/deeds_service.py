"""The month ledger (月度实事台账, A7.9): deeds of villages, entered by hand, changed, and as answers show them."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from api import audit
from api.auth import Identity
from api.contracts.acceptance_models import Completion, Deed, DeedReport
from api.contracts.deeds_rules import allowed_steps, change_problem, is_overdue
from api.contracts.promises_service import promises_of_lines, published_promise
from api.dates import shanghai_day
from api.db import dialect_insert
from api.diary.standing_service import VillageStanding
from api.errors import Conflict, IdReused, NotFound, Unprocessable
from api.photos import records_service
from api.postings.account_models import User
from api.postings.divisions_service import DivisionRef, audit_chain, refs
from api.postings.models import Division


@dataclass(frozen=True)
class DeedView:
    """A deed with its village, the line that it carries out, and what was reported."""

    deed: Deed
    village: DivisionRef
    line: dict | None
    month: date
    reports: list[dict]
    is_overdue: bool
    is_incomplete: bool

    def __getattr__(self, name: str):
        return getattr(self.deed, name)


def list_deeds(session: Session, *, standing: VillageStanding, code: str | None, month_on: date | None,
               state: str | None = None, page: int = 1, page_size: int = 1000) -> tuple[list[DeedView], int]:
    """The deeds of a month that a user may see, village by village in the order of the roster; and how many.

    `state`: a state, or `overdue`, which without a month asks for those of every month. Raises NotFound for a division
    out of reach.
    """
    query = select(Deed).join(Division, Division.id == Deed.village_id).where(standing.within(code))
    if month_on is not None:
        query = query.where(Deed.month_on == month_on)
    if state == "overdue":
        query = query.where(_late(standing.today))
    elif state is not None:
        query = query.where(Deed.state == state)
    count = session.scalar(select(func.count()).select_from(query.subquery()))
    found = query.order_by(Division.code, Deed.due_on, Deed.entered_at, Deed.id).offset((page - 1) * page_size)
    return deed_views(session, list(session.scalars(found.limit(page_size))), today=standing.today), count


def enter_deed(session: Session, *, identity: Identity, id: UUID, village_code: str, month_on: date, text: str,
               due_on: date, owner: str | None, line_id: UUID | None, content_hash: bytes, now: datetime
               ) -> tuple[DeedView, bool]:
    """Put a deed on a village's ledger by hand; (deed as it now stands, False) when it is sent again.

    Raises NotFound, IdReused, Unprocessable (deed_due_before_month, line_elsewhere), Conflict (deed_exists) where the
    line has one in the month.
    """
    today = shanghai_day(now)
    village = VillageStanding(session, identity, today=today).village(village_code)
    created = False
    if session.get(Deed, id) is None:
        _check_due(month_on, due_on)
        if line_id is not None:
            promise = published_promise(session, line_id)
            if promise is None or promise.contract.village_id != village.id:
                raise Unprocessable("line_elsewhere")
        created = session.execute(dialect_insert(session, Deed).values(
            id=id, village_id=village.id, line_id=line_id, month_on=month_on, text=text, due_on=due_on, owner=owner,
            state="planned", entered_by_id=identity.user_id, entered_at=now, changed_at=now, version=1,
            content_hash=content_hash).on_conflict_do_nothing().returning(Deed.id)).scalar() is not None
    deed = session.get(Deed, id)
    if deed is None:
        raise Conflict("deed_exists")
    if (deed.entered_by_id, deed.content_hash) != (identity.user_id, content_hash):
        raise IdReused()
    return deed_views(session, [deed], today=today)[0], created


def visible_deed(session: Session, *, standing: VillageStanding, deed_id: UUID) -> DeedView:
    """A deed of a village that the user has to do with; NotFound for all others."""
    deed = session.get(Deed, deed_id)
    view = deed and deed_views(session, [deed], today=standing.today)[0]
    if view is None or not standing.sees(view.village):
        raise NotFound()
    return view


def deed_to_change(session: Session, *, standing: VillageStanding, deed_id: UUID) -> Deed:
    """A deed of a village that the user has to do with, locked; NotFound for all others."""
    deed = session.get(Deed, deed_id, with_for_update=True, populate_existing=True)
    if deed is None or not standing.sees(refs(session, [deed.village_id])[deed.village_id]):
        raise NotFound()
    return deed


def change_deed(session: Session, *, identity: Identity, deed: Deed, changes: dict, now: datetime) -> DeedView:
    """Change what a deed says, drop it, take it up again, or take back that it was done; `changes` as they were sent.

    Raises Conflict (deed_step, with the states that are allowed), Unprocessable (deed_due_before_month).
    """
    village = refs(session, [deed.village_id])[deed.village_id]
    _check_due(deed.month_on, changes.get("due_on", deed.due_on))
    problem = change_problem(deed.state, changes.get("state", deed.state))
    if problem is not None:
        raise Conflict(problem, errors={"allowed": allowed_steps(deed.state)})
    before = {name: _plain(getattr(deed, name)) for name in changes}
    for name, value in changes.items():
        setattr(deed, name, value)
    if deed.state != "done":
        deed.done_on = None
    deed.changed_at, deed.version = now, deed.version + 1
    session.flush()
    audit.append(session, chain=audit_chain(village), at=now, user_id=identity.user_id, action="deed.changed",
                 subject=f"deed:{deed.id}",
                 details={"village": village.code, "from": before,
                          "to": {name: _plain(value) for name, value in changes.items()}})
    return deed_views(session, [deed], today=shanghai_day(now))[0]


def deed_views(session: Session, deeds: list[Deed], *, today: date) -> list[DeedView]:
    """Deeds as answers show them, in a handful of queries whatever their number."""
    villages = refs(session, [deed.village_id for deed in deeds])
    rows = session.execute(
        select(DeedReport, User.name).join(User, User.id == DeedReport.user_id)
        .where(DeedReport.deed_id.in_([deed.id for deed in deeds]))
        .order_by(DeedReport.received_at, DeedReport.id)).all()
    photos = records_service.photos_of(session, [report.id for report, _name in rows])
    reports: dict[UUID, list[dict]] = {}
    for report, name in rows:
        reports.setdefault(report.deed_id, []).append({
            "id": report.id, "at": report.at, "done_on": report.done_on, "note": report.note,
            "by": {"id": report.user_id, "name": name}, "photos": photos[report.id]})
    line_ids = {deed.line_id for deed in deeds if deed.line_id is not None}
    lines = promises_of_lines(session, line_ids)
    completed = dict(session.execute(select(Completion.line_id, Completion.completed_on).where(
        Completion.line_id.in_(line_ids))).all()) if line_ids else {}
    return [DeedView(
        deed, villages[deed.village_id], _line(lines.get(deed.line_id), completed), deed.month_on,
        reports.get(deed.id, []), is_overdue(state=deed.state, due_on=deed.due_on, today=today),
        any(records_service.is_incomplete(report["photos"]) for report in reports.get(deed.id, [])))
        for deed in deeds]


def _line(promise, completed: dict[UUID, date]) -> dict | None:
    return promise and {
        "id": promise.line_id, "number": promise.number, "contract_id": promise.contract_id, "text": promise.text,
        "dimension": promise.dimension, "completed_on": completed.get(promise.line_id)}


def _late(today: date) -> ColumnElement[bool]:
    return (Deed.state == "planned") & (Deed.due_on < today)


def _check_due(month_on: date, due_on: date) -> None:
    if due_on < month_on:
        raise Unprocessable("deed_due_before_month")


def _plain(value):
    return value.isoformat() if isinstance(value, date) else value
