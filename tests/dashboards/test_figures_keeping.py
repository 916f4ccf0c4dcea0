"""What is kept of ended months: the same as counted, for thirteen months anew each day, by any number of twins."""

from datetime import date

import pytest
from sqlalchemy import select, update

from api.dashboards import figures_keeping_service as keeping
from api.dashboards.figure_models import DivisionMonth
from api.dashboards.figures_rules import MEASURES, TOPICS, CountedMonth, Parts, months_back
from api.dashboards.figures_service import counted, measure_by_village
from api.dates import shanghai_day
from tests.checkin.test_figures import statements_of
from tests.conftest import NOW
from tests.county import County
from tests.dashboards.figures_county import concern, fill

TODAY = NOW.date()
OCTOBER = date(2026, 10, 1)
PATH = "/api/v1/month-figures"


def keep(county: County, *months: date, today: date = TODAY) -> None:
    for month_on in months:
        figures = keeping.count_month(county.session, county=county.county, month_on=month_on, today=today)
        keeping.keep_month(county.session, figures=figures, month_on=month_on, today=today)


def due(county: County, today: date = TODAY, **options) -> list[date]:
    return keeping.due_months(county.session, county=county.county, today=today, **options)


@pytest.fixture
def busy(county):
    fill(county)
    return county


def test_what_is_kept_is_what_is_counted(as_user, busy):
    client = as_user(busy.person("supervisor"))
    asked = [{"division": one.code, "month": month, "topic": topic} for topic in TOPICS
             for one in (busy.county, busy.townships["A"], busy.villages["A1"]) for month in ("2026-10", "2026-11")]
    before = [client.get(PATH, query_string=one).json for one in asked]
    keep(busy, date(2026, 9, 1), OCTOBER)
    busy.session.commit()
    for one, told in zip(asked, before, strict=True):
        answer = client.get(PATH, query_string=one).json
        line = answer["figures"][0]["line"]
        assert {month["month"]: month["kept_on"] for month in line if month["kept_on"]} == {
            month: "2026-11-20" for month in ("2026-09", "2026-10")}
        assert without_kept_on(answer) == without_kept_on(told)
    for measure, of in MEASURES.items():
        for division in (busy.county, busy.villages["A1"]):
            kept = measure_by_village(
                busy.session, division=division, month_on=OCTOBER, today=TODAY, measure=measure)
            now = counted(busy.session, division=division, month=CountedMonth(OCTOBER, TODAY), topic=of.topic)
            assert {village: parts for village, parts in kept.items() if any(parts)} == {
                village: found[measure] for village, found in now.items() if any(found.get(measure, Parts()))}


def without_kept_on(value):
    if isinstance(value, dict):
        return {key: without_kept_on(one) for key, one in value.items() if key != "kept_on"}
    return [without_kept_on(one) for one in value] if isinstance(value, list) else value


def test_a_kept_month_is_answered_by_a_few_questions(as_user, busy, connection):
    client = as_user(busy.person("supervisor"))
    keep(busy, *due(busy))
    busy.session.commit()
    for topic in TOPICS:
        assert statements_of(connection, lambda topic=topic: client.get(f"{PATH}?month=2026-10&topic={topic}")) <= 14


def test_thirteen_months_are_counted_anew_each_day_and_older_ones_once(county):
    county.cadre("A1", from_on=date(2025, 3, 10))
    # Back to the first posting, and a year's line before it.
    months = [months_back(date(2026, 11, 1), number) for number in range(1, 32)]
    assert (due(county), months[-1]) == (months, date(2024, 4, 1))
    keep(county, *months)
    assert due(county) == []
    assert due(county, date(2026, 11, 21)) == months[:13]
    assert due(county, again=True) == months
    # A new month has ended.
    assert due(county, date(2026, 12, 1)) == [date(2026, 11, 1), *months[:12]]


def test_the_running_month_is_never_kept(county):
    assert max(due(county, date(2026, 11, 30))) == OCTOBER
    assert max(due(county, date(2026, 12, 1))) == date(2026, 11, 1)


