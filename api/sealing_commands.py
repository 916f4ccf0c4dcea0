"""The command that seals telephone numbers, contacts of the suggestion box and keys of ratings under a new key."""

import click

from api import sealing
from api.ratings import suggestion_contacts_service, text_keys_service
from api.visits import phones_service

AT_ONCE = 500
SEALED = {"telephone numbers": phones_service.seal_again,
          "contacts of the suggestion box": suggestion_contacts_service.seal_again,
          "keys of open ratings": text_keys_service.seal_again}


@click.command("seal-again")
@click.option("--new-key", is_flag=True, help="Put a new key before those of the file seal.keys first.")
@click.pass_obj
def seal_again(context, new_key: bool) -> None:
    """Seal telephone numbers, contacts and keys of ratings under the first key; people go on working.

    At most 500 of them in one transaction.

    Old keys stay until somebody takes them out: older backups need them.
    """
    ring = sealing.Keyring.of(context.settings)
    if new_key:
        if ring.path is None:
            raise click.ClickException("The keys are in ZHUCUN_SEAL_KEYS: put a new one first there, restart the "
                                       "server, and run this without --new-key.")
        click.echo(f"Key {sealing.add_key(ring.path)} seals from now on.")
    for what, again in SEALED.items():
        count = _all_again(context, ring, what, again)
        click.echo(f"{count} {what} were sealed again; key {ring.current} seals all of them.")


def _all_again(context, ring: sealing.Keyring, what: str, again) -> int:
    count, done = 0, None
    try:
        while done != 0:
            with context.writing() as session:
                done = again(session, ring, most=AT_ONCE)
            count += done
    except sealing.CannotOpen as error:
        raise click.ClickException(f"One of the {what} cannot be opened: {error}. {count} were sealed again."
                                   ) from error
    return count
