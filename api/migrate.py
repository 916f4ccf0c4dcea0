"""Bring a database to the newest schema, on SQLite and PostgreSQL alike."""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.engine import Connection, Engine

# Any fixed number will do: it makes two servers that start together take turns.
_LOCK = 7_210_042


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Run all missing migrations in one transaction."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            _upgrade_sqlite(connection, revision)
    else:
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            command.upgrade(_config(connection), revision)


def is_at_head(connection: Connection) -> bool:
    """Whether the database has every migration."""
    return set(MigrationContext.configure(connection).get_current_heads()) == set(
        ScriptDirectory.from_config(_config(connection)).get_heads())


def is_known(revision: str) -> bool:
    """Whether a schema's revision is one of ours; a backup of a newer Zhucun has one that is not."""
    return revision in {script.revision for script in ScriptDirectory.from_config(_config(None)).walk_revisions()}


def _upgrade_sqlite(connection: Connection, revision: str) -> None:
    # A batch change rebuilds a table, which with foreign keys on empties its children through ON DELETE CASCADE; the
    # pragma does nothing inside a transaction, so it goes before.
    raw = connection.connection.driver_connection
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        with connection.begin():
            command.upgrade(_config(connection), revision)
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
            if broken is not None:
                raise RuntimeError(f"migration left a row of {broken[0]} without its parent in {broken[2]}")
    finally:
        raw.execute("PRAGMA foreign_keys=ON")


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", "api:migrations")
    config.attributes["connection"] = connection
    return config
