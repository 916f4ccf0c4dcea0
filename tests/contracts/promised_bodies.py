"""Bodies of deeds, acceptances and rosters that are accepted or refused by a rule only, for the corpus of bad input."""

from uuid import uuid4

from sqlalchemy import select

from api.contracts.acceptance_models import Acceptance, Deed
from api.contracts.models import CommitmentItem
from tests.contracts.promised import publish, roster

UUID = "0d3f7a52-5a0f-4a1e-9c3e-4d6f9a1b2c3d"
AT = {"captured_at": "2026-11-20T09:59:00+08:00", "elapsed_ms": 1000, "photos": ["0" * 64]}
GROUP = {"asked": 10, "satisfied": 6, "basically": 2, "dissatisfied": 1, "unknown": 1}
SURVEY = {"party_members": GROUP, "representatives": GROUP}
ENDPOINTS = (
    ("POST", "/api/v1/deeds"), ("PATCH", "/api/v1/deeds/{}"), ("POST", "/api/v1/deeds/fillings"),
    ("POST", "/api/v1/deeds/{}/reports"), ("POST", "/api/v1/completions"), ("POST", "/api/v1/acceptances"),
    ("PATCH", "/api/v1/acceptances/{}"), ("POST", "/api/v1/acceptances/{}/steps"),
    ("PATCH", "/api/v1/assessor-rosters/{}"), ("POST", "/api/v1/assessor-rosters/{}/assessors"),
    ("PATCH", "/api/v1/assessor-rosters/{}/assessors/{}"),
)


def promised_bodies(county) -> dict:
    """(method, path) -> (role, body), as the corpus wants them."""
    village, township = county.villages["A1"], county.townships["A"]
    [line] = publish(county, "A1", {"due_on": county.now.date().replace(day=10)}, year=2025)
    ids = roster(county)
    deed = kept_deed(county, village.id)
    acceptance = kept_acceptance(county, village.id)
    return {
        ("POST", "/api/v1/deeds"): ("village", {
            "id": UUID, "village_code": village.code, "month": "2026-11", "text": "清理河道", "due_on": "2026-11-28",
            "owner": "李支书", "line_id": str(line)}),
        ("PATCH", f"/api/v1/deeds/{deed}"): ("village", {
            "text": "清理水渠", "due_on": "2026-11-28", "owner": "李支书", "state": "planned", "note": "照旧"}),
        ("POST", "/api/v1/deeds/fillings"): ("supervisor", {"division_code": township.code, "month": "2025-11"}),
        ("POST", f"/api/v1/deeds/{deed}/reports"): ("cadre", {
            "id": UUID, "done_on": "2026-11-19", "note": "干完了", **AT}),
        ("POST", "/api/v1/completions"): ("cadre", {
            "id": UUID, "line_id": str(line), "completed_on": "2026-11-19", "note": "路通了", **AT}),
        ("POST", "/api/v1/acceptances"): ("supervisor", {
            "id": UUID, "line_id": str(line), "inspected_on": "2026-11-19", "place": "三组", "verdict": "met",
            "measured": 4.05, "findings": "全线贯通", "assessor_ids": ids[:2], "survey": SURVEY, "photos": ["0" * 64]}),
        ("PATCH", f"/api/v1/acceptances/{acceptance}"): ("supervisor", {
            "inspected_on": "2026-11-19", "place": "三组", "verdict": "met", "measured": 4.05, "findings": "全线贯通",
            "assessor_ids": ids[:2], "survey": SURVEY, "photos": ["0" * 64]}),
        ("POST", f"/api/v1/acceptances/{acceptance}/steps"): ("supervisor", {
            "id": UUID, "step": "surveyed", "note": "当场测评", "details": SURVEY}),
        ("PATCH", f"/api/v1/assessor-rosters/{township.code}"): ("supervisor", {
            "hotline": "0851-24621234", "is_published": True}),
        ("POST", f"/api/v1/assessor-rosters/{township.code}/assessors"): ("supervisor", {
            "name": "孙四", "post": "member", "unit": "财政所", "from_on": "2026-11-01", "to_on": None, "user_id": None,
            "added_approval": "镇党委会纪要〔2026〕8号"}),
        ("PATCH", f"/api/v1/assessor-rosters/{township.code}/assessors/{ids[3]}"): ("supervisor", {
            "name": "孙四", "post": "member", "unit": "财政所", "from_on": "2026-11-01", "to_on": None, "user_id": None,
            "added_approval": None, "ended_approval": "镇党委会纪要〔2026〕9号"}),
    }


def kept_deed(county, village_id: int):
    """A deed of a village, as a row; answers its id."""
    deed = Deed(id=uuid4(), village_id=village_id, month_on=county.now.date().replace(day=1), text="清理河道",
                due_on=county.now.date(), state="planned", entered_by_id=county.person().user.id,
                entered_at=county.now, changed_at=county.now, version=1, content_hash=b"test")
    county.session.add(deed)
    county.session.flush()
    return deed.id


def kept_acceptance(county, village_id: int):
    """An acceptance of a line of its own, as a row; answers its id."""
    [line] = publish(county, "A1", {"due_on": county.now.date().replace(day=10)}, year=2024)
    item = county.session.scalar(select(CommitmentItem).where(CommitmentItem.line_id == line))
    acceptance = Acceptance(
        id=uuid4(), line_id=line, item_id=item.id, village_id=village_id, inspected_on=county.now.date(), place="三组",
        verdict="met", findings="全线贯通", state="inspected", entered_by_id=county.person().user.id,
        entered_at=county.now, changed_at=county.now, version=1, content_hash=b"test")
    county.session.add(acceptance)
    county.session.flush()
    return acceptance.id
