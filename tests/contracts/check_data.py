"""Checks and contracts for tests: bodies as a desk sends them, rows where a test needs a promise to point at."""

from datetime import date
from uuid import UUID, uuid4

from api.contracts.models import CommitmentItem, Contract, ContractLine, ContractRevision


def check_body(county, *villages: str, division=None, **changes) -> dict:
    """A check by the county of chosen villages; with `draw` of drawn ones."""
    return {"id": str(uuid4()), "division_code": (division or county.county).code, "kind": "unannounced",
            "title": "年末暗访", "focus": "公开栏和台账", "first_on": "2026-11-18", "last_on": "2026-11-25",
            "village_codes": [county.villages[name].code for name in villages], **changes}


def finding_body(check_id: str, village_code: str, **changes) -> dict:
    return {"id": str(uuid4()), "check_id": check_id, "village_code": village_code, "is_problem": True,
            "text": "公开栏三个月没换", **changes}


def promised(county, village: str, *, text: str = "修通组路两公里", dimension: str = "economy", number: int = 1,
             state: str = "published") -> UUID:
    """A line of a yearly contract of a village with one revision; answers the line's id."""
    session, by = county.session, county.person().user.id
    contract = Contract(id=uuid4(), village_id=county.villages[village].id, kind="yearly",
                        first_on=date(2020 + number, 1, 1), last_on=date(2020 + number, 12, 31), opened_by_id=by,
                        opened_at=county.now, content_hash=b"test")
    session.add(contract)
    session.flush()
    revision = ContractRevision(id=uuid4(), contract_id=contract.id, number=1, state=state, opened_by_id=by,
                                opened_at=county.now, changed_at=county.now, version=1, content_hash=b"test")
    line = ContractLine(id=uuid4(), contract_id=contract.id, number=number)
    session.add_all([revision, line])
    session.flush()
    session.add(CommitmentItem(id=uuid4(), revision_id=revision.id, line_id=line.id, dimension=dimension, text=text,
                               quarters=[], is_major=False, is_imposed=False, version=1, content_hash=b"test"))
    session.flush()
    return line.id
