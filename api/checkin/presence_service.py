"""What a cadre records: check-ins and declarations. Kept whatever they look like; flags never refuse."""

from dataclasses import dataclass, field
from datetime import date, datetime
from types import SimpleNamespace
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.checkin.context_service import Context
from api.checkin.decisions_service import DecisionView
from api.checkin.evidence_batch_service import add_many
from api.checkin.evidence_service import NewEvidence, add_evidence
from api.checkin.models import Evidence
from api.checkin.phone_records_service import read_record
from api.checkin.reveals_service import RevealView
from api.checkin.rules import day_and_flags, reckoned_at
from api.dates import shanghai_day
from api.db import NO_HASH
from api.errors import DomainError, Gone, NotFound
from api.postings.models import Place


@dataclass(slots=True)
class EvidenceView:
    """A piece of evidence as answers show it, with what was decided on it: the exact position stays out of it."""

    id: UUID
    kind: str
    cadre_id: int
    day: date
    captured_at: datetime
    received_at: datetime
    verdict: str
    distance_m: int | None
    place: dict | None
    accuracy_m: float | None
    location_error: str | None
    flags: list[str]
    note: str | None
    status: str
    decisions: list[DecisionView]
    has_coordinates: bool = False
    reveals: list[RevealView] = field(default_factory=list)


def _view(piece: Evidence | SimpleNamespace, place_name: str | None,
          decisions: list[DecisionView] | None = None) -> EvidenceView:
    return EvidenceView(
        piece.id, piece.kind, piece.cadre_id, piece.day, piece.captured_at, piece.received_at, piece.verdict,
        None if piece.distance_m is None else round(piece.distance_m),
        None if place_name is None else {"id": piece.place_id, "name": place_name},
        piece.accuracy_m, piece.location_error, piece.flags.split(), piece.note, piece.status, decisions or [],
        piece.latitude is not None)


def check_in_evidence(*, cadre_id: int, first_log_in_at: datetime | None, id: UUID, captured_at: datetime,
                      received_at: datetime, content_hash: bytes, locates: bool, locates_from: datetime | None = None,
                      elapsed_ms: int | None = None, position: dict | None = None, location_error: str | None = None,
                      device_id: str | None = None, note: str | None = None) -> NewEvidence:
    """A check-in as evidence; a position that was not agreed to is thrown away (phone_records_service)."""
    read = read_record(captured_at=captured_at, received_at=received_at, elapsed_ms=elapsed_ms,
                       first_log_in_at=first_log_in_at, position=position, location_error=location_error,
                       locates=locates, locates_from=locates_from)
    return NewEvidence(
        id=id, kind="check_in", source_id=id, cadre_id=cadre_id, day=read.day, flags=read.flags,
        captured_at=captured_at, received_at=received_at, content_hash=NO_HASH if read.refused else content_hash,
        elapsed_ms=elapsed_ms, fix=read.fix, location_error=read.location_error, device_id=device_id, note=note)


def record_check_in(session: Session, *, context: Context | None = None, **told) -> tuple[EvidenceView, bool]:
    """Keep a check-in; (record, True) the first time, (record as it now stands, False) when it is sent again.

    `told` as `check_in_evidence`; `context` may have been read already. Raises IdReused and, for an erased record,
    Gone.
    """
    kept = add_evidence(session, check_in_evidence(**told), context)
    return _view(kept.evidence, kept.place_name), kept.created


def record_check_ins(session: Session, news: list[NewEvidence]) -> list[tuple[EvidenceView, bool] | DomainError]:
    """Keep many check-ins whose cadres the caller has locked; for each what `record_check_in` answers or raises."""
    return [kept if isinstance(kept, DomainError) else (_view(kept.evidence, kept.place_name), kept.created)
            for kept in add_many(session, news)]


def declare_presence(session: Session, *, cadre_id: int, id: UUID, day: date, captured_at: datetime,
                     received_at: datetime, content_hash: bytes, note: str | None = None) -> tuple[EvidenceView, bool]:
    """Keep a plain declaration of a day in the village, the equal road without a position; it waits for the village.

    A declaration of a day ahead is kept with the flag `future_day` and never counts.
    """
    flags = ("future_day",) if day > shanghai_day(received_at) else ()
    kept = add_evidence(session, NewEvidence(
        id=id, kind="declaration", source_id=id, cadre_id=cadre_id, day=day, flags=flags, captured_at=captured_at,
        received_at=received_at, content_hash=content_hash, note=note))
    return _view(kept.evidence, kept.place_name), kept.created


def moment_of(*, captured_at: datetime, received_at: datetime, elapsed_ms: int | None,
              first_log_in_at: datetime | None) -> tuple[datetime, date, tuple[str, ...]]:
    """When a phone's record was made: the instant, its Shanghai date, and its flags (clock_skew, late).

    The instant is the phone's own, unless its clock was wrong.
    """
    day, flags = day_and_flags(captured_at=captured_at, received_at=received_at, elapsed_ms=elapsed_ms,
                               first_log_in_at=first_log_in_at)
    skewed = "clock_skew" in flags
    return reckoned_at(received_at, elapsed_ms)[0] if skewed else captured_at, day, flags


def own_evidence(session: Session, *, cadre_id: int, evidence_id: UUID, kind: str) -> EvidenceView:
    """One record of a cadre's own; NotFound also for somebody else's."""
    evidence = session.get(Evidence, evidence_id)
    if evidence is None or evidence.cadre_id != cadre_id or evidence.kind != kind:
        raise NotFound()
    if evidence.status == "erased":
        raise Gone()
    return evidence_views(session, [evidence])[0]


def evidence_views(session: Session, pieces: list[Evidence],
                   decisions: dict[UUID, list[DecisionView]] | None = None) -> list[EvidenceView]:
    """Pieces of evidence with the names of their places, and with `decisions` by evidence id."""
    ids = {piece.place_id for piece in pieces if piece.place_id is not None}
    names = dict(session.execute(select(Place.id, Place.name).where(Place.id.in_(ids))).all()) if ids else {}
    shown = decisions or {}
    return [_view(piece, names.get(piece.place_id), shown.get(piece.id)) for piece in pieces]
