"""「我也在」: a companion's own word on a round that somebody else entered, one tap."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.auth import Identity
from api.checkin.evidence_service import Fix, NewEvidence, add_evidence, restore, withdraw
from api.checkin.models import Evidence
from api.dates import ON_THE_WAY
from api.db import NO_HASH
from api.errors import IdReused, NotFound
from api.postings.account_models import User
from api.postings.divisions_service import DivisionRef, refs
from api.postings.models import Cadre, Division, Posting
from api.postings.roster_service import cadre_names, posted_between
from api.visits.household_access_service import posted_villages
from api.visits.models import Companion, Round, Visit
from api.visits.rounds_service import evidence_id

MOST = 100


@dataclass(frozen=True)
class CompanionView:
    """A round that a cadre is named in: who entered it, how many households, and the own answer."""

    round_id: UUID
    day: date
    captured_at: datetime
    cadre: dict
    households: int
    state: str
    answered_at: datetime | None


@dataclass(frozen=True)
class TeammateView:
    """A cadre whom a round may name, with the village posted to."""

    id: int
    name: str
    village: DivisionRef


def list_own(session: Session, *, cadre_id: int, state: str | None) -> list[CompanionView]:
    """The rounds in which a cadre is named, the latest first, 100 at most; `state` None: any."""
    query = (select(Companion).join(Round, Round.id == Companion.round_id)
             .where(Companion.cadre_id == cadre_id, Round.is_erased.is_(False)))
    if state is not None:
        query = query.where(Companion.state == state)
    return _views(session, list(session.scalars(query.order_by(Round.captured_at.desc(), Round.id).limit(MOST))))


def list_teammates(session: Session, *, cadre_id: int, today: date) -> list[TeammateView]:
    """The cadres with a posting today in the townships of a cadre's own, in roster order."""
    townships = select(Division.township_id).where(Division.id.in_(posted_villages(cadre_id, today)))
    rows = session.execute(
        select(Cadre.id, User.name, Posting.village_id).join(User, User.id == Cadre.user_id)
        .join(Posting, Posting.cadre_id == Cadre.id).join(Division, Division.id == Posting.village_id)
        .where(Division.township_id.in_(townships), Cadre.id != cadre_id, posted_between(today, today))
        .order_by(Division.code, Posting.id)).all()
    villages = refs(session, {row.village_id for row in rows})
    return [TeammateView(row.id, row.name, villages[row.village_id]) for row in rows]


def answer(session: Session, *, identity: Identity, id: UUID, round_id: UUID, state: str, captured_at: datetime,
           content_hash: bytes, now: datetime) -> tuple[CompanionView, bool]:
    """Keep a companion's answer, joined or declined; the later word holds, in whatever order they come.

    Joining makes the round evidence of the companion's presence too, where it is that of the author's; the position
    goes with it for a companion who agrees to positions. Raises NotFound for who is not named, IdReused.
    """
    companion = session.get(Companion, (round_id, identity.cadre_id), with_for_update=True, populate_existing=True)
    kept = session.get(Round, round_id) if companion is not None else None
    if kept is None or kept.is_erased:
        raise NotFound()
    if companion.answer_id == id:
        if companion.answer_hash != content_hash:
            raise IdReused()
        return _views(session, [companion])[0], False
    if session.scalar(select(Companion.round_id).where(Companion.answer_id == id)) is not None:
        raise IdReused()
    if companion.answered_at is None or captured_at >= companion.answered_at:
        companion.state, companion.answered_at = state, captured_at
        companion.answer_id, companion.answer_hash = id, content_hash
        kept.changed_at = now
        session.flush()
        if state == "joined":
            _add_evidence(session, kept, identity)
        else:
            withdraw(session, kind="visit", source_id=evidence_id(round_id, identity.cadre_id))
    return _views(session, [companion])[0], True


def _add_evidence(session: Session, kept: Round, identity: Identity) -> None:
    """What the round is evidence of for its author it is for the companion, measured at the companion's places."""
    authors = session.scalar(select(Evidence).where(
        Evidence.kind == "visit", Evidence.source_id == kept.id, Evidence.status.not_in(("withdrawn", "erased"))))
    if authors is None:
        return
    own = evidence_id(kept.id, identity.cadre_id)
    if restore(session, kind="visit", source_id=own):
        return
    since = identity.locates_from
    agreed = identity.locates and (since is None or kept.captured_at >= since - ON_THE_WAY)
    fix = None
    if agreed and authors.latitude is not None:
        fix = Fix(authors.latitude, authors.longitude, authors.accuracy_m, authors.datum)
    add_evidence(session, NewEvidence(
        id=own, kind="visit", source_id=own, cadre_id=identity.cadre_id, day=kept.day, flags=tuple(kept.flags.split()),
        captured_at=kept.captured_at, received_at=kept.received_at, content_hash=NO_HASH, fix=fix,
        location_error=None if fix else "unavailable" if agreed else "denied"))


def _views(session: Session, companions: list[Companion]) -> list[CompanionView]:
    ids = [one.round_id for one in companions]
    rounds = {one.id: one for one in session.scalars(select(Round).where(Round.id.in_(ids)))}
    counts = dict(session.execute(select(Visit.round_id, func.count()).where(
        Visit.round_id.in_(ids), Visit.annulled_at.is_(None)).group_by(Visit.round_id)).all())
    names = cadre_names(session, {one.cadre_id for one in rounds.values()})
    return [
        CompanionView(one.round_id, rounds[one.round_id].day, rounds[one.round_id].captured_at,
                      {"id": rounds[one.round_id].cadre_id, "name": names[rounds[one.round_id].cadre_id]},
                      counts.get(one.round_id, 0), one.state, one.answered_at)
        for one in companions
    ]
