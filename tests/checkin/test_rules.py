"""The pure rules of presence, by golden cases and tables."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.checkin import rules
from api.dates import days_between, mondays_of_month, next_month
from api.geo import Position, distance_m

GOLDEN = json.loads((Path(__file__).parents[1] / "data" / "on_post_rate.json").read_text())
OFFICE = Position(27.2254, 107.8879)


def day(text):
    return text and date.fromisoformat(text)


def days(texts):
    return {date.fromisoformat(text) for text in texts}


def workdays(wanted):
    return {one for one in wanted if chinese_calendar.is_workday(one)}


def week_of(monday):
    return days_between(monday, monday + timedelta(days=6))


def part(span, case, quota):
    return rules.Part(rules.Span(day(span[0]), day(span[1])), quota, days(case["leave_on"]), days(case["stationed_on"]))


def named(group):
    return [pytest.param(case, id=case.get("name", str(number))) for number, case in enumerate(GOLDEN[group])]


@pytest.mark.parametrize("case", named("by_week"))
def test_a_month_by_weeks_is_as_the_golden_case_says(case):
    month_on, as_of = day(case["month"] + "-01"), day(case["as_of"])
    parts = [part(span, case, case["days_per_week"]) for span in case["postings"]]
    made = [(monday, rules.figures(week_of(monday), parts, workdays(week_of(monday))))
            for monday in mondays_of_month(month_on)]
    for number, expected in enumerate(case["expect"]):
        closed = [figures[number] for monday, figures in made if monday + timedelta(days=6) < as_of]
        credited, required = (sum(getattr(one, name) for one in closed) for name in ("credited_days", "required_days"))
        rate = rules.rate(credited, required)
        assert {
            "rate": None if rate is None else round(rate, 4), "required_days": required, "credited_days": credited,
            "stationed_days": sum(one.stationed_days for one in closed), "closed_weeks": len(closed),
            "weeks": [{"monday": monday.isoformat(), "duty_days": figures[number].duty_days,
                       "required_days": figures[number].required_days,
                       "stationed_days": figures[number].stationed_days,
                       "credited_days": figures[number].credited_days} for monday, figures in made],
        } == expected


@pytest.mark.parametrize("case", named("by_month"))
def test_a_month_by_the_month_is_as_the_golden_case_says(case):
    month_on, as_of = day(case["month"] + "-01"), day(case["as_of"])
    month = days_between(month_on, next_month(month_on) - timedelta(days=1))
    made, = rules.figures(month, [part(case["posting"], case, case["days_per_month"])], workdays(month))
    ended = month[-1] < as_of
    assert {
        "ended": ended, "duty_days": made.duty_days, "required_days": made.required_days,
        "stationed_days": made.stationed_days, "credited_days": made.credited_days,
        "rate": rules.rate(made.credited_days, made.required_days) if ended else None,
    } == case["expect"]


@pytest.mark.parametrize("case", named("state"))
def test_the_running_week_stands_as_the_golden_case_says(case):
    monday = day(case["monday"])
    made, = rules.figures(week_of(monday), [part(case["posting"], case, case["days_per_week"])],
                          workdays(week_of(monday)))
    state = rules.week_state(
        required_days=made.required_days, posting_mask=rules.mask(monday, made.posted_on),
        duty_mask=rules.mask(monday, made.duty_on), stationed_mask=rules.mask(monday, made.stationed_on),
        weekday=(day(case["today"]) - monday).days)
    assert state.state == case["expect"]


@pytest.mark.parametrize("case", named("place"))
def test_a_verdict_is_as_the_golden_case_says(case):
    assert rules.place_verdict(distance_m=case["distance_m"], radius_m=case["radius_m"],
                               accuracy_m=case["accuracy_m"]) == case["expect"]


def north(metres):
    return Position(OFFICE.latitude + metres / 110_800, OFFICE.longitude)


def test_the_place_with_the_smallest_distance_beyond_its_radius_is_the_one_that_judges():
    near_but_small = rules.Circle(1, north(0), 50)
    far_but_large = rules.Circle(2, north(2_000), 3_000)
    found = rules.judge(fix=north(300), accuracy_m=10, circles=[near_but_small, far_but_large])
    assert (found.verdict, found.place_id, round(found.distance_m, -2)) == ("inside", 2, 1_700)


def test_a_fix_without_a_place_is_not_judged():
    assert rules.judge(fix=OFFICE, accuracy_m=10, circles=[]) == rules.Judgement("not_judged")


def test_a_phone_without_a_fix_is_not_a_position():
    assert rules.judge(fix=None, accuracy_m=None, circles=[rules.Circle(1, OFFICE, 10)]) == rules.Judgement(
        "no_location")


@given(st.lists(st.tuples(st.floats(-0.05, 0.05), st.floats(-0.05, 0.05), st.integers(10, 4_000)), min_size=1,
                max_size=5), st.floats(-0.05, 0.05), st.floats(-0.05, 0.05))
def test_the_quick_choice_of_a_place_is_the_exact_one(offsets, north_by, east_by):
    fix = Position(OFFICE.latitude + north_by, OFFICE.longitude + east_by)
    circles = [rules.Circle(number, Position(OFFICE.latitude + lat, OFFICE.longitude + lon), radius)
               for number, (lat, lon, radius) in enumerate(offsets)]
    best = min(distance_m(fix, circle.centre) - circle.radius_m for circle in circles)
    found = rules.judge(fix=fix, accuracy_m=20, circles=circles)
    assert found.distance_m - circles[found.place_id].radius_m == pytest.approx(best, abs=1e-6)


RECEIVED = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000


@pytest.mark.parametrize("captured_at, elapsed_ms, first_log_in_at, expected", [
    (RECEIVED, None, None, ("2026-11-20", ())),
    (RECEIVED - timedelta(hours=3), None, None, ("2026-11-20", ())),  # 07:00 in China
    (RECEIVED - timedelta(hours=11), None, None, ("2026-11-19", ())),  # 23:00 the day before in China
    (RECEIVED + timedelta(minutes=5), None, None, ("2026-11-20", ())),  # five minutes ahead are forgiven
    (RECEIVED + timedelta(minutes=5, seconds=1), None, None, ("2026-11-20", ("clock_skew",))),
    (RECEIVED + timedelta(days=400), None, None, ("2026-11-20", ("clock_skew",))),  # the server's day instead
    (RECEIVED - timedelta(days=2), 2 * DAY, None, ("2026-11-18", ())),  # sent two days later, clocks agree
    (RECEIVED - timedelta(days=2), 2 * DAY + 6 * MINUTE, None, ("2026-11-18", ("clock_skew",))),
    (RECEIVED - timedelta(days=300), 2 * DAY, None, ("2026-11-18", ("clock_skew",))),  # a phone set back
    (RECEIVED - timedelta(hours=72), None, None, ("2026-11-17", ())),  # exactly 72 hours are not late
    (RECEIVED - timedelta(hours=72, seconds=1), None, None, ("2026-11-17", ("late",))),
    (RECEIVED - timedelta(days=300), 4 * DAY, None, ("2026-11-16", ("clock_skew", "late"))),
    (RECEIVED - timedelta(days=1), None, RECEIVED - timedelta(hours=1), ("2026-11-20", ("clock_skew",))),
    (RECEIVED - timedelta(days=1), DAY, RECEIVED - timedelta(hours=1), ("2026-11-19", ("clock_skew",))),
    (RECEIVED, -5, None, ("2026-11-20", ())),  # a negative elapsed time tells nothing
    (RECEIVED, 2**63 - 1, None, ("2026-11-20", ())),  # nor does one of 292 million years
    (datetime(2000, 1, 1, tzinfo=UTC), None, None, ("2000-01-01", ("late",))),
])
def test_a_record_belongs_to_the_day_that_the_clocks_tell(captured_at, elapsed_ms, first_log_in_at, expected):
    found, flags = rules.day_and_flags(captured_at=captured_at, received_at=RECEIVED, elapsed_ms=elapsed_ms,
                                       first_log_in_at=first_log_in_at)
    assert (found.isoformat(), flags) == expected


ON = date(2026, 11, 20)
V, T, C = "village", "township", "county"
YES, NO = "confirmed", "rejected"


@pytest.mark.parametrize("verdict, decisions, expected", [
    ("inside", [], "counts"),
    ("uncertain", [], "counts"),
    ("outside", [], "waiting"),
    ("no_location", [], "waiting"),
    ("not_judged", [], "waiting"),
    ("outside", [(V, YES)], "counts"),
    ("inside", [(V, NO)], "rejected"),
    ("outside", [(V, NO), (V, YES)], "counts"),  # within a level the latest
    ("outside", [(T, NO), (V, YES)], "rejected"),  # the township decided, whatever the village says later
    ("outside", [(V, YES), (T, NO), (C, YES), (T, NO)], "counts"),  # the county prevails over a later township
])
def test_a_piece_of_evidence_counts_by_verdict_and_decisions(verdict, decisions, expected):
    assert rules.evidence_status(kind="check_in", verdict=verdict, posted=True, day=ON, received_on=ON,
                                 decisions=decisions) == expected


@pytest.mark.parametrize("kind, posted, ahead, expected", [
    ("declaration", True, 0, "counts"),
    ("declaration", True, 1, "future_day"),  # nobody declares tomorrow, and no confirmation mends it
    ("declaration", False, 0, "no_posting"),
    ("check_in", False, 0, "no_posting"),
    ("check_in", True, 1, "counts"),  # a clock a few minutes ahead of midnight
])
def test_no_decision_makes_evidence_of_what_is_none(kind, posted, ahead, expected):
    assert rules.evidence_status(kind=kind, verdict="no_location", posted=posted, day=ON + timedelta(days=ahead),
                                 received_on=ON, decisions=[(V, YES)]) == expected


@pytest.mark.parametrize("statuses, errand, expected", [
    ([], False, None),
    (["counts"], False, "stationed"),
    (["rejected", "waiting", "counts"], False, "stationed"),  # one counting piece is enough
    (["waiting", "rejected"], False, "waiting"),
    (["rejected"], False, "rejected"),
    (["no_posting", "future_day"], False, None),
    ([], True, "errand"),
    (["rejected"], True, "errand"),
    (["counts"], True, "stationed"),
])
def test_a_day_is_as_its_strongest_piece(statuses, errand, expected):
    assert rules.day_state(statuses, errand=errand) == expected


@pytest.mark.parametrize("numerator, denominator, expected", [(0, 0, None), (0, 4, 0.0), (3, 4, 0.75), (4, 4, 1.0)])
def test_a_rate_is_none_when_nothing_was_required(numerator, denominator, expected):
    assert rules.rate(numerator, denominator) == expected


def test_the_later_posting_asks_only_for_what_the_quota_leaves():
    monday = date(2026, 11, 2)
    spans = [rules.Span(monday, date(2026, 11, 3)), rules.Span(date(2026, 11, 4), date(2026, 11, 5)),
             rules.Span(date(2026, 11, 6), None)]
    parts = [rules.Part(span, 4, (), ()) for span in spans]
    assert [one.required_days for one in rules.figures(week_of(monday), parts, workdays(week_of(monday)))] == [2, 2, 0]


@given(st.sets(st.integers(0, 6)))
def test_a_mask_holds_exactly_its_days(offsets):
    monday = date(2026, 11, 2)
    wanted = {monday + timedelta(days=n) for n in offsets}
    outside = {monday - timedelta(days=1), monday + timedelta(days=7)}
    assert set(rules.mask_days(monday, rules.mask(monday, wanted | outside))) == wanted


@pytest.mark.parametrize("returned_on, expected", [
    (None, 3),
    ("2026-11-04", 2),  # the day of return is no day of leave
    ("2026-11-02", 0),  # it never began
    ("2026-11-09", 3),
])
def test_coming_back_early_ends_a_leave_the_day_before(returned_on, expected):
    covered = rules.leave_days(from_on=date(2026, 11, 2), to_on=date(2026, 11, 4), returned_on=day(returned_on))
    assert len(covered) == expected
