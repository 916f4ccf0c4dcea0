"""The one look: every measure agrees with what shows it elsewhere, at every level, for the running and past months."""

from datetime import date, timedelta
from itertools import product
from uuid import uuid4

import pytest
from sqlalchemy import delete, func, select

from api.checkin.models import KeptHorizon
from api.checkin.rates_service import month_table
from api.checkin.sums_service import Period
from api.contracts.contract_figures_service import contract_figures
from api.contracts.notice_lists_service import notice_figures
from api.dashboards.figures_rules import MEASURES, TOPICS, CountedMonth, Parts, line_months, summed_up
from api.dashboards.figures_service import counted
from api.dashboards.month_figures_service import month_figures
from api.diary.concern_lists_service import concern_figures
from api.diary.models import ConcernStep
from api.postings.models import Posting
from api.visits.visit_coverage_service import coverage_table
from tests.checkin.test_figures import statements_of
from tests.conftest import NOW
from tests.contracts.promised import publish
from tests.dashboards.figures_county import at, concern, fill, visit

TODAY = NOW.date()
MONTHS = (date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1))
PATH = "/api/v1/month-figures"


@pytest.fixture
def busy(county):
    fill(county)
    return county


def of_county(county, topic: str, month_on: date) -> dict[str, Parts]:
    found = counted(county.session, division=county.county, month=CountedMonth(month_on, TODAY), topic=topic)
    paths = {village.id: village.path for village in county.villages.values()}
    return summed_up(found, paths).get(county.county.id, {})


def of_villages(county, topic: str, month_on: date, measure: str) -> dict[str, tuple[int, int]]:
    found = counted(county.session, division=county.county, month=CountedMonth(month_on, TODAY), topic=topic)
    return {name: tuple(found[village.id][measure]) for name, village in county.villages.items() if village.id in found}


@pytest.mark.parametrize(("day", "months"), [
    # A day of the month does not matter: the line ends with its month.
    (date(2026, 11, 1), (date(2025, 12, 1), date(2026, 11, 1))),
    (date(2026, 1, 1), (date(2025, 2, 1), date(2026, 1, 1))),
])
def test_a_line_is_of_twelve_months(day, months):
    line = line_months(day)
    assert (len(line), line[0], line[-1]) == (12, *months)


@pytest.mark.parametrize(("month_on", "today", "on", "has_ended"), [
    (date(2026, 11, 1), date(2026, 11, 20), date(2026, 11, 20), False),
    # On its last day a month has not ended.
    (date(2026, 11, 1), date(2026, 11, 30), date(2026, 11, 30), False),
    (date(2026, 11, 1), date(2026, 12, 1), date(2026, 11, 30), True),
    (date(2028, 2, 1), date(2028, 3, 1), date(2028, 2, 29), True),
])
def test_a_month_is_counted_on_its_last_day_or_today(month_on, today, on, has_ended):
    month = CountedMonth(month_on, today)
    assert (month.on, month.has_ended) == (on, has_ended)


@pytest.mark.parametrize("month_on", MONTHS)
def test_presence_is_that_of_the_month_table(busy, month_on):
    table = month_table(busy.session, division=busy.county, level="village", period=Period(month_on, TODAY, TODAY))
    found = of_villages(busy, "presence", month_on, "on_post_rate")
    assert table.total.denominator > 0
    assert {row.division.name: (row.numerator, row.denominator) for row in table.rows if row.denominator} == {
        busy.villages[name].name: parts for name, parts in found.items()}
    measures = of_county(busy, "presence", month_on)
    assert measures["stationed_days"].denominator == measures["on_post_rate"].denominator
    assert measures["stationed_days"].numerator >= measures["on_post_rate"].numerator


def test_presence_past_the_kept_weeks_is_counted_by_the_rule(busy):
    kept = of_county(busy, "presence", MONTHS[1])
    busy.session.execute(delete(KeptHorizon))
    assert of_county(busy, "presence", MONTHS[1]) == kept


def test_coverage_of_the_running_month_is_that_of_the_table(busy):
    table = coverage_table(busy.session, division=busy.county, level="village", quarter_on=date(2026, 10, 1),
                           today=TODAY, page=1, page_size=100)
    measures = of_county(busy, "coverage", MONTHS[2])
    assert measures == {
        "visited_quarter": Parts(table.total.quarter.visited, table.total.quarter.households),
        "visited_quarter_at_home": Parts(table.total.quarter.visited_at_home, table.total.quarter.at_home),
        "visited_year": Parts(table.total.year.visited, table.total.year.households),
        "visited_year_at_home": Parts(table.total.year.visited_at_home, table.total.year.at_home)}


