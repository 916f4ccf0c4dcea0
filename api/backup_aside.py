"""Takes a database out of the way without losing it, and tells whether it still is what a backup holds.

An update that fails goes back by these two: what the new release left is kept, and the backup takes its place.
"""

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy import inspect, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError

from api.backup_archive import BackupFailed, open_archive
from api.backup_databases import file_of, holding_of, is_sqlite
from api.dates import SHANGHAI
from api.db import make_engine
from api.files import sync_folder

# Nobody should be at work on it; whoever is gets this long to leave.
PATIENCE_MS = 10_000


def set_aside(url: str, *, now: datetime) -> str:
    """Keep the whole database under another name and leave an empty one in its place; answers where it is kept.

    Raises BackupFailed when somebody is at work on it; then nothing was changed.
    """
    stamp = f"{now.astimezone(SHANGHAI):%Y%m%d_%H%M%S}"
    if is_sqlite(url):
        return _set_aside_file(file_of(url), stamp)
    engine = make_engine(url)
    try:
        return _set_aside_tables(engine, f"zhucun_aside_{stamp}")
    except DBAPIError as error:
        raise BackupFailed(f"The database could not be set aside, nothing was changed: {error.orig}") from error
    finally:
        engine.dispose()


def differences(url: str, path: Path, *, schema_only: bool = False) -> list[str]:
    """How the database differs from what the backup at `path` holds: in its schema's revision, or in its tables."""
    with open_archive(path) as archive:
        manifest = archive.manifest
    engine = make_engine(url)
    try:
        holding = holding_of(engine)
    finally:
        engine.dispose()
    found = [] if holding.revision == manifest.revision else [
        f"schema {holding.revision}, in the backup {manifest.revision}"]
    if not schema_only:
        found += [f"table {name}" for name in sorted(holding.tables.keys() | manifest.tables.keys())
                  if holding.tables.get(name) != manifest.tables.get(name)]
    return found


def _set_aside_file(path: Path, stamp: str) -> str:
    if not path.is_file():
        raise BackupFailed(f"There is no database {path}.")
    kept = path.with_name(f"{path.name}.aside_{stamp}")
    if kept.exists():
        raise BackupFailed(f"{kept} already exists; nothing was changed.")
    try:
        with closing(sqlite3.connect(path, timeout=PATIENCE_MS / 1000)) as live:
            # The file alone must hold everything: a log that stayed behind would take commits with it.
            if live.execute("PRAGMA journal_mode=DELETE").fetchone() != ("delete",):
                raise BackupFailed(f"{path} is in use; nothing was changed.")
            live.execute("BEGIN EXCLUSIVE")
            live.rollback()
    except sqlite3.Error as error:
        raise BackupFailed(f"{path} is in use or damaged, nothing was changed: {error}.") from error
    path.rename(kept)
    sync_folder(path.parent)
    return str(kept)


def _set_aside_tables(engine: Engine, schema: str) -> str:
    # The tables move, not the database or its schema: for that nobody needs more rights than to own them, rights and
    # settings of the place stay as they are, and it all happens in one transaction.
    with engine.begin() as connection:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {PATIENCE_MS}")
        names = inspect(connection).get_table_names()
        if not names:
            raise BackupFailed("This database is empty; there is nothing to set aside.")
        connection.exec_driver_sql(f'CREATE SCHEMA "{schema}"')
        for name in names:
            connection.exec_driver_sql(f'ALTER TABLE "{name}" SET SCHEMA "{schema}"')
        return f"schema {schema} of the database {connection.scalar(text('SELECT current_database()'))}"
