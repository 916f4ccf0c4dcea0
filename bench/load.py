"""A load generator that costs next to nothing: one thread, keep-alive sockets, requests made beforehand.

It talks to this machine only, sends what it was given once, and ends when the time or the requests are used up.
"""

import gc
import re
import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

HOST = "127.0.0.1"
# A worker keeps the connections that it accepted, and by chance one may get them all: a new one now and then evens out.
REQUESTS_A_CONNECTION = 25
# How long an answer may take before the run is given up.
PATIENCE_S = 30.0
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass
class Outcome:
    """What became of a round: `accepted` are the positions of requests that were answered well."""

    seconds: float = 0.0
    latencies_s: list[float] = field(default_factory=list)
    accepted: list[int] = field(default_factory=list)
    errors: dict[str, int] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """Accepted requests a second."""
        return len(self.accepted) / self.seconds

    def fail(self, what: str) -> None:
        self.errors[what] = self.errors.get(what, 0) + 1


class _Client:
    """One phone: a connection with at most one request under way."""

    def __init__(self, port: int):
        self.port = port
        self.sent = 0
        self.held = b""
        self.number = -1
        self.sent_at = 0.0
        self.connect()

    def connect(self) -> None:
        self.socket = socket.create_connection((HOST, self.port), timeout=PATIENCE_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, number: int, request: bytes) -> None:
        self.sent += 1
        self.held, self.number, self.sent_at = b"", number, time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> int | None:
        """The status once the whole answer is here, None while it is not; ConnectionError when the server hung up."""
        more = self.socket.recv(65536)
        if not more:
            raise ConnectionError("the server closed the connection")
        self.held += more
        end = self.held.find(b"\r\n\r\n")
        if end < 0:
            return None
        length = _LENGTH.search(self.held, 0, end)
        if len(self.held) < end + 4 + (int(length[1]) if length else 0):
            return None
        return int(self.held[9:12])


def drive(port: int, requests: Sequence[bytes], *, clients: int, seconds: float, good: int = 201) -> Outcome:
    """Send requests over `clients` connections, each the next one when its last is answered, for about `seconds`.

    Whatever is not answered with the status `good` is an error.
    """
    outcome, waiting = Outcome(), iter(enumerate(requests))
    phones = [_Client(port) for _ in range(clients)]
    selector = selectors.DefaultSelector()
    # A collection in the middle of a round would be counted as the server's time.
    gc.collect()
    gc.disable()
    try:
        start = time.perf_counter()
        for phone in phones:
            selector.register(phone.socket, selectors.EVENT_READ, phone)
            _send_next(phone, waiting, selector)
        while selector.get_map():
            ready = selector.select(PATIENCE_S)
            if not ready:
                outcome.fail("no answer")
                break
            for key, _events in ready:
                if not _took_answer(key.data, outcome, good):
                    continue
                if time.perf_counter() - start >= seconds or not _send_next(key.data, waiting, selector):
                    selector.unregister(key.data.socket)
        outcome.seconds = time.perf_counter() - start
    finally:
        gc.enable()
        selector.close()
        for phone in phones:
            phone.socket.close()
    return outcome


def _send_next(phone: _Client, waiting: Iterator, selector) -> bool:
    number, request = next(waiting, (-1, b""))
    if number < 0:
        return False
    if phone.sent and phone.sent % REQUESTS_A_CONNECTION == 0:
        selector.unregister(phone.socket)
        phone.socket.close()
        phone.connect()
        selector.register(phone.socket, selectors.EVENT_READ, phone)
    phone.send(number, request)
    return True


def _took_answer(phone: _Client, outcome: Outcome, good: int) -> bool:
    status = phone.receive()
    if status is None:
        return False
    outcome.latencies_s.append(time.perf_counter() - phone.sent_at)
    if status == good:
        outcome.accepted.append(phone.number)
    else:
        outcome.fail(str(status))
    return True


def post(path: str, body: bytes, *, cookie: str | None = None) -> bytes:
    """The bytes of a POST as the phone page sends it, or, without a cookie, as the villager's page does."""
    log_in = "" if cookie is None else f"Cookie: {cookie}\r\nX-Requested-With: zhucun\r\n"
    return (f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\n{log_in}"
            f"Accept: application/json\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            ).encode() + body
