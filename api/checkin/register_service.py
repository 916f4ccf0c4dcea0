"""The village's attendance book, entered as a grid of cadres and days: the road without a phone, of equal standing.

A line is a piece of evidence of kind `register` with a decision of whoever entered it, so it counts at once, and a
higher level may still decide otherwise. What is asked for is how the line should stand: asking again changes nothing.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4, uuid5

from sqlalchemy import bindparam, insert, or_, select
from sqlalchemy.orm import Session

from api import audit
from api.auth import Identity
from api.checkin import kept_service
from api.checkin.decisions_service import highest_level
from api.checkin.judging_service import decisions_of, set_status
from api.checkin.models import Decision, Evidence
from api.checkin.month_service import user_names
from api.checkin.sheet_service import further_rows, month_period
from api.dates import shanghai_day
from api.db import dialect_insert
from api.errors import Forbidden, NotFound, Unprocessable
from api.postings.divisions_service import DivisionRef, audit_chain, refs
from api.postings.models import Division, Posting, PostingVillage
from api.postings.roster_service import lock_cadres, postings_of, villages_of

KIND = "register"
# Whoever enters a cadre's day means the same line, however often and from wherever.
_LINES = UUID("8b7f0f4e-2f0a-5d0c-9a53-6a5c1f1d7e21")


@dataclass(frozen=True, slots=True)
class Line:
    """A cadre's day as it should stand in the register."""

    cadre_id: int
    day: date
    is_present: bool


@dataclass(frozen=True, slots=True)
class LineView:
    """A line as it stands; without evidence it was never ticked."""

    cadre_id: int
    day: date
    is_present: bool
    evidence_id: UUID | None
    status: str | None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a line belongs: the posting that covers its day, at which level the user enters it, in which chain."""

    posting_id: int
    level: str
    chain: int


def source_of(cadre_id: int, day: date) -> UUID:
    """The one source of a cadre's day in the register."""
    return uuid5(_LINES, f"{cadre_id} {day}")


def enter_lines(session: Session, *, identity: Identity, lines: Sequence[Line], reason: str | None,
                now: datetime, new_id: Callable[[], UUID] = uuid4) -> list[LineView]:
    """Bring lines of the register to where they should stand, all or none; answers them in the order asked.

    `new_id` makes the ids of the decisions. A line that is added needs no reason, not even in a closed month: it may
    have been tapped before the closing and waited for a network, and a page that is refused gives it up.

    Raises Forbidden (own_record), NotFound for a cadre out of reach, Unprocessable (future_day, line_twice,
    day_outside_posting, reason_missing where a line that stands is taken away).
    """
    _check(lines, identity, today=shanghai_day(now))
    cadre_ids = {line.cadre_id for line in lines}
    _places(session, identity, lines)
    lock_cadres(session, cadre_ids)
    places = _places(session, identity, lines)
    held = _held(session, lines)
    decisions = decisions_of(session, [piece.id for piece in held.values()])
    changed = [line for line in lines if _differs(line, held, decisions, places)]
    if any(not line.is_present for line in changed) and not (reason or "").strip():
        raise Unprocessable("reason_missing")
    _add_evidence(session, [line for line in changed if source_of(line.cadre_id, line.day) not in held], places, now)
    held = _held(session, lines)
    _decide(session, [(line, held[source_of(line.cadre_id, line.day)]) for line in changed], decisions, places,
            identity=identity, reason=reason, now=now, new_id=new_id)
    if changed:
        days = [line.day for line in changed]
        kept_service.refresh(session, cadre_ids={line.cadre_id for line in changed}, first=min(days), last=max(days))
        _audit(session, changed, places, identity=identity, reason=reason, now=now)
    return [_view(line, held.get(source_of(line.cadre_id, line.day))) for line in lines]


def lines_of(session: Session, *, village: Division, month_on: date) -> list[dict]:
    """The lines of the postings that cover a village, home or further, on the days of a month's sheet."""
    period = month_period(month_on, month_on)
    covering = select(PostingVillage.posting_id).where(PostingVillage.village_id == village.id)
    pieces = list(session.scalars(
        select(Evidence).join(Posting, Posting.id == Evidence.posting_id)
        .where(Evidence.kind == KIND, Evidence.status != "erased", Evidence.day.between(period.first, period.last),
               or_(Posting.village_id == village.id, Posting.id.in_(covering)))
        .order_by(Evidence.cadre_id, Evidence.day)))
    latest = {evidence_id: made[-1] for evidence_id, made in
              decisions_of(session, [piece.id for piece in pieces]).items()}
    names = user_names(session, {decision.user_id for decision in latest.values()})
    return [{"cadre_id": piece.cadre_id, "day": piece.day, "is_present": piece.status == "counts",
             "by": {"id": latest[piece.id].user_id, "name": names[latest[piece.id].user_id]},
             "at": latest[piece.id].decided_at} for piece in pieces]


def further_rows_of(session: Session, *, village: Division, month_on: date, today: date) -> list[dict]:
    """The cadres who cover a village from a neighbouring one, for its attendance book."""
    ref = DivisionRef.of(village)
    rows = further_rows(session, villages=[ref], month_on=month_on, today=today).get(village.id, ())
    return [{"posting_id": row.posting_id, "cadre": {"id": row.cadre_id, "name": row.name}, "home": row.home,
             "signs": row.signs} for row in rows]


def _check(lines: Sequence[Line], identity: Identity, *, today: date) -> None:
    seen = set()
    for line in lines:
        if line.cadre_id == identity.cadre_id:
            raise Forbidden("own_record")
        if line.day > today:
            raise Unprocessable("future_day", day=line.day)
        if (line.cadre_id, line.day) in seen:
            raise Unprocessable("line_twice", day=line.day)
        seen.add((line.cadre_id, line.day))


