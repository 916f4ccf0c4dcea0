"""Visit coverage of 200,000 households at every level, and the households of a village that wait."""

import http.client
import json
import random
import shutil
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from api.auth import COOKIE
from api.dates import shanghai_day, start_of_day
from api.db import Database, in_chunks
from api.visits import village_quarters_service
from api.visits.models import Household, HouseholdAbsence, HouseholdLabel, Round, Visit
from bench import servers
from bench.county import FIRST_VILLAGE, TOWNSHIPS, VILLAGES, build_county
from bench.figures import percentile, table
from bench.load import HOST
from bench.machine import server_facts
from tests.databases import PostgresServer, server_binaries

HOUSEHOLDS = 200
# Each household is visited so often in the year up to today.
VISITS = 1.25
PIECE = 20_000
REQUESTS_A_ROUND = 20
TOWNSHIP, VILLAGE = "520329100000", "520329100200"
QUESTIONS = (
    ("county", "visit-coverage?level=county", 1),
    ("townships of the county", "visit-coverage?level=township", TOWNSHIPS),
    ("villages of a township", f"visit-coverage?level=village&division={TOWNSHIP}", None),
    ("villages of the county, 100 a page", "visit-coverage?level=village", 100),
    ("cadres of a township", f"visit-coverage?level=cadre&division={TOWNSHIP}", None),
    ("households of a village that wait", f"unvisited-households?village={VILLAGE}", 100),
)


def run(*, rounds: int) -> None:
    """Measure on PostgreSQL, where it is installed, and on SQLite."""
    binaries = server_binaries()
    if binaries is None:
        print("\nNo PostgreSQL 15 or later is installed: coverage is measured on SQLite only.")
    else:
        postgres = PostgresServer(binaries, durable=True)
        try:
            _measure("PostgreSQL", postgres.create("coverage"), rounds)
        finally:
            postgres.stop()
    folder = tempfile.mkdtemp(prefix="zhucun-bench-")
    try:
        _measure("SQLite", f"sqlite:///{folder}/coverage.sqlite3", rounds)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _measure(kind: str, url: str, rounds: int) -> None:
    print(f"\n## Visit coverage on {kind}: one client, {rounds} rounds of {REQUESTS_A_ROUND} requests each\n")
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="zhucun-bench-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        token = _prepare(url, shanghai_day(datetime.now(UTC)))
        port, _process = stack.enter_context(servers.zhucun(url, folder, workers=1, threads=8))
        connection = http.client.HTTPConnection(HOST, port, timeout=60)
        stack.callback(connection.close)
        seconds: dict[str, list[float]] = {what: [] for what, _path, _rows in QUESTIONS}
        for number in range(rounds + 1):
            for what, path, rows in QUESTIONS * REQUESTS_A_ROUND:
                spent = _ask(connection, token, what, path, rows)
                # The first round is the warm-up.
                if number:
                    seconds[what].append(spent)
    print()
    print(table(["level", "p50 ms", "p95 ms", "p99 ms"], [
        [what, *(f"{1000 * percentile(seconds[what], share):.1f}" for share in (0.5, 0.95, 0.99))]
        for what, _path, _rows in QUESTIONS]))
    print("\n(wanted: p95 below 50 ms on PostgreSQL)")


def _ask(connection: http.client.HTTPConnection, token: str, what: str, path: str, rows: int | None) -> float:
    """One GET, timed from the sending to the last byte; stops the run when the table is not what it must be."""
    start = time.perf_counter()
    connection.request("GET", f"/api/v1/{path}", headers={"Cookie": f"{COOKIE}={token}"})
    answer = connection.getresponse()
    body = answer.read()
    spent = time.perf_counter() - start
    if answer.status != 200:
        raise SystemExit(f"{what}: {answer.status} {body[:300]!r}")
    told = json.loads(body)
    found = len(told.get("rows", told.get("households", [])))
    if not found or rows not in (None, found):
        raise SystemExit(f"{what}: {found} rows")
    return spent


def _prepare(url: str, today: date) -> str:
    """The county with its households and visits, counted by the rule; answers the supervisor's token."""
    started = time.perf_counter()
    database = Database(url)
    county = build_county(database, posted_from=date(today.year, 1, 1))
    with database.session() as session:
        visits = _fill(session, today)
        session.commit()
    made = time.perf_counter()
    now = datetime.now(UTC)
    villages = list(range(FIRST_VILLAGE, FIRST_VILLAGE + VILLAGES))
    with database.session() as session:
        village_quarters_service.rebuild(session, village_ids=villages, now=now)
        session.commit()
    counted = time.perf_counter()
    with database.session(reads=True) as session:
        if list(village_quarters_service.differences(session, village_ids=villages[:20])):
            raise SystemExit("kept counts differ from the rule")
    if database.engine.dialect.name == "postgresql":
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
        print("- " + server_facts(database.engine))
    database.engine.dispose()
    print(f"- {VILLAGES * HOUSEHOLDS:,} households in {VILLAGES:,} villages, {visits:,} visits this year (made in "
          f"{made - started:.0f} s, every quarter counted in {counted - made:.0f} s)")
    return county.supervisor


def _fill(session: Session, today: date) -> int:
    dice, first, now = random.Random(1), date(today.year, 1, 1), datetime.now(UTC)
    count = VILLAGES * HOUSEHOLDS
    _insert(session, Household, (
        {"id": n, "village_id": FIRST_VILLAGE + n % VILLAGES, "number": f"{n // VILLAGES + 1}",
         "villagers_group": f"{n // VILLAGES % 10 + 1}组", "householder": f"户主{n}", "initials": f"hz{n}",
         "members": 3, "alive_from": date(2015, 1, 1), "changed_at": now, "version": 1} for n in range(1, count + 1)))
    _insert(session, HouseholdLabel, ({"household_id": n, "label": "needy"} for n in range(1, count + 1, 12)))
    _insert(session, HouseholdAbsence, ({"household_id": n, "from_on": date(2024, 3, 1), "to_on": None}
                                        for n in range(1, count + 1, 7)))
    days, visits = (today - first).days, int(count * VISITS)
    made = []
    for n in range(visits):
        household = dice.randrange(1, count + 1)
        # Cadre n is posted to village (n - 1) % VILLAGES; three share one.
        made.append((household, household % VILLAGES + 1 + VILLAGES * dice.randrange(3),
                     first + timedelta(days=dice.randint(0, days)), dice.choice(("in_person",) * 8 + (
                         "phone", "not_home"))))
    _insert(session, Round, (
        {"id": UUID(int=n + 1), "cadre_id": cadre, "day": day, "captured_at": start_of_day(day),
         "received_at": start_of_day(day), "flags": "", "purposes": [], "is_erased": False, "content_hash": b"bench",
         "changed_at": start_of_day(day)} for n, (_household, cadre, day, _manner) in enumerate(made)))
    _insert(session, Visit, (
        {"id": UUID(int=n + 1), "round_id": UUID(int=n + 1), "household_id": household,
         "village_id": FIRST_VILLAGE + household % VILLAGES, "cadre_id": cadre, "day": day, "manner": manner,
         "version": 1} for n, (household, cadre, day, manner) in enumerate(made)))
    return visits


def _insert(session: Session, model: type, rows) -> None:
    for piece in in_chunks(list(rows), PIECE):
        session.execute(insert(model), piece)
