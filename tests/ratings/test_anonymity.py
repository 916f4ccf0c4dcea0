"""After twenty votes in a known order: nothing that is kept joins a card, a time and an answer.

A hostile look at the closed database, its files, the server's log and the backups.
"""

import json
import subprocess
import tarfile
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from urllib.request import Request, urlopen
from uuid import UUID

import pytest
from sqlalchemy import Date, Uuid, inspect, select, text
from sqlalchemy.orm import Session

from api import backup, backup_databases
from api.all_tables import METADATA
from api.audit import AuditEntry
from api.dates import shanghai_day
from api.db import UtcDateTime, make_engine
from api.ratings import urn_service
from api.ratings.ballot_models import BallotCount, ParticipationDay, RatingText, SealedText, SpentCode
from api.ratings.codes_rules import code_hash
from api.sealing import Keyring
from tests.browser.site import Server
from tests.conftest import NOW
from tests.county import County
from tests.ratings.urn_data import make_urn

URN = ("spent_codes", "ballot_counts", "participation_days", "sealed_texts")
VOTES = 20


@pytest.mark.parametrize("name", URN)
def test_no_table_of_the_urn_knows_a_time_or_another_table(name):
    table = METADATA.tables[name]
    assert [column.name for column in table.columns if isinstance(column.type, UtcDateTime)] == []
    assert [column.name for column in table.columns if isinstance(column.type, Date)] == (
        ["day"] if name == "participation_days" else [])
    assert not table.foreign_keys and not any(column.autoincrement is True for column in table.columns)
    # What identifies a row is random, or the same for all who chose it; nothing counts up.
    assert all(isinstance(column.type, Uuid) or column.name in ("code_hash", "village_id", "way", "question", "answer",
                                                                "day") for column in table.primary_key.columns)


def test_what_two_tables_of_the_urn_have_in_common_is_no_persons():
    shared = {column.name for name in URN for column in METADATA.tables[name].columns
              if sum(column.name in METADATA.tables[other].columns for other in URN) > 1}
    assert shared == {"campaign_id", "village_id", "way", "count"}


def xmins(session, table) -> set:
    return set(session.scalars(text(f"SELECT xmin::text FROM {table}")))


