"""Users, grants and invitations over HTTP: what an administrator may, and what nobody may."""

import pytest
from sqlalchemy import select

from api.audit import AuditEntry
from api.postings import accounts_service
from api.postings.account_models import Grant
from tests.conftest import NOW


@pytest.fixture
def county_admin(as_user, county):
    return as_user(county.person("admin"))


@pytest.fixture
def township_admin(as_user, county):
    return as_user(county.person("admin", county.townships["A"]))


def grant_of(person, role, division, **more) -> dict:
    return {"user_id": person.user.id, "role": role, "division_code": division.code, "from_on": "2026-11-20", **more}


def test_a_user_is_added_without_any_right(county_admin):
    answer = county_admin.post("/api/v1/users", json={"username": "wang.wei", "name": "王伟"})
    assert (answer.status_code, answer.headers["ETag"]) == (201, '"1"')
    assert answer.json == {"id": answer.json["id"], "username": "wang.wei", "name": "王伟", "has_password": False,
                           "first_log_in_at": None, "disabled_at": None, "version": 1, "grants": [], "cadre": None}
    again = county_admin.post("/api/v1/users", json={"username": "wang.wei", "name": "王薇"})
    assert (again.status_code, again.json["reason"]) == (409, "username_taken")


def test_a_grant_is_given_listed_and_ended(county_admin, as_user, county):
    person = county.person()
    answer = county_admin.post("/api/v1/grants", json=grant_of(person, "supervisor", county.townships["B"]))
    expected = {"id": answer.json["id"], "role": "supervisor", "from_on": "2026-11-20", "to_on": None,
                "division": {"code": "520329102000", "name": "龙溪镇", "level": "township"}}
    assert (answer.status_code, answer.headers["ETag"], answer.json) == (201, '"1"', expected)
    assert county_admin.get(f"/api/v1/users/{person.user.id}").json["grants"] == [expected]
    client, address = as_user(person), f"/api/v1/grants/{answer.json['id']}"
    assert client.get("/api/v1/cadres").status_code == 200
    ended = county_admin.patch(address, json={"to_on": "2026-11-20"}, headers={"If-Match": '"1"'})
    assert ended.json == {**expected, "to_on": "2026-11-20"}
    assert county_admin.patch(address, json={"to_on": None}, headers={"If-Match": '"1"'}).status_code == 412
    before = county_admin.patch(address, json={"to_on": "2026-11-19"}, headers={"If-Match": '"2"'})
    assert (before.status_code, before.json["reason"]) == (422, "period_reversed")


def test_past_present_and_coming_roles_are_listed_and_a_coming_one_is_taken_back(county_admin, as_user, county):
    person = county.person()
    for role, first, last in (("auditor", "2025-01-01", "2025-12-31"), ("village", "2026-03-01", None),
                              ("supervisor", "2027-01-01", None)):
        given = grant_of(person, role, county.villages["A1"], from_on=first, to_on=last)
        assert county_admin.post("/api/v1/grants", json=given).status_code == 201
    client, address = as_user(person), f"/api/v1/grants?user_id={person.user.id}"

    def listed():
        return [(grant["role"], grant["from_on"], grant["to_on"], grant["version"])
                for grant in county_admin.get(address).json["grants"]]

    past, present = ("auditor", "2025-01-01", "2025-12-31", 1), ("village", "2026-03-01", None, 1)
    assert listed() == [past, present, ("supervisor", "2027-01-01", None, 1)]
    assert [grant["role"] for grant in client.get("/api/v1/me").json["grants"]] == ["village"]
    _past, begun, coming = [f"/api/v1/grants/{grant['id']}" for grant in county_admin.get(address).json["grants"]]
    assert county_admin.delete(coming).status_code == 428
    assert county_admin.delete(coming, headers={"If-Match": '"2"'}).status_code == 412
    assert county_admin.delete(coming, headers={"If-Match": '"1"'}).status_code == 204
    answer = county_admin.delete(begun, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.json["reason"]) == (409, "grant_begun")
    assert listed() == [past, present]
    entry = county.session.scalars(select(AuditEntry).where(AuditEntry.action == "grant.withdrawn")).one()
    assert (entry.subject, entry.details) == (f"user:{person.user.id}", {
        "role": "supervisor", "division": county.villages["A1"].code, "from_on": "2027-01-01"})


