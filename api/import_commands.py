"""Commands that bring in divisions, people, the calendar and households: parse, call the service, commit, echo."""

import sys
from datetime import date, datetime
from typing import BinaryIO

import click
from sqlalchemy.orm import Session

from api import i18n
from api.checkin import calendar_effect_service, judging_service, standings_forgetting_service
from api.postings.calendar_import_service import import_calendar
from api.postings.calendar_template_service import calendar_template
from api.postings.divisions_import_service import import_divisions
from api.postings.imports_service import ImportReport, problem_in_words
from api.postings.people_import_service import import_people
from api.postings.people_template_service import people_template
from api.sealing import Keyring
from api.visits import village_quarters_service
from api.visits.households_import_service import import_households, read_file
from api.visits.households_template_service import households_template

LANGUAGE = click.option("--language", type=click.Choice(i18n.LANGUAGES), default="zh", show_default=True,
                        help="Language of what is printed.")
DRY_RUN = click.option("--dry-run", is_flag=True, help="Judge the file and change nothing.")


@click.group("import")
def imports() -> None:
    """Bring in divisions, people, a calendar or households: all or nothing, and the same file twice changes nothing."""


@imports.command("divisions")
@click.argument("file", type=click.File("rb"))
@click.option("--valid-from", type=click.DateTime(["%Y-%m-%d"]),
              help="First day of new divisions, and the first day without withdrawn ones. "
                   "Default: 2000-01-01 for new ones, today for withdrawn ones.")
@click.option("--withdraw", is_flag=True, help="End the divisions that the file misses under a parent that it lists.")
@DRY_RUN
@LANGUAGE
@click.pass_obj
def divisions_command(context, file: BinaryIO, valid_from: datetime | None, withdraw: bool,
                      dry_run: bool, language: str) -> None:
    """Import FILE, a .csv or .csv.gz with the columns code,name,parent_code,level."""
    first_day: date | None = valid_from and valid_from.date()
    with context.writing() as session:
        report = import_divisions(
            session, file=file, county_code=context.settings["COUNTY"], by_id=None, now=context.now,
            valid_from=first_day, withdraw=withdraw, dry_run=dry_run)
        _finish(session, report, language)


@imports.command("people")
@click.argument("file", type=click.File("rb"))
@DRY_RUN
@LANGUAGE
@click.pass_obj
def people_command(context, file: BinaryIO, dry_run: bool, language: str) -> None:
    """Import FILE, an .xlsx such as `zhucun template people` makes, or a .csv with the same headings."""
    with context.writing() as session:
        report = import_people(
            session, file=file, county_code=context.settings["COUNTY"], by_id=None, now=context.now, dry_run=dry_run)
        _finish(session, report, language)


@imports.command("calendar")
@click.argument("file", type=click.File("rb"))
@click.option("--source", default="", help="Number of the notice, where the table has no column for it.")
@DRY_RUN
@LANGUAGE
@click.pass_obj
def calendar_command(context, file: BinaryIO, source: str, dry_run: bool, language: str) -> None:
    """Import FILE, the official holidays and makeup days of one year as .xlsx or .csv, in place of those on record."""
    with context.writing() as session:
        report = import_calendar(session, file=file, county_code=context.settings["COUNTY"], by_id=None,
                                 now=context.now, dry_run=dry_run, source=source)
        _finish(session, report, language)


@imports.command("households")
@click.argument("file", type=click.File("rb"))
@DRY_RUN
@LANGUAGE
@click.pass_obj
def households_command(context, file: BinaryIO, dry_run: bool, language: str) -> None:
    """Import FILE, an .xlsx such as `zhucun template households` makes, or a .csv with the same headings."""
    read = read_file(file)
    with context.writing() as session:
        report, villages = import_households(
            session, Keyring.of(context.settings), file=file, read=read, county_code=context.settings["COUNTY"],
            by_id=None, now=context.now, dry_run=dry_run)
        village_quarters_service.households_changed(session, village_ids=villages, now=context.now)
        _finish(session, report, language)


@click.group("template")
def template() -> None:
    """Make an empty sheet to fill in."""


@template.command("people")
@click.argument("file", type=click.File("wb"), default="people.xlsx")
@LANGUAGE
@click.pass_obj
def people_template_command(context, file: BinaryIO, language: str) -> None:
    """Write the empty roster sheet to FILE (default: people.xlsx)."""
    with context.reading() as session:
        made = people_template(session, county_code=context.settings["COUNTY"], language=language, now=context.now)
    file.write(made)
    click.echo(file.name)


@template.command("households")
@click.argument("file", type=click.File("wb"), default="households.xlsx")
@LANGUAGE
@click.pass_obj
def households_template_command(context, file: BinaryIO, language: str) -> None:
    """Write the empty register of households to FILE (default: households.xlsx)."""
    with context.reading() as session:
        made = households_template(session, language=language, now=context.now)
    file.write(made)
    click.echo(file.name)


@template.command("calendar")
@click.argument("file", type=click.File("wb"), default="calendar.xlsx")
@LANGUAGE
@click.pass_obj
def calendar_template_command(context, file: BinaryIO, language: str) -> None:
    """Write the empty calendar table to FILE (default: calendar.xlsx)."""
    file.write(calendar_template(language=language, now=context.now))
    click.echo(file.name)


def _finish(session: Session, report: ImportReport, language: str) -> None:
    """Refresh what a good import touches and print its report; leave with status 1 when something is wrong."""
    if report.problems:
        for problem in report.problems:
            words = problem_in_words(problem, language)
            where = " ".join(str(part) for part in (words["sheet"], words["row"], words["column"]) if part is not None)
            click.echo(i18n.text(language, "import.line", **words, where=where or "-"))
        click.echo(i18n.text(language, "error.import_refused", n=len(report.problems)), err=True)
        sys.exit(1)
    judging_service.cadres_changed(session, cadre_ids=report.cadre_ids)
    calendar_effect_service.calendar_changed(session, days=report.days)
    standings_forgetting_service.roster_changed(session)
    if report.passed_over:
        click.echo(i18n.text(language, "import.passed_over", rows=", ".join(map(str, report.passed_over))))
    for one in report.missing:
        click.echo(i18n.text(language, "import.missing", **one))
    click.echo(i18n.text(language, "import.dry_run_done" if report.dry_run else "import.done", **report.counts()))
