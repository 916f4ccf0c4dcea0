"""What must hold of contracts: nothing published without its course, one winner, edits by version, who sees whose."""

from datetime import date, timedelta
from uuid import UUID, uuid4, uuid5

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.contracts import contract_steps_service, items_service
from api.contracts.acceptance_models import Acceptance, Completion
from api.contracts.models import Contract, ContractReview, ContractStep
from api.errors import DomainError
from tests.checkin.test_figures import statements_of
from tests.contracts.bodies import contract_body, item_body, step_body
from tests.contracts.promised import publish
from tests.parallel import in_parallel

STEPS = ("measures", "deliberated", "sealed", "submitted", "approved", "returned", "signed", "published", "closed")
FORWARD = {"framework": "measures", "returned": "measures", "measures": "deliberated", "deliberated": "sealed",
           "sealed": "submitted", "submitted": "approved", "approved": "signed", "signed": "published"}
DOINGS = st.lists(st.tuples(
    st.sampled_from(["forward"] * 12 + ["branch", "team"] * 3 + ["edit", *STEPS]),
    st.booleans(), st.integers(15, 30), st.integers(0, 30)), min_size=8, max_size=30)


@pytest.mark.parametrize("connection", ["sqlite"], indirect=True)
@settings(max_examples=25, suppress_health_check=list(HealthCheck), database=None)
@given(doings=DOINGS)
def test_no_order_of_calls_reaches_publication_without_vote_seal_and_approval(county, doings):
    contract = county.contract(county.new_village(), state="framework", items=[{}])
    edited_after = 0
    for doing, is_agreed, present, in_favour in doings:
        state = county.contract_revision(contract).state
        name = FORWARD.get(state, "closed") if doing == "forward" else doing
        in_favour = min(in_favour, present) if doing != "forward" or not is_agreed else present
        role = "town" if name in ("approved", "returned", "signed", "closed") else "village"
        try:
            if name in ("branch", "team"):
                county.contract_review(contract, name, role="village" if name == "branch" else "team_entered",
                                       is_agreed=is_agreed)
            elif name == "edit":
                edit(county, contract)
                edited_after = steps_of(county, contract)[-1].number
            else:
                county.contract_step(contract, name, role=role, note="说明", **({
                    "present": present, "in_favour": in_favour, "against": present - in_favour, "abstained": 0,
                    "entitled": 30} if name == "deliberated" else {}))
        except DomainError:
            continue
        steps = steps_of(county, contract)
        if steps[-1].step == "published":
            came_here(county, contract, steps, edited_after)


def came_here(county, contract, steps, edited_after) -> None:
    """Judge a published revision by its own records, with the law's numbers written out."""
    names = [step.step for step in steps]
    assert names[-6:] == ["deliberated", "sealed", "submitted", "approved", "signed", "published"]
    vote = steps[-6]
    assert vote.step == "deliberated" and vote.number > edited_after
    assert vote.details["present"] * 3 >= vote.details["entitled"] * 2
    assert vote.details["in_favour"] * 2 > vote.details["present"]
    last = {review.body: review for review in county.session.scalars(select(ContractReview).where(
        ContractReview.revision_id == county.contract_revision(contract).id).order_by(ContractReview.number))}
    assert all(last[body].is_agreed for body in ("branch", "team", "township"))
    assert last["township"].user_id not in {step.user_id for step in steps if step.step in ("measures", "sealed")}


def steps_of(county, contract) -> list[ContractStep]:
    return list(county.session.scalars(select(ContractStep).where(
        ContractStep.revision_id == county.contract_revision(contract).id).order_by(ContractStep.number)))


def edit(county, contract) -> None:
    standing = county.contract_standing(contract, "village")
    item = items_service.locked_item(county.session, standing=standing, item_id=county.contract_items(contract)[0].id)
    items_service.change_item(county.session, standing=standing, item=item, now=county.now,
                              changes={"standard": f"路面宽{item.version}米"})


