"""The search in the diary of a county with 500,000 entries: rare, usual and very frequent terms, by who asks."""

import random
import shutil
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from api import migrate
from api.auth import Grant, Identity
from api.db import Database
from api.diary import search_rules, search_service
from api.diary.models import DiaryEntry
from api.diary.search_models import DiarySearch
from api.postings.models import Division, Posting
from bench.county import build_county
from bench.figures import percentile, table
from tests.databases import PostgresServer, server_binaries

ENTRIES, CHUNK, DAYS = 500_000, 5_000, 365
# The seldom words stand in one entry of a thousand, each of the others in a few of a hundred.
SELDOM = ("塌方", "狂犬", "滞销", "白蚁")
USUAL = ("修水渠", "路灯", "医保", "低保", "危房改造", "饮水", "养老保险", "邻里纠纷", "土地流转", "辣椒", "茶叶", "返贫监测",
         "务工", "就业", "产业路", "院坝会", "防火", "防汛", "入学", "环境卫生", "厕所", "移风易俗", "义诊", "种粮补贴")
FREQUENT = ("走访", "群众", "今天", "反映", "村委会", "了解情况")
QUESTIONS = ("塌方", "狂犬 走访", "修水渠", "医保 低保", "走访", "群众反映", "今天走访 了解情况", "绝无此事", "渠水路灯")
ROUNDS = 12


def run() -> None:
    """Measure on PostgreSQL, where it is installed, and on SQLite."""
    binaries = server_binaries()
    if binaries is not None:
        postgres = PostgresServer(binaries, durable=True)
        try:
            _measure("PostgreSQL", postgres.create("diary_search"))
        finally:
            postgres.stop()
    folder = tempfile.mkdtemp(prefix="zhucun-bench-")
    try:
        _measure("SQLite", f"sqlite:///{Path(folder) / 'diary.sqlite3'}")
    finally:
        shutil.rmtree(folder)


def _measure(name: str, url: str) -> None:
    database = Database(url)
    migrate.upgrade(database.engine)
    build_county(database, posted_from=date(2025, 1, 1))
    start = time.perf_counter()
    _fill(database)
    print(f"\n{name}: {ENTRIES:,} entries made in {time.perf_counter() - start:.0f} s\n")
    rows = []
    with database.session(reads=True) as session:
        askers = _askers(session)
        for question in QUESTIONS:
            for asker, scope in askers.items():
                spent, found = [], None
                for _round in range(ROUNDS):
                    begin = time.perf_counter()
                    found = search_service.find_entries(session, scope=scope, question=question, first=None, last=None,
                                                        before=None, size=20)
                    spent.append((time.perf_counter() - begin) * 1000)
                    session.expunge_all()
                rows.append([question, asker, len(found.entries), f"{percentile(spent, 0.5):.1f}",
                             f"{percentile(spent, 0.95):.1f}"])
    print(table(["question", "who asks", "found on page 1", "p50 ms", "p95 ms"], rows))
    database.engine.dispose()


def _askers(session: Session) -> dict[str, search_service.Scope]:
    county = session.scalar(select(Division).where(Division.level == "county"))
    township = session.scalar(select(Division).where(Division.level == "township").order_by(Division.id))

    def above(division: Division) -> search_service.Scope:
        grant = Grant("supervisor", division.id, division.path, division.level)
        identity = Identity(1, "zh", None, 0, None, (grant,))
        return search_service.supervised_scope(session, identity=identity, code=division.code)

    return {"county": above(county), "township": above(township),
            "cadre": search_service.own_scope(session.scalar(select(Posting.cadre_id).order_by(Posting.id)))}


def _fill(database: Database) -> None:
    with database.session() as session:
        postings = session.execute(select(Posting.cadre_id, Posting.village_id)).all()
        if session.get_bind().dialect.name == "postgresql":
            # As when a county moves in: the index is made once all is there.
            session.execute(text("DROP INDEX fts_diary"))
        for chunk in _chunks(postings):
            session.execute(insert(DiaryEntry), [entry for entry, _number, _words in chunk])
            if session.get_bind().dialect.name == "postgresql":
                session.execute(text("INSERT INTO diary_search (number, entry_id, words) VALUES (:number, :entry_id, "
                                     "array_to_tsvector(string_to_array(:words, ' ')))"),
                                [{"number": number, "entry_id": entry["id"], "words": words}
                                 for entry, number, words in chunk])
            else:
                session.execute(insert(DiarySearch), [{"number": number, "entry_id": entry["id"], "words": words}
                                                      for entry, number, words in chunk])
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("CREATE INDEX fts_diary ON diary_search USING gin (words)"))
        else:
            session.execute(text("INSERT INTO fts_diary (fts_diary) VALUES ('rebuild')"))
        session.commit()
    if database.engine.dialect.name == "postgresql":
        with database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.exec_driver_sql("VACUUM ANALYZE diary_search, diary_entries")


def _chunks(postings) -> Iterator[list[tuple[dict, int, str]]]:
    dice, now = random.Random(4), datetime(2026, 11, 20, 2, tzinfo=UTC)
    numbers = set()
    for _chunk in range(ENTRIES // CHUNK):
        made = []
        for _entry in range(CHUNK):
            posting, day = dice.choice(postings), date(2026, 11, 20) - timedelta(days=dice.randrange(DAYS))
            id = UUID(int=dice.getrandbits(128))
            number = search_rules.number_of(day, id.int)
            if number in numbers:
                continue
            numbers.add(number)
            words = _text(dice)
            made.append(({"id": id, "cadre_id": posting.cadre_id, "village_id": posting.village_id, "day": day,
                          "text": words, "work_types": [], "captured_at": now, "received_at": now, "flags": "",
                          "submitted_at": now, "changed_at": now, "content_hash": b"bench", "version": 1,
                          "is_erased": False}, number,
                         " ".join(sorted(search_rules.pairs(words) | {
                             search_rules.of_cadre(posting.cadre_id), search_rules.of_village(posting.village_id),
                             search_rules.SUBMITTED}))))
        yield made


def _text(dice: random.Random) -> str:
    said = dice.sample(FREQUENT, 4) + dice.sample(USUAL, 5) + [chr(dice.randrange(0x4E00, 0x6E00)) for _n in range(24)]
    if dice.random() < 0.001:
        said.append(dice.choice(SELDOM))
    dice.shuffle(said)
    return "".join(said[:18]) + "，" + "".join(said[18:]) + "。"
