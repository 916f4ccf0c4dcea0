"""Contracts through the API: opened, filled, taken step by step by whom each step is due, read by whom they concern."""

from uuid import UUID, uuid4, uuid5

import pytest

from tests.contracts.bodies import contract_body, item_body, step_body


@pytest.fixture
def people(county):
    """Everybody that a contract of village A1 may have to do with."""
    return {
        "town": county.person("supervisor", county.townships["A"], name="赵镇长"),
        "village": county.person("village", county.villages["A1"], name="李支书"),
        "team": county.cadre("A1", name="张队长"), "county": county.person("supervisor", name="钱主任"),
        "other_town": county.person("supervisor", county.townships["B"]),
        "other_village": county.person("village", county.villages["A2"]), "neighbour": county.cadre("A2"),
        "discipline": county.person("discipline", county.county), "admin": county.person("admin"),
    }


@pytest.fixture
def send(as_user, people):
    """Send something as somebody: `send(who, path, body)`; `None` is anybody who is not logged in."""
    clients = {}

    def post(who, path, body):
        clients[who] = clients.get(who) or as_user(people[who])
        return clients[who].post(f"/api/v1/contracts{path}", json=body)
    return post


def test_a_contract_goes_its_whole_way(as_user, county, people, send):
    body = contract_body()
    opened = send("town", "", body)
    path, revision_id = f"/{body['id']}", str(uuid5(UUID(body["id"]), "1"))
    assert (opened.status_code, opened.json["revision"]["id"]) == (201, revision_id)

    def step(who, name, note=None, **details):
        answer = send(who, f"{path}/steps", step_body(revision_id, name, note=note, **details))
        return answer.status_code, answer.json.get("reason") or answer.json["revision"]["state"]

    def review(who, part, **changes):
        return send(who, f"{path}/reviews", {
            "id": str(uuid4()), "revision_id": revision_id, "body": part, "reviewer": people[who].user.name,
            "is_agreed": True, **changes})

    assert step("village", "measures") == (409, "contract_without_items")
    item = send("town", f"{path}/items", item_body(revision_id, standard=None, responsible=None, quarters=[]))
    assert item.status_code == 201
    assert step("village", "measures") == (409, "item_standard_missing")
    held = item.json["revision"]["items"][0]
    changed = as_user(people["village"]).patch(
        f"/api/v1/commitment-items/{held['id']}", headers={"If-Match": f'"{held["version"]}"'},
        json={"standard": "路面宽3.5米", "responsible": "李支书", "quarters": [{"amount": 3}] * 4})
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    assert step("town", "measures") == (403, "contract_step_elsewhere")
    assert step("village", "measures") == (201, "measures")
    vote = {"held_on": "2026-11-18", "entitled": 30, "present": 20, "in_favour": 11, "against": 9, "abstained": 0,
            "minutes": "逐条审议"}
    assert step("village", "deliberated", **{**vote, "abstained": 1}) == (422, "contract_vote_sum")
    assert step("village", "deliberated", **{**vote, "held_on": "2026-11-21"}) == (422, "contract_day_ahead")
    assert step("village", "deliberated", **vote) == (201, "deliberated")
    assert step("village", "sealed") == (409, "contract_branch_missing")
    assert review("village", "branch").status_code == 201
    assert review("village", "team").status_code == 403
    assert review("team", "team", opinion="同意").status_code == 201
    assert step("village", "sealed") == (201, "sealed")
    assert step("village", "submitted") == (201, "submitted")
    both = {"followed_procedure": True, "is_realistic_and_lawful": True}
    assert step("town", "approved", **{**both, "is_realistic_and_lawful": False}) == (422, "contract_questions_denied")
    assert step("town", "returned", **both) == (422, "contract_note_missing")
    assert step("town", "approved", **both) == (201, "approved")
    ceremony = {"held_on": "2026-11-20", "place": "镇政府", "signers": ["赵镇长", "李支书"]}
    assert step("town", "signed", **ceremony) == (201, "signed")
    assert step("village", "published") == (201, "published")
    shown = as_user(people["county"]).get(f"/api/v1/contracts{path}").json
    assert [(one["step"], one["by"]["name"]) for one in shown["revision"]["steps"]] == [
        ("framework", "赵镇长"), ("measures", "李支书"), ("deliberated", "李支书"), ("sealed", "李支书"),
        ("submitted", "李支书"), ("approved", "赵镇长"), ("signed", "赵镇长"), ("published", "李支书")]
    assert [(one["body"], one["reviewer"], one["is_agreed"], one["is_current"])
            for one in shown["revision"]["reviews"]] == [
        ("branch", "李支书", True, True), ("team", "张队长", True, True), ("township", "赵镇长", True, True)]
    assert shown["revision"]["steps"][2]["details"] == vote
    assert shown["revision"]["next_steps"] == [{"step": "closed", "needs": ["note"]}]
    assert step("town", "closed") == (422, "contract_note_missing")
    assert step("town", "closed", note="提前办结") == (201, "closed")
