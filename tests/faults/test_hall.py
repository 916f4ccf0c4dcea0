"""A hall of 300 villagers behind one address, from which somebody also tries wrong cards: all 300 are served."""

import json
import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from api.ratings.ballot_models import BallotCount, SpentCode
from api.ratings.codes_service import new_code
from tests.browser.site import Site
from tests.conftest import BOTH
from tests.ratings.rating_county import open_campaign

VILLAGERS, AT_ONCE = 300, 12
# 1,000 a minute, and never more of them than belong to a quarter of an hour, whatever happens.
WRONG_A_SECOND, MOST_WRONG = 1000 / 60, 15_000
WITHIN_S = 120
ANSWERS = {"q1": "satisfied", "q2": "came", "q3": "done"}


@pytest.fixture(params=BOTH)
def hall(request, tmp_path):
    """A server on this machine with a village of 300 households that all have a card."""
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_server").create("zhucun_hall", "zhucun_template")
    else:
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "zhucun.sqlite3")
        url = f"sqlite:///{tmp_path / 'zhucun.sqlite3'}"
    site = Site(url, tmp_path)
    yield site
    site.stop()


def post(site, path: str, body: dict) -> tuple[int, float]:
    """(status, seconds) of a request over a connection of its own, as each phone has one."""
    connection = HTTPConnection(urlsplit(site.origin).netloc, timeout=60)
    start = time.monotonic()
    try:
        connection.request("POST", f"/api/v1/{path}", json.dumps(body), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        return answer.status, time.monotonic() - start
    finally:
        connection.close()


def vote(site, code: str) -> list[tuple[int, float]]:
    return [post(site, "ballot-papers", {"code": code}),
            post(site, "ballots", {"id": str(uuid4()), "code": code, "answers": ANSWERS, "text": None})]


class Guesser:
    """Sends wrong cards at a steady pace until it is told to stop."""

    def __init__(self, site):
        self.site, self.found, self._over = site, [], threading.Event()
        self._pool = ThreadPoolExecutor(4 * AT_ONCE)
        self._pace = threading.Thread(target=self._run)

    def _run(self) -> None:
        start = time.monotonic()
        for number in range(MOST_WRONG):
            if self._over.wait(max(0, start + number / WRONG_A_SECOND - time.monotonic())):
                return
            self._pool.submit(lambda: self.found.append(post(self.site, "ballot-papers", {"code": new_code()})))

    def __enter__(self) -> "Guesser":
        self._pace.start()
        return self

    def __exit__(self, *_error) -> None:
        self._over.set()
        self._pace.join()
        self._pool.shutdown()


@pytest.mark.slow
def test_three_hundred_behind_one_address_are_served_while_wrong_cards_wait(hall):
    with hall.making() as county:
        campaign = open_campaign(county, "A1", cards=VILLAGERS, first_on=hall.today, last_on=hall.today)
    with Guesser(hall) as guesser:
        # Until the address is known for its wrong cards.
        until = time.monotonic() + WITHIN_S
        while not any(status == 429 for status, _seconds in list(guesser.found)) and time.monotonic() < until:
            time.sleep(0.05)
        start = time.monotonic()
        with ThreadPoolExecutor(AT_ONCE) as villagers:
            votes = list(villagers.map(lambda code: vote(hall, code), campaign.codes["A1"]))
        took = time.monotonic() - start
    assert [[status for status, _seconds in one] for one in votes] == [[200, 201]] * VILLAGERS
    assert took < WITHIN_S
    wrong = [status for status, _seconds in guesser.found]
    assert set(wrong) == {403, 429}
    # Few are let in to be refused, each of them after a wait, and most are told to come back later.
    assert wrong.count(429) > wrong.count(403)
    refused = [seconds for status, seconds in guesser.found if status == 403]
    assert sum(seconds >= 2 for seconds in refused) > 0
    with hall.making() as county:
        assert county.session.scalar(select(func.count()).select_from(SpentCode)) == VILLAGERS
        assert set(county.session.scalars(select(BallotCount.count).where(BallotCount.count > 0))) == {VILLAGERS}
