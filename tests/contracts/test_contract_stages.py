"""In whose hands contracts lie: a list of one stage, whole and page by page, as the page names the stages."""

import re

from api.contracts.contracts_rules import STAGES, STATES
from api.i18n import STATIC


def test_the_stages_hold_each_state_that_can_lie_somewhere_once():
    assert sorted(state for states in STAGES.values() for state in states) == sorted(set(STATES) - {"replaced"})


def test_the_page_names_the_same_stages():
    text = (STATIC / "shared" / "contract.js").read_text(encoding="utf-8")
    block = re.search(r"export const STAGES = \{(.*?)\n\};", text, re.DOTALL)[1]
    named = {name: tuple(re.findall(r"'(\w+)'", states)) for name, states in re.findall(r"(\w+): \[([^\]]*)\]", block)}
    assert named == STAGES


def test_a_stage_is_one_list_in_the_order_of_the_villages(as_user, county):
    for village, state in (("A1", "measures"), ("A2", "submitted"), ("B1", "returned"), ("B2", "framework")):
        county.contract(village, state=state)
    county.session.commit()
    client = as_user(county.person("supervisor"))
    pages = [client.get(f"/api/v1/contracts?stage=village&page_size=1&page={page}").json["contracts"]
             for page in (1, 2)]
    assert [[one["village"]["name"] for one in page] for page in pages] == [["A1村"], ["B1村"]]
    assert client.get("/api/v1/contracts?stage=nowhere").status_code == 422