def test_of_two_approvals_in_flight_one_wins(make_app, own_database, own_county):
    contract = own_county.contract("A1", state="submitted")
    people = [own_county.person("supervisor", own_county.townships["A"]) for _ in range(2)]
    tokens = [own_county.token(person) for person in people]
    own_county.session.commit()
    app = make_app(own_database)
    body = step_body(str(own_county.contract_revision(contract).id), "approved", followed_procedure=True,
                     is_realistic_and_lawful=True)
    own_county.session.commit()

    def approve(token):
        return app.test_client().post(f"/api/v1/contracts/{contract.id}/steps", json={**body, "id": str(uuid4())},
                                      headers={"Authorization": f"Bearer {token}"})
    answers = in_parallel([lambda token=token: approve(token) for token in tokens])
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    loser = next(answer for answer in answers if answer.status_code == 409)
    assert (loser.json["reason"], loser.json["errors"]["allowed"]) == ("contract_step", ["signed"])
    with Session(own_county.session.get_bind()) as session:
        assert session.scalar(select(func.count()).where(ContractStep.step == "approved")) == 1


def test_the_same_again_is_the_same_and_other_content_is_refused(as_user, county):
    town = county.person("supervisor", county.townships["A"])
    client, body = as_user(town), contract_body()
    first = client.post("/api/v1/contracts", json=body)
    assert (first.status_code, client.post("/api/v1/contracts", json=body).status_code) == (201, 200)
    path, revision_id = f"/api/v1/contracts/{body['id']}", str(uuid5(UUID(body["id"]), "1"))
    for part, one, other in (
            ("", body, {**body, "last_on": "2026-12-31", "kind": "term"}),
            ("/items", item_body(revision_id), {"text": "别的"})):
        if part:
            assert [client.post(path + part, json=one).status_code for _ in range(2)] == [201, 200]
        refused = client.post(path + part if part else "/api/v1/contracts", json={**one, **other})
        assert (refused.status_code, refused.json["reason"]) == (409, "id_reused")
    second = client.post("/api/v1/contracts", json=contract_body())
    assert (second.status_code, second.json["reason"]) == (409, "contract_exists")
    village = as_user(county.person("village", county.villages["A1"]))
    measures = step_body(revision_id, "measures")
    assert [village.post(path + "/steps", json=measures).status_code for _ in range(2)] == [201, 200]
    assert village.post(path + "/steps", json={**measures, "note": "别的"}).json["reason"] == "id_reused"
    assert len(client.get(path).json["revision"]["items"]) == 1


