"""Takes a supervision notice one step further: who may, what is missing, its number, where it goes."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from api import audit
from api.auth import Identity
from api.checkin.presence_service import moment_of
from api.contracts.notice_models import NoticeNumber, NoticeStep, SupervisionNotice
from api.contracts.notices_rules import (
    Given,
    Matter,
    allowed_steps,
    course_problem,
    kept_parts,
    matter_after,
    parts_problem,
    standing_problem,
    with_deadline,
)
from api.contracts.notices_service import NoticeView, Standing, matter_of, notice_views, visible_notice
from api.dates import shanghai_day
from api.db import dialect_insert
from api.errors import Conflict, Forbidden, IdReused, Unprocessable
from api.photos import records_service
from api.postings.divisions_service import audit_chain, find_county, refs
from api.postings.policies_service import policy_book


def take_step(session: Session, *, identity: Identity, notice_id: UUID, id: UUID, step: str, note: str | None,
              new_due_on: date | None, signer: str | None, has_passed: bool | None, photos: Iterable[str],
              captured_at: datetime, elapsed_ms: int | None, county_code: str, content_hash: bytes, now: datetime
              ) -> tuple[NoticeView, bool]:
    """Take a step, exactly once per id; of two at once one wins and the other hears what is allowed now.

    Raises NotFound; Conflict (notice_step and the reasons of course_problem, with the allowed steps in `errors`);
    Forbidden (notice_held_elsewhere, own_record); Unprocessable (the reasons of parts_problem); IdReused.
    """
    standing = Standing(session, identity, today=shanghai_day(now))
    if _is_known(session, identity, notice_id=notice_id, id=id, content_hash=content_hash):
        # Whoever was posted elsewhere meanwhile is answered all the same: the step is kept.
        return notice_views(session, [session.get(SupervisionNotice, notice_id)], standing=standing)[0], False
    notice = visible_notice(session, standing=standing, notice_id=notice_id, lock=True)
    # What was in flight at once has been written while this one waited for the lock.
    if _is_known(session, identity, notice_id=notice_id, id=id, content_hash=content_hash):
        return notice_views(session, [notice], standing=standing)[0], False
    if session.get(NoticeStep, id) is not None:
        raise IdReused()
    places = refs(session, [notice.village_id, notice.issuer_id, notice.owner_id])
    village, owner = places[notice.village_id], places[notice.owner_id]
    taken = list(session.scalars(select(NoticeStep).where(NoticeStep.notice_id == notice_id)))
    standings = standing.towards(notice, village=village, issuer=places[notice.issuer_id], owner=owner, steps=taken)
    matter = matter_of(notice, owner=owner, most_reissues=policy_book(session, "notice_reissues").value(
        "notice_reissues", village.path, standing.today))
    at, day, _flags = moment_of(captured_at=captured_at, received_at=now, elapsed_ms=elapsed_ms,
                                first_log_in_at=identity.first_log_in_at)
    given = kept_parts(step, Given(note, new_due_on, signer, has_passed))
    _refuse(matter, step, standings, given, today=standing.today, on=day)
    after = matter_after(matter, step, given)
    _move_on(session, notice, after, step, county_code=county_code, now=now)
    add_step(session, notice, id=id, number=len(taken) + 1, step=step, identity=identity, at=at, received_at=now,
             given=with_deadline(step, given, after), photos=photos, content_hash=content_hash)
    view = notice_views(session, [notice], standing=standing)[0]
    # Until it is issued it is its issuer's alone: those who read the township's log hear of it no sooner.
    chain = audit_chain(village if notice.issued_at is not None else places[notice.issuer_id])
    audit.append(session, chain=chain, at=now, user_id=identity.user_id, action=f"supervision.{step}",
                 subject=f"notice:{notice.id}",
                 details={"village": village.code, "label": view.label, "due_on": notice.due_on.isoformat()})
    return view, True


def add_step(session: Session, notice: SupervisionNotice, *, id: UUID, number: int, step: str, identity: Identity,
             at: datetime, received_at: datetime, content_hash: bytes, given: Given,
             photos: Iterable[str] = ()) -> None:
    """Write one step of a course with its photos; IdReused where its id belongs to another."""
    added = session.execute(dialect_insert(session, NoticeStep).values(
        id=id, notice_id=notice.id, number=number, step=step, user_id=identity.user_id, at=at, received_at=received_at,
        note=given.note, new_due_on=given.new_due_on, signer=given.signer, has_passed=given.has_passed,
        content_hash=content_hash,
    ).on_conflict_do_nothing().returning(NoticeStep.id)).scalar()
    if added is None:
        raise IdReused()
    records_service.attach(session, kind="notice_step", record_id=id, hashes=list(photos), now=received_at)


def _is_known(session: Session, identity: Identity, *, notice_id: UUID, id: UUID, content_hash: bytes) -> bool:
    """Whether the user has taken this very step already."""
    held = session.get(NoticeStep, id)
    return held is not None and (held.notice_id, held.user_id, held.content_hash) == (
        notice_id, identity.user_id, content_hash)


def _refuse(matter: Matter, step: str, standings: set[str], given: Given, *, today: date, on: date) -> None:
    problem = course_problem(matter, step, today=today, on=on)
    if problem is not None:
        raise Conflict(problem, errors={"allowed": allowed_steps(matter, standings, today=today)})
    problem = standing_problem(step, standings)
    if problem is not None:
        raise Forbidden(problem)
    problem = parts_problem(matter, step, standings, given, today=today)
    if problem is not None:
        raise Unprocessable(problem)


def _move_on(session: Session, notice: SupervisionNotice, after: Matter, step: str, *, county_code: str, now: datetime
             ) -> None:
    for name in ("state", "due_on", "asked_due_on", "has_passed", "reissues"):
        setattr(notice, name, getattr(after, name))
    if step == "issued":
        notice.issued_at, notice.year = now, shanghai_day(now).year
        notice.number = _next_number(session, division_id=notice.issuer_id, year=notice.year)
    if step == "escalated":
        notice.owner_id = find_county(session, county_code).id
    if step == "struck_off":
        notice.struck_off_on = shanghai_day(now)
    notice.changed_at, notice.version = now, notice.version + 1


def _next_number(session: Session, *, division_id: int, year: int) -> int:
    """The next number of a township's year. Whoever comes second waits here until the first has committed: no gaps."""
    session.execute(dialect_insert(session, NoticeNumber).values(division_id=division_id, year=year, last=0)
                    .on_conflict_do_nothing())
    return session.scalar(
        update(NoticeNumber).where(NoticeNumber.division_id == division_id, NoticeNumber.year == year)
        .values(last=NoticeNumber.last + 1).returning(NoticeNumber.last)
        .execution_options(synchronize_session=False))
