"""Memory and time of the largest exports: 100,000 visits, and 100,000 days, as rows of text."""

import multiprocessing
import shutil
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from sqlalchemy import insert
from sqlalchemy.orm import Session

from api.checkin.models import StationedDay
from api.dashboards.orders_service import Order
from api.dashboards.raw_days_service import days_taking
from api.dashboards.raw_visits_service import visits_taking
from api.db import in_chunks, make_engine, reading
from api.postings.account_models import User
from api.postings.divisions_service import division_by_code
from api.postings.models import Cadre, Posting
from api.visits.models import Round, Visit
from bench.figures import table
from tests.county import County
from tests.databases import PostgresServer, migrated, server_binaries

ROWS = 100_000
FIRST, DAYS = date(2026, 10, 1), 30
PIECE = 10_000
TAKERS = {"visits": visits_taking, "days": days_taking}


def run() -> None:
    """Measure on PostgreSQL, where it is installed, and on SQLite; each export in a process of its own."""
    rows = []
    binaries = server_binaries()
    if binaries is not None:
        postgres = PostgresServer(binaries)
        try:
            rows += _measure("PostgreSQL", postgres.create("exports"))
        finally:
            postgres.stop()
    folder = Path(tempfile.mkdtemp(prefix="zhucun-bench-"))
    try:
        rows += _measure("SQLite", f"sqlite:///{folder}/exports.sqlite3")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"\n## Exports of {ROWS:,} rows\n")
    print(table(("database", "kind", "rows", "MB of file", "seconds", "MB above the base"), rows))


def _measure(kind: str, url: str) -> list[tuple]:
    migrated(url)
    _fill(url)
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        return [(kind, name, *pool.apply(_take, (url, name))) for name in TAKERS]


def _take(url: str, name: str) -> tuple:
    """One export in this fresh process, after one of an empty month that loads what any needs."""
    engine = make_engine(url)
    order = Order(name, "csv", "zh", 1, datetime.now(UTC), date(2026, 11, 20))
    for first in (date(2020, 1, 1), FIRST):
        base, began = _highest_kb(), time.perf_counter()
        with Session(reading(engine)) as session:
            taking = TAKERS[name](session, division=division_by_code(session, County.CODE), first=first,
                                  last=first + timedelta(days=DAYS - 1), order=order)
    seconds, peak = time.perf_counter() - began, _highest_kb()
    with taking.export.file as file:
        size = file.seek(0, 2)
    return (f"{taking.details['rows']:,}", f"{size / 1e6:.1f}", f"{seconds:.1f}", f"{(peak - base) / 1024:.0f}")


def _highest_kb() -> int:
    """The most memory that this process has held; getrusage would tell of the process that started it, too."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))


def _fill(url: str) -> None:
    now = datetime(2026, 11, 20, tzinfo=UTC)
    with Session(make_engine(url)) as session:
        county = County(session, now=now)
        zhang, household = county.cadre("A1"), county.household("A1")
        for piece in in_chunks([uuid4() for _ in range(ROWS)], PIECE):
            session.execute(insert(Round), [
                {"id": one, "cadre_id": zhang.cadre.id, "day": FIRST, "captured_at": now, "received_at": now,
                 "flags": "", "purposes": ["policy"], "content_hash": b"bench"} for one in piece])
            session.execute(insert(Visit), [
                {"id": uuid4(), "round_id": one, "household_id": household.id, "village_id": household.village_id,
                 "cadre_id": zhang.cadre.id, "day": FIRST, "manner": "in_person"} for one in piece])
        people = range(1000, 1000 + -(-ROWS // DAYS))
        session.execute(insert(User), [
            {"id": one, "username": f"bench{one}", "name": f"干部{one}", "created_at": now} for one in people])
        session.execute(insert(Cadre), [
            {"id": one, "user_id": one, "sending_unit": "县农业农村局", "rank": "staff",
             "cadre_role": "village_instructor"} for one in people])
        session.execute(insert(Posting), [
            {"id": one, "cadre_id": one, "village_id": household.village_id, "from_on": date(2026, 1, 1)}
            for one in people])
        days = [(one, FIRST + timedelta(days=day)) for one in people for day in range(DAYS)][:ROWS]
        for piece in in_chunks(days, PIECE):
            session.execute(insert(StationedDay), [
                {"posting_id": one, "day": day, "state": "stationed"} for one, day in piece])
        session.commit()


if __name__ == "__main__":
    run()
