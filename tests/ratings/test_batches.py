"""Cards through the API: shown once, for as many households as there are, never by or for those who are rated."""

import re
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from api.audit import AuditEntry
from api.ratings.ballot_models import BallotCount, HouseholdCode, SpentCode
from api.ratings.batches_rules import cancel_problem, is_among, print_problem
from api.ratings.campaign_models import CodeBatch
from api.ratings.codes_rules import code_hash, code_of
from tests.conftest import NOW
from tests.parallel import in_parallel
from tests.ratings.rating_county import HOTLINE, LAST_ON, draft_campaign, open_campaign

BATCHES, BALLOTS = "/api/v1/code-batches", "/api/v1/ballots"
ANSWERS = {"q1": "satisfied", "q2": "came", "q3": "done"}


@pytest.fixture
def people(county):
    return {
        "asker": county.person("supervisor", name="钱主任"), "township": county.person(
            "supervisor", county.townships["A"], name="龙镇长"),
        "other_township": county.person("supervisor", county.townships["B"]),
        "committee": county.person("village", county.villages["A1"]), "cadre": county.cadre("A1", name="王 干事"),
        "discipline": county.person("discipline"), "admin": county.person("admin")}


@pytest.fixture
def campaign(county, people):
    """An open campaign whose cards have come to A2 only; A1 has three households."""
    opened = open_campaign(county, "A2", asker=people["asker"], cards=6)
    for _number in range(3):
        county.household("A1")
    county.session.commit()
    return opened


def body_of(county, campaign, village="A1", **changes):
    return {"id": str(uuid4()), "campaign_id": str(campaign.id), "village_code": county.villages[village].code,
            "count": None, "handed_to": "田大爷", "handed_office": "supervision_committee", **changes}


def codes_in(answer):
    return ["".join(card["code_groups"]) for card in answer.json["cards"]]


def cast(client, code, **changes):
    return client.post(BALLOTS, json={"id": str(uuid4()), "code": code, "answers": ANSWERS, "text": None, **changes})


def test_cards_are_shown_once_and_only_hashes_are_kept(as_user, county, people, campaign):
    body, client = body_of(county, campaign), as_user(people["asker"])
    answer = client.post(BATCHES, json=body)
    village, codes = county.villages["A1"], codes_in(answer)
    rest = {key: value for key, value in answer.json.items() if key != "cards"}
    assert (answer.status_code, rest) == (201, {
        "id": body["id"], "village": {"code": village.code, "name": "A1村", "level": "village"},
        "campaign_id": str(campaign.id), "title": "第四季度驻村工作评议", "hotline": HOTLINE, "count": 3,
        "printed_at": "2026-11-20T02:00:00Z"})
    assert len(set(codes)) == 3 and all(code_of(code) == code for code in codes)
    assert all(card["qr_svg_data_uri"].startswith("data:image/svg+xml") for card in answer.json["cards"])
    kept = county.session.scalars(select(HouseholdCode.code_hash).where(
        HouseholdCode.batch_id == UUID(body["id"]))).all()
    assert set(kept) == set(map(code_hash, codes))
    again = client.post(BATCHES, json=body)
    assert (again.status_code, again.json["reason"]) == (409, "cards_shown_once")
    assert as_user(people["township"]).post(BATCHES, json=body).json["reason"] == "id_reused"
    told = county.session.scalars(select(AuditEntry.details).where(AuditEntry.action == "cards.printed")).all()
    assert told == [{"village": village.code, "title": "第四季度驻村工作评议", "count": 3, "handed_to": "田大爷",
                     "handed_office": "supervision_committee"}]
    assert not any(code in str(row.details) for code in codes for row in county.session.scalars(select(AuditEntry)))


def test_a_printed_card_votes(as_user, client, county, people, campaign):
    codes = codes_in(as_user(people["asker"]).post(BATCHES, json=body_of(county, campaign)))
    assert [cast(client, code).status_code for code in codes] == [201] * 3
    assert cast(client, codes[0]).status_code == 403


@pytest.mark.parametrize(("who", "status", "reason"), [
    ("asker", 201, None), ("township", 201, None), ("other_township", 404, "not_found"),
    ("committee", 403, "forbidden"), ("cadre", 403, "forbidden"), ("discipline", 403, "forbidden"),
    ("admin", 403, "forbidden")])
