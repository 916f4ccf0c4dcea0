"""Oddities as answers show them: to the cadre at once, to those above once explained or after the days of the rule."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session

from api import audit
from api.auth import Identity
from api.dashboards.oddities_pictures_service import close_picture
from api.dashboards.oddity_models import Oddity, OddityStep
from api.dashboards.picture_uses_service import used_before_by
from api.dates import shanghai_day
from api.db import dialect_insert
from api.errors import Conflict, Forbidden, IdReused, NotFound
from api.postings.account_models import User
from api.postings.divisions_service import DivisionRef, audit_chain, below, refs
from api.postings.models import Cadre, Division

STATES = {"open": ("found", "explained"), "closed": ("closed",)}
# What serves the finding and erasing and is not shown.
_INNER = ("records", "picture", "days", "rule", "is_erased")


@dataclass(frozen=True, slots=True)
class OddityView:
    """An oddity with its course, the days of the records it is made of, and the step that the reader may take now."""

    id: UUID
    kind: str
    state: str
    cadre: dict
    village: DivisionRef
    first_on: date
    last_on: date
    found_at: datetime
    shown_on: date
    facts: dict
    days: list[date]
    is_erased: bool
    rule: dict | None
    steps: list[dict]
    next_steps: list[str]


def reach_above(identity: Identity) -> ColumnElement[bool]:
    """The condition that `Division` lies below a township or county that the user supervises."""
    return or_(false(), *(below(grant.path) for grant in identity.grants
                          if grant.role == "supervisor" and grant.level != "village"))


def seen_above(identity: Identity, today: date) -> ColumnElement[bool]:
    """The condition that a supervisor may see an oddity; `Division` is its village.

    That is below the own township or county, once the cadre has explained it or has had the days to do so.
    """
    return and_(reach_above(identity), or_(Oddity.state != "found", Oddity.shown_on <= today))


def list_own(session: Session, *, identity: Identity, today: date, state: str | None = None, kind: str | None = None,
             page: int = 1, page_size: int = 100) -> tuple[list[OddityView], int]:
    """A cadre's own oddities, the latest first; none of somebody who is no cadre."""
    query = select(Oddity).where(Oddity.cadre_id == identity.cadre_id)
    return _page(session, query, [Oddity.last_on.desc(), Oddity.id], identity, today, state, kind, page, page_size)


def list_below(session: Session, *, identity: Identity, division: Division, today: date, state: str | None = None,
               kind: str | None = None, page: int = 1, page_size: int = 100) -> tuple[list[OddityView], int]:
    """The oddities below a division that its supervisor may see, in the order of the roster."""
    query = (select(Oddity).join(Division, Division.id == Oddity.village_id)
             .where(below(division.path), seen_above(identity, today)))
    order = [Division.code, Oddity.cadre_id, Oddity.first_on, Oddity.id]
    return _page(session, query, order, identity, today, state, kind, page, page_size)


def visible_oddity(session: Session, *, identity: Identity, oddity_id: UUID, today: date) -> OddityView:
    """One oddity, for the cadre whose it is and the supervisors who may see it; NotFound for all others."""
    oddity = session.get(Oddity, oddity_id)
    if oddity is None or not _may_see(session, oddity, identity, today):
        raise NotFound()
    return _views(session, [oddity], identity, today)[0]


def take_step(session: Session, *, identity: Identity, oddity_id: UUID, id: UUID, step: str, note: str,
              content_hash: bytes, now: datetime) -> tuple[OddityView, bool]:
    """Explain an own oddity, as often as one likes until it is closed, or close another's with a reason; once per id.

    Raises NotFound for what the user may not see, Forbidden (own_record, not_your_record), Conflict (oddity_closed),
    IdReused.
    """
    today = shanghai_day(now)
    oddity = session.get(Oddity, oddity_id, with_for_update=True, populate_existing=True)
    if oddity is None or not _may_see(session, oddity, identity, today):
        raise NotFound()
    held = session.get(OddityStep, id)
    created = held is None
    if created:
        _check(session, oddity, step, identity)
        created = session.execute(
            dialect_insert(session, OddityStep).values(
                id=id, oddity_id=oddity_id, step=step, user_id=identity.user_id, at=now, note=note,
                content_hash=content_hash).on_conflict_do_nothing().returning(OddityStep.id)).scalar() is not None
        held = session.get(OddityStep, id)
    if (held.oddity_id, held.user_id, held.content_hash) != (oddity_id, identity.user_id, content_hash):
        raise IdReused()
    if created:
        village = refs(session, [oddity.village_id])[oddity.village_id]
        oddity.state, oddity.version = step, oddity.version + 1
        action = {"explained": "oddity.explained", "closed": "oddity.closed"}[step]
        audit.append(session, chain=audit_chain(village), at=now, user_id=identity.user_id, action=action,
                     subject=f"oddity:{oddity.id}", details={"kind": oddity.kind, "cadre": oddity.cadre_id,
                                                             **({"reason": note} if step == "closed" else {})})
        if step == "closed":
            _close_picture(session, oddity, village, user_id=identity.user_id, reason=note, now=now)
    return _views(session, [oddity], identity, today)[0], created