def _places(session: Session, identity: Identity, lines: Sequence[Line]) -> dict[tuple[int, date], _Place]:
    """Where each line belongs, by cadre and day. A cadre none of whose postings the user reaches is not there."""
    postings: dict[int, list[Posting]] = {}
    for posting in postings_of(session, {line.cadre_id for line in lines}):
        postings.setdefault(posting.cadre_id, []).append(posting)
    covered = villages_of(session, [posting.id for rows in postings.values() for posting in rows])
    around = refs(session, {village for villages in covered.values() for village in villages})
    levels = {posting_id: highest_level(identity, _refs(around, villages)) for posting_id, villages in covered.items()}
    places = {}
    for line in lines:
        own = postings.get(line.cadre_id, [])
        posting = next((row for row in own if row.from_on <= line.day
                        and (row.to_on is None or line.day <= row.to_on)), None)
        if not any(levels[row.id] for row in own) or posting is not None and levels[posting.id] is None:
            raise NotFound()
        if posting is None:
            raise Unprocessable("day_outside_posting", day=line.day)
        home = around[covered[posting.id][0]]
        places[line.cadre_id, line.day] = _Place(posting.id, levels[posting.id], audit_chain(home))
    return places


def _refs(around: dict[int, DivisionRef], village_ids: Iterable[int]) -> list[DivisionRef]:
    return [around[village_id] for village_id in village_ids]


def _held(session: Session, lines: Sequence[Line]) -> dict[UUID, Evidence]:
    wanted = {source_of(line.cadre_id, line.day) for line in lines}
    pieces = session.scalars(
        select(Evidence).where(Evidence.kind == KIND, Evidence.source_id.in_(bindparam("ids", expanding=True))),
        {"ids": list(wanted)})
    return {piece.source_id: piece for piece in pieces}


def _differs(line: Line, held: dict[UUID, Evidence], decisions: dict[UUID, list[Decision]], places) -> bool:
    """Whether entering a line adds anything: what this level said last is not what is asked for now."""
    piece = held.get(source_of(line.cadre_id, line.day))
    if piece is None:
        return line.is_present
    if piece.status == "erased":
        return False
    if (piece.status == "counts") == line.is_present:
        return False
    level = places[line.cadre_id, line.day].level
    own = [decision.outcome for decision in decisions.get(piece.id, ()) if decision.level == level]
    # A higher level may have the last word; saying one's own again would not change it.
    return not own or own[-1] != ("confirmed" if line.is_present else "rejected")


def _add_evidence(session: Session, lines: Sequence[Line], places, now: datetime) -> None:
    if not lines:
        return
    sources = [source_of(line.cadre_id, line.day) for line in lines]
    # An id is whatever a phone makes of it: where somebody holds this one already, the source alone tells the line.
    taken = set(session.scalars(select(Evidence.id).where(Evidence.id.in_(bindparam("ids", expanding=True))),
                                {"ids": sources}))
    session.execute(dialect_insert(session, Evidence).on_conflict_do_nothing(), [
        {"id": uuid4() if source in taken else source, "kind": KIND, "source_id": source, "cadre_id": line.cadre_id,
         "posting_id": places[line.cadre_id, line.day].posting_id, "day": line.day, "captured_at": now,
         "received_at": now, "verdict": "no_location", "flags": "", "status": "waiting",
         "content_hash": _made_here(source)}
        for line, source in zip(lines, sources, strict=True)])


def _made_here(id: UUID) -> bytes:
    """The content hash of a record that no client sent: nobody can send it again."""
    return hashlib.sha256(id.bytes).digest()


def _decide(session: Session, changed: Sequence[tuple[Line, Evidence]], decisions: dict[UUID, list[Decision]], places,
            *, identity: Identity, reason: str | None, now: datetime, new_id: Callable[[], UUID]) -> None:
    rows = []
    for line, piece in changed:
        made = decisions.get(piece.id, [])
        outcome = "confirmed" if line.is_present else "rejected"
        id = new_id()
        # Later than every earlier one, so that it is always plain which is the latest.
        at = max([now, *(one.decided_at + timedelta(microseconds=1) for one in made[-1:])])
        decision = Decision(
            id=id, evidence_id=piece.id, user_id=identity.user_id, level=places[line.cadre_id, line.day].level,
            outcome=outcome, reason=reason, decided_at=at, content_hash=_made_here(id))
        rows.append({column.name: getattr(decision, column.name) for column in Decision.__table__.columns})
        set_status(piece, [*made, decision])
    if rows:
        session.execute(insert(Decision), rows)
    session.flush()


def _audit(session: Session, changed: Sequence[Line], places, *, identity: Identity, reason: str | None,
           now: datetime) -> None:
    """One entry for the request in each township that it touches, with every line that changed."""
    by_chain: dict[int, list] = {}
    for line in changed:
        by_chain.setdefault(places[line.cadre_id, line.day].chain, []).append(
            [line.cadre_id, line.day.isoformat(), line.is_present])
    for chain, entered in sorted(by_chain.items()):
        audit.append(session, chain=chain, at=now, user_id=identity.user_id, action="register.entered",
                     subject=f"division:{chain}", details={"lines": entered, "reason": reason})


def _view(line: Line, piece: Evidence | None) -> LineView:
    if piece is None:
        return LineView(line.cadre_id, line.day, False, None, None)
    return LineView(line.cadre_id, line.day, piece.status == "counts", piece.id, piece.status)
