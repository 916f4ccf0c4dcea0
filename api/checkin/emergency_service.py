"""Emergency duties: declared by the county for some divisions and a period, over by the clock or earlier with a reason.

No figure depends on a duty, and no job ends one: whether it runs is read from its instants.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, false, func, or_, select
from sqlalchemy.orm import Session

from api import audit
from api.auth import Grant, Identity
from api.checkin.emergency_models import EmergencyDuty, EmergencyDutyDivision
from api.checkin.emergency_rules import is_too_long, period_problem, state_of
from api.dates import shanghai_day
from api.db import dialect_insert
from api.errors import Conflict, Forbidden, IdReused, NotFound, Unprocessable
from api.postings.access_service import SEES_PRESENCE, visible_division
from api.postings.account_models import User
from api.postings.divisions_service import DivisionRef, below, division_by_code, is_valid_on, refs
from api.postings.models import Division, Posting, PostingVillage
from api.postings.policies_service import policy_book
from api.postings.roster_service import posted_between

# The law leaves it to an organ of a county or above; a township cannot make a check-in compulsory.
DECLARES_FROM = ("province", "prefecture", "county")
_END = func.coalesce(EmergencyDuty.ended_at, EmergencyDuty.until_at)


@dataclass(frozen=True)
class DutyView:
    """A duty as answers show it; `may_end`: the reader may end it now."""

    duty: EmergencyDuty
    divisions: list[DivisionRef]
    state: str
    declared_by: dict
    ended_by: dict | None
    may_end: bool

    def __getattr__(self, name: str):
        return getattr(self.duty, name)


def declare(session: Session, *, identity: Identity, id: UUID, kind: str, reason: str, division_codes: list[str],
            from_at: datetime, until_at: datetime, content_hash: bytes, now: datetime) -> tuple[DutyView, bool]:
    """Declare a duty, exactly once per id: (duty, True), or (the duty as it now stands, False) when it is sent again.

    Raises Forbidden (duty_by_county) for whoever is not a supervisor of a county or above, NotFound for a division out
    of reach, Unprocessable (duty_reversed, duty_over, duty_long_ago, duty_too_long), IdReused.
    """
    grants = _declaring(identity)
    if not grants:
        raise Forbidden("duty_by_county")
    duty = session.get(EmergencyDuty, id)
    created = duty is None
    if created:
        divisions = _chosen(session, grants, division_codes, today=shanghai_day(now))
        problem = period_problem(from_at=from_at, until_at=until_at, now=now)
        if problem is not None:
            raise Unprocessable(problem)
        most_days = longest_days(session, divisions, on=shanghai_day(from_at))
        if is_too_long(from_at=from_at, until_at=until_at, most_days=most_days):
            raise Unprocessable("duty_too_long", days=most_days)
        created = session.execute(
            dialect_insert(session, EmergencyDuty).values(
                id=id, kind=kind, reason=reason, from_at=from_at, until_at=until_at, declared_by_id=identity.user_id,
                declared_at=now, version=1, content_hash=content_hash)
            .on_conflict_do_nothing().returning(EmergencyDuty.id)).scalar() is not None
        duty = session.get(EmergencyDuty, id)
    if (duty.declared_by_id, duty.content_hash) != (identity.user_id, content_hash):
        raise IdReused()
    if created:
        session.add_all(EmergencyDutyDivision(duty_id=id, division_id=division.id) for division in divisions)
        _audit(session, duty, "emergency.declared", identity=identity, now=now, details={
            "kind": kind, "reason": reason, "divisions": [division.code for division in divisions],
            "from_at": from_at.isoformat(), "until_at": until_at.isoformat()})
        session.flush()
    return duty_views(session, [duty], identity=identity, now=now)[0], created


def end_early(session: Session, *, identity: Identity, duty: EmergencyDuty, ended_because: str,
              now: datetime) -> DutyView:
    """End a duty before its time, or call off one that has not begun; the caller has locked it and met its version.

    Raises Forbidden (duty_by_county) for whoever could not have declared it, Conflict (duty_is_over).
    """
    [view] = duty_views(session, [duty], identity=identity, now=now)
    if view.state == "over":
        raise Conflict("duty_is_over")
    if not view.may_end:
        raise Forbidden("duty_by_county")
    duty.ended_at, duty.ended_by_id, duty.ended_because = now, identity.user_id, ended_because
    duty.version += 1
    _audit(session, duty, "emergency.ended", identity=identity, now=now, details={"because": ended_because})
    session.flush()
    return duty_views(session, [duty], identity=identity, now=now)[0]


def visible_duty(session: Session, *, identity: Identity, duty_id: UUID, today: date, lock: bool = False
                 ) -> EmergencyDuty:
    """A duty that touches what the user sees, locked for an edit if asked; NotFound for all others."""
    if lock:
        session.get(EmergencyDuty, duty_id, with_for_update=True, populate_existing=True)
    duty = session.scalar(select(EmergencyDuty).where(EmergencyDuty.id == duty_id, _seen(session, identity, today)))
    if duty is None:
        raise NotFound()
    return duty


def list_duties(session: Session, *, identity: Identity, code: str | None, state: str | None, page: int,
                page_size: int, now: datetime) -> tuple[list[DutyView], int]:
    """The duties that touch what the user sees: those that run, those to come, those that are over; the latest first.

    Supervisors and village committees see those that touch their divisions, a cadre those of the posted villages.
    `code` narrows to those that touch a division; raises NotFound for one out of reach.
    """
    query = select(EmergencyDuty).where(_seen(session, identity, shanghai_day(now)))
    if code is not None:
        division = visible_division(session, identity=identity, code=code, roles=SEES_PRESENCE)
        query = query.where(_touches([division.path]))
    if state is not None:
        query = query.where(is_in_state(state, now))
    count = session.scalar(select(func.count()).select_from(query.subquery()))
    turn = case((is_in_state("running", now), 0), (is_in_state("coming", now), 1), else_=2)
    rows = session.scalars(query.order_by(turn, EmergencyDuty.from_at.desc(), EmergencyDuty.id)
                           .offset((page - 1) * page_size).limit(page_size))
    return duty_views(session, list(rows), identity=identity, now=now), count


def duties_of_cadre(session: Session, *, cadre_id: int, now: datetime) -> list[EmergencyDuty]:
    """The duties that hold for a village that a cadre is posted to today and are not over, the first to begin first."""
    paths = _posted_paths(session, cadre_id, shanghai_day(now))
    return list(session.scalars(select(EmergencyDuty).where(_END > now, _touches(paths))
                                .order_by(EmergencyDuty.from_at, EmergencyDuty.id)))


def is_in_state(state: str, now: datetime) -> ColumnElement[bool]:
    """The condition that a duty is running, coming or over at an instant; the same as the rule."""
    return {"running": and_(EmergencyDuty.from_at <= now, _END > now), "over": _END <= now,
            "coming": and_(EmergencyDuty.from_at > now, _END > now)}[state]


def duty_state(duty: EmergencyDuty, now: datetime) -> str:
    """Whether a duty is running, coming or over at an instant."""
    return state_of(from_at=duty.from_at, until_at=duty.until_at, ended_at=duty.ended_at, now=now)


def longest_days(session: Session, divisions: list[Division], *, on: date) -> int:
    """The most days that a duty for all of some divisions may last: the shortest of what holds for each."""
    book = policy_book(session, "emergency_most_days")
    return min(book.value("emergency_most_days", division.path, on) for division in divisions)


def duty_views(session: Session, duties: list[EmergencyDuty], *, identity: Identity, now: datetime
               ) -> list[DutyView]:
    """Duties as answers show them to a user, in three queries whatever their number."""
    held: dict[UUID, list[int]] = {}
    for row in session.execute(select(EmergencyDutyDivision.duty_id, EmergencyDutyDivision.division_id).where(
            EmergencyDutyDivision.duty_id.in_([duty.id for duty in duties]))):
        held.setdefault(row.duty_id, []).append(row.division_id)
    places = refs(session, [id for ids in held.values() for id in ids])
    users = {duty.declared_by_id for duty in duties} | {duty.ended_by_id for duty in duties}
    names = dict(session.execute(select(User.id, User.name).where(User.id.in_(users - {None}))).all())
    grants, views = _declaring(identity), []
    for duty in duties:
        divisions = sorted((places[id] for id in held[duty.id]), key=lambda place: place.code)
        state = duty_state(duty, now)
        people = [id and {"id": id, "name": names[id]} for id in (duty.declared_by_id, duty.ended_by_id)]
        may_end = state != "over" and all(_is_within(place.path, grants) for place in divisions)
        views.append(DutyView(duty, divisions, state, *people, may_end))
    return views


def most_days_of(session: Session, *, identity: Identity, code: str | None, today: date) -> int | None:
    """How long a duty declared today for a division may last; None for whoever may declare none there."""
    grants = _declaring(identity)
    division = session.get(Division, grants[0].division_id) if grants and code is None else None
    if grants and code is not None:
        division = division_by_code(session, code)
    if division is None or not _is_within(division.path, grants):
        return None
    return longest_days(session, [division], on=today)


def _declaring(identity: Identity) -> list[Grant]:
    return [grant for grant in identity.grants if grant.role == "supervisor" and grant.level in DECLARES_FROM]


def _is_within(path: str, grants: list[Grant]) -> bool:
    return any(path.startswith(grant.path) for grant in grants)


def _chosen(session: Session, grants: list[Grant], codes: list[str], *, today: date) -> list[Division]:
    """The divisions of some codes, each once, and none that lies within another one of them."""
    divisions = [division_by_code(session, code) for code in codes]
    for division in divisions:
        if not _is_within(division.path, grants) or not is_valid_on(division, today):
            raise NotFound("division_not_found", code=division.code)
    paths = {division.path for division in divisions}
    return [division for division in divisions
            if not any(division.path.startswith(path) and path != division.path for path in paths)]


def _seen(session: Session, identity: Identity, today: date) -> ColumnElement[bool]:
    paths = [grant.path for grant in identity.grants if grant.role in SEES_PRESENCE]
    if identity.cadre_id is not None and identity.has_role("cadre"):
        paths += _posted_paths(session, identity.cadre_id, today)
    return _touches(paths)


def _posted_paths(session: Session, cadre_id: int, day: date) -> list[str]:
    running = and_(Posting.cadre_id == cadre_id, posted_between(day, day))
    covered = select(Posting.village_id).where(running).union(
        select(PostingVillage.village_id).join(Posting, Posting.id == PostingVillage.posting_id).where(running))
    return list(session.scalars(select(Division.path).where(Division.id.in_(covered))))


def _touches(paths) -> ColumnElement[bool]:
    """The condition that a duty holds for a division at one of `paths`, above it or below it."""
    above = {int(id) for path in paths for id in path.strip("/").split("/")}
    held = select(EmergencyDutyDivision.duty_id).join(Division, Division.id == EmergencyDutyDivision.division_id)
    return EmergencyDuty.id.in_(held.where(or_(false(), Division.id.in_(above), *(below(path) for path in set(paths)))))


def _audit(session: Session, duty: EmergencyDuty, action: str, *, identity: Identity, now: datetime,
           details: dict) -> None:
    # In the county's own chain: the county declares it, whichever townships it holds for.
    audit.append(session, chain=audit.COUNTY_CHAIN, at=now, user_id=identity.user_id, action=action,
                 subject=f"emergency_duty:{duty.id}", details=details)
