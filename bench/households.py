"""The register of a county: importing 200,000 households from one .xlsx, and exporting 100,000; time and memory.

Each is done in a process of its own, whose highest memory the kernel tells.
"""

import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import xlsxwriter
from sqlalchemy import delete, func, select

from api.dashboards.households_export_service import households_taking
from api.dashboards.orders_service import Order
from api.dates import shanghai_day
from api.db import Database
from api.postings.divisions_service import division_by_code
from api.sealing import Keyring
from api.visits import households_import_service
from api.visits.models import Household, HouseholdAbsence, HouseholdLabel
from bench.county import COUNTY, VILLAGES, build_county
from bench.figures import table
from bench.machine import server_facts
from tests.databases import PostgresServer, server_binaries

ROWS, EXPORTED = 200_000, 100_000
_SURNAMES, _NAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林高罗", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建国志"
_LABELS = ("", "", "", "", "", "困难户", "脱贫户、低保", "监测户", "致富户", "独居老人")
_HEADINGS = ("乡镇", "村", "户号", "村民组", "户主", "人口", "标签", "联系电话", "立户日期", "外出日期")


def write_register(path: Path, rows: int, *, seed: int = 1) -> None:
    """An .xlsx of so many households, evenly over the bench's villages: what a county would send."""
    dice = random.Random(seed)
    book = xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_numbers": False})
    sheet = book.add_worksheet("农户")
    sheet.write_row(0, 0, _HEADINGS)
    for number in range(rows):
        village = number % VILLAGES
        name = dice.choice(_SURNAMES) + "".join(dice.choices(_NAMES, k=dice.choice((1, 2, 2))))
        sheet.write_row(number + 1, 0, (
            f"第{village % 30 + 1}镇", f"520329{village % 30 + 100}{200 + village // 30:03}",
            f"{number // VILLAGES + 1:04}", f"{dice.randint(1, 12)}组", name, dice.randint(1, 8), dice.choice(_LABELS),
            f"1{dice.choice('3578')}{dice.randint(0, 10**9 - 1):09}", "2001-05-01",
            "2026-03-01" if dice.random() < 0.2 else ""))
    book.close()


def run(*, only: str | None = None) -> None:
    """Measure on SQLite and, where it is installed, on PostgreSQL; print a table."""
    binaries, rows = server_binaries(), []
    with tempfile.TemporaryDirectory(prefix="zhucun-bench-") as folder:
        path = Path(folder) / "register.xlsx"
        write_register(path, ROWS)
        print(f"\n## Register of households: one .xlsx of {ROWS:,} rows, {path.stat().st_size / 2**20:.1f} MB\n")
        for kind in ("SQLite", "PostgreSQL"):
            if only not in (None, kind):
                continue
            postgres = PostgresServer(binaries, durable=True) if kind == "PostgreSQL" and binaries else None
            if kind == "PostgreSQL" and postgres is None:
                print("No PostgreSQL 15 or later is installed: measured on SQLite only.\n")
                continue
            try:
                url = postgres.create("households") if postgres else f"sqlite:///{folder}/households.sqlite3"
                rows += _measure(kind, url, path, folder)
                if postgres:
                    database = Database(url)
                    print(f"- {server_facts(database.engine)}")
                    database.engine.dispose()
            finally:
                if postgres:
                    postgres.stop()
    print("\n" + table(("what", "database", "seconds", "its processor seconds", "highest memory MB", "above the start"),
                       rows))


def _measure(kind: str, url: str, path: Path, folder: str) -> list[tuple]:
    database = Database(url)
    build_county(database, posted_from=datetime.now(UTC).date())
    database.engine.dispose()
    found = []
    spent, memory, answer = _in_a_process("import_file", url, str(path), folder)
    if answer["created"] != ROWS or answer["problems"]:
        raise SystemExit(f"import: {answer}")
    found.append((f"import {ROWS:,} rows", kind, f"{spent:.1f}", f"{answer['processor_s']:.1f}", f"{memory:.0f}",
                  ""))
    with Database(url).session() as session:
        # Half of them are taken out of the way, so that a register of 100,000 is left.
        if session.scalar(select(func.count()).select_from(Household)) != ROWS:
            raise SystemExit("households are missing")
        for model in (HouseholdLabel, HouseholdAbsence):
            session.execute(delete(model).where(model.household_id > EXPORTED))
        session.execute(delete(Household).where(Household.id > EXPORTED))
        session.commit()
    spent, memory, answer = _in_a_process("export_file", url)
    if answer["rows"] != EXPORTED:
        raise SystemExit(f"export: {answer}")
    found.append((f"export {EXPORTED:,} rows, {answer['megabytes']:.1f} MB", kind, f"{spent:.1f}",
                  f"{answer['processor_s']:.1f}", f"{memory:.0f}", f"{memory - answer['before_mb']:.0f}"))
    return found


def _in_a_process(function: str, *arguments: str) -> tuple[float, float, dict]:
    started = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", "bench.households", function, *arguments], check=True,
                          capture_output=True, text=True)
    spent = time.perf_counter() - started
    answer = json.loads(done.stdout.splitlines()[-1])
    return spent, answer.pop("memory_mb"), answer


def import_file(url: str, path: str, var: str) -> dict:
    """One import as the command line does it."""
    database = Database(url)
    with open(path, "rb") as file:
        read = households_import_service.read_file(file)
        with database.session() as session:
            report, _villages = households_import_service.import_households(
                session, Keyring.of({"VAR": var}), file=file, read=read, county_code=COUNTY, by_id=None,
                now=datetime.now(UTC))
            session.commit()
    return {**report.counts(), "problems": [problem.reason for problem in report.problems[:3]]}


def export_file(url: str) -> dict:
    """One export as its view does it; `before_mb` is what the program has taken before it begins."""
    database, before = Database(url), _now()
    with database.session() as session:
        now = datetime.now(UTC)
        taking = households_taking(session, division=division_by_code(session, COUNTY),
                                   order=Order("households", "xlsx", "zh", 1, now, shanghai_day(now)))
    return {"rows": taking.details["rows"], "megabytes": taking.export.file.seek(0, 2) / 2**20, "before_mb": before}


def _now() -> float:
    """The memory that this process has now, in MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


def _peak() -> float:
    """The highest memory of this process in MB: Linux counts in KiB, and nothing of a child is in it."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    answer = globals()[sys.argv[1]](*sys.argv[2:])
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({**answer, "memory_mb": _peak(), "processor_s": used.ru_utime + used.ru_stime}))
