"""What to talk about: each kind with its facts, who is answered what, in the order of the roster and no other."""

from contextlib import nullcontext
from datetime import date, timedelta

import pytest
from sqlalchemy import delete

from api.checkin.models import KeptHorizon
from api.dashboards.matter_schemas import KINDS
from api.dashboards.matters_service import KINDS as ASKED
from api.dashboards.matters_service import OF_VILLAGES
from api.dashboards.oddities_finding_service import find_oddities
from api.dashboards.oddity_models import Oddity
from api.photos.models import RecordPhoto
from api.postings import policies_service
from tests.dashboards.figures_county import at

# A Friday: of this week Monday to Thursday have passed; its month has two closed weeks.
TODAY = date(2026, 11, 20)


@pytest.fixture
def ask(as_user, county):
    """What a person is answered for a kind."""
    def get(kind, person=None, query="", status=200):
        answer = as_user(person or county.person("supervisor")).get(f"/api/v1/matters?kind={kind}{query}")
        assert answer.status_code == status, answer.json
        return answer.json
    return get


def told(answer):
    """(village, facts) of each item."""
    return [(item["village"]["name"], item["facts"]) for item in answer["items"]]


def stationed(county, cadre, *days):
    for day in days:
        county.check_in(cadre, day, metres_north=day.day)


def test_the_kinds_are_those_that_the_api_names():
    assert KINDS == ASKED


def test_a_week_at_risk_and_one_that_is_missed(county, ask):
    from_on = date(2026, 11, 16)
    at_risk, missed, met = (county.cadre(village, from_on=from_on) for village in ("B1", "A1", "A2"))
    # Four are asked for: two and Friday to Sunday left; none and three left; four.
    stationed(county, at_risk, *(date(2026, 11, day) for day in (16, 17, 18)))
    stationed(county, met, *(date(2026, 11, day) for day in (16, 17, 18, 19)))
    answer = ask("week_at_risk")
    assert (answer["count"], answer["on"], answer["division"]["name"]) == (1, "2026-11-20", "余庆县")
    [item] = answer["items"]
    assert item["cadre"]["id"] == at_risk.cadre.id and item["facts"] == {
        "monday": "2026-11-16", "required": 4, "stationed": 3, "need": 1, "days_left": 3, "duty_days_left": 1,
        "is_closed": False}
    assert item["link"] == {"view": "table", "division": county.villages["B1"].code, "month": "2026-11",
                            "cadre": at_risk.cadre.id}
    assert [rule["key"] for rule in answer["rules"]] == ["days_per_week"]
    [item] = ask("week_missed")["items"]
    assert (item["cadre"]["id"], item["facts"]["need"], item["facts"]["days_left"]) == (missed.cadre.id, 4, 3)


def test_closed_weeks_of_the_month_are_missed_each_by_itself(county, ask):
    cadre = county.cadre("A1", from_on=date(2026, 11, 2))
    stationed(county, cadre, *(date(2026, 11, day) for day in (2, 3, 4, 5, 9, 10, 16, 17, 18, 19)))
    assert told(ask("week_missed")) == [("A1村", {
        "monday": "2026-11-09", "required": 4, "stationed": 2, "need": 2, "days_left": 0, "duty_days_left": 0,
        "is_closed": True})]


def test_closed_weeks_are_not_at_risk_where_no_rows_are_kept(county, ask):
    county.cadre("A1", from_on=date(2026, 11, 2))
    kinds = ("week_at_risk", "week_missed")
    kept = [ask(kind)["items"] for kind in kinds]
    county.session.execute(delete(KeptHorizon))
    county.session.commit()
    assert [ask(kind)["items"] for kind in kinds] == kept


@pytest.mark.parametrize("is_kept", [True, False])
def test_the_week_that_has_just_ended_is_told_on_the_monday_of_a_new_month(county, clock, ask, is_kept):
    # The weeks of 16 and 23 November are November's; Monday 30 November begins December's first.
    for village in ("B1", "A1"):
        county.cadre(village, from_on=date(2026, 11, 16))
    if not is_kept:
        county.session.execute(delete(KeptHorizon))
    county.session.commit()
    clock.now = county.now = clock.now.replace(day=30)
    found = told(ask("week_missed"))
    assert [(village, facts["monday"]) for village, facts in found] == [("A1村", "2026-11-23"), ("B1村", "2026-11-23")]
    assert ask("week_missed")["items"][0]["link"]["month"] == "2026-11"
    clock.now = county.now = clock.now.replace(month=12, day=8)
    assert [facts["monday"] for _village, facts in told(ask("week_missed"))] == ["2026-11-30"] * 2


