"""Takes evidence in, judges its place, and keeps its status; the same for every kind.

The hot path: a check-in is four statements when the day is already stationed, seven when it is not.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Row, and_, case, insert, or_, select, update
from sqlalchemy.orm import Session

from api.checkin import kept_service
from api.checkin.models import Evidence, PostingMonth, PostingWeek, StationedDay
from api.checkin.rules import DAY_STATES, Circle, Judgement, credited, day_state, evidence_status, judge
from api.dates import month_of, monday_of, shanghai_day
from api.db import dialect_insert
from api.errors import IdReused
from api.geo import Position, to_wgs84
from api.postings.models import Division, Place, Posting, PostingVillage
from api.postings.policies_service import policy_book
from api.postings.roster_service import lock_cadres


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


def add_evidence(session: Session, new: NewEvidence) -> tuple[Evidence, bool]:
    """Keep a piece of evidence exactly once, judge it, and bring day, week and month up to date.

    Answers (row, True) the first time and (row as it now stands, False) for the same content again; raises IdReused
    for other content or another cadre's record. Uniqueness is the database's constraint, not a look beforehand.
    """
    lock_cadres(session, [new.cadre_id])
    context = _context(session, new)
    judgement = _judge(session, context, new)
    status = evidence_status(kind=new.kind, verdict=judgement.verdict, posted=context.posting_id is not None,
                             day=new.day, received_on=shanghai_day(new.received_at))
    values = _values(new, context.posting_id, judgement, status)
    row_id = session.execute(
        dialect_insert(session, Evidence).values(values).on_conflict_do_nothing().returning(Evidence.id)).scalar()
    if row_id is None:
        return _held(session, new), False
    _note_day(session, context, new, status)
    return Evidence(**values), True


def _held(session: Session, new: NewEvidence) -> Evidence:
    held = session.scalar(select(Evidence).where(
        or_(Evidence.id == new.id, and_(Evidence.kind == new.kind, Evidence.source_id == new.source_id))))
    same = (held.cadre_id, held.kind, held.content_hash) == (new.cadre_id, new.kind, new.content_hash)
    if not same:
        raise IdReused()
    return held


@dataclass(frozen=True, slots=True)
class _Context:
    """The posting that covers a day with its places (`facts` None: no posting), and the day's kept rows."""

    facts: Row | None
    places: tuple[Row, ...]

    @property
    def posting_id(self) -> int | None:
        return self.facts.id if self.facts is not None else None


def _context(session: Session, new: NewEvidence) -> _Context:
    """Read after the lock, so that it sees what the writer before left behind; columns, since a session may hold
    older copies of the kept rows."""
    further = select(PostingVillage.village_id).where(PostingVillage.posting_id == Posting.id)
    rows = session.execute(
        select(Posting.id, Division.path, StationedDay.state,
               PostingWeek.monday, PostingWeek.stationed_mask, PostingWeek.waiting_mask,
               PostingWeek.required_days.label("week_required_days"),
               PostingMonth.month_on, PostingMonth.stationed_days,
               PostingMonth.required_days.label("month_required_days"),
               Place.id.label("place_id"), Place.wgs84_latitude, Place.wgs84_longitude, Place.radius_m)
        .join(Division, Division.id == Posting.village_id)
        .outerjoin(StationedDay, and_(StationedDay.posting_id == Posting.id, StationedDay.day == new.day))
        .outerjoin(PostingWeek, and_(PostingWeek.posting_id == Posting.id, PostingWeek.monday == monday_of(new.day)))
        .outerjoin(PostingMonth, and_(PostingMonth.posting_id == Posting.id,
                                      PostingMonth.month_on == month_of(new.day)))
        .outerjoin(Place, or_(Place.village_id == Posting.village_id, Place.village_id.in_(further)))
        .where(Posting.cadre_id == new.cadre_id, Posting.from_on <= new.day,
               or_(Posting.to_on.is_(None), Posting.to_on >= new.day))).all()
    return _Context(rows[0] if rows else None, tuple(row for row in rows if row.place_id is not None))


def _judge(session: Session, context: _Context, new: NewEvidence) -> Judgement:
    if new.fix is None:
        return Judgement("no_location")
    default = None
    if any(place.radius_m is None for place in context.places):
        default = policy_book(session, "radius_m").value("radius_m", context.facts.path, new.day)
    circles = [Circle(place.place_id, Position(place.wgs84_latitude, place.wgs84_longitude),
                      default if place.radius_m is None else place.radius_m) for place in context.places]
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


def _note_day(session: Session, context: _Context, new: NewEvidence, status: str) -> None:
    """Bring the kept rows up to date for one more piece of evidence.

    A day's state is the strongest of its pieces', so a new piece can only lift it: the old state and the new status
    are all that the rule needs.
    """
    facts, state = context.facts, day_state([status])
    if state is None or facts is None:
        return
    before = facts.state
    if before is not None and DAY_STATES.index(before) <= DAY_STATES.index(state):
        return
    if facts.monday is None or facts.month_on is None:
        kept_service.refresh(session, cadre_ids=[new.cadre_id], first=new.day, last=new.day)
        return
    if before is None:
        session.execute(insert(StationedDay.__table__).values(posting_id=facts.id, day=new.day, state=state))
    else:
        session.execute(update(StationedDay.__table__).values(state=state).where(
            StationedDay.posting_id == facts.id, StationedDay.day == new.day))
    _note_week(session, facts, new.day, state)
    if state == "stationed" and before != "errand":
        _note_month(session, facts, new.day)


def _note_week(session: Session, facts: Row, day: date, state: str) -> None:
    bit = 1 << day.weekday()
    stationed = facts.stationed_mask | bit if state == "stationed" else facts.stationed_mask
    waiting = facts.waiting_mask | bit if state == "waiting" else facts.waiting_mask & ~bit
    if (stationed, waiting) != (facts.stationed_mask, facts.waiting_mask):
        session.execute(
            update(PostingWeek.__table__).where(PostingWeek.posting_id == facts.id, PostingWeek.monday == facts.monday)
            .values(stationed_mask=stationed, waiting_mask=waiting,
                    credited_days=credited(stationed.bit_count(), facts.week_required_days)))


def _note_month(session: Session, facts: Row, day: date) -> None:
    """One day more in this month, and in the days of the year of every later month that is kept."""
    own, stationed_days = PostingMonth.month_on == facts.month_on, facts.stationed_days + 1
    session.execute(
        update(PostingMonth.__table__)
        .where(PostingMonth.posting_id == facts.id,
               PostingMonth.month_on.between(facts.month_on, date(day.year, 12, 1)))
        .values(year_days=PostingMonth.year_days + 1,
                stationed_days=case((own, stationed_days), else_=PostingMonth.stationed_days),
                credited_days=case((own, credited(stationed_days, facts.month_required_days)),
                                   else_=PostingMonth.credited_days)))
