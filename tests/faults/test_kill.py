"""kill -9 of a real server under load: what it acknowledged is there, exactly once, and sending again is safe."""

import json
import os
import signal
import threading
from contextlib import closing
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException

import pytest

from tests.browser.site import Server

PHONES = 4
ENOUGH = 60


class Phone(threading.Thread):
    """Sends check-ins one after the other until the server is gone; remembers what was acknowledged."""

    def __init__(self, field, number: int, origin: str, enough: threading.Event):
        super().__init__()
        self.field, self.number, self.host, self.enough = field, number, origin.removeprefix("http://"), enough
        self.sent, self.acknowledged = [], []

    def run(self):
        with closing(HTTPConnection(self.host, timeout=20)) as connection:
            for count in range(5000):
                if not self._send(connection, self.field.body(days_ago=count % 12)):
                    return

    def _send(self, connection: HTTPConnection, body: dict) -> bool:
        self.sent.append(body)
        try:
            connection.request("POST", "/api/v1/check-ins", json.dumps(body),
                               {**self.field.headers(self.number), "Content-Type": "application/json"})
            answer = connection.getresponse()
            answer.read()
        except (OSError, HTTPException):
            return False
        if answer.status == 201:
            self.acknowledged.append(body["id"])
        if len(self.acknowledged) >= ENOUGH // PHONES:
            self.enough.set()
        return True


@pytest.mark.slow
def test_no_acknowledged_record_is_lost_when_the_server_is_killed_under_load(make_field, tmp_path):
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
    acknowledged = {one for phone in phones for one in phone.acknowledged}
    assert len(acknowledged) >= ENOUGH // PHONES
    assert acknowledged <= field.stored()
    field.assert_whole()
    # The phones send everything again: what had arrived is known, what had not is new, and each is stored once.
    server = Server(field.url, tmp_path)
    try:
        for phone in phones:
            connection = HTTPConnection(server.origin.removeprefix("http://"), timeout=20)
            for body in phone.sent:
                connection.request("POST", "/api/v1/check-ins", json.dumps(body),
                                   {**field.headers(phone.number), "Content-Type": "application/json"})
                answer = connection.getresponse()
                answer.read()
                assert answer.status == 200 if body["id"] in acknowledged else answer.status in (200, 201)
            connection.close()
    finally:
        server.stop()
    assert field.stored() == {body["id"] for phone in phones for body in phone.sent}
    field.assert_whole()
