"""Complete check-ins a second against a bare endpoint with one ORM insert, in alternating rounds on one PostgreSQL."""

import shutil
import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from uuid import UUID

import psutil
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.checkin.models import Evidence, StationedDay
from api.dates import month_of, shanghai_day
from api.db import Database, make_engine
from bench import bare, servers
from bench.county import CADRES, County, build_county
from bench.figures import percentile, table
from bench.history import add_history, check_kept
from bench.load import Outcome, drive
from bench.machine import cpu_seconds, server_facts
from bench.phones import make_plan, make_requests
from tests.databases import PostgresServer, server_binaries

CLIENTS = 16
# More than either side can take on; rounds end by the clock.
MOST_A_SECOND = 1500
# Every connection has to learn its statements first: the warm-up is so many rounds long.
WARM_UP = 2
# So many cadres are checked against the rule afterwards.
SAMPLE = 300
OURS, BARE = "zhucun", "bare"


@dataclass
class Load:
    """The county and all check-ins that there may be time for, from the day `first` on."""

    county: County
    first: date
    plan: list[tuple[int, date]]


@dataclass
class Side:
    """One of the two servers, how far it came with the load, and what it did."""

    name: str
    port: int
    process: psutil.Process
    postgres: psutil.Process
    rounds: list[Outcome] = field(default_factory=list)
    server_s: list[float] = field(default_factory=list)
    postgres_s: list[float] = field(default_factory=list)
    position: int = 0
    accepted: set[UUID] = field(default_factory=set)

    def run(self, load: Load, seconds: float, *, counted: bool) -> None:
        """One round; stops the run when a request was answered by anything but 201."""
        end = self.position + int(seconds * MOST_A_SECOND)
        requests = make_requests(load.county, load.plan[self.position : end], seed=self.position)
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
    def rates(self) -> list[float]:
        return [outcome.rate for outcome in self.rounds]

    @property
    def answers(self) -> int:
        return sum(len(outcome.accepted) for outcome in self.rounds)

    @property
    def cpu_ms(self) -> tuple[float, float]:
        """Processor time of an answer in the server and in PostgreSQL, in milliseconds."""
        return 1000 * sum(self.server_s) / self.answers, 1000 * sum(self.postgres_s) / self.answers

    def milliseconds(self, share: float) -> str:
        return f"{1000 * percentile([value for one in self.rounds for value in one.latencies_s], share):.1f}"


def run(*, rounds: int, seconds: float, shapes: Iterable[tuple[int, int]]) -> None:
    """Measure with each (workers, threads) in turn and print both sides."""
    binaries = server_binaries()
    if binaries is None:
        raise SystemExit("The check-in benchmark needs an installed PostgreSQL 15 or later.")
    postgres = PostgresServer(binaries, durable=True)
    try:
        load = _prepare(postgres, days=-(-int((rounds + WARM_UP) * seconds * MOST_A_SECOND) // (2 * CADRES)))
        for workers, threads in shapes:
            print(f"\n## Check-ins: {workers} × {threads} threads, {CLIENTS} clients, "
                  f"{rounds} rounds of {seconds:g} s\n")
            _measure(postgres, load, rounds, seconds, (workers, threads))
    finally:
        postgres.stop()


def _prepare(postgres: PostgresServer, *, days: int) -> Load:
    """The template databases of both sides, so that every shape starts from the same state.

    Both hold the same number of earlier check-ins, one to two months of them: nobody works on empty tables.
    """
    first = shanghai_day(datetime.now(UTC)) - timedelta(days=days)
    posted_from = month_of(month_of(first) - timedelta(days=1))
    database = Database(postgres.create("county"))
    county = build_county(database, posted_from=posted_from)
    with database.session() as session:
        held = add_history(session, posted_from=posted_from, today=first, witnessed=CADRES)
        session.commit()
    facts = server_facts(database.engine)
    _settle(database.engine)
    engine = make_engine(postgres.create("nothing"))
    bare.make_table(engine, rows=held)
    _settle(engine)
    print(f"- {facts}\n- {CADRES} cadres posted since {posted_from}; {held:,} earlier check-ins on both sides")
    return Load(county, first, make_plan([first + timedelta(days=number) for number in range(days)]))


def _settle(engine) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")
    engine.dispose()


def _measure(postgres: PostgresServer, load: Load, rounds: int, seconds: float, shape: tuple[int, int]) -> None:
    workers, threads = shape
    urls = {OURS: postgres.create(f"{OURS}_{workers}_{threads}", "county"),
            BARE: postgres.create(f"{BARE}_{workers}_{threads}", "nothing")}
    postmaster = psutil.Process(
        int((postgres.folder / "data" / "postmaster.pid").read_text(encoding="utf-8").split()[0]))
    folder = Path(tempfile.mkdtemp(prefix="zhucun-bench-"))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        ours, other = (
            Side(name, *stack.enter_context(start(urls[name], folder, workers=workers, threads=threads)), postmaster)
            for name, start in ((OURS, servers.zhucun), (BARE, servers.bare)))
        for side in (ours, other):
            side.run(load, WARM_UP * seconds, counted=False)
        for number in range(rounds):
            # Each side begins every other round, so that drift hits both alike.
            for side in (ours, other) if number % 2 else (other, ours):
                side.run(load, seconds, counted=True)
    _report(ours, other)
    _check_stored(other, urls[BARE], bare.CheckIn)
    _check_stored(ours, urls[OURS], Evidence)
    _check_figures(ours, urls[OURS], load.first)


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


def _check_stored(side: Side, url: str, model) -> None:
    """What was acknowledged is stored, and nothing else; else the run is void."""
    engine = make_engine(url)
    with Session(engine) as session:
        stored = set(session.scalars(select(model.id).where(model.device_id.is_not(None))))
    engine.dispose()
    if stored != side.accepted:
        raise SystemExit(f"{side.name}: {len(side.accepted)} acknowledged, {len(stored)} stored")
    print(f"{side.name}: {len(side.accepted)} acknowledged, warm-up included, and the same {len(stored)} stored.")


def _check_figures(ours: Side, url: str, first: date) -> None:
    """The kept rows are what the facts make of them; else the run is void."""
    engine = make_engine(url)
    with Session(engine) as session:
        begun = session.scalar(select(func.count()).select_from(StationedDay).where(StationedDay.day >= first))
        check_kept(session, range(1, SAMPLE + 1))
    engine.dispose()
    print(f"{begun} days were begun by these check-ins ({begun / len(ours.accepted):.0%}); no kept row of {SAMPLE} "
          "cadres differs from what their facts make.")
