"""Ballots: taken once, counted, and refused in one way only."""

from datetime import timedelta
from uuid import uuid4

import pytest
from flask import g
from sqlalchemy import event, func, select

from api.postings.account_models import LogInCount
from api.ratings import ballot_views, urn_service
from api.ratings.ballot_models import BallotCount, HouseholdCode, ParticipationDay, SealedText, SpentCode
from api.ratings.codes_service import new_code
from api.slow_lane import SlowLane
from tests.conftest import NOW
from tests.ratings.urn_data import make_urn, print_cards

PAPERS, BALLOTS = "/api/v1/ballot-papers", "/api/v1/ballots"


@pytest.fixture
def urn(county):
    made = make_urn(county, villages=("A1", "A2"))
    county.session.commit()
    return made


@pytest.fixture
def lane(monkeypatch):
    """The slow lane of this test alone; `waits` are those who came into it."""
    lane, waits = SlowLane(places=2, seconds=0), []
    wait = lane.wait
    monkeypatch.setattr(lane, "wait", lambda: waits.append(1) or wait())
    monkeypatch.setattr(ballot_views, "LANE", lane)
    lane.waits = waits
    return lane


def counts(county, urn, village="A1", way="household") -> dict:
    """What was counted in a village, without what nobody chose."""
    return {(row.question, row.answer): row.count for row in county.session.execute(
        select(BallotCount.question, BallotCount.answer, BallotCount.count).where(
            BallotCount.campaign_id == urn.id, BallotCount.village_id == county.villages[village].id,
            BallotCount.way == way, BallotCount.count > 0))}


def rows(county, table) -> int:
    return county.session.scalar(select(func.count()).select_from(table))


def test_a_card_says_what_it_asks(client, county, urn):
    answer = client.post(PAPERS, json={"code": urn.cards["A1"][0]})
    assert answer.status_code == 200
    assert answer.json["questions"][1] == {
        "key": "q2", "text": "他来过您家吗？", "recording_id": None,
        "answers": [{"key": "came", "text": "来过"}, {"key": "did_not_come", "text": "没来过"},
                    {"key": "cannot_remember", "text": "记不清"}]}
    assert {key: value for key, value in answer.json.items() if key != "questions"} == {
        "way": "household", "village": {"code": county.villages["A1"].code, "name": "A1村", "level": "village"},
        "campaign": {"title": "冬季评议", "division": {"code": county.CODE, "name": "余庆县", "level": "county"}},
        "subject": "team", "cadre_name": None, "text_prompt": "还有什么想说的？", "hotline": "0851-12345678",
        "last_on": "2026-11-21"}
    assert client.post(PAPERS, json={"code": urn.open_codes["A2"]}).json["way"] == "open"


def test_a_card_about_a_cadre_names_who_it_is(client, county):
    urn = make_urn(county, cadre=county.cadre("A1", name="张干部"))
    county.session.commit()
    answer = client.post(PAPERS, json={"code": urn.cards["A1"][0]}).json
    assert (answer["subject"], answer["cadre_name"]) == ("cadre", "张干部")


def test_a_code_is_read_however_it_was_typed(client, urn):
    code = urn.cards["A1"][0]
    typed = "－".join(code[start:start + 4] for start in range(0, 28, 4)).lower().replace("0", "o").replace("1", "l")
    assert client.post(PAPERS, json={"code": f" {typed}\n"}).status_code == 200


def test_a_ballot_is_counted_and_the_card_is_spent(client, county, urn):
    answer = client.post(BALLOTS, json=urn.ballot(q1="dissatisfied", text="多来看看"))
    assert (answer.status_code, answer.json) == (201, {"received": True})
    assert counts(county, urn) == {("q1", "dissatisfied"): 1, ("q2", "came"): 1}
    assert counts(county, urn, way="open") == counts(county, urn, "A2") == {}
    assert (rows(county, SpentCode), rows(county, SealedText)) == (1, 1)
    day = county.session.scalar(select(ParticipationDay))
    assert (day.day, day.count, day.way, day.village_id) == (NOW.date(), 1, "household", county.villages["A1"].id)
    sealed = county.session.scalar(select(SealedText.sealed))
    assert "多来看看".encode() not in sealed


def test_the_same_ballot_again_hears_the_same_and_counts_once(client, county, urn):
    for body in (urn.ballot(), urn.ballot(way="open")):
        found = [client.post(BALLOTS, json=body) for _ in range(3)]
        assert [answer.status_code for answer in found] == [201, 200, 200]
        assert all(answer.json == {"received": True} for answer in found)
    assert counts(county, urn)["q1", "satisfied"] == counts(county, urn, way="open")["q1", "satisfied"] == 1


def test_the_open_code_takes_many_ballots_that_are_counted_apart(client, county, urn):
    for _ in range(3):
        assert client.post(BALLOTS, json=urn.ballot(way="open")).status_code == 201
    assert counts(county, urn, way="open") == {("q1", "satisfied"): 3, ("q2", "came"): 3}
    assert counts(county, urn) == {}


