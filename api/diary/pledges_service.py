"""Service pledges (服务承诺, A6.5): what a cadre promises to do for the village, for everybody to read."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from api import audit
from api.auth import Identity
from api.checkin.leave_service import homes_of
from api.db import dialect_insert
from api.diary.meeting_models import Pledge
from api.errors import Conflict, IdReused, NotFound, Unprocessable
from api.postings.account_models import User
from api.postings.divisions_service import DivisionRef, audit_chain
from api.postings.roster_service import cadre_names, lock_cadres


@dataclass(frozen=True)
class PledgeView:
    """A pledge with its cadre, the village that it is made to, and who entered it."""

    pledge: Pledge
    cadre: dict
    village: DivisionRef | None
    entered_by: dict

    def __getattr__(self, name: str):
        return getattr(self.pledge, name)


def make_pledge(session: Session, *, identity: Identity, id: UUID, cadre_id: int | None, text: str, from_on: date,
                to_on: date | None, content_hash: bytes, now: datetime) -> tuple[PledgeView, bool]:
    """Keep a cadre's pledge; a cadre's own, or one that a supervisor enters from paper. Exactly once per id.

    One pledge at a time: raises Conflict (pledge_overlaps), Unprocessable (period_reversed), NotFound, IdReused.
    """
    cadre_id = cadre_id or identity.cadre_id
    home = cadre_id and homes_of(session, [cadre_id], from_on).get(cadre_id)
    if not home or cadre_id != identity.cadre_id and not identity.may(home.path, "supervisor"):
        raise NotFound()
    lock_cadres(session, [cadre_id])
    held, created = session.get(Pledge, id), False
    if held is None:
        _check_period(session, cadre_id, from_on, to_on, but=id)
        created = session.execute(dialect_insert(session, Pledge).values(
            id=id, cadre_id=cadre_id, text=text, from_on=from_on, to_on=to_on, entered_by_id=identity.user_id,
            entered_at=now, version=1, content_hash=content_hash).on_conflict_do_nothing()
            .returning(Pledge.id)).scalar() is not None
        held = session.get(Pledge, id)
    if (held.entered_by_id, held.content_hash) != (identity.user_id, content_hash):
        raise IdReused()
    if created:
        _audit(session, held, home, "pledge.made", identity=identity, now=now)
    return pledge_views(session, [held])[0], created


def change_pledge(session: Session, *, identity: Identity, pledge: Pledge, text: str, to_on: date | None,
                  now: datetime) -> PledgeView:
    """Change the words or the last day of a pledge; what it said before stands in the audit log."""
    _check_period(session, pledge.cadre_id, pledge.from_on, to_on, but=pledge.id)
    before = pledge.text
    pledge.text, pledge.to_on, pledge.version = text, to_on, pledge.version + 1
    session.flush()
    home = homes_of(session, [pledge.cadre_id], pledge.from_on)[pledge.cadre_id]
    _audit(session, pledge, home, "pledge.changed", identity=identity, now=now, before=before)
    return pledge_views(session, [pledge])[0]


def pledge_to_change(session: Session, *, identity: Identity, id: UUID) -> Pledge:
    """A pledge that is the user's own, or of a cadre below the own division; NotFound for all others."""
    pledge = session.get(Pledge, id, with_for_update=True)
    home = pledge and homes_of(session, [pledge.cadre_id], pledge.from_on)[pledge.cadre_id]
    if pledge is None or pledge.cadre_id != identity.cadre_id and not identity.may(home.path, "supervisor"):
        raise NotFound()
    return pledge


def list_pledges(session: Session, *, cadre_ids: list[int], on: date | None) -> list[PledgeView]:
    """Pledges of cadres in their order, the latest first; with `on` only those that hold on a day."""
    query = select(Pledge).where(Pledge.cadre_id.in_(cadre_ids)).order_by(Pledge.from_on.desc(), Pledge.id)
    if on is not None:
        query = query.where(Pledge.from_on <= on, or_(Pledge.to_on.is_(None), Pledge.to_on >= on))
    places = {cadre_id: place for place, cadre_id in enumerate(cadre_ids)}
    return pledge_views(session, sorted(session.scalars(query), key=lambda pledge: places[pledge.cadre_id]))


def pledge_views(session: Session, pledges: list[Pledge]) -> list[PledgeView]:
    """Pledges as answers show them."""
    ids = {pledge.cadre_id for pledge in pledges}
    names = cadre_names(session, ids)
    users = dict(session.execute(select(User.id, User.name).where(
        User.id.in_({pledge.entered_by_id for pledge in pledges}))).all())
    homes = {day: homes_of(session, ids, day) for day in {pledge.from_on for pledge in pledges}}
    return [PledgeView(pledge, {"id": pledge.cadre_id, "name": names[pledge.cadre_id]},
                       homes[pledge.from_on].get(pledge.cadre_id),
                       {"id": pledge.entered_by_id, "name": users[pledge.entered_by_id]}) for pledge in pledges]


def _check_period(session: Session, cadre_id: int, from_on: date, to_on: date | None, *, but: UUID) -> None:
    if to_on is not None and to_on < from_on:
        raise Unprocessable("period_reversed")
    query = select(Pledge.id).where(Pledge.cadre_id == cadre_id, Pledge.id != but,
                                    or_(Pledge.to_on.is_(None), Pledge.to_on >= from_on))
    if to_on is not None:
        query = query.where(Pledge.from_on <= to_on)
    if session.scalar(query.limit(1)) is not None:
        raise Conflict("pledge_overlaps")


def _audit(session: Session, pledge: Pledge, home: DivisionRef, action: str, *, identity: Identity, now: datetime,
           before: str | None = None) -> None:
    audit.append(session, chain=audit_chain(home), at=now, user_id=identity.user_id, action=action,
                 subject=f"pledge:{pledge.id}",
                 details={"cadre": pledge.cadre_id, "text": pledge.text, **({"before": before} if before else {}),
                          "from_on": pledge.from_on.isoformat(), "to_on": pledge.to_on and pledge.to_on.isoformat()})
