"""The command that checks the audit log."""

import sys

import click

from api import audit


@click.command("verify-audit")
@click.pass_obj
def verify_audit(context):
    """Check every chain of the audit log; names the first broken entry of each."""
    with context.reading() as session:
        broken = list(audit.verify(session))
    for entry in broken:
        click.echo(f"chain {entry.chain}: entry {entry.number} is {entry.problem.replace('_', ' ')}", err=True)
    if broken:
        sys.exit(1)
    click.echo("Every chain of the audit log is whole.")
