"""What the database layer promises: no update is lost, writers wait in line, reads cannot write, times keep offsets."""

import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import InternalError, OperationalError, StatementError
from sqlalchemy.orm import Session

from api import db
from api.dates import SHANGHAI
from api.postings.account_models import User
from tests.databases import migrated

THREADS, TIMES = 4, 50


@pytest.fixture
def own_engine(own_database):
    engine = db.make_engine(own_database)
    yield engine
    engine.dispose()


@pytest.mark.slow
def test_four_threads_lose_no_update(own_engine):
    with own_engine.begin() as connection:
        connection.execute(text("CREATE TABLE counters (id INTEGER PRIMARY KEY, n INTEGER NOT NULL)"))
        connection.execute(text("INSERT INTO counters VALUES (1, 0)"))
    # SQLite has one writer at a time; PostgreSQL takes turns on the row, as services do (FOR UPDATE).
    lock = "" if own_engine.dialect.name == "sqlite" else " FOR UPDATE"
    failures = []

    def count():
        for _ in range(TIMES):
            try:
                with Session(own_engine) as session:
                    n = session.execute(text(f"SELECT n FROM counters WHERE id = 1{lock}")).scalar_one()
                    session.execute(text("UPDATE counters SET n = :n WHERE id = 1"), {"n": n + 1})
                    session.commit()
            except Exception as error:
                failures.append(error)

    threads = [threading.Thread(target=count) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with own_engine.connect() as connection:
        assert (failures, connection.execute(text("SELECT n FROM counters")).scalar_one()) == ([], THREADS * TIMES)


def test_every_sqlite_connection_keeps_its_promises(tmp_path):
    engine = db.make_engine(f"sqlite:///{tmp_path / 'new' / 'z.sqlite3'}")
    expected = {"foreign_keys": 1, "busy_timeout": 10000, "trusted_schema": 0, "synchronous": 2, "secure_delete": 1,
                "journal_mode": "wal" if db.wal_is_safe(db.sqlite3.sqlite_version_info) else "truncate"}
    connections = [engine.connect() for _ in range(3)]
    for connection in connections:
        assert {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in expected} == expected
        connection.close()
    engine.dispose()


def test_a_sqlite_writer_takes_its_turn_at_the_start(tmp_path):
    engine = db.make_engine(migrated(f"sqlite:///{tmp_path / 'z.sqlite3'}"))
    with engine.connect() as writer:
        writer.execute(text("SELECT 1"))
        with db.reading(engine).connect() as reader:
            # A reader is let in beside a writer that has not written yet; a second writer would wait.
            assert reader.execute(text("SELECT count(*) FROM users")).scalar_one() == 0
        with engine.connect() as second:
            second.connection.driver_connection.execute("PRAGMA busy_timeout=0")
            with pytest.raises(db.sqlite3.OperationalError, match="locked"):
                second.connection.driver_connection.execute("BEGIN IMMEDIATE")
            second.connection.driver_connection.execute("PRAGMA busy_timeout=10000")
    engine.dispose()


def test_a_failed_journal_change_is_no_silent_loss(monkeypatch, tmp_path):
    path = tmp_path / "z.sqlite3"
    held = db.sqlite3.connect(path)
    held.execute("PRAGMA journal_mode=wal").fetchone()
    held.execute("CREATE TABLE t (id)")
    held.commit()
    # SQLite answers the old mode, no error, while another connection holds the log open.
    monkeypatch.setattr(db, "wal_is_safe", lambda version: False)
    engine = db.make_engine(f"sqlite:///{path}")
    with pytest.raises((RuntimeError, OperationalError), match="journal mode|locked"):
        engine.connect()
    held.close()
    engine.dispose()


@pytest.mark.parametrize(("version", "safe"), [
    ((3, 40, 1), False),    # Debian 12
    ((3, 44, 5), False),
    ((3, 44, 6), True),     # mended
    ((3, 45, 0), False),    # the next line was not
    ((3, 50, 6), False),
    ((3, 50, 7), True),     # mended
    ((3, 51, 0), False),
    ((3, 51, 2), False),
    ((3, 51, 3), True),     # mended for good
    ((3, 52, 0), True),
])
def test_the_write_ahead_log_is_used_where_it_loses_nothing(version, safe):
    assert db.wal_is_safe(version) is safe


def test_a_naive_time_is_refused_before_it_loses_its_offset(db_session):
    db_session.add(User(username="naive", name="某", created_at=datetime(2026, 11, 20, 10)))
    with pytest.raises(StatementError, match="has no offset"):
        db_session.flush()


def test_an_instant_comes_back_aware_and_in_utc(db_session):
    at = datetime(2026, 11, 20, 10, 0, 0, 123456, tzinfo=SHANGHAI)
    db_session.add(User(username="aware", name="某", created_at=at))
    db_session.flush()
    db_session.expire_all()
    held = db_session.query(User).one().created_at
    assert (held, held.tzinfo, held.hour) == (at, UTC, 2)


def test_a_reading_session_cannot_write_on_postgresql(own_engine):
    if own_engine.dialect.name == "sqlite":
        # SQLite has no such switch; there the promise is kept by plain BEGIN and the roles of routes.
        with db.reading(own_engine).connect() as connection:
            assert connection.execute(text("SELECT 1")).scalar_one() == 1
        return
    with db.reading(own_engine).connect() as connection:
        with pytest.raises(InternalError, match="read-only"):
            connection.execute(text("DELETE FROM users"))
    # The connection goes back to the pool as it was.
    with own_engine.begin() as connection:
        connection.execute(text("DELETE FROM users"))


def test_a_reading_session_sees_one_moment(own_engine):
    with db.reading(own_engine).connect() as reader:
        before = reader.execute(text("SELECT count(*) FROM kept_horizon")).scalar_one()
        # In a rollback journal a held read keeps the writer waiting, so it is let go first on SQLite.
        if own_engine.dialect.name == "sqlite":
            reader.rollback()
        with own_engine.begin() as writer:
            writer.execute(text("INSERT INTO kept_horizon VALUES (1, '2026-11-22')"))
        after = reader.execute(text("SELECT count(*) FROM kept_horizon")).scalar_one()
    assert (before, after) == (0, 1 if own_engine.dialect.name == "sqlite" else 0)


def test_postgresql_speaks_utc_and_waits_for_the_disk(own_engine):
    if own_engine.dialect.name == "sqlite":
        assert own_engine.url.drivername == "sqlite"
        return
    with own_engine.connect() as connection:
        assert connection.execute(text("SHOW timezone")).scalar_one() == "UTC"
        assert connection.execute(text("SHOW synchronous_commit")).scalar_one() == "on"


@pytest.mark.parametrize(("size", "expected"), [(2, [[1, 2], [3, 4], [5]]), (5, [[1, 2, 3, 4, 5]])])
def test_chunks_keep_the_order(size, expected):
    assert db.in_chunks([1, 2, 3, 4, 5], size) == expected


def test_only_the_short_way_to_postgresql_keeps_plans(own_database):
    """A plan for any value is a bad one where a path may stand for a village or for the county."""
    database = db.Database(own_database)
    names = text("SELECT name FROM pg_prepared_statements")
    try:
        if database.engine.dialect.name == "sqlite":
            assert isinstance(database.short_way(), Session)
            return
        with database.session() as session:
            assert [session.execute(names).all() for _ in range(10)] == [[]] * 10
        short = database.short_way()
        short.execute(names, {})
        assert len(short.execute(names, {}).fetchall()) == 1
        short.close()
    finally:
        database.engine.dispose()
