"""The month ledger, the acceptances and the record of one as files: whole, as text, for those above, and logged."""

import io
import os
from pathlib import Path

import docx
import openpyxl
import pytest
from sqlalchemy import select

from api.audit import AuditEntry
from tests.contracts.promised import publish, roster
from tests.contracts.test_acceptances import LATE, SURVEY, confirmation, found, step
from tests.contracts.test_deeds import completion, deed, report


@pytest.fixture
def people(county):
    return {"cadre": county.cadre("A1", name="张三"),
            "committee": county.person("village", county.villages["A1"], name="李支书"),
            "township": county.person("supervisor", county.townships["A"], name="赵镇长"),
            "other_township": county.person("supervisor", county.townships["B"])}


def ask(client, kind, **about):
    return client.post("/api/v1/exports", json={"kind": kind, **about}, buffered=True)


def rows(answer) -> list[list]:
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert {cell.data_type for row in sheet.rows for cell in row} <= {"s", "n"}
    return [[cell.value for cell in row] for row in sheet.rows]


def test_every_deed_of_the_month_is_a_row(as_user, county, people):
    publish(county, "A1", {})
    township, code = as_user(people["township"]), county.townships["A"].code
    township.post("/api/v1/deeds/fillings", json={"division_code": code, "month": "2026-11"})
    township.post("/api/v1/deeds", json=deed(text='=HYPERLINK("x")', due_on="2026-11-10"))
    id = township.post("/api/v1/deeds", json=deed(county.villages["A2"].code)).json["id"]
    township.post("/api/v1/deeds", json=deed(month="2026-10", due_on="2026-10-30"))
    as_user(people["township"]).post(f"/api/v1/deeds/{id}/reports", json=report(note="清完了"))
    answer = ask(township, "deeds", division_code=code, month="2026-11")
    assert rows(answer) == [
        ["村", "方面", "序号", "当月实事", "完成时限", "责任人", "进度", "完成日期", "报告人", "说明", "超期"],
        ["A1村", None, None, '=HYPERLINK("x")', "2026-11-10", None, "未办完", None, None, None, "是"],
        ["A1村", "经济发展", 1, "修通组路（1公里）", "2026-12-20", "李支书", "未办完", None, None, None, None],
        ["A2村", None, None, "清理河道", "2026-11-28", None, "已办完", "2026-11-19", "赵镇长", "清完了", None]]
    [entry] = county.session.scalars(select(AuditEntry).where(AuditEntry.action == "export.made"))
    assert (entry.subject, entry.details) == (
        f"division:{code}", {"kind": "deeds", "format": "xlsx", "month": "2026-11", "rows": 3})
    own = ask(as_user(people["committee"]), "deeds", division_code=county.villages["A1"].code, month="2026-11")
    assert len(rows(own)) == 3
    assert ask(township, "deeds", division_code=code).status_code == 422


@pytest.fixture
def accepted(as_user, county, people):
    """An acceptance of a major item, surveyed and confirmed; answers its id."""
    [line] = publish(county, "A1", {"due_on": LATE, "is_major": True})
    ids, client = roster(county), as_user(people["township"])
    as_user(people["cadre"]).post("/api/v1/completions", json=completion(line))
    id = client.post("/api/v1/acceptances", json=found(line, ids, verdict="partly")).json["id"]
    for body in (step("surveyed", details=SURVEY),
                 {**confirmation(ids, verdict="partly"), "note": "三组还差200米，限期补齐"}):
        assert client.post(f"/api/v1/acceptances/{id}/steps", json=body).status_code == 201
    return id


def test_every_acceptance_is_a_row(as_user, county, people, accepted):
    answer = ask(as_user(people["township"]), "acceptances", division_code=county.townships["A"].code)
    assert rows(answer)[1:] == [[
        "A1村", "经济发展", 1, "修通组路", "混凝土路面，宽3.5米", 4, 4.05, "公里", "2026-11-10", "2026-11-18", "2026-11-19",
        "三组组路", "部分达到", "全线贯通，宽3.5米", "周主任，吴一", "8/10", "18/20", "已确认", "2026-11-20", "部分达到", None]]


def test_the_record_of_an_acceptance_says_what_was_promised_found_and_decided(as_user, county, people, accepted):
    answer = ask(as_user(people["committee"]), "acceptance", acceptance_id=accepted)
    assert answer.status_code == 200
    if os.environ.get("ZHUCUN_KEEP"):
        Path(os.environ["ZHUCUN_KEEP"], "acceptance.docx").write_bytes(answer.data)
    paper = docx.Document(io.BytesIO(answer.data))
    text = "\n".join([*(one.text for one in paper.paragraphs),
                      *(cell.text for table in paper.tables for row in table.rows for cell in row.cells)])
    for said in ("目标承诺事项验收单", "A1村　2026年度目标承诺责任书　第1项", "修通组路", "4公里", "4.05公里", "2026年11月10日",
                 "全线贯通，宽3.5米", "周主任，吴一，郑二", "部分达到", "三组还差200米，限期补齐", "16"):
        assert said in text
    [entry] = county.session.scalars(select(AuditEntry).where(AuditEntry.action == "export.made"))
    assert (entry.subject, entry.details["kind"]) == (f"acceptance:{accepted}", "acceptance")


def test_a_record_that_is_not_confirmed_yet_leaves_room_for_it(as_user, county, people):
    [line] = publish(county, "A1", {"due_on": LATE, "is_major": True, "standard": None, "target_hundredths": None})
    client = as_user(people["township"])
    id = client.post("/api/v1/acceptances", json=found(line, roster(county), measured=None)).json["id"]
    answer = ask(client, "acceptance", acceptance_id=id)
    paper = docx.Document(io.BytesIO(answer.data))
    assert len(paper.tables) == 4
    assert [cell.text for cell in paper.tables[2].rows[1].cells] == ["党员", "", "", "", "", ""]


@pytest.mark.parametrize(("kind", "who", "status"), [
    ("deeds", "cadre", 404), ("deeds", "other_township", 404), ("acceptances", "cadre", 404),
    ("acceptances", "committee", 404), ("acceptances", "other_township", 404)])
def test_nobody_else_takes_a_table(as_user, county, people, client, kind, who, status):
    about = {"division_code": county.townships["A"].code, "month": "2026-11"}
    assert ask(as_user(people[who]), kind, **about).status_code == status
    assert ask(client, kind, **about).status_code == 401


def test_who_does_not_see_an_acceptance_does_not_print_it(as_user, county, people, accepted):
    assert ask(as_user(people["cadre"]), "acceptance", acceptance_id=accepted).status_code == 200
    for person in (people["other_township"], county.cadre("A2")):
        assert ask(as_user(person), "acceptance", acceptance_id=accepted).status_code == 404
    assert ask(as_user(people["township"]), "acceptance").status_code == 422
