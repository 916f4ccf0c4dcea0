"""Whose records a user may see: the one place that turns grants into divisions and cadres."""

from datetime import date

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import Session

from api.auth import Identity
from api.errors import NotFound
from api.postings.divisions_service import below, division_by_code
from api.postings.models import Cadre, Division, Posting, PostingVillage

# Who may look at the roster and at presence; diaries and ballots have rules of their own.
SEES_ROSTER = ("supervisor", "village", "admin")
SEES_PRESENCE = ("supervisor", "village")


def reach_of(identity: Identity, *roles: str) -> ColumnElement[bool]:
    """The condition that a division lies within a grant of one of `roles`."""
    return or_(false(), *(below(grant.path) for grant in identity.grants if grant.role in roles))


def visible_division(session: Session, *, identity: Identity, code: str | None, roles: tuple[str, ...]) -> Division:
    """The division of a code if one of `roles` reaches it; without a code the widest that one does.

    NotFound for what lies outside: nobody learns what exists elsewhere.
    """
    if code is not None:
        division = division_by_code(session, code)
        if not identity.may(division.path, *roles):
            raise NotFound("division_not_found", code=code)
        return division
    widest = min((grant for grant in identity.grants if grant.role in roles), key=lambda grant: len(grant.path),
                 default=None)
    if widest is None:
        raise NotFound("division_not_found", code="")
    return session.get(Division, widest.division_id)


def visible_cadre(session: Session, *, identity: Identity, cadre_id: int | None, roles: tuple[str, ...]) -> int:
    """The id of a cadre that the user may see: oneself, or one whose posting lies within a grant. Default: oneself."""
    if cadre_id is None or cadre_id == identity.cadre_id:
        if identity.cadre_id is None:
            raise NotFound()
        return identity.cadre_id
    villages = select(PostingVillage.village_id).join(Posting, Posting.id == PostingVillage.posting_id).where(
        Posting.cadre_id == cadre_id)
    homes = select(Posting.village_id).where(Posting.cadre_id == cadre_id)
    paths = session.scalars(select(Division.path).where(or_(Division.id.in_(homes), Division.id.in_(villages)))).all()
    unposted = not paths and identity.has_role("admin") and session.get(Cadre, cadre_id) is not None
    if not unposted and not any(identity.may(path, *roles) for path in paths):
        raise NotFound()
    return cadre_id


def managed_posting(session: Session, *, identity: Identity, posting_id: int) -> Posting:
    """A posting to a village within the administrator's divisions; NotFound for all others.

    That the cadre was once posted there is not enough: today's posting may be another township's.
    """
    posting = session.get(Posting, posting_id)
    home = session.get(Division, posting.village_id) if posting is not None else None
    if home is None or not identity.may(home.path, "admin"):
        raise NotFound()
    return posting


def cadres_below(session: Session, *, division: Division, first: date | None = None,
                 last: date | None = None) -> list[int]:
    """The cadres with a posting below a division that touches a range of days, in roster order."""
    query = select(Posting.cadre_id, Division.code).join(Division, Division.id == Posting.village_id).where(
        below(division.path))
    if last is not None:
        query = query.where(Posting.from_on <= last)
    if first is not None:
        query = query.where(or_(Posting.to_on.is_(None), Posting.to_on >= first))
    return list(dict.fromkeys(session.scalars(query.order_by(Division.code, Posting.id))))
