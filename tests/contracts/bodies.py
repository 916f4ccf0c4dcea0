"""Bodies that the tests of contracts send."""

from uuid import uuid4


def contract_body(village: str = "520329001201", **changes) -> dict:
    return {"id": str(uuid4()), "village_code": village, "kind": "yearly", "first_on": "2026-01-01",
            "last_on": "2026-12-31", **changes}


def item_body(revision_id: str, **changes) -> dict:
    return {"id": str(uuid4()), "revision_id": revision_id, "dimension": "economy", "text": "硬化通组路",
            "standard": "路面宽3.5米", "target": 12, "unit": "公里", "due_on": "2026-12-20", "responsible": "李支书",
            "quarters": [{"amount": 3}, {"amount": 3}, {"amount": 3}, {"amount": 3, "text": "验收"}], **changes}


def step_body(revision_id: str, step: str, *, note: str | None = None, photos=(), **details) -> dict:
    return {"id": str(uuid4()), "revision_id": revision_id, "step": step, "note": note, "details": details,
            "photos": list(photos)}
