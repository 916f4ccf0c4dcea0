"""The command line: `zhucun --help`. A command parses, calls a service, commits and says what it did.

A command's module is loaded when the command is called: an upgrade calls six of them while nobody is served, and most
need neither the web application nor the tables of pinyin.
"""

import importlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property

import click
from sqlalchemy.orm import Session

from api import all_tables, config, db  # noqa: F401  whatever a command loads, every table is known
from api.errors import DomainError
from api.i18n import text
from api.loading import without_collecting

# Where each command is defined.
COMMANDS = {
    "add-user": "user_commands:add_user",
    "backup": "backup_commands:backup",
    "compare": "backup_commands:compare",
    "demo": "demo_commands:demo",
    "demo-serve": "demo_commands:demo_serve",
    "export-all": "filing_commands:export_all",
    "filing-pack": "filing_commands:filing_pack",
    "import": "import_commands:imports",
    "invite": "user_commands:invite",
    "migrate": "schema_commands:migrate_command",
    "rebuild": "upkeep_commands:rebuild",
    "report": "report_commands:report",
    "restore": "backup_commands:restore",
    "retention": "lawful_commands:retention",
    "roll": "upkeep_commands:roll",
    "seal-again": "sealing_commands:seal_again",
    "serve": "server_commands:serve",
    "set-aside": "backup_commands:set_aside",
    "set-policy": "upkeep_commands:set_policy",
    "template": "import_commands:template",
    "verify": "upkeep_commands:verify",
    "verify-audit": "audit_commands:verify_audit",
}


class Context:
    """What a command needs: the settings, and sessions on the configured database."""

    @cached_property
    def settings(self) -> dict:
        return config.from_env(os.environ)

    @cached_property
    def database(self) -> db.Database:
        return db.Database(self.settings["DATABASE_URL"])

    def close(self) -> None:
        if "database" in vars(self):
            self.database.engine.dispose()

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
    """Loads what is called, and says what is wrong with the settings in plain words instead of a traceback."""

    def list_commands(self, ctx):
        return list(COMMANDS)

    def get_command(self, ctx, cmd_name):
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        with without_collecting():
            return getattr(importlib.import_module(f"api.{module}"), name)

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
    ctx.call_on_close(ctx.obj.close)


if __name__ == "__main__":
    cli()
