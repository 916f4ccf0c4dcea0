"""A phone's batch: one answer per record in its order, none held back by another, each kept once."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from api import intake
from api.checkin import kept_service
from api.checkin.models import Evidence
from api.dates import start_of_day
from api.sync.batch_rules import taking_order
from tests.county import OFFICE


@pytest.fixture
def cadre(county):
    return county.cadre("A1")


@pytest.fixture
def phone(as_user, cadre):
    return as_user(cadre)


def check_in(day, **changed):
    return {"kind": "check_in", "record": {
        "id": str(uuid4()), "captured_at": (start_of_day(day) + timedelta(hours=9)).isoformat(),
        "position": {"latitude": OFFICE.latitude, "longitude": OFFICE.longitude, "accuracy_m": 20}, **changed}}


def send(phone, *items):
    answer = phone.post("/api/v1/sync", json={"items": list(items)})
    assert answer.status_code == 200, answer.json
    return answer.json["results"]


def stored(county):
    return {str(one) for one in county.session.scalars(select(Evidence.id))}


def test_what_needs_no_other_record_is_taken_first_whatever_the_phones_order():
    ids = [UUID(int=number) for number in (3, 9, 1, 2)]
    items = list(zip(("leave_step", "round", "check_in", "round"), ids, strict=True))
    assert taking_order(items) == [2, 3, 1, 0]


def test_each_record_is_answered_in_its_place(county, phone):
    today = county.now.date()
    leave = {"id": str(uuid4()), "kind": "private", "from_on": "2026-11-25", "to_on": "2026-11-26"}
    withdrawn = {"id": str(uuid4()), "leave_id": leave["id"], "step": "withdrawn"}
    items = [{"kind": "leave_step", "record": withdrawn}, check_in(today), {"kind": "leave", "record": leave},
             {"kind": "declaration", "record": {"id": str(uuid4()), "day": "2026-11-19",
                                                "captured_at": county.now.isoformat()}}]
    results = send(phone, *items)
    assert [(one["kind"], one["id"], one["status"]) for one in results] == [
        (item["kind"], item["record"]["id"], 201) for item in items]
    assert [results[0]["record"]["state"], results[1]["record"]["status"], results[3]["record"]["kind"]] == [
        "withdrawn", "counts", "declaration"]
    assert [one["status"] for one in send(phone, *items)] == [200] * 4


def test_a_batch_answers_what_the_address_of_the_record_would(county, phone):
    item = check_in(county.now.date(), note="外组")
    [result] = send(phone, item)
    answer = phone.post("/api/v1/check-ins", json=item["record"])
    assert (answer.status_code, answer.json) == (200, result["record"])


def test_a_bad_record_holds_nothing_back(county, phone, as_user, cadre):
    today, strangers = county.now.date(), county.check_in(county.cadre("A1"), county.now.date())
    good, other = check_in(today), check_in(today - timedelta(days=1))
    bad = [
        (check_in(today, id=str(strangers.id)), 409, "id_reused"),
        (check_in(today, captured_at="2026-11-20T09:00:00"), 422, "invalid"),
        ({"kind": "ballot", "record": {"id": str(uuid4())}}, 422, "kind_unknown"),
        ("text", 422, "item_malformed"),
        ({"kind": "check_in", "record": []}, 422, "item_malformed"),
        ({"kind": "leave", "record": {"id": str(uuid4()), "kind": "private", "from_on": "2026-11-25",
                                      "to_on": "2026-11-24"}}, 422, "period_reversed"),
        ({"kind": "leave_step", "record": {"id": str(uuid4()), "leave_id": str(uuid4()), "step": "withdrawn"}}, 404,
         "not_found"),
    ]
    results = send(phone, good, *(item for item, _status, _reason in bad), other)
    assert [(one["status"], one["reason"]) for one in results] == [
        (201, None), *((status, reason) for _item, status, reason in bad), (201, None)]
    assert results[2]["errors"] == {"captured_at": ["时间要带时区，例如 +08:00。"]}
    assert all(one["message"] and one["record"] is None for one in results[1:-1])
    assert stored(county) == {str(strangers.id), good["record"]["id"], other["record"]["id"]}
    assert list(kept_service.differences(county.session, cadre_ids=[cadre.cadre.id])) == []


def test_a_record_that_the_program_fails_on_holds_nothing_back(county, phone, monkeypatch):
    good, bad = check_in(county.now.date()), check_in(county.now.date(), note="坏")
    kind = intake.KINDS["check_in"]

    def take(session, identity, body, **options):
        view = kind.take(session, identity, body, **options)
        if body["note"] == "坏":
            raise RuntimeError("a bug")
        return view

    changed = intake.Kind(kind.name, kind.body, kind.answer, kind.roles, take)
    monkeypatch.setattr(intake, "KINDS", {"check_in": changed})
    assert [(one["status"], one["reason"]) for one in send(phone, bad, good)] == [(500, "internal"), (201, None)]
    assert stored(county) == {good["record"]["id"]}


def test_a_batch_of_501_is_refused_in_words_and_nothing_is_kept(county, phone):
    answer = phone.post("/api/v1/sync", json={"items": [check_in(county.now.date()) for _ in range(501)]})
    assert (answer.status_code, answer.json["reason"]) == (422, "batch_too_long")
    assert "500" in answer.json["message"] and "501" in answer.json["message"]
    assert stored(county) == set()


def test_a_role_that_may_not_make_a_record_is_refused_for_that_record_only(county, as_user, cadre):
    township = as_user(county.person("supervisor", county.townships["A"]))
    leave = {"id": str(uuid4()), "cadre_id": cadre.cadre.id, "kind": "private", "from_on": "2026-11-25",
             "to_on": "2026-11-25"}
    results = send(township, check_in(county.now.date()), {"kind": "leave", "record": leave})
    assert [one["status"] for one in results] == [403, 201]
    assert results[1]["record"]["state"] == "approved"


def test_what_breaks_servers_is_answered_in_words_and_leaks_nothing(county, phone, as_user):
    """Bad input in a batch: refused for itself, or kept as it was written."""
    other = county.cadre("B1")
    theirs, household, far = as_user(other), county.household("A1"), county.household("B1")
    county.session.commit()
    at = "2026-11-20T09:00:00+08:00"

    def visiting(household_id, **changed):
        return {"kind": "round", "record": {"id": str(uuid4()), "captured_at": at, "visits": [
            {"id": str(uuid4()), "household_id": household_id, "manner": "in_person"}], **changed}}

    def entry(text):
        return {"kind": "diary_entry", "record": {"id": str(uuid4()), "captured_at": at, "text": text}}

    mine = entry("我的")
    [made] = send(theirs, mine)
    edit = {"id": str(uuid4()), "entry_id": mine["record"]["id"], "base_version": 1, "text": "改了"}
    items = {
        "a household of another village": (visiting(far.id), 404),
        "another's entry": ({"kind": "diary_edit", "record": edit}, 404),
        "another's id": (mine, 409),
        "a formula": (visiting(household.id, others="=HYPERLINK(\"http://x\")"), 201),
        "a path": (entry("../../x"), 201),
        "a path for an id": ({"kind": "round", "record": {"id": "../../x", "captured_at": at, "visits": []}}, 422),
        "a long text": (entry("村" * 10_001), 422),
        "NUL": (entry("a\0b"), 422),
        "a lone surrogate": (entry("\ud800"), 422),
        "unknown fields": (visiting(household.id, is_admin=True), 422),
        "good": (visiting(household.id), 201),
    }
    results = send(phone, *(item for item, _status in items.values()))
    assert {name: one["status"] for name, one in zip(items, results, strict=True)} == {
        name: status for name, (_item, status) in items.items()}
    assert "我的" not in str(results)
    assert all(one["message"] for one in results if one["status"] >= 400)


def test_a_body_of_five_megabytes_is_refused_and_one_of_a_full_batch_is_not(county, phone):
    answer = phone.post("/api/v1/sync", json={"items": [check_in(county.now.date(), note="a" * 5 * 1024 * 1024)]})
    assert (answer.status_code, answer.json["reason"]) == (413, "too_large")
    results = send(phone, *(check_in(county.now.date(), note="a" * 400) for _ in range(500)))
    assert {one["status"] for one in results} == {201}