def picture_closed(session: Session, *, record_id: UUID, sha256: str, user_id: int, reason: str,
                   now: datetime) -> None:
    """Close the oddity of a picture whose matter was closed in the list of pictures, with the same reason."""
    oddity = session.scalar(select(Oddity).where(
        Oddity.kind == "same_picture", Oddity.mark == f"{record_id.hex}{sha256[:32]}", Oddity.state != "closed")
        .with_for_update())
    if oddity is not None:
        step = OddityStep(id=uuid4(), oddity_id=oddity.id, step="closed", user_id=user_id, at=now, note=reason,
                          content_hash=bytes(32))
        session.add(step)
        oddity.state, oddity.version = "closed", oddity.version + 1
        session.flush()


def _close_picture(session: Session, oddity: Oddity, village: DivisionRef, *, user_id: int, reason: str,
                   now: datetime) -> None:
    picture = close_picture(session, facts=oddity.facts, user_id=user_id, reason=reason, now=now)
    if picture is not None:
        record_id, sha256 = picture
        audit.append(session, chain=audit_chain(village), at=now, user_id=user_id, action="photo.reviewed",
                     subject=f"{oddity.facts['record_kind']}:{record_id}", details={"sha256": sha256, "reason": reason})


def _may_see(session: Session, oddity: Oddity, identity: Identity, today: date) -> bool:
    if oddity.cadre_id == identity.cadre_id:
        return True
    return session.scalar(select(Oddity.id).join(Division, Division.id == Oddity.village_id).where(
        Oddity.id == oddity.id, seen_above(identity, today))) is not None


def _check(session: Session, oddity: Oddity, step: str, identity: Identity) -> None:
    is_own = oddity.cadre_id == identity.cadre_id
    if step == "closed" and (is_own or _is_part_of(session, oddity, identity)):
        raise Forbidden("own_record")
    if step == "explained" and not is_own:
        raise Forbidden("not_your_record")
    if oddity.state == "closed":
        raise Conflict("oddity_closed")


def _is_part_of(session: Session, oddity: Oddity, identity: Identity) -> bool:
    """Whether it is the reader's own matter too: they used the same phone, or the picture before."""
    if oddity.kind == "shared_device":
        return session.scalar(select(Oddity.id).where(Oddity.cadre_id == identity.cadre_id, Oddity.kind == oddity.kind,
                                                      Oddity.mark == oddity.mark)) is not None
    if oddity.kind == "same_picture" and "picture" in oddity.facts:
        record_id, sha256 = oddity.facts["picture"]
        return used_before_by(session, record_id=UUID(record_id), sha256=sha256, user_id=identity.user_id)
    return False


def _page(session: Session, query: Select, order: list, identity: Identity, today: date, state: str | None,
          kind: str | None, page: int, page_size: int) -> tuple[list[OddityView], int]:
    if state is not None:
        query = query.where(Oddity.state.in_(STATES[state]))
    if kind is not None:
        query = query.where(Oddity.kind == kind)
    count = session.scalar(select(func.count()).select_from(query.subquery()))
    found = session.scalars(query.order_by(*order).offset((page - 1) * page_size).limit(page_size))
    return _views(session, list(found), identity, today), count


def _views(session: Session, oddities: list[Oddity], identity: Identity, today: date) -> list[OddityView]:
    """Oddities as answers show them, in four queries whatever their number."""
    if not oddities:
        return []
    villages = refs(session, [one.village_id for one in oddities])
    cadres = {row.id: {"id": row.id, "name": row.name} for row in session.execute(
        select(Cadre.id, User.name).join(User, User.id == Cadre.user_id)
        .where(Cadre.id.in_({one.cadre_id for one in oddities})))}
    steps: dict[UUID, list[dict]] = {one.id: [] for one in oddities}
    for step, name in session.execute(
            select(OddityStep, User.name).join(User, User.id == OddityStep.user_id)
            .where(OddityStep.oddity_id.in_(list(steps))).order_by(OddityStep.at, OddityStep.id)):
        steps[step.oddity_id].append({"id": step.id, "step": step.step, "at": step.at, "note": step.note,
                                      "by": {"id": step.user_id, "name": name}})
    return [OddityView(
        one.id, one.kind, one.state, cadres[one.cadre_id], villages[one.village_id], one.first_on, one.last_on,
        one.found_at, one.shown_on, _facts(one.facts),
        [date.fromisoformat(day) for day in one.facts["days"]], one.facts.get("is_erased", False),
        _rule(one.facts.get("rule")), steps[one.id], _next_steps(one, identity)) for one in oddities]


def _facts(kept: dict) -> dict:
    shown = {key: value for key, value in kept.items() if key not in _INNER}
    return {**shown, **{key: date.fromisoformat(shown[key]) for key in ("used_on", "earlier_on") if shown.get(key)}}


def _rule(kept: dict | None) -> dict | None:
    return kept and {**kept, "effective_from": date.fromisoformat(kept["effective_from"])}


def _next_steps(oddity: Oddity, identity: Identity) -> list[str]:
    if oddity.state == "closed":
        return []
    return ["explained"] if oddity.cadre_id == identity.cadre_id else ["closed"]
