"""Who sees a suggestion, and the course that it takes: tables of values."""

from datetime import date, timedelta

import pytest

from api.ratings.suggestions_rules import (
    HOLDER,
    STATES,
    STEPS,
    VILLAGE,
    WAITING,
    Reader,
    allowed_steps,
    appeal_problem,
    concern_problem,
    contact_is_due,
    due_on,
    is_overdue,
    is_told,
    may_appeal,
    names,
    standing,
    state_after,
    step_problem,
)

TODAY = date(2026, 11, 20)
NOBODY = Reader()
CADRE = Reader(acts_for=True)
COMMITTEE = Reader(is_committee=True, acts_for=True)
TOWNSHIP = Reader(is_above=True)
COUNTY = Reader(is_above=True, is_county=True)
DISCIPLINE = Reader(is_discipline=True)
# A county's leader who is posted in the village, and one who is on its committee.
POSTED = Reader(is_above=True, is_county=True, acts_for=True)
BOTH = Reader(is_above=True, is_county=True, is_committee=True, acts_for=True)
NAMED = Reader(is_above=True, is_county=True, is_discipline=True, is_named=True)
CLASSES = [(kind, about) for about in ("person", "app", "village") for kind in ("suggestion", "complaint")]

H, V = HOLDER, VILLAGE


@pytest.mark.parametrize(("reader", "expected"), [
    #           person      app         village: suggestion, complaint
    (NOBODY,     (None, None, None, None, None, None)),
    (CADRE,      (None, None, None, None, None, None)),
    (COMMITTEE,  (None, None, None, None, V, None)),
    (TOWNSHIP,   (None, None, None, None, H, H)),
    (COUNTY,     (H, H, H, H, H, H)),
    (DISCIPLINE, (H, H, None, None, None, None)),
    (POSTED,     (None, None, H, H, None, None)),
    (BOTH,       (None, None, H, H, V, None)),
    (NAMED,      (None, None, None, None, None, None)),
])
def test_who_sees_what(reader, expected):
    assert tuple(standing(reader, kind=kind, about=about) for kind, about in CLASSES) == expected


@pytest.mark.parametrize(("whom", "name", "expected"), [
    ("王伟", "王伟", True), ("驻村干部 王 伟", "王伟", True), ("第一书记王伟（A1村）", "王伟", True),
    ("John  Smith", "john smith", True), ("ＪＯＨＮ Smith", "John Smith", True),      # other forms of letters
    ("王伟", "李娜", False), (None, "王伟", False), ("王伟", "王", False), ("王伟", "", False)])
def test_whoever_is_named_is_found_however_the_name_is_spaced(whom, name, expected):
    assert names(whom, name) is expected


def problem(step, state, stands=HOLDER, text="好", **how):
    return step_problem(step=step, state=state, stands=stands, text=text, today=TODAY, **{
        "changes": True, "appeal_until": None, "has_appealed": False, **how})


def test_every_step_is_for_known_states():
    for name, step in STEPS.items():
        assert {*step.after, *step.leads_to, *step.leads_to.values()} <= set(STATES), name
        assert set(step.leads_to) <= set(step.after), name


@pytest.mark.parametrize(("state", "holder", "village"), [
    ("received", ["accept", "decline", "reclassify"], ["accept"]),
    ("accepted", ["decline", "note", "answer", "reclassify"], ["note", "answer"]),
    ("handling", ["note", "answer", "reclassify"], ["note", "answer"]),
    ("answered", ["note", "close", "reclassify"], ["note"]),
    ("declined", ["note", "close", "reclassify"], ["note"]),
    ("appealed", ["note", "answer", "reclassify"], ["note", "answer"]),
    ("closed", [], []),
])
def test_the_steps_of_each_state(state, holder, village):
    def allowed(stands, appealed=False):
        return allowed_steps(state, stands, appeal_until=None, has_appealed=appealed, today=TODAY)
    assert allowed(HOLDER) == holder
    assert allowed(VILLAGE) == village
    assert allowed(None) == []
    # What was appealed against goes on to those above.
    assert allowed(VILLAGE, appealed=True) == []


