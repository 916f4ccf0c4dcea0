"""Erasing a round of visits or a diary entry on request: a tombstone, the figures right, the phone told to forget."""

import io
import zipfile
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from api.audit import AuditEntry
from api.checkin import kept_service
from api.checkin.models import Evidence
from api.diary.models import DiaryEntry, DiaryVersion
from api.visits import village_quarters_service
from api.visits.models import Round, Visit
from tests.county import OFFICE
from tests.sync.test_batch import send
from tests.sync.test_feed import walk

POSITION = {"latitude": OFFICE.latitude, "longitude": OFFICE.longitude, "accuracy_m": 20}
AT = "2026-11-20T09:00:00+08:00"


@pytest.fixture
def cadre(county):
    return county.cadre("A1")


@pytest.fixture
def phone(as_user, cadre):
    return as_user(cadre)


@pytest.fixture
def household(county):
    return county.household("A1")


@pytest.fixture
def admin(as_user, county):
    return as_user(county.person("admin"))


def round_of(household):
    return {"kind": "round", "record": {
        "id": str(uuid4()), "captured_at": AT, "position": POSITION, "purposes": ["policy"],
        "visits": [{"id": str(uuid4()), "household_id": household.id, "manner": "in_person", "summary": "有病人"}]}}


def entry():
    return {"kind": "diary_entry", "record": {"id": str(uuid4()), "captured_at": AT, "text": "去了黎家",
                                              "position": POSITION}}


def erase(phone, admin, item):
    """Ask for the erasure of a record, and grant it."""
    asked = phone.post("/api/v1/data-requests", json={
        "id": str(uuid4()), "kind": "erasure", "text": "请删掉", "record_kind": item["kind"],
        "record_id": item["record"]["id"]})
    assert (asked.status_code, asked.json["record_on"]) == (201, "2026-11-20")
    return admin.patch(f"/api/v1/data-requests/{asked.json['id']}", json={"state": "done"},
                       headers={"If-Match": '"1"'})


@pytest.mark.parametrize("kind", ["round", "diary_entry"])
def test_an_erased_record_leaves_a_tombstone_and_no_trace_in_any_figure(county, phone, admin, cadre, household, clock,
                                                                        kind):
    item = round_of(household) if kind == "round" else entry()
    county.session.commit()
    [made] = send(phone, item)
    assert made["status"] == 201, made
    _found, page = walk(phone)
    clock.now += timedelta(minutes=25)
    assert erase(phone, admin, item).status_code == 200
    session = county.session
    session.expire_all()
    assert session.scalars(select(Evidence.status).where(Evidence.cadre_id == cadre.cadre.id)).all() == ["erased"]
    held = session.scalars(select(Round if kind == "round" else DiaryEntry)).one()
    assert (held.is_erased, held.device_id, held.flags) == (True, None, "")
    if kind == "round":
        assert session.scalar(select(func.count()).select_from(Visit)) == 0
        assert (session.get(type(household), household.id).last_visited_on, held.purposes) == (None, [])
    else:
        assert (held.text, session.scalar(select(func.count()).select_from(DiaryVersion))) == ("", 0)
        assert phone.get("/api/v1/diary-entries?q=黎家").json["entries"] == []
    assert list(kept_service.differences(session, cadre_ids=[cadre.cadre.id])) == []
    assert list(village_quarters_service.differences(session, village_ids=[county.villages["A1"].id])) == []
    assert f"{kind}.erased" in session.scalars(select(AuditEntry.action)).all()
    # The phone forgets it, and cannot bring it back.
    assert walk(phone, page["cursor"])[0][kind, item["record"]["id"]] is None
    assert [(one["status"], one["reason"]) for one in send(phone, item)] == [(410, "erased")]


def test_nobody_asks_for_the_erasure_of_anothers_record(county, phone, as_user, household):
    item = round_of(household)
    county.session.commit()
    send(phone, item)
    other = as_user(county.cadre("A1"))
    asked = {"id": str(uuid4()), "kind": "erasure", "text": "请删掉", "record_kind": "round"}
    answer = other.post("/api/v1/data-requests", json={**asked, "record_id": item["record"]["id"]})
    assert (answer.status_code, answer.json["reason"]) == (404, "not_found")
    answer = phone.post("/api/v1/data-requests", json=asked)
    assert (answer.status_code, list(answer.json["errors"]["json"])) == (422, ["record_id"])


def test_ones_own_copy_holds_rounds_and_entries_and_nobody_elses(county, phone, as_user, household):
    county.session.commit()
    send(phone, round_of(household), entry())
    counts = {one["key"]: one["count"] for one in phone.get("/api/v1/me/data").json["categories"]}
    assert (counts["visits"], counts["diary"], counts["conflicts"]) == (2, 1, 0)
    with (phone.post("/api/v1/me/exports", buffered=True) as answer,
          zipfile.ZipFile(io.BytesIO(answer.data)) as archive):
        assert "有病人" in archive.read("visits/visits.csv").decode()
        assert "去了黎家" in archive.read("diary/diary_entries.json").decode()
    other = as_user(county.cadre("A1"))
    counts = {one["key"]: one["count"] for one in other.get("/api/v1/me/data").json["categories"]}
    assert (counts["visits"], counts["diary"]) == (0, 0)
