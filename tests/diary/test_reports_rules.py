"""What reports cover and say, from plain facts."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.diary import reports_rules as rules
from api.diary.meetings_rules import Period
from api.diary.reports_rules import OpenMatter, ReportFacts

HALF = Period(date(2026, 11, 3), date(2026, 11, 17))
NEXT = date(2026, 12, 2)


def twice(_day):
    return 3, 18


def said(facts: ReportFacts, part: str, *, kind: str = "meeting", period: Period = HALF) -> list[str]:
    return [sentence.key for sentence in rules.sentences(kind, period, facts, next_last=NEXT)[part]]


def matter(text="自来水断流", **changes) -> OpenMatter:
    return OpenMatter(**{"text": text, "village": "A1村", "householder": None, "owner": None,
                         "raised_on": date(2026, 11, 5), "due_on": date(2026, 11, 20), **changes})


@given(cadre_id=st.integers(1, 2**31 - 1), kind=st.sampled_from(rules.KINDS),
       first_on=st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_an_id_says_whose_report_it_is_and_is_a_proper_uuid(cadre_id, kind, first_on):
    id = rules.report_id(cadre_id, kind, first_on)
    assert (rules.report_key(id), id.version, id.variant) == ((cadre_id, kind, first_on), 8, "specified in RFC 4122")
    assert UUID(str(id)) == id


def test_other_ids_are_no_reports():
    id = rules.report_id(7, "month", date(2026, 11, 1))
    assert rules.report_key(uuid4()) is None
    assert [rules.report_key(UUID(int=id.int ^ 1 << bit)) for bit in (63, 66, 77)] == [None] * 3


@pytest.mark.parametrize(("kind", "first_on", "last_on"), [
    ("meeting", date(2026, 11, 3), date(2026, 11, 17)),
    ("meeting", date(2026, 11, 18), date(2026, 12, 2)),
    ("meeting", date(2026, 11, 4), None),  # nothing begins on a 4th
    ("month", date(2026, 11, 1), date(2026, 11, 30)),
    ("month", date(2026, 11, 3), None),
    ("day", date(2026, 11, 20), date(2026, 11, 20)),
])
def test_a_report_covers_its_period_or_begins_nowhere(kind, first_on, last_on):
    assert rules.report_period(kind, first_on, twice) == (last_on and Period(first_on, last_on))


def test_without_meetings_nobody_reports_to_one():
    assert rules.report_period("meeting", date(2026, 11, 3), lambda _day: ()) is None


def test_of_what_did_not_happen_nothing_is_said():
    assert said(ReportFacts(until=HALF.last), "situation") == ["days"]
    assert [said(ReportFacts(until=HALF.last), part) for part in rules.PARTS[1:]] == [[], [], []]


def test_the_situation_tells_days_visits_concerns_and_the_diary_in_that_order():
    facts = ReportFacts(
        until=date(2026, 11, 15), stationed_on=(date(2026, 11, 4), date(2026, 11, 5)), errand_on=(date(2026, 11, 6),),
        leave_on=(date(2026, 11, 9),), waiting_on=(date(2026, 11, 10),), visited=12, needy=3, groups=2, by_phone=1,
        not_home=2, receptions=1, raised=4, settled=1, work=("政策宣传",), diary=((date(2026, 11, 5), "开院坝会\n第二行"),))
    found = rules.sentences("meeting", HALF, facts, next_last=NEXT)["situation"]
    assert [(one.key, one.params) for one in found] == [
        ("days_until", {"first": HALF.first, "last": HALF.last, "until": date(2026, 11, 15), "n": 2}),
        ("errand", {"n": 1, "days": (date(2026, 11, 6),)}), ("leave", {"n": 1, "days": (date(2026, 11, 9),)}),
        ("waiting", {"n": 1, "days": (date(2026, 11, 10),)}),
        ("visited_needy", {"n": 12, "groups": 2, "needy": 3}), ("by_phone", {"n": 1}), ("not_home", {"n": 2}),
        ("receptions", {"n": 1}), ("concerns", {"raised": 4, "settled": 1}), ("work", {"words": ("政策宣传",)}),
        ("diary_line", {"day": date(2026, 11, 5), "text": "开院坝会"})]


def test_problems_are_what_is_open_due_first_and_say_what_is_overdue():
    facts = ReportFacts(until=HALF.last, open=(
        matter("修路"), matter("断水", due_on=date(2026, 11, 16), householder="王某"),
        matter("低保", due_on=HALF.last)))
    found = rules.sentences("meeting", HALF, facts, next_last=NEXT)["problems"]
    assert [(one.key, one.params["number"], one.params["text"], one.params["where"]) for one in found] == [
        ("matter_overdue", 1, "断水", "A1村 王某"), ("matter", 2, "低保", "A1村"), ("matter", 3, "修路", "A1村")]


def test_a_long_list_is_cut_and_says_how_much_is_left_out():
    facts = ReportFacts(until=HALF.last, open=tuple(matter(f"第{n}件") for n in range(18)))
    assert said(facts, "problems") == ["matter"] * 15 + ["matters_more"]


def test_suggestions_name_who_has_what_was_passed_on():
    facts = ReportFacts(until=HALF.last, open=(matter(), matter("修路", owner="县交通局")))
    [only] = rules.sentences("meeting", HALF, facts, next_last=NEXT)["suggestions"]
    assert (only.key, only.params["owner"], only.params["text"]) == ("ask_owner", "县交通局", "修路")


def test_the_plan_looks_ahead_to_the_end_of_the_next_period():
    facts = ReportFacts(until=HALF.last, unvisited=9, unvisited_needy=2, not_home=1, to_follow_up=3, open=(
        matter(due_on=NEXT), matter(due_on=NEXT + timedelta(days=1))))
    found = rules.sentences("meeting", HALF, facts, next_last=NEXT)["plan"]
    assert [(one.key, one.params) for one in found] == [
        ("visit_needy_first", {"n": 9, "needy": 2}), ("go_again", {"n": 1}), ("settle", {"n": 1, "day": NEXT}),
        ("follow_up", {"n": 3})]


def test_the_daily_line_says_where_and_what_and_nothing_else():
    day = date(2026, 11, 20)
    facts = ReportFacts(until=day, stationed_on=(day,), visited=5, groups=1, unvisited=9, open=(matter(),),
                        diary=((day, "走访"),))
    assert said(facts, "situation", kind="day", period=Period(day, day)) == ["day_stationed", "visited"]
    assert said(facts, "plan", kind="day", period=Period(day, day)) == []


@pytest.mark.parametrize(("text", "expected"), [
    ("", ""), ("\n 开会 \n第二行", "开会"), ("字" * 60, "字" * 60), ("字" * 61, "字" * 59 + "…")])
def test_a_line_of_a_diary_is_short(text, expected):
    assert rules.short(text) == expected