def test_coverage_of_a_past_month_is_of_its_last_day(busy):
    # September closes a quarter: its kept counts. October lies within one: by the visits up to the 31st.
    assert of_villages(busy, "coverage", MONTHS[0], "visited_quarter") == {"A1": (1, 5), "B1": (1, 3)}
    assert of_villages(busy, "coverage", MONTHS[1], "visited_quarter") == {"A1": (2, 4), "B1": (0, 3)}
    assert of_villages(busy, "coverage", MONTHS[1], "visited_quarter_at_home") == {"A1": (1, 3), "B1": (0, 3)}
    assert of_villages(busy, "coverage", MONTHS[1], "visited_year") == {"A1": (3, 4), "B1": (1, 3)}
    assert of_villages(busy, "coverage", MONTHS[2], "visited_quarter") == {"A1": (3, 4), "B1": (1, 3)}


def test_concerns_are_those_of_the_figures(busy):
    measures = of_county(busy, "concerns", MONTHS[2])
    total, _rows = concern_figures(busy.session, division=busy.county, first=MONTHS[2], last=TODAY, today=TODAY)
    assert measures == {"concerns_overdue": Parts(total.overdue, total.undone),
                        "concerns_in_time": Parts(total.in_time, total.judged)}
    assert of_villages(busy, "concerns", MONTHS[0], "concerns_overdue") == {"A1": (1, 1)}
    assert of_villages(busy, "concerns", MONTHS[1], "concerns_overdue") == {"A1": (0, 1), "B1": (0, 1)}
    # Of those raised in October two are done, one of them too late, and one is past its day.
    assert of_villages(busy, "concerns", MONTHS[1], "concerns_in_time") == {"A1": (1, 2), "B1": (0, 1)}


def test_contracts_are_those_of_the_figures(busy):
    total, _rows = contract_figures(busy.session, division=busy.county, year=2026, today=TODAY)
    measures = of_county(busy, "contracts", MONTHS[2])
    due = 2 + total.due
    assert measures == {"items_inspected": Parts(2, due), "items_overdue": Parts(total.overdue, due)}
    assert of_villages(busy, "contracts", MONTHS[0], "items_inspected") == {"A1": (1, 1)}
    assert of_villages(busy, "contracts", MONTHS[1], "items_inspected") == {"A1": (1, 2), "B1": (0, 1)}
    assert of_villages(busy, "contracts", MONTHS[1], "items_overdue") == {"A1": (1, 2), "B1": (0, 1)}
    assert of_villages(busy, "contracts", MONTHS[2], "items_overdue") == {"A1": (0, 3), "B1": (1, 1)}


def test_notices_are_those_of_the_figures(busy):
    total, _rows = notice_figures(busy.session, division=busy.county, today=TODAY)
    assert of_county(busy, "notices", MONTHS[2]) == {"notices_overdue": Parts(total.overdue, total.open)} == {
        "notices_overdue": Parts(1, 2)}
    assert of_villages(busy, "notices", MONTHS[0], "notices_overdue") == {"A1": (0, 1)}
    # One had been reported by then, the other was past the deadline that a later step moved.
    assert of_villages(busy, "notices", MONTHS[1], "notices_overdue") == {"A1": (1, 2)}


def test_ratings_tell_nothing_of_villages_with_too_few_ballots(busy):
    assert of_villages(busy, "ratings", MONTHS[1], "participation") == {"A1": (12, 40), "B1": (7, 40)}
    assert of_villages(busy, "ratings", MONTHS[2], "participation") == {"A1": (20, 40)}
    assert of_villages(busy, "ratings", MONTHS[0], "participation") == {}


def test_staffing_counts_no_village_for_more_than_its_minimum(busy):
    assert of_villages(busy, "staffing", MONTHS[1], "posts_filled") == {
        "A1": (2, 3), "A2": (0, 3), "B1": (1, 3), "B2": (0, 3)}
    assert of_villages(busy, "staffing", MONTHS[0], "posts_filled")["A2"] == (1, 3)
    for _ in range(2):
        busy.cadre("A1", from_on=date(2026, 11, 2))
    assert of_villages(busy, "staffing", MONTHS[2], "posts_filled")["A1"] == (3, 3)
    assert of_county(busy, "staffing", MONTHS[2]) == {"posts_filled": Parts(4, 12), "villages_staffed": Parts(1, 4)}


def test_a_topic_counts_in_few_questions_whatever_the_number_of_villages(busy, connection):
    def questions():
        month = CountedMonth(MONTHS[1], TODAY)
        return [statements_of(connection, lambda topic=topic: counted(
            busy.session, division=busy.county, month=month, topic=topic)) for topic in TOPICS]

    few = questions()
    busy.cadre(busy.new_village())
    assert questions() == few
    # One of them asks whether anybody was posted yet.
    assert max(few) <= 4


