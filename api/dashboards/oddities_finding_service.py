"""Looks for oddities in what has come in; called once a day by `zhucun roll`.

The database picks what may be odd out of a month of records, 200 cadres at a time: what came in since the last look,
positions that come again, devices. The rules look at these, and what they find is written in short transactions of its
own. The same thing is found once, also by two that look at the same time: that is the database's constraint.
"""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from sqlalchemy import ColumnElement, Row, and_, case, func, not_, select
from sqlalchemy.orm import Session

from api.checkin import kept_service
from api.checkin.models import Evidence
from api.dashboards.oddities_pictures_service import same_pictures
from api.dashboards.oddities_rules import (
    LOOKED_AT,
    Found,
    Piece,
    clock_jumps,
    impossible_speeds,
    is_told_already,
    looks_from,
    same_positions,
    shared_devices,
)
from api.dashboards.oddity_models import Oddity, OddityLook
from api.dates import shanghai_day
from api.db import dialect_insert, in_chunks
from api.postings.divisions_service import DivisionRef, refs
from api.postings.models import Division, Place, Posting
from api.postings.policies_service import policy_book

CHUNK = 200
_DAY = timedelta(days=1)
# The rule that a kind is found by, where there is one.
RULES = {"same_position": "oddity_position_days", "impossible_speed": "oddity_speed_kmh",
         "clock_jump": "oddity_clock_minutes"}
OWN_DAYS = "oddity_own_days"
_NAMESPACE = UUID("5d1a3c52-7f0e-4a0b-9d53-0c1f4be7a6d1")
Opening = Callable[[], AbstractContextManager[Session]]

# A companion's evidence of a round is its author's record: of the companion's own phone it says nothing.
# SQLite would go through all records of a kind; a kind that is put together leaves it the cadres and their days.
_kind = Evidence.kind.concat("")
_sent_by_phone = and_(_kind.in_(("check_in", "visit", "diary")),
                      not_(and_(_kind == "visit", Evidence.id == Evidence.source_id)),
                      Evidence.status.not_in(("erased", "withdrawn")))
_PIECES = (
    select(Evidence.source_id, Evidence.cadre_id, Posting.village_id, Evidence.day, Evidence.captured_at,
           Evidence.received_at, Evidence.elapsed_ms, Evidence.latitude, Evidence.longitude, Evidence.datum,
           Evidence.accuracy_m, Evidence.wgs84_latitude, Evidence.wgs84_longitude, Evidence.device_id,
           # Only who was at a place has a name for where that was.
           case((Evidence.verdict == "inside", Evidence.place_id)))
    .outerjoin(Posting, Posting.id == Evidence.posting_id).where(_sent_by_phone))


def find_oddities(reading: Opening, writing: Opening, *, now: datetime) -> int:
    """Look at the last month's records of everybody and keep what is odd; answers how many oddities are new.

    `reading` and `writing` open a session each; what `writing` opens is committed at its end. What comes more than a
    month late is not looked at. Where a look breaks off, the next one goes through what came since the one before it.
    """
    today, kept = shanghai_day(now), 0
    first, devices = today - LOOKED_AT, {}
    with reading() as session:
        cadre_ids = kept_service.cadres_posted(session, first=first, last=today)
        since = looks_from(session.scalar(select(OddityLook.looked_at)), now)
    for chunk in in_chunks(sorted(set(cadre_ids)), CHUNK):
        with reading() as session:
            found = _look(session, chunk, first, since, now)
            for device, cadre_id in _devices(session, chunk, first):
                devices.setdefault(device, set()).add(cadre_id)
        kept += _keep_all(writing, found, now)
    with reading() as session:
        found = [*_shared(session, {device: users for device, users in devices.items() if len(users) > 1}, first),
                 *same_pictures(session, since=now - LOOKED_AT)]
    kept += _keep_all(writing, found, now)
    with writing() as session:
        _note(session, now)
    return kept


