"""Every number opens into what made it: the list behind a figure is as long as the figure says, in past months too."""

from datetime import date, timedelta

import pytest

from api.dashboards.figures_rules import MEASURES
from tests.dashboards.figures_county import fill, notice

DAYS = {"2026-09": "2026-09-30", "2026-10": "2026-10-31", "2026-11": "2026-11-20"}
API = "/api/v1"


@pytest.fixture
def busy(county):
    fill(county)
    # It was granted more time before the end of October, so that it was not overdue then; then reported too late.
    notice(county, "B1", {"reviewed": date(2026, 10, 20), "issued": date(2026, 10, 20), "served": date(2026, 10, 21),
                          "extension_asked": date(2026, 10, 26), "extension_granted": date(2026, 10, 27),
                          "reported": date(2026, 11, 16)}, date(2026, 10, 27),
           extension_asked={"new_due_on": date(2026, 11, 10)})
    return county


@pytest.fixture
def opened(as_user, busy):
    """How many records the list behind each measure shows, of a division in a month."""
    client = as_user(busy.person("supervisor"))

    def get(path, **query):
        answer = client.get(f"{API}/{path}", query_string=query)
        assert answer.status_code == 200, answer.json
        return answer.json

    def visited(division, on, period, at_home):
        """Households of the villages less those that the list of the unvisited shows."""
        found = 0
        for village in (one for one in busy.villages.values() if one.path.startswith(division.path)):
            unvisited = get("unvisited-households", village=village.code, on=on, period=period)["households"]
            topic = get("month-figures", division=village.code, month=on[:7], topic="coverage")["figures"]
            measure = "visited_year_at_home" if at_home else "visited_year"
            every = next(one for one in topic if one["measure"] == measure)["denominator"]
            found += every - len([one for one in unvisited if not (at_home and one["is_away"])])
        return found

    def staffed(division, on):
        posted = [one["village"]["code"] for one in get("postings", division=division.code, on=on)["postings"]]
        return {one.code: posted.count(one.code) for one in busy.villages.values()
                if one.path.startswith(division.path)}

    def count(measure, division, month):
        on, code = DAYS[month], division.code
        rows = get("on-post-rates", division=code, month=month, level="cadre")["rows"]
        return {
            "on_post_rate": lambda: sum(week["credited"] for row in rows for week in row["weeks"] if week["closed"]),
            "stationed_days": lambda: sum(week["stationed"] for row in rows for week in row["weeks"] if week["closed"]),
            "visited_quarter": lambda: visited(division, on, "quarter", False),
            "visited_quarter_at_home": lambda: visited(division, on, "quarter", True),
            "visited_year": lambda: visited(division, on, "year", False),
            "visited_year_at_home": lambda: visited(division, on, "year", True),
            "concerns_overdue": lambda: len(get("concerns", division=code, open_on=on, overdue="true")["concerns"]),
            "concerns_in_time": lambda: len(get("concerns", division=code, raised_in=month, in_time="true")[
                "concerns"]),
            "items_inspected": lambda: len(get("acceptances", division=code, counted_on=on)["acceptances"]),
            "items_overdue": lambda: sum(one["is_overdue"] for one in get(
                "acceptances/due", division=code, on=on)["due"]),
            "notices_overdue": lambda: len(get("supervision-notices", division=code, open_on=on, overdue="true")[
                "notices"]),
            "posts_filled": lambda: sum(min(number, 3) for number in staffed(division, on).values()),
            "villages_staffed": lambda: sum(number >= 3 for number in staffed(division, on).values()),
        }[measure]()

    def figure(measure, division, month):
        answer = get("month-figures", division=division.code, month=month, topic=MEASURES[measure].topic)
        return next(one for one in answer["figures"] if one["measure"] == measure)
    return count, figure


@pytest.mark.parametrize("month", DAYS)
def test_a_number_opens_into_as_many_records(opened, busy, month):
    count, figure = opened
    for measure in (one for one in MEASURES if one != "participation"):
        for division in (busy.county, busy.townships["B"], busy.villages["A1"]):
            assert (measure, count(measure, division, month)) == (
                measure, figure(measure, division, month)["numerator"])


def test_campaigns_of_a_month_are_listed_by_their_last_day(as_user, busy):
    client = as_user(busy.person("supervisor"))

    def ends(month):
        found = client.get(f"{API}/rating-campaigns?ends_in={month}").json["rating_campaigns"]
        return [one["last_on"] for one in found if one["state"] == "closed"]

    assert (ends("2026-10"), ends("2026-11"), ends("2026-08")) == (["2026-10-20"], ["2026-11-10"], [])


@pytest.mark.parametrize(("path", "key", "month", "number"), [
    # What a rate divides by opens too.
    ("concerns?open_on=", "concerns", "2026-09", 1), ("concerns?open_on=", "concerns", "2026-10", 2),
    ("supervision-notices?open_on=", "notices", "2026-09", 1),
    ("supervision-notices?open_on=", "notices", "2026-10", 3),
    ("acceptances/due?on=", "due", "2026-10", 2), ("acceptances/due?on=", "due", "2026-11", 2),
])
def test_what_stood_open_on_a_day_is_listed(as_user, busy, path, key, month, number):
    client = as_user(busy.person("supervisor"))
    assert len(client.get(f"{API}/{path}{DAYS[month]}").json[key]) == number


@pytest.mark.parametrize("month", DAYS)
@pytest.mark.parametrize(("topic", "path", "key"), [
    ("concerns", "concerns", "concerns"), ("notices", "supervision-notices", "notices")])
def test_parts_of_a_day_open_into_as_many_records(as_user, busy, month, topic, path, key):
    """By state and age as they were then, not as they are now."""
    client, told = as_user(busy.person("supervisor")), 0
    for division in (busy.county, busy.townships["B"], busy.villages["A1"]):
        answer = client.get(f"{API}/month-figures?division={division.code}&month={month}&topic={topic}").json
        for part in answer["parts"]:
            kind, name = part["key"].split(".") if "." in part["key"] else ("state", part["key"])
            found = client.get(f"{API}/{path}?division={division.code}&open_on={DAYS[month]}&{kind}={name}")
            assert (part["key"], len(found.json[key])) == (part["key"], part["value"])
            told += part["value"]
    assert told


def test_what_was_withdrawn_is_no_campaign_of_a_month(as_user, busy):
    client = as_user(busy.person("supervisor"))
    assert client.get(f"{API}/rating-campaigns?ends_in=2026-09").json["rating_campaigns"] == []


def test_a_list_as_of_a_day_to_come_is_that_of_today(as_user, busy):
    client, later = as_user(busy.person("supervisor")), date(2026, 11, 20) + timedelta(days=400)
    assert client.get(f"{API}/supervision-notices?open_on={later}").status_code == 200
    village = busy.villages["A1"].code
    answer = client.get(f"{API}/unvisited-households?village={village}&on={later}")
    assert (answer.status_code, answer.json["reason"]) == (422, "quarter_to_come")