@pytest.mark.parametrize("month", ["2026-10", "2026-11"])
def test_villages_add_up_to_every_level(as_user, busy, month):
    client = as_user(busy.person("supervisor"))
    for topic in TOPICS:
        adds_up(busy, lambda code, topic=topic: client.get(
            PATH, query_string={"division": code, "month": month, "topic": topic}).json)


def adds_up(busy, answer):
    county = answer(busy.CODE)
    assert [row["division"]["code"] for row in county["rows"]] == sorted(one.code for one in busy.townships.values())
    for one in (county, *(answer(township.code) for township in busy.townships.values())):
        for figure in one["figures"]:
            assert figure["numerator"] == sum(row["figures"][figure["measure"]]["numerator"] for row in one["rows"])
            assert figure["denominator"] == sum(row["figures"][figure["measure"]]["denominator"] for row in one["rows"])
    for village in busy.villages.values():
        assert answer(village.code)["rows"] == []


def test_a_figure_comes_with_the_month_before_a_line_and_its_rule(as_user, busy):
    answer = as_user(busy.person("supervisor")).get(f"{PATH}?month=2026-11&topic=coverage").json
    figures = {one["measure"]: one for one in answer["figures"]}
    assert list(figures) == [key for key, measure in MEASURES.items() if measure.topic == "coverage"]
    year = figures["visited_year"]
    assert (year["numerator"], year["denominator"], year["target"], year["more_is_better"]) == (6, 7, 1.0, True)
    assert year["before"] == {"month": "2026-10", "counted_on": "2026-10-31", "kept_on": None, "numerator": 4,
                              "denominator": 7, "rate": 4 / 7}
    assert year["change"] == pytest.approx(6 / 7 - 4 / 7)
    assert [one["month"] for one in year["line"]][::11] == ["2025-12", "2026-11"]
    assert year["line"][-2] == year["before"]
    assert (answer["counted_on"], answer["is_running"], answer["kept_on"]) == ("2026-11-20", True, None)
    assert [rule["key"] for rule in answer["rules"]] == [
        "visit_quarter_percent", "visit_year_percent_q4", "calls_count"]
    assert answer["rules"][0]["division"]["code"] == busy.CODE


@pytest.mark.parametrize("topic", TOPICS)
def test_nothing_is_counted_of_months_before_anybody_was_posted(busy, topic):
    first = busy.session.scalar(select(func.min(Posting.from_on)))
    before = CountedMonth((first.replace(day=1) - timedelta(days=1)).replace(day=1), TODAY)
    assert counted(busy.session, division=busy.county, month=before, topic=topic) == {}
    begun = month_figures(busy.session, division=busy.county, month_on=first.replace(day=1), today=TODAY, topic=topic)
    if topic in ("coverage", "staffing"):
        assert all(figure["denominator"] for figure in begun["figures"])
        # None, which is no point in the line: zero would say that they had been there and visited nobody.
        assert {figure["before"]["rate"] for figure in begun["figures"]} == {None}


def test_parts_tell_of_the_same_day(as_user, busy):
    client = as_user(busy.person("supervisor"))

    def parts(topic, month):
        answer = client.get(f"{PATH}?month={month}&topic={topic}").json
        return {one["key"]: one["value"] for one in answer["parts"]}

    assert parts("concerns", "2026-10") == {"state.raised": 2, "age.to_15": 1, "age.to_7": 1}
    assert parts("notices", "2026-10") == {"open": 2, "due_soon": 0, "reissued": 0, "escalated": 0}
    assert parts("notices", "2026-11") == {"open": 2, "due_soon": 0, "reissued": 1, "escalated": 0}
    assert parts("ratings", "2026-10") == {"campaigns": 1}
    assert parts("staffing", "2026-11") == {"cadres": 3, "needed": 12, "vacant": 2, "county_minimum": 200}
    assert parts("contracts", "2026-11") == {"state.published": 2, "state.closed": 1, "without": 1}


def test_a_village_sees_its_own_only(as_user, busy):
    client = as_user(busy.person("village", busy.villages["A1"]))
    for topic in ("presence", "coverage", "contracts", "notices", "staffing"):
        asked = {"month": "2026-11", "topic": topic}
        assert client.get(PATH, query_string=asked).json["division"]["code"] == busy.villages["A1"].code
        assert client.get(PATH, query_string={**asked, "division": busy.townships["A"].code}).status_code == 404
    # Never what villagers told the cadres, nor how they voted.
    assert {client.get(f"{PATH}?topic={topic}").status_code for topic in ("concerns", "ratings")} == {403}


def test_strangers_learn_nothing(as_user, client, busy):
    asked = f"{PATH}?month=2026-11&topic=presence&division="
    assert client.get(asked + busy.CODE).status_code == 401
    assert as_user(busy.cadre("A1")).get(asked + busy.CODE).status_code == 403
    township = as_user(busy.person("supervisor", busy.townships["B"]))
    assert township.get(asked + busy.townships["A"].code).status_code == 404
    assert township.get(asked + busy.CODE).status_code == 404
    assert township.get(asked + busy.villages["B1"].code).status_code == 200


