"""A phone's batch twice in flight, beside single posts, and under kill -9: every record once, none lost."""

import json
import os
import signal
import threading
from contextlib import closing
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from uuid import uuid4

import pytest

from api.visits import village_quarters_service
from tests.browser.site import Server
from tests.county import County
from tests.faults.test_twins import sender
from tests.parallel import in_parallel

PATH = "/api/v1/sync"
BATCH, PHONES, ENOUGH = 20, 3, 120


def batch(field, size=BATCH):
    return {"items": [{"kind": "check_in", "record": field.body(days_ago=number % 12)} for number in range(size)]}


def ids(body):
    return {item["record"]["id"] for item in body["items"]}


@pytest.mark.slow
def test_two_identical_batches_in_flight_keep_each_record_once(make_field, serving):
    field = make_field()
    app, sent = serving(field), set()
    for number in range(12):
        body = batch(field)
        (one, first), (other, second) = in_parallel([sender(app, field, number % 3, body, path=PATH)] * 2)
        assert (one, other) == (200, 200), (first, second)
        for mine, theirs in zip(first["results"], second["results"], strict=True):
            assert sorted((mine["status"], theirs["status"])) == [200, 201]
            assert mine["record"] == theirs["record"]
        sent |= ids(body)
    assert field.stored() == sent
    field.assert_whole()


@pytest.mark.slow
def test_batches_and_single_posts_of_the_same_records_at_once_keep_each_once(make_field, serving):
    field = make_field()
    app, sent = serving(field), set()
    for number in range(6):
        body = batch(field, 6)
        turned = {"items": body["items"][::-1]}
        jobs = [sender(app, field, 0, body, path=PATH), sender(app, field, 0, turned, path=PATH)]
        jobs += [sender(app, field, 0, item["record"]) for item in body["items"]]
        answers = in_parallel(jobs)
        for item, (status, _answer) in zip(body["items"], answers[2:], strict=True):
            heard = [status, *(result["status"] for _ok, answer in answers[:2] for result in answer["results"]
                               if result["id"] == item["record"]["id"])]
            assert sorted(heard) == [200, 200, 201]
        sent |= ids(body)
    assert field.stored() == sent
    field.assert_whole()


@pytest.mark.slow
def test_teammates_who_visited_the_same_households_never_wait_for_each_other_in_a_circle(make_field, serving):
    field = make_field()
    with field.database.session() as session:
        county = County.found(session, now=field.now)
        households = [county.household("A1").id for _ in range(8)]
        village_id = county.villages["A1"].id
        session.commit()
    app = serving(field)

    def rounds(order):
        records = [{"id": str(uuid4()), "captured_at": field.now.isoformat(),
                    "visits": [{"id": str(uuid4()), "household_id": household, "manner": "in_person"}]}
                   for household in order]
        return {"items": [{"kind": "round", "record": record} for record in records]}

    for _ in range(4):
        jobs = [sender(app, field, number, rounds(households[:: 1 if number % 2 else -1]), path=PATH)
                for number in range(3)]
        for status, answer in in_parallel(jobs):
            assert status == 200 and {one["status"] for one in answer["results"]} == {201}
    with field.database.session(reads=True) as session:
        assert list(village_quarters_service.differences(session, village_ids=[village_id])) == []


class Phone(threading.Thread):
    """Sends batches until the server is gone; remembers which records were acknowledged."""

    def __init__(self, field, number: int, origin: str, enough: threading.Event):
        super().__init__()
        self.field, self.number, self.host, self.enough = field, number, origin.removeprefix("http://"), enough
        self.sent, self.acknowledged = [], set()

    def run(self):
        with closing(HTTPConnection(self.host, timeout=20)) as connection:
            for _ in range(500):
                self.sent.append(batch(self.field))
                try:
                    results = post(connection, self.field, self.number, self.sent[-1])
                except (OSError, HTTPException):
                    return
                self.acknowledged |= {one["id"] for one in results if one["status"] == 201}
                if len(self.acknowledged) >= ENOUGH // PHONES:
                    self.enough.set()


def post(connection, field, number, body):
    connection.request("POST", PATH, json.dumps(body), {**field.headers(number), "Content-Type": "application/json"})
    answer = connection.getresponse()
    return json.loads(answer.read())["results"]


@pytest.mark.slow
def test_no_acknowledged_record_of_a_batch_is_lost_when_the_server_is_killed(make_field, tmp_path):
    field = make_field(cadres=PHONES, now=datetime.now(UTC))
    server, enough = Server(field.url, tmp_path), threading.Event()
    phones = [Phone(field, number, server.origin, enough) for number in range(PHONES)]
    for phone in phones:
        phone.start()
    assert enough.wait(60)
    os.killpg(server._process.pid, signal.SIGKILL)
    for phone in phones:
        phone.join(30)
    server.stop()
    acknowledged = set().union(*(phone.acknowledged for phone in phones))
    stored = field.stored()
    assert acknowledged <= stored
    # A batch is there as a whole or not at all.
    assert all(ids(body) <= stored or not ids(body) & stored for phone in phones for body in phone.sent)
    field.assert_whole()
    server = Server(field.url, tmp_path)
    try:
        for phone in phones:
            with closing(HTTPConnection(server.origin.removeprefix("http://"), timeout=20)) as connection:
                for body in phone.sent:
                    for one in post(connection, field, phone.number, body):
                        assert one["status"] == (200 if one["id"] in stored else 201)
    finally:
        server.stop()
    assert field.stored() == set().union(*(ids(body) for phone in phones for body in phone.sent))
    field.assert_whole()