def test_an_administrator_sees_and_takes_back_only_roles_within_the_own_divisions(
        as_user, client, county, county_admin, township_admin):
    person, beyond = county.person("village", county.villages["A1"]), county.person("village", county.villages["B1"])
    county.grant(person, "auditor", county.county)
    coming = [county_admin.post("/api/v1/grants", json=grant_of(
        county.person(), "village", county.villages[name], from_on="2027-01-01")).json["id"] for name in ("A1", "B1")]
    assert [grant["role"] for grant in township_admin.get(
        f"/api/v1/grants?user_id={person.user.id}").json["grants"]] == ["village"]
    assert township_admin.get(f"/api/v1/grants?user_id={beyond.user.id}").status_code == 404
    assert [township_admin.delete(f"/api/v1/grants/{one}", headers={"If-Match": '"1"'}).status_code
            for one in coming] == [204, 404]
    for stranger, status in ((as_user(county.person("supervisor")), 403), (client, 401)):
        assert stranger.get(f"/api/v1/grants?user_id={person.user.id}").status_code == status
        assert stranger.delete(f"/api/v1/grants/{coming[1]}", headers={"If-Match": '"1"'}).status_code == status


def test_the_list_shows_ones_own_users_and_those_without_a_right(as_user, county, township_admin):
    own = county.person("village", county.villages["A1"])
    elsewhere, above = county.person("village", county.villages["B1"]), county.person("supervisor")
    nobody = county.person()
    county.session.commit()
    listed = {user["id"] for user in township_admin.get("/api/v1/users").json["users"]}
    assert {own.user.id, nobody.user.id} <= listed
    assert listed.isdisjoint({elsewhere.user.id, above.user.id})


# (role, the division's name) that an administrator of township A tries to give to a new user
@pytest.mark.parametrize(("role", "where", "expected"), [
    ("village", "A1", 201), ("supervisor", "A", 201), ("admin", "A", 201), ("cadre", "A2", 201),
    ("supervisor", "county", 404), ("admin", "county", 404), ("auditor", "county", 404),
    ("village", "B1", 404), ("supervisor", "B", 404), ("admin", "B", 404),
])
def test_nobody_gives_rights_beyond_the_own_divisions(township_admin, county, role, where, expected):
    divisions = {**county.townships, **county.villages, "county": county.county}
    person = county.person()
    county.session.commit()
    answer = township_admin.post("/api/v1/grants", json=grant_of(person, role, divisions[where]))
    assert answer.status_code == expected
    given = county.session.scalars(select(Grant.role).where(Grant.user_id == person.user.id)).all()
    assert given == ([role] if expected == 201 else [])


def test_nobody_gives_oneself_a_right_or_prolongs_an_own_one(as_user, county):
    person = county.person("admin")
    client = as_user(person)
    answer = client.post("/api/v1/grants", json=grant_of(person, "supervisor", county.county))
    assert (answer.status_code, answer.json["reason"]) == (403, "own_record")
    [held] = client.get(f"/api/v1/users/{person.user.id}").json["grants"]
    answer = client.patch(f"/api/v1/grants/{held['id']}", json={"to_on": "2030-01-01"}, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.json["reason"]) == (403, "own_record")
    answer = client.delete(f"/api/v1/grants/{held['id']}", headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.json["reason"]) == (403, "own_record")


@pytest.mark.parametrize("method", ["get", "patch"])
def test_users_above_and_beside_do_not_exist_for_an_administrator(township_admin, county, method):
    for person in (county.person("admin"), county.person("supervisor", county.townships["B"])):
        county.session.commit()
        answer = getattr(township_admin, method)(f"/api/v1/users/{person.user.id}", headers={"If-Match": '"1"'},
                                                 **({"json": {"disabled": True}} if method == "patch" else {}))
        assert (answer.status_code, answer.json["reason"]) == (404, "not_found")


def test_a_right_beyond_ones_divisions_keeps_a_user_out_of_reach(township_admin, county):
    # A village user who is also the county's auditor: whoever disables or invites the user would act as the auditor.
    person = county.person("village", county.villages["A1"])
    accounts_service.give_grant(county.session, user=person.user, role="auditor", division=county.county,
                                from_on=NOW.date(), to_on=None, by_id=None, now=NOW)
    county.session.commit()
    assert township_admin.get(f"/api/v1/users/{person.user.id}").status_code == 404
    assert township_admin.post("/api/v1/invitations", json={"user_id": person.user.id}).status_code == 404
    assert township_admin.post("/api/v1/grants", json=grant_of(person, "village", county.villages["A2"])
                               ).status_code == 404


def test_grants_of_others_do_not_exist_for_an_administrator(township_admin, county):
    person = county.person("supervisor", county.townships["B"])
    county.session.commit()
    grant_id = county.session.scalar(select(Grant.id).where(Grant.user_id == person.user.id))
    assert township_admin.get(f"/api/v1/grants/{grant_id}").status_code == 404
    answer = township_admin.patch(f"/api/v1/grants/{grant_id}", json={"to_on": None}, headers={"If-Match": '"1"'})
    assert answer.status_code == 404


def test_nobody_disables_oneself(as_user, county):
    person = county.person("admin")
    answer = as_user(person).patch(f"/api/v1/users/{person.user.id}", json={"disabled": True},
                                   headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.json["reason"]) == (403, "own_record")


