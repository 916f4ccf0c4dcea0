"""The short way to PostgreSQL, for a request that asks a question and writes one statement.

It spares BEGIN and COMMIT, which each cost a way there and back, and what SQLAlchemy does around an execution, which
takes longer than the database needs for the answer (bench/README.md). A ShortWay stands in the place of a Session for
that; whatever more it is asked for raises NeedsTransaction, and the request is run again with a real one.
"""

from functools import lru_cache
from typing import NoReturn

import psycopg
from psycopg.rows import namedtuple_row
from sqlalchemy import Engine
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.sql import ClauseElement


class NeedsTransaction(Exception):
    """A request that began on the short way has more to write after all."""


class ShortWay:
    """One connection from an engine's pool, on which each statement is a transaction by itself."""

    def __init__(self, engine: Engine):
        self.dialect = engine.dialect
        try:
            self._pooled = engine.raw_connection()
        except psycopg.Error as error:
            _fail(error)

    def connection(self) -> "ShortWay":
        """As a session's; there is nothing behind it here."""
        return self

    def flush(self) -> None:
        """Nothing is ever held back."""

    def execute(self, statement: ClauseElement, parameters: dict) -> psycopg.Cursor:
        """Run a statement that is built once, asked often, and finds its few rows by key: so it is also planned once.

        Instants, ids and bytes go to the driver as they are.
        """
        text, constants = _compiled(statement, self.dialect)
        cursor = self._pooled.dbapi_connection.cursor(row_factory=namedtuple_row)
        try:
            return cursor.execute(text, {**constants, **parameters}, prepare=True)
        except psycopg.Error as error:
            if self._pooled.dbapi_connection.broken:
                self._pooled.invalidate(error)
            _fail(error)

    def commit(self) -> None:
        """Each statement has been committed by itself, unless somebody switched that off on the connection."""
        self._pooled.dbapi_connection.commit()

    def close(self) -> None:
        """Give the connection back to the pool."""
        self._pooled.close()

    def __getattr__(self, name: str) -> NoReturn:
        raise NeedsTransaction(name)


def need_transaction(session: Session | ShortWay) -> None:
    """Guards what stands or falls together with something else, a lock for one; raises NeedsTransaction."""
    if isinstance(session, ShortWay):
        raise NeedsTransaction()


@lru_cache(maxsize=64)
def _compiled(statement: ClauseElement, dialect: Dialect) -> tuple[str, dict]:
    compiled = statement.compile(dialect=dialect)
    return compiled.string, compiled.params


def _fail(error: psycopg.Error) -> NoReturn:
    """Raise what SQLAlchemy would have made of the driver's error."""
    raise DBAPIError.instance(None, None, error, psycopg.Error, hide_parameters=True) from error
