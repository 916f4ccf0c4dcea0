"""Invitations: one-time log-ins as links and QR codes, one by one or as a sheet to print."""

from datetime import date, datetime

import segno
from sqlalchemy import ColumnElement, Select, exists, false, or_, select
from sqlalchemy.orm import Session

from api import audit
from api.auth import Identity
from api.dates import shanghai_day
from api.errors import NotFound, Unprocessable
from api.postings.access_service import reach_of, visible_division
from api.postings.account_models import Grant, User
from api.postings.accounts_service import invite, invite_all
from api.postings.divisions_service import audit_chain, below, refs
from api.postings.me_service import own_user
from api.postings.models import Cadre, Division, Posting
from api.postings.users_service import managed_user

# A sheet is made in one go and printed: thirty pages of cards.
MOST_OF_A_SHEET = 300


def invite_user(session: Session, *, identity: Identity, user_id: int | None, cadre_id: int | None, origin: str,
                now: datetime) -> dict:
    """A one-time invitation as a link and a QR code."""
    user = _whom(session, identity=identity, user_id=user_id, cadre_id=cadre_id, today=shanghai_day(now))
    return _invitation(session, user=user, identity=identity, origin=origin, now=now)


def make_sheet(session: Session, *, identity: Identity, cadre_ids: list[int] | None, user_ids: list[int] | None,
               division_code: str | None, only_new: bool, now: datetime) -> list[dict]:
    """Invitations for many at once, to print and hand out, all or none; each with its `token`, by division code.

    Of a division whoever the user may invite there, and nobody else: a cadre who holds more than the user can give is
    no reason to leave all others without a card. Raises NotFound where somebody named is out of reach, Unprocessable
    (sheet_too_large, nobody_to_invite).
    """
    today = shanghai_day(now)
    division = None
    if division_code is not None:
        division = visible_division(session, identity=identity, code=division_code, roles=("supervisor", "admin"))
        users = _of_division(session, identity=identity, division=division, only_new=only_new, today=today)
    else:
        users = _named(session, identity=identity, cadre_ids=cadre_ids, user_ids=user_ids, today=today)
    if not users:
        raise Unprocessable("nobody_to_invite")
    if len(users) > MOST_OF_A_SHEET:
        raise Unprocessable("sheet_too_large", n=len(users), most=MOST_OF_A_SHEET)
    tokens, expires_at = invite_all(session, users=users, made_by_id=identity.user_id, now=now,
                                    chain=audit_chain(division) if division else audit.COUNTY_CHAIN,
                                    subject=f"division:{division.code}" if division else "users")
    return [{**card, "token": tokens[card["user"]["id"]], "expires_at": expires_at}
            for card in _cards(session, users, today)]


def _of_division(session: Session, *, identity: Identity, division: Division, only_new: bool,
                 today: date) -> list[User]:
    """Whom the user may invite in a division: the cadres posted there, now or soon, and for an administrator everybody
    with a role there. Oneself and the disabled are left out."""
    granted = select(Grant.user_id).join(Division, Division.id == Grant.division_id).where(
        below(division.path), or_(Grant.to_on.is_(None), Grant.to_on >= today))
    there = or_(User.id.in_(_posted(below(division.path), today)), User.id.in_(granted))
    query = select(User).where(there, _within_reach(identity, today), User.disabled_at.is_(None),
                               User.id != identity.user_id)
    if only_new:
        query = query.where(User.first_log_in_at.is_(None))
    return list(session.scalars(query.order_by(User.username)))


def _named(session: Session, *, identity: Identity, cadre_ids: list[int] | None, user_ids: list[int] | None,
           today: date) -> list[User]:
    """The users of these cadres, or these users, each once; supervisors name cadres only."""
    if cadre_ids is not None:
        wanted = User.id.in_(select(Cadre.user_id).where(Cadre.id.in_(cadre_ids)))
        allowed = _within_reach(identity, today)
    else:
        wanted, allowed = User.id.in_(user_ids or ()), _managed(identity)
    users = list(session.scalars(select(User).where(wanted, allowed).order_by(User.username)))
    if len(users) != len(set(cadre_ids or user_ids or ())):
        raise NotFound()
    return users


