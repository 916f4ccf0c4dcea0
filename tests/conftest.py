"""Fixtures shared by all tests: both databases, a small county, clients of the application.

`db_session` and `client` run on SQLite and on PostgreSQL, inside a transaction that is rolled back: nothing to clean
up, so that thousands run in a minute. Tests that need threads, processes or real commits take `own_database`.
"""

import gc
import itertools
import os
import re
import shutil
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import g, has_app_context
from hypothesis import settings
from sqlalchemy import event
from sqlalchemy.orm import Session

from api.app import create_app
from api.cli import cli
from api.dates import SHANGHAI
from api.db import make_engine
from api.postings import accounts_service
from api.sealing import Keyring
from tests.county import County
from tests.databases import PostgresServer, migrated, server_binaries

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=SHANGHAI)
ORIGIN = "http://localhost"
BOTH = ("sqlite", "postgresql")
_numbers = itertools.count(1)
# No test fails by the clock: on a busy machine any example may take long.
settings.register_profile("zhucun", deadline=None)
settings.load_profile("zhucun")


# Collecting makes a million objects that live to the end of the run: looking among them for what may go, again and
# again, takes a fifth of that time.
gc.disable()


def pytest_collection_finish():
    gc.freeze()
    gc.enable()


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


def _settled(url: str) -> str:
    """Put the small county into a database; done once and copied, since it takes half as long as a test."""
    engine = make_engine(url)
    with Session(engine) as session:
        County(session, now=NOW)
        session.commit()
    engine.dispose()
    return url


@pytest.fixture(scope="session")
def sqlite_county(sqlite_template, tmp_path_factory):
    """A SQLite file with the small county in it, to be copied."""
    path = tmp_path_factory.mktemp("template") / "county.sqlite3"
    shutil.copy(sqlite_template, path)
    _settled(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_county(postgres_server):
    """The name of a PostgreSQL database with the small county in it, to be copied."""
    _settled(postgres_server.create("zhucun_county", "zhucun_template"))
    return "zhucun_county"


@pytest.fixture(scope="session")
def shared_engines(tmp_path_factory, request):
    """One engine for each database, with or without the county, for tests that roll back."""
    engines = {}

    def engine_of(kind: str, *, with_county: bool):
        if (kind, with_county) not in engines:
            if kind == "sqlite":
                path = tmp_path_factory.mktemp("shared") / "zhucun.sqlite3"
                shutil.copy(request.getfixturevalue("sqlite_county" if with_county else "sqlite_template"), path)
                url = f"sqlite:///{path}"
            elif with_county:
                url = request.getfixturevalue("postgres_server").create(
                    "shared_county", request.getfixturevalue("postgres_county"))
            else:
                url = request.getfixturevalue("postgres_server").create("shared_empty", "zhucun_template")
            engines[kind, with_county] = make_engine(url)
        return engines[kind, with_county]

    yield engine_of
    for engine in engines.values():
        engine.dispose()


@pytest.fixture(params=BOTH)
def connection(request, shared_engines):
    """A connection whose outer transaction is rolled back after the test."""
    with shared_engines(request.param, with_county="county" in request.fixturenames).connect() as connection:
        transaction = connection.begin()
        yield connection
        transaction.rollback()


@pytest.fixture
def db_session(connection):
    """A session on a database that is empty but for the schema, and for the county in tests that take `county`."""
    with Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False) as session:
        yield session


@pytest.fixture(params=BOTH)
def own_database(request, tmp_path):
    """The URL of a database of the test's own, with real commits."""
    with_county = "own_county" in request.fixturenames
    if request.param == "sqlite":
        path = tmp_path / "own.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_county" if with_county else "sqlite_template"), path)
        yield f"sqlite:///{path}"
    else:
        server, name = request.getfixturevalue("postgres_server"), f"own_{os.getpid()}_{next(_numbers)}"
        yield server.create(name, request.getfixturevalue("postgres_county") if with_county else "zhucun_template")
        server.drop(name)


@pytest.fixture
def own_county(own_database) -> County:
    """The small county on a database of the test's own; commit `own_county.session` before another connection looks."""
    engine = make_engine(own_database)
    with Session(engine, expire_on_commit=False) as session:
        county = County.found(session, now=NOW)
        # What has begun may keep everybody else from writing.
        session.commit()
        yield county
    engine.dispose()


@pytest.fixture
def command_line(own_county, own_database, tmp_path, monkeypatch):
    """Runs a command line on `own_county`, as committed; answers (exit status, what was printed to both)."""
    for name, value in (("DATABASE_URL", own_database), ("ZHUCUN_COUNTY", County.CODE), ("ZHUCUN_VAR", str(tmp_path))):
        monkeypatch.setenv(name, value)

    def run(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(cli, arguments)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.output
        # Where a progress bar was, an empty line is left.
        return result.exit_code, result.output.strip()
    return run


@pytest.fixture
def county(db_session) -> County:
    """Two townships with two villages each, policies, the calendar, rows rolled ahead; makes cadres and users."""
    return County.found(db_session, now=NOW)


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


def _settings(folder: Path, clock) -> dict:
    return {"COUNTY": County.CODE, "VAR": str(folder), "DATABASE_URL": f"sqlite:///{folder / 'app.sqlite3'}",
            "ORIGINS": (ORIGIN,), "PROXIES": 0, "SECRET": b"test",
            "SEALING": Keyring([("test", bytes(range(32)))]), "CLOCK": clock, "TESTING": True}


@pytest.fixture
def make_app(tmp_path, clock):
    """Make an application on a URL, or on a connection that the test holds."""
    made = []

    def make(url: str = f"sqlite:///{tmp_path / 'app.sqlite3'}", bind=None, **settings):
        made.append(create_app({**_settings(tmp_path, clock), "DATABASE_URL": url,
                                **({"DATABASE_BIND": bind} if bind else {}), **settings}))
        return made[-1]

    yield make
    for app in made:
        database = app.extensions["zhucun_database"]
        if database.bind is None:
            database.engine.dispose()


@pytest.fixture(scope="session")
def shared_app(tmp_path_factory):
    """One application for all tests that change nothing about it: to make one takes an eighth of a second."""
    return create_app(_settings(tmp_path_factory.mktemp("app"), clock=None))


def _refuse_to_write_while_reading(_connection, _cursor, statement, *_more):
    """Hold a request to its promise (db.only_read): on the test's one connection the database itself cannot."""
    if has_app_context() and g.get("db_reads"):
        assert not re.match(r"\s*(INSERT|UPDATE|DELETE)\b", statement) and "FOR UPDATE" not in statement, statement


@pytest.fixture
def app(shared_app, connection, county, tmp_path, clock):
    """The application on the test's connection, with the small county in it. Only its settings may be changed."""
    county.session.commit()
    before = dict(shared_app.config)
    shared_app.config.update(_settings(tmp_path, clock))
    shared_app.extensions["zhucun_database"].hold(connection)
    event.listen(connection, "before_cursor_execute", _refuse_to_write_while_reading)
    yield shared_app
    shared_app.config.clear()
    shared_app.config.update(before)


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
