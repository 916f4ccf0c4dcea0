"""One workbook of a month: each sheet says what its page says, a committee's has fewer, who took it is logged."""

import io
from datetime import date

import openpyxl
import pytest
from sqlalchemy import select

from api.audit import AuditEntry
from api.dashboards.figures_rules import TOPICS
from api.dashboards.workbook_tables_rules import rule_shown
from api.i18n import text
from tests.contracts.promised import publish
from tests.visits.test_visit_coverage import visit

SHEETS = ["一览", "各单位一览", "驻村", "到岗（村）", "到岗（人）", "走访", "群众诉求", "未办完的诉求", "目标承诺", "待验收事项",
          "督办", "未销号的督办", "群众评议", "派驻人数", "要谈的事", "规则"]


def take(client, code: str, month: str = "2026-11"):
    return client.post("/api/v1/exports", json={"kind": "month_workbook", "division_code": code, "month": month},
                       buffered=True)


def book_of(answer):
    assert answer.status_code == 200, answer.json
    return openpyxl.load_workbook(io.BytesIO(answer.data))


def table_of(sheet) -> list[dict]:
    """The rows of a sheet by the words of its head, which stands below title and counting period."""
    head, *rows = [[cell.value for cell in row] for row in sheet.rows][2:]
    return [dict(zip(head, row, strict=True)) for row in rows]


@pytest.fixture
def filled(county):
    """Township A with a cadre in A1 who was there on two days of a week, and a concern that waits too long."""
    zhang = county.cadre("A1", name="=张三")
    for day in (2, 3):
        county.check_in(zhang, date(2026, 11, day))
    county.concern(zhang, day=date(2026, 11, 1), kind="dispute", text="+界址不清")
    county.household("A1")
    return zhang


def test_the_first_sheet_is_the_one_look(as_user, county, filled):
    township = county.townships["A"]
    client = as_user(county.person("supervisor", township))
    book = book_of(take(client, township.code))
    assert book.sheetnames == SHEETS
    rows = iter(table_of(book["一览"]))
    for topic in TOPICS:
        shown = client.get("/api/v1/month-figures", query_string={
            "division": township.code, "month": "2026-11", "topic": topic}).json
        for figure in shown["figures"]:
            row = next(rows)
            assert row["内容"] == text("zh", f"dashboard.topic.{topic}")
            assert row["指标"] == text("zh", f"dashboard.measure.{figure['measure']}")
            assert [row["分子"], row["分母"], row["比率"], row["目标"], row["与上月相差"]] == pytest.approx(
                [figure["numerator"], figure["denominator"], figure["rate"], figure["target"], figure["change"]])
            assert (row["上月"], row["上月分母"]) == (figure["before"]["month"], figure["before"]["denominator"])
    assert next(rows, None) is None
    villages = [row["单位"] for row in table_of(book["各单位一览"])]
    assert villages == ["A1村", "A2村", "合计"]


def test_its_sheets_are_the_tables_of_the_pages(as_user, county, filled):
    township = county.townships["A"]
    client = as_user(county.person("supervisor", township))
    book = book_of(take(client, township.code))
    rates = client.get("/api/v1/on-post-rates", query_string={
        "division": township.code, "month": "2026-11", "level": "cadre"}).json
    [person, total] = table_of(book["到岗（人）"])
    assert person["驻村干部"] == "=张三"
    assert [person["应在村天数"], person["计入天数"], person["到岗率"]] == pytest.approx(
        [rates["rows"][0]["denominator"], rates["rows"][0]["numerator"], rates["rows"][0]["rate"]])
    assert (total["村"], total["应在村天数"]) == ("合计", rates["total"]["denominator"])
    [concern] = table_of(book["未办完的诉求"])
    assert (concern["内容"], concern["期限"], concern["超期"]) == ("+界址不清", "2026-11-08", "是")
    matters = [row["事实"] for row in table_of(book["要谈的事"]) if row["种类"] == "超期的诉求"]
    assert matters == ["矛盾纠纷，2026-11-01提出，2026-11-08到期，过了 12 天"]
    rules = {row["规则"]: row for row in table_of(book["规则"])}
    assert all(row["生效日期"] and row["来源"] for row in rules.values()) and len(rules) > 3
    assert not any(name.startswith("dashboard.") for name in rules)


