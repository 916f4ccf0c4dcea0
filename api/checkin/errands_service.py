"""Errands of several cadres at once: who was at a meeting of the township is entered once, by the officer.

An errand makes an ordinary leave for each cadre named, approved as far as the officer may approve it; whatever becomes
of one of them afterwards (refused as a mistake, returned early) is a step of that leave.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from api import audit
from api.auth import Identity
from api.checkin import kept_service
from api.checkin.leave_rules import period_problem
from api.checkin.leave_service import approval_id, approval_levels, has_power, homes_of
from api.checkin.models import Leave, LeaveStep
from api.checkin.month_models import Errand
from api.db import dialect_insert
from api.errors import Forbidden, IdReused, NotFound, Unprocessable
from api.postings.account_models import User
from api.postings.divisions_service import DivisionRef, audit_chain, refs
from api.postings.models import Division
from api.postings.roster_service import cadre_names, lock_cadres


@dataclass(frozen=True)
class ErrandView:
    """An errand with those of its cadres that the reader may see."""

    id: UUID
    kind: str
    title: str
    from_on: date
    to_on: date
    division: DivisionRef
    notice_sha256: str | None
    entered_by: dict
    entered_at: datetime
    cadres: list[dict]


def enter_errand(session: Session, *, identity: Identity, id: UUID, kind: str, title: str, from_on: date, to_on: date,
                 cadre_ids: list[int], notice_sha256: str | None, content_hash: bytes,
                 now: datetime) -> tuple[ErrandView, bool]:
    """Keep an errand and the leave of everybody named, all or nothing; exactly once per id.

    Days beyond what the officer may approve are kept as asked. Raises Unprocessable (period_reversed, leave_too_long),
    Forbidden (own_record) when the officer is among them, NotFound for a cadre out of reach, IdReused.
    """
    problem = period_problem(from_on=from_on, to_on=to_on)
    if problem is not None:
        raise Unprocessable(problem)
    if identity.cadre_id in cadre_ids:
        raise Forbidden("own_record")
    lock_cadres(session, cadre_ids)
    errand = session.get(Errand, id)
    created = errand is None
    if created:
        homes = homes_of(session, cadre_ids, from_on)
        if any(cadre_id not in homes or not identity.may(homes[cadre_id].path, "supervisor")
               for cadre_id in cadre_ids):
            raise NotFound()
        created = session.execute(
            dialect_insert(session, Errand).values(
                id=id, division_id=_division_id(identity, homes.values()), kind=kind, title=title, from_on=from_on,
                to_on=to_on, notice_sha256=notice_sha256, entered_by_id=identity.user_id, entered_at=now,
                content_hash=content_hash).on_conflict_do_nothing().returning(Errand.id)).scalar() is not None
        errand = session.get(Errand, id)
    if (errand.entered_by_id, errand.content_hash) != (identity.user_id, content_hash):
        raise IdReused()
    if created:
        _make_leaves(session, errand, homes, identity=identity)
    return errand_views(session, [errand], cadre_ids=None)[0], created


def list_errands(session: Session, *, cadre_ids: Iterable[int], first: date | None, last: date | None
                 ) -> list[ErrandView]:
    """Errands of cadres that touch a range of days, the latest first, 500 at most; other cadres are left out."""
    ids = sorted(set(cadre_ids))
    concerned = select(Leave.errand_id).where(Leave.cadre_id.in_(ids), Leave.errand_id.is_not(None))
    query = select(Errand).where(Errand.id.in_(concerned))
    if first is not None:
        query = query.where(Errand.to_on >= first)
    if last is not None:
        query = query.where(Errand.from_on <= last)
    found = session.scalars(query.order_by(Errand.from_on.desc(), Errand.entered_at.desc(), Errand.id).limit(500))
    return errand_views(session, list(found), cadre_ids=ids)


def errand_views(session: Session, errands: list[Errand], *, cadre_ids: list[int] | None) -> list[ErrandView]:
    """Errands as answers show them, in four queries whatever their number; `cadre_ids` None shows all cadres."""
    query = select(Leave).where(Leave.errand_id.in_([errand.id for errand in errands])).order_by(Leave.cadre_id)
    if cadre_ids is not None:
        query = query.where(Leave.cadre_id.in_(cadre_ids))
    leaves = list(session.scalars(query))
    names = cadre_names(session, {leave.cadre_id for leave in leaves})
    shown: dict[UUID, list[dict]] = {errand.id: [] for errand in errands}
    for leave in leaves:
        shown[leave.errand_id].append(
            {"id": leave.cadre_id, "name": names[leave.cadre_id], "leave_id": leave.id, "state": leave.state})
    divisions = refs(session, [errand.division_id for errand in errands])
    users = dict(session.execute(
        select(User.id, User.name).where(User.id.in_({errand.entered_by_id for errand in errands}))).all())
    return [
        ErrandView(errand.id, errand.kind, errand.title, errand.from_on, errand.to_on, divisions[errand.division_id],
                   errand.notice_sha256, {"id": errand.entered_by_id, "name": users[errand.entered_by_id]},
                   errand.entered_at, shown[errand.id])
        for errand in errands
    ]


def may_see_notice(session: Session, *, identity: Identity, sha256: str) -> bool:
    """Whether an errand that the user may see names this photo.

    That is a supervisor over the errand's division or over one of its cadres, and these cadres themselves.
    """
    for errand in session.scalars(select(Errand).where(Errand.notice_sha256 == sha256)):
        division = session.get(Division, errand.division_id)
        if identity.may(division.path, "supervisor"):
            return True
        cadre_ids = set(session.scalars(select(Leave.cadre_id).where(Leave.errand_id == errand.id)))
        homes = homes_of(session, cadre_ids, errand.from_on).values()
        if identity.cadre_id in cadre_ids or any(identity.may(home.path, "supervisor") for home in homes):
            return True
    return False


def _division_id(identity: Identity, homes: Iterable[DivisionRef]) -> int:
    """The division that the officer acted for: the narrowest of the own ones that holds all cadres.

    Somebody with two townships may name cadres of both; then it is what these have in common.
    """
    paths = [home.path for home in homes]
    over_all = [grant for grant in identity.grants if grant.role == "supervisor"
                and all(path.startswith(grant.path) for path in paths)]
    if over_all:
        return max(over_all, key=lambda grant: len(grant.path)).division_id
    chains = [path.strip("/").split("/") for path in paths]
    common = [ids[0] for ids in zip(*chains, strict=False) if len(set(ids)) == 1]
    return int(common[-1])


def _make_leaves(session: Session, errand: Errand, homes: dict[int, DivisionRef], *, identity: Identity) -> None:
    leaves = [Leave(id=uuid5(errand.id, str(cadre_id)), cadre_id=cadre_id, kind=errand.kind, from_on=errand.from_on,
                    to_on=errand.to_on, reason=errand.title, state="asked", errand_id=errand.id, version=1,
                    content_hash=errand.content_hash) for cadre_id in sorted(homes)]
    levels = approval_levels(session, leaves)
    approved = [leave for leave in leaves if has_power(identity, homes[leave.cadre_id], levels[leave.id])]
    for leave in approved:
        leave.state, leave.version = "approved", 2
    _insert(session, Leave, [
        {name: getattr(leave, name) for name in ("id", "cadre_id", "kind", "from_on", "to_on", "reason", "state",
                                                 "errand_id", "version", "content_hash")} for leave in leaves])
    steps = [(leave, leave.id, "asked", 0) for leave in leaves]
    # A moment later, so that the course of a leave reads in the order in which it was taken.
    steps += [(leave, approval_id(leave.id), "approved", 1) for leave in approved]
    _insert(session, LeaveStep, [
        {"id": id, "leave_id": leave.id, "step": step, "user_id": identity.user_id,
         "at": errand.entered_at + timedelta(microseconds=order), "content_hash": errand.content_hash}
        for leave, id, step, order in steps])
    kept_service.refresh(session, cadre_ids=[leave.cadre_id for leave in approved], first=errand.from_on,
                         last=errand.to_on)
    _audit(session, errand, leaves, homes, identity=identity)


def _insert(session: Session, table: type, rows: list[dict]) -> None:
    added = session.execute(dialect_insert(session, table).values(rows).on_conflict_do_nothing()
                            .returning(table.id)).all()
    if len(added) != len(rows):
        raise IdReused()


def _audit(session: Session, errand: Errand, leaves: list[Leave], homes: dict[int, DivisionRef], *, identity) -> None:
    """One entry in the chain of every township concerned, always in the same order of chains."""
    by_chain: dict[int, list[Leave]] = {}
    for leave in leaves:
        by_chain.setdefault(audit_chain(homes[leave.cadre_id]), []).append(leave)
    for chain, entered in sorted(by_chain.items()):
        audit.append(session, chain=chain, at=errand.entered_at, user_id=identity.user_id, action="errand.entered",
                     subject=f"errand:{errand.id}",
                     details={"kind": errand.kind, "title": errand.title, "from_on": errand.from_on.isoformat(),
                              "to_on": errand.to_on.isoformat(), "notice": errand.notice_sha256,
                              "approved": [leave.cadre_id for leave in entered if leave.state == "approved"],
                              "asked": [leave.cadre_id for leave in entered if leave.state == "asked"]})
