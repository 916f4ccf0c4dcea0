"""Supervision notices as files, and where the QR code of the printed one leads."""

import io
import zipfile
from datetime import timedelta
from uuid import uuid4

import docx
import openpyxl
import pytest
from sqlalchemy import select

from api.audit import AuditEntry
from tests.conftest import NOW

PATH = "/api/v1/exports"


@pytest.fixture
def township(county):
    return county.person("supervisor", county.townships["A"])


def test_the_workbook_has_a_row_for_each_issued_notice(as_user, county, township):
    late = county.notice(state="served", due_on=NOW.date() - timedelta(days=1), title="=清理河道")
    county.notice(state="drafted"), county.notice("B1", "served"), county.notice("A2", "struck_off")
    body = {"kind": "notices", "division_code": county.townships["A"].code}
    answer = as_user(township).post(PATH, json=body, buffered=True)
    assert answer.status_code == 200
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.data)).active.values)
    assert [row[:6] for row in rows] == [
        ("编号", "村", "事项", "来源", "状态", "下发日期"),
        ("余庆县子营街道督字〔2026〕1号", "A1村", "=清理河道", "其他", "已签收，整改中", "2026-11-20"),
        ("余庆县子营街道督字〔2026〕2号", "A2村", "关于整治河道垃圾的督办通知", "其他", "已销号", "2026-11-20")]
    assert rows[1][6:9] == (late.due_on.isoformat(), "是", 0)
    entry = county.session.scalars(select(AuditEntry).where(AuditEntry.action == "export.made")).one()
    assert entry.details == {"kind": "notices", "format": "xlsx", "rows": 2}


@pytest.mark.parametrize(("who", "status"), [
    ("township", 200), ("committee", 200), ("cadre", 200), ("neighbour", 404), ("admin", 404)])
def test_the_printed_form_goes_to_whoever_sees_the_notice(as_user, county, township, who, status):
    people = {"township": township, "committee": county.person("village", county.villages["A1"]),
              "cadre": county.cadre("A1"), "neighbour": county.cadre("A2"), "admin": county.person("admin")}
    id = county.notice(state="reported").id
    answer = as_user(people[who]).post(PATH, json={"kind": "notice", "notice_id": str(id)}, buffered=True)
    assert answer.status_code == status
    if status == 200:
        document = docx.Document(io.BytesIO(answer.data))
        text = "\n".join([*(one.text for one in document.paragraphs), *(
            cell.text for table in document.tables for row in table.rows for cell in row.cells)])
        for part in ("督办通知单", "余庆县子营街道督字〔2026〕1号", "河道有垃圾三处", "2026年11月27日", "镇环保站", "县委组织部",
                     "督办单位：子营街道（盖章）", "村两委（盖章）", "已办"):
            assert part in text
        # The QR code.
        assert [name for name in zipfile.ZipFile(io.BytesIO(answer.data)).namelist() if name.endswith(".png")]


def test_the_page_of_the_code_says_nothing_by_itself(app):
    client = app.test_client()
    page = client.get(f"/notices/{uuid4()}")
    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert "opening.js" in page.text and "督办" not in page.text
    assert client.get("/notices/7").status_code == 404
