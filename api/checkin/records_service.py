"""What the records of every slice share: a position, kept only as its cadre agrees to it."""

from datetime import datetime

from api.checkin.evidence_service import Fix
from api.checkin.rules import reckoned_at
from api.dates import ON_THE_WAY


def agreed_fix(position: dict | None, *, locates: bool, locates_from: datetime | None, received_at: datetime,
               elapsed_ms: int | None) -> Fix | None:
    """A fix as sent, {latitude, longitude, accuracy_m?, datum?}, or None unless the cadre agrees to positions.

    And did when it was taken (`locates_from`): one that waited on the phone while consent was withdrawn is not meant by
    a consent given anew.
    """
    if position is None or not locates:
        return None
    made_at, _known = reckoned_at(received_at, elapsed_ms)
    if locates_from is not None and made_at < locates_from - ON_THE_WAY:
        return None
    return Fix(position["latitude"], position["longitude"], position.get("accuracy_m"),
               position.get("datum") or "wgs84")
