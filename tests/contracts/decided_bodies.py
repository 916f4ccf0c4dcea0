"""Bodies of notices, checks, marks and disclosures that are accepted or refused by a rule only, for the corpus."""

from datetime import date
from uuid import uuid4

from sqlalchemy import update

from api.contracts.check_models import CheckedVillage, Finding, MarkAppeal, MarkSheet, SpotCheck
from tests.contracts.board_county import Board
from tests.contracts.check_data import promised
from tests.county_notices import CONTENT

UUID = "0d3f7a52-5a0f-4a1e-9c3e-4d6f9a1b2c3d"
ENDPOINTS = (
    ("POST", "/api/v1/supervision-notices"), ("PATCH", "/api/v1/supervision-notices/{}"),
    ("POST", "/api/v1/supervision-notices/{}/steps"),
    ("POST", "/api/v1/spot-checks"), ("PATCH", "/api/v1/spot-checks/{}"),
    ("POST", "/api/v1/spot-checks/{}/villages/{}"),
    ("POST", "/api/v1/findings"), ("PATCH", "/api/v1/findings/{}"),
    ("POST", "/api/v1/mark-schemes"), ("PATCH", "/api/v1/mark-schemes/{}"),
    ("POST", "/api/v1/mark-sheets"), ("PATCH", "/api/v1/mark-sheets/{}"),
    ("POST", "/api/v1/mark-sheets/{}/appeals"), ("POST", "/api/v1/mark-sheets/{}/answers"),
    ("POST", "/api/v1/disclosures"), ("PATCH", "/api/v1/disclosures/{}"), ("POST", "/api/v1/disclosures/{}/steps"),
    ("PUT", "/api/v1/disclosures/{}/deliberations/{}"), ("PATCH", "/api/v1/disclosures/{}/files/{}"),
)


def decided_bodies(county) -> dict:
    """(method, path) -> (role, body), as the corpus wants them."""
    board = Board(county)
    return {**notice_bodies(county), **check_bodies(county), **mark_bodies(county, board),
            **disclosure_bodies(county, board)}


def notice_bodies(county) -> dict:
    path = "/api/v1/supervision-notices"
    drafted, served = (county.notice("A1", state, by_county=True).id for state in ("drafted", "served"))
    return {
        ("POST", path): ("supervisor", {
            "id": UUID, "village_code": county.villages["A1"].code, "source_kind": "by_hand", "source_id": None,
            "due_on": "2026-11-30", **CONTENT}),
        ("PATCH", f"{path}/{drafted}"): ("supervisor", {"due_on": "2026-11-30", **CONTENT}),
        ("POST", f"{path}/{served}/steps"): ("village", {
            "id": UUID, "step": "reported", "note": "已清理", "new_due_on": None, "signer": None, "has_passed": None,
            "photos": ["0" * 64], "captured_at": "2026-11-20T09:59:00+08:00", "elapsed_ms": 1000}),
    }


def check_bodies(county) -> dict:
    village, by = county.villages["A1"], county.person("supervisor").user.id
    line = promised(county, "A1", number=9)
    check = SpotCheck(id=uuid4(), division_id=county.county.id, kind="unannounced", title="暗访",
                      first_on=date(2026, 11, 18), last_on=date(2026, 11, 25), state="open", entered_by_id=by,
                      entered_at=county.now, content_hash=b"test")
    county.session.add(check)
    county.session.flush()
    finding = Finding(id=uuid4(), check_id=check.id, village_id=village.id, is_problem=True, text="公开栏没换",
                      entered_by_id=by, entered_at=county.now, content_hash=b"test")
    county.session.add_all([
        finding, CheckedVillage(check_id=check.id, village_id=village.id, position=1, visited_on=county.now.date(),
                                visited_by_id=by),
        CheckedVillage(check_id=check.id, village_id=county.villages["B1"].id, position=2)])
    county.session.flush()
    plan = {"title": "年末暗访", "focus": "公开栏", "first_on": "2026-11-18", "last_on": "2026-11-25"}
    found = {"text": "台账不全", "is_problem": True, "line_id": str(line), "photos": ["0" * 64]}
    return {
        ("POST", "/api/v1/spot-checks"): ("supervisor", {
            "id": UUID, "division_code": county.CODE, "kind": "patrol", **plan, "village_codes": [],
            "draw": {"count": 1, "seed": "2026-county", "per_township": True}}),
        ("PATCH", f"/api/v1/spot-checks/{check.id}"): ("supervisor", plan),
        ("POST", f"/api/v1/spot-checks/{check.id}/villages/{county.villages['B1'].code}"): (
            "supervisor", {"visited_on": "2026-11-20"}),
        ("POST", "/api/v1/findings"): ("supervisor", {
            "id": UUID, "check_id": str(check.id), "village_code": village.code, **found}),
        ("PATCH", f"/api/v1/findings/{finding.id}"): ("supervisor", found),
    }


