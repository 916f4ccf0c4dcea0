"""Rules of spot checks: the draw that anybody can repeat, who may know when, what stands in a step's way."""

from datetime import date, timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.contracts.checks_rules import (
    draw,
    draw_problem,
    finding_problem,
    is_revealed,
    lot,
    period_problem,
    repeats,
    shows_its_plan,
    visit_problem,
)

DAY = date(2026, 11, 20)
CODES = st.text("0123456789", min_size=12, max_size=12)
URNS = st.lists(CODES, unique=True, max_size=60).map(sorted).flatmap(
    lambda codes: st.integers(1, 5).map(lambda n: [codes[i::n] for i in range(n)]))
SEEDS = st.text("0123456789abcdef", min_size=1, max_size=32)


def test_a_known_seed_draws_what_a_pencil_draws():
    pool = ["520329001201", "520329001202", "520329102201", "520329102202"]
    by_hand = sorted(pool, key=lambda code: sha256(f"2026:{code}".encode()).hexdigest())
    assert draw([pool], seed="2026", count=2) == by_hand[:2]
    assert lot("2026", pool[0]) == sha256(b"2026:520329001201").hexdigest()
    # Written down once, so that no later change draws anything else from an old seed.
    assert draw([pool], seed="2026", count=4) == [
        "520329102202", "520329001201", "520329001202", "520329102201"]


@given(URNS, SEEDS, st.integers(1, 70))
def test_the_same_seed_and_pool_give_the_same_villages_each_once(urns, seed, count):
    taken = draw(urns, seed=seed, count=count)
    assert taken == draw(urns, seed=seed, count=count)
    assert len(set(taken)) == len(taken)
    assert repeats(urns, seed=seed, villages=taken)
    for urn in urns:
        assert len(set(taken) & set(urn)) == min(count, len(urn))
    # The order in which the pool was written down says nothing.
    assert [set(draw([urn[::-1]], seed=seed, count=count)) for urn in urns] == [
        set(draw([urn], seed=seed, count=count)) for urn in urns]


@given(st.lists(CODES, min_size=2, max_size=20, unique=True), SEEDS, st.data())
def test_a_longer_draw_begins_with_the_shorter_one_and_a_changed_village_is_told(pool, seed, data):
    count = data.draw(st.integers(1, len(pool) - 1))
    taken = draw([pool], seed=seed, count=count)
    assert draw([pool], seed=seed, count=count + 1)[:count] == taken
    other = data.draw(st.sampled_from(sorted(set(pool) - set(taken))))
    assert not repeats([pool], seed=seed, villages=[*taken[:-1], other])


def test_a_code_in_two_urns_is_drawn_once():
    assert sorted(draw([["1", "2"], ["2", "1"]], seed="x", count=1)) == ["1", "2"]
    assert draw([["1", "1"]], seed="x", count=2) == ["1"]


@pytest.mark.parametrize(("urns", "count", "problem"), [
    ([["1", "2"]], 2, None), ([["1", "2"]], 3, "check_pool_small"), ([[]], 1, "check_pool_empty"),
    ([], 1, "check_pool_empty"), ([["1"], ["2", "3"]], 2, None)])    # of a small township all are taken
def test_how_many_can_be_drawn(urns, count, problem):
    assert draw_problem(urns, count=count) == problem


@pytest.mark.parametrize(("kind", "state", "visited_on", "revealed", "plan"), [
    ("unannounced", "open", None, False, False), ("unannounced", "open", DAY, True, False),
    ("unannounced", "closed", None, True, True), ("unannounced", "closed", DAY, True, True),
    ("quarterly", "open", None, True, True), ("quarterly", "open", DAY, True, True),
    ("quarterly", "closed", None, True, True), ("patrol", "open", None, True, True),
    ("patrol", "open", DAY, True, True), ("patrol", "closed", DAY, True, True)])
def test_when_the_checked_may_know(kind, state, visited_on, revealed, plan):
    assert is_revealed(kind=kind, state=state, visited_on=visited_on) is revealed
    assert shows_its_plan(kind=kind, state=state) is plan


@pytest.mark.parametrize(("state", "day", "held", "today", "problem"), [
    ("open", 0, None, 0, None), ("open", -2, None, 0, None),              # the first day
    ("open", -3, None, 0, "visit_outside_check"),                         # the day before it
    ("open", 2, None, 2, None), ("open", 3, None, 3, "visit_outside_check"),
    ("open", 1, None, 0, "visit_to_come"), ("closed", 0, None, 0, "check_closed"),
    ("open", 0, 0, 0, None), ("closed", 0, 0, 0, None),                   # told again
    ("open", 0, -1, 0, "village_already_visited"), ("closed", 0, -1, 0, "village_already_visited")])
def test_when_a_visit_can_be_noted(state, day, held, today, problem):
    def on(days):
        return None if days is None else DAY + timedelta(days=days)
    assert visit_problem(state=state, visited_on=on(day), first_on=on(-2), last_on=on(2), held_on=on(held),
                         today=on(today)) == problem


@pytest.mark.parametrize(("state", "visited_on", "problem"), [
    ("open", DAY, None), ("open", None, "village_not_visited"), ("closed", DAY, "check_closed"),
    ("closed", None, "check_closed")])
def test_when_a_finding_can_be_entered(state, visited_on, problem):
    assert finding_problem(state=state, visited_on=visited_on) == problem


@pytest.mark.parametrize(("first", "last", "visits", "problem"), [
    (0, 0, [], None), (0, -1, [], "period_reversed"), (0, 2, [1], None), (0, 2, [3], "visit_outside_check"),
    (2, 3, [1, 2], "visit_outside_check")])
def test_the_days_of_a_check(first, last, visits, problem):
    assert period_problem(first_on=DAY + timedelta(days=first), last_on=DAY + timedelta(days=last),
                          visits=[DAY + timedelta(days=day) for day in visits]) == problem
