import io
from datetime import date

import openpyxl
import pytest
from sqlalchemy import select

from api.audit import AuditEntry
from api.visits import phones_service
from tests.visits.test_phones import RING


@pytest.fixture
def register(county):
    household = county.household("A1", '=HYPERLINK("http://x")', number="10", group="二组", labels=("needy", "monitored"),
                                 away=((date(2025, 1, 1), date(2025, 6, 1)), (date(2026, 3, 1), None)))
    phones_service.put_phone(RING, household=household, text="13985201234")
    county.household("A1", "李四", number="9", alive_to=date(2026, 11, 1))
    county.household("A2", "王五", number="1")
    county.household("B1", "赵六", number="1")
    county.session.flush()


def take(client, code: str):
    return client.post("/api/v1/exports", json={"kind": "households", "division_code": code}, buffered=True)


def test_the_register_is_exported_as_text_and_the_import_finds_nothing_to_change(as_user, county, register):
    answer = take(as_user(county.person("supervisor", county.townships["A"])), county.townships["A"].code)
    rows = [[cell.value for cell in row] for row in openpyxl.load_workbook(io.BytesIO(answer.data)).active]
    assert rows[0] == ["乡镇", "村", "户号", "村民组", "户主", "人口", "标签", "联系电话", "立户日期", "外出日期", "返回日期", "注销日期",
                       "注销原因"]
    assert rows[1:] == [
        ["子营街道", "A1村", "9", "一组", "李四", 3, None, None, "2020-01-01", None, None, "2026-11-01", "迁出"],
        ["子营街道", "A1村", "10", "二组", '=HYPERLINK("http://x")', 3, "监测户、困难户", "****1234", "2020-01-01",
         "2026-03-01", None, None, None],
        ["子营街道", "A2村", "1", "一组", "王五", 3, None, None, "2020-01-01", None, None, None, None]]
    [entry] = county.session.scalars(select(AuditEntry).where(AuditEntry.action == "export.made"))
    assert (entry.details["kind"], entry.details["rows"], entry.chain) == ("households", 3, county.townships["A"].id)
    back = as_user(county.person("admin")).post(
        "/api/v1/imports?kind=households", content_type="multipart/form-data",
        data={"file": (io.BytesIO(answer.data), "a.xlsx")})
    assert (back.status_code, back.json["unchanged"], back.json["updated"]) == (200, 3, 0)


def test_who_may_take_the_register_away(as_user, county, register):
    assert take(as_user(county.person("village", county.villages["A1"])), county.villages["A1"].code).status_code == 200
    assert take(as_user(county.person("village", county.villages["A1"])), county.villages["A2"].code).status_code == 404
    assert take(as_user(county.person("admin")), county.CODE).status_code == 200
    assert take(as_user(county.cadre("A1")), county.villages["A1"].code).status_code == 404
    assert as_user(county.person("supervisor")).post("/api/v1/exports", json={"kind": "households"}).status_code == 422
