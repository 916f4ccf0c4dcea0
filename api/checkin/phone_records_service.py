"""How a record of a phone is read, of whatever kind: its day, its flags, and its position where that was agreed to."""

from dataclasses import dataclass
from datetime import date, datetime

from api.checkin.evidence_service import Fix
from api.checkin.rules import day_and_flags, reckoned_at
from api.dates import ON_THE_WAY


@dataclass(frozen=True, slots=True)
class PhoneRecord:
    """What a record says of itself: `refused` that it brought a position which nobody had agreed to."""

    day: date
    flags: tuple[str, ...]
    fix: Fix | None
    location_error: str | None
    refused: bool


def read_record(*, captured_at: datetime, received_at: datetime, elapsed_ms: int | None,
                first_log_in_at: datetime | None, position: dict | None, location_error: str | None, locates: bool,
                locates_from: datetime | None) -> PhoneRecord:
    """Read a record's times and place.

    `position` is {latitude, longitude, accuracy_m?, datum?}, and is thrown away unseen unless the cadre agrees to
    positions (`locates`) and did when it was taken (`locates_from`): one that waited on the phone while consent was
    withdrawn is not meant by a consent given anew.
    """
    made_at, _known = reckoned_at(received_at, elapsed_ms)
    refused = position is not None and not (
        locates and (locates_from is None or made_at >= locates_from - ON_THE_WAY))
    if refused:
        position, location_error = None, "denied"
    day, flags = day_and_flags(captured_at=captured_at, received_at=received_at, elapsed_ms=elapsed_ms,
                               first_log_in_at=first_log_in_at)
    fix = position and Fix(position["latitude"], position["longitude"], position.get("accuracy_m"),
                           position.get("datum") or "wgs84")
    return PhoneRecord(day, flags, fix, None if fix else location_error or "unavailable", refused)
