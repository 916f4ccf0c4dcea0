"""Every refusal in one shape, in the reader's language; faults of the storage told apart from our own."""

import errno
import io
import sqlite3

import psycopg.errors
import pytest
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from api import errors
from api.postings import imports_views


@pytest.fixture
def failing(app):
    """A client of an application with the route /fail, which raises what `failing.error` holds."""
    client = app.test_client()
    client.error = None

    def fail():
        raise client.error

    app.view_functions["fail"] = fail
    app.url_map.add(app.url_rule_class("/fail", endpoint="fail", methods=["GET"]))
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return client


def operational(original: BaseException) -> OperationalError:
    return OperationalError("INSERT", {}, original)


FULL, AWAY = (507, "storage_full"), (503, "unavailable")


@pytest.mark.parametrize(("error", "expected"), [
    (operational(sqlite3.OperationalError("database or disk is full")), FULL),
    (operational(psycopg.errors.DiskFull("could not extend file")), FULL),
    (OSError(errno.ENOSPC, "No space left on device"), FULL),
    (OSError(errno.EDQUOT, "Disk quota exceeded"), FULL),
    (operational(sqlite3.OperationalError("database is locked")), AWAY),
    (operational(sqlite3.OperationalError("disk I/O error")), AWAY),
    (operational(sqlite3.OperationalError("attempt to write a readonly database")), AWAY),
    (operational(sqlite3.OperationalError("unable to open database file")), AWAY),
    (operational(psycopg.errors.ConnectionFailure("server closed the connection")), AWAY),
    (operational(psycopg.OperationalError("connection refused")), AWAY),        # never reached a server: no state
    (operational(psycopg.errors.AdminShutdown("terminating connection")), AWAY),
    (operational(psycopg.errors.TooManyConnections("sorry, too many clients")), AWAY),
    (operational(psycopg.errors.DeadlockDetected("deadlock detected")), AWAY),
    (operational(psycopg.errors.SerializationFailure("could not serialize")), AWAY),
    (operational(psycopg.errors.LockNotAvailable("lock timeout")), AWAY),
    (operational(psycopg.errors.IoError("could not read block")), AWAY),
    (operational(psycopg.errors.DataCorrupted("invalid page")), AWAY),
    (PoolTimeout("QueuePool limit reached"), AWAY),
    (OSError(errno.EIO, "Input/output error"), AWAY),
    (OSError(errno.EROFS, "Read-only file system"), AWAY),
    (OSError(errno.EMFILE, "Too many open files"), AWAY),
])
def test_a_failing_disk_or_database_is_503_or_507_and_asks_to_come_back(failing, error, expected):
    failing.error = error
    answer = failing.get("/fail")
    assert (answer.status_code, answer.json["reason"], answer.headers["Retry-After"]) == (*expected, "5")


@pytest.mark.parametrize(("error", "expected"), [
    (IntegrityError("INSERT", {}, sqlite3.IntegrityError("UNIQUE constraint failed: users.username")),
     (409, "conflict")),
    (DataError("INSERT", {}, psycopg.errors.NumericValueOutOfRange("integer out of range")), (422, "invalid")),
    (RecursionError("maximum recursion depth exceeded"), (400, "malformed")),
    (OSError(errno.ENOENT, "No such file"), (500, "internal")),     # a fault of our own is no fault of the disk
    (KeyError("secret detail"), (500, "internal")),
])
def test_other_failures_say_nothing_of_the_inside(failing, error, expected):
    failing.error = error
    answer = failing.get("/fail")
    assert (answer.status_code, answer.json["reason"]) == expected
    assert "Retry-After" not in answer.headers
    assert not any(word in answer.text for word in ("users", "INSERT", "secret", "integer out", "No such"))


def test_an_error_has_one_shape_whatever_refused_it(client, as_user, county):
    refusals = [client.get("/api/v1/me"), client.get("/api/v1/nothing"), client.put("/api/v1/check-ins"),
                client.post("/api/v1/sessions", data="{", content_type="application/json"),
                as_user(county.person("admin")).patch("/api/v1/me", json={"language": "en"})]
    shapes = [(answer.status_code, answer.json["code"], answer.json["reason"], sorted(answer.json))
              for answer in refusals]
    keys = ["code", "errors", "message", "reason", "request_id", "status"]
    assert shapes == [(401, 401, "not_logged_in", keys), (404, 404, "not_found", keys),
                      (405, 405, "method_not_allowed", keys), (400, 400, "malformed", keys),
                      (428, 428, "precondition_missing", keys)]


