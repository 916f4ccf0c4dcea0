"""Users, their grants and their log-ins as administrators keep them."""

from datetime import date, datetime

from sqlalchemy import and_, delete, exists, func, or_, select
from sqlalchemy.orm import Session

from api import audit
from api.auth import Identity
from api.dates import shanghai_day
from api.errors import Conflict, Forbidden, NotFound, Unprocessable
from api.postings.account_models import Grant, User, UserSession
from api.postings.accounts_service import create_user, end_session, give_grant, sessions_of, user_by_name
from api.postings.divisions_service import below, division_by_code, division_by_id
from api.postings.me_service import held_grants, own_user
from api.postings.models import Cadre, Division


def list_users(session: Session, *, identity: Identity, query: str | None, page: int, page_size: int,
               today: date) -> tuple[list[dict], int]:
    """Users with a grant within the administrator's divisions, and users without any, by user name: (a page, how many).

    `query`: part of a name or a user name, taken literally.
    """
    reach = or_(*(below(grant.path) for grant in identity.grants if grant.role == "admin"))
    held = exists().where(Grant.user_id == User.id)
    within = exists().where(Grant.user_id == User.id, Grant.division_id == Division.id, reach)
    wanted = or_(within, ~held)
    if query:
        wanted = and_(wanted, or_(User.name.contains(query, autoescape=True),
                                  User.username.contains(query.lower(), autoescape=True)))
    count = session.scalar(select(func.count()).select_from(User).where(wanted))
    users = list(session.scalars(select(User).where(wanted).order_by(User.username)
                                 .offset((page - 1) * page_size).limit(page_size)))
    return user_views(session, users, today=today), count


def user_views(session: Session, users: list[User], *, today: date) -> list[dict]:
    """Users with today's grants, and the cadre that each is, if any."""
    ids = [user.id for user in users]
    grants = held_grants(session, user_ids=ids, today=today)
    cadres = dict(session.execute(select(Cadre.user_id, Cadre.id).where(Cadre.user_id.in_(ids))).all())
    return [_view(user, grants.get(user.id, []), cadres.get(user.id)) for user in users]


def _view(user: User, grants: list[dict], cadre_id: int | None) -> dict:
    return {"id": user.id, "username": user.username, "name": user.name, "version": user.version,
            "has_password": user.password_hash is not None, "first_log_in_at": user.first_log_in_at,
            "disabled_at": user.disabled_at, "grants": grants,
            "cadre": cadre_id and {"id": cadre_id, "name": user.name}}


def add_user(session: Session, *, identity: Identity, username: str, name: str, now: datetime) -> User:
    """A new user without any right; Conflict (username_taken)."""
    if user_by_name(session, username) is not None:
        raise Conflict("username_taken")
    user = create_user(session, username=username, name=name, now=now)
    audit.append(session, chain=audit.COUNTY_CHAIN, at=now, user_id=identity.user_id, action="user.created",
                 subject=f"user:{user.id}", details={"username": username})
    return user


def managed_user(session: Session, *, identity: Identity, user_id: int) -> User:
    """A user whom the administrator may change: every grant lies within the administrator's divisions."""
    user = own_user(session, user_id)
    paths = session.scalars(select(Division.path).join(Grant, Grant.division_id == Division.id)
                            .where(Grant.user_id == user_id)).all()
    if not all(identity.may(path, "admin") for path in paths):
        raise NotFound()
    return user


def change_user(session: Session, *, identity: Identity, user: User, name: str | None, disabled: bool | None,
                now: datetime) -> User:
    """Rename, disable (every log-in ends at once) or enable a user. Nobody disables oneself."""
    if name is not None:
        user.name = name
    if disabled is not None:
        if user.id == identity.user_id:
            raise Forbidden("own_record")
        user.disabled_at = now if disabled else None
        if disabled:
            session.execute(delete(UserSession).where(UserSession.user_id == user.id))
    user.version += 1
    session.flush()
    audit.append(session, chain=audit.COUNTY_CHAIN, at=now, user_id=identity.user_id, action="user.changed",
                 subject=f"user:{user.id}", details={"name": name, "disabled": disabled})
    return user


