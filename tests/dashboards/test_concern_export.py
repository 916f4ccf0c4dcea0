"""The concerns of a division as a workbook: every one, as text, for supervisors only, and logged."""

import io
from datetime import date
from uuid import uuid4

import openpyxl
import pytest
from sqlalchemy import select

from api.audit import AuditEntry


def ask(client, code, **more):
    return client.post("/api/v1/exports", json={"kind": "concerns", "division_code": code, **more}, buffered=True)


def test_every_concern_below_the_division_is_a_row(as_user, county):
    cadre, far = county.cadre("A1", name="张三"), county.cadre("B1")
    late = county.concern(cadre, day=date(2026, 11, 1), kind="dispute", text='=HYPERLINK("x")')
    county.concern(cadre, day=date(2026, 11, 20), kind="policy", text="低保怎么申请")
    county.concern(far, "B1")
    county.session.commit()
    as_user(cadre).post(f"/api/v1/concerns/{late.id}/steps", json={
        "id": str(uuid4()), "step": "joint_consultation", "note": "两委去看过", "captured_at": "2026-11-20T09:00:00+08:00"})
    township = county.townships["A"]
    answer = ask(as_user(county.person("supervisor", township)), township.code)
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert [[cell.value for cell in row] for row in sheet.rows] == [
        ["村", "户主", "种类", "反映的事", "提出日期", "记录人", "环节", "经办", "期限", "办完日期", "超期", "最近说明"],
        ["A1村", None, "矛盾纠纷", '=HYPERLINK("x")', "2026-11-01", "张三", "会商过", "A1村", "2026-11-08", None, "是",
         "两委去看过"],
        ["A1村", None, "政策咨询", "低保怎么申请", "2026-11-20", "张三", "刚提出", "A1村", "2026-11-23", None, None, None]]
    assert {cell.data_type for row in sheet.rows for cell in row} <= {"s", "n"}
    [entry] = county.session.scalars(select(AuditEntry).where(AuditEntry.action == "export.made"))
    assert entry.details == {"kind": "concerns", "format": "xlsx", "rows": 2}


@pytest.mark.parametrize(("role", "place", "status"), [
    ("supervisor", "B", 404), ("village", "A1", 404), ("admin", None, 404)])
def test_nobody_else_takes_them(as_user, client, county, role, place, status):
    person = county.person(role, county.townships.get(place) or county.villages.get(place))
    assert ask(as_user(person), county.townships["A"].code).status_code == status
    assert ask(as_user(county.cadre("A1")), county.villages["A1"].code).status_code == 404
    assert ask(client, county.CODE).status_code == 401


def test_it_names_its_division_and_comes_as_a_workbook(as_user, county):
    client = as_user(county.person("supervisor"))
    assert client.post("/api/v1/exports", json={"kind": "concerns"}).status_code == 422
    assert ask(client, county.CODE, format="csv").status_code == 422
