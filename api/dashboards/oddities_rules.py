"""What is odd in a cadre's records, so that a person should look at it. Pure; decides nothing and changes no figure.

Each has an innocent explanation that is likelier than any other (a phone that remembers an old position, a borrowed
phone, a wrong clock), so the cadre is asked first.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from itertools import pairwise
from typing import NamedTuple
from uuid import UUID

from api.geo import Position, distance_m, rough_distance_m

# Records of so many days are looked at together; whoever sent one later than that is not asked about it.
LOOKED_AT = timedelta(days=31)
# What was on its way when the last look ended, or came back since, is seen by the next one.
OVERLAP = timedelta(days=1)
# Below this no speed is asked about: within a village a fix may be that far off, whatever accuracy it claims.
LEAST_M = 3000
# An accuracy that is missing, not positive or beyond this is unknown (DESIGN section 3, Place).
MOST_ACCURACY_M = 3000
# Two fixes at one moment are taken to lie a minute apart: nothing divides by nothing.
LEAST_BETWEEN = timedelta(minutes=1)
# A record without `elapsed_ms` that came so soon after it was made is as good as one with it.
AT_ONCE = timedelta(minutes=5)


class Piece(NamedTuple):
    """A piece of evidence that a cadre's phone sent; position and datum as sent, `wgs84_*` to measure with.

    `record_id` is the record's own (a round's, an entry's), `village_id` the home village of the posting on that day.
    """

    record_id: UUID
    cadre_id: int
    village_id: int | None
    day: date
    captured_at: datetime
    received_at: datetime
    elapsed_ms: int | None
    latitude: float | None
    longitude: float | None
    datum: str | None
    accuracy_m: float | None
    wgs84_latitude: float | None
    wgs84_longitude: float | None
    device_id: str | None
    place_id: int | None

    @property
    def reckoned_at(self) -> datetime | None:
        """When it was made by the server's clock; None where nobody knows, as of what waited long without saying so."""
        if self.elapsed_ms is not None:
            return self.received_at - timedelta(milliseconds=self.elapsed_ms)
        return self.captured_at if abs(self.received_at - self.captured_at) <= AT_ONCE else None

    @property
    def known_accuracy_m(self) -> float | None:
        """The accuracy in metres; None where it is unknown, so that the fix proves nothing."""
        known = self.accuracy_m is not None and 0 < self.accuracy_m <= MOST_ACCURACY_M
        return self.accuracy_m if known and self.wgs84_latitude is not None else None

    @property
    def position(self) -> Position:
        return Position(self.wgs84_latitude, self.wgs84_longitude)

    @property
    def clock_off(self) -> timedelta | None:
        """How far the phone's clock was ahead (behind: negative); None where it cannot be told.

        Without `elapsed_ms` a record may have waited, so that only a clock that was ahead shows.
        """
        if self.elapsed_ms is not None:
            return self.captured_at - self.reckoned_at
        ahead = self.captured_at - self.received_at
        return ahead if ahead > timedelta(0) else None


@dataclass(frozen=True, slots=True)
class Found:
    """An oddity: whose and what, the days and records it is made of, and facts in numbers; never a coordinate.

    `mark` tells it from the next of its kind. It never comes from a position: one could be found again by trying.
    """

    kind: str
    mark: str
    cadre_id: int
    village_id: int | None
    days: tuple[date, ...]
    records: tuple[UUID, ...]
    facts: dict = field(default_factory=dict)


def same_positions(pieces: Iterable[Piece], *, least_days: int) -> Iterator[Found]:
    """One cadre's positions that are equal to six decimals, as sent and in the same datum, on so many days or more.

    Six decimals are 11 centimetres: a receiver that really looks never says the same twice, but a phone that gives out
    a remembered position does.
    """
    groups: dict[tuple, list[Piece]] = {}
    for piece in pieces:
        if piece.latitude is not None:
            key = (round(piece.latitude, 6), round(piece.longitude, 6), piece.datum)
            groups.setdefault(key, []).append(piece)
    for group in groups.values():
        if len({piece.day for piece in group}) >= least_days:
            yield _found("same_position", group, mark=min(group, key=_in_order).record_id.hex)


