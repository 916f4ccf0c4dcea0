"""Takes a database into a file and back, on SQLite and PostgreSQL; and what a database holds, to be compared."""

import hashlib
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import inspect, text
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import DBAPIError

from api.all_tables import METADATA
from api.backup_archive import BackupFailed
from api.db import make_engine, reading, table_names

# SQLite's full-text indexes; each takes along the tables in which it keeps itself.
_FULL_TEXT = {"fts_diary"}
# A server that has never been used makes these rows at its start.
_MADE_AT_START = {"alembic_version", "calendar_days", "calendar_years", "kept_horizon", "oddity_looks"}
_DIGESTS = 2**256


class Holding:
    """What a database holds at one moment: its kind, schema, revision, and each table's rows and digest."""

    def __init__(self, connection: Connection):
        self.database = connection.dialect.name
        self.schema = connection.scalar(text("SELECT current_schema()")) if self.database == "postgresql" else None
        names = table_names(connection)
        if "alembic_version" not in names:
            raise BackupFailed("This database has no schema yet, so there is nothing to back up.")
        self.revision = connection.scalar(text("SELECT version_num FROM alembic_version"))
        self.tables = {name: _table_facts(connection, name) for name in sorted(names)}


def _table_facts(connection: Connection, name: str) -> dict:
    """The number of rows and the sum of their hashes, which no order of reading can change."""
    columns = "*" if connection.dialect.name == "sqlite" else "t::text"
    rows, total = 0, 0
    result = connection.execution_options(stream_results=True, yield_per=2000).exec_driver_sql(
        f'SELECT {columns} FROM "{name}" AS t')
    for row in result:
        rows += 1
        total += int.from_bytes(hashlib.sha256(repr(tuple(row)).encode()).digest())
    return {"rows": rows, "digest": f"{total % _DIGESTS:064x}"}


def holding_of(engine: Engine) -> Holding:
    """What the database holds now, from one snapshot."""
    with reading(engine).connect() as connection:
        return Holding(connection)


def dump_name(url: str) -> str:
    """What the database's file is called in a backup."""
    return "database.sqlite3" if is_sqlite(url) else "database.pgdump"


def dump(url: str, path: Path) -> Holding:
    """Copy the database as it is at one moment into a new file, while others go on writing; answers what it holds."""
    return _dump_sqlite(file_of(url), path) if is_sqlite(url) else _dump_postgresql(make_url(url), path)


def refuse_unless_empty(engine: Engine) -> None:
    """Raise BackupFailed when the database holds anything that a person brought in."""
    with reading(engine).connect() as connection:
        for name in sorted(table_names(connection) - _MADE_AT_START):
            if connection.exec_driver_sql(f'SELECT 1 FROM "{name}" LIMIT 1').first() is not None:
                raise BackupFailed(
                    f"This database is not empty: its table {name} holds rows. A backup is restored into an empty "
                    "database only; nothing was changed.")


def clear(engine: Engine) -> None:
    """Take the tables of Zhucun out of a database that was empty before."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            # Does nothing inside a transaction, so it goes before; every table falls, whoever refers to whom.
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                ours = {*METADATA.tables, *_FULL_TEXT, "alembic_version"} & set(inspect(connection).get_table_names())
                for name in sorted(ours):
                    cascade = " CASCADE" if engine.dialect.name == "postgresql" else ""
                    connection.exec_driver_sql(f'DROP TABLE "{name}"{cascade}')
        finally:
            if engine.dialect.name == "sqlite":
                connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")


def check_parents(engine: Engine) -> None:
    """Raise BackupFailed when a row refers to one that is not there."""
    with reading(engine).connect() as connection:
        if engine.dialect.name == "sqlite":
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        else:
            # A constraint that is valid was checked against every row when the backup was loaded.
            broken = connection.exec_driver_sql("SELECT conrelid::regclass FROM pg_constraint "
                                                "WHERE contype = 'f' AND NOT convalidated").first()
    if broken is not None:
        raise BackupFailed(f"The restored table {broken[0]} has a row without its parent.")


def load(path: Path, url: str) -> None:
    """Put a dumped database in the place of an empty one, in one transaction."""
    if is_sqlite(url):
        _load_sqlite(path, file_of(url))
    else:
        _load_postgresql(path, make_url(url))


def is_sqlite(url: str) -> bool:
    """Whether the database is a file of SQLite's."""
    return make_url(url).get_backend_name() == "sqlite"


