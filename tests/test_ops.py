"""Alive, ready, measured; and every answer can be found in the log."""

import io
import json
import logging
import sys
import shutil
import sqlite3
from collections import namedtuple

import pytest
from flask import g

from api import db, ops
from api.auth import PUBLIC, requires
from api.errors import NotFound
from api.postings import accounts_service

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def own_client(own_database, make_app):
    return make_app(own_database).test_client()


def test_a_process_that_answers_is_alive_whatever_the_database_does(make_app, tmp_path):
    client = make_app(f"sqlite:///{tmp_path / 'nowhere' / 'z.sqlite3'}").test_client()
    shutil.rmtree(tmp_path / "nowhere", ignore_errors=True)
    client.set_cookie("zhucun_session", "an old one")
    assert (client.get("/livez").status_code, client.get("/livez").json) == (200, {"status": "ok"})
    assert client.get("/").status_code == 200


def test_a_whole_server_is_ready(own_client, own_database):
    answer = own_client.get("/readyz")
    database = answer.json["checks"]["database"]
    assert (answer.status_code, answer.json["status"]) == (200, "ok")
    assert answer.json["checks"]["disk"]["free_mb"] > 200
    if own_database.startswith("sqlite"):
        assert database == {"ok": True, "migrations_at_head": True, "sqlite_version": sqlite3.sqlite_version,
                            "synchronous": 2,
                            "journal_mode": "wal" if db.wal_is_safe(sqlite3.sqlite_version_info) else "truncate"}
    else:
        assert {**database, "server_version": ""} == {
            "ok": True, "migrations_at_head": True, "synchronous_commit": "on", "data_checksums": "on",
            "server_version": ""}


def not_ready(client) -> dict:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["status"], answer.headers["Retry-After"]) == (503, "unavailable", "5")
    # No backup was proved here, and that alone never makes a server unready.
    return {name: check for name, check in answer.json["checks"].items() if not check["ok"] and name != "backup"}


def test_a_full_disk_is_not_ready(own_client, monkeypatch):
    monkeypatch.setattr(ops.shutil, "disk_usage", lambda path: Usage(10**9, 10**9, 5 * 1024 * 1024))
    assert not_ready(own_client) == {"disk": {"ok": False, "free_mb": 5}}


def test_a_disk_that_does_not_answer_is_not_ready(own_client, monkeypatch):
    def fail(path):
        raise OSError(5, "Input/output error")
    monkeypatch.setattr(ops.shutil, "disk_usage", fail)
    assert not_ready(own_client) == {"disk": {"ok": False, "problem": "OSError"}}


def test_a_database_without_its_migrations_is_not_ready(make_app, tmp_path):
    client = make_app(f"sqlite:///{tmp_path / 'empty.sqlite3'}").test_client()
    database = not_ready(client)["database"]
    assert (database["ok"], database["migrations_at_head"]) == (False, False)


@pytest.mark.parametrize(("url", "problem"), [
    ("postgresql://zhucun@127.0.0.1:1/zhucun", "OperationalError"),     # nobody listens there
    ("sqlite:////proc/zhucun.sqlite3", "OperationalError"),             # nobody can write there
])
def test_a_database_that_is_gone_is_not_ready(make_app, url, problem):
    assert not_ready(make_app(url).test_client())["database"] == {"ok": False, "problem": problem}


def test_a_database_that_would_lose_commits_is_not_ready(own_client, own_database, monkeypatch):
    facts = "_sqlite_facts" if own_database.startswith("sqlite") else "_postgresql_facts"
    monkeypatch.setattr(ops, facts, lambda connection: {"durable": False, "journal_mode": "off"})
    assert not_ready(own_client)["database"] == {"ok": False, "migrations_at_head": True, "journal_mode": "off"}


