"""Complete check-ins a second against a bare endpoint with one ORM insert, in alternating rounds on one PostgreSQL."""

import json
import random
import shutil
import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import psutil
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.auth import COOKIE
from api.checkin import kept_service
from api.checkin.models import Evidence, StationedDay
from api.dates import SHANGHAI, month_of, shanghai_day
from api.db import Database, make_engine
from api.postings.models import Posting
from bench import bare, servers
from bench.county import CADRES, County, build_county
from bench.figures import median, percentile, table
from bench.load import Outcome, drive, post
from bench.machine import cpu_seconds, server_facts
from tests.databases import PostgresServer, server_binaries

CLIENTS = 16
PATH = "/api/v1/check-ins"
# An evening check-in follows this many steps after the morning's: the two of one cadre are never under way at once.
LAG = 100
# More than either side can take on; rounds end by the clock.
MOST_A_SECOND = 1500
SAMPLE = 300
OURS, BARE = "zhucun", "bare"


@dataclass
class Side:
    """One of the two servers, how far it came with the load, and what it did."""

    name: str
    port: int
    process: psutil.Process
    postgres: psutil.Process
    plan: list[tuple[int, date]]
    county: County
    rounds: list[Outcome] = field(default_factory=list)
    server_s: list[float] = field(default_factory=list)
    postgres_s: list[float] = field(default_factory=list)
    position: int = 0
    accepted: set[UUID] = field(default_factory=set)

    def run(self, seconds: float, *, counted: bool) -> None:
        """One round; stops the run when a request was answered by anything but 201."""
        end = self.position + int(seconds * MOST_A_SECOND)
        requests = make_requests(self.county, self.plan[self.position : end], seed=self.position)
        before = cpu_seconds(self.process), cpu_seconds(self.postgres)
        outcome = drive(self.port, [data for _id, data in requests], clients=CLIENTS, seconds=seconds)
        after = cpu_seconds(self.process), cpu_seconds(self.postgres)
        if outcome.errors:
            raise SystemExit(f"{self.name}: {outcome.errors}")
        self.position += len(outcome.latencies_s)
        self.accepted.update(requests[number][0] for number in outcome.accepted)
        if counted:
            self.rounds.append(outcome)
            self.server_s.append(after[0] - before[0])
            self.postgres_s.append(after[1] - before[1])

    @property
    def cpu_ms(self) -> tuple[float, float]:
        """Processor time of an answer in the server and in PostgreSQL, in milliseconds."""
        return 1000 * sum(self.server_s) / self.answers, 1000 * sum(self.postgres_s) / self.answers

    @property
    def rates(self) -> list[float]:
        return [outcome.rate for outcome in self.rounds]

    @property
    def answers(self) -> int:
        return sum(len(outcome.accepted) for outcome in self.rounds)

    def milliseconds(self, share: float) -> str:
        return f"{1000 * percentile([value for one in self.rounds for value in one.latencies_s], share):.1f}"


