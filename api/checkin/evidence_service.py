"""Takes evidence in, judges its place, and keeps its status; the same for every kind.

This is the way that every check-in of a county takes at nine in the morning, so it asks few questions: the context
(context_service), and the record with the rows that it lifts (evidence_writing_service).
"""

from dataclasses import dataclass
from datetime import date, datetime
from types import SimpleNamespace
from uuid import UUID

from sqlalchemy import Row, and_, or_, select
from sqlalchemy.orm import Session

from api.checkin import judging_service, kept_service, standings_forgetting_service
from api.checkin.context_service import Context, ask_context
from api.checkin.evidence_writing_service import Lift, keep
from api.checkin.models import Evidence
from api.checkin.rules import DAY_STATES, Circle, Judgement, credited, day_state, evidence_status, judge
from api.dates import monday_of, month_of, shanghai_day
from api.db import NO_HASH
from api.errors import DomainError, Gone, IdReused
from api.geo import Position, to_wgs84
from api.postings.models import Place
from api.postings.roster_service import lock_cadres
from api.short_way import ShortWay, need_transaction


@dataclass(frozen=True, slots=True)
class Fix:
    """A position as the phone sent it: degrees in `datum`, accuracy in metres (None: not said)."""

    latitude: float
    longitude: float
    accuracy_m: float | None
    datum: str

    @property
    def wgs84(self) -> Position:
        return to_wgs84(self.latitude, self.longitude, self.datum)