def test_metrics_count_answers_and_name_nobody(as_user, client, county):
    as_user(county.person("admin")).get("/api/v1/me")
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert 'zhucun_requests_total{endpoint="me.Me",method="GET",status="200"}' in answer.text
    assert "zhucun_request_seconds_bucket" in answer.text
    assert "user1" not in answer.text


def test_strangers_cannot_fill_the_metrics_with_their_own_words(client):
    client.get("/api/v1/invented-by-a-stranger")
    client.open("/api/v1/me", method="INVENTED")
    text = client.get("/metrics").text
    assert "invented-by-a-stranger" not in text
    assert "INVENTED" not in text


@pytest.fixture
def log_lines(monkeypatch):
    """The lines that the server logs from here on, parsed."""
    root = logging.getLogger()
    held = root.handlers[:], root.level
    monkeypatch.setattr(sys, "stderr", buffer := io.StringIO())
    ops.configure_logs()
    yield lambda: [json.loads(line) for line in buffer.getvalue().splitlines()]
    ops.structlog.reset_defaults()
    root.handlers[:], root.level = held


def test_each_request_is_one_json_line_under_the_id_that_its_answer_carries(client, log_lines):
    answer = client.get("/api/v1/me?secret=1", headers={"Accept-Language": "en"})
    [line] = [line for line in log_lines() if line["event"] == "request"]
    assert answer.headers["X-Request-Id"] == answer.json["request_id"] == line["request_id"]
    assert (line["method"], line["path"], line["status"], line["user_id"], line["level"]) == (
        "GET", "/api/v1/me", 401, None, "info")
    assert {"milliseconds", "timestamp"} <= line.keys()
    assert "secret" not in json.dumps(line)


def test_each_answer_has_an_id_of_its_own(client):
    ids = {client.get(path).headers["X-Request-Id"] for path in ("/livez", "/livez", "/api/v1/me", "/nothing", "/")}
    assert len(ids) == 5


def test_a_fault_is_logged_with_its_trace_and_the_requests_id(app, client, log_lines, monkeypatch):
    def fail(*arguments, **keywords):
        raise KeyError("inside")
    monkeypatch.setattr(accounts_service, "log_in_keys", fail)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = client.post("/api/v1/sessions", json={"username": "a", "password": "b"})
    lines = [line for line in log_lines() if line["level"] == "error"]
    assert answer.status_code == 500
    assert [line["request_id"] for line in lines] == [answer.json["request_id"]]
    assert "KeyError: 'inside'" in lines[0]["exception"]
    assert "inside" not in answer.text


def test_what_is_unseen_leaves_no_trace_unless_the_server_fails(make_app, connection, county, log_lines):
    token = county.token(county.person("cadre"))
    county.session.commit()
    app = make_app(bind=connection)
    app.config["PROPAGATE_EXCEPTIONS"] = False

    @app.post("/unseen/<end>")
    @requires(PUBLIC, unseen=True)
    def unseen(end):
        if end == "refused":
            raise NotFound()
        return {"ok": 1 // (end == "kept"), "known": "identity" in g}

    client = app.test_client()
    client.set_cookie("zhucun_session", token)
    kept, refused, failed = (client.post(f"/unseen/{end}") for end in ("kept", "refused", "failed"))
    # Whose cookie it was is not even looked up; so a missing header is no forged request.
    assert (kept.status_code, kept.json) == (200, {"ok": 1, "known": False})
    assert (refused.status_code, failed.status_code) == (404, 500)
    assert "X-Request-Id" not in kept.headers and "X-Request-Id" not in refused.headers
    assert {line.get("status") for line in log_lines() if line["event"] == "request"} == {500}
    assert {line.get("user_id") for line in log_lines()} == {None}
    counted = [line for line in client.get("/metrics").text.splitlines() if 'endpoint="unseen"' in line]
    assert counted and all('status="500"' in line for line in counted if line.startswith("zhucun_requests_total"))


def test_only_what_is_public_can_be_unseen():
    with pytest.raises(ValueError):
        requires("cadre", unseen=True)