def test_an_error_reads_as_a_whole(client):
    answer = client.get("/api/v1/me", headers={"Accept-Language": "en"})
    assert answer.json == {"code": 401, "status": "Unauthorized", "reason": "not_logged_in",
                           "message": "Please log in first.", "errors": {},
                           "request_id": answer.headers["X-Request-Id"]}


def test_a_wrong_method_names_the_right_ones(client):
    answer = client.put("/api/v1/check-ins", json={})
    assert (answer.status_code, answer.headers["Allow"]) == (405, "OPTIONS, POST")


@pytest.mark.parametrize(("accept", "language"), [
    (None, "zh"),
    ("en-GB,en;q=0.9", "en"),
    ("zh-TW", "zh"),
    ("fr-FR,fr", "zh"),                 # Chinese when nothing fits
    ("fr,en;q=0.5,zh;q=0.4", "en"),     # the better of ours
    ("*", "zh"),
    ("en;q=0", "zh"),                   # q=0 says: anything but this
    ("enx", "zh"),                      # another language that begins alike
])
def test_a_stranger_reads_what_the_browser_asks_for(client, accept, language):
    answer = client.get("/api/v1/me", headers={"Accept-Language": accept} if accept else {})
    assert answer.json["message"] == {"zh": "请先登录。", "en": "Please log in first."}[language]


def test_a_users_choice_comes_before_the_browsers(as_user, county):
    person = county.person("admin")
    client = as_user(person)
    bad = {"json": {"language": "fr"}, "headers": {"Accept-Language": "en", "If-Match": '"1"'}}
    assert client.patch("/api/v1/me", **bad).json["errors"] == {"json": {"language": ["只能是：zh, en。"]}}
    assert client.patch("/api/v1/me", json={"language": "en"}, headers={"If-Match": '"1"'}).status_code == 200
    bad["headers"]["Accept-Language"] = "zh"
    assert client.patch("/api/v1/me", **bad).json["errors"] == {"json": {"language": ["Must be one of: zh, en."]}}


def test_parameters_of_a_refusal_are_put_into_its_words(as_user, county):
    client = as_user(county.person("admin"))
    body = {"division_code": county.CODE, "key": "days_per_week", "value": 9, "effective_from": "2026-12-07",
            "source": "某文件"}
    answer = client.post("/api/v1/policies", json=body)
    assert (answer.status_code, answer.json["reason"], answer.json["message"]) == (
        422, "policy_value", "days_per_week 不能取这个值。")


@pytest.mark.parametrize(("kind", "status"), [
    (errors.NotFound, 404), (errors.Forbidden, 403), (errors.Conflict, 409), (errors.IdReused, 409), (errors.Gone, 410),
    (errors.Stale, 412), (errors.Unprocessable, 422), (errors.PreconditionMissing, 428), (errors.TooMany, 429),
    (errors.Unauthorised, 401),
])
def test_a_refusal_knows_its_status_and_its_reason(kind, status):
    assert (kind().status, kind("slug").reason, bool(kind().reason)) == (status, "slug", True)


@pytest.mark.parametrize(("sqlstate", "again"), [("40P01", True), ("40001", True), ("23505", False), (None, False)])
def test_only_a_deadlock_or_a_serialization_failure_is_worth_a_second_run(sqlstate, again):
    original = type("Original", (Exception,), {"sqlstate": sqlstate})()
    assert errors.must_run_again(operational(original)) is again
    assert errors.must_run_again(ValueError()) is False


@pytest.mark.parametrize(("failures", "expected"), [(2, (200, 3)), (3, (503, 3))])
def test_a_deadlocks_victim_runs_three_times_at_most(app, as_user, county, failures, expected):
    client, attempts = as_user(county.cadre("A1")), []
    load = app.config["IDENTITY_LOADER"]

    def fail_first(*arguments):
        attempts.append(arguments)
        if len(attempts) <= failures:
            raise operational(psycopg.errors.DeadlockDetected("deadlock detected"))
        return load(*arguments)

    app.config["IDENTITY_LOADER"] = fail_first
    assert (client.get("/api/v1/me").status_code, len(attempts)) == expected


def test_a_file_is_read_from_its_beginning_when_the_request_runs_again(as_user, county, monkeypatch):
    read = []

    def import_people(session, *, file, **_options):
        read.append(file.read())
        if len(read) == 1:
            raise operational(psycopg.errors.DeadlockDetected("deadlock detected"))
        raise errors.Unprocessable("import_refused", n=1)

    monkeypatch.setitem(imports_views.SERVICES, "people", import_people)
    answer = as_user(county.person("admin")).post("/api/v1/imports?kind=people",
                                                  data={"file": (io.BytesIO(b"a roster"), "people.xlsx")})
    assert (answer.json["reason"], read) == ("import_refused", [b"a roster", b"a roster"])
