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
from api.postings.models import Cadre, Division
from tests.conftest import NOW
from tests.county import County

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

    import_commands.register(cli)

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
