"""Draws some pictures for the demo's diary, and keeps them the way that photos of phones are kept."""

import hashlib
from io import BytesIO
from random import Random

from PIL import Image, ImageDraw
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.demo_people_rules import CADRES
from api.diary.models import DiaryEntry
from api.photos import records_service, service
from api.photos.stores_service import Store
from api.postings.models import Cadre

PICTURES = 12
_SIZE = (1200, 900)


def hang_pictures(session: Session, *, store: Store, seed: int) -> None:
    """A picture for the latest submitted entry of each of the first cadres."""
    rng, hung = Random(f"{seed} pictures"), 0
    cadres = session.execute(select(Cadre.id, Cadre.user_id).order_by(Cadre.id).limit(CADRES)).all()
    for cadre_id, user_id in cadres:
        entry = session.scalar(select(DiaryEntry).where(
            DiaryEntry.cadre_id == cadre_id, DiaryEntry.submitted_at.is_not(None)
        ).order_by(DiaryEntry.day.desc(), DiaryEntry.id).limit(1))
        if entry is None:
            continue
        data = _landscape(rng)
        sha256 = hashlib.sha256(data).hexdigest()
        picture = service.store_picture(store, sha256=sha256, data=data)
        service.record_photo(session, sha256=sha256, size_bytes=len(data), picture=picture, user_id=user_id,
                             now=entry.submitted_at)
        records_service.attach(session, kind="diary", record_id=entry.id, hashes=[sha256], now=entry.submitted_at)
        hung += 1
        if hung == PICTURES:
            return


def _landscape(rng: Random) -> bytes:
    """Hills, fields and a house under the sky, as JPEG: made up like everything else here."""
    width, height = _SIZE
    image = Image.new("RGB", _SIZE, (rng.randint(150, 200), rng.randint(190, 220), 240))
    draw = ImageDraw.Draw(image)
    for layer in range(4):
        base = height * (3 + layer) // 8
        points = [(x, base + rng.randint(-70, 70)) for x in range(0, width + 151, 150)]
        green = 90 + 30 * layer
        draw.polygon([(0, height), *points, (width, height)], fill=(green - 40, green + 20, 60 + 10 * layer))
    x, y = rng.randint(100, width - 400), height - rng.randint(250, 350)
    draw.rectangle((x, y, x + 220, y + 140), fill=(230, 225, 210))
    draw.polygon([(x - 20, y), (x + 110, y - 80), (x + 240, y)], fill=(110, 70, 60))
    draw.rectangle((x + 90, y + 60, x + 135, y + 140), fill=(90, 60, 50))
    made = BytesIO()
    image.save(made, "JPEG", quality=80)
    return made.getvalue()
