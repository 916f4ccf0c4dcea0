"""What the application says of itself, what a filing gets, what everything taken away holds; and what is not there."""

import csv
import html
import io
import json
import re
import zipfile
from datetime import UTC, date, datetime
from importlib import metadata

import docx
import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from api import about, i18n
from api.backup_open_formats import write_everything
from api.cli import cli
from api.db import Base
from api.postings.models import Cadre, Policy
from api.tables import SECRETS
from tests.county import County

# What the 2026 rule bans, in the names that programs give such things.
BANNED = re.compile(r"rank(ing)?s?$|leaderboard|points?$|score|online_|duration|heartbeat|track|install|like_count|"
                    r"clock_(in|out)|league")
# A rank is a cadre's grade in the service (级别); a week that is `on_track` can still be met.
OTHER_MEANINGS = {"rank", "on_track"}


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_the_page_lists_functions_data_and_what_is_absent(make_app, connection, language):
    client = make_app(bind=connection, HOST_UNIT="余庆县委组织部", HOTLINE="0851-0000").test_client()
    answer = client.get(f"/about/functions?language={language}")
    page = html.unescape(answer.get_data(as_text=True))
    book = about.function_book()
    assert answer.status_code == 200 and "<script" not in page and "余庆县委组织部" in page and "0851-0000" in page
    for key in book["absent"]:
        assert i18n.text(language, f"about.absent.{key}") in page
    for one in book["data"]:
        assert i18n.text(language, f"about.data.{one['key']}.name") in page
    assert not re.search(r"about\.(function|data|absent|fact|column)\.", page)


def test_every_table_with_persons_is_in_the_data_list():
    book = about.function_book()
    listed = {table for one in book["data"] for table in one["tables"]} | set(book["without_persons"])
    assert listed == set(Base.metadata.tables)


def test_a_closing_day_makes_a_notice(make_app, connection):
    closing = make_app(bind=connection, CLOSES_ON=date(2030, 12, 31)).test_client()
    # Without a database: what becomes of the data is told to the end.
    open_one = make_app().test_client()
    assert "没有停用计划" in open_one.get("/about/shutdown").get_data(as_text=True)
    assert "2030-12-31" in closing.get("/about/shutdown").get_data(as_text=True)
    assert "2030-12-31" in closing.get("/about/functions").get_data(as_text=True)


def test_the_page_names_the_county_and_its_own_days(make_app, connection, county):
    county.session.add(Policy(division_id=county.county.id, key="coordinates_days", value=30, source="县里的规定",
                              effective_from=date(2026, 1, 5), set_at=datetime(2026, 1, 1, tzinfo=UTC)))
    county.session.commit()
    client = make_app(bind=connection, HOST_UNIT="组织部", CLOSES_ON=date(2026, 1, 1)).test_client()
    page = html.unescape(client.get("/about/functions").get_data(as_text=True))
    assert f"{county.county.name} {county.county.code}" in page and "30 天后自动删除" in page
    assert "本系统已于 2026-01-01 停用" in page
    assert client.get("/api/v1/application-facts").json == {
        "host_unit": "组织部", "county": {"code": county.county.code, "name": county.county.name, "level": "county"},
        "filing_number": "", "hotline": "", "version": metadata.version("zhucun"), "closes_on": "2026-01-01",
        "coordinates_days": 30}


def run(url, folder, *arguments):
    result = CliRunner().invoke(cli, list(arguments), env={
        "DATABASE_URL": url, "ZHUCUN_COUNTY": County.CODE, "ZHUCUN_VAR": str(folder), "ZHUCUN_HOST_UNIT": "组织部"})
    assert result.exit_code == 0, result.output
    return result.output


