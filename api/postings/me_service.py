"""What the logged-in user sees and sets of oneself."""

from datetime import date, datetime

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from api import audit
from api.errors import NotFound
from api.postings.account_models import Grant, User, UserSession
from api.postings.accounts_service import hash_password
from api.postings.divisions_service import find_county, refs
from api.postings.models import Cadre
from api.postings.roster_service import posting_on, posting_views


def own_user(session: Session, user_id: int) -> User:
    user = session.get(User, user_id)
    if user is None:
        raise NotFound()
    return user


def describe(session: Session, *, user_id: int, county_code: str, now: datetime, today: date) -> dict:
    """The user, the grants that hold today, and the cadre with today's posting."""
    user = own_user(session, user_id)
    cadre = session.scalar(select(Cadre).where(Cadre.user_id == user_id))
    posting = posting_on(session, cadre_id=cadre.id, day=today) if cadre else None
    county = find_county(session, county_code)
    return {
        "id": user.id, "username": user.username, "name": user.name, "language": user.language,
        "version": user.version, "has_password": user.password_hash is not None, "today": today, "server_time": now,
        "home": "/phone/" if cadre else "/dashboard/", "county": county,
        "grants": held_grants(session, user_ids=[user_id], today=today).get(user_id, []),
        "cadre": cadre and {"id": cadre.id, "name": user.name, "rank": cadre.rank, "cadre_role": cadre.cadre_role,
                            "sending_unit": cadre.sending_unit,
                            "posting": posting_views(session, [posting])[0] if posting else None},
    }


def held_grants(session: Session, *, user_ids: list[int], today: date) -> dict[int, list[dict]]:
    """The grants of users that hold today, by user."""
    rows = list(session.scalars(
        select(Grant).where(Grant.user_id.in_(user_ids), Grant.from_on <= today,
                            or_(Grant.to_on.is_(None), Grant.to_on >= today)).order_by(Grant.id)))
    divisions = refs(session, [grant.division_id for grant in rows])
    found: dict[int, list[dict]] = {}
    for grant in rows:
        found.setdefault(grant.user_id, []).append(
            {"id": grant.id, "role": grant.role, "division": divisions[grant.division_id], "from_on": grant.from_on,
             "to_on": grant.to_on})
    return found


def set_language(session: Session, *, user: User, language: str) -> None:
    user.language = language
    user.version += 1
    session.flush()


def set_password(session: Session, *, user: User, password: str, keep_session_id: int | None, now: datetime) -> None:
    """Set a password and end every other log-in of the user."""
    user.password_hash = hash_password(password)
    user.version += 1
    session.execute(delete(UserSession).where(UserSession.user_id == user.id, UserSession.id != (keep_session_id or 0)))
    session.flush()
    audit.append(session, chain=audit.COUNTY_CHAIN, at=now, user_id=user.id, action="password.set",
                 subject=f"user:{user.id}")
