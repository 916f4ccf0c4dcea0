"""Closing: results of enough ballots, texts in no order, and nothing of the campaign left in the urn."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import delete, func, select, update

from api.audit import AuditEntry
from api.postings import policies_service
from api.ratings import participation_service, urn_service
from api.ratings.ballot_models import (
    BallotCount,
    ParticipationDay,
    RatingResult,
    RatingText,
    SealedText,
    SpentCode,
)
from api.ratings.campaign_models import CampaignVillage, RatingCampaign
from api.sealing import Keyring
from tests.conftest import NOW
from tests.ratings.urn_data import QUESTIONS, make_urn

TODAY = NOW.date()
RESULTS, TEXTS = "/api/v1/rating-results", "/api/v1/rating-texts"


def fill(county, urn, ballots):
    """Cast ballots through the service, and keep them."""
    for body in ballots:
        assert urn_service.cast(county.session, today=TODAY, **{**body, "id": UUID(body["id"])})
    county.session.commit()


def close(client, urn):
    return client.post(f"/api/v1/rating-campaigns/{urn.id}/closings")


def results(client, urn, **query):
    return client.get(RESULTS, query_string={"campaign_id": str(urn.id), **query})


def texts(client, urn, **query):
    return client.get(TEXTS, query_string={"campaign_id": str(urn.id), **query})


@pytest.fixture
def urn(county):
    """Six ballots in A1, four in A2, five by the open code in A1, two in A2; each with a text."""
    made = make_urn(county, villages=("A1", "A2"))
    fill(county, made, [
        *made.ballots(6, text="一村"), *made.ballots(4, "A2", text="二村"), *made.ballots(5, way="open", text="路过"),
        *made.ballots(2, "A2", way="open", text="路人")])
    return made


@pytest.fixture
def asker(as_user, county):
    return as_user(county.person("supervisor"))


def test_a_closed_campaign_tells_what_enough_people_said_and_no_more(asker, county, urn):
    assert close(asker, urn).status_code == 200
    answer = results(asker, urn)
    assert answer.status_code == 200
    a1, a2 = answer.json["villages"]
    assert [one["village"]["code"] for one in (a1, a2)] == [county.villages["A1"].code, county.villages["A2"].code]
    assert (a1["hidden"], a2["hidden"]) == ([], ["household", "open"])
    assert (a2["household"], a2["open"]) == (None, None)
    assert a1["household"] == {
        "ballots": 6, "households": 40, "share": 0.15, "questions": [
            {"key": "q1", "favourable": {"numerator": 2, "denominator": 4, "rate": 0.5},
             "answers": [{"key": "satisfied", "count": 2}, {"key": "basically_satisfied", "count": 0},
                         {"key": "dissatisfied", "count": 2}, {"key": "do_not_know", "count": 2}]},
            {"key": "q2", "favourable": {"numerator": 4, "denominator": 6, "rate": 4 / 6},
             "answers": [{"key": "came", "count": 4}, {"key": "did_not_come", "count": 2},
                         {"key": "cannot_remember", "count": 0}]}]}
    assert (a1["open"]["ballots"], a1["open"]["households"], a1["open"]["share"]) == (5, None, None)
    total = answer.json["total"]
    assert (total["household"], total["open"]) == (a1["household"], a1["open"])
    assert (total["villages_shown"], total["villages_hidden"]) == (1, 1)
    assert answer.json["least_ballots"] == 5
    assert answer.json["campaign"]["questions"] == QUESTIONS
    rows = {row.village_id: (row.household_ballots, row.open_ballots) for row in county.session.scalars(
        select(CampaignVillage).execution_options(populate_existing=True))}
    assert rows == {county.villages["A1"].id: (6, 5), county.villages["A2"].id: (None, None)}


def test_texts_of_enough_people_are_opened_in_no_order(asker, county, urn):
    close(asker, urn)
    answer = texts(asker, urn, page_size=200)
    found = [one["text"] for one in answer.json["rating_texts"]]
    assert sorted(found) == sorted([*(f"一村{n}" for n in range(6)), *(f"路过{n}" for n in range(5))])
    ids = [one["id"] for one in answer.json["rating_texts"]]
    assert ids == sorted(ids)
    assert {one["village"]["name"] for one in answer.json["rating_texts"]} == {"A1村"}
    assert all(one["held_back"] is None and one["version"] == 1 for one in answer.json["rating_texts"])


def test_nothing_of_a_closed_campaign_is_left_in_the_urn(asker, county, urn):
    other = make_urn(county, villages=("B1",))
    fill(county, other, other.ballots(3, "B1", text="别的"))
    close(asker, urn)
    for table, count in ((SpentCode, 3), (BallotCount, 14), (SealedText, 3)):
        assert list(county.session.scalars(select(table.campaign_id))) == [other.id] * count
    left = {(row.village_id, row.way): row.count for row in county.session.scalars(
        select(ParticipationDay).where(ParticipationDay.campaign_id == urn.id))}
    assert left == {(county.villages["A1"].id, "household"): 6, (county.villages["A1"].id, "open"): 5}
    campaign = county.session.get(RatingCampaign, urn.id, populate_existing=True)
    assert (campaign.text_key, campaign.sealed_key, campaign.sealed_key_id) == (None, None, None)
    assert (campaign.state, campaign.least_ballots, campaign.closed_at) == ("closed", 5, NOW)


def test_the_log_says_who_closed_and_not_how_many_voted(asker, county, urn):
    close(asker, urn)
    entry = county.session.scalar(select(AuditEntry).where(AuditEntry.action == "campaign.closed"))
    assert entry.details == {"division": county.CODE, "title": "冬季评议"}


@pytest.mark.parametrize("what", ["closings", "withdrawals", "cancellations"])
def test_what_is_thrown_away_leaves_the_log_of_the_database_too(asker, urn, monkeypatch, what):
    settled = []
    monkeypatch.setattr("api.db.settle", lambda: settled.append(what))
    path = (f"code-batches/{urn.batches['A1'].id}" if what == "cancellations" else f"rating-campaigns/{urn.id}")
    body = None if what == "closings" else {"reason": "卡片遗失"}
    answer = asker.post(f"/api/v1/{path}/{what}", json=body)
    assert (answer.status_code, settled) == (200, [what]), answer.json


def test_closing_twice_closes_once(asker, county, urn):
    first, second = close(asker, urn), close(asker, urn)
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json == second.json and first.json["state"] == "closed"
    assert county.session.scalar(select(func.count()).select_from(AuditEntry).where(
        AuditEntry.action == "campaign.closed")) == 1
    assert county.session.scalar(select(func.count()).select_from(RatingText)) == 11


@pytest.mark.parametrize("state", ["drafted", "withdrawn"])
def test_what_is_not_open_is_not_closed(asker, county, state):
    urn = make_urn(county, state=state)
    county.session.commit()
    answer = close(asker, urn)
    assert (answer.status_code, answer.json["reason"]) == (409, "campaign_not_open")


@pytest.mark.parametrize(("state", "reason"), [("open", "campaign_open"), ("withdrawn", "campaign_withdrawn")])
def test_nothing_is_told_of_a_campaign_that_is_not_closed(asker, county, state, reason):
    urn = make_urn(county, state=state)
    county.session.commit()
    for read in (results, texts):
        answer = read(asker, urn)
        assert (answer.status_code, answer.json["reason"]) == (409, reason)


def test_a_county_may_ask_for_more_ballots(asker, county, urn):
    policies_service.set_policy(
        county.session, division=county.county, key="rating_least_ballots", value=6, effective_from=TODAY,
        source="本县规定", user_id=None, at=NOW, today=TODAY)
    county.session.commit()
    close(asker, urn)
    answer = results(asker, urn).json
    assert (answer["least_ballots"], answer["villages"][0]["hidden"]) == (6, ["open"])
    assert len(texts(asker, urn).json["rating_texts"]) == 6


def test_a_total_is_the_sum_of_what_is_shown(asker, county):
    urn = make_urn(county, villages=("A1", "A2", "B1"))
    fill(county, urn, [*urn.ballots(6), *urn.ballots(5, "B1"), *urn.ballots(4, "A2")])
    close(asker, urn)
    everything, township = results(asker, urn).json, results(asker, urn, division=county.townships["A"].code).json
    assert everything["total"]["household"]["ballots"] == 11 and everything["total"]["household"]["households"] == 80
    # What is taken off is shown itself: nothing of A2 comes of it.
    assert township["total"]["household"]["ballots"] == 6 and township["total"]["open"] is None
    assert (township["total"]["villages_shown"], township["total"]["villages_hidden"]) == (1, 1)
    assert results(asker, urn, division=county.villages["B2"].code).status_code == 404


def test_texts_do_not_open_without_their_key(asker, county, urn, app):
    app.config["SEALING"] = Keyring([("other", bytes(32))])
    answer = close(asker, urn)
    assert (answer.status_code, answer.json["reason"]) == (409, "texts_unreadable")
    # Nothing was done by halves.
    assert county.session.scalar(select(func.count()).select_from(RatingResult)) == 0
    app.config["SEALING"] = Keyring([("new", bytes(32)), ("test", bytes(range(32)))])
    assert close(asker, urn).status_code == 200


def test_texts_that_somebody_altered_are_not_passed_over(asker, county, urn):
    county.session.execute(update(SealedText).values(sealed=b"\0" * 850))
    county.session.commit()
    assert close(asker, urn).json["reason"] == "texts_unreadable"


def test_roles_at_closing(as_user, county, urn):
    rated = county.cadre("A1")
    county.grant(rated, "supervisor", county.county)
    county.session.commit()
    refused = close(as_user(rated), urn)
    assert (refused.status_code, refused.json["reason"]) == (403, "own_record")
    for person, status in ((county.person("village", county.villages["A1"]), 403), (county.cadre("A1"), 403),
                           (county.person("supervisor", county.townships["B"]), 404),
                           (county.person("supervisor", county.townships["A"]), 403),
                           (county.person("admin"), 403), (county.person("discipline"), 403)):
        assert close(as_user(person), urn).status_code == status
    assert county.session.get(RatingCampaign, urn.id, populate_existing=True).state == "open"


def test_who_may_read_what_it_came_to(as_user, county, asker):
    urn = make_urn(county, villages=("A1", "A2", "B1"))
    fill(county, urn, [*urn.ballots(5, text="甲"), *urn.ballots(5, "A2", text="乙"), *urn.ballots(5, "B1", text="丙")])
    close(asker, urn)
    seen = {}
    for name, person in {
            "posted": county.cadre("A2"), "moved away before": county.cadre("A2", to_on=date(2026, 6, 30)),
            "township": county.person("supervisor", county.townships["B"]),
            "committee": county.person("village", county.villages["A1"]), "admin": county.person("admin"),
            "discipline": county.person("discipline"), "auditor": county.person("auditor")}.items():
        answers = [read(as_user(person), urn) for read in (results, texts)]
        assert len({answer.status_code for answer in answers}) == 1
        seen[name] = answers[0].status_code if answers[0].status_code != 200 else (
            [one["village"]["name"] for one in answers[0].json["villages"]],
            {one["text"][0] for one in answers[1].json["rating_texts"]})
    assert seen == {"posted": (["A2村"], {"乙"}), "moved away before": 404, "township": (["B1村"], {"丙"}),
                    "committee": 403, "admin": 403, "discipline": 403, "auditor": 403}


def test_a_cadre_who_is_asked_about_sees_the_own_results_and_colleagues_do_not(as_user, county, asker):
    rated, colleague = county.cadre("A1"), county.cadre("A1")
    urn = make_urn(county, cadre=rated)
    fill(county, urn, urn.ballots(5))
    close(asker, urn)
    assert results(as_user(rated), urn).json["total"]["household"]["ballots"] == 5
    assert results(as_user(colleague), urn).status_code == 404


def hold(client, text, reason, version=None):
    return client.patch(f"{TEXTS}/{text['id']}", json={"held_back_reason": reason},
                        headers={"If-Match": f'"{version or text["version"]}"'})


def test_a_text_that_abuses_somebody_is_held_back_with_the_reason(as_user, county, asker, urn):
    close(asker, urn)
    rated = as_user(county.cadre("A1"))
    first = texts(asker, urn).json["rating_texts"][0]
    answer = hold(asker, first, "点名辱骂")
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')
    held = answer.json["held_back"]
    assert (held["reason"], held["at"], answer.json["text"]) == ("点名辱骂", "2026-11-20T02:00:00Z", first["text"])
    [seen] = [one for one in texts(rated, urn).json["rating_texts"] if one["id"] == first["id"]]
    assert (seen["text"], seen["held_back"]["reason"]) == (None, "点名辱骂")
    assert first["text"] not in texts(rated, urn).text
    assert [one["id"] for one in texts(asker, urn, held_back="true").json["rating_texts"]] == [first["id"]]
    assert len(texts(asker, urn, held_back="false").json["rating_texts"]) == 10
    assert hold(asker, first, "又", version=1).status_code == 412
    released = hold(asker, answer.json, None)
    assert released.json == {**first, "version": 3}
    entries = county.session.scalars(select(AuditEntry).where(AuditEntry.action.like("rating_text.%")).order_by(
        AuditEntry.id)).all()
    assert [(one.action, one.details) for one in entries] == [
        ("rating_text.held_back", {"division": county.villages["A1"].code, "title": "冬季评议", "reason": "点名辱骂"}),
        ("rating_text.released", {"division": county.villages["A1"].code, "title": "冬季评议"})]


def test_who_is_asked_about_holds_nothing_back(as_user, county, asker, urn):
    close(asker, urn)
    first = texts(asker, urn).json["rating_texts"][0]
    both = county.cadre("A1")
    county.grant(both, "supervisor", county.townships["A"])
    county.session.commit()
    assert hold(as_user(both), first, "不好听").json["reason"] == "own_record"
    assert hold(as_user(county.cadre("A1")), first, "不好听").status_code == 403
    assert hold(as_user(county.person("supervisor", county.townships["B"])), first, "不好听").status_code == 404
    assert hold(as_user(county.person("supervisor", county.townships["A"])), first, "点名辱骂").status_code == 200


def participation(county, urn, day=TODAY + timedelta(days=1)) -> dict:
    found = participation_service.participation(county.session, urn.campaign, day)
    names = {village.id: name for name, village in county.villages.items()}
    return {names[village_id]: one for village_id, one in found.items()}


def test_how_many_voted_is_told_from_the_next_day_on_and_never_of_a_few(county, urn):
    few = {"ballots": None, "households": 40, "share": None}
    assert participation(county, urn, TODAY) == {
        name: {**few, "through_on": TODAY - timedelta(days=1)} for name in ("A1", "A2")}
    assert participation(county, urn) == {
        "A1": {"ballots": 6, "households": 40, "share": 0.15, "through_on": TODAY},
        "A2": {**few, "through_on": TODAY}}


def test_how_many_voted_stays_the_same_once_the_campaign_is_closed(asker, county, urn):
    before = participation(county, urn)
    close(asker, urn)
    county.session.refresh(urn.campaign)
    assert participation(county, urn) == before
    # After its last day it is told up to that.
    assert participation(county, urn, TODAY + timedelta(days=30))["A1"]["through_on"] == TODAY + timedelta(days=1)


def test_a_village_without_households_has_no_share(county):
    urn = make_urn(county, households=0)
    fill(county, urn, urn.ballots(5))
    assert participation(county, urn)["A1"]["share"] is None


def test_a_campaign_without_ballots_closes(asker, county):
    urn = make_urn(county)
    county.session.execute(delete(BallotCount).where(BallotCount.way == "open"))
    county.session.commit()
    assert close(asker, urn).status_code == 200
    answer = results(asker, urn).json
    assert answer["total"] == {"household": None, "open": None, "villages_shown": 0, "villages_hidden": 1}
