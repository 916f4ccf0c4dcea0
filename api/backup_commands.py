"""Commands that make, check and restore backups."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from api import backup as backups
from api.backup_archive import BackupFailed, Manifest

PATH = click.Path(path_type=Path)


def register(cli: click.Group) -> None:
    """Add the commands to the command line."""
    cli.add_command(backup)
    cli.add_command(restore)


@click.command()
@click.argument("path", type=PATH)
@click.option("--check", is_flag=True, help="Make nothing: restore the backup PATH into a throw-away database and "
                                            "compare every row.")
@click.pass_obj
def backup(context, path: Path, check: bool) -> None:
    """Back up database, secret key and photos into PATH, a new file or a folder; the server may go on running."""
    with _in_words():
        if check:
            proof = backups.check_backup(context.settings, path)
            click.echo(f"Checked by restoring: {_contents(proof.manifest)}, every row as it was backed up.")
            _report_chains(proof)
        else:
            target, manifest = backups.make_backup(context.settings, path, now=context.now)
            click.echo(f"{target}: {_contents(manifest)}.")


@click.command()
@click.argument("path", type=PATH)
@click.pass_obj
def restore(context, path: Path) -> None:
    """Restore the backup PATH into an empty database, and prove it row by row. Restart the server afterwards."""
    with _in_words():
        proof = backups.restore_backup(context.settings, path)
    click.echo(f"Restored: {_contents(proof.manifest)}, every row as it was backed up; no row lacks its parent.")
    _report_chains(proof)


def _contents(manifest: Manifest) -> str:
    return (f"{manifest.rows} rows in {len(manifest.tables)} tables, {len(manifest.files)} files, "
            f"made at {manifest.made_at}")


def _report_chains(proof: backups.Proof) -> None:
    """Say whether the audit log is whole; leave with status 1 where it was broken already when it was backed up."""
    for entry in proof.broken_chains:
        click.echo(f"chain {entry.chain}: entry {entry.number} is {entry.problem.replace('_', ' ')}", err=True)
    if proof.broken_chains:
        click.echo("The audit log was broken before the backup was made.", err=True)
        sys.exit(1)
    click.echo("Every chain of the audit log is whole.")


@contextmanager
def _in_words() -> Iterator[None]:
    """Print why a backup failed instead of a traceback."""
    try:
        yield
    except BackupFailed as error:
        raise click.ClickException(str(error)) from error
