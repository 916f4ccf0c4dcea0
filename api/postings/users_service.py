"""Users, grants and invitations as administrators and townships keep them."""

from datetime import date, datetime

import segno
from sqlalchemy import delete, exists, or_, select
from sqlalchemy.orm import Session

from api import audit
from api.auth import Identity
from api.dates import shanghai_day
from api.errors import Conflict, Forbidden, NotFound, Unprocessable
from api.postings.account_models import Grant, User, UserSession
from api.postings.accounts_service import create_user, give_grant, invite, user_by_name
from api.postings.divisions_service import below, division_by_code, division_by_id
from api.postings.me_service import held_grants, own_user
from api.postings.models import Cadre, Division, Posting

MOST_USERS = 500


def list_users(session: Session, *, identity: Identity, today: date) -> list[dict]:
    """Users with a grant within the administrator's divisions, and users without any; by name."""
    reach = or_(*(below(grant.path) for grant in identity.grants if grant.role == "admin"))
    held = exists().where(Grant.user_id == User.id)
    within = exists().where(Grant.user_id == User.id, Grant.division_id == Division.id, reach)
    users = list(session.scalars(select(User).where(or_(within, ~held)).order_by(User.username).limit(MOST_USERS)))
    grants = held_grants(session, user_ids=[user.id for user in users], today=today)
    return [user_view(user, grants.get(user.id, [])) for user in users]


def user_view(user: User, grants: list[dict]) -> dict:
    return {"id": user.id, "username": user.username, "name": user.name, "version": user.version,
            "has_password": user.password_hash is not None, "first_log_in_at": user.first_log_in_at,
            "disabled_at": user.disabled_at, "grants": grants}


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


def grant_by_id(session: Session, *, identity: Identity, grant_id: int) -> Grant:
    grant = session.get(Grant, grant_id)
    if grant is None or not identity.may(division_by_id(session, grant.division_id).path, "admin"):
        raise NotFound()
    return grant


def invite_user(session: Session, *, identity: Identity, user_id: int | None, cadre_id: int | None, origin: str,
                now: datetime) -> dict:
    """A one-time invitation as a link and a QR code.

    Administrators invite users of their divisions; supervisors invite the cadres posted below them, now or soon.
    Never more: who may invite a user can act as that user.
    """
    if cadre_id is not None:
        cadre = session.get(Cadre, cadre_id)
        if cadre is None:
            raise NotFound()
        user = own_user(session, cadre.user_id)
        homes = session.scalars(select(Division.path).join(Posting, Posting.village_id == Division.id)
                                .where(Posting.cadre_id == cadre_id, or_(
                                    Posting.to_on.is_(None), Posting.to_on >= shanghai_day(now)))).all()
        only_cadre = set(session.scalars(select(Grant.role).where(Grant.user_id == user.id))) <= {"cadre"}
        supervised = only_cadre and any(identity.may(path, "supervisor") for path in homes)
        if not supervised:
            user = managed_user(session, identity=identity, user_id=user.id) if identity.has_role("admin") else None
    else:
        user = managed_user(session, identity=identity, user_id=user_id) if identity.has_role("admin") else None
    if user is None:
        raise NotFound()
    token, expires_at = invite(session, user=user, made_by_id=identity.user_id, now=now)
    url = invitation_url(origin, token)
    return {"url": url, "qr_svg_data_uri": qr_data_uri(url), "expires_at": expires_at,
            "user": {"id": user.id, "name": user.name}}


def invitation_url(origin: str, token: str) -> str:
    """The link of an invitation; the token stands in the fragment, which no server ever logs."""
    return f"{origin}/#invite={token}"


def qr_data_uri(text: str) -> str:
    """A QR code as an SVG data URI."""
    return segno.make(text, error="m").svg_data_uri(scale=6, border=4)
