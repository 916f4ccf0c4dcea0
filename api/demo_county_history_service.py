"""Years of presence in a minute: patterns are counted by the pure rule once, then copied to every posting in SQL.

What is kept so is exactly what a rebuild would keep. The ids of records are made in SQL too, from their day and
posting, so that they are the same every time.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from sqlalchemy import (
    Column,
    ColumnElement,
    Date,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Uuid,
    cast,
    func,
    insert,
    literal,
    select,
    type_coerce,
)
from sqlalchemy.orm import Session

from api.checkin.models import Decision, Evidence, Leave, LeaveStep, PostingMonth, PostingWeek, StationedDay
from api.checkin.rules import Circle, judge
from api.dates import start_of_day
from api.db import NO_HASH, UtcDateTime, in_chunks
from api.demo_county_days_rules import Patterns, Piece
from api.demo_county_rules import Stay
from api.demo_county_roster_service import PIECE, People, add_rows
from api.demo_evidence_rules import evidence_row
from api.demo_people_rules import moved
from api.geo import Position
from api.http import content_hash
from api.postings.models import Place

# What an id is of: its second group.
PIECE_ID, DECISION_ID, LEAVE_ID, ASKED_ID, APPROVED_ID, ROUND_ID, ROUND_EVIDENCE_ID, VISIT_ID = range(1, 9)
# The position of these cadres' phones is the same to the last digit every day; those share a device with the next one.
STUCK, SHARED = 211, 307
Progress = Callable[[int, int], None]


def made_id(session: Session, kind: int, day: ColumnElement[int], number: ColumnElement[int]) -> ColumnElement[UUID]:
    """A UUID (version 8) of a kind from a day, as its ordinal, and a number; `python_id` makes the same."""
    if session.get_bind().dialect.name == "postgresql":
        return cast(func.lpad(func.to_hex(day), 8, "0") + f"{kind:04x}80008000"
                    + func.lpad(func.to_hex(number), 12, "0"), Uuid)
    return type_coerce(func.printf(f"%08x{kind:04x}80008000%012x", day, number), Uuid)


def python_id(kind: int, day: date, number: int) -> UUID:
    return UUID(f"{day.toordinal():08x}{kind:04x}80008000{number:012x}")


def posts_table(session: Session, stays: Iterable[Stay], people: People) -> Table:
    """A temporary table of the postings with what copying needs of each."""
    table = Table("demo_posts", MetaData(), Column("posting_id", Integer, primary_key=True),
                  *(Column(name, Integer) for name in ("cadre_id", "village_id", "pattern", "seat", "committee_id",
                                                       "township_user_id")), prefixes=["TEMPORARY"])
    table.create(session.connection())
    size = people.size
    add_to(session, table, (
        {"posting_id": stay.id, "cadre_id": stay.cadre_id, "village_id": stay.village_id, "pattern": stay.pattern,
         "seat": stay.seat, "committee_id": people.committee(stay.village_id),
         "township_user_id": people.township(size.township_of(stay.village_id))} for stay in stays))
    return table


def pattern_table(session: Session, name: str, columns: dict[str, object], rows: Iterable[Sequence]) -> Table:
    """A temporary table of what patterns did: their number, then the columns."""
    table = Table(f"demo_{name}", MetaData(), Column("pattern", Integer), *(
        Column(column, kind) for column, kind in columns.items()), prefixes=["TEMPORARY"])
    table.create(session.connection())
    add_to(session, table, (dict(zip(["pattern", *columns], row, strict=True)) for row in rows))
    return table


def add_to(session: Session, table: Table, rows: Iterable[dict]) -> None:
    """Insert rows into a table, in pieces."""
    for piece in in_chunks(list(rows), PIECE):
        session.execute(insert(table), piece)


def keep_figures(session: Session, posts: Table, patterns: Patterns) -> None:
    """Give every posting the kept days, weeks and months of its pattern, in the order of time."""
    for model, rows in ((StationedDay, patterns.days), (PostingWeek, patterns.weeks),
                        (PostingMonth, patterns.months)):
        target = model.__table__
        names = [column.name for column in target.columns][1:]
        source = pattern_table(session, target.name, {name: target.columns[name].type for name in names}, rows)
        session.execute(insert(target).from_select(
            ["posting_id", *names],
            select(posts.c.posting_id, *(source.c[name] for name in names))
            .join(source, source.c.pattern == posts.c.pattern).order_by(source.c[names[0]], posts.c.posting_id)))
        source.drop(session.connection())


def write_evidence(session: Session, posts: Table, patterns: Patterns, *, until: date | None = None,
                   witnessed: int | None = None, progress: Progress = lambda done, of: None) -> None:
    """The records behind the days before `until` (all without it), their positions deleted, and what was decided.

    `witnessed`: of the first so many postings only.
    """
    columns = {"number": Integer, "day": Date, "kind": String, "captured_at": UtcDateTime, "received_at": UtcDateTime,
               "verdict": String, "status": String, "outcome": String, "decided_at": UtcDateTime, "reason": String}
    pieces = pattern_table(session, "pieces", columns, (
        (number, piece.day.toordinal(), piece.day, piece.kind, piece.captured_at, piece.received_at, piece.verdict,
         piece.status, piece.outcome, piece.decided_at, piece.reason)
        for number, found in patterns.pieces.items() for piece in found if until is None or piece.day < until))
    own = made_id(session, PIECE_ID, pieces.c.number, posts.c.posting_id)
    joined = posts.join(pieces, pieces.c.pattern == posts.c.pattern)
    chosen = posts.c.posting_id <= witnessed if witnessed is not None else posts.c.posting_id > 0
    no_hash = literal(NO_HASH, LargeBinary)
    records = select(own, pieces.c.kind, own, posts.c.cadre_id, posts.c.posting_id, pieces.c.day,
                     pieces.c.captured_at, pieces.c.received_at, pieces.c.verdict, literal(""), pieces.c.status,
                     no_hash).select_from(joined)
    decisions = select(
        made_id(session, DECISION_ID, pieces.c.number, posts.c.posting_id), own, posts.c.committee_id,
        literal("village"), pieces.c.outcome, pieces.c.reason, pieces.c.decided_at, no_hash).select_from(joined)
    spans = spans_of(session, pieces)
    for done, (first, last) in enumerate(spans, 1):
        within = chosen & pieces.c.day.between(first, last)
        order = (pieces.c.day, posts.c.posting_id)
        session.execute(insert(Evidence.__table__).from_select(
            ["id", "kind", "source_id", "cadre_id", "posting_id", "day", "captured_at", "received_at", "verdict",
             "flags", "status", "content_hash"], records.where(within).order_by(*order)))
        session.execute(insert(Decision.__table__).from_select(
            ["id", "evidence_id", "user_id", "level", "outcome", "reason", "decided_at", "content_hash"],
            decisions.where(within, pieces.c.outcome.is_not(None)).order_by(*order)))
        progress(done, len(spans))
    pieces.drop(session.connection())


def spans_of(session: Session, pieces: Table) -> list[tuple[date, date]]:
    """Stretches of some two months from the first day to the last."""
    first, last = session.execute(select(func.min(pieces.c.day), func.max(pieces.c.day))).one()
    if first is None:
        return []
    starts = [first + timedelta(days=n) for n in range(0, (last - first).days + 1, 61)]
    return [(start, min(start + timedelta(days=60), last)) for start in starts]


def write_positions(session: Session, stays: Sequence[Stay], patterns: Patterns, people: People, *, since: date,
                    radius_m: int, seed: int, progress: Progress) -> None:
    """The records since a day with their positions, judged by the rule; one by one, since each is somewhere else."""
    places: dict[int, list[Place]] = {}
    for place in session.query(Place).order_by(Place.id):
        places.setdefault(place.village_id, []).append(place)
    current = [stay for stay in stays if stay.to_on is None or stay.to_on >= since]
    rows, decided = [], []
    for done, stay in enumerate(current, 1):
        rng, around = Random(f"{seed} positions {stay.id}"), [
            place for village_id in (stay.village_id, stay.further_id) for place in places.get(village_id, ())]
        circles = [Circle(place.id, Position(place.wgs84_latitude, place.wgs84_longitude), place.radius_m or radius_m)
                   for place in around]
        for piece in patterns.pieces[stay.pattern]:
            if piece.day >= since:
                rows.append(_located(stay, piece, circles, radius_m, rng))
                if piece.outcome is not None:
                    decided.append(_decided(rows[-1], piece, people.committee(stay.village_id)))
        if len(rows) >= PIECE or done == len(current):
            add_rows(session, Evidence, rows)
            add_rows(session, Decision, decided)
            rows, decided = [], []
            progress(done, len(current))


def _located(stay: Stay, piece: Piece, circles: list[Circle], radius_m: int, rng: Random) -> dict:
    own = python_id(PIECE_ID, piece.day, stay.id)
    device = f"{(stay.cadre_id - stay.cadre_id % SHARED % 2 if stay.cadre_id % SHARED < 2 else stay.cadre_id):016x}"
    position, found = None, None
    if piece.fix in ("good", "rough", "far"):
        position, found = _position(stay, piece, circles, radius_m, rng)
    error = "timeout" if piece.fix == "none" else None
    content = {"captured_at": piece.captured_at, "position": position, "location_error": error, "device_id": device,
               "note": None}
    if piece.kind == "declaration":
        content = {"day": piece.day, "captured_at": piece.captured_at, "note": None}
    row = evidence_row(
        id=own, kind=piece.kind, source_id=own, cadre_id=stay.cadre_id, day=piece.day, flags=(),
        captured_at=piece.captured_at, received_at=piece.received_at, elapsed_ms=None, position=position,
        location_error=error, device_id=device if piece.kind == "check_in" else None, note=None,
        content_hash=content_hash(content))
    row.update(posting_id=stay.id, status=piece.status)
    if found is not None:
        row.update(verdict=found.verdict, distance_m=found.distance_m, place_id=found.place_id)
    return row


def _position(stay: Stay, piece: Piece, circles: list[Circle], radius_m: int, rng: Random):
    """A fix of the verdict that the pattern was counted with; far ones are moved on until they are outside."""
    if stay.cadre_id % STUCK == 5 and piece.fix == "good":
        rng = Random(stay.cadre_id)
    bearing = rng.uniform(0, 360)
    metres = abs(rng.gauss(0, radius_m / 6)) % (radius_m / 2)
    accuracy = {"good": rng.choice((8, 12, 15, 20, 25, 30, 48)), "rough": 1.6 * radius_m}.get(piece.fix, 20)
    for metres in (metres,) if piece.fix != "far" else (2.6 * radius_m, 4500, 9000, 30_000, 90_000):
        at = moved(circles[0].centre, metres + rng.uniform(0, 1), bearing)
        found = judge(fix=at, accuracy_m=accuracy, circles=circles)
        if found.verdict == piece.verdict:
            return {"latitude": at.latitude, "longitude": at.longitude, "accuracy_m": float(accuracy),
                    "datum": "wgs84"}, found
    raise ValueError(f"no position is {piece.verdict}")


def _decided(row: dict, piece: Piece, user_id: int) -> dict:
    content = {"evidence_id": row["id"], "outcome": piece.outcome, "reason": piece.reason}
    return {**content, "id": python_id(DECISION_ID, piece.day, row["posting_id"]), "user_id": user_id,
            "level": "village", "decided_at": piece.decided_at, "content_hash": content_hash(content)}


def write_leaves(session: Session, posts: Table, patterns: Patterns) -> None:
    """The leaves and errands, asked by the cadre and approved by the township."""
    columns = {"number": Integer, "kind": String, "from_on": Date, "to_on": Date, "reason": String,
               "asked_at": UtcDateTime, "approved_at": UtcDateTime}
    aways = pattern_table(session, "aways", columns, (
        (number, away.from_on.toordinal(), away.kind, away.from_on, away.to_on, away.reason,
         _morning(away.from_on, 3), _morning(away.from_on, 2))
        for number, found in patterns.aways.items() for away in found))
    own, no_hash = made_id(session, LEAVE_ID, aways.c.number, posts.c.posting_id), literal(NO_HASH, LargeBinary)
    joined = posts.join(aways, aways.c.pattern == posts.c.pattern)
    session.execute(insert(Leave.__table__).from_select(
        ["id", "cadre_id", "kind", "from_on", "to_on", "reason", "state", "version", "content_hash"],
        select(own, posts.c.cadre_id, aways.c.kind, aways.c.from_on, aways.c.to_on, aways.c.reason,
               literal("approved"), literal(2), no_hash).select_from(joined)
        .order_by(aways.c.from_on, posts.c.posting_id)))
    for kind, step, user_id, at in ((ASKED_ID, "asked", posts.c.cadre_id, aways.c.asked_at),
                                    (APPROVED_ID, "approved", posts.c.township_user_id, aways.c.approved_at)):
        session.execute(insert(LeaveStep.__table__).from_select(
            ["id", "leave_id", "step", "user_id", "at", "content_hash"],
            select(made_id(session, kind, aways.c.number, posts.c.posting_id), own, literal(step), user_id, at,
                   no_hash).select_from(joined).order_by(aways.c.from_on, posts.c.posting_id)))
    aways.drop(session.connection())


def _morning(day: date, days_before: int) -> datetime:
    return start_of_day(day - timedelta(days=days_before)) + timedelta(hours=9, minutes=days_before * 7)
