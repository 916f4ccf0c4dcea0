"""Records a second that a phone sends in batches of 500 against single posts of the same kinds, round by round."""

import json
import random
import shutil
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from statistics import median
from uuid import uuid4

from sqlalchemy import func, insert, select

from api.auth import COOKIE
from api.checkin import kept_service
from api.checkin.models import Evidence
from api.dates import SHANGHAI, month_of, shanghai_day
from api.db import Database
from api.diary.models import Concern, DiaryEntry
from api.sync.batch_rules import MOST_ITEMS
from api.visits.models import Household, Round
from bench import servers
from bench.county import FIRST_VILLAGE, County, build_county
from bench.figures import table
from bench.load import Outcome, drive, post
from bench.machine import server_facts
from tests.databases import PostgresServer, server_binaries

PATHS = {"check_in": "/api/v1/check-ins", "round": "/api/v1/rounds", "diary_entry": "/api/v1/diary-entries",
         "concern": "/api/v1/concerns"}
MIXES = {"check-ins": {"check_in": 100},
         "mixed": {"check_in": 55, "round": 20, "diary_entry": 20, "concern": 5}}
# One phone that comes back from a valley, and as many as write at once on a Monday morning.
CASES = (("check-ins", 1), ("check-ins", 16), ("mixed", 1))
# So many cadres send in turn, each from a village with so many households; an absence lasts so many days.
CADRES, HOUSEHOLDS, DAYS = 64, 40, 30
BATCHES_A_ROUND = {1: 2, 16: 8}


@dataclass
class Sides:
    """The rates of both sides, round by round, and how many records were acknowledged."""

    single: list[float] = field(default_factory=list)
    batch: list[float] = field(default_factory=list)
    acknowledged: int = 0

    @property
    def ratio(self) -> float:
        return median(mine / theirs for mine, theirs in zip(self.batch, self.single, strict=True))


def run(*, rounds: int, seconds: float) -> None:
    """Measure on PostgreSQL, where it is installed, and on SQLite; print both sides."""
    folder = Path(tempfile.mkdtemp(prefix="zhucun-bench-"))
    try:
        binaries = server_binaries()
        if binaries is not None:
            postgres = PostgresServer(binaries, durable=True)
            try:
                _measure("PostgreSQL", postgres.create("sync"), folder / "postgresql", rounds, seconds)
            finally:
                postgres.stop()
        _measure("SQLite", f"sqlite:///{folder / 'sync.sqlite3'}", folder / "sqlite", rounds, seconds)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _measure(name: str, url: str, folder: Path, rounds: int, seconds: float) -> None:
    folder.mkdir()
    database, today = Database(url), shanghai_day(datetime.now(UTC))
    county = build_county(database, posted_from=month_of(today - timedelta(days=DAYS + 31)))
    with database.session() as session:
        # Who was posted has kept rows, whether anything came yet or not.
        kept_service.refresh(session, cadre_ids=range(1, CADRES + 1))
        session.execute(insert(Household), [_household(village, number) for village in range(CADRES)
                                            for number in range(HOUSEHOLDS)])
        session.commit()
    print(f"\n## Batches of {MOST_ITEMS} against single posts: {name}, 1 × 8 threads, {rounds} rounds\n")
    if database.engine.dialect.name == "postgresql":
        print(f"- {server_facts(database.engine)}\n")
    lines, acknowledged = [], 0
    with servers.zhucun(url, folder, workers=1, threads=8) as (port, _process):
        for mix, clients in CASES:
            sides = _both(port, county, MIXES[mix], clients, rounds, seconds, today)
            acknowledged += sides.acknowledged
            lines.append([mix, clients, f"{median(sides.single):.0f}", f"{median(sides.batch):.0f}",
                          f"{sides.ratio:.1f}"])
    print(table(["records", "phones", "single/s", "in batches/s", "ratio"], lines))
    with database.session(reads=True) as session:
        stored = sum(session.scalar(select(func.count()).select_from(model).where(*own)) for model, own in (
            (Evidence, (Evidence.kind == "check_in",)), (Round, ()), (DiaryEntry, ()), (Concern, ())))
        differing = list(kept_service.differences(session, cadre_ids=range(1, CADRES + 1)))
    database.engine.dispose()
    if stored != acknowledged or differing:
        raise SystemExit(f"{name}: {acknowledged} acknowledged, {stored} stored, {len(differing)} figures differ")
    print(f"\n{acknowledged:,} acknowledged, and the same {stored:,} stored; no kept figure differs from its facts.")


