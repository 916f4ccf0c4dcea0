"""Commands that keep the figures: roll, verify, rebuild, set-policy."""

import sys
from datetime import date

import click

from api import i18n
from api.checkin import judging_service, kept_service, standings_service
from api.dashboards import figures_keeping_service
from api.dashboards.oddities_finding_service import find_oddities
from api.dates import shanghai_day
from api.db import in_chunks
from api.errors import DomainError
from api.postings import policies_service
from api.postings.divisions_service import division_by_code, find_county
from api.postings.policies_rules import POLICY_KEYS
from api.preparation import seed_calendar
from api.ratings import closing_service
from api.sealing import Keyring
from api.visits import linkage_counts_service, village_quarters_service


@click.command()
@click.pass_obj
def roll(context):
    """Make rows for weeks ahead, look for oddities, close ratings and count months that have ended; run it daily."""
    today = shanghai_day(context.now)
    with context.writing() as session:
        seed_calendar(session, today)
        count = kept_service.roll(session, today=today)
    # Apart from the cadres' rows: whoever writes locks villages before cadres.
    with context.writing() as session:
        quarters = village_quarters_service.roll(session, now=context.now)
        linkage_counts_service.roll(session, today=today)
    click.echo(f"Rolled {count} cadres on." if count else "Nothing to roll: rows reach far enough.")
    if quarters:
        click.echo(f"Counted the households of villages in {quarters} quarters.")
    standings = keep_standings(context, today=today)
    if standings:
        click.echo(f"Counted anew how the months of villages stand: {standings}.")
    found = find_oddities(context.reading, context.writing, now=context.now)
    if found:
        click.echo(f"New oddities in the records for people to look at: {found}.")
    try:
        _close_campaigns(context, today)
    finally:
        # Whatever keeps a campaign open, the months are counted.
        months = keep_months(context, today=today)
        if months:
            click.echo(f"Counted the figures of {months} months that have ended.")


def keep_months(context, *, today: date, again: bool = False, newest: int | None = None) -> int:
    """Count ended months, each read in one session and written in a short transaction; answers how many they were.

    `again`: also those that were counted before; `newest`: only so many, the latest ones.
    """
    with context.reading() as session:
        county = find_county(session, context.settings["COUNTY"])
        due = figures_keeping_service.due_months(session, county=county, today=today, again=again) if county else []
    months = due[:newest]
    for month_on in months:
        with context.reading() as session:
            county = find_county(session, context.settings["COUNTY"])
            figures = figures_keeping_service.count_month(session, county=county, month_on=month_on, today=today)
        with context.writing() as session:
            figures_keeping_service.keep_month(session, figures=figures, month_on=month_on, today=today)
    return len(months)


def keep_standings(context, *, today: date) -> int:
    """Keep how months stand where a change of facts made it stale; answers of how many villages' months."""
    with context.reading() as session:
        stale = standings_service.stale_months(session)
    for month_on, village_ids in stale:
        with context.writing() as session:
            standings_service.keep_again(session, month_on=month_on, village_ids=village_ids, today=today)
    return sum(len(village_ids) for _month_on, village_ids in stale)


def _close_campaigns(context, today: date) -> None:
    """Close the rating campaigns whose last day has passed, each in a transaction of its own."""
    with context.reading() as session:
        over = closing_service.run_out(session, today=today)
    sealing, failed = Keyring.of(context.settings) if over else None, 0
    for campaign_id in over:
        try:
            with context.writing() as session:
                closing_service.close_campaign(session, sealing, campaign_id=campaign_id, by_id=None, now=context.now)
            context.database.settle()
        except DomainError as error:
            failed += 1
            click.echo(f"campaign {campaign_id}: {i18n.text('en', f'error.{error.reason}')}", err=True)
    if len(over) > failed:
        click.echo(f"Closed {len(over) - failed} rating campaigns.")
    if failed:
        raise click.ClickException(f"{failed} rating campaigns have ended and are not closed.")


