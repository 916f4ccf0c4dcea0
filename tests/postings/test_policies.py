"""Rules with their dates: which value holds, when one may begin, and what is refused."""

from datetime import date

import pytest
from sqlalchemy import select

from api.audit import AuditEntry
from api.checkin import kept_service
from api.postings import policies_service
from api.postings.models import Policy
from api.postings.policies_rules import POLICY_KEYS, PolicyBook, Rule, start_problem, value_problem

NEW_YEAR = date(2026, 1, 1)


def rule(value, path, effective_from=NEW_YEAR, key="days_per_week") -> Rule:
    return Rule(key, value, int(path.strip("/").split("/")[-1]), path, effective_from, "")


BOOK = PolicyBook([
    rule(4, "/1/"), rule(5, "/1/", date(2026, 3, 2)),           # the county raises it in March
    rule(3, "/1/2/", date(2026, 2, 2)),                         # township 2 has its own from February
    rule(2, "/1/2/7/", date(2026, 4, 6)),                       # and its village 7 from April
    rule(1, "/1/22/"),                                          # 22 is no township of 2
    rule("month", "/1/2/", key="basis"),
])


@pytest.mark.parametrize(("path", "on", "expected"), [
    ("/1/", date(2026, 3, 1), 4),
    ("/1/", date(2026, 3, 2), 5),
    ("/1/3/", date(2026, 12, 31), 5),
    ("/1/2/", date(2026, 2, 1), 4),             # its own does not hold yet, so the county's does
    ("/1/2/", date(2026, 2, 2), 3),
    ("/1/2/", date(2026, 3, 2), 3),             # the nearest ancestor, not the latest rule
    ("/1/2/7/", date(2026, 4, 5), 3),
    ("/1/2/7/", date(2026, 4, 6), 2),
    ("/1/2/77/", date(2026, 4, 6), 3),
    ("/1/22/", date(2026, 4, 6), 1),
])
def test_the_nearest_ancestors_latest_rule_holds(path, on, expected):
    assert BOOK.value("days_per_week", path, on) == expected


def test_a_rule_that_nobody_has_set_is_an_error_not_a_guess():
    with pytest.raises(LookupError):
        BOOK.value("days_per_week", "/1/", date(2025, 12, 31))
    with pytest.raises(LookupError):
        BOOK.value("errand", "/1/", NEW_YEAR)


def test_rules_below_a_division_are_shown_with_its_own():
    assert [one.path for one in BOOK.below("days_per_week", "/1/", date(2026, 3, 2))] == ["/1/2/", "/1/22/"]
    assert BOOK.below("basis", "/1/2/", date(2026, 3, 2)) == []


@pytest.mark.parametrize(("key", "value", "problem"), [
    ("days_per_week", 0, None), ("days_per_week", 7, None), ("days_per_week", 8, "policy_value"),
    ("days_per_week", -1, "policy_value"), ("days_per_week", 4.0, "policy_value"),
    ("days_per_week", "4", "policy_value"), ("days_per_week", True, "policy_value"),
    ("days_per_week", None, "policy_value"), ("days_per_week", [4], "policy_value"),
    ("basis", "week", None), ("basis", "year", "policy_value"), ("basis", 1, "policy_value"),
    ("basis", {}, "policy_value"),
    ("radius_m", 10, None), ("radius_m", 50_001, "policy_value"), ("radius_m", 10**30, "policy_value"),
    ("coffee", 1, "unknown_policy"),
])
def test_a_value_fits_its_key(key, value, problem):
    assert value_problem(key, value) == problem


@pytest.mark.parametrize(("key", "effective_from", "problem"), [
    ("days_per_week", date(2026, 11, 2), None),                         # the current month's first Monday, gone by
    ("days_per_week", date(2026, 12, 7), None),
    ("days_per_week", date(2026, 12, 1), "policy_not_first_monday"),
    ("days_per_week", date(2026, 12, 14), "policy_not_first_monday"),
    ("days_per_week", date(2026, 10, 5), "policy_in_the_past"),
    ("basis", date(2026, 10, 5), "policy_in_the_past"),
    ("errand", date(2026, 10, 5), "policy_in_the_past"),
    ("radius_m", date(2026, 10, 6), None),                              # touches no rate by itself
    ("leave_township_days", date(2020, 1, 1), None),
    ("coordinates_days", date(2026, 11, 20), None),
    ("coordinates_days", date(2026, 11, 19), "policy_promised"),        # people gave positions on what held then
])
def test_a_rule_begins_on_a_first_monday_and_not_in_a_month_gone_by(key, effective_from, problem):
    assert start_problem(key, effective_from, date(2026, 11, 20)) == problem


