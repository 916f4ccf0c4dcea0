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
from api.photos import service as photos_service
from api.photos.store_service import PhotoStore
from api.postings.models import Cadre, Policy
from api.tables import SECRETS, STAYS
from tests.county import County
from tests.photos.pictures import from_a_camera, sha256
from tests.test_openapi import operations

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


def cells(page: str, before: str, after: str) -> list[str]:
    """The texts that stand between two tags of a page."""
    return [html.unescape(text).strip() for text in re.findall(f"{before}(.*?){after}", page, re.DOTALL)]


def functions_in(language: str) -> list[tuple[str, str]]:
    """Each function with what it is for."""
    return [(i18n.text(language, f"about.function.{key}.name"), i18n.text(language, f"about.function.{key}.text"))
            for key in about.function_book()["functions"]]


def data_in(language: str, days: int) -> list[list[str]]:
    """Each kind of data: what, why, how long, seen by whom."""
    return [[i18n.text(language, f"about.data.{one['key']}.{column}", days=days)
             for column in ("name", "why", "kept", "seen")] for one in about.function_book()["data"]]


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_the_page_tells_what_each_function_is_for_and_who_sees_each_kind_of_data(
        make_app, connection, county, language):
    county.session.commit()
    client = make_app(bind=connection).test_client()
    days = client.get("/api/v1/application-facts").json["coordinates_days"]
    page = client.get(f"/about/functions?language={language}").get_data(as_text=True)
    explained = list(zip(cells(page, "<dt>", "</dt>"), cells(page, "<dd>", "</dd>"), strict=True))
    assert explained[-len(functions_in(language)):] == functions_in(language)
    assert cells(page, '<th scope="col">', "</th>") == [
        i18n.text(language, f"about.column.{column}") for column in ("name", "why", "kept", "seen")]
    found = cells(page, "<td>", "</td>")
    assert [found[first:first + 4] for first in range(0, len(found), 4)] == data_in(language, days)


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_no_purpose_and_no_reader_is_left_blank(language):
    assert [name for name, purpose in functions_in(language) if purpose.strip() in ("", name)] == []
    assert [row[0] for row in data_in(language, 90) if not all(map(str.strip, row))] == []


@pytest.mark.parametrize("number", ["黔政务应用〔2026〕7号", ""])
@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_the_page_gives_the_filing_number_once_there_is_one(make_app, connection, language, number):
    client = make_app(bind=connection, FILING_NUMBER=number, HOST_UNIT="组织部", HOTLINE="0851-0000").test_client()
    page = client.get(f"/about/functions?language={language}").get_data(as_text=True)
    facts = dict(zip(cells(page, "<dt>", "</dt>"), cells(page, "<dd>", "</dd>")))
    unset = i18n.text(language, "about.unset")
    assert facts[i18n.text(language, "about.fact.filing")] == (number or unset)
    assert client.get("/api/v1/application-facts").json["filing_number"] == number


def test_every_area_of_the_api_belongs_to_a_function_of_the_list(shared_app):
    listed = {area for areas in about.function_book()["functions"].values() for area in areas}
    document = shared_app.test_client().get("/openapi.json").json
    assert listed == {tag for _name, operation in operations(document) for tag in operation["tags"]}


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


@pytest.mark.parametrize(("number", "shown"), [("黔政务应用〔2026〕7号", "黔政务应用〔2026〕7号"), ("", "（待填写）")])
def test_a_filing_lists_functions_data_and_what_is_absent_and_gives_its_number(
        own_database, own_county, tmp_path, monkeypatch, number, shown):
    monkeypatch.setenv("ZHUCUN_FILING_NUMBER", number)
    told = run(own_database, tmp_path, "filing-pack", str(tmp_path / "pack"))
    assert ("ZHUCUN_FILING_NUMBER" in told) == (not number)
    document = docx.Document(tmp_path / "pack" / "filing.docx")
    lines = [paragraph.text for paragraph in document.paragraphs]
    functions, absent, data = (lines.index(i18n.text("zh", f"about.{part}"))
                               for part in ("functions", "absent", "data"))
    assert lines[functions + 1:absent] == [f"{name}：{purpose}" for name, purpose in functions_in("zh")]
    assert lines[absent + 1:data] == [i18n.text("zh", f"about.absent.{key}") for key in about.function_book()["absent"]]
    rows = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    days = own_county.session.scalar(select(Policy.value).where(Policy.key == "coordinates_days"))
    assert [table[1:] for table in rows if table[0][-1] == "谁能看"] == [data_in("zh", days)]
    assert ["备案编号", shown] in rows[0]


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
              for table in Base.metadata.tables.values() if table.name not in STAYS}
    own_county.session.commit()
    with zipfile.ZipFile(path) as archive:
        # Not a word of the urn, whatever is in it.
        assert not any(name in member for member in archive.namelist() for name in STAYS)
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


def test_photos_are_taken_away_as_they_were_sent(own_county, own_database, tmp_path):
    person, photo = own_county.cadre("A1"), from_a_camera()
    name = sha256(photo)
    stored = photos_service.store_picture(PhotoStore(tmp_path / "photos"), sha256=name, data=photo)
    photos_service.record_photo(own_county.session, sha256=name, size_bytes=len(photo), picture=stored,
                                user_id=person.user.id, now=own_county.now)
    own_county.session.commit()
    assert "1 photos" in run(own_database, tmp_path, "export-all", str(tmp_path / "all.zip"))
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        # Small copies and the files on which processes take turns are no records.
        assert [one for one in archive.namelist() if one.startswith("photos/")] == [f"photos/{name}"]
        assert archive.read(f"photos/{name}") == photo
        assert [row["sha256"] for row in json.loads(archive.read("json/photos.json"))] == [name]


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
