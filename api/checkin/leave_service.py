"""Leave and errands: asked by the cadre or entered by the township, decided, withdrawn, returned early."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api import audit
from api.auth import Identity
from api.checkin import kept_service
from api.checkin.leave_rules import is_for_others, period_problem, step_problem
from api.checkin.models import Leave, LeaveStep
from api.checkin.rules import approval_level, leave_days
from api.dates import shanghai_day
from api.db import dialect_insert
from api.errors import Conflict, Forbidden, IdReused, NotFound, Unprocessable
from api.postings.account_models import User
from api.postings.divisions_service import DivisionRef, audit_chain, refs
from api.postings.models import Posting
from api.postings.policies_service import policy_book
from api.postings.roster_service import cadre_names, lock_cadres, postings_of


@dataclass(frozen=True)
class LeaveView:
    """A leave with its steps, as answers show it; `approval_level` is who may approve its days."""

    leave: Leave
    cadre: dict
    days: int
    approval_level: str
    steps: list[dict]

    def __getattr__(self, name: str):
        return getattr(self.leave, name)


def ask_leave(session: Session, *, identity: Identity, id: UUID, cadre_id: int | None, kind: str, from_on: date,
              to_on: date, reason: str | None, content_hash: bytes, now: datetime) -> tuple[LeaveView, bool]:
    """Keep a request for leave, of one's own or (by a supervisor) of a cadre below; exactly once per id.

    What a supervisor enters within the own power to approve is approved with it: the cadre has telephoned.
    Raises Unprocessable (period_reversed, leave_too_long), NotFound for a cadre out of reach.
    """
    problem = period_problem(from_on=from_on, to_on=to_on)
    if problem is not None:
        raise Unprocessable(problem)
    cadre_id = cadre_id or identity.cadre_id
    if cadre_id is None:
        raise Unprocessable("cadre_missing")
    lock_cadres(session, [cadre_id])
    home = _home(session, cadre_id, from_on)
    if cadre_id != identity.cadre_id and (home is None or not identity.may(home.path, "supervisor")):
        raise NotFound()
    created = session.execute(
        dialect_insert(session, Leave).values(
            id=id, cadre_id=cadre_id, kind=kind, from_on=from_on, to_on=to_on, reason=reason, state="asked", version=1,
            content_hash=content_hash).on_conflict_do_nothing().returning(Leave.id)).scalar() is not None
    leave = session.get(Leave, id)
    if not created:
        if (leave.cadre_id, leave.content_hash) != (cadre_id, content_hash):
            raise IdReused()
        return leave_views(session, [leave])[0], False
    _add_step(session, leave, id=id, step="asked", identity=identity, note=None, returned_on=None,
              content_hash=content_hash, now=now)
    if cadre_id != identity.cadre_id:
        _audit(session, leave, home, "leave.entered", identity=identity, now=now, note=reason)
        if _may_approve(session, identity, leave, home):
            _take(session, leave, home, id=approval_id(id), step="approved", identity=identity, note=None,
                  returned_on=None, content_hash=content_hash, now=now)
    return leave_views(session, [leave])[0], True


def take_step(session: Session, *, identity: Identity, leave_id: UUID, id: UUID, step: str, note: str | None,
              returned_on: date | None, content_hash: bytes, now: datetime) -> tuple[LeaveView, bool]:
    """Approve, refuse, withdraw a leave or note an early return; exactly once per id.

    Raises NotFound, Forbidden (own_record also for putting off the own return that was noted, not_your_level), Conflict
    (leave_step) when the state does not allow it, Unprocessable (returned_outside, reason_missing).
    """
    leave = session.get(Leave, leave_id)
    if leave is None:
        raise NotFound()
    lock_cadres(session, [leave.cadre_id])
    session.refresh(leave)
    home = _home(session, leave.cadre_id, leave.from_on)
    own = leave.cadre_id == identity.cadre_id
    if not own and (home is None or not identity.may(home.path, "supervisor")):
        raise NotFound()
    held = session.get(LeaveStep, id)
    if held is not None:
        if (held.leave_id, held.user_id, held.content_hash) != (leave_id, identity.user_id, content_hash):
            raise IdReused()
        return leave_views(session, [leave])[0], False
    if own and is_for_others(step=step, returned_on=returned_on, held=leave.returned_on):
        raise Forbidden("own_record")
    problem = step_problem(state=leave.state, step=step, from_on=leave.from_on, to_on=leave.to_on,
                           returned_on=returned_on, today=shanghai_day(now), note=note)
    if problem is not None:
        raise (Conflict if problem == "leave_step" else Unprocessable)(problem)
    if step == "approved" and not _may_approve(session, identity, leave, home):
        raise Forbidden("not_your_level")
    _take(session, leave, home, id=id, step=step, identity=identity, note=note, returned_on=returned_on,
          content_hash=content_hash, now=now)
    return leave_views(session, [leave])[0], True


def leave_by_id(session: Session, leave_id: UUID) -> Leave:
    leave = session.get(Leave, leave_id)
    if leave is None:
        raise NotFound()
    return leave


def list_leaves(session: Session, *, cadre_ids: Iterable[int], state: str | None, first: date | None,
                last: date | None) -> list[LeaveView]:
    """Leaves of cadres that touch a range of days, the latest first."""
    query = select(Leave).where(Leave.cadre_id.in_(sorted(set(cadre_ids))))
    if state:
        query = query.where(Leave.state == state)
    if first:
        query = query.where(Leave.to_on >= first)
    if last:
        query = query.where(Leave.from_on <= last)
    return leave_views(session, list(session.scalars(query.order_by(Leave.from_on.desc(), Leave.id).limit(500))))


def leave_views(session: Session, leaves: list[Leave]) -> list[LeaveView]:
    """Leaves with their steps and names, in a handful of queries whatever their number."""
    names = cadre_names(session, {leave.cadre_id for leave in leaves})
    steps: dict[UUID, list[dict]] = {}
    rows = session.execute(
        select(LeaveStep, User.name).join(User, User.id == LeaveStep.user_id)
        .where(LeaveStep.leave_id.in_({leave.id for leave in leaves})).order_by(LeaveStep.at, LeaveStep.id))
    for step, name in rows:
        steps.setdefault(step.leave_id, []).append(
            {"id": step.id, "step": step.step, "at": step.at, "by": {"id": step.user_id, "name": name},
             "note": step.note, "returned_on": step.returned_on})
    levels = approval_levels(session, leaves)
    return [LeaveView(leave, {"id": leave.cadre_id, "name": names[leave.cadre_id]}, _days(leave), levels[leave.id],
                      steps.get(leave.id, [])) for leave in leaves]


def _days(leave: Leave) -> int:
    return len(leave_days(from_on=leave.from_on, to_on=leave.to_on, returned_on=leave.returned_on))


def approval_levels(session: Session, leaves: list[Leave]) -> dict[UUID, str]:
    """Who may approve so many days, township or county, by the id of the leave."""
    book = policy_book(session, "leave_township_days")
    postings = postings_of(session, {leave.cadre_id for leave in leaves})
    homes = refs(session, [posting.village_id for posting in postings])
    levels = {}
    for leave in leaves:
        posting = _posting_for([row for row in postings if row.cadre_id == leave.cadre_id], leave.from_on)
        asked = (leave.to_on - leave.from_on).days + 1
        township_days = book.value("leave_township_days", homes[posting.village_id].path, leave.from_on) \
            if posting else asked
        levels[leave.id] = approval_level(days=asked, township_days=township_days)
    return levels


def _may_approve(session: Session, identity: Identity, leave: Leave, home: DivisionRef | None) -> bool:
    return home is not None and has_power(identity, home, approval_levels(session, [leave])[leave.id])


def has_power(identity: Identity, home: DivisionRef, level: str) -> bool:
    """Whether the user may approve leave at `level` (township or county) of cadres of a home village."""
    return any(grant.level != "village" and (level == "township" or grant.level != "township")
               for grant in identity.grants_over(home.path, "supervisor"))


def _take(session: Session, leave: Leave, home, *, id, step, identity, note, returned_on, content_hash, now) -> None:
    _add_step(session, leave, id=id, step=step, identity=identity, note=note, returned_on=returned_on,
              content_hash=content_hash, now=now)
    if step == "returned":
        leave.returned_on = returned_on
    else:
        leave.state = step
    leave.version += 1
    session.flush()
    kept_service.refresh(session, cadre_ids=[leave.cadre_id], first=leave.from_on, last=leave.to_on)
    _audit(session, leave, home, f"leave.{step}", identity=identity, now=now, note=note)


def _add_step(session: Session, leave: Leave, *, id, step, identity, note, returned_on, content_hash, now) -> None:
    # Later than the step before, so that the course of a leave always reads in the order in which it was taken.
    last = session.scalar(select(func.max(LeaveStep.at)).where(LeaveStep.leave_id == leave.id))
    at = now if last is None else max(now, last + timedelta(microseconds=1))
    added = session.execute(dialect_insert(session, LeaveStep).values(
        id=id, leave_id=leave.id, step=step, user_id=identity.user_id, at=at, note=note, returned_on=returned_on,
        content_hash=content_hash).on_conflict_do_nothing().returning(LeaveStep.id)).scalar()
    if added is None:
        raise IdReused()


def _audit(session: Session, leave: Leave, home: DivisionRef | None, action: str, *, identity, now, note) -> None:
    audit.append(session, chain=audit_chain(home) if home else audit.COUNTY_CHAIN, at=now, user_id=identity.user_id,
                 action=action, subject=f"leave:{leave.id}", details={"cadre": leave.cadre_id, "note": note})


def approval_id(id: UUID) -> UUID:
    """The id of the approval that goes with an entered leave: always the same for the same leave."""
    return UUID(int=id.int ^ 1)


def _home(session: Session, cadre_id: int, day: date) -> DivisionRef | None:
    return homes_of(session, [cadre_id], day).get(cadre_id)


def homes_of(session: Session, cadre_ids: Iterable[int], day: date) -> dict[int, DivisionRef]:
    """The home village that answers for each cadre's leave: of the posting on its first day, else of the nearest one.

    Who was never posted is not among them.
    """
    postings: dict[int, list[Posting]] = {}
    for posting in postings_of(session, cadre_ids):
        postings.setdefault(posting.cadre_id, []).append(posting)
    village_ids = {cadre_id: _posting_for(rows, day).village_id for cadre_id, rows in postings.items()}
    villages = refs(session, village_ids.values())
    return {cadre_id: villages[village_id] for cadre_id, village_id in village_ids.items()}


def _posting_for(postings: list[Posting], day: date) -> Posting | None:
    started = [posting for posting in postings if posting.from_on <= day]
    return started[-1] if started else (postings[0] if postings else None)