def impossible_speeds(pieces: Iterable[Piece], *, most_kmh: int) -> Iterator[Found]:
    """Two consecutive fixes of one cadre that nobody could have travelled between; one a day, the fastest.

    From the distance both accuracies are taken off, in favour of the cadre. Fixes of unknown accuracy or unknown time
    are left out, and whatever is nearer than LEAST_M.
    """
    timed = ((piece.reckoned_at, piece) for piece in pieces if piece.known_accuracy_m is not None)
    fixes = sorted(((at, piece) for at, piece in timed if at is not None),
                   key=lambda pair: (pair[0], *_in_order(pair[1])))
    fastest: dict[date, tuple[int, float, timedelta, Piece, Piece]] = {}
    for (left_at, left), (came_at, came) in pairwise(fixes):
        # The rough distance is fifty times quicker and at most 0.6 % off: most pairs need no other.
        if rough_distance_m(left.position, came.position) < 0.99 * LEAST_M:
            continue
        metres = (distance_m(left.position, came.position) - left.known_accuracy_m - came.known_accuracy_m)
        took = max(came_at - left_at, LEAST_BETWEEN)
        kmh = metres / 1000 / (took / timedelta(hours=1))
        if metres >= LEAST_M and kmh > most_kmh and kmh > fastest.get(came.day, (0,))[0]:
            fastest[came.day] = (kmh, metres, took, left, came)
    for day, (kmh, metres, took, left, came) in fastest.items():
        yield _found("impossible_speed", [left, came], mark=day.isoformat(), kilometres=round(metres / 1000, 1),
                     minutes=round(took / timedelta(minutes=1)), speed_kmh=round(kmh),
                     place_ids=[left.place_id, came.place_id])


def clock_jumps(pieces: Iterable[Piece], *, most_minutes: int) -> Iterator[Found]:
    """The records whose phone's clock was wrong by more than so many minutes, or went back by more between two of them.

    All of one cadre are one oddity: a wrong clock stays wrong until somebody sets it.
    """
    most, odd = timedelta(minutes=most_minutes), []
    sent = sorted((piece for piece in pieces if piece.clock_off is not None),
                  key=lambda piece: (piece.reckoned_at or piece.received_at, *_in_order(piece)))
    odd = [(abs(piece.clock_off), "ahead" if piece.clock_off > most else "behind", piece) for piece in sent
           if abs(piece.clock_off) > most]
    by_device: dict[str | None, list[Piece]] = {}
    for piece in sent:
        if piece.elapsed_ms is not None:
            by_device.setdefault(piece.device_id, []).append(piece)
    for of_device in by_device.values():
        for earlier, later in pairwise(of_device):
            back = earlier.captured_at - later.captured_at
            if back > most:
                odd += [(back, "back", earlier), (back, "back", later)]
    if odd:
        off, clock, _piece = max(odd, key=lambda one: one[0])
        group = [piece for _off, _clock, piece in odd]
        yield _found("clock_jump", group, mark=min(group, key=_in_order).record_id.hex, clock=clock,
                     minutes=round(off / timedelta(minutes=1)))


def shared_devices(used: Mapping[str, Mapping[int, Iterable[Piece]]]) -> Iterator[Found]:
    """The phones that two or more cadres sent records with: for each of these how many others, and never who.

    `used`: by device and cadre. One oddity per phone and cadre, however long they share it.
    """
    for device_id, by_cadre in used.items():
        if len(by_cadre) > 1:
            for pieces in by_cadre.values():
                yield _found("shared_device", list(pieces), mark=sha256(device_id.encode()).hexdigest(),
                             others=len(by_cadre) - 1)


def looks_from(looked_at: datetime | None, now: datetime) -> datetime:
    """From when on what came in is looked at, after a look at `looked_at` (None: there was none yet).

    However long nobody looked, no further back than the days that are looked at together.
    """
    earliest = now - LOOKED_AT
    return earliest if looked_at is None else max(looked_at - OVERLAP, earliest)


def is_told_already(found: Found, told: Iterable[tuple[str, Collection[date]]]) -> bool:
    """Whether an oddity that goes on is one of those kept of the cadre (kind, days) already.

    A remembered position is if they share a day, a wrong clock if it was told within the month: otherwise the same
    thing would be asked about anew each day.
    """
    kept = [days for kind, days in told if kind == found.kind]
    if found.kind == "same_position":
        return any(not set(found.days).isdisjoint(days) for days in kept)
    return found.kind == "clock_jump" and any(found.days[0] - max(days) <= LOOKED_AT for days in kept)


def _in_order(piece: Piece) -> tuple[datetime, UUID]:
    return piece.captured_at, piece.record_id


def _found(kind: str, pieces: list[Piece], *, mark: str, **facts) -> Found:
    ordered = sorted(pieces, key=lambda piece: (piece.day, *_in_order(piece)))
    # Whoever changed villages meanwhile is asked by those above the last one.
    village_id = next((piece.village_id for piece in reversed(ordered) if piece.village_id is not None), None)
    return Found(kind, mark, ordered[0].cadre_id, village_id, tuple(sorted({piece.day for piece in ordered})),
                 tuple(dict.fromkeys(piece.record_id for piece in ordered)), facts)
