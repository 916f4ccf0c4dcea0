"""What the logged-in user sees and sets of oneself."""

from datetime import date, datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from api import audit
from api.errors import NotFound
from api.postings.account_models import Grant, User, UserSession
from api.postings.accounts_service import hash_password
from api.postings.consent_service import consent_view
from api.postings.divisions_service import find_county, refs
from api.postings.models import Cadre
from api.postings.roster_service import posting_on, posting_views

# So long after an invitation a new password may take the place of a forgotten one.
FORGOT = timedelta(hours=1)


def own_user(session: Session, user_id: int) -> User:
    user = session.get(User, user_id)
    if user is None:
        raise NotFound()
    return user


def describe(session: Session, *, user_id: int, county_code: str, host: str, hotline: str, now: datetime,
             today: date) -> dict:
    """The user, the grants that hold today, and the cadre with today's posting.

    `host` and `hotline` are of the unit that answers for the data, "" where nobody has said so.
    """
    user = own_user(session, user_id)
    cadre = session.scalar(select(Cadre).where(Cadre.user_id == user_id))
    posting = posting_on(session, cadre_id=cadre.id, day=today) if cadre else None
    county = find_county(session, county_code)
    grants = held_grants(session, user_ids=[user_id], today=today).get(user_id, [])
    return {
        "id": user.id, "username": user.username, "name": user.name, "language": user.language,
        "version": user.version, "has_password": user.password_hash is not None, "today": today, "server_time": now,
        "home": _home(is_cadre=cadre is not None, roles={grant["role"] for grant in grants}), "county": county,
        "grants": grants,
        "cadre": cadre and {"id": cadre.id, "name": user.name, "rank": cadre.rank, "cadre_role": cadre.cadre_role,
                            "sending_unit": cadre.sending_unit,
                            "posting": posting_views(session, [posting])[0] if posting else None},
        **consent_view(session, user=user, village_id=posting and posting.village_id, county_code=county_code,
                       host=host, hotline=hotline, today=today),
    }


def _home(*, is_cadre: bool, roles: set[str]) -> str:
    """The page of what a user does most: a committee's user without another role works on the village's page."""
    if is_cadre:
        return "/phone/"
    if roles == {"village"}:
        return "/village/"
    return "/admin/" if roles and roles <= {"admin", "auditor"} else "/dashboard/"


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


def opened_by_invitation(session: Session, *, session_id: int | None, now: datetime) -> bool:
    """Whether a log-in was just opened by an invitation, which is what one gets who has forgotten the password.

    Only for an hour: later the phone may be in somebody else's hand.
    """
    return session.scalar(select(UserSession.id).where(
        UserSession.id == session_id, UserSession.by_invitation, UserSession.created_at > now - FORGOT)) is not None


def set_password(session: Session, *, user: User, password: str, keep_session_id: int | None, now: datetime) -> None:
    """Set a password and end every other log-in of the user; an invitation replaces a forgotten one only once."""
    user.password_hash = hash_password(password)
    user.version += 1
    session.execute(delete(UserSession).where(UserSession.user_id == user.id, UserSession.id != (keep_session_id or 0)))
    session.execute(update(UserSession).where(UserSession.user_id == user.id).values(by_invitation=False)
                    .execution_options(synchronize_session=False))
    session.flush()
    audit.append(session, chain=audit.COUNTY_CHAIN, at=now, user_id=user.id, action="password.set",
                 subject=f"user:{user.id}")
