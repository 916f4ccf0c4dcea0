import pytest
from click.testing import CliRunner
from sqlalchemy import select

from api.audit import AuditEntry
from api.cli import cli
from api.sealing import Keyring
from api.visits import phones_service
from api.visits.models import Household
from tests.county import County

RING = Keyring([("test", bytes(range(32)))])
REVEALS, SEARCHES = "/api/v1/phone-reveals", "/api/v1/household-searches"


@pytest.fixture
def household(county):
    household = county.household("A1", "张三")
    phones_service.put_phone(RING, household=household, text="139 8520 1234")
    county.session.flush()
    return household


def test_a_number_is_kept_sealed_and_four_digits_are_shown(as_user, county, household):
    client, url = as_user(county.person("village", county.villages["A1"])), f"/api/v1/households/{household.id}"
    assert client.get(url).json["phone_last4"] == "1234"
    assert b"13985201234" not in household.phone_sealed + household.phone_index
    changed = client.patch(url, json={"phone": "0851-24627777"}, headers={"If-Match": '"1"'})
    assert (changed.json["phone_last4"], changed.status_code) == ("7777", 200)
    refused = client.patch(url, json={"phone": "522127197001010011"}, headers={"If-Match": '"2"'})
    assert (refused.status_code, refused.json["reason"]) == (422, "bad_phone")
    # What is not said stays; null takes it away.
    assert client.patch(url, json={"members": 2}, headers={"If-Match": '"2"'}).json["phone_last4"] == "7777"
    assert client.patch(url, json={"phone": None}, headers={"If-Match": '"3"'}).json["phone_last4"] is None
    county.session.refresh(household)
    assert (household.phone_sealed, household.phone_index, household.phone_key) == (None, None, None)
    entries = county.session.scalars(select(AuditEntry).where(AuditEntry.action == "household.changed")).all()
    assert [entry.details["changed"] for entry in entries] == [["phone"], ["members"], ["phone"]]
    assert "7777" not in str([entry.details for entry in entries])


def test_a_number_is_shown_for_a_reason_that_is_logged(as_user, county, household):
    cadre = county.cadre("A1")
    shown = as_user(cadre).post(REVEALS, json={"household_id": household.id, "reason": "电话走访在外的人"})
    assert (shown.status_code, shown.json) == (201, {"household_id": household.id, "phone": "13985201234"})
    [entry] = county.session.scalars(select(AuditEntry).where(AuditEntry.action == "household.phone_revealed"))
    assert (entry.user_id, entry.subject, entry.details, entry.chain) == (
        cadre.user.id, f"household:{household.id}", {"reason": "电话走访在外的人"}, county.townships["A"].id)


def test_who_may_not_see_a_number(as_user, county, household):
    ask = {"household_id": household.id, "reason": "电话走访在外的人"}
    hasty = as_user(county.cadre("A1")).post(REVEALS, json={**ask, "reason": " 看  "})
    assert (hasty.status_code, hasty.json["reason"]) == (422, "reason_too_short")
    for stranger in (county.cadre("A2"), county.person("village", county.villages["A2"]),
                     county.person("supervisor", county.townships["B"])):
        assert as_user(stranger).post(REVEALS, json=ask).status_code == 404
    assert as_user(county.person("admin")).post(REVEALS, json=ask).status_code == 403
    # An administrator who is a cadre elsewhere is no reason either.
    both = county.cadre("B1")
    county.grant(both, "admin", county.county)
    assert as_user(both).post(REVEALS, json=ask).status_code == 404
    none = county.household("A1")
    assert as_user(county.cadre("A1")).post(REVEALS, json={**ask, "household_id": none.id}).json["reason"] == "no_phone"
    household.phone_sealed = household.phone_sealed[:-1]
    county.session.flush()
    assert as_user(county.cadre("A1")).post(REVEALS, json=ask).json["reason"] == "phone_unreadable"
    assert county.session.scalars(select(AuditEntry).where(AuditEntry.action == "household.phone_revealed")).all() == []


def test_a_household_is_found_by_its_whole_number_within_reach(as_user, county, household):
    found = as_user(county.cadre("A1")).post(SEARCHES, json={"phone": "+86 13985201234"})
    assert [row["id"] for row in found.json["households"]] == [household.id]
    assert as_user(county.cadre("A2")).post(SEARCHES, json={"phone": "13985201234"}).json == {"households": []}
    assert as_user(county.cadre("A1")).post(SEARCHES, json={"phone": "13985201235"}).json == {"households": []}
    assert as_user(county.cadre("A1")).post(SEARCHES, json={"phone": "1234"}).json["reason"] == "bad_phone"


def test_numbers_are_sealed_again_under_a_new_key(own_county, own_database, tmp_path, monkeypatch):
    monkeypatch.setenv("ZHUCUN_COUNTY", County.CODE)
    monkeypatch.setenv("DATABASE_URL", own_database)
    monkeypatch.setenv("ZHUCUN_VAR", str(tmp_path))
    ring, session = Keyring.of({"VAR": str(tmp_path)}), own_county.session
    made = [own_county.household("A1") for _ in range(3)]
    for number, household in enumerate(made[:2]):
        phones_service.put_phone(ring, household=household, text=f"1398520123{number}")
    session.commit()
    result = CliRunner().invoke(cli, ["seal-again", "--new-key"])
    assert (result.exit_code, "2 telephone numbers" in result.output) == (0, True), result.output
    session.expire_all()
    assert [household.phone_key for household in made] == ["2", "2", None]
    newest = Keyring([(ring.keys[0].id, ring.keys[0].master)])
    found = session.scalar(select(Household.id).where(phones_service.has_phone(newest, "13985201231")))
    assert found == made[1].id
    session.rollback()
    assert "0 telephone numbers" in CliRunner().invoke(cli, ["seal-again"]).output
    (tmp_path / "seal.keys").write_text(f"9 {'A' * 43}=\n")
    lost = CliRunner().invoke(cli, ["seal-again"])
    assert (lost.exit_code, "no key '2'" in lost.output) == (1, True)
    session.expire_all()
    assert made[0].phone_key == "2"
