"""Commands that the law asks for: retention; the filing's papers and the full export come with them."""

import click

from api.checkin import retention_service
from api.postings import tidying_service
from api.postings.divisions_service import find_county


@click.command()
@click.pass_obj
def retention(context):
    """Delete coordinates whose days are over or whose consent is withdrawn, and old log-ins; run it daily."""
    total = 0
    with context.reading() as session:
        county = find_county(session, context.settings["COUNTY"])
        # Before the divisions are imported there is nobody who could have sent a position.
        chains = retention_service.chains(session) if county else []
    for chain in chains:
        count = None
        while count != 0:
            with context.writing() as session:
                count = retention_service.forget_chunk(session, chain=chain, county=county, now=context.now)
            total += count
    with context.writing() as session:
        tidied = tidying_service.tidy(session, now=context.now)
    click.echo(f"Deleted the coordinates of {total} records and proposed places, {tidied['sessions']} sessions that "
               f"were over and {tidied['invitations']} old invitations.")
