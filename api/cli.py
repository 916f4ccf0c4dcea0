"""The command line: `zhucun --help`. A command parses, calls a service, commits and says what it did."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click
from sqlalchemy.orm import Session

from api import audit, backup_commands, config, db, demo_commands, import_commands, migrate, server, upkeep_commands
from api.dates import SHANGHAI, shanghai_day
from api.errors import DomainError
from api.i18n import text
from api.postings import accounts_service
from api.postings.divisions_service import division_by_code
from api.postings.users_service import invitation_url
from api.vocabulary import ROLES


class Context:
    """What a command needs: the settings, and sessions on the configured database."""

    def __init__(self):
        self.settings = config.from_env(os.environ)
        self.database = db.Database(self.settings["DATABASE_URL"])

    @property
    def now(self) -> datetime:
        return datetime.now(UTC)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that is committed at the end, or leaves nothing behind."""
        with self.database.session() as session:
            yield session
            session.commit()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only reads."""
        with self.database.session(reads=True) as session:
            yield session


class Group(click.Group):
    """Says what is wrong with the settings in plain words instead of a traceback."""

    def invoke(self, ctx):
        try:
            return super().invoke(ctx)
        except config.BadSettings as error:
            click.echo(str(error), err=True)
            sys.exit(2)
        except DomainError as error:
            raise click.ClickException(text("en", f"error.{error.reason}", **error.params)) from error


@click.group(cls=Group)
@click.pass_context
def cli(ctx):
    """Zhucun 驻村: the record of village posting."""
    ctx.obj = Context()
    ctx.call_on_close(ctx.obj.database.engine.dispose)


@cli.command("migrate")
@click.pass_obj
def migrate_command(context: Context):
    """Bring the database to the newest schema."""
    migrate.upgrade(context.database.engine)
    click.echo("The database is at the newest schema.")


@cli.command()
@click.option("--bind", default="127.0.0.1:8000", show_default=True, help="Address to listen on.")
@click.option("--workers", default=1, show_default=True, help="Processes; more than one only with PostgreSQL.")
@click.option("--threads", default=8, show_default=True, help="Threads a process.")
@click.pass_obj
def serve(context: Context, bind: str, workers: int, threads: int):
    """Migrate, roll ahead, and serve."""
    server.prepare(context.database, now=context.now)
    server.run(context.settings, bind=bind, workers=workers, threads=threads)


@cli.command("verify-audit")
@click.pass_obj
def verify_audit(context: Context):
    """Check every chain of the audit log; names the first broken entry of each."""
    with context.reading() as session:
        broken = list(audit.verify(session))
    for entry in broken:
        click.echo(f"chain {entry.chain}: entry {entry.number} is {entry.problem.replace('_', ' ')}", err=True)
    if broken:
        sys.exit(1)
    click.echo("Every chain of the audit log is whole.")


@cli.command("add-user")
@click.argument("username")
@click.option("--name", required=True, help="The person's name.")
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--division", "code", help="12-digit code; default: the county.")
@click.pass_obj
def add_user(context: Context, username: str, name: str, role: str, code: str | None):
    """Add a user with a role, for instance the first administrator, and print an invitation."""
    now = context.now
    with context.writing() as session:
        division = division_by_code(session, code or context.settings["COUNTY"])
        user = accounts_service.create_user(session, username=username.lower(), name=name, now=now)
        accounts_service.give_grant(session, user=user, role=role, division=division, from_on=shanghai_day(now),
                                    to_on=None, by_id=None, now=now)
        token, expires_at = accounts_service.invite(session, user=user, made_by_id=None, now=now)
    _print_invitation(context, token, expires_at)


@cli.command()
@click.argument("username")
@click.pass_obj
def invite(context: Context, username: str):
    """Print a one-time invitation for a user; earlier unused ones are void from now on."""
    with context.writing() as session:
        user = accounts_service.user_by_name(session, username.lower())
        if user is None:
            raise click.ClickException(f"There is no user {username}.")
        token, expires_at = accounts_service.invite(session, user=user, made_by_id=None, now=context.now)
    _print_invitation(context, token, expires_at)


def _print_invitation(context: Context, token: str, expires_at: datetime) -> None:
    click.echo(invitation_url(context.settings["ORIGINS"][0], token))
    click.echo(f"Good for one log-in until {expires_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M} in China.")


upkeep_commands.register(cli)
import_commands.register(cli)
demo_commands.register(cli)
backup_commands.register(cli)


if __name__ == "__main__":
    cli()
