"""The course of a supervision notice: every step from every state, by everybody; and what no order of steps reaches."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api import i18n
from api.contracts.notices_rules import (
    DRAFTER,
    INVOLVED,
    ISSUER,
    MISSING,
    OPEN,
    OVER,
    OWNER,
    RECEIVER,
    STATES,
    STEPS,
    WAITING,
    Given,
    Matter,
    allowed_steps,
    course_problem,
    is_overdue,
    label,
    matter_after,
    needed_parts,
    parts_problem,
    standing_problem,
)

TODAY = date(2026, 11, 20)
DAY = timedelta(days=1)
ABOVE, VILLAGE = {ISSUER, OWNER}, {RECEIVER, INVOLVED}
# What may follow each state in time, late, and after a failed or a passed re-inspection; reissues left (1), or none,
# or none and at the county already.
WHO = {"above": ABOVE, "village": VILLAGE}
COURSE = {
    ("drafted", "in_time"): {"above": ["reviewed", "cancelled"]},
    ("reviewed", "in_time"): {"above": ["cancelled", "issued"]},
    ("reviewed", "late"): {"above": ["cancelled", "issued"]},
    ("issued", "in_time"): {"above": ["served"], "village": ["served"]},
    ("issued", "late"): {"above": ["served", "reminded", "reissued"], "village": ["served"]},
    ("issued", "late_used"): {"above": ["served", "reminded", "escalated"], "village": ["served"]},
    ("issued", "late_county"): {"above": ["served", "reminded"], "village": ["served"]},
    ("served", "in_time"): {"village": ["extension_asked", "reported"]},
    ("served", "asked"): {"above": ["extension_granted", "extension_refused"], "village": ["reported"]},
    ("served", "late"): {"above": ["reminded", "reissued"], "village": ["reported"]},
    ("served", "late_asked"): {"above": ["extension_granted", "extension_refused", "reminded", "reissued"],
                               "village": ["reported"]},
    ("served", "late_used"): {"above": ["reminded", "escalated"], "village": ["reported"]},
    ("served", "late_county"): {"above": ["reminded"], "village": ["reported"]},
    ("reported", "in_time"): {"above": ["returned", "reinspected"]},
    ("reported", "late"): {"above": ["returned", "reinspected"]},
    ("returned", "in_time"): {"village": ["extension_asked", "reported"]},
    ("returned", "asked"): {"above": ["extension_granted", "extension_refused"], "village": ["reported"]},
    ("returned", "late"): {"above": ["reminded", "reissued"], "village": ["reported"]},
    ("returned", "late_used"): {"above": ["reminded", "escalated"], "village": ["reported"]},
    ("returned", "late_county"): {"above": ["reminded"], "village": ["reported"]},
    ("reinspected", "failed"): {"above": ["reissued"]},
    ("reinspected", "failed_used"): {"above": ["escalated"]},
    # The county goes on: there is nobody above to go to.
    ("reinspected", "failed_county"): {"above": ["returned"]},
    ("reinspected", "passed"): {"above": ["struck_off"]},
    ("escalated", "late_county"): {"above": ["reminded", "returned"], "village": ["reported"]},
    ("escalated", "in_time"): {"above": ["returned"], "village": ["extension_asked", "reported"]},
    ("struck_off", "passed"): {"above": ["archived"]},
    ("archived", "passed"): {}, ("cancelled", "in_time"): {},
}


def stood(state: str, how: str) -> Matter:
    is_late = "late" in how
    has_passed = {"failed": False, "passed": True}.get(how.split("_")[0])
    return Matter(state, TODAY - DAY if is_late else TODAY, asked_due_on=TODAY + 9 * DAY if "asked" in how else None,
                  has_passed=has_passed, reissues=int(how.endswith(("used", "county"))), most_reissues=1,
                  is_at_county=how.endswith("county"))


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(("state", "how"), COURSE)
def test_every_step_from_every_state_by_everybody(state, how, step):
    matter, may = stood(state, how), COURSE[state, how]
    is_possible = any(step in steps for steps in may.values())
    assert (course_problem(matter, step, today=TODAY, on=TODAY) is None) == is_possible
    for name, standings in WHO.items():
        assert (step in allowed_steps(matter, standings, today=TODAY)) == (step in may.get(name, ()))
        if is_possible:
            assert standing_problem(step, standings) == (
                None if step in may.get(name, ()) else "notice_held_elsewhere")
    # A colleague of above who acts for the village too may only answer for it.
    both = allowed_steps(matter, ABOVE | VILLAGE, today=TODAY)
    assert both == [one for one in STEPS if one in may.get("village", ())]
    assert allowed_steps(matter, {DRAFTER}, today=TODAY) == []


def test_every_state_is_looked_at():
    assert {state for state, _how in COURSE} == set(STATES)
    assert {step for may in COURSE.values() for steps in may.values() for step in steps} == set(STEPS)


@pytest.mark.parametrize(("matter", "step", "reason"), [
    (stood("served", "in_time"), "issued", "notice_step"),
    (stood("served", "late"), "extension_asked", "notice_asked_late"),
    (stood("served", "asked"), "extension_asked", "notice_asked_already"),
    (stood("served", "in_time"), "extension_granted", "notice_not_asked"),
    # The last day is still in time.
    (stood("served", "in_time"), "reminded", "notice_not_overdue"),
    (stood("served", "in_time"), "reissued", "notice_not_missed"),
    (stood("served", "late_used"), "reissued", "notice_reissues_used"),
    (stood("served", "late"), "escalated", "notice_reissues_left"),
    (stood("served", "late_county"), "escalated", "notice_at_county"),
    (stood("reinspected", "failed"), "struck_off", "notice_not_passed"),
    (stood("reinspected", "passed"), "returned", "notice_passed"),
    (stood("reinspected", "passed"), "reissued", "notice_not_missed"),
    (stood("reinspected", "failed"), "returned", "notice_reissue_first"),
    (stood("reinspected", "failed_used"), "returned", "notice_reissue_first"),
])
def test_why_a_step_is_refused(matter, step, reason):
    assert course_problem(matter, step, today=TODAY, on=TODAY) == reason
    assert all(i18n.has_text(language, f"error.{reason}") for language in i18n.LANGUAGES)


def test_what_was_asked_for_in_time_may_arrive_later():
    late = stood("served", "late")
    assert course_problem(late, "extension_asked", today=TODAY, on=late.due_on) is None


@pytest.mark.parametrize(("step", "standings", "problem"), [
    ("reviewed", {ISSUER}, None), ("reviewed", {ISSUER, DRAFTER}, "own_record"),
    ("reviewed", VILLAGE, "notice_held_elsewhere"),
    ("issued", {ISSUER, DRAFTER}, None), ("issued", {ISSUER, INVOLVED}, "own_record"),
    ("reinspected", {OWNER}, None), ("reinspected", {OWNER, INVOLVED}, "own_record"),
    ("reinspected", {ISSUER}, "notice_held_elsewhere"), ("reported", {OWNER, ISSUER}, "notice_held_elsewhere"),
    ("served", {ISSUER}, None), ("served", VILLAGE, None), ("served", {ISSUER, *VILLAGE}, None),
    # Who signed for it once and went up to the township since.
    ("served", {ISSUER, INVOLVED}, "own_record"), ("escalated", set(), "notice_held_elsewhere"),
])
def test_nobody_decides_on_an_own_record(step, standings, problem):
    assert standing_problem(step, standings) == problem


@pytest.mark.parametrize(("how", "step", "standings", "parts", "problem"), [
    (("served", "in_time"), "reported", VILLAGE, {}, "notice_note_missing"),
    (("served", "in_time"), "reported", VILLAGE, {"note": " \n"}, "notice_note_missing"),
    (("served", "in_time"), "reported", VILLAGE, {"note": "清理完"}, None),
    (("issued", "in_time"), "served", VILLAGE, {}, None),
    (("issued", "in_time"), "served", ABOVE, {}, "notice_signer_missing"),
    (("issued", "in_time"), "served", ABOVE, {"signer": "李支书"}, None),
    (("served", "in_time"), "extension_asked", VILLAGE, {"note": "雨"}, "notice_new_due_on_missing"),
    (("served", "in_time"), "extension_asked", VILLAGE, {"note": "雨", "new_due_on": TODAY}, "notice_new_due_on_early"),
    (("served", "in_time"), "extension_asked", VILLAGE, {"note": "下雨", "new_due_on": TODAY + DAY}, None),
    (("served", "asked"), "extension_granted", ABOVE, {}, None),
    (("served", "asked"), "extension_granted", ABOVE, {"new_due_on": TODAY}, "notice_new_due_on_early"),
    (("reported", "in_time"), "reinspected", ABOVE, {"note": "看过"}, "notice_has_passed_missing"),
    (("reported", "in_time"), "reinspected", ABOVE, {"note": "看过", "has_passed": False}, None),
    (("reported", "late"), "returned", ABOVE, {"note": "不行", "new_due_on": TODAY - DAY}, "notice_new_due_on_early"),
    (("reported", "late"), "returned", ABOVE, {"note": "不行", "new_due_on": TODAY}, None),
    # A draft that lay about until its day was past needs another.
    (("reviewed", "late"), "issued", ABOVE, {}, "notice_new_due_on_missing"),
    (("reviewed", "in_time"), "issued", ABOVE, {}, None),
])
def test_what_a_step_must_bring(how, step, standings, parts, problem):
    assert parts_problem(stood(*how), step, standings, Given(**parts), today=TODAY) == problem


def test_whatever_may_be_missing_has_words_and_is_named_beforehand():
    assert all(i18n.has_text(language, f"error.{reason}") for reason in MISSING.values()
               for language in i18n.LANGUAGES)
    assert needed_parts(stood("issued", "in_time"), "served", ABOVE, today=TODAY) == ["signer"]
    assert needed_parts(stood("reported", "in_time"), "reinspected", ABOVE, today=TODAY) == ["has_passed", "note"]


@pytest.mark.parametrize(("state", "due_on", "is_late"), [
    ("served", TODAY, False), ("served", TODAY - DAY, True), ("issued", TODAY - DAY, True),
    ("escalated", TODAY - DAY, True), ("reported", TODAY - DAY, False), ("reinspected", TODAY - DAY, False),
    ("struck_off", TODAY - DAY, False), ("drafted", TODAY - DAY, False),
])
def test_a_notice_is_overdue_while_the_village_has_to_act(state, due_on, is_late):
    assert is_overdue(Matter(state, due_on), TODAY) == is_late


def test_steps_move_the_deadline_and_answer_what_was_asked():
    matter = Matter("served", TODAY)
    asked = matter_after(matter, "extension_asked", Given(note="雨", new_due_on=TODAY + 5 * DAY))
    assert asked == replace(matter, asked_due_on=TODAY + 5 * DAY)
    assert matter_after(asked, "extension_granted", Given()) == replace(matter, due_on=TODAY + 5 * DAY)
    assert matter_after(asked, "extension_granted", Given(new_due_on=TODAY + DAY)) == replace(
        matter, due_on=TODAY + DAY)
    assert matter_after(asked, "extension_refused", Given(note="不行")) == matter
    assert matter_after(asked, "reminded", Given()) == asked
    assert matter_after(asked, "reissued", Given(new_due_on=TODAY + DAY)) == Matter("issued", TODAY + DAY, reissues=1)
    failed = matter_after(replace(matter, state="reported"), "reinspected", Given(note="差", has_passed=False))
    assert (failed.state, failed.has_passed) == ("reinspected", False)
    gone_up = matter_after(replace(failed, reissues=1), "escalated", Given())
    assert (gone_up.state, gone_up.is_at_county, gone_up.has_passed) == ("escalated", True, None)


def test_the_number_is_written_as_on_paper():
    assert label(county="余庆县", township="白泥镇", year=2026, number=3) == "余庆县白泥镇督字〔2026〕3号"
    assert label(county="余庆县", township=None, year=2026, number=12) == "余庆县督字〔2026〕12号"


ORDERS = st.lists(st.tuples(
    st.sampled_from(sorted(STEPS)), st.sampled_from((VILLAGE, ABOVE, {ISSUER}, {OWNER}, ABOVE | VILLAGE)),
    st.booleans(), st.integers(0, 6)), max_size=60)


@given(ORDERS, st.integers(0, 3))
def test_no_order_of_steps_gets_round_the_course(orders, most):
    today, matter, taken = TODAY, Matter("drafted", TODAY + DAY, most_reissues=most), []
    for step, standings, has_passed, days in orders:
        today += days * DAY
        parts = Given("说明", max(today, matter.due_on) + DAY, "某人", has_passed)
        problem = (course_problem(matter, step, today=today, on=today) or standing_problem(step, standings)
                   or parts_problem(matter, step, standings, parts, today=today))
        assert (step in allowed_steps(matter, standings, today=today)) == (problem is None)
        if problem is not None:
            continue
        before, matter = matter, matter_after(matter, step, parts)
        taken.append((step, has_passed))
        assert matter.state in STATES and before.state not in ("cancelled", "archived")
        if step == "struck_off":
            assert taken[-2] == ("reinspected", True)
        if step == "escalated":
            assert matter.reissues == most and not before.is_at_county
        assert matter.reissues == sum(one == "reissued" for one, _passed in taken) <= most
        assert (before.due_on <= matter.due_on) or step == "cancelled"
        if matter.state in OPEN:
            # Somebody can always go on, but for waiting until the village's day is past.
            assert any(allowed_steps(matter, who, today=today) for who in (ABOVE, VILLAGE))
    assert [one for one, _passed in taken].count("issued") <= 1
    assert matter.state in (*OPEN, *OVER, "drafted", "reviewed") and set(WAITING) < set(OPEN)
