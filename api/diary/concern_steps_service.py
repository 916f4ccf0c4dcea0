"""Takes a concern one step further: who may, what is missing, where it goes, what that does to its deadline."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api import audit
from api.auth import Identity
from api.checkin.presence_service import moment_of
from api.dates import shanghai_day
from api.diary.concerns_rules import (
    DONE,
    GIVES_TO_VILLAGE,
    OVER,
    UNDONE,
    allowed_steps,
    escalation_problem,
    state_after,
    step_problem,
    steps_on_the_way,
)
from api.diary.concerns_service import ConcernView, Standing, add_step, concern_views, visible_concern
from api.diary.models import Concern, ConcernStep
from api.errors import Conflict, Forbidden, IdReused, Unprocessable
from api.postings.divisions_service import DivisionRef, audit_chain, division_by_code, find_county, refs


def take_step(session: Session, *, identity: Identity, concern_id: UUID, id: UUID, step: str, note: str | None,
              to_division_code: str | None, into_id: UUID | None, photos: Iterable[str], captured_at: datetime,
              elapsed_ms: int | None, county_code: str, content_hash: bytes, now: datetime
              ) -> tuple[ConcernView, bool]:
    """Take a step, with those that lie on the way to it; exactly once per id.

    Raises NotFound, Conflict (concern_step, with the steps that are allowed, and merge_over), Forbidden
    (concern_held_elsewhere), Unprocessable (concern_note_missing, concern_division_missing,
    concern_division_not_above, concern_into_missing, merge_elsewhere), IdReused.
    """
    standing = Standing(session, identity, today=shanghai_day(now))
    if _is_known(session, identity, concern_id=concern_id, id=id, content_hash=content_hash):
        # Who sent a concern on may not see it any more, and is answered all the same: the step is kept.
        return concern_views(session, [session.get(Concern, concern_id)], standing=standing)[0], False
    concern = visible_concern(session, standing=standing, concern_id=concern_id, lock=True)
    # What was in flight at once has been written while this one waited for the lock.
    if _is_known(session, identity, concern_id=concern_id, id=id, content_hash=content_hash):
        return concern_views(session, [concern], standing=standing)[0], False
    if session.get(ConcernStep, id) is not None:
        raise IdReused()
    places = refs(session, [concern.village_id, concern.owner_id])
    village, owner = places[concern.village_id], places[concern.owner_id]
    _refuse(concern, step, standing.towards(village=village, owner=owner), note=note,
            has_division=to_division_code is not None, has_concern=into_id is not None)
    at, day, _flags = moment_of(captured_at=captured_at, received_at=now, elapsed_ms=elapsed_ms,
                                first_log_in_at=identity.first_log_in_at)
    to_division = target = None
    if step == "escalated":
        county = find_county(session, county_code)
        to_division = _escalated_to(session, concern, village, owner, code=to_division_code, county=county)
    if step == "merged":
        target = _merged_into(session, concern, into_id, standing=standing, now=now)
    number = _last_number(session, concern)
    for before in steps_on_the_way(concern.state, step):
        number += 1
        add_step(session, concern, id=uuid5(id, before), number=number, step=before, identity=identity, at=at,
                 received_at=now, content_hash=content_hash)
    add_step(session, concern, id=id, number=number + 1, step=step, identity=identity, at=at, received_at=now,
             note=note, to_division_id=to_division and to_division.id, into_id=target and target.id, photos=photos,
             content_hash=content_hash)
    concern.state, concern.changed_at, concern.version = state_after(step), now, concern.version + 1
    if step in GIVES_TO_VILLAGE:
        concern.is_given_to_village = True
    if step == "in_village":
        concern.owner_id = concern.village_id
    if to_division is not None:
        concern.owner_id = to_division.id
    concern.merged_into_id = target and target.id
    if concern.state in UNDONE:
        concern.done_on = None
    elif concern.state in DONE and concern.done_on is None:
        concern.done_on = max(day, concern.raised_on)
    audit.append(session, chain=audit_chain(village), at=now, user_id=identity.user_id, action=f"concern.{step}",
                 subject=f"concern:{concern.id}",
                 details={"village": village.code, "to_division": to_division and to_division.code,
                          "into": target and str(target.id)})
    return concern_views(session, [concern], standing=standing)[0], True


def _is_known(session: Session, identity: Identity, *, concern_id: UUID, id: UUID, content_hash: bytes) -> bool:
    """Whether the user has taken this very step already."""
    held = session.get(ConcernStep, id)
    return held is not None and (held.concern_id, held.user_id, held.content_hash) == (
        concern_id, identity.user_id, content_hash)


def _refuse(concern: Concern, step: str, standings: set[str], *, note: str | None, has_division: bool,
            has_concern: bool) -> None:
    problem = step_problem(state=concern.state, step=step, standings=standings, note=note, has_division=has_division,
                           has_concern=has_concern)
    if problem == "concern_step":
        allowed = ", ".join(allowed_steps(concern.state, standings))
        raise Conflict(problem, errors={"step": [f"Must be one of: {allowed}."]} if allowed else None)
    if problem == "concern_held_elsewhere":
        raise Forbidden(problem)
    if problem is not None:
        raise Unprocessable(problem)


def _escalated_to(session: Session, concern: Concern, village: DivisionRef, owner: DivisionRef, *, code: str,
                  county) -> DivisionRef:
    division = DivisionRef.of(division_by_code(session, code))
    problem = escalation_problem(village_path=village.path, owner_path=owner.path, to_path=division.path,
                                 county_path=county.path if county else "/", state=concern.state)
    if problem is not None:
        raise Unprocessable(problem)
    return division


def _merged_into(session: Session, concern: Concern, into_id: UUID, *, standing: Standing, now: datetime) -> Concern:
    """The concern that stays, with the earlier deadline of the two: somebody has been waiting since then."""
    target = visible_concern(session, standing=standing, concern_id=into_id, lock=True)
    if target.id == concern.id or target.village_id != concern.village_id:
        raise Unprocessable("merge_elsewhere")
    if target.state in OVER:
        raise Conflict("merge_over")
    target.due_on = min(target.due_on, concern.due_on)
    target.changed_at, target.version = now, target.version + 1
    return target


def _last_number(session: Session, concern: Concern) -> int:
    return session.scalar(select(func.max(ConcernStep.number)).where(ConcernStep.concern_id == concern.id))
