"""Every table of the dashboards as a file: what its list shows to the user and no more, as text, logged."""

import csv
import io
from datetime import date
from functools import partial
from uuid import uuid4

import openpyxl
import pytest
from sqlalchemy import select

from api import i18n
from api.answers import Answer
from api.audit import COUNTY_CHAIN, AuditEntry
from api.dashboards.matter_sentences_rules import said_of
from api.dashboards.orders_service import Order
from api.dashboards.table_registry_rules import TABLES
from api.dashboards.tables_rules import Col, cells, reach
from api.dashboards.tables_service import pages_of, table_taking
from api.errors import Unprocessable
from tests.checkin.test_leave import leave, step
from tests.columns import as_rows


def take(client, kind: str, code: str, **more):
    body = {"kind": kind, "division_code": code, **({"month": "2026-11"} if TABLES[kind].period else {}), **more}
    return client.post("/api/v1/exports", json=body, buffered=True)


def sheet_of(answer):
    assert answer.status_code == 200, answer.json
    return openpyxl.load_workbook(io.BytesIO(answer.data)).active


def rows_of(answer) -> list[list]:
    """The rows below the title and the heads."""
    return [[cell.value for cell in row] for row in sheet_of(answer).rows][2:]


def logged(county) -> list[AuditEntry]:
    return list(county.session.scalars(select(AuditEntry).where(AuditEntry.action == "export.made")))


def words(key: str, **_params) -> str:
    return f"<{key}>"


@pytest.mark.parametrize(("path", "value"), [
    ("name", "甲"), ("of.name", "乙"), ("many.name", ["丙", "丁"]), ("many.#", 2), ("many.-1.name", "丁"),
    ("none.name", None),
    ("empty.-1.name", None), ("empty.name", []), ("many.further.name", [["戊"], []])])
def test_where_a_path_leads(path, value):
    row = {"name": "甲", "of": {"name": "乙"}, "none": None, "empty": [],
           "many": [{"name": "丙", "further": [{"name": "戊"}]}, {"name": "丁", "further": []}]}
    assert reach(row, path) == value


@pytest.mark.parametrize(("value", "column", "cell"), [
    ("a", Col("x"), "a"), ("", Col("x"), None), (None, Col("x", words="w"), None), (0, Col("x"), 0),
    (0.5, Col("x"), 0.5),
    (True, Col("x"), "<export.yes>"), (False, Col("x"), None), ("a", Col("x", words="w"), "<w.a>"),
    (["a", "b"], Col("x", words="w"), "<w.a><form.comma><w.b>"), ([], Col("x"), None), ([None], Col("x"), None),
    ([["a"], []], Col("x"), "a"), ("2026-11-20T16:30:00Z", Col("x", form="instant"), "2026-11-21 00:30")])
def test_what_stands_in_a_cell(value, column, cell):
    assert cells({"x": value}, [column], words) == [cell]


def resolved(schema: dict, document: dict) -> dict:
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
    if "anyOf" in schema:
        return resolved(next(one for one in schema["anyOf"] if one.get("type") != "null"), document)
    return schema


def at(schema: dict, path: str, document: dict) -> dict:
    """The schema of what a path leads to; a KeyError where the answer has no such part."""
    for name in path.split("."):
        schema = resolved(schema, document)
        if name == "#":
            return {"type": "integer"}
        if "items" in schema:
            schema = resolved(schema["items"], document)
        if name != "-1":
            schema = schema["properties"][name] if "properties" in schema else schema["additionalProperties"]
    return resolved(schema, document)


