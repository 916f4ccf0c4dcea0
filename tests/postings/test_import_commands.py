"""The import commands: parse, call the service, commit, echo; a refused file leaves status 1 and nothing behind."""

from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import click
import openpyxl
import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from api import import_commands
from api.db import Database
from api.postings.models import CalendarDay, CalendarYear, Cadre, Division
from tests.conftest import NOW
from tests.county import County
from tests.postings.ugly import HOLIDAYS, MAKEUPS, SOURCE, calendar_text, roster_text, roster_workbook

ROOT = Path(__file__).resolve().parent.parent.parent
YUQING = ROOT / "api" / "data" / "yuqing.csv"
UGLY = ROOT / "tests" / "data" / "divisions_ugly.csv"


class Context:
    """What the command line hands to its commands, on a database of the test's own."""

    settings = {"COUNTY": County.CODE}
    now = NOW

    def __init__(self, database: Database):
        self.database = database

    @contextmanager
    def writing(self):
        with self.database.session() as session:
            yield session
            session.commit()

    @contextmanager
    def reading(self):
        with self.database.session(reads=True) as session:
            yield session

    def count(self, model) -> int:
        with self.reading() as session:
            return session.scalar(select(func.count()).select_from(model))


@pytest.fixture
def context(own_database):
    database = Database(own_database)
    yield Context(database)
    database.engine.dispose()


@pytest.fixture
def run(context):
    """Run a command line; answers (exit status, what was printed)."""
    @click.group()
    def cli():
        pass

    cli.add_command(import_commands.imports)
    cli.add_command(import_commands.template)

    def run(*arguments):
        result = CliRunner().invoke(cli, [str(argument) for argument in arguments], obj=context)
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result.exit_code, result.output
    return run


def test_from_an_empty_database_to_a_roster(run, context, tmp_path):
    sheet = tmp_path / "people.xlsx"
    assert run("import", "divisions", YUQING, "--dry-run") == (
        0, "试算 84 行，什么都没有改：将新增 84，更新 0，没变 0，撤销 0。\n")
    assert context.count(Division) == 0
    assert run("import", "divisions", YUQING, "--language", "en") == (
        0, "84 rows: 84 created, 0 updated, 0 unchanged, 0 withdrawn.\n")
    assert run("template", "people", sheet) == (0, f"{sheet}\n")
    book = openpyxl.load_workbook(BytesIO(sheet.read_bytes()))
    book["驻村干部"].append(["龙溪镇", "田坝村", None, "张三", None, "县农业农村局", "科级", "第一书记", "2026-03-01"])
    book.save(sheet)
    assert run("import", "people", sheet) == (0, "1 行：新增 1，更新 0，没变 0，撤销 0。\n")
    assert run("import", "people", sheet) == (0, "1 行：新增 0，更新 0，没变 1，撤销 0。\n")
    assert context.count(Cadre) == 1


def test_a_refused_file_prints_every_bad_row_and_leaves_nothing(run, context):
    status, printed = run("import", "divisions", UGLY)
    assert (status, context.count(Division)) == (1, 0)
    lines = printed.splitlines()
    assert lines[0] == "7 code：代码 520329001001 在第 6 行已经有了。应为：每个代码只出现一次。"
    assert (len(lines), lines[-1]) == (9, "有 8 处要改，什么都没有导入。")


def test_missing_divisions_are_listed_and_withdrawn_on_request(run, tmp_path):
    run("import", "divisions", YUQING)
    shorter = tmp_path / "shorter.csv"
    shorter.write_text("".join(line for line in YUQING.read_text().splitlines(keepends=True)
                               if not line.startswith("520329102201")))
    assert run("import", "divisions", shorter) == (
        0, "文件里没有：520329102201 田坝村村民委员会\n83 行：新增 0，更新 0，没变 83，撤销 0。\n")
    assert run("import", "divisions", shorter, "--withdraw", "--valid-from", "2026-12-01")[1].endswith("撤销 1。\n")
    assert run("import", "divisions", shorter, "--withdraw") == (0, "83 行：新增 0，更新 0，没变 83，撤销 0。\n")


def test_a_roster_as_text_is_brought_in_and_one_with_id_numbers_is_not(run, context, tmp_path):
    divisions = tmp_path / "divisions.csv"
    divisions.write_text("code,name,parent_code,level\n520000000000,贵州省,,province\n"
                         "520329000000,余庆县,520000000000,county\n"
                         "520329001000,子营街道,520329000000,township\n520329102000,龙溪镇,520329000000,township\n"
                         "520329001201,A1村,520329001000,village\n520329001202,A2村,520329001000,village\n"
                         "520329102201,B1村,520329102000,village\n520329102202,B2村,520329102000,village\n")
    assert run("import", "divisions", divisions)[0] == 0
    sheet, text = tmp_path / "people.xlsx", tmp_path / "people.csv"
    sheet.write_bytes(roster_workbook(id_numbers=("11010519491231002X",)).getvalue())
    status, printed = run("import", "people", sheet)
    assert (status, context.count(Cadre), "110105" in printed) == (1, 0, False)
    assert printed.splitlines()[0] == (
        "2026年花名册 身份证号：这一列像是身份证号码。应为：请删掉“身份证号”这一列再上传：系统不需要，也不保存。")
    text.write_bytes(roster_text().getvalue())
    assert run("import", "people", text) == (0, "5 行：新增 5，更新 0，没变 0，撤销 0。\n")


def test_a_calendar_is_brought_in_with_its_source(run, context, tmp_path):
    file, empty = tmp_path / "calendar.csv", tmp_path / "calendar.xlsx"
    file.write_bytes(calendar_text().getvalue())
    assert run("import", "calendar", file) == (
        1, "-：没有写依据的文号。应为：表里加一列“来源”，或者另填文号。\n有 1 处要改，什么都没有导入。\n")
    n = HOLIDAYS + MAKEUPS
    assert run("import", "calendar", file, "--source", SOURCE, "--dry-run")[1].startswith("试算 7 行")
    assert context.count(CalendarYear) == 0
    assert run("import", "calendar", file, "--source", SOURCE) == (0, f"7 行：新增 {n}，更新 0，没变 0，撤销 0。\n")
    assert (context.count(CalendarYear), context.count(CalendarDay)) == (1, n)
    assert run("template", "calendar", empty, "--language", "en") == (0, f"{empty}\n")
    assert openpyxl.load_workbook(empty).active["B3"].value == "Date*"
