"""The last backup that was proved: noted by the commands, shown by /readyz, and never a reason to be unready."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from api import proof
from tests.conftest import NOW

MADE = NOW - timedelta(hours=1)


def noted(var: Path, *, made_at=MADE, file="b.tar", proven_at=NOW) -> None:
    proof.note(str(var), proof.Proof(file=file, rows=7, made_at=made_at.isoformat(), proven_at=proven_at.isoformat()))


@pytest.mark.parametrize("age, ok, days", [
    (timedelta(hours=1), True, 0),
    (timedelta(days=8), True, 8),  # the last moment
    (timedelta(days=8, seconds=1), False, 8),
    (timedelta(days=40), False, 40),
    (-timedelta(minutes=5), True, 0),  # the clock of the machine was set back
])
def test_a_proof_counts_for_eight_days_from_the_moment_that_it_holds(tmp_path, age, ok, days):
    noted(tmp_path, made_at=NOW - age)
    found = proof.check(str(tmp_path), now=NOW)
    assert (found["ok"], found["days"], "problem" in found) == (ok, days, not ok)
    assert (found["made_at"], found["proven_at"]) == ((NOW - age).isoformat(), NOW.isoformat())


@pytest.mark.parametrize("content", [
    None, "", "{", "[]", "{}", '{"file": "a", "rows": 1, "made_at": "x", "proven_at": "y"}',
    '{"file": "a", "rows": 1, "made_at": "2026-11-20T10:00:00", "proven_at": "2026-11-20T10:00:00"}',
    '{"file": "a", "rows": 1, "made_at": null, "proven_at": null}',
])
def test_a_proof_that_is_missing_or_cannot_be_read_is_none(tmp_path, content):
    if content is not None:
        (tmp_path / proof.FILE).write_text(content)
    assert proof.check(str(tmp_path), now=NOW) == {
        "ok": False, "proven_at": None, "made_at": None, "days": None,
        "problem": "No backup has been proved by restoring it: zhucun backup --check FILE."}


def test_an_older_backup_that_is_tried_once_more_takes_no_newer_ones_place(tmp_path):
    noted(tmp_path, file="new.tar")
    noted(tmp_path, file="old.tar", made_at=MADE - timedelta(days=30), proven_at=NOW + timedelta(days=1))
    assert proof.read(str(tmp_path)).file == "new.tar"
    noted(tmp_path, file="new.tar", proven_at=NOW + timedelta(days=2))
    assert proof.read(str(tmp_path)).proven_at == (NOW + timedelta(days=2)).isoformat()
    # Written beside it and renamed: nothing half-written is ever under the name, and no draft stays.
    assert [path.name for path in tmp_path.iterdir()] == [proof.FILE]


def test_readiness_shows_the_proof_and_does_not_depend_on_it(make_app, own_database, tmp_path, clock):
    client = make_app(own_database).test_client()
    missing = client.get("/readyz")
    assert (missing.status_code, missing.json["status"], missing.json["checks"]["backup"]["ok"]) == (200, "ok", False)
    noted(tmp_path, file="zhucun-secret-name.tar")
    answer = client.get("/readyz")
    assert answer.json["checks"]["backup"] == {
        "ok": True, "proven_at": NOW.isoformat(), "made_at": MADE.isoformat(), "days": 0}
    assert "secret-name" not in json.dumps(answer.json)
    clock.now += timedelta(days=9)
    old = client.get("/readyz")
    assert (old.status_code, old.json["status"]) == (200, "ok")
    assert (old.json["checks"]["backup"]["ok"], old.json["checks"]["backup"]["problem"]) == (
        False, "The last backup that was proved by restoring it is 9 days old.")