@pytest.mark.parametrize("kind", TABLES)
def test_each_column_is_a_part_of_what_the_list_answers(shared_app, kind):
    document = shared_app.test_client().get("/openapi.json").json
    table = TABLES[kind]
    operation = document["paths"]["/api/v1/" + table.path]["get"]
    asked = {one["name"] for one in operation.get("parameters", [])}
    asked |= {one["name"] for one in document["paths"]["/api/v1/" + table.path].get("parameters", [])}
    period = {"": set(), "from_to": {"from", "to"}}.get(table.period, {table.period})
    assert {*table.needs, *table.fixed, *period, *([table.division_as] if table.division_as else [])} <= asked
    answer = operation["responses"]["200"]["content"]["application/json"]["schema"]
    rows = at(answer, table.rows, document)
    # The map's villages come as columns, which `prepare` makes rows of.
    row = rows if table.prepare and "properties" in rows else rows["items"]
    if table.total:
        assert at(answer, table.total, document)
    # What is put together has tests of its own.
    for column in () if table.prepare else table.columns:
        values = at(row, column.path or column.key, document)
        for language in i18n.LANGUAGES:
            assert i18n.has_text(language, column.heading), column
            assert i18n.has_text(language, f"export.kind.{kind}")
            assert all(i18n.has_text(language, f"{column.words}.{value}")
                       for value in values.get("enum", ()) if column.words and value is not None), column


def test_the_leaves_are_those_of_the_list(as_user, county):
    zhang, township = county.cadre("A1", name="=HYPERLINK(1)"), county.townships["A"]
    boss = as_user(county.person("supervisor", township, name="镇长"))
    first = as_user(zhang).post("/api/v1/leaves", json=leave(reason="+家里有事")).json
    as_user(county.cadre("B1")).post("/api/v1/leaves", json=leave())
    assert step(boss, first["id"], "approved").status_code == 201
    answer = take(boss, "leaves", township.code, filters={"state": "approved"})
    sheet = sheet_of(answer)
    assert [[cell.value for cell in row] for row in sheet.rows] == [
        ["子营街道  请假和公出（2026-11-20 导出）", *[None] * 10],
        ["驻村干部", "种类", "从", "到", "天数", "返回日期", "原因", "状态", "最近一步由", "最近一步时间", "最近一步说明"],
        ["=HYPERLINK(1)", "事假", "2026-11-24", "2026-11-25", 2, None, "+家里有事", "已批", "镇长", "2026-11-20 10:00", None]]
    assert {cell.data_type for row in sheet.rows for cell in row} <= {"s", "n"}
    assert (sheet.freeze_panes, sheet.print_title_rows, sheet.page_setup.orientation) == ("A3", "$2:$2", "landscape")
    [entry] = logged(county)
    assert (entry.chain, entry.subject, entry.details) == (township.id, f"division:{township.code}", {
        "kind": "leaves", "format": "xlsx", "filters": {"state": "approved"}, "rows": 1})
    text = take(boss, "leaves", township.code, format="csv")
    lines = list(csv.reader(io.StringIO(text.data.decode("utf-8-sig"))))
    assert [line[0] for line in lines] == ["驻村干部", "'=HYPERLINK(1)"] and lines[1][6] == "'+家里有事"


@pytest.mark.parametrize("connection", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("kind", "rows", "turn"), [
    ("contracts", "contracts", lambda page: ({}, {"X-Pagination": f'{{"total_pages": 3, "page": {page}}}'})),
    ("submitted_reports", "reports", lambda page: ({"next_page": page + 1 if page < 3 else None}, {})),
    ("diary_entries", "entries", lambda page: ({"next": "abc" if page < 3 else None}, {}))])
def test_a_list_is_asked_until_it_has_no_more(county, kind, rows, turn):
    asked = []

    def ask(path, query):
        asked.append((path, query["page"], query["division"], query.get("kind")))
        body, headers = turn(query["page"])
        return Answer({**body, rows: [{"kind": "month", "cadre": {"name": str(query["page"])}}] * 2}, headers)

    order = Order(kind, "csv", "zh", 1, county.now, county.now.date())
    taking = table_taking(ask=ask, division=county.county, month_on=date(2026, 11, 1), order=order,
                          filters={"kind": "month", "division": "000000000000"})
    assert asked == [(f"/api/v1/{TABLES[kind].path}", page, county.CODE, "month") for page in (1, 2, 3)]
    with taking.export.file as file:
        assert (taking.details["rows"], len(file.read().splitlines())) == (6, 7)


