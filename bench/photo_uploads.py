"""Photo uploads a second: decoded, two sizes drawn, three files made durable, one durable row; and the disk alone."""

import hashlib
import tempfile
import time
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.auth import COOKIE
from api.db import make_engine
from api.photos.models import Photo
from api.photos.store_service import PhotoStore
from bench import servers
from bench.figures import percentile, table
from bench.load import HOST, drive
from tests.county import County
from tests.databases import migrated

CLIENTS = 8
# As the phone page sends them: 1,600 pixels wide, about 300 KB.
SIZE, PHOTOS = (1600, 1200), 400


def run(*, seconds: float) -> None:
    """Print the figures; stops when an answer is no 201 or a photo that was acknowledged is not stored whole."""
    photos = [_photo(seed) for seed in range(PHOTOS)]
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'zhucun.sqlite3'}"
        migrated(url)
        token = _log_in(url)
        requests = [_put(data, token) for data in photos]
        with servers.zhucun(url, folder, workers=2, threads=8) as (port, _process):
            outcome = drive(port, requests, clients=CLIENTS, seconds=seconds)
        if outcome.errors:
            raise SystemExit(f"photos: {outcome.errors}")
        _check(url, folder, [photos[number] for number in outcome.accepted])
        alone = _disk_alone(folder / "alone", photos, seconds=seconds)
    print(f"\nPhoto uploads, {CLIENTS} clients, {sum(map(len, photos)) // PHOTOS // 1024} KB on average, "
          f"2 processes, SQLite:\n")
    times = [f"{percentile(outcome.latencies_s, share) * 1000:.0f}" for share in (0.5, 0.95)]
    print(table(["", "per second", "p50 ms", "p95 ms"], [
        ["PUT /photos, durable", f"{outcome.rate:.1f}", *times],
        ["the three files alone, with fsync", f"{alone:.1f}", "", ""]]))


def _photo(seed: int) -> bytes:
    """A picture with large shapes of its own and enough grain to weigh what a phone's picture weighs."""
    shapes = Image.effect_noise((8, 6), 200 + seed % 50).resize(SIZE, Image.Resampling.BICUBIC)
    made = BytesIO()
    Image.blend(shapes, Image.effect_noise(SIZE, 60), 0.25).convert("RGB").save(made, "JPEG", quality=70)
    return made.getvalue()


def _put(data: bytes, token: str) -> bytes:
    path = f"/api/v1/photos/{hashlib.sha256(data).hexdigest()}"
    return (f"PUT {path} HTTP/1.1\r\nHost: {HOST}\r\nCookie: {COOKIE}={token}\r\nX-Requested-With: zhucun\r\n"
            f"Content-Type: image/jpeg\r\nContent-Length: {len(data)}\r\n\r\n").encode() + data


def _log_in(url: str) -> str:
    engine = make_engine(url)
    with Session(engine) as session:
        county = County(session, now=datetime.now(UTC))
        token = county.token(county.cadre())
        session.commit()
    engine.dispose()
    return token


def _check(url: str, folder: Path, acknowledged: list[bytes]) -> None:
    store, engine = PhotoStore(folder / "photos"), make_engine(url)
    with Session(engine) as session:
        rows = session.scalar(select(func.count()).select_from(Photo))
    engine.dispose()
    whole = all(store.read_original(hashlib.sha256(data).hexdigest()) == data for data in acknowledged)
    if not whole or rows < len(acknowledged):
        raise SystemExit("photos: what was acknowledged is not stored")


def _disk_alone(folder: Path, photos: list[bytes], *, seconds: float) -> float:
    store, start, count = PhotoStore(folder), time.perf_counter(), 0
    while time.perf_counter() - start < seconds:
        data = photos[count % len(photos)]
        store.keep(hashlib.sha256(data + str(count).encode()).hexdigest(), data,
                   {"thumb": data[:15_000], "view": data[:150_000]})
        count += 1
    return count / (time.perf_counter() - start)