def mark_bodies(county, board: Board) -> dict:
    used, path = board.scheme(), "/api/v1/mark-sheets"
    unused = board.add(type(used)(
        division_id=county.county.id, title="方案", effective_from=date(2026, 1, 1), full_marks=100, source="县文件",
        criteria=used.criteria, entered_by_id=board.user.id, entered_at=county.now))
    drafted = board.sheet(used, state="drafted", half=date(2026, 1, 1))
    published = board.sheet(used, half=date(2025, 7, 1))
    appealed = board.sheet(used, half=date(2025, 1, 1))
    county.session.execute(update(MarkSheet).where(MarkSheet.state == "published").values(published_at=county.now))
    board.add(MarkAppeal(id=uuid4(), sheet_id=appealed.id, text="请复核", user_id=county.person().user.id,
                         at=county.now, content_hash=b"test"))
    marks = [{"key": "road", "marks": 55.25, "note": "迟了一个月"}, {"key": "party", "marks": 38, "note": None}]
    scheme = {"title": "考核方案", "full_marks": 100, "criteria": used.criteria, "source": "县委办发〔2026〕8号"}
    return {
        ("POST", "/api/v1/mark-schemes"): ("supervisor", {
            "division_code": county.CODE, "effective_from": "2026-07-01", **scheme}),
        ("PATCH", f"/api/v1/mark-schemes/{unused.id}"): ("supervisor", scheme),
        ("POST", path): ("supervisor", {
            "id": UUID, "village_code": county.villages["A2"].code, "half_on": "2026-07-01", "marks": marks}),
        ("PATCH", f"{path}/{drafted.id}"): ("supervisor", {"marks": marks}),
        ("POST", f"{path}/{published.id}/appeals"): ("village", {"id": UUID, "text": "请复核"}),
        ("POST", f"{path}/{appealed.id}/answers"): ("supervisor", {
            "outcome": "corrected", "answer": "更正", "marks": marks}),
    }


def disclosure_bodies(county, board: Board) -> dict:
    path, first, last = "/api/v1/disclosures", "2026-07-01", "2026-09-30"
    lines = [{"direction": "expense", "text": "修路", "amount": 601.5, "is_other": False}]
    drafted, decision = board.disclosure("收支", state="drafted"), board.disclosure("决议", kind="decision")
    file = board.file(drafted, "收支.xlsx")
    file.reading = "unreadable"
    county.session.flush()
    return {
        ("POST", path): ("village", {
            "id": UUID, "village_code": county.villages["A1"].code, "disclosure_class": "finance", "title": "收支",
            "text": "三季度", "first_on": first, "last_on": last, "lines": lines}),
        ("PATCH", f"{path}/{drafted.id}"): ("village", {
            "title": "收支", "text": "三季度", "first_on": first, "last_on": last, "lines": lines}),
        ("POST", f"{path}/{decision.id}/steps"): ("village", {"step": "withdrawn", "reason": "写错了"}),
        ("PUT", f"{path}/{decision.id}/deliberations/villagers_resolution"): ("village", {
            "held_on": "2026-11-18", "entitled": 30, "present": 25, "in_favour": 23, "note": "同意"}),
        ("PATCH", f"{path}/{drafted.id}/files/{file.id}"): ("village", {"is_checked": True}),
    }