def grant_role(session: Session, *, identity: Identity, user_id: int, role: str, division_code: str, from_on: date,
               to_on: date | None, now: datetime) -> Grant:
    """Give a role within the administrator's own divisions; nobody gives oneself one."""
    if to_on is not None and to_on < from_on:
        raise Unprocessable("period_reversed")
    division = division_by_code(session, division_code)
    if not identity.may(division.path, "admin"):
        raise NotFound("division_not_found", code=division_code)
    if user_id == identity.user_id:
        raise Forbidden("own_record")
    return give_grant(session, user=managed_user(session, identity=identity, user_id=user_id), role=role,
                      division=division, from_on=from_on, to_on=to_on, by_id=identity.user_id, now=now)


def end_grant(session: Session, *, identity: Identity, grant_id: int, to_on: date | None, now: datetime) -> Grant:
    """Set the last day of a grant; grants are never deleted, so that an old decision can still be explained.

    Nobody prolongs or ends an own one.
    """
    grant = grant_by_id(session, identity=identity, grant_id=grant_id)
    if grant.user_id == identity.user_id:
        raise Forbidden("own_record")
    division = division_by_id(session, grant.division_id)
    if to_on is not None and to_on < grant.from_on:
        raise Unprocessable("period_reversed")
    grant.to_on = to_on
    grant.version += 1
    session.flush()
    audit.append(session, chain=division.township_id or audit.COUNTY_CHAIN, at=now, user_id=identity.user_id,
                 action="grant.changed", subject=f"user:{grant.user_id}",
                 details={"role": grant.role, "division": division.code, "to_on": to_on and to_on.isoformat()})
    return grant


def grants_of_user(session: Session, *, identity: Identity, user_id: int) -> list[Grant]:
    """Every grant of a user within the administrator's divisions, past and coming ones too, by their first day.

    NotFound for a user whose grants all lie elsewhere.
    """
    own_user(session, user_id)
    held = list(session.execute(select(Grant, Division.path).join(Division, Division.id == Grant.division_id)
                                .where(Grant.user_id == user_id).order_by(Grant.from_on, Grant.id)))
    within = [grant for grant, path in held if identity.may(path, "admin")]
    if held and not within:
        raise NotFound()
    return within


def withdraw_grant(session: Session, *, identity: Identity, grant: Grant, now: datetime) -> None:
    """Take back a grant that has not begun: nothing was decided under it yet. Conflict (grant_begun) from then on."""
    if grant.user_id == identity.user_id:
        raise Forbidden("own_record")
    if grant.from_on <= shanghai_day(now):
        raise Conflict("grant_begun")
    division = division_by_id(session, grant.division_id)
    session.delete(grant)
    session.flush()
    audit.append(session, chain=division.township_id or audit.COUNTY_CHAIN, at=now, user_id=identity.user_id,
                 action="grant.withdrawn", subject=f"user:{grant.user_id}",
                 details={"role": grant.role, "division": division.code, "from_on": grant.from_on.isoformat()})


def grant_by_id(session: Session, *, identity: Identity, grant_id: int) -> Grant:
    grant = session.get(Grant, grant_id)
    if grant is None or not identity.may(division_by_id(session, grant.division_id).path, "admin"):
        raise NotFound()
    return grant


def sessions_of_user(session: Session, *, identity: Identity, user_id: int, now: datetime) -> list[UserSession]:
    """The log-ins of a user whom the administrator may change."""
    return sessions_of(session, user_id=managed_user(session, identity=identity, user_id=user_id).id, now=now)


def revoke_session(session: Session, *, identity: Identity, user_id: int, session_id: int, now: datetime) -> None:
    """End a log-in of somebody else at once: a lost phone, a desk left open."""
    user = managed_user(session, identity=identity, user_id=user_id)
    end_session(session, session_id=session_id, user_id=user.id)
    audit.append(session, chain=audit.COUNTY_CHAIN, at=now, user_id=identity.user_id, action="session.revoked",
                 subject=f"user:{user.id}", details={"session": session_id})