def test_one_number_by_two_posters_is_two_ballots(client, county, urn):
    ballot = urn.ballot(way="open")
    assert client.post(BALLOTS, json=ballot).status_code == 201
    assert client.post(BALLOTS, json={**ballot, "code": urn.open_codes["A2"]}).status_code == 201
    assert counts(county, urn, "A2", "open") == {("q1", "satisfied"): 1, ("q2", "came"): 1}


@pytest.mark.parametrize("way", ["household", "open"])
def test_a_ballot_whose_answer_was_lost_at_the_end_of_the_last_day_is_known_after_it(client, county, urn, clock, way):
    ballot, late = urn.ballot(way=way), urn.ballot(1, way=way)
    # One second before midnight in Shanghai, and one after it.
    clock.now = NOW.replace(day=21, hour=23, minute=59, second=59)
    assert client.post(BALLOTS, json=ballot).status_code == 201
    clock.now += timedelta(seconds=2)
    assert client.post(BALLOTS, json=ballot).status_code == 200
    assert client.post(BALLOTS, json=late).status_code == 403


def test_a_number_that_two_cards_vote_with_does_not_join_them(client, county, urn):
    id = str(uuid4())
    for number in (0, 1):
        assert client.post(BALLOTS, json={**urn.ballot(number), "id": id}).status_code == 201
    assert len(set(county.session.scalars(select(SpentCode.attempt_hash)))) == 2


@pytest.mark.parametrize("wrong", [
    {"answers": {"q1": "satisfied"}}, {"answers": {"q1": "satisfied", "q2": "satisfied"}}, {"text": "长" * 201},
    {"id": "1"}, {"extra": 1}])
def test_what_does_not_fit_spends_nothing(client, county, urn, wrong):
    assert client.post(BALLOTS, json={**urn.ballot(), **wrong}).status_code == 422
    assert (rows(county, SpentCode), counts(county, urn)) == (0, {})
    assert client.post(BALLOTS, json=urn.ballot()).status_code == 201


def test_a_text_that_was_not_asked_for_is_refused_and_an_empty_one_is_none(client, county):
    urn = make_urn(county, text_prompt=None)
    county.session.commit()
    answer = client.post(BALLOTS, json=urn.ballot(text="很好"))
    assert (answer.status_code, list(answer.json["errors"]["json"])) == (422, ["text"])
    assert client.post(BALLOTS, json=urn.ballot(text=" \n")).status_code == 201
    assert rows(county, SealedText) == 0


def unusable(county, clock) -> dict[str, str]:
    """A code of every kind that cannot vote."""
    session, today = county.session, NOW.date()
    urn = make_urn(county, villages=("A1", "A2"))
    urn_service.cast(session, id=uuid4(), code=urn.cards["A1"][0], answers={"q1": "satisfied", "q2": "came"}, text=None,
                     today=today)
    codes = {"used": urn.cards["A1"][0], "cancelled": urn.cards["A2"][0], "unknown": new_code(),
             "altered": urn.cards["A1"][1][:-3] + "ZZZ", "cut off": urn.cards["A1"][1][:20], "nothing": "",
             "long": "A" * 5000, "no letters": "🗳" * 28}
    urn.batches["A2"].cancelled_at = NOW
    session.flush()
    print_cards(county, urn, "A2", 2)
    for state in ("drafted", "closed", "withdrawn"):
        other = make_urn(county, state=state)
        codes[state], codes[f"open code, {state}"] = other.cards["A1"][0], other.open_codes["A1"]
    early = make_urn(county, first_on=today + timedelta(days=1))
    late = make_urn(county, first_on=today - timedelta(days=5), last_on=today - timedelta(days=1))
    codes |= {"early": early.cards["A1"][0], "late": late.cards["A1"][0], "open code, late": late.open_codes["A1"]}
    session.commit()
    return codes


def test_every_card_that_cannot_vote_hears_one_and_the_same(app, client, county, clock, lane):
    app.config["HOTLINE"] = "0851-87654321"
    codes = unusable(county, clock)
    found = {}
    for name, code in codes.items():
        body = {"id": str(uuid4()), "code": code, "answers": {"q1": "satisfied", "q2": "came"}}
        for number, (address, sent) in enumerate([(PAPERS, {"code": code}), (BALLOTS, body),
                                                  (BALLOTS, {**body, "answers": {}})]):
            answer = client.post(address, json=sent)
            found[name, number] = (answer.status_code, answer.data, sorted(answer.headers))
    assert len(codes) == 17
    assert set(map(repr, found.values())) == {repr(found["unknown", 0])}
    status, _body, headers = found["unknown", 0]
    assert status == 403
    assert client.post(PAPERS, json={"code": ""}).json == {
        "code": 403, "status": "Forbidden", "reason": "card_unusable", "errors": {}, "request_id": None,
        "message": "这张卡不能用，请打监督电话 0851-87654321。"}
    assert "X-Request-Id" not in dict(headers)
    assert county.session.scalar(select(func.sum(BallotCount.count))) == 2


