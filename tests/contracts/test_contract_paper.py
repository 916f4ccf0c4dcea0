"""The contract on paper: items by dimension, quarters, the vote, three names; only for who may see it."""

import io

import docx
import pytest

from tests.contract_course import item_fields


def printed(client, contract, **headers) -> tuple[int, bytes]:
    """The status of an export, and the file."""
    answer = client.post("/api/v1/exports", json={"kind": "contract", "contract_id": str(contract.id)},
                         headers=headers)
    data = answer.data
    answer.close()
    return answer.status_code, data


def said(data: bytes) -> str:
    document = docx.Document(io.BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


@pytest.fixture
def contract(county):
    return county.contract("A1", state="signed", items=[
        {}, {"dimension": "public_order", "text": "调解纠纷", "unit": "件", "is_major": True},
        {"text": "防火巡查", "dimension": "public_order", "is_imposed": True, "legal_basis": "森林防火条例第十六条"}])


def test_a_contract_is_printed_with_its_items_its_vote_and_its_reviews(as_user, county, contract):
    client = as_user(county.person("village", county.villages["A1"]))
    status, data = printed(client, contract)
    assert status == 200
    text = said(data)
    for part in ("余庆县子营街道A1村2026年度目标承诺责任书", "一、经济发展", "二、社会治安综合治理", "12公里",
                 "一季度 3公里；二季度 3公里", "依据：森林防火条例第十六条", "应到30人，实到25人", "赞成23票", "李支书",
                 "张队长", "镇政府会议室", item_fields()["standard"]):
        assert part in text, part


def test_only_who_may_see_a_contract_prints_it(as_user, county, contract):
    for person, status in ((county.person("supervisor", county.townships["B"]), 404),
                           (county.person("village", county.villages["A2"]), 404), (county.cadre("A1"), 200)):
        assert printed(as_user(person), contract)[0] == status


@pytest.mark.parametrize("state", ["framework", "returned"])
def test_a_contract_under_way_is_printed_with_what_there_is(as_user, county, state):
    contract = county.contract("A2", state=state)
    client = as_user(county.person("supervisor"))
    status, data = printed(client, contract, **{"Accept-Language": "en"})
    assert (status, data[:2]) == (200, b"PK")