def test_households_not_reached_for_the_days_of_the_rule(county, ask):
    long_ago, lately = TODAY - timedelta(days=366), TODAY - timedelta(days=365)
    for village, days in (("A1", [None, long_ago, lately]), ("B1", [lately]), ("B2", [TODAY - timedelta(days=31)])):
        for day in days:
            county.household(village).last_visited_on = day
    # Not at home, and not alive any more.
    county.household("A1", away=((date(2026, 1, 1), None),))
    county.household("A2", away=((date(2026, 1, 1), TODAY),))
    county.household("A1", alive_to=date(2026, 11, 1))
    # Away once, and back.
    county.household("A1", away=((date(2026, 1, 1), TODAY - timedelta(days=1)),))
    assert told(ask("households_unvisited")) == [("A1村", {"households": 3, "never": 2, "days": 365})]
    policies_service.set_policy(county.session, division=county.villages["B2"], key="unvisited_days", value=30,
                                effective_from=date(2026, 11, 1), source="镇里定", user_id=None, at=county.now,
                                today=TODAY)
    answer = ask("households_unvisited")
    assert told(answer) == [("A1村", {"households": 3, "never": 2, "days": 365}),
                            ("B2村", {"households": 1, "never": 0, "days": 30})]
    assert [rule["value"] for rule in answer["rules"]] == [365, 30]


def test_a_household_of_last_week_is_not_unvisited_for_long(as_user, county, ask):
    """What is counted is what the list of the village shows, by the same days."""
    since = TODAY - timedelta(days=365)
    county.household("A1", "上周来的", alive_from=date(2026, 11, 16))
    county.household("A1", "刚好一年", alive_from=since)
    county.household("A1", "一次也没去", alive_from=since - timedelta(days=1))
    county.household("A1", "去年去过", alive_from=date(2020, 1, 1)).last_visited_on = since - timedelta(days=3)
    county.household("A1", "外出的", alive_from=date(2020, 1, 1), away=((date(2026, 1, 1), None),))
    county.household("A1", "走了的", alive_from=date(2020, 1, 1), alive_to=date(2026, 11, 1))
    county.session.commit()
    [item] = ask("households_unvisited")["items"]
    assert item["facts"] == {"households": 2, "never": 1, "days": 365}
    assert item["link"] == {"view": "visits", "state": "days", "division": county.villages["A1"].code}
    client, path = as_user(county.person("supervisor")), "/api/v1/unvisited-households?period=days&village="
    answer = client.get(path + county.villages["A1"].code).json
    assert (answer["days"], [one["householder"] for one in answer["households"]]) == (365, ["一次也没去", "去年去过"])
    for more in ("&quarter=2026-Q3", "&on=2026-11-01"):
        assert client.get(path + county.villages["A1"].code + more).status_code == 422


def test_villages_without_a_visit_this_quarter(as_user, county, clock, ask):
    visited = county.household("A1")
    for _ in range(2):
        county.household("B1")
    cadre = county.cadre("A1")
    answer = as_user(cadre).post("/api/v1/rounds", json={
        "id": "7d0cf1f2-6a3e-4c7a-9a52-0a55f1f5f1aa", "captured_at": clock.now.isoformat(), "purposes": [],
        "visits": [{"id": "7d0cf1f2-6a3e-4c7a-9a52-0a55f1f5f1ab", "household_id": visited.id, "manner": "in_person"}]})
    assert answer.status_code == 201, answer.json
    # A2 and B2 have no households.
    assert told(ask("village_unvisited")) == [("B1村", {"households": 2, "quarter_on": "2026-10-01"})]


def test_concerns_and_notices_past_their_last_day(county, ask):
    cadre = county.cadre("A1")
    concern = county.concern(cadre, day=date(2026, 9, 1))
    concern.due_on = date(2026, 11, 10)
    county.concern(cadre, day=TODAY)
    [item] = ask("concern_overdue")["items"]
    assert item["facts"] == {"concern_kind": "facility", "raised_on": "2026-09-01", "due_on": "2026-11-10",
                             "days_over": 10}
    assert item["link"] == {"view": "concerns", "division": county.villages["A1"].code, "concern": str(concern.id)}
    assert ask("concern_overdue", county.person("supervisor", county.townships["B"]))["count"] == 0
    notice = county.notice("A1")
    notice.due_on = date(2026, 11, 19)
    [item] = ask("notice_overdue")["items"]
    assert (item["facts"]["days_over"], item["link"]["notice"]) == (1, str(notice.id))
    assert ask("notice_overdue", county.person("village", county.villages["A1"]))["count"] == 1
    assert ask("notice_overdue", county.person("village", county.villages["A2"]))["count"] == 0