def test_a_refusal_is_looked_up_in_the_same_way_whatever_its_cause(client, connection, county, clock, lane):
    asked = []
    event.listen(connection, "before_cursor_execute", lambda *call: asked.append(call[2]))
    for path, more in ((PAPERS, {}), (BALLOTS, {"id": str(uuid4()), "answers": {}})):
        found, here = {}, {"environ_base": {"REMOTE_ADDR": path}}
        for name, code in unusable(county, clock).items():
            asked.clear()
            assert client.post(path, json={"code": code, **more}, **here).status_code == 403
            found[name] = [one for one in asked if "SAVEPOINT" not in one]
        assert len(found["unknown"]) >= 2
        assert all(one == found["unknown"] for one in found.values())


def test_who_is_logged_in_is_neither_asked_nor_noted(as_user, county, urn):
    client = as_user(county.cadre("A1"))
    assert client.post(BALLOTS, json=urn.ballot()).status_code == 201
    assert client.post(PAPERS, json={"code": urn.cards["A1"][1]}).status_code == 200


def test_a_cancelled_batch_takes_its_ballots_along_and_new_cards_vote(client, county, urn):
    for body in [*urn.ballots(3, text="话"), *urn.ballots(2, "A2"), urn.ballot(way="open")]:
        assert client.post(BALLOTS, json=body).status_code == 201
    urn.batches["A1"].cancelled_at = NOW
    urn_service.empty_village(county.session, campaign_id=urn.id, village_id=county.villages["A1"].id)
    print_cards(county, urn, "A1", 4)
    county.session.commit()
    assert counts(county, urn) == {} and rows(county, SealedText) == 0
    assert counts(county, urn, "A2")["q2", "came"] == 2 and counts(county, urn, way="open")["q2", "came"] == 1
    assert rows(county, SpentCode) == 3
    assert county.session.scalar(select(func.count()).select_from(HouseholdCode)) == 20
    assert client.post(BALLOTS, json=urn.ballot()).status_code == 201
    assert counts(county, urn)["q1", "satisfied"] == 1


def test_a_withdrawn_campaign_leaves_nothing_in_the_urn(client, county, urn):
    other = make_urn(county, villages=("B1",))
    county.session.commit()
    for body in [*urn.ballots(3, text="话"), urn.ballot(way="open"), other.ballot(village="B1", text="别的")]:
        assert client.post(BALLOTS, json=body).status_code == 201
    urn.campaign.state = "withdrawn"
    urn_service.empty_campaign(county.session, campaign_id=urn.id)
    county.session.commit()
    for table in (SpentCode, BallotCount, ParticipationDay, SealedText):
        assert set(county.session.scalars(select(table.campaign_id))) == {other.id}
    assert counts(county, other, "B1") == {("q1", "satisfied"): 1, ("q2", "came"): 1}


def wrong(client, path=BALLOTS, address="10.0.0.1"):
    body = {"code": new_code(), **({"id": str(uuid4()), "answers": {}} if path == BALLOTS else {})}
    return client.post(path, json=body, environ_base={"REMOTE_ADDR": address})


def test_many_wrong_cards_have_to_wait_and_a_good_one_never_does(client, county, urn, lane, clock):
    for path in (PAPERS, BALLOTS) * 15:
        assert wrong(client, path).status_code == 403
    assert lane.waits == []
    slow = wrong(client)
    assert (slow.status_code, lane.waits) == (403, [1])
    before = county.session.scalar(select(func.sum(LogInCount.failures)))
    for _ in range(20):
        wrong(client, PAPERS)
    # What is known to be a flood is not written down any more.
    assert county.session.scalar(select(func.sum(LogInCount.failures))) == before
    assert len(lane.waits) == 21
    here = {"environ_base": {"REMOTE_ADDR": "10.0.0.1"}}
    assert client.post(PAPERS, json={"code": urn.cards["A1"][0]}, **here).status_code == 200
    assert client.post(BALLOTS, json=urn.ballot(), **here).status_code == 201
    assert wrong(client, address="10.0.0.2").status_code == 403
    assert len(lane.waits) == 21
    clock.now = NOW + timedelta(minutes=16)
    assert wrong(client).status_code == 403
    assert len(lane.waits) == 21


def test_beyond_the_places_of_the_slow_lane_one_is_told_to_come_back(client, county, urn, lane, monkeypatch):
    for _ in range(31):
        wrong(client)
    monkeypatch.setattr(lane, "wait", lambda: False)
    answer = wrong(client)
    assert (answer.status_code, answer.json["reason"]) == (429, "too_many_attempts")
    assert answer.headers["Retry-After"] == "60"
    assert client.post(BALLOTS, json=urn.ballot(), environ_base={"REMOTE_ADDR": "10.0.0.1"}).status_code == 201


def test_nobody_waits_with_a_transaction_open(app, client, county, urn, lane, monkeypatch):
    held = []
    monkeypatch.setattr(lane, "wait", lambda: held.append("db_session" in g) or True)
    for _ in range(33):
        wrong(client)
    assert held == [False] * 3


def test_where_wrong_cards_came_from_stands_nowhere(client, county, urn, lane):
    wrong(client, address="10.0.0.7")
    [key] = county.session.scalars(select(LogInCount.key))
    assert len(key) == 32 and b"10.0" not in key
