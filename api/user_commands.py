"""Commands for the first users, before anybody can log in."""

from datetime import datetime

import click

from api.dates import SHANGHAI, shanghai_day
from api.postings import accounts_service
from api.postings.divisions_service import division_by_code
from api.postings.invitations_service import invitation_url
from api.vocabulary import ROLES


@click.command("add-user")
@click.argument("username")
@click.option("--name", required=True, help="The person's name.")
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--division", "code", help="12-digit code; default: the county.")
@click.pass_obj
def add_user(context, username: str, name: str, role: str, code: str | None):
    """Add a user with a role, for instance the first administrator, and print an invitation."""
    now = context.now
    with context.writing() as session:
        division = division_by_code(session, code or context.settings["COUNTY"])
        user = accounts_service.create_user(session, username=username.lower(), name=name, now=now)
        accounts_service.give_grant(session, user=user, role=role, division=division, from_on=shanghai_day(now),
                                    to_on=None, by_id=None, now=now)
        token, expires_at = accounts_service.invite(session, user=user, made_by_id=None, now=now)
    _print_invitation(context, token, expires_at)


@click.command()
@click.argument("username")
@click.pass_obj
def invite(context, username: str):
    """Print a one-time invitation for a user; earlier unused ones are void from now on."""
    with context.writing() as session:
        user = accounts_service.user_by_name(session, username.lower())
        if user is None:
            raise click.ClickException(f"There is no user {username}.")
        token, expires_at = accounts_service.invite(session, user=user, made_by_id=None, now=context.now)
    _print_invitation(context, token, expires_at)


def _print_invitation(context, token: str, expires_at: datetime) -> None:
    click.echo(invitation_url(context.settings["ORIGINS"][0], token))
    click.echo(f"Good for one log-in until {expires_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M} in China.")
