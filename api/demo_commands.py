"""Commands for trying Zhucun out: demo fills an empty database, demo-serve is what `make run` calls."""

import os
import re
import socket
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

import click

from api import (
    demo_county_service,
    demo_log_ins_service,
    demo_ratings_service,
    demo_service,
    migrate,
    preparation,
    server,
    upkeep_commands,
)
from api.dashboards.figures_keeping_service import RENEWED
from api.dates import shanghai_day
from api.demo_households_rules import FEW, MANY
from api.i18n import text
from api.photos.stores_service import store_of
from api.sealing import Keyring

HOST = "127.0.0.1"
_YEARS = 5


@click.command()
@click.option("--seed", default=1, show_default=True, help="Another number makes other people.")
@click.option("--full", is_flag=True, help="A county's whole register: 100,000 households instead of 3,000.")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="The demo's last day; default: today.")
@click.option("--size", type=click.Choice(["demo", "county"]), default="demo", show_default=True,
              help="county: 3,000 cadres, 1,000 villages, 200,000 households and years of history, in some minutes.")
@click.option("--years", type=click.IntRange(1, 10), help="How long the history of --size county is; default: 5.")
@click.pass_obj
def demo(context, seed: int, full: bool, day: datetime | None, size: str, years: int | None) -> None:
    """Fill an empty database with a made-up county: Yuqing's divisions, 220 cadres, twelve weeks up to noon of a day.

    The same seed and date make the same county every time. With --size county it is one of full size, with made-up
    divisions: most of it is copied in SQL, in one transaction, and each part shows less of what there can be.
    """
    if full and size == "county" or years is not None and size == "demo":
        raise click.UsageError("--full belongs to --size demo, --years to --size county.")
    migrate.upgrade(context.database.engine)
    today = day.date() if day else shanghai_day(context.now)
    if size == "county":
        _fill_county(context, seed=seed, today=today, years=years or _YEARS)
    else:
        count = _fill(context, seed=seed, today=today, households=MANY if full else FEW)
        click.echo(f"Made {count} records and events.")
    with context.reading() as session:
        _print_log_ins(demo_log_ins_service.log_ins(session), f"http://{HOST}:8000/",
                       demo_ratings_service.cards_to_try(session, today=shanghai_day(context.now)),
                       demo_log_ins_service.last_numbers(session))


@click.command("demo-serve")
@click.pass_obj
def demo_serve(context) -> None:
    """Serve the demo on this machine only, made first where the database is empty. PORT: default 8000.

    A demo of an earlier day is served as it is, rolled on to today; nothing is ever deleted.
    """
    port = _free_port(os.environ.get("PORT") or "8000")
    address = f"http://{HOST}:{port}"
    settings = context.settings
    if "ZHUCUN_ORIGINS" not in os.environ:
        settings = {**settings, "ORIGINS": (address, f"http://localhost:{port}")}
    today = shanghai_day(context.now)
    migrate.upgrade(context.database.engine)
    with context.reading() as session:
        is_new = demo_service.is_empty(session)
    if is_new:
        _fill(context, seed=1, today=today, households=FEW)
    preparation.prepare(context.database, county_code=settings["COUNTY"], now=context.now)
    with context.reading() as session:
        log_ins, last = demo_log_ins_service.log_ins(session), demo_service.last_day(session)
        cards = demo_ratings_service.cards_to_try(session, today=today)
        last_numbers = demo_log_ins_service.last_numbers(session)
    context.database.engine.dispose()
    _print_log_ins(log_ins, f"{address}/", cards, last_numbers)
    _print_age(last, today)
    server.run(settings, bind=f"{HOST}:{port}", workers=1, threads=8)


def _fill(context, *, seed: int, today: date, households: int) -> int:
    with _filling(context) as (session, progress):
        count = demo_service.fill(session, seed=seed, today=today, households=households, progress=progress,
                                  keys=Keyring.of(context.settings), store=store_of(context.settings))
    upkeep_commands.keep_months(context, today=today)
    return count


