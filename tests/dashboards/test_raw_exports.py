"""Rows for analysis: days and visits as text, within reach, without positions and telephones, logged, streamed."""

import csv
import io
import tracemalloc
from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import insert, select

from api.audit import AuditEntry
from api.visits.models import Round, Visit
from tests.checkin.test_leave import leave, step
from tests.visits.test_rounds import AT_OFFICE, round_of, visit

DAYS = ["乡镇", "村", "村代码", "驻村干部", "岗位", "派出单位", "日期", "日历", "节日", "这一天", "请假或公出", "记录条数", "其中算数", "记录种类",
        "在村点范围内", "定位不够准", "在村点范围外", "没取到定位", "没法比对", "离村点最近约（米）"]
VISITS = ["乡镇", "村", "村代码", "驻村干部", "日期", "户号", "村民组", "户主", "方式", "目的", "撤销日期", "撤销原因"]


def take(client, kind: str, code: str, month: str = "2026-11", **more):
    return client.post("/api/v1/exports", json={"kind": kind, "division_code": code, "month": month, **more},
                       buffered=True)


def rows_of(answer) -> list[list[str]]:
    assert answer.status_code == 200, answer.json
    assert answer.data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def logged(county) -> list[AuditEntry]:
    return list(county.session.scalars(select(AuditEntry).where(AuditEntry.action == "export.made")))


def test_each_day_with_a_fact_is_a_row(as_user, county):
    zhang, township = county.cadre("A1", name="=张三"), county.townships["A"]
    county.check_in(zhang, date(2026, 11, 10))
    county.check_in(zhang, date(2026, 11, 10), metres_north=340)
    county.check_in(zhang, date(2026, 11, 14), metres_north=5240)
    county.check_in(zhang, date(2026, 12, 1))
    county.check_in(county.cadre("B1"), date(2026, 11, 10))
    county.session.commit()
    boss = as_user(county.person("supervisor", township))
    asked = as_user(zhang).post("/api/v1/leaves", json=leave(from_on="2026-11-26", to_on="2026-11-27")).json
    assert step(boss, asked["id"], "approved").status_code == 201
    place = ["子营街道", "A1村", county.villages["A1"].code, "'=张三", "驻村指导员", "县农业农村局"]
    assert rows_of(take(boss, "days", township.code)) == [
        DAYS,
        [*place, "2026-11-10", "工作日", "", "在村", "", "2", "2", "「我在村里」×2", "2", "0", "0", "0", "0", "0"],
        [*place, "2026-11-14", "休息日", "", "待确认", "", "1", "0", "「我在村里」×1", "0", "0", "1", "0", "0", "5200"],
        [*place, "2026-11-26", "工作日", "", "", "事假", "0", "0", "", "0", "0", "0", "0", "0", ""],
        [*place, "2026-11-27", "工作日", "", "", "事假", "0", "0", "", "0", "0", "0", "0", "0", ""]]
    [entry] = logged(county)
    assert (entry.subject, entry.chain, entry.details) == (f"division:{township.code}", township.id, {
        "kind": "days", "format": "csv", "from": "2026-11-01", "to": "2026-11-30", "rows": 4})
    assert len(rows_of(take(boss, "days", township.code, span="quarter"))) == 6


def test_each_visit_is_a_row_without_what_the_list_keeps_to_itself(as_user, county):
    zhang = county.cadre("A1", name="张三")
    homes = [county.household("A1", name, number=number) for name, number in (("周大", "1"), ("@吴二", "2"))]
    county.session.commit()
    visits = [visit(homes[0], summary="家里的难处"), visit(homes[1], "not_home")]
    body = round_of(*visits, purposes=["policy", "看老人"], position=AT_OFFICE)
    assert as_user(zhang).post("/api/v1/rounds", json=body).status_code == 201
    undone = as_user(zhang).post("/api/v1/visit-annulments", json={
        "id": str(uuid4()), "visit_id": visits[1]["id"], "reason": "记错了户"})
    assert undone.status_code == 201
    boss = as_user(county.person("supervisor", county.townships["A"]))
    answer = take(boss, "visits", county.townships["A"].code)
    place = ["子营街道", "A1村", county.villages["A1"].code, "张三", "2026-11-20"]
    head, *rows = rows_of(answer)
    assert head == VISITS
    assert sorted(rows) == sorted([
        [*place, "1", "一组", "周大", "见到了", "政策宣传 看老人", "", ""],
        [*place, "2", "一组", "'@吴二", "没人在家", "政策宣传 看老人", "2026-11-20", "记错了户"]])
    assert "家里的难处" not in answer.data.decode() and str(AT_OFFICE["latitude"]) not in answer.data.decode()
    [entry] = logged(county)
    assert (entry.details["kind"], entry.details["rows"]) == ("visits", 2)


@pytest.mark.parametrize(("role", "place", "asked", "days", "visits"), [
    ("supervisor", "A", "A", 200, 200),
    ("supervisor", "B", "A", 404, 404),
    ("village", "A1", "A1", 200, 404),  # a committee sees days, never the list of visits
    ("village", "A1", "A2", 404, 404),
    ("admin", None, "A", 403, 404),
    ("cadre", "A1", "A1", 403, 404),
    ("discipline", None, "A", 403, 404)])
def test_who_may_take_them(as_user, county, role, place, asked, days, visits):
    places = {None: county.county, **county.townships, **county.villages}
    client = as_user(county.cadre(place) if role == "cadre" else county.person(role, places[place]))
    assert take(client, "days", places[asked].code).status_code == days
    assert take(client, "visits", places[asked].code).status_code == visits


def test_nobody_takes_them_without_a_log_in_a_month_or_in_another_format(as_user, client, county):
    assert take(client, "days", county.CODE).status_code == 401
    boss = as_user(county.person("supervisor"))
    assert boss.post("/api/v1/exports", json={"kind": "visits"}).status_code == 422
    assert take(boss, "visits", county.CODE, format="xlsx").status_code == 422
    assert logged(county) == []


@pytest.mark.parametrize("connection", ["sqlite"], indirect=True)
def test_many_visits_pass_through_without_being_held(as_user, county):
    zhang, household, session = county.cadre("A1"), county.household("A1"), county.session
    many = [uuid4() for _ in range(15_000)]
    session.execute(insert(Round), [
        {"id": one, "cadre_id": zhang.cadre.id, "day": date(2026, 11, 2), "captured_at": county.now,
         "received_at": county.now, "flags": "", "purposes": [], "content_hash": b"test"} for one in many])
    session.execute(insert(Visit), [
        {"id": uuid4(), "round_id": one, "household_id": household.id, "village_id": household.village_id,
         "cadre_id": zhang.cadre.id, "day": date(2026, 11, 2), "manner": "in_person"} for one in many])
    session.commit()
    client = as_user(county.person("supervisor"))
    take(client, "visits", county.CODE, month="2026-10")
    tracemalloc.start()
    answer = client.post("/api/v1/exports", json={"kind": "visits", "division_code": county.CODE, "month": "2026-11"})
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(answer.data.splitlines()) == len(many) + 1
    answer.close()
    # Held all at once they take 30 MB; bench/exports.py measures the whole process with 100,000.
    assert peak < 8_000_000
