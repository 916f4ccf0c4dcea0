"""Backups: one file of the database, the keys and the photos; restored into an empty place, or only tried.

A check of a file proves little. What proves a backup is restoring it, so `check_backup` does exactly that in a
throw-away database and compares every row with what was backed up.
"""

import errno
import secrets
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from api import audit, backup_databases, config, migrate
from api.backup_archive import (
    SECRET,
    Archive,
    BackupFailed,
    Manifest,
    Member,
    is_member_name,
    member_of,
    open_archive,
    write_archive,
)
from api.backup_urn import shuffled_urn
from api.dates import SHANGHAI
from api.db import make_engine
from api.files import sync_folder
from api.sealing import KEY_FILE, key_file


_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True)
class Proof:
    """What was found after restoring: the backup's manifest, and audit chains that were broken when it was made."""

    manifest: Manifest
    broken_chains: tuple[audit.BrokenEntry, ...]


def make_backup(settings: dict, path: Path, *, now: datetime) -> tuple[Path, Manifest]:
    """Write a backup to `path`, a new file or a folder; answers the file. Others may go on writing meanwhile.

    Raises BackupFailed, and then leaves nothing behind.
    """
    target = path
    if path.is_dir():
        target = path / f"zhucun-{settings['COUNTY']}-{now.astimezone(SHANGHAI):%Y%m%d-%H%M%S}.tar"
    if target.exists():
        raise BackupFailed(f"{target} already exists; a backup never replaces a file.")
    if not target.parent.is_dir():
        raise BackupFailed(f"There is no folder {target.parent}.")
    with _plain_faults(f"{target} could not be written"), _working_folder(target.parent) as folder:
        database = backup_databases.dump_name(settings["DATABASE_URL"])
        with shuffled_urn(settings["DATABASE_URL"]):
            holding = backup_databases.dump(settings["DATABASE_URL"], folder / database)
        # The secret and the photos after the database: every photo that a row of the copy names is there by now.
        config.secret_key(settings["VAR"])
        paths = {database: folder / database, SECRET: Path(settings["VAR"]) / SECRET, **_seal_keys(settings),
                 **_photos(settings)}
        manifest = Manifest(
            county=settings["COUNTY"], made_at=now.isoformat(timespec="seconds"), database=holding.database,
            schema=holding.schema, revision=holding.revision, tables=holding.tables,
            files=tuple(member_of(name, one) for name, one in paths.items()))
        write_archive(target, folder / "draft", manifest, paths)
    return target, manifest


def restore_backup(settings: dict, path: Path) -> Proof:
    """Restore a backup into an empty database; photos and the keys go where the settings keep them.

    Raises BackupFailed for a damaged backup, one of another county or kind of database, and a database that is not
    empty; then nothing was changed.
    """
    url = settings["DATABASE_URL"]
    with _plain_faults(f"{path} could not be restored"), open_archive(path) as archive:
        _check_fits(archive, settings)
        engine = make_engine(url)
        try:
            backup_databases.refuse_unless_empty(engine)
            with _working_folder(Path(settings["VAR"])) as folder:
                _restore_files(archive, settings)
                _load(archive, url, folder)
            try:
                return Proof(archive.manifest, _prove(engine, archive.manifest))
            except Exception:
                backup_databases.clear(engine)
                raise
        finally:
            engine.dispose()


def check_backup(settings: dict, path: Path) -> Proof:
    """Restore a backup into a throw-away database, compare every row with the manifest, and throw it away.

    Needs room for the database once more; on PostgreSQL the right to create a database.
    """
    with (_plain_faults(f"{path} could not be checked"), open_archive(path) as archive,
          tempfile.TemporaryDirectory(prefix="zhucun-check-") as folder):
        _check_fits(archive, settings)
        name = f"zhucun_check_{secrets.token_hex(6)}"
        with backup_databases.throw_away_database(settings["DATABASE_URL"], Path(folder), name) as url:
            _load(archive, url, Path(folder))
            engine = make_engine(url)
            try:
                return Proof(archive.manifest, _prove(engine, archive.manifest))
            finally:
                engine.dispose()