def file_of(url: str) -> Path:
    """The file of a database on SQLite."""
    name = make_url(url).database
    if not name:
        raise BackupFailed("A database in memory cannot be backed up.")
    return Path(name)


def copy_sqlite(source: Path, path: Path) -> None:
    """Copy a database on SQLite as it is at one moment into a new file; writers wait while its pages are copied."""
    if not source.is_file():
        raise BackupFailed(f"There is no database {source}.")
    # All pages in one step: a copy in steps begins anew with every write and might never end.
    with closing(sqlite3.connect(source, timeout=30)) as live, closing(sqlite3.connect(path)) as copy:
        live.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")


def _dump_sqlite(source: Path, path: Path) -> Holding:
    copy_sqlite(source, path)
    engine = make_engine(f"sqlite:///{path}")
    try:
        return holding_of(engine)
    finally:
        engine.dispose()


def _load_sqlite(path: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as copy, closing(sqlite3.connect(target, timeout=30)) as live:
        live.execute("PRAGMA synchronous=FULL")
        copy.backup(live)


def _dump_postgresql(url: URL, path: Path) -> Holding:
    engine = make_engine(url.render_as_string(hide_password=False))
    try:
        with reading(engine).connect() as connection:
            # pg_dump and the digests look at the same moment, whatever is written meanwhile.
            snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
            schema = connection.scalar(text("SELECT current_schema()"))
            _run("pg_dump", url, "--format=custom", f"--snapshot={snapshot}", f"--schema={_pattern(schema)}",
                 "--no-owner", "--no-privileges", f"--file={path}")
            return Holding(connection)
    finally:
        engine.dispose()


def _load_postgresql(path: Path, url: URL) -> None:
    engine = make_engine(url.render_as_string(hide_password=False))
    try:
        with engine.begin() as connection:
            schema = connection.scalar(text("SELECT current_schema()"))
        # Known to be empty; the backup brings its own tables, perhaps of an older schema.
        clear(engine)
        _run("pg_restore", url, "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges",
             f"--schema={schema}", str(path))
        with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            # Without statistics the first queries would choose slow ways.
            connection.exec_driver_sql("ANALYZE")
    finally:
        engine.dispose()


def _pattern(name: str) -> str:
    """A name that pg_dump takes as it is, not as a pattern."""
    return f'"{name}"'


def _run(program: str, url: URL, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs; the password goes through the environment, where `ps` does not show it."""
    address = url.set(drivername="postgresql", password=None).render_as_string()
    environment = {**os.environ, **({"PGPASSWORD": url.password} if url.password else {})}
    done = subprocess.run([program_path(program), f"--dbname={address}", *arguments], env=environment,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace")
    if done.returncode:
        raise BackupFailed(f"{program} failed, nothing was left half-written: {done.stderr.strip()}")


def program_path(program: str) -> str:
    """The newest one on this machine, since an older pg_dump refuses a newer server; BackupFailed without any."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"[0-9]*/bin/{program}"), key=lambda path: float(path.parts[-3]))
    path = str(found[-1]) if found else shutil.which(program)
    if path is None:
        raise BackupFailed(f"This needs {program}, which is not on this machine. Install PostgreSQL's client programs "
                           "of the server's version or newer (Debian: apt install postgresql-client).")
    return path


@contextmanager
def throw_away_database(url: str, folder: Path, name: str) -> Iterator[str]:
    """The URL of a new, empty database of the same kind, which is gone afterwards; SQLite's file lies in `folder`."""
    if is_sqlite(url):
        yield f"sqlite:///{folder / name}.sqlite3"
        return
    engine = make_engine(url)
    server = engine.execution_options(isolation_level="AUTOCOMMIT")
    try:
        with server.connect() as connection:
            connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    except DBAPIError as error:
        engine.dispose()
        raise BackupFailed(f"No throw-away database could be made to try the backup in: {error.orig}") from error
    try:
        yield make_url(url).set(database=name).render_as_string(hide_password=False)
    finally:
        with server.connect() as connection:
            connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        engine.dispose()