def test_an_item_is_edited_by_its_version(as_user, county):
    contract = county.contract("A1", state="framework", items=[{}])
    held = county.contract_items(contract)[0]
    town, village = (as_user(county.person("supervisor", county.townships["A"])),
                     as_user(county.person("village", county.villages["A1"])))
    path = f"/api/v1/commitment-items/{held.id}"
    assert town.patch(path, json={"target": 8}).status_code == 428
    changed = town.patch(path, json={"target": 8.25}, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    assert changed.json["revision"]["items"][0]["target"] == 8.25
    stale = village.patch(path, json={"standard": "宽4米"}, headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.headers["ETag"]) == (412, '"2"')
    refused = village.patch(path, json={"target": 1}, headers={"If-Match": '"2"'})
    assert (refused.status_code, refused.json["reason"]) == (403, "item_of_the_town")
    assert village.delete(path, headers={"If-Match": '"2"'}).json["reason"] == "item_of_the_town"
    assert town.delete(path).status_code == 428
    assert town.delete(path, headers={"If-Match": '"2"'}).status_code == 204
    assert town.patch(path, json={"target": 8}, headers={"If-Match": '"2"'}).status_code == 404


def test_an_item_cannot_be_edited_once_it_was_voted_on(as_user, county):
    contract = county.contract("A1", state="deliberated")
    held = county.contract_items(contract)[0]
    town = as_user(county.person("supervisor", county.townships["A"]))
    refused = town.patch(f"/api/v1/commitment-items/{held.id}", json={"target": 1}, headers={"If-Match": '"1"'})
    assert (refused.status_code, refused.json["reason"]) == (409, "contract_not_editable")


ROLES = {
    "town": (200, True), "county": (200, True), "village": (200, True), "team": (200, True),
    "other_town": (404, False), "other_village": (404, False), "neighbour": (404, False),
    "discipline": (403, None), "admin": (403, None), None: (401, None),
}


@pytest.mark.parametrize("who", ROLES)
def test_who_sees_a_contract(app, as_user, county, who):
    contract = county.contract("A1", state="framework")
    make = {"town": lambda: county.person("supervisor", county.townships["A"]),
            "county": lambda: county.person("supervisor"), "team": lambda: county.cadre("A1"),
            "village": lambda: county.person("village", county.villages["A1"]),
            "other_town": lambda: county.person("supervisor", county.townships["B"]),
            "other_village": lambda: county.person("village", county.villages["A2"]),
            "neighbour": lambda: county.cadre("A2"), "discipline": lambda: county.person("discipline", county.county),
            "admin": lambda: county.person("admin")}
    client = as_user(make[who]()) if who else app.test_client()
    status, is_listed = ROLES[who]
    assert client.get(f"/api/v1/contracts/{contract.id}").status_code == status
    assert client.get(f"/api/v1/contracts/{contract.id}/revisions/1").status_code == status
    assert client.get(f"/api/v1/contracts/{contract.id}/differences").status_code == status
    if is_listed is not None:
        listed = client.get("/api/v1/contracts").json["contracts"]
        assert [one["id"] for one in listed] == ([str(contract.id)] if is_listed else [])


def test_a_list_asks_as_often_for_one_contract_as_for_many(as_user, county, connection):
    client = as_user(county.person("supervisor"))
    county.contract("A1", state="submitted")
    one = statements_of(connection, lambda: client.get("/api/v1/contracts"))
    for village in ("A2", "B1", "B2"):
        county.contract(village, state="submitted")
    many = statements_of(connection, lambda: client.get("/api/v1/contracts"))
    assert one == many


def test_a_revision_keeps_both_readable_and_replaces_when_it_is_published(as_user, county):
    contract = county.contract("A1", items=[{}])
    county.revise_contract(contract)
    edit(county, contract)
    client = as_user(county.person("supervisor", county.townships["A"]))
    path = f"/api/v1/contracts/{contract.id}"
    found = client.get(path + "/differences").json
    assert [(one["number"], [change["field"] for change in one["fields"]]) for one in found["changed"]] == [
        (1, ["standard"])]
    assert client.get(path + "/revisions/1").json["state"] == "published"
    county.walk_contract(contract, "published")
    shown = client.get(path).json
    assert [(one["number"], one["state"]) for one in shown["revisions"]] == [(1, "replaced"), (2, "published")]


def test_what_was_closed_meanwhile_is_replaced_when_its_revision_is_published(as_user, county):
    contract = county.contract("A1", items=[{}])
    first = county.contract_revision(contract)
    county.revise_contract(contract)
    contract_steps_service.take_step(
        county.session, standing=county.contract_standing(contract, "town"), contract_id=contract.id, id=uuid4(),
        revision_id=first.id, step="closed", note="提前", details={}, photos=[], content_hash=b"test", now=county.now)
    county.walk_contract(contract, "published")
    client = as_user(county.person("supervisor", county.townships["A"]))
    shown = client.get(f"/api/v1/contracts/{contract.id}").json
    assert [one["state"] for one in shown["revisions"]] == ["replaced", "published"]
    assert client.get("/api/v1/contract-figures").json["total"]["items"] == 1


@pytest.mark.parametrize(("kind", "reason"), [("completion", "item_completed"), ("acceptance", "item_accepted")])
def test_a_revision_does_not_lose_or_reword_what_was_accepted(as_user, county, kind, reason):
    contract = county.contract("A1", items=[{}])
    [item] = county.contract_items(contract)
    told = {"id": uuid4(), "line_id": item.line_id, "content_hash": b"test"}
    by_id = county.person("village", county.villages["A1"]).user.id
    county.session.add(Completion(**told, completed_on=county.now.date(), user_id=by_id, at=county.now,
                                  received_at=county.now) if kind == "completion" else Acceptance(
        **told, item_id=item.id, village_id=contract.village_id, inspected_on=county.now.date(), place="三组",
        verdict="not_met", findings="未通", state="inspected", entered_by_id=by_id, entered_at=county.now,
        changed_at=county.now, version=1))
    county.revise_contract(contract)
    [copy] = county.contract_items(contract)
    county.session.commit()
    client, path = as_user(county.person("supervisor", county.townships["A"])), f"/api/v1/commitment-items/{copy.id}"
    removed = client.delete(path, headers={"If-Match": '"1"'})
    assert (removed.status_code, removed.json["reason"]) == (409, reason)
    changed = client.patch(path, json={"target": 1}, headers={"If-Match": '"1"'})
    assert changed.status_code == (200 if kind == "completion" else 409)


@pytest.mark.parametrize(("due_on", "completed_on", "state", "due", "overdue"), [
    # Completed after its deadline: it waits since the deadline, as the list says.
    (date(2026, 6, 30), date(2026, 11, 19), "published", 1, 1),
    (date(2026, 11, 19), None, "published", 1, 0), (date(2026, 11, 20), None, "published", 0, 0),
    (date(2026, 12, 20), date(2026, 11, 19), "published", 1, 0),
    # Nothing of a closed contract can be accepted any more, so that nothing waits.
    (date(2026, 6, 30), None, "closed", 0, 0)])
def test_figures_count_what_the_list_of_what_waits_names(
        as_user, county, due_on, completed_on, state, due, overdue):
    [line] = publish(county, "A1", {"due_on": due_on}, state=state)
    person = county.person("supervisor", county.townships["A"])
    if completed_on is not None:
        county.session.add(Completion(id=uuid4(), line_id=line, completed_on=completed_on, user_id=person.user.id,
                                      at=county.now, received_at=county.now, content_hash=b"test"))
    county.session.commit()
    client = as_user(person)
    listed = client.get("/api/v1/acceptances/due").json["due"]
    total = client.get("/api/v1/contract-figures").json["total"]
    assert (len(listed), sum(one["is_overdue"] for one in listed)) == (total["due"], total["overdue"]) == (due, overdue)


def test_a_review_is_of_the_items_as_they_stand(county):
    contract = county.contract("A1", state="measures", items=[{}])
    county.contract_review(contract, "branch", role="village")
    county.contract_review(contract, "team", role="team_entered")
    edit(county, contract)
    county.contract_step(contract, "deliberated", role="village")
    with pytest.raises(DomainError) as caught:
        county.contract_step(contract, "sealed", role="village")
    assert caught.value.reason == "contract_branch_missing"


def test_numbers_of_persons_hold_back_publication(county):
    contract = county.contract("A1", state="signed", items=[{"responsible": "李支书 13985201234"}])
    with pytest.raises(DomainError) as caught:
        county.contract_step(contract, "published", role="town")
    assert caught.value.reason == "contract_private_numbers"


def test_a_contract_is_closed_without_a_word_once_its_period_is_over(county):
    contract = county.contract("A1")
    county.now += timedelta(days=60)
    contract_steps_service.take_step(
        county.session, standing=county.contract_standing(contract, "town"), contract_id=contract.id, id=uuid4(),
        revision_id=county.contract_revision(contract).id, step="closed", note=None, details={}, photos=[],
        content_hash=b"test", now=county.now)
    assert county.contract_revision(county.session.get(Contract, contract.id)).state == "closed"


def test_figures_and_sizes(as_user, county):
    county.contract("A1")
    client = as_user(county.person("supervisor", county.townships["A"]))
    found = client.get("/api/v1/contract-figures").json
    assert (found["year"], found["total"]["villages"], found["total"]["without"], found["total"]["items"],
            found["total"]["states"]["published"]) == (2026, 2, 1, 2, 1)
    path = f"/api/v1/village-sizes/{county.villages['A1'].code}/2026"
    assert client.get(path).json["households"] is None
    assert client.put(path, json={"households": 101}).json["band"] == 2
    assert client.put(path, json={"households": 401}).status_code == 428
    changed = client.put(path, json={"households": 401}, headers={"If-Match": '"1"'})
    assert (changed.json["band"], changed.headers["ETag"]) == (5, '"2"')