def _check_fits(archive: Archive, settings: dict) -> None:
    manifest = archive.manifest
    if manifest.county != settings["COUNTY"]:
        raise BackupFailed(f"This is a backup of {manifest.county}; ZHUCUN_COUNTY says {settings['COUNTY']}.")
    if not archive.holds(backup_databases.dump_name(settings["DATABASE_URL"])):
        raise BackupFailed(f"This is a backup of a database on {manifest.database}; DATABASE_URL names another kind, "
                           "and a backup goes back into the kind that it came from.")
    if not migrate.is_known(manifest.revision):
        raise BackupFailed(f"This backup was made by a newer Zhucun (schema {manifest.revision}); update this one "
                           "first.")
    archive.check()


def _load(archive: Archive, url: str, folder: Path) -> None:
    database = backup_databases.dump_name(url)
    archive.extract(database, folder / database)
    backup_databases.load(folder / database, url)


def _prove(engine: Engine, manifest: Manifest) -> tuple[audit.BrokenEntry, ...]:
    """Compare all rows with the manifest, bring an older schema up to date, and read every audit chain.

    A chain that was broken before the backup does not stop a restore: the rest may be all that is left.
    """
    holding = backup_databases.holding_of(engine)
    for name in sorted(manifest.tables.keys() | holding.tables.keys()):
        if manifest.tables.get(name) != holding.tables.get(name):
            raise BackupFailed(f"The restored table {name} does not hold what was backed up.")
    migrate.upgrade(engine)
    backup_databases.check_parents(engine)
    with Session(engine) as session:
        return tuple(audit.verify(session))


def _seal_keys(settings: dict) -> dict[str, Path]:
    # Keys of a setting are kept where that is kept.
    return {} if settings.get("SEAL_KEYS") else {KEY_FILE: key_file(settings["VAR"])}


def _photos(settings: dict) -> dict[str, Path]:
    root = Path(settings["VAR"]) / "photos"
    files = sorted(path for path in root.rglob("*") if path.is_file() and not path.is_symlink())
    named = {f"photos/{path.relative_to(root).as_posix()}": path for path in files}
    return {name: path for name, path in named.items() if is_member_name(name)}


def _restore_files(archive: Archive, settings: dict) -> None:
    """Put the photos and the keys back before the database, whose rows make the restore complete."""
    var = Path(settings["VAR"])
    for member in archive.photos:
        _restore_photo(archive, member, var / member.name)
    for name in (SECRET, KEY_FILE):
        if archive.holds(name):
            draft = var / f"{name}.{secrets.token_hex(4)}"
            archive.extract(name, draft)
            draft.replace(var / name)
    sync_folder(var)


def _restore_photo(archive: Archive, member: Member, path: Path) -> None:
    if path.exists():
        if member_of(member.name, path) != member:
            raise BackupFailed(f"{path} is in the way: it is not the photo of that name in the backup.")
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    archive.extract(member.name, draft)
    draft.rename(path)
    sync_folder(path.parent)


@contextmanager
def _working_folder(parent: Path) -> Iterator[Path]:
    """A folder beside what is to be written, on the same disk, that is gone afterwards."""
    parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=parent, prefix=".zhucun-") as folder:
        yield Path(folder)


@contextmanager
def _plain_faults(what: str) -> Iterator[None]:
    """Put a full disk and other faults of files and databases into words; `what` was not done."""
    try:
        yield
    except (OSError, sqlite3.Error, DBAPIError) as error:
        reason = str(error.orig if isinstance(error, DBAPIError) else error).strip()
        if isinstance(error, OSError) and error.errno in _NO_ROOM:
            reason = "there is no room left on the disk"
        raise BackupFailed(f"{what}: {reason}. Nothing was left half-written.") from error
