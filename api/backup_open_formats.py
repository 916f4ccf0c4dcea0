"""Everything that a county has, as open formats in one .zip: what it takes along when it closes or moves.

Hashes of passwords, sessions and invitations stay behind, and so do the secret key and the urn of open campaigns.
"""

import io
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.engine import Connection

from api import about, db, i18n, tables
from api.all_tables import METADATA
from api.backup_archive import BackupFailed
from api.backup_databases import copy_sqlite, file_of, is_sqlite

_ROWS_AT_ONCE = 1000


def write_everything(path: Path, *, url: str, var: Path, after_table: Callable[[str, int], None]) -> tuple[int, int]:
    """Write the database at `url`, as it is at one moment, and the photos under `var`; answers rows and photos.

    `after_table` hears of each table that is done, with its rows. Nothing is left at `path` when it fails midway.
    Raises BackupFailed for a database with tables that this release does not know: they would be missing unseen.
    """
    draft = path.with_name(f".{path.name}.draft")
    try:
        with (_at_one_moment(url, path.parent) as connection,
              zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive):
            rows = _add_tables(archive, connection, after_table)
            photos = _add_photos(archive, var / "photos")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return rows, photos


@contextmanager
def _at_one_moment(url: str, folder: Path) -> Iterator[Connection]:
    """PostgreSQL reads from a snapshot; SQLite from a copy, since a long read of the file itself keeps writers out."""
    with tempfile.TemporaryDirectory(dir=folder, prefix=".export-") as aside:
        if is_sqlite(url):
            copy = Path(aside) / "copy.sqlite3"
            copy_sqlite(file_of(url), copy)
            url = f"sqlite:///{copy}"
        engine = db.make_engine(url)
        try:
            with db.reading(engine).connect() as connection:
                yield connection
        finally:
            engine.dispose()


def _add_tables(archive: zipfile.ZipFile, connection: Connection, after_table: Callable[[str, int], None]) -> int:
    unknown = db.table_names(connection) - {*METADATA.tables, "alembic_version"}
    if unknown:
        raise BackupFailed(f"This release does not know the tables {', '.join(sorted(unknown))}; export with the one "
                           "that made them.")
    listed, described, count = [], [], 0
    for table in sorted((one for one in METADATA.tables.values() if one.name not in tables.STAYS),
                        key=lambda one: one.name):
        columns = tables.columns_of(table)
        described += [(table.name, column.name, str(column.type), _refers(column)) for column in columns]
        names = [column.name for column in columns]
        for suffix, write in (("csv", tables.write_csv), ("json", tables.write_json)):
            with tempfile.TemporaryFile() as file:
                written = write(file, names, _rows(connection, columns))
                file.seek(0)
                with archive.open(f"{suffix}/{table.name}.{suffix}", "w", force_zip64=True) as member:
                    shutil.copyfileobj(file, member)
        listed.append((table.name, _meaning(table.name), written))
        count += written
        after_table(table.name, written)
    _add_csv(archive, "tables.csv", ("table", "meaning", "rows"), listed)
    _add_csv(archive, "columns.csv", ("table", "column", "type", "refers_to"), described)
    archive.writestr("README.txt", i18n.text("zh", "export_all.readme"))
    return count


def _add_csv(archive: zipfile.ZipFile, name: str, names: tuple[str, ...], rows: list[tuple]) -> None:
    file = io.BytesIO()
    tables.write_csv(file, names, rows)
    archive.writestr(name, file.getvalue())


def _rows(connection: Connection, columns: list) -> Iterator:
    """Rows by primary key, a part at a time, so that memory does not grow with the table."""
    table = columns[0].table
    query = select(*columns).order_by(*table.primary_key.columns)
    yield from connection.execute(query, execution_options={"yield_per": _ROWS_AT_ONCE})


def _refers(column) -> str:
    return ", ".join(key.target_fullname for key in column.foreign_keys)


def _meaning(table: str) -> str:
    """What a table holds, in the words of the public data list; of one without persons, in words of its own."""
    for one in about.function_book()["data"]:
        if table in one["tables"]:
            return i18n.text("zh", f"about.data.{one['key']}.name")
    return i18n.text("zh", f"export_all.table.{table}")


def _add_photos(archive: zipfile.ZipFile, root: Path) -> int:
    """The pictures as they were sent; what was made of them for showing can be made again."""
    found = sorted(path for path in root.rglob("*") if path.is_file() and len(path.name) == 64)
    for path in found:
        archive.write(path, f"photos/{path.name}", zipfile.ZIP_STORED)
    return len(found)
