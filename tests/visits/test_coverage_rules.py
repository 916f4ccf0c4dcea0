"""Which households count as visited: by tables, and by properties over whatever a household may live through."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.visits.coverage_rules import (
    Counted,
    Counts,
    HouseholdFact,
    counted_on,
    counts_as_visit,
    counts_of,
    households_missing,
    next_change,
    rate,
    total,
)

Q3, Q4 = date(2026, 7, 1), date(2026, 10, 1)
TODAY = date(2026, 11, 20)
ALWAYS, NEVER = (lambda quarter_on: True), (lambda quarter_on: False)


def day(text):
    return date.fromisoformat(f"2026-{text}")


def fact(*visits, alive_from="01-01", alive_to=None, away=()):
    return HouseholdFact(day(alive_from), alive_to and day(alive_to),
                         tuple((day(first), last and day(last)) for first, last in away),
                         tuple(Counted(day(on), manner) for on, manner in visits))


@pytest.mark.parametrize("manner, away, calls, expected", [
    ("in_person", (), NEVER, True),
    ("in_person", (("11-01", None),), NEVER, True),  # at home for a day after all: nobody asks why
    ("not_home", (), ALWAYS, False),  # an attempt; the household was not reached
    ("phone", (), ALWAYS, False),  # at home: a call is no visit
    ("phone", (("11-01", None),), ALWAYS, True),
    ("phone", (("11-01", None),), NEVER, False),  # by policy
    ("phone", (("11-01", "11-09"),), ALWAYS, False),  # came back the day before
    ("phone", (("11-01", "11-10"),), ALWAYS, True),  # the last day away
    ("phone", (("11-10", None),), ALWAYS, True),  # the first day away
])
def test_what_counts_as_a_visit(manner, away, calls, expected):
    held = fact(away=away)
    assert counts_as_visit(Counted(day("11-10"), manner), held.absences, calls) is expected


@pytest.mark.parametrize("household, expected", [
    (fact(), (1, 1, 0, 0, 0, 0)),
    (fact(("10-01", "in_person")), (1, 1, 1, 1, 1, 1)),
    (fact(("09-30", "in_person")), (1, 1, 0, 0, 1, 1)),  # the quarter before, the same year
    (fact(("10-01", "in_person"), ("10-01", "in_person"), ("11-02", "in_person")), (1, 1, 1, 1, 1, 1)),  # once
    (fact(("12-31", "in_person")), (1, 1, 1, 1, 1, 1)),  # the quarter's last day
    (fact(("10-01", "not_home")), (1, 1, 0, 0, 0, 0)),
    (fact(("10-05", "in_person"), away=(("11-01", None),)), (1, 0, 1, 0, 1, 0)),  # away on the day of counting
    (fact(("10-05", "in_person"), away=(("10-01", "11-19"),)), (1, 1, 1, 1, 1, 1)),  # back by then
    (fact(("10-05", "in_person"), alive_to="11-19"), (0, 0, 0, 0, 0, 0)),  # gone, and its visit with it
    (fact(alive_to="11-20"), (1, 1, 0, 0, 0, 0)),  # its last day
    (fact(alive_from="11-21"), (0, 0, 0, 0, 0, 0)),  # not yet
])
def test_what_a_household_adds_to_the_counts(household, expected):
    assert counts_of(household, quarter_on=Q4, on=TODAY, calls_count=ALWAYS) == expected


def test_a_quarter_counts_nothing_that_came_after_it():
    later = fact(("10-01", "in_person"))
    assert counts_of(later, quarter_on=Q3, on=day("09-30"), calls_count=ALWAYS) == Counts(1, 1)


def test_calls_count_by_the_rule_of_the_quarter_they_were_made_in():
    away = fact(("08-01", "phone"), ("10-02", "phone"), away=(("01-01", None),))
    for rule, expected in ((lambda on: on == Q3, (1, 0, 0, 0, 1, 0)), (lambda on: on == Q4, (1, 0, 1, 0, 1, 0))):
        assert counts_of(away, quarter_on=Q4, on=TODAY, calls_count=rule) == expected


@pytest.mark.parametrize("quarter_on, today, expected", [
    (Q4, TODAY, TODAY), (Q3, TODAY, day("09-30")), (Q4, day("09-01"), Q4), (Q4, day("12-31"), day("12-31"))])
def test_households_are_counted_on_the_last_day_or_today(quarter_on, today, expected):
    assert counted_on(quarter_on, today) == expected


@pytest.mark.parametrize("visited, households, percent, expected", [
    (0, 1400, 25, 350), (349, 1400, 25, 1), (350, 1400, 25, 0), (900, 1400, 25, 0), (0, 0, 25, 0),
    (0, 3, 25, 1),  # three quarters of a household are a whole one
])
def test_how_many_are_missing_to_the_target(visited, households, percent, expected):
    assert households_missing(visited=visited, households=households, percent=percent) == expected


def test_without_households_there_is_no_rate():
    assert (rate(0, 0), rate(0, 4), rate(3, 4)) == (None, 0.0, 0.75)


days = st.dates(date(2025, 10, 1), date(2027, 3, 31))


@st.composite
def spans(draw):
    first = draw(days)
    return first, draw(st.none() | st.integers(0, 200).map(lambda n: first + timedelta(days=n)))


@st.composite
def households(draw):
    alive_from, alive_to = draw(spans())
    visits = st.builds(Counted, days, st.sampled_from(["in_person", "phone", "not_home"]))
    return HouseholdFact(alive_from, alive_to, tuple(draw(st.lists(spans(), max_size=3))),
                         tuple(draw(st.lists(visits, max_size=5))))


quarters = st.sampled_from([Q3, Q4, date(2027, 1, 1)])
rules = st.sampled_from([ALWAYS, NEVER])


@given(households(), quarters, days, rules)
def test_every_count_lies_within_the_one_that_it_is_a_part_of(household, quarter_on, today, calls):
    counts = counts_of(household, quarter_on=quarter_on, on=counted_on(quarter_on, today), calls_count=calls)
    assert counts.visited <= counts.year_visited <= counts.households <= 1
    assert counts.visited_at_home <= counts.year_visited_at_home <= counts.at_home <= counts.households


@given(households(), quarters, days, rules)
def test_nothing_changes_by_itself_before_the_day_that_is_named(household, quarter_on, today, calls):
    on = counted_on(quarter_on, today)
    change = next_change(household, quarter_on=quarter_on, on=on)
    last = counted_on(quarter_on, date(2030, 1, 1)) if change is None else change - timedelta(days=1)
    first = counts_of(household, quarter_on=quarter_on, on=on, calls_count=calls)
    for n in range((last - on).days + 1):
        assert counts_of(household, quarter_on=quarter_on, on=on + timedelta(days=n), calls_count=calls) == first


@given(st.lists(households(), max_size=5), quarters, rules, st.randoms())
def test_the_order_of_households_and_visits_does_not_matter(all_of_them, quarter_on, calls, random):
    def counted(some):
        return total(counts_of(one, quarter_on=quarter_on, on=quarter_on, calls_count=calls) for one in some)

    mixed = [one._replace(visits=tuple(random.sample(one.visits, len(one.visits)))) for one in all_of_them]
    assert counted(random.sample(mixed, len(mixed))) == counted(all_of_them)