def test_what_came_in_late_is_told_after_the_next_count(busy):
    keep(busy, OCTOBER)
    concern(busy, busy.person("village", busy.villages["B2"]), "B2", date(2026, 10, 30))

    def told():
        return measure_by_village(
            busy.session, division=busy.county, month_on=OCTOBER, today=TODAY, measure="concerns_overdue")

    assert tuple(told()[busy.villages["B2"].id]) == (0, 0)
    keep(busy, OCTOBER, today=date(2026, 11, 21))
    assert tuple(told()[busy.villages["B2"].id]) == (0, 1)
    days = set(busy.session.scalars(select(DivisionMonth.counted_on).where(DivisionMonth.month_on == OCTOBER)))
    assert days == {date(2026, 11, 21)}


def test_a_village_that_is_gone_is_kept_where_it_has_something(busy):
    gone, empty = busy.villages["B1"], busy.villages["B2"]
    gone.valid_to = empty.valid_to = date(2026, 10, 15)
    busy.session.flush()
    figures = keeping.count_month(busy.session, county=busy.county, month_on=OCTOBER, today=TODAY)
    assert gone.id in figures
    assert empty.id not in figures


def test_figures_rows_and_parts_of_a_kept_month_are_of_one_count(as_user, busy):
    """What came late is told by none of them until the month is counted anew, then by all."""
    client = as_user(busy.person("supervisor"))

    def told():
        answer = client.get(f"{PATH}?month=2026-10&topic=concerns").json
        [waiting] = [one["denominator"] for one in answer["figures"] if one["measure"] == "concerns_overdue"]
        rows = sum(row["figures"]["concerns_overdue"]["denominator"] for row in answer["rows"])
        states = sum(one["value"] for one in answer["parts"] if one["key"].startswith("state."))
        return answer["kept_on"], waiting, rows, states

    keep(busy, OCTOBER)
    concern(busy, busy.person("village", busy.villages["B2"]), "B2", date(2026, 10, 30))
    busy.session.commit()
    assert told() == ("2026-11-20", 2, 2, 2)
    keep(busy, OCTOBER)
    busy.session.commit()
    assert told() == ("2026-11-20", 3, 3, 3)


@pytest.fixture
def run(own_county, command_line):
    fill(own_county)
    own_county.session.commit()
    return command_line


def test_roll_counts_once_a_day_and_rebuild_always(run, own_county):
    def rows():
        kept = own_county.session.execute(select(
            DivisionMonth.division_id, DivisionMonth.month_on, DivisionMonth.figures)).all()
        own_county.session.rollback()
        return sorted(kept, key=lambda row: row[:2])

    status, told = run("roll")
    assert status == 0
    assert "months that have ended." in told
    held = rows()
    assert len(held) >= 13 * 7
    assert any(row.figures for row in held)
    assert "months that have ended" not in run("roll")[1]
    own_county.session.execute(update(DivisionMonth).values(figures={}))
    own_county.session.commit()
    assert run("rebuild")[0] == 0
    assert rows() == held


def test_a_report_shows_the_same_look_in_the_terminal(run, own_county):
    today = shanghai_day(own_county.now)
    status, told = run("report", "--month", "2026-10", "--division", County.CODE)
    assert (status, told.splitlines()[0]) == (0, "余庆县 2026-10")
    assert "\x1b" not in told
    line = next(line for line in told.splitlines() if "人数够的村" in line)
    assert "4 个村里，0 个村人数够" in line
    assert "子营街道" in told
    status, told = run("report", "--month", f"{today:%Y-%m}", "--division", own_county.villages["A1"].code,
                       "--language", "en")
    assert status == 0
    assert "Posts filled" in told
    assert "Division" not in told


@pytest.mark.parametrize(("arguments", "words"), [
    (("--division", "999999999999"), "There is no division 999999999999"),
    (("--month", "2099-01"), "That month has not begun."),
    (("--month", "soon"), "Invalid value for '--month'"),
])
def test_a_report_that_cannot_be_says_why(run, arguments, words):
    status, told = run("report", *arguments)
    assert status != 0
    assert words in told
