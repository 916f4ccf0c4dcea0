"""A full disk, a locked file, a database that goes away: 507 or 503 with Retry-After, and nothing half-written."""

import sqlite3
import threading
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, event, text

from api.checkin import presence_service
from tests.conftest import NOW
from tests.faults.conftest import Field


@pytest.fixture
def sqlite_field(sqlite_template, tmp_path):
    """A field on a SQLite file."""
    path = tmp_path / "field.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    field = Field(f"sqlite:///{path}")
    yield field
    field.database.engine.dispose()


def post(client, field, body):
    return client.post("/api/v1/check-ins", json=body, headers=field.headers())


def on_each_connection(app, pragma):
    """Give a pragma to every connection that the application opens from now on."""
    engine = app.extensions["zhucun_database"].engine
    event.listen(engine, "connect", lambda connection, _record: connection.execute(f"PRAGMA {pragma}"))


def test_a_full_disk_is_507_and_what_was_answered_is_there(sqlite_field, serving):
    with sqlite3.connect(sqlite_field.url.removeprefix("sqlite:///")) as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.close()
    app = serving(sqlite_field)
    on_each_connection(app, f"max_page_count={pages + 2}")
    client, kept, refused = app.test_client(), [], None
    for number in range(300):
        body = {**sqlite_field.body(days_ago=number % 14), "note": "记" * 500}
        answer = post(client, sqlite_field, body)
        if answer.status_code != 201:
            refused = body
            break
        kept.append(body["id"])
    assert (answer.status_code, answer.json["reason"], answer.headers["Retry-After"]) == (507, "storage_full", "5")
    assert sqlite_field.stored() == set(kept) != set()
    sqlite_field.assert_whole()
    # Room again: the phone sends once more, and nothing was lost.
    app = serving(sqlite_field)
    assert post(app.test_client(), sqlite_field, refused).status_code == 201


def test_a_file_that_somebody_keeps_locked_is_503(sqlite_field, serving):
    app = serving(sqlite_field)
    on_each_connection(app, "busy_timeout=50")
    body = sqlite_field.body()
    other = sqlite3.connect(sqlite_field.url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    answer = post(app.test_client(), sqlite_field, body)
    other.rollback()
    other.close()
    assert (answer.status_code, answer.json["reason"], answer.headers["Retry-After"]) == (503, "unavailable", "5")
    assert post(app.test_client(), sqlite_field, body).status_code == 201


def test_a_file_that_cannot_be_opened_is_503(sqlite_field, serving, tmp_path):
    app = serving(sqlite_field)
    path = tmp_path / "field.sqlite3"
    moved = path.rename(tmp_path / "away.sqlite3")
    path.mkdir()
    answer = post(app.test_client(), sqlite_field, sqlite_field.body())
    path.rmdir()
    moved.rename(path)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


def test_connections_that_the_database_ends_are_503_and_then_made_anew(postgres_field, serving):
    app = serving(postgres_field)
    client, body = app.test_client(), postgres_field.body()
    assert post(client, postgres_field, postgres_field.body(days_ago=1)).status_code == 201
    postgres_field.database.engine.dispose()
    admin = create_engine(postgres_field.url.replace("postgresql:", "postgresql+psycopg:"),
                          isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                                "WHERE datname = current_database() AND pid <> pg_backend_pid()"))
    admin.dispose()
    answers = [post(client, postgres_field, body) for _ in range(3)]
    assert {answer.status_code for answer in answers} <= {503, 201, 200}
    assert all("Retry-After" in answer.headers for answer in answers if answer.status_code == 503)
    assert (answers[-1].status_code, body["id"] in postgres_field.stored()) == (200, True)


def test_a_server_that_is_not_there_is_503(make_app, postgres_field):
    app = make_app("postgresql://zhucun@127.0.0.1:1/nothing")
    answer = app.test_client().post("/api/v1/check-ins", json=postgres_field.body(),
                                    headers=postgres_field.headers())
    assert (answer.status_code, answer.json["reason"], answer.headers["Retry-After"]) == (503, "unavailable", "5")
    app.extensions["zhucun_database"].engine.dispose()


def test_two_requests_in_a_deadlock_both_succeed(postgres_field, serving, monkeypatch):
    """Each holds what the other wants next; PostgreSQL gives up one, and that one runs again."""
    app = serving(postgres_field)
    both, first_run = threading.Barrier(2), threading.local()
    lock = presence_service.add_evidence

    def crossed(session, new, context=None):
        ids = postgres_field.cadre_ids[:2]
        mine, theirs = (ids if new.cadre_id == ids[0] else ids[::-1])
        if not getattr(first_run, "done", False):
            first_run.done = True
            take = text("SELECT id FROM cadres WHERE id = :id FOR UPDATE")
            session.execute(take, {"id": mine})
            both.wait(10)
            session.execute(take, {"id": theirs})
        return lock(session, new, context)

    monkeypatch.setattr(presence_service, "add_evidence", crossed)
    bodies = [{"id": str(uuid4()), "day": NOW.date().isoformat(), "captured_at": NOW.isoformat()} for _ in range(2)]
    results = [None, None]

    def send(number):
        results[number] = app.test_client().post(
            "/api/v1/declarations", json=bodies[number], headers=postgres_field.headers(number)).status_code

    threads = [threading.Thread(target=send, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert results == [201, 201]
    postgres_field.assert_whole()
