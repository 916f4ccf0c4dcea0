"""Bodies of the suggestion box that are accepted or refused by a rule only, for the corpus of bad input."""

from datetime import date
from uuid import uuid4

from api.ratings.codes_rules import RECEIPT, code_hash
from api.ratings.codes_service import new_code
from api.ratings.suggestion_models import Suggestion

ENDPOINTS = (
    ("POST", "/api/v1/suggestions"), ("POST", "/api/v1/suggestion-receipts"),
    ("POST", "/api/v1/suggestion-receipts/appeals"), ("POST", "/api/v1/suggestions/{}/steps"),
    ("POST", "/api/v1/suggestions/{}/contacts"), ("POST", "/api/v1/suggestions/{}/concerns"),
)


def suggestion_bodies(county) -> dict:
    """(method, path) -> (role, body), as the corpus wants them."""
    receipt, village = new_code(RECEIPT), county.villages["A1"]
    one = Suggestion(
        id=uuid4(), division_id=village.id, kind="suggestion", about="village", text="路灯坏了", state="answered",
        receipt_hash=code_hash(receipt), received_on=date(2026, 11, 1), appeal_until=date(2026, 12, 1),
        content_hash=b"test")
    county.session.add(one)
    county.session.flush()
    path = f"/api/v1/suggestions/{one.id}"
    return {
        ("POST", "/api/v1/suggestions"): (None, {
            "id": str(uuid4()), "receipt": new_code(RECEIPT), "division_code": village.code, "kind": "complaint",
            "about": "person", "about_whom": "村主任", "text": "说话不算数", "name": "赵小满", "phone": "13800001111"}),
        ("POST", "/api/v1/suggestion-receipts"): (None, {"receipt": receipt}),
        ("POST", "/api/v1/suggestion-receipts/appeals"): (None, {
            "id": str(uuid4()), "receipt": receipt, "text": "没有解决问题"}),
        ("POST", f"{path}/steps"): ("supervisor", {
            "id": str(uuid4()), "step": "note", "text": "已去看过", "is_told": True, "kind": None, "about": None,
            "about_whom": None}),
        ("POST", f"{path}/contacts"): ("supervisor", {"reason": "打电话核实"}),
        ("POST", f"{path}/concerns"): ("supervisor", {"id": str(uuid4()), "kind": "facility"}),
    }
