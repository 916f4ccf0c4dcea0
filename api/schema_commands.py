"""The command that makes and changes the tables."""

import click

from api import migrate


@click.command("migrate")
@click.pass_obj
def migrate_command(context):
    """Bring the database to the newest schema."""
    migrate.upgrade(context.database.engine)
    click.echo("The database is at the newest schema.")