def test_posts_without_a_cadre_and_villages_below_the_minimum(county, ask):
    for _ in range(3):
        county.cadre("A1")
    county.cadre("A2")
    county.cadre("B1", to_on=date(2026, 11, 19))
    answer = ask("post_vacant")
    assert told(answer) == [(f"{name}村", {"posted": posted, "minimum": 3, "missing": 3 - posted})
                            for name, posted in (("A2", 1), ("B1", 0), ("B2", 0))]
    assert answer["items"][0]["link"] == {"view": "people", "division": county.villages["A2"].code}
    page = ask("post_vacant", query="&page=2&page_size=2")
    assert (page["count"], [name for name, _facts in told(page)]) == (3, ["B2村"])


def test_an_oddity_is_a_matter_once_those_above_may_see_it(county, ask):
    cadre = county.cadre("A1")
    for day in (10, 12, 17):
        county.check_in(cadre, date(2026, 11, day))
    opening = lambda: nullcontext(county.session)  # noqa: E731 - what the command hands over opens a session
    find_oddities(opening, opening, now=county.now)
    assert ask("oddity")["count"] == 0
    oddity = county.session.query(Oddity).one()
    oddity.shown_on = TODAY
    [item] = ask("oddity")["items"]
    assert item["facts"] == {"oddity_kind": "same_position", "first_on": "2026-11-10", "last_on": "2026-11-17",
                             "day_count": 3, "is_explained": False}
    assert item["link"] == {"view": "matters", "kind": "oddity", "division": county.villages["A1"].code,
                            "oddity": str(oddity.id)}


def test_a_county_s_repeated_pictures_are_all_counted_and_told_page_by_page(as_user, county, ask):
    cadre, day = county.cadre("B1"), date(2026, 11, 10)
    for number in range(205):
        entry = county.diary_entry(cadre, day=day)
        entry.submitted_at = at(day)
        county.session.add(RecordPhoto(record_id=entry.id, kind="diary", sha256=f"{number:064d}", position=0,
                                       added_at=at(day, number % 24), same_as="a" * 64))
    county.session.commit()
    pages = [ask("photo_repeat", query=f"&page_size=100&page={page}") for page in (1, 2, 3)]
    assert [(page["count"], len(page["items"])) for page in pages] == [(205, 100), (205, 100), (205, 5)]
    client = as_user(county.person("supervisor"))
    listed = [client.get(f"/api/v1/photo-repeats?page_size=200&page={page}") for page in (1, 2)]
    found = [one["sha256"] for answer in listed for one in answer.json["repeats"]]
    assert len(set(found)) == len(found) == 205 and '"total": 205' in listed[0].headers["X-Pagination"]
    moments = [one["use"]["named_at"] for answer in listed for one in answer.json["repeats"]]
    assert moments == sorted(moments, reverse=True)


@pytest.mark.parametrize("kind", KINDS)
def test_who_is_answered(as_user, county, ask, kind):
    ask(kind)
    ask(kind, county.person("supervisor", county.townships["A"]))
    ask(kind, county.person("supervisor", county.townships["A"]), f"&division={county.villages['B1'].code}", 404)
    committee = county.person("village", county.villages["A1"])
    ask(kind, committee, status=200 if kind in OF_VILLAGES else 404)
    ask(kind, committee, f"&division={county.townships['A'].code}", 404)
    for role in ("cadre", "discipline", "admin", "auditor"):
        ask(kind, county.cadre("A1") if role == "cadre" else county.person(role), status=403)
    assert as_user(committee).application.test_client().get(f"/api/v1/matters?kind={kind}").status_code == 401


def test_a_kind_is_needed_and_no_order_can_be_asked_for(as_user, county):
    client = as_user(county.person("supervisor"))
    assert client.get("/api/v1/matters").status_code == 422
    assert client.get("/api/v1/matters?kind=worst").status_code == 422
    paths = client.get("/openapi.json").json["paths"]
    for path in ("/api/v1/matters", "/api/v1/oddities"):
        names = {one["name"] for one in paths[path]["get"]["parameters"]}
        assert names <= {"division", "kind", "page", "page_size", "own", "state"}
