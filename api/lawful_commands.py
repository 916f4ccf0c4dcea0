"""Commands that the law asks for: retention; the filing's papers and the full export come with them."""

import click

from api.checkin import retention_service
from api.dates import shanghai_day
from api.postings import tidying_service
from api.postings.divisions_service import find_county
from api.ratings import suggestion_contacts_service, suggestion_steps_service


@click.command()
@click.pass_obj
def retention(context):
    """Delete coordinates whose days are over or whose consent is withdrawn, and old log-ins; run it daily.

    Also the names and telephones of who wrote into the suggestion box, after what nobody can appeal against is closed.
    """
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
    contacts = _suggestions(context)
    with context.writing() as session:
        tidied = tidying_service.tidy(session, now=context.now)
    click.echo(f"Deleted the coordinates of {total} records and proposed places, {tidied['sessions']} sessions that "
               f"were over and {tidied['invitations']} old invitations.")
    if contacts:
        click.echo(f"Deleted the contacts of {contacts} suggestions and complaints.")


def _suggestions(context) -> int:
    """Close and forget, some hundred in a transaction; how many contacts were deleted."""
    today, counts = shanghai_day(context.now), {}
    for work in (suggestion_steps_service.close_settled, suggestion_contacts_service.forget_contacts):
        done = None
        while done != 0:
            with context.writing() as session:
                done = work(session, today=today, now=context.now)
            counts[work] = counts.get(work, 0) + done
    return counts[suggestion_contacts_service.forget_contacts]