def _note(session: Session, now: datetime) -> None:
    """Note that all that came until now has been looked at; a look that began earlier and ends later takes none back.
    """
    insert = dialect_insert(session, OddityLook).values(id=1, looked_at=now)
    session.execute(insert.on_conflict_do_update(
        index_elements=["id"], set_={"looked_at": now}, where=OddityLook.looked_at < now))


def _look(session: Session, cadre_ids: list[int], first: date, since: datetime, now: datetime) -> list[Found]:
    """What is odd in the records of these cadres, each by itself, where something came `since` then."""
    lately_from = dict(session.execute(
        select(Evidence.cadre_id, func.min(Evidence.day)).where(
            Evidence.cadre_id.in_(cadre_ids), Evidence.day >= first, _sent_by_phone,
            Evidence.received_at >= since)
        .group_by(Evidence.cadre_id)).all())
    again = _with_repeated_positions(session, list(lately_from), first)
    pieces: dict[int, list[Piece]] = {cadre_id: [] for cadre_id in lately_from}
    # What came late is seen among the other records of its days; the day before has the fix that one came from.
    earliest = min((day for cadre_id, day in lately_from.items() if cadre_id not in again), default=first) - _DAY
    for part, start in (([one for one in lately_from if one not in again], earliest), (sorted(again), first)):
        for piece in _pieces(session, Evidence.cadre_id.in_(part), start) if part else ():
            pieces[piece.cadre_id].append(piece)
    book, paths = policy_book(session, *RULES.values()), _paths(session, pieces)
    found = []
    for cadre_id, own in pieces.items():
        path = paths.get(_last_village(own))
        if path is not None:
            limits = {kind: book.value(key, path, shanghai_day(now)) for kind, key in RULES.items()}
            lately = [piece for piece in own if piece.day >= lately_from[cadre_id] - _DAY]
            found += same_positions(own, least_days=limits["same_position"]) if cadre_id in again else ()
            found += impossible_speeds(lately, most_kmh=limits["impossible_speed"])
            found += clock_jumps(lately, most_minutes=limits["clock_jump"])
    return found


def _with_repeated_positions(session: Session, cadre_ids: list[int], first: date) -> set[int]:
    """The cadres that gave a position on two days or more, which is the least that a rule may ask for."""
    same = [func.round(Evidence.latitude * 1_000_000), func.round(Evidence.longitude * 1_000_000), Evidence.datum]
    return set(session.scalars(
        select(Evidence.cadre_id).where(Evidence.cadre_id.in_(cadre_ids), Evidence.day >= first, _sent_by_phone,
                                        Evidence.latitude.is_not(None))
        .group_by(Evidence.cadre_id, *same).having(func.count(func.distinct(Evidence.day)) > 1)))


def _devices(session: Session, cadre_ids: list[int], first: date) -> list[Row]:
    """Which devices (hardly more than one for each) these cadres sent with."""
    return session.execute(select(Evidence.device_id, Evidence.cadre_id).distinct().where(
        Evidence.cadre_id.in_(cadre_ids), Evidence.day >= first, _sent_by_phone, Evidence.device_id.is_not(None))).all()


def _pieces(session: Session, condition: ColumnElement[bool], first: date) -> Iterable[Piece]:
    return map(Piece._make, session.execute(_PIECES.where(condition, Evidence.day >= first)))


def _shared(session: Session, devices: dict[str, set[int]], first: date) -> list[Found]:
    used: dict[str, dict[int, list[Piece]]] = {device: {} for device in devices}
    cadre_ids = sorted({cadre_id for users in devices.values() for cadre_id in users})
    for chunk in in_chunks(cadre_ids, CHUNK):
        for piece in _pieces(session, Evidence.cadre_id.in_(chunk), first):
            if piece.device_id in used:
                used[piece.device_id].setdefault(piece.cadre_id, []).append(piece)
    return list(shared_devices(used))