def body(**changes) -> dict:
    return {"division_code": "520329000000", "key": "days_per_week", "value": 5, "effective_from": "2026-12-07",
            "source": "余委办〔2026〕7号", **changes}


def test_a_rule_is_set_listed_and_logged_and_the_figures_follow(as_user, county):
    setter = county.person("admin", name="管规则的")
    admin, person = as_user(setter), county.cadre("A1")
    county.session.commit()
    answer = admin.post("/api/v1/policies", json=body())
    expected = {"id": answer.json["id"], "key": "days_per_week", "value": 5, "effective_from": "2026-12-07",
                "source": "余委办〔2026〕7号",
                "division": {"code": "520329000000", "name": "余庆县", "level": "county"},
                "set_by": {"id": setter.user.id, "name": "管规则的"}, "set_at": "2026-11-20T02:00:00Z"}
    assert (answer.status_code, answer.json) == (201, expected)
    listed = admin.get("/api/v1/policies").json["policies"]
    assert expected in listed
    # What a county begins with was set by nobody.
    assert {one["set_by"] and one["set_by"]["name"] for one in listed} == {None, "管规则的"}
    entry = county.session.scalars(select(AuditEntry).where(AuditEntry.action == "policy.set")).one()
    assert entry.details["value"] == 5
    again = admin.post("/api/v1/policies", json=body(value=6))
    assert (again.status_code, again.json["reason"]) == (409, "policy_exists")
    county.session.expire_all()
    assert list(kept_service.differences(county.session, cadre_ids=[person.cadre.id])) == []


@pytest.mark.parametrize(("changes", "status", "reason"), [
    ({"value": 8}, 422, "policy_value"), ({"value": {"a": [1]}}, 422, "policy_value"),
    ({"value": "=1"}, 422, "policy_value"),
    ({"value": None}, 422, "invalid"), ({"key": "coffee"}, 422, "invalid"), ({"source": ""}, 422, "invalid"),
    ({"effective_from": "2026-12-08"}, 422, "policy_not_first_monday"),
    ({"effective_from": "2026-10-05"}, 422, "policy_in_the_past"),
    ({"division_code": "110000000000"}, 404, "division_not_found"),
    ({"division_code": "520300000000"}, 404, "division_not_found"),     # above the county
])
def test_a_rule_that_cannot_be_is_refused(as_user, county, changes, status, reason):
    answer = as_user(county.person("admin")).post("/api/v1/policies", json=body(**changes))
    assert (answer.status_code, answer.json["reason"]) == (status, reason)
    assert county.session.query(Policy).count() == len(POLICY_KEYS)


def test_a_township_sets_rules_for_itself_only(as_user, county):
    admin = as_user(county.person("admin", county.townships["A"]))
    assert admin.post("/api/v1/policies", json=body(division_code=county.townships["A"].code)).status_code == 201
    assert admin.post("/api/v1/policies", json=body()).status_code == 404
    assert admin.post("/api/v1/policies", json=body(division_code=county.townships["B"].code)).status_code == 404
    # It sees those that bear on it: the county's, its own, and those below it.
    assert len(admin.get("/api/v1/policies").json["policies"]) == len(POLICY_KEYS) + 1


def test_a_wider_radius_judges_evidence_anew(as_user, county):
    admin, person = as_user(county.person("admin")), county.cadre("A1")
    county.places["A1"].radius_m = None
    evidence = county.check_in(person, date(2026, 11, 18), metres_north=1500)
    county.session.commit()
    assert evidence.verdict == "outside"
    assert admin.post("/api/v1/policies", json=body(key="radius_m", value=2000, effective_from="2026-11-18")
                      ).status_code == 201
    county.session.expire_all()
    assert (evidence.verdict, evidence.status) == ("inside", "counts")


def test_seeding_again_changes_nothing(county):
    policies_service.seed_policies(county.session, county=county.county, at=county.now)
    assert county.session.query(Policy).count() == len(POLICY_KEYS)
