"""The month table of a county of 3,000 cadres over 1 month and over 60 months of history, at every level."""

import http.client
import json
import shutil
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from operator import truediv
from pathlib import Path
from statistics import median

from api.auth import COOKIE
from api.dates import month_of, shanghai_day
from api.db import Database
from bench import servers
from bench.county import CADRES, TOWNSHIPS, VILLAGES, build_county
from bench.figures import percentile, table
from bench.history import add_history, check_kept
from bench.load import HOST
from bench.machine import server_facts
from tests.databases import PostgresServer, server_binaries

SHORT, LONG = 1, 60
REQUESTS_A_ROUND = 20
# So many cadres have the evidence behind their figures, to check these; the table reads kept rows only.
WITNESSED = 5
TOWNSHIP, VILLAGE = "520329100000", "520329100200"
# (what, query, rows that must come back)
QUESTIONS = (
    ("county", "level=county", 1),
    ("townships of the county", "level=township", TOWNSHIPS),
    ("villages of a township", f"level=village&division={TOWNSHIP}", None),
    ("villages of the county, 100 a page", "level=village", 100),
    ("cadres of a village", f"level=cadre&division={VILLAGE}", CADRES // VILLAGES),
    ("cadres of the county, 100 a page", "level=cadre", 100),
)


class Asker:
    """One client of one server, logged in as the county's supervisor."""

    def __init__(self, port: int, token: str):
        self._connection = http.client.HTTPConnection(HOST, port, timeout=60)
        self._headers = {"Cookie": f"{COOKIE}={token}"}
        self.seconds: dict[str, list[float]] = {what: [] for what, _query, _rows in QUESTIONS}

    def ask(self, what: str, query: str, rows: int | None, *, month: date, counted: bool) -> None:
        """One GET, timed from the sending to the last byte; stops the run when the table is not what it must be."""
        start = time.perf_counter()
        self._connection.request("GET", f"/api/v1/on-post-rates?month={month:%Y-%m}&{query}", headers=self._headers)
        answer = self._connection.getresponse()
        body = answer.read()
        spent = time.perf_counter() - start
        if answer.status != 200:
            raise SystemExit(f"{what}: {answer.status} {body[:300]!r}")
        found = len(json.loads(body)["rows"])
        if not found or rows not in (None, found):
            raise SystemExit(f"{what}: {found} rows")
        if counted:
            self.seconds[what].append(spent)

    def close(self) -> None:
        self._connection.close()


def run(*, rounds: int) -> None:
    """Measure on PostgreSQL, where it is installed, and on SQLite; print both sides."""
    binaries = server_binaries()
    if binaries is None:
        print("\nNo PostgreSQL 15 or later is installed: the month table is measured on SQLite only.")
    else:
        postgres = PostgresServer(binaries, durable=True)
        try:
            _measure("PostgreSQL", {months: postgres.create(f"months_{months}") for months in (SHORT, LONG)}, rounds)
        finally:
            postgres.stop()
    folder = tempfile.mkdtemp(prefix="zhucun-bench-")
    try:
        _measure("SQLite", {months: f"sqlite:///{folder}/months_{months}.sqlite3" for months in (SHORT, LONG)}, rounds)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _measure(kind: str, urls: dict[int, str], rounds: int) -> None:
    today = shanghai_day(datetime.now(UTC))
    print(f"\n## Month table on {kind}: one client, {rounds} rounds of {REQUESTS_A_ROUND} requests each\n")
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="zhucun-bench-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        askers = {}
        for months, url in urls.items():
            token = _prepare(url, months, today)
            port, _process = stack.enter_context(servers.zhucun(url, folder, workers=1, threads=8))
            askers[months] = Asker(port, token)
            stack.callback(askers[months].close)
        for number in range(rounds + 1):
            # The first round is the warm-up; then each side begins every other round, so that drift hits both alike.
            order = list(askers.values())[:: 1 if number % 2 else -1]
            for question in QUESTIONS * REQUESTS_A_ROUND:
                for asker in order:
                    asker.ask(*question, month=month_of(today), counted=number > 0)
    _report(askers[SHORT], askers[LONG])


def _prepare(url: str, months: int, today: date) -> str:
    """A county with so many months of history, this month included; answers the supervisor's token."""
    started = time.perf_counter()
    posted_from = month_of(today)
    for _ in range(months - 1):
        posted_from = month_of(posted_from - timedelta(days=1))
    database = Database(url)
    county = build_county(database, posted_from=posted_from)
    with database.session() as session:
        days = add_history(session, posted_from=posted_from, today=today, witnessed=WITNESSED)
        session.commit()
        check_kept(session, range(1, WITNESSED + 1))
    if database.engine.dialect.name == "postgresql":
        # Autovacuum does it within minutes; a measurement does not wait for it.
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
        if months == SHORT:
            print("- " + server_facts(database.engine))
    database.engine.dispose()
    print(f"- {months} months: {CADRES} cadres, {VILLAGES} villages, {TOWNSHIPS} townships, {days:,} days with a fact "
          f"since {posted_from} (made in {time.perf_counter() - started:.0f} s)")
    return county.supervisor


def _report(short: Asker, long: Asker) -> None:
    rows = []
    for what, _query, _rows in QUESTIONS:
        # Asked right after one another, so that a machine that is slow for a while is slow for both.
        one, other = short.seconds[what], long.seconds[what]
        rows.append([what, *(f"{1000 * percentile(values, share):.1f}" for values in (one, other)
                             for share in (0.5, 0.95, 0.99)), f"{median(map(truediv, other, one)):.2f}"])
    print()
    print(table(["level", *(f"{months} mo. {name} ms" for months in (SHORT, LONG) for name in ("p50", "p95", "p99")),
                 "median ratio"], rows))
    print("\n(wanted: p95 below 50 ms, ratio at most 1.2)")