def _fill_county(context, *, seed: int, today: date, years: int) -> None:
    """The county of full size; what the databases' planners know of it is counted at once, not some day."""
    with _filling(context) as (session, progress):
        seconds = demo_county_service.fill(session, years=years, today=today, seed=seed, progress=progress)
    with context.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    # Years of older months are left to the first `zhucun roll`.
    upkeep_commands.keep_months(context, today=today, newest=RENEWED)
    context.database.engine.dispose()
    click.echo("Seconds: " + ", ".join(f"{part} {spent:.0f}" for part, spent in seconds.items()))


@contextmanager
def _filling(context) -> Iterator[tuple]:
    """A session that writes, and how it tells how far it is; stops with plain words where a demo cannot go."""
    if context.settings["COUNTY"] != demo_service.COUNTY:
        raise click.ClickException(f"The demo is the county {demo_service.COUNTY}; set ZHUCUN_COUNTY to it.")
    try:
        with _bar() as progress, context.writing() as session:
            yield session, progress
    except demo_service.NotEmpty:
        raise click.ClickException(
            "This database already holds divisions or people, and a demo never mixes with real records. "
            "Choose an empty one: another DATABASE_URL, or another folder with ZHUCUN_VAR.") from None


@contextmanager
def _bar() -> Iterator:
    """A progress bar on standard error; yields what is called with (done, of)."""
    with click.progressbar(length=100, label="Making the demo county 正在生成演示县", file=sys.stderr) as bar:
        yield lambda done, of: bar.update(100 * done // of - bar.pos)


def _free_port(wanted: str) -> int:
    """The port as a number; stops with plain words when it is none or somebody else's."""
    if not re.fullmatch(r"[0-9]{1,5}", wanted) or not 1 <= int(wanted) <= 65535:
        raise click.ClickException(f"PORT must be a number from 1 to 65535, not {wanted!r}.")
    with socket.socket() as probe:
        # As the server itself does, so that a port that was left a minute ago counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, int(wanted)))
        except OSError as error:
            raise click.ClickException(
                f"Port {wanted} cannot be used ({error.strerror}): most likely something is served there already. "
                f"Choose another one, for instance: PORT=8123 make run") from None
    return int(wanted)


def _print_log_ins(log_ins: list[demo_log_ins_service.LogIn], address: str, cards: list[str],
                   last_numbers: dict[str, int]) -> None:
    """The address and, where this is a demo, the log-ins in both languages and villagers' cards that may vote."""
    click.echo(f"\n  Zhucun 驻村   {address}")
    if log_ins:
        click.echo(f"  Password 密码 {demo_service.PASSWORD}   (the people are made up 人员均为虚构)\n")
        rows = [("User 用户名", "Role 角色", "Name 姓名", "Division 区划")]
        rows += [(one.username, f"{text('zh', f'role.{one.role}')} {text('en', f'role.{one.role}')}", one.name,
                  one.division) for one in log_ins]
        for row in rows:
            click.echo("  " + "".join(_padded(cell, width) for cell, width in zip(row, (14, 26, 12, 0), strict=True)))
        for card in cards:
            click.echo(f"\n  A household's rating card, for one ballot 农户评议卡（只能用一次）\n  {address}r/#{card}")
        click.echo("\n  Also 另有 " + ", ".join(f"{name}2 … {name}{last}" for name, last in last_numbers.items()))
    click.echo("  Stop with Ctrl-C. 按 Ctrl-C 停止。\n")


def _print_age(last: date | None, today: date) -> None:
    if last is not None and last < today:
        click.echo(f"  The latest record is of {last}. For a demo up to today, set ZHUCUN_VAR to a new folder.\n"
                   f"  最近一条记录是 {last}。要生成到今天的演示数据，请把 ZHUCUN_VAR 指向新目录。\n")


def _padded(cell: str, width: int) -> str:
    """The cell filled up with spaces; a Chinese character takes two columns of a terminal."""
    columns = sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in cell)
    return cell + " " * (width - columns)
