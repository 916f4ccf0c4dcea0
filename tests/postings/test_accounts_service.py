"""Accounts on both databases: what only a real session can show."""

from datetime import date, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from api.auth import token_hash
from api.postings import accounts_service, me_service
from tests.conftest import NOW

IDLE = timedelta(minutes=30)


def test_two_users_never_share_a_name(db_session):
    accounts_service.create_user(db_session, username="wang", name="王", now=NOW)
    with pytest.raises(IntegrityError), db_session.begin_nested():
        accounts_service.create_user(db_session, username="wang", name="汪", now=NOW)


def test_an_identity_holds_todays_grants_only(county):
    person = county.person("village", county.villages["A1"])
    for role, from_on, to_on in (("supervisor", date(2026, 1, 1), date(2026, 11, 19)),      # over
                                 ("auditor", date(2026, 11, 21), None),                     # yet to come
                                 ("admin", date(2026, 11, 20), date(2026, 11, 20))):        # today only
        accounts_service.give_grant(county.session, user=person.user, role=role, division=county.county,
                                    from_on=from_on, to_on=to_on, by_id=None, now=NOW)
    identity = accounts_service.load_identity(county.session, token_hash(county.token(person)), NOW, IDLE)
    assert sorted((grant.role, grant.path) for grant in identity.grants) == [
        ("admin", county.county.path), ("village", county.villages["A1"].path)]
    assert (identity.user_id, identity.cadre_id, identity.language) == (person.user.id, None, "zh")


def test_today_is_chinas_today(county):
    person = county.cadre("A1")
    accounts_service.give_grant(county.session, user=person.user, role="admin", division=county.county,
                                from_on=date(2026, 11, 21), to_on=None, by_id=None, now=NOW)
    hashed = token_hash(county.token(person))
    midnight = NOW.replace(hour=0) + timedelta(days=1)
    before = midnight - timedelta(seconds=1)
    assert not accounts_service.load_identity(county.session, hashed, before, IDLE).has_role("admin")
    assert accounts_service.load_identity(county.session, hashed, midnight, IDLE).has_role("admin")


def test_a_password_is_kept_as_argon2id_and_never_twice_alike():
    one, other = accounts_service.hash_password("柳树下 wells 42"), accounts_service.hash_password("柳树下 wells 42")
    assert one.startswith("$argon2id$") and one != other
    assert accounts_service.password_fits(one, "柳树下 wells 42")
    assert not accounts_service.password_fits(one, "柳树下 wells 43")
    assert not accounts_service.password_fits(None, "柳树下 wells 42")
    assert not accounts_service.password_fits("no hash at all", "柳树下 wells 42")


def described(county, user_id: int) -> dict:
    return me_service.describe(county.session, user_id=user_id, county_code=county.CODE, host="", hotline="", now=NOW,
                               today=NOW.date())


def test_what_a_user_sees_of_oneself(county):
    cadre = county.cadre("A1", name="王伟", further=("A2",))
    me = described(county, cadre.user.id)
    assert (me["home"], me["county"].code, me["cadre"]["posting"].village.name) == ("/phone/", county.CODE, "A1村")
    assert [village.name for village in me["cadre"]["posting"].further_villages] == ["A2村"]
    desk = described(county, county.person("admin").user.id)
    assert (desk["home"], desk["cadre"], desk["has_password"]) == ("/admin/", None, False)


@pytest.mark.parametrize(("roles", "is_cadre", "home"), [
    (("village",), False, "/village/"),
    (("village",), True, "/phone/"),  # A stationed cadre who is village secretary too is asked for the own days first.
    (("village", "supervisor"), False, "/dashboard/"),
    (("admin",), False, "/admin/"),
    ((), False, "/dashboard/"),
])
def test_the_page_that_opens_first_is_that_of_what_one_does(county, roles, is_cadre, home):
    person = county.cadre("A1") if is_cadre else county.person()
    for role in roles:
        county.grant(person, role, county.villages["A1"])
    me = described(county, person.user.id)
    assert me["home"] == home


def test_a_cadre_between_two_postings_is_posted_nowhere(county):
    cadre = county.cadre("A1", to_on=date(2026, 11, 19))
    county.post(cadre, "B1", from_on=date(2026, 11, 21))
    me = described(county, cadre.user.id)
    assert me["cadre"]["posting"] is None