def test_the_sheets_of_an_ended_month_are_of_its_last_day(as_user, county, filled):
    """What came later is in none of them: neither a visit of November nor an item that fell due then."""
    visit(county, filled, county.household("A1"), date(2026, 11, 10))
    publish(county, "A1", {"due_on": date(2026, 10, 10)}, {"due_on": date(2026, 11, 10)})
    book = book_of(take(as_user(county.person("supervisor")), county.CODE, "2026-10"))
    for sheet, name in (("走访率（村）", "A1村"), ("走访", "合计")):
        [row] = [row for row in ([cell.value for cell in row] for row in book[sheet].rows) if row[0] == name]
        # Of four measures each: the rate, the numerator, the denominator.
        assert (row[2::3], row[3]) == ([0, 0, 0, 0], 2)
    [item] = table_of(book["待验收事项"])
    assert item["村"] == "A1村"


def test_it_is_made_for_paper(as_user, county, filled):
    township = county.townships["A"]
    book = book_of(take(as_user(county.person("supervisor", township)), township.code))
    for sheet in book:
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape") or str(
            sheet.page_setup.paperSize) == "9"
        assert (sheet.print_title_rows, sheet.freeze_panes, sheet.page_setup.fitToHeight) == ("$3:$3", "A4", 0)
        weeks = sheet.title in ("一览", "各单位一览", "驻村", "到岗（村）", "到岗（人）", "规则")
        assert sheet["A2"].value.startswith("统计周期" if weeks else "计到 2026-11-20") or sheet.title == "要谈的事"
        assert {cell.data_type for row in sheet.rows for cell in row} <= {"s", "n"}
    rate = next(cell for cell in book["一览"][3] if cell.value == "比率").column
    assert {book["一览"].cell(row, rate).number_format for row in range(4, 8)} == {"0.0%"}


def test_a_village_takes_what_it_may_see(as_user, county, filled):
    village = county.villages["A1"]
    book = book_of(take(as_user(county.person("village", village)), village.code))
    assert {"群众诉求", "未办完的诉求", "群众评议"}.isdisjoint(book.sheetnames)
    assert {"一览", "到岗（人）", "督办", "规则"} <= set(book.sheetnames)


@pytest.mark.parametrize(("role", "place", "asked", "status"), [
    ("supervisor", "B", "A", 404), ("village", "A1", "A", 404), ("admin", None, "A", 403), ("cadre", "A1", "A1", 403)])
def test_who_may_not_see_takes_nothing(as_user, client, county, role, place, asked, status):
    places = {None: county.county, **county.townships, **county.villages}
    person = county.cadre(place) if role == "cadre" else county.person(role, places[place])
    assert take(as_user(person), places[asked].code).status_code == status
    assert take(client, county.CODE).status_code == 401


def test_who_took_it_is_in_the_log(as_user, county, filled):
    township = county.townships["A"]
    client = as_user(county.person("supervisor", township))
    assert take(client, township.code).status_code == 200
    assert take(client, township.code, "2026-12").status_code == 422
    [entry] = county.session.scalars(select(AuditEntry).where(AuditEntry.action == "export.made"))
    assert (entry.chain, entry.details["kind"], entry.details["month"]) == (township.id, "month_workbook", "2026-11")
    assert entry.details["rows"] > 20


def test_english_speaks_english(as_user, county, filled):
    person = county.person("supervisor")
    person.user.language = "en"
    book = book_of(take(as_user(person), county.CODE))
    assert book.sheetnames[0] == "One look" and book.sheetnames[-1] == "Rules"


@pytest.mark.parametrize(("key", "value", "shown"), [("basis", "week", "按周"), ("nobody_knows", 7, 7)])
def test_a_rule_without_words_is_shown_as_it_is(key, value, shown):
    def words(name, **params):
        return text("zh", name, **params)

    assert rule_shown({"key": key, "value": value}, words)["shown"] == shown
