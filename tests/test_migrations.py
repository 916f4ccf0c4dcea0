"""Migrations and models agree, on both databases, and running them again changes nothing."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from api import migrate
from api.all_tables import METADATA
from api.db import is_ours, make_engine, table_names


@pytest.fixture
def own_engine(own_database):
    engine = make_engine(own_database)
    yield engine
    engine.dispose()


def test_the_migrations_build_what_the_models_say(own_engine):
    with own_engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": is_ours})
        assert compare_metadata(context, METADATA) == []
        names = table_names(connection) - {"alembic_version"}
    assert names == set(METADATA.tables)


def test_checks_and_partial_indexes_are_the_models_too(own_engine):
    # Alembic compares neither of them.
    with own_engine.connect() as connection:
        inspector = inspect(connection)
        for table in METADATA.tables.values():
            checks = {one.name for one in table.constraints if type(one).__name__ == "CheckConstraint"}
            assert {one["name"] for one in inspector.get_check_constraints(table.name)} == checks
            partial = {index.name for index in table.indexes
                       if index.dialect_options[connection.dialect.name].get("where") is not None}
            found = {one["name"] for one in inspector.get_indexes(table.name)
                     if one.get("dialect_options", {}).get(f"{connection.dialect.name}_where") is not None}
            assert found == partial


def test_upgrading_again_changes_nothing(own_engine):
    with own_engine.begin() as connection:
        connection.execute(text("INSERT INTO kept_horizon VALUES (1, '2026-11-22')"))
    migrate.upgrade(own_engine)
    with own_engine.connect() as connection:
        assert migrate.is_at_head(connection)
        assert connection.execute(text("SELECT count(*) FROM kept_horizon")).scalar_one() == 1


def test_an_empty_database_is_not_at_head(tmp_path):
    engine = make_engine(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    with engine.connect() as connection:
        assert not migrate.is_at_head(connection)
    engine.dispose()


def test_there_is_one_history():
    script = ScriptDirectory("api/migrations")
    revisions = [one.revision for one in script.walk_revisions()]
    assert (len(script.get_heads()), len(script.get_bases())) == (1, 1)
    assert sorted(revisions, reverse=True) == revisions


def test_a_migration_never_leaves_a_child_without_its_parent(tmp_path):
    engine = make_engine(f"sqlite:///{tmp_path / 'z.sqlite3'}")
    migrate.upgrade(engine)
    with engine.connect() as connection:
        raw = connection.connection.driver_connection
        raw.execute("PRAGMA foreign_keys=OFF")
        raw.execute("INSERT INTO posting_villages VALUES (77, 78)")
        raw.execute("PRAGMA foreign_keys=ON")
    with pytest.raises(RuntimeError, match="posting_villages"):
        migrate.upgrade(engine)
    with engine.connect() as connection:
        # The connection goes back with foreign keys on, whatever happened.
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    engine.dispose()