def test_a_filing_has_its_five_parts_and_an_assessment(own_database, own_county, tmp_path, monkeypatch):
    own_county.cadre("A1")
    own_county.cadre("A1", to_on=date(2026, 11, 1))
    person = own_county.person("supervisor", own_county.townships["A"])
    own_county.grant(person, "supervisor", own_county.townships["B"])
    own_county.session.commit()
    monkeypatch.setenv("ZHUCUN_ORIGINS", "https://zhucun.example.gov.cn")
    told = run(own_database, tmp_path, "filing-pack", str(tmp_path / "pack"))
    # Whoever files hears what stays blank, and why.
    assert "ZHUCUN_HOTLINE, ZHUCUN_FILING_NUMBER." in told and "ZHUCUN_HOST_UNIT" not in told
    texts = {path.name: "\n".join(node.text or "" for node in docx.Document(path).element.body.iter()
                                  if node.tag.endswith("}t")) for path in (tmp_path / "pack").iterdir()}
    filing = texts["filing.docx"]
    assert all(part in filing for part in ("基本情况", "立项审批", "功能和数据", "运行和安全", "其他", "组织部"))
    # Whom it is for and where it is opened the system knows itself.
    assert "驻村干部 1 人，督查 1 人" in filing and "https://zhucun.example.gov.cn" in filing
    assert not re.search(r"(filing|about|assessment)\.[a-z_.]+", filing + texts["impact-assessment.docx"])
    assert "第五十五条" in texts["impact-assessment.docx"]


def test_writers_go_on_while_everything_is_taken_away(own_database, own_county, tmp_path):
    own_county.session.commit()

    def write(name, _rows):
        if name == "cadres":
            own_county.cadre("A1")
            own_county.session.commit()

    rows, _photos = write_everything(tmp_path / "all.zip", url=own_database, var=tmp_path, after_table=write)
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        # One moment for all tables: the cadre who came meanwhile has no posting in it either.
        assert json.loads(archive.read("json/cadres.json")) == json.loads(archive.read("json/postings.json")) == []
    assert rows > 0 and own_county.session.scalar(select(func.count()).select_from(Cadre)) == 1


def test_everything_can_be_taken_away_but_secrets(own_county, own_database, tmp_path):
    person = own_county.cadre("A1", name="=HYPERLINK(1)")
    own_county.check_in(person, date(2026, 11, 18))
    own_county.token(person)
    own_county.session.commit()
    path = tmp_path / "all.zip"
    run(own_database, tmp_path, "export-all", str(path))
    counts = {table.name: own_county.session.scalar(select(func.count()).select_from(table))
              for table in Base.metadata.tables.values()}
    own_county.session.commit()
    with zipfile.ZipFile(path) as archive:
        for name, count in counts.items():
            assert len(json.loads(archive.read(f"json/{name}.json"))) == count
            rows = list(csv.reader(io.StringIO(archive.read(f"csv/{name}.csv").decode("utf-8-sig"))))
            assert len(rows) == count + 1
            assert not {column for table, column in SECRETS if table == name} & set(rows[0])
        assert "'=HYPERLINK(1)" in archive.read("csv/users.csv").decode("utf-8-sig")
        assert {"columns.csv", "README.txt"} <= set(archive.namelist())
        listed = list(csv.reader(io.StringIO(archive.read("tables.csv").decode("utf-8-sig"))))[1:]
        assert {name: int(rows) for name, _meaning, rows in listed} == counts
        assert [name for name, meaning, _rows in listed if not meaning or "." in meaning] == []
    assert [left for left in tmp_path.iterdir() if left.name.startswith(".")] == []
    result = CliRunner().invoke(cli, ["export-all", str(path)], env={
        "DATABASE_URL": own_database, "ZHUCUN_COUNTY": County.CODE, "ZHUCUN_VAR": str(tmp_path)})
    assert result.exit_code != 0


def names_in(node):
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "properties" and isinstance(value, dict):
                yield from value
            yield from names_in(value)
    elif isinstance(node, list):
        for value in node:
            yield from names_in(value)


def test_nothing_banned_is_in_the_api(make_app):
    document = make_app().test_client().get("/openapi.json").json
    fields = set(names_in(document)) - OTHER_MEANINGS
    parts = {part for path in document["paths"] for part in path.split("/")}
    parameters = {one["name"] for item in document["paths"].values() for operation in item.values()
                  if isinstance(operation, dict) for one in operation.get("parameters", [])}
    assert sorted(name for name in fields | parts | parameters if BANNED.search(name.replace("-", "_"))) == []
    # No list can be put in an order by a figure, and no body asks for a photo.
    assert {"sort", "order", "order_by", "sort_by"} & (parameters | fields) == set()
    required = {name for schema in document["components"]["schemas"].values() for name in schema.get("required", [])}
    assert [name for name in required if "photo" in name or "sha256" in name] == []