@pytest.mark.parametrize(("step", "state", "after"), [
    ("accept", "received", "accepted"), ("decline", "received", "declined"), ("decline", "accepted", "declined"),
    ("note", "accepted", "handling"), ("note", "appealed", "appealed"), ("answer", "handling", "answered"),
    ("answer", "appealed", "answered"), ("close", "declined", "closed"), ("reclassify", "handling", "handling")])
def test_where_steps_lead(step, state, after):
    assert problem(step, state) is None
    assert state_after(step, state) == after


def test_what_a_step_needs():
    assert problem("answer", "handling", text=" ") == "suggestion_text_missing"
    assert problem("decline", "received", text=None) == "suggestion_text_missing"
    assert problem("accept", "received", text=None) is None
    assert problem("answer", "received") == "suggestion_step"
    assert problem("reclassify", "received", changes=False) == "suggestion_same_class"
    assert problem("decline", "received", stands=VILLAGE) == "suggestion_of_others"


def test_closing_takes_no_appeal_away():
    assert problem("close", "answered", appeal_until=TODAY) == "suggestion_appeal_open"
    assert problem("close", "answered", appeal_until=TODAY - timedelta(days=1)) is None
    assert problem("close", "answered", has_appealed=True) is None


@pytest.mark.parametrize(("state", "until", "appealed", "expected"), [
    ("answered", 0, False, None), ("declined", 5, False, None),
    ("answered", -1, False, "suggestion_appeal_late"), ("closed", -1, False, "suggestion_appeal_late"),
    ("answered", 5, True, "suggestion_appealed_already"), ("appealed", None, True, "suggestion_appealed_already"),
    ("received", None, False, "suggestion_not_answered"), ("handling", None, False, "suggestion_not_answered")])
def test_one_appeal_within_its_time(state, until, appealed, expected):
    day = None if until is None else TODAY + timedelta(days=until)
    assert appeal_problem(state, appeal_until=day, has_appealed=appealed, today=TODAY) == expected
    assert may_appeal(state, appeal_until=day, has_appealed=appealed, today=TODAY) is (expected is None)


def test_deadlines():
    assert due_on("received", since=TODAY, days=7) == date(2026, 11, 27)
    assert due_on("answered", since=TODAY, days=7) is None
    for state in STATES:
        late = is_overdue(state=state, due_on=TODAY - timedelta(days=1), today=TODAY)
        assert late is (state in WAITING)
        assert not is_overdue(state=state, due_on=TODAY, today=TODAY)
    assert not is_overdue(state="received", due_on=None, today=TODAY)


def test_what_its_sender_reads():
    assert is_told("answer", asked=False) and is_told("decline", asked=False) and is_told("accept", asked=False)
    assert not is_told("reclassify", asked=True)
    assert is_told("note", asked=True) and not is_told("note", asked=False)


@pytest.mark.parametrize(("kind", "about", "village", "has", "expected"), [
    ("suggestion", "village", True, False, None),
    ("complaint", "village", True, False, "suggestion_not_open"),    # whoever is posted there reads concerns
    ("suggestion", "person", True, False, "suggestion_not_open"),
    ("suggestion", "app", True, False, "suggestion_not_open"),
    ("suggestion", "village", False, False, "suggestion_no_village"),
    ("suggestion", "village", True, True, "suggestion_has_concern")])
def test_what_may_become_a_concern(kind, about, village, has, expected):
    assert concern_problem(kind=kind, about=about, is_of_village=village, has_concern=has) == expected


def test_contacts_go_so_many_days_after_closing():
    assert not contact_is_due(closed_on=None, days=1, today=TODAY)
    assert contact_is_due(closed_on=TODAY - timedelta(days=180), days=180, today=TODAY)
    assert not contact_is_due(closed_on=TODAY - timedelta(days=179), days=180, today=TODAY)
