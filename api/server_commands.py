"""The command that serves."""

import click

from api import preparation, server


@click.command()
@click.option("--bind", default="127.0.0.1:8000", show_default=True, help="Address to listen on.")
@click.option("--workers", default=1, show_default=True, help="Processes; more than one only with PostgreSQL.")
@click.option("--threads", default=8, show_default=True, help="Threads a process.")
@click.pass_obj
def serve(context, bind: str, workers: int, threads: int):
    """Migrate, roll ahead, and serve."""
    preparation.prepare(context.database, county_code=context.settings["COUNTY"], now=context.now)
    server.run(context.settings, bind=bind, workers=workers, threads=threads)
