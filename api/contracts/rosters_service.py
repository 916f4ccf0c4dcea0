"""Who of a township accepts (考核办, A1.10 to A1.12): the roster is published, and changed only with an approval."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from api import audit
from api.auth import Identity
from api.contracts.acceptance_models import Assessor, AssessorRoster
from api.contracts.acceptance_rules import LEAST_ASSESSORS
from api.contracts.roster_rules import POSTS, addition_problem, change_problem, is_current, publication_problem
from api.db import dialect_insert
from api.diary.standing_service import VillageStanding
from api.errors import Conflict, NotFound, Unprocessable
from api.postings.account_models import Grant, User
from api.postings.divisions_service import DivisionRef, audit_chain, below, division_by_code
from api.postings.models import Division


@dataclass(frozen=True)
class RosterView:
    """A township's roster with its people, and how many villages there are for each of them today."""

    township: DivisionRef
    hotline: str | None
    published_on: date | None
    assessors: list[dict]
    load: dict
    version: int


def visible_township(session: Session, *, standing: VillageStanding, code: str) -> Division:
    """A township whose roster the user may see: from above, or from a village of it once it is published."""
    township = division_by_code(session, code)
    if township.level != "township":
        raise NotFound("division_not_found", code=code)
    if not standing.is_above(township):
        roster = session.get(AssessorRoster, township.id)
        of_it = session.scalar(select(Division.id).where(
            below(township.path), Division.level == "village", standing.seen()).limit(1))
        if of_it is None or roster is None or roster.published_on is None:
            raise NotFound("division_not_found", code=code)
    return township


def roster_to_change(session: Session, *, identity: Identity, code: str) -> tuple[Division, AssessorRoster]:
    """A township below the own division and its roster, begun where there is none, locked; NotFound for others."""
    township = division_by_code(session, code)
    if township.level != "township" or not identity.may(township.path, "supervisor"):
        raise NotFound("division_not_found", code=code)
    session.execute(dialect_insert(session, AssessorRoster).values(
        township_id=township.id, version=1).on_conflict_do_nothing())
    return township, session.get(AssessorRoster, township.id, with_for_update=True, populate_existing=True)


def change_roster(session: Session, *, identity: Identity, township: Division, roster: AssessorRoster, changes: dict,
                  today: date, now: datetime) -> None:
    """Write the hotline, or publish the roster; what is published stays so. Raises Conflict (roster_incomplete)."""
    if changes.get("is_published") and roster.published_on is None:
        current = [one for one in _assessors(session, township.id) if is_current(one.from_on, one.to_on, today)]
        problem = publication_problem([one.post for one in current], least=LEAST_ASSESSORS)
        if problem is not None:
            raise Conflict(problem)
        roster.published_on, roster.published_by_id = today, identity.user_id
        _audit(session, township, "assessor.published", identity=identity, now=now,
               details={"assessors": [one.name for one in current]})
    if "hotline" in changes and changes["hotline"] != roster.hotline:
        _audit(session, township, "assessor.hotline", identity=identity, now=now,
               details={"from": {"hotline": roster.hotline}, "to": {"hotline": changes["hotline"]}})
        roster.hotline = changes["hotline"]
    roster.version += 1
    session.flush()


def add_assessor(session: Session, *, identity: Identity, township: Division, roster: AssessorRoster, name: str,
                 post: str, unit: str | None, from_on: date, to_on: date | None, user_id: int | None,
                 added_approval: str | None, now: datetime) -> None:
    """Put a person on a roster, once it is published with the approval alone.

    Raises Conflict (assessor_exists, approval_missing), Unprocessable (period_reversed, assessor_user).
    """
    if to_on is not None and to_on < from_on:
        raise Unprocessable("period_reversed")
    problem = addition_problem(is_published=roster.published_on is not None, approval=added_approval)
    if problem is not None:
        raise Conflict(problem)
    if session.scalar(select(Assessor.id).where(Assessor.township_id == township.id, Assessor.name == name,
                                                Assessor.to_on.is_(None)).limit(1)) is not None:
        raise Conflict("assessor_exists")
    _check_user(session, township, user_id)
    assessor = Assessor(township_id=township.id, user_id=user_id, name=name, post=post, unit=unit, from_on=from_on,
                        to_on=to_on, added_approval=added_approval, version=1)
    session.add(assessor)
    roster.version += 1
    session.flush()
    _audit(session, township, "assessor.added", identity=identity, now=now, details={
        "name": name, "post": post, "from_on": from_on.isoformat(),
        "approval": added_approval})


