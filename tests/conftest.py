"""Fixtures shared by all tests: both databases, a small county, clients of the application.

`db_session` and `client` run on SQLite and on PostgreSQL, inside a transaction that is rolled back: nothing to clean
up, so that thousands run in a minute. Tests that need threads, processes or real commits take `own_database`.
"""

import itertools
import os
import shutil
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from api.app import create_app
from api.dates import SHANGHAI
from api.db import make_engine
from api.postings import accounts_service
from tests.county import County
from tests.databases import PostgresServer, migrated, server_binaries

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=SHANGHAI)
ORIGIN = "http://localhost"
BOTH = ("sqlite", "postgresql")
_numbers = itertools.count(1)


def pytest_collection_modifyitems(items):
    # Databases are built once for each worker, so tests of one database stay together.
    items.sort(key=lambda item: "postgresql" in item.name)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    if report.skipped and os.environ.get("ZHUCUN_NO_SKIPS"):
        report.outcome = "failed"
        report.longrepr = f"skipped, where skips are forbidden: {report.longrepr}"


@pytest.fixture(scope="session")
def postgres_server():
    """A real PostgreSQL; skipped where no server is installed (CI forbids skips)."""
    binaries = server_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL server of version 15 or later is installed")
    server = PostgresServer(binaries)
    migrated(server.create("zhucun_template"))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory):
    """A migrated SQLite file, to be copied."""
    path = tmp_path_factory.mktemp("template") / "zhucun.sqlite3"
    migrated(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def shared_engines(tmp_path_factory, request):
    """One engine for each database, for tests that roll back."""
    engines = {}

    def engine_of(kind: str):
        if kind not in engines:
            if kind == "sqlite":
                path = tmp_path_factory.mktemp("shared") / "zhucun.sqlite3"
                shutil.copy(request.getfixturevalue("sqlite_template"), path)
                engines[kind] = make_engine(f"sqlite:///{path}")
            else:
                server = request.getfixturevalue("postgres_server")
                engines[kind] = make_engine(server.create("zhucun_shared", "zhucun_template"))
        return engines[kind]

    yield engine_of
    for engine in engines.values():
        engine.dispose()


@pytest.fixture(params=BOTH)
def connection(request, shared_engines):
    """A connection whose outer transaction is rolled back after the test."""
    with shared_engines(request.param).connect() as connection:
        transaction = connection.begin()
        yield connection
        transaction.rollback()


@pytest.fixture
def db_session(connection):
    """A session on a database that is empty but for the schema."""
    with Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False) as session:
        yield session


@pytest.fixture(params=BOTH)
def own_database(request, tmp_path):
    """The URL of a database of the test's own, with real commits."""
    if request.param == "sqlite":
        path = tmp_path / "own.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
    else:
        server, name = request.getfixturevalue("postgres_server"), f"own_{os.getpid()}_{next(_numbers)}"
        yield server.create(name, "zhucun_template")
        server.drop(name)


@pytest.fixture
def own_county(own_database) -> County:
    """The small county on a database of the test's own; commit `own_county.session` before another connection looks."""
    engine = make_engine(own_database)
    with Session(engine, expire_on_commit=False) as session:
        county = County(session, now=NOW)
        session.commit()
        yield county
    engine.dispose()


@pytest.fixture
def county(db_session) -> County:
    """Two townships with two villages each, policies, the calendar, rows rolled ahead; makes cadres and users."""
    return County(db_session, now=NOW)


class Clock:
    """The clock of the application under test; set `now` to move it."""

    def __init__(self, now: datetime):
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def hashes(monkeypatch):
    """How often argon2 runs; a quick stand-in for it, so that many guesses take no time."""
    calls = []

    class Counting:
        def hash(self, password):
            return f"hash of {password}"

        def verify(self, stored, password):
            calls.append(stored)
            if stored != f"hash of {password}":
                raise accounts_service.VerifyMismatchError
            return True

    monkeypatch.setattr(accounts_service, "_hasher", Counting())
    accounts_service._nobodys_hash.cache_clear()
    yield calls
    accounts_service._nobodys_hash.cache_clear()


@pytest.fixture
def make_app(tmp_path, clock):
    """Make an application on a URL, or on a connection that the test holds."""
    made = []

    def make(url: str = f"sqlite:///{tmp_path / 'app.sqlite3'}", bind=None, **settings):
        made.append(create_app({
            "COUNTY": County.CODE, "VAR": str(tmp_path), "DATABASE_URL": url, "ORIGINS": (ORIGIN,), "PROXIES": 0,
            "SECRET": b"test", "CLOCK": clock, "TESTING": True, **({"DATABASE_BIND": bind} if bind else {}),
            **settings}))
        return made[-1]

    yield make
    for app in made:
        database = app.extensions["zhucun_database"]
        if database.bind is None:
            database.engine.dispose()


@pytest.fixture
def app(make_app, connection, county):
    """The application on the test's connection, with the small county in it."""
    county.session.commit()
    return make_app(bind=connection)


@pytest.fixture
def client(app):
    """A client that nobody is logged in with."""
    return app.test_client()


@pytest.fixture
def as_user(app, county):
    """A client logged in as a user of the county: `as_user(person)`."""
    def log_in(person):
        client = app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {county.token(person)}"
        county.session.commit()
        return client
    return log_in
