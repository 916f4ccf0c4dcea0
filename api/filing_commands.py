"""Commands for whoever files, reviews or closes the application: filing-pack, export-all."""

from pathlib import Path

import click

from api.backup_archive import BackupFailed
from api.backup_open_formats import write_everything
from api.dashboards.about_service import filing_facts
from api.dashboards.filing_service import write_assessment, write_filing
from api.dates import shanghai_day
from api.docx import new_document, save

# The settings that only the papers and the page of functions ask for.
BLANKS = ("HOST_UNIT", "HOTLINE", "FILING_NUMBER")


@click.command("filing-pack")
@click.argument("folder", type=click.Path(path_type=Path))
@click.pass_obj
def filing_pack(context, folder: Path) -> None:
    """Write what a filing asks for into FOLDER: the five parts and a template of the impact assessment, as .docx."""
    with context.reading() as session:
        facts = filing_facts(session, settings=context.settings, today=shanghai_day(context.now))
    folder.mkdir(parents=True, exist_ok=True)
    for name, write in (("filing.docx", write_filing), ("impact-assessment.docx", write_assessment)):
        document = new_document()
        write(document, facts)
        with (folder / name).open("wb") as file:
            save(document, file)
        click.echo(folder / name)
    unset = [name for name in BLANKS if not context.settings.get(name)]
    if unset:
        click.echo("Left blank, since these settings are not set: " +
                   ", ".join(f"ZHUCUN_{name}" for name in unset) + ". Set them and write the papers again.", err=True)


@click.command("export-all")
@click.argument("path", type=click.Path(path_type=Path))
@click.pass_obj
def export_all(context, path: Path) -> None:
    """Write everything into PATH, a new .zip of open formats: tables as .csv and .json, columns explained, photos.

    Hashes of passwords, sessions and invitations stay behind, and so does the secret key. While it runs, people go on
    working; on SQLite it needs room for a copy of the database beside PATH.
    """
    if path.exists():
        raise click.ClickException(f"{path} already exists; an export never replaces a file.")
    count = 0

    def after_table(name: str, rows: int) -> None:
        nonlocal count
        count += 1
        click.echo(f"{name}: {rows}", err=True)

    try:
        rows, photos = write_everything(path, url=context.settings["DATABASE_URL"], var=Path(context.settings["VAR"]),
                                        after_table=after_table)
    except BackupFailed as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{path}: {rows} rows in {count} tables, {photos} photos.")
