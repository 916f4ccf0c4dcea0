"""Every answer of the dashboards in a county of full size with five years of history, for the county and a township."""

import http.client
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from sqlalchemy import func, select

from api.auth import COOKIE
from api.dashboards.figures_rules import MEASURES, TOPICS
from api.dates import month_of, shanghai_day
from api.db import Database
from api.demo_county_rules import COUNTY
from api.postings.account_models import User
from api.postings.models import Cadre, Posting
from bench import servers
from bench.county import log_in
from bench.figures import percentile, table
from bench.load import HOST
from bench.machine import server_facts
from tests.databases import PostgresServer, server_binaries

TOWNSHIP, VILLAGE = "520329100000", "520329100200"
WANTED_MS = {"PostgreSQL": 50, "SQLite": 150}
REQUESTS_A_ROUND = 5
KINDS = ("week_at_risk", "week_missed", "households_unvisited", "village_unvisited", "concern_overdue",
         "notice_overdue", "post_vacant", "oddity", "photo_repeat")
# What a county may be without: it has no photos, and chance decides whether one township's weeks are at risk.
MAY_BE_EMPTY = ("matters photo_repeat", "matters week_at_risk", "matters week_missed", "matters village_unvisited",
                "oddities", "matters oddity")
LISTS = ("rows", "townships", "duties", "villages", "items", "days", "cadres", "households", "concerns", "notices",
         "acceptances", "rating_campaigns", "meetings")


@dataclass
class Asked:
    """One question by one person: how long each answer took, and how many bytes it had."""

    seconds: list[float] = field(default_factory=list)
    size: int = 0
    fault: str = ""


def questions(division: str, today: date) -> list[tuple[str, str]]:
    """(what, address) of everything that the dashboards ask for one division."""
    running = month_of(today)
    ended = month_of(running - timedelta(days=1))
    before = month_of(ended - timedelta(days=1))
    old = date(running.year - 2, 3, 1)
    months = (("running", running), ("ended", ended), ("two years ago", old))
    asked = [(f"month-figures {topic}, {name}", f"month-figures?division={division}&month={month:%Y-%m}&topic={topic}")
             for topic in TOPICS for name, month in months]
    asked += [(f"map-villages {measure}, {name}",
               f"map-villages?division={division}&month={month:%Y-%m}&measure={measure}")
              for measure in MEASURES for name, month in months[:2]]
    asked += [(f"matters {kind}", f"matters?division={division}&kind={kind}") for kind in KINDS]
    asked += [
        ("oddities", f"oddities?division={division}"),
        ("day-calendars of a village", f"day-calendars?month={ended:%Y-%m}&village={VILLAGE}"),
        ("on-post-rates", f"on-post-rates?month={running:%Y-%m}&division={division}&level=township"),
        ("on-post-rates, cadres", f"on-post-rates?month={ended:%Y-%m}&division={division}&level=cadre"),
        ("visit-coverage, villages", f"visit-coverage?division={division}&level=village"),
        ("unvisited-households", f"unvisited-households?village={VILLAGE}"),
        ("concern-figures", f"concern-figures?division={division}"),
        ("notice-figures", f"notice-figures?division={division}"),
        ("contract-figures", f"contract-figures?division={division}&year={today.year}"),
        ("concerns undone", f"concerns?division={division}&state=undone"),
        ("concerns overdue", f"concerns?division={division}&overdue=true"),
        ("concerns open on a day", f"concerns?division={division}&open_on={ended + timedelta(days=20)}"),
        ("supervision-notices open", f"supervision-notices?division={division}&state=open"),
        ("supervision-notices open on a day",
         f"supervision-notices?division={division}&open_on={ended + timedelta(days=20)}"),
        ("acceptances", f"acceptances?division={division}"),
        ("rating-campaigns", f"rating-campaigns?division={division}"),
        ("meetings", f"meetings?division={TOWNSHIP}"),
        ("linkage-figures", f"linkage-figures?division={division}"),
        ("month-closings, ended", f"month-closings?division={division}&month={ended:%Y-%m}"),
        ("month-closings, the month before", f"month-closings?division={division}&month={before:%Y-%m}"),
    ]
    return asked


def run(*, rounds: int, years: int, urls: list[str]) -> None:
    """Measure on both databases in counties of its own; with `urls` in those that are there already."""
    for url in urls:
        _measure(url, rounds)
    if urls:
        return
    binaries = server_binaries()
    if binaries is None:
        print("\nNo PostgreSQL 15 or later is installed: the dashboards are measured on SQLite only.")
    else:
        postgres = PostgresServer(binaries, durable=True)
        try:
            _make_and_measure(postgres.create("dashboards"), rounds, years)
        finally:
            postgres.stop()
    folder = tempfile.mkdtemp(prefix="zhucun-bench-")
    try:
        _make_and_measure(f"sqlite:///{folder}/dashboards.sqlite3", rounds, years)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _make_and_measure(url: str, rounds: int, years: int) -> None:
    for command in (["demo", "--size", "county", "--years", str(years)], ["roll"], ["roll"]):
        started = time.perf_counter()
        with tempfile.TemporaryDirectory(prefix="zhucun-bench-") as folder:
            subprocess.run([sys.executable, "-m", "api.cli", *command], check=True, stdout=subprocess.DEVNULL,
                           env={**os.environ, "DATABASE_URL": url, "ZHUCUN_COUNTY": COUNTY, "ZHUCUN_VAR": folder})
        print(f"- zhucun {' '.join(command)}: {time.perf_counter() - started:.0f} s")
    _measure(url, rounds)


