"""Shuffles the urn before a backup, so that no order of rows in it says in which order people voted."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text
from sqlalchemy.orm import Session

from api.backup_archive import BackupFailed
from api.backup_databases import file_of, is_sqlite
from api.db import Database, table_names
from api.errors import Unavailable
from api.ratings import urn_service


@contextmanager
def shuffled_urn(url: str) -> Iterator[None]:
    """The urn is shuffled first, and nobody shuffles it again until the backup is made.

    On PostgreSQL a table that is written anew is empty for a snapshot from before: a campaign that somebody closes
    meanwhile has to wait, and says so. Raises BackupFailed where somebody reads the urn for so long that it cannot be
    shuffled.
    """
    if is_sqlite(url) and not file_of(url).is_file():
        raise BackupFailed(f"There is no database {file_of(url)}.")
    database = Database(url)
    try:
        with database.engine.connect() as connection:
            # A database of an older release, which is backed up before its upgrade, has no urn.
            with connection.begin():
                has_urn = {table.__tablename__ for table in urn_service.TABLES} <= table_names(connection)
                if has_urn and connection.dialect.name == "postgresql":
                    # Of the session, not of the transaction: it goes when the connection does.
                    connection.execute(text(f"SELECT pg_advisory_lock({urn_service.SHUFFLE_LOCK})"))
            if has_urn:
                _shuffle(connection)
                database.settle()
            yield
    finally:
        database.engine.dispose()


def _shuffle(connection) -> None:
    try:
        with Session(connection) as session:
            urn_service.shuffle(session)
            session.commit()
    except Unavailable as error:
        raise BackupFailed("The urn of the ratings is being read by somebody else, so it could not be shuffled, and "
                           "the order of its rows would say too much. Try again.") from error
