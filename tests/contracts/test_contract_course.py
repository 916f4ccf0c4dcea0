"""The course of contracts through the services: to every state, revised, never past what it needs."""

import pytest

from api.contracts.contracts_rules import STATES


@pytest.mark.parametrize("state", [state for state in STATES if state != "replaced"])
def test_a_contract_comes_to_every_state(county, state):
    contract = county.contract("A1", state=state)
    assert county.contract_revision(contract).state == state
    assert [item.number for item in county.contract_items(contract)] == [1, 2]
