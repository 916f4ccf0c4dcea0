"""Users, grants, log-ins and invitations."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import Date, LargeBinary, Row, and_, bindparam, case, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from api import audit
from api.auth import Grant as HeldGrant
from api.auth import Identity, new_token, token_hash
from api.dates import shanghai_day
from api.db import UtcDateTime
from api.errors import NotFound, Unauthorised
from api.postings.account_models import Grant, Invitation, User, UserSession
from api.postings.limits_service import limit_key
from api.postings.models import Cadre, Division, Posting

# A phone in the hills must not ask its cadre to log in every week; a desk that others may use must.
CADRE_SESSION = timedelta(days=90)
DESK_SESSION = timedelta(hours=12)
# A phone's log-in is kept alive by at most one write a day, a desk's by at most one in some minutes.
SLIDE_AFTER = timedelta(days=1)
TOUCH_AFTER = timedelta(minutes=4)
# Who sees other people's records, so that a desk left alone must not stay open.
DESK_ROLES = ("supervisor", "discipline", "admin", "auditor")
INVITATION_DAYS = 14
# What a window holds: one person mistyping stays below, a guesser does not get far. A whole township office may share
# one address.
FAILURES_OF_A_NAME = 8
FAILURES_OF_AN_ADDRESS = 100

_hasher = PasswordHasher()


def identity_query():
    """Who holds a session: :hashed, :now, :today, :slide_before, :touch_before and :idle_before in, a row for each
    grant of today out.

    `read_identity` makes an Identity of the rows; a question that wants to know more may add columns to it.
    """
    users, sessions, cadres = User.__table__, UserSession.__table__, Cadre.__table__
    held, divisions, today = Grant.__table__, Division.__table__, bindparam("today", type_=Date)
    grants = (
        select(held.c.user_id, held.c.role, held.c.division_id, divisions.c.path, divisions.c.level)
        .join(divisions, divisions.c.id == held.c.division_id)
        .where(held.c.from_on <= today, or_(held.c.to_on.is_(None), held.c.to_on >= today)).subquery())
    return (
        select(sessions.c.id.label("session_id"),
               or_(and_(sessions.c.sliding, sessions.c.last_used_at < bindparam("slide_before", type_=UtcDateTime)),
                   and_(sessions.c.idles, sessions.c.last_used_at < bindparam("touch_before", type_=UtcDateTime)))
               .label("slides"),
               users.c.id.label("user_id"), users.c.language, users.c.first_log_in_at, users.c.location_choice,
               users.c.location_chosen_at,
               cadres.c.id.label("cadre_id"), grants.c.role, grants.c.division_id, grants.c.path, grants.c.level)
        .select_from(sessions.join(users, users.c.id == sessions.c.user_id)
                     .outerjoin(cadres, cadres.c.user_id == users.c.id)
                     .outerjoin(grants, grants.c.user_id == users.c.id))
        .where(sessions.c.token_hash == bindparam("hashed", type_=LargeBinary),
               sessions.c.expires_at > bindparam("now", type_=UtcDateTime), users.c.disabled_at.is_(None),
               or_(~sessions.c.idles, sessions.c.last_used_at > bindparam("idle_before", type_=UtcDateTime))))


# Built once: every request asks this question, and putting it together takes longer than the answer.
_IDENTITY = identity_query()
_SLIDE = (update(UserSession.__table__).where(UserSession.__table__.c.id == bindparam("session_id"))
          .values(last_used_at=bindparam("used_at"),
                  expires_at=case((UserSession.__table__.c.sliding, bindparam("until", type_=UtcDateTime)),
                                  else_=UserSession.__table__.c.expires_at)))


@dataclass(frozen=True)
class LogIn:
    """A new session; `token` is shown once and kept nowhere."""

    token: str
    expires_at: datetime
    session_id: int
    user_id: int


@cache
def _nobodys_hash() -> str:
    """What an unknown user's password is held against, so that the answer takes as long as for a known one."""
    return _hasher.hash(new_token())


def hash_password(password: str) -> str:
    """The argon2id hash of a password, as kept."""
    return _hasher.hash(password)


def password_fits(stored: str | None, password: str) -> bool:
    """Whether a password is the one whose hash is stored; takes the same time when nothing is stored."""
    try:
        return _hasher.verify(stored or _nobodys_hash(), password) and stored is not None
    except (VerifyMismatchError, InvalidHashError):
        return False


def user_by_name(session: Session, username: str) -> User | None:
    return session.scalar(select(User).where(User.username == username))


