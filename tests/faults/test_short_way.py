"""Check-ins on the short way to PostgreSQL: as anyone, with rubbish, and kept no differently than in a transaction."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import OperationalError

from api.auth import COOKIE, token_hash
from api.checkin import presence_service
from api.checkin.models import Evidence
from api.postings.account_models import UserSession
from api.short_way import NeedsTransaction, ShortWay
from tests.conftest import NOW
from tests.test_corpus import BAD, BODIES, judge, with_bad, written

PATH = "/api/v1/check-ins"
BODY = {"elapsed_ms": 1000, "location_error": "denied", "device_id": "phone", "note": "在村"}


@pytest.fixture
def sender(postgres_field, serving):
    """Send a body as the first cadre, or with other headers."""
    client = serving(postgres_field).test_client(use_cookies=False)

    def send(body, headers=None):
        data = body if isinstance(body, bytes | str) else json.dumps(body)
        return client.post(PATH, data=data, content_type="application/json",
                           headers=postgres_field.headers() if headers is None else headers)

    return send


def change(field, statement):
    with field.database.session() as session:
        session.execute(statement)
        session.commit()


def session_of(field, number=0) -> UserSession:
    with field.database.session(reads=True) as session:
        return session.scalar(select(UserSession).where(UserSession.token_hash == token_hash(field.tokens[number])))


def test_rubbish_in_any_field_is_refused_in_words_or_kept(postgres_field, sender):
    good, wrong, kept = postgres_field.body() | BODY, [], set()
    for name, bad in BAD.items():
        for field, changed in with_bad(good, bad):
            sent = changed if field == "id" else {**changed, "id": str(uuid4())}
            answer = sender(written(sent))
            if judge(answer):
                wrong.append(f"{field}: {name}: {judge(answer)}")
            if answer.status_code < 300:
                kept.add(answer.json["id"])
    assert (wrong, postgres_field.stored()) == ([], kept)
    postgres_field.assert_whole()


@pytest.mark.parametrize("what", BODIES)
def test_a_body_that_is_none_is_refused_and_a_stranger_learns_less(postgres_field, sender, what):
    body, _status = BODIES[what]
    # What is too large is not even read.
    assert (judge(sender(body)), sender(body, headers={}).status_code) == (None, 413 if what == "5 MB" else 401)
    assert postgres_field.stored() == set()


# Of a month that is over, of which something may have been said: that is more than one statement can tell.
LATE = {"elapsed_ms": 86_400_000 * 62}


@pytest.mark.parametrize("changes", [
    {}, BODY, {"position": None}, {"position": None, "location_error": "timeout"}, {"elapsed_ms": 2**63 - 1},
    {"elapsed_ms": -(2**63) + 1}, LATE,
    {"note": "'; DROP TABLE evidence; -- %s %(id)s 👩\u200d🌾"},
    {"position": {"latitude": 27.2254, "longitude": 107.8879, "datum": "gcj02"}},
    {"position": {"latitude": 90, "longitude": -180, "accuracy_m": 0, "datum": "bd09"}},
    {"captured_at": "2000-01-01T00:00:00Z"}, {"captured_at": "2099-12-31T00:00:00+08:00"},
])
def test_it_says_and_keeps_what_a_transaction_does(postgres_field, sender, monkeypatch, changes):
    ways, add = [], presence_service.add_evidence

    def noted(session, *arguments):
        ways.append(isinstance(session, ShortWay))
        return add(session, *arguments)

    monkeypatch.setattr(presence_service, "add_evidence", noted)
    short = sender(postgres_field.body() | changes)
    monkeypatch.setattr("api.db.take_short_way", lambda: None)
    ordinary = sender(postgres_field.body() | changes, postgres_field.headers(1))
    own = {"id", "cadre_id", "received_at"}
    assert ways == ([True, False, False] if changes == LATE else [True, False])
    assert short.status_code == ordinary.status_code == 201
    assert {key: value for key, value in short.json.items() if key not in own} == {
        key: value for key, value in ordinary.json.items() if key not in own}
    with postgres_field.database.session(reads=True) as session:
        rows = session.scalars(text("SELECT to_jsonb(e) - '{id,source_id,cadre_id,posting_id,received_at}'::text[] "
                                    "FROM evidence e")).all()
    assert len(rows) == 2 and rows[0] == rows[1]
    postgres_field.assert_whole()


@pytest.mark.parametrize(("headers", "expected"), [
    ({}, (401, "not_logged_in")), ({"Authorization": "Bearer made-up"}, (401, "not_logged_in")),
    ({"Authorization": "Bearer \xe9"}, (401, "not_logged_in")), ("supervisor", (403, "forbidden")),
    ("ended", (401, "not_logged_in")), ("disabled", (401, "not_logged_in")), ("cookie", (403, "forged_request")),
])
def test_who_may_not_leaves_nothing(postgres_field, sender, headers, expected):
    if headers == "supervisor":
        with postgres_field.database.session() as session:
            county = session.execute(text("SELECT id FROM divisions WHERE level = 'county'")).scalar_one()
            session.execute(text("UPDATE grants SET role = 'supervisor', division_id = :county"), {"county": county})
            session.commit()
        headers = postgres_field.headers()
    elif headers == "ended":
        change(postgres_field, text("DELETE FROM user_sessions"))
        headers = postgres_field.headers()
    elif headers == "disabled":
        change(postgres_field, text("UPDATE users SET disabled_at = now()"))
        headers = postgres_field.headers()
    elif headers == "cookie":
        headers = {"Cookie": f"{COOKIE}={postgres_field.tokens[0]}"}
    answer = sender(postgres_field.body(), headers)
    assert (answer.status_code, answer.json["reason"], postgres_field.stored()) == (*expected, set())


@pytest.mark.parametrize(("statement", "verdict", "status"), [
    ("UPDATE postings SET to_on = '2026-11-19'", "not_judged", "no_posting"),
    ("DELETE FROM places", "not_judged", "waiting"),
])
def test_without_a_posting_or_a_place_it_is_kept(postgres_field, sender, statement, verdict, status):
    change(postgres_field, text(statement))
    answer = sender(postgres_field.body())
    assert (answer.status_code, answer.json["verdict"], answer.json["status"]) == (201, verdict, status)
    assert postgres_field.stored() == {answer.json["id"]}


@pytest.mark.parametrize("choice", ["'declined'", "NULL"])
def test_without_consent_neither_way_keeps_a_position(postgres_field, sender, monkeypatch, choice):
    change(postgres_field, text(f"UPDATE users SET location_choice = {choice}"))
    short = sender(postgres_field.body())
    monkeypatch.setattr("api.db.take_short_way", lambda: None)
    ordinary = sender(postgres_field.body(), postgres_field.headers(1))
    assert [(one.status_code, one.json["verdict"], one.json["location_error"], one.json["accuracy_m"])
            for one in (short, ordinary)] == [(201, "no_location", "denied", None)] * 2
    with postgres_field.database.session(reads=True) as session:
        assert session.scalars(select(Evidence.latitude)).all() == [None, None]


@pytest.mark.parametrize(("headers", "slides"), [(None, True), ("cookie", False)])
def test_only_who_may_write_keeps_a_log_in_alive(postgres_field, sender, headers, slides):
    before = NOW - timedelta(days=3)
    change(postgres_field, update(UserSession).values(last_used_at=before))
    sender(postgres_field.body(), {"Cookie": f"{COOKIE}={postgres_field.tokens[0]}"} if headers else None)
    assert session_of(postgres_field).last_used_at == (NOW if slides else before)
    assert session_of(postgres_field, 1).last_used_at == before


def test_one_more_run_for_a_transaction_is_none_of_a_deadlocks_three(postgres_field, sender, monkeypatch):
    deadlock = OperationalError(None, None, type("Deadlock", (Exception,), {"sqlstate": "40P01"})())
    troubles, add = [deadlock, deadlock, NeedsTransaction()], presence_service.add_evidence

    def troubled(*arguments):
        if troubles:
            raise troubles.pop(0)
        return add(*arguments)

    monkeypatch.setattr(presence_service, "add_evidence", troubled)
    assert sender(postgres_field.body()).status_code == 201
