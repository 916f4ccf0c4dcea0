"""The urn under fire: fifty at once with one card, a closing among the ballots, a killed server, a backup at work."""

import json
import os
import signal
import threading
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException
from uuid import UUID

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from api import backup_urn
from api.dates import shanghai_day
from api.db import make_engine
from api.errors import Unavailable
from api.ratings import ballot_views, closing_service, urn_service
from api.ratings.ballot_models import BallotCount, ParticipationDay, RatingResult, RatingText, SealedText, SpentCode
from api.ratings.cards_service import CardUnusable
from api.slow_lane import SlowLane
from tests.browser.site import Server
from tests.conftest import NOW
from tests.parallel import in_parallel
from tests.ratings.urn_data import RING, make_urn

BALLOTS = "/api/v1/ballots"
pytestmark = pytest.mark.slow


@pytest.fixture
def urn(own_county):
    made = make_urn(own_county, cards=40)
    own_county.session.commit()
    return made


@pytest.fixture
def app(own_database, make_app, monkeypatch):
    monkeypatch.setattr(ballot_views, "LANE", SlowLane(places=50, seconds=0))
    return make_app(own_database)


def held(url: str) -> dict[str, int]:
    """How many cards are spent, how many answered the first question, how many came on days, how many wrote."""
    engine = make_engine(url)
    with Session(engine) as session:
        found = {
            "spent": session.scalar(select(func.count()).select_from(SpentCode)),
            "counted": session.scalar(select(func.sum(BallotCount.count)).where(BallotCount.question == "q1")),
            "of days": session.scalar(select(func.coalesce(func.sum(ParticipationDay.count), 0))),
            "written": session.scalar(select(func.count()).select_from(SealedText)),
        }
    engine.dispose()
    return {name: int(number or 0) for name, number in found.items()}


def sender(app, body, number=0):
    return lambda: app.test_client().post(
        BALLOTS, json=body, environ_base={"REMOTE_ADDR": f"10.0.{number}.1"}).status_code


def test_fifty_at_once_with_one_card_are_one_ballot(app, own_database, urn):
    found = in_parallel([sender(app, urn.ballot(text="话"), number) for number in range(50)])
    assert sorted(found) == [201] + [403] * 49
    assert set(held(own_database).values()) == {1}


def test_one_ballot_sent_fifty_times_at_once_is_one_ballot(app, own_database, urn):
    for way in ("household", "open"):
        body = urn.ballot(way=way, text="话")
        found = in_parallel([sender(app, body, number) for number in range(50)])
        assert sorted(found) == [200] * 49 + [201]
    assert set(held(own_database).values()) == {2}


def test_a_ballot_is_in_before_the_closing_or_refused_after_it(app, own_county, own_database, urn):
    bodies, enough, answers = urn.ballots(40, text="话"), threading.Event(), []

    def send(body):
        answers.append(sender(app, body)())
        if answers.count(201) >= 8:
            enough.set()

    def close():
        assert enough.wait(30)
        with app.extensions["zhucun_database"].session() as session:
            closing_service.close_campaign(session, RING, campaign_id=urn.id, by_id=None, now=NOW)
            session.commit()

    failed = [one for one in in_parallel([close, *((lambda body=body: send(body)) for body in bodies)]) if one]
    assert failed == [] and set(answers) <= {201, 403} and len(answers) == 40
    taken = answers.count(201)
    assert taken >= 8
    session = own_county.session
    assert session.scalar(select(func.sum(RatingResult.count)).where(RatingResult.question == "q1")) == taken
    assert session.scalar(select(func.count()).select_from(RatingText)) == taken
    session.rollback()
    assert held(own_database) == {"spent": 0, "counted": 0, "of days": taken, "written": 0}


def waits_for_a_lock(session) -> bool:
    return session.scalar(text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                               "AND wait_event_type = 'Lock'")) > 0


@pytest.mark.parametrize("own_database", ["postgresql"], indirect=True)
@pytest.mark.parametrize("way", ["household", "open"])
def test_a_ballot_that_had_to_wait_for_a_closing_sees_it(own_county, own_database, urn, way):
    engine, found = make_engine(own_database), []
    body = urn.ballot(way=way)

    def cast():
        with Session(engine) as session:
            try:
                urn_service.cast(session, today=NOW.date(), **{**body, "id": UUID(body["id"])})
            except CardUnusable as error:
                found.append(error)

    with Session(engine) as session:
        urn_service.lock(session)
        voter = threading.Thread(target=cast)
        voter.start()
        until = time.monotonic() + 20
        while not waits_for_a_lock(own_county.session) and time.monotonic() < until:
            own_county.session.rollback()
        own_county.session.rollback()
        closing_service.close_campaign(session, RING, campaign_id=urn.id, by_id=None, now=NOW)
        session.commit()
    voter.join(20)
    engine.dispose()
    assert len(found) == 1


@pytest.mark.parametrize("own_database", ["postgresql"], indirect=True)
def test_nobody_shuffles_while_a_backup_is_made_and_ballots_go_on(
        app, own_county, own_database, urn, monkeypatch):
    monkeypatch.setattr(urn_service, "LOCK_WAIT_S", 0.3)
    with backup_urn.shuffled_urn(own_database):
        assert sender(app, urn.ballot())() == 201
        with app.extensions["zhucun_database"].session() as session, pytest.raises(Unavailable) as refused:
            closing_service.close_campaign(session, RING, campaign_id=urn.id, by_id=None, now=NOW)
        assert (refused.value.reason, refused.value.headers) == ("urn_busy", {"Retry-After": "60"})
    with app.extensions["zhucun_database"].session() as session:
        assert closing_service.close_campaign(session, RING, campaign_id=urn.id, by_id=None, now=NOW)
        session.commit()


def _post(connection: HTTPConnection, body: dict) -> int | None:
    try:
        connection.request("POST", BALLOTS, json.dumps(body), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
    except (OSError, HTTPException):
        return None
    return answer.status


def test_no_ballot_is_lost_or_halved_when_the_server_is_killed(own_county, own_database, tmp_path):
    today = shanghai_day(datetime.now(UTC))
    urn = make_urn(own_county, cards=200, first_on=today - timedelta(days=1), last_on=today + timedelta(days=1))
    own_county.session.commit()
    bodies, folder = urn.ballots(200, text="话"), tmp_path / "var"
    folder.mkdir()
    server, acknowledged, enough = Server(own_database, folder), [], threading.Event()

    def send(part):
        with closing(HTTPConnection(server.origin.removeprefix("http://"), timeout=20)) as connection:
            for body in part:
                if _post(connection, body) != 201:
                    return
                acknowledged.append(body["id"])
                if len(acknowledged) >= 30:
                    enough.set()

    voters = [threading.Thread(target=send, args=(bodies[start::4],)) for start in range(4)]
    for one in voters:
        one.start()
    assert enough.wait(60)
    os.killpg(server._process.pid, signal.SIGKILL)
    for one in voters:
        one.join(30)
    server.stop()
    found = held(own_database)
    assert len(acknowledged) <= found["spent"] <= len(acknowledged) + 4
    assert set(found.values()) == {found["spent"]}
    # Whoever heard nothing sends it again.
    server = Server(own_database, folder)
    try:
        with closing(HTTPConnection(server.origin.removeprefix("http://"), timeout=20)) as connection:
            again = [_post(connection, body) for body in bodies]
    finally:
        server.stop()
    assert again.count(200) == found["spent"] and again.count(201) == 200 - found["spent"]
    assert set(held(own_database).values()) == {200}