def load_identity(session: Session, hashed: bytes, now: datetime, idle: timedelta) -> Identity | None:
    """The user of a session token's hash with today's grants; None for an unknown, ended, idle or disabled one."""
    return read_identity(session.connection().execute(_IDENTITY, identity_parameters(hashed, now, idle)).all())


def identity_parameters(hashed: bytes, now: datetime, idle: timedelta) -> dict:
    """What `identity_query` is asked with; `idle`: so long may a desk be left alone."""
    return {"hashed": hashed, "now": now, "today": shanghai_day(now), "slide_before": now - SLIDE_AFTER,
            "touch_before": now - TOUCH_AFTER, "idle_before": now - idle}


def read_identity(rows: Sequence[Row]) -> Identity | None:
    """The Identity that the rows of `identity_query` say; None if there are none."""
    if not rows:
        return None
    first = rows[0]
    # A question that was widened may tell of each grant several times.
    grants = dict.fromkeys(HeldGrant(row.role, row.division_id, row.path, row.level)
                           for row in rows if row.role is not None)
    return Identity(first.user_id, first.language, first.cadre_id, first.session_id, first.first_log_in_at,
                    tuple(grants), bool(first.slides), first.location_choice == "given", first.location_chosen_at)


def log_in_keys(*, secret: bytes, username: str, address: str) -> dict[bytes, int]:
    """The counters of a log-in attempt and how many failures each may hold."""
    return {limit_key(secret, "name", username.lower()): FAILURES_OF_A_NAME,
            limit_key(secret, "address", address): FAILURES_OF_AN_ADDRESS}


def log_in_with_invitation(session: Session, *, token: str, client: str, user_agent: str, now: datetime) -> LogIn:
    """Use a one-time invitation up; Unauthorised (invitation_invalid) if unknown, used, old or a former user's."""
    # One statement takes the invitation, so that two taps at once cannot both use it.
    user_id = session.scalar(
        update(Invitation).where(Invitation.token_hash == token_hash(token), Invitation.used_at.is_(None),
                                 Invitation.expires_at > now).values(used_at=now).returning(Invitation.user_id))
    user = session.get(User, user_id) if user_id is not None else None
    if user is None or user.disabled_at is not None:
        raise Unauthorised("invitation_invalid")
    return start_session(session, user=user, client=client, user_agent=user_agent, now=now, by_invitation=True)


def start_session(session: Session, *, user: User, client: str, user_agent: str, now: datetime,
                  by_invitation: bool = False) -> LogIn:
    """A new log-in: 90 days sliding for cadres, 12 hours for others.

    Who was a cadre once and sits at a desk now is one of the others.
    """
    is_cadre = session.scalar(select(Cadre.id).where(Cadre.user_id == user.id)) is not None
    sits_at_a_desk = _sits_at_a_desk(session, user)
    sliding = is_cadre and (not sits_at_a_desk or _is_posted(session, user, shanghai_day(now)))
    expires_at = now + (CADRE_SESSION if sliding else DESK_SESSION)
    token = new_token()
    held = UserSession(
        token_hash=token_hash(token), user_id=user.id, client=client, user_agent=user_agent[:200], sliding=sliding,
        idles=not sliding and sits_at_a_desk, by_invitation=by_invitation, created_at=now, last_used_at=now,
        expires_at=expires_at)
    session.add(held)
    if user.first_log_in_at is None:
        user.first_log_in_at = now
    session.flush()
    return LogIn(token, expires_at, held.id, user.id)


def _sits_at_a_desk(session: Session, user: User) -> bool:
    return session.scalar(select(Grant.id).where(Grant.user_id == user.id, Grant.role.in_(DESK_ROLES)).limit(1)
                          ) is not None


def _is_posted(session: Session, user: User, today: date) -> bool:
    """Whether a posting of the user runs or is to come."""
    return session.scalar(select(Posting.id).join(Cadre, Cadre.id == Posting.cadre_id).where(
        Cadre.user_id == user.id, or_(Posting.to_on.is_(None), Posting.to_on >= today)).limit(1)) is not None


def slide_session(session: Session, *, session_id: int, now: datetime) -> None:
    """Note that a log-in is in use; a cadre's is good for another 90 days, others end when they would have."""
    session.execute(_SLIDE, {"session_id": session_id, "used_at": now, "until": now + CADRE_SESSION})


