"""The database: base class, column types, engines for SQLite and PostgreSQL, the session of a request.

What a 2xx answer promises is set up here: commits are durable, foreign keys on, writers in line.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask, current_app, g, request
from sqlalchemy import DateTime, MetaData, create_engine, event, inspect
from sqlalchemy.dialects.postgresql import insert as _postgresql_insert
from sqlalchemy.dialects.sqlite import insert as _sqlite_insert
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from api.short_way import ShortWay

# Unnamed constraints cannot be altered later, so every one gets a name from here.
NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

READS = ("GET", "HEAD", "OPTIONS")
# Of a row whose coordinates are not kept: its content's hash would give them away to whoever tries all positions of a
# village. What comes again under its id, from its own sender, is then taken for the same.
NO_HASH = b""
# So many times a statement is asked before the driver prepares it.
NEVER = 2**31


class UtcDateTime(TypeDecorator):
    """An aware instant, stored in UTC. SQLite drops offsets without a word, so a naive value is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value, dialect):
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no offset")
        return value.astimezone(UTC)

    def process_result_value(self, value, dialect):
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Base of every model."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UtcDateTime}


def wal_is_safe(version: tuple[int, int, int]) -> bool:
    """Whether this SQLite is free of the WAL-reset bug (3.7.0 to 3.51.2, mended in 3.51.3, 3.50.7 and 3.44.6)."""
    return version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51, 0) or (3, 44, 6) <= version < (3, 45, 0)


def make_engine(url: str) -> Engine:
    """An engine whose commits are durable; `url` as in DATABASE_URL.

    What a failing statement was about stays out of the logs: its parameters are people's names, notes and positions.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite_engine(parsed)
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    return _postgresql_engine(parsed)


def _postgresql_engine(url) -> Engine:
    # The driver's own BEGIN is off: a transaction begins as its session says, below. Nor does it prepare what it is
    # asked often: PostgreSQL would stop looking at the values, and `path LIKE '/1/5/%'` is one village or the whole
    # county (the month table took 220 ms instead of 12). The short way prepares by itself, which None would forbid.
    # Nor does it compile them: for a month's coverage of a county that took 2.5 s, longer than the counting itself.
    engine = create_engine(
        url, pool_size=16, max_overflow=16, pool_timeout=10, hide_parameters=True,
        connect_args={"connect_timeout": 5, "options": "-c timezone=UTC -c synchronous_commit=on -c jit=off",
                      "autocommit": True, "prepare_threshold": NEVER})

    @event.listens_for(engine, "begin")
    def begin(connection: Connection):
        options = connection.get_execution_options()
        if options.get("isolation_level") != "AUTOCOMMIT":
            reads = options.get("zhucun_reads", False)
            connection.exec_driver_sql("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" if reads else "BEGIN")

    return engine


def _sqlite_engine(url) -> Engine:
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, pool_size=16, max_overflow=16, hide_parameters=True, connect_args={"timeout": 10})
    journal_mode = "wal" if wal_is_safe(sqlite3.sqlite_version_info) else "truncate"

    @event.listens_for(engine, "connect")
    def prepare(connection, _record):
        # pysqlite's own transaction handling loses updates; BEGIN is ours, below.
        connection.isolation_level = None
        cursor = connection.cursor()
        # What is deleted is overwritten in the file: some builds of SQLite would leave a position in its free pages.
        for pragma in ("foreign_keys=ON", "busy_timeout=10000", "trusted_schema=OFF", "synchronous=FULL",
                       "secure_delete=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        # SQLite says by the old mode, not by an error, that it did not change the journal.
        answer = cursor.execute(f"PRAGMA journal_mode={journal_mode}").fetchone()[0]
        synchronous = cursor.execute("PRAGMA synchronous").fetchone()[0]
        cursor.close()
        if answer != journal_mode and url.database:
            raise RuntimeError(f"SQLite kept journal mode {answer} where {journal_mode} was asked for")
        if synchronous != 2:
            raise RuntimeError("SQLite did not take synchronous=FULL; a power cut could lose records")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection):
        # A deferred transaction that writes after reading fails at once under load, whatever the timeout says.
        reads = connection.get_execution_options().get("zhucun_reads", False)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


def reading(engine: Engine) -> Engine:
    """The same engine and pool for transactions that only read, each from one snapshot."""
    return engine.execution_options(zhucun_reads=True)


class Database:
    """The engine of one application. `bind` (a connection that a test holds) takes its place."""

    def __init__(self, url: str, bind: Connection | None = None):
        self.bind = bind
        self.engine = bind.engine if bind is not None else make_engine(url)
        self._reads = reading(self.engine)

    def hold(self, bind: Connection) -> None:
        """Take another connection from here on, in the place of all that there was."""
        self.bind, self.engine, self._reads = bind, bind.engine, reading(bind.engine)

    def session(self, *, reads: bool = False) -> Session:
        """A new session; `reads` promises that it writes nothing, and PostgreSQL holds it to that."""
        if self.bind is not None:
            return Session(self.bind, join_transaction_mode="create_savepoint", expire_on_commit=False)
        return Session(self._reads if reads else self.engine, expire_on_commit=False)

    def settle(self) -> None:
        """Empty SQLite's write-ahead log, in which pages stand as they were; others may go on meanwhile.

        A rollback journal is emptied by every commit; PostgreSQL's log is the operator's (docs/deploy.md).
        """
        if self.bind is None and self.engine.dialect.name == "sqlite":
            with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def short_way(self) -> Session | ShortWay:
        """A ShortWay where there is one; SQLite is in the process itself, and every way there is short."""
        if self.bind is not None or self.engine.dialect.name != "postgresql":
            return self.session()
        return ShortWay(self.engine)

    def init_app(self, app: Flask) -> None:
        app.extensions["zhucun_database"] = self

        @app.teardown_appcontext
        def close(_error):
            session = g.pop("db_session", None)
            if session is not None:
                session.close()


def session() -> Session | ShortWay:
    """The session of this request, opened at first use; a GET gets one that cannot write."""
    if "db_session" not in g:
        database = current_app.extensions["zhucun_database"]
        short = g.get("db_short_way", False)
        reads = request.method in READS or g.get("db_reads", False)
        g.db_session = database.short_way() if short else database.session(reads=reads)
    return g.db_session


@contextmanager
def lent(held: Session | ShortWay) -> Iterator[None]:
    """Let the context that is current now use another's session; it is not closed when that context ends."""
    g.db_session = held
    try:
        yield
    finally:
        g.pop("db_session", None)


