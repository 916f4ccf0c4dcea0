"""Keeps rounds of visits: one entry for many households; exactly once, whatever it looks like."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID, uuid5

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from api.auth import Identity
from api.checkin.evidence_service import NewEvidence, add_evidence
from api.checkin.phone_records_service import PhoneRecord, read_record
from api.dates import shanghai_day
from api.db import NO_HASH, dialect_insert
from api.errors import Gone, IdReused, NotFound
from api.photos import records_service
from api.postings.models import Cadre, Division, Posting
from api.visits.household_access_service import recordable
from api.visits.models import Companion, Household, Round, Visit
from api.visits.round_views_service import RoundView, round_views
from api.visits.village_quarters_service import changing_visits

# Whoever was at the door was in the village, whether somebody opened or not; a call comes from anywhere.
AT_THE_DOOR = ("in_person", "not_home")


def record_round(session: Session, *, identity: Identity, now: datetime, content_hash: bytes, id: UUID,
                 captured_at: datetime, visits: list[dict], elapsed_ms: int | None = None,
                 position: dict | None = None, location_error: str | None = None, device_id: str | None = None,
                 purposes: Iterable[str] = (), others: str | None = None, companion_ids: Iterable[int] = ()
                 ) -> tuple[RoundView, bool]:
    """Keep a round; (round, True) the first time, (round as it now stands, False) when it is sent again.

    `visits` are {id, household_id, manner, summary, photos}, each household once. The households must be of villages
    that the cadre was posted to on that day, or shortly before, or is today, or linked. With a fix it is evidence of
    presence, unless all was done by phone. Raises NotFound (household_not_found, companion_not_found), IdReused, Gone.
    """
    held = session.get(Round, id)
    if held is not None:
        return _again(session, held, identity, content_hash), False
    read = read_record(captured_at=captured_at, received_at=now, elapsed_ms=elapsed_ms, position=position,
                       location_error=location_error, first_log_in_at=identity.first_log_in_at,
                       locates=identity.locates, locates_from=identity.locates_from)
    days = {read.day, shanghai_day(now)}
    villages = reachable(session, cadre_id=identity.cadre_id, days=days,
                         household_ids=[visit["household_id"] for visit in visits])
    companions = allowed_companions(session, set(companion_ids) - {identity.cadre_id}, set(villages.values()),
                                    author_id=identity.cadre_id)
    with changing_visits(session, household_ids=villages, day=read.day, now=now):
        created = session.execute(dialect_insert(session, Round).values(
            id=id, cadre_id=identity.cadre_id, day=read.day, captured_at=captured_at, received_at=now,
            elapsed_ms=elapsed_ms, flags=" ".join(read.flags), purposes=sorted(set(purposes)), others=others,
            device_id=device_id, is_erased=False, content_hash=content_hash,
        ).on_conflict_do_nothing().returning(Round.id)).scalar() is not None
        if created:
            keep_visits(session, [visit_row(visit, id, identity.cadre_id, read.day, villages) for visit in visits])
    kept = session.get(Round, id)
    if not created:
        return _again(session, kept, identity, content_hash), False
    complete(session, kept, read, visits=visits, companion_ids=companions, now=now)
    return round_views(session, [kept], identity=None)[0], True


def complete(session: Session, kept: Round, read: PhoneRecord, *, visits: list[dict], companion_ids: Iterable[int],
             now: datetime) -> None:
    """Keep what comes with a new round: who is named in it, the photos of its visits, and what it is evidence of."""
    session.add_all(Companion(round_id=kept.id, cadre_id=cadre_id, state="named") for cadre_id in companion_ids)
    for visit in visits:
        if visit["photos"]:
            records_service.attach(session, kind="visit", record_id=visit["id"], hashes=visit["photos"], now=now)
    if read.fix is not None and any(visit["manner"] in AT_THE_DOOR for visit in visits):
        _add_evidence(session, kept, read, now)
    session.flush()


def evidence_id(round_id: UUID, cadre_id: int) -> UUID:
    """The id of the evidence that a round makes for a cadre, author or companion."""
    return uuid5(round_id, str(cadre_id))


def reachable(session: Session, *, cadre_id: int, days: Iterable[date], household_ids: Iterable[int]) -> dict[int, int]:
    """The village of each household, if the cadre may record visits there on one of the days; else NotFound."""
    ids = sorted(set(household_ids))
    reach = or_(*(recordable(cadre_id, day) for day in sorted(set(days))))
    found = dict(session.execute(select(Household.id, Household.village_id).where(Household.id.in_(ids), reach)).all())
    if len(found) < len(ids):
        raise NotFound("household_not_found")
    return found


def teammates(session: Session, *, village_ids: Iterable[int], author_id: int) -> list[int]:
    """The cadres who are or were ever posted in the townships of some villages, or of the author's own postings: who
    may have come along. A linked household may lie in another township than the team does."""
    own = select(Posting.village_id).where(Posting.cadre_id == author_id)
    townships = select(Division.township_id).where(or_(Division.id.in_(set(village_ids)), Division.id.in_(own)))
    return list(session.scalars(
        select(Cadre.id).join(Posting, Posting.cadre_id == Cadre.id).join(Division, Division.id == Posting.village_id)
        .where(Division.township_id.in_(townships)).distinct().order_by(Cadre.id)))


def check_same(held: Round, identity: Identity, content_hash: bytes) -> None:
    """Raise Gone or IdReused unless what is sent again under an id is what is held under it."""
    if held.is_erased and held.cadre_id == identity.cadre_id:
        raise Gone()
    if (held.cadre_id, held.content_hash) != (identity.cadre_id, content_hash):
        raise IdReused()


def _again(session: Session, held: Round, identity: Identity, content_hash: bytes) -> RoundView:
    check_same(held, identity, content_hash)
    return round_views(session, [held], identity=None)[0]


def allowed_companions(session: Session, wanted: set[int], village_ids: set[int], *, author_id: int) -> list[int]:
    """The cadres named in a round; NotFound where one of them could not have come along."""
    if wanted and not wanted <= set(teammates(session, village_ids=village_ids, author_id=author_id)):
        raise NotFound("companion_not_found")
    return sorted(wanted)


def visit_row(visit: dict, round_id: UUID, cadre_id: int, day: date, villages: dict[int, int]) -> dict:
    """A household of a round, as a row of `visits`."""
    return {"id": visit["id"], "round_id": round_id, "household_id": visit["household_id"],
            "village_id": villages[visit["household_id"]], "cadre_id": cadre_id, "day": day,
            "manner": visit["manner"], "summary": visit["summary"], "version": 1}


def keep_visits(session: Session, rows: list[dict]) -> None:
    """Keep the visits of new rounds; IdReused where an id belongs to another one."""
    added = session.execute(dialect_insert(session, Visit).on_conflict_do_nothing().returning(Visit.id), rows).all()
    if len(added) < len(rows):
        raise IdReused()


def _add_evidence(session: Session, kept: Round, read: PhoneRecord, now: datetime) -> None:
    # No hash: the round's own tells whether it came twice, and one over a position would give that away.
    add_evidence(session, NewEvidence(
        id=evidence_id(kept.id, kept.cadre_id), kind="visit", source_id=kept.id, cadre_id=kept.cadre_id, day=kept.day,
        flags=read.flags, captured_at=kept.captured_at, received_at=now, content_hash=NO_HASH,
        elapsed_ms=kept.elapsed_ms, fix=read.fix, device_id=kept.device_id))