# --- invitations -----------------------------------------------------------------------------------------------------

def invited(client, body) -> tuple:
    answer = client.post("/api/v1/invitations", json=body)
    return answer.status_code, answer.json.get("reason")


def test_an_invitation_is_a_link_whose_token_stays_out_of_logs(as_user, client, county):
    cadre = county.cadre("A1", name="王伟")
    answer = as_user(county.person("supervisor", county.townships["A"])).post(
        "/api/v1/invitations", json={"cadre_id": cadre.cadre.id})
    assert answer.json == {"url": answer.json["url"], "qr_svg_data_uri": answer.json["qr_svg_data_uri"],
                           "expires_at": "2026-12-04T02:00:00Z", "user": {"id": cadre.user.id, "name": "王伟"}}
    assert answer.json["qr_svg_data_uri"].startswith("data:image/svg+xml")
    address, token = answer.json["url"].split("#invite=")
    assert address == "http://localhost/"
    logged_in = client.post("/api/v1/sessions", json={"invitation": token})
    assert (logged_in.status_code, logged_in.json["me"]["id"]) == (201, cadre.user.id)
    details = county.session.scalars(select(AuditEntry).where(AuditEntry.action == "invitation.made")).one()
    assert token not in str(vars(details))


def test_a_township_invites_its_own_cadres_only(as_user, county):
    supervisor = as_user(county.person("supervisor", county.townships["A"]))
    assert invited(supervisor, {"cadre_id": county.cadre("A1").cadre.id}) == (201, None)
    assert invited(supervisor, {"cadre_id": county.cadre("B1").cadre.id}) == (404, "not_found")
    assert invited(supervisor, {"cadre_id": 2**31 - 1}) == (404, "not_found")


def test_a_cadre_who_has_left_is_no_longer_the_townships_to_invite(as_user, county):
    # Whoever may invite a user can act as that user.
    supervisor = as_user(county.person("supervisor", county.townships["A"]))
    cadre = county.cadre("A1", to_on=NOW.date().replace(day=1))
    county.post(cadre, "B1", from_on=NOW.date().replace(day=2))
    county.session.commit()
    assert invited(supervisor, {"cadre_id": cadre.cadre.id}) == (404, "not_found")
    assert invited(as_user(county.person("supervisor", county.townships["B"])), {"cadre_id": cadre.cadre.id}) == (
        201, None)


def test_an_administrator_is_not_invited_by_way_of_being_a_cadre(as_user, county):
    cadre = county.cadre("A1")
    accounts_service.give_grant(county.session, user=cadre.user, role="admin", division=county.county,
                                from_on=NOW.date(), to_on=None, by_id=None, now=NOW)
    county.session.commit()
    for role in ("supervisor", "admin"):
        client = as_user(county.person(role, county.townships["A"]))
        assert invited(client, {"cadre_id": cadre.cadre.id}) == (404, "not_found")
        assert invited(client, {"user_id": cadre.user.id}) == (404, "not_found")
    assert invited(as_user(county.person("admin")), {"user_id": cadre.user.id}) == (201, None)


def test_a_supervisor_invites_nobody_by_user(as_user, county):
    supervisor = as_user(county.person("supervisor"))
    assert invited(supervisor, {"user_id": county.person("village", county.villages["A1"]).user.id}) == (
        404, "not_found")


@pytest.mark.parametrize("body", [{}, {"user_id": 1, "cadre_id": 1}, {"user_id": None, "cadre_id": None}])
def test_an_invitation_names_one_person(county_admin, body):
    assert invited(county_admin, body) == (422, "invalid")


def test_what_administrators_do_is_in_the_audit_log(county_admin, county):
    user_id = county_admin.post("/api/v1/users", json={"username": "wang.wei", "name": "王伟"}).json["id"]
    grant = county_admin.post("/api/v1/grants", json={
        "user_id": user_id, "role": "village", "division_code": county.villages["A1"].code, "from_on": "2026-11-20"})
    county_admin.patch(f"/api/v1/grants/{grant.json['id']}", json={"to_on": "2026-12-31"}, headers={"If-Match": '"1"'})
    county_admin.post("/api/v1/invitations", json={"user_id": user_id})
    county_admin.patch(f"/api/v1/users/{user_id}", json={"disabled": True}, headers={"If-Match": '"1"'})
    entries = county.session.scalars(select(AuditEntry).where(AuditEntry.subject == f"user:{user_id}")
                                     .order_by(AuditEntry.id)).all()
    township = county.townships["A"].id
    assert [(one.action, one.chain) for one in entries] == [
        ("user.created", 0), ("grant.given", township), ("grant.changed", township), ("invitation.made", 0),
        ("user.changed", 0)]
    assert all(one.user_id is not None for one in entries)