@click.command()
@click.pass_obj
def verify(context):
    """Recompute every verdict, day, week, month and count of households by the rule and report what differs."""
    found = 0
    with context.reading() as session:
        ids = kept_service.all_cadre_ids(session)
        with _progress(ids) as bar:
            for chunk in bar:
                for one in judging_service.misjudged(session, cadre_ids=chunk):
                    found += 1
                    click.echo(f"evidence {one.evidence.id}: should be {one.right}", err=True)
                for one in kept_service.differences(session, cadre_ids=chunk):
                    found += 1
                    click.echo(f"{one.table}: kept {one.held}, should be {one.right}", err=True)
        villages = village_quarters_service.all_village_ids(session)
        with _progress(villages, village_quarters_service.CHUNK) as bar:
            for chunk in bar:
                for table, held, right in village_quarters_service.differences(session, village_ids=chunk):
                    found += 1
                    click.echo(f"{table}: kept {held}, should be {right}", err=True)
        for table, held, right in linkage_counts_service.differences(session):
            found += 1
            click.echo(f"{table}: kept {held}, should be {right}", err=True)
        with _progress(standings_service.kept_months(session), 1) as bar:
            for [(month_on, ids_of_villages)] in bar:
                for held, right in standings_service.differences(
                        session, month_on=month_on, village_ids=ids_of_villages, today=shanghai_day(context.now)):
                    found += 1
                    click.echo(f"month_standings: kept {held}, should be {right}", err=True)
    if found:
        raise click.ClickException(f"{found} rows differ; `zhucun rebuild` repairs them.")
    click.echo(f"All figures of {len(ids)} cadres and {len(villages)} villages agree with the rule.")


@click.command()
@click.pass_obj
def rebuild(context):
    """Recompute all verdicts and figures by the rule and repair them, at most 200 cadres in one transaction.

    The counts of households follow, 20 villages in one transaction.
    """
    today = shanghai_day(context.now)
    with context.reading() as session:
        ids = kept_service.all_cadre_ids(session)
    with _progress(ids) as bar:
        for chunk in bar:
            with context.writing() as session:
                judging_service.cadres_changed(session, cadre_ids=chunk)
                linkage_counts_service.linkages_changed(session, cadre_ids=chunk, village_ids=(), today=today)
    with context.reading() as session:
        villages = village_quarters_service.all_village_ids(session)
    with _progress(villages, village_quarters_service.CHUNK) as bar:
        for chunk in bar:
            with context.writing() as session:
                village_quarters_service.rebuild(session, village_ids=chunk, now=context.now)
    keep_standings(context, today=today)
    keep_months(context, today=today, again=True)
    click.echo(f"Rebuilt the figures of {len(ids)} cadres and {len(villages)} villages.")


@click.command("set-policy")
@click.argument("key", type=click.Choice(sorted(POLICY_KEYS)))
@click.argument("value")
@click.option("--division", "code", help="12-digit code; default: the county.")
@click.option("--from", "start", type=click.DateTime(["%Y-%m-%d"]), required=True, help="First day, on any date.")
@click.option("--source", required=True, help="The text that sets the rule.")
@click.pass_context
def set_policy(ctx, key: str, value: str, code: str | None, start, source: str):
    """Set a rule from any day on, also in the past, and rebuild the figures."""
    context, effective_from = ctx.obj, start.date()
    with context.writing() as session:
        division = division_by_code(session, code or context.settings["COUNTY"])
        policies_service.set_policy(
            session, division=division, key=key, value=int(value) if value.isdecimal() else value,
            effective_from=effective_from, source=source, user_id=None, at=context.now, today=date.max,
            any_start=True)
    ctx.invoke(rebuild)


def _progress(ids: list[int], size: int = kept_service.CHUNK):
    return click.progressbar(in_chunks(ids, size), file=sys.stderr)
