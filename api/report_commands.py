"""The command that shows one look in the terminal: report."""

from datetime import datetime

import click

from api.dashboards import terminal_report_service
from api.dates import month_of, shanghai_day
from api.i18n import LANGUAGES
from api.postings.divisions_service import division_by_code


@click.command()
@click.option("--month", "chosen", type=click.DateTime(["%Y-%m"]), help="Such as 2026-11; default: the running one.")
@click.option("--division", "code", help="12-digit code; default: the county.")
@click.option("--language", type=click.Choice(LANGUAGES), default="zh", show_default=True)
@click.pass_obj
def report(context, chosen: datetime | None, code: str | None, language: str) -> None:
    """Show the month of a division: each figure with what made it, the month before, twelve months, and those below."""
    today = shanghai_day(context.now)
    with context.reading() as session:
        lines = list(terminal_report_service.report(
            session, division=division_by_code(session, code or context.settings["COUNTY"]),
            month_on=chosen.date() if chosen else month_of(today), today=today, language=language))
    for line, is_heading in lines:
        # Where nobody looks, click leaves the codes of bold print out.
        click.echo(click.style(line, bold=True) if is_heading and line else line)
