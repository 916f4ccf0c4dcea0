"""The papers of a meeting: reports village by village, who has handed in none, open concerns by owner."""

import io
from datetime import date
from uuid import uuid4

import docx
import pytest
from sqlalchemy import select

from api.audit import AuditEntry
from api.diary.reports_rules import report_id
from tests.diary.report_data import make_meeting


def texts(data: bytes) -> list[str]:
    """Paragraphs and the cells of tables, in the order of the document."""
    document = docx.Document(io.BytesIO(data))
    found = []
    for part in document.element.body.iterchildren():
        if part.tag.endswith("}tbl"):
            table = next(one for one in document.tables if one._tbl is part)
            found += [" | ".join(cell.text for cell in row.cells) for row in table.rows]
        elif part.tag.endswith("}p"):
            found.append("".join(node.text or "" for node in part.iter() if node.tag.endswith("}t")))
    return [text for text in found if text.strip()]


@pytest.fixture
def officer(county):
    return county.person("supervisor", county.townships["A"], name="赵六")


def take(client, meeting):
    return client.post("/api/v1/exports", json={"kind": "meeting_pack", "meeting_id": str(meeting.id)}, buffered=True)


def test_the_papers_hold_every_report_and_name_who_has_handed_in_none(as_user, county, officer):
    zhang, li, wang = (county.cadre(village, name=name) for village, name in (
        ("A2", "张三"), ("A1", "李四"), ("A1", "王五")))
    county.concern(zhang, "A2", day=date(2026, 11, 5), text="井水浑")
    meeting = make_meeting(county, "A", date(2026, 11, 18), place="三楼会议室", agenda="学习政策")
    for person in (zhang, li):
        id = report_id(person.cadre.id, "meeting", date(2026, 11, 3))
        client = as_user(person)
        client.patch(f"/api/v1/reports/{id}", json={"id": str(uuid4()), "suggestions": "=HYPERLINK(\"x\")"},
                     headers={"If-Match": '"0"'})
        client.post(f"/api/v1/reports/{id}/submissions", json={"id": str(uuid4())})
    draft = report_id(wang.cadre.id, "meeting", date(2026, 11, 3))
    as_user(wang).patch(f"/api/v1/reports/{draft}", json={"id": str(uuid4()), "plan": "私下想的"},
                        headers={"If-Match": '"0"'})
    answer = take(as_user(officer), meeting)
    assert answer.status_code == 200
    found = texts(answer.data)
    assert found[:6] == [
        "子营街道驻村干部例会材料（2026年11月18日）",
        "会议时间 | 2026年11月18日 | 地点 | 三楼会议室",
        "汇报期间 | 2026年11月3日至2026年11月17日 | 已提交汇报 | 2 份，应交 3 份",
        "议程：学习政策", "一、驻村情况汇报", "A1村"]
    assert found[6:9] == ["李四（2026年11月20日 10:00提交）", "驻村情况：11月3日至11月17日在村0天。", "建议：=HYPERLINK(\"x\")"]
    assert found[9:11] == ["A2村", "张三（2026年11月20日 10:00提交）"]
    after = found[found.index("二、还没提交汇报的"):]
    assert after == [
        "二、还没提交汇报的", "A1村：王五", "三、没办完的群众诉求（1件）", "由A2村办理（1件）",
        "序号 | 村 | 反映的事 | 反映日期 | 办理期限 | 进展", "1 | A2村 | 井水浑 | 11月5日 | 12月5日 | 刚提出",
        "四、点评和议定事项"]
    assert "私下想的" not in "".join(found)
    [entry] = county.session.scalars(select(AuditEntry).where(AuditEntry.action == "export.made"))
    assert (entry.subject, entry.details) == (
        f"meeting:{meeting.id}", {"kind": "meeting_pack", "format": "docx", "rows": 2})


def test_what_was_said_takes_the_place_of_the_lines_to_write_on(as_user, county, officer):
    meeting = make_meeting(county, "A", date(2026, 11, 18), minutes="各村汇报", decisions="走遍困难户\n月底前办")
    found = texts(take(as_user(officer), meeting).data)
    assert found[-5:] == ["会议记录", "各村汇报", "议定事项", "走遍困难户", "月底前办"]


def test_only_who_supervises_the_township_takes_them(as_user, county, officer):
    meeting = make_meeting(county, "A", date(2026, 11, 18))
    for person in (county.cadre("A1"), county.person("village", county.villages["A1"]), county.person("admin"),
                   county.person("supervisor", county.townships["B"])):
        assert take(as_user(person), meeting).status_code == 404
    missing = as_user(officer).post("/api/v1/exports", json={"kind": "meeting_pack"})
    assert (missing.status_code, "meeting_id" in missing.json["errors"]["json"]) == (422, True)
