"""Ballots a second against a bare endpoint with one ORM insert, in alternating rounds, on both databases.

Once from all villages, as on the days of a campaign, and once from one village, whose counters then are the same few
rows for everybody.
"""

import json
import random
import shutil
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from uuid import uuid4

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from api import sealed_box
from api.dates import shanghai_day
from api.db import Database, make_engine
from api.ratings import urn_service
from api.ratings.ballot_models import BallotCount, HouseholdCode, SealedText, SpentCode
from api.ratings.campaign_models import CampaignVillage, CodeBatch, RatingCampaign
from api.ratings.codes_rules import code_hash
from api.ratings.codes_service import new_code
from api.demo_county_rules import COUNTY_ID
from bench import bare, servers
from bench.county import CADRES, FIRST_VILLAGE, VILLAGES, build_county
from bench.figures import percentile, table
from bench.load import Outcome, drive, post
from bench.machine import server_facts
from tests.databases import PostgresServer, server_binaries

CLIENTS = 16
# More than either side can take on; rounds end by the clock.
MOST_A_SECOND = 900
WARM_UP = 1
# So many households of a hundred also write something.
WRITING = 10
ANSWERS = {"q1": ("satisfied", "basically_satisfied", "dissatisfied", "do_not_know"),
           "q2": ("came", "did_not_come", "cannot_remember"), "q3": ("done", "being_done", "not_done", "asked_nothing")}
OURS, BARE = "zhucun", "bare"


@dataclass
class Side:
    """One of the two servers, the requests that it has not had yet, and what it did."""

    name: str
    port: int
    requests: list[bytes]
    rounds: list[Outcome] = field(default_factory=list)
    accepted: list[int] = field(default_factory=list)
    sent: int = 0

    def run(self, seconds: float, *, counted: bool) -> None:
        """One round; stops the run when a request was answered by anything but 201."""
        outcome = drive(self.port, self.requests[self.sent:], clients=CLIENTS, seconds=seconds)
        if outcome.errors or outcome.seconds < seconds:
            raise SystemExit(f"{self.name}: {outcome.errors or 'too few requests were made'}")
        self.accepted += [self.sent + number for number in outcome.accepted]
        self.sent += len(outcome.latencies_s)
        if counted:
            self.rounds.append(outcome)

    def milliseconds(self, share: float) -> str:
        return f"{1000 * percentile([value for one in self.rounds for value in one.latencies_s], share):.1f}"


def run(*, rounds: int, seconds: float) -> None:
    """Measure on PostgreSQL, where it is installed, and on SQLite; print both sides."""
    print(f"\n## Ballots: 1 × 8 threads, {CLIENTS} clients, {rounds} rounds of {seconds:g} s\n")
    cards = int((rounds + WARM_UP) * seconds * MOST_A_SECOND)
    lines, folder = [], Path(tempfile.mkdtemp(prefix="zhucun-bench-"))
    try:
        binaries = server_binaries()
        if binaries is not None:
            postgres = PostgresServer(binaries, durable=True)
            try:
                for villages in (VILLAGES, 1):
                    urls = postgres.create(f"ours_{villages}"), postgres.create(f"bare_{villages}")
                    lines.append(_measure("PostgreSQL", urls, folder, villages, cards, rounds, seconds))
            finally:
                postgres.stop()
        for villages in (VILLAGES, 1):
            urls = tuple(f"sqlite:///{folder}/{side}-{villages}.sqlite3" for side in (OURS, BARE))
            lines.append(_measure("SQLite", urls, folder, villages, cards, rounds, seconds))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(table(["database", "villages", "ballots/s", "bare/s", "ratio", "p50 / p95 / p99 ms ours",
                 "p50 / p95 / p99 ms bare"], lines))