def test_a_month_that_has_not_begun_has_no_figures(as_user, busy):
    client = as_user(busy.person("supervisor"))
    answer = client.get(f"{PATH}?month=2026-12&topic=presence")
    assert (answer.status_code, answer.json["reason"]) == (422, "month_to_come")
    assert client.get(f"{PATH}?month=2026-11&topic=fashion").status_code == 422
    assert client.get(f"{PATH}?topic=presence").json["month"] == "2026-11"


def test_rows_come_by_code_and_never_by_figure(as_user, busy):
    # Whoever is worse or better: a village that comes later by code stays there.
    client = as_user(busy.person("supervisor"))
    for topic, code in product(TOPICS, (busy.CODE, busy.townships["A"].code, busy.townships["B"].code)):
        answer = client.get(PATH, query_string={"division": code, "month": "2026-10", "topic": topic}).json
        codes = [row["division"]["code"] for row in answer["rows"]]
        assert codes == sorted(codes)
        assert len(codes) == 2


def test_what_waited_has_a_state_of_what_waits(county):
    """Resolved in October, taken up anew in November: it waited on 31 October, by age and by state."""
    made = concern(county, county.cadre("A1"), "A1", date(2026, 10, 3))
    for number, (step, day) in enumerate((
            ("accepted", date(2026, 10, 4)), ("in_village", date(2026, 10, 5)), ("resolved", date(2026, 10, 20)),
            ("followed_up", date(2026, 11, 4)), ("joint_consultation", date(2026, 11, 6))), start=2):
        county.session.add(ConcernStep(
            id=uuid4(), concern_id=made.id, number=number, step=step, user_id=county.person().user.id, at=at(day),
            received_at=at(day), note="说明", content_hash=b"test"))
    made.state, made.changed_at = "joint_consultation", at(date(2026, 11, 6))
    county.session.flush()
    october = month_figures(county.session, division=county.county, month_on=date(2026, 10, 1), today=TODAY,
                            topic="concerns")
    assert october["figures"][0]["denominator"] == 1
    assert told(october) == {"state.in_village": 1, "age.to_30": 1}


def told(answer) -> dict[str, int]:
    return {one["key"]: one["value"] for one in answer["parts"]}


def test_the_villages_without_a_contract_are_those_of_the_table(county):
    publish(county, "A1")
    publish(county, "B1")
    county.villages["A1"].valid_to = date(2026, 6, 30)
    county.session.flush()
    # A2, B1 and B2 are there in November, two of them without a contract.
    answer = month_figures(county.session, division=county.county, month_on=date(2026, 11, 1), today=TODAY,
                           topic="contracts")
    assert told(answer) == {"state.published": 1, "without": 2}
    june = month_figures(county.session, division=county.county, month_on=date(2026, 6, 1), today=TODAY,
                         topic="contracts")
    assert sum(told(june).values()) == 4


@pytest.mark.parametrize(("month_on", "begins"), [
    (date(2026, 10, 1), {"visited_quarter": "quarter", "visited_year": None}),
    (date(2026, 9, 1), {"visited_quarter": None, "visited_year": None}),
    (date(2026, 1, 1), {"visited_quarter": "quarter", "visited_year": "year"}),
])
def test_what_begins_anew_is_not_compared_with_the_period_before(county, month_on, begins):
    cadre, home = county.cadre("A1", from_on=date(2025, 1, 1)), county.household("A1")
    cadre.user.first_log_in_at = at(date(2025, 1, 1))
    for day in (date(2026, 7, 15), date(2025, 12, 10)):
        visit(county, cadre, home, day)
    answer = month_figures(county.session, division=county.county, month_on=month_on, today=TODAY, topic="coverage")
    figures = {one["measure"]: one for one in answer["figures"]}
    for measure, period in begins.items():
        for one in (figures[measure], figures[f"{measure}_at_home"]):
            # Everybody was visited, and then a new period began: nothing got worse by 100 per cent.
            assert (one["before"]["rate"], one["rate"]) == (1.0, 0.0 if period else 1.0)
            assert (one["begins"], one["change"]) == (period, None if period else 0.0)


@pytest.mark.parametrize("measure", MEASURES)
def test_only_what_counts_from_a_period_begins_with_it(measure):
    begins = [MEASURES[measure].begins_with(date(2026, month, 1)) for month in range(1, 13)]
    if measure.startswith("visited_quarter"):
        assert begins == ["quarter", None, None] * 4
    elif measure.startswith(("visited_year", "items_")):
        assert begins == ["year", *[None] * 11]
    else:
        assert set(begins) == {None}
