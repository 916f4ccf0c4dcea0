"""Items of contracts: what they lack, where they are vague, who may change what, how two revisions differ."""

from datetime import date
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.contracts import items_rules as rules
from api.contracts.contract_reading_service import vague_words
from tests.contract_course import item_fields

PERIOD = {"first_on": date(2026, 1, 1), "last_on": date(2026, 12, 31)}


def item(line_id=1, **changes) -> SimpleNamespace:
    return SimpleNamespace(line_id=line_id, **item_fields(**changes))


def quarters(*amounts, text=None) -> list[dict]:
    return [{"hundredths": amount, "text": text} for amount in amounts]


@pytest.mark.parametrize(("changes", "kind", "expected"), [
    ({}, "yearly", []),
    ({"standard": " "}, "yearly", ["item_standard_missing"]),
    ({"due_on": None}, "yearly", ["item_due_missing"]),
    ({"due_on": date(2027, 1, 1)}, "yearly", ["item_due_outside"]),
    ({"due_on": date(2025, 12, 31)}, "yearly", ["item_due_outside"]),
    ({"responsible": None}, "yearly", ["item_responsible_missing"]),
    ({"unit": None}, "yearly", ["item_unit_missing"]),
    ({"is_imposed": True}, "yearly", ["item_basis_missing"]),
    ({"is_imposed": True, "legal_basis": "县委文件"}, "yearly", []),
    ({"quarters": []}, "yearly", ["item_quarters_missing"]),
    ({"quarters": quarters(0, 0, 0, None)}, "yearly", ["item_quarters_missing"]),
    ({"quarters": quarters(300, 300, 300, 299)}, "yearly", ["item_quarters_sum"]),       # 0.01 kilometre too few
    ({"quarters": quarters(None, None, None, 1200)}, "yearly", []),
    # What is done by the end of September leaves nothing for the fourth quarter, neither an amount nor words.
    ({"due_on": date(2026, 9, 30), "quarters": quarters(400, 400, 400, None)}, "yearly", []),
    ({"due_on": date(2026, 9, 30), "quarters": quarters(400, 400, 0, 400)}, "yearly", ["item_quarter_after_due"]),
    ({"due_on": date(2026, 10, 1), "quarters": quarters(400, 400, 0, 400)}, "yearly", []),
    ({"due_on": date(2026, 3, 31), "target_hundredths": None, "unit": None,
      "quarters": quarters(None, None, None, None, text="宣传")}, "yearly", ["item_quarter_after_due"]),
    ({"quarters": quarters(None, None, None, None, text="宣传")}, "yearly", ["item_quarters_sum"]),
    ({"target_hundredths": None, "unit": None, "quarters": quarters(None, None, None, None, text="宣传")}, "yearly", []),
    ({"quarters": []}, "term", []),                                                      # a term has no quarters
    ({"standard": None, "due_on": None, "responsible": ""}, "term",
     ["item_standard_missing", "item_due_missing", "item_responsible_missing"]),
])
def test_what_an_item_lacks(changes, kind, expected):
    assert rules.item_problems(item(**changes), kind=kind, **PERIOD) == expected


def test_a_contract_without_items_cannot_be_deliberated():
    assert rules.items_problems([], kind="yearly", **PERIOD) == [(None, "contract_without_items")]
    assert rules.items_problems([item(1), item(2, standard=None)], kind="yearly", **PERIOD) == [
        (2, "item_standard_missing")]


@given(st.lists(st.integers(0, 10**6), min_size=4, max_size=4), st.integers(-3, 3))
def test_quarters_add_up_to_the_hundredth(amounts, off):
    one = item(target_hundredths=sum(amounts) + off, quarters=quarters(*amounts))
    found = rules.item_problems(one, kind="yearly", **PERIOD)
    assert found == (["item_quarters_missing"] if not any(amounts) else ["item_quarters_sum"] if off else [])


@pytest.mark.parametrize(("changes", "before", "expected"), [
    ({}, None, []),
    ({"target_hundredths": None, "unit": None, "standard": "路面平整"}, None, ["no_number"]),
    ({"target_hundredths": None, "unit": None, "standard": "至少三公里"}, None, []),
    ({"unit": None}, None, ["no_unit"]),
    ({"due_on": None}, None, ["no_deadline"]),
    ({"responsible": None}, None, ["no_responsible"]),
    ({"standard": None}, None, ["no_standard"]),
    ({"text": "进一步加强道路建设"}, None, ["vague_words"]),
    ({}, 1201, ["lower_than_before"]),
    ({}, 1200, []),
    ({"target_hundredths": None}, 1200, []),
])
def test_where_an_item_is_vague_or_low(changes, before, expected):
    assert rules.hints(item(**changes), vague_words=vague_words(), before=before) == expected


@pytest.mark.parametrize(("fields", "is_village", "is_own", "expected"), [
    (["text", "is_imposed"], False, False, None),                        # the town changes all
    (["standard", "due_on", "responsible", "quarters"], True, False, None),
    (["target"], True, False, "item_of_the_town"),
    (["standard", "text"], True, False, "item_of_the_town"),
    (["text", "target", "is_major"], True, True, None),                  # its own item
    (["is_imposed"], True, True, "item_imposed_by_village"),
    (["legal_basis"], True, False, "item_imposed_by_village"),
])
def test_who_may_change_what(fields, is_village, is_own, expected):
    assert rules.edit_problem(fields, is_village=is_village, is_own=is_own) == expected


def test_how_two_revisions_differ():
    before = [item(1), item(2, text="修水渠"), item(3)]
    after = [item(1), item(2, text="修水渠", target_hundredths=1250, due_on=date(2026, 11, 30),
                           quarters=quarters(300, 300, 300, 350)), item(4, text="建广场")]
    assert rules.differences(before, after) == {
        "added": [after[2]], "removed": [before[2]],
        "changed": [{"line_id": 2, "text": "修水渠", "fields": [
            {"field": "target", "before": 12, "after": 12.5},
            {"field": "due_on", "before": "2026-12-20", "after": "2026-11-30"},
            {"field": "quarters", "before": [{"amount": 3, "text": None}] * 4,
             "after": [{"amount": 3, "text": None}] * 3 + [{"amount": 3.5, "text": None}]}]}]}
    assert rules.differences(before, before) == {"added": [], "removed": [], "changed": []}


def test_all_that_an_item_says_is_searched():
    one = item(quarters=quarters(None, None, None, 1200, text="找13985201234"), legal_basis="县委文件")
    said = rules.words_of(one)
    assert all(part in said for part in ("硬化通组路", "路面宽3.5米", "公里", "李支书", "13985201234", "县委文件"))
