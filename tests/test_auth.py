"""Who may: log-ins, cookies against forgery, limits, sessions that end at once."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from api.auth import COOKIE, Grant, Identity, token_hash
from api.postings import accounts_service
from api.postings.account_models import User, UserSession
from tests.conftest import NOW, ORIGIN
from tests.parallel import in_parallel

PASSWORD = "柳树下的 wells 42"
SAFE = {"X-Requested-With": "zhucun", "Origin": ORIGIN}


@pytest.fixture(scope="module")
def hashed():
    return accounts_service.hash_password(PASSWORD)


@pytest.fixture
def with_password(county, hashed):
    """A user with PASSWORD: `with_password(person)`."""
    def give(person):
        person.user.password_hash = hashed
        county.session.commit()
        return person
    return give


@pytest.fixture
def invited(county):
    """An unused invitation of a person: `invited(person)`."""
    def make(person) -> str:
        token, _expires_at = accounts_service.invite(county.session, user=person.user, made_by_id=None, now=NOW)
        county.session.commit()
        return token
    return make


def log_in(client, username, password=PASSWORD, **request):
    return client.post("/api/v1/sessions", json={"username": username, "password": password}, **request)


# --- who may ---------------------------------------------------------------------------------------------------------

GETS = {
    # path: the roles that may call it at all
    "/api/v1/me": {"cadre", "village", "supervisor", "discipline", "admin", "auditor"},
    "/api/v1/sessions": {"cadre", "village", "supervisor", "discipline", "admin", "auditor"},
    "/api/v1/calendar-days?year=2026": {"cadre", "village", "supervisor", "discipline", "admin", "auditor"},
    "/api/v1/divisions": {"village", "supervisor", "discipline", "admin", "auditor"},
    "/api/v1/cadres": {"village", "supervisor", "admin"},
    "/api/v1/policies": {"village", "supervisor", "admin", "auditor"},
    "/api/v1/users": {"admin"},
    "/api/v1/stationed-days?from=2026-11-01&to=2026-11-02": {"cadre"},
    "/api/v1/on-post-rates?month=2026-11": {"cadre", "village", "supervisor"},
    "/api/v1/imports/templates/people": {"admin"},
    "/api/v1/imports/templates/calendar": {"admin"},
}
# Not theirs to see, but theirs to ask: without a cadre of one's own there is nothing to show.
NOT_FOUND = {("/api/v1/stationed-days?from=2026-11-01&to=2026-11-02", role) for role in ("village", "supervisor")}


@pytest.mark.parametrize("path", GETS)
def test_each_role_reads_what_it_may(client, as_user, county, path):
    found = {}
    for role in ("village", "supervisor", "discipline", "admin", "auditor"):
        found[role] = as_user(county.person(role)).get(path).status_code
    found["cadre"] = as_user(county.cadre("A1")).get(path).status_code
    expected = {role: 200 if role in GETS[path] else 404 if (path, role) in NOT_FOUND else 403 for role in found}
    assert found == expected
    assert client.get(path).status_code == 401


WRITES = {
    ("post", "/api/v1/check-ins"): {"cadre"},
    ("post", "/api/v1/declarations"): {"cadre"},
    ("post", "/api/v1/decisions"): {"village", "supervisor"},
    ("post", "/api/v1/leaves"): {"cadre", "supervisor"},
    ("post", "/api/v1/leaves/0d3f7a52-5a0f-4a1e-9c3e-4d6f9a1b2c3d/steps"): {"cadre", "supervisor"},
    ("post", "/api/v1/places"): {"supervisor", "admin"},
    ("post", "/api/v1/cadres"): {"admin"},
    ("post", "/api/v1/postings"): {"admin"},
    ("post", "/api/v1/policies"): {"admin"},
    ("put", "/api/v1/calendar-days/2026-11-20"): {"admin"},
    ("post", "/api/v1/users"): {"admin"},
    ("post", "/api/v1/grants"): {"admin"},
    ("post", "/api/v1/invitations"): {"supervisor", "admin"},
    # A cadre takes the own certificate, an administrator the list of a handover, the discipline organ its checks.
    ("post", "/api/v1/exports"): {"cadre", "village", "supervisor", "discipline", "admin"},
    ("post", "/api/v1/invitation-sheets"): {"supervisor", "admin"},
    ("post", "/api/v1/imports?kind=people"): {"admin"},
    ("post", "/api/v1/imports?kind=calendar"): {"admin"},
}


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_a_stranger_is_turned_away_before_the_body_is_judged(client, as_user, county, method, path):
    found = {}
    for role in ("village", "supervisor", "discipline", "admin", "auditor"):
        found[role] = getattr(as_user(county.person(role)), method)(path, json={"nonsense": 1}).status_code
    found["cadre"] = getattr(as_user(county.cadre("A1")), method)(path, json={"nonsense": 1}).status_code
    assert found == {role: 422 if role in WRITES[method, path] else 403 for role in found}
    assert getattr(client, method)(path, json={"nonsense": 1}).status_code == 401


def test_a_grant_reaches_down_and_never_sideways_or_up():
    identity = Identity(1, "zh", None, 1, None, (
        Grant("village", 5, "/1/2/5/", "village"), Grant("admin", 2, "/1/2/", "township")))
    found = {(path, role): identity.may(path, role) for path in ("/1/", "/1/2/", "/1/2/5/", "/1/2/55/", "/1/22/", "/")
             for role in ("admin", "village")}
    assert {key for key, value in found.items() if value} == {
        ("/1/2/", "admin"), ("/1/2/5/", "admin"), ("/1/2/55/", "admin"), ("/1/2/5/", "village")}


@pytest.mark.parametrize(("from_on", "to_on", "expected"), [
    ("2026-11-20", None, 200), ("2026-11-20", "2026-11-20", 200), ("2026-11-21", None, 403),
    ("2026-01-01", "2026-11-19", 403),
])
def test_a_grant_holds_from_its_first_to_its_last_day(as_user, county, from_on, to_on, expected):
    person = county.person()
    accounts_service.give_grant(
        county.session, user=person.user, role="admin", division=county.county, by_id=None, now=NOW,
        from_on=date.fromisoformat(from_on), to_on=to_on and date.fromisoformat(to_on))
    assert as_user(person).get("/api/v1/users").status_code == expected


# --- the cookie, and forged requests ---------------------------------------------------------------------------------

def test_a_page_gets_a_cookie_that_scripts_and_other_sites_cannot_use(client, county, with_password):
    person = with_password(county.cadre("A1"))
    answer = log_in(client, person.user.username)
    assert (answer.status_code, answer.json["token"]) == (201, None)
    cookie = client.get_cookie(COOKIE)
    assert (cookie.http_only, cookie.same_site, cookie.path, cookie.secure) == (True, "Lax", "/", False)
    assert cookie.max_age == 90 * 86400
    assert client.get("/api/v1/me").json["id"] == person.user.id


def test_behind_https_the_cookie_never_travels_in_the_clear(connection, county, make_app, with_password):
    person = with_password(county.person("admin"))
    client = make_app(bind=connection, ORIGINS=("https://zhucun.example",)).test_client()
    answer = log_in(client, person.user.username, headers={"Host": "zhucun.example"})
    assert "; Secure" in answer.headers["Set-Cookie"]


def test_a_native_client_gets_a_token_and_no_cookie(client, county, with_password):
    person = with_password(county.cadre("A1"))
    answer = client.post("/api/v1/sessions", json={"username": person.user.username, "password": PASSWORD,
                                                   "client": "native"})
    assert "Set-Cookie" not in answer.headers
    headers = {"Authorization": f"Bearer {answer.json['token']}"}
    assert client.get("/api/v1/me", headers=headers).json == answer.json["me"]
    assert client.get("/api/v1/me").status_code == 401


@pytest.mark.parametrize(("headers", "expected"), [
    (SAFE, 412),
    ({"X-Requested-With": "zhucun"}, 412),                      # a browser without Origin: the header is enough
    ({}, 403),
    ({"Origin": ORIGIN}, 403),                                  # a plain form sends no header of ours
    ({"X-Requested-With": "zhucun", "Origin": "https://evil.example"}, 403),
    ({"X-Requested-With": "zhucun", "Origin": "null"}, 403),
    ({"X-Requested-With": "zhucun", "Origin": ORIGIN + ".evil.example"}, 403),
    ({"X-Requested-With": "XMLHttpRequest", "Origin": ORIGIN}, 403),
])
def test_another_site_cannot_act_through_the_cookie(client, county, with_password, headers, expected):
    person = with_password(county.cadre("A1"))
    log_in(client, person.user.username)
    answer = client.patch("/api/v1/me", json={"language": "en"}, headers={**headers, "If-Match": '"0"'})
    assert (answer.status_code, answer.json["reason"]) == (
        expected, "stale" if expected == 412 else "forged_request")


def test_a_forged_log_out_or_log_in_is_refused_too(client, county, with_password):
    person = with_password(county.cadre("A1"))
    log_in(client, person.user.username)
    assert client.delete("/api/v1/sessions/current").status_code == 403
    assert log_in(client, person.user.username).status_code == 403
    assert client.get("/api/v1/me").status_code == 200


def test_a_bearer_token_needs_no_header_of_ours(as_user, county):
    client = as_user(county.cadre("A1"))
    assert client.patch("/api/v1/me", json={"language": "en"}, headers={"If-Match": '"1"'}).status_code == 200


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer x", "Basic dXNlcjpwYXNz", "Bearer " + "\xe9" * 40])
def test_a_made_up_token_is_nobody(client, header):
    assert client.get("/api/v1/me", headers={"Authorization": header}).status_code == 401


def test_the_database_holds_no_token(as_user, county, app):
    person = county.cadre("A1")
    token = county.token(person)
    held = county.session.scalars(select(UserSession.token_hash)).all()
    assert token_hash(token) in held and token.encode() not in held


# --- sessions end ----------------------------------------------------------------------------------------------------

def test_a_log_out_ends_the_session_at_once(client, county, with_password):
    person = with_password(county.cadre("A1"))
    log_in(client, person.user.username)
    token = client.get_cookie(COOKIE).value
    assert client.delete("/api/v1/sessions/current", headers=SAFE).status_code == 204
    assert client.get_cookie(COOKIE) is None
    assert client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_a_lost_phone_is_logged_out_from_the_desk(as_user, county):
    person, stranger = county.cadre("A1"), county.cadre("A2")
    phone, desk, other = as_user(person), as_user(person), as_user(stranger)
    held = phone.get("/api/v1/sessions").json["sessions"]
    assert sorted(one["current"] for one in held) == [False, True]
    [lost] = [one["id"] for one in held if one["current"]]
    assert other.delete(f"/api/v1/sessions/{lost}").status_code == 404
    assert desk.delete(f"/api/v1/sessions/{lost}").status_code == 204
    assert (phone.get("/api/v1/me").status_code, desk.get("/api/v1/me").status_code) == (401, 200)
    assert desk.delete(f"/api/v1/sessions/{lost}").status_code == 404


@pytest.mark.parametrize(("is_cadre", "hours"), [(True, 90 * 24), (False, 12)])
def test_a_session_ends_of_itself(as_user, county, clock, is_cadre, hours):
    client = as_user(county.cadre("A1") if is_cadre else county.person("village", county.villages["A1"]))
    clock.now = NOW + timedelta(hours=hours, seconds=-1)
    assert client.get("/api/v1/me").status_code == 200
    clock.now = NOW + timedelta(hours=hours)
    assert client.get("/api/v1/me").status_code == 401


def check_in(client, clock):
    return client.post("/api/v1/declarations", json={
        "id": str(uuid4()), "day": "2026-11-20", "captured_at": clock.now.isoformat()})


def test_a_phone_in_use_stays_logged_in_and_a_desk_does_not(as_user, county, clock):
    phone, desk = as_user(county.cadre("A1")), as_user(county.person("admin"))
    for hour in range(23):
        clock.now = NOW + timedelta(minutes=29 * hour)
        assert desk.put("/api/v1/sessions/current").status_code == 200
    clock.now = NOW + timedelta(hours=11)
    assert desk.post("/api/v1/users", json={"username": "x1", "name": "某"}).status_code == 201
    clock.now = NOW + timedelta(days=89)
    assert check_in(phone, clock).status_code == 201
    assert desk.get("/api/v1/me").status_code == 401
    clock.now = NOW + timedelta(days=178)
    assert phone.get("/api/v1/me").status_code == 200
    # Looking only never writes, so it keeps nothing alive.
    clock.now = NOW + timedelta(days=179, seconds=1)
    assert phone.get("/api/v1/me").status_code == 401


def test_a_session_is_kept_alive_by_one_write_a_day_at_most(as_user, county, clock, app):
    phone = as_user(county.cadre("A1"))
    last_used = []
    for hours in (1, 23, 25, 26):
        clock.now = NOW + timedelta(hours=hours)
        check_in(phone, clock)
        county.session.expire_all()
        last_used.append(county.session.scalar(select(UserSession.last_used_at)) - NOW)
    assert last_used == [timedelta(0), timedelta(0), timedelta(hours=25), timedelta(hours=25)]


def test_a_disabled_user_is_out_at_once_and_stays_out(as_user, client, county, with_password, invited):
    person, admin = with_password(county.cadre("A1")), as_user(county.person("admin"))
    phone, invitation = as_user(person), invited(person)
    address, version = f"/api/v1/users/{person.user.id}", {"If-Match": '"1"'}
    assert admin.patch(address, json={"disabled": True}, headers=version).status_code == 200
    assert phone.get("/api/v1/me").status_code == 401
    assert log_in(client, person.user.username).status_code == 401
    assert client.post("/api/v1/sessions", json={"invitation": invitation}).status_code == 401
    assert admin.patch(address, json={"disabled": False}, headers={"If-Match": '"2"'}).status_code == 200
    assert phone.get("/api/v1/me").status_code == 401
    assert log_in(client, person.user.username).status_code == 201


def test_a_new_password_ends_every_other_log_in(as_user, client, county, with_password):
    person = with_password(county.cadre("A1"))
    phone, desk = as_user(person), as_user(person)
    wrong = desk.put("/api/v1/me/password", json={"current": "wrong", "new": "another long one"})
    assert (wrong.status_code, wrong.json["reason"]) == (422, "wrong_password")
    assert desk.put("/api/v1/me/password", json={"current": None, "new": "another long one"}).status_code == 422
    assert desk.put("/api/v1/me/password", json={"current": PASSWORD, "new": "another long one"}).status_code == 204
    assert (phone.get("/api/v1/me").status_code, desk.get("/api/v1/me").status_code) == (401, 200)
    assert log_in(client, person.user.username).status_code == 401
    assert log_in(client, person.user.username, "another long one").status_code == 201


# --- invitations -----------------------------------------------------------------------------------------------------

def test_an_invitation_opens_one_session(client, county, invited):
    person = county.cadre("A1")
    person.user.first_log_in_at = None
    token = invited(person)
    answer = client.post("/api/v1/sessions", json={"invitation": token})
    assert (answer.status_code, answer.json["me"]["id"], answer.json["me"]["has_password"]) == (
        201, person.user.id, False)
    assert county.session.scalar(select(User.first_log_in_at).where(User.id == person.user.id)) == NOW
    again = client.post("/api/v1/sessions", json={"invitation": token}, headers=SAFE)
    assert (again.status_code, again.json["reason"]) == (401, "invitation_invalid")


def test_an_invitation_is_void_when_old_or_replaced(client, county, clock, invited):
    person = county.cadre("A1")
    first = invited(person)
    second = invited(person)
    assert client.post("/api/v1/sessions", json={"invitation": first}).status_code == 401
    clock.now = NOW + timedelta(days=14)
    assert client.post("/api/v1/sessions", json={"invitation": second}).status_code == 401
    assert client.post("/api/v1/sessions", json={"invitation": "made up"}).status_code == 401


def test_of_two_taps_on_one_invitation_one_gets_in(own_county, own_database, make_app):
    app, session = make_app(own_database), own_county.session
    for _ in range(5):
        token, _at = accounts_service.invite(session, user=own_county.cadre("A1").user, made_by_id=None, now=NOW)
        session.commit()

        def use(token=token):
            return app.test_client().post("/api/v1/sessions", json={"invitation": token}).status_code

        assert sorted(in_parallel([use, use, use])) == [201, 401, 401]


def test_who_has_forgotten_the_password_sets_a_new_one_by_an_invitation(client, county, with_password, clock):
    person = with_password(county.person("admin"))
    token, _until = accounts_service.invite(county.session, user=person.user, made_by_id=None, now=clock.now)
    county.session.commit()

    def put(bearer, current, new):
        return client.put("/api/v1/me/password", json={"current": current, "new": new},
                          headers={"Authorization": f"Bearer {bearer}"}).status_code

    mine = client.post("/api/v1/sessions", json={"invitation": token, "client": "native"}).json["token"]
    # Once; from then on it asks for the one that was just set.
    assert [put(mine, None, "a new password"), put(mine, None, "another one"),
            put(mine, "a new password", "another one")] == [204, 422, 204]
    # A log-in by password never does without the old one.
    other = client.post("/api/v1/sessions", json={"username": person.user.username, "password": "another one",
                                                  "client": "native"}).json["token"]
    assert put(other, None, "a third one") == 422


def test_an_hour_after_the_invitation_a_password_asks_for_the_old_one(client, county, with_password, clock):
    person = with_password(county.cadre("A1"))
    token, _until = accounts_service.invite(county.session, user=person.user, made_by_id=None, now=clock.now)
    county.session.commit()
    bearer = client.post("/api/v1/sessions", json={"invitation": token, "client": "native"}).json["token"]
    clock.now += timedelta(minutes=61)
    assert client.put("/api/v1/me/password", json={"current": None, "new": "a new password"},
                      headers={"Authorization": f"Bearer {bearer}"}).status_code == 422
