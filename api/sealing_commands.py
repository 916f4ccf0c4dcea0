"""The command that seals telephone numbers under a new key."""

import click

from api import sealing
from api.visits import phones_service

AT_ONCE = 500


@click.command("seal-again")
@click.option("--new-key", is_flag=True, help="Put a new key before those of the file seal.keys first.")
@click.pass_obj
def seal_again(context, new_key: bool) -> None:
    """Seal every telephone number under the first key, at most 500 in one transaction; people go on working.

    Old keys stay until somebody takes them out: older backups need them.
    """
    ring = sealing.Keyring.of(context.settings)
    if new_key:
        if ring.path is None:
            raise click.ClickException("The keys are in ZHUCUN_SEAL_KEYS: put a new one first there, restart the "
                                       "server, and run this without --new-key.")
        click.echo(f"Key {sealing.add_key(ring.path)} seals from now on.")
    count = 0
    try:
        while True:
            with context.writing() as session:
                done = phones_service.seal_again(session, ring, most=AT_ONCE)
            if not done:
                break
            count += done
    except sealing.CannotOpen as error:
        raise click.ClickException(f"A number cannot be opened: {error}. {count} were sealed again.") from error
    click.echo(f"{count} telephone numbers were sealed again; key {ring.current} seals all of them.")