def _measure(name: str, urls: tuple[str, str], folder: Path, villages: int, cards: int, rounds: int,
             seconds: float) -> list:
    url, bare_url = urls
    database = Database(url)
    build_county(database, posted_from=shanghai_day(datetime.now(UTC)) - timedelta(days=30))
    with database.session() as session:
        ballots = _campaign(session, villages, cards)
        session.commit()
    if name == "PostgreSQL":
        print(f"- {server_facts(database.engine)}")
    # Statistics, as every database has that was not filled a moment ago.
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    database.engine.dispose()
    engine = make_engine(bare_url)
    bare.make_table(engine, rows=0)
    engine.dispose()
    own = folder / f"{name}-{villages}"
    own.mkdir()
    with ExitStack() as stack:
        ours = Side(OURS, stack.enter_context(servers.zhucun(url, own, workers=1, threads=8))[0],
                    [post("/api/v1/ballots", json.dumps(one).encode()) for one in ballots])
        other = Side(BARE, stack.enter_context(servers.bare(bare_url, own, workers=1, threads=8))[0],
                     [_check_in() for _ballot in ballots])
        for side in (ours, other):
            side.run(WARM_UP * seconds, counted=False)
        for number in range(rounds):
            # Each side begins every other round, so that drift hits both alike.
            for side in (ours, other) if number % 2 else (other, ours):
                side.run(seconds, counted=True)
    _check_urn(url, [ballots[number] for number in ours.accepted])
    ratio = median(mine.rate / theirs.rate for mine, theirs in zip(ours.rounds, other.rounds, strict=True))
    return [name, villages, *(f"{median(one.rate for one in side.rounds):.0f}" for side in (ours, other)),
            f"{ratio:.2f}", *(" / ".join(map(side.milliseconds, (0.5, 0.95, 0.99))) for side in (ours, other))]


def _campaign(session: Session, villages: int, cards: int) -> list[dict]:
    """Open a campaign with so many cards over so many villages; answers a ballot for each card, in no order."""
    dice, now = random.Random(6), datetime.now(UTC)
    today, who = shanghai_day(now), CADRES + 1
    _private, public = sealed_box.new_keys()
    questions = [{"key": key, "text": key, "answers": [
        {"key": answer, "text": answer, "is_counted": True, "is_favourable": False} for answer in answers]}
        for key, answers in ANSWERS.items()]
    campaign = RatingCampaign(
        id=uuid4(), division_id=COUNTY_ID, title="评议", first_on=today - timedelta(days=1),
        last_on=today + timedelta(days=1), subject="team", questions=questions, text_prompt="还有什么想说的？",
        hotline="0851-24620000", state="open", text_key=public, entered_by_id=who, entered_at=now, opened_at=now,
        content_hash=b"bench")
    session.add(campaign)
    session.flush()
    ids = [FIRST_VILLAGE + number for number in range(villages)]
    session.execute(insert(CampaignVillage), [
        {"campaign_id": campaign.id, "village_id": own, "open_code": new_code(), "households": cards // villages}
        for own in ids])
    batches = {own: uuid4() for own in ids}
    session.execute(insert(CodeBatch), [
        {"id": batch, "campaign_id": campaign.id, "village_id": own, "count": cards // villages, "handed_to": "田大爷",
         "handed_office": "teller", "printed_by_id": who, "printed_at": now} for own, batch in batches.items()])
    codes = [new_code() for _ in range(cards)]
    session.execute(insert(HouseholdCode), sorted(
        ({"code_hash": code_hash(code), "batch_id": batches[ids[number % villages]]}
         for number, code in enumerate(codes)), key=lambda row: row["code_hash"]))
    urn_service.prepare(session, campaign, ids)
    dice.shuffle(codes)
    return [{"id": str(uuid4()), "code": code, "answers": {key: dice.choice(of) for key, of in ANSWERS.items()},
             "text": "路灯坏了半年" if dice.randrange(100) < WRITING else None} for code in codes]


def _check_in() -> bytes:
    body = {"id": str(uuid4()), "captured_at": "2026-11-30T08:00:00+08:00", "device_id": "phone",
            "position": {"latitude": 27.2, "longitude": 107.9, "accuracy_m": 20}}
    return post("/api/v1/check-ins", json.dumps(body).encode())


def _check_urn(url: str, accepted: list[dict]) -> None:
    """What was acknowledged is counted, and nothing else; else the run is void."""
    engine = make_engine(url)
    with Session(engine) as session:
        counted = dict(session.execute(
            select(BallotCount.question + "/" + BallotCount.answer, func.sum(BallotCount.count))
            .group_by(BallotCount.question, BallotCount.answer)).all())
        spent, written = (session.scalar(select(func.count()).select_from(one)) for one in (SpentCode, SealedText))
    engine.dispose()
    wanted = {f"{key}/{answer}": sum(one["answers"][key] == answer for one in accepted)
              for key, answers in ANSWERS.items() for answer in answers}
    if counted != wanted or (spent, written) != (len(accepted), sum(one["text"] is not None for one in accepted)):
        raise SystemExit(f"{len(accepted)} ballots were acknowledged, {spent} cards are spent: {counted}")
    print(f"- {len(accepted)} ballots acknowledged, warm-up included, and the same counted.")