def test_who_prints(as_user, county, people, campaign, who, status, reason):
    answer = as_user(people[who]).post(BATCHES, json=body_of(county, campaign))
    assert (answer.status_code, answer.json.get("reason")) == (status, reason)


def test_nobody_prints_without_a_log_in(client, county, campaign):
    assert client.post(BATCHES, json=body_of(county, campaign)).status_code == 401


@pytest.mark.parametrize("role", ["village", "cadre"])
def test_neither_the_committee_nor_the_rated_print_whatever_else_they_are(as_user, county, people, campaign, role):
    person = people["committee" if role == "village" else "cadre"]
    county.grant(person, "supervisor", county.county)
    county.session.commit()
    client = as_user(person)
    refused = client.post(BATCHES, json=body_of(county, campaign))
    assert (refused.status_code, refused.json["reason"]) == (403, "own_record")
    cancel = client.post(f"{BATCHES}/{campaign.batches['A2']}/cancellations", json={"reason": "丢了"})
    # The committee of one village is nothing to the cards of another.
    assert cancel.status_code == (200 if role == "village" else 403)


@pytest.mark.parametrize(("changes", "status", "reason"), [
    ({"count": 4}, 422, "cards_too_many"), ({"count": 0}, 422, "invalid"), ({"handed_to": ""}, 422, "invalid"),
    ({"handed_to": "王干事"}, 422, "handed_to_rated"), ({"handed_to": " 王　干事"}, 422, "handed_to_rated"),
    ({"handed_office": "cadre"}, 422, "invalid"), ({"campaign_id": str(uuid4())}, 404, "not_found"),
    ({"village_code": "520329001000"}, 404, "division_not_found"), ({"count": 2}, 201, None)])
def test_what_cards_may_be_printed(as_user, county, people, campaign, changes, status, reason):
    answer = as_user(people["asker"]).post(BATCHES, json=body_of(county, campaign, **changes))
    assert (answer.status_code, answer.json.get("reason")) == (status, reason)


def test_a_village_without_households_gets_no_cards(as_user, county, people, campaign):
    answer = as_user(people["asker"]).post(BATCHES, json=body_of(county, campaign, "B2"))
    assert (answer.status_code, answer.json["reason"]) == (422, "village_without_households")


def test_a_draft_has_no_cards(as_user, county, people):
    drafted = draft_campaign(county, asker=people["asker"])
    county.household("A1")
    county.session.commit()
    answer = as_user(people["asker"]).post(BATCHES, json=body_of(county, drafted))
    assert (answer.status_code, answer.json["reason"]) == (409, "campaign_not_open")


def test_who_lost_the_cards_cancels_them_and_prints_anew(as_user, client, county, people, campaign):
    asker, old = as_user(people["asker"]), campaign.codes["A2"]
    assert cast(client, old[0]).status_code == 201
    assert asker.post(BATCHES, json=body_of(county, campaign, "A2")).json["reason"] == "cards_exist"
    path = f"{BATCHES}/{campaign.batches['A2']}/cancellations"
    assert asker.post(path, json={"reason": ""}).status_code == 422
    done = asker.post(path, json={"reason": "在路上丢了"})
    assert (done.status_code, done.json["cancelled_at"], done.json["cancel_reason"]) == (
        200, "2026-11-20T02:00:00Z", "在路上丢了")
    assert asker.post(path, json={"reason": "别的"}).json == done.json
    new = asker.post(BATCHES, json=body_of(county, campaign, "A2"))
    assert new.status_code == 201
    # What came in with the old cards is gone, so nobody votes twice; and old cards are void.
    assert sum(county.session.scalars(select(BallotCount.count))) == 0
    assert county.session.scalars(select(SpentCode)).all() == []
    assert [cast(client, code).status_code for code in (old[0], old[1], codes_in(new)[0])] == [403, 403, 201]
    assert county.session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("cards.%"))
                                  .order_by(AuditEntry.id)).all() == ["cards.cancelled", "cards.printed"]


@pytest.mark.parametrize(("who", "status"), [
    ("township", 200), ("other_township", 404), ("committee", 403), ("cadre", 403), ("admin", 403)])
