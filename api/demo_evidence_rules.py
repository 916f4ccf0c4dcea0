"""Evidence of the demo as the service would store it, but for the judgement that is to come. Pure."""

from datetime import date, datetime
from uuid import UUID

from api.geo import to_wgs84


def evidence_row(*, id: UUID, kind: str, source_id: UUID, cadre_id: int, day: date, flags: tuple[str, ...],
                 captured_at: datetime, received_at: datetime, elapsed_ms: int | None, position: dict | None,
                 location_error: str | None, device_id: str | None, note: str | None, content_hash: bytes) -> dict:
    """One row for a piece of evidence; `position` is {latitude, longitude, accuracy_m, datum} or None."""
    fix = position or {}
    wgs84 = to_wgs84(fix["latitude"], fix["longitude"], fix["datum"]) if fix else None
    return {
        "id": id, "kind": kind, "source_id": source_id, "cadre_id": cadre_id, "posting_id": None, "day": day,
        "captured_at": captured_at, "received_at": received_at, "elapsed_ms": elapsed_ms,
        "latitude": fix.get("latitude"), "longitude": fix.get("longitude"), "datum": fix.get("datum"),
        "accuracy_m": fix.get("accuracy_m"), "wgs84_latitude": wgs84 and wgs84.latitude,
        "wgs84_longitude": wgs84 and wgs84.longitude, "location_error": location_error,
        "verdict": "not_judged" if fix else "no_location", "distance_m": None, "place_id": None,
        "flags": " ".join(flags), "status": "no_posting", "device_id": device_id, "note": note,
        "content_hash": content_hash,
    }
