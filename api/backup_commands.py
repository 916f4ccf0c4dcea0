"""Commands that make, check and restore backups, and that take a database out of the way."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from api import backup as backups
from api import backup_aside, proof
from api.backup_archive import BackupFailed, Manifest

PATH = click.Path(path_type=Path)
# The status of a backup that came back whole, with chains of the audit log in it that were broken before.
BROKEN_BEFORE = 3


@click.command()
@click.argument("path", type=PATH)
@click.option("--check", is_flag=True, help="Make nothing: restore the backup PATH into a throw-away database and "
                                            "compare every row.")
@click.pass_obj
def backup(context, path: Path, check: bool) -> None:
    """Back up database, secret key and photos into PATH, a new file or a folder; the server may go on running."""
    with _in_words():
        if check:
            found = backups.check_backup(context.settings, path)
            click.echo(f"Checked by restoring: {_contents(found.manifest)}, every row as it was backed up.")
            _note(context, path, found)
            _report_chains(found)
        else:
            target, manifest = backups.make_backup(context.settings, path, now=context.now)
            click.echo(f"{target}: {_contents(manifest)}.")


@click.command()
@click.argument("path", type=PATH)
@click.pass_obj
def restore(context, path: Path) -> None:
    """Restore the backup PATH into an empty database, and prove it row by row. Restart the server afterwards."""
    with _in_words():
        found = backups.restore_backup(context.settings, path)
    click.echo(f"Restored: {_contents(found.manifest)}, every row as it was backed up; no row lacks its parent.")
    _note(context, path, found)
    _report_chains(found)


@click.command()
@click.argument("path", type=PATH)
@click.option("--schema", is_flag=True, help="Only whether both have the same schema.")
@click.pass_obj
def compare(context, path: Path, schema: bool) -> None:
    """Say whether the database still is what the backup PATH holds; status 1 where it differs."""
    with _in_words():
        found = backup_aside.differences(context.settings["DATABASE_URL"], path, schema_only=schema)
    for one in found:
        click.echo(f"differs: {one}")
    if found:
        sys.exit(1)
    click.echo("The database is what was backed up." if not schema else "The schema is the one of the backup.")


@click.command("set-aside")
@click.pass_obj
def set_aside(context) -> None:
    """Keep the database under another name and leave an empty one, for a restore. Stop the server before."""
    with _in_words():
        kept = backup_aside.set_aside(context.settings["DATABASE_URL"], now=context.now)
    click.echo(f"The database is kept as {kept}; its place is empty.")


def _note(context, path: Path, found: backups.Proof) -> None:
    """Note the proof for /readyz; a backup stays proved where that cannot be written."""
    manifest = found.manifest
    try:
        proof.note(context.settings["VAR"], proof.Proof(
            file=path.name, rows=manifest.rows, made_at=manifest.made_at,
            proven_at=context.now.isoformat(timespec="seconds")))
    except OSError as error:
        click.echo(f"/readyz will not know of it: {error}.", err=True)


def _contents(manifest: Manifest) -> str:
    return (f"{manifest.rows} rows in {len(manifest.tables)} tables, {len(manifest.files)} files, "
            f"made at {manifest.made_at}")


def _report_chains(found: backups.Proof) -> None:
    """Say whether the audit log is whole; leave with status 3 where it was broken already when it was backed up."""
    for entry in found.broken_chains:
        click.echo(f"chain {entry.chain}: entry {entry.number} is {entry.problem.replace('_', ' ')}", err=True)
    if found.broken_chains:
        click.echo("The audit log was broken before the backup was made.", err=True)
        sys.exit(BROKEN_BEFORE)
    click.echo("Every chain of the audit log is whole.")


@contextmanager
def _in_words() -> Iterator[None]:
    """Print why a backup failed instead of a traceback."""
    try:
        yield
    except BackupFailed as error:
        raise click.ClickException(str(error)) from error