def assessor_to_change(session: Session, *, township: Division, assessor_id: int) -> Assessor:
    """A person of a roster, locked; NotFound for one of another."""
    assessor = session.get(Assessor, assessor_id, with_for_update=True, populate_existing=True)
    if assessor is None or assessor.township_id != township.id:
        raise NotFound()
    return assessor


def change_assessor(session: Session, *, identity: Identity, township: Division, roster: AssessorRoster,
                    assessor: Assessor, changes: dict, now: datetime) -> None:
    """Change a person's line: anything while the roster is not published, afterwards the last day with its approval.

    Raises Conflict (approval_missing, roster_locked), Unprocessable (period_reversed, assessor_user).
    """
    changed = {name: value for name, value in changes.items() if value != getattr(assessor, name)}
    approval = changes.get("ended_approval", assessor.ended_approval)
    problem = change_problem(is_published=roster.published_on is not None, changed=changed, approval=approval)
    if problem is not None:
        raise Conflict(problem)
    from_on, to_on = changed.get("from_on", assessor.from_on), changed.get("to_on", assessor.to_on)
    if to_on is not None and to_on < from_on:
        raise Unprocessable("period_reversed")
    if "user_id" in changed:
        _check_user(session, township, changed["user_id"])
    before = {name: _plain(getattr(assessor, name)) for name in changed}
    for name, value in changed.items():
        setattr(assessor, name, value)
    assessor.version, roster.version = assessor.version + 1, roster.version + 1
    session.flush()
    _audit(session, township, "assessor.changed", identity=identity, now=now, details={
        "name": assessor.name, "from": before, "to": {name: _plain(value) for name, value in changed.items()}})


def roster_view(session: Session, township: Division, *, today: date, is_above: bool) -> RosterView:
    """A roster as answers show it: a director before deputies before members; approvals and log-ins for those above."""
    roster = session.get(AssessorRoster, township.id)
    people = _assessors(session, township.id)
    users = dict(session.execute(select(User.id, User.name).where(
        User.id.in_([one.user_id for one in people if one.user_id is not None]))).all())
    assessors = [{
        "id": one.id, "name": one.name, "post": one.post, "unit": one.unit, "from_on": one.from_on,
        "to_on": one.to_on, "is_current": is_current(one.from_on, one.to_on, today),
        "user": {"id": one.user_id, "name": users[one.user_id]} if is_above and one.user_id is not None else None,
        "added_approval": one.added_approval if is_above else None,
        "ended_approval": one.ended_approval if is_above else None, "version": one.version} for one in people]
    villages = session.scalar(select(func.count()).select_from(Division).where(
        below(township.path), Division.level == "village", Division.valid_to.is_(None)))
    current = sum(one["is_current"] for one in assessors)
    return RosterView(
        DivisionRef.of(township), roster and roster.hotline, roster and roster.published_on, assessors,
        {"villages": villages, "assessors": current, "villages_each": villages / current if current else None},
        roster.version if roster else 1)


def assessors_on(session: Session, *, township_id: int, day: date, ids: Iterable[int]) -> list[Assessor]:
    """People of a township's published roster on a day, by their ids, in the order of the roster.

    Raises Conflict (roster_unpublished), Unprocessable (assessor_unknown).
    """
    roster = session.get(AssessorRoster, township_id)
    if roster is None or roster.published_on is None or roster.published_on > day:
        raise Conflict("roster_unpublished")
    wanted = set(ids)
    found = [one for one in _assessors(session, township_id)
             if one.id in wanted and is_current(one.from_on, one.to_on, day)]
    if len(found) != len(wanted):
        raise Unprocessable("assessor_unknown")
    return found


def _assessors(session: Session, township_id: int) -> list[Assessor]:
    places = case({post: place for place, post in enumerate(POSTS)}, value=Assessor.post)
    return list(session.scalars(select(Assessor).where(Assessor.township_id == township_id)
                                .order_by(places, Assessor.from_on, Assessor.id)))


def _check_user(session: Session, township: Division, user_id: int | None) -> None:
    """A log-in that a roster names belongs to somebody with a part in the township or above it."""
    if user_id is None:
        return
    paths = session.scalars(select(Division.path).join(Grant, Grant.division_id == Division.id).where(
        Grant.user_id == user_id))
    if not any(township.path.startswith(path) or path.startswith(township.path) for path in paths):
        raise Unprocessable("assessor_user")


def _audit(session: Session, township: Division, action: str, *, identity: Identity, now: datetime, details: dict
           ) -> None:
    audit.append(session, chain=audit_chain(township), at=now, user_id=identity.user_id, action=action,
                 subject=f"division:{township.code}", details=details)


def _plain(value):
    return value.isoformat() if isinstance(value, date) else value