@pytest.mark.parametrize("bad", ["../../me", "a/b", "", " "])
def test_a_filter_that_stands_in_the_path_leads_nowhere_else(as_user, county, bad):
    client = as_user(county.person("supervisor"))
    assert take(client, "rating_villages", county.CODE, filters={"campaign_id": bad}).status_code in (404, 422)
    assert take(client, "rating_villages", county.CODE, filters={"campaign_id": str(uuid4())}).status_code == 404
    assert take(client, "rating_villages", county.CODE).status_code == 422
    assert logged(county) == []


def test_what_the_list_refuses_is_refused_in_its_words(as_user, county):
    answer = take(as_user(county.person("supervisor")), "leaves", county.CODE, filters={"state": "gone"})
    assert (answer.status_code, list(answer.json["errors"]["query"])) == (422, ["state"])


def test_a_check_that_nobody_below_knows_of_is_noted_with_the_county(as_user, county):
    township = county.townships["A"]
    assert take(as_user(county.person("supervisor")), "spot_checks", township.code).status_code == 200
    assert [entry.chain for entry in logged(county)] == [COUNTY_CHAIN]


@pytest.mark.parametrize("connection", ["sqlite"], indirect=True)
@pytest.mark.parametrize("kind", sorted(kind for kind in TABLES if not TABLES[kind].needs))
@pytest.mark.parametrize(("role", "place", "asked"), [
    ("supervisor", None, None), ("supervisor", "A", "A"), ("supervisor", "B", "A"), ("village", "A1", "A1"),
    ("village", "A2", "A1"), ("cadre", "A1", "A1"), ("admin", None, "A"), ("discipline", None, "A"),
    ("auditor", None, "A")])
def test_whoever_the_list_turns_away_gets_no_file(as_user, county, kind, role, place, asked):
    places = {None: county.county, **county.townships, **county.villages}
    client = as_user(county.cadre(place) if role == "cadre" else county.person(role, places[place]))
    table, code = TABLES[kind], places[asked].code
    period = {"month": "2026-11"} if table.period == "month" else {}
    listed = client.get(f"/api/v1/{table.path}", query_string={
        table.division_as or "division": code, **table.fixed, **period})
    taken = take(client, kind, code)
    if listed.status_code == 200:
        # A list that is everybody's own has no division; the log has, and it lies within a grant of who asks.
        assert taken.status_code == (404 if (place, asked) in (("B", "A"), ("A2", "A1")) else 200), taken.json
    else:
        assert taken.status_code in {listed.status_code, 404, 403}


def test_matters_are_told_in_the_sentences_of_the_page(as_user, county):
    county.concern(county.cadre("A1"), day=date(2026, 11, 1), kind="dispute")
    client = as_user(county.person("supervisor", county.townships["A"]))
    rows = rows_of(take(client, "matters", county.townships["A"].code, filters={"kind": "concern_overdue"}))
    assert rows == [["超期的诉求", "A1村", None, "矛盾纠纷，2026-11-01提出，2026-11-08到期，过了 12 天"]]


def test_a_villages_calendar_is_a_grid_of_signs(as_user, county):
    zhang = county.cadre("A1", name="张三", from_on=date(2026, 11, 9))
    county.check_in(zhang, date(2026, 11, 10))
    county.check_in(zhang, date(2026, 11, 11), fix=False)
    client = as_user(county.person("village", county.villages["A1"]))
    sheet = sheet_of(take(client, "day_calendar", county.villages["A1"].code))
    head, row = [[cell.value for cell in one] for one in sheet.rows][1:]
    assert (head[:4], head[-1], row[:2]) == (["驻村干部", "村", "1", "2"], "31", ["张三", "A1村"])
    assert {day: sign for day, sign in zip(head[2:], row[2:], strict=True) if sign} == {"10": "✓", "11": "待"}


def test_days_of_one_cadre_are_noted_with_the_county(as_user, county):
    """The list is of a cadre, wherever posted: the division that is asked for says nothing of it."""
    cadre = county.cadre("B1")
    client = as_user(county.person("supervisor"))
    assert take(client, "cadre_days", county.townships["A"].code,
                filters={"cadre_id": str(cadre.cadre.id)}).status_code == 200
    assert [entry.chain for entry in logged(county)] == [COUNTY_CHAIN]