def _measure(url: str, rounds: int) -> None:
    today, database = shanghai_day(datetime.now(UTC)), Database(url)
    kind = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}[database.engine.dialect.name]
    print(f"\n## Dashboards on {kind}: one client, {rounds} rounds of {REQUESTS_A_ROUND} requests each\n")
    if kind == "PostgreSQL":
        print("- " + server_facts(database.engine))
    askers = {who: (code, token) for who, code, token in _log_in(database)}
    asked: dict[tuple[str, str], Asked] = {}
    with _served(url) as connection:
        duty = _declare(connection, askers["county"][1])
        for number in range(rounds + 1):
            for who, (division, token) in askers.items():
                wanted = questions(division, today)
                wanted += [("emergency-duties", "emergency-duties"),
                           ("emergency-duties presence", f"emergency-duties/{duty}/presence")]
                for what, path in wanted * REQUESTS_A_ROUND:
                    _ask(connection, token, what, path, asked.setdefault((what, who), Asked()), counted=number > 0)
    _report(asked, WANTED_MS[kind])


@contextmanager
def _served(url: str):
    """A connection to `zhucun serve` on the database."""
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="zhucun-bench-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        port, _process = stack.enter_context(servers.zhucun(url, folder, workers=1, threads=8))
        connection = http.client.HTTPConnection(HOST, port, timeout=120)
        stack.callback(connection.close)
        yield connection


def _log_in(database: Database) -> list[tuple[str, str, str]]:
    """(who, division, token) of the county's supervisor and a township's; prints how much there is."""
    with database.session() as session:
        cadres = session.scalar(select(func.count()).select_from(Cadre))
        posted = session.scalar(select(func.count()).select_from(Posting).where(Posting.to_on.is_(None)))
        ids = [session.scalar(select(User.id).where(User.username == name)) for name in ("county", "township1")]
        if None in ids:
            raise SystemExit("this is no county of `zhucun demo --size county`")
        tokens = log_in(session, ids, cadres=0, now=datetime.now(UTC))
        session.commit()
    database.engine.dispose()
    print(f"- {posted:,} posted cadres of {cadres:,}")
    return list(zip(("county", "township"), (COUNTY, TOWNSHIP), tokens, strict=True))


def _declare(connection: http.client.HTTPConnection, token: str) -> str:
    """The id of an emergency duty of the whole county for a day."""
    own, now = str(uuid4()), datetime.now(UTC)
    body = {"id": own, "kind": "flood", "reason": "measured", "division_codes": [COUNTY],
            "from_at": now.isoformat(), "until_at": (now + timedelta(days=1)).isoformat()}
    connection.request("POST", "/api/v1/emergency-duties", body=json.dumps(body), headers={
        "Cookie": f"{COOKIE}={token}", "X-Requested-With": "zhucun", "Content-Type": "application/json"})
    answer = connection.getresponse()
    told = answer.read()
    if answer.status not in (200, 201):
        raise SystemExit(f"emergency-duties: {answer.status} {told[:300]!r}")
    return own


def _ask(connection: http.client.HTTPConnection, token: str, what: str, path: str, asked: Asked, *, counted: bool
         ) -> None:
    """One GET, timed from the sending to the last byte; void when the answer is not what it must be."""
    if asked.fault:
        return
    start = time.perf_counter()
    connection.request("GET", f"/api/v1/{path}", headers={"Cookie": f"{COOKIE}={token}"})
    answer = connection.getresponse()
    body = answer.read()
    spent = time.perf_counter() - start
    if answer.status != 200:
        asked.fault = f"{path}: {answer.status} {body[:300]!r}"
        return
    if not asked.size and what not in MAY_BE_EMPTY:
        told = json.loads(body)
        found = told if isinstance(told, list) else next((told[name] for name in LISTS if told.get(name)), None)
        if not found:
            asked.fault = f"{path}: nothing in it: {body[:300]!r}"
            return
    asked.size = len(body)
    if counted:
        asked.seconds.append(spent)


def _report(asked: dict[tuple[str, str], Asked], wanted_ms: int) -> None:
    rows, over = [], []
    for (what, who), one in sorted(asked.items()):
        if one.fault:
            rows.append([what, who, "void", "", "", ""])
            continue
        p95 = 1000 * percentile(one.seconds, 0.95)
        rows.append([what, who, f"{1000 * percentile(one.seconds, 0.5):.1f}", f"{p95:.1f}",
                     f"{1000 * max(one.seconds):.1f}", f"{one.size / 1024:.1f}"])
        if p95 > wanted_ms:
            over.append(f"{what} ({who}) {p95:.0f}")
    print("\n" + table(("what", "who", "p50 ms", "p95 ms", "max ms", "KB"), rows))
    print(f"\n(wanted: p95 below {wanted_ms} ms; above: {', '.join(over) or 'none'})")
    faults = [f"{what} ({who}): {one.fault}" for (what, who), one in asked.items() if one.fault]
    if faults:
        raise SystemExit("\n".join(faults))