def _last_village(pieces: list[Piece]) -> int | None:
    posted = [piece for piece in pieces if piece.village_id is not None]
    return max(posted, key=lambda piece: (piece.day, piece.captured_at)).village_id if posted else None


def _paths(session: Session, pieces: dict[int, list[Piece]]) -> dict[int | None, str]:
    villages = {piece.village_id for own in pieces.values() for piece in own}
    return {id: ref.path for id, ref in refs(session, villages).items()}


def _keep_all(writing: Opening, found: list[Found], now: datetime) -> int:
    """Keep what is new in one short transaction; what belongs to no village is nobody's to ask about."""
    found = [one for one in found if one.village_id is not None]
    if not found:
        return 0
    with writing() as session:
        return _keep(session, found, now)


def _keep(session: Session, found: list[Found], now: datetime) -> int:
    cadre_ids = {one.cadre_id for one in found}
    told: dict[int, list[tuple[str, set[date]]]] = {}
    for chunk in in_chunks(sorted(cadre_ids), CHUNK):
        for cadre_id, kind, facts in session.execute(
                select(Oddity.cadre_id, Oddity.kind, Oddity.facts)
                .where(Oddity.cadre_id.in_(chunk), Oddity.last_on >= shanghai_day(now) - 2 * LOOKED_AT)):
            told.setdefault(cadre_id, []).append((kind, {date.fromisoformat(day) for day in facts["days"]}))
    new = [one for one in found if not is_told_already(one, told.get(one.cadre_id, ()))]
    rows = _rows(session, new, now)
    kept = 0
    for chunk in in_chunks(rows, CHUNK):
        kept += len(session.execute(dialect_insert(session, Oddity).values(chunk).on_conflict_do_nothing()
                                    .returning(Oddity.id)).all())
    return kept


def _rows(session: Session, found: list[Found], now: datetime) -> list[dict]:
    today = shanghai_day(now)
    villages = refs(session, {one.village_id for one in found})
    book, places = policy_book(session, OWN_DAYS, *RULES.values()), _place_names(session, found)
    rules = {(one.kind, one.village_id): book.rule(RULES[one.kind], villages[one.village_id].path, today)
             for one in found if one.kind in RULES}
    setters = refs(session, {rule.division_id for rule in rules.values()})
    rows = []
    for one in found:
        facts, rule = dict(one.facts), rules.get((one.kind, one.village_id))
        if "place_ids" in facts:
            facts["places"] = [places.get(place_id) for place_id in facts.pop("place_ids")]
        own_days = book.value(OWN_DAYS, villages[one.village_id].path, today)
        rows.append({
            # The same oddity has the same id, whoever finds it.
            "id": uuid5(_NAMESPACE, f"{one.cadre_id} {one.kind} {one.mark}"), "kind": one.kind, "mark": one.mark,
            "cadre_id": one.cadre_id, "village_id": one.village_id,
            "first_on": one.days[0], "last_on": one.days[-1], "found_at": now, "state": "found", "version": 1,
            "shown_on": today + timedelta(days=own_days),
            "facts": {**facts, "days": [day.isoformat() for day in one.days],
                      "records": [record_id.hex for record_id in one.records],
                      "rule": rule and {"key": rule.key, "value": rule.value, "source": rule.source,
                                        "division": _named(setters[rule.division_id]),
                                        "effective_from": rule.effective_from.isoformat()}}})
    return rows


def _named(division: DivisionRef) -> dict:
    return {"code": division.code, "name": division.name, "level": division.level}


def _place_names(session: Session, found: list[Found]) -> dict[int, str]:
    """Places by id, with their village: every village has its committee's office."""
    ids = {id for one in found for id in one.facts.get("place_ids", ()) if id is not None}
    return {row.id: f"{row.village} {row.name}" for row in session.execute(
        select(Place.id, Place.name, Division.name.label("village"))
        .join(Division, Division.id == Place.village_id).where(Place.id.in_(ids)))} if ids else {}