def test_who_cancels(as_user, county, people, campaign, who, status):
    path = f"{BATCHES}/{campaign.batches['A2']}/cancellations"
    assert as_user(people[who]).post(path, json={"reason": "丢了"}).status_code == status
    assert as_user(people[who]).post(f"{BATCHES}/{uuid4()}/cancellations", json={"reason": "丢了"}).status_code in (
        403, 404)


def test_two_officers_who_print_one_village_at_once_make_one_batch(own_database, own_county, make_app):
    first, second = own_county.person("supervisor"), own_county.person("supervisor")
    campaign = open_campaign(own_county, "B1", asker=first)
    own_county.household("A1")
    tokens = [own_county.token(person) for person in (first, second)] * 2
    own_county.session.commit()
    app = make_app(own_database)

    def job(token):
        body = body_of(own_county, campaign)
        return lambda: app.test_client().post(BATCHES, json=body, headers={"Authorization": f"Bearer {token}"})

    answers = in_parallel([job(token) for token in tokens])
    told = [(answer.status_code, answer.json.get("reason")) for answer in answers]
    assert sorted(told, key=str) == [
        (201, None), *[(409, "cards_exist")] * 3]
    assert len(own_county.session.scalars(select(CodeBatch).where(
        CodeBatch.village_id == own_county.villages["A1"].id)).all()) == 1


def test_one_batch_sent_twice_at_once_is_shown_once(own_database, own_county, make_app):
    asker = own_county.person("supervisor")
    campaign = open_campaign(own_county, "B1", asker=asker)
    own_county.household("A1")
    headers = {"Authorization": f"Bearer {own_county.token(asker)}"}
    own_county.session.commit()
    app, body = make_app(own_database), body_of(own_county, campaign)
    answers = in_parallel([lambda: app.test_client().post(BATCHES, json=body, headers=headers)] * 3)
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    assert {answer.json.get("reason") for answer in answers} == {None, "cards_shown_once"}


def test_the_order_on_the_sheets_is_not_in_the_table(own_database, own_county, make_app):
    asker = own_county.person("supervisor")
    campaign = open_campaign(own_county, "B1", asker=asker)
    for _number in range(40):
        own_county.household("A1")
    headers = {"Authorization": f"Bearer {own_county.token(asker)}"}
    own_county.session.commit()
    answer = make_app(own_database).test_client().post(BATCHES, json=body_of(own_county, campaign), headers=headers)
    printed = [code_hash(code) for code in codes_in(answer)]
    kept = own_county.session.scalars(select(HouseholdCode.code_hash).where(
        HouseholdCode.batch_id == UUID(answer.json["id"]))).all()
    # Forty hashes come in order by chance once in more cases than there are atoms.
    assert list(kept) == sorted(printed) != printed


@pytest.mark.parametrize(("state", "today", "printing", "cancelling"), [
    ("open", NOW.date(), None, None), ("open", LAST_ON, None, None),
    ("drafted", NOW.date(), "campaign_not_open", "campaign_not_open"),
    ("closed", NOW.date(), "campaign_not_open", "campaign_not_open"),
    ("open", LAST_ON.replace(day=30), "campaign_over", None)])
def test_when_cards_may_be_printed_and_cancelled(state, today, printing, cancelling):
    assert print_problem(state=state, last_on=LAST_ON, today=today) == printing
    assert cancel_problem(state=state) == cancelling


@pytest.mark.parametrize(("name", "expected"), [
    ("王干事", True), ("王 干事", True), ("王　干 事", True), ("王干", False), ("", False)])
def test_a_name_is_the_same_however_it_is_spaced(name, expected):
    assert is_among(name, ["李主任", "王 干事"]) is expected


def test_the_picture_leads_to_the_page_with_the_code_in_the_fragment(as_user, county, people, campaign):
    answer = as_user(people["asker"]).get(f"/api/v1/rating-campaigns/{campaign.id}/villages",
                                          query_string={"village": county.villages["A1"].code})
    address = answer.json["villages"][0]["open_address"]
    assert re.fullmatch(r"http://localhost/r/#[0-9A-Z]{28}", address)