def run(*, rounds: int, seconds: float, shapes: Iterable[tuple[int, int]]) -> None:
    """Measure with each (workers, threads) in turn and print both sides."""
    binaries = server_binaries()
    if binaries is None:
        raise SystemExit("The check-in benchmark needs an installed PostgreSQL 15 or later.")
    postgres = PostgresServer(binaries)
    try:
        needed = -(-int((rounds + 1) * seconds * MOST_A_SECOND) // (2 * CADRES))
        last = shanghai_day(datetime.now(UTC)) - timedelta(days=1)
        days = [last - timedelta(days=number) for number in range(needed)]
        county = _prepare(postgres, days[-1])
        for workers, threads in shapes:
            print(f"\n## Check-ins: {workers} × {threads} threads, {CLIENTS} clients, "
                  f"{rounds} rounds of {seconds:g} s\n")
            _measure(postgres, county, make_plan(days), rounds, seconds, (workers, threads))
    finally:
        postgres.stop()


def _prepare(postgres: PostgresServer, first: date) -> County:
    """The template databases of both sides, so that every shape starts from the same state."""
    database = Database(postgres.create("county"))
    county = build_county(database, posted_from=month_of(first))
    with database.session() as session:
        kept_service.refresh(session, cadre_ids=kept_service.all_cadre_ids(session))
        session.commit()
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")
    print("- " + server_facts(database.engine))
    database.engine.dispose()
    engine = make_engine(postgres.create("nothing"))
    bare.make_table(engine)
    engine.dispose()
    return county


def _measure(postgres: PostgresServer, county: County, plan: list[tuple[int, date]], rounds: int, seconds: float,
             shape: tuple[int, int]) -> None:
    workers, threads = shape
    urls = {OURS: postgres.create(f"{OURS}_{workers}_{threads}", "county"),
            BARE: postgres.create(f"{BARE}_{workers}_{threads}", "nothing")}
    folder = Path(tempfile.mkdtemp(prefix="zhucun-bench-"))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        ours, other = (
            Side(name, *stack.enter_context(start(urls[name], folder, workers=workers, threads=threads)),
                 _postmaster(postgres), plan, county)
            for name, start in ((OURS, servers.zhucun), (BARE, servers.bare)))
        for number in range(rounds + 1):
            # The first round is the warm-up; then each side begins every other round, so that drift hits both alike.
            for side in (ours, other) if number % 2 else (other, ours):
                side.run(seconds, counted=number > 0)
    _report(ours, other)
    _check(ours, urls[OURS], other, urls[BARE])


def _postmaster(postgres: PostgresServer) -> psutil.Process:
    return psutil.Process(int((postgres.folder / "data" / "postmaster.pid").read_text(encoding="utf-8").split()[0]))


def make_plan(days: list[date], *, seed: int = 1) -> list[tuple[int, date]]:
    """(cadre, day) of every check-in, in the order of sending: two of each cadre on each day.

    Mornings and evenings alternate, so that in every stretch half of the check-ins begin a new day.
    """
    dice = random.Random(seed)
    mornings = []
    for day in days:
        cadres = list(range(CADRES))
        dice.shuffle(cadres)
        mornings += [(cadre, day) for cadre in cadres]
    evenings = [None] * LAG + mornings
    return [one for pair in zip(mornings, evenings, strict=False) for one in pair if one is not None]


def make_requests(county: County, plan: list[tuple[int, date]], *, seed: int) -> list[tuple[UUID, bytes]]:
    """(id, bytes) of check-ins: 90 % have a fix at the office (within 300 m, accuracy 5 to 60 m), 4 % one 20 km away,
    6 % none. They are those of a phone that comes back from a valley: recorded then, sent now.
    """
    dice, now = random.Random(seed), datetime.now(UTC)
    return [_request(county, cadre, day, dice, now) for cadre, day in plan]


def _request(county: County, cadre: int, day: date, dice: random.Random, now: datetime) -> tuple[UUID, bytes]:
    record_id = uuid4()
    at = datetime.combine(day, time(8 + dice.randrange(10), dice.randrange(60), dice.randrange(60)), SHANGHAI)
    body = {"id": str(record_id), "captured_at": at.isoformat(), "device_id": f"phone-{cadre}",
            "elapsed_ms": int((now - at).total_seconds() * 1000)}
    chance, (latitude, longitude) = dice.random(), county.offices[cadre]
    if chance < 0.06:
        body["location_error"] = "timeout"
    else:
        away = 0.2 if chance < 0.1 else dice.uniform(-0.002, 0.002)
        body["position"] = {"latitude": round(latitude + away, 6), "accuracy_m": dice.randrange(5, 60),
                            "longitude": round(longitude + dice.uniform(-0.002, 0.002), 6)}
    return record_id, post(PATH, json.dumps(body).encode(), cookie=f"{COOKIE}={county.tokens[cadre]}")


def _report(ours: Side, other: Side) -> None:
    ratios = [mine / theirs for mine, theirs in zip(ours.rates, other.rates, strict=True)]
    print(table(["round", f"{OURS}/s", f"{BARE}/s", "ratio"],
                [[number, f"{mine:.0f}", f"{theirs:.0f}", f"{ratio:.2f}"] for number, (mine, theirs, ratio)
                 in enumerate(zip(ours.rates, other.rates, ratios, strict=True), 1)]))
    print()
    print(table(["side", "median/s", "p50 ms", "p95 ms", "p99 ms", "server CPU ms", "database CPU ms", "answers",
                 "errors"],
                [[side.name, f"{median(side.rates):.0f}", *map(side.milliseconds, (0.5, 0.95, 0.99)),
                  *(f"{value:.2f}" for value in side.cpu_ms), side.answers,
                  sum(sum(one.errors.values()) for one in side.rounds)] for side in (ours, other)]))
    print(f"\nmedian ratio {median(ratios):.2f} (wanted 0.7, ideal 1.0); by processor time "
          f"{sum(other.cpu_ms) / sum(ours.cpu_ms):.2f}")


def _check(ours: Side, url: str, other: Side, other_url: str) -> None:
    """What was acknowledged is stored, and the kept rows are what the facts make of them; else the run is void."""
    _check_stored(other.name, other.accepted, other_url, bare.CheckIn.id)
    _check_stored(ours.name, ours.accepted, url, Evidence.id)
    engine = make_engine(url)
    with Session(engine) as session:
        sample = session.scalars(select(Posting.cadre_id).order_by(Posting.cadre_id).limit(SAMPLE)).all()
        days = session.scalar(select(func.count()).select_from(StationedDay))
        wrong = list(kept_service.differences(session, cadre_ids=sample))
    engine.dispose()
    if wrong:
        raise SystemExit(f"kept rows differ from the facts: {wrong[:3]}")
    share = days / len(ours.accepted)
    print(f"{days} days were begun by {len(ours.accepted)} check-ins ({share:.0%}); no kept row of {len(sample)} "
          "cadres differs from what their facts make.")


def _check_stored(name: str, accepted: set[UUID], url: str, column) -> None:
    engine = make_engine(url)
    with Session(engine) as session:
        stored = set(session.scalars(select(column)))
    engine.dispose()
    if stored != accepted:
        raise SystemExit(f"{name}: {len(accepted)} acknowledged, {len(stored)} stored")
    print(f"{name}: {len(accepted)} acknowledged, warm-up included, and the same {len(stored)} stored.")