def sessions_of(session: Session, *, user_id: int, now: datetime) -> list[UserSession]:
    return list(session.scalars(
        select(UserSession).where(UserSession.user_id == user_id, UserSession.expires_at > now)
        .order_by(UserSession.last_used_at.desc(), UserSession.id)))


def session_views(held: Sequence[UserSession], *, current_id: int | None = None) -> list[dict]:
    """Log-ins as answers show them; the token is in none of them."""
    return [{"id": one.id, "client": one.client, "user_agent": one.user_agent, "created_at": one.created_at,
             "last_used_at": one.last_used_at, "expires_at": one.expires_at, "current": one.id == current_id}
            for one in held]


def touch_session(session: Session, *, session_id: int, now: datetime) -> tuple[datetime, bool]:
    """Note that a log-in is in use; answers when it ends in any case, and whether it ends before when left alone."""
    slide_session(session, session_id=session_id, now=now)
    row = session.execute(select(UserSession.expires_at, UserSession.idles).where(UserSession.id == session_id)).one()
    return row.expires_at, row.idles


def end_session(session: Session, *, session_id: int, user_id: int | None = None) -> None:
    """End a log-in at once; with `user_id` only that user's own, else NotFound."""
    condition = UserSession.id == session_id
    if user_id is not None:
        condition &= UserSession.user_id == user_id
    if session.execute(delete(UserSession).where(condition)).rowcount == 0:
        raise NotFound()


def invite(session: Session, *, user: User, made_by_id: int | None, now: datetime) -> tuple[str, datetime]:
    """A new one-time invitation, (token, expires_at); earlier unused ones of the user are void from now on."""
    session.execute(delete(Invitation).where(Invitation.user_id == user.id, Invitation.used_at.is_(None)))
    token, expires_at = new_token(), now + timedelta(days=INVITATION_DAYS)
    session.add(Invitation(token_hash=token_hash(token), user_id=user.id, made_by_id=made_by_id, created_at=now,
                           expires_at=expires_at))
    audit.append(session, chain=audit.COUNTY_CHAIN, at=now, user_id=made_by_id, action="invitation.made",
                 subject=f"user:{user.id}")
    return token, expires_at


def invite_all(session: Session, *, users: list[User], made_by_id: int, now: datetime, chain: int,
               subject: str) -> tuple[dict[int, str], datetime]:
    """A new invitation of each user, (token by user id, expires_at); one entry of the log names them all."""
    ids, expires_at = sorted(user.id for user in users), now + timedelta(days=INVITATION_DAYS)
    # Two sheets made at once take turns, so that of each person only the later card holds.
    session.execute(select(User.id).where(User.id.in_(ids)).order_by(User.id).with_for_update(key_share=True)).all()
    session.execute(delete(Invitation).where(Invitation.user_id.in_(ids), Invitation.used_at.is_(None)))
    tokens = {user_id: new_token() for user_id in ids}
    session.execute(insert(Invitation.__table__), [
        {"token_hash": token_hash(token), "user_id": user_id, "made_by_id": made_by_id, "created_at": now,
         "expires_at": expires_at} for user_id, token in tokens.items()])
    audit.append(session, chain=chain, at=now, user_id=made_by_id, action="invitation.sheet", subject=subject,
                 details={"invitations": len(ids), "users": ids})
    return tokens, expires_at


def create_user(session: Session, *, username: str, name: str, now: datetime, language: str = "zh") -> User:
    """A new user without a password; the constraint on the name is the guarantee against twins."""
    user = User(username=username, name=name, language=language, created_at=now)
    session.add(user)
    session.flush()
    return user


def give_grant(session: Session, *, user: User, role: str, division: Division, from_on: date, to_on: date | None,
               by_id: int | None, now: datetime) -> Grant:
    """Let a user act in a role over a division and all below it."""
    grant = Grant(user_id=user.id, role=role, division_id=division.id, from_on=from_on, to_on=to_on)
    session.add(grant)
    if role in DESK_ROLES:
        # Who is logged in just now sits at a desk from now on, too.
        session.execute(update(UserSession).where(UserSession.user_id == user.id, ~UserSession.sliding)
                        .values(idles=True).execution_options(synchronize_session=False))
    session.flush()
    audit.append(session, chain=division.township_id or audit.COUNTY_CHAIN, at=now, user_id=by_id,
                 action="grant.given", subject=f"user:{user.id}",
                 details={"role": role, "division": division.code, "from_on": from_on.isoformat(),
                          "to_on": to_on and to_on.isoformat()})
    return grant
