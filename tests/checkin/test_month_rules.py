"""Who takes which step of a month, from which state, and what each needs: tables of values."""

from dataclasses import replace

import pytest

from api.checkin.month_rules import STEPS, Asker, Said, Standing, asker_problem, may_take, step_problem

NOBODY, CADRE = Asker(), Asker(own_row=True, any_row=True)
COLLEAGUE = Asker(any_row=True)
VILLAGE, TOWNSHIP, BOTH = Asker(village=True), Asker(township=True), Asker(village=True, township=True)
# A cadre who also holds the roles of village and township.
INVOLVED, INVOLVED_OTHERWISE = (Asker(True, True, own, True) for own in (True, False))
OWN, NOT_YOURS = "own_record", "not_your_step"


@pytest.mark.parametrize("step, asker, on_paper, expected", [
    *[(step, CADRE, False, None) for step in ("checked", "disputed")],
    *[(step, INVOLVED, False, None) for step in ("checked", "disputed")],
    *[(step, asker, True, OWN) for step in ("checked", "disputed") for asker in (CADRE, INVOLVED)],
    # Somebody else's row: only from paper, by a township that has no row here itself.
    *[(step, TOWNSHIP, True, None) for step in ("checked", "disputed")],
    *[(step, asker, False, NOT_YOURS) for step in ("checked", "disputed") for asker in (VILLAGE, TOWNSHIP, NOBODY)],
    *[(step, VILLAGE, True, NOT_YOURS) for step in ("checked", "disputed")],
    *[(step, asker, on_paper, OWN) for step in ("checked", "disputed") for asker in (COLLEAGUE, INVOLVED_OTHERWISE)
      for on_paper in (False, True)],
    *[(step, asker, False, None) for step in ("confirmed", "reopened") for asker in (VILLAGE, BOTH)],
    *[(step, asker, True, None) for step in ("confirmed", "reopened") for asker in (TOWNSHIP, BOTH)],
    *[(step, VILLAGE, True, NOT_YOURS) for step in ("confirmed", "reopened")],
    *[(step, asker, False, NOT_YOURS) for step in ("confirmed", "reopened") for asker in (TOWNSHIP, NOBODY)],
    *[(step, asker, on_paper, OWN) for step in ("confirmed", "reopened", "closed") for on_paper in (False, True)
      for asker in (CADRE, COLLEAGUE, INVOLVED, INVOLVED_OTHERWISE)],
    *[("closed", asker, False, None) for asker in (TOWNSHIP, BOTH)],
    *[("closed", asker, False, NOT_YOURS) for asker in (VILLAGE, NOBODY)],
    *[("closed", asker, True, NOT_YOURS) for asker in (VILLAGE, TOWNSHIP, BOTH)],
])
def test_a_step_is_for_whom_it_is_for(step, asker, on_paper, expected):
    assert asker_problem(step, asker=asker, on_paper=on_paper) == expected


CHECKED, DISPUTED, MOVED_ON = Said("checked", True), Said("disputed", True), Said("checked", False)
OPEN = Standing(over=True, closed=False, village=None, rows=(CHECKED, CHECKED))
CONFIRMED = replace(OPEN, village=Said("confirmed", True))
STALE = replace(OPEN, village=Said("confirmed", False))
PART = replace(OPEN, rows=(CHECKED, None))
ALL = (*STEPS, "closed")


@pytest.mark.parametrize("step, standing, changes, expected", [
    *[(step, replace(CONFIRMED, closed=True), {}, "month_closed") for step in ALL],
    *[(step, replace(CONFIRMED, over=False), {}, "month_not_over") for step in ALL],
    *[(step, replace(OPEN, rows=()), {}, "month_empty") for step in ALL],
    *[(step, CONFIRMED, {"seen": False}, "sheet_changed") for step in ALL],
    *[("checked", standing, {}, None) for standing in (OPEN, PART, CONFIRMED, STALE)],
    *[("disputed", standing, {}, "reason_missing") for standing in (OPEN, CONFIRMED)],
    ("disputed", OPEN, {"note": " "}, "reason_missing"),
    ("disputed", CONFIRMED, {"note": "12日在村"}, None),
    *[("confirmed", standing, {}, None) for standing in (OPEN, CONFIRMED, STALE)],
    *[("confirmed", replace(OPEN, rows=(CHECKED, one)), {}, "not_all_checked") for one in (None, DISPUTED, MOVED_ON)],
    *[("confirmed", replace(OPEN, rows=(CHECKED, one)), {"note": "出差未归"}, None)
      for one in (None, DISPUTED, MOVED_ON)],
    ("reopened", CONFIRMED, {}, None),
    ("reopened", STALE, {}, None),                     # to take back what does not hold any more is no harm
    ("reopened", OPEN, {}, "not_confirmed"),
    ("reopened", replace(OPEN, village=Said("reopened", True)), {}, "not_confirmed"),
    ("closed", CONFIRMED, {}, None),
    ("closed", replace(CONFIRMED, rows=(CHECKED, None)), {}, None),     # the village has said why
    *[("closed", standing, {}, "not_confirmed") for standing in (
        OPEN, STALE, replace(OPEN, village=Said("reopened", True)))],
    ("closed", replace(CONFIRMED, disputed_since=True), {}, "disputed_since"),
    ("closed", replace(CONFIRMED, disputed_since=True), {"note": "已核实"}, None),
    # From paper: who signed, and when.
    *[(step, CONFIRMED, {"on_paper": True}, "reason_missing") for step in STEPS],
    *[(step, CONFIRMED, {"on_paper": True, "note": "张三11月3日签字"}, None) for step in STEPS],
])
def test_a_month_takes_only_the_steps_that_it_allows(step, standing, changes, expected):
    assert step_problem(step, standing=standing, **{"on_paper": False, "note": None, "seen": True, **changes}
                        ) == expected


@pytest.mark.parametrize("standing, expected", [
    (OPEN, "open"), (CONFIRMED, "confirmed"), (STALE, "open"), (replace(OPEN, village=Said("reopened", True)), "open"),
    (replace(STALE, closed=True), "closed")])
def test_a_confirmation_makes_the_state_as_long_as_it_holds(standing, expected):
    assert standing.state == expected


@pytest.mark.parametrize("asker, standing, expected", [
    (CADRE, OPEN, {"check"}), (COLLEAGUE, OPEN, {"check"}), (VILLAGE, OPEN, {"confirm"}),
    (VILLAGE, CONFIRMED, {"confirm", "reopen"}), (TOWNSHIP, OPEN, {"on_paper"}),
    (TOWNSHIP, CONFIRMED, {"close", "on_paper"}), (INVOLVED, CONFIRMED, {"check"}), (NOBODY, CONFIRMED, set()),
    *[(asker, replace(CONFIRMED, closed=True), set()) for asker in (CADRE, VILLAGE, TOWNSHIP)],
    *[(asker, replace(CONFIRMED, over=False), set()) for asker in (CADRE, VILLAGE, TOWNSHIP)],
])
def test_a_page_offers_what_the_rules_would_take(asker, standing, expected):
    offered = may_take(asker=asker, standing=standing)
    assert set(offered) == {"check", "confirm", "reopen", "close", "on_paper"}
    assert {name for name, may in offered.items() if may} == expected