def test_a_shuffle_leaves_no_order_and_no_pairs(county):
    session, urn = county.session, make_urn(county, cards=200)
    for body in urn.ballots(200, text="话"):
        urn_service.cast(session, today=NOW.date(), **{**body, "id": UUID(body["id"])})
    session.commit()
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    before = {table: session.execute(text(f"SELECT * FROM {table}")).all() for table in URN}
    files = [] if is_sqlite else [session.scalar(text(f"SELECT pg_relation_filepath('{one}')")) for one in URN]
    urn_service.shuffle(session)
    first = [row.code_hash for row in session.execute(text("SELECT * FROM spent_codes"))]
    urn_service.shuffle(session)
    after = {table: session.execute(text(f"SELECT * FROM {table}")).all() for table in URN}
    assert all(sorted(map(repr, before[one])) == sorted(map(repr, after[one])) for one in URN)
    if is_sqlite:
        # Without row numbers a table has the order of its keys, whatever was written when.
        for one in URN:
            made = session.scalar(text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": one})
            assert "WITHOUT ROWID" in made
        return
    second = [row.code_hash for row in after["spent_codes"]]
    voted = [code_hash(code) for code in urn.cards["A1"]]
    assert [bytes(one) for one in second] != voted and first != second and sorted(map(bytes, second)) == sorted(voted)
    assert len(set().union(*(xmins(session, one) for one in URN))) == 1
    # A new file for each table; the old one goes with the commit.
    assert not set(files) & {session.scalar(text(f"SELECT pg_relation_filepath('{one}')")) for one in URN}


class Village:
    """A campaign on a real server, twenty cards that vote one after the other, and all that is left of it."""

    def __init__(self, county, url, folder):
        self.url, self.folder, self.county = url, folder / "var", county
        self.folder.mkdir()
        today = shanghai_day(datetime.now(UTC))
        self.urn = make_urn(county, cards=VOTES, ring=Keyring.of({"VAR": str(self.folder)}),
                            first_on=today - timedelta(days=1), last_on=today + timedelta(days=1))
        self.token = county.token(county.person("supervisor"))
        # The token was made at the county's own time, which lies before the server's.
        county.session.execute(text("UPDATE user_sessions SET expires_at = :at, last_used_at = :now"), {
            "at": datetime.now(UTC) + timedelta(days=1), "now": datetime.now(UTC)})
        county.session.commit()
        self.bodies = self.urn.ballots(VOTES, text="独一无二的话")
        self.server = Server(url, self.folder)

    def post(self, path, body, **headers):
        request = Request(self.server.origin + path, json.dumps(body).encode(), {
            "Content-Type": "application/json", "User-Agent": "OldPhone/1.0", **headers})
        with urlopen(request, timeout=30) as answer:
            return answer.status

    def vote(self, first, last):
        for body in self.bodies[first:last]:
            assert self.post("/api/v1/ballots", body) == 201

    def close(self):
        assert self.post(f"/api/v1/rating-campaigns/{self.urn.id}/closings", {},
                         Authorization=f"Bearer {self.token}") == 200

    def back_up(self, name):
        settings = {"COUNTY": County.CODE, "DATABASE_URL": self.url, "VAR": str(self.folder)}
        path, _manifest = backup.make_backup(settings, self.folder.parent / name, now=datetime.now(UTC))
        return path

    def rows(self, *tables) -> list:
        engine = make_engine(self.url)
        with Session(engine) as session:
            found = [row for table in tables for row in session.execute(select(table.__table__))]
        engine.dispose()
        return found

    @property
    def hashes(self) -> list[bytes]:
        """The hashes of the cards in the order in which they voted."""
        return [code_hash(body["code"]) for body in self.bodies]


@pytest.fixture
def village(own_county, own_database, tmp_path):
    made = Village(own_county, own_database, tmp_path)
    yield made
    made.server.stop()


def order_in_backup(path, hashes, folder, *, is_sqlite) -> list[bytes]:
    """The hashes of spent cards in the order in which they lie in a backup's file."""
    with tarfile.open(path) as archive:
        name = "database.sqlite3" if is_sqlite else "database.pgdump"
        archive.extract(name, folder, filter="data")
    found = folder / name
    if is_sqlite:
        engine = make_engine(f"sqlite:///{found}")
        with engine.connect() as connection:
            attempts = dict(connection.execute(select(SpentCode.code_hash, SpentCode.attempt_hash)).all())
        engine.dispose()
        data = found.read_bytes()
        places = {one: data.index(attempts[one]) for one in hashes if one in attempts}
    else:
        plain = subprocess.run([backup_databases.program_path("pg_restore"), "--data-only", "--table=spent_codes",
                                "--file=-", str(found)], capture_output=True, text=True, check=True).stdout
        places = {one: plain.index(one.hex()) for one in hashes if one.hex() in plain}
    return sorted(places, key=places.get)


@pytest.mark.slow
def test_nothing_joins_a_card_a_time_and_an_answer_once_the_campaign_is_closed(village, own_database, tmp_path):
    is_sqlite = own_database.startswith("sqlite")
    village.vote(0, 10)
    middle = village.back_up("middle.tar")
    lies = order_in_backup(middle, village.hashes, tmp_path, is_sqlite=is_sqlite)
    # One chance in ten million that a shuffle leaves ten as they were, or the other way round.
    assert sorted(lies) == sorted(village.hashes[:10]) and village.hashes[:10] not in (lies, lies[::-1])
    village.vote(10, VOTES)
    sealed = [bytes(row.sealed) for row in village.rows(SealedText)]
    attempts = [bytes(row.attempt_hash) for row in village.rows(SpentCode)]
    assert (len(sealed), len(attempts)) == (VOTES, VOTES)
    village.close()
    last = village.back_up("last.tar")

    assert village.rows(SpentCode, BallotCount, SealedText) == []
    [day] = village.rows(ParticipationDay)
    assert day.count == VOTES
    texts = [row.text for row in sorted(village.rows(RatingText), key=lambda row: row.id)]
    written = [body["text"] for body in village.bodies]
    assert sorted(texts) == sorted(written) and texts != written
    assert all(row.id.version == 4 for row in village.rows(RatingText))

    # No id, code, hash, text, address or kind of telephone, and not even that somebody called.
    log = (village.folder / "server.log").read_text(encoding="utf-8")
    told = json.dumps([[entry.action, entry.subject, entry.details] for entry in village.rows(AuditEntry)])
    assert "closings" in log
    for trace in (*(body["id"] for body in village.bodies), *(body["code"] for body in village.bodies),
                  *(one.hex() for one in (*village.hashes, *attempts)), "独一无二", "ballot", "OldPhone"):
        assert trace not in log and trace not in told, trace

    ids = [UUID(body["id"]).bytes for body in village.bodies]
    traces = [*attempts, *sealed, *ids, *(sha256(one).digest() for one in ids)]
    if is_sqlite:
        file = own_database.removeprefix("sqlite:///")
        held = b"".join(path.read_bytes() for path in sorted(village.folder.parent.glob(f"{file.rsplit('/', 1)[1]}*")))
        assert held[:6] == b"SQLite"
    else:
        engine = make_engine(own_database)
        with Session(engine) as session:
            # All texts were written by the one transaction of the closing, which is none of the ballots'.
            assert len(xmins(session, "rating_texts")) == 1
            lies = list(session.scalars(text("SELECT text FROM rating_texts ORDER BY ctid")))
            assert lies not in (written, written[::-1])
        engine.dispose()
        with tarfile.open(last) as archive:
            archive.extract("database.pgdump", tmp_path, filter="data")
        held = subprocess.run([backup_databases.program_path("pg_restore"), "--data-only", "--file=-",
                               str(tmp_path / "database.pgdump")], capture_output=True, check=True).stdout
        traces = [one.hex().encode() for one in traces] + [body["id"].encode() for body in village.bodies]
        assert b"rating_texts" in held
    assert [one for one in traces if one in held] == []


def test_the_write_ahead_log_is_emptied_of_what_was_thrown_away(sqlite_template, tmp_path, monkeypatch, make_app):
    monkeypatch.setattr("api.db.wal_is_safe", lambda _version: True)
    path = tmp_path / "wal.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    app = make_app(f"sqlite:///{path}")
    database = app.extensions["zhucun_database"]
    marker = b"m" * 32
    with database.session() as session:
        session.add(SpentCode(code_hash=marker, campaign_id=UUID(int=1), attempt_hash=b"n" * 32))
        session.commit()
    with database.session() as session:
        urn_service.empty_campaign(session, campaign_id=UUID(int=1))
        session.commit()
    files = [path, path.with_name("wal.sqlite3-wal")]
    assert any(marker in one.read_bytes() for one in files)
    database.settle()
    assert not any(marker in one.read_bytes() for one in files if one.exists())


def test_the_tables_of_the_urn_are_those_that_a_shuffle_rewrites(connection):
    assert {table.__tablename__ for table in urn_service.TABLES} == set(URN)
    indexes = {name: inspect(connection).get_indexes(name) for name in URN}
    assert not any(indexes.values())
