"""Cadres as lists show them and administrators keep them."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from api import audit
from api.auth import Identity
from api.errors import Conflict
from api.postings.account_models import User
from api.postings.models import Cadre, Posting
from api.postings.roster_service import create_cadre, posting_views
from api.postings.users_service import managed_user


def cadre_views(session: Session, *, cadre_ids: list[int], postings: list[Posting]) -> list[dict]:
    """Cadres in the order given, each with the own one of `postings`, of which a cadre has one at most."""
    rows = {cadre.id: (cadre, user) for cadre, user in session.execute(
        select(Cadre, User).join(User, User.id == Cadre.user_id).where(Cadre.id.in_(cadre_ids)))}
    posting_of = {view.cadre["id"]: view for view in posting_views(session, postings)}
    return [
        {"id": cadre.id, "user_id": user.id, "username": user.username, "name": user.name,
         "sending_unit": cadre.sending_unit, "rank": cadre.rank, "cadre_role": cadre.cadre_role,
         "has_logged_in": user.first_log_in_at is not None, "posting": posting_of.get(cadre.id),
         "version": cadre.version}
        for cadre, user in (rows[cadre_id] for cadre_id in cadre_ids)
    ]


def add_cadre(session: Session, *, identity: Identity, user_id: int, sending_unit: str, rank: str, cadre_role: str,
              now: datetime) -> Cadre:
    """Make a user a stationed cadre; Conflict (already_a_cadre)."""
    user = managed_user(session, identity=identity, user_id=user_id)
    if session.scalar(select(Cadre.id).where(Cadre.user_id == user_id)) is not None:
        raise Conflict("already_a_cadre")
    cadre = create_cadre(session, user=user, sending_unit=sending_unit, rank=rank, cadre_role=cadre_role)
    audit.append(session, chain=audit.COUNTY_CHAIN, at=now, user_id=identity.user_id, action="cadre.created",
                 subject=f"cadre:{cadre.id}", details={"rank": rank, "cadre_role": cadre_role})
    return cadre


def change_cadre(session: Session, *, identity: Identity, cadre: Cadre, changes: dict, now: datetime) -> Cadre:
    """Correct sending unit, rank or role."""
    before = {name: getattr(cadre, name) for name in changes}
    for name, value in changes.items():
        setattr(cadre, name, value)
    cadre.version += 1
    session.flush()
    audit.append(session, chain=audit.COUNTY_CHAIN, at=now, user_id=identity.user_id, action="cadre.changed",
                 subject=f"cadre:{cadre.id}", details={"from": before, "to": changes})
    return cadre