def _within_reach(identity: Identity, today: date) -> ColumnElement[bool]:
    """Whom a user may invite, as `_whom` says of one."""
    more_than_cadre = exists().where(Grant.user_id == User.id, Grant.role != "cadre")
    supervised = User.id.in_(_posted(reach_of(identity, "supervisor"), today)) & ~more_than_cadre
    return or_(_managed(identity), supervised)


def _managed(identity: Identity) -> ColumnElement[bool]:
    if not identity.has_role("admin"):
        return false()
    beyond = exists().where(Grant.user_id == User.id, Grant.division_id == Division.id, ~reach_of(identity, "admin"))
    return ~beyond


def _posted(where: ColumnElement[bool], today: date) -> Select:
    return (select(Cadre.user_id).join(Posting, Posting.cadre_id == Cadre.id)
            .join(Division, Division.id == Posting.village_id)
            .where(where, or_(Posting.to_on.is_(None), Posting.to_on >= today)))


def _cards(session: Session, users: list[User], today: date) -> list[dict]:
    """Who, where and in which role: a cadre's home village (today's, else the one to come), else the first role's."""
    ids = [user.id for user in users]
    places: dict[int, tuple[str, int]] = {}
    for row in session.execute(select(Grant.user_id, Grant.role, Grant.division_id)
                               .where(Grant.user_id.in_(ids), or_(Grant.to_on.is_(None), Grant.to_on >= today))
                               .order_by(Grant.id)):
        places.setdefault(row.user_id, (row.role, row.division_id))
    # The earliest comes last and stays.
    for row in session.execute(select(Cadre.user_id, Posting.village_id).join(Posting, Posting.cadre_id == Cadre.id)
                               .where(Cadre.user_id.in_(ids), or_(Posting.to_on.is_(None), Posting.to_on >= today))
                               .order_by(Posting.from_on.desc())):
        places[row.user_id] = ("cadre", row.village_id)
    found = refs(session, [division_id for _role, division_id in places.values()])
    cards = []
    for user in users:
        role, division_id = places.get(user.id, (None, None))
        cards.append({"user": {"id": user.id, "name": user.name, "username": user.username}, "role": role,
                      "village": found.get(division_id)})
    return sorted(cards, key=lambda card: (card["village"].code if card["village"] else "", card["user"]["username"]))


def _whom(session: Session, *, identity: Identity, user_id: int | None, cadre_id: int | None, today: date) -> User:
    """Whom the user may invite.

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
                                    Posting.to_on.is_(None), Posting.to_on >= today))).all()
        only_cadre = set(session.scalars(select(Grant.role).where(Grant.user_id == user.id))) <= {"cadre"}
        supervised = only_cadre and any(identity.may(path, "supervisor") for path in homes)
        if not supervised:
            user = managed_user(session, identity=identity, user_id=user.id) if identity.has_role("admin") else None
    else:
        user = managed_user(session, identity=identity, user_id=user_id) if identity.has_role("admin") else None
    if user is None:
        raise NotFound()
    return user


def _invitation(session: Session, *, user: User, identity: Identity, origin: str, now: datetime) -> dict:
    token, expires_at = invite(session, user=user, made_by_id=identity.user_id, now=now)
    url = invitation_url(origin, token)
    return {"url": url, "qr_svg_data_uri": qr_data_uri(url), "expires_at": expires_at,
            "user": {"id": user.id, "name": user.name}}


def with_link(card: dict, *, origin: str) -> dict:
    """A card of a sheet with the link and the code in the place of its token."""
    url = invitation_url(origin, card["token"])
    return {**card, "url": url, "qr_svg_data_uri": qr_data_uri(url)}


def invitation_url(origin: str, token: str) -> str:
    """The link of an invitation; the token stands in the fragment, which no server ever logs."""
    return f"{origin}/#invite={token}"


def qr_data_uri(text: str) -> str:
    """A QR code as an SVG data URI."""
    return segno.make(text, error="m").svg_data_uri(scale=6, border=4)