def only_read() -> None:
    """Say, before its session is opened, that this request writes nothing, although it is none that only reads.

    What it asks is in its body, so that it stands in no log.
    """
    g.db_reads = True


def take_short_way() -> None:
    """Say, before its session is opened, that this request hopes to write one statement and no more."""
    g.setdefault("db_short_way", True)


def leave_short_way() -> None:
    """Say that this request needs a transaction after all; it is to be restarted."""
    g.db_short_way = False


def commit() -> None:
    """Commit the request's one transaction; called by views only, once, when all is done."""
    session().commit()


def settle() -> None:
    """Take what was overwritten out of the database's log too, after the commit of what was thrown away."""
    current_app.extensions["zhucun_database"].settle()


def restart() -> None:
    """Throw the request's transaction away, so that the request can be run once more from the start, or go on anew."""
    g.pop("db_reads", None)
    held = g.pop("db_session", None)
    if held is not None:
        held.close()


def dialect_insert(session: Session, table):
    """An INSERT with ON CONFLICT for the session's database."""
    if session.get_bind().dialect.name == "sqlite":
        return _sqlite_insert(table)
    return _postgresql_insert(table)


def is_ours(name: str | None, _kind: str = "table", _parents=None) -> bool:
    """Whether a name is not that of a full-text index, which each database makes in its own way.

    SQLite's keep tables of their own. Also the `include_name` of Alembic.
    """
    return name is None or not name.startswith("fts_")


def table_names(connection: Connection) -> set[str]:
    """The tables in a database, without those in which a full-text index keeps itself."""
    return {name for name in inspect(connection).get_table_names() if is_ours(name)}


def in_chunks(items: list, size: int) -> list[list]:
    """`items` in lists of at most `size`, so that a statement stays under the databases' parameter limits."""
    return [items[n : n + size] for n in range(0, len(items), size)]