def _both(port: int, county: County, shares: dict, clients: int, rounds: int, seconds: float, today: date) -> Sides:
    sides = Sides()
    for number in range(rounds + 1):
        dice = random.Random(f"{clients} {number} {len(shares)}")
        batches = [_batch(county, nth % CADRES, shares, dice, today) for nth in range(BATCHES_A_ROUND[clients])]
        singles = [_single(county, cadre, *record) for cadre, record in (
            (nth % CADRES, _record(county, nth % CADRES, shares, dice, today)) for nth in range(int(seconds * 700)))]
        done = {}
        # Each side begins every other round, so that drift hits both alike.
        for side in ("single", "batch") if number % 2 else ("batch", "single"):
            if side == "single":
                done[side] = _checked(drive(port, singles, clients=clients, seconds=seconds))
            else:
                done[side] = _checked(drive(port, batches, clients=min(clients, len(batches)), seconds=600, good=200))
        sent = MOST_ITEMS * len(batches)
        sides.acknowledged += len(done["single"].accepted) + sent
        if number:
            # The first round was the warm-up.
            sides.single.append(done["single"].rate)
            sides.batch.append(sent / done["batch"].seconds)
    return sides


def _checked(outcome: Outcome) -> Outcome:
    if outcome.errors:
        raise SystemExit(f"refused: {outcome.errors}")
    return outcome


def _batch(county: County, cadre: int, shares: dict, dice: random.Random, today: date) -> bytes:
    items = [dict(zip(("kind", "record"), _record(county, cadre, shares, dice, today), strict=True))
             for _ in range(MOST_ITEMS)]
    return post("/api/v1/sync", json.dumps({"items": items}).encode(), cookie=f"{COOKIE}={county.tokens[cadre]}")


def _single(county: County, cadre: int, kind: str, record: dict) -> bytes:
    return post(PATHS[kind], json.dumps(record).encode(), cookie=f"{COOKIE}={county.tokens[cadre]}")


def _record(county: County, cadre: int, shares: dict, dice: random.Random, today: date) -> tuple[str, dict]:
    """A record of the last 30 days, as a phone sends it that comes back from a valley."""
    [kind] = dice.choices(list(shares), list(shares.values()))
    day, now = today - timedelta(days=1 + dice.randrange(DAYS)), datetime.now(UTC)
    at = datetime.combine(day, time(8 + dice.randrange(10), dice.randrange(60)), SHANGHAI)
    record = {"id": str(uuid4()), "captured_at": at.isoformat(),
              "elapsed_ms": int((now - at).total_seconds() * 1000)}
    latitude, longitude = county.offices[cadre]
    if kind == "check_in":
        record["position"] = {"latitude": latitude, "longitude": longitude, "accuracy_m": 20}
    elif kind == "round":
        record["visits"] = [{"id": str(uuid4()), "household_id": 1 + cadre * HOUSEHOLDS + number, "manner": "in_person"}
                            for number in dice.sample(range(HOUSEHOLDS), 3)]
    elif kind == "diary_entry":
        record["text"] = "上午入户走访三家，下午在村委会整理台账。" * 4
    else:
        record |= {"kind": "facility", "text": "三组路灯坏了", "village_code": _village_code(cadre)}
    return kind, record


def _village_code(number: int) -> str:
    # As bench/county.py numbers its villages.
    return f"520329{number % 30 + 100}{200 + number // 30}"


def _household(village: int, number: int) -> dict:
    return {"id": 1 + village * HOUSEHOLDS + number, "village_id": FIRST_VILLAGE + village, "number": str(number),
            "villagers_group": "一组", "householder": f"户主{number}", "initials": "hz", "members": 3,
            "alive_from": date(2000, 1, 1), "changed_at": datetime.now(UTC), "version": 1}
