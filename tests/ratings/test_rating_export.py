"""The results of a closed campaign as a workbook: apart by way, by code, without what is too little; logged."""

import io

import openpyxl
import pytest
from sqlalchemy import select

from api.audit import AuditEntry
from tests.ratings.test_closing import close, fill
from tests.ratings.urn_data import make_urn


def ask(client, urn, **more):
    return client.post("/api/v1/exports", json={"kind": "rating_results", "campaign_id": str(urn.id), **more},
                       buffered=True)


def sheets(answer) -> dict[str, list[list]]:
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    assert {cell.data_type for sheet in book for row in sheet.rows for cell in row} <= {"s", "n"}
    return {sheet.title: [[cell.value for cell in row] for row in sheet.rows] for sheet in book}


@pytest.fixture
def urn(county):
    """Six ballots by card in A1, five in B1, four in A2; five by the poster in A1."""
    made = make_urn(county, villages=("A1", "A2", "B1"))
    fill(county, made, [*made.ballots(6), *made.ballots(5, "B1"), *made.ballots(4, "A2"), *made.ballots(5, way="open")])
    return made


@pytest.fixture
def asker(as_user, county):
    return as_user(county.person("supervisor"))


def test_each_way_has_a_sheet_and_what_is_too_little_no_number(asker, county, urn):
    assert close(asker, urn).status_code == 200
    answer = ask(asker, urn)
    assert "评议结果.xlsx" in answer.headers["Content-Disposition"] or "UTF-8" in answer.headers["Content-Disposition"]
    found = sheets(answer)
    assert list(found) == ["一户一卡", "张贴码（未核实）"]
    title, note, heads, *rows = found["一户一卡"]
    assert title[0] == "冬季评议 · 一户一卡" and note[0].startswith("只作参考，不作为考核依据。")
    assert heads[:5] == ["村", "区划代码", "收到（张）", "户数", "投票户占比"]
    assert heads[5:12] == ["您对驻村工作满意吗？\n满意", "您对驻村工作满意吗？\n基本满意", "您对驻村工作满意吗？\n不满意",
                           "您对驻村工作满意吗？\n不了解（不计入）", "您对驻村工作满意吗？\n计入的票",
                           "您对驻村工作满意吗？\n其中答「满意、基本满意」", "您对驻村工作满意吗？\n「满意、基本满意」占比"]
    codes = {name: village.code for name, village in county.villages.items()}
    # In turn satisfied, dissatisfied, do not know: six are two of each.
    assert rows[0][:12] == ["A1村", codes["A1"], 6, 40, 0.15, 2, 0, 2, 2, 4, 2, 0.5]
    assert rows[1][:4] == ["A2村", codes["A2"], "不足5张，不显示", None] and set(rows[1][3:]) == {None}
    assert rows[2][:4] == ["B1村", codes["B1"], 5, 40]
    assert rows[3][:10] == ["合计（显示出来的2个村）", None, 11, 80, 11 / 80, 4, 0, 4, 3, 8]
    opened = found["张贴码（未核实）"][3:]
    assert [row[:4] for row in opened[:2]] == [
        ["A1村", codes["A1"], 5, None], ["A2村", codes["A2"], "不足5张，不显示", None]]
    [entry] = county.session.scalars(select(AuditEntry).where(AuditEntry.action == "export.made"))
    assert (entry.subject, entry.details) == (
        f"campaign:{urn.id}", {"kind": "rating_results", "format": "xlsx", "rows": len(rows) - 1})


def test_before_closing_there_is_nothing_to_take(asker, urn):
    answer = ask(asker, urn)
    assert (answer.status_code, answer.json["reason"]) == (409, "campaign_open")


def test_a_township_takes_its_villages_and_the_rated_their_own(as_user, asker, county, urn):
    rated = county.cadre("A1")
    close(asker, urn)
    township = as_user(county.person("supervisor", county.townships["B"]))
    assert [row[0] for row in sheets(ask(township, urn))["一户一卡"][3:4]] == ["B1村"]
    assert ask(asker, urn, division_code=county.villages["A1"].code).status_code == 200
    names = [row[0] for row in sheets(ask(as_user(rated), urn))["一户一卡"][3:]]
    assert names == ["A1村", "合计（显示出来的1个村）"]


@pytest.mark.parametrize(("role", "place"), [("village", "A1"), ("discipline", None), ("admin", None)])
def test_nobody_else_takes_them(as_user, client, county, asker, urn, role, place):
    close(asker, urn)
    assert ask(as_user(county.person(role, county.villages.get(place))), urn).status_code == 404
    assert ask(client, urn).status_code == 401
    assert asker.post("/api/v1/exports", json={"kind": "rating_results"}).status_code == 422