def test_the_pledges_of_one_cadre_are_the_file_beside_them(as_user, county):
    clients = {name: county.cadre("A1", name=name) for name in ("张三", "李四")}
    for cadre in clients.values():
        assert as_user(cadre).post("/api/v1/pledges", json={
            "id": str(uuid4()), "text": "走遍困难户", "from_on": "2026-11-20", "to_on": None}).status_code == 201
    boss, code = as_user(county.person("supervisor")), county.villages["A1"].code
    one = take(boss, "pledges", code, filters={"cadre_id": str(clients["李四"].cadre.id)})
    assert [row[0] for row in rows_of(one)] == ["李四"]
    assert [row[0] for row in rows_of(take(boss, "pledges", code))] == ["张三", "李四"]


def test_what_somebody_looked_for_in_diaries_stays_out_of_the_log(as_user, county):
    client = as_user(county.person("supervisor"))
    assert take(client, "diary_entries", county.CODE, filters={"q": "王五 精神病"}).status_code == 200
    assert [entry.details["filters"] for entry in logged(county)] == [{"q": True}]


def asked_with(kind: str, county, body: dict, **filters) -> list[dict]:
    """What the list of a table is asked."""
    asked = []

    def ask(_path, query):
        asked.append(dict(query))
        return Answer(body, {"X-Pagination": '{"total_pages": 1}'})

    list(pages_of(TABLES[kind], ask, division=county.county, month_on=None, filters=filters))
    return asked


def test_nobody_but_the_file_says_how_a_list_is_paged(county):
    [asked] = asked_with("leaves", county, {"leaves": []}, page_size="1", page="7", cursor="abc")
    assert (asked["page_size"], asked["page"], asked.get("cursor")) == (100, 1, None)


def test_a_list_that_was_cut_makes_no_file(county):
    with pytest.raises(Unprocessable, match="too_many_for_file"):
        asked_with("waiting_days", county, {"days": [], "more": True}, **{"from": "2026-11-01", "to": "2026-11-20"})


def test_the_villages_of_the_map_are_those_of_its_list(as_user, county):
    county.cadre("A1")
    client = as_user(county.person("supervisor"))
    listed = as_rows(client.get("/api/v1/map-villages", query_string={
        "division": county.CODE, "month": "2026-11", "measure": "posts_filled"}).json["villages"])
    rows = rows_of(take(client, "map_villages", county.CODE, filters={"measure": "posts_filled"}))
    assert rows == [[one["code"], one["name"], one["households"], i18n.text("zh", "dashboard.measure.posts_filled"),
                     one["numerator"] / one["denominator"], one["numerator"], one["denominator"]] for one in listed]
    assert [row[5] for row in rows] == [1, 0, 0, 0]


@pytest.mark.parametrize(("kind", "facts", "said"), [
    ("households_unvisited", {"households": 3, "days": 90, "never": 1}, "3 户超过 90 天没有走访到，其中 1 户一次也没有"),
    ("households_unvisited", {"households": 3, "days": 90, "never": 0}, "3 户超过 90 天没有走访到"),
    ("village_unvisited", {"households": 9}, "9 户，本季度还没有走访"),
    ("post_vacant", {"posted": 0, "minimum": 2, "missing": 2}, "没有人驻村，规定 2 人"),
    ("post_vacant", {"posted": 1, "minimum": 2, "missing": 1}, "驻村 1 人，规定 2 人，还少 1 人"),
    ("notice_overdue", {"title": "修路", "due_on": "2026-11-08", "days_over": 2}, "修路，2026-11-08到期，过了 2 天"),
    ("photo_repeat", {"used_on": "2026-11-08", "record_kind": "visit"}, "2026-11-08的走访里有一张以前用过的照片"),
    ("week_missed", {"monday": "2026-11-02", "required": 4, "stationed": 1, "need": 3},
     "2026-11-02 起的一周：要 4 天，在村 1 天，差 3 天"),
    ("oddity", {"first_on": "2026-11-02", "last_on": "2026-11-05", "day_count": 3},
     "2026-11-02 至 2026-11-05 的记录，共 3 天")])
def test_each_kind_of_matter_has_its_sentence(kind, facts, said):
    assert said_of(kind, facts, partial(i18n.text, "zh")) == said
