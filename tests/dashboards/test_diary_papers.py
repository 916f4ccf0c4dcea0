"""The diary's three papers: what they say, for whom, and who took them."""

import io
from datetime import date
from uuid import uuid4

import docx
import pytest
from sqlalchemy import select

from api.audit import AuditEntry
from api.dashboards.diary_rules import FORMS, numbered

PATH, TODAY = "/api/v1/exports", "2026-11-20"


def text_of(answer) -> str:
    assert answer.status_code == 200
    document = docx.Document(io.BytesIO(answer.data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


@pytest.mark.parametrize(("lines", "expected"), [
    ([], ""), (["一"], "一"), (["一", "", "二"], "1. 一\n2. 二")])
def test_several_lines_are_numbered(lines, expected):
    assert numbered(lines) == expected


@pytest.fixture
def author(as_user, county):
    """A cadre with a visit, a concern, a draft and a submitted entry today, and an entry of another month."""
    person, household = county.cadre("A1", name="张三"), county.household("A1", "王五", group="三组")
    county.check_in(person, date(2026, 11, 20))
    visits = [{"id": str(uuid4()), "household_id": household.id, "manner": "in_person", "summary": "要修灶"}]
    assert as_user(person).post("/api/v1/rounds", json={
        "id": str(uuid4()), "captured_at": f"{TODAY}T09:10:00+08:00", "visits": visits}).status_code == 201
    county.concern(person, text="井水浑")
    county.diary_entry(person, "=HYPERLINK(1)走访一天", submitted=True)
    county.diary_entry(person, "草稿里的话")
    county.diary_entry(person, "上月的话", day=date(2026, 10, 9), submitted=True)
    return person


@pytest.mark.parametrize(("kind", "title", "said"), [
    ("peoples_diary", "民情日记", ["三组 王五", "井水浑"]),
    ("work_log", "驻村工作日志", ["三组 王五（入户）"]),
    ("squatting_sheet", "乡镇干部驻村蹲点工作记录表", ["县农业农村局", "王五：要修灶", "村负责人（签字）"])])
def test_a_day_is_printed_in_three_forms(as_user, author, kind, title, said):
    client = as_user(author)
    text = text_of(client.post(PATH, json={"kind": kind, "day": TODAY}, buffered=True))
    for words in (title, "张三", "子营街道A1村", "2026年11月20日", "星期五", "=HYPERLINK(1)走访一天", "草稿里的话",
                  *said):
        assert words in text
    assert "上月的话" not in text
    month = text_of(client.post(PATH, json={"kind": kind, "month": "2026-10"}, buffered=True))
    assert "上月的话" in month and "走访一天" not in month


def test_those_above_print_what_was_submitted_and_the_log_knows(as_user, county, author):
    body = {"kind": "peoples_diary", "day": TODAY, "cadre_id": author.cadre.id}
    officer = county.person("supervisor", county.townships["A"])
    text = text_of(as_user(officer).post(PATH, json=body, buffered=True))
    assert "走访一天" in text and "草稿里的话" not in text
    [entry] = county.session.scalars(select(AuditEntry).where(AuditEntry.action == "export.made"))
    assert (entry.chain, entry.user_id, entry.details["kind"], entry.details["pages"]) == (
        county.townships["A"].id, officer.user.id, "peoples_diary", 1)
    for person in (county.cadre("A1"), county.person("supervisor", county.townships["B"]),
                   county.person("village", county.villages["A1"])):
        refused = as_user(person).post(PATH, json=body)
        assert (refused.status_code, refused.json["reason"]) == (404, "diary_nothing_to_print")
    assert as_user(officer).post(PATH, json={"kind": "work_log"}).status_code == 422


def test_every_row_of_a_form_has_a_text(as_user, author):
    assert {name for rows in FORMS.values() for name in rows} == {
        "unit", "place", "work_types", "households", "team", "visits", "said", "concerns", "handled", "receptions",
        "meetings", "text"}