@dataclass(frozen=True, slots=True)
class NewEvidence:
    """What a slice brings as evidence of presence; `id` is the source's own for check-ins and declarations."""

    id: UUID
    kind: str
    source_id: UUID
    cadre_id: int
    day: date
    flags: tuple[str, ...]
    captured_at: datetime
    received_at: datetime
    content_hash: bytes
    elapsed_ms: int | None = None
    fix: Fix | None = None
    location_error: str | None = None
    device_id: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A piece of evidence as it stands, whether it is new, and the name of the place that its verdict is about.

    A new one is the plain values that were written: nobody changes it further in the request that made it.
    """

    evidence: Evidence | SimpleNamespace
    created: bool
    place_name: str | None


def add_evidence(session: Session | ShortWay, new: NewEvidence, context: Context | None = None) -> Kept:
    """Keep a piece of evidence exactly once, judge it, and bring day, week and month up to date.

    The same content again answers the row as it now stands; raises IdReused for other content or another cadre's
    record, Gone for one that was erased. Uniqueness is the database's constraint, not a look beforehand. `context`, if
    it was read already and is of the record's day, saves a question; it need not be fresh.
    """
    session.flush()
    if context is None or (context.cadre_id, context.day) != (new.cadre_id, new.day):
        context = ask_context(session, new.cadre_id, new.day)
    kept = _try_to_add(session, new, context)
    if kept is None:
        # Somebody else wrote facts of this cadre between our reading and our writing: wait for one's turn.
        lock_cadres(session, [new.cadre_id])
        kept = _try_to_add(session, new, ask_context(session, new.cadre_id, new.day))
    return kept


def withdraw(session: Session, *, kind: str, source_id: UUID) -> None:
    """Take back the evidence of a higher slice's record, an annulled visit for one, and bring its day up to date.

    Nothing happens where there is none. What was decided on it stays, and decides nothing any more.
    """
    cadre_id = session.scalar(select(Evidence.cadre_id).where(
        Evidence.kind == kind, Evidence.source_id == source_id, Evidence.status.not_in(("withdrawn", "erased"))))
    if cadre_id is None:
        return
    lock_cadres(session, [cadre_id])
    evidence = session.scalar(select(Evidence).where(Evidence.kind == kind, Evidence.source_id == source_id)
                              .execution_options(populate_existing=True))
    if evidence.status != "erased":
        evidence.status = "withdrawn"
        session.flush()
        kept_service.refresh(session, cadre_ids=[cadre_id], first=evidence.day, last=evidence.day)


def restore(session: Session, *, kind: str, source_id: UUID) -> bool:
    """Let evidence that was withdrawn count again, judged by the places of today; False where there is none."""
    evidence = session.scalar(select(Evidence).where(Evidence.kind == kind, Evidence.source_id == source_id))
    if evidence is None:
        return False
    lock_cadres(session, [evidence.cadre_id])
    session.refresh(evidence)
    if evidence.status == "withdrawn":
        evidence.status = "waiting"
        session.flush()
        judging_service.cadres_changed(session, cadre_ids=[evidence.cadre_id], first=evidence.day)
    return True


def _try_to_add(session: Session | ShortWay, new: NewEvidence, context: Context) -> Kept | None:
    """Judge and write; None when what was read is no longer so, and nothing is written."""
    facts = context.facts
    values = judged_values(new, context)
    lift, behind = _lift(facts, new.day, values["status"])
    late = standings_forgetting_service.is_late(new.day, today=shanghai_day(new.received_at))
    if behind or late:
        need_transaction(session)
    outcome = keep(session.connection(), values, lift, facts_version=facts.facts_version)
    if outcome == "stale":
        return None
    if outcome == "known":
        held = _held(session, new)
        return Kept(held, False, _place_name(session, held.place_id))
    if behind:
        kept_service.refresh(session, cadre_ids=[new.cadre_id], first=new.day, last=new.day)
    elif late:
        standings_forgetting_service.facts_changed(session, cadre_ids=[new.cadre_id], first=new.day, last=new.day)
    return new_kept(values, context)


def new_kept(values: dict, context: Context) -> Kept:
    """A piece of evidence that was just written."""
    names = {place.place_id: place.place_name for place in context.places}
    return Kept(SimpleNamespace(**values), True, names.get(values["place_id"]))


def judged_values(new: NewEvidence, context: Context) -> dict:
    """The row of a piece of evidence, judged by what it meets."""
    posting_id, judgement = context.facts.posting_id, _judge(context, new)
    status = evidence_status(kind=new.kind, verdict=judgement.verdict, posted=posting_id is not None, day=new.day,
                             received_on=shanghai_day(new.received_at))
    return _values(new, posting_id, judgement, status)


def _place_name(session: Session, place_id: int | None) -> str | None:
    return None if place_id is None else session.scalar(select(Place.name).where(Place.id == place_id))


def _held(session: Session, new: NewEvidence) -> Evidence:
    held = session.scalar(select(Evidence).where(
        or_(Evidence.id == new.id, and_(Evidence.kind == new.kind, Evidence.source_id == new.source_id))))
    problem = problem_with(held, new)
    if problem is not None:
        raise problem
    return held


def problem_with(held: Evidence, new: NewEvidence) -> DomainError | None:
    """Why what is held under an id is not what was sent again under it: Gone, IdReused, or None: it is."""
    if held.status == "erased" and held.cadre_id == new.cadre_id:
        return Gone()
    same = (held.cadre_id, held.kind) == (new.cadre_id, new.kind) and held.content_hash in (NO_HASH, new.content_hash)
    return None if same else IdReused()


def _judge(context: Context, new: NewEvidence) -> Judgement:
    if new.fix is None:
        return Judgement("no_location")
    circles = [Circle(place.place_id, Position(place.wgs84_latitude, place.wgs84_longitude), place.radius_m)
               for place in context.places]
    return judge(fix=new.fix.wgs84, accuracy_m=new.fix.accuracy_m, circles=circles)


def _values(new: NewEvidence, posting_id: int | None, judgement: Judgement, status: str) -> dict:
    fix, wgs84 = new.fix, new.fix and new.fix.wgs84
    return {
        "id": new.id, "kind": new.kind, "source_id": new.source_id, "cadre_id": new.cadre_id, "posting_id": posting_id,
        "day": new.day, "captured_at": new.captured_at, "received_at": new.received_at, "elapsed_ms": new.elapsed_ms,
        "latitude": fix and fix.latitude, "longitude": fix and fix.longitude, "datum": fix and fix.datum,
        "accuracy_m": fix and fix.accuracy_m, "wgs84_latitude": wgs84 and wgs84.latitude,
        "wgs84_longitude": wgs84 and wgs84.longitude, "location_error": new.location_error,
        "verdict": judgement.verdict, "distance_m": judgement.distance_m, "place_id": judgement.place_id,
        "flags": " ".join(new.flags), "status": status, "device_id": new.device_id, "note": new.note,
        "content_hash": new.content_hash,
    }


def _lift(facts: Row, day: date, status: str) -> tuple[Lift | None, bool]:
    """What one more piece of evidence does to the kept rows, and whether they do not reach so far yet.

    A day's state is the strongest of its pieces', so a new piece can only lift it: the old state and the new status
    are all that the rule needs.
    """
    state = day_state([status])
    if state is None or facts.posting_id is None:
        return None, False
    before = facts.state
    if before is not None and DAY_STATES.index(before) <= DAY_STATES.index(state):
        return None, False
    if facts.stationed_mask is None or facts.stationed_days is None:
        return None, True
    bit = 1 << day.weekday()
    stationed = facts.stationed_mask | bit if state == "stationed" else facts.stationed_mask
    adds_a_day = state == "stationed" and before != "errand"
    stationed_days = facts.stationed_days + 1
    return Lift(
        posting_id=facts.posting_id, day=day, state=state, monday=monday_of(day), stationed_mask=stationed,
        waiting_mask=facts.waiting_mask | bit if state == "waiting" else facts.waiting_mask & ~bit,
        week_credited=credited(stationed.bit_count(), facts.week_required_days),
        month_on=month_of(day) if adds_a_day else None, month_stationed=stationed_days,
        month_credited=credited(stationed_days, facts.month_required_days)), False
