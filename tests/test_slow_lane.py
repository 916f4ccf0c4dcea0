"""The slow lane: few wait, the others are told to come back, and a key is forgotten when its time is over."""

import threading
from datetime import timedelta

from api import slow_lane
from api.slow_lane import SlowLane
from tests.conftest import NOW


def test_only_so_many_wait_at_a_time_and_the_places_come_free_again(monkeypatch):
    lane, inside, leave, found = SlowLane(places=2, seconds=0), threading.Barrier(3), threading.Event(), []

    def sleep(_seconds):
        inside.wait(10)
        leave.wait(10)

    with monkeypatch.context() as patched:
        patched.setattr(slow_lane.time, "sleep", sleep)
        waiting = [threading.Thread(target=lambda: found.append(lane.wait())) for _ in range(2)]
        for one in waiting:
            one.start()
        inside.wait(10)
        assert lane.wait() is False
        leave.set()
        for one in waiting:
            one.join(10)
    assert found == [True, True] and lane.wait() is True


def test_a_key_is_remembered_until_its_time_is_over():
    lane = SlowLane(places=1, seconds=0)
    lane.note(b"one", NOW + timedelta(minutes=15))
    assert lane.is_noted(b"one", NOW) and not lane.is_noted(b"other", NOW)
    assert not lane.is_noted(b"one", NOW + timedelta(minutes=15))
    assert not lane.is_noted(b"one", NOW)


def test_it_never_remembers_without_bound(monkeypatch):
    monkeypatch.setattr(SlowLane, "MOST", 3)
    lane = SlowLane(places=1, seconds=0)
    for number in range(10):
        lane.note(bytes([number]), NOW + timedelta(minutes=1))
    assert len(lane._until) <= 3 and lane.is_noted(b"\x09", NOW)
